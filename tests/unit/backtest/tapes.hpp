// SPDX-License-Identifier: MIT
// Tapes and settings for the tests of backtests.
#pragma once

#include <gtest/gtest.h>

#include "sniperforge/backtest/adapters.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::backtest::test {

inline constexpr WallTime kTapeBegin{1'750'000'000'000'000'000};

// A token that is bought at each slot, and from `turn` on sold: up, then down.
[[nodiscard]] inline Tape up_and_down(std::size_t swaps, std::size_t turn, std::uint64_t size) {
    Tape tape;
    tape.name = "up and down";
    Pubkey mint;
    mint.bytes.fill(9);
    tape.pools.push_back(recorded_pump_swap(mint, TokenAmount{200'000'000'000'000},
                                            Lamports{80'000'000'000},
                                            {.lp = 2, .protocol = 93, .creator = 30}));
    tape.events.push_back({kTapeBegin, Slot{1}, 0, 0, 0, Direction::AToB, TapeEventKind::Appear});
    std::uint64_t a = 200'000'000'000'000, b = 80'000'000'000;
    for (std::size_t i = 0; i < swaps; ++i) {
        const auto at = kTapeBegin + kSlotNominal * static_cast<std::int64_t>(i + 1);
        if (i < turn) {
            const std::uint64_t out = mul_div_floor(a, size, b + size).value();
            tape.events.push_back({at, Slot{i + 2}, size, out, 0, Direction::BToA});
            a -= out;
            b += size;
        } else {
            const std::uint64_t in = mul_div_floor(a, size, b - size).value();
            tape.events.push_back({at, Slot{i + 2}, in, size, 0, Direction::AToB});
            a += in;
            b -= size;
        }
    }
    EXPECT_TRUE(add_sol_price(tape, SolPrices{150.0}));
    return tape;
}

// Of the swap with this number; the first one is 0.
[[nodiscard]] inline WallTime slot_time(std::int64_t swap) {
    return kTapeBegin + kSlotNominal * (swap + 1);
}

[[nodiscard]] inline config::Settings eager() {
    config::Settings settings;
    settings.arbitrage.is_enabled = settings.sniper.is_enabled = false;
    settings.momentum.bar_trades = 2;
    settings.momentum.bars = 2;
    settings.momentum.rise_min = BasisPoints{1};
    settings.risk.volatility_loss_max = {};
    settings.paper = {.balance = Lamports{10 * kLamportsPerSol},
                      .landed_after_1_percent = 100,
                      .landed_after_2_percent = 0,
                      .landed_after_3_percent = 0};
    return settings;
}

}  // namespace sniperforge::backtest::test
