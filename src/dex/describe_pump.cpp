// SPDX-License-Identifier: MIT
// The accounts of the bonding curve program, of PumpSwap and of their fee program, field by field.
// Fields that an older account is too short for are left out.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dex/describe_fields.hpp"
#include "dex/pump_layout.hpp"
#include "sniperforge/dex/pump_curve.hpp"
#include "sniperforge/dex/pump_swap.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::dex {
namespace {

struct KeyArray {
    std::string_view name;
    std::size_t offset = 0;
    std::size_t count = 0;
};

constexpr KeyArray kGlobalArrays[] = {{"fee_recipients", 162, 7},
                                      {"reserved_fee_recipients", 516, 7},
                                      {"buyback_fee_recipients", 741, 8},
                                      {"whitelisted_quote_mints", 1'013, 1}};
constexpr KeyArray kSwapGlobalArrays[] = {{"protocol_fee_recipients", 57, 8},
                                          {"reserved_fee_recipients", 418, 7},
                                          {"buyback_fee_recipients", 643, 8}};

std::size_t bytes_of(FieldType type) {
    switch (type) {
        case FieldType::Bool:
        case FieldType::U8:
            return 1;
        case FieldType::U16:
        case FieldType::Hex2:
            return 2;
        case FieldType::U32:
        case FieldType::I32:
            return 4;
        case FieldType::U64:
        case FieldType::I64:
            return 8;
        case FieldType::U128:
        case FieldType::I128:
            return 16;
        case FieldType::Key:
            return Pubkey::kSize;
    }
    SF_ASSERT(false);
}

// The fields that the account is long enough for; tables are in order of offset.
std::span<const FieldLayout> present(std::span<const FieldLayout> layout, BytesView data) {
    const auto end = std::ranges::find_if(layout, [&](const FieldLayout& field) {
        return field.offset + bytes_of(field.type) > data.size();
    });
    return layout.first(static_cast<std::size_t>(end - layout.begin()));
}

void add_arrays(AccountDescription& description, BytesView data, std::span<const KeyArray> arrays) {
    for (const KeyArray& array : arrays) {
        if (array.offset + array.count * Pubkey::kSize > data.size()) {
            break;
        }
        std::vector<FieldValue> keys;
        for (std::size_t i = 0; i < array.count; ++i) {
            keys.push_back(
                text(Pubkey::from(data.subspan(array.offset + i * Pubkey::kSize)).to_string()));
        }
        description.fields.emplace_back(std::string{array.name}, FieldValue{std::move(keys)});
    }
}

ObjectField describe_fees(const PumpFees& fees) {
    return {{"lp_fee_bps", wide(fees.lp)},
            {"protocol_fee_bps", wide(fees.protocol)},
            {"creator_fee_bps", wide(fees.creator)}};
}

FieldValue describe_tiers(const PumpFeeTiers& tiers) {
    std::vector<FieldValue> list;
    for (const PumpFeeTier& tier : tiers) {
        ObjectField object = describe_fees(tier.fees);
        object.insert(object.begin(), {"market_cap_lamports_threshold", wide(tier.market_cap_min)});
        list.push_back({std::move(object)});
    }
    return {std::move(list)};
}

}  // namespace

Result<AccountDescription> describe_pump_curve(const Pubkey& owner, const Pubkey& pubkey,
                                               BytesView data) {
    const auto venue = VenueId::PumpCurve;
    if (starts_with(data, kPumpCurveDiscriminator)) {
        if (const auto pool = decode_pump_curve_pool(pubkey, data); !pool) {
            return Err<Error>{pool.error()};
        }
        auto description =
            describe_with("bonding_curve", venue, data, present(pump_curve_layout(), data));
        description.fields.emplace_back("layout_present_len", narrow(data.size()));
        return description;
    }
    if (starts_with(data, kPumpGlobalDiscriminator)) {
        auto description =
            describe_with("global", venue, data, present(pump_global_layout(), data));
        add_arrays(description, data, kGlobalArrays);
        return description;
    }
    return refuse(owner, pubkey, data, "the discriminator of a pump bonding curve or Global");
}

Result<AccountDescription> describe_pump_swap(const Pubkey& owner, const Pubkey& pubkey,
                                              BytesView data) {
    const auto venue = VenueId::PumpSwap;
    if (starts_with(data, kPumpSwapPoolDiscriminator)) {
        const auto pool = decode_pump_swap_pool(pubkey, data);
        if (!pool) {
            return Err<Error>{pool.error()};
        }
        auto description =
            describe_with("pool", venue, data, present(pump_swap_pool_layout(), data));
        const auto derived = solana::find_program_address(
            {solana::seed("pool"), data.subspan(9, 2), data.subspan(11, 32), data.subspan(43, 32),
             data.subspan(75, 32)},
            owner);
        description.fields.emplace_back("derived_pool_pda", text(derived.address.to_string()));
        description.fields.emplace_back("is_canonical_pump_pool", FieldValue{is_canonical(*pool)});
        return description;
    }
    if (starts_with(data, kPumpSwapGlobalDiscriminator)) {
        auto description =
            describe_with("config", venue, data, present(pump_swap_global_layout(), data));
        add_arrays(description, data, kSwapGlobalArrays);
        return description;
    }
    return refuse(owner, pubkey, data, "the discriminator of a PumpSwap pool or GlobalConfig");
}

Result<AccountDescription> describe_pump_fees(const Pubkey& owner, const Pubkey& pubkey,
                                              BytesView data) {
    if (!starts_with(data, kPumpFeeConfigDiscriminator)) {
        return refuse(owner, pubkey, data, "the discriminator of a pump FeeConfig");
    }
    const auto config = decode_pump_fee_config(data);
    if (!config) {
        return fail(fmt::format("describing account {}", pubkey.to_string()), config.error());
    }
    AccountDescription description{.kind = "fee_config", .venue = std::nullopt, .fields = {}};
    auto& fields = description.fields;
    fields.emplace_back("bump", narrow(data[8]));
    fields.emplace_back("admin", text(config->admin.to_string()));
    fields.emplace_back("flat_fees", FieldValue{describe_fees(config->flat)});
    fields.emplace_back("fee_tiers", describe_tiers(config->tiers));
    fields.emplace_back("stable_fee_tiers", describe_tiers(config->stable_tiers));
    fields.emplace_back("exotic_flat_fees", FieldValue{describe_fees(config->exotic_flat)});
    fields.emplace_back("consumed", narrow(config->tiers_end));
    return description;
}

}  // namespace sniperforge::dex
