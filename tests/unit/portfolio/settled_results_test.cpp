// SPDX-License-Identifier: MIT
// What has ended for good: the results that the ladder of capital rests on.
#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio::test {
namespace {

class SettledTest : public PortfolioTest {
 protected:
    // Sold for so much, fees included and rent back.
    void sell(std::uint64_t id, PositionId position, std::int64_t lamports, WallTime at) {
        portfolio.order_submitted(exit_intent(id, position));
        ExecutionReport report = report_of(exit_intent(id, position), Outcome::Landed);
        report.fill = fill_of({lamports, 0, kRent, -1'000});
        report.settled_at = MonoTime{77 + 30'000'000'000};  // 30 s after the purchase.
        (void)portfolio.apply(report, at);
    }
    [[nodiscard]] LamportsDelta sum() const {
        LamportsDelta sum;
        for (const SettledResult& each : portfolio.settled().results()) {
            sum += each.net;
        }
        return sum;
    }
};

constexpr std::int64_t kSpentOnIt = 100'000'000 + kFee + kRent;

TEST_F(SettledTest, APositionCountsOnceItsSaleIsFinal) {
    portfolio.begin_settled(portfolio.result());
    const PositionId position = buy(1);
    portfolio.finalize(IntentId{1});
    sell(2, position, 130'000'000, kNewYear + kDay);
    EXPECT_TRUE(portfolio.settled().results().empty());
    portfolio.finalize(IntentId{2});
    ASSERT_EQ(portfolio.settled().results().size(), 1U);
    const SettledResult& result = portfolio.settled().results().front();
    EXPECT_EQ(result.strategy, StrategyId::Sniper);
    EXPECT_EQ(result.net, LamportsDelta{130'000'000 - kSpentOnIt});
    EXPECT_EQ(result.closed_at, kNewYear + kDay);
    EXPECT_EQ(result.closed_at.ns - result.opened_at.ns, 30'000'000'000);
    EXPECT_GT(result.stake, Lamports{100'000'000});
}

TEST_F(SettledTest, ASaleThatIsReversedIsNoResult) {
    portfolio.begin_settled(portfolio.result());
    const PositionId position = buy(1);
    portfolio.finalize(IntentId{1});
    sell(2, position, 130'000'000, kNewYear);
    (void)portfolio.reverse(IntentId{2}, kNewYear);
    portfolio.finalize(IntentId{2});
    EXPECT_TRUE(portfolio.settled().results().empty());
}

// A revert is no trade of its own, and nobody forgets what it cost.
TEST_F(SettledTest, TheNextResultCarriesWhatFailuresCostBeforeIt) {
    portfolio.begin_settled(portfolio.result());
    (void)settle(cycle_intent(1), Outcome::Reverted, fill_of({-9'000, 0, 0, 0}));
    portfolio.finalize(IntentId{1});
    EXPECT_TRUE(portfolio.settled().results().empty());
    (void)settle(cycle_intent(2), Outcome::Landed, fill_of({50'000, 0, 0, 0}));
    portfolio.finalize(IntentId{2});
    ASSERT_EQ(portfolio.settled().results().size(), 1U);
    EXPECT_EQ(portfolio.settled().results().front().net, LamportsDelta{41'000});
    EXPECT_EQ(portfolio.settled().results().front().stake, Lamports{200'000'000});
    EXPECT_EQ(sum(), portfolio.counters().pnl_realized);
}

TEST_F(SettledTest, BeginsAnewWithNothingOfBefore) {
    (void)settle(cycle_intent(1), Outcome::Landed, fill_of({50'000, 0, 0, 0}));
    portfolio.finalize(IntentId{1});
    portfolio.begin_settled(portfolio.result());
    EXPECT_TRUE(portfolio.settled().results().empty());
    (void)settle(cycle_intent(2), Outcome::Landed, fill_of({-20'000, 0, 0, 0}));
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(sum(), LamportsDelta{-20'000});
    portfolio.begin_run();  // The figures of a run start from zero, the results do not.
    (void)settle(cycle_intent(3), Outcome::Landed, fill_of({1'000, 0, 0, 0}));
    portfolio.finalize(IntentId{3});
    ASSERT_EQ(portfolio.settled().results().size(), 2U);
    EXPECT_EQ(portfolio.settled().results().back().net, LamportsDelta{1'000});
}

// In the books what was moved is neither won nor lost; whoever judges by results does not believe
// that.
TEST_F(SettledTest, TokensThatVanishAreALossOfTheirCost) {
    portfolio.begin_settled(portfolio.result());
    (void)buy(1);
    portfolio.finalize(IntentId{1});
    const Lamports cost = only().cost;
    (void)portfolio.adopt({portfolio.ledger().wallet(), {}}, kNewYear);
    ASSERT_EQ(portfolio.settled().results().size(), 1U);
    EXPECT_EQ(portfolio.settled().results().front().net,
              portfolio.counters().pnl_realized - cost.minus(Lamports{}));
    EXPECT_LE(portfolio.settled().results().front().net.raw(), -100'000'000);
}

// So is what vanishes of a position that goes on, once that ends.
TEST_F(SettledTest, TokensThatVanishInPartAreALossOfTheirPartOfTheCost) {
    portfolio.begin_settled(portfolio.result());
    const PositionId position = buy(1);
    portfolio.finalize(IntentId{1});
    (void)portfolio.adopt({portfolio.ledger().wallet(), {{kToken, TokenAmount{10}}}}, kNewYear);
    EXPECT_LE(portfolio.unsettled().raw(), -98'000'000) << "at once";
    portfolio.order_submitted(exit_intent(2, position));
    ExecutionReport report = report_of(exit_intent(2, position), Outcome::Landed);
    report.fill = fill_of({1'000'000, 0, kRent, -10});
    (void)portfolio.apply(report, kNewYear);
    portfolio.finalize(IntentId{2});
    ASSERT_EQ(portfolio.settled().results().size(), 1U);
    EXPECT_EQ(portfolio.settled().results().front().net, LamportsDelta{1'000'000 - kSpentOnIt});
}

// What has not ended is in unsettled() from its first mark on, and in nothing twice.
TEST_F(SettledTest, WhatIsOpenAtTheBeginningIsNotCountedAgain) {
    const PositionId position = buy(1);
    portfolio.finalize(IntentId{1});
    portfolio.mark(position, Lamports{60'000'000});
    portfolio.begin_settled(portfolio.result());
    EXPECT_EQ(portfolio.unsettled(), LamportsDelta{});
    portfolio.mark(position, Lamports{50'000'000});
    EXPECT_EQ(portfolio.unsettled(), LamportsDelta{-10'000'000});
    sell(2, position, 50'000'000 + static_cast<std::int64_t>(kRent), kNewYear);
    EXPECT_EQ(portfolio.unsettled(), LamportsDelta{-10'000'000}) << "sold, and not final";
    portfolio.finalize(IntentId{2});
    EXPECT_EQ(portfolio.unsettled(), LamportsDelta{});
    EXPECT_EQ(sum(), LamportsDelta{-10'000'000});
}

TEST_F(SettledTest, PutsTheOldestTogetherByTheDayAndKeepsSumAndCount) {
    SettledResults results;
    std::int64_t sum = 0;
    const auto add = [&](std::int64_t net, WallTime at) {
        results.add({.strategy = {}, .opened_at = at, .closed_at = at, .stake = Lamports{1}},
                    LamportsDelta{sum += net});
    };
    const auto half = static_cast<std::int64_t>(SettledResults::kMax / 2);
    for (std::int64_t i = 0; i < half; ++i) {
        add(i % 2 == 0 ? 3 : -1, kNewYear + kDay * (4 * i / half));
    }
    for (std::int64_t i = 0; i < half; ++i) {
        add(1, kNewYear + kDay * 5);
    }
    EXPECT_EQ(results.results().size(), SettledResults::kMax);
    add(10'000, kNewYear + kDay * 6);
    EXPECT_EQ(results.results().size(), SettledResults::kMax / 2 + 1 + 4);
    EXPECT_EQ(results.count(), SettledResults::kMax + 1);
    EXPECT_EQ(results.results().front().net, LamportsDelta{half / 4});
    EXPECT_EQ(results.results().front().stake, Lamports{static_cast<std::uint64_t>(half / 4)});
    EXPECT_EQ(results.results().back().net, LamportsDelta{10'000});
    LamportsDelta all;
    for (const SettledResult& each : results.results()) {
        all += each.net;
    }
    EXPECT_EQ(all, LamportsDelta{sum});
}

}  // namespace
}  // namespace sniperforge::portfolio::test
