// SPDX-License-Identifier: MIT
// The whole daemon against the whole simulated cluster under virtual time: the real network code,
// the real signer, the real journal. What must hold for every seed is checked for several.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/daemon_run.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge {
namespace {

using test::run;
using test::RunOptions;

TEST(MainJob, EndsEverySeedWithTheLedgerEqualToTheChain) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        const auto result = run({.seed = seed});
        SCOPED_TRACE(::testing::Message() << "seed " << seed);
        ASSERT_EQ(result.error, "");
        EXPECT_EQ(result.report.orders_in_flight, 0U);
        ASSERT_TRUE(result.report.mismatch_lamports.has_value());
        EXPECT_EQ(*result.report.mismatch_lamports, 0U);
        EXPECT_EQ(*result.report.mismatch_tokens, 0U);
        const auto& orders = result.report.orders;
        EXPECT_EQ(orders.submitted,
                  orders.landed + orders.reverted + orders.rejected + orders.expired);
        EXPECT_LE(result.report.positions_open_max, config::RiskSettings{}.positions_max);
        EXPECT_EQ(orders.policy_refused, 0U);
        // Every fill became final, and the ledger was held against finalized balances.
        EXPECT_EQ(result.report.fills_finalized, orders.landed + orders.reverted);
        EXPECT_EQ(result.report.fills_confirmed, 0U);
        EXPECT_EQ(result.report.reconciled_at, Commitment::Finalized);
        EXPECT_EQ(orders.unknown, 0U);
        EXPECT_EQ(orders.reversed, 0U);
        for (const auto& venue : result.report.venues) {
            EXPECT_EQ(venue.standing, dex::VenueStanding::Trusted) << venue.reason;
        }
    }
}

TEST(MainJob, ShowsEveryStrategyAndBothSidesOfAPositionWithinAMinuteOfDemo) {
    const auto result = run({.seed = 7});
    ASSERT_EQ(result.error, "");
    for (const auto strategy : {StrategyId::Arbitrage, StrategyId::Sniper, StrategyId::Momentum}) {
        EXPECT_GT(result.report.fills[static_cast<std::size_t>(strategy)], 0U)
            << to_string(strategy);
    }
    EXPECT_GT(result.report.positions_opened, 0U);
    EXPECT_GT(result.report.positions_closed, 0U);
}

TEST(MainJob, MakesTheSameDecisionsTwiceForOneSeedAndOthersForAnother) {
    const auto first = run({.seed = 7});
    const auto second = run({.seed = 7});
    const auto other = run({.seed = 8});
    EXPECT_EQ(first.report.journal_sha256, second.report.journal_sha256);
    EXPECT_EQ(first.report.journal_sha256.size(), 64U);
    EXPECT_NE(first.report.journal_sha256, other.report.journal_sha256);
}

// The limit is small enough to be met within the minute; nothing may pass it.
TEST(MainJob, DeniesEntriesBeyondThePositionLimit) {
    RunOptions options{.seed = 7};
    options.settings.risk.positions_max = 1;
    const auto result = run(options);
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.positions_open_max, 1U);
    EXPECT_GT(result.report.denials[static_cast<std::size_t>(DenialReason::PositionsAtLimit)] +
                  result.report.denials[static_cast<std::size_t>(DenialReason::MintAlreadyHeld)],
              0U);
    EXPECT_EQ(*result.report.mismatch_lamports, 0U);
}

TEST(MainJob, SpendsNothingWhenATradeMayCostLessThanTheSmallestOrder) {
    RunOptions options{.seed = 7, .duration = std::chrono::seconds{20}};
    options.settings.risk.trade_max = MicroUsd{kMicroUsdPerUsd};  // One dollar.
    const auto result = run(options);
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.orders.submitted, 0U);
    EXPECT_GT(result.report.denials[static_cast<std::size_t>(DenialReason::SpendAboveTradeLimit)],
              0U);
    EXPECT_EQ(result.report.costs.base_fee, Lamports{0});
}

// The calibrated market has no trend and few gaps: whatever is traded there, the books balance.
TEST(MainJob, BalancesOnTheCalibratedAndTheStressScenarioToo) {
    for (const char* scenario : {"calibrated", "stress"}) {
        SCOPED_TRACE(scenario);
        const auto result =
            run({.seed = 3, .duration = std::chrono::seconds{120}, .scenario = scenario});
        ASSERT_EQ(result.error, "");
        EXPECT_EQ(*result.report.mismatch_lamports, 0U);
        EXPECT_EQ(*result.report.mismatch_tokens, 0U);
    }
}

// Cycles of our own instructions through Orca and Raydium, in the cluster's blocks.
TEST(MainJob, ArbitragesThroughWhirlpoolsAndEarnsWhereItLands) {
    std::size_t landed = 0;
    RunOptions options{.seed = 7, .duration = std::chrono::seconds{30}, .whirlpools = 1};
    options.settings.sniper.is_enabled = options.settings.momentum.is_enabled = false;
    options.on_end = [&](const sim::Chain& chain, const Pubkey& wallet) {
        std::vector<Signature> signatures;
        for (const sim::Receipt* receipt : chain.receipts_of(wallet, 1'000)) {
            signatures.push_back(receipt->signature);
        }
        for (const Signature& signature : signatures) {
            const sim::Receipt* receipt = chain.receipt(signature);
            ASSERT_NE(receipt, nullptr);
            const auto has = [&](const Pubkey& program) {
                return std::ranges::find(receipt->account_keys, program) !=
                       receipt->account_keys.end();
            };
            if (receipt->account_keys.front() == wallet && !receipt->is_failed() &&
                has(solana::kOrcaWhirlpoolProgram)) {
                ++landed;
                EXPECT_GT(receipt->post_balances.front(), receipt->pre_balances.front());
            }
        }
    };
    const auto result = run(options);
    test::expect_true_books(result);
    EXPECT_EQ(result.report.orders.policy_refused, 0U);
    EXPECT_GT(landed, 0U);
}

// Whoever reads only the last line knows which setting is wrong.
TEST(MainJob, NamesTheSocketThatCannotBeHadInTheErrorOfItsStart) {
    const auto result = run({.seed = 7, .pubsub_url = "ws://nobody:1/abcdef0123456789"});
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_NE(result.error.find("the WebSocket at ws://nobody:1/*** cannot be used: "),
              std::string::npos)
        << result.error;
    EXPECT_NE(result.error.find("RPC port + 1"), std::string::npos) << result.error;
    const auto served = run({.seed = 7, .duration = std::chrono::seconds{5}});
    EXPECT_EQ(served.error, "");
}

// One lost connection is no reason not to start.
TEST(MainJob, StartsOnceANodeListsItsPools) {
    sim::FaultEvent at_first, later;
    at_first.faults = sim::NodeFaults{.methods = {"getProgramAccounts"}, .reset_probability = 1};
    later.at = std::chrono::seconds{5};
    later.faults = sim::NodeFaults{};
    test::expect_true_books(
        run({.seed = 7, .duration = std::chrono::seconds{10}, .faults = {at_first, later}}));
    const auto never = run({.seed = 7, .faults = {at_first}});
    EXPECT_EQ(never.exit_code, 3);
    EXPECT_NE(never.error.find("there is no pool to watch, because no endpoint lists those"),
              std::string::npos)
        << never.error;
    EXPECT_NE(never.error.find("raydium_amm_v4"), std::string::npos) << never.error;
}

// What a node answers that does not serve getProgramAccounts, of this program or of all.
[[nodiscard]] test::ChangedNode::Change without_listing(const std::string& program,
                                                        int code = -32601) {
    return [program, code](const std::string& request, std::string answer) {
        if (request.find("getProgramAccounts") == std::string::npos ||
            request.find(program) == std::string::npos) {
            return answer;
        }
        const auto id = request.find("\"id\":") + 5;
        return fmt::format(
            R"({{"jsonrpc":"2.0","error":{{"code":{},"message":"Method not found"}},"id":{}}})",
            code, request.substr(id, request.find(',', id) - id));
    };
}

TEST(MainJob, OneVenueThatNobodyListsStopsNoOtherAndNoneAtAllNamesTheWayOut) {
    const std::string one = dex::program_of(VenueId::RaydiumAmmV4).to_string();
    std::uint64_t listed = 0;
    const auto count_listings = [&](const sim::Cluster& cluster, const auto&) {
        const auto& methods = cluster.node_statistics(0).requests_by_method;
        const auto found = methods.find("getProgramAccounts");
        listed = found == methods.end() ? 0 : found->second;
    };
    const auto others = run({.seed = 7,
                             .duration = std::chrono::seconds{10},
                             .on_cluster_end = count_listings,
                             .on_answer = without_listing(one)});
    test::expect_true_books(others);
    const std::uint64_t listed_once = listed;
    // A node in trouble is asked until the time for it is over; what is there is watched then.
    const auto later = run({.seed = 7,
                            .duration = std::chrono::seconds{40},
                            .on_cluster_end = count_listings,
                            .on_answer = without_listing(one, -32603)});
    test::expect_true_books(later);
    EXPECT_GT(listed, listed_once) << "it is given up at once";
    const auto none = run({.seed = 7, .on_answer = without_listing("")});
    EXPECT_EQ(none.exit_code, 3);
    for (const std::string part :
         {"raydium_amm_v4: node error -32601: Method not found", "name pools under feed.pools"}) {
        EXPECT_NE(none.error.find(part), std::string::npos) << none.error;
    }
}

// What a node answers that has no index of this program's accounts, or of any.
[[nodiscard]] test::ChangedNode::Change with_empty_list(const std::string& program) {
    return [program](const std::string& request, std::string answer) {
        const auto list = answer.find("\"value\":[");
        if (request.find("getProgramAccounts") == std::string::npos ||
            request.find(program) == std::string::npos || list == std::string::npos) {
            return answer;
        }
        const auto slot = answer.find("\"slot\":") + 7;
        const auto id = request.find("\"id\":") + 5;
        return fmt::format(
            R"({{"jsonrpc":"2.0","result":{{"context":{{"slot":{}}},"value":[]}},"id":{}}})",
            std::stoull(answer.substr(slot)), request.substr(id, request.find(',', id) - id));
    };
}

TEST(MainJob, AVenueOfWhichAnEndpointListsNothingIsNamedAndAskedOfTheOthers) {
    const std::string words =
        "no endpoint lists a pool of raydium_amm_v4 (getProgramAccounts is answered with an empty "
        "list)";
    const std::string one = dex::program_of(VenueId::RaydiumAmmV4).to_string();
    const auto said_of = [&](const test::RunOptions& options) {
        ::testing::internal::CaptureStderr();
        const auto result = run(options);
        const std::string said = ::testing::internal::GetCapturedStderr();
        test::expect_true_books(result);
        return said;
    };
    const std::string alone = said_of(
        {.seed = 7, .duration = std::chrono::seconds{10}, .on_answer = with_empty_list(one)});
    EXPECT_NE(alone.find(words), std::string::npos) << alone;
    // The other node has them.
    const std::string other = said_of({.seed = 7,
                                       .duration = std::chrono::seconds{10},
                                       .nodes = 2,
                                       .on_answer = with_empty_list("")});
    EXPECT_EQ(other.find("no endpoint lists a pool of raydium_amm_v4"), std::string::npos) << other;
    EXPECT_NE(other.find("are listed by endpoint sim-1; another one lists none"), std::string::npos)
        << other;
    const auto none = run({.seed = 7, .on_answer = with_empty_list("")});
    EXPECT_EQ(none.exit_code, 3);
    EXPECT_NE(none.error.find("raydium_amm_v4: getProgramAccounts is answered with an empty list"),
              std::string::npos)
        << none.error;
}

TEST(MainJob, StartsWithoutAnEndpointThatDoesNotTellItsChainAndUsesItOnceItDoes) {
    for (const sim::NodeFaults& trouble :
         {sim::NodeFaults{.is_down = true}, sim::NodeFaults{.too_many_requests_probability = 1},
          sim::NodeFaults{.gateway_error_probability = 1},
          sim::NodeFaults{.hang_probability = 1}}) {
        for (const bool comes_back : {false, true}) {
            sim::FaultEvent at_first, later;
            at_first.node = later.node = 1;
            at_first.faults = trouble;
            later.at = std::chrono::seconds{15};
            later.faults = comes_back ? sim::NodeFaults{} : trouble;
            sim::NodeStatistics asked;
            const auto result =
                run({.seed = 7,
                     .duration = std::chrono::seconds{comes_back ? 40 : 100},
                     .nodes = 2,
                     .faults = {at_first, later},
                     .on_cluster_end = [&](const sim::Cluster& cluster, const auto&) {
                         asked = cluster.node_statistics(1);
                     }});
            test::expect_true_books(result);
            std::erase_if(asked.requests_by_method, [](const auto& method) {
                return method.first == "getGenesisHash" || method.first == "getHealth";
            });
            EXPECT_EQ(!asked.requests_by_method.empty(), comes_back);
            EXPECT_EQ(asked.notifications > 0, comes_back);
        }
    }
}

TEST(MainJob, DoesNotStartWithEndpointsOfDifferentChains) {
    const auto result = run({.is_one_foreign = true});
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_NE(result.error.find("different chains"), std::string::npos) << result.error;
    EXPECT_NE(result.error.find("sim "), std::string::npos) << result.error;
    EXPECT_NE(result.error.find("foreign "), std::string::npos) << result.error;
}

}  // namespace
}  // namespace sniperforge
