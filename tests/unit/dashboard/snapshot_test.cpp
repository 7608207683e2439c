// SPDX-License-Identifier: MIT
// What is taken of a pipeline, and the document that is made of it.
#include "sniperforge/dashboard/snapshot.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <string>

#include "sniperforge/dashboard/document.hpp"
#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::dashboard {
namespace {

const dex::test::TestPool kPool{.number = 4, .mint_b = dex::test::key_of(9)};

using Json = simdjson::simdjson_result<simdjson::dom::element>;

[[nodiscard]] std::string text_of(const Json& json) {
    std::string_view text;
    EXPECT_EQ(json.get(text), simdjson::SUCCESS);
    return std::string{text};
}
[[nodiscard]] std::int64_t number_of(const Json& json) {
    std::int64_t number = 0;
    EXPECT_EQ(json.get(number), simdjson::SUCCESS);
    return number;
}
[[nodiscard]] double decimal_of(const Json& json) {
    double number = 0;
    EXPECT_EQ(json.get(number), simdjson::SUCCESS);
    return number;
}

class SnapshotTest : public engine::test::PipelineTest {
 protected:
    SnapshotTest() {
        tell_sol_price();
        tell_pool(kPool, 100 * kLamportsPerSol, 1'000'000'000'000);
        tell(FeedRestored{"a"});
        pipeline->go_live();
        pipeline->watch_orders(timeline);
    }
    void buy(const Pubkey& mint, std::uint64_t intent = 1) {
        ExecutionReport bought;
        bought.intent_id = IntentId{intent};
        bought.strategy = StrategyId::Sniper;
        bought.kind = OrderKind::Entry;
        bought.mint = mint;
        bought.outcome = Outcome::Landed;
        bought.slot = Slot{5};
        bought.settled_at = reactor.now();
        bought.fill.wallet = LamportsDelta{-100'005'000};
        bought.fill.base_fee = Lamports{5'000};
        bought.fill.tokens = {{mint, TokenDelta{1'000'000'000}}};
        pipeline->on_report(bought);
    }
    [[nodiscard]] Snapshot snapshot() {
        Snapshot taken;
        taken.phase = "trading";
        taken.feed = feed->statistics();
        engine::collect(taken.report, *pipeline, *executor);
        take(taken,
             {.pipeline = *pipeline,
              .settings = settings,
              .orders = timeline,
              .fees_used_today = executor->fees_used_today()},
             reactor.now(), reactor.wall_now());
        return taken;
    }
    [[nodiscard]] static const risk::LimitUse& limit_of(const Snapshot& taken,
                                                        std::string_view name) {
        const auto found = std::ranges::find(taken.limits, name, &risk::LimitUse::name);
        SF_ASSERT(found != taken.limits.end());
        return *found;
    }
    [[nodiscard]] Json parsed(const Snapshot& taken, const DocumentFacts& facts = {}) {
        json = to_json(taken, facts);
        const Json root = parser.parse(json);
        EXPECT_EQ(root.error(), simdjson::SUCCESS) << json;
        return root;
    }

    OrderTimeline timeline{reactor};
    std::string json;
    simdjson::dom::parser parser;
};

TEST_F(SnapshotTest, HasAPositionWithItsValueAndTheWayToEachExit) {
    settings.exits.take_profit_ladder = {{BasisPoints{1'500}, 50}, {BasisPoints{4'000}, 50}};
    settings.exits.stop_loss = BasisPoints{800};
    settings.exits.time_limit = std::chrono::seconds{300};
    buy(kPool.mint_b);
    reactor.run_until(reactor.now() + std::chrono::seconds{40});
    tell(kPool.account_a(100 * kLamportsPerSol + 1'000).at(6));
    tell(SlotUpdate{Slot{7}, Slot{6}, Slot{1}});  // One side alone is told with the next slot.
    const Snapshot taken = snapshot();
    ASSERT_EQ(taken.positions.size(), 1U);
    EXPECT_EQ(taken.positions_open, 1U);
    const PositionLine& line = taken.positions[0];
    EXPECT_EQ(line.view.mint, kPool.mint_b);
    EXPECT_EQ(line.pool, kPool.id());
    EXPECT_TRUE(line.is_heard);
    ASSERT_TRUE(line.value.has_value());
    EXPECT_EQ(*line.value, pipeline->value_of(pipeline->portfolio().positions()[0]));
    EXPECT_EQ(line.age, std::chrono::seconds{40});
    EXPECT_EQ(line.time_left, std::chrono::seconds{260});
    ASSERT_EQ(line.profits.size(), 2U);
    EXPECT_EQ(line.profits[0].level.percent_kept, 50U);
    EXPECT_EQ(line.profits[1].level.percent_kept, 0U);
    EXPECT_FALSE(line.profits[0].is_taken);
    const Lamports cost = line.view.cost_average();
    EXPECT_EQ(line.stop_loss, cost - part_floor(cost, BasisPoints{800}));
    EXPECT_EQ(taken.equity, taken.wallet + *line.value);
}

TEST_F(SnapshotTest, KnowsNoValueOfWhatHasNoPoolAndDoesNotCallItNothing) {
    buy(dex::test::key_of(77));
    const Snapshot taken = snapshot();
    ASSERT_EQ(taken.positions.size(), 1U);
    EXPECT_FALSE(taken.positions[0].value.has_value());
    EXPECT_FALSE(taken.positions[0].is_heard);
    const auto position = parsed(taken)["positions"]["shown"].at(0);
    EXPECT_TRUE(position["value_lamports"].is_null());
    EXPECT_EQ(text_of(position["venue"]), "unknown");
}

TEST_F(SnapshotTest, ShowsNoMorePositionsThanItMayAndSaysHowManyThereAre) {
    for (std::uint64_t i = 0; i < kPositionsShown + 1; ++i) {
        buy(dex::test::key_of(100 + i), 1 + i);
        const Snapshot taken = snapshot();
        EXPECT_EQ(taken.positions_open, i + 1);
        EXPECT_EQ(taken.positions.size(), std::min<std::size_t>(i + 1, kPositionsShown));
    }
    EXPECT_EQ(snapshot().orders.size(), kOrdersKept);
}

TEST_F(SnapshotTest, LimitsAreUsedByWhatIsHeldAndByTheStrategyThatHoldsIt) {
    EXPECT_EQ(limit_of(snapshot(), "capital_max_usd").value, 0U);
    buy(kPool.mint_b);
    const Snapshot taken = snapshot();
    const std::uint64_t cost = taken.positions.at(0).view.cost.raw();
    EXPECT_EQ(limit_of(taken, "capital_max_usd").value, cost);
    EXPECT_EQ(limit_of(taken, "positions_max").value, 1U);
    EXPECT_EQ(limit_of(taken, "venue_capital_max_usd").value, cost);
    EXPECT_EQ(limit_of(taken, "venue_capital_max_usd").of,
              to_string(dex::venue_of(pipeline->book().pool(*pipeline->book().find(kPool.id())))));
    EXPECT_EQ(limit_of(taken, "execution.daily_fee_max_sol").value, 0U);
    for (const risk::LimitUse& use : taken.limits) {
        if (use.denial == DenialReason::StrategyCapitalExceeded) {
            EXPECT_EQ(use.value, use.of == "sniper" ? cost : 0U) << use.of;
        }
    }
}

TEST_F(SnapshotTest, TheDocumentHasWhatWasTakenAndSaysHowOldItIs) {
    buy(kPool.mint_b);
    Snapshot taken = snapshot();
    taken.number = 5;
    const auto root = parsed(taken, {.build_id = "1.2.3+abc",
                                     .has_charts = true,
                                     .now = taken.taken_at + std::chrono::milliseconds{1'500}});
    EXPECT_EQ(number_of(root["protocol"]), kProtocol);
    EXPECT_EQ(number_of(root["number"]), 5);
    EXPECT_EQ(number_of(root["age_ms"]), 1'500);
    EXPECT_EQ(text_of(root["build"]["id"]), "1.2.3+abc");
    EXPECT_NE(json.find(R"("controls":{"is_armed":false})"), std::string::npos);
    EXPECT_EQ(text_of(root["equity"]["sol_price_usd"]), "100");
    EXPECT_EQ(static_cast<std::uint64_t>(number_of(root["equity"]["lamports"])),
              taken.equity.raw());
    EXPECT_EQ(text_of(root["orders"]["shown"].at(0)["outcome"]), "landed");
    EXPECT_EQ(root["stages"].get_array().size(), kStageCount);
    EXPECT_EQ(root["limits"].get_array().size(), taken.limits.size());
    EXPECT_TRUE(text_of(root["limits"].at(0)["name"]).starts_with("risk."));
    EXPECT_EQ(number_of(root["report"]["positions"]["open"]), 1);
    // A clock that was set back makes nothing young.
    EXPECT_EQ(number_of(parsed(taken, {.now = WallTime{}})["age_ms"]), 0);
}

TEST_F(SnapshotTest, TheMomentsOfAnOrderBeginWithTheFirstThatIsKnown) {
    OrderIntent intent;
    intent.intent_id = IntentId{9};
    const auto at = [](std::int64_t us) { return MonoTime{1'000'000'000 + us * 1'000}; };
    Trace trace;
    trace.received = at(0);
    trace.decided = at(20);
    trace.sent = at(150);
    timeline.on_sent(intent, trace);
    const auto root = parsed(snapshot());
    const auto moments = root["orders"]["shown"].at(0)["stages"];
    ASSERT_EQ(moments.get_array().size(), 3U);
    EXPECT_EQ(text_of(moments.at(1)["name"]), "decided");
    EXPECT_DOUBLE_EQ(decimal_of(moments.at(1)["at_us"]), 20.0);
    EXPECT_DOUBLE_EQ(decimal_of(moments.at(2)["at_us"]), 150.0);
    EXPECT_EQ(text_of(root["orders"]["shown"].at(0)["outcome"]), "sent");
    EXPECT_TRUE(root["orders"]["shown"].at(0)["wallet_lamports"].is_null());
}

TEST_F(SnapshotTest, UnderVirtualTimeNoLatencyIsClaimed) {
    Snapshot taken = snapshot();
    taken.report.is_virtual_time = true;
    EXPECT_TRUE(parsed(taken)["stages"].at(0)["p50_us"].is_null());
    taken.report.is_virtual_time = false;
    EXPECT_FALSE(parsed(taken)["stages"].at(0)["p50_us"].is_null());
}

// Words of nodes, of scenarios and of people are anybody's.
TEST_F(SnapshotTest, WhateverATextSaysTheDocumentIsJson) {
    const std::string evil = "\"}]</script>\n\xff\x01 ü";
    ExecutionReport report;
    report.intent_id = IntentId{3};
    report.outcome = Outcome::Rejected;
    report.error = evil;
    timeline.on_report(report);
    Snapshot taken = snapshot();
    taken.phase = evil;
    taken.report.scenario = evil;
    taken.standing.push_back({.cause = StateCause::PauseRequested, .by = evil, .reason = evil});
    taken.endpoints.emplace_back().name = evil;
    const telemetry::LoggedLine line{.at = {}, .component = evil, .text = evil};
    const auto root = parsed(taken, {.build_id = evil, .now = {}, .warnings = {&line, 1}});
    for (const auto& text : {root["state"]["phase"], root["run"]["scenario"], root["build"]["id"],
                             root["orders"]["shown"].at(0)["error"], root["warnings"].at(0)["text"],
                             root["endpoints"].at(0)["name"]}) {
        EXPECT_TRUE(text_of(text).starts_with("\"}]</script>\n"));
    }
}

}  // namespace
}  // namespace sniperforge::dashboard
