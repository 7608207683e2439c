// SPDX-License-Identifier: MIT
// The ledger's accounts and the positions' lots are of one piece, whatever happens; what a fork
// takes back leaves no trace, and a checkpoint loses nothing.
#include <algorithm>
#include <map>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio::test {
namespace {

[[nodiscard]] i128 of(const Portfolio& books, Account account) {
    return books.ledger().trial_balance().lamports[static_cast<std::size_t>(account)];
}

// What a fork must leave as it was.
struct Snapshot {
    std::map<Pubkey, std::vector<Lot>> lots;
    AccountBalances lamports{};
    [[nodiscard]] bool operator==(const Snapshot&) const = default;
};
[[nodiscard]] Snapshot snapshot_of(const Portfolio& books) {
    Snapshot snapshot;
    for (const PositionView& view : books.positions()) {
        const auto lots = books.lots(view.position_id);
        snapshot.lots[view.mint].assign(lots.begin(), lots.end());
    }
    snapshot.lamports = books.ledger().trial_balance().lamports;
    return snapshot;
}

class BooksTest : public PortfolioTest {
 protected:
    // A random purchase or sale; of rents none, so that results are what trades came to.
    OrderIntent trade() {
        const Pubkey mint = key_of(static_cast<std::uint8_t>(20 + rng.below(2)));
        const auto held = std::ranges::find(portfolio.positions(), mint, &PositionView::mint);
        ++slot;
        if (held == portfolio.positions().end() || rng.below(2) == 0) {
            const OrderIntent intent = entry_intent(++ids, mint);
            land(intent, fill_of({-static_cast<std::int64_t>(kFee + rng.below(100'000)), 0, 0,
                                  1 + static_cast<std::int64_t>(rng.below(1'000))},
                                 mint));
            return intent;
        }
        OrderIntent intent = exit_intent(++ids, held->position_id);
        intent.mint_in = mint;
        const std::uint64_t amount =
            rng.below(4) == 0 ? held->amount.raw() : 1 + rng.below(held->amount.raw());
        land(intent, fill_of({static_cast<std::int64_t>(rng.below(200'000)) - 50'000, 0, 0,
                              -static_cast<std::int64_t>(amount)},
                             mint));
        return intent;
    }
    void land(const OrderIntent& intent, const Fill& fill) {
        portfolio.order_submitted(intent);
        ExecutionReport report = report_of(intent, Outcome::Landed);
        report.slot = Slot{slot};
        report.fill = fill;
        (void)portfolio.apply(report, kNewYear);
    }
    void expect_of_one_piece(bool is_whole = true) const {
        const TrialBalance trial = portfolio.ledger().trial_balance();
        ASSERT_EQ(trial.lamports_sum, 0);
        ASSERT_EQ(trial.mints_unbalanced, 0U);
        ASSERT_EQ(portfolio.ledger().refused(), 0U);
        Lamports cost;
        for (const PositionView& view : portfolio.positions()) {
            const auto lots = portfolio.lots(view.position_id);
            ASSERT_EQ(amount_of(lots), view.amount);
            ASSERT_EQ(cost_of(lots), view.cost);
            // While a sale stands whose purchase is taken back already, it may have sold more.
            if (is_whole) {
                ASSERT_LE(view.amount, portfolio.ledger().token(view.mint));
            }
            cost += view.cost;
        }
        ASSERT_EQ(of(portfolio, Account::Positions), cost.raw());
    }
    Rng rng{20'261'130};
    std::uint64_t ids = 0, slot = 100;
};

// Closed positions are booked as a whole and open ones are valued: what the lots that were sold
// have come to by now is the same sum.
TEST_F(BooksTest, AgreeOnTheResultWhateverIsBoughtAndSold) {
    for (int step = 0; step < 3'000; ++step) {
        const OrderIntent intent = trade();
        if (rng.below(2) == 0) {
            portfolio.finalize(intent.intent_id);
        }
        expect_of_one_piece();
        const Lamports value = exposure(entry_intent(0)).equity - portfolio.ledger().wallet();
        ASSERT_EQ(portfolio.ledger().trial_balance().result(),
                  portfolio.counters().pnl_realized + portfolio.pnl_unrealized() -
                      value.minus(exposure(entry_intent(0)).open_cost))
            << step;
    }
    EXPECT_GT(portfolio.counters().positions_closed, 100U);
}

// Bought twice, the first purchase taken back: a sale stands that sold more than the second one
// brought. It closed the position then; and without it the second lot is there, at its own cost.
TEST_F(BooksTest, ASaleOfMoreThanIsLeftClosesThePositionUntilItIsTakenBackToo) {
    land(entry_intent(++ids), fill_of({-1'000, 0, 0, 100}));
    ++slot;
    land(entry_intent(++ids), fill_of({-9'000, 0, 0, 100}));
    const PositionId position = only().position_id;
    ++slot;
    land(exit_intent(++ids, position), fill_of({5'000, 0, 0, -150}));
    const auto closed = portfolio.reverse(IntentId{1}, kNewYear);
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_EQ(std::get<PositionClosed>(closed[0]).reason, ExitReason::Reversed);
    EXPECT_TRUE(portfolio.positions().empty());
    expect_of_one_piece();
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{5'000 - 9'000});
    const auto opened = portfolio.reverse(IntentId{3}, kNewYear);
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(std::get<PositionOpened>(opened[0]).position_id, position);
    EXPECT_EQ(only().amount, TokenAmount{100});
    EXPECT_EQ(only().cost, Lamports{9'000});
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{});
    expect_of_one_piece();
}

// Sold in two parts, the first taken back: the second did not sell all, and the position is open.
TEST_F(BooksTest, ASaleThatClosedThePositionLeavesItOpenWithoutTheOneBefore) {
    land(entry_intent(++ids), fill_of({-1'001, 0, 0, 100}));
    const PositionId position = only().position_id;
    land(exit_intent(++ids, position), fill_of({700, 0, 0, -60}));
    land(exit_intent(++ids, position), fill_of({500, 0, 0, -40}));
    EXPECT_TRUE(portfolio.positions().empty());
    const auto opened = portfolio.reverse(IntentId{2}, kNewYear);
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(std::get<PositionOpened>(opened[0]).position_id, position);
    EXPECT_EQ(only().amount, TokenAmount{60});
    EXPECT_EQ(only().cost, Lamports{1'001 - 400});
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{});
    EXPECT_EQ(portfolio.counters().positions_closed, 0U);
    expect_of_one_piece();
    // It lands again, at another price: now all of it is sold.
    ExecutionReport again = report_of(exit_intent(2, position), Outcome::Landed);
    again.fill = fill_of({650, 0, 0, -60});
    (void)portfolio.apply(again, kNewYear);
    EXPECT_TRUE(portfolio.positions().empty());
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{650 + 500 - 1'001});
    expect_of_one_piece();
}

// A fork drops the newest blocks: their fills are taken back in any order.
TEST_F(BooksTest, AreAsTheyWereOnceAForkHasTakenBackWhatCameAfter) {
    for (int round = 0; round < 1'500; ++round) {
        for (std::uint64_t final = rng.below(4); final > 0; --final) {
            portfolio.finalize(trade().intent_id);
        }
        const Snapshot before = snapshot_of(portfolio);
        std::vector<OrderIntent> dropped;
        for (std::uint64_t count = 1 + rng.below(5); count > 0; --count) {
            dropped.push_back(trade());
        }
        while (!dropped.empty()) {
            const auto chosen = dropped.begin() + static_cast<long>(rng.below(dropped.size()));
            (void)portfolio.reverse(chosen->intent_id, kNewYear);
            (void)portfolio.apply(report_of(*chosen, Outcome::Expired), kNewYear);
            dropped.erase(chosen);
            expect_of_one_piece(dropped.empty());
        }
        ASSERT_EQ(snapshot_of(portfolio), before) << round;
    }
}

// A sale that never happened, and a later one that did: the later one sold the oldest there were.
TEST_F(BooksTest, ALaterSaleSoldWhatASaleThatNeverHappenedHadTaken) {
    const auto buy_at = [&](std::int64_t cost) {
        ++slot;
        land(entry_intent(++ids), fill_of({-cost, 0, 0, 100}));
    };
    buy_at(1'000);
    buy_at(9'000);
    const auto sell = [&](std::int64_t amount) {
        ++slot;
        land(exit_intent(++ids, only().position_id), fill_of({5'000, 0, 0, -amount}));
    };
    sell(100);
    sell(50);
    EXPECT_EQ(only().cost, Lamports{4'500});
    (void)portfolio.reverse(IntentId{3}, kNewYear);
    EXPECT_EQ(only().amount, TokenAmount{150});
    EXPECT_EQ(only().cost, Lamports{9'500});
    expect_of_one_piece();
    (void)portfolio.reverse(IntentId{4}, kNewYear);
    EXPECT_EQ(only().cost, Lamports{10'000});
    (void)portfolio.reverse(IntentId{1}, kNewYear);
    EXPECT_EQ(only().cost, Lamports{9'000});
    expect_of_one_piece();
}

// The run that began in between has booked none of it: what there was is corrected.
TEST_F(BooksTest, CorrectWhatThereWasForAForkThatTakesBackAnEarlierRun) {
    buy();
    const i128 opening = of(portfolio, Account::Opening);
    portfolio.begin_run();
    EXPECT_EQ(of(portfolio, Account::Positions), 100'000'000 + i128{kFee});
    EXPECT_EQ(of(portfolio, Account::CarriedCost), 0);
    (void)portfolio.reverse(IntentId{1}, kNewYear);
    expect_of_one_piece();
    EXPECT_EQ(of(portfolio, Account::Opening), opening);
    EXPECT_EQ(of(portfolio, Account::CarriedCost), 0);
    EXPECT_EQ(portfolio.ledger().trial_balance().result(), LamportsDelta{});
}

// Submitted by an earlier run and landed in this one: it is in this run's accounts.
TEST_F(BooksTest, TakeAFillOfThisRunBackOutOfThisRunWhoeverSentIt) {
    const OrderIntent intent = entry_intent(1);
    portfolio.order_submitted(intent);
    portfolio.begin_run();
    const i128 opening = of(portfolio, Account::Opening);
    ExecutionReport report = report_of(intent, Outcome::Landed);
    report.fill = fill_of({-100'000, 0, 0, 10});
    (void)portfolio.apply(report, kNewYear);
    (void)portfolio.reverse(intent.intent_id, kNewYear);
    EXPECT_EQ(of(portfolio, Account::Opening), opening);
    EXPECT_EQ(of(portfolio, Account::CarriedCost), 0);
    expect_of_one_piece();
}

TEST_F(BooksTest, KeepWhatIsMovedOutsideOutOfTheResultAtTheCostOfTheOldestLots) {
    land(entry_intent(++ids), fill_of({-10'000, 0, 0, 100}));
    ++slot;
    land(entry_intent(++ids), fill_of({-90'000, 0, 0, 100}));
    portfolio.finalize(IntentId{1});
    portfolio.finalize(IntentId{2});
    const std::uint64_t wallet = portfolio.ledger().wallet().raw();
    (void)portfolio.adopt({Lamports{wallet + 7}, {{kToken, TokenAmount{50}}}}, kNewYear);
    EXPECT_EQ(only().cost, Lamports{45'000});
    EXPECT_EQ(of(portfolio, Account::MovedOut), 10'000 + 45'000);
    EXPECT_EQ(of(portfolio, Account::Adopted), -7);
    EXPECT_EQ(portfolio.ledger().trial_balance().result(), LamportsDelta{});
    expect_of_one_piece();
    portfolio.take_in({Lamports{11}, {}});
    EXPECT_EQ(of(portfolio, Account::Outside), -11);
    expect_of_one_piece();
}

TEST_F(BooksTest, AreTheSameFromACheckpointAndGoOnAlike) {
    for (int round = 0; round < 200; ++round) {
        for (std::uint64_t final = rng.below(4); final > 0; --final) {
            portfolio.finalize(trade().intent_id);
        }
        for (std::uint64_t count = rng.below(4); count > 0; --count) {
            (void)trade();
        }
        portfolio.compact();
        ArchiveWriter writer{Duration{3}};
        writer(portfolio);
        Portfolio read;
        ArchiveReader reader{writer.bytes(), Duration{3}, kLayoutNewest};
        reader(read);
        ASSERT_TRUE(reader.is_complete());
        ASSERT_EQ(snapshot_of(read), snapshot_of(portfolio));
        // The fork comes after the restart.
        for (const ExecutionReport& fill : portfolio.fills_provisional()) {
            (void)portfolio.reverse(fill.intent_id, kNewYear);
            (void)read.reverse(fill.intent_id, kNewYear);
            ASSERT_EQ(snapshot_of(read), snapshot_of(portfolio));
        }
        expect_of_one_piece();
        while (portfolio.in_flight() > 0) {
            const OrderIntent open = portfolio.orders_in_flight().begin()->second;
            (void)portfolio.apply(report_of(open, Outcome::Expired), kNewYear);
        }
    }
}

// Before layout 7 a position had no lots, and neither had what is provisional anything of them.
TEST_F(BooksTest, ReadACheckpointWithoutLotsAsOneLotAtTheCostOfAll) {
    land(entry_intent(++ids), fill_of({-1'000, 0, 0, 100}));
    ++slot;
    land(entry_intent(++ids), fill_of({-9'000, 0, 0, 100}));
    portfolio.finalize(IntentId{1});
    portfolio.finalize(IntentId{2});
    portfolio.compact();
    ArchiveWriter whole{Duration{0}}, lots{Duration{0}};
    whole(portfolio);
    Lots both;
    for (const Lot& lot : portfolio.lots(only().position_id)) {
        both.add(lot);
    }
    lots(both);
    Bytes bytes = whole.bytes();
    const auto found = std::ranges::search(bytes, lots.bytes());
    ASSERT_FALSE(found.empty());
    bytes.erase(found.begin(), found.end());
    forget_bought_cost(bytes, only());
    Portfolio read;
    ArchiveReader reader{bytes, Duration{0}, kLayoutWithMarks};
    reader(read);
    ASSERT_TRUE(reader.is_complete());
    const auto one = read.lots(only().position_id);
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one[0].amount, TokenAmount{200});
    EXPECT_EQ(one[0].cost, Lamports{10'000});
    EXPECT_EQ(one[0].order, IntentId{});
    EXPECT_EQ(read.positions()[0].cost_average(), Lamports{10'000}) << "the lots that are left";
    EXPECT_EQ(read.ledger().trial_balance().lamports, portfolio.ledger().trial_balance().lamports);
}

}  // namespace
}  // namespace sniperforge::portfolio::test
