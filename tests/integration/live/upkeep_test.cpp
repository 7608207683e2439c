// SPDX-License-Identifier: MIT
// `tables` and `nonce` as an operator types them, with the key in a process of its own, over
// loopback.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/cluster_thread.hpp"
#include "app/commands.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge {
namespace {

constexpr Lamports kUpkeepFunds{5 * kLamportsPerSol};

class UpkeepCommand : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "sf-upkeep-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        directory = pattern;
        const auto key = solana::Keypair::generate();
        ASSERT_TRUE(key);
        wallet = key->public_key();
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

    void write_settings(const std::vector<app::ClusterUrls::Node>& nodes, const std::string& pools,
                        const std::string& tables = "[]") const {
        std::string endpoints;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            endpoints += fmt::format(
                "    - name: node{}\n      rpc_url: {}\n      pubsub_url: {}\n"
                "      requests_per_second: 1000\n",
                i, nodes[i].rpc, nodes[i].pubsub);
        }
        std::ofstream{arguments.config} << fmt::format(
            "network:\n  endpoints:\n{}"
            "wallet:\n  keypair_file: {}\nsigner:\n  process: true\n"
            "execution:\n  lookup_tables: {}\nfeed:\n  pools: [{}]\n",
            endpoints, directory + "/id.json", tables, pools);
    }

    // A cluster of two nodes with short slots, and a wallet with final funds.
    void start_cluster() {
        sim::ClusterOptions cluster;
        cluster.seed = cluster.chain.seed = 7;
        cluster.chain.slot_duration = std::chrono::milliseconds{100};
        cluster.chain.finalized_after_slots = 8;
        cluster.nodes = 2;
        cluster.scenario = *sim::named_scenario("demo");
        const auto started = cluster_thread.start(cluster);
        ASSERT_TRUE(started) << started.error().text;
        urls = *started;
        const auto reactor = net::make_asio_reactor();
        rpc::Endpoint endpoint;
        endpoint.name = "node";
        endpoint.url = urls.nodes.at(0).rpc;
        rpc::RpcClient client{*reactor, {endpoint}};
        constexpr VenueId kVenue = VenueId::RaydiumCpmm;
        client.get_program_accounts(dex::program_of(kVenue), {dex::pool_bytes(kVenue), {}},
                                    Commitment::Confirmed,
                                    [&](rpc::RpcResult<rpc::KeyedAccounts> found) {
                                        if (found && !found->accounts.empty()) {
                                            pool = found->accounts.front().pubkey.to_string();
                                        }
                                        reactor->stop();
                                    });
        reactor->run();
        ASSERT_FALSE(pool.empty());
        client.request_airdrop(wallet, kUpkeepFunds, [&](rpc::RpcResult<Signature> sent) {
            EXPECT_TRUE(sent);
            reactor->stop();
        });
        reactor->run();
        Lamports funded;
        for (int look = 0; look < 300 && funded.is_zero(); ++look) {
            client.get_balance(wallet, Commitment::Finalized,
                               [&](rpc::RpcResult<rpc::Balance> balance) {
                                   funded = balance ? balance->lamports : Lamports{};
                                   reactor->schedule_after(std::chrono::milliseconds{100},
                                                           [&] { reactor->stop(); });
                               });
            reactor->run();
        }
        ASSERT_FALSE(funded.is_zero()) << "not final within 300 looks, 100 ms apart";
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
    [[nodiscard]] Told tables(app::TablesAction action) const {
        return tell([&] { return app::tables_command(action, arguments); });
    }
    [[nodiscard]] Told nonce(app::NonceAction action) const {
        return tell([&] { return app::nonce_command(action, arguments); });
    }
    // The first value of that member.
    [[nodiscard]] static std::string member(const std::string& json, const std::string& name) {
        const std::string before = "\"" + name + "\":\"";
        const auto at = json.find(before);
        return at == std::string::npos
                   ? ""
                   : json.substr(at + before.size(),
                                 json.find('"', at + before.size()) - at - before.size());
    }

    app::ClusterThread cluster_thread;
    app::ClusterUrls urls;
    std::string directory, pool;
    Pubkey wallet;
    app::UpkeepArguments arguments;
};

TEST_F(UpkeepCommand, MakesTablesAndNoncesThroughTheProcessWithTheKeyAndShowsThemByTwoEndpoints) {
    start_cluster();
    write_settings(urls.nodes, pool);
    Told told = tables(app::TablesAction::Extend);
    EXPECT_EQ(told.code, 1);
    EXPECT_NE(told.err.find("make one with `tables create`"), std::string::npos) << told.err;
    told = tables(app::TablesAction::Create);
    ASSERT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.err.find("has the key of " + wallet.to_string()), std::string::npos) << told.err;
    EXPECT_NE(told.out.find(R"("missing":0)"), std::string::npos) << told.out;
    EXPECT_NE(told.out.find(R"("what":"table creation")"), std::string::npos) << told.out;
    const std::string table = member(told.out, "table");
    told = tables(app::TablesAction::Create);
    EXPECT_EQ(told.code, 1);
    EXPECT_NE(told.err.find("add to it with `tables extend`"), std::string::npos) << told.err;
    told = tables(app::TablesAction::List);
    ASSERT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.out.find(R"("two_endpoints":true)"), std::string::npos) << told.out;
    EXPECT_NE(told.out.find(R"("state":"active","ours":true)"), std::string::npos) << told.out;
    // One that the daemon is told to use is not closed under it.
    write_settings(urls.nodes, pool, "[" + table + "]");
    arguments.tables = {table};
    told = tables(app::TablesAction::Close);
    EXPECT_EQ(told.code, 2);
    EXPECT_NE(told.err.find("take it out there first"), std::string::npos) << told.err;
    arguments.tables.clear();

    told = nonce(app::NonceAction::Create);
    ASSERT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.out.find(R"("rent_paid":"1447680")"), std::string::npos) << told.out;
    const std::string value = member(told.out, "value");
    told = nonce(app::NonceAction::Advance);
    ASSERT_EQ(told.code, 0) << told.err;
    EXPECT_NE(member(told.out, "value"), value);
    told = nonce(app::NonceAction::List);
    ASSERT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.out.find(R"("ours":true)"), std::string::npos) << told.out;
    told = nonce(app::NonceAction::Close);
    ASSERT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.out.find(R"("rent_refunded":"1447680")"), std::string::npos) << told.out;
    EXPECT_NE(told.out.find(R"("nonces":[])"), std::string::npos) << told.out;
}

TEST_F(UpkeepCommand, NeedsSettingsThatAreThereAndSomebodyToAsk) {
    arguments.config.clear();
    EXPECT_EQ(tables(app::TablesAction::Create).code, 2);
    arguments.config = directory + "/live.yaml";
    write_settings({{"http://127.0.0.1:9", "ws://127.0.0.1:9"}}, "");
    arguments.tables = {"no-key"};
    Told told = tables(app::TablesAction::Close);
    EXPECT_EQ(told.code, 2);
    EXPECT_NE(told.err.find("--table no-key: "), std::string::npos) << told.err;
    arguments.tables.clear();
    arguments.is_confirmed = false;
    told = nonce(app::NonceAction::Create);
    EXPECT_EQ(told.code, 2);
    EXPECT_NE(told.err.find("there is no terminal to ask on"), std::string::npos) << told.err;
}

}  // namespace
}  // namespace sniperforge
