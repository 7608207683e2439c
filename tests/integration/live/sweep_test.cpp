// SPDX-License-Identifier: MIT
// `rescue sweep` as an operator types it, with the key in a process of its own, over loopback.
#include "integration/live/live_fixture.hpp"

namespace sniperforge {
namespace {

constexpr std::string_view kEqual = "after the restart the ledger equals";

constexpr Lamports kSweepFunds{5 * kLamportsPerSol};

class SweepCommand : public test::SigningCommand<app::SweepArguments> {
 protected:
    void SetUp() override {
        SigningCommand::SetUp();
        const auto cold_key = solana::Keypair::generate();
        ASSERT_TRUE(cold_key);
        cold = cold_key->public_key();
    }

    void write_settings(const std::string& rpc, const std::string& pubsub,
                        const std::string& cold_address) const {
        std::ofstream{settings_file()} << fmt::format(
            "network:\n  endpoints:\n    - name: node\n      rpc_url: {}\n      pubsub_url: {}\n"
            "      requests_per_second: 1000\n"
            "wallet:\n  keypair_file: {}\n  cold_address: \"{}\"\nsigner:\n  process: true\n",
            rpc, pubsub, wallet_file(), cold_address);
    }

    // A cluster whose blocks are final sooner than mainnet's, and a wallet with final funds.
    void start_funded() {
        sim::ClusterOptions cluster;
        cluster.seed = cluster.chain.seed = test::kSeed;
        cluster.chain.finalized_after_slots = 8;
        cluster.scenario = *sim::named_scenario("demo");
        start_cluster(cluster);
        write_settings(urls_.nodes.at(0).rpc, urls_.nodes.at(0).pubsub, cold.to_string());
        fund_finally(kSweepFunds);
    }
    void hold_what_is_bought() const {
        add_settings(
            fmt::format("jupiter:\n  url: {}\n  requests_per_second: 200\n", urls_.jupiter));
        add_settings_that_hold();
        certify();
    }

    [[nodiscard]] Told run() const {
        return hear([&] { return app::rescue_sweep_command(arguments); });
    }
    [[nodiscard]] Told trade(std::uint64_t seconds) const {
        app::RunArguments run;
        run.config = settings_file();
        run.mode = "live";
        run.is_confirmed_live = true;
        run.state_dir = state_dir();
        run.duration_s = seconds;
        run.is_json = true;
        return hear([&] { return app::run_command(run); });
    }

    Pubkey cold;
};

TEST_F(SweepCommand, MovesAllSolOnceAndThenHasNothingToDo) {
    start_funded();
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

TEST_F(SweepCommand, AnEndpointOfTwoThatCannotBeReachedStopsNoSweep) {
    start_funded();
    add_dead_endpoint();
    const Told swept = run();
    EXPECT_EQ(swept.code, 0) << swept.err;
    EXPECT_NE(swept.err.find("endpoint dead is not used"), std::string::npos) << swept.err;
    EXPECT_NE(swept.out.find(R"("amount":"4999994980")"), std::string::npos) << swept.out;
}

TEST_F(SweepCommand, MovesWhatADaemonHeldWhoseKeyIsInAnotherProcessAndTheNextOneIsEqual) {
    start_funded();
    hold_what_is_bought();
    Told bought = trade(12);
    // When the market offers something, nobody knows.
    for (int i = 0;
         i < 5 && bought.code == 0 && bought.out.find(R"("open":0,)") != std::string::npos; ++i) {
        bought = trade(60);
    }
    ASSERT_EQ(bought.code, 0) << bought.err;
    EXPECT_NE(bought.err.find("has the key of " + address_.to_string()), std::string::npos);
    ASSERT_EQ(bought.out.find(R"("open":0,)"), std::string::npos) << bought.out;
    const Told swept = run();
    ASSERT_EQ(swept.code, 0) << swept.err;
    EXPECT_NE(swept.out.find(R"("closed":true)"), std::string::npos) << swept.out;
    EXPECT_NE(swept.out.find(R"("left":[],"after":{"lamports":"0","tokens":[]})"),
              std::string::npos)
        << swept.out;
    // A reading that fails is tried again ten seconds later, which may be behind the run's end.
    Told next = trade(12);
    for (int i = 0; i < 4 && has_ended_unproven(next, kEqual); ++i) {
        next = trade(30);
    }
    ASSERT_EQ(next.code, 0) << next.err;
    EXPECT_NE(next.err.find(kEqual), std::string::npos) << next.err;
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
