// SPDX-License-Identifier: MIT
// The best size of one route, in integers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "sniperforge/dex/router.hpp"

namespace sniperforge::dex {

struct Hop {
    PoolIndex pool;
    Direction direction = Direction::AToB;
    float thinness = 0;  // Of NetRates, as the rate is.
    double rate = 0;
};

// A way from SOL to SOL.
struct Route {
    std::array<Hop, kLegsMax> hops{};
    std::uint8_t count = 0;
    double rate = 0;  // ln of lamports returned for one, for next to nothing: at most this.
    Lamports cost{};  // Of its transaction.

    [[nodiscard]] std::span<const Hop> used() const { return {hops.data(), count}; }
};

// Of a sum of logarithms, a hundred times what their roundings can come to.
inline constexpr double kRateError = 1e-12;

// No size up to `stake` gains more, before costs: by what the rates and the thinness of the hops
// say, without asking a pool.
[[nodiscard]] double gain_ceiling(const Route& route, double stake);
// The same with what is only estimated of the thinness. Not above the ceiling.
[[nodiscard]] double likely_gain(const Route& route, double stake);

// Exact amounts of a route: what goes into each hop, and what the last one returns.
struct Attempt {
    std::array<std::uint64_t, kLegsMax + 1> amounts{};
    std::uint8_t count = 0;

    [[nodiscard]] std::uint64_t in() const { return amounts[0]; }
    [[nodiscard]] std::uint64_t handed_over() const { return amounts[1]; }
    [[nodiscard]] std::uint64_t out() const { return amounts[count]; }
    // Before costs; compares attempts, so it keeps its sign.
    [[nodiscard]] i128 gain() const { return static_cast<i128>(out()) - static_cast<i128>(in()); }
};

// The best amounts, or nothing when they cannot gain more than `to_beat` lamports. Of constant
// products the optimum is known and only the integers around it are tried. Of anything else it is
// bracketed and closed in on; that asks for at most kAttemptsMax attempts, each one quote a hop
// (two of the first where its venue has no exact-out), and ends within 1/256 of the best size, or
// where no size can gain 1/4096 more.
inline constexpr int kAttemptsMax = 64;
[[nodiscard]] std::optional<Attempt> best_attempt(const PoolBook& book, const Route& route,
                                                  const CycleLimits& limits,
                                                  const QuoteContext& context, i128 to_beat);

}  // namespace sniperforge::dex
