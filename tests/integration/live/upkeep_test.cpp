// SPDX-License-Identifier: MIT
// `tables` and `nonce` as an operator types them, with the key in a process of its own, over
// loopback.
#include "integration/live/live_fixture.hpp"
#include "sniperforge/dex/venue.hpp"

namespace sniperforge {
namespace {

constexpr Lamports kUpkeepFunds{5 * kLamportsPerSol};

class UpkeepCommand : public test::SigningCommand<app::UpkeepArguments> {
 protected:
    void write_settings(const std::vector<app::ClusterUrls::Node>& nodes, const std::string& pools,
                        const std::string& tables = "[]") const {
        std::string endpoints;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            endpoints += fmt::format(
                "    - name: node{}\n      rpc_url: {}\n      pubsub_url: {}\n"
                "      requests_per_second: 1000\n",
                i, nodes[i].rpc, nodes[i].pubsub);
        }
        std::ofstream{settings_file()} << fmt::format(
            "network:\n  endpoints:\n{}"
            "wallet:\n  keypair_file: {}\nsigner:\n  process: true\n"
            "execution:\n  lookup_tables: {}\nfeed:\n  pools: [{}]\n",
            endpoints, wallet_file(), tables, pools);
    }

    // A cluster of two nodes with short slots, and a wallet with final funds.
    void start_funded() {
        sim::ClusterOptions cluster;
        cluster.seed = cluster.chain.seed = test::kSeed;
        cluster.chain.slot_duration = std::chrono::milliseconds{100};
        cluster.chain.finalized_after_slots = 8;
        cluster.nodes = 2;
        cluster.scenario = *sim::named_scenario("demo");
        start_cluster(cluster);
        test::NodeClient node{urls_.nodes.at(0).rpc};
        constexpr VenueId kVenue = VenueId::RaydiumCpmm;
        node.rpc.get_program_accounts(dex::program_of(kVenue), {dex::pool_bytes(kVenue), {}},
                                      Commitment::Confirmed,
                                      [&](rpc::RpcResult<rpc::KeyedAccounts> found) {
                                          if (found && !found->accounts.empty()) {
                                              pool = found->accounts.front().pubkey.to_string();
                                          }
                                          node.reactor->stop();
                                      });
        node.reactor->run();
        ASSERT_FALSE(pool.empty());
        fund_finally(kUpkeepFunds);
    }

    [[nodiscard]] Told tables(app::TablesAction action) const {
        return hear([&] { return app::tables_command(action, arguments); });
    }
    [[nodiscard]] Told nonce(app::NonceAction action) const {
        return hear([&] { return app::nonce_command(action, arguments); });
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

    std::string pool;
};

TEST_F(UpkeepCommand, MakesTablesAndNoncesThroughTheProcessWithTheKeyAndShowsThemByTwoEndpoints) {
    start_funded();
    write_settings(urls_.nodes, pool);
    Told told = tables(app::TablesAction::Extend);
    EXPECT_EQ(told.code, 1);
    EXPECT_NE(told.err.find("make one with `tables create`"), std::string::npos) << told.err;
    told = tables(app::TablesAction::Create);
    ASSERT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.err.find("has the key of " + address_.to_string()), std::string::npos)
        << told.err;
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
    write_settings(urls_.nodes, pool, "[" + table + "]");
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
    arguments.config = settings_file();
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
