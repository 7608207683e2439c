// SPDX-License-Identifier: MIT
// Which evidence is gathered about a token, and when its verdict is told.
#include "unit/detect/safety_book_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

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
    const auto finding =
        std::ranges::find(verdict->findings, SafetyCode::HoldersTop10, &SafetyFinding::code);
    ASSERT_NE(finding, verdict->findings.end());
    EXPECT_EQ(finding->value, 1'000U);  // 100,000 of 1,000,000.
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

// What is emptied is emptied later than it may be bought, mostly.
TEST_F(SafetyBookTest, RemembersThePoolOfALaunchThatNobodyFollowsAnyMore) {
    safety.meet({index, pool.mint_b, kCreator, now, WallTime{1'000'000'000}});
    start(61);
    ASSERT_FALSE(safety.is_followed(pool.mint_b));
    ASSERT_EQ(safety.take_creators_seen().size(), 1U);
    events = {LiquidityPulled{index, now, BasisPoints{2'999}}};
    judge();
    EXPECT_TRUE(safety.take_creators_seen().empty());
    events = {LiquidityPulled{index, now, BasisPoints{3'000}}};
    judge();
    const auto seen = safety.take_creators_seen();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].past.emptied, 1U);
    EXPECT_EQ(seen[0].past.launches, 1U);
    EXPECT_EQ(seen[0].past.last.slot, Slot{61});
    events = {LiquidityPulled{index, now, BasisPoints{10'000}}};
    judge();
    EXPECT_TRUE(safety.take_creators_seen().empty()) << "it had ended";
    // His next one is refused for it.
    safety.follow({index, pool.mint_b, kCreator, now});
    hear_nothing_locked();
    make_safe();
    EXPECT_EQ(refusal(), "CREATOR_PULLS");
}

TEST_F(SafetyBookTest, WhatEarlierRunsSawOfACreatorCountsAndIsTold) {
    CreatorRecord record{.creator = kCreator};
    record.past = {.launches = 2,
                   .emptied = 1,
                   .first = {Slot{1}, WallTime{1'796'032'800'000'000'000}},
                   .last = {Slot{2}, WallTime{1'796'032'800'000'000'000}},
                   .ended_within_seconds = 90};
    safety.know_creators({&record, 1});
    EXPECT_TRUE(safety.take_creators_seen().size() == 1) << "of this run: the one that it follows";
    safety.follow({index, pool.mint_b, kCreator, now, WallTime{1'796'032'860'000'000'000}});
    make_safe();
    EXPECT_EQ(refusal(), "CREATOR_PULLS");
    EXPECT_EQ(to_string(*safety.verdict_of(pool.mint_b, {.slot = 12}, Slot{12})->refusing()),
              "CREATOR_PULLS failed: 1, limit 0, read in slot 12 (0 slots ago): 3 launches since "
              "2026-11-30T10:00:00Z, 1 emptied, the soonest after 90 s, seen last "
              "2026-11-30T10:01:00Z");
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

}  // namespace
}  // namespace sniperforge::detect
