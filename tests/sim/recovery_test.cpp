// SPDX-License-Identifier: MIT
// The daemon is killed again and again while it trades, and started on what it left. A kill is what
// it leaves: the files as they are at that moment, whatever was only in memory lost. Nothing is
// bought twice, nothing is forgotten, and in the end the ledger equals the chain.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "sim/daemon_run.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge {
namespace {

namespace fs = std::filesystem;

// A cluster that outlives its daemons.
class Lives {
 public:
    explicit Lives(std::uint64_t seed) : seed_{seed}, rng_{seed} {
        options_.seed = options_.chain.seed = seed;
        options_.scenario = *sim::named_scenario("demo");
        auto started = sim::Cluster::start(reactor_, options_);
        SF_ASSERT(started.has_value());
        cluster_ = std::move(*started);
    }

    // Runs until the moment, then leaves only the files.
    void live_and_die(Duration life) {
        const std::string next = directory_.path() + "/" + std::to_string(++count_);
        auto daemon = create(std::chrono::hours{1});
        reactor_.schedule_at(reactor_.now() + life, [this, next] {
            fs::copy(path_, next);
            reactor_.stop();
        });
        (void)daemon->run();
        path_ = next;
    }

    // What the journal had not synced is gone, and the ring with the machine's memory.
    void lose_power() {
        fs::remove(fs::path{path_} / "intents.ring");
        boot_ = "another start of the machine";
    }

    [[nodiscard]] app::DaemonResult live(Duration life) { return create(life)->run(); }
    [[nodiscard]] Rng& rng() { return rng_; }
    [[nodiscard]] std::string journal() const { return path_ + "/journal.sfj"; }
    [[nodiscard]] engine::History history() {
        auto read = engine::read_history(path_, {reactor_.now(), reactor_.wall_now()}, boot_, {});
        SF_ASSERT(read.has_value());
        return std::move(*read);
    }

 private:
    [[nodiscard]] std::unique_ptr<app::Daemon> create(Duration life) {
        fs::create_directories(path_);
        app::DaemonOptions daemon;
        config::EndpointSettings endpoint;
        endpoint.name = "sim";
        endpoint.rpc_url = cluster_->rpc_url();
        endpoint.pubsub_url = cluster_->pubsub_url();
        endpoint.requests_per_second = 1'000;
        daemon.settings.network.endpoints.push_back(endpoint);
        daemon.settings.jupiter.url = cluster_->jupiter_url();
        daemon.state_dir = path_;
        daemon.scenario = "demo";
        daemon.seed = seed_;
        daemon.duration = life;
        daemon.provenance = Provenance::Sim;
        daemon.is_virtual_time = true;
        daemon.funding = options_.scenario.wallet_lamports;
        std::array<std::uint8_t, solana::kSeedSize> key_seed{};
        key_seed[0] = static_cast<std::uint8_t>(seed_);
        auto wallet = solana::Keypair::from_seed(key_seed);
        SF_ASSERT(wallet.has_value());
        auto built = app::Daemon::create(reactor_, std::move(*wallet), daemon, history());
        SF_ASSERT(built.has_value());
        return std::move(*built);
    }

    std::uint64_t seed_;
    Rng rng_;
    test::RunDirectory directory_;
    std::string path_ = directory_.path() + "/0";
    std::string boot_ = telemetry::boot_id();
    int count_ = 0;
    net::VirtualReactor reactor_;
    sim::ClusterOptions options_;
    std::unique_ptr<sim::Cluster> cluster_;
};

// What was taken over from the chain because no order of ours explained it. Books that were never
// opened have nothing, and all of the wallet is news to them.
[[nodiscard]] std::vector<std::string> unexplained(const std::string& journal) {
    std::vector<std::string> notes;
    const auto read = journal::read_journal(journal, [&](const journal::Record& record) {
        if (record.kind == journal::RecordKind::Note &&
            record.body.find("is taken over") != std::string::npos &&
            record.body.find("wallet: the books of earlier runs have 0,") == std::string::npos) {
            notes.push_back(record.body);
        }
    });
    SF_ASSERT(read && read->problem.empty());
    return notes;
}

struct Fate {
    int approved = 0, is_signed = 0, ended = 0;
};

// What the journal of all lives tells of each order.
[[nodiscard]] std::map<std::uint64_t, Fate> fates(const std::string& journal) {
    std::map<std::uint64_t, Fate> fates;
    const auto read = journal::read_journal(journal, [&](const journal::Record& record) {
        const auto at = record.body.find("\"intent\":");
        if (at == std::string::npos) {
            return;
        }
        Fate& fate = fates[std::stoull(record.body.substr(at + 9))];
        fate.approved += record.kind == journal::RecordKind::Approval ? 1 : 0;
        fate.is_signed += record.kind == journal::RecordKind::Signed ? 1 : 0;
        fate.ended += record.kind == journal::RecordKind::Report &&
                              record.body.find("\"outcome\":\"unknown\"") == std::string::npos
                          ? 1
                          : 0;
    });
    SF_ASSERT(read && read->problem.empty());
    return fates;
}

class Recovery : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Recovery, LosesNoOrderAndDoublesNoneHoweverOftenItIsKilled) {
    Lives lives{GetParam()};
    for (int kill = 0; kill < 4; ++kill) {
        lives.live_and_die(std::chrono::milliseconds{500 + lives.rng().below(15'000)});
    }
    // What was signed and not sent, or dropped, takes 182 blocks of 0.4 s to expire: 73 s.
    const auto result = lives.live(std::chrono::seconds{110});
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.mismatch_lamports, 0U);
    EXPECT_EQ(result.report.mismatch_tokens, 0U);
    EXPECT_EQ(result.report.orders_in_flight, 0U);
    // It traded again after the last restart.
    EXPECT_GT(result.report.orders.submitted, 0U);
    for (const auto& [intent, fate] : fates(lives.journal())) {
        EXPECT_LE(fate.approved, 1) << intent;
        EXPECT_LE(fate.is_signed, fate.approved) << intent;
        EXPECT_EQ(fate.ended, fate.approved) << intent;
    }
    EXPECT_EQ(unexplained(lives.journal()), std::vector<std::string>{});
    // What is open in the end is what the books say when they are kept again.
    EXPECT_EQ(lives.history().portfolio.positions().size(), result.report.positions_open);
    EXPECT_TRUE(lives.history().is_stopped);
}

TEST_P(Recovery, BuysNothingAfterAPowerCutBeforeEveryLostOrderHasExpired) {
    Lives lives{GetParam()};
    lives.live_and_die(std::chrono::milliseconds{8'000 + lives.rng().below(8'000)});
    lives.lose_power();
    EXPECT_TRUE(lives.history().is_cut_by_power);
    // 182 blocks of 0.4 s: 73 s.
    const auto waiting = lives.live(std::chrono::seconds{60});
    ASSERT_EQ(waiting.error, "");
    EXPECT_EQ(waiting.report.fills[static_cast<std::size_t>(StrategyId::Arbitrage)], 0U);
    EXPECT_EQ(waiting.report.positions_opened, 0U);
}

TEST_P(Recovery, GoesOnAfterAPowerCutWithTheBalancesOfTheChain) {
    Lives lives{GetParam()};
    lives.live_and_die(std::chrono::milliseconds{8'000 + lives.rng().below(8'000)});
    lives.lose_power();
    const auto result = lives.live(std::chrono::seconds{130});
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.mismatch_lamports, 0U);
    EXPECT_EQ(result.report.mismatch_tokens, 0U);
    EXPECT_GT(result.report.orders.submitted, 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Recovery, ::testing::Values(1, 7, 42));

}  // namespace
}  // namespace sniperforge
