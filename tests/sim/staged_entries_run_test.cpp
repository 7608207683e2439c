// SPDX-License-Identifier: MIT
// Entries that are bought in parts, through the gate, the signer and the chain.
#include <gtest/gtest.h>

#include <string_view>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

// Nothing is sold, so a position that changes has grown.
TEST(StagedEntriesRun, GrowTheirPositionsAndTheBooksEqualTheChain) {
    test::RunOptions options{.seed = 1};
    test::hold_everything(options.settings);
    options.settings.momentum.is_enabled = false;
    config::SniperRecipe recipe;
    recipe.name = "parts";
    recipe.amount = Lamports{300'000'000};
    recipe.stages = {{.percent = 50, .gain_min = {}}, {.percent = 50, .gain_min = BasisPoints{1}}};
    options.settings.sniper.recipes = {recipe};
    std::size_t grown = 0;
    options.on_record = [&](const journal::Record& record) {
        const std::string_view body = record.body;
        grown += body.find(R"("event":"changed")") != std::string_view::npos ? 1 : 0;
    };
    const auto result = test::run(options);
    test::expect_true_books(result);
    EXPECT_EQ(result.report.orders.policy_refused, 0U);
    EXPECT_GT(grown, 0U);
    EXPECT_EQ(result.report.fills[static_cast<std::size_t>(StrategyId::Sniper)],
              result.report.positions_opened + grown);
}

}  // namespace
}  // namespace sniperforge
