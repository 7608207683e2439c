// SPDX-License-Identifier: MIT
// The two ways that an entry or an exit can take to the chain, and what may stand against ours.
// Which of them an order takes is decided in src/execute/executor_choice.cpp (ADR 0034), what
// stands in its way and what follows a failure in executor_paths.cpp (ADR 0019).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sniperforge/execute/jupiter.hpp"
#include "sniperforge/model/path_choice.hpp"

namespace sniperforge::execute {

enum class Path : std::uint8_t {
    Direct,   // Our own instructions: one swap in the pool that the order names.
    Jupiter,  // By one of its ways: one or two HTTP round trips.
};
[[nodiscard]] constexpr std::string_view to_string(Path path) {
    return path == Path::Direct ? "direct" : "jupiter";
}

[[nodiscard]] constexpr OrderPath order_path(Path path, JupiterApi api) {
    if (path == Path::Direct) {
        return OrderPath::Direct;
    }
    constexpr auto kFirst = static_cast<std::uint8_t>(OrderPath::JupiterV1Swap);
    return static_cast<OrderPath>(kFirst + static_cast<std::uint8_t>(api));
}

static_assert(order_path(Path::Jupiter, JupiterApi::V2Order) == OrderPath::JupiterV2Order);
// The way of Jupiter's that it is; not of the direct path.
[[nodiscard]] constexpr JupiterApi jupiter_api(OrderPath path) {
    constexpr auto kFirst = static_cast<std::uint8_t>(OrderPath::JupiterV1Swap);
    return static_cast<JupiterApi>(static_cast<std::uint8_t>(path) - kFirst);
}

// Why an order cannot, or should not, take the direct path now.
enum class DirectObstacle : std::uint8_t {
    PoolUnknown,       // Not in the book, or it does not trade the order's mints.
    VenueQuarantined,  // Its program's live instructions are not ours any more.
    PoolDoubted,       // It may have changed unheard, or no live instruction was seen yet.
    NotQuotable,       // An account is missing, swaps are disabled, or a mint does more than a fee.
    BelowFloor,        // The pool would pay less than the order's floor: it would revert.
    Unbuildable,       // It does not fit a transaction.
};
inline constexpr std::size_t kDirectObstacles = 6;
[[nodiscard]] constexpr std::string_view to_string(DirectObstacle obstacle) {
    constexpr std::array<std::string_view, kDirectObstacles> kNames{
        "pool_unknown", "venue_quarantined", "pool_doubted",
        "not_quotable", "below_floor",       "unbuildable"};
    return kNames[static_cast<std::size_t>(obstacle)];
}

struct PathStatistics {
    // Entries and exits that were sent, by Path.
    std::array<std::uint64_t, 2> sent{};
    std::array<std::uint64_t, kOrderPaths> by_way{};  // The same, by OrderPath.
    // Orders that began with Jupiter because that was cheaper, while the direct path was open.
    std::uint64_t cheaper = 0;
    std::uint64_t probes = 0;  // Prices that Jupiter was asked for behind an order.
    // Orders that took the other path because the first one failed before anything was signed.
    std::uint64_t fallbacks = 0;
    // How often the direct path was not open, by DirectObstacle.
    std::array<std::uint64_t, kDirectObstacles> obstacles{};
    JupiterSends executes{};  // Of those through Jupiter: what its own sender said.
};

}  // namespace sniperforge::execute
