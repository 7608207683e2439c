// SPDX-License-Identifier: MIT
// A kill counts as one of a daemon that was sending where it was, and waits for that.
#include "app/drill_deaths.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <set>
#include <string_view>

#include "app/drill_plan.hpp"
#include "app/drill_run.hpp"

namespace sniperforge::app {
namespace {

struct DrillDeathsTest : ::testing::Test {
    void begin(DrillLife::End end, std::uint32_t order = 1) {
        deaths.life_begins({.end = end, .order = order});
        deaths_died = 0;
    }
    static RingOrder order_of(std::uint64_t intent) {
        RingOrder order;
        order.intent = intent;
        order.signature.bytes[0] = static_cast<std::uint8_t>(intent);
        return order;
    }
    void send(std::uint64_t intent) { deaths.on_order(order_of(intent)); }
    void land(std::uint64_t intent) { deaths.on_landed(order_of(intent).signature); }

    std::set<std::uint64_t> ended;
    std::uint64_t durable = 100;
    int deaths_died = 0;
    DrillDeaths deaths{{.is_open = [this](std::uint64_t intent) { return !ended.contains(intent); },
                        .durable = [this] { return durable; },
                        .die =
                            [this] {
                                ++deaths_died;
                                deaths.died();
                            }}};
};

TEST_F(DrillDeathsTest, AKillIsOneWhileSendingAsLongAsAnOrderOfThisLifeHasNoEnd) {
    begin(DrillLife::End::Killed);
    deaths.died();
    EXPECT_FALSE(deaths.has_died_sending()) << "nothing was sent";
    EXPECT_FALSE(deaths.has_ordered());

    begin(DrillLife::End::Killed);
    send(1);
    send(2);
    ended = {2};
    deaths.died();
    EXPECT_TRUE(deaths.has_died_sending());
    EXPECT_TRUE(deaths.has_ordered());

    ended = {1, 2};
    deaths.died();
    EXPECT_FALSE(deaths.has_died_sending());

    ended.clear();
    begin(DrillLife::End::Killed);
    deaths.died();
    EXPECT_FALSE(deaths.has_died_sending()) << "what is open is of the life before";
}

TEST_F(DrillDeathsTest, AKillComesAtTheOrderThatWasDrawn) {
    begin(DrillLife::End::KilledSending, 2);
    send(1);
    EXPECT_EQ(deaths_died, 0);
    RingOrder advance = order_of(2);
    advance.kind = RingOrder::Kind::Sweep;
    advance.mint_in.bytes[0] = advance.pool.bytes[0] = 7;
    deaths.on_order(advance);
    EXPECT_EQ(deaths_died, 0) << "it trades nothing";
    send(3);
    EXPECT_EQ(deaths_died, 1);
    EXPECT_TRUE(deaths.has_died_sending());
}

TEST_F(DrillDeathsTest, AKillWhoseTimeIsUpComesAtTheNextOrder) {
    begin(DrillLife::End::KilledSending, 5);
    send(1);
    ended = {1};
    deaths.time_is_up();
    EXPECT_EQ(deaths_died, 0) << "nothing is on its way";
    send(2);
    EXPECT_EQ(deaths_died, 1);
    EXPECT_TRUE(deaths.has_died_sending());

    begin(DrillLife::End::KilledSending, 5);
    send(3);
    deaths.time_is_up();
    EXPECT_EQ(deaths_died, 1) << "one is on its way already";
}

TEST_F(DrillDeathsTest, ACutWhoseTimeIsUpComesWithALandingThatItTakes) {
    begin(DrillLife::End::PowerLost);
    deaths.time_is_up();
    send(1);
    EXPECT_EQ(deaths_died, 0) << "it may never land";
    durable = 200;
    land(1);
    EXPECT_EQ(deaths_died, 0) << "the journal was synced behind it";
    send(2);
    land(9);
    EXPECT_EQ(deaths_died, 0) << "not of this life";
    land(2);
    EXPECT_EQ(deaths_died, 1);

    begin(DrillLife::End::PowerLost);
    send(3);
    land(3);
    EXPECT_EQ(deaths_died, 0) << "its time is not up";
    deaths.time_is_up();
    EXPECT_EQ(deaths_died, 1);
}

TEST_F(DrillDeathsTest, OtherLivesEndByTheirTime) {
    begin(DrillLife::End::Killed);
    deaths.time_is_up();
    send(1);
    land(1);
    EXPECT_EQ(deaths_died, 0) << "whoever plays them ends them";
}

// The first seed of the scenario whose plan does.
[[nodiscard]] DrillPlan first_plan(std::string_view scenario,
                                   const std::function<bool(const DrillPlan&)>& does) {
    constexpr std::uint64_t kSeedsLookedAt = 1'000;
    std::uint64_t seed = 1;
    while (seed < kSeedsLookedAt && !does(make_drill_plan(scenario, seed, {}))) {
        ++seed;
    }
    EXPECT_LT(seed, kSeedsLookedAt) << "no plan of " << scenario << " does";
    return make_drill_plan(scenario, seed, {});
}
[[nodiscard]] config::Settings idle() {
    config::Settings settings;
    settings.sniper.is_enabled = settings.momentum.is_enabled = settings.arbitrage.is_enabled =
        false;
    return settings;
}

// The whole daemon: one that trades is met, one that does not is killed all the same.
TEST(DrillDeaths, OfADaemonThatSendsNothingAreKillsAndNoneWhileSending) {
    const DrillPlan plan = first_plan("crashes", [](const DrillPlan& each) {
        return each.lives.size() == 1 && each.lives.front().awaited > Duration{0};
    });
    DrillOutcome outcome = run_drill(plan.scenario, plan.world.seed, idle());
    EXPECT_EQ(outcome.violation_count, 0U);
    EXPECT_EQ(outcome.faults["kill"], plan.lives.size());
    EXPECT_EQ(outcome.faults["kill_while_sending"], 0U);
    EXPECT_FALSE(outcome.has_ordered_before_kill);

    outcome = run_drill(plan.scenario, plan.world.seed, {});
    EXPECT_EQ(outcome.faults["kill"], plan.lives.size());
    EXPECT_GT(outcome.faults["kill_while_sending"], 0U);
    EXPECT_TRUE(outcome.has_ordered_before_kill);
}

TEST(DrillDeaths, ACutThatIsToTakeATransactionDoesSoWhereThereIsOne) {
    const DrillPlan plan = first_plan("power", [](const DrillPlan& each) {
        return each.lives.size() == 1 && each.lives.back().awaited > Duration{0};
    });
    ASSERT_TRUE(plan.is_newest_unserved);
    DrillOutcome outcome = run_drill(plan.scenario, plan.world.seed, {});
    EXPECT_EQ(outcome.violation_count, 0U);
    EXPECT_EQ(outcome.faults["power_loss"], plan.lives.size());
    EXPECT_GT(outcome.faults["unserved_transaction"], 0U);
    EXPECT_TRUE(outcome.has_cut_taken);
}

// Settings that never order cost no more than the bound.
TEST(DrillDeaths, AreAwaitedWhereTheyAreToMeetAnOrderAndNoLongerThanAMinute) {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        for (const DrillLife& life : make_drill_plan("crashes", seed, {}).lives) {
            const bool is_aimed =
                life.end == DrillLife::End::KilledSending && life.turn == DrillDisk::Turn::None;
            EXPECT_EQ(life.awaited > Duration{0}, is_aimed) << seed;
            EXPECT_LE(life.awaited, std::chrono::seconds{60});
        }
        const DrillPlan power = make_drill_plan("power", seed, {});
        for (const DrillLife& life : power.lives) {
            const bool is_aimed = power.is_newest_unserved && &life == &power.lives.back() &&
                                  life.turn == DrillDisk::Turn::None;
            EXPECT_EQ(life.awaited > Duration{0}, is_aimed) << seed;
            EXPECT_LE(life.awaited, std::chrono::seconds{60});
        }
    }
}

}  // namespace
}  // namespace sniperforge::app
