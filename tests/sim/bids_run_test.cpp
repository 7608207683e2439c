// SPDX-License-Identifier: MIT
// Whole runs among competitors who offer something for their place in the block.
#include <gtest/gtest.h>

#include <map>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

using test::number_after;

constexpr std::uint64_t kLaneTip = 200'000;
constexpr Lamports kOrderFeeMax{20'000'000};

struct Bids {
    std::map<std::uint64_t, std::uint64_t> by_intent;  // Lamports, of cycles that bid.
    std::uint64_t landed = 0, reverted = 0;            // Of them.
    app::DaemonResult result;
};

// In a market whose gaps are closed as fast as recorded, by competitors who offer little.
[[nodiscard]] Bids run_with(std::uint32_t percent_max, bool is_laned) {
    test::RunOptions options;
    options.seed = 3;
    options.duration = std::chrono::seconds{300};
    options.scenario_change = [](sim::Scenario& scenario) {
        scenario.dislocation_end_per_slot = 0.6;
        scenario.dislocation_bid_max = 0.05;
    };
    config::Settings& settings = options.settings;
    settings.sniper.is_enabled = settings.momentum.is_enabled = false;
    settings.arbitrage.bid_percent_max = percent_max;
    settings.arbitrage.revert_budget = Lamports{kLamportsPerSol};
    settings.arbitrage.revert_percent_assumed = 60;
    settings.execution.trade_fee_max = kOrderFeeMax;
    settings.execution.daily_fee_max = Lamports{5 * kLamportsPerSol};
    if (is_laned) {
        config::LaneSettings lane;
        lane.name = "staked";
        lane.kind = "sender";
        lane.tip_floor = Lamports{kLaneTip};
        lane.requests_per_second = 15;
        settings.execution.lanes = {lane};
        options.is_laned = true;
    }
    Bids bids;
    options.on_record = [&](const journal::Record& record) {
        const std::uint64_t id = number_after(record.body, R"("intent":)");
        if (record.kind == journal::RecordKind::Intent) {
            if (const std::uint64_t bid = number_after(record.body, R"("bid":)"); bid > 0) {
                bids.by_intent[id] = bid;
                EXPECT_LE(bid, kOrderFeeMax.raw());
            }
        } else if (record.kind == journal::RecordKind::Report && bids.by_intent.contains(id)) {
            const std::uint64_t bid = bids.by_intent[id];
            const std::uint64_t tip = number_after(record.body, R"("tip":)");
            const std::uint64_t fee = number_after(record.body, R"("priority_fee":)");
            if (record.body.find(R"("outcome":"landed")") != std::string::npos) {
                ++bids.landed;
                EXPECT_EQ(tip, is_laned ? kLaneTip + bid : 0);
            } else if (record.body.find(R"("outcome":"reverted")") != std::string::npos) {
                ++bids.reverted;
                EXPECT_EQ(tip, 0U) << "what reverts pays no tip";
            } else {
                return;
            }
            // All that is offered for it, rounded down to what one unit costs, of 300,000 and more.
            EXPECT_LE(fee + tip, kOrderFeeMax.raw());
            EXPECT_TRUE(is_laned ? fee < 20'000 : fee > bid) << fee;
        }
    };
    bids.result = test::run(options);
    test::expect_true_books(bids.result);
    return bids;
}

TEST(BidsRun, OfferNothingWithoutTheSetting) { EXPECT_TRUE(run_with(0, true).by_intent.empty()); }

// Which of the two earns more is a matter of what others offer; what was offered is what was paid.
TEST(BidsRun, PayByTipWhatLandsAndMoreOfItDoes) {
    const Bids without = run_with(0, true);
    const Bids bids = run_with(90, true);
    EXPECT_GT(bids.landed, 20U);
    EXPECT_GT(bids.reverted, 0U);
    EXPECT_GT(bids.result.report.orders.landed, without.result.report.orders.landed);
}

TEST(BidsRun, PayByPriceWhateverIsInABlockWithoutALane) {
    const Bids bids = run_with(90, false);
    EXPECT_GT(bids.landed, 0U);
    EXPECT_GT(bids.reverted, 0U);
}

TEST(BidsRun, AreTheSameAgainWithTheSameSeed) {
    const Bids once = run_with(90, true), again = run_with(90, true);
    EXPECT_EQ(once.by_intent, again.by_intent);
    EXPECT_EQ(once.landed, again.landed);
}

}  // namespace
}  // namespace sniperforge
