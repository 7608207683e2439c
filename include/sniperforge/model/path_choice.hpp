// SPDX-License-Identifier: MIT
// Why an entry or an exit took the path to the chain that it took: what each path was reckoned to
// cost when it was chosen (ADR 0034).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge {

// Journals have the name. In the order in which they are preferred where they cost the same.
enum class OrderPath : std::uint8_t {
    Direct,                 // Our own instructions: one swap in the pool that the order names.
    JupiterV1Swap,          // A quote, then its transaction.
    JupiterV1Instructions,  // A quote, then its instructions.
    JupiterV2Build,         // Both at once.
    JupiterV2Order,         // Its transaction, which its own sender gets too.
};
inline constexpr std::size_t kOrderPaths = 5;
[[nodiscard]] constexpr std::string_view to_string(OrderPath path) {
    constexpr std::array<std::string_view, kOrderPaths> kNames{
        "direct", "v1_swap", "v1_instructions", "v2_build", "v2_order"};
    const auto at = static_cast<std::size_t>(path);
    return at < kNames.size() ? kNames[at] : "unknown";
}

// Whether an order can take it now; only what is open is chosen by cost.
enum class PathStanding : std::uint8_t {
    Open,
    Obstructed,    // The direct one: the pool cannot be quoted, or must not be traded so.
    Refused,       // The direct one: the token's last attempt was refused, and Jupiter answers.
    NotAnswering,  // Jupiter failed seconds ago: its breaker is open.
    NoRoom,        // The rate plan would keep the order waiting longer than a quote may take.
    NotAllowed,    // The settings pin another one.
};
inline constexpr std::size_t kPathStandings = 6;
[[nodiscard]] constexpr std::string_view to_string(PathStanding standing) {
    constexpr std::array<std::string_view, kPathStandings> kNames{
        "open", "obstructed", "refused", "not_answering", "no_room", "not_allowed"};
    const auto at = static_cast<std::size_t>(standing);
    return at < kNames.size() ? kNames[at] : "unknown";
}

// What an order by one path is expected to cost, against what the pool that decided it pays now.
struct PathCost {
    OrderPath path = OrderPath::Direct;
    PathStanding standing = PathStanding::NotAllowed;
    LamportsDelta price{};               // What it is paid less, after fees of route and platform.
    Lamports fees{};                     // Base fee, priority fee and tip of one attempt.
    std::uint64_t latency_us = 0;        // From the decision to bytes that can be sent.
    std::uint64_t delay_millislots = 0;  // That, and from there to the block: thousandths.
    Lamports delay{};                    // What so long a wait costs this trade.
    std::uint32_t failing_permille = 0;  // Of attempts.
    LamportsDelta total{};               // Of price, fees and delay, as often as it is tried.

    [[nodiscard]] bool operator==(const PathCost&) const = default;
};

struct PathChoice {
    IntentId intent_id;
    OrderPath chosen = OrderPath::Direct;
    OrderPath taken = OrderPath::Direct;  // Another one where that failed before it was signed.
    Lamports notional{};                  // What is spent, or what is expected for what is sold.
    Lamports slot_price{};                // What a slot of waiting costs this trade.
    std::array<PathCost, kOrderPaths> costs{};  // By OrderPath.

    [[nodiscard]] bool operator==(const PathChoice&) const = default;
};

}  // namespace sniperforge
