// SPDX-License-Identifier: MIT
// The market turns against the daemon: competitors around its swaps, pools that lose their
// reserves, tokens that are minted without end, accounts that are frozen, pools that are closed.
// Whatever it loses, every order has one true outcome and its ledger equals the chain.
#include <gtest/gtest.h>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::run;
using test::RunOptions;

[[nodiscard]] RunOptions against(sim::FaultCounters& counters, std::uint64_t seed,
                                 const sim::FaultEvent& event) {
    RunOptions options{.seed = seed, .duration = seconds{60}};
    options.faults = {event};
    options.on_cluster_end = [&counters](const sim::Cluster& cluster, const Pubkey&) {
        counters = cluster.world_fault_counters();
    };
    return options;
}

[[nodiscard]] sim::FaultEvent sandwiches(std::uint32_t bps) {
    sim::FaultEvent event;
    event.market = sim::MarketFaults{.sandwich_probability = 1, .sandwich_bps = bps};
    return event;
}

[[nodiscard]] sim::FaultEvent rug_at(Duration at, const sim::Rug& rug) {
    sim::FaultEvent event;
    event.at = at;
    event.rug = rug;
    return event;
}

TEST(HostileMarketRun, ASandwichBelowTheFloorCostsItsPriceAndOneAboveItReverts) {
    sim::FaultCounters mild, harsh;
    const auto cheap = run(against(mild, 7, sandwiches(20)));
    test::expect_true_books(cheap);
    EXPECT_GT(mild[sim::FaultKind::Sandwich], 0U);
    EXPECT_GT(cheap.report.orders.landed, 0U);
    const auto dear = run(against(harsh, 7, sandwiches(2'000)));
    test::expect_true_books(dear);
    EXPECT_GT(harsh[sim::FaultKind::Sandwich], 0U);
    EXPECT_GT(dear.report.orders.reverted, 0U);
    EXPECT_GT(dear.report.orders.reverted, cheap.report.orders.reverted);
}

TEST(HostileMarketRun, TheBooksAreTrueAfterEveryKindOfRug) {
    struct Case {
        sim::Rug rug;
        sim::FaultKind kind;
    };
    for (const auto& [rug, kind] : {Case{{.is_pull = true}, sim::FaultKind::RugPull},
                                    Case{{.is_mint = true}, sim::FaultKind::RugMint},
                                    Case{{.is_freeze = true}, sim::FaultKind::RugFreeze},
                                    Case{{.is_pause = true}, sim::FaultKind::RugPause}}) {
        SCOPED_TRACE(sim::fault_name(kind));
        sim::FaultCounters counters;
        const auto result = run(against(counters, 7, rug_at(seconds{10}, rug)));
        test::expect_true_books(result);
        EXPECT_EQ(counters[kind], 1U);
        EXPECT_GT(result.report.orders.landed, 0U);
    }
}

TEST(HostileMarketRun, AVenueWhoseProgramChangesWhileItIsTradedIsQuarantined) {
    sim::FaultEvent event;
    event.at = seconds{15};
    event.shape = sim::ShapeChange{.is_cpmm = true};
    sim::FaultCounters counters;
    auto options = against(counters, 7, event);
    options.settings.feed.shape_check_interval = seconds{5};
    const auto result = run(options);
    test::expect_true_books(result);
    EXPECT_EQ(counters[sim::FaultKind::ShapeChange], 1U);
    const auto& line = result.report.venues[static_cast<std::size_t>(VenueId::RaydiumCpmm)];
    EXPECT_EQ(line.standing, dex::VenueStanding::Quarantined);
    EXPECT_NE(line.reason.find("with 15 accounts (known: 13)"), std::string::npos) << line.reason;
    EXPECT_GT(result.report.orders.landed, 0U);
}

TEST(HostileMarketRun, AClockThatJumpsEitherWayLeavesTheBooksTrue) {
    for (const int jump_s : {-3'600, 3'600}) {
        SCOPED_TRACE(jump_s);
        sim::FaultEvent event;
        event.at = seconds{20};
        event.clock = sim::ClockJump{.jump_s = jump_s};
        sim::FaultCounters counters;
        const auto result = run(against(counters, 7, event));
        test::expect_true_books(result);
        EXPECT_EQ(counters[sim::FaultKind::ClockJump], 1U);
        EXPECT_GT(result.report.orders.landed, 0U);
    }
}

[[nodiscard]] sim::FaultEvent node_faults(const sim::NodeFaults& faults) {
    sim::FaultEvent event;
    event.at = seconds{5};
    event.faults = faults;
    return event;
}

TEST(HostileMarketRun, LostPhantomAndUnknownTransactionsHaveOneTrueOutcomeEach) {
    sim::FaultCounters counters;
    auto options = against(counters, 7,
                           node_faults({.lost_probability = 0.2,
                                        .phantom_error_probability = 0.2,
                                        .phantom_hang_probability = 0.2,
                                        .stale_status_slots = 40}));
    options.on_cluster_end = [&counters](const sim::Cluster& cluster, const Pubkey&) {
        counters = cluster.fault_counters(0);
    };
    const auto result = run(options);
    test::expect_true_books(result);
    for (const auto kind : {sim::FaultKind::LostTransaction, sim::FaultKind::PhantomError,
                            sim::FaultKind::PhantomHang, sim::FaultKind::StaleStatus}) {
        EXPECT_GT(counters[kind], 0U) << sim::fault_name(kind);
    }
    EXPECT_GT(result.report.orders.landed, 0U);
}

}  // namespace
}  // namespace sniperforge
