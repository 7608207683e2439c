// SPDX-License-Identifier: MIT
// A daemon whose key is in another process: it trades as one that has it, and once the process is
// gone it buys nothing, signs nothing and says so. The process is a thread here, behind the same
// socket.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "app/drill_world.hpp"
#include "app/run_books.hpp"
#include "app/signer_process.hpp"
#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

struct KeyFate {
    std::uint64_t orders_signed = 0;
    std::uint64_t approved_after = 0;  // Approved once it was said that the key is gone.
    bool is_said = false;
};

[[nodiscard]] KeyFate key_fate(const std::string& journal) {
    KeyFate fate;
    const auto read = journal::read_journal(journal, [&](const journal::Record& record) {
        fate.orders_signed += record.kind == journal::RecordKind::Signed ? 1 : 0;
        fate.approved_after += fate.is_said && record.kind == journal::RecordKind::Approval ? 1 : 0;
        fate.is_said = fate.is_said || (record.kind == journal::RecordKind::Note &&
                                        record.body.find("the process with the key has ended") !=
                                            std::string::npos);
    });
    SF_ASSERT(read.has_value());
    return fate;
}

constexpr std::uint64_t kKeySeed = 5;

class KeyProcess : public ::testing::Test {
 protected:
    KeyProcess() {
        sim::ClusterOptions options;
        options.seed = options.chain.seed = kKeySeed;
        options.scenario = *sim::named_scenario("demo");
        auto started = sim::Cluster::start(reactor, options);
        SF_ASSERT(started.has_value());
        cluster = std::move(*started);
        app::use_simulated_cluster(daemon.settings, *cluster);
        daemon.state_dir = directory.path();
        daemon.scenario = "demo";
        daemon.seed = kKeySeed;
        daemon.duration = std::chrono::seconds{20};
        daemon.provenance = Provenance::Sim;
        daemon.is_virtual_time = true;
        daemon.funding = options.scenario.wallet_lamports;
    }
    [[nodiscard]] static Result<solana::Keypair> key_of_seed() {
        std::array<std::uint8_t, solana::kSeedSize> seed{kKeySeed};
        return solana::Keypair::from_seed(seed);
    }

    net::VirtualReactor reactor;
    std::unique_ptr<sim::Cluster> cluster;
    const test::RunDirectory directory;
    app::DaemonOptions daemon;
};

TEST_F(KeyProcess, ADaemonWhoseKeyIsGoneBuysNothingAndSaysSo) {
    auto key = key_of_seed();
    ASSERT_TRUE(key);
    const Pubkey wallet = key->public_key();
    int fds[2] = {-1, -1};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    std::atomic<std::uint64_t> asked = 0;  // It looks at its clock for each order.
    std::thread process{[fd = fds[1], &asked,
                         signer = signer::PolicySigner{
                             std::move(*key), app::signing_limits(daemon.settings)}]() mutable {
        signer::serve_signatures(fd, signer, [&] {
            ++asked;
            return signer::SigningTime{};
        });
    }};
    auto built = app::Daemon::create(
        reactor, signer::RemoteSigner{fds[0], wallet, std::chrono::seconds{600}}, daemon);
    ASSERT_TRUE(built) << built.error().text;
    std::uint64_t asked_before = 0;
    reactor.schedule_at(reactor.now() + std::chrono::seconds{12}, [&] {
        asked_before = asked;
        ::shutdown(fds[1], SHUT_RDWR);
    });
    const auto result = (*built)->run();
    process.join();
    ::close(fds[1]);
    EXPECT_GT(asked_before, 0U);
    const KeyFate after = key_fate(directory.path() + "/journal.sfj");
    EXPECT_GT(after.orders_signed, 0U);
    EXPECT_LE(after.orders_signed, asked_before);
    EXPECT_TRUE(after.is_said);
    EXPECT_EQ(after.approved_after, 0U);
    EXPECT_TRUE(result.is_key_gone);
    EXPECT_EQ(result.exit_code, 1) << "whoever started it has to know that nobody sells";
    EXPECT_EQ(app::judge_run(result), 1);
    EXPECT_EQ(result.report.mismatch_lamports, 0U);
    EXPECT_EQ(result.report.mismatch_tokens, 0U);
}

// A daemon that crashes and is started again, and again, has one budget and not many.
TEST_F(KeyProcess, ARestartIsNoNewHourForWhatIsSigned) {
    daemon.duration = std::chrono::seconds{10};
    auto key = key_of_seed();
    ASSERT_TRUE(key);
    engine::History history;
    engine::History::Signed all;
    all.intent.kind = OrderKind::Entry;
    all.intent.spend_max = daemon.settings.signer.hourly_outflow_max;
    all.at = WallTime{reactor.wall_now().ns - Duration{std::chrono::minutes{59}}.count()};
    history.signed_lately.push_back(all);
    auto built = app::Daemon::create(reactor, std::move(*key), daemon, std::move(history));
    ASSERT_TRUE(built) << built.error().text;
    const auto result = (*built)->run();
    EXPECT_EQ(key_fate(directory.path() + "/journal.sfj").orders_signed, 0U);
    EXPECT_GT(result.report.orders.policy_refused, 0U);
    EXPECT_EQ(result.exit_code, 0);
}

}  // namespace
}  // namespace sniperforge
