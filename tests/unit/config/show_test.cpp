// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>

#include "sniperforge/config/load.hpp"

namespace sniperforge::config {
namespace {

Settings unusual_settings() {
    Settings settings;
    settings.network.endpoints.push_back({});
    auto& first = settings.network.endpoints.back();
    first.name = "one";
    first.rpc_url = "https://x.example";
    first.pubsub_url_reference = "file:/run/pubsub";
    first.api_key = Secret{"env:KEY", ""};
    first.role = "send";
    first.weight = 3;
    first.requests_per_second = 12.5;
    first.credits_per_second = 0.5;
    first.credit_table = "helius";
    first.pipeline_depth = 8;
    settings.network.endpoints.push_back(first);
    settings.network.endpoints.back().name = "two";
    settings.network.endpoints.back().role = "read";
    settings.jupiter.api_key = Secret{"file:/run/\"jup\"", ""};
    settings.wallet.keypair_file = "/home/a b/\"quoted\" \\ \xc3\xa9: #.json";
    settings.wallet.passphrase_file = "/run/pass: #1";
    settings.feed.pools = {pubkey_constant("58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2"),
                           Pubkey{}};
    settings.risk.trade_max = MicroUsd{1'000'001};
    settings.risk.exit_reserve = Lamports{1'000'001};
    settings.momentum.is_enabled = false;
    settings.momentum.bar_dollars = MicroUsd{1'500'000};
    settings.sniper.recipes.push_back({});
    auto& recipe = settings.sniper.recipes.back();
    recipe.name = "early";
    recipe.age_slots_min = 3;
    recipe.liquidity_max = Lamports{7'000'000'001};
    recipe.is_migration_only = true;
    recipe.stages = {{.percent = 60, .gain_min = {}},
                     {.percent = 40, .gain_min = BasisPoints{250}, .after_slots_min = 9}};
    settings.exits.time_limit = std::chrono::seconds{7};
    settings.exits.take_profit_ladder = {{BasisPoints{700}, 40}, {BasisPoints{1'500}, 60}};
    settings.execution.priority_fee = "market";
    settings.execution.lanes.push_back({});
    auto& lane = settings.execution.lanes.back();
    lane.name = "lane";
    lane.kind = "sender";
    lane.url_reference = "env:LANE_URL";
    lane.auth = Secret{"file:/run/lane", ""};
    lane.auth_header = "x-auth";
    lane.tip_accounts = {pubkey_constant("58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2")};
    lane.tip_floor = Lamports{200'001};
    lane.tip_floor_url = "https://tips.example/floor";
    lane.tip_percentile = 75;
    lane.requests_per_second = 2.5;
    settings.recorder.journal_bytes_max = std::uint64_t{1} << 40U;
    settings.logging.level = "error";
    return settings;
}

TEST(Show, LoadsBackToTheSameSettings) {
    for (const Settings& settings : {Settings{}, unusual_settings()}) {
        const auto again = load_text(show(settings), "shown");
        ASSERT_TRUE(again) << again.error().text() << show(settings);
        EXPECT_EQ(*again, settings);
        EXPECT_EQ(show(*again), show(settings));
    }
}

TEST(Show, PrintsReferencesAndNeverValues) {
    Settings settings = unusual_settings();
    settings.network.endpoints[0].pubsub_url = "wss://x.example/topsecret";
    settings.network.endpoints[0].api_key->value = "topsecret";
    settings.jupiter.api_key->value = "topsecret";
    settings.execution.lanes[0].url = "https://topsecret.example";
    settings.execution.lanes[0].auth->value = "topsecret";
    for (const std::string& text : {show(settings), show_json(settings)}) {
        EXPECT_EQ(text.find("topsecret"), std::string::npos) << text;
        EXPECT_NE(text.find("env:KEY"), std::string::npos);
        EXPECT_NE(text.find("file:/run/pubsub"), std::string::npos);
    }
}

TEST(ShowJson, IsOneObjectWithEachKnownKey) {
    const std::string text = show_json(unusual_settings());
    simdjson::dom::parser parser;
    const simdjson::dom::element root = parser.parse(simdjson::padded_string{text});
    for (const KeyInfo& key : known_keys()) {
        std::string pointer = "/" + key.name;
        for (auto brackets = pointer.find("[]"); brackets != std::string::npos;
             brackets = pointer.find("[]")) {
            pointer.replace(brackets, 2, ".0");
        }
        std::replace(pointer.begin(), pointer.end(), '.', '/');
        EXPECT_EQ(root.at_pointer(pointer).error(), simdjson::SUCCESS) << pointer;
    }
    EXPECT_EQ(std::string_view{root["risk"]["trade_max_usd"]}, "1.000001");
    EXPECT_EQ(std::uint64_t{root["exits"]["time_limit_s"]}, 7U);
    EXPECT_EQ(std::string_view{root["wallet"]["keypair_file"]},
              "/home/a b/\"quoted\" \\ \xc3\xa9: #.json");
}

}  // namespace
}  // namespace sniperforge::config
