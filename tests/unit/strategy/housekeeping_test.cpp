// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/housekeeping.hpp"

#include <gtest/gtest.h>

#include "sniperforge/solana/program_ids.hpp"
#include "unit/dex/router_support.hpp"
#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;
using std::chrono::seconds;

constexpr Lamports kSweepFee{5'400};
constexpr Lamports kLocked{2'039'280};

// 0.001 SOL for a token of a million units: 1 lamport a unit, less 25 bps.
const TestPool kPool{.number = 1, .mint_b = key_of(4)};
constexpr Reserves kReserves{1'000 * kSol, 1'000 * kSol};

class HousekeepingTest : public ::testing::Test {
 protected:
    HousekeepingTest() {
        settings.sweep_value_max = Lamports{30'000};
        market.costs.sweep_fee = kSweepFee;
    }
    [[nodiscard]] static Residue residue(std::uint64_t amount) {
        return {kPool.mint_b, solana::kTokenProgram, TokenAmount{amount}, kLocked};
    }
    Intents decide(const std::vector<Residue>& residues) {
        if (!housekeeping) {
            housekeeping.emplace(settings);
        }
        Intents intents;
        housekeeping->decide(residues, market.view(), intents);
        return intents;
    }
    // A failed sweep of the pool's token, settled now.
    void fail_now(Outcome outcome) {
        ExecutionReport report;
        report.kind = OrderKind::Sweep;
        report.mint = kPool.mint_b;
        report.outcome = outcome;
        report.settled_at = market.now;
        housekeeping->settled(report);
    }

    config::ExecutionSettings settings;
    Market market;
    std::optional<Housekeeping> housekeeping;
};

// ---- When ----

TEST_F(HousekeepingTest, IsDueOnceAnIntervalAndNotAtTheStart) {
    settings.sweep_interval = seconds{60};
    Housekeeping keeper{settings};
    const MonoTime start{1'000};
    EXPECT_FALSE(keeper.is_due(start));
    EXPECT_FALSE(keeper.is_due(start + (seconds{60} - Duration{1})));
    EXPECT_TRUE(keeper.is_due(start + seconds{60}));
    EXPECT_FALSE(keeper.is_due(start + (seconds{120} - Duration{1})));
    EXPECT_TRUE(keeper.is_due(start + seconds{120}));
}

TEST_F(HousekeepingTest, IsNeverDueWhenItIsTurnedOff) {
    settings.sweep_interval = Duration{0};
    Housekeeping keeper{settings};
    for (int hour = 0; hour < 3; ++hour) {
        EXPECT_FALSE(keeper.is_due(MonoTime{1} + std::chrono::hours{hour}));
    }
}

// ---- What ----

TEST_F(HousekeepingTest, ProposesToBurnAllAndToCloseTheAccount) {
    market.add(kPool, kReserves);
    const Intents intents = decide({residue(20)});
    ASSERT_EQ(intents.size(), 1U);
    const OrderIntent& intent = intents.front();
    EXPECT_EQ(intent.kind, OrderKind::Sweep);
    EXPECT_EQ(intent.strategy, StrategyId::Housekeeping);
    EXPECT_EQ(intent.mint_in, kPool.mint_b);
    EXPECT_EQ(intent.mint_out, solana::kWrappedSolMint);
    EXPECT_EQ(intent.token_program, solana::kTokenProgram);
    EXPECT_EQ(intent.amount_in, TokenAmount{20});
    EXPECT_EQ(intent.receive_min.raw(), kLocked.raw());
    EXPECT_EQ(intent.spend_max, kSweepFee);
    EXPECT_EQ(intent.profit_expected, kLocked - kSweepFee);
    EXPECT_EQ(intent.decided_at, market.slot);
}

TEST_F(HousekeepingTest, ClosesAnEmptyAccountWithoutAPrice) {
    const Intents intents = decide({residue(0)});
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_TRUE(intents.front().amount_in.is_zero());
}

TEST_F(HousekeepingTest, SweepsWhatBringsTheLimitAndNotOneLamportMore) {
    const PoolIndex pool = market.add(kPool, kReserves);
    const TokenAmount amount{30'000};
    const auto value =
        dex::quote_exact_in(market.book().pool(pool), Direction::BToA, amount, dex::test::kNow);
    ASSERT_TRUE(value);
    settings.sweep_value_max = Lamports{value->amount_out.raw()};
    EXPECT_EQ(decide({residue(amount.raw())}).size(), 1U);
    EXPECT_EQ(housekeeping->left().worth_a_sale, 0U);
    housekeeping.reset();
    settings.sweep_value_max = settings.sweep_value_max - Lamports{1};
    EXPECT_TRUE(decide({residue(amount.raw())}).empty());
    EXPECT_EQ(housekeeping->left().worth_a_sale, 1U);
}

TEST_F(HousekeepingTest, TakesWhatBuysNoLamportForWorthless) {
    market.add(kPool, {1'000 * kSol, 1'000'000'000 * kSol});
    settings.sweep_value_max = Lamports{};
    EXPECT_EQ(decide({residue(1)}).size(), 1U);
}

// What is burnt cannot be had back: without a price that is hard to push nothing is.
TEST_F(HousekeepingTest, LeavesWhatNoDeepPoolPrices) {
    EXPECT_TRUE(decide({residue(1)}).empty());
    EXPECT_EQ(housekeeping->left().unpriced, 1U);
    market.add(kPool, {10 * kSol - 1, 10 * kSol});
    EXPECT_TRUE(decide({residue(1)}).empty());
    EXPECT_EQ(housekeeping->left().unpriced, 1U);
    market.slot = Slot{101};
    market.set(kPool, {10 * kSol, 10 * kSol});
    EXPECT_EQ(decide({residue(1)}).size(), 1U);
    EXPECT_EQ(housekeeping->left().unpriced, 0U);
    market.accounts.book.set_blind(kPool.vault_a());
    EXPECT_TRUE(decide({residue(1)}).empty());
    EXPECT_EQ(housekeeping->left().unpriced, 1U);
}

TEST_F(HousekeepingTest, WantsMoreRentThanTheFee) {
    Residue one = residue(0);
    one.rent = kSweepFee;
    EXPECT_TRUE(decide({one}).empty());
    one.rent = kSweepFee + Lamports{1};
    EXPECT_EQ(decide({one}).size(), 1U);
}

TEST_F(HousekeepingTest, LeavesAndCountsWhatItsProgramWouldNotClose) {
    Residue stuck = residue(0);
    stuck.is_unclosable = true;
    EXPECT_TRUE(decide({stuck}).empty());
    EXPECT_EQ(housekeeping->left().unclosable, 1U);
}

// Token-2022 keeps an account open that withheld fees of transfers; one unit is enough.
TEST_F(HousekeepingTest, LeavesAccountsOfATokenWhoseTransfersAreTaxed) {
    TestPool taxed = kPool;
    taxed.program_b = solana::kToken2022Program;
    market.add(taxed, kReserves);
    market.accounts.apply(dex::test::taxed_mint(kPool.mint_b, 0, 1), market.slot.value);
    EXPECT_EQ(decide({residue(0)}).size(), 1U);
    market.accounts.apply(dex::test::taxed_mint(kPool.mint_b, 1, 1), market.slot.value + 1);
    EXPECT_TRUE(decide({residue(0)}).empty());
    EXPECT_EQ(housekeeping->left().unclosable, 1U);
}

TEST_F(HousekeepingTest, ProposesAFewAtATime) {
    std::vector<Residue> many;
    for (std::uint64_t i = 0; i < kSweepsMax + 2; ++i) {
        many.push_back(residue(0));
        many.back().mint = key_of(100 + i);
    }
    EXPECT_EQ(decide(many).size(), kSweepsMax);
    EXPECT_EQ(housekeeping->left().waiting, 2U);
    many.resize(kSweepsMax);
    EXPECT_EQ(decide(many).size(), kSweepsMax);
    EXPECT_EQ(housekeeping->left().waiting, 0U);
}

// ---- After a failure ----

TEST_F(HousekeepingTest, WaitsTwiceAsLongAfterEachFailure) {
    settings.sweep_interval = seconds{60};
    ASSERT_EQ(decide({residue(0)}).size(), 1U);
    for (const int wait : {120, 240, 480}) {
        fail_now(wait == 240 ? Outcome::Expired : Outcome::Rejected);
        const MonoTime failed_at = market.now;
        market.now = failed_at + (seconds{wait} - Duration{1});
        EXPECT_TRUE(decide({residue(0)}).empty()) << wait;
        EXPECT_EQ(housekeeping->left().waiting, 1U);
        market.now = failed_at + seconds{wait};
        EXPECT_EQ(decide({residue(0)}).size(), 1U) << wait;
    }
    fail_now(Outcome::Landed);
    EXPECT_EQ(decide({residue(0)}).size(), 1U);
}

TEST_F(HousekeepingTest, StopsDoublingAfterTen) {
    settings.sweep_interval = seconds{86'400};
    ASSERT_EQ(decide({residue(0)}).size(), 1U);
    for (int i = 0; i < 100; ++i) {
        fail_now(Outcome::Reverted);
    }
    market.now = market.now + (seconds{86'400} * 1'024 - Duration{1});
    EXPECT_TRUE(decide({residue(0)}).empty());
    market.now = market.now + Duration{1};
    EXPECT_EQ(decide({residue(0)}).size(), 1U);
}

TEST_F(HousekeepingTest, IsNotConcernedByOtherOrders) {
    ASSERT_EQ(decide({residue(0)}).size(), 1U);
    ExecutionReport report;
    report.kind = OrderKind::Exit;
    report.mint = kPool.mint_b;
    report.outcome = Outcome::Reverted;
    report.settled_at = market.now;
    housekeeping->settled(report);
    EXPECT_EQ(decide({residue(0)}).size(), 1U);
}

}  // namespace
}  // namespace sniperforge::strategy
