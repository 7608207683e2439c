// SPDX-License-Identifier: MIT
#include "app/metrics.hpp"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace sniperforge::app {
namespace {

constexpr MonoTime kReplicaMade{1'000'000'000};

// With two of everything that there may be several of.
[[nodiscard]] Replica full_replica() {
    Replica replica;
    replica.at = kReplicaMade;
    replica.report.state = TradingState::Reducing;
    replica.report.scenario = "demo";
    replica.report.orders.landed = 7;
    replica.report.denials[2] = 3;
    replica.report.pnl_realized = LamportsDelta{-500};
    replica.report.pnl_liquidation = LamportsDelta{-200};
    replica.report.costs.rent_paid = Lamports{10};
    replica.report.costs.rent_refunded = Lamports{12};
    replica.standing = {{.cause = StateCause::PauseRequested}};
    replica.feed.sockets = {{.name = "a/1", .state = "live"}, {.name = "a/2", .state = "down"}};
    for (const char* name : {"a", "b"}) {
        rpc::EndpointHealth endpoint;
        endpoint.name = name;
        endpoint.credits_left = 2.5;
        endpoint.methods = {{.name = "getSlot", .requests = 4}, {.name = "other"}};
        replica.endpoints.push_back(endpoint);
        execute::LaneStatistics lane;
        lane.name = name;
        replica.lanes.push_back(lane);
    }
    replica.doubt = engine::Doubt{
        .since = {}, .mismatches = {{"wallet", 30, 10}, {"mint 1", 1, 2}, {"mint 2", 2, 1}}};
    replica.wallet = Lamports{1'000};
    replica.positions_value = Lamports{300};
    telemetry::Histogram histogram;
    for (const Duration value : {Duration{4'000}, Duration{60'000}, Duration{20'000'000'000}}) {
        histogram.record(value);
    }
    replica.tick_to_send.follow(histogram);
    return replica;
}

[[nodiscard]] std::string text_of(const Replica* replica) {
    return metrics_text(
        replica, {.now = kReplicaMade + std::chrono::milliseconds{250},
                  .started = WallTime{1'700'000'000'500'000'000},
                  .process = {.resident_bytes = 5, .cpu = Duration{1'500'000'000}, .log = {}},
                  .admin = {},
                  .streams = {.listeners = 2, .opened = 3, .refused = 4, .cut_off = 5}});
}

struct Family {
    std::string type;
    std::vector<std::pair<std::string, double>> samples;  // With their labels, in order.
};

// As a scraper reads it: every line is what the format allows, and a family stands together, once.
[[nodiscard]] std::map<std::string, Family> parse_metrics(const std::string& text) {
    std::map<std::string, Family> families;
    std::istringstream lines{text};
    std::string line, current;
    const std::regex help{R"(# HELP (\S+) \S.*\.)"},
        type{R"(# TYPE (\S+) (counter|gauge|histogram))"},
        sample{R"((([a-z0-9_]+)(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})?) (\S+))"};
    std::smatch found;
    std::set<std::string> seen;
    while (std::getline(lines, line)) {
        if (std::regex_match(line, found, help)) {
            current = found[1];
            EXPECT_FALSE(families.contains(current)) << line;
        } else if (std::regex_match(line, found, type)) {
            EXPECT_EQ(found[1], current);
            families[current].type = found[2];
        } else if (std::regex_match(line, found, sample)) {
            const std::string name = found[2];
            const bool is_histogram = families[current].type == "histogram";
            EXPECT_TRUE(name == current || (is_histogram && name.starts_with(current))) << line;
            EXPECT_TRUE(seen.insert(found[1]).second) << line;
            families[current].samples.emplace_back(found[1], std::stod(found[5]));
        } else {
            ADD_FAILURE() << "not a line of the format: " << line;
        }
    }
    return families;
}

TEST(Metrics, AreWhatTheFormatAllowsWithEachFamilyOnceAndItsNameByTheGrammar) {
    const Replica replica = full_replica();
    const auto families = parse_metrics(text_of(&replica));
    EXPECT_GT(families.size(), 90U);
    const std::regex name{
        "sniperforge_(process|log|ops|engine|feed|rpc|detect|strategy|risk|execute|"
        "portfolio|recorder)_[a-z][a-z0-9]*(_[a-z0-9]+)*"};
    for (const auto& [family, told] : families) {
        EXPECT_TRUE(std::regex_match(family, name)) << family;
        EXPECT_EQ(family.ends_with("_total"), told.type == "counter") << family;
        EXPECT_FALSE(told.samples.empty()) << family;
    }
}

TEST(Metrics, OfABeginningProcessTellTheProcess) {
    const auto families = parse_metrics(text_of(nullptr));
    EXPECT_TRUE(families.contains("sniperforge_process_resident_bytes"));
    EXPECT_FALSE(families.contains("sniperforge_feed_slot"));
}

TEST(Metrics, TellTheFiguresOfTheReplica) {
    const Replica replica = full_replica();
    const std::string text = text_of(&replica);
    for (const char* line :
         {"sniperforge_process_start_time_seconds 1700000000.5",
          "sniperforge_process_cpu_used_seconds_total 1.5",
          "sniperforge_ops_replica_age_seconds 0.25",
          "sniperforge_engine_run_info{provenance=\"sim\",scenario=\"demo\"} 1",
          "sniperforge_engine_trading_state{state=\"REDUCING\"} 1",
          "sniperforge_engine_trading_state{state=\"ACTIVE\"} 0",
          "sniperforge_engine_cause_standing{cause=\"pause\"} 1",
          "sniperforge_engine_cause_standing{cause=\"stop\"} 0",
          "sniperforge_feed_socket_live{socket=\"a/1\"} 1",
          "sniperforge_feed_socket_live{socket=\"a/2\"} 0",
          "sniperforge_rpc_request_sent_total{endpoint=\"b\",method=\"getSlot\"} 4",
          "sniperforge_risk_intent_denied_total{reason=\"INTENT_MALFORMED\"} 3",
          "sniperforge_execute_orders_ended{outcome=\"landed\"} 7",
          "sniperforge_portfolio_pnl_realized_lamports -500",
          "sniperforge_portfolio_pnl_unrealized_lamports 300",
          "sniperforge_portfolio_equity_lamports 1300",
          "sniperforge_portfolio_cost_lamports{class=\"rent\"} -2",
          "sniperforge_portfolio_ledger_mismatch_lamports 20",
          "sniperforge_portfolio_ledger_tokens_mismatched 2"}) {
        EXPECT_NE(text.find(std::string{"\n"} + line + "\n"), std::string::npos) << line;
    }
}

TEST(Metrics, ALatencysBucketsAscendToItsCount) {
    const Replica replica = full_replica();
    const auto families = parse_metrics(text_of(&replica));
    double last = 0;
    std::map<std::string, double> own;
    for (const auto& [sample, value] :
         families.at("sniperforge_engine_tick_to_send_seconds").samples) {
        if (sample.find("path=\"own\"") == std::string::npos) {
            EXPECT_EQ(value, 0) << sample;
            continue;
        }
        own[sample.substr(sample.find("seconds_") + 8)] = value;
        if (sample.find("_bucket") != std::string::npos) {
            EXPECT_GE(value, last) << sample;
            last = value;
        }
    }
    EXPECT_EQ(own.at(R"(bucket{path="own",le="5e-06"})"), 1);
    EXPECT_EQ(own.at(R"(bucket{path="own",le="5e-05"})"), 1);
    EXPECT_EQ(own.at(R"(bucket{path="own",le="7.5e-05"})"), 2);
    EXPECT_EQ(own.at(R"(bucket{path="own",le="10"})"), 2);  // 20 s are beyond the last bound.
    EXPECT_EQ(own.at(R"(bucket{path="own",le="+Inf"})"), 3);
    EXPECT_EQ(own.at(R"(count{path="own"})"), 3);
    EXPECT_NEAR(own.at(R"(sum{path="own"})"), 20.000064, 1e-9);
}

}  // namespace
}  // namespace sniperforge::app
