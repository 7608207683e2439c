// SPDX-License-Identifier: MIT
#include "sim/program_pump_layout.hpp"

#include "sim/derived.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim::pump {
namespace {

using solana::seed;

Pubkey derived(std::initializer_list<BytesView> seeds, const Pubkey& program = kProgram) {
    return sim::derived(seeds, program).address;
}

}  // namespace

bool has_key(BytesView data, std::size_t offset, std::size_t count, const Pubkey& key) {
    for (std::size_t i = 0; i < count; ++i) {
        if (key_field(data, offset + i * Pubkey::kSize) == key) {
            return true;
        }
    }
    return false;
}

const Pubkey& global_address() {
    static const Pubkey address = derived({seed("global")});
    return address;
}
const Pubkey& event_authority() {
    static const Pubkey address = derived({seed("__event_authority")});
    return address;
}
const Pubkey& mint_authority() {
    static const Pubkey address = derived({seed("mint-authority")});
    return address;
}
const Pubkey& global_volume_accumulator() {
    static const Pubkey address = derived({seed("global_volume_accumulator")});
    return address;
}
Pubkey curve_address(const Pubkey& mint) { return derived({seed("bonding-curve"), mint.bytes}); }
Pubkey curve_v2_address(const Pubkey& mint) {
    return derived({seed("bonding-curve-v2"), mint.bytes});
}
Pubkey creator_vault(const Pubkey& creator) {
    return derived({seed("creator-vault"), creator.bytes});
}
Pubkey pool_authority(const Pubkey& mint) { return derived({seed("pool-authority"), mint.bytes}); }
Pubkey sharing_config(const Pubkey& mint) {
    return derived({seed("sharing-config"), mint.bytes}, kFeeProgram);
}
Pubkey user_volume_accumulator(const Pubkey& user, const Pubkey& program) {
    return derived({seed("user_volume_accumulator"), user.bytes}, program);
}
Pubkey fee_config_address(const Pubkey& program) {
    return derived({seed("fee_config"), program.bytes}, kFeeProgram);
}

Bytes encode_curve(const NewCurve& fields, std::size_t size) {
    Bytes data(size, 0);
    std::ranges::copy(kCurveDiscriminator, data.begin());
    write_le(data, curve::kVirtualToken, fields.virtual_token);
    write_le(data, curve::kVirtualQuote, fields.virtual_quote);
    write_le(data, curve::kRealToken, fields.real_token);
    write_le(data, curve::kRealQuote, fields.real_quote);
    write_le(data, curve::kSupply, fields.supply);
    data[curve::kComplete] = fields.is_complete ? 1 : 0;
    if (size >= curve::kIsMayhem) {
        anchor::put_key(data, curve::kCreator, fields.creator);
    }
    if (size > curve::kIsCashback) {
        data[curve::kIsMayhem] = fields.is_mayhem ? 1 : 0;
        data[curve::kIsCashback] = fields.is_cashback ? 1 : 0;
    }
    return data;
}

}  // namespace sniperforge::sim::pump
