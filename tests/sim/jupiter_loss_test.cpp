// SPDX-License-Identifier: MIT
// Jupiter is lost while the daemon holds positions: they are sold all the same, and in the end the
// ledger equals the chain. And the paths that a run took are those that its settings allow.
#include "sim/daemon_run.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::JupiterLoss;
using test::run;
using test::RunOptions;

constexpr Duration kLostAt = seconds{20};

struct Sales {
    std::uint64_t before = 0, after = 0;  // Positions closed before and after the loss.
    app::DaemonResult result;
};

[[nodiscard]] Sales run_with(const std::string& path, const JupiterLoss& loss) {
    Sales sales;
    std::int64_t lost_at = 0;
    RunOptions options{.seed = 7, .duration = seconds{60}};
    options.settings.execution.path = path;
    options.settings.exits.time_limit = seconds{15};
    options.jupiter_loss = loss;
    options.on_record = [&](const journal::Record& record) {
        if (record.kind == journal::RecordKind::RunStarted) {
            lost_at = record.wall_ns + std::chrono::nanoseconds{loss.at}.count();
        }
        // A sale on its way at that moment has two seconds to land.
        if (record.kind == journal::RecordKind::Position &&
            record.body.find(R"("event":"closed")") != std::string::npos) {
            ++(record.wall_ns < lost_at + 2'000'000'000 ? sales.before : sales.after);
        }
    };
    sales.result = run(options);
    return sales;
}

class JupiterLost : public ::testing::TestWithParam<std::optional<int>> {};

TEST_P(JupiterLost, SellsWhatItHoldsAndKeepsItsBooks) {
    const Sales sales = run_with("auto", {kLostAt, GetParam()});
    test::expect_true_books(sales.result);
    EXPECT_GT(sales.after, 0U);
    EXPECT_EQ(sales.result.report.positions_closed, sales.before + sales.after);
    EXPECT_GT(sales.result.report.orders.paths.sent[0], 0U);
}

// What the direct path is there for: with Jupiter alone nothing is sold any more.
TEST_P(JupiterLost, LeavesARunThatKnowsNoOtherWayWithItsPositions) {
    const Sales sales = run_with("jupiter", {kLostAt, GetParam()});
    test::expect_true_books(sales.result);
    EXPECT_GT(sales.before, 0U);
    EXPECT_EQ(sales.after, 0U);
    EXPECT_EQ(sales.result.report.orders.paths.sent[0], 0U);
}

INSTANTIATE_TEST_SUITE_P(Ways, JupiterLost,
                         ::testing::Values(std::optional<int>{429}, std::optional<int>{503},
                                           std::optional<int>{}));

// Three settings, one market: each keeps its books, and takes the paths it may.
TEST(Paths, AreThoseOfTheSettings) {
    for (const char* path : {"direct", "jupiter", "auto"}) {
        SCOPED_TRACE(path);
        RunOptions options{.seed = 7, .duration = seconds{40}};
        options.settings.execution.path = path;
        options.settings.exits.take_profit_percent = 50;
        const auto result = run(options);
        test::expect_true_books(result);
        const auto& sent = result.report.orders.paths.sent;
        EXPECT_GT(result.report.positions_closed, 0U);
        EXPECT_EQ(sent[0] > 0, std::string_view{path} != "jupiter");
        EXPECT_EQ(result.report.orders.policy_refused, 0U);
        if (std::string_view{path} != "auto") {
            EXPECT_EQ(sent[std::string_view{path} == "direct" ? 1 : 0], 0U);
        }
    }
}

}  // namespace
}  // namespace sniperforge
