// SPDX-License-Identifier: MIT
// Of which tokens a round trip is to be tried, when again, and what it makes of the verdict.
#include <limits>

#include "unit/detect/safety_book_support.hpp"

namespace sniperforge::detect {
namespace {

using test::config_account, test::key_of, test::mint_account, test::TestPool;
using test::kCoins, test::kCreator, test::kSol, test::kTokens;

constexpr BasisPoints kLostMax{1'000};

class SafetyTrialsTest : public test::SafetyBookTest {
 protected:
    SafetyTrialsTest() {
        safety.configure(policy, options);
        make_safe();
    }
    // Asks for one, if it is due.
    [[nodiscard]] std::size_t asked() {
        judge();
        return safety.take_untried(now).size();
    }
    void answer(RoundTripEnd end, std::string problem = {}) {
        answer_of(now.value, end, std::move(problem));
    }
    void answer_of(std::uint64_t slot, RoundTripEnd end, std::string problem = {}) {
        events.clear();
        safety.take_round_trip(pool.mint_b, {end, Slot{slot}, std::move(problem)}, now);
        judge();
    }
    [[nodiscard]] SafetyFinding finding() const {
        const auto verdict = safety.verdict_of(pool.mint_b, {.slot = now.value}, now);
        return *std::ranges::find(verdict->findings, SafetyCode::SimulatedRoundTrip,
                                  &SafetyFinding::code);
    }
    // What was said is said of something else now: it is asked for again, once it may be.
    void expect_tried_anew() {
        EXPECT_EQ(refusal(), "EVIDENCE_AWAITED_UNKNOWN");
        wait(7);
        EXPECT_EQ(asked(), 0U);
        wait(1);
        ASSERT_EQ(asked(), 1U);
        answer(RoundTripEnd::Sold);
        EXPECT_EQ(refusal(), "safe");
    }
    void wait(std::uint64_t slots) {
        start(now.value + slots);
        read_holders(100'000);  // Else they are too old.
    }
    SafetyOptions options{.mints_max = 2,
                          .holders_watched = 1,
                          .wanted_slots = 1'000,
                          .launch_slots = 1'000,
                          .is_round_trip_simulated = true};
};

TEST_F(SafetyTrialsTest, ATokenThatNothingSpeaksAgainstWaitsForItsTrialAndPassesBehindIt) {
    EXPECT_EQ(refusal(), "EVIDENCE_AWAITED_UNKNOWN");
    judge();
    const auto untried = safety.take_untried(now);
    ASSERT_EQ(untried.size(), 1U);
    EXPECT_EQ(untried[0].mint, pool.mint_b);
    EXPECT_EQ(untried[0].pool, index);
    EXPECT_EQ(untried[0].amount, SafetyOptions{}.amount);
    EXPECT_EQ(untried[0].lost_max, kLostMax);
    wait(1);
    EXPECT_EQ(asked(), 0U) << "its answer is awaited";
    answer(RoundTripEnd::Sold);
    EXPECT_EQ(told(), "safe");
}

TEST_F(SafetyTrialsTest, OneThatCannotBeSoldIsRefusedAndNotTriedAgainBeforeHalfOfTheAge) {
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Refused, "the sale failed: spl_token AccountFrozen");
    EXPECT_EQ(told(), "SIMULATED_ROUND_TRIP");
    ASSERT_FALSE(notes.empty());
    ASSERT_TRUE(notes.back().refused);
    EXPECT_EQ(notes.back().refused->problem, "the sale failed: spl_token AccountFrozen");
    wait(75);
    EXPECT_EQ(asked(), 0U);
    wait(1);
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Sold);
    EXPECT_EQ(refusal(), "safe");
}

// A price is another in a moment.
TEST_F(SafetyTrialsTest, WhatMayPassByIsTriedAgainAfterTwoSlotsAndThenAfterTwiceAsManyEachTime) {
    std::uint64_t pause = 2;
    for (const auto& [end, refused] :
         {std::pair{RoundTripEnd::Unknown, "SIMULATED_ROUND_TRIP_UNKNOWN"},
          std::pair{RoundTripEnd::Dear, "SIMULATED_ROUND_TRIP"},
          std::pair{RoundTripEnd::Dear, "SIMULATED_ROUND_TRIP"}}) {
        ASSERT_EQ(asked(), 1U);
        answer(end);
        EXPECT_EQ(refusal(), refused);
        wait(pause - 1);
        EXPECT_EQ(asked(), 0U);
        wait(1);
        pause *= 2;
    }
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Sold);
    wait(76);
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Unknown);
    wait(2);
    EXPECT_EQ(asked(), 1U) << "one that answered in between counts from the first again";
}

// A node that never answers takes fewer and fewer of the calls that holders are read with.
TEST_F(SafetyTrialsTest, WhereNobodyAnswersItIsTriedAgainAfterEightSlotsAndThenAfterTwiceAsMany) {
    for (const std::uint64_t pause : {8U, 16U, 32U, 64U, 76U, 76U}) {
        ASSERT_EQ(asked(), 1U);
        answer_of(0, RoundTripEnd::Unknown, "no node");
        EXPECT_EQ(refusal(), "SIMULATED_ROUND_TRIP_UNKNOWN");
        wait(pause - 1);
        EXPECT_EQ(asked(), 0U) << pause;
        wait(1);
    }
}

TEST_F(SafetyTrialsTest, WhatANodeSaidStandsWhileNobodyAnswersAndIsYoungEnough) {
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Sold);
    const Slot tried = now;
    wait(76);
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Unknown, "no node");
    EXPECT_EQ(refusal(), "safe");
    wait(150 - now.since(tried));
    EXPECT_EQ(refusal(), "safe");
    wait(1);
    EXPECT_EQ(refusal(), "SIMULATED_ROUND_TRIP_UNKNOWN");
}

// The age is counted from our own slot where a node says that it is ahead of us.
TEST_F(SafetyTrialsTest, ANodeFromTheFutureIsAsYoungAsWeAre) {
    ASSERT_EQ(asked(), 1U);
    answer_of(std::numeric_limits<std::uint64_t>::max(), RoundTripEnd::Sold);
    EXPECT_EQ(finding().slot, now);
    wait(150);
    EXPECT_EQ(refusal(), "safe");
    wait(1);
    EXPECT_EQ(refusal(), "SIMULATED_ROUND_TRIP_UNKNOWN");
}

TEST_F(SafetyTrialsTest, ANodeThatIsFurtherBehindThanEvidenceMayBeSaysNothing) {
    start(200);
    hear_lp(100);
    read_holders(100'000);
    ASSERT_EQ(asked(), 1U);
    answer_of(50, RoundTripEnd::Sold);
    EXPECT_EQ(refusal(), "safe");
    wait(76);
    ASSERT_EQ(asked(), 1U);
    answer_of(now.value - 151, RoundTripEnd::Refused);
    EXPECT_EQ(finding().outcome, SafetyOutcome::Unknown) << "of slot 50 is too old now";
    EXPECT_EQ(finding().problem,
              "the node tried it in slot 125, 151 slots ago, and safety.evidence_age_slots_max "
              "is 150");
}

// One that is a few slots behind has not seen the pool, and refuses whatever names it.
TEST_F(SafetyTrialsTest, ARefusalOfBeforeThePoolWasMadeIsTriedAgainSoon) {
    ASSERT_EQ(asked(), 1U);
    answer_of(9, RoundTripEnd::Refused, "AccountNotFound");
    EXPECT_EQ(refusal(), "SIMULATED_ROUND_TRIP_UNKNOWN");
    EXPECT_EQ(finding().problem,
              "the node tried it in slot 9, its pool is of slot 10: AccountNotFound");
    wait(2);
    ASSERT_EQ(asked(), 1U);
    answer_of(10, RoundTripEnd::Refused, "AccountNotFound");
    EXPECT_EQ(refusal(), "SIMULATED_ROUND_TRIP");
}

TEST_F(SafetyTrialsTest, ATokenThatWasSoldIsTriedAnewWhenItsMintHasOtherRules) {
    policy.is_mint_authority_allowed = true;
    safety.configure(policy, options);
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Sold);
    mint.supply = TokenAmount{kCoins - 1};
    hear(mint_account(pool.mint_b, mint));
    EXPECT_EQ(refusal(), "safe") << "that some are burnt is no rule";
    mint.mint_authority = key_of(9);
    hear(mint_account(pool.mint_b, mint));
    expect_tried_anew();
}

TEST_F(SafetyTrialsTest, ATokenThatWasSoldIsTriedAnewInAPoolThatIsDeeper) {
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Sold);
    const TestPool other{.number = 2, .mint_b = pool.mint_b};
    for (const auto& account : {other.account(), config_account(other.config),
                                other.account_a(kSol), other.account_b(kTokens)}) {
        hear(account);
    }
    EXPECT_EQ(refusal(), "safe") << "as deep is not deeper";
    hear(other.account_a(kSol + 1));
    expect_tried_anew();
}

TEST_F(SafetyTrialsTest, ATokenThatWasSoldIsTriedAnewWhenTheSettingsAreOthers) {
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Sold);
    policy.round_trip_loss_max -= BasisPoints{1};
    safety.configure(policy, options);
    expect_tried_anew();
    options.amount += Lamports{1};
    safety.configure(policy, options);
    expect_tried_anew();
}

// The answer is to what was asked, not to what is wanted meanwhile.
TEST_F(SafetyTrialsTest, AnAnswerToWhatIsOtherwiseByNowDoesNotCount) {
    ASSERT_EQ(asked(), 1U);
    options.amount += Lamports{1};
    safety.configure(policy, options);
    answer(RoundTripEnd::Sold);
    expect_tried_anew();
}

// The sniper's policy refuses it, so that nothing but its entry has it tried.
TEST_F(SafetyTrialsTest, WhoeverAllowsMoreThanTheSniperHasItTriedByAsking) {
    safety.meet({index, pool.mint_b, kCreator, now});
    mint.freeze_authority = key_of(9);
    hear(mint_account(pool.mint_b, mint));
    EXPECT_EQ(refusal(), "FREEZE_AUTHORITY");
    EXPECT_EQ(asked(), 0U);
    SafetyPolicy lenient = policy;
    lenient.is_freeze_authority_allowed = true;
    const auto entry = [&] {
        const auto refused = safety
                                 .verdict_on({index, pool.mint_b, Lamports{10'000'000}}, lenient,
                                             {.slot = now.value}, now)
                                 .refusal();
        return refused ? to_string(*refused) : "safe";
    };
    EXPECT_EQ(entry(), "EVIDENCE_AWAITED_UNKNOWN");
    EXPECT_EQ(safety.take_untried(now).size(), 1U);
    answer(RoundTripEnd::Sold);
    EXPECT_EQ(entry(), "safe");
    EXPECT_EQ(refusal(), "FREEZE_AUTHORITY");
}

// Parts of its entry may be bought yet, also behind a restart. Calls are for what is new.
TEST_F(SafetyTrialsTest, WhatIsOnlyHeldIsTriedUntilANodeAnswersAndNotAnew) {
    const SafetySubject held{index, pool.mint_b, kCreator, now};
    safety.set_held({&held, 1});
    wait(options.wanted_slots + 1);
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Unknown);
    wait(149);
    EXPECT_EQ(asked(), 0U);
    wait(1);
    ASSERT_EQ(asked(), 1U);
    answer(RoundTripEnd::Sold);
    wait(150);
    EXPECT_EQ(asked(), 0U);
    EXPECT_EQ(refusal(), "safe");
    wait(1);
    EXPECT_EQ(asked(), 0U);
    EXPECT_EQ(refusal(), "SIMULATED_ROUND_TRIP_UNKNOWN");
}

TEST_F(SafetyTrialsTest, NobodyIsAskedAboutWhatIsRefusedAnyway) {
    start(11);
    read_holders(test::kCoins);
    EXPECT_EQ(refusal(), "HOLDERS_TOP10");
    EXPECT_EQ(asked(), 0U);
    wait(1);
    EXPECT_EQ(asked(), 1U);
}

TEST_F(SafetyTrialsTest, NobodyIsAskedWhereItIsSwitchedOff) {
    safety.configure(policy, {.mints_max = 2, .holders_watched = 1});
    EXPECT_EQ(asked(), 0U);
    EXPECT_EQ(refusal(), "safe");
}

TEST_F(SafetyTrialsTest, AnAnswerThatNobodyWaitsForIsNone) {
    answer(RoundTripEnd::Refused);
    EXPECT_EQ(refusal(), "EVIDENCE_AWAITED_UNKNOWN");
}

}  // namespace
}  // namespace sniperforge::detect
