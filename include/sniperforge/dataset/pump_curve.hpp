// SPDX-License-Identifier: MIT
// Recordings of pump.fun's bonding curve: each trade of a few coins, and the curve's reserves of
// many coins every few seconds.
#pragma once

#include <cstdint>
#include <string_view>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dataset/reading.hpp"

namespace sniperforge::dataset {

struct CurveTrade {
    WallTime at;  // Whole seconds.
    Slot slot;
    Pubkey mint, trader, creator;
    bool is_buy = false;
    Lamports sol;        // Into or out of the curve, fees apart.
    TokenAmount tokens;  // Base units of 6 decimals.
    // After the trade.
    Lamports virtual_sol, real_sol;
    TokenAmount virtual_tokens, real_tokens;
    Lamports fee, creator_fee;
    BasisPoints fee_rate, creator_fee_rate;
};
// In the order of the chain. A break: a coin's reserves before this trade are not those after its
// trade before.
[[nodiscard]] Result<Reading<CurveTrade>> read_curve_trades(std::string_view text);

struct CurvePoll {
    WallTime at;
    Pubkey mint;
    Lamports virtual_sol;      // 30 SOL at the launch; never below.
    std::uint64_t buyers = 0;  // Different ones so far.
    Lamports bought, sold;     // So far.
};
[[nodiscard]] Result<Reading<CurvePoll>> read_curve_polls(std::string_view text);

// Of coins that were picked late on their curve.
struct CurveSnapshot {
    WallTime at;
    Pubkey mint;
    Lamports real_sol;    // 85 SOL at the graduation.
    double progress = 0;  // 0 to 1.
};
[[nodiscard]] Result<Reading<CurveSnapshot>> read_curve_snapshots(std::string_view text);

}  // namespace sniperforge::dataset
