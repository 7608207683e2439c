// SPDX-License-Identifier: MIT
// The API that builds our swaps lies. Nothing that it adds is signed, what it promises too much
// reverts on its floor, and once it is honest again trading goes on.
#include <gtest/gtest.h>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::run;
using test::RunOptions;

[[nodiscard]] sim::FaultEvent jupiter_from(Duration at, const sim::JupiterFaults& faults) {
    sim::FaultEvent event;
    event.at = at;
    event.jupiter = faults;
    return event;
}

// What the world looked like when the run had ended.
struct World {
    sim::FaultCounters faults;
    std::size_t strangers_transactions = 0;  // That have the wallet in them too.
    std::uint64_t strangers_gain = 0;
};

[[nodiscard]] RunOptions hostile_run(World& world, std::uint64_t seed,
                                     const sim::JupiterFaults& faults) {
    RunOptions options{.seed = seed, .duration = seconds{90}};
    options.settings.execution.path = "jupiter";  // By itself an order would not ask it.
    // As many orders as the market has: who holds the tokens does not matter here.
    options.settings.safety.holders_top10_max = options.settings.safety.creator_share_max =
        options.settings.safety.bundle_share_max = BasisPoints{10'000};
    options.settings.safety.creator_pulls_max = 1'000;
    options.faults = {jupiter_from(seconds{0}, faults), jupiter_from(seconds{60}, {})};
    options.on_cluster_end = [&world](const sim::Cluster& cluster, const Pubkey&) {
        world.faults = cluster.world_fault_counters();
        const sim::Chain& chain = cluster.chain();
        world.strangers_transactions = chain.receipts_of(cluster.stranger(), kU64Max).size();
        const sim::Account* account = chain.account(cluster.stranger());
        constexpr std::uint64_t kGiven = 100 * kLamportsPerSol;
        world.strangers_gain = account == nullptr ? 0 : account->lamports.raw() - kGiven;
    };
    return options;
}

TEST(HostileJupiterRun, NothingOfAnyAttackIsSignedAndTradingGoesOnAfterwards) {
    for (const std::uint64_t seed : {1U, 7U}) {
        SCOPED_TRACE(seed);
        World world;
        const auto result = run(hostile_run(world, seed, {.attack_probability = 1}));
        test::expect_true_books(result);
        EXPECT_GT(world.faults.total(), 10U);
        EXPECT_EQ(world.strangers_transactions, 0U);
        EXPECT_EQ(world.strangers_gain, 0U);
        // Every attacked swap is refused, whatever else there is to refuse.
        EXPECT_GE(result.report.orders.rejected, world.faults.total());
        EXPECT_GT(result.report.orders.landed, 0U);
    }
}

TEST(HostileJupiterRun, EachAttackAloneIsRefused) {
    for (std::size_t i = 0; i < sim::kJupiterAttacks; ++i) {
        const auto attack = static_cast<sim::JupiterAttack>(i);
        SCOPED_TRACE(sim::attack_name(attack));
        World world;
        auto options = hostile_run(world, 3, {.attack_probability = 1, .attacks = {attack}});
        options.duration = seconds{20};
        const auto result = run(options);
        test::expect_true_books(result);
        EXPECT_GT(world.faults[sim::fault_kind(attack)], 0U);
        EXPECT_EQ(world.strangers_transactions, 0U);
        EXPECT_GE(result.report.orders.rejected, world.faults.total());
    }
}

// Each way to ask it. What a lie about the fee or a table would cost is nothing where the message
// is ours: the rest is refused.
TEST(HostileJupiterRun, NothingIsLostInAnyWayToAskIt) {
    for (const char* api : {"v1_instructions", "v2_build", "v2_order"}) {
        SCOPED_TRACE(api);
        World world;
        auto options = hostile_run(world, 7, {.attack_probability = 1});
        options.settings.jupiter.api = api;
        options.duration = seconds{75};
        const auto result = run(options);
        test::expect_true_books(result);
        EXPECT_GT(world.faults.total(), 10U);
        EXPECT_EQ(world.strangers_transactions, 0U);
        EXPECT_EQ(world.strangers_gain, 0U);
        EXPECT_GT(result.report.orders.policy_refused, 0U);
        EXPECT_GT(result.report.orders.landed, 0U);
        EXPECT_GT(result.report.orders.paths.sent[1], 0U);
    }
}

TEST(HostileJupiterRun, QuotesThatPromiseTooMuchRevertAndCostNoMoreThanFees) {
    World world;
    const auto result = run(hostile_run(world, 7, {.skew_probability = 1, .skew_bps = 2'000}));
    test::expect_true_books(result);
    EXPECT_GT(world.faults[sim::FaultKind::JupiterSkewedQuote], 5U);
    EXPECT_GT(result.report.orders.landed, 0U);  // Once it is honest.
}

TEST(HostileJupiterRun, AnswersAboutAnotherOrderAndBrokenOnesAreRefused) {
    World world;
    const auto result = run(hostile_run(world, 7,
                                        {.wrong_mint_probability = 0.25,
                                         .wrong_amount_probability = 0.25,
                                         .malformed_probability = 0.25,
                                         .gateway_error_probability = 0.25}));
    test::expect_true_books(result);
    for (const auto kind :
         {sim::FaultKind::JupiterWrongMint, sim::FaultKind::JupiterWrongAmount,
          sim::FaultKind::JupiterMalformed, sim::FaultKind::JupiterGatewayError}) {
        EXPECT_GT(world.faults[kind], 0U) << sim::fault_name(kind);
    }
    EXPECT_GT(result.report.orders.rejected, 0U);
    EXPECT_GT(result.report.orders.landed, 0U);
}

}  // namespace
}  // namespace sniperforge
