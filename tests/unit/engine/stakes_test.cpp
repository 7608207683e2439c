// SPDX-License-Identifier: MIT
// What an intent's venues and creators have of ours already: what is held, and what is on its way.
#include "sniperforge/engine/stakes.hpp"

#include <gtest/gtest.h>

#include "unit/detect/detector_support.hpp"

namespace sniperforge::engine {
namespace {

using dex::test::key_of;
using dex::test::TestPool;

const Pubkey kDeployer = key_of(90);

const TestPool kFirst{.number = 1, .mint_b = key_of(21), .creator = kDeployer};
const TestPool kSecond{.number = 2, .mint_b = key_of(22), .creator = kDeployer};
const TestPool kThird{.number = 3, .mint_b = key_of(23), .creator = key_of(91)};
const TestPool kNameless{.number = 4, .mint_b = key_of(24)};
const TestPool kOtherVenue{.venue = VenueId::RaydiumAmmV4, .number = 5, .mint_b = key_of(21)};

class StakesTest : public ::testing::Test {
 protected:
    StakesTest() {
        for (const TestPool& pool : {kFirst, kSecond, kThird, kNameless, kOtherVenue}) {
            (void)accounts.add(pool, {100, 100});
        }
        portfolio.start({Lamports{kLamportsPerSol}, {}}, WallTime{});
    }
    [[nodiscard]] PoolIndex index_of(const TestPool& pool) const {
        return accounts.book.find(pool.id()).value();
    }
    // For at most 1,000 lamports.
    [[nodiscard]] OrderIntent entry(const TestPool& pool) {
        OrderIntent intent;
        intent.intent_id = IntentId{++intents};
        intent.strategy = StrategyId::Sniper;
        intent.kind = OrderKind::Entry;
        intent.mint_in = solana::kWrappedSolMint;
        intent.mint_out = pool.mint_b;
        intent.spend_max = Lamports{1'000};
        intent.pool = index_of(pool);
        return intent;
    }
    [[nodiscard]] OrderIntent cycle(const TestPool& there, const TestPool& back) {
        OrderIntent intent = entry(there);
        intent.strategy = StrategyId::Arbitrage;
        intent.kind = OrderKind::Cycle;
        intent.mint_out = solana::kWrappedSolMint;
        intent.leg_count = 2;
        intent.legs[0].pool = intent.pool;
        intent.legs[1].pool = index_of(back);
        intent.legs[1].direction = Direction::BToA;
        return intent;
    }
    // A position that cost 700 lamports.
    void hold(const OrderIntent& intent) {
        portfolio.order_submitted(intent);
        ExecutionReport report;
        report.intent_id = intent.intent_id;
        report.kind = intent.kind;
        report.mint = intent.mint_out;
        report.outcome = Outcome::Landed;
        report.fill.wallet = LamportsDelta{-700};
        report.fill.tokens = {{intent.mint_out, TokenDelta{5}}};
        (void)portfolio.apply(report, WallTime{});
    }
    [[nodiscard]] Exposure told(const OrderIntent& intent) const {
        Exposure exposure;
        note_stakes(intent, portfolio, accounts.book, exposure);
        note_creators(intent, portfolio, accounts.book, exposure);
        note_launches(intent, portfolio, detector, exposure);
        return exposure;
    }
    void call(const TestPool& pool, std::string_view name, std::string_view uri) {
        std::vector<MarketEvent> events;
        detector.observe(detect::test::mint_with_names(pool.mint_b, name, uri).at(5), events);
    }

    dex::test::TestBook accounts;
    detect::Detector detector{accounts.book, {}};
    portfolio::Portfolio portfolio;
    std::uint64_t intents = 0;
};

// ---- Funders ----

// kFirst and kSecond are of one creator, kThird is of another, kNameless of nobody.
TEST_F(StakesTest, CountsThePositionsWhoseCreatorsOneKeyPaidFor) {
    const auto creator = [&](const TestPool& pool) {
        return creator_of(accounts.book.pool(index_of(pool)));
    };
    const auto told_of = [&](const Funders& funders, const OrderIntent& intent) {
        Exposure exposure = told(intent);
        note_funder(intent, portfolio, accounts.book, funders, exposure);
        return exposure;
    };
    Funders funders{8};
    for (const TestPool& pool : {kFirst, kSecond, kThird}) {
        (void)funders.want(creator(pool));
    }
    hold(entry(kSecond));
    EXPECT_EQ(told_of(funders, entry(kFirst)).funder_standing, FunderStanding::Pending);
    EXPECT_EQ(told_of(funders, entry(kFirst)).funder_positions, 0U);
    funders.settle(creator(kFirst), key_of(90));
    funders.settle(creator(kThird), key_of(90));
    EXPECT_EQ(told_of(funders, entry(kFirst)).funder, key_of(90));
    EXPECT_EQ(told_of(funders, entry(kThird)).funder_positions, 1U);
    portfolio.order_submitted(entry(kThird));
    EXPECT_EQ(told_of(funders, entry(kFirst)).funder_positions, 2U);
    EXPECT_EQ(told_of(funders, cycle(kFirst, kSecond)).funder_positions, 0U);
    EXPECT_EQ(told_of(funders, entry(kNameless)).funder_standing, FunderStanding::Unasked);
}

// ---- Venues ----

TEST_F(StakesTest, AddsUpWhatIsHeldAndOnItsWayAtTheVenueOfAnEntry) {
    EXPECT_EQ(told(entry(kFirst)).venue_stake, Lamports{});
    hold(entry(kSecond));
    portfolio.order_submitted(entry(kThird));
    const Exposure cpmm = told(entry(kFirst));
    EXPECT_EQ(cpmm.venue_stake, Lamports{1'700});
    EXPECT_EQ(cpmm.venue_staked, VenueId::RaydiumCpmm);
    const Exposure amm = told(entry(kOtherVenue));
    EXPECT_EQ(amm.venue_stake, Lamports{});
    EXPECT_EQ(amm.venue_staked, VenueId::RaydiumAmmV4);
}

TEST_F(StakesTest, AsksForTheVenueOfACycleThatHasTheMost) {
    hold(entry(kOtherVenue));
    for (const OrderIntent& intent : {cycle(kFirst, kOtherVenue), cycle(kOtherVenue, kFirst)}) {
        EXPECT_EQ(told(intent).venue_stake, Lamports{700});
        EXPECT_EQ(told(intent).venue_staked, VenueId::RaydiumAmmV4);
    }
}

TEST_F(StakesTest, CountsACycleOnItsWayOnceAtEachOfItsVenues) {
    portfolio.order_submitted(cycle(kFirst, kOtherVenue));
    portfolio.order_submitted(cycle(kFirst, kSecond));
    EXPECT_EQ(told(entry(kFirst)).venue_stake, Lamports{2'000});
    EXPECT_EQ(told(entry(kOtherVenue)).venue_stake, Lamports{1'000});
}

// Nobody knows where it is: it could be at the venue that is asked about.
TEST_F(StakesTest, CountsAPositionWithoutAPoolForEveryVenue) {
    OrderIntent older = entry(kFirst);
    older.pool = PoolIndex{5};  // One beyond the book.
    hold(older);
    EXPECT_EQ(told(entry(kSecond)).venue_stake, Lamports{700});
    EXPECT_EQ(told(entry(kOtherVenue)).venue_stake, Lamports{700});
    EXPECT_EQ(told(entry(kSecond)).creator_positions, 0U);
}

// ---- Creators ----

TEST_F(StakesTest, CountsPositionsAndEntriesOfTheSameCreator) {
    EXPECT_EQ(told(entry(kFirst)).creator_positions, 0U);
    hold(entry(kSecond));
    EXPECT_EQ(told(entry(kFirst)).creator_positions, 1U);
    EXPECT_EQ(told(entry(kThird)).creator_positions, 0U);
    portfolio.order_submitted(entry(kFirst));
    EXPECT_EQ(told(entry(kFirst)).creator_positions, 2U);
    // A cycle holds nothing, neither the one that asks nor the one on its way.
    portfolio.order_submitted(cycle(kFirst, kSecond));
    EXPECT_EQ(told(entry(kFirst)).creator_positions, 2U);
    EXPECT_EQ(told(cycle(kFirst, kSecond)).creator_positions, 0U);
}

TEST_F(StakesTest, DoesNotTakeAllUnknownCreatorsForOne) {
    hold(entry(kOtherVenue));
    EXPECT_EQ(told(entry(kNameless)).creators[0], Pubkey{});
    EXPECT_EQ(told(entry(kNameless)).creator_positions, 0U);
}

TEST_F(StakesTest, NamesMintAndCreatorOfEverySwap) {
    const Exposure one = told(entry(kThird));
    EXPECT_EQ(one.mints[0], kThird.mint_b);
    EXPECT_EQ(one.creators[0], kThird.creator);
    EXPECT_EQ(one.mints[1], Pubkey{});
    const Exposure two = told(cycle(kOtherVenue, kFirst));
    EXPECT_EQ(two.mints[0], kOtherVenue.mint_b);
    EXPECT_EQ(two.mints[1], solana::kWrappedSolMint);
    EXPECT_EQ(two.creators[0], Pubkey{});
    EXPECT_EQ(two.creators[1], kDeployer);
}

TEST_F(StakesTest, TakesTheCoinsCreatorForThatOfAMigratedCurve) {
    dex::PumpSwapPool pool;
    pool.creator = key_of(1);
    EXPECT_EQ(dex::creator_of({.state = pool}), key_of(1));
    pool.coin_creator = key_of(2);
    EXPECT_EQ(dex::creator_of({.state = pool}), key_of(2));
    dex::PumpCurvePool curve;
    curve.creator = key_of(2);
    EXPECT_EQ(dex::creator_of({.state = curve}), key_of(2));
    dex::MeteoraDammV2Pool damm;
    damm.creator = key_of(3);
    EXPECT_EQ(dex::creator_of({.state = damm}), key_of(3));
    EXPECT_EQ(dex::creator_of({.state = dex::OrcaWhirlpoolPool{}}), Pubkey{});
}

TEST_F(StakesTest, PositionsAndOrdersThatMoveAsTheEntryDoesAreCounted) {
    CoMovement movement;
    std::uint64_t writes = 10;
    Slot now;
    for (std::uint64_t i = 0; i < 40; ++i) {
        now = Slot{i * CoMovement::kSampleSlots};
        for (const TestPool& pool : {kFirst, kSecond, kThird}) {
            const std::uint64_t step = pool.number == 3 ? 4 - i % 5 : i % 5;
            accounts.apply(pool.account_a(kLamportsPerSol * (100 + step * step)), ++writes);
            accounts.apply(pool.account_b(1'000'000'000), ++writes);
            movement.observe(accounts.book, index_of(pool), now);
        }
    }
    const auto told_of = [&](const OrderIntent& intent, std::uint32_t percent_min) {
        Exposure exposure;
        note_correlation(intent, portfolio, movement, now, percent_min, exposure);
        return exposure;
    };
    EXPECT_EQ(told_of(entry(kFirst), 80).correlated_positions, 0U);
    hold(entry(kSecond));
    hold(entry(kThird));  // Falls where the others rise.
    EXPECT_EQ(told_of(entry(kFirst), 80).correlated_positions, 1U);
    EXPECT_EQ(told_of(entry(kFirst), 80).correlation_percent, 100U);
    EXPECT_EQ(told_of(entry(kFirst), 100).correlated_positions, 1U);
    EXPECT_EQ(told_of(entry(kThird), 80).correlated_positions, 0U);
    portfolio.order_submitted(entry(kSecond));
    EXPECT_EQ(told_of(entry(kFirst), 80).correlated_positions, 2U);
    EXPECT_EQ(told_of(cycle(kFirst, kSecond), 80).correlated_positions, 0U);
}

// ---- Names ----

TEST_F(StakesTest, CountsWhatIsHeldAndOnItsWayOfOneNameOrOneUri) {
    call(kFirst, "Moon Cat", "ipfs://QmA");
    call(kSecond, "MOONCAT", "ipfs://QmB");
    call(kThird, "Other", "ipfs://QmA");
    call(kNameless, "Else", "ipfs://QmC");
    hold(entry(kSecond));
    EXPECT_EQ(told(entry(kFirst)).launch_positions, 1U);
    EXPECT_EQ(told(entry(kFirst)).launch_alike, kSecond.mint_b);
    EXPECT_FALSE(told(entry(kFirst)).is_launch_uri_shared);
    EXPECT_EQ(told(entry(kThird)).launch_positions, 0U);
    portfolio.order_submitted(entry(kThird));
    EXPECT_EQ(told(entry(kFirst)).launch_positions, 2U);
    EXPECT_TRUE(told(entry(kFirst)).is_launch_uri_shared);
    EXPECT_EQ(told(entry(kNameless)).launch_positions, 0U);
    EXPECT_EQ(told(cycle(kFirst, kSecond)).launch_positions, 0U);
}

TEST_F(StakesTest, CountsNothingByNamesThatNobodyKnows) {
    hold(entry(kSecond));
    EXPECT_EQ(told(entry(kFirst)).launch_positions, 0U);
    call(kFirst, "Moon Cat", "");
    EXPECT_EQ(told(entry(kFirst)).launch_positions, 0U);
    call(kSecond, "Moon Cat", "");
    EXPECT_EQ(told(entry(kFirst)).launch_positions, 1U);
}

}  // namespace
}  // namespace sniperforge::engine
