// SPDX-License-Identifier: MIT
// One node of two tells of block heights, and perhaps slots, that are not the chain's: nothing is
// given up that can still land, exits go on, and the books are true.
#include <gtest/gtest.h>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::RunOptions;

// Every order lands sooner or later, and some take their time.
[[nodiscard]] RunOptions options(int heights_off, int slots_off) {
    RunOptions options;
    options.nodes = 2;
    options.drop_probability = 0;
    options.duration = seconds{45};
    options.settings.exits.time_limit = seconds{5};
    sim::FaultEvent event;
    event.at = seconds{4};
    event.node = 1;
    event.faults.emplace();
    event.faults->heights_off = heights_off;
    event.faults->slots_off = slots_off;
    options.faults.push_back(event);
    return options;
}

TEST(FalseHeights, OfOneNodeMakeNoOrderExpireThatCanStillLandAndKeepNoExitBack) {
    struct Case {
        int heights_off = 0, slots_off = 0;
    };
    for (const Case& each : {Case{0, 0}, Case{10'000, 0}, Case{1'000'000'000, 1'000'000'000},
                             Case{-10'000, -10'000}}) {
        const auto result = test::run(options(each.heights_off, each.slots_off));
        SCOPED_TRACE(fmt::format("{} heights, {} slots", each.heights_off, each.slots_off));
        test::expect_true_books(result);
        EXPECT_EQ(result.report.orders.expired, 0U);
        EXPECT_GT(result.report.orders.landed, 5U);
        EXPECT_GT(result.report.positions_closed, 0U);
    }
}

}  // namespace
}  // namespace sniperforge
