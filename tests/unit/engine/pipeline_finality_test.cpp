// SPDX-License-Identifier: MIT
// What the pipeline does when a fill becomes final, and when its block was dropped: the books, the
// store, and whether anything may be bought.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "support/signing_limits.hpp"
#include "unit/dex/book_support.hpp"

namespace sniperforge::engine {
namespace {

namespace fs = std::filesystem;

constexpr Lamports kStart{10 * kLamportsPerSol};

// Where it is traded.
const dex::test::TestPool kTraded{.number = 1, .mint_b = dex::test::key_of(7)};

[[nodiscard]] solana::Keypair wallet() {
    auto made = solana::Keypair::from_seed(std::array<std::uint8_t, solana::kSeedSize>{7});
    SF_ASSERT(made.has_value());
    return std::move(*made);
}

class PipelineFinalityTest : public ::testing::Test {
 protected:
    PipelineFinalityTest()
        : directory{fs::path{::testing::TempDir()} /
                    ("sf_pipeline_" + std::to_string(::getpid()) + "_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name())} {
        fs::remove_all(directory);
        fs::create_directories(directory);
        analytics::RunInfo run;
        run.run_id = "run";
        auto opened = Recorder::open({.state_dir = directory.string(),
                                      .is_threaded = false,
                                      .settings = settings.recorder,
                                      .ring_capacity = 64},
                                     run);
        EXPECT_TRUE(opened) << opened.error().text;
        recorder = std::move(*opened);
        pipeline = std::make_unique<Pipeline>(reactor, settings, *recorder);
        jupiter =
            execute::Jupiter::create(reactor, settings.jupiter, std::chrono::seconds{1}).value();
        feed =
            std::make_unique<feed::Feed>(reactor, rpc, settings.network, settings.feed, *pipeline);
        executor = std::make_unique<execute::Executor>(
            execute::ExecutorDependencies{reactor, rpc, *jupiter, signer, pipeline->book(),
                                          *pipeline},
            settings.execution);
        pipeline->connect(*feed, *executor);
        pipeline->start({kStart, {}}, Hash{});
        Trace trace;
        for (const auto& account :
             {kTraded.account(), dex::test::config_account(kTraded.config),
              kTraded.account_a(100'000'000'000), kTraded.account_b(1'000'000)}) {
            pipeline->on_chain_update(account.at(5), trace);
        }
        EXPECT_EQ(pipeline->book().size(), 1U);
    }
    ~PipelineFinalityTest() override {
        executor.reset();
        feed.reset();
        pipeline.reset();
        recorder.reset();
        fs::remove_all(directory);
    }

    // A purchase of 1,000 tokens for 0.1 SOL, or what became of it.
    [[nodiscard]] static ExecutionReport report(Outcome outcome) {
        ExecutionReport report;
        report.intent_id = IntentId{1};
        report.strategy = StrategyId::Sniper;
        report.kind = OrderKind::Entry;
        report.mint = kTraded.mint_b;
        report.outcome = outcome;
        report.signature.bytes.fill(3);
        if (outcome == Outcome::Landed) {
            report.slot = Slot{77};
            report.fill.wallet = LamportsDelta{-100'009'000};
            report.fill.base_fee = Lamports{5'000};
            report.fill.tokens = {{kTraded.mint_b, TokenDelta{1'000}}};
        }
        return report;
    }
    [[nodiscard]] analytics::Store::TradeRow trade() {
        EXPECT_TRUE(recorder->flush());
        auto store = analytics::Store::open((directory / "trades.sqlite").string());
        EXPECT_TRUE(store);
        const auto trades = (*store)->trades("run", 10);
        EXPECT_TRUE(trades);
        EXPECT_EQ(trades->size(), 1U);
        return trades->at(0);
    }
    [[nodiscard]] std::vector<analytics::Store::PositionRow> positions() {
        auto store = analytics::Store::open((directory / "trades.sqlite").string());
        return (*store)->positions("run", 10).value();
    }

    fs::path directory;
    net::VirtualReactor reactor;
    config::Settings settings;
    rpc::RpcClient rpc{reactor, {}};
    signer::PolicySigner signer{wallet(), sniperforge::test::kNoSigningLimits};
    std::unique_ptr<Recorder> recorder;
    std::unique_ptr<Pipeline> pipeline;
    std::unique_ptr<execute::Jupiter> jupiter;
    std::unique_ptr<feed::Feed> feed;
    std::unique_ptr<execute::Executor> executor;
};

TEST_F(PipelineFinalityTest, RecordsThatAFillIsFinal) {
    pipeline->on_report(report(Outcome::Landed));
    EXPECT_EQ(pipeline->portfolio().ledger().fills_confirmed(), 1U);
    pipeline->on_finalized({IntentId{1}, report(Outcome::Landed).signature, Slot{77}});
    EXPECT_EQ(pipeline->portfolio().ledger().fills_finalized(), 1U);
    EXPECT_EQ(pipeline->portfolio().ledger().fills_confirmed(), 0U);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_EQ(trade().finalized_slot, 77U);
}

TEST_F(PipelineFinalityTest, TakesAReversedFillOutOfTheBooksAndStopsUntilTheyAreChecked) {
    pipeline->on_report(report(Outcome::Landed));
    ASSERT_EQ(pipeline->portfolio().positions().size(), 1U);
    pipeline->on_reversed({IntentId{1}, report(Outcome::Landed).signature, Slot{77}});
    pipeline->on_report(report(Outcome::Expired));
    EXPECT_TRUE(pipeline->portfolio().positions().empty());
    EXPECT_TRUE(pipeline->portfolio().ledger().reconcile({kStart, {}}).empty());
    EXPECT_EQ(pipeline->portfolio().counters().fills[1], 0U);
    OrderIntent entry;
    entry.kind = OrderKind::Entry;
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    EXPECT_EQ(pipeline->recheck(entry)->reason, DenialReason::EngineHalted);
    pipeline->reconciled();
    EXPECT_FALSE(pipeline->is_reconciliation_due());
    EXPECT_NE(pipeline->recheck(entry)->reason, DenialReason::EngineHalted);  // Blind by now.
    const auto row = trade();
    EXPECT_EQ(row.outcome, "expired");
    EXPECT_EQ(row.wallet_lamports, 0);
    EXPECT_EQ(row.finalized_slot, 0U);
    const auto closed = positions();
    ASSERT_EQ(closed.size(), 1U);
    EXPECT_EQ(closed[0].reason, "reversed");
    EXPECT_EQ(closed[0].pnl_lamports, 0);
}

TEST_F(PipelineFinalityTest, ReplacesAnUnknownOutcomeByTheOneThatFollows) {
    pipeline->on_report(report(Outcome::Unknown));
    EXPECT_TRUE(pipeline->portfolio().positions().empty());
    pipeline->on_report(report(Outcome::Landed));
    EXPECT_EQ(pipeline->portfolio().positions().size(), 1U);
    EXPECT_EQ(trade().outcome, "landed");
}

}  // namespace
}  // namespace sniperforge::engine
