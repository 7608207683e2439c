// SPDX-License-Identifier: MIT
// Live orders against paper: each cause on both of its sides, and that they add up.
#include "sniperforge/analytics/order_divergence.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "sniperforge/core/rng.hpp"

namespace sniperforge::analytics {
namespace {

constexpr Lamports kBase{5'000};

// Landed on both sides alike, by our own instructions, in a pool that stood still.
OrderOnPaper alike() {
    OrderOnPaper order;
    order.intent_id = IntentId{1};
    order.is_own_route = true;
    order.paper.outcome = Outcome::Landed;
    order.paper.slots = 1;
    order.paper.swap = {LamportsDelta{-300}, Lamports{250}};
    order.paper.base_fee = kBase;
    order.paper.priority_fee = Lamports{900};
    order.paper.tip = Lamports{1'000};
    order.paper.rent = LamportsDelta{2'000'000};
    order.live = order.paper;
    order.before = order.paper.swap;
    return order;
}

// The difference, which has to be nothing but these causes.
void expect_only(const OrderOnPaper& order,
                 const std::vector<std::pair<OrderCause, std::int64_t>>& causes) {
    const auto difference = difference_of(order);
    ASSERT_TRUE(difference);
    OrderDifference wanted;
    for (const auto& [cause, lamports] : causes) {
        wanted.by_cause[static_cast<std::size_t>(cause)] = LamportsDelta{lamports};
    }
    for (std::size_t i = 0; i < kOrderCauseCount; ++i) {
        EXPECT_EQ(difference->by_cause[i], wanted.by_cause[i])
            << to_string(static_cast<OrderCause>(i));
    }
    EXPECT_EQ(difference->total, net_of(order.live) - net_of(order.paper));
}

TEST(OrderDivergence, OrdersThatEndAlikeDifferByNothing) { expect_only(alike(), {}); }

TEST(OrderDivergence, AFeeOneLamportHigherLiveIsALossOfItsOwnCauseAndOneLowerAGain) {
    for (const std::int64_t more : {1, -1}) {
        const auto changed = [&](Lamports amount) {
            return Lamports{amount.raw() + static_cast<std::uint64_t>(more)};
        };
        OrderOnPaper order = alike();
        order.live.base_fee = changed(order.live.base_fee);
        expect_only(order, {{OrderCause::BaseFee, -more}});
        order = alike();
        order.live.priority_fee = changed(order.live.priority_fee);
        expect_only(order, {{OrderCause::PriorityFee, -more}});
        order = alike();
        order.live.tip = changed(order.live.tip);
        expect_only(order, {{OrderCause::Tip, -more}});
        order = alike();
        order.live.rent += LamportsDelta{more};
        expect_only(order, {{OrderCause::Rent, -more}});
    }
}

TEST(OrderDivergence, PoolsThatMovedBeforeOursSlotAreItsDelayAndWithinItTheOthers) {
    for (const std::int64_t moved : {700, -700}) {
        OrderOnPaper order = alike();
        order.before->lamports += LamportsDelta{moved};
        order.live.swap.lamports += LamportsDelta{moved};
        expect_only(order, {{OrderCause::SlotDelay, moved}});
        order = alike();
        order.live.swap.lamports += LamportsDelta{moved};
        expect_only(order, {{OrderCause::InSlot, moved}});
    }
}

TEST(OrderDivergence, WhatVenuesTookMoreOfLiveIsNotBlamedOnThePrice) {
    for (const std::int64_t more : {40, -40}) {
        OrderOnPaper order = alike();
        order.live.swap.lamports -= LamportsDelta{more};
        order.live.swap.venue_fees = Lamports{250 + static_cast<std::uint64_t>(more)};
        expect_only(order, {{OrderCause::VenueFees, -more}});
    }
}

TEST(OrderDivergence, VenueFeesThatOneSideAloneTellsStayInsideThePrice) {
    OrderOnPaper order = alike();
    order.live.swap.lamports -= LamportsDelta{40};
    order.live.swap.venue_fees.reset();
    expect_only(order, {{OrderCause::InSlot, -40}});
    order = alike();
    order.live.swap.lamports -= LamportsDelta{40};
    order.before->venue_fees.reset();
    expect_only(order, {{OrderCause::InSlot, -40}});
}

TEST(OrderDivergence, WhatNoPoolOfOursExplainsIsShownAsUnexplained) {
    OrderOnPaper jupiter = alike();
    jupiter.is_own_route = false;
    jupiter.live.swap.venue_fees.reset();
    jupiter.before->lamports += LamportsDelta{-30};
    jupiter.live.swap.lamports += LamportsDelta{-50};
    expect_only(jupiter, {{OrderCause::SlotDelay, -30}, {OrderCause::Unexplained, -20}});
    OrderOnPaper unseen = alike();
    unseen.before.reset();
    unseen.live.swap.lamports += LamportsDelta{-50};
    expect_only(unseen, {{OrderCause::Unexplained, -50}});
    // A fill that a failed transaction cannot have.
    OrderOnPaper odd = alike();
    odd.live.outcome = odd.paper.outcome = Outcome::Reverted;
    odd.live.swap.lamports += LamportsDelta{-7};
    expect_only(odd, {{OrderCause::Unexplained, -7}});
}

TEST(OrderDivergence, ARevertThatPaperDidNotExpectLosesItsFeesToTheLanding) {
    OrderOnPaper order = alike();
    order.paper = {};
    order.paper.outcome = Outcome::Expired;
    order.before.reset();
    order.live.outcome = Outcome::Reverted;
    order.live.swap = {};
    order.live.tip = {};
    order.live.rent = {};
    expect_only(order, {{OrderCause::Landing, -5'900}});
    // Where paper reverts, too, each fee is its own cause.
    order.paper.outcome = Outcome::Reverted;
    order.paper.base_fee = kBase;
    order.paper.priority_fee = Lamports{1'000};
    expect_only(order, {{OrderCause::PriorityFee, 100}});
}

// It pays its fees on both sides; the tip and the swap are those of a landing.
TEST(OrderDivergence, ARevertOfWhatPaperWouldLandMissesItsSwapAndSavesItsTip) {
    OrderOnPaper order = alike();
    order.before.reset();
    order.live.outcome = Outcome::Reverted;
    order.live.swap = {};
    order.live.tip = {};
    order.live.rent = order.paper.rent = {};
    order.live.priority_fee = Lamports{880};
    expect_only(order, {{OrderCause::Landing, 300 + 1'000}, {OrderCause::PriorityFee, 20}});
    std::swap(order.live, order.paper);
    expect_only(order, {{OrderCause::Landing, -300 - 1'000}, {OrderCause::PriorityFee, -20}});
}

TEST(OrderDivergence, WhatPaperWouldHaveMadeOfAnOrderThatDidNotLandIsMissing) {
    OrderOnPaper order = alike();
    order.paper.rent = {};
    order.paper.swap = {LamportsDelta{1'000'000}, Lamports{0}};
    order.live = {};
    order.live.outcome = Outcome::Expired;
    order.before.reset();
    expect_only(order, {{OrderCause::Landing, -1'000'000 + 5'000 + 900 + 1'000}});
    order.live.outcome = Outcome::Rejected;
    expect_only(order, {{OrderCause::Landing, -1'000'000 + 5'000 + 900 + 1'000}});
    // And the other way round.
    std::swap(order.paper, order.live);
    order.paper.outcome = Outcome::Expired;
    expect_only(order, {{OrderCause::Landing, 1'000'000 - 5'000 - 900 - 1'000}});
}

// It comes back when the account is closed: that it was not paid is no gain of a missed landing.
TEST(OrderDivergence, RentIsApartWhoeverLanded) {
    OrderOnPaper order = alike();
    order.live = {};
    order.live.outcome = Outcome::Expired;
    order.before.reset();
    expect_only(order,
                {{OrderCause::Rent, 2'000'000}, {OrderCause::Landing, 300 + 5'000 + 900 + 1'000}});
}

TEST(OrderDivergence, AnAmountBeyondAllSolIsRefusedAndTheLimitItselfIsNot) {
    OrderOnPaper order = alike();
    order.live.swap.lamports = LamportsDelta{kOrderLamportsMax};
    EXPECT_TRUE(difference_of(order));
    order.live.swap.lamports = LamportsDelta{kOrderLamportsMax + 1};
    EXPECT_FALSE(difference_of(order));
    order.live.swap.lamports = LamportsDelta{-kOrderLamportsMax - 1};
    EXPECT_FALSE(difference_of(order));
    order = alike();
    order.paper.tip = Lamports{static_cast<std::uint64_t>(kOrderLamportsMax) + 1};
    EXPECT_FALSE(difference_of(order));
}

TEST(OrderDivergence, OneAbsurdOrderCountsAsUnquotedAndHidesNoOther) {
    OrderOnPaper absurd = alike();
    absurd.paper.tip = Lamports{static_cast<std::uint64_t>(kOrderLamportsMax) + 1};
    OrderOnPaper known = alike();
    known.live.swap.lamports -= LamportsDelta{1'500'000};
    const auto all = order_divergences({{StrategyId::Sniper, Outcome::Landed, WallTime{1}, absurd},
                                        {StrategyId::Sniper, Outcome::Landed, WallTime{1}, known}},
                                       {WallTime{0}, WallTime{2}}, 1);
    const OrderDivergence& sniper = all.strategies[static_cast<std::size_t>(StrategyId::Sniper)];
    for (const OrderDivergence* told : {&all.all, &sniper}) {
        EXPECT_EQ(told->orders, 2U);
        EXPECT_EQ(told->compared, 1U);
        EXPECT_EQ(told->not_compared, (std::map<std::string, std::uint64_t>{{"unquoted", 1}}));
        EXPECT_EQ(told->difference.total, LamportsDelta{-1'500'000});
    }
}

// Each of them is possible; eight times 2^60 is one more than 64 bits hold.
TEST(OrderDivergence, AnOrderThatNoSumHoldsCountsAsUnquoted) {
    OrderOnPaper huge = alike();
    huge.decided.lamports = LamportsDelta{kOrderLamportsMax};
    const auto of = [&](std::size_t count) {
        const std::vector<ComparedOrder> orders(
            count, {StrategyId::Sniper, Outcome::Landed, WallTime{1}, huge});
        return order_divergences(orders, {WallTime{0}, WallTime{2}}, 1).all;
    };
    EXPECT_EQ(of(7).compared, 7U);
    EXPECT_TRUE(of(7).not_compared.empty());
    EXPECT_EQ(of(8).compared, 7U);
    EXPECT_EQ(of(8).not_compared.at("unquoted"), 1U);
    EXPECT_EQ(of(8).decided_swaps, of(7).decided_swaps);
}

// Anything at all, known or not, on either side.
OrderOnPaper drawn(Rng& rng) {
    const auto amount = [&](std::uint64_t below) { return Lamports{rng.below(below)}; };
    const auto change = [&](std::uint64_t below) {
        return amount(below).minus(Lamports{below / 2});
    };
    const auto worth = [&] {
        SwapWorth each{change(2'000'000'000)};
        if (rng.below(3) > 0) {
            each.venue_fees = amount(9'000'000);
        }
        return each;
    };
    const auto side = [&] {
        constexpr std::array kOutcomes{Outcome::Landed, Outcome::Landed, Outcome::Reverted,
                                       Outcome::Expired, Outcome::Rejected};
        OrderSide each;
        each.outcome = kOutcomes[rng.below(kOutcomes.size())];
        each.swap = worth();
        each.base_fee = amount(10'001);
        each.priority_fee = amount(1'000'000);
        each.tip = amount(1'000'000);
        each.rent = change(4'500'000);
        return each;
    };
    OrderOnPaper order;
    order.paper = side();
    order.live = side();
    if (rng.below(4) > 0) {
        order.before = worth();
    }
    order.is_own_route = rng.below(2) == 0;
    return order;
}

TEST(OrderDivergence, TheCausesOfRandomOrdersAddUpToEachDifferenceAndToTheTotals) {
    Rng rng{20'261};
    std::vector<ComparedOrder> orders;
    std::int64_t sum = 0;
    for (int i = 0; i < 5'000; ++i) {
        const OrderOnPaper order = drawn(rng);
        const auto difference = difference_of(order);
        ASSERT_TRUE(difference);
        const auto& causes = difference->by_cause;
        const auto added = std::accumulate(causes.begin(), causes.end(), LamportsDelta{});
        ASSERT_EQ(added, difference->total);
        ASSERT_EQ(added, net_of(order.live) - net_of(order.paper));
        // Where everything is known, nothing is left over.
        if (order.is_own_route && order.before && order.paper.outcome == Outcome::Landed &&
            order.live.outcome == Outcome::Landed) {
            ASSERT_EQ(difference->of(OrderCause::Unexplained), LamportsDelta{});
        }
        sum += added.raw();
        orders.push_back({static_cast<StrategyId>(rng.below(kStrategyCount)), order.live.outcome,
                          WallTime{i * 1'000'000'000LL}, order});
    }
    const auto all = order_divergences(orders, {WallTime{0}, WallTime{5'000'000'000'000}}, 7);
    EXPECT_EQ(all.all.compared, 5'000U);
    EXPECT_EQ(all.all.difference.total.raw(), sum);
    EXPECT_EQ(all.all.live_net - all.all.paper_net, LamportsDelta{sum});
    std::array<LamportsDelta, kOrderCauseCount> by_cause{};
    LamportsDelta strategies;
    for (const OrderDivergence& each : all.strategies) {
        strategies += each.difference.total;
        for (std::size_t i = 0; i < kOrderCauseCount; ++i) {
            by_cause[i] += each.difference.by_cause[i];
        }
    }
    EXPECT_EQ(strategies.raw(), sum);
    EXPECT_EQ(by_cause, all.all.difference.by_cause);
    const auto& total = all.all.difference.by_cause;
    EXPECT_EQ(std::accumulate(total.begin(), total.end(), LamportsDelta{}).raw(), sum);
}

TEST(OrderDivergence, CountsWhatCannotBeComparedByWhy) {
    OrderOnPaper unheard = alike();
    unheard.lack = PaperLack::Unheard;
    OrderOnPaper stale = alike();  // It landed when it was compared; that was taken back.
    const std::vector<ComparedOrder> orders{
        {StrategyId::Sniper, Outcome::Landed, WallTime{1}, alike()},
        {StrategyId::Sniper, Outcome::Unknown, WallTime{1}, alike()},
        {StrategyId::Sniper, Outcome::Landed, WallTime{1}, std::nullopt},
        {StrategyId::Sniper, Outcome::Landed, WallTime{1}, unheard},
        {StrategyId::Sniper, Outcome::Expired, WallTime{1}, stale},
    };
    const auto all = order_divergences(orders, {WallTime{0}, WallTime{2}}, 1);
    const OrderDivergence& sniper = all.strategies[static_cast<std::size_t>(StrategyId::Sniper)];
    EXPECT_EQ(sniper.orders, 5U);
    EXPECT_EQ(sniper.compared, 1U);
    const std::map<std::string, std::uint64_t> wanted{
        {"no_outcome", 1}, {"not_followed", 1}, {"unheard", 1}, {"reversed", 1}};
    EXPECT_EQ(sniper.not_compared, wanted);
    EXPECT_EQ(all.all.not_compared, wanted);
    EXPECT_EQ(all.strategies[0].orders, 0U);
    EXPECT_EQ(all.strategies[0].mean.error(), Lack::NoTrades);
}

// One an hour: below 20 hours there is no interval, and below 10 orders neither.
TEST(OrderDivergence, TheMeanHasAnIntervalOnlyWhereThereAreEnoughHoursAndOrders) {
    constexpr std::int64_t kHourNs = 3'600'000'000'000;
    const auto mean_of = [&](std::int64_t hours, std::int64_t count) {
        std::vector<ComparedOrder> orders;
        for (std::int64_t i = 0; i < count; ++i) {
            OrderOnPaper order = alike();
            order.live.base_fee = Lamports{static_cast<std::uint64_t>(5'100 + i % 7)};
            orders.push_back({StrategyId::Momentum, Outcome::Landed, WallTime{i * kHourNs}, order});
        }
        return order_divergences(orders, {WallTime{0}, WallTime{hours * kHourNs}}, 1)
            .all.mean.value();
    };
    const Estimate mean = mean_of(40, 40);
    EXPECT_NEAR(mean.value, -102.9, 0.2);
    ASSERT_TRUE(mean.ci95);
    EXPECT_LT(mean.ci95->low, mean.value);
    EXPECT_GT(mean.ci95->high, mean.value);
    EXPECT_EQ(mean_of(19, 19).ci95.error(), Lack::TooFewClusters);
    EXPECT_TRUE(mean_of(20, 20).ci95);
    EXPECT_EQ(mean_of(40, 9).ci95.error(), Lack::TooFewTrades);
}

TEST(OrderDivergence, ShowsEachCauseAndSaysThatPaperItselfHasNothingToCompare) {
    OrderOnPaper order = alike();
    order.live.swap.lamports -= LamportsDelta{1'500'000};
    const auto all = order_divergences({{StrategyId::Sniper, Outcome::Landed, WallTime{1}, order}},
                                       {WallTime{0}, WallTime{2}}, 1);
    const std::string json = to_json(all);
    EXPECT_NE(json.find(R"("difference_lamports":-1500000)"), std::string::npos) << json;
    EXPECT_NE(json.find(R"("in_slot":-1500000)"), std::string::npos) << json;
    EXPECT_NE(json.find(R"("ci95_lack":"too_few_trades")"), std::string::npos) << json;
    EXPECT_NE(json.find(R"("strategies":[{"strategy":"sniper",)"), std::string::npos) << json;
    const std::string text = to_text(all, "[sim demo]");
    for (const auto* part : {"1 of 1 orders compared", "in slot", "-0.0015 SOL", "unexplained"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
    EXPECT_EQ(text.find("[sim demo]"), 0U);
    std::size_t lacks = 0;
    for (std::size_t at = 0; (at = text.find("no interval", at)) != std::string::npos; ++at) {
        ++lacks;
    }
    EXPECT_EQ(lacks, 2U) << "once for all and once for the strategy\n" << text;
    EXPECT_NE(order_divergences_json_on_paper().find(R"("lack":"on_paper")"), std::string::npos);
    EXPECT_NE(order_divergences_text_on_paper("[paper]").find("traded on paper itself"),
              std::string::npos);
}

}  // namespace
}  // namespace sniperforge::analytics
