// SPDX-License-Identifier: MIT
// Intents and an exposure that pass every rule of the gate: a test turns one knob of them.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sniperforge/risk/risk_gate.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::risk::test {

inline constexpr Lamports kSol{kLamportsPerSol};
inline constexpr MicroUsd kPrice{100 * kMicroUsdPerUsd};  // 100 USD per SOL.

using sniperforge::test::key_of;

inline const Pubkey kToken = key_of(7);

// Round numbers at 100 USD per SOL: trade 1 SOL, capital 50 SOL, of a strategy 25, of a venue 35,
// loss 5 SOL, drawdown 7.5 SOL, volume 500 SOL, liquidity 20 SOL, by one typical move 0.05 SOL.
[[nodiscard]] inline config::RiskSettings limits() {
    config::RiskSettings limits;
    limits.capital_max = MicroUsd{5'000 * kMicroUsdPerUsd};
    limits.trade_max = MicroUsd{100 * kMicroUsdPerUsd};
    limits.strategy_capital_max = MicroUsd{2'500 * kMicroUsdPerUsd};
    limits.venue_capital_max = MicroUsd{3'500 * kMicroUsdPerUsd};
    limits.creator_positions_max = 2;
    limits.launch_positions_max = 2;
    limits.funder_positions_max = 2;
    limits.correlated_positions_max = 2;
    limits.correlation_percent = 80;
    limits.volatility_loss_max = MicroUsd{5 * kMicroUsdPerUsd};
    limits.kelly_trades_min = 100;
    limits.kelly_fraction_percent = 25;
    limits.daily_loss_max = MicroUsd{500 * kMicroUsdPerUsd};
    limits.drawdown_max = MicroUsd{750 * kMicroUsdPerUsd};
    limits.losing_streak_max = 4;
    limits.losing_streak_cooldown = std::chrono::seconds{900};
    limits.daily_volume_max = MicroUsd{50'000 * kMicroUsdPerUsd};
    limits.positions_max = 3;
    limits.liquidity_min = MicroUsd{2'000 * kMicroUsdPerUsd};
    limits.liquidity_per_trade = 40;
    limits.price_impact_max = BasisPoints{200};
    limits.slippage_max = BasisPoints{300};
    limits.exit_slippage_max = BasisPoints{2'000};
    limits.data_age_slots_max = 8;
    limits.entry_cost_max = BasisPoints{500};
    limits.exit_reserve = Lamports{50'000'000};
    return limits;
}

struct Question {
    config::RiskSettings limits = test::limits();
    OrderIntent intent;
    Exposure exposure;

    [[nodiscard]] Result<ApprovedOrder, Denial> check() const {
        RiskGate gate{limits};
        return gate.check(intent, exposure, MonoTime{42});
    }
    // Nothing when approved.
    [[nodiscard]] std::optional<DenialReason> denial() const {
        const auto checked = check();
        return checked ? std::nullopt : std::optional{checked.error().reason};
    }
    // What it says to people; empty when approved.
    [[nodiscard]] std::string detail() const {
        const auto checked = check();
        return checked ? std::string{} : checked.error().detail;
    }
};

[[nodiscard]] inline Exposure calm() {
    Exposure exposure;
    exposure.wallet = Lamports{100 * kLamportsPerSol};
    exposure.sol_price = kPrice;
    exposure.slot_latest = Slot{1'000};
    exposure.state = TradingState::Active;
    exposure.cause = StateCause::NoneStands;
    return exposure;
}

[[nodiscard]] inline Question entry() {
    Question setup;
    setup.intent.intent_id = IntentId{1};
    setup.intent.strategy = StrategyId::Sniper;
    setup.intent.kind = OrderKind::Entry;
    setup.intent.mint_in = solana::kWrappedSolMint;
    setup.intent.mint_out = kToken;
    setup.intent.amount_in = TokenAmount{400'000'000};
    setup.intent.receive_min = TokenAmount{1'000};
    setup.intent.spend_max = Lamports{404'000'000};
    setup.intent.cost_expected = Lamports{4'000'000};
    setup.intent.slippage_max = BasisPoints{200};
    setup.intent.price_impact = BasisPoints{50};
    setup.intent.pool_liquidity = Lamports{200 * kLamportsPerSol};
    setup.intent.decided_at = Slot{1'000};
    setup.intent.slots_valid = 8;
    setup.exposure = calm();
    return setup;
}

[[nodiscard]] inline Question exit() {
    Question setup;
    setup.intent.intent_id = IntentId{1};
    setup.intent.kind = OrderKind::Exit;
    setup.intent.exit_reason = ExitReason::StopLoss;
    setup.intent.position_id = PositionId{5};
    setup.intent.mint_in = kToken;
    setup.intent.mint_out = solana::kWrappedSolMint;
    setup.intent.amount_in = TokenAmount{1'000};
    setup.intent.receive_min = TokenAmount{1};
    setup.intent.spend_max = Lamports{4'000'000};
    setup.intent.slippage_max = BasisPoints{300};
    setup.intent.decided_at = Slot{1'000};
    setup.intent.slots_valid = 1;
    setup.exposure = calm();
    setup.exposure.holding = TokenAmount{1'000};
    return setup;
}

[[nodiscard]] inline Question cycle() {
    Question setup;
    setup.intent.intent_id = IntentId{1};
    setup.intent.strategy = StrategyId::Arbitrage;
    setup.intent.kind = OrderKind::Cycle;
    setup.intent.mint_in = solana::kWrappedSolMint;
    setup.intent.mint_out = solana::kWrappedSolMint;
    setup.intent.amount_in = TokenAmount{400'000'000};
    setup.intent.receive_min = TokenAmount{400'100'000};
    setup.intent.spend_max = Lamports{404'000'000};
    setup.intent.leg_count = 2;
    setup.intent.decided_at = Slot{1'000};
    setup.intent.slots_valid = 2;
    setup.exposure = calm();
    return setup;
}

}  // namespace sniperforge::risk::test
