// SPDX-License-Identifier: MIT
// Break-even, what others sell, a lost feed, and which reason goes first.
#include <functional>
#include <utility>
#include <vector>

#include "unit/strategy/exits_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;
using std::chrono::seconds;

class ExitReasonsTest : public ExitsTest {
 protected:
    [[nodiscard]] static ExitReason reason_of(const Intents& intents) {
        return intents.empty() ? ExitReason::None : intents[0].exit_reason;
    }
    [[nodiscard]] HolderSold sale(std::uint64_t of_holding, std::uint64_t of_supply,
                                  bool is_creator = true) const {
        return {pool.mint_b, market.slot, is_creator, BasisPoints{of_holding},
                BasisPoints{of_supply}};
    }
    [[nodiscard]] ExitReason reason_on(const MarketEvent& event) const {
        return reason_of(decide_once(event));
    }
    [[nodiscard]] ExitReason reason_now(Exits& exits) const {
        return reason_of(decide(exits, market.changed(index)));
    }
    // The clock alone: no more is heard of the pool.
    [[nodiscard]] ExitReason after(Exits& exits, Duration passed) {
        market.now = market.now + passed;
        return reason_of(decide(exits, SlotStarted{market.slot}));
    }
};

// ---- Break-even ----

TEST_F(ExitReasonsTest, SellsAtItsCostOnceItHadTheProfitAndNotOneLamportAboveOrBefore) {
    settings.break_even_arm = BasisPoints{kBasisPointsOne};
    position().cost = value();
    position().value_peak = Lamports{2 * value().raw()};
    EXPECT_EQ(reason(), ExitReason::BreakEven);
    position().value_peak = Lamports{2 * value().raw() - 1};
    EXPECT_EQ(reason(), ExitReason::None) << "never armed";
    position().value_peak = Lamports{2 * value().raw()};
    position().cost = value() - Lamports{1};
    EXPECT_EQ(reason(), ExitReason::None) << "still a lamport above";
}

TEST_F(ExitReasonsTest, DoNotSellAtTheCostWhereThatIsOff) {
    position().cost = value();
    position().value_peak = Lamports{9 * value().raw()};
    settings.break_even_arm = {};
    EXPECT_EQ(reason(), ExitReason::None);
    settings.break_even_arm = BasisPoints{1};
    EXPECT_EQ(reason(), ExitReason::BreakEven);
}

// ---- What others sell ----

TEST_F(ExitReasonsTest, LeaveWhenTheCreatorSellsThePartAndNotABasisPointLess) {
    settings.dev_sell_min = BasisPoints{1'000};
    EXPECT_EQ(reason_on(sale(1'000, 0)), ExitReason::DevSell);
    EXPECT_EQ(decide_once(sale(1'000, 0)).at(0).amount_in, position().amount);
    EXPECT_EQ(reason_on(sale(999, 10'000)), ExitReason::None);
    EXPECT_EQ(reason_on(sale(10'000, 10'000, false)), ExitReason::None) << "somebody else";
    settings.dev_sell_min = {};
    EXPECT_EQ(reason_on(sale(10'000, 10'000)), ExitReason::None) << "off";
}

TEST_F(ExitReasonsTest, LeaveWhenAHolderSellsThePartOfTheSupplyAndNotABasisPointLess) {
    settings.holder_dump_min = BasisPoints{300};
    EXPECT_EQ(reason_on(sale(1, 300, false)), ExitReason::HolderDump);
    EXPECT_EQ(reason_on(sale(10'000, 299, false)), ExitReason::None);
    EXPECT_EQ(reason_on(sale(1, 300)), ExitReason::HolderDump) << "the creator is a holder, too";
    settings.dev_sell_min = BasisPoints{1};
    EXPECT_EQ(reason_on(sale(1, 300)), ExitReason::DevSell);
    settings.holder_dump_min = {};
    EXPECT_EQ(reason_on(sale(10'000, 10'000, false)), ExitReason::None) << "off";
}

TEST_F(ExitReasonsTest, MindOnlyTheCoinOfThePosition) {
    settings.dev_sell_min = settings.holder_dump_min = BasisPoints{1};
    HolderSold other = sale(10'000, 10'000);
    other.mint = key_of(99);
    Exits exits{settings, BasisPoints{2'000}};
    EXPECT_TRUE(decide(exits, other).empty());
    EXPECT_EQ(reason_now(exits), ExitReason::None) << "and nothing of it is remembered";
}

TEST_F(ExitReasonsTest, RememberASaleOfOthersUntilAllIsSold) {
    settings.dev_sell_min = BasisPoints{1'000};
    Exits exits{settings, BasisPoints{2'000}};
    position().is_exit_in_flight = true;
    EXPECT_TRUE(decide(exits, sale(5'000, 0)).empty());
    position().is_exit_in_flight = false;
    EXPECT_EQ(reason_now(exits), ExitReason::DevSell) << "told during a sale";
    exits.exit_failed(PositionId{1}, market.slot, true, ExitReason::DevSell);
    EXPECT_EQ(reason_now(exits), ExitReason::None) << "two slots later";
    market.slot = market.slot.plus(2);
    EXPECT_EQ(reason_now(exits), ExitReason::DevSell);
    exits.exit_landed(PositionId{1});
    EXPECT_EQ(reason_now(exits), ExitReason::DevSell) << "a part was sold";
    exits.position_closed(PositionId{1});
    EXPECT_EQ(reason_now(exits), ExitReason::None);
}

TEST_F(ExitReasonsTest, KnowWhatOthersSoldBeforeARestartByTheSaleThatFailed) {
    for (const ExitReason told : {ExitReason::DevSell, ExitReason::HolderDump}) {
        Exits exits{settings, BasisPoints{2'000}};
        exits.exit_failed(PositionId{1}, market.slot, false, told);
        market.slot = market.slot.plus(2);
        EXPECT_EQ(reason_now(exits), told);
    }
    for (const ExitReason gone : {ExitReason::FeedLoss, ExitReason::BreakEven}) {
        Exits exits{settings, BasisPoints{2'000}};
        exits.exit_failed(PositionId{1}, market.slot, false, gone);
        market.slot = market.slot.plus(2);
        EXPECT_EQ(reason_now(exits), ExitReason::None) << "it is looked at anew";
    }
}

TEST_F(ExitReasonsTest, KeepTheMoreUrgentOfWhatWasTold) {
    settings.dev_sell_min = settings.holder_dump_min = BasisPoints{1'000};
    const LiquidityPulled pulled{index, market.slot, BasisPoints{5'000}};
    Exits exits{settings, BasisPoints{2'000}};
    EXPECT_EQ(reason_of(decide(exits, sale(0, 1'000, false))), ExitReason::HolderDump);
    EXPECT_EQ(reason_of(decide(exits, sale(1'000, 0))), ExitReason::DevSell);
    EXPECT_EQ(reason_of(decide(exits, pulled)), ExitReason::LiquidityPull);
    EXPECT_EQ(reason_of(decide(exits, sale(0, 1'000, false))), ExitReason::LiquidityPull);
}

// Of an earlier run: where it is sold is learned later.
TEST_F(ExitReasonsTest, RememberASaleOfOthersWhileThePositionHasNoPool) {
    settings.dev_sell_min = BasisPoints{1'000};
    position().pool = kPoolUnknown;
    Exits exits{settings, BasisPoints{2'000}};
    EXPECT_TRUE(decide(exits, sale(1'000, 0)).empty());
    position().pool = index;
    EXPECT_EQ(reason_now(exits), ExitReason::DevSell);
}

// ---- A lost feed ----

TEST_F(ExitReasonsTest, LeaveAPoolThatIsBlindForTheTimeAndNotANanosecondLess) {
    settings.feed_loss_exit = seconds{60};
    for (const bool is_all_lost : {false, true}) {
        Exits exits{settings, BasisPoints{2'000}};
        EXPECT_EQ(after(exits, seconds{1'000}), ExitReason::None);
        market.is_feed_lost = is_all_lost;
        if (!is_all_lost) {
            market.accounts.book.set_blind(pool.id());
        }
        EXPECT_EQ(after(exits, seconds{1}), ExitReason::None) << "since now";
        EXPECT_EQ(after(exits, seconds{60} - Duration{1}), ExitReason::None);
        EXPECT_EQ(after(exits, Duration{1}), ExitReason::FeedLoss);
        market.is_feed_lost = false;
        market.accounts.book.set_heard(pool.id());
        EXPECT_EQ(after(exits, Duration{1}), ExitReason::None) << "heard again";
        market.is_feed_lost = true;
        EXPECT_EQ(after(exits, seconds{59}), ExitReason::None) << "and blind anew";
        market.is_feed_lost = false;
    }
}

TEST_F(ExitReasonsTest, StayInABlindPoolWhereThatIsOffAndInOthersThatAreHeard) {
    settings.time_limit = std::chrono::hours{24};
    market.accounts.book.set_blind(pool.id());
    Exits off{settings, BasisPoints{2'000}};
    EXPECT_EQ(after(off, Duration{0}), ExitReason::None);
    EXPECT_EQ(after(off, seconds{3'600}), ExitReason::None);
    settings.feed_loss_exit = seconds{60};
    position().pool =
        market.add(TestPool{.number = 2, .mint_b = pool.mint_b}, {100 * kSol, 1'000'000'000'000});
    Exits heard{settings, BasisPoints{2'000}};
    EXPECT_EQ(after(heard, Duration{0}), ExitReason::None);
    EXPECT_EQ(after(heard, seconds{3'600}), ExitReason::None);
}

// The count of slots stands still then: a second counts as one.
TEST_F(ExitReasonsTest, TryASaleAgainAlsoWhereNoSlotsAreHeard) {
    settings.feed_loss_exit = seconds{60};
    market.is_feed_lost = true;
    Exits exits{settings, BasisPoints{2'000}};
    EXPECT_EQ(after(exits, Duration{0}), ExitReason::None);
    EXPECT_EQ(after(exits, seconds{60}), ExitReason::FeedLoss);
    for (int i = 0; i < 3; ++i) {
        exits.exit_failed(PositionId{1}, market.slot, false);
        EXPECT_EQ(after(exits, seconds{1}), ExitReason::None) << "waits from here on";
        EXPECT_EQ(after(exits, seconds{2} - Duration{1}), ExitReason::None);
        EXPECT_EQ(after(exits, Duration{1}), ExitReason::FeedLoss);
    }
}

// ---- Which goes first ----

// All of them hold at a value that is the cost and the peak: each is taken away in its turn.
TEST_F(ExitReasonsTest, NameTheFirstOfTheTableOfAllThatHold) {
    settings.stop_loss = settings.take_profit = settings.trailing_distance = {};
    settings.trailing_arm = {};
    settings.break_even_arm = BasisPoints{1};
    settings.time_limit = Duration{0};
    settings.feed_loss_exit = Duration{1};
    settings.dev_sell_min = settings.holder_dump_min = BasisPoints{1};
    position().cost = value();
    position().value_peak = value() + value();
    std::vector<MarketEvent> told = {sale(0, 1, false), sale(1, 0),
                                     LiquidityPulled{index, market.slot, BasisPoints{5'000}}};
    market.is_feed_lost = true;
    bool is_flattening = true;
    const auto first = [&] {
        Exits exits{settings, BasisPoints{2'000}};
        for (const MarketEvent& event : told) {
            (void)decide(exits, event);
        }
        if (is_flattening) {
            exits.flatten(true);
        }
        (void)after(exits, Duration{0});
        return after(exits, Duration{1});
    };
    const std::vector<std::pair<ExitReason, std::function<void()>>> order = {
        {ExitReason::Manual, [&] { is_flattening = false; }},
        {ExitReason::LiquidityPull, [&] { told.pop_back(); }},
        {ExitReason::DevSell, [&] { told.pop_back(); }},
        {ExitReason::HolderDump, [&] { told.pop_back(); }},
        {ExitReason::FeedLoss, [&] { market.is_feed_lost = false; }},
        {ExitReason::StopLoss, [&] { settings.stop_loss = BasisPoints{1}; }},
        {ExitReason::TakeProfit, [&] { settings.take_profit = BasisPoints{1}; }},
        {ExitReason::TrailingStop, [&] { settings.trailing_arm = kNever; }},
        {ExitReason::BreakEven, [&] { settings.break_even_arm = {}; }},
        {ExitReason::TimeLimit, [&] { settings.time_limit = std::chrono::hours{1}; }},
    };
    ASSERT_EQ(order.size(), kExitRules.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        EXPECT_EQ(kExitRules[i].reason, order[i].first);
        EXPECT_EQ(first(), order[i].first);
        order[i].second();
    }
    EXPECT_EQ(first(), ExitReason::None);
}

TEST_F(ExitReasonsTest, BeginWithMoreSlippageWhereItIsARaceAndDoubleItLikeAnyOther) {
    settings.dev_sell_min = BasisPoints{1};
    settings.slippage_urgent = BasisPoints{700};
    const auto slippage = [this](Exits& exits) {
        return decide(exits, market.changed(index)).at(0).slippage_max;
    };
    Exits exits{settings, BasisPoints{2'000}};
    EXPECT_EQ(decide(exits, sale(1, 0)).at(0).slippage_max, BasisPoints{700});
    for (const std::uint64_t expected : {1'400U, 2'000U}) {
        exits.exit_failed(PositionId{1}, market.slot, true);
        market.slot = market.slot.plus(2);
        EXPECT_EQ(slippage(exits), BasisPoints{expected});
    }
    settings.slippage_urgent = BasisPoints{299};
    EXPECT_EQ(decide_once(sale(1, 0)).at(0).slippage_max, BasisPoints{300}) << "never less";
    settings.slippage_urgent = BasisPoints{700};
    settings.time_limit = Duration{0};
    EXPECT_EQ(decide_once(market.changed(index)).at(0).slippage_max, BasisPoints{300}) << "no race";
}

}  // namespace
}  // namespace sniperforge::strategy
