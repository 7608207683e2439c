// SPDX-License-Identifier: MIT
#include "execute/path_chooser.hpp"

#include <algorithm>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::execute {
namespace {

constexpr std::uint64_t kMilli = 1'000;
constexpr std::uint64_t kMillionths = 1'000'000;
// What never worked still has odds: nothing is reckoned to need more than 50 attempts.
constexpr std::uint32_t kFailingMax = 980;
// A standard deviation's share: E[max(0, x)] = sigma / sqrt(2 pi) = 0.399 sigma.
constexpr std::uint64_t kAdverseNumerator = 2, kAdverseDenominator = 5;
// Above any amount that trades: sums of several stay far inside of 64 bits.
constexpr std::uint64_t kLamportsMost = 1'000'000'000'000'000'000;

[[nodiscard]] std::uint64_t times(std::uint64_t value, std::uint64_t factor, std::uint64_t part) {
    return std::min(mul_div_ceil(value, factor, part).value_or(kLamportsMost), kLamportsMost);
}

}  // namespace

PathCost cost_of(const PathTerms& terms, const DelayPrice& delay) {
    PathCost cost{.path = terms.path,
                  .standing = terms.standing,
                  .price = terms.price,
                  .fees = terms.attempt_fees.saturating_add(terms.landed_fees),
                  .failing_permille = std::min(terms.failing_permille, kFailingMax)};
    const auto nanoseconds =
        static_cast<std::uint64_t>(std::max<std::int64_t>(terms.latency.count(), 0));
    cost.latency_us = nanoseconds / kMilli;
    const auto slot =
        static_cast<std::uint64_t>(std::max<std::int64_t>(delay.slot_time.count(), 1));
    cost.delay_millislots =
        times(nanoseconds, kMilli, slot) + std::min(terms.landing_millislots, kLamportsMost);
    cost.delay = Lamports{times(delay.per_slot.raw(), cost.delay_millislots, kMilli)};
    const std::uint64_t each =
        std::min(terms.attempt_fees.saturating_add(cost.delay).raw(), kLamportsMost);
    const i128 total = i128{terms.price.raw()} + i128{terms.landed_fees.raw()} +
                       i128{times(each, kMilli, kMilli - cost.failing_permille)};
    constexpr i128 kMost{kLamportsMost};
    cost.total = LamportsDelta{static_cast<std::int64_t>(std::clamp(total, -kMost, kMost))};
    return cost;
}

std::optional<OrderPath> cheapest(std::span<const PathCost> costs) {
    const PathCost* best = nullptr;
    for (const PathCost& cost : costs) {
        if (cost.standing == PathStanding::Open && (best == nullptr || cost.total < best->total)) {
            best = &cost;
        }
    }
    return best == nullptr ? std::nullopt : std::optional{best->path};
}

Lamports slot_price(const SlotPriceTerms& terms) {
    const std::uint64_t notional = std::min(terms.notional.raw(), kLamportsMost);
    const std::uint64_t least = times(notional, terms.least.raw(), kBasisPointsOne);
    std::uint64_t moved = times(notional, terms.move_millionths.value_or(0), kMillionths);
    if (!terms.is_urgent) {
        moved = times(moved, kAdverseNumerator, kAdverseDenominator);
    }
    return Lamports{std::max(least, moved)};
}

}  // namespace sniperforge::execute
