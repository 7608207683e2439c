// SPDX-License-Identifier: MIT
// A drill's world and its wallet, on which commands that sign run with no daemon, as they do it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "app/drill_world.hpp"
#include "app/endpoints.hpp"
#include "app/signer_process.hpp"
#include "app/sim_wallet.hpp"
#include "app/withdrawal_courier.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::test {

class WorldRun : public ::testing::Test {
 protected:
    explicit WorldRun(std::uint64_t seed)
        : wallet{app::DrillWorld::wallet_of(seed)}, wallet_seed_{seed} {}

    // A world of the demo scenario.
    void start(app::DrillWorldOptions options) {
        options.seed = wallet_seed_;
        options.cluster.scenario = *sim::named_scenario("demo");
        auto made = app::DrillWorld::create(options);
        ASSERT_TRUE(made) << made.error().text;
        world = std::move(*made);
        settings = options.settings;
        app::use_simulated_cluster(settings, world->cluster());
    }

    // What a command has around its work.
    struct Job {
        net::Reactor& reactor;
        rpc::RpcClient& rpc;
        app::WalletHands hands;
        const app::CourierOptions& options;
    };
    // Its run ends in the journal unless the work fails: then it was killed.
    template <typename T>
    [[nodiscard]] Result<T> with_key(const std::function<Result<T>(const Job&)>& work,
                                     std::function<bool()> is_stop_requested = {}) {
        net::Reactor& reactor = world->reactor();
        auto history = world->history();
        auto key = app::sim_wallet(wallet_seed_);
        if (!history || !key) {
            return fail("no history or no key");
        }
        rpc::RpcClient rpc{reactor, app::endpoints_of(settings.network)};
        signer::PolicySigner signer{std::move(*key), app::signing_limits(settings)};
        auto recorder = open_recorder(std::move(history->signed_before));
        if (!recorder) {
            return Err{recorder.error()};
        }
        const app::CourierOptions options{.wallet = wallet,
                                          .execution = settings.execution,
                                          .is_stop_requested = std::move(is_stop_requested)};
        auto result = work({reactor, rpc, {signer, **recorder, *history}, options});
        if (result) {
            (*recorder)->record(engine::RunStopped{}, reactor.wall_now());
        }
        (void)(*recorder)->close(reactor.wall_now(), "{}");
        return result;
    }
    [[nodiscard]] Result<std::unique_ptr<engine::Recorder>> open_recorder(
        std::vector<engine::OrderAhead> signed_before = {}) {
        const std::string directory =
            std::filesystem::path{world->journal_path()}.parent_path().string();
        std::filesystem::create_directories(directory);
        analytics::RunInfo info;
        info.run_id = "command-" + std::to_string(++runs_);
        return engine::Recorder::open(
            {.state_dir = directory,
             .run = {info.run_id, "test", "first start of the machine", wallet},
             .signed_before = std::move(signed_before),
             .is_threaded = false,
             .settings = settings.recorder},
            info);
    }

    [[nodiscard]] sim::Chain& chain() { return world->cluster().chain(); }
    [[nodiscard]] std::uint64_t lamports_of(const Pubkey& key) {
        const sim::Account* account = chain().account(key);
        return account == nullptr ? 0 : account->lamports.raw();
    }
    void fund(Lamports funds) {
        chain().put_account(wallet, {funds, solana::kSystemProgram, false, {}});
    }
    // What was put there, or sent, is final then.
    void let_it_settle(Duration duration = std::chrono::seconds{20}) {
        app::let_pass(world->reactor(), duration);
    }

    // A daemon that starts now finds its books equal to the chain, without having taken anything
    // over from it or suspecting anybody.
    void expect_daemon_agrees(Duration life) {
        const auto next = world->live(life);
        ASSERT_TRUE(next) << next.error().text;
        EXPECT_EQ(next->error, "");
        EXPECT_FALSE(next->is_unproven);
        EXPECT_FALSE(next->is_short());
        EXPECT_EQ(next->report.mismatch_lamports, 0U);
        EXPECT_EQ(next->report.mismatch_tokens, 0U);
        const auto after = world->history();
        ASSERT_TRUE(after);
        EXPECT_FALSE(after->doubt);
        EXPECT_TRUE(after->withdrawals_open.empty());
        const auto read = journal::read_journal(world->journal_path(), [](const auto& record) {
            EXPECT_EQ(record.body.find("is taken over"), std::string::npos) << record.body;
            EXPECT_EQ(record.body.find("no order of ours explains"), std::string::npos)
                << record.body;
        });
        EXPECT_TRUE(read);
    }

    std::unique_ptr<app::DrillWorld> world;
    config::Settings settings;
    const Pubkey wallet;

 private:
    std::uint64_t wallet_seed_;
    int runs_ = 0;
};

}  // namespace sniperforge::test
