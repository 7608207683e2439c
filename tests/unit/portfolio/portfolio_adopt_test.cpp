// SPDX-License-Identifier: MIT
// Money that was moved past us: the books follow the chain, and nobody has won or lost by it.
#include "unit/portfolio/portfolio_support.hpp"

namespace sniperforge::portfolio::test {
namespace {

class AdoptTest : public PortfolioTest {
 protected:
    AdoptTest() {
        position = buy();
        portfolio.finalize(IntentId{1});
    }
    [[nodiscard]] ChainBalances as_booked() const {
        return {portfolio.ledger().wallet(), {{kToken, portfolio.ledger().token(kToken)}}};
    }
    PositionId position;
};

TEST_F(AdoptTest, ChangesNothingWhereTheChainSaysWhatTheBooksSay) {
    EXPECT_TRUE(portfolio.adopt(as_booked(), kNewYear).empty());
    EXPECT_EQ(only().amount, TokenAmount{1'000});
    EXPECT_EQ(portfolio.ledger().totals().outside, LamportsDelta{});
}

TEST_F(AdoptTest, BooksADepositAndAWithdrawalOutsideOfEveryResult) {
    ChainBalances chain = as_booked();
    chain.wallet += Lamports{5};
    EXPECT_TRUE(portfolio.adopt(chain, kNewYear).empty());
    EXPECT_EQ(portfolio.ledger().totals().outside, LamportsDelta{5});
    chain.wallet = Lamports{chain.wallet.raw() - 7};
    EXPECT_TRUE(portfolio.adopt(chain, kNewYear).empty());
    EXPECT_EQ(portfolio.ledger().totals().outside, LamportsDelta{-2});
    EXPECT_EQ(portfolio.ledger().wallet(), chain.wallet);
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{});
    EXPECT_TRUE(portfolio.ledger().reconcile(chain).empty());
}

TEST_F(AdoptTest, ShrinksAPositionWithItsCostWhereTokensAreGone) {
    ChainBalances chain = as_booked();
    chain.tokens[kToken] = TokenAmount{999};
    const auto events = portfolio.adopt(chain, kNewYear);
    ASSERT_EQ(events.size(), 1U);
    const auto& changed = std::get<PositionChanged>(events[0]);
    EXPECT_EQ(changed.amount, TokenAmount{999});
    // 999 thousandths of it, rounded up: what stays is not flattered.
    EXPECT_EQ(changed.cost, Lamports{(100'000'000 + kFee) / 1'000 * 999});
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{});
    EXPECT_EQ(portfolio.pnl_unrealized(), LamportsDelta{});
}

// The share that was sold of it stays the same: what was moved was of neither.
TEST_F(AdoptTest, ShrinksWhatWasBoughtWithWhatIsLeftOfIt) {
    settle(exit_intent(2, position), Outcome::Landed, fill_of({75'000'000, 0, 0, -500}));
    portfolio.finalize(IntentId{2});
    ChainBalances chain = as_booked();
    chain.tokens[kToken] = TokenAmount{333};
    (void)portfolio.adopt(chain, kNewYear);
    EXPECT_EQ(only().amount, TokenAmount{333});
    EXPECT_EQ(only().bought, TokenAmount{666});
}

TEST_F(AdoptTest, ClosesAPositionOfWhichNothingIsLeftAtTheRentOfItsAccount) {
    ChainBalances chain = as_booked();
    chain.tokens.clear();
    const auto events = portfolio.adopt(chain, kNewYear);
    ASSERT_EQ(events.size(), 1U);
    const auto& closed = std::get<PositionClosed>(events[0]);
    EXPECT_EQ(closed.position_id, position);
    EXPECT_EQ(closed.reason, ExitReason::MovedOutside);
    EXPECT_EQ(closed.pnl_realized, LamportsDelta{-static_cast<std::int64_t>(kRent)});
    EXPECT_TRUE(portfolio.positions().empty());
    EXPECT_EQ(portfolio.counters().positions_closed, 1U);
}

// Burnt, taken or moved: whether it brought something elsewhere nobody knows here.
TEST_F(AdoptTest, CountsAPositionOfWhichNothingIsLeftAsALossOfAllThatWasSpent) {
    const auto results = [&] { return exposure(entry_intent(9, key_of(9))).results; };
    ChainBalances chain = as_booked();
    chain.tokens[kToken] = TokenAmount{1};
    (void)portfolio.adopt(chain, kNewYear);
    EXPECT_EQ(results().count(), 0U);  // A part is neither won nor lost.
    chain.tokens.clear();
    (void)portfolio.adopt(chain, kNewYear);
    EXPECT_EQ(results(), (StrategyResults{.losses = 1, .wins = 0, .lost = 1'000'000}));
}

TEST_F(AdoptTest, CountsAPositionThatWasWithdrawnLikewiseLessWhatItHadBroughtBefore) {
    settle(exit_intent(2, position), Outcome::Landed, fill_of({25'002'250, 0, 0, -250}));
    portfolio.finalize(IntentId{2});
    (void)portfolio.withdraw(fill_of({-static_cast<std::int64_t>(kFee), 0, 0, -750}), Slot{60},
                             kNewYear);
    EXPECT_TRUE(portfolio.positions().empty());
    EXPECT_EQ(exposure(entry_intent(9, key_of(9))).results,
              (StrategyResults{.losses = 1, .wins = 0, .lost = 750'000}));
}

TEST_F(AdoptTest, LeavesTokensThatNobodyOfUsBoughtOutsideOfEveryPosition) {
    ChainBalances chain = as_booked();
    chain.tokens[kToken] = TokenAmount{1'500};
    chain.tokens[key_of(9)] = TokenAmount{3};
    EXPECT_TRUE(portfolio.adopt(chain, kNewYear).empty());
    EXPECT_EQ(only().amount, TokenAmount{1'000});
    EXPECT_EQ(portfolio.ledger().token(kToken), TokenAmount{1'500});
    EXPECT_EQ(portfolio.ledger().token(key_of(9)), TokenAmount{3});
}

// What our own orders leave is swept, and no stranger's.
TEST_F(AdoptTest, KnowsWhatSomebodyElseBroughtFromWhatWeLeft) {
    ExecutionReport cycle;
    cycle.intent_id = IntentId{8};
    cycle.kind = OrderKind::Cycle;
    cycle.outcome = Outcome::Landed;
    cycle.fill.tokens = {{key_of(11), TokenDelta{3}}};
    (void)portfolio.apply(cycle, kNewYear);
    portfolio.finalize(IntentId{8});
    EXPECT_TRUE(portfolio.tokens_outside().empty());
    portfolio.take_in({Lamports{}, {{key_of(12), TokenAmount{4}}}});
    ChainBalances chain = as_booked();
    chain.tokens[key_of(11)] = TokenAmount{3};
    chain.tokens[key_of(12)] = TokenAmount{4};
    chain.tokens[key_of(13)] = TokenAmount{5};
    (void)portfolio.adopt(chain, kNewYear);
    EXPECT_EQ(portfolio.tokens_outside(),
              (std::map<Pubkey, TokenAmount>{{key_of(12), TokenAmount{4}},
                                             {key_of(13), TokenAmount{5}}}));
}

// Nobody of us bought it: the day's limits must not be widened by what it brings.
TEST_F(AdoptTest, CountsTheSaleOfAdoptedTokensAsNoGainAndItsCostAsALoss) {
    for (const std::int64_t brought : {std::int64_t{90'000'000}, std::int64_t{-5'000}}) {
        SCOPED_TRACE(brought);
        Portfolio books;
        books.start({Lamports{kLamportsPerSol}, {{kToken, TokenAmount{50}}}}, kNewYear);
        EXPECT_FALSE(books.adopt_position(kToken, TokenAmount{51}, MonoTime{}));
        EXPECT_FALSE(books.adopt_position(kToken, TokenAmount{}, MonoTime{}));
        const auto opened = books.adopt_position(kToken, TokenAmount{50}, MonoTime{});
        ASSERT_TRUE(opened);
        EXPECT_FALSE(books.adopt_position(kToken, TokenAmount{1}, MonoTime{}));
        books.mark(books.positions()[0].position_id, Lamports{7});
        EXPECT_EQ(books.pnl_unrealized(), LamportsDelta{});
        ExecutionReport sold;
        sold.intent_id = IntentId{9};
        sold.kind = OrderKind::Exit;
        sold.outcome = Outcome::Landed;
        sold.mint = kToken;
        sold.position_id = books.positions()[0].position_id;
        sold.fill.wallet = LamportsDelta{brought};
        sold.fill.tokens = {{kToken, TokenDelta{-50}}};
        (void)books.apply(sold, kNewYear);
        EXPECT_TRUE(books.positions().empty());
        EXPECT_EQ(books.counters().pnl_today, LamportsDelta{std::min(brought, std::int64_t{0})});
    }
}

// Found in the wallet's history without its purchase: all that it brought would pass for a gain.
TEST_F(AdoptTest, CountsASaleOfNoPositionAsNoGainAndItsCostAsALoss) {
    for (const std::int64_t brought : {std::int64_t{90'000'000}, std::int64_t{-5'000}}) {
        SCOPED_TRACE(brought);
        Portfolio books;
        books.start({Lamports{kLamportsPerSol}, {{kToken, TokenAmount{50}}}}, kNewYear);
        ExecutionReport sold;
        sold.intent_id = IntentId{9};
        sold.kind = OrderKind::Exit;
        sold.outcome = Outcome::Landed;
        sold.mint = kToken;
        sold.fill.wallet = LamportsDelta{brought};
        sold.fill.tokens = {{kToken, TokenDelta{-50}}};
        (void)books.apply(sold, kNewYear);
        EXPECT_EQ(books.counters().pnl_today, LamportsDelta{std::min(brought, std::int64_t{0})});
        EXPECT_EQ(books.ledger().wallet(),
                  Lamports{static_cast<std::uint64_t>(static_cast<std::int64_t>(kLamportsPerSol) +
                                                      brought)});
        (void)books.reverse(IntentId{9}, kNewYear);
        EXPECT_EQ(books.counters().pnl_today, LamportsDelta{});
    }
}

TEST_F(AdoptTest, CountsForARunFromZeroAndForTheDayOn) {
    settle(exit_intent(2, position), Outcome::Landed,
           fill_of({static_cast<std::int64_t>(120'000'000 - kFee + kRent), 0, kRent, -1'000}));
    portfolio.finalize(IntentId{2});
    const LamportsDelta today = portfolio.counters().pnl_today;
    const Lamports volume = portfolio.counters().volume_today;
    EXPECT_NE(today, LamportsDelta{});
    portfolio.begin_run();
    EXPECT_EQ(portfolio.counters().pnl_realized, LamportsDelta{});
    EXPECT_EQ(portfolio.counters().fills[1], 0U);
    EXPECT_EQ(portfolio.counters().pnl_today, today);
    EXPECT_EQ(portfolio.counters().volume_today, volume);
    EXPECT_EQ(portfolio.ledger().totals().base_fee, Lamports{});
}

// A second life that reports the fills of the first says "submitted 1, landed 10".
TEST_F(AdoptTest, BooksWhatBecomesOfAnEarlierRunsOrderAndCountsItForTheDayAlone) {
    const auto sale = exit_intent(2, position);
    const Lamports volume = portfolio.counters().volume_today;
    portfolio.order_submitted(sale);
    portfolio.begin_run();
    auto report = report_of(sale, Outcome::Landed);
    report.fill =
        fill_of({static_cast<std::int64_t>(120'000'000 - kFee + kRent), 0, kRent, -1'000});
    EXPECT_EQ(portfolio.apply(report, kNewYear).size(), 1U);
    EXPECT_EQ(portfolio.counters().fills[1], 0U);
    EXPECT_EQ(portfolio.counters().volume, Lamports{});
    EXPECT_GT(portfolio.counters().volume_today, volume);
    EXPECT_EQ(portfolio.counters().positions_closed, 1U);

    buy(3);
    EXPECT_EQ(portfolio.counters().fills[1], 1U) << "one of its own is counted";
    (void)portfolio.reverse(IntentId{2}, kNewYear);
    EXPECT_EQ(portfolio.counters().fills[1], 1U) << "and stays when the other one is reversed";
    (void)portfolio.reverse(IntentId{3}, kNewYear);
    EXPECT_EQ(portfolio.counters().fills[1], 0U);
    EXPECT_EQ(portfolio.counters().volume, Lamports{});
}

// The totals of a run begin at zero; taking an older fill's fee from them would abort, again and
// again, because the reversal is met after each restart.
TEST_F(AdoptTest, ReversesAFillOfAnEarlierRunOutsideOfThisRunsTotals) {
    const Lamports wallet = portfolio.ledger().wallet();
    settle(exit_intent(2, position), Outcome::Landed,
           fill_of({static_cast<std::int64_t>(120'000'000 - kFee + kRent), 0, kRent, -1'000}));
    portfolio.begin_run();
    EXPECT_EQ(portfolio.reverse(IntentId{2}, kNewYear).size(), 1U);
    EXPECT_EQ(portfolio.ledger().totals().base_fee, Lamports{});
    EXPECT_EQ(portfolio.ledger().totals().rent_refunded, Lamports{});
    EXPECT_EQ(portfolio.ledger().wallet(), wallet);
}

}  // namespace
}  // namespace sniperforge::portfolio::test
