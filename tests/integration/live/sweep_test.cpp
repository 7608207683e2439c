// SPDX-License-Identifier: MIT
// `rescue sweep` as an operator types it, with the key in a process of its own, over loopback.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/build_id.hpp"
#include "app/certificate.hpp"
#include "app/cluster_thread.hpp"
#include "app/commands.hpp"
#include "app/drill_names.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge {
namespace {

constexpr Lamports kSweepFunds{5 * kLamportsPerSol};

class SweepCommand : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "sf-sweep-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        directory = pattern;
        const auto key = solana::Keypair::generate();
        const auto cold_key = solana::Keypair::generate();
        ASSERT_TRUE(key && cold_key);
        wallet = key->public_key();
        cold = cold_key->public_key();
        const auto text = solana::export_keygen_json(*key);
        ASSERT_TRUE(text);
        std::ofstream{directory + "/id.json"} << text->text();
        ASSERT_EQ(::chmod((directory + "/id.json").c_str(), S_IRUSR | S_IWUSR), 0);
        arguments.config = directory + "/live.yaml";
        arguments.state_dir = directory + "/state";
        arguments.is_confirmed = true;
        arguments.is_json = true;
        // Nobody is there to be asked, whoever runs the tests.
        ASSERT_NE(std::freopen("/dev/null", "r", stdin), nullptr);
    }
    void TearDown() override { std::filesystem::remove_all(directory); }

    void write_settings(const std::string& rpc, const std::string& pubsub,
                        const std::string& cold_address) const {
        std::ofstream{arguments.config} << fmt::format(
            "network:\n  endpoints:\n    - name: node\n      rpc_url: {}\n      pubsub_url: {}\n"
            "      requests_per_second: 1000\n"
            "wallet:\n  keypair_file: {}\n  cold_address: \"{}\"\nsigner:\n  process: true\n",
            rpc, pubsub, directory + "/id.json", cold_address);
    }

    // A cluster whose blocks are final sooner than mainnet's, and a wallet with final funds.
    void start_cluster() {
        sim::ClusterOptions cluster;
        cluster.seed = cluster.chain.seed = 7;
        cluster.chain.finalized_after_slots = 8;
        cluster.scenario = *sim::named_scenario("demo");
        const auto started = cluster_thread.start(cluster);
        ASSERT_TRUE(started) << started.error().text;
        urls = *started;
        write_settings(urls.nodes.at(0).rpc, urls.nodes.at(0).pubsub, cold.to_string());
        const auto reactor = net::make_asio_reactor();
        rpc::Endpoint endpoint;
        endpoint.name = "node";
        endpoint.url = urls.nodes.at(0).rpc;
        rpc::RpcClient client{*reactor, {endpoint}};
        client.request_airdrop(wallet, kSweepFunds, [&](rpc::RpcResult<Signature> sent) {
            EXPECT_TRUE(sent);
            reactor->stop();
        });
        reactor->run();
        Lamports funded;
        while (funded.is_zero()) {
            client.get_balance(wallet, Commitment::Finalized,
                               [&](rpc::RpcResult<rpc::Balance> balance) {
                                   funded = balance ? balance->lamports : Lamports{};
                                   reactor->schedule_after(std::chrono::milliseconds{100},
                                                           [&] { reactor->stop(); });
                               });
            reactor->run();
        }
    }

    // For a daemon that holds what it buys.
    void certify() {
        std::ofstream{arguments.config, std::ios::app} << fmt::format(
            "jupiter:\n  url: {}\n  requests_per_second: 200\n"
            "arbitrage:\n  enabled: false\n"
            "exits:\n  take_profit_bps: 1000000\n  stop_loss_bps: 10000\n"
            "  trailing_arm_bps: 1000000\n  trailing_distance_bps: 10000\n"
            "  time_limit_s: 86400\n",
            urls.jupiter);
        const auto settings = config::load_file(arguments.config);
        ASSERT_TRUE(settings) << settings.error().text();
        const auto program = app::executable_sha256();
        ASSERT_TRUE(program);
        app::Certificate certificate;
        certificate.build_id = app::build_id();
        certificate.executable_sha256 = *program;
        certificate.config_sha256 = app::config_sha256(*settings);
        constexpr std::int64_t kNsPerS = 1'000'000'000;
        certificate.created = WallTime{net::make_asio_reactor()->wall_now().seconds() * kNsPerS};
        certificate.is_passed = true;
        certificate.seeds = app::kCertificateSeedsMin;
        certificate.landed = 1;
        for (const std::string_view name : app::kDrillScenarios) {
            certificate.scenarios.push_back({std::string{name}, app::kCertificateSeedsMin, 0});
        }
        std::filesystem::create_directory(arguments.state_dir);
        const auto written = app::write_certificate(arguments.state_dir, certificate);
        ASSERT_TRUE(written) << written.error().text;
    }

    struct Told {
        int code = 0;
        std::string out, err;
    };
    template <typename Command>
    [[nodiscard]] static Told tell(Command command) {
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        Told told;
        told.code = command();
        std::fflush(stdout);
        told.out = ::testing::internal::GetCapturedStdout();
        told.err = ::testing::internal::GetCapturedStderr();
        return told;
    }
    [[nodiscard]] Told run() const {
        return tell([&] { return app::rescue_sweep_command(arguments); });
    }
    [[nodiscard]] Told trade(std::uint64_t seconds) const {
        app::RunArguments run;
        run.config = arguments.config;
        run.mode = "live";
        run.is_confirmed_live = true;
        run.state_dir = arguments.state_dir;
        run.duration_s = seconds;
        run.is_json = true;
        return tell([&] { return app::run_command(run); });
    }

    app::ClusterThread cluster_thread;
    app::ClusterUrls urls;
    std::string directory;
    Pubkey wallet, cold;
    app::SweepArguments arguments;
};

TEST_F(SweepCommand, MovesAllSolOnceAndThenHasNothingToDo) {
    start_cluster();
    arguments.is_dry_run = true;
    const Told looked = run();
    EXPECT_EQ(looked.code, 0) << looked.err;
    EXPECT_NE(looked.out.find(R"("dry_run":true,"would_move":[],"lamports":"5000000000")"),
              std::string::npos)
        << looked.out;
    arguments.is_dry_run = false;
    const Told swept = run();
    ASSERT_EQ(swept.code, 0) << swept.err;
    EXPECT_NE(swept.err.find("to " + cold.to_string()), std::string::npos) << swept.err;
    EXPECT_NE(swept.out.find(R"("provenance":"test")"), std::string::npos) << swept.out;
    EXPECT_NE(swept.out.find(R"("amount":"4999994980")"), std::string::npos) << swept.out;
    EXPECT_NE(swept.out.find(R"("left":[],"after":{"lamports":"0","tokens":[]})"),
              std::string::npos)
        << swept.out;
    const Told again = run();
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_NE(again.out.find(R"("moved":[])"), std::string::npos) << again.out;
}

TEST_F(SweepCommand, MovesWhatADaemonHeldWhoseKeyIsInAnotherProcessAndTheNextOneIsEqual) {
    start_cluster();
    certify();
    const Told bought = trade(12);
    ASSERT_EQ(bought.code, 0) << bought.err;
    EXPECT_NE(bought.err.find("has the key of " + wallet.to_string()), std::string::npos);
    ASSERT_EQ(bought.out.find(R"("open":0,)"), std::string::npos) << bought.out;
    const Told swept = run();
    ASSERT_EQ(swept.code, 0) << swept.err;
    EXPECT_NE(swept.out.find(R"("closed":true)"), std::string::npos) << swept.out;
    EXPECT_NE(swept.out.find(R"("left":[],"after":{"lamports":"0","tokens":[]})"),
              std::string::npos)
        << swept.out;
    const Told next = trade(12);
    ASSERT_EQ(next.code, 0) << next.err;
    EXPECT_NE(next.err.find("after the restart the ledger equals"), std::string::npos) << next.err;
    EXPECT_EQ(next.err.find("the books of earlier runs have"), std::string::npos) << next.err;
    EXPECT_NE(next.out.find(R"("open":0,)"), std::string::npos) << next.out;
}

TEST_F(SweepCommand, NeedsAColdAddressThatIsOneAndSomebodyToAsk) {
    const std::string rpc = "http://127.0.0.1:9", pubsub = "ws://127.0.0.1:9";
    write_settings(rpc, pubsub, "");
    Told told = run();
    EXPECT_EQ(told.code, 2);
    EXPECT_NE(told.err.find("wallet.cold_address: is empty"), std::string::npos) << told.err;
    write_settings(rpc, pubsub, "11111111111111111111111111111111");
    told = run();
    EXPECT_EQ(told.code, 2);
    EXPECT_NE(told.err.find("is a program, a sysvar or a mint"), std::string::npos) << told.err;
    write_settings(rpc, pubsub, cold.to_string());
    arguments.is_confirmed = false;
    told = run();
    EXPECT_EQ(told.code, 2);
    EXPECT_NE(told.err.find("there is no terminal to ask on"), std::string::npos) << told.err;
    arguments.is_confirmed = true;
    arguments.keep_sol = "0,5";
    told = run();
    EXPECT_EQ(told.code, 2);
    EXPECT_NE(told.err.find("--keep-sol: "), std::string::npos) << told.err;
}

}  // namespace
}  // namespace sniperforge
