// SPDX-License-Identifier: MIT
// What a certificate does not say of the settings that it is of, and who still answers a person.
#include "app/drill_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sniperforge/sim/scenario.hpp"
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

// What is on its disk is what the step of a turn has left: no answer of it comes with the record
// that it speaks of.
TEST(DrillWorld, ADaemonThatDiesAtATurnTakesNoCommandFromThereOn) {
    DrillWorldOptions options;
    options.seed = 3;
    ASSERT_TRUE(is_journal_pruned(options.seed)) << "it turns within seconds";
    options.cluster.scenario = *sim::named_scenario("demo");
    const auto world = DrillWorld::create(options);
    ASSERT_TRUE(world) << world.error().text;
    DrillWorld& machine = **world;
    bool is_late = false;
    const std::vector<DrillCommand> one{
        {Duration{1}, {.verb = engine::OperatorVerb::Pause, .reason = "late"}}};
    DrillCommands commands{one, [&] {
                               const bool is_due = is_late || machine.has_died_turning();
                               return MonoTime{is_due ? 1 : 0};
                           }};
    machine.listen_to(commands);
    machine.die_at(DrillDisk::Turn::Begun, std::chrono::seconds{5});
    const auto died = machine.live_and_die(std::chrono::seconds{60});
    ASSERT_TRUE(died) << died.error().text;
    ASSERT_TRUE(machine.has_died_turning());
    EXPECT_EQ(commands.taken(), 0U);

    machine.die_at(DrillDisk::Turn::None, Duration{0});
    is_late = true;
    ASSERT_TRUE(machine.live(std::chrono::seconds{5}));
    EXPECT_EQ(commands.taken(), 1U) << "the next one does";
}

}  // namespace
}  // namespace sniperforge::app
