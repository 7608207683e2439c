// SPDX-License-Identifier: MIT
// Which evidence is gathered about a token, and when its verdict is told.
#include "sniperforge/detect/safety_book.hpp"

#include <algorithm>

#include "sniperforge/solana/pda.hpp"
#include "unit/detect/detector_support.hpp"
#include "unit/dex/pump_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;
namespace pump = dex::test;

const Pubkey kCreator = key_of(50), kLpMint = key_of(51), kHolder = key_of(52);
constexpr std::uint64_t kSol = 20'000'000'000, kTokens = 700'000, kCoins = 1'000'000;

class SafetyBookTest : public DetectorTest {
 protected:
    SafetyBookTest() {
        pool.creator = kCreator;
        detector.mark_live();
        load_at(10);
    }
    // The pool with its LP mint, all in one slot.
    void load_at(std::uint64_t slot) {
        now = Slot{slot};
        TestAccount account = pool.account();
        dex::test::put_key(account.data, 136, kLpMint);
        write_le(std::span{account.data}, 333, std::uint64_t{10'000});
        hear(account);
        hear(config_account(pool.config));
        hear(pool.account_a(kSol));
        hear(pool.account_b(kTokens));
        index = book.find(pool.id()).value();
        safety.follow({index, pool.mint_b, kCreator, now});
        hear(mint_account(pool.mint_b, mint));
    }
    // As the pipeline: whoever it belongs to, then the verdicts.
    void hear(const TestAccount& account) {
        events.clear();
        if (!safety.observe(account.at(now.value), events)) {
            detector.observe(account.at(now.value), events);
        }
        judge();
    }
    void judge() { safety.judge(events, {.slot = now.value}, now, notes); }
    void start(std::uint64_t slot) {
        now = Slot{slot};
        events.clear();
        events.emplace_back(SlotStarted{now});
        judge();
    }
    void hear_lp(std::uint64_t supply) {
        hear(mint_account(
            kLpMint,
            {.mint_authority = key_of(9), .supply = TokenAmount{supply}, .freeze_authority = {}}));
    }
    void hear_creator(std::uint64_t amount) {
        hear(TestPool::vault(creator_account(), pool.mint_b, amount));
    }
    [[nodiscard]] Pubkey creator_account() const {
        return solana::associated_token_address(kCreator, pool.mint_b, solana::kTokenProgram);
    }
    void read_holders(std::uint64_t amount, std::uint64_t creators = 1'000) {
        HolderReading reading{now, TokenAmount{kCoins}, {}, TokenAmount{creators}};
        reading.holders = {{pool.vault_b(), key_of(98), TokenAmount{kTokens}},
                           {kHolder, key_of(53), TokenAmount{amount}}};
        events.clear();
        safety.take_holders(pool.mint_b, reading, now);
        judge();
    }
    // All that is needed to pass.
    void make_safe() {
        hear_lp(100);
        read_holders(100'000);
    }
    // The newest that was told.
    [[nodiscard]] std::string told() const {
        const auto verdicts = all<TokenJudged>();
        if (verdicts.empty()) {
            return "nothing";
        }
        return verdicts.back().refused ? to_string(*verdicts.back().refused) : "safe";
    }
    [[nodiscard]] std::string refusal() const {
        const auto verdict = safety.verdict_of(pool.mint_b, {.slot = now.value}, now);
        return verdict && verdict->refusal() ? to_string(*verdict->refusal()) : "safe";
    }

    solana::Mint mint{
        .mint_authority = {}, .supply = TokenAmount{kCoins}, .decimals = 6, .freeze_authority = {}};
    Slot now{10};
    SafetyPolicy policy;
    SafetyBook safety{book, detector, policy, {.mints_max = 2, .holders_watched = 1}};
    std::vector<SafetyNote> notes;
};

TEST_F(SafetyBookTest, TellsAVerdictWhenTheLastEvidenceIsThereAndAgainWhenItChanges) {
    EXPECT_EQ(refusal(), "EVIDENCE_AWAITED_UNKNOWN");
    EXPECT_EQ(told(), "EVIDENCE_AWAITED_UNKNOWN");
    hear_lp(100);
    EXPECT_EQ(told(), "nothing") << "as before: the holders are awaited";
    read_holders(100'000);
    EXPECT_EQ(told(), "safe");
    now = Slot{11};
    read_holders(100'000);
    EXPECT_EQ(told(), "nothing");
    now = Slot{12};
    read_holders(700'001);
    EXPECT_EQ(told(), "HOLDERS_TOP10");
    now = Slot{13};
    read_holders(700'000);
    EXPECT_EQ(told(), "safe");
    EXPECT_EQ(safety.statistics().judged, 1U);
    EXPECT_EQ(safety.statistics().passed, 1U);
    EXPECT_EQ(safety.statistics().refused[static_cast<std::size_t>(SafetyCode::HoldersTop10)][0],
              1U);
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_FALSE(notes[0].refused);
    EXPECT_EQ(notes[1].refused->code, SafetyCode::HoldersTop10);
    EXPECT_EQ(notes[1].refused->value, 7'001U);
}

TEST_F(SafetyBookTest, CountsTheBurntPartOfTheLpTokensAndHearsOfIt) {
    make_safe();
    EXPECT_EQ(told(), "safe");
    hear_lp(1'000);  // Of 10,000 that were issued: 90 % are burnt.
    EXPECT_EQ(refusal(), "safe");
    hear_lp(1'001);
    EXPECT_EQ(told(), "LP_BURNT");
    EXPECT_TRUE(all<TokenJudged>().size() == 1) << "the LP mint itself is not judged";
    hear_lp(1'000);
    EXPECT_EQ(told(), "safe");
}

// What the pool holds is for sale, and is no holder's.
TEST_F(SafetyBookTest, LeavesThePoolsOwnAccountsOutOfTheHolders) {
    make_safe();
    const auto verdict = safety.verdict_of(pool.mint_b, {.slot = now.value}, now);
    for (const SafetyFinding& finding : verdict->findings) {
        if (finding.code == SafetyCode::HoldersTop10) {
            EXPECT_EQ(finding.value, 1'000U);  // 100,000 of 1,000,000.
        }
    }
}

TEST_F(SafetyBookTest, WantsTheLpMintTheCreatorAndTheLargestHolderAndLetsThemGo) {
    make_safe();
    auto wanted = safety.take_accounts_wanted();
    std::ranges::sort(wanted);
    std::vector<Pubkey> expected{kLpMint, creator_account(), kHolder};
    std::ranges::sort(expected);
    EXPECT_EQ(wanted, expected);
    EXPECT_TRUE(safety.take_accounts_wanted().empty());
    start(60);
    EXPECT_TRUE(safety.is_followed(pool.mint_b)) << "50 slots old";
    start(61);
    EXPECT_FALSE(safety.is_followed(pool.mint_b));
    auto unwanted = safety.take_accounts_unwanted();
    std::ranges::sort(unwanted);
    EXPECT_EQ(unwanted, expected);
}

TEST_F(SafetyBookTest, FollowsWhatIsHeldAsLongAsItIs) {
    make_safe();
    const std::vector<SafetySubject> held{{index, pool.mint_b, kCreator, now}};
    safety.set_held(held);
    start(1'000);
    EXPECT_TRUE(safety.is_followed(pool.mint_b));
    hear_creator(1'000);
    hear_creator(400);
    ASSERT_EQ(all<HolderSold>().size(), 1U);
    EXPECT_TRUE(all<HolderSold>()[0].is_creator);
    EXPECT_EQ(all<HolderSold>()[0].of_holding, BasisPoints{6'000});
    hear(TestPool::vault(kHolder, pool.mint_b, 99'999));
    ASSERT_EQ(all<HolderSold>().size(), 1U);
    EXPECT_FALSE(all<HolderSold>()[0].is_creator);
    EXPECT_EQ(safety.statistics().holders_sold, 2U);
    safety.set_held({});
    EXPECT_FALSE(safety.is_followed(pool.mint_b));
    hear_creator(0);
    EXPECT_TRUE(all<HolderSold>().empty());
}

TEST_F(SafetyBookTest, HearsWhatTheCreatorHasAndRemembersThatHeSoldOut) {
    make_safe();
    hear_creator(200'000);
    EXPECT_EQ(refusal(), "safe");
    hear_creator(200'001);
    EXPECT_EQ(told(), "CREATOR_SHARE");
    hear_creator(100'021);
    EXPECT_EQ(told(), "safe") << "less than half of what he had";
    hear_creator(50'011);
    EXPECT_EQ(told(), "CREATOR_PULLS") << "half of it, rounded up";
}

TEST_F(SafetyBookTest, RemembersACreatorWhoseEarlierPoolWasEmptied) {
    make_safe();
    events = {LiquidityPulled{index, now, BasisPoints{2'999}}};
    judge();
    EXPECT_EQ(refusal(), "safe");
    events = {LiquidityPulled{index, now, BasisPoints{3'000}}};
    judge();
    EXPECT_EQ(told(), "CREATOR_PULLS");
}

TEST_F(SafetyBookTest, AsksForTheHoldersOnceTheMintIsKnownAndAgainWhenTheyAreOld) {
    auto unread = safety.take_unread(now);
    ASSERT_EQ(unread.size(), 1U);
    EXPECT_EQ(unread[0].mint, pool.mint_b);
    EXPECT_EQ(unread[0].beside, creator_account());
    start(11);
    EXPECT_TRUE(safety.take_unread(now).empty()) << "it is being read";
    events.clear();
    safety.take_holders(pool.mint_b, std::nullopt, now);
    judge();
    EXPECT_EQ(refusal(), "HOLDERS_TOP10_UNKNOWN");
    start(18);
    EXPECT_TRUE(safety.take_unread(now).empty());
    start(19);
    EXPECT_EQ(safety.take_unread(now).size(), 1U) << "8 slots after it failed";
    make_safe();
    start(27);
    EXPECT_TRUE(safety.take_unread(now).empty()) << "nothing has moved";
    hear(pool.account_b(kTokens - 50'000));  // 5 % of the supply was bought.
    hear(pool.account_a(kSol + 1));
    EXPECT_TRUE(safety.take_unread(now).empty()) << "looked at once a slot";
    start(28);
    EXPECT_EQ(safety.take_unread(now).size(), 1U);
}

TEST_F(SafetyBookTest, NothingIsKnownOfAnLpMintThatIsNotHeardAnyMore) {
    make_safe();
    const std::vector<Pubkey> lost{kLpMint};
    safety.set_lost(lost, true);
    const std::vector<SafetySubject> held{{index, pool.mint_b, kCreator, now}};
    safety.set_held(held);
    const auto lp_of = [&](std::uint64_t slot) {
        const auto verdict = safety.verdict_of(pool.mint_b, {.slot = slot}, Slot{slot});
        return std::ranges::find(verdict->findings, SafetyCode::LpBurnt, &SafetyFinding::code)
            ->outcome;
    };
    EXPECT_EQ(lp_of(160), SafetyOutcome::Passed);
    EXPECT_EQ(lp_of(161), SafetyOutcome::Unknown);
    safety.set_lost(lost, false);
    EXPECT_EQ(lp_of(161), SafetyOutcome::Passed);
}

// The token is one, whichever of its pools is bought from.
TEST_F(SafetyBookTest, JudgesATokenByTheWorstOfItsNewPools) {
    make_safe();
    const auto add = [&](const TestPool& second, const Pubkey& lp_mint) {
        TestAccount account = second.account();
        dex::test::put_key(account.data, 464, lp_mint);
        write_le(std::span{account.data}, 720, std::uint64_t{1'000});
        hear(account);
        hear(second.account_a(kSol));
        hear(second.account_b(kTokens));
        safety.follow({book.find(second.id()).value(), pool.mint_b, {}, now});
        events.clear();
        judge();
    };
    const auto hear_second = [&](std::uint64_t supply) {
        hear(mint_account(
            key_of(55),
            {.mint_authority = {}, .supply = TokenAmount{supply}, .freeze_authority = {}}));
    };
    add({.venue = VenueId::RaydiumAmmV4, .number = 2, .mint_b = pool.mint_b}, key_of(55));
    EXPECT_EQ(told(), "EVIDENCE_AWAITED_UNKNOWN");
    hear_second(100);
    EXPECT_EQ(told(), "safe");
    hear_second(101);  // The first pool's are burnt as before.
    EXPECT_EQ(told(), "LP_BURNT");
    hear_second(100);
    add({.venue = VenueId::RaydiumAmmV4, .number = 3, .mint_b = pool.mint_b}, {});
    EXPECT_EQ(told(), "LP_BURNT_UNKNOWN");
}

TEST_F(SafetyBookTest, MakesRoomForAYoungerTokenAndNeverByOneThatIsHeld) {
    safety.follow({PoolIndex{100}, key_of(81), {}, Slot{11}});
    EXPECT_TRUE(safety.is_followed(pool.mint_b));
    safety.follow({PoolIndex{101}, key_of(82), {}, Slot{12}});
    EXPECT_FALSE(safety.is_followed(pool.mint_b));
    EXPECT_TRUE(safety.is_followed(key_of(81)));
    const std::vector<SafetySubject> held{{PoolIndex{100}, key_of(81), {}, now}};
    safety.set_held(held);
    safety.follow({index, pool.mint_b, kCreator, Slot{13}});
    EXPECT_TRUE(safety.is_followed(key_of(82)));
    safety.follow({PoolIndex{102}, key_of(83), {}, Slot{14}});
    EXPECT_FALSE(safety.is_followed(key_of(82)));
    EXPECT_TRUE(safety.is_followed(pool.mint_b));
    EXPECT_TRUE(safety.is_followed(key_of(81)));
}

// Our own sale would make us sell.
TEST_F(SafetyBookTest, DoesNotListenToOurOwnAccount) {
    safety.set_own(key_of(53));  // Whose the holder's account is.
    make_safe();
    const auto wanted = safety.take_accounts_wanted();
    EXPECT_EQ(std::ranges::count(wanted, kHolder), 0);
    hear(TestPool::vault(kHolder, pool.mint_b, 100'000));
    hear(TestPool::vault(kHolder, pool.mint_b, 0));
    EXPECT_TRUE(all<HolderSold>().empty());
}

TEST_F(SafetyBookTest, RefusesATokenThatLosesTooMuchOnTheWayInAndOut) {
    make_safe();
    // 0.1 SOL against 2: one part in 21, twice.
    hear(pool.account_a(kSol / 10));
    hear(pool.account_b(kTokens * 10));
    start(11);
    EXPECT_EQ(told(), "nothing");
    hear(pool.account_a(kSol / 20));
    hear(pool.account_b(kTokens * 20));
    EXPECT_EQ(told(), "nothing") << "with the next slot, and not before the orders of this one";
    start(12);
    EXPECT_EQ(told(), "ROUND_TRIP_LOSS");
}

// ---- A coin of a bonding curve ----

class SafetyOfCurvesTest : public ::testing::Test {
 protected:
    void tell(const Pubkey& key, const Pubkey& owner, const Bytes& data, std::uint64_t slot) {
        events.clear();
        detector.observe(AccountUpdate{Slot{slot}, key, owner, Lamports{1}, data}, events);
    }
    void tell(const pump::Account& account, std::uint64_t slot) {
        tell(account.pubkey, account.owner, account.data, slot);
    }
    void tell_curve(std::uint64_t bought, std::uint64_t slot) {
        pump::CurveOptions options;
        options.virtual_a -= bought;
        options.real_a -= bought;
        tell(dex::pump_curve_address(pump::coin()), solana::kPumpCurveProgram,
             pump::curve_bytes(options), slot);
    }
    [[nodiscard]] std::optional<TokenAmount> bought_at_first() const {
        for (const MarketEvent& event : events) {
            if (const auto* created = std::get_if<PoolCreated>(&event)) {
                return created->bought_at_first;
            }
        }
        return std::nullopt;
    }

    dex::PoolBook book;
    Detector detector{book, {}};
    std::vector<MarketEvent> events;
    std::vector<dex::BookChange> changes;
};

// Its name and its settings come later than the curve itself.
TEST_F(SafetyOfCurvesTest, SaysWhatWasBoughtInTheFirstSlotAndNotAfter) {
    detector.mark_live();
    tell_curve(1'000, 5);
    tell_curve(5'000, 5);
    tell_curve(9'000, 6);
    changes.clear();
    book.name_mint(pump::coin(), changes);
    tell(pump::curve_global(), 7);
    tell(pump::curve_fee_config(pump::config_of({2, 93, 30})), 7);
    tell(pump::mint_account(pump::coin(), solana::kToken2022Program, dex::kPumpCoinSupply), 7);
    EXPECT_EQ(bought_at_first(), TokenAmount{5'000});
}

TEST(BoughtOnCurve, IsAllThatWasForSaleOfOneThatIsSoldOutAndUnknownOfOneThatHasMoved) {
    const auto bought = [](const pump::CurveOptions& options) {
        return bought_on_curve(
            {*dex::decode_pump_curve_pool(key_of(1), pump::curve_bytes(options))});
    };
    EXPECT_EQ(bought({}), TokenAmount{});
    EXPECT_EQ(bought({.virtual_a = 279'900'000'000'000, .real_a = 0, .is_finished = true}),
              TokenAmount{793'100'000'000'000});
    EXPECT_EQ(bought({.virtual_a = 0, .virtual_b = 0, .real_a = 0, .is_finished = true}),
              std::nullopt);
    EXPECT_EQ(bought({.real_a = 793'100'000'000'001}), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::detect
