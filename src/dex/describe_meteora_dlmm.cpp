// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "dex/describe_fields.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/dex/meteora_dlmm.hpp"

namespace sniperforge::dex {
namespace {

constexpr auto kDlmm = VenueId::MeteoraDlmm;
constexpr std::size_t kBinsOffset = 56;
constexpr std::size_t kBinBytes = 144;
constexpr std::size_t kArrayVersionOffset = 16;
constexpr std::uint8_t kArrayVersionWithOrders = 2;
constexpr std::size_t kBitmapOffset = 584, kBitmapBytes = 128;
constexpr std::size_t kPositiveOffset = 40, kNegativeOffset = 808, kRowsBytes = 768;

BytesView bin_at(BytesView data, std::size_t i) {
    return data.subspan(kBinsOffset + i * kBinBytes, kBinBytes);
}

std::uint64_t u64_at(BytesView bin, std::size_t offset) {
    return read_le<std::uint64_t>(bin, offset);
}

// Those that providers have something in, under the program's names.
FieldValue nonempty_bins(BytesView data) {
    std::vector<FieldValue> bins;
    for (std::size_t i = 0; i < static_cast<std::size_t>(kDlmmBinsPerArray); ++i) {
        const BytesView bin = bin_at(data, i);
        const auto supply = read_le<u128>(bin, 32);
        if (u64_at(bin, 0) == 0 && u64_at(bin, 8) == 0 && supply == 0) {
            continue;
        }
        bins.push_back({ObjectField{
            {"i", narrow(i)},
            {"amount_x", wide(u64_at(bin, 0))},
            {"amount_y", wide(u64_at(bin, 8))},
            {"price", wide(read_le<u128>(bin, 16))},
            {"liquidity_supply", wide(supply)},
        }});
    }
    return {std::move(bins)};
}

// Of the bins that have any.
FieldValue limit_orders(BytesView data) {
    std::vector<FieldValue> orders;
    for (std::size_t i = 0; i < static_cast<std::size_t>(kDlmmBinsPerArray); ++i) {
        const BytesView bin = bin_at(data, i);
        if (u64_at(bin, 112) == 0 && u64_at(bin, 120) == 0 && u64_at(bin, 128) == 0) {
            continue;
        }
        orders.push_back({ObjectField{
            {"i", narrow(i)},
            {"open_order_amount", wide(u64_at(bin, 112))},
            {"total_processing_order_amount", wide(u64_at(bin, 120))},
            {"processed_order_remaining_amount", wide(u64_at(bin, 128))},
            {"order_age", narrow(read_le<std::uint32_t>(bin, 136))},
            {"limit_order_ask_side", narrow(bin[140])},
        }});
    }
    return {std::move(orders)};
}

}  // namespace

Result<AccountDescription> describe_meteora_dlmm(const Pubkey& owner, const Pubkey& pubkey,
                                                 BytesView data) {
    const auto is_kind = [&](const Discriminator& discriminator, std::size_t bytes) {
        return starts_with(data, discriminator) && data.size() >= bytes;
    };
    const auto hex = [&](std::size_t offset, std::size_t bytes) {
        return text(hex_encode(data.subspan(offset, bytes)));
    };
    if (is_kind(kDlmmPoolDiscriminator, kDlmmPoolBytes)) {
        auto description = describe_with("pool", kDlmm, data, dlmm_pool_layout());
        description.fields.emplace_back("bin_array_bitmap", hex(kBitmapOffset, kBitmapBytes));
        return description;
    }
    if (is_kind(kDlmmBinArrayDiscriminator, kDlmmBinArrayBytes)) {
        auto description = describe_with("bin_array", kDlmm, data, dlmm_bin_array_layout());
        description.fields.emplace_back("nonempty_bins", nonempty_bins(data));
        if (data[kArrayVersionOffset] >= kArrayVersionWithOrders) {
            description.fields.emplace_back("limit_orders", limit_orders(data));
        }
        return description;
    }
    if (is_kind(kDlmmBitmapExtensionDiscriminator, kDlmmBitmapExtensionBytes)) {
        auto description =
            describe_with("bitmap_extension", kDlmm, data, dlmm_bitmap_extension_layout());
        description.fields.emplace_back("positive_bin_array_bitmap",
                                        hex(kPositiveOffset, kRowsBytes));
        description.fields.emplace_back("negative_bin_array_bitmap",
                                        hex(kNegativeOffset, kRowsBytes));
        return description;
    }
    return refuse(owner, pubkey, data,
                  fmt::format("the discriminator of a Meteora DLMM pool and {}, of a bin array and "
                              "{}, or of a bitmap extension and {}",
                              kDlmmPoolBytes, kDlmmBinArrayBytes, kDlmmBitmapExtensionBytes));
}

}  // namespace sniperforge::dex
