// SPDX-License-Identifier: MIT
// Paper mode against a whole cluster under virtual time: it trades, the cluster hears nothing of
// it, and a kill in the middle loses no position.
#include <gtest/gtest.h>

#include <map>

#include "app/paper_wallet.hpp"
#include "app/run_books.hpp"
#include "sim/lives.hpp"
#include "sniperforge/recording/replay.hpp"

namespace sniperforge::test {
namespace {

using std::chrono::seconds;

// What the nodes, Jupiter and the lanes were asked, of what only somebody who trades asks.
[[nodiscard]] std::uint64_t trading_requests(const sim::Cluster& cluster) {
    std::uint64_t asked = cluster.statistics().jupiter_requests +
                          cluster.statistics().lane_requests +
                          cluster.statistics().lane_transactions;
    const auto& methods = cluster.node_statistics(0).requests_by_method;
    for (const char* method : {"sendTransaction", "simulateTransaction", "requestAirdrop",
                               "getSignatureStatuses", "getLatestBlockhash"}) {
        const auto found = methods.find(method);
        asked += found == methods.end() ? 0 : found->second;
    }
    return asked;
}

[[nodiscard]] std::map<Pubkey, TokenAmount> held_in(const engine::History& history) {
    std::map<Pubkey, TokenAmount> held;
    for (const PositionView& position : history.portfolio.positions()) {
        held[position.mint] = position.amount;
    }
    return held;
}

class PaperRun : public ::testing::Test {
 protected:
    PaperRun() {
        lives.on_options = [this](app::DaemonOptions& options) {
            options.provenance = Provenance::Paper;
            options.scenario = "not mainnet";
            options.funding = {};
            options.record_to = recorded(++runs);
        };
    }
    [[nodiscard]] std::string recorded(int run) const {
        return lives.root() + "/" + std::to_string(run) + ".sfr";
    }
    // The last one, to the byte.
    void expect_to_be_decided_again(const app::DaemonResult& result) {
        const auto replayed = recording::replay(recorded(runs));
        ASSERT_TRUE(replayed) << replayed.error().text;
        EXPECT_TRUE(replayed->is_equal());
        EXPECT_EQ(replayed->problem, "");
        EXPECT_EQ(replayed->answers_missing, 0U);
        EXPECT_EQ(replayed->sha256_replayed, result.report.journal_sha256);
    }
    int runs = 0;
    Lives lives{7, Lives::Money::Paper};
};

TEST_F(PaperRun, TradesAndTheClusterHearsNothingOfIt) {
    const app::DaemonResult result = lives.live(seconds{60});
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.exit_code, 0);
    const engine::RunReport& report = result.report;
    EXPECT_EQ(report.provenance, Provenance::Paper);
    EXPECT_GT(report.orders.landed, 0U);
    EXPECT_GT(report.positions_opened, 0U);
    EXPECT_GT(report.positions_closed, 0U);
    EXPECT_EQ(report.orders_in_flight, 0U);
    EXPECT_EQ(report.orders.submitted, report.orders.landed + report.orders.reverted +
                                           report.orders.rejected + report.orders.expired);
    EXPECT_FALSE(report.mismatch_lamports) << "there is nothing to hold the books against";
    EXPECT_GT(report.costs.base_fee, Lamports{});
    EXPECT_EQ(trading_requests(lives.cluster()), 0U);
    EXPECT_EQ(app::judge_run(result), 0);
    const engine::History history = lives.history();
    EXPECT_EQ(history.wallet, app::paper_wallet());
    EXPECT_TRUE(history.orders_open.empty()) << "nothing was ever signed";
    EXPECT_TRUE(history.signatures.empty());
    std::uint64_t opened = 0;
    const auto read = journal::read_journal(lives.journal(), [&](const journal::Record& record) {
        opened += record.body.starts_with(R"({"event":"opened")") &&
                          record.body.find("10000000000") != std::string::npos
                      ? 1
                      : 0;
    });
    EXPECT_TRUE(read);
    EXPECT_EQ(opened, 1U) << "the books begin with paper.balance_sol";
    expect_to_be_decided_again(result);
    const std::string text = engine::to_text(report);
    for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
        EXPECT_EQ(text.compare(begin, 7, "[paper "), 0) << text.substr(begin, 60);
    }
}

TEST_F(PaperRun, AKillLosesNoPositionAndWhatWasInFlightHasExpired) {
    // Some moment with a position and an order on its way.
    engine::History before;
    for (int life = 0; life < 20; ++life) {
        const app::DaemonResult died = lives.live_and_die(seconds{5});
        before = lives.history();
        ASSERT_EQ(held_in(before).size(), died.positions_left.size());
        for (const app::PositionLeft& left : died.positions_left) {
            EXPECT_EQ(held_in(before)[left.mint], left.in_books);
        }
        if (!died.positions_left.empty() && !before.orders_unsigned.empty()) {
            break;
        }
    }
    const std::map<Pubkey, TokenAmount> held = held_in(before);
    ASSERT_FALSE(held.empty());
    ASSERT_FALSE(before.orders_unsigned.empty());

    // It ends with the first look at the time: nothing is sold, nothing is bought.
    const app::DaemonResult result = lives.live(Duration{1});
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.orders.carried.orders, before.orders_unsigned.size());
    EXPECT_EQ(result.report.orders.carried.expired, before.orders_unsigned.size());
    const engine::History after = lives.history();
    EXPECT_TRUE(after.orders_unsigned.empty());
    EXPECT_EQ(result.report.orders.submitted, 0U);
    EXPECT_EQ(held_in(after), held);
    expect_to_be_decided_again(result);
    EXPECT_EQ(trading_requests(lives.cluster()), 0U);
}

}  // namespace
}  // namespace sniperforge::test
