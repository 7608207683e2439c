// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "dex/describe_fields.hpp"
#include "sniperforge/dex/orca_whirlpool.hpp"

namespace sniperforge::dex {
namespace {

constexpr auto kWhirlpool = VenueId::OrcaWhirlpool;
// Of a tick that is initialised, beyond its one byte.
constexpr std::size_t kDynamicTickBytes = 112;
constexpr std::size_t kDynamicBitmapOffset = 44;

Result<AccountDescription> describe_ticks(const Pubkey& pubkey, BytesView data, bool is_dynamic) {
    const auto ticks = decode_whirlpool_ticks(pubkey, data);
    if (!ticks) {
        return fail(fmt::format("describing account {}", pubkey.to_string()), ticks.error());
    }
    AccountDescription description{.kind = is_dynamic ? "dynamic_tick_array" : "tick_array",
                                   .venue = kWhirlpool,
                                   .fields = {}};
    auto& fields = description.fields;
    fields.emplace_back("start_tick_index", FieldValue{SignedField{ticks->start, false}});
    fields.emplace_back("whirlpool", text(ticks->pool.to_string()));
    if (is_dynamic) {
        fields.emplace_back("tick_bitmap", wide(read_le<u128>(data, kDynamicBitmapOffset)));
    }
    std::vector<FieldValue> initialised;
    for (const WhirlpoolTicks::Tick& tick : ticks->initialised) {
        initialised.push_back({ObjectField{
            {"offset", narrow(tick.offset)},
            {"liquidity_net", FieldValue{SignedField{tick.liquidity_net, true}}},
            {"liquidity_gross", wide(tick.liquidity_gross)},
        }});
    }
    const std::size_t count = initialised.size();
    fields.emplace_back("initialized_ticks", FieldValue{std::move(initialised)});
    if (is_dynamic) {
        fields.emplace_back("decoded_len",
                            narrow(kWhirlpoolDynamicTicksBytesMin + count * kDynamicTickBytes));
    }
    return description;
}

}  // namespace

Result<AccountDescription> describe_orca_whirlpool(const Pubkey& owner, const Pubkey& pubkey,
                                                   BytesView data) {
    if (starts_with(data, kWhirlpoolDiscriminator)) {
        if (data.size() < kWhirlpoolBytes) {
            return refuse(owner, pubkey, data, fmt::format("{} of a Whirlpool", kWhirlpoolBytes));
        }
        return describe_with("pool", kWhirlpool, data, whirlpool_layout());
    }
    if (starts_with(data, kWhirlpoolFixedTicksDiscriminator)) {
        return describe_ticks(pubkey, data, false);
    }
    if (starts_with(data, kWhirlpoolDynamicTicksDiscriminator)) {
        return describe_ticks(pubkey, data, true);
    }
    if (starts_with(data, kWhirlpoolOracleDiscriminator)) {
        if (data.size() < kWhirlpoolOracleBytes) {
            return refuse(owner, pubkey, data,
                          fmt::format("{} of a Whirlpool's oracle", kWhirlpoolOracleBytes));
        }
        return describe_with("oracle", kWhirlpool, data, whirlpool_oracle_layout());
    }
    return refuse(owner, pubkey, data,
                  "the discriminator of a Whirlpool, its tick array or its oracle");
}

}  // namespace sniperforge::dex
