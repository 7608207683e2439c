// SPDX-License-Identifier: MIT
#include "app/readiness.hpp"

#include <gtest/gtest.h>

namespace sniperforge::app {
namespace {

constexpr MonoTime kTold{1'000'000'000};

[[nodiscard]] Replica ready() {
    Replica replica;
    replica.at = kTold;
    replica.report.state = TradingState::Active;
    replica.feed.is_blind = false;
    return replica;
}

TEST(Readiness, ALoopThatHasToldNothingYetOrNothingForMoreThanFiveSecondsIsNotAlive) {
    const Replica replica = ready();
    EXPECT_FALSE(is_alive(nullptr, kTold));
    EXPECT_TRUE(is_alive(&replica, kTold));
    EXPECT_TRUE(is_alive(&replica, kTold + kReplicaAgeMax));
    EXPECT_FALSE(is_alive(&replica, kTold + kReplicaAgeMax + Duration{1}));
    // One that was made between the two readings of the clock.
    EXPECT_TRUE(is_alive(&replica, MonoTime{kTold.ns - 1}));
}

TEST(Readiness, ReadyIsWhoHearsTheMarketWithBooksThatEqualTheChainAndIsActive) {
    const Replica replica = ready();
    EXPECT_TRUE(obstacles(&replica, kTold + kReplicaAgeMax).empty());
    EXPECT_EQ(obstacles(nullptr, kTold), std::vector<std::string>{"the loop has told nothing yet"});
    EXPECT_EQ(obstacles(&replica, kTold + kReplicaAgeMax + Duration{1}),
              std::vector<std::string>{"the loop has told nothing for 5 s, at most 5 s are usual: "
                                       "it stands still"});
}

TEST(Readiness, TellsEachObstacleOnALineOfItsOwn) {
    Replica replica = ready();
    replica.feed.is_blind = true;
    replica.feed.socket_trouble = "a: refused";
    replica.is_comparison_due = true;
    replica.doubt = engine::Doubt{.since = {}, .mismatches = {{"wallet", 2, 1}}};
    replica.report.state = TradingState::Reducing;
    replica.standing = {{.cause = StateCause::PauseRequested}};
    EXPECT_EQ(obstacles(&replica, kTold),
              (std::vector<std::string>{"feed: no endpoint is heard: a: refused",
                                        "books: they wait to be held against the chain",
                                        "books: 1 balances differ from the chain",
                                        "state: REDUCING", "cause: pause: trading is paused"}));
}

// Each alone keeps it from being ready.
TEST(Readiness, OneObstacleIsEnough) {
    Replica blind = ready();
    blind.feed.is_blind = true;
    Replica uncompared = ready();
    uncompared.is_comparison_due = true;
    Replica doubted = ready();
    doubted.doubt.emplace();
    Replica halted = ready();
    halted.report.state = TradingState::Halted;
    for (const Replica& replica : {blind, uncompared, doubted, halted}) {
        EXPECT_EQ(obstacles(&replica, kTold).size(), 1U);
        EXPECT_TRUE(is_alive(&replica, kTold));
    }
}

}  // namespace
}  // namespace sniperforge::app
