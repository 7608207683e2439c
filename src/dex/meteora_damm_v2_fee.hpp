// SPDX-License-Identifier: MIT
// What the fee and the quotes of DAMM v2 share.
#pragma once

#include <cstdint>

#include "dex/wide_words.hpp"
#include "sniperforge/dex/meteora_damm_v2.hpp"

namespace sniperforge::dex::damm {

// The pool counts in slots, or in unix seconds.
inline constexpr std::uint8_t kPointsAreSlots = 0;
inline constexpr std::uint8_t kPointsAreSeconds = 1;

[[nodiscard]] std::uint64_t current_point(const MeteoraDammV2Pool& pool,
                                          const QuoteContext& context);

// floor(√square), for squares below 2^254; at most kRootRounds divisions.
[[nodiscard]] u128 square_root(const Words256& square);

// A rate limiter: amounts of token B pay more the larger they are. Every further reference amount
// pays one increment more than the one before, up to the most.
struct RateLimiter {
    std::uint64_t cliff = 0;  // The first reference amount pays it.
    std::uint64_t increment = 0;
    std::uint64_t most = 0;
    std::uint64_t reference = 0;
    std::uint64_t steps = 0;  // Increments that fit between the cliff and the most.
};

// The average rate of an amount that contains the fee, and of one that does not.
[[nodiscard]] DammV2FeeRate limiter_rate_included(const RateLimiter& limiter, std::uint64_t amount);
[[nodiscard]] DammV2FeeRate limiter_rate_excluded(const RateLimiter& limiter, std::uint64_t amount);

}  // namespace sniperforge::dex::damm
