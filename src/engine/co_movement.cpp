// SPDX-License-Identifier: MIT
#include "sniperforge/engine/co_movement.hpp"

#include <algorithm>
#include <bit>

#include "sniperforge/core/square_root.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/dex/price.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/position.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::engine {
namespace {

// Returns in millionths. Beyond four times the price, more says no more. So sums are exact: 32
// squares are below 2^49, variances times 32^2 below 2^54, and their products with 100^2 below
// 2^122.
constexpr i128 kOne = 1'000'000;
constexpr i128 kReturnMax = 4 * kOne;
constexpr std::uint32_t kPercentMax = 100;

// What one SOL buys; zero without a price.
[[nodiscard]] std::uint64_t tokens_per_sol(const dex::MarginalPrice& price, Direction spending) {
    const bool is_a_in = spending == Direction::AToB;
    const u128 gets = is_a_in ? price.numerator : price.denominator;
    const u128 gives = is_a_in ? price.denominator : price.numerator;
    if (!price.is_squared && (gets | gives) <= kU64Max) {  // Reserves are 64 bits.
        return mul_div_floor(static_cast<std::uint64_t>(gets), kLamportsPerSol,
                             static_cast<std::uint64_t>(gives))
            .value_or(0);
    }
    const auto worth = dex::worth_at(price, spending, TokenAmount{kLamportsPerSol});
    return worth ? worth->raw() : 0;
}

// Whether a SOL buys anything; without a division where the venue prices by reserves.
[[nodiscard]] inline bool has_price(const dex::MarginalPrice& price, Direction spending) {
    const bool is_a_in = spending == Direction::AToB;
    const u128 gets = is_a_in ? price.numerator : price.denominator;
    const u128 gives = is_a_in ? price.denominator : price.numerator;
    if (price.is_squared || (gets | gives) > kU64Max) {
        return tokens_per_sol(price, spending) != 0;
    }
    // At least one unit, and no more than 64 bits of them.
    const u128 worth_times_gives =
        static_cast<u128>(static_cast<std::uint64_t>(gets)) * kLamportsPerSol;
    return worth_times_gives >> 64U < gives && worth_times_gives >= gives;
}

// Of the token, which is dearer when a SOL buys less of it.
[[nodiscard]] std::int32_t return_between(std::uint64_t before, std::uint64_t after) {
    constexpr std::uint64_t kNarrow = std::uint64_t{1} << 43U;  // A million times that is 63 bits.
    if (before <= kNarrow && after <= kNarrow) {
        const std::int64_t change =
            static_cast<std::int64_t>(before) - static_cast<std::int64_t>(after);
        return static_cast<std::int32_t>(
            std::clamp<std::int64_t>(change * std::int64_t{kOne} / static_cast<std::int64_t>(after),
                                     -std::int64_t{kReturnMax}, std::int64_t{kReturnMax}));
    }
    const i128 change = static_cast<i128>(before) - static_cast<i128>(after);
    return static_cast<std::int32_t>(
        std::clamp<i128>(change * kOne / static_cast<i128>(after), -kReturnMax, kReturnMax));
}

// The largest percentage p with p^2 * var_a * var_b <= (100 * cov)^2; the common factor n^2
// cancels.
[[nodiscard]] std::uint32_t percent_of(i128 covariance, i128 variance_a, i128 variance_b) {
    const i128 square = covariance * covariance * kPercentMax * kPercentMax;
    const i128 product = variance_a * variance_b;
    std::uint32_t percent = 0;
    while (percent < kPercentMax && i128{percent + 1} * (percent + 1) * product <= square) {
        ++percent;
    }
    return percent;
}

}  // namespace

std::uint64_t CoMovement::Series::price() const { return tokens_per_sol(latest, spending); }

void CoMovement::Series::move_to(std::uint64_t sample) {
    if (sample == newest) {
        return;
    }
    const std::uint64_t price_now = price();
    returns[newest % kReturns] = newest == first ? 0 : return_between(before, price_now);
    moved |= 1U << newest % kReturns;
    before = price_now;
    const std::uint64_t quiet = sample - newest - 1;
    moved &= quiet >= kReturns
                 ? 0
                 : ~std::rotl((1U << quiet) - 1U, static_cast<int>((newest + 1) % kReturns));
    newest = sample;
}

std::int64_t CoMovement::Series::at(std::uint64_t sample) const {
    if (sample >= newest) {
        return sample == newest ? return_between(before, price()) : 0;
    }
    return (moved >> sample % kReturns & 1U) != 0 ? returns[sample % kReturns] : 0;
}

void CoMovement::observe(const dex::PoolBook& book, PoolIndex pool, Slot slot,
                         const dex::PoolLook& look) {
    const std::uint64_t sample = slot.value / kSampleSlots;
    if (sample < sample_) {
        return;
    }
    if (look.is_complete) {
        note(book, pool, sample, look.price);
    }
    if (sample > sample_) {
        sample_ = sample;
        if (sample >= forget_at_) {
            forget_old();
        }
    }
}

void CoMovement::note(const dex::PoolBook& book, PoolIndex pool, std::uint64_t sample,
                      const dex::MarginalPrice& price) {
    const std::uint32_t place = pool.value < places_.size() ? places_[pool.value] : 0;
    if (place == 0) {
        return begin(book, pool, sample, price);
    }
    Series& series = series_[place - 1];
    if (!has_price(price, series.spending)) {
        return;
    }
    if (series.is_old(sample)) {  // It begins anew where it is.
        series.first = series.newest = sample;
        series.moved = 0;
    } else {
        series.move_to(sample);
    }
    series.latest = price;
}

void CoMovement::begin(const dex::PoolBook& book, PoolIndex pool, std::uint64_t sample,
                       const dex::MarginalPrice& price) {
    const auto spending = dex::direction_spending(book.pool(pool), solana::kWrappedSolMint);
    if (!spending || !has_price(price, *spending)) {
        return;
    }
    if (pool.value >= places_.size()) {
        places_.resize(pool.value + std::size_t{1});
    }
    forget_at_ = std::min(forget_at_, sample + kReturns + 1);
    series_.push_back(
        {.pool = pool, .spending = *spending, .first = sample, .newest = sample, .latest = price});
    places_[pool.value] = static_cast<std::uint32_t>(series_.size());
}

void CoMovement::forget_old() {
    forget_at_ = kU64Max;
    for (std::size_t at = series_.size(); at-- > 0;) {
        if (series_[at].is_old(sample_)) {
            places_[series_.back().pool.value] = static_cast<std::uint32_t>(at + 1);
            places_[series_[at].pool.value] = 0;
            series_[at] = series_.back();
            series_.pop_back();
        } else {
            forget_at_ = std::min(forget_at_, series_[at].newest + kReturns + 1);
        }
    }
}

const CoMovement::Series* CoMovement::find(PoolIndex pool) const {
    const std::uint32_t place = pool.value < places_.size() ? places_[pool.value] : 0;
    return place == 0 ? nullptr : &series_[place - 1];
}

std::optional<std::uint32_t> CoMovement::percent(PoolIndex a, PoolIndex b, Slot now) const {
    const Series* const one = find(a);
    const Series* const other = find(b);
    if (one == nullptr || other == nullptr) {
        return std::nullopt;
    }
    // The sample that lasts is left out: what one of them did a moment ago the other may do yet.
    const std::uint64_t end = std::max(sample_, now.value / kSampleSlots);
    const std::uint64_t begin =
        std::max({one->first + 1, other->first + 1, end > kReturns ? end - kReturns : 0});
    if (end < begin + kReturnsMin) {
        return std::nullopt;
    }
    const auto count = static_cast<std::int64_t>(end - begin);
    std::int64_t sum_a = 0, sum_b = 0, square_a = 0, square_b = 0, product = 0;
    for (std::uint64_t sample = begin; sample < end; ++sample) {
        const std::int64_t x = one->at(sample);
        const std::int64_t y = other->at(sample);
        sum_a += x;
        sum_b += y;
        square_a += x * x;
        square_b += y * y;
        product += x * y;
    }
    const std::int64_t covariance = count * product - sum_a * sum_b;
    const std::int64_t variance_a = count * square_a - sum_a * sum_a;
    const std::int64_t variance_b = count * square_b - sum_b * sum_b;
    if (variance_a == 0 || variance_b == 0) {
        return std::nullopt;
    }
    return covariance <= 0 ? 0 : percent_of(covariance, variance_a, variance_b);
}

std::optional<std::uint32_t> CoMovement::volatility(PoolIndex pool, Slot now,
                                                    std::uint32_t horizon_slots) const {
    const Series* const found = find(pool);
    if (found == nullptr) {
        return std::nullopt;
    }
    const std::uint64_t end = std::max(sample_, now.value / kSampleSlots);
    const std::uint64_t begin = std::max(found->first + 1, end > kReturns ? end - kReturns : 0);
    if (end < begin + kReturnsMin) {
        return std::nullopt;
    }
    // Around zero, not around their mean: what has fallen all the time has moved, too. 33 squares
    // are below 2^50.
    std::uint64_t squares = 0;
    for (std::uint64_t sample = begin; sample <= end; ++sample) {
        const std::int64_t change = found->at(sample);
        squares += static_cast<std::uint64_t>(change * change);
    }
    const std::uint64_t slots = (end - begin) * kSampleSlots;
    const auto variance = mul_div_ceil(squares, horizon_slots, slots);
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(square_root_ceil(variance.value_or(kU64Max)), kMillionthsOne));
}

}  // namespace sniperforge::engine
