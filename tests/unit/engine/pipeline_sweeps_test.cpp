// SPDX-License-Identifier: MIT
// When the pipeline proposes sweeps, and what the gate is told of them.
#include <gtest/gtest.h>

#include "sniperforge/solana/program_ids.hpp"
#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

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
                          {key_of(8), solana::kToken2022Program, true, kLocked}}});
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

}  // namespace
}  // namespace sniperforge::engine
