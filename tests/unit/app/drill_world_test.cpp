// SPDX-License-Identifier: MIT
// What a certificate does not say of the settings that it is of.
#include "app/drill_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] bool is_drilled(const config::Settings& settings, std::string_view name) {
    const auto names = settings_not_drilled(settings);
    return std::ranges::none_of(names, [&](const auto& each) { return each.starts_with(name); });
}

TEST(DrillWorld, NamesTheSettingsThatTheSimulatedClusterStandsInFor) {
    config::Settings settings;
    EXPECT_FALSE(is_drilled(settings, "network.endpoints"));
    EXPECT_FALSE(is_drilled(settings, "wallet"));
    // A drill spares no provider: a slower plan than its own is not kept, a faster one is.
    settings.jupiter.requests_per_second = 199;
    EXPECT_FALSE(is_drilled(settings, "jupiter.requests_per_second"));
    settings.jupiter.requests_per_second = 200;
    EXPECT_TRUE(is_drilled(settings, "jupiter.requests_per_second"));
    // What is not set is not left out.
    for (const char* name : {"feed.pools", "execution.lanes", "execution.lookup_tables",
                             "signer.process", "jupiter.api_key"}) {
        EXPECT_TRUE(is_drilled(settings, name)) << name;
    }
    settings.feed.pools.push_back(test::key_of(1));
    settings.execution.lanes.emplace_back();
    settings.signer.is_process = true;
    EXPECT_FALSE(is_drilled(settings, "feed.pools"));
    EXPECT_FALSE(is_drilled(settings, "execution.lanes"));
    EXPECT_FALSE(is_drilled(settings, "signer.process"));
}

}  // namespace
}  // namespace sniperforge::app
