// SPDX-License-Identifier: MIT
// What a certificate does not say of the settings that it is of.
#include "app/drill_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

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
    constexpr std::array kWhereSet{"feed.pools", "execution.lanes", "execution.lookup_tables",
                                   "signer.process", "jupiter.api_key"};
    for (const char* name : kWhereSet) {
        EXPECT_TRUE(is_drilled(settings, name)) << name;
    }
    settings.feed.pools.push_back(test::key_of(1));
    settings.execution.lanes.emplace_back();
    settings.execution.lookup_tables.push_back(test::key_of(2));
    settings.signer.is_process = true;
    settings.jupiter.api_key.emplace();
    for (const char* name : kWhereSet) {
        EXPECT_FALSE(is_drilled(settings, name)) << name;
    }
}

}  // namespace
}  // namespace sniperforge::app
