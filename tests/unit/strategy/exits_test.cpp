// SPDX-License-Identifier: MIT
// When a position is left, for which reason, and how much of it is sold.
#include "unit/strategy/exits_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;

TEST_F(ExitsTest, ValuesAPositionAtWhatThePoolPaysLessTheCostOfTheSale) {
    const auto quote = dex::quote_exact_in(market.book().pool(index), Direction::BToA,
                                           position().amount, dex::test::kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(value(), Lamports{quote->amount_out.raw()} - kCosts.entry_fee);
    market.costs.entry_fee = Lamports{quote->amount_out.raw() + 1};
    EXPECT_EQ(value(), Lamports{});  // Not worth selling is worth nothing, not less.
}

TEST_F(ExitsTest, KeepsAPositionWithoutAReasonToLeave) { EXPECT_EQ(reason(), ExitReason::None); }

// No order for it is signed: each one would be refused, for ever.
TEST_F(ExitsTest, LeavesNoPositionThatTheSignerKeeps) {
    settings.take_profit = BasisPoints{kBasisPointsOne};
    position().cost = Lamports{value().raw() / 2};
    market.tokens_kept = {position().mint};
    EXPECT_EQ(reason(), ExitReason::None);
    market.tokens_kept = {dex::test::key_of(200)};
    EXPECT_EQ(reason(), ExitReason::TakeProfit);
}

// A gain of 100 %: value ≥ 2 × cost.
TEST_F(ExitsTest, TakesProfitAtExactlyTheGainAndNotOneLamportBelow) {
    settings.take_profit = BasisPoints{kBasisPointsOne};
    position().cost = Lamports{value().raw() / 2};
    EXPECT_EQ(reason(), ExitReason::TakeProfit);
    position().cost = Lamports{value().raw() / 2 + 1};
    EXPECT_EQ(reason(), ExitReason::None);
}

// A loss of 50 %: value ≤ cost − floor(cost / 2).
TEST_F(ExitsTest, StopsAtExactlyTheLossAndNotOneLamportAbove) {
    settings.stop_loss = BasisPoints{5'000};
    position().cost = Lamports{2 * value().raw() - 1};
    EXPECT_EQ(reason(), ExitReason::StopLoss);
    position().cost = Lamports{2 * value().raw() - 2};
    EXPECT_EQ(reason(), ExitReason::None);
}

// What was sold was cheap, and the lots that are left were dear: the stop that was armed is armed.
TEST_F(ExitsTest, APartialSaleOfCheapLotsDisarmsNoStopAndMakesNoLoss) {
    settings.trailing_arm = BasisPoints{600};
    settings.trailing_distance = BasisPoints{400};
    settings.stop_loss = BasisPoints{1'000};
    position().bought = TokenAmount{2 * position().amount.raw()};
    position().cost = Lamports{2 * value().raw()};  // Alone it looks like a loss of half.
    position().value_peak = Lamports{value().raw() + value().raw() / 10};
    position().bought_cost = Lamports{2 * value().raw()};  // At the average it gained 10 %.
    EXPECT_EQ(reason(), ExitReason::TrailingStop);
    position().bought_cost = Lamports{4 * value().raw()};  // And what was all dear has lost.
    EXPECT_EQ(reason(), ExitReason::StopLoss);
}

TEST_F(ExitsTest, TrailsOnlyOnceArmedAndAtExactlyTheDistance) {
    settings.trailing_arm = BasisPoints{kBasisPointsOne};
    settings.trailing_distance = BasisPoints{5'000};
    position().value_peak = Lamports{2 * value().raw()};
    position().cost = value();  // Peaked at exactly twice the cost.
    EXPECT_EQ(reason(), ExitReason::TrailingStop);
    position().cost = value() + Lamports{1};  // Just short of it.
    EXPECT_EQ(reason(), ExitReason::None);
    position().cost = Lamports{1};  // Armed in any case; how far down is the question.
    position().value_peak = Lamports{2 * value().raw() - 1};  // Half of it, rounded up, is now.
    settings.take_profit = BasisPoints{kU64Max / 2};
    EXPECT_EQ(reason(), ExitReason::TrailingStop);
    position().value_peak = Lamports{2 * value().raw() - 2};
    EXPECT_EQ(reason(), ExitReason::None);
}

TEST_F(ExitsTest, LeavesAtTheTimeLimitAndNotANanosecondEarlier) {
    settings.time_limit = std::chrono::seconds{300};
    market.now = position().opened_at + settings.time_limit + Duration{-1};
    EXPECT_TRUE(decide_once(SlotStarted{market.slot}).empty());
    market.now = position().opened_at + settings.time_limit;
    const Intents intents = decide_once(SlotStarted{market.slot});
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::TimeLimit);
}

TEST_F(ExitsTest, SellsWhateverItIsWorthOnceToldToFlattenAndNothingBefore) {
    Exits exits{settings, BasisPoints{2'000}};
    EXPECT_TRUE(decide(exits, SlotStarted{market.slot}).empty());
    exits.flatten(true);
    const Intents intents = decide(exits, SlotStarted{market.slot});
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::Manual);
    EXPECT_EQ(intents[0].amount_in, position().amount);
    EXPECT_GT(intents[0].receive_min, TokenAmount{1}) << "an exit like any other, with its floor";
    position().is_exit_in_flight = true;
    EXPECT_TRUE(decide(exits, SlotStarted{market.slot}).empty());
}

TEST_F(ExitsTest, NamesTheLossBeforeTheClock) {
    settings.stop_loss = BasisPoints{5'000};
    settings.time_limit = Duration{0};
    position().cost = Lamports{2 * value().raw()};
    EXPECT_EQ(reason(), ExitReason::StopLoss);
}

TEST_F(ExitsTest, SellsTheWholePositionWithAFloorUnderItsQuote) {
    settings.time_limit = Duration{0};
    const OrderIntent intent = decide_once(market.changed(index)).at(0);
    EXPECT_EQ(intent.kind, OrderKind::Exit);
    EXPECT_EQ(intent.strategy, StrategyId::Momentum);  // Whoever opened it.
    EXPECT_EQ(intent.position_id, PositionId{1});
    EXPECT_EQ(intent.mint_in, pool.mint_b);
    EXPECT_EQ(intent.mint_out, solana::kWrappedSolMint);
    EXPECT_EQ(intent.amount_in, position().amount);
    const auto quote = dex::quote_exact_in(market.book().pool(index), Direction::BToA,
                                           position().amount, dex::test::kNow);
    EXPECT_EQ(intent.receive_min.raw(), quote->amount_out.raw() * 9'700 / 10'000);
    EXPECT_EQ(intent.slippage_max, BasisPoints{300});
    // The wrapped SOL's, and two that a route over PumpSwap may make.
    EXPECT_EQ(intent.spend_max, kCosts.entry_fee + kCosts.token_account_rent +
                                    kCosts.token_account_rent + kCosts.token_account_rent);
}

// ---- A part at the first profit ----

TEST_F(ExitsTest, SellsTheShareAtTheFirstProfitAtTheQuoteOfThatShare) {
    settings.take_profit = BasisPoints{1'000};
    position().cost = Lamports{value().raw() / 2};
    EXPECT_EQ(decide_once(market.changed(index)).at(0).amount_in, position().amount);
    settings.take_profit_percent = 40;
    const OrderIntent intent = decide_once(market.changed(index)).at(0);
    EXPECT_EQ(intent.exit_reason, ExitReason::TakeProfit);
    EXPECT_EQ(intent.amount_in, TokenAmount{400'000'000});
    const auto quote = dex::quote_exact_in(market.book().pool(index), Direction::BToA,
                                           TokenAmount{400'000'000}, dex::test::kNow);
    EXPECT_EQ(intent.receive_min.raw(), quote->amount_out.raw() * 9'700 / 10'000);
    // Rounded up, so that it is never nothing; what is too small to be shared is sold whole.
    position().amount = TokenAmount{1'000'001};
    position().cost = Lamports{};
    EXPECT_EQ(decide_once(market.changed(index)).at(0).amount_in, TokenAmount{400'001});
    position().amount = TokenAmount{1};
    EXPECT_EQ(decide_once(market.changed(index)).at(0).amount_in, TokenAmount{1});
}

TEST_F(ExitsTest, TakesProfitOnceAndLeavesTheRestToTheOtherReasons) {
    settings.take_profit = BasisPoints{1'000};
    settings.take_profit_percent = 40;
    position().cost = Lamports{value().raw() / 2};
    position().bought = position().amount;
    position().amount = TokenAmount{600'000'000};
    position().cost = Lamports{value().raw() / 2};
    make_lots_alike();
    EXPECT_EQ(reason(), ExitReason::None);
    settings.trailing_arm = BasisPoints{1'000};
    settings.trailing_distance = BasisPoints{500};
    position().value_peak = value() + value();
    const OrderIntent intent = decide_once(market.changed(index)).at(0);
    EXPECT_EQ(intent.exit_reason, ExitReason::TrailingStop);
    EXPECT_EQ(intent.amount_in, position().amount) << "all that is left";
}

TEST_F(ExitsTest, SellsAllForEveryOtherReasonEvenBeforeAProfit) {
    settings.take_profit_percent = 40;
    settings.time_limit = Duration{0};
    EXPECT_EQ(decide_once(market.changed(index)).at(0).amount_in, position().amount);
    EXPECT_EQ(decide_once(LiquidityPulled{index, market.slot, BasisPoints{100}}).at(0).amount_in,
              position().amount);
}

TEST_F(ExitsTest, LeavesWhenLiquidityIsPulledWhateverTheValue) {
    EXPECT_TRUE(decide_once(market.changed(index)).empty());
    const Intents intents = decide_once(LiquidityPulled{index, market.slot, BasisPoints{100}});
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::LiquidityPull);
}

TEST_F(ExitsTest, MindsOnlyThePoolOfThePosition) {
    const PoolIndex other = market.add(TestPool{.number = 2}, {100 * kSol, 1'000'000'000'000});
    settings.time_limit = Duration{0};
    EXPECT_TRUE(decide_once(market.changed(other)).empty());
    EXPECT_TRUE(decide_once(LiquidityPulled{other, market.slot, BasisPoints{9'999}}).empty());
    EXPECT_EQ(decide_once(market.changed(index)).size(), 1U);
}

TEST_F(ExitsTest, IgnoresEventsThatSayNothingAboutValue) {
    settings.time_limit = Duration{0};
    EXPECT_TRUE(decide_once(PoolCreated{index, market.slot}).empty());
    EXPECT_TRUE(decide_once(SwapSeen{index, market.slot, Direction::AToB, {}, {}}).empty());
    EXPECT_TRUE(decide_once(TokenJudged{pool.mint_b, market.slot, true, true, true}).empty());
}

TEST_F(ExitsTest, SellsNothingThatIsBeingSold) {
    settings.time_limit = Duration{0};
    position().is_exit_in_flight = true;
    EXPECT_TRUE(decide_once(market.changed(index)).empty());
    EXPECT_TRUE(decide_once(LiquidityPulled{index, market.slot, BasisPoints{500}}).empty());
}

// Nothing is left to pay with, which is a loss; what others ask for it is another matter.
TEST_F(ExitsTest, LeavesAnEmptyPoolAndNotForDust) {
    market.set(pool, {0, 1'000'000'000'000});
    EXPECT_EQ(value(), Lamports{});
    const Intents intents = decide_once(market.changed(index));
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].receive_min, TokenAmount{80'000'000}) << "of what it cost";
    EXPECT_EQ(intents[0].exit_reason, ExitReason::StopLoss);
}

TEST_F(ExitsTest, NeverAsksForNothingAtAll) {
    settings.time_limit = Duration{0};
    position().amount = TokenAmount{15};  // Fetches one lamport; 97 % of it would be none.
    const Intents intents = decide_once(market.changed(index));
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].receive_min, TokenAmount{1});
}

TEST_F(ExitsTest, BoundsTheIntentsOfOneEvent) {
    settings.time_limit = Duration{0};
    const PositionView one = position();
    for (std::uint64_t id = 2; id <= 20; ++id) {
        market.positions.push_back(one);
        market.positions.back().position_id = PositionId{id};
    }
    EXPECT_EQ(decide_once(market.changed(index)).size(), kIntentsMax);
}

// Nobody can sell then, and a value of zero would look like a total loss.
TEST_F(ExitsTest, WaitWhileACurveMigratesUpToTheTimeLimit) {
    settings.stop_loss = BasisPoints{1'000};
    const Pubkey coin = key_of(60);
    const Pubkey curve = dex::pump_curve_address(coin);
    dex::PoolBook& book = market.accounts.book;
    std::vector<dex::BookChange> changes;
    const auto put_curve = [&](bool is_finished) {
        Bytes data(dex::kPumpCurveBytesMin, 0);
        std::ranges::copy(dex::kPumpCurveDiscriminator, data.begin());
        data[48] = is_finished ? 1 : 0;
        ASSERT_TRUE(book.apply({market.slot, curve, solana::kPumpCurveProgram, Lamports{1}, data},
                               changes));
    };
    put_curve(true);
    book.name_mint(coin, changes);
    index = *book.find(curve);
    position().pool = index;
    position().mint = coin;
    settings.feed_loss_exit = std::chrono::seconds{1};
    Exits exits{settings, BasisPoints{2'000}};
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
    market.now = position().opened_at + settings.time_limit + Duration{-1};
    EXPECT_TRUE(decide(exits, market.changed(index)).empty()) << "that it has no price is no loss";
    // What it loses then goes to its next pool: nobody has pulled anything.
    for (const bool is_in_flight : {false, true}) {
        position().is_exit_in_flight = is_in_flight;
        EXPECT_TRUE(decide(exits, LiquidityPulled{index, market.slot, BasisPoints{100}}).empty());
    }
    position().is_exit_in_flight = false;
    market.now = position().opened_at + settings.time_limit;
    const Intents intents = decide(exits, market.changed(index));
    ASSERT_EQ(intents.size(), 1U) << "the quote service may know a pool that we do not";
    EXPECT_EQ(intents[0].exit_reason, ExitReason::TimeLimit);
    market.now = market.now + Duration{-1};
    put_curve(false);
    const LiquidityPulled pulled{index, market.slot, BasisPoints{100}};
    EXPECT_EQ(decide(exits, pulled).at(0).exit_reason, ExitReason::LiquidityPull)
        << "it does not migrate";
}

// On paper the pool has nothing of us. What we sold there lowers what the rest is worth, and when a
// loss is cut; what we bought there raises neither.
TEST_F(ExitsTest, ValuesWhatIsLeftBehindOurOwnSalesAndNotAboveOurOwnPurchases) {
    const Lamports alone = value();
    settings.stop_loss = BasisPoints{4'000};
    position().cost = alone;
    EXPECT_EQ(reason(), ExitReason::None);
    market.own_swaps = {{index, Direction::AToB, TokenAmount{50 * kSol}}};
    EXPECT_EQ(value(), alone) << "a purchase";
    market.own_swaps = {{PoolIndex{index.value + 1}, Direction::BToA, TokenAmount::max()}};
    EXPECT_EQ(value(), alone) << "another pool";
    market.own_swaps = {{index, Direction::BToA, TokenAmount{1'000'000'000'000}}};
    EXPECT_LT(value().raw(), alone.raw() / 3) << "as many again as the pool had";
    EXPECT_EQ(reason(), ExitReason::StopLoss);
}

}  // namespace
}  // namespace sniperforge::strategy
