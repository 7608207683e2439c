// SPDX-License-Identifier: MIT
// A pipeline with its stages, nobody at the other end of its sockets: the test says what is heard.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sniperforge/engine/order_watcher.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "support/signing_limits.hpp"
#include "unit/dex/book_support.hpp"

namespace sniperforge::engine::test {

// Where SOL is priced.
inline const dex::test::TestPool kPricedPool{.number = 1, .mint_b = solana::kUsdcMint};

// All that is told of orders.
struct OrdersHeard final : OrderWatcher {
    void on_intent(const OrderIntent& intent) override { intents.push_back(intent); }
    void on_denied(const OrderIntent&, const Denial& denial) override {
        denials.push_back(denial.reason);
    }
    void on_report(const ExecutionReport& report) override { reports.push_back(report); }
    std::vector<OrderIntent> intents;
    std::vector<DenialReason> denials;
    std::vector<ExecutionReport> reports;
};

[[nodiscard]] inline config::Settings with_drawdown_of(std::uint64_t usd) {
    config::Settings settings;
    settings.risk.drawdown_max = MicroUsd{usd * kMicroUsdPerUsd};
    return settings;
}

class PipelineTest : public ::testing::Test {
 protected:
    explicit PipelineTest(config::Settings with = {}, std::vector<rpc::Endpoint> endpoints = {})
        : directory{std::filesystem::path{::testing::TempDir()} /
                    ("sf_pipeline_" + std::to_string(::getpid()) + "_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name())},
          settings{std::move(with)},
          rpc{reactor, std::move(endpoints)} {
        std::filesystem::remove_all(directory);
        std::filesystem::create_directories(directory);
        analytics::RunInfo info;
        info.run_id = "run";
        recorder = std::move(*Recorder::open({.state_dir = directory.string(),
                                              .is_threaded = false,
                                              .settings = settings.recorder,
                                              .ring_capacity = 64},
                                             info));
        jupiter =
            execute::Jupiter::create(reactor, settings.jupiter, std::chrono::seconds{1}).value();
        connect_to(*recorder);
        pipeline->start({Lamports{10 * kLamportsPerSol}, {}}, Hash{});
    }
    ~PipelineTest() override {
        executor.reset();
        feed.reset();
        pipeline.reset();
        recorder.reset();
        std::filesystem::remove_all(directory);
    }
    // A pipeline of the settings as they are now, with all that it needs, that writes there.
    void connect_to(RecordKeeper& keeper) {
        executor.reset();
        feed.reset();
        pipeline = std::make_unique<Pipeline>(reactor, settings, keeper);
        feed =
            std::make_unique<feed::Feed>(reactor, rpc, settings.network, settings.feed, *pipeline);
        executor = std::make_unique<execute::Executor>(
            execute::ExecutorDependencies{reactor, rpc, *jupiter, signer, pipeline->book(),
                                          *pipeline},
            settings.execution);
        pipeline->connect(*feed, *executor);
    }
    void tell(const ChainUpdate& update) {
        Trace trace;
        pipeline->on_chain_update(update, trace);
    }
    // The pool with all that it needs, in slot 5.
    void tell_pool(const dex::test::TestPool& pool, std::uint64_t a, std::uint64_t b) {
        for (const auto& account : {pool.account(), dex::test::config_account(pool.config),
                                    pool.account_a(a), pool.account_b(b)}) {
            tell(account.at(5));
        }
    }
    // 100 USD.
    void tell_sol_price() { tell_pool(kPricedPool, 1'000 * kLamportsPerSol, 100'000'000'000); }

    // A transaction that failed at this price.
    void lose(std::uint64_t id, std::int64_t lamports) {
        ExecutionReport report;
        report.intent_id = IntentId{id};
        report.kind = OrderKind::Entry;
        report.outcome = Outcome::Reverted;
        report.slot = Slot{5};
        report.fill.wallet = LamportsDelta{-lamports};
        pipeline->on_report(report);
    }

    std::filesystem::path directory;
    net::VirtualReactor reactor;
    config::Settings settings;
    rpc::RpcClient rpc;
    signer::PolicySigner signer{*solana::Keypair::from_seed(std::array<std::uint8_t, 32>{7}),
                                sniperforge::test::kNoSigningLimits};
    std::unique_ptr<Recorder> recorder;
    std::unique_ptr<Pipeline> pipeline;
    std::unique_ptr<execute::Jupiter> jupiter;
    std::unique_ptr<feed::Feed> feed;
    std::unique_ptr<execute::Executor> executor;
};

}  // namespace sniperforge::engine::test
