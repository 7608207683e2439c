// SPDX-License-Identifier: MIT
// The DLMM program's arithmetic: prices of bins, amounts at one price, fees. Every rounding is the
// program's own (MeteoraAg/dlmm-sdk fb02e51, commons).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "dex/swap_order.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/dex/meteora_dlmm.hpp"

namespace sniperforge::dex::dlmm {

// Fee rates are parts of this; no fee is above 10 %.
inline constexpr std::uint64_t kFeeOne = 1'000'000'000;
inline constexpr std::uint64_t kFeeMax = 100'000'000;
inline constexpr std::uint64_t kBasisPoints = 10'000;

// (1 + bin_step / 10,000)^id, Q64.64; zero when not even the program can work it out. `id` from
// kDlmmBinMin to kDlmmBinMax. 37 multiplications and two divisions: not for quotes.
[[nodiscard]] u128 price_of_bin(std::int32_t id, std::uint16_t bin_step);

// base_factor * bin_step * 10 * 10^power, and at most kFeeMax.
[[nodiscard]] std::uint32_t base_fee(std::uint16_t base_factor, std::uint16_t bin_step,
                                     std::uint8_t power);

// amount * price / 2^64, or nothing when it does not fit 64 bits.
[[nodiscard]] constexpr std::optional<std::uint64_t> y_of_x(std::uint64_t amount, u128 price,
                                                            Rounding rounding) {
    const u128 low = static_cast<u128>(amount) * static_cast<std::uint64_t>(price);
    // Cannot overflow: at most (2^64 - 1)^2 + 2^64 - 1.
    u128 whole = static_cast<u128>(amount) * static_cast<std::uint64_t>(price >> 64) + (low >> 64);
    const bool is_exact = static_cast<std::uint64_t>(low) == 0;
    if (rounding == Rounding::Up && !is_exact) {
        ++whole;
    }
    if (whole > kU64Max) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(whole);
}

// amount * 2^64 / price, or nothing when it does not fit 64 bits or the price is zero.
[[nodiscard]] constexpr std::optional<std::uint64_t> x_of_y(std::uint64_t amount, u128 price,
                                                            Rounding rounding) {
    if (price == 0) {
        return std::nullopt;
    }
    const u128 scaled = static_cast<u128>(amount) << 64;
    u128 quotient = scaled / price;
    if (rounding == Rounding::Up && quotient * price != scaled) {
        ++quotient;
    }
    if (quotient > kU64Max) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(quotient);
}

// The fee contained in `amount`. `rate` is at most kFeeMax.
[[nodiscard]] constexpr std::uint64_t fee_within(std::uint64_t amount, std::uint64_t rate) {
    return static_cast<std::uint64_t>((static_cast<u128>(amount) * rate + kFeeOne - 1) / kFeeOne);
}

// The fee to be paid on top of `amount`.
[[nodiscard]] constexpr std::uint64_t fee_upon(std::uint64_t amount, std::uint64_t rate) {
    const std::uint64_t rest = kFeeOne - rate;
    return static_cast<std::uint64_t>((static_cast<u128>(amount) * rate + rest - 1) / rest);
}

// The fee's rate along one swap: it depends on how far a bin is from where the price was.
class FeeAlongSwap {
 public:
    FeeAlongSwap(const MeteoraDlmmPool& pool, std::int64_t unix_time);

    // At a bin that pays something. At most kFeeMax.
    [[nodiscard]] std::uint64_t rate_at(std::int32_t bin_id) const {
        if (control_factor_ == 0) {
            return base_;
        }
        const std::int64_t distance = std::int64_t{index_reference_} - bin_id;
        const auto crossed = static_cast<std::uint64_t>(distance < 0 ? -distance : distance);
        const std::uint64_t volatility =
            std::min(volatility_reference_ + crossed * kBasisPoints, volatility_max_);
        // Below 2^48 each: the product with the factor stays below 2^128.
        const u128 moved = static_cast<u128>(volatility) * bin_step_;
        constexpr std::uint64_t kScale = 100'000'000'000;
        const u128 variable = (moved * moved * control_factor_ + kScale - 1) / kScale;
        return static_cast<std::uint64_t>(std::min<u128>(base_ + variable, kFeeMax));
    }

 private:
    std::uint64_t base_;
    std::uint64_t control_factor_;
    std::uint64_t bin_step_;
    std::uint64_t volatility_max_;
    std::uint64_t volatility_reference_;
    std::int32_t index_reference_;
};

}  // namespace sniperforge::dex::dlmm
