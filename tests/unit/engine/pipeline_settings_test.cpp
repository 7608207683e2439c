// SPDX-License-Identifier: MIT
// Settings that change while the pipeline runs: every stage goes by the new ones from then on.
#include <gtest/gtest.h>

#include "sniperforge/solana/pda.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

const dex::test::TestPool kHeldIn{.number = 4, .mint_b = dex::test::key_of(9)};

class PipelineSettingsTest : public test::PipelineTest {
 protected:
    PipelineSettingsTest() {
        tell_sol_price();
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
    }
    [[nodiscard]] std::optional<DenialReason> enter(std::uint64_t lamports) {
        heard.denials.clear();
        EXPECT_TRUE(pipeline->enter({PoolIndex{0}, Lamports{lamports}, BasisPoints{100}}));
        return heard.denials.empty() ? std::nullopt : std::optional{heard.denials[0]};
    }
    void hold() {
        tell_pool(kHeldIn, 100 * kLamportsPerSol, 1'000'000'000'000);
        pipeline->go_live();
        ExecutionReport bought;
        bought.intent_id = IntentId{100};
        bought.strategy = StrategyId::Sniper;
        bought.kind = OrderKind::Entry;
        bought.mint = kHeldIn.mint_b;
        bought.outcome = Outcome::Landed;
        bought.slot = Slot{5};
        bought.fill.wallet = LamportsDelta{-100'005'000};
        bought.fill.tokens = {{kHeldIn.mint_b, TokenDelta{1'000'000'000}}};
        pipeline->on_report(bought);
    }
    test::OrdersHeard heard;
};

// 100 USD a trade are one SOL here.
TEST_F(PipelineSettingsTest, TheGateGoesByTheNewLimitsToTheLamport) {
    EXPECT_EQ(enter(kLamportsPerSol), std::nullopt);
    settings.risk.capital_max = MicroUsd{50 * kMicroUsdPerUsd};
    EXPECT_EQ(enter(kLamportsPerSol), std::nullopt) << "nobody was told yet";
    pipeline->settings_changed();
    EXPECT_EQ(enter(kLamportsPerSol / 2 + 1), DenialReason::CapitalExceeded);
    EXPECT_EQ(enter(kLamportsPerSol / 2), std::nullopt);
}

TEST_F(PipelineSettingsTest, WhatATradeMayTakeIsThatOfNow) {
    settings.risk.trade_max = MicroUsd{50 * kMicroUsdPerUsd};
    pipeline->settings_changed();
    EXPECT_EQ(enter(kLamportsPerSol), std::nullopt);
    EXPECT_EQ(heard.intents.back().spend_max, Lamports{kLamportsPerSol / 2});
}

TEST_F(PipelineSettingsTest, WhatIsHeldIsSoldByTheExitsOfNow) {
    sell_by_time_alone(settings.exits, std::chrono::seconds{600});
    pipeline->settings_changed();
    hold();
    tell(kHeldIn.account_a(60 * kLamportsPerSol).at(6));
    tell(kHeldIn.account_b(1'700'000'000'000).at(6));  // Most of it is lost.
    EXPECT_TRUE(heard.intents.empty());
    settings.exits.stop_loss = BasisPoints{800};
    pipeline->settings_changed();
    pipeline->on_tick(reactor.now());
    ASSERT_EQ(heard.intents.size(), 1U);
    EXPECT_EQ(heard.intents[0].exit_reason, ExitReason::StopLoss);
}

// A token that was refused for what is allowed now is not any more.
TEST_F(PipelineSettingsTest, TokensAreJudgedByTheNewPolicyAtOnce) {
    pipeline->go_live();
    const dex::test::TestPool fresh{.number = 7, .mint_b = dex::test::key_of(90)};
    tell_pool(fresh, 50 * kLamportsPerSol, 700'000'000);
    const auto data = solana::encode_mint({.mint_authority = dex::test::key_of(91),
                                           .supply = TokenAmount{1'000'000'000},
                                           .decimals = 6,
                                           .freeze_authority = {}});
    tell(AccountUpdate{Slot{5}, fresh.mint_b, solana::kTokenProgram, Lamports{1}, data});
    const auto finding = [&] {
        const auto verdict =
            pipeline->safety().verdict_of(fresh.mint_b, {.unix_time = 0, .slot = 5}, Slot{5});
        const SafetyCode code = verdict->refusing()->code;
        return code;
    };
    EXPECT_EQ(finding(), SafetyCode::MintAuthority);
    settings.sniper.is_mint_authority_allowed = true;
    pipeline->settings_changed();
    EXPECT_NE(finding(), SafetyCode::MintAuthority);
}

}  // namespace
}  // namespace sniperforge::engine
