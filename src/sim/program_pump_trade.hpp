// SPDX-License-Identifier: MIT
// What a trade on the curve and one on PumpSwap have in common.
#pragma once

#include <cstdint>

#include "sim/anchor.hpp"
#include "sim/program_pump_math.hpp"

namespace sniperforge::sim::pump {

enum class TradeKind : std::uint8_t { BuyTokens, BuyQuote, Sell };

struct Wanted {
    TradeKind kind = TradeKind::BuyTokens;
    std::uint64_t amount = 0, limit = 0;
    bool is_volume_tracked = false;
};
// `zero` is the fault where nothing is wanted.
[[nodiscard]] Executed<Wanted> read_arguments(Invocation& call, TradeKind kind,
                                              const anchor::Fault& zero);

// A creator's own rate stands where the program's settings let creators have one; without a creator
// nobody is owed anything.
struct CreatorRate {
    std::uint64_t own = 0;
    bool is_configurable = false;
    Pubkey creator;
};
void apply(const CreatorRate& rate, FeeRates& rates);

}  // namespace sniperforge::sim::pump
