// SPDX-License-Identifier: MIT
#include "dex/meteora_dlmm_math.hpp"

namespace sniperforge::dex::dlmm {

u128 price_of_bin(std::int32_t id, std::uint16_t bin_step) {
    constexpr u128 kOne = static_cast<u128>(1) << 64;
    constexpr u128 kMax = ~static_cast<u128>(0);
    if (id == 0) {
        return kOne;
    }
    const u128 base = kOne + (static_cast<u128>(bin_step) << 64) / kBasisPoints;
    // The program works with the inverse, which stays below one, and turns the result around. So
    // no product below leaves 128 bits.
    u128 square = kMax / base;
    const auto exponent = static_cast<std::uint32_t>(id < 0 ? -id : id);
    u128 result = kOne;
    constexpr unsigned kExponentBits = 19;
    for (unsigned bit = 0; bit < kExponentBits; ++bit) {
        if (bit > 0) {
            square = square * square >> 64;
        }
        if ((exponent >> bit & 1U) != 0) {
            result = result * square >> 64;
        }
    }
    if (result == 0) {
        return 0;
    }
    return id > 0 ? kMax / result : result;
}

std::uint32_t base_fee(std::uint16_t base_factor, std::uint16_t bin_step, std::uint8_t power) {
    std::uint64_t fee = std::uint64_t{base_factor} * bin_step * 10;
    for (unsigned i = 0; i < power && fee < kFeeMax; ++i) {
        fee *= 10;
    }
    return static_cast<std::uint32_t>(std::min(fee, kFeeMax));
}

FeeAlongSwap::FeeAlongSwap(const MeteoraDlmmPool& pool, std::int64_t unix_time)
    : base_{pool.fee.base},
      control_factor_{pool.fee.control_factor},
      bin_step_{pool.bin_step},
      volatility_max_{pool.fee.volatility_max},
      volatility_reference_{pool.fee.volatility_reference},
      index_reference_{pool.fee.index_reference} {
    const DlmmFee& fee = pool.fee;
    const i128 elapsed = static_cast<i128>(unix_time) - fee.updated_at;
    if (elapsed < fee.filter_period) {
        return;
    }
    index_reference_ = pool.active_id;
    volatility_reference_ = elapsed < fee.decay_period ? std::uint64_t{fee.volatility} *
                                                             fee.reduction_factor / kBasisPoints
                                                       : 0;
}

}  // namespace sniperforge::dex::dlmm
