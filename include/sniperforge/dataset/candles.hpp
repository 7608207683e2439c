// SPDX-License-Identifier: MIT
// Recorded price bars of an exchange: ts_ms, open, high, low, close, volume.
#pragma once

#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dataset/reading.hpp"

namespace sniperforge::dataset {

// Prices in the quote currency. They are what others paid elsewhere, never an amount of ours.
struct Candle {
    WallTime opened_at;
    double open = 0, high = 0, low = 0, close = 0;
    double volume = 0;  // In units of the base.
};
// Bars rise in time by the interval; each larger step is one break.
[[nodiscard]] Result<Reading<Candle>> read_candles(std::string_view text, Duration interval);

}  // namespace sniperforge::dataset
