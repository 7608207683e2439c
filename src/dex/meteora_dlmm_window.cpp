// SPDX-License-Identifier: MIT
#include "dex/meteora_dlmm_window.hpp"

#include <algorithm>
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

std::uint32_t first_bin_from(const MeteoraDlmmPool& pool, std::int32_t id) {
    const auto found = std::ranges::lower_bound(pool.bins, id, {}, &DlmmBin::id);
    return static_cast<std::uint32_t>(found - pool.bins.begin());
}

DlmmReach reach_of(const MeteoraDlmmPool& pool, Direction direction) {
    const ArrayWindow window = window_of(pool, direction);
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

ArrayWindow window_of(const MeteoraDlmmPool& pool, Direction direction) {
    return nearest_arrays({.bitmap = pool.array_bitmap,
                           .beyond = pool.arrays_beyond,
                           .may_be_beyond = has_arrays_beyond(pool),
                           .is_extension_seen = pool.is_extension_seen},
                          direction, array_of(pool.active_id),
                          direction == Direction::AToB ? kArrayMin : kArrayMax);
}

const DlmmArray* find_array(const MeteoraDlmmPool& pool, std::int32_t index) {
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
    std::array<DlmmArray, kDlmmArrays> arrays;
    std::size_t count = 0;
    const auto add = [&](std::int32_t index) {
        const DlmmArray* same = find_array(pool, index);
        arrays[count++] = same != nullptr ? *same : DlmmArray{.address = {}, .index = index};
    };
    const ArrayWindow down = window_of(pool, Direction::AToB);
    const ArrayWindow up = window_of(pool, Direction::BToA);
    for (std::size_t i = down.count; i-- > 0;) {
        add(down.numbers[i]);
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
            return find_array(pool, array_of(bin.id)) == nullptr;
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
