// SPDX-License-Identifier: MIT
// An entry into a pool whose creator nobody has asked about before.
#include <gtest/gtest.h>

#include <optional>

#include "support/keys.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using sniperforge::test::key_of;

// It prices SOL, too.
const dex::test::TestPool kLaunch{.number = 1, .mint_b = solana::kUsdcMint, .creator = key_of(70)};

[[nodiscard]] config::Settings settings_with(bool is_awaited) {
    config::Settings settings;
    settings.risk.is_funder_awaited = is_awaited;
    return settings;
}

class PipelineFundersTest : public test::PipelineTest {
 protected:
    explicit PipelineFundersTest(bool is_awaited = true)
        : PipelineTest{settings_with(is_awaited)}, reader{reactor, rpc, 2, *pipeline} {
        pipeline->connect(reader);
        tell_pool(kLaunch, 1'000 * kLamportsPerSol, 100'000'000'000);
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
    }
    // What the gate says to an entry, if it denies it.
    [[nodiscard]] std::optional<DenialReason> enter() {
        heard.denials.clear();
        EXPECT_TRUE(pipeline->enter({PoolIndex{0}, Lamports{kLamportsPerSol}, BasisPoints{100}}));
        return heard.denials.empty() ? std::nullopt : std::optional{heard.denials.front()};
    }
    test::OrdersHeard heard;
    feed::FunderReader reader;
};

class PipelineUnawaitedFundersTest : public PipelineFundersTest {
 protected:
    PipelineUnawaitedFundersTest() : PipelineFundersTest{false} {}
};

TEST_F(PipelineFundersTest, TheFirstEntryAsksAndWaitsAsAnyLaterOne) {
    EXPECT_EQ(enter(), DenialReason::FunderUnknown);
    EXPECT_EQ(enter(), DenialReason::FunderUnknown);
    pipeline->on_funder(kLaunch.creator, key_of(71));
    EXPECT_EQ(enter(), std::nullopt);
}

TEST_F(PipelineFundersTest, NoEntryWaitsForAnAnswerThatWillNotCome) {
    for (std::uint32_t i = 0; i < feed::FunderReader::kWaitingMax; ++i) {
        ASSERT_TRUE(reader.look_up(key_of(1'000 + i)));
    }
    EXPECT_EQ(enter(), std::nullopt);
}

TEST_F(PipelineUnawaitedFundersTest, TheFirstEntryDoesNotWaitWhereItIsNotToldTo) {
    EXPECT_EQ(enter(), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::engine
