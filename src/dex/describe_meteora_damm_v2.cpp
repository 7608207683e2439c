// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "dex/describe_fields.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/dex/meteora_damm_v2.hpp"

namespace sniperforge::dex {
namespace {

// The three factors of the base fee, whose meaning depends on its mode.
constexpr std::size_t kBaseFeeDataOffset = 22;
constexpr std::size_t kBaseFeeDataBytes = 18;

}  // namespace

Result<AccountDescription> describe_meteora_damm_v2(const Pubkey& owner, const Pubkey& pubkey,
                                                    BytesView data) {
    if (!starts_with(data, kDammV2PoolDiscriminator)) {
        return refuse(owner, pubkey, data, "the discriminator of a Meteora DAMM v2 pool");
    }
    if (data.size() < kDammV2PoolBytes) {
        return refuse(owner, pubkey, data,
                      fmt::format("{} of a Meteora DAMM v2 pool", kDammV2PoolBytes));
    }
    auto description =
        describe_with("pool", VenueId::MeteoraDammV2, data, meteora_damm_v2_pool_layout());
    auto& fields = description.fields;
    const auto mode = std::ranges::find(fields, "base_fee_mode", &NamedField::name);
    SF_ASSERT(mode != fields.end());
    fields.emplace(mode + 1, "base_fee_data",
                   text(hex_encode(data.subspan(kBaseFeeDataOffset, kBaseFeeDataBytes))));
    return description;
}

}  // namespace sniperforge::dex
