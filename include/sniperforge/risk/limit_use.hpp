// SPDX-License-Identifier: MIT
// How much of each limit is used, and what is left before the gate denies an entry: the figures
// that its rules hold against each other, told without an order. What a rule asks of each order
// alone has a limit and no value.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::risk {

enum class LimitUnit : std::uint8_t { Lamports, Count, BasisPoints };
[[nodiscard]] constexpr std::string_view to_string(LimitUnit unit) {
    switch (unit) {
        case LimitUnit::Lamports:
            return "lamports";
        case LimitUnit::Count:
            return "count";
        case LimitUnit::BasisPoints:
            return "basis_points";
    }
    return "unknown";
}

struct LimitUse {
    std::string_view name;  // Of the settings' key.
    std::string_view of{};  // The strategy or venue that it is about; empty: of everything.
    std::optional<DenialReason> denial{};  // Nothing: nobody is denied, less is done.
    LimitUnit unit = LimitUnit::Lamports;
    std::optional<std::uint64_t> value{};  // Nothing: each order is asked for its own.
    std::optional<std::uint64_t> limit{};  // Nothing: nobody knows what a SOL is worth.
    bool is_floor = false;                 // The value must stay above the limit, not below.
    bool is_lifted = false;                // The value may stand at the limit for now.

    // What an order may still add (to a floor: take away); nothing where either is not known.
    [[nodiscard]] std::optional<std::uint64_t> left() const {
        if (!value || !limit) {
            return std::nullopt;
        }
        const std::uint64_t larger = is_floor ? *value : *limit;
        const std::uint64_t smaller = is_floor ? *limit : *value;
        return larger > smaller ? larger - smaller : 0;
    }
    // No entry passes.
    [[nodiscard]] bool is_reached() const { return left() == 0U && !is_lifted; }
};

// At stake: of each strategy, and of the venue that has the most.
struct Stakes {
    std::array<Lamports, kStrategyCount> strategies{};
    Lamports venue;
    std::optional<VenueId> venue_staked{};
};

// In the order of the gate's rules. `exposure` is that of no order in particular.
[[nodiscard]] std::vector<LimitUse> limits_in_use(const config::RiskSettings& limits,
                                                  const Exposure& exposure, const Stakes& stakes);

}  // namespace sniperforge::risk
