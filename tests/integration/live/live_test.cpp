// SPDX-License-Identifier: MIT
// Live mode as an operator starts it: a settings file with endpoints, a wallet file, a certificate
// of readiness. The chain is a simulated one behind real sockets, so what it trades is `test`.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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

constexpr std::uint64_t kSeed = 7;
constexpr Lamports kFunds{40 * kLamportsPerSol};

void write_private(const std::string& path, std::string_view text) {
    std::ofstream{path} << text;
    ASSERT_EQ(::chmod(path.c_str(), S_IRUSR | S_IWUSR), 0);
}

class LiveMode : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "sf-live-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
        sim::ClusterOptions cluster;
        cluster.seed = cluster.chain.seed = kSeed;
        cluster.scenario = *sim::named_scenario("demo");
        const auto urls = cluster_.start(cluster);
        ASSERT_TRUE(urls) << urls.error().text;
        urls_ = *urls;
        const auto wallet = solana::Keypair::generate();
        ASSERT_TRUE(wallet);
        address_ = wallet->public_key();
        const auto key = solana::export_keygen_json(*wallet);
        ASSERT_TRUE(key);
        write_private(directory_ + "/id.json", key->text());
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
            urls_.nodes.at(0).rpc, urls_.nodes.at(0).pubsub, urls_.jupiter,
            directory_ + "/id.json");
        arguments_.config = settings_file();
        arguments_.mode = "live";
        arguments_.is_confirmed_live = true;
        arguments_.state_dir = directory_ + "/state";
        arguments_.duration_s = 15;
        arguments_.is_json = true;
        std::filesystem::create_directory(arguments_.state_dir);
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    [[nodiscard]] std::string settings_file() const { return directory_ + "/live.yaml"; }

    void certify() {
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
        const auto written = app::write_certificate(arguments_.state_dir, certificate);
        ASSERT_TRUE(written) << written.error().text;
    }

    void fund() {
        const auto reactor = net::make_asio_reactor();
        rpc::Endpoint endpoint;
        endpoint.name = "node";
        endpoint.url = urls_.nodes.at(0).rpc;
        rpc::RpcClient client{*reactor, {endpoint}};
        bool is_sent = false;
        client.request_airdrop(address_, kFunds, [&](rpc::RpcResult<Signature> sent) {
            is_sent = sent.has_value();
            reactor->stop();
        });
        reactor->run();
        ASSERT_TRUE(is_sent);
    }

    // Positions that nothing but a person would sell.
    void buy_and_hold() {
        std::ofstream{settings_file(), std::ios::app}
            << "arbitrage:\n  enabled: false\n"
               "exits:\n  take_profit_bps: 1000000\n  stop_loss_bps: 10000\n"
               "  trailing_arm_bps: 1000000\n  trailing_distance_bps: 10000\n"
               "  time_limit_s: 86400\n";
        certify();
        fund();
        const Told bought = run();
        ASSERT_EQ(bought.code, 0) << bought.err;
        ASSERT_EQ(bought.out.find(R"("open":0,)"), std::string::npos) << bought.out;
    }

    // Exit code, standard output, standard error.
    struct Told {
        int code = 0;
        std::string out, err;
    };
    [[nodiscard]] Told run(int (*command)(const app::RunArguments&) = app::run_command) const {
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        Told told;
        told.code = command(arguments_);
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
    app::RunArguments arguments_;
};

TEST_F(LiveMode, TradesFromASettingsFileAndGoesOnWithItsBooks) {
    certify();
    fund();
    const Told first = run();
    ASSERT_EQ(first.code, 0) << first.err;
    EXPECT_NE(first.err.find("[test] wallet " + address_.to_string()), std::string::npos);
    EXPECT_NE(first.out.find(R"("provenance":"test")"), std::string::npos) << first.out;
    EXPECT_NE(first.out.find(R"("mismatch_lamports":0,"mismatch_tokens":0)"), std::string::npos)
        << first.out;
    EXPECT_EQ(first.out.find(R"("orders":{"submitted":0,)"), std::string::npos) << first.out;
    // Long enough for the last fills of the first to become final.
    arguments_.duration_s = 30;
    const Told second = run();
    ASSERT_EQ(second.code, 0) << second.err;
    EXPECT_NE(second.err.find("resuming after "), std::string::npos) << second.err;
    EXPECT_NE(second.err.find("after the restart the ledger equals the chain's finalized balances"),
              std::string::npos)
        << second.err;
    EXPECT_NE(second.out.find(R"("mismatch_lamports":0,"mismatch_tokens":0)"), std::string::npos)
        << second.out;
}

TEST_F(LiveMode, ARescueSellsWhatADeadRunHeldAndNeedsNoCertificate) {
    buy_and_hold();
    std::filesystem::remove(arguments_.state_dir + "/readiness.json");
    arguments_.duration_s = 120;
    const Told rescued = run(app::rescue_flatten_command);
    ASSERT_EQ(rescued.code, 0) << rescued.err;
    EXPECT_NE(rescued.out.find(R"("open":0,)"), std::string::npos) << rescued.out;
    EXPECT_NE(rescued.out.find(R"("mismatch_lamports":0,"mismatch_tokens":0)"), std::string::npos)
        << rescued.out;
    // Once more: nothing is left to be done, and that is a success.
    EXPECT_EQ(run(app::rescue_flatten_command).code, 0);
}

// No pool of SOL/USDC is watched: nothing could be bought, and what is held must be sold.
TEST_F(LiveMode, ARescueNeedsNoPriceOfSol) {
    buy_and_hold();
    const auto nowhere = solana::Keypair::generate();
    ASSERT_TRUE(nowhere);
    std::ofstream{settings_file(), std::ios::app} << fmt::format(
        "feed:\n  watch_new_pools: false\n  pools:\n    - {}\n", nowhere->public_key().to_string());
    arguments_.duration_s = 120;
    const Told rescued = run(app::rescue_flatten_command);
    ASSERT_EQ(rescued.code, 0) << rescued.err;
    EXPECT_NE(rescued.out.find(R"("open":0,)"), std::string::npos) << rescued.out;
}

// The state directory may be what was lost.
TEST_F(LiveMode, ARescueWithoutBooksAsksTheChainAndEndsWhereThereIsNothing) {
    fund();
    const Told told = run(app::rescue_flatten_command);
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.out.find(R"("open":0,)"), std::string::npos) << told.out;
}

TEST_F(LiveMode, WithoutACertificateNothingIsOpened) {
    fund();
    const Told told = run();
    EXPECT_EQ(told.code, 3);
    EXPECT_NE(told.err.find("sniperforge drill"), std::string::npos) << told.err;
    EXPECT_EQ(told.err.find(address_.to_string()), std::string::npos);
    EXPECT_TRUE(told.out.empty());
}

TEST_F(LiveMode, AChangedLimitNeedsACertificateOfItsOwn) {
    certify();
    std::ofstream{settings_file(), std::ios::app} << "risk:\n  trade_max_usd: \"99\"\n";
    const Told told = run();
    EXPECT_EQ(told.code, 3);
    EXPECT_NE(told.err.find("settings"), std::string::npos) << told.err;
}

TEST_F(LiveMode, BooksOfAnotherWalletAreNotTouched) {
    certify();
    fund();
    arguments_.duration_s = 1;
    ASSERT_EQ(run().code, 0);
    const auto other = solana::Keypair::generate();
    ASSERT_TRUE(other);
    std::filesystem::remove(directory_ + "/id.json");
    const auto key = solana::export_keygen_json(*other);
    ASSERT_TRUE(key);
    write_private(directory_ + "/id.json", key->text());
    const Told told = run();
    EXPECT_EQ(told.code, 3);
    EXPECT_NE(told.err.find("has the books of wallet " + address_.to_string()), std::string::npos)
        << told.err;
    EXPECT_TRUE(std::filesystem::exists(arguments_.state_dir + "/journal.sfj"));
}

TEST_F(LiveMode, AnEmptyWalletIsSaidAndNotFilledByAFaucet) {
    certify();
    const Told told = run();
    EXPECT_EQ(told.code, 3);
    EXPECT_NE(told.err.find("the wallet holds 0 lamports"), std::string::npos) << told.err;
}

}  // namespace
}  // namespace sniperforge
