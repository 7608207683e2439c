// SPDX-License-Identifier: MIT
// When the pipeline proposes sweeps, and what the gate is told of them.
#include <gtest/gtest.h>

#include "sniperforge/solana/program_ids.hpp"
#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::engine {
namespace {

using dex::test::key_of;
using std::chrono::seconds;

constexpr Lamports kLocked{2'039'280};

class PipelineSweepsTest : public test::PipelineTest {
 protected:
    PipelineSweepsTest() {
        pipeline->start({Lamports{10 * kLamportsPerSol},
                         {},
                         {{key_of(7), solana::kTokenProgram, true, kLocked},
                          {key_of(8), solana::kToken2022Program, true, kLocked}}},
                        Hash{});
    }
    void tick(Duration duration) {
        for (const MonoTime end = reactor.now() + duration; reactor.now() < end;) {
            reactor.run_until(reactor.now() + seconds{1});
            pipeline->on_tick(reactor.now());
        }
    }
    [[nodiscard]] std::uint64_t proposed() const {
        return pipeline->counters().intents[static_cast<std::size_t>(StrategyId::Housekeeping)];
    }
};

// The executor has no blockhash here: each is rejected, recorded, and tried again after a longer
// wait.
TEST_F(PipelineSweepsTest, ProposesEveryResidueOnceAnIntervalWhileItIsLive) {
    tick(seconds{200});
    EXPECT_EQ(proposed(), 0U);
    pipeline->go_live();
    tick(seconds{60});
    EXPECT_EQ(proposed(), 0U);  // The first interval begins with the first tick.
    tick(seconds{1});
    EXPECT_EQ(proposed(), 2U);
    EXPECT_EQ(pipeline->portfolio().in_flight(), 0U);
    EXPECT_EQ(executor->statistics().rejected, 2U);
    tick(seconds{60});
    EXPECT_EQ(proposed(), 2U);
    EXPECT_EQ(pipeline->sweeps_left().waiting, 2U);
    tick(seconds{60});
    EXPECT_EQ(proposed(), 4U);
}

TEST_F(PipelineSweepsTest, ProposesNothingOnceItIsHalted) {
    pipeline->go_live();
    tick(seconds{30});
    pipeline->halt();
    tick(seconds{120});
    EXPECT_EQ(proposed(), 0U);
}

TEST_F(PipelineSweepsTest, SweepsNothingWhileTheBooksAreInDoubt) {
    pipeline->go_live();
    pipeline->on_reversed({IntentId{1}, Signature{}, Slot{5}});
    tick(seconds{61});
    EXPECT_EQ(proposed(), 2U);
    EXPECT_EQ(executor->statistics().submitted, 0U);
    EXPECT_EQ(pipeline->counters().denials[static_cast<std::size_t>(DenialReason::EngineHalted)],
              2U);
}

// ---- While a cycle is on its way ----

const dex::test::TestPool kCheap{.venue = VenueId::RaydiumAmmV4, .number = 1, .mint_b = key_of(7)};
const dex::test::TestPool kDear{.number = 2, .mint_b = key_of(7)};
const dex::test::TestPool kDollars{.number = 3, .mint_b = solana::kUsdcMint, .config = key_of(10)};

class PipelineCycleTest : public PipelineSweepsTest {
 protected:
    // A node that takes everything and never tells what became of it.
    PipelineCycleTest() {
        node.answer = [](const sniperforge::test::RpcRequest& request) {
            using sniperforge::test::result_of;
            if (request.method == "getLatestBlockhash") {
                return result_of(
                    request,
                    fmt::format(
                        R"({{"context":{{"slot":1}},"value":{{"blockhash":"{}","lastValidBlockHeight":200}}}})",
                        key_of(55).to_string()));
            }
            if (request.method == "getMinimumBalanceForRentExemption") {
                return result_of(request, fmt::format("{}", kLocked.raw()));
            }
            if (request.method == "getEpochInfo") {
                return result_of(request, R"({"absoluteSlot":60,"blockHeight":50})");
            }
            if (request.method == "sendTransaction") {
                return result_of(request, fmt::format("\"{}\"", Signature{}.to_string()));
            }
            return sniperforge::test::error_of(request, -32'005, "behind");
        };
        executor = std::make_unique<execute::Executor>(
            execute::ExecutorDependencies{reactor, client, *jupiter, signer, pipeline->book(),
                                          *pipeline},
            settings.execution);
        pipeline->connect(*feed, *executor);
        executor->start();
        reactor.run_until(reactor.now() + seconds{1});
        tell(FeedRestored{"a"});
        tell_pool(kDollars, 1'000 * kLamportsPerSol, 150'000'000'000);
        tell_pool(kCheap, 100 * kLamportsPerSol, 1'000'000'000'000);
        tell_pool(kDear, 100 * kLamportsPerSol, 1'000'000'000'000);
        pipeline->go_live();
    }
    ~PipelineCycleTest() override { executor.reset(); }

    sniperforge::test::FakeNode node{reactor, 1'000};
    rpc::RpcClient client{reactor, {node.endpoint()}};
};

TEST_F(PipelineCycleTest, LeavesTheTokenAloneThatItPassesThrough) {
    tick(seconds{30});
    // Somebody bought the token there: a gap of a tenth.
    tell(kDear.account_a(110 * kLamportsPerSol).at(6));
    tell(kDear.account_b(999'000'000'000).at(6));
    ASSERT_EQ(executor->statistics().sent, 1U);
    ASSERT_EQ(pipeline->portfolio().in_flight(), 1U);
    tick(seconds{32});
    EXPECT_EQ(proposed(), 1U);  // The other residue, under Token-2022.
    ASSERT_EQ(pipeline->portfolio().in_flight(), 2U);
    const auto& orders = pipeline->portfolio().orders_in_flight();
    EXPECT_EQ(orders.rbegin()->second.mint_in, key_of(8));
}

TEST_F(PipelineCycleTest, OtherwiseSweepsBothAndMeasuresNoFrameForThem) {
    tick(seconds{62});
    EXPECT_EQ(proposed(), 2U);
    EXPECT_EQ(pipeline->portfolio().in_flight(), 2U);
    EXPECT_EQ(pipeline->tick_to_send().count() + pipeline->tick_to_send_quoted().count(), 0U);
    // On their way: not proposed again.
    tick(seconds{60});
    EXPECT_EQ(proposed(), 2U);
}

}  // namespace
}  // namespace sniperforge::engine
