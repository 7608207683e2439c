// SPDX-License-Identifier: MIT
// The verdict on what others than the sniper want to buy: all of it of a launch, the mint and the
// round trip of a token that is older, or was there before us.
#include "unit/detect/safety_book_support.hpp"
#include "unit/dex/pump_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

class SafetyEntriesTest : public SafetyBookTest {
 protected:
    SafetyEntriesTest() {
        safety.configure(policy, {.mints_max = 2, .holders_watched = 1, .launch_slots = 100});
    }
    void meet() { safety.meet({index, pool.mint_b, kCreator, now}); }
    [[nodiscard]] std::string asked(Lamports amount = Lamports{10'000'000}) {
        const auto refusal =
            safety.verdict_on({index, pool.mint_b, amount}, policy, {.slot = now.value}, now)
                .refusal();
        return refusal ? to_string(*refusal) : "safe";
    }
};

TEST_F(SafetyEntriesTest, WhatWasThereBeforeUsIsAskedForItsMintAndNotForItsLpTokens) {
    hear_lp(10'000);  // None are burnt.
    EXPECT_EQ(asked(), "safe");
    mint.freeze_authority = key_of(9);
    hear(mint_account(pool.mint_b, mint));
    EXPECT_EQ(asked(), "FREEZE_AUTHORITY");
    SafetyPolicy lenient = policy;  // Of who asks, not of the book.
    lenient.is_freeze_authority_allowed = true;
    EXPECT_TRUE(
        safety.verdict_on({index, pool.mint_b, Lamports{10'000'000}}, lenient, {}, now).is_safe());
}

// 0.25 % a side; what we spend moves the price by itself.
TEST_F(SafetyEntriesTest, TheRoundTripIsThatOfTheAmountThatIsSpent) {
    EXPECT_EQ(asked(Lamports{100'000'000}), "safe");
    EXPECT_EQ(asked(Lamports{kSol / 2}), "ROUND_TRIP_LOSS");
}

TEST_F(SafetyEntriesTest, ALaunchIsAskedForEverythingUntilItIsOldEnough) {
    meet();
    hear_lp(10'000);
    read_holders(100'000);
    EXPECT_EQ(asked(), "LP_BURNT");
    now = Slot{109};
    EXPECT_TRUE(safety.is_launch(pool.mint_b, now));
    EXPECT_EQ(asked(), "LP_BURNT");
    now = Slot{110};
    EXPECT_FALSE(safety.is_launch(pool.mint_b, now));
    EXPECT_EQ(asked(), "safe");
    safety.configure(policy, {.launch_slots = 0});
    EXPECT_FALSE(safety.is_launch(pool.mint_b, Slot{10})) << "0: nothing is one";
}

// Whoever makes a pool of an old token changes nothing about it.
TEST_F(SafetyEntriesTest, ANewPoolOfATokenThatHasOneMakesItNoLaunch) {
    const TestPool second{.venue = VenueId::RaydiumAmmV4, .number = 2, .mint_b = pool.mint_b};
    hear(second.account());
    safety.meet({book.find(second.id()).value(), pool.mint_b, {}, now});
    EXPECT_FALSE(safety.is_launch(pool.mint_b, now));
    EXPECT_EQ(asked(), "safe");
}

// It is let go when it is too old for the sniper, and followed again when somebody wants it.
TEST_F(SafetyEntriesTest, ALaunchThatNobodyFollowsIsFollowedWhenItIsAskedForAndForAWhile) {
    meet();
    start(61);
    ASSERT_FALSE(safety.is_followed(pool.mint_b));
    EXPECT_EQ(asked(), "EVIDENCE_AWAITED_UNKNOWN");
    EXPECT_TRUE(safety.is_followed(pool.mint_b));
    judge();
    EXPECT_EQ(safety.take_unread(now).size(), 1U) << "its holders";
    hear_nothing_locked();
    make_safe();
    EXPECT_EQ(asked(), "safe");
    EXPECT_EQ(safety.statistics().judged, 1U) << "the same token";
    safety.configure(policy, {.wanted_slots = 50, .launch_slots = 1'000});
    start(61 + policy.evidence_age_slots_max);
    EXPECT_TRUE(safety.is_followed(pool.mint_b));
    start(61 + policy.evidence_age_slots_max + 1);
    EXPECT_FALSE(safety.is_followed(pool.mint_b));
}

// Calls are for what is new: of a token that was asked for they are not spent on each move.
TEST_F(SafetyEntriesTest, HoldersOfATokenThatWasAskedForAreReadAgainOnlyWhenTheyAreOld) {
    meet();
    start(61);
    (void)asked();
    judge();
    make_safe();
    hear(pool.account_b(kTokens - 100'000));
    hear(pool.account_a(kSol + 1));
    start(70);
    EXPECT_TRUE(safety.take_unread(now).empty());
    start(61 + policy.evidence_age_slots_max / 2);
    EXPECT_TRUE(safety.take_unread(now).empty());
    start(61 + policy.evidence_age_slots_max / 2 + 1);
    EXPECT_EQ(safety.take_unread(now).size(), 1U);
}

// Of what is sold, added and taken out nothing counts, nor what is bought in a later slot.
TEST_F(SafetyEntriesTest, OfALaunchWithoutACurveWhatWasBoughtInItsFirstSlotCounts) {
    const auto bundle = [&] {
        const auto verdict = safety.verdict_of(pool.mint_b, {.slot = now.value}, now);
        return *std::ranges::find(verdict->findings, SafetyCode::BundleShare, &SafetyFinding::code);
    };
    const auto move = [&](std::uint64_t sol, std::uint64_t tokens) {
        hear(pool.account_a(sol));
        hear(pool.account_b(tokens));
    };
    EXPECT_EQ(bundle().outcome, SafetyOutcome::Unknown) << "nobody saw its first slot";
    meet();
    EXPECT_EQ(bundle().outcome, SafetyOutcome::Passed);
    EXPECT_EQ(bundle().value, 0U);
    move(2 * kSol, kTokens - 400'000);
    EXPECT_EQ(bundle().value, 4'000U) << "of 1,000,000";
    move(kSol, kTokens - 100'000);
    move(kSol / 2, kTokens - 200'000);
    move(kSol, kTokens);
    EXPECT_EQ(bundle().value, 4'000U) << "sold, taken out, added";
    move(kSol + 5, kTokens - 200'001);
    EXPECT_EQ(bundle().value, 6'001U);
    EXPECT_EQ(bundle().outcome, SafetyOutcome::Failed) << "more than 6,000";
    start(11);
    move(3 * kSol, kTokens - 600'000);
    EXPECT_EQ(bundle().value, 6'001U);
}

namespace pump = dex::test;

class EntriesIntoCurvesTest : public ::testing::Test {
 protected:
    EntriesIntoCurvesTest() { detector.mark_live(); }
    void tell(const pump::Account& account, std::uint64_t slot) {
        tell(account.pubkey, account.owner, account.data, slot);
    }
    void tell(const Pubkey& key, const Pubkey& owner, const Bytes& data, std::uint64_t slot) {
        events.clear();
        const AccountUpdate update{Slot{slot}, key, owner, Lamports{1}, data};
        if (!safety.observe(update, events)) {
            detector.observe(update, events);
        }
        take();
    }
    // As the pipeline does while the sniper is off: it follows nobody.
    void take() {
        for (const MarketEvent& event : events) {
            if (const auto* created = std::get_if<PoolCreated>(&event)) {
                index = created->pool;
                safety.meet({index, pump::coin(), key_of(50), created->created_at});
            }
        }
        safety.judge(events, {}, now, notes);
    }
    void tell_curve(std::uint64_t bought, std::uint64_t slot) {
        pump::CurveOptions options;
        options.virtual_a -= bought;
        options.real_a -= bought;
        options.virtual_b += bought / 100'000;  // Both sides move, as in a swap.
        options.real_b += bought / 100'000;
        now = Slot{slot};
        tell(dex::pump_curve_address(pump::coin()), solana::kPumpCurveProgram,
             pump::curve_bytes(options), slot);
    }

    dex::PoolBook book;
    Detector detector{book, {}};
    SafetyPolicy policy;
    SafetyBook safety{book, detector, policy, {}};
    std::vector<MarketEvent> events;
    std::vector<SafetyNote> notes;
    PoolIndex index;
    Slot now;
};

// It cannot be found out later: it is kept from the first slot on, of all coins.
TEST_F(EntriesIntoCurvesTest, WhatWasBoughtInTheFirstSlotIsRememberedOfCoinsThatNobodyFollowed) {
    std::vector<dex::BookChange> changes;
    tell_curve(100'000'000'000'000, 5);
    book.name_mint(pump::coin(), changes);
    tell(pump::curve_global(), 5);
    tell(pump::curve_fee_config(pump::config_of({2, 93, 30})), 5);
    tell(pump::mint_account(pump::coin(), solana::kToken2022Program, dex::kPumpCoinSupply), 5);
    tell_curve(700'000'000'000'000, 5);
    tell_curve(400'000'000'000'000, 6);
    ASSERT_TRUE(safety.is_launch(pump::coin(), now));
    ASSERT_FALSE(safety.is_followed(pump::coin()));
    const auto bundle = [&] {
        const SafetyVerdict verdict =
            safety.verdict_on({index, pump::coin(), Lamports{1'000'000}}, policy, {}, now);
        return *std::ranges::find(verdict.findings, SafetyCode::BundleShare, &SafetyFinding::code);
    };
    EXPECT_EQ(bundle().outcome, SafetyOutcome::Awaited) << "what the creator had is not heard yet";
    safety.judge(events, {}, now, notes);
    const Pubkey his =
        solana::associated_token_address(key_of(50), pump::coin(), solana::kToken2022Program);
    tell({his, {}, {}}, 6);
    EXPECT_EQ(bundle().outcome, SafetyOutcome::Failed);
    EXPECT_EQ(bundle().value, 7'000U) << "of the supply, in its first slot and not after";
}

// All of it goes to the pool that it becomes: the best that can happen to a coin.
TEST_F(EntriesIntoCurvesTest, ACurveThatMovesToItsPoolIsNotEmptied) {
    std::vector<dex::BookChange> changes;
    tell_curve(0, 5);
    book.name_mint(pump::coin(), changes);
    tell(pump::curve_global(), 5);
    tell(pump::curve_fee_config(pump::config_of({2, 93, 30})), 5);
    tell(pump::mint_account(pump::coin(), solana::kToken2022Program, dex::kPumpCoinSupply), 5);
    (void)safety.verdict_on({index, pump::coin(), Lamports{1'000'000}}, policy, {}, now);
    ASSERT_TRUE(safety.is_followed(pump::coin()));
    tell_curve(700'000'000'000'000, 6);
    now = Slot{7};
    tell(dex::pump_curve_address(pump::coin()), solana::kPumpCurveProgram,
         pump::curve_bytes({.virtual_a = 0, .virtual_b = 0, .real_a = 0, .is_finished = true}), 7);
    ASSERT_TRUE(std::ranges::any_of(events, [](const MarketEvent& event) {
        return std::holds_alternative<LiquidityPulled>(event);
    }));
    EXPECT_EQ(safety.creators().find(key_of(50))->past.launches, 1U);
    EXPECT_EQ(safety.creators().find(key_of(50))->past.ended(), 0U);
}

// Its first slot was on the curve, which nobody heard: whoever bought there holds it now. A pool
// that somebody else made of the coin says nothing of that either, but is its first that we saw.
TEST_F(EntriesIntoCurvesTest, OfACoinThatMigratedNobodyKnowsTheFirstSlotWithoutItsCurve) {
    for (const bool is_canonical : {true, false}) {
        SafetyPolicy strict;
        dex::PoolBook pools;
        Detector each{pools, {}};
        SafetyBook judge{pools, each, strict, {}};
        each.mark_live();
        const pump::SwapPoolOptions options{.is_canonical = is_canonical};
        std::vector<pump::Account> accounts =
            pump::swap_accounts(options, pump::config_of({2, 93, 30}));
        accounts.insert(accounts.begin(),
                        {key_of(80), solana::kPumpSwapProgram, pump::swap_pool_bytes(options)});
        for (const pump::Account& account : accounts) {
            events.clear();
            each.observe(
                AccountUpdate{Slot{5}, account.pubkey, account.owner, Lamports{1}, account.data},
                events);
            for (const MarketEvent& event : events) {
                if (const auto* created = std::get_if<PoolCreated>(&event)) {
                    index = created->pool;
                    judge.meet({index, pump::coin(), key_of(50), created->created_at});
                    judge.follow({index, pump::coin(), key_of(50), created->created_at});
                }
            }
            judge.judge(events, {}, Slot{5}, notes);
        }
        const auto verdict = judge.verdict_of(pump::coin(), {}, Slot{5});
        ASSERT_TRUE(verdict);
        const auto found =
            std::ranges::find(verdict->findings, SafetyCode::BundleShare, &SafetyFinding::code);
        EXPECT_EQ(found->outcome, is_canonical ? SafetyOutcome::Unknown : SafetyOutcome::Passed);
    }
}

}  // namespace
}  // namespace sniperforge::detect
