// SPDX-License-Identifier: MIT
#include "sniperforge/engine/trade_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/keys.hpp"

namespace sniperforge::engine::trade_book {
namespace {

using sniperforge::test::key_of;
const Pubkey kTradedMint = key_of(3);
constexpr WallTime kOpened{1'000}, kClosed{9'000};
constexpr std::int64_t kFee = 9'000, kRent = 2'039'280;

class TradeBookTest : public ::testing::Test {
 protected:
    // `principal` is what the swap moved, fees and rent apart.
    static ExecutionReport fill(OrderKind kind, std::int64_t principal, std::int64_t rent,
                                StrategyId strategy = StrategyId::Momentum) {
        ExecutionReport report;
        report.kind = kind;
        report.strategy = strategy;
        report.mint = kTradedMint;
        report.outcome = Outcome::Landed;
        report.position_id = kind == OrderKind::Exit ? PositionId{1} : PositionId{};
        report.fill.base_fee = Lamports{5'000};
        report.fill.priority_fee = Lamports{4'000};
        report.fill.rent_paid =
            Lamports{static_cast<std::uint64_t>(std::max<std::int64_t>(rent, 0))};
        report.fill.rent_refunded =
            Lamports{static_cast<std::uint64_t>(std::max<std::int64_t>(-rent, 0))};
        report.fill.wallet = LamportsDelta{principal - kFee - rent};
        return report;
    }
    static ExecutionReport revert(StrategyId strategy) {
        ExecutionReport report = fill(OrderKind::Entry, 0, 0, strategy);
        report.outcome = Outcome::Reverted;
        return report;
    }
    void take(const RecorderItem& item, WallTime at = kOpened) { book.take(item, at); }
    void open() {
        take(fill(OrderKind::Entry, -100'000'000, kRent));
        take(PositionOpened{PositionId{1}, StrategyId::Momentum, kTradedMint, TokenAmount{10}, {}});
    }
    void close() {
        take(
            PositionClosed{
                PositionId{1}, StrategyId::Momentum, kTradedMint, {}, ExitReason::StopLoss},
            kClosed);
    }
    [[nodiscard]] std::vector<analytics::TradeResult> trades() const {
        return book.with_open({}, kClosed);
    }
    TradeBook book{Provenance::Sim, analytics::FillBasis::PoolState};
};

TEST_F(TradeBookTest, APositionIsOneTradeFromItsFirstEntryToItsLastExit) {
    open();
    take(fill(OrderKind::Entry, -50'000'000, 0));  // A further part.
    take(fill(OrderKind::Exit, 60'000'000, 0));
    take(fill(OrderKind::Exit, 110'000'000, -kRent), kClosed);
    close();
    ASSERT_EQ(trades().size(), 1U);
    const analytics::TradeResult trade = trades()[0];
    EXPECT_EQ(trade.trade_id, 1U);
    EXPECT_EQ(trade.stake, Lamports{150'000'000});
    EXPECT_EQ(trade.gross, LamportsDelta{20'000'000});
    EXPECT_EQ(trade.costs.base_fee, Lamports{20'000});
    EXPECT_EQ(trade.costs.rent, LamportsDelta{});
    EXPECT_EQ(analytics::net_of(trade), LamportsDelta{20'000'000 - 4 * kFee});
    EXPECT_EQ(trade.opened_at, kOpened);
    EXPECT_EQ(trade.closed_at, kClosed);
    EXPECT_EQ(trade.exit_reason, ExitReason::StopLoss);
}

// What a swap pays for accounts of others is a cost that does not come back, and what nothing
// explains is lost with it.
TEST_F(TradeBookTest, CountsRentsOfOthersAsRentAndWhatNothingExplainsAsTraded) {
    ExecutionReport entry = fill(OrderKind::Entry, -100'000'000, kRent);
    entry.fill.wallet -= LamportsDelta{890'880 + 7};
    entry.fill.rent_of_others = Lamports{890'880};
    entry.fill.unexplained = LamportsDelta{-7};
    take(entry);
    take(PositionOpened{PositionId{1}, StrategyId::Momentum, kTradedMint, TokenAmount{10}, {}});
    take(fill(OrderKind::Exit, 110'000'000, -kRent), kClosed);
    close();
    ASSERT_EQ(trades().size(), 1U);
    EXPECT_EQ(trades()[0].stake, Lamports{100'000'007});
    EXPECT_EQ(trades()[0].costs.rent, LamportsDelta{890'880});
    EXPECT_EQ(analytics::net_of(trades()[0]), LamportsDelta{10'000'000 - 2 * kFee - 890'880 - 7});
}

// They are inside what the swaps moved, and would count twice. Where one fill does not tell its
// own, all stay inside.
TEST_F(TradeBookTest, VenueFeesAreNamedAndCountedOnce) {
    ExecutionReport entry = fill(OrderKind::Entry, -100'000'000, 0);
    ExecutionReport exit = fill(OrderKind::Exit, 110'000'000, 0);
    for (const bool is_told : {true, false}) {
        entry.fill.venue_fees = VenueFees{Lamports{250'000}, Lamports{1'000}};
        exit.fill.venue_fees =
            is_told ? std::optional{VenueFees{Lamports{275'000}, Lamports{}}} : std::nullopt;
        book = TradeBook{Provenance::Sim, analytics::FillBasis::PoolState};
        take(entry);
        take(PositionOpened{PositionId{1}, StrategyId::Momentum, kTradedMint, TokenAmount{10}, {}});
        take(exit, kClosed);
        close();
        const analytics::TradeResult trade = trades().at(0);
        EXPECT_EQ(trade.gross, LamportsDelta{10'000'000 + (is_told ? 526'000 : 0)});
        EXPECT_EQ(trade.costs.venue_fees.has_value(), is_told);
        EXPECT_EQ(analytics::net_of(trade), LamportsDelta{10'000'000 - 2 * kFee});
    }
}

TEST_F(TradeBookTest, ARevertIsPaidByTheNextTradeOfItsStrategyAndOfNoOther) {
    take(revert(StrategyId::Momentum));
    take(revert(StrategyId::Sniper));
    open();
    take(fill(OrderKind::Exit, 100'000'000, -kRent));
    close();
    ASSERT_EQ(trades().size(), 2U);
    EXPECT_EQ(trades()[0].costs.reverts, Lamports{static_cast<std::uint64_t>(kFee)});
    EXPECT_TRUE(trades()[0].is_landed);
    EXPECT_EQ(trades()[1].strategy, StrategyId::Sniper) << "it has no trade";
    EXPECT_FALSE(trades()[1].is_landed);
    EXPECT_EQ(analytics::net_of(trades()[1]), LamportsDelta{-kFee});
    EXPECT_EQ(book.unassigned(), LamportsDelta{});
}

// The first trade takes over what was waiting for one.
TEST_F(TradeBookTest, AnAttemptThatATradeFollowsIsInThatTradeAlone) {
    take(revert(StrategyId::Momentum));
    ASSERT_EQ(trades().size(), 1U);
    EXPECT_FALSE(trades()[0].is_landed);
    open();
    ASSERT_EQ(trades().size(), 1U);
    EXPECT_TRUE(trades()[0].is_landed);
    EXPECT_EQ(trades()[0].costs.reverts, Lamports{static_cast<std::uint64_t>(kFee)});
}

// A cycle that does not win reverts: leaving those out would leave out the losers.
TEST_F(TradeBookTest, ACycleThatRevertsIsAnAttemptThatLostItsFees) {
    const auto tell = [&](std::uint64_t id, Outcome outcome, std::int64_t principal) {
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        intent.strategy = StrategyId::Arbitrage;
        intent.kind = OrderKind::Cycle;
        intent.amount_in = TokenAmount{500'000'000};
        intent.venues.add(VenueId::PumpSwap);
        take(intent);
        ExecutionReport report = fill(OrderKind::Cycle, principal, 0, StrategyId::Arbitrage);
        report.intent_id = intent.intent_id;
        report.outcome = outcome;
        take(report, kClosed);
    };
    tell(1, Outcome::Reverted, 0);
    tell(2, Outcome::Landed, 3'000'000);
    tell(3, Outcome::Expired, 0);  // One that was paid for all the same.
    ASSERT_EQ(trades().size(), 3U);
    for (const std::size_t i : {0U, 2U}) {
        const analytics::TradeResult failed = trades()[i];
        EXPECT_FALSE(failed.is_landed);
        EXPECT_EQ(failed.strategy, StrategyId::Arbitrage);
        EXPECT_EQ(failed.stake, Lamports{500'000'000});
        EXPECT_EQ(failed.venue, VenueId::PumpSwap);
        EXPECT_EQ(failed.closed_at, kClosed);
        EXPECT_EQ(failed.gross, LamportsDelta{});
        EXPECT_EQ(failed.costs.base_fee, Lamports{}) << "they are all reverts";
        EXPECT_EQ(analytics::net_of(failed), LamportsDelta{-kFee});
    }
    EXPECT_TRUE(trades()[1].is_landed);
    EXPECT_EQ(trades()[1].costs.reverts, Lamports{});
    EXPECT_EQ(trades()[1].gross, LamportsDelta{3'000'000});
}

TEST_F(TradeBookTest, WhatCostNothingAndDidNotLandIsNoAttempt) {
    for (const Outcome outcome : {Outcome::Expired, Outcome::Rejected, Outcome::Unknown}) {
        ExecutionReport report;
        report.kind = OrderKind::Cycle;
        report.outcome = outcome;
        take(report);
    }
    EXPECT_TRUE(trades().empty());
}

TEST_F(TradeBookTest, ASweepThatRevertsIsInNoTradeAndInTheSum) {
    ExecutionReport report = fill(OrderKind::Sweep, 0, 0, StrategyId::Housekeeping);
    report.outcome = Outcome::Reverted;
    take(report);
    EXPECT_TRUE(trades().empty());
    EXPECT_EQ(book.unassigned(), LamportsDelta{-kFee});
}

// Otherwise a strategy that ends with reverts would have them for nothing.
TEST_F(TradeBookTest, RevertsBehindTheLastTradeOfAStrategyAreItsOwn) {
    open();
    take(fill(OrderKind::Exit, 100'000'000, -kRent));
    close();
    take(revert(StrategyId::Momentum));
    take(revert(StrategyId::Momentum));
    EXPECT_EQ(trades()[0].costs.reverts, Lamports{2 * static_cast<std::uint64_t>(kFee)});
    EXPECT_EQ(book.unassigned(), LamportsDelta{});
    EXPECT_EQ(trades()[0].costs.reverts, Lamports{2 * static_cast<std::uint64_t>(kFee)})
        << "asked again";
}

TEST_F(TradeBookTest, ATradeIsReconciledWhenEveryOrderThatCostOrMovedIs) {
    const auto numbered = [](ExecutionReport report, std::uint64_t id) {
        report.intent_id = IntentId{id};
        return report;
    };
    const auto is_reconciled = [&](std::vector<std::uint64_t> known) {
        TradeBook each{Provenance::Live, analytics::FillBasis::Chain};
        const auto tell = [&](const ExecutionReport& report, WallTime at) {
            each.take(RecorderItem{report}, at,
                      std::ranges::find(known, report.intent_id.value) != known.end());
        };
        tell(numbered(revert(StrategyId::Momentum), 1), kOpened);
        tell(numbered(fill(OrderKind::Entry, -100, 0), 2), kOpened);
        each.take(PositionOpened{PositionId{1}, StrategyId::Momentum, kTradedMint, {}, {}},
                  kOpened);
        tell(numbered(fill(OrderKind::Exit, 100, 0), 3), kClosed);
        each.take(PositionClosed{PositionId{1}, StrategyId::Momentum, kTradedMint, {}, {}},
                  kClosed);
        tell(numbered(revert(StrategyId::Momentum), 4), kClosed);
        return each.with_open({}, kClosed).at(0).is_reconciled;
    };
    EXPECT_TRUE(is_reconciled({1, 2, 3, 4}));
    EXPECT_FALSE(is_reconciled({2, 3, 4}));
    EXPECT_FALSE(is_reconciled({1, 3, 4}));
    EXPECT_FALSE(is_reconciled({1, 2, 4}));
    EXPECT_FALSE(is_reconciled({1, 2, 3}));
}

TEST_F(TradeBookTest, WhatASweepBringsIsInNoTradeAndInTheSum) {
    take(fill(OrderKind::Sweep, 0, -kRent, StrategyId::Housekeeping));
    EXPECT_TRUE(trades().empty());
    EXPECT_EQ(book.unassigned(), LamportsDelta{kRent - kFee});
}

TEST_F(TradeBookTest, ACycleIsATradeOfItsOwnWithWhatItMightHaveSpentAsItsStake) {
    OrderIntent intent;
    intent.intent_id = IntentId{7};
    intent.strategy = StrategyId::Arbitrage;
    intent.kind = OrderKind::Cycle;
    intent.amount_in = TokenAmount{500'000'000};
    intent.venues.add(VenueId::RaydiumAmmV4);
    intent.venues.add(VenueId::PumpSwap);
    take(intent);
    ExecutionReport landed = fill(OrderKind::Cycle, 3'000'000, 0, StrategyId::Arbitrage);
    landed.intent_id = intent.intent_id;
    take(landed);
    ASSERT_EQ(trades().size(), 1U);
    EXPECT_EQ(trades()[0].trade_id, 7U);
    EXPECT_EQ(trades()[0].stake, Lamports{500'000'000});
    EXPECT_EQ(trades()[0].gross, LamportsDelta{3'000'000});
    EXPECT_EQ(trades()[0].venue, std::nullopt) << "two of them";
}

// As if sold now: the rent comes back with the sale, and one without a value is worth nothing.
TEST_F(TradeBookTest, WhatIsOpenCountsAsSoldForItsValue) {
    open();
    const std::vector<OpenValue> values{{kTradedMint, Lamports{90'000'000}}};
    const auto sold = book.with_open(values, kClosed);
    ASSERT_EQ(sold.size(), 1U);
    EXPECT_EQ(sold[0].basis, analytics::FillBasis::Quote);
    EXPECT_EQ(analytics::net_of(sold[0]), LamportsDelta{-10'000'000 - kFee});
    EXPECT_EQ(analytics::net_of(trades()[0]), LamportsDelta{-100'000'000 - kFee});
}

TEST_F(TradeBookTest, ExcursionsAreTheLowestAndTheHighestOfTheStake) {
    open();
    for (const std::uint64_t value : {95'000'000U, 80'000'000U, 130'000'000U, 100'000'000U}) {
        book.mark(kTradedMint, Lamports{value});
    }
    const auto excursion = trades()[0].excursion;
    ASSERT_TRUE(excursion);
    EXPECT_EQ(excursion->adverse, BasisPoints{2'000});
    EXPECT_EQ(excursion->favorable, BasisPoints{3'000});
}

// Our own sale has moved the pool before its report arrives.
TEST_F(TradeBookTest, AMarkWhileAnExitIsOnItsWayCountsOnceThatHasFailed) {
    OrderIntent exit;
    exit.kind = OrderKind::Exit;
    exit.position_id = PositionId{1};
    const auto adverse_behind = [&](std::uint64_t id, std::uint64_t value, Outcome outcome) {
        exit.intent_id = IntentId{id};
        take(exit);
        book.mark(kTradedMint, Lamports{value});
        ExecutionReport report = fill(OrderKind::Exit, 0, 0);
        report.intent_id = exit.intent_id;
        report.outcome = outcome;
        take(report);
        return trades()[0].excursion->adverse;
    };
    open();
    book.mark(kTradedMint, Lamports{119'000'000});
    EXPECT_EQ(adverse_behind(7, 29'000'000, Outcome::Landed), BasisPoints{0});
    EXPECT_EQ(adverse_behind(8, 90'000'000, Outcome::Unknown), BasisPoints{0}) << "on its way";
    EXPECT_EQ(adverse_behind(8, 80'000'000, Outcome::Expired), BasisPoints{2'000});
    exit.intent_id = IntentId{9};
    take(exit);
    take(IntentDenied{exit.intent_id, StrategyId::Momentum, {DenialReason::FeedBlind, "blind"}});
    book.mark(kTradedMint, Lamports{70'000'000});
    EXPECT_EQ(trades()[0].excursion->adverse, BasisPoints{3'000}) << "none is on its way";
}

// Behind a journal that was lost, numbers begin again.
TEST_F(TradeBookTest, AnExitIsOfItsMintWhateverItsNumber) {
    open();
    ExecutionReport other = fill(OrderKind::Exit, 60'000'000, 0);
    other.mint = key_of(4);
    take(other);
    EXPECT_EQ(book.exits_without_entry(), 1U) << "the same number, another mint";
    ExecutionReport own = fill(OrderKind::Exit, 150'000'000, 0);
    own.position_id = PositionId{77};
    take(own);
    close();
    ASSERT_EQ(trades().size(), 1U);
    EXPECT_EQ(trades()[0].gross, LamportsDelta{50'000'000});
    EXPECT_EQ(book.exits_without_entry(), 1U);
}

TEST_F(TradeBookTest, AnExitOfAPositionThatItDoesNotKnowIsNoTrade) {
    take(fill(OrderKind::Exit, 60'000'000, 0));
    EXPECT_TRUE(trades().empty());
    EXPECT_EQ(book.exits_without_entry(), 1U);
}

}  // namespace
}  // namespace sniperforge::engine::trade_book
