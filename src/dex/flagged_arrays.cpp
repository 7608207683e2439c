// SPDX-License-Identifier: MIT
#include "dex/flagged_arrays.hpp"

#include <algorithm>
#include <bit>
#include <optional>

namespace sniperforge::dex {
namespace {

// The nearest flagged number at or above `number` in the pool's own bitmap; both in its range.
std::optional<std::int32_t> flagged_up(const FlaggedArrays& flagged, std::int32_t number) {
    const auto bit = static_cast<std::uint32_t>(number + kBitmapHalf);
    for (std::size_t word = bit / 64; word < flagged.bitmap.size(); ++word) {
        const std::uint64_t mask =
            word == bit / 64 ? ~std::uint64_t{0} << bit % 64 : ~std::uint64_t{0};
        if (const std::uint64_t bits = flagged.bitmap[word] & mask; bits != 0) {
            return static_cast<std::int32_t>(word * 64) + std::countr_zero(bits) - kBitmapHalf;
        }
    }
    return std::nullopt;
}

std::optional<std::int32_t> flagged_down(const FlaggedArrays& flagged, std::int32_t number) {
    const auto bit = static_cast<std::uint32_t>(number + kBitmapHalf);
    for (std::size_t word = bit / 64 + 1; word-- > 0;) {
        const std::uint64_t mask =
            word == bit / 64 ? ~std::uint64_t{0} >> (63 - bit % 64) : ~std::uint64_t{0};
        if (const std::uint64_t bits = flagged.bitmap[word] & mask; bits != 0) {
            return static_cast<std::int32_t>(word * 64) + 63 - std::countl_zero(bits) - kBitmapHalf;
        }
    }
    return std::nullopt;
}

// The nearest flagged number at or beyond `number`; sets `is_extension_needed` when the pool's own
// bitmap cannot tell.
std::optional<std::int32_t> next_up(const FlaggedArrays& flagged, std::int32_t number,
                                    bool& is_extension_needed) {
    const auto beyond = [&](std::int32_t from) -> std::optional<std::int32_t> {
        is_extension_needed = is_extension_needed || flagged.may_be_beyond;
        const auto found = std::ranges::lower_bound(flagged.beyond, from);
        return found == flagged.beyond.end() ? std::nullopt : std::optional<std::int32_t>{*found};
    };
    if (number < -kBitmapHalf) {
        if (const auto found = beyond(number); found && *found < -kBitmapHalf) {
            return found;
        }
    }
    if (number < kBitmapHalf) {
        if (const auto found = flagged_up(flagged, std::max(number, -kBitmapHalf))) {
            return found;
        }
    }
    return beyond(std::max(number, kBitmapHalf));
}

std::optional<std::int32_t> next_down(const FlaggedArrays& flagged, std::int32_t number,
                                      bool& is_extension_needed) {
    const auto beyond = [&](std::int32_t from) -> std::optional<std::int32_t> {
        is_extension_needed = is_extension_needed || flagged.may_be_beyond;
        const auto above = std::ranges::upper_bound(flagged.beyond, from);
        return above == flagged.beyond.begin() ? std::nullopt
                                               : std::optional<std::int32_t>{*(above - 1)};
    };
    if (number >= kBitmapHalf) {
        if (const auto found = beyond(number); found && *found >= kBitmapHalf) {
            return found;
        }
    }
    if (number >= -kBitmapHalf) {
        if (const auto found = flagged_down(flagged, std::min(number, kBitmapHalf - 1))) {
            return found;
        }
    }
    return beyond(std::min(number, -kBitmapHalf - 1));
}

}  // namespace

ArrayWindow nearest_arrays(const FlaggedArrays& flagged, Direction direction, std::int32_t first,
                           std::int32_t last) {
    ArrayWindow window;
    const bool is_down = direction == Direction::AToB;
    const std::int32_t step = is_down ? -1 : 1;
    std::int32_t number = first;
    while (window.count < window.numbers.size() && (last - number) * step >= 0) {
        const auto next = is_down ? next_down(flagged, number, window.is_extension_needed)
                                  : next_up(flagged, number, window.is_extension_needed);
        const bool is_gap_unseen = window.is_extension_needed && !flagged.is_extension_seen;
        // A bit beyond the last number is no array.
        if (!next || (last - *next) * step < 0 || is_gap_unseen) {
            break;
        }
        window.numbers[window.count++] = *next;
        number = *next + step;
    }
    return window;
}

}  // namespace sniperforge::dex
