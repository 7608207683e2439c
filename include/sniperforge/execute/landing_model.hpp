// SPDX-License-Identifier: MIT
// When an order that nobody sends would have landed. A model: its figures are settings, and how far
// live orders are from them is for reports to say.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::execute {

// Slots after the decision in which a block takes the order; nothing: none does. The same seed and
// order give the same answer, whatever else was asked.
[[nodiscard]] inline std::optional<std::uint32_t> landing_of(const config::PaperSettings& settings,
                                                             std::uint64_t seed, IntentId order) {
    constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;  // Neighbouring orders draw apart.
    const std::uint64_t drawn = Rng{seed ^ (order.value * kOdd)}.below(100);
    std::uint64_t below = settings.landed_after_1_percent;
    if (drawn < below) {
        return 1;
    }
    below += settings.landed_after_2_percent;
    if (drawn < below) {
        return 2;
    }
    below += settings.landed_after_3_percent;
    return drawn < below ? std::optional{3U} : std::nullopt;
}

// Whether somebody else takes it in one of so many slots, each with this chance in percent.
[[nodiscard]] inline bool is_taken_within(std::uint32_t slots, std::uint32_t percent,
                                          std::uint64_t seed, IntentId order) {
    constexpr std::uint64_t kOther = 0xc2b2'ae3d'27d4'eb4f;  // Apart from the landing's draw.
    Rng rng{seed ^ (order.value * kOther)};
    for (std::uint32_t i = 0; i < slots; ++i) {
        if (rng.below(100) < percent) {
            return true;
        }
    }
    return false;
}

}  // namespace sniperforge::execute
