// SPDX-License-Identifier: MIT
#include "dex/orca_whirlpool_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {

Pubkey whirlpool_tick_array_address(const Pubkey& pool, std::int32_t start) {
    // The start is a seed as decimal text.
    const std::string text = fmt::format("{}", start);
    return solana::find_program_address(
               {solana::seed("tick_array"), pool.bytes, solana::seed(text)},
               solana::kOrcaWhirlpoolProgram)
        .address;
}

Pubkey whirlpool_oracle_address(const Pubkey& pool) {
    return solana::find_program_address({solana::seed("oracle"), pool.bytes},
                                        solana::kOrcaWhirlpoolProgram)
        .address;
}

namespace whirlpool {
namespace {

// Some of its ticks are inside the price range.
bool is_possible_start(std::int32_t start, std::int32_t width) {
    return start + width > kTickMin && start <= kTickMax;
}

WhirlpoolTickArray new_array(const OrcaWhirlpoolPool& pool, std::int32_t start) {
    WhirlpoolTickArray array{.address = {}, .start = start};
    const std::int32_t width = array_width(pool);
    array.is_possible = is_possible_start(start, width);
    if (array.is_possible) {
        array.address = whirlpool_tick_array_address(pool.id, start);
        array.sqrt_price_low = sqrt_price_of(clamp_tick(start));
        array.sqrt_price_high = sqrt_price_of(clamp_tick(start + width - 1));
    }
    return array;
}

}  // namespace

ArraySequence arrays_of_swap(const OrcaWhirlpoolPool& pool, Direction direction) {
    constexpr auto kCentre = static_cast<std::size_t>(kWhirlpoolArraysEachWay);
    const bool is_down = direction == Direction::AToB;
    // Upwards the current tick itself is behind us: from the last one of an array on, the next
    // possible tick is in the array above.
    const bool is_shifted = !is_down && pool.tick_current + pool.tick_spacing >=
                                            window_start(pool, kCentre) + array_width(pool);
    ArraySequence sequence;
    for (std::size_t i = 0; i < kArraysPerSwap; ++i) {
        const std::size_t at = is_down ? kCentre - i : kCentre + i + (is_shifted ? 1 : 0);
        if (pool.arrays[at].is_possible) {
            sequence.at[sequence.count++] = at;
        }
    }
    return sequence;
}

void place_window(OrcaWhirlpoolPool& pool, const OrcaWhirlpoolPool* known) {
    const bool is_known = known != nullptr && known->has_addresses;
    pool.oracle = is_known ? known->oracle : whirlpool_oracle_address(pool.id);
    for (std::size_t i = 0; i < kWhirlpoolArrays; ++i) {
        const std::int32_t start = window_start(pool, i);
        const WhirlpoolTickArray* same = nullptr;
        if (is_known) {
            const auto found = std::ranges::find(known->arrays, start, &WhirlpoolTickArray::start);
            same = found == known->arrays.end() ? nullptr : &*found;
        }
        pool.arrays[i] = same != nullptr ? *same : new_array(pool, start);
    }
    pool.has_addresses = true;
}

}  // namespace whirlpool
}  // namespace sniperforge::dex
