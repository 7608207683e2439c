// SPDX-License-Identifier: MIT
// Which path an entry or an exit takes by what it costs, and what teaches that.
#include "unit/execute/jupiter_api_support.hpp"
#include "unit/execute/path_support.hpp"

namespace sniperforge::execute::test {
namespace {

class ChoiceTest : public PathTest {
 protected:
    // What the pool pays for it.
    [[nodiscard]] std::uint64_t pool_pays() {
        const auto quoted =
            dex::quote_exact_in(accounts.book.pool(first_pool), Direction::BToA, TokenAmount{kSold},
                                {.unix_time = reactor.wall_now().seconds()});
        EXPECT_TRUE(quoted);
        return quoted->amount_out.raw();
    }
    void quote_above_pool(std::uint64_t basis_points) {
        const std::uint64_t out = pool_pays() + pool_pays() * basis_points / kBasisPointsOne + 1;
        quote = [this, out] { return quote_of(out, 97'000'000, kSold, kToken, kSol); };
    }
    [[nodiscard]] OrderIntent profit(std::uint64_t id) const {
        OrderIntent intent = sale(id);
        intent.exit_reason = ExitReason::TakeProfit;
        return intent;
    }
    // What Jupiter pays more: asked about twice, so that it is believed, and then not for 9 s.
    void learn_of(std::uint64_t basis_points) {
        settings.price_probe_interval = seconds{10};
        take("auto");
        quote_above_pool(basis_points);
        for (std::uint64_t id = 101; id <= 102; ++id) {
            submit(sale(id), {.move_per_slot = 1'000'000});  // Waiting is out of the question.
            run(id == 101 ? seconds{10} : seconds{1});
        }
        ASSERT_EQ(paths().sent[0], 2U);
        ASSERT_EQ(paths().probes, 2U);
        jupiter_requests.clear();
    }
    [[nodiscard]] const PathChoice& last() const { return events.choices.back(); }
    [[nodiscard]] const PathCost& cost(OrderPath path) const {
        return last().costs[static_cast<std::size_t>(path)];
    }
};

// Twenty basis points for a slot more: worth it at 5 a slot, not at 25.
TEST_F(ChoiceTest, TakesJupitersBetterPriceWhereTimeIsCheapAndNotUnderAStop) {
    learn_of(20);
    submit(sale(1));
    EXPECT_EQ(last().chosen, OrderPath::Direct);
    EXPECT_EQ(events.sent.size(), 3U) << "within the call";
    submit(profit(2));
    run(milliseconds{50});
    EXPECT_EQ(last().chosen, OrderPath::JupiterV1Swap);
    EXPECT_EQ(jupiter_requests.size(), 2U);
    expect_sent(3, 1);
    EXPECT_EQ(paths().cheaper, 1U);
    EXPECT_EQ(paths().by_way[1], 1U);
    EXPECT_EQ(cost(OrderPath::JupiterV1Swap).latency_us, 400'000U) << "as assumed";
    EXPECT_EQ(cost(OrderPath::JupiterV1Swap).delay_millislots, 3'000U);
    EXPECT_EQ(cost(OrderPath::Direct).delay_millislots, 2'000U);
    EXPECT_EQ(last().slot_price, part_ceil(last().notional, BasisPoints{5}));
    EXPECT_LT(cost(OrderPath::JupiterV1Swap).total, cost(OrderPath::Direct).total);
    EXPECT_EQ(cost(OrderPath::JupiterV2Build).standing, PathStanding::NotAllowed);
}

TEST_F(ChoiceTest, ATokenThatMovesMakesWaitingDear) {
    learn_of(20);
    // Two fifths of 5,500 millionths a slot are 22 basis points.
    submit(profit(1), {.move_per_slot = 5'500});
    EXPECT_EQ(last().chosen, OrderPath::Direct);
    submit(profit(2), {.move_per_slot = 1'250});
    run(milliseconds{50});
    EXPECT_EQ(last().chosen, OrderPath::JupiterV1Swap);
}

TEST_F(ChoiceTest, BelievesNoMoreThanTheSlippageOfTheOrder) {
    learn_of(5'000);
    OrderIntent intent = profit(1);
    intent.slippage_max = BasisPoints{30};
    submit(intent);
    run(milliseconds{50});
    EXPECT_EQ(last().chosen, OrderPath::JupiterV1Swap);
    EXPECT_EQ(cost(OrderPath::JupiterV1Swap).price.raw(),
              -static_cast<std::int64_t>(last().notional.raw() * 30 / kBasisPointsOne));
}

TEST_F(ChoiceTest, GoesDirectlyWhereNothingIsKnownOfTheToken) {
    submit(profit(1));
    EXPECT_EQ(events.sent.size(), 1U) << "within the call";
    EXPECT_EQ(last().chosen, OrderPath::Direct);
    EXPECT_EQ(cost(OrderPath::JupiterV1Swap).price, LamportsDelta{});
    EXPECT_EQ(cost(OrderPath::JupiterV1Swap).failing_permille, 50U);
    EXPECT_EQ(paths().probes, 0U);
}

TEST_F(ChoiceTest, APathThatTheSettingsPinIsTakenWhateverItCosts) {
    learn_of(100);
    submit(profit(1));
    run(milliseconds{50});
    ASSERT_EQ(last().chosen, OrderPath::JupiterV1Swap);
    take("direct_first");
    submit(profit(2));
    EXPECT_EQ(last().chosen, OrderPath::Direct);
    EXPECT_EQ(last().costs[1].standing, PathStanding::Open);
    accounts.book.set_blind(dex::id_of(accounts.book.pool(first_pool)));
    submit(profit(3));
    run(milliseconds{50});
    EXPECT_EQ(last().chosen, OrderPath::JupiterV1Swap) << "what is impossible is not pinned";
    EXPECT_EQ(last().costs[0].standing, PathStanding::Obstructed);
    accounts.book.set_heard(dex::id_of(accounts.book.pool(first_pool)));
    take("direct");
    submit(profit(4));
    EXPECT_EQ(last().chosen, OrderPath::Direct);
    EXPECT_EQ(last().costs[1].standing, PathStanding::NotAllowed);
    take("jupiter");
    submit(profit(5));
    run(milliseconds{50});
    EXPECT_EQ(last().chosen, OrderPath::JupiterV1Swap);
    EXPECT_EQ(last().costs[0].standing, PathStanding::NotAllowed);
}

TEST_F(ChoiceTest, DoesNotAskAJupiterThatDidNotAnswerHoweverMuchItPaid) {
    learn_of(100);
    jupiter_server.reset();
    submit(profit(1));
    run(seconds{3});
    EXPECT_EQ(paths().fallbacks, 1U);
    EXPECT_EQ(last().chosen, OrderPath::JupiterV1Swap);
    EXPECT_EQ(last().taken, OrderPath::Direct);
    submit(profit(2));
    EXPECT_EQ(last().chosen, OrderPath::Direct);
    EXPECT_EQ(cost(OrderPath::JupiterV1Swap).standing, PathStanding::NotAnswering);
    EXPECT_EQ(paths().fallbacks, 1U);
}

TEST_F(ChoiceTest, LeavesAPathThatFailsOften) {
    learn_of(20);
    quote = [] { return http_answer(400); };
    std::uint64_t id = 0;
    while (id < 10 && (id == 0 || last().chosen == OrderPath::JupiterV1Swap)) {
        submit(profit(++id));
        run(milliseconds{50});
        EXPECT_EQ(last().taken, OrderPath::Direct);
    }
    EXPECT_EQ(id, 5U) << "four have failed";
    EXPECT_EQ(cost(OrderPath::JupiterV1Swap).failing_permille, 4'200U / 8);
    EXPECT_EQ(cost(OrderPath::Direct).failing_permille, 50U) << "none of its own has ended";
}

TEST_F(ChoiceTest, AsksForPricesBehindTheSendAndNotMoreOftenThanItMay) {
    settings.price_probe_interval = seconds{10};
    take("auto");
    quote_above_pool(20);
    submit(sale(1));
    EXPECT_EQ(events.sent.size(), 1U) << "within the call";
    run(seconds{1});
    EXPECT_EQ(jupiter_requests.size(), 1U);
    submit(sale(2));
    run(milliseconds{8'900});
    EXPECT_EQ(jupiter_requests.size(), 1U);
    run(milliseconds{100});
    submit(sale(3));
    run(milliseconds{50});
    EXPECT_EQ(jupiter_requests.size(), 2U);
    EXPECT_EQ(paths().probes, 2U);
    EXPECT_TRUE(events.reports.empty());
}

// What the pool pays is of another moment then.
TEST_F(ChoiceTest, LearnsNothingOfAPriceThatCameBehindAChangeOfThePool) {
    settings.price_probe_interval = milliseconds{100};
    take("auto");
    quote_above_pool(200);
    for (std::uint64_t id = 1; id <= 2; ++id) {
        submit(sale(id));
        accounts.book.set_blind(dex::id_of(accounts.book.pool(first_pool)));
        run(milliseconds{200});
        accounts.book.set_heard(dex::id_of(accounts.book.pool(first_pool)));
    }
    EXPECT_EQ(jupiter_requests.size(), 2U);
    settings.price_probe_interval = {};
    submit(profit(3));
    EXPECT_EQ(last().chosen, OrderPath::Direct);
    EXPECT_EQ(cost(OrderPath::JupiterV1Swap).price, LamportsDelta{});
}

// ---- Among Jupiter's own ways ----

class WayTest : public JupiterApiTest {};

TEST_F(WayTest, OfAllItsWaysTakesTheOneOfLeastCostAndAnotherOnceThatFails) {
    ask("auto");
    submit(entry_intent(1));
    run(milliseconds{50});
    ASSERT_EQ(events.choices.size(), 1U) << (events.reports.empty() ? "" : only().error);
    EXPECT_EQ(events.choices[0].taken, OrderPath::JupiterV2Build) << "one request and no fee";
    EXPECT_TRUE(target(0).starts_with("/swap/v2/build"));
    const auto& costs = events.choices[0].costs;
    for (std::size_t i = 1; i < kOrderPaths; ++i) {
        EXPECT_EQ(costs[i].standing, PathStanding::Open) << i;
        EXPECT_GE(costs[i].total, costs[3].total) << i;
    }
    EXPECT_EQ((costs[4].price - costs[3].price).raw(),
              static_cast<std::int64_t>(kAmount * 50 / kBasisPointsOne))
        << "the platform's fee";
    // What it proposes is refused by the signer from now on: the next in price is asked.
    proposed = exit();
    parts = {.setup = 2, .swap = 3};
    std::uint64_t id = 1;
    while (id < 40 && jupiter_requests.back().target.starts_with("/swap/v2/build")) {
        submit(entry_intent(++id));
        run(milliseconds{50});
    }
    EXPECT_LT(id, 40U);
    EXPECT_TRUE(jupiter_requests.back().target.starts_with("/swap/v1/"))
        << jupiter_requests.back().target;
}

TEST_F(WayTest, WhatJupiterPaysLessThanItQuotedIsReckonedWithTheNextTime) {
    ask("v1_swap");
    quote = [this] { return quote_of(40'000, kTokensMin); };
    land(entry_intent(1));                      // 10,000 tokens: a quarter.
    blockhash = Hash::from(key_of(301).bytes);  // Else it would be the same bytes.
    run(seconds{3});
    submit(entry_intent(2));
    run(milliseconds{50});
    ASSERT_EQ(events.choices.size(), 2U);
    EXPECT_GT(events.choices[1].costs[1].price, events.choices[0].costs[1].price);
    EXPECT_GT(events.choices[1].costs[1].price, LamportsDelta{});
}

}  // namespace
}  // namespace sniperforge::execute::test
