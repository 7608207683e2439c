// SPDX-License-Identifier: MIT
// Does a rule know what it cannot know? On prices without a trend no rule earns anything, net of
// costs. One that does has read a price before it could have traded there, or its evaluation has.
// One market sees one way of looking ahead, so that several are asked.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sniperforge/analytics/performance.hpp"
#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

enum class Leakage : std::uint8_t {
    NotFound,   // The interval of the mean net return does not lie above 0. No proof of anything.
    Found,      // It does: nothing that this rule or its evaluation says may be believed.
    Undecided,  // There is no interval. A check that could not be made is not passed.
};
[[nodiscard]] std::string_view to_string(Leakage leakage);

struct LeakageCheck {
    std::string market;  // Whose prices have no trend.
    Leakage leakage = Leakage::Undecided;
    std::uint64_t trades = 0;
    Measured<Estimate> net_bps = std::unexpected{Lack::NoTrades};
};
// `trendless` is what the rule did on a market whose prices are known to have no trend.
[[nodiscard]] LeakageCheck leakage_check(std::string market, const Sample& trendless,
                                         const Resampling& how);
// Found on one of the markets is found; undecided on one is not passed. There is one or more.
[[nodiscard]] const LeakageCheck& gravest(std::span<const LeakageCheck> checks);
// The verdict with its figures, as a sentence.
[[nodiscard]] std::string leakage_text(const LeakageCheck& check);

}  // namespace sniperforge::analytics
