// SPDX-License-Identifier: MIT
// Orders, their reports and their fills, for the tests of the portfolio.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "sniperforge/core/archive.hpp"
#include "sniperforge/model/archive.hpp"
#include "sniperforge/portfolio/portfolio.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::portfolio::test {

inline constexpr std::uint64_t kStart = 10 * kLamportsPerSol;
inline constexpr std::uint64_t kFee = 9'000;
inline constexpr std::uint64_t kRent = 2'039'280;
// 2026-01-01 00:00:00 UTC.
inline constexpr WallTime kNewYear{1'767'225'600'000'000'000};
inline constexpr Duration kDay = std::chrono::hours{24};

using sniperforge::test::key_of;
inline const Pubkey kToken = key_of(7);

// What this version writes, whatever it is.
inline constexpr std::uint64_t kLayoutNewest = kU64Max;

// As a checkpoint of before kLayoutWithBoughtCost has the position.
inline void forget_bought_cost(Bytes& bytes, const PositionView& view) {
    ArchiveWriter both{Duration{0}};
    both(view.missing, view.is_exit_in_flight, view.bought, view.bought_cost);
    const auto found = std::ranges::search(bytes, both.bytes());
    ASSERT_FALSE(found.empty());
    bytes.erase(found.end() - sizeof(std::uint64_t), found.end());
}

[[nodiscard]] inline OrderIntent entry_intent(std::uint64_t id, const Pubkey& mint = kToken) {
    OrderIntent intent;
    intent.intent_id = IntentId{id};
    intent.strategy = StrategyId::Sniper;
    intent.kind = OrderKind::Entry;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = mint;
    intent.amount_in = TokenAmount{100'000'000};
    intent.spend_max = Lamports{105'000'000};
    intent.pool = PoolIndex{3};
    return intent;
}

[[nodiscard]] inline OrderIntent exit_intent(std::uint64_t id, PositionId position) {
    OrderIntent intent;
    intent.intent_id = IntentId{id};
    intent.strategy = StrategyId::Sniper;
    intent.kind = OrderKind::Exit;
    intent.exit_reason = ExitReason::TakeProfit;
    intent.position_id = position;
    intent.mint_in = kToken;
    intent.mint_out = solana::kWrappedSolMint;
    intent.spend_max = Lamports{4'000'000};
    return intent;
}

[[nodiscard]] inline OrderIntent cycle_intent(std::uint64_t id) {
    OrderIntent intent;
    intent.intent_id = IntentId{id};
    intent.strategy = StrategyId::Arbitrage;
    intent.kind = OrderKind::Cycle;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = solana::kWrappedSolMint;
    intent.amount_in = TokenAmount{200'000'000};
    intent.leg_count = 2;
    intent.spend_max = Lamports{205'000'000};
    return intent;
}

[[nodiscard]] inline ExecutionReport report_of(const OrderIntent& intent, Outcome outcome) {
    ExecutionReport report = report_on(intent);
    report.outcome = outcome;
    report.slot = Slot{55};
    report.settled_at = MonoTime{77};
    return report;
}

// What the wallet lost or won, fees and rent included, and what the token account did.
struct Moves {
    std::int64_t wallet = 0;
    std::uint64_t rent_paid = 0;
    std::uint64_t rent_refunded = 0;
    std::int64_t tokens = 0;
};

[[nodiscard]] inline Fill fill_of(const Moves& moves, const Pubkey& mint = kToken) {
    Fill fill;
    fill.wallet = LamportsDelta{moves.wallet};
    fill.base_fee = Lamports{5'000};
    fill.priority_fee = Lamports{4'000};
    fill.rent_paid = Lamports{moves.rent_paid};
    fill.rent_refunded = Lamports{moves.rent_refunded};
    if (moves.tokens != 0) {
        fill.tokens = {{mint, TokenDelta{moves.tokens}}};
    }
    return fill;
}

class PortfolioTest : public ::testing::Test {
 protected:
    PortfolioTest() { portfolio.start({Lamports{kStart}, {}}, kNewYear); }

    std::vector<PositionEvent> settle(const OrderIntent& intent, Outcome outcome, const Fill& fill,
                                      WallTime now = kNewYear) {
        portfolio.order_submitted(intent);
        auto report = report_of(intent, outcome);
        report.fill = fill;
        return portfolio.apply(report, now);
    }
    // 1,000 tokens for 0.1 SOL, fees and rent on top.
    PositionId buy(std::uint64_t id = 1, const Pubkey& mint = kToken) {
        const auto events = settle(
            entry_intent(id, mint), Outcome::Landed,
            fill_of({-static_cast<std::int64_t>(100'000'000 + kFee + kRent), kRent, 0, 1'000},
                    mint));
        EXPECT_EQ(events.size(), 1U);
        return std::get<PositionOpened>(events.at(0)).position_id;
    }
    [[nodiscard]] const PositionView& only() const {
        EXPECT_EQ(portfolio.positions().size(), 1U);
        return portfolio.positions().front();
    }
    [[nodiscard]] Exposure exposure(const OrderIntent& intent, WallTime now = kNewYear) const {
        return portfolio.exposure(intent, now);
    }

    Portfolio portfolio;
};

}  // namespace sniperforge::portfolio::test
