// SPDX-License-Identifier: MIT
// What became of coins: hourly bars after graduation, how far they came on their curve, and the
// simulated trades of somebody else's sniper.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dataset/reading.hpp"

namespace sniperforge::dataset {

// Of one coin, in USD.
struct CoinCandle {
    Pubkey mint;
    WallTime created_at;  // Of the coin.
    WallTime opened_at;   // Of the bar; whole hours.
    double open = 0, high = 0, low = 0, close = 0;
    double volume = 0;
};
// Bars of a coin rise in time; each step above an hour is one break (nobody traded, or it is
// missing).
[[nodiscard]] Result<Reading<CoinCandle>> read_coin_candles(std::string_view text);

struct CurveOutcome {
    Pubkey mint;
    WallTime created_at;
    bool is_graduated = false;
    Lamports real_sol;         // When it was last watched,
    double watched_s = 0;      // so many seconds after the first time.
    double progress = 0;       // 0 to 1.
    std::string ended_reason;  // Why the recorder stopped watching.
};
[[nodiscard]] Result<Reading<CurveOutcome>> read_curve_outcomes(std::string_view text);

// Simulated on live curves. Fills without impact of its own flatter.
struct SniperTrade {
    Pubkey mint;
    WallTime opened_at, closed_at;
    Lamports cost, proceeds;
    std::string exit_reason;
};
// A trade that was still open when the recording ended has no result: it is malformed.
[[nodiscard]] Result<Reading<SniperTrade>> read_sniper_trades(std::string_view text);

}  // namespace sniperforge::dataset
