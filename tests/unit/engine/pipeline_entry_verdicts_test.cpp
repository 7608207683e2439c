// SPDX-License-Identifier: MIT
// Entries of momentum and of a person meet the verdict on their token at the gate: by its mint
// where it is old, by all that is known where it is new.
#include "support/keys.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using sniperforge::test::key_of;

const dex::test::TestPool kWantedPool{.number = 7, .mint_b = key_of(90)};
const Pubkey kWantedLpMint = key_of(92);
constexpr std::uint64_t kWantedSol = 1'000 * kLamportsPerSol, kWantedTokens = 100'000'000'000;

// Momentum follows each purchase; nobody else wants anything.
[[nodiscard]] config::Settings eager_momentum() {
    config::Settings settings;
    settings.sniper.is_enabled = settings.arbitrage.is_enabled = false;
    settings.momentum.bar_trades = settings.momentum.bars = 1;
    settings.momentum.rise_min = settings.momentum.flow_imbalance_min = {};
    return settings;
}

class EntryVerdictsTest : public test::PipelineTest {
 protected:
    EntryVerdictsTest()
        : PipelineTest{eager_momentum()}, reader{reactor, rpc, 120, *pipeline, *pipeline} {
        pipeline->connect(reader);  // Asked, it has not answered yet.
        pipeline->watch_orders(heard);
        tell_sol_price();
        tell(FeedRestored{"a"});
    }
    void tell_wanted_pool() {
        dex::test::TestAccount account = kWantedPool.account();
        dex::test::put_key(account.data, 136, kWantedLpMint);
        write_le(std::span{account.data}, 333, std::uint64_t{10'000});
        tell(account.at(5));
        tell(dex::test::config_account(kWantedPool.config).at(5));
        tell(kWantedPool.account_a(kWantedSol).at(5));
        tell(kWantedPool.account_b(kWantedTokens).at(5));
    }
    void tell_mint(const Pubkey& key, std::uint64_t supply, bool is_freezable = false) {
        const auto data = solana::encode_mint(
            {.mint_authority = {},
             .supply = TokenAmount{supply},
             .decimals = 6,
             .freeze_authority = is_freezable ? std::optional{key_of(9)} : std::nullopt});
        tell(AccountUpdate{Slot{5 + bought}, key, solana::kTokenProgram, Lamports{1}, data});
    }
    void tell_token(bool is_freezable = false) {
        tell_mint(kWantedPool.mint_b, 200'000'000'000, is_freezable);
    }
    // It was there when we started; none of its LP tokens are burnt.
    void begin_with_old_token() {
        tell_wanted_pool();
        tell_token();
        pipeline->go_live();
    }
    // What the gate says to a person's entry, if it denies it.
    [[nodiscard]] std::string entered(Lamports amount = Lamports{kLamportsPerSol / 10}) {
        heard.denials.clear();
        const PoolIndex index = pipeline->book().find(kWantedPool.id()).value();
        EXPECT_TRUE(pipeline->enter({index, amount, BasisPoints{100}}));
        return heard.denials.empty() ? "fine" : std::string{to_string(heard.denials.front())};
    }
    // Somebody buys; what the gate says to what momentum makes of it.
    [[nodiscard]] std::string followed() {
        heard.denials.clear();
        heard.intents.clear();
        ++bought;
        tell(SlotUpdate{Slot{5 + bought}, Slot{4 + bought}, {}});
        tell(kWantedPool.account_a(kWantedSol + bought * kLamportsPerSol).at(5 + bought));
        tell(kWantedPool.account_b(kWantedTokens - bought * 90'000'000).at(5 + bought));
        if (heard.intents.empty()) {
            return "nothing wanted";
        }
        EXPECT_EQ(heard.intents.front().strategy, StrategyId::Momentum);
        return heard.denials.empty() ? "fine" : std::string{to_string(heard.denials.front())};
    }
    void read_holders() {
        pipeline->on_holders(kWantedPool.mint_b,
                             HolderReading{Slot{5 + bought},
                                           TokenAmount{200'000'000'000},
                                           {{key_of(93), key_of(94), TokenAmount{1'000}}},
                                           {}});
    }
    test::OrdersHeard heard;
    feed::HolderReader reader;
    std::uint64_t bought = 0;
};

TEST_F(EntryVerdictsTest, AnOldTokenIsBoughtAlthoughItsLpTokensAreHeldByOthers) {
    begin_with_old_token();
    EXPECT_EQ(entered(), "fine");
    EXPECT_EQ(followed(), "nothing wanted") << "the first bar";
    EXPECT_EQ(followed(), "fine");
}

TEST_F(EntryVerdictsTest, WhatItsMintAllowsOthersIsRefusedToBoth) {
    begin_with_old_token();
    tell_token(true);
    EXPECT_EQ(entered(), "TOKEN_REFUSED");
    (void)followed();
    EXPECT_EQ(followed(), "TOKEN_REFUSED");
    EXPECT_EQ(followed(), "nothing wanted") << "the time to wait has begun";
    settings.momentum.is_freeze_authority_allowed = true;
    pipeline->settings_changed();
    EXPECT_EQ(entered(), "fine") << "settings are taken over while it runs";
}

TEST_F(EntryVerdictsTest, WhoIsNotListedIsNotAsked) {
    begin_with_old_token();
    tell_token(true);
    settings.safety.entries_judged = {"momentum"};
    EXPECT_EQ(entered(), "fine");
    (void)followed();
    EXPECT_EQ(followed(), "TOKEN_REFUSED");
    settings.safety.entries_judged = {"manual"};
    EXPECT_EQ(entered(), "TOKEN_REFUSED");
    bought += settings.momentum.cooldown_slots;
    EXPECT_EQ(followed(), "fine");
}

// Two fees of 25 basis points, and what the purchase moves. One trade may take a SOL.
TEST_F(EntryVerdictsTest, ARoundTripIsOfTheSizeThatComesToTheGate) {
    begin_with_old_token();
    settings.safety.round_trip_loss_max = BasisPoints{75};  // Of 1 SOL in 1,000: 70.
    pipeline->settings_changed();
    EXPECT_EQ(entered(Lamports{3 * kLamportsPerSol}), "fine") << "it is cut to what loses less";
    EXPECT_LT(heard.intents.back().amount_in.raw(), kLamportsPerSol);
    settings.safety.round_trip_loss_max = BasisPoints{65};
    pipeline->settings_changed();
    EXPECT_EQ(entered(Lamports{3 * kLamportsPerSol}), "TOKEN_REFUSED");
}

TEST_F(EntryVerdictsTest, AMintThatWasNotReadIsWaitedFor) {
    tell_wanted_pool();
    pipeline->go_live();
    EXPECT_EQ(entered(), "TOKEN_AWAITED");
    tell_token();
    EXPECT_EQ(entered(), "fine");
}

// What is missing is read because somebody wants it, and he may ask again at once.
TEST_F(EntryVerdictsTest, ALaunchIsHeldAgainstAllThatIsKnownOfIt) {
    settings.safety.unknown_allowed = {"creator"};  // Its pool names none.
    pipeline->settings_changed();
    pipeline->go_live();
    tell_wanted_pool();
    tell_token();
    (void)followed();
    EXPECT_EQ(followed(), "TOKEN_AWAITED");
    EXPECT_EQ(followed(), "TOKEN_AWAITED") << "no time to wait has begun";
    tell_mint(kWantedLpMint, 1'001);
    const Pubkey lock =
        detect::lp_lock_account(pipeline->book().pool(*pipeline->book().find(kWantedPool.id())));
    tell(AccountUpdate{Slot{5 + bought}, lock, {}, {}, {}});
    read_holders();
    EXPECT_EQ(entered(), "TOKEN_REFUSED") << "90 % must be burnt or locked";
    tell(dex::test::TestPool::vault(lock, kWantedLpMint, 1).at(5 + bought));
    EXPECT_EQ(entered(), "fine");
    EXPECT_EQ(followed(), "fine");
}

TEST_F(EntryVerdictsTest, ALaunchIsJudgedByItsMintAloneOnceItIsOldEnough) {
    settings.safety.launch_age_slots_max = 100;
    pipeline->settings_changed();
    pipeline->go_live();
    tell_wanted_pool();
    tell_token();
    EXPECT_EQ(entered(), "TOKEN_REFUSED") << "its pool names no creator";
    bought = 98;
    (void)followed();  // In slot 104.
    EXPECT_EQ(entered(), "TOKEN_REFUSED");
    (void)followed();
    EXPECT_EQ(entered(), "fine");
}

}  // namespace
}  // namespace sniperforge::engine
