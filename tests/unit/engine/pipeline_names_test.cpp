// SPDX-License-Identifier: MIT
// Classic mints of different deployers that call themselves the same in their metadata accounts.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sniperforge/solana/token_account.hpp"
#include "support/keys.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using sniperforge::test::key_of;

const dex::test::TestPool kOriginal{.number = 2, .mint_b = key_of(80), .creator = key_of(70)};
const dex::test::TestPool kCopy{.number = 3, .mint_b = key_of(81), .creator = key_of(71)};
const dex::test::TestPool kOther{.number = 4, .mint_b = key_of(82), .creator = key_of(72)};

[[nodiscard]] config::Settings names_settings(bool is_awaited, bool is_entering = true) {
    config::Settings settings;
    settings.sniper.is_enabled = settings.momentum.is_enabled = is_entering;
    settings.risk.is_funder_awaited = is_awaited;
    return settings;
}

class PipelineNamesTest : public test::PipelineTest {
 protected:
    explicit PipelineNamesTest(bool is_awaited = false, bool is_entering = true)
        : PipelineTest{names_settings(is_awaited, is_entering)},
          reader{reactor, rpc, 120, *pipeline, *pipeline} {
        pipeline->connect(reader);
        tell_sol_price();
        for (const auto* pool : {&kOriginal, &kCopy, &kOther}) {
            tell_pool(*pool, 1'000 * kLamportsPerSol, 100'000'000'000);
            const auto mint = solana::encode_mint({.mint_authority = {},
                                                   .supply = TokenAmount{200'000'000'000},
                                                   .decimals = 6,
                                                   .freeze_authority = {}});
            tell(AccountUpdate{Slot{5}, pool->mint_b, solana::kTokenProgram, Lamports{1}, mint});
        }
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
    }
    void name(const dex::test::TestPool& pool, const std::string& name, const std::string& uri) {
        pipeline->on_metadata(
            pool.mint_b, solana::MetaplexMetadata{pool.creator, pool.mint_b, name, "SYM", uri});
    }
    // What the gate says to an entry, if it denies it.
    [[nodiscard]] std::optional<DenialReason> enter(const dex::test::TestPool& pool) {
        heard.denials.clear();
        const PoolIndex index = pipeline->book().find(pool.id()).value();
        EXPECT_TRUE(pipeline->enter({index, Lamports{kLamportsPerSol / 10}, BasisPoints{100}}));
        return heard.denials.empty() ? std::nullopt : std::optional{heard.denials.front()};
    }
    // An entry into it has landed.
    void hold(const dex::test::TestPool& pool) {
        ExecutionReport report;
        report.intent_id = IntentId{1'000};
        report.strategy = StrategyId::Momentum;
        report.kind = OrderKind::Entry;
        report.mint = pool.mint_b;
        report.outcome = Outcome::Landed;
        report.slot = Slot{6};
        report.fill.wallet = LamportsDelta{-100'005'000};
        report.fill.base_fee = Lamports{5'000};
        report.fill.tokens = {{pool.mint_b, TokenDelta{1'000}}};
        pipeline->on_report(report);
    }
    test::OrdersHeard heard;
    feed::HolderReader reader;
};

class PipelineAwaitedNamesTest : public PipelineNamesTest {
 protected:
    PipelineAwaitedNamesTest() : PipelineNamesTest{true} {}
};

class PipelineUnaskedNamesTest : public PipelineNamesTest {
 protected:
    PipelineUnaskedNamesTest() : PipelineNamesTest{true, false} {}
};

TEST_F(PipelineNamesTest, TheSecondOfOneUriIsDeniedWhoeverLaunchedIt) {
    name(kOriginal, "Moon Cat", "https://ipfs.io/ipfs/QmA");
    name(kCopy, "Sun Dog", "ipfs://QmA");
    name(kOther, "Sun Dog 2", "ipfs://QmB");
    EXPECT_EQ(enter(kCopy), std::nullopt);
    hold(kOriginal);
    EXPECT_EQ(enter(kCopy), DenialReason::LaunchClusterAtLimit);
    EXPECT_EQ(enter(kOther), std::nullopt);
}

// As a funder that is not known: it counts as nobody's.
TEST_F(PipelineNamesTest, WhatIsNotKnownIsLikeNothingAndNobodyWaitsForIt) {
    name(kOriginal, "Moon Cat", "ipfs://QmA");
    pipeline->on_metadata(kCopy.mint_b, std::nullopt);
    hold(kOriginal);
    EXPECT_EQ(enter(kCopy), std::nullopt);
    EXPECT_EQ(enter(kOther), std::nullopt);
}

TEST_F(PipelineNamesTest, WhatCouldNotBeReadAgainStaysAsItWasKnown) {
    name(kOriginal, "Moon Cat", "ipfs://QmA");
    name(kCopy, "Moon Cat", "ipfs://QmC");
    pipeline->on_metadata(kCopy.mint_b, std::nullopt);
    hold(kOriginal);
    EXPECT_EQ(enter(kCopy), DenialReason::LaunchClusterAtLimit);
}

TEST_F(PipelineAwaitedNamesTest, AnEntryWaitsForTheAnswerWhereItWaitsForFunders) {
    for (const auto* pool : {&kOriginal, &kCopy}) {
        pipeline->on_funder(pool->creator, std::nullopt);
        EXPECT_EQ(enter(*pool), DenialReason::LaunchNameUnknown);
    }
    name(kOriginal, "Moon Cat", "ipfs://QmA");
    EXPECT_EQ(enter(kOriginal), std::nullopt);
    pipeline->on_metadata(kCopy.mint_b, std::nullopt);  // It has none: none will come.
    EXPECT_EQ(enter(kCopy), std::nullopt);
}

TEST_F(PipelineUnaskedNamesTest, NobodyAsksWhereNoStrategyMakesEntries) {
    pipeline->on_funder(kOriginal.creator, std::nullopt);
    EXPECT_EQ(enter(kOriginal), std::nullopt);
}

// Also of the mints that were read before.
TEST_F(PipelineUnaskedNamesTest, AReloadThatSwitchesAStrategyOnHasThemAskedFor) {
    pipeline->on_funder(kOriginal.creator, std::nullopt);
    settings.momentum.is_enabled = true;
    pipeline->settings_changed();
    EXPECT_EQ(enter(kOriginal), DenialReason::LaunchNameUnknown);
    pipeline->on_metadata(kOriginal.mint_b, std::nullopt);
    EXPECT_EQ(enter(kOriginal), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::engine
