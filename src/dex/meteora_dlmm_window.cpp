// SPDX-License-Identifier: MIT
#include "dex/meteora_dlmm_window.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {

Pubkey dlmm_bin_array_address(const Pubkey& pool, std::int32_t index) {
    std::array<std::uint8_t, 8> seed{};
    write_le(std::span{seed}, 0, std::int64_t{index});
    return solana::find_program_address({solana::seed("bin_array"), pool.bytes, seed},
                                        solana::kMeteoraDlmmProgram)
        .address;
}

Pubkey dlmm_bitmap_extension_address(const Pubkey& pool) {
    return solana::find_program_address({solana::seed("bitmap"), pool.bytes},
                                        solana::kMeteoraDlmmProgram)
        .address;
}

namespace dlmm {
namespace {

// Some array outside the pool's own bitmap could hold liquidity.
bool has_arrays_beyond(const MeteoraDlmmPool& pool) {
    return is_beyond_bitmap(array_of(pool.bin_min)) || is_beyond_bitmap(array_of(pool.bin_max));
}

// The nearest flagged index at or above `index` in the pool's bitmap; `index` is in its range.
std::optional<std::int32_t> flagged_up(const MeteoraDlmmPool& pool, std::int32_t index) {
    const auto bit = static_cast<std::uint32_t>(index + kBitmapHalf);
    for (std::size_t word = bit / 64; word < pool.array_bitmap.size(); ++word) {
        const std::uint64_t mask =
            word == bit / 64 ? ~std::uint64_t{0} << bit % 64 : ~std::uint64_t{0};
        if (const std::uint64_t bits = pool.array_bitmap[word] & mask; bits != 0) {
            return static_cast<std::int32_t>(word * 64) + std::countr_zero(bits) - kBitmapHalf;
        }
    }
    return std::nullopt;
}

std::optional<std::int32_t> flagged_down(const MeteoraDlmmPool& pool, std::int32_t index) {
    const auto bit = static_cast<std::uint32_t>(index + kBitmapHalf);
    for (std::size_t word = bit / 64 + 1; word-- > 0;) {
        const std::uint64_t mask =
            word == bit / 64 ? ~std::uint64_t{0} >> (63 - bit % 64) : ~std::uint64_t{0};
        if (const std::uint64_t bits = pool.array_bitmap[word] & mask; bits != 0) {
            return static_cast<std::int32_t>(word * 64) + 63 - std::countl_zero(bits) - kBitmapHalf;
        }
    }
    return std::nullopt;
}

// The nearest flagged index at or beyond `index`; sets `is_extension_needed` when the pool's own
// bitmap cannot tell.
std::optional<std::int32_t> next_up(const MeteoraDlmmPool& pool, std::int32_t index,
                                    bool& is_extension_needed) {
    const auto beyond = [&](std::int32_t from) -> std::optional<std::int32_t> {
        is_extension_needed = is_extension_needed || has_arrays_beyond(pool);
        const auto found = std::ranges::lower_bound(pool.arrays_beyond, from);
        return found == pool.arrays_beyond.end() ? std::nullopt
                                                 : std::optional<std::int32_t>{*found};
    };
    if (index < -kBitmapHalf) {
        if (const auto found = beyond(index); found && *found < -kBitmapHalf) {
            return found;
        }
    }
    if (index < kBitmapHalf) {
        if (const auto found = flagged_up(pool, std::max(index, -kBitmapHalf))) {
            return found;
        }
    }
    return beyond(std::max(index, kBitmapHalf));
}

std::optional<std::int32_t> next_down(const MeteoraDlmmPool& pool, std::int32_t index,
                                      bool& is_extension_needed) {
    const auto beyond = [&](std::int32_t from) -> std::optional<std::int32_t> {
        is_extension_needed = is_extension_needed || has_arrays_beyond(pool);
        const auto above = std::ranges::upper_bound(pool.arrays_beyond, from);
        return above == pool.arrays_beyond.begin() ? std::nullopt
                                                   : std::optional<std::int32_t>{*(above - 1)};
    };
    if (index >= kBitmapHalf) {
        if (const auto found = beyond(index); found && *found >= kBitmapHalf) {
            return found;
        }
    }
    if (index >= -kBitmapHalf) {
        if (const auto found = flagged_down(pool, std::min(index, kBitmapHalf - 1))) {
            return found;
        }
    }
    return beyond(std::min(index, -kBitmapHalf - 1));
}

std::uint32_t first_bin_from(const MeteoraDlmmPool& pool, std::int32_t id) {
    const auto found = std::ranges::lower_bound(pool.bins, id, {}, &DlmmBin::id);
    return static_cast<std::uint32_t>(found - pool.bins.begin());
}

DlmmReach reach_of(const MeteoraDlmmPool& pool, Direction direction) {
    const Window window = window_of(pool, direction);
    const bool is_down = direction == Direction::AToB;
    std::optional<std::int32_t> farthest;
    bool is_wall = false;
    bool is_unseen = false;
    for (const std::int32_t index : window.arrays()) {
        const DlmmArray* array = find_array(pool, index);
        is_unseen = array == nullptr || !array->is_seen;
        is_wall = !is_unseen && array->is_missing;
        if (is_unseen || is_wall) {
            break;
        }
        farthest = index;
    }
    const bool is_gap_unseen = window.is_extension_needed && !pool.is_extension_seen;
    DlmmReach reach;
    reach.is_blind = is_unseen || (!is_wall && is_gap_unseen);
    reach.begin = first_bin_from(pool, is_down ? pool.active_id + 1 : pool.active_id);
    reach.end = reach.begin;
    if (farthest && is_down) {
        reach.begin = std::min(reach.end, first_bin_from(pool, *farthest * kDlmmBinsPerArray));
    } else if (farthest) {
        reach.end =
            std::max(reach.begin, first_bin_from(pool, (*farthest + 1) * kDlmmBinsPerArray));
    }
    return reach;
}

}  // namespace

Window window_of(const MeteoraDlmmPool& pool, Direction direction) {
    Window window;
    const bool is_down = direction == Direction::AToB;
    const std::int32_t step = is_down ? -1 : 1;
    const std::int32_t last = is_down ? kArrayMin : kArrayMax;
    std::int32_t index = array_of(pool.active_id);
    while (window.count < window.indices.size() && (last - index) * step >= 0) {
        const auto next = is_down ? next_down(pool, index, window.is_extension_needed)
                                  : next_up(pool, index, window.is_extension_needed);
        const bool is_gap_unseen = window.is_extension_needed && !pool.is_extension_seen;
        // A bit beyond the last bin is no array.
        if (!next || (last - *next) * step < 0 || is_gap_unseen) {
            break;
        }
        window.indices[window.count++] = *next;
        index = *next + step;
    }
    return window;
}

const DlmmArray* find_array(const MeteoraDlmmPool& pool, std::int32_t index) {
    const std::span arrays{pool.arrays.data(), pool.array_count};
    const auto found = std::ranges::find(arrays, index, &DlmmArray::index);
    return found == arrays.end() ? nullptr : &*found;
}

DlmmArray* find_array(MeteoraDlmmPool& pool, std::int32_t index) {
    const std::span arrays{pool.arrays.data(), pool.array_count};
    const auto found = std::ranges::find(arrays, index, &DlmmArray::index);
    return found == arrays.end() ? nullptr : &*found;
}

Pubkey address_of(const MeteoraDlmmPool& pool, const DlmmArray& array) {
    return array.address.is_zero() ? dlmm_bin_array_address(pool.id, array.index) : array.address;
}

Pubkey extension_address(const MeteoraDlmmPool& pool) {
    return pool.extension.is_zero() ? dlmm_bitmap_extension_address(pool.id) : pool.extension;
}

void place_window(MeteoraDlmmPool& pool) {
    const MeteoraDlmmPool& known = pool;
    std::array<DlmmArray, kDlmmArrays> arrays;
    std::size_t count = 0;
    const auto add = [&](std::int32_t index) {
        const DlmmArray* same = find_array(known, index);
        arrays[count++] = same != nullptr ? *same : DlmmArray{.address = {}, .index = index};
    };
    const Window down = window_of(pool, Direction::AToB);
    const Window up = window_of(pool, Direction::BToA);
    for (std::size_t i = down.count; i-- > 0;) {
        add(down.indices[i]);
    }
    for (const std::int32_t index : up.arrays()) {
        if (count == 0 || arrays[count - 1].index != index) {  // The price's own is in both.
            add(index);
        }
    }
    const bool is_changed =
        count != pool.array_count ||
        !std::ranges::equal(arrays, pool.arrays, {}, &DlmmArray::index, &DlmmArray::index);
    pool.arrays = arrays;
    pool.array_count = count;
    if (is_changed) {
        std::erase_if(pool.bins, [&](const DlmmBin& bin) {
            return find_array(known, array_of(bin.id)) == nullptr;
        });
    }
    refresh_reach(pool);
}

void refresh_reach(MeteoraDlmmPool& pool) {
    pool.down = reach_of(pool, Direction::AToB);
    pool.up = reach_of(pool, Direction::BToA);
}

}  // namespace dlmm
}  // namespace sniperforge::dex
