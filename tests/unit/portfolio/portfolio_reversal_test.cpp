// SPDX-License-Identifier: MIT
// Fills that never became final: everything that they did is undone, in whatever order.
#include <algorithm>
#include <array>

#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio::test {
namespace {

constexpr std::int64_t kPaid = 100'000'000 + kFee + kRent;
constexpr std::int64_t kBrought = 120'000'000 - kFee + kRent;

class ReversalTest : public PortfolioTest {
 protected:
    std::vector<PositionEvent> sell_all(std::uint64_t id, PositionId position) {
        return settle(exit_intent(id, position), Outcome::Landed,
                      fill_of({kBrought, 0, kRent, -1'000}));
    }
    std::vector<PositionEvent> sell(std::uint64_t id, PositionId position, std::int64_t tokens,
                                    std::int64_t lamports) {
        return settle(exit_intent(id, position), Outcome::Landed,
                      fill_of({lamports, 0, 0, -tokens}));
    }
    std::vector<PositionEvent> reverse(std::uint64_t id, WallTime now = kNewYear) {
        return portfolio.reverse(IntentId{id}, now);
    }
    void expire(const OrderIntent& intent) {
        EXPECT_TRUE(portfolio.apply(report_of(intent, Outcome::Expired), kNewYear).empty());
    }
    // As if nothing had ever been bought or sold.
    void expect_clean_slate() const {
        EXPECT_TRUE(portfolio.positions().empty());
        EXPECT_EQ(portfolio.ledger().wallet(), Lamports{kStart});
        EXPECT_EQ(portfolio.ledger().token(kToken), TokenAmount{});
        EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{});
        EXPECT_EQ(portfolio.counters().pnl_today, LamportsDelta{});
        EXPECT_EQ(portfolio.counters().volume, Lamports{});
        EXPECT_EQ(portfolio.counters().volume_today, Lamports{});
        EXPECT_EQ(portfolio.counters().fills[1], 0U);
        EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{});
        EXPECT_EQ(portfolio.ledger().fills_confirmed(), 0U);
        std::int64_t sum = 0;
        for (const std::int64_t result : portfolio.counters().results) {
            sum += result;
        }
        EXPECT_EQ(sum, 0);
        EXPECT_EQ(portfolio.counters().positions_opened, portfolio.counters().positions_closed);
    }
};

TEST_F(ReversalTest, ClosesThePositionOfAPurchaseThatNeverHappened) {
    const PositionId id = buy();
    const auto events = reverse(1);
    ASSERT_EQ(events.size(), 1U);
    const auto& closed = std::get<PositionClosed>(events[0]);
    EXPECT_EQ(closed.position_id, id);
    EXPECT_EQ(closed.reason, ExitReason::Reversed);
    EXPECT_EQ(closed.pnl_realized, LamportsDelta{});
    // In flight until it is said what became of it.
    EXPECT_EQ(portfolio.in_flight(), 1U);
    EXPECT_TRUE(exposure(entry_intent(2)).is_mint_in_flight);
    EXPECT_FALSE(exposure(entry_intent(2)).is_mint_held);
    expire(entry_intent(1));
    EXPECT_EQ(portfolio.in_flight(), 0U);
    expect_clean_slate();
    EXPECT_TRUE(portfolio.counters().results.empty());
}

TEST_F(ReversalTest, NeverReversesWhatIsFinalOrUnknownToIt) {
    buy();
    portfolio.finalize(IntentId{1});
    EXPECT_TRUE(reverse(1).empty());
    EXPECT_TRUE(reverse(99).empty());
    EXPECT_EQ(only().amount, TokenAmount{1'000});
    EXPECT_EQ(portfolio.in_flight(), 0U);
    EXPECT_EQ(portfolio.ledger().fills_finalized(), 1U);
}

TEST_F(ReversalTest, OpensAPositionAgainWhoseSaleNeverHappened) {
    const PositionId id = buy();
    portfolio.mark(id, Lamports{130'000'000});
    const PositionView before = only();
    sell_all(2, id);
    ASSERT_TRUE(portfolio.positions().empty());
    const auto events = reverse(2);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<PositionOpened>(events[0]).position_id, id);
    EXPECT_EQ(only().amount, before.amount);
    EXPECT_EQ(only().cost, before.cost);
    EXPECT_EQ(only().value_peak, before.value_peak);
    EXPECT_TRUE(only().is_exit_in_flight);  // Until its outcome is told.
    expire(exit_intent(2, id));
    EXPECT_FALSE(only().is_exit_in_flight);
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{});
    EXPECT_EQ(portfolio.counters().positions_closed, 0U);
    EXPECT_EQ(portfolio.counters().fills[1], 1U);
    EXPECT_EQ(portfolio.ledger().wallet(), Lamports{kStart - static_cast<std::uint64_t>(kPaid)});
    // And it can be sold for good.
    const auto sold = sell_all(3, id);
    EXPECT_EQ(std::get<PositionClosed>(sold.at(0)).pnl_realized, LamportsDelta{kBrought - kPaid});
}

TEST_F(ReversalTest, LeavesACleanSlateWhenPurchaseAndSaleAreReversedInEitherOrder) {
    for (const bool is_purchase_first : {true, false}) {
        SCOPED_TRACE(is_purchase_first);
        portfolio = Portfolio{};
        portfolio.start({Lamports{kStart}, {}}, kNewYear);
        const PositionId id = buy();
        sell_all(2, id);
        (void)reverse(is_purchase_first ? 1 : 2);
        (void)reverse(is_purchase_first ? 2 : 1);
        expire(entry_intent(1));
        expire(exit_intent(2, id));
        expect_clean_slate();
    }
}

// Bought, half sold, the rest sold: any of the six orders of reversal ends where it began.
TEST_F(ReversalTest, LeavesACleanSlateAfterPartialSalesInAnyOrder) {
    std::array<std::uint64_t, 3> order = {1, 2, 3};
    do {
        SCOPED_TRACE(::testing::Message() << order[0] << order[1] << order[2]);
        portfolio = Portfolio{};
        portfolio.start({Lamports{kStart}, {}}, kNewYear);
        const PositionId id = buy();
        portfolio.mark(id, Lamports{150'000'001});
        sell(2, id, 500, 70'000'000);
        sell(3, id, 500, 40'000'000);
        ASSERT_TRUE(portfolio.positions().empty());
        for (const std::uint64_t intent : order) {
            (void)reverse(intent);
        }
        expire(entry_intent(1));
        expire(exit_intent(2, id));
        expire(exit_intent(3, id));
        expect_clean_slate();
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(ReversalTest, GivesAPartialSaleBackWithItsCostAndItsPeak) {
    const PositionId id = buy();
    portfolio.mark(id, Lamports{150'000'001});
    const PositionView before = only();
    const LamportsDelta unrealized = portfolio.pnl_unrealized();
    sell(2, id, 333, 60'000'000);
    const auto events = reverse(2);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<PositionChanged>(events[0]).amount, TokenAmount{1'000});
    EXPECT_EQ(only().amount, before.amount);
    EXPECT_EQ(only().cost, before.cost);
    EXPECT_EQ(only().value_peak, before.value_peak);
    EXPECT_EQ(portfolio.pnl_unrealized(), unrealized);
}

// What the rest has risen by since, the whole has: what is armed by it stays armed.
TEST_F(ReversalTest, KeepsWhatThePeakHasGainedBetweenAPartialSaleAndItsReversal) {
    const PositionId id = buy();
    portfolio.mark(id, Lamports{100'000'000});
    sell(2, id, 500, 50'000'000);
    portfolio.mark(id, Lamports{55'000'000});
    (void)reverse(2);
    EXPECT_EQ(only().value_peak, Lamports{110'000'000}) << "10 % above, as the half was";
    EXPECT_EQ(only().cost_average(), only().cost);
}

TEST_F(ReversalTest, ScalesThePeakWithAPurchaseThatIsTakenBackAndNotBelowWhatItWasBefore) {
    const PositionId id = buy(1);
    portfolio.mark(id, Lamports{130'000'000});
    const Lamports before = only().value_peak;
    settle(entry_intent(2), Outcome::Landed, fill_of({-100'000'000, 0, 0, 1'000}));
    (void)reverse(2);
    EXPECT_EQ(only().value_peak, before);
    settle(entry_intent(3), Outcome::Landed, fill_of({-100'000'000, 0, 0, 1'000}));
    portfolio.mark(id, Lamports{300'000'000});
    (void)reverse(3);
    EXPECT_EQ(only().value_peak, Lamports{150'000'000}) << "half of the tokens, half of the peak";
    EXPECT_EQ(only().cost_average(), only().cost);
}

TEST_F(ReversalTest, TakesOnlyTheSecondPurchaseOutOfAPosition) {
    const PositionId id = buy(1);
    settle(entry_intent(2), Outcome::Landed,
           fill_of({-static_cast<std::int64_t>(50'000'000 + kFee), 0, 0, 400}));
    const auto events = reverse(2);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<PositionChanged>(events[0]).position_id, id);
    EXPECT_EQ(only().amount, TokenAmount{1'000});
    EXPECT_EQ(only().cost, Lamports{100'000'000 + kFee});
    EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{});
}

TEST_F(ReversalTest, UndoesACycleAndARevert) {
    settle(cycle_intent(1), Outcome::Landed, fill_of({450'000, 0, 0, 0}));
    settle(entry_intent(2), Outcome::Reverted,
           fill_of({-static_cast<std::int64_t>(kFee), 0, 0, 0}));
    EXPECT_TRUE(reverse(1).empty());
    EXPECT_TRUE(reverse(2).empty());
    expire(cycle_intent(1));
    expire(entry_intent(2));
    EXPECT_EQ(portfolio.counters().fills[0], 0U);
    expect_clean_slate();
}

// The purchase landed in another block after all, at another price.
TEST_F(ReversalTest, TakesTheReportThatFollowsAReversal) {
    buy();
    (void)reverse(1);
    auto report = report_of(entry_intent(1), Outcome::Landed);
    report.fill = fill_of({-static_cast<std::int64_t>(90'000'000 + kFee + kRent), kRent, 0, 900});
    const auto events = portfolio.apply(report, kNewYear);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<PositionOpened>(events[0]));
    EXPECT_EQ(only().amount, TokenAmount{900});
    EXPECT_EQ(only().pool, PoolIndex{3});  // Still that of the intent.
    EXPECT_EQ(portfolio.in_flight(), 0U);
}

// Its time limit does not begin again with the fork.
TEST_F(ReversalTest, APurchaseThatLandsAgainIsAsOldAsItWas) {
    const auto land_at = [&](std::uint64_t id, std::int64_t seconds) {
        ExecutionReport report = report_of(entry_intent(id), Outcome::Landed);
        report.fill = fill_of({-kPaid, kRent, 0, 1'000});
        report.settled_at = MonoTime{seconds * 1'000'000'000};
        (void)portfolio.apply(report, kNewYear);
    };
    portfolio.order_submitted(entry_intent(1));
    land_at(1, 100);
    (void)reverse(1);
    land_at(1, 114);
    EXPECT_EQ(only().opened_at, MonoTime{100'000'000'000});
    (void)reverse(1);
    land_at(1, 120);
    EXPECT_EQ(only().opened_at, MonoTime{100'000'000'000}) << "since the first time";
    (void)reverse(1);
    expire(entry_intent(1));
    portfolio.order_submitted(entry_intent(2));
    land_at(2, 130);
    EXPECT_EQ(only().opened_at, MonoTime{130'000'000'000}) << "another purchase";
}

void settle_in(Portfolio& books, const OrderIntent& intent, const Fill& fill) {
    books.order_submitted(intent);
    auto report = report_of(intent, Outcome::Landed);
    report.fill = fill;
    (void)books.apply(report, kNewYear);
}

// Books with a purchase of 1,000 whose block was dropped, and the sale of them by the order behind
// it, whose block was not.
[[nodiscard]] Portfolio sold_and_dropped(std::uint64_t purchase) {
    Portfolio books;
    books.start({Lamports{kStart}, {}}, kNewYear);
    settle_in(books, entry_intent(purchase), fill_of({-kPaid, kRent, 0, 1'000}));
    const PositionId position = books.positions()[0].position_id;
    settle_in(books, exit_intent(purchase + 1, position), fill_of({kBrought, 0, kRent, -1'000}));
    (void)books.reverse(IntentId{purchase}, kNewYear);
    return books;
}

// Another block took it, and gave so many.
std::vector<PositionEvent> land_anew(Portfolio& books, std::uint64_t purchase,
                                     std::int64_t tokens) {
    auto report = report_of(entry_intent(purchase), Outcome::Landed);
    report.fill = fill_of({-kPaid, kRent, 0, tokens});
    return books.apply(report, kNewYear);
}

// The sale landed on the branch that lives, before anybody knew that its purchase was on the dead
// one: the purchase lands there too, at another price.
TEST_F(ReversalTest, OpensWhatASaleLeftOfAPurchaseThatLandsAgain) {
    for (const std::int64_t again : {1'000, 1'001}) {
        Portfolio books = sold_and_dropped(1);
        const auto events = land_anew(books, 1, again);
        EXPECT_EQ(books.ledger().token(kToken), TokenAmount(again - 1'000));
        if (again == 1'000) {
            EXPECT_TRUE(events.empty());
            EXPECT_TRUE(books.positions().empty());
        } else {
            ASSERT_EQ(books.positions().size(), 1U);
            EXPECT_EQ(books.positions()[0].amount, TokenAmount{1});  // No more than can be sold.
            settle_in(books, exit_intent(3, books.positions()[0].position_id),
                      fill_of({10, 0, 0, -1}));
        }
        EXPECT_TRUE(books.positions().empty());
        const std::int64_t rest = again == 1'000 ? 0 : 10;
        EXPECT_EQ(books.counters().pnl_realized, LamportsDelta{kBrought - kPaid + rest}) << again;
    }
}

// And then the sale turns out to have been on the dead branch, too: all that was bought is held.
TEST_F(ReversalTest, GivesBackWhatAReversedSaleHadTakenFromAPurchaseThatLandedAgain) {
    for (const std::int64_t again : {900, 1'000, 3'000}) {
        for (const bool is_purchase_final : {false, true}) {
            Portfolio books = sold_and_dropped(1);
            (void)land_anew(books, 1, again);
            if (is_purchase_final) {
                books.finalize(IntentId{1});
            }
            (void)books.reverse(IntentId{2}, kNewYear);
            ASSERT_EQ(books.positions().size(), 1U) << again;
            EXPECT_EQ(books.positions()[0].amount, TokenAmount(again)) << again;
            EXPECT_EQ(books.positions()[0].bought, TokenAmount(again)) << again;
            EXPECT_EQ(books.ledger().token(kToken), TokenAmount(again));
            const PositionId position = books.positions()[0].position_id;
            auto reverted = report_of(exit_intent(2, position), Outcome::Reverted);
            reverted.fill = fill_of({-std::int64_t{kFee}, 0, 0, 0});
            (void)books.apply(reverted, kNewYear);
            if (!is_purchase_final && again == 3'000) {
                (void)books.reverse(IntentId{1}, kNewYear);
                EXPECT_TRUE(books.positions().empty()) << "it takes all of them with it";
                continue;
            }
            settle_in(books, exit_intent(3, books.positions()[0].position_id),
                      fill_of({kBrought, 0, kRent, -again}));
            EXPECT_TRUE(books.positions().empty());
            EXPECT_EQ(books.counters().pnl_realized,
                      LamportsDelta{kBrought - kPaid - std::int64_t{kFee}})
                << again;
        }
    }
}

// Of two purchases in one position it is the one that lacked them, whichever was ordered first.
TEST_F(ReversalTest, GivesBackToThePurchaseThatTheSaleHadTakenFrom) {
    for (const std::uint64_t other : {1, 9}) {
        for (const bool is_other_dropped : {true, false}) {
            SCOPED_TRACE(::testing::Message() << other << is_other_dropped);
            Portfolio books = sold_and_dropped(5);
            (void)land_anew(books, 5, 3'000);
            settle_in(books, entry_intent(other), fill_of({-50'000'000, 0, 0, 500}));
            (void)books.reverse(IntentId{6}, kNewYear);
            ASSERT_EQ(books.positions().size(), 1U);
            EXPECT_EQ(books.positions()[0].amount, TokenAmount{3'500});
            (void)books.reverse(IntentId{is_other_dropped ? other : 5}, kNewYear);
            ASSERT_EQ(books.positions().size(), 1U);
            EXPECT_EQ(books.positions()[0].amount, TokenAmount(is_other_dropped ? 3'000 : 500));
            EXPECT_EQ(books.positions()[0].bought, books.positions()[0].amount);
            EXPECT_EQ(books.ledger().token(kToken), books.positions()[0].amount);
            EXPECT_EQ(books.positions()[0].cost,
                      is_other_dropped ? Lamports{100'000'000 + kFee} : Lamports{50'000'000});
        }
    }
}

// It had got nothing at all, so that all of its cost was called lost.
TEST_F(ReversalTest, GivesBackToAPurchaseThatHadGotNothing) {
    for (const bool is_dropped_again : {true, false}) {
        Portfolio books = sold_and_dropped(1);
        (void)land_anew(books, 1, 900);
        (void)books.reverse(IntentId{2}, kNewYear);
        ASSERT_EQ(books.positions().size(), 1U);
        EXPECT_EQ(books.positions()[0].amount, TokenAmount{900});
        EXPECT_EQ(books.positions()[0].cost, Lamports{100'000'000 + kFee});
        // What its exits go by: of nothing, every price would be a profit.
        EXPECT_EQ(books.positions()[0].cost_average(), Lamports{100'000'000 + kFee});
        EXPECT_EQ(books.counters().pnl_realized, LamportsDelta{});
        if (is_dropped_again) {
            (void)books.reverse(IntentId{1}, kNewYear);
            EXPECT_TRUE(books.positions().empty());
            EXPECT_EQ(books.ledger().token(kToken), TokenAmount{});
            EXPECT_EQ(books.counters().pnl_realized, LamportsDelta{});
            EXPECT_EQ(books.counters().pnl_today, LamportsDelta{});
        }
    }
}

TEST_F(ReversalTest, LeavesTodaysCountersAloneForAFillOfYesterday) {
    settle(cycle_intent(1), Outcome::Landed, fill_of({450'000, 0, 0, 0}));
    const WallTime tomorrow = kNewYear + kDay;
    settle(cycle_intent(2), Outcome::Landed, fill_of({30'000, 0, 0, 0}), tomorrow);
    (void)reverse(1, tomorrow);
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{30'000});
    EXPECT_EQ(portfolio.counters().pnl_today, LamportsDelta{30'000});
    EXPECT_EQ(portfolio.counters().volume_today, Lamports{400'000'000});
    EXPECT_EQ(portfolio.counters().volume, Lamports{400'000'000});
}

// ---- Unknown ----

TEST_F(ReversalTest, KeepsEverythingInFlightWhileAnOutcomeIsUnknown) {
    const PositionId id = buy();
    portfolio.order_submitted(entry_intent(2, key_of(8)));
    portfolio.order_submitted(exit_intent(3, id));
    EXPECT_TRUE(
        portfolio.apply(report_of(entry_intent(2, key_of(8)), Outcome::Unknown), kNewYear).empty());
    EXPECT_TRUE(portfolio.apply(report_of(exit_intent(3, id), Outcome::Unknown), kNewYear).empty());
    EXPECT_EQ(portfolio.in_flight(), 2U);
    EXPECT_TRUE(exposure(entry_intent(4, key_of(8))).is_mint_in_flight);
    EXPECT_EQ(exposure(entry_intent(4)).in_flight_spend, Lamports{105'000'000 + 4'000'000});
    EXPECT_TRUE(only().is_exit_in_flight);
    EXPECT_TRUE(exposure(entry_intent(4)).is_mint_held);
    expire(entry_intent(2, key_of(8)));
    expire(exit_intent(3, id));
    EXPECT_EQ(portfolio.in_flight(), 0U);
    EXPECT_FALSE(only().is_exit_in_flight);
}

TEST_F(ReversalTest, RemembersTheSlotOfTheNewestFill) {
    EXPECT_EQ(portfolio.slot_filled(), Slot{});
    buy();
    EXPECT_EQ(portfolio.slot_filled(), Slot{55});
}

}  // namespace
}  // namespace sniperforge::portfolio::test
