// SPDX-License-Identifier: MIT
// Live mode as an operator starts it: a settings file with endpoints, a wallet file, a certificate
// of readiness. The chain is a simulated one behind real sockets, so what it trades is `test`.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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

namespace sniperforge::test {

inline constexpr std::uint64_t kSeed = 7;
inline constexpr Lamports kFunds{40 * kLamportsPerSol};

inline void write_private(const std::string& path, std::string_view text) {
    std::ofstream{path} << text;
    ASSERT_EQ(::chmod(path.c_str(), S_IRUSR | S_IWUSR), 0);
}

// Whoever asks a node something and waits for the answer.
struct NodeClient {
    explicit NodeClient(const std::string& url)
        : rpc{*reactor, {{.name = "node", .url = url, .api_key = {}, .api_key_header = {}}}} {}

    std::unique_ptr<net::Reactor> reactor = net::make_asio_reactor();
    rpc::RpcClient rpc;
};

// A directory with a wallet file, settings and a certificate; and what a command of it says.
class LiveFiles : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "sf-live-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
        const auto wallet = solana::Keypair::generate();
        ASSERT_TRUE(wallet);
        address_ = wallet->public_key();
        const auto key = solana::export_keygen_json(*wallet);
        ASSERT_TRUE(key);
        write_private(wallet_file(), key->text());
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    void start_cluster(const sim::ClusterOptions& options) {
        const auto urls = cluster_.start(options);
        ASSERT_TRUE(urls) << urls.error().text;
        urls_ = *urls;
    }
    [[nodiscard]] std::string settings_file() const { return directory_ + "/live.yaml"; }
    [[nodiscard]] std::string state_dir() const { return directory_ + "/state"; }
    [[nodiscard]] std::string wallet_file() const { return directory_ + "/id.json"; }

    void add_settings(const std::string& text) const {
        std::ofstream{settings_file(), std::ios::app} << text;
    }
    // Behind those that the settings have.
    void add_endpoint(const std::string& name, const std::string& rpc,
                      const std::string& pubsub) const {
        std::ifstream file{settings_file()};
        std::string text{std::istreambuf_iterator<char>{file}, {}};
        text.insert(std::min(text.find("jupiter:"), text.find("wallet:")),
                    fmt::format("    - name: {}\n      rpc_url: {}\n      pubsub_url: {}\n"
                                "      requests_per_second: 1000\n",
                                name, rpc, pubsub));
        std::ofstream{settings_file()} << text;
    }
    void add_dead_endpoint() const {
        add_endpoint("dead", "http://127.0.0.1:9", "ws://127.0.0.1:9");
    }
    // Positions that nothing but a person would sell.
    void add_settings_that_hold() const {
        add_settings(
            "arbitrage:\n  enabled: false\n"
            "exits:\n  take_profit_bps: 1000000\n  stop_loss_bps: 10000\n"
            "  trailing_arm_bps: 1000000\n  trailing_distance_bps: 10000\n"
            "  time_limit_s: 86400\n");
    }

    // As the settings are now.
    void certify() const {
        const auto settings = config::load_file(settings_file());
        ASSERT_TRUE(settings) << settings.error().text();
        app::Certificate certificate;
        certificate.build_id = app::build_id();
        const auto program = app::executable_sha256();
        ASSERT_TRUE(program);
        certificate.executable_sha256 = *program;
        certificate.config_sha256 = app::config_sha256(*settings);
        certificate.created = WallTime{net::make_asio_reactor()->wall_now().seconds() * kNsPerS};
        certificate.is_passed = true;
        certificate.seeds = app::kCertificateSeedsMin;
        certificate.landed = 1;
        for (const std::string_view name : app::kDrillScenarios) {
            certificate.scenarios.push_back({std::string{name}, app::kCertificateSeedsMin, 0});
        }
        std::filesystem::create_directory(state_dir());
        const auto written = app::write_certificate(state_dir(), certificate);
        ASSERT_TRUE(written) << written.error().text;
    }

    void fund(Lamports funds = kFunds) const {
        NodeClient node{urls_.nodes.at(0).rpc};
        bool is_sent = false;
        node.rpc.request_airdrop(address_, funds, [&](rpc::RpcResult<Signature> sent) {
            is_sent = sent.has_value();
            node.reactor->stop();
        });
        node.reactor->run();
        ASSERT_TRUE(is_sent);
    }
    // Until they are in a finalized block.
    void fund_finally(Lamports funds) const {
        fund(funds);
        NodeClient node{urls_.nodes.at(0).rpc};
        Lamports funded;
        for (int look = 0; look < 3'000 && funded.is_zero(); ++look) {
            node.rpc.get_balance(address_, Commitment::Finalized,
                                 [&](rpc::RpcResult<rpc::Balance> balance) {
                                     funded = balance ? balance->lamports : Lamports{};
                                     node.reactor->schedule_after(std::chrono::milliseconds{100},
                                                                  [&] { node.reactor->stop(); });
                                 });
            node.reactor->run();
        }
        ASSERT_FALSE(funded.is_zero()) << "not final within 3,000 looks, 100 ms apart";
    }

    // Exit code, standard output, standard error.
    struct Told {
        int code = 0;
        std::string out, err;
    };
    // It did not come to `equal`, the words for that, and ended well, or for nothing but that: a
    // reading that fails is tried again ten seconds later, which may be behind the run's end.
    [[nodiscard]] static bool has_ended_unproven(const Told& told, std::string_view equal) {
        constexpr std::string_view kUnproven =
            "before the books of earlier runs were held against the chain";
        return told.err.find(equal) == std::string::npos &&
               (told.code == 0 || told.err.find(kUnproven) != std::string::npos);
    }
    template <typename Command>
    [[nodiscard]] static Told hear(Command command) {
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        Told told;
        told.code = command();
        std::fflush(stdout);
        told.out = ::testing::internal::GetCapturedStdout();
        told.err = ::testing::internal::GetCapturedStderr();
        return told;
    }

    static constexpr std::int64_t kNsPerS = 1'000'000'000;
    std::string directory_;
    app::ClusterThread cluster_;
    app::ClusterUrls urls_;
    Pubkey address_;
};

// Commands that sign with no daemon running, and nobody there to be asked, whoever runs the tests.
template <typename Arguments>
class SigningCommand : public LiveFiles {
 protected:
    void SetUp() override {
        LiveFiles::SetUp();
        arguments.config = settings_file();
        arguments.state_dir = state_dir();
        arguments.is_confirmed = true;
        arguments.is_json = true;
        ASSERT_NE(std::freopen("/dev/null", "r", stdin), nullptr);
    }

    Arguments arguments;
};

// With a cluster, and what its daemon is started with.
class LiveMode : public LiveFiles {
 protected:
    void SetUp() override {
        LiveFiles::SetUp();
        start_cluster(cluster_options());
        write_settings(urls_.nodes.at(0).rpc, urls_.nodes.at(0).pubsub);
        arguments_.config = settings_file();
        arguments_.mode = "live";
        arguments_.is_confirmed_live = true;
        arguments_.state_dir = state_dir();
        arguments_.duration_s = 15;
        arguments_.is_json = true;
        std::filesystem::create_directory(arguments_.state_dir);
    }

    [[nodiscard]] virtual sim::ClusterOptions cluster_options() const {
        sim::ClusterOptions cluster;
        cluster.seed = cluster.chain.seed = kSeed;
        cluster.scenario = *sim::named_scenario("demo");
        return cluster;
    }

    void write_settings(const std::string& rpc, const std::string& pubsub) const {
        std::ofstream{settings_file()} << fmt::format(
            "network:\n"
            "  endpoints:\n"
            "    - name: node\n"
            "      rpc_url: {}\n"
            "      pubsub_url: {}\n"
            "      requests_per_second: 1000\n"
            "jupiter:\n"
            "  url: {}\n"
            "  requests_per_second: 200\n"
            "wallet:\n"
            "  keypair_file: {}\n",
            rpc, pubsub, urls_.jupiter, wallet_file());
    }

    void buy_and_hold() {
        add_settings_that_hold();
        certify();
        fund();
        // When the market offers something, nobody knows: as many runs as it takes.
        constexpr int kRunsMax = 6;
        Told bought;
        for (int i = 0; i < kRunsMax; ++i) {
            bought = run();
            ASSERT_EQ(bought.code, 0) << bought.err;
            if (bought.out.find(R"("open":0,)") == std::string::npos) {
                return;
            }
            arguments_.duration_s = 60;
        }
        FAIL() << bought.out;
    }

    [[nodiscard]] Told run(int (*command)(const app::RunArguments&) = app::run_command) const {
        return hear([&] { return command(arguments_); });
    }

    app::RunArguments arguments_;
};

}  // namespace sniperforge::test
