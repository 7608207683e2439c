// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "dex/describe_fields.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/dex/raydium_clmm.hpp"

namespace sniperforge::dex {
namespace {

constexpr auto kClmm = VenueId::RaydiumClmm;
constexpr std::size_t kTicksOffset = 44;
constexpr std::size_t kTickBytes = 168;
constexpr std::size_t kTickBitmapOffset = 904, kTickBitmapBytes = 128;
constexpr std::size_t kPositiveTicksOffset = 40, kNegativeTicksOffset = 936, kTickRowsBytes = 896;

// Only the initialised ticks, under the program's names.
FieldValue initialised_ticks(BytesView data) {
    std::vector<FieldValue> ticks;
    for (std::size_t i = 0; i < static_cast<std::size_t>(kClmmTicksPerArray); ++i) {
        const BytesView tick = data.subspan(kTicksOffset + i * kTickBytes, kTickBytes);
        const auto u64 = [&](std::size_t offset) { return read_le<std::uint64_t>(tick, offset); };
        const auto gross = read_le<u128>(tick, 20);
        if (gross == 0 && u64(124) == 0 && u64(132) == 0) {
            continue;
        }
        ObjectField fields;
        const auto add = [&](const char* name, FieldValue value) {
            fields.emplace_back(name, std::move(value));
        };
        add("tick", {SignedField{read_le<std::int32_t>(tick, 0), false}});
        add("liquidity_net", {SignedField{read_le<i128>(tick, 4), true}});
        add("liquidity_gross", wide(gross));
        add("fee_growth_outside_0_x64", wide(read_le<u128>(tick, 36)));
        add("fee_growth_outside_1_x64", wide(read_le<u128>(tick, 52)));
        add("order_phase", wide(u64(116)));
        add("orders_amount", wide(u64(124)));
        add("part_filled_orders_remaining", wide(u64(132)));
        add("unfilled_ratio_x64", wide(read_le<u128>(tick, 140)));
        ticks.push_back({std::move(fields)});
    }
    return {std::move(ticks)};
}

}  // namespace

Result<AccountDescription> describe_raydium_clmm(const Pubkey& owner, const Pubkey& pubkey,
                                                 BytesView data) {
    const auto is_kind = [&](const Discriminator& discriminator, std::size_t bytes) {
        return starts_with(data, discriminator) && data.size() >= bytes;
    };
    if (is_kind(kClmmPoolDiscriminator, kClmmPoolBytes)) {
        auto description = describe_with("pool", kClmm, data, clmm_pool_layout());
        description.fields.emplace_back(
            "tick_array_bitmap",
            text(hex_encode(data.subspan(kTickBitmapOffset, kTickBitmapBytes))));
        return description;
    }
    if (is_kind(kClmmConfigDiscriminator, kClmmConfigBytes)) {
        return describe_with("config", kClmm, data, clmm_config_layout());
    }
    if (is_kind(kClmmTickArrayDiscriminator, kClmmTickArrayBytes)) {
        auto description = describe_with("tick_array", kClmm, data, clmm_tick_array_layout());
        description.fields.emplace_back("initialized_ticks", initialised_ticks(data));
        return description;
    }
    if (is_kind(kClmmBitmapExtensionDiscriminator, kClmmBitmapExtensionBytes)) {
        auto description =
            describe_with("bitmap_extension", kClmm, data, clmm_bitmap_extension_layout());
        const auto rows = [&](std::size_t offset) {
            return text(hex_encode(data.subspan(offset, kTickRowsBytes)));
        };
        description.fields.emplace_back("positive_tick_array_bitmap", rows(kPositiveTicksOffset));
        description.fields.emplace_back("negative_tick_array_bitmap", rows(kNegativeTicksOffset));
        return description;
    }
    return refuse(owner, pubkey, data,
                  fmt::format("the discriminator of a Raydium CLMM pool and {}, of a config and "
                              "{}, of a tick array and {}, or of a bitmap extension and {}",
                              kClmmPoolBytes, kClmmConfigBytes, kClmmTickArrayBytes,
                              kClmmBitmapExtensionBytes));
}

}  // namespace sniperforge::dex
