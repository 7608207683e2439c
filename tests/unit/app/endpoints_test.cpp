// SPDX-License-Identifier: MIT
#include "app/endpoints.hpp"

#include <gtest/gtest.h>

namespace sniperforge::app {
namespace {

// A simulation with the settings of a live run must not send a byte to its senders, nor its keys.
TEST(SimulatedLanes, StandInForEveryLaneOfTheSettings) {
    std::vector<config::LaneSettings> lanes(3);
    lanes[0].kind = "jito_transaction";
    lanes[1].kind = "jito_bundle";
    lanes[2].kind = "sender";
    for (config::LaneSettings& lane : lanes) {
        lane.url = "https://real.example/fast";
        lane.auth = config::Secret{"env:KEY", "topsecret"};
        lane.tip_floor_url = "https://real.example/floor";
        lane.tip_accounts = {Pubkey{}};
        lane.requests_per_second = 3;
    }
    lanes[2].tip_floor_url.clear();
    use_simulated_lanes(lanes, "http://127.0.0.1:9");
    EXPECT_EQ(lanes[0].url, "http://127.0.0.1:9/api/v1/transactions");
    EXPECT_EQ(lanes[1].url, "http://127.0.0.1:9/api/v1/bundles");
    EXPECT_EQ(lanes[2].url, "http://127.0.0.1:9/fast");
    EXPECT_EQ(lanes[1].tip_floor_url, "http://127.0.0.1:9/api/v1/bundles/tip_floor");
    EXPECT_EQ(lanes[2].tip_floor_url, "");
    for (const config::LaneSettings& lane : lanes) {
        EXPECT_FALSE(lane.auth);
        EXPECT_TRUE(lane.tip_accounts.empty());
        EXPECT_EQ(lane.requests_per_second, 3);
    }
}

}  // namespace
}  // namespace sniperforge::app
