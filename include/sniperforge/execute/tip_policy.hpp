// SPDX-License-Identifier: MIT
// What an order tips, by the settings: of what a lane asks for and what is known of the tips that
// landed. One rule for the executor, for paper and for tapes.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/execute/offer.hpp"

namespace sniperforge::execute {

// What is left for a tip beside the least priority fee of a swap.
[[nodiscard]] Lamports tip_room(const config::ExecutionSettings& settings);
// The wanted tip times the factor (in percent), within that room; zero where what the lane asks for
// is above it. The tip goes before a higher price: without it the lane takes nothing.
[[nodiscard]] Lamports tip_within(const TipRange& tip, std::uint32_t factor,
                                  const config::ExecutionSettings& settings);
// Of the first lane, while the tips that landed are not known: its floor. Nothing: there is none.
[[nodiscard]] std::optional<TipRange> tip_floor_of(const config::ExecutionSettings& settings);

}  // namespace sniperforge::execute
