// SPDX-License-Identifier: MIT
#include "sim/program_pumpswap_layout.hpp"

#include <array>

#include "sim/derived.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim::pumpswap {
namespace {

using solana::seed;

Pubkey derived(std::initializer_list<BytesView> seeds) {
    return sim::derived(seeds, kProgram).address;
}

solana::ProgramAddress pool_derived(const PoolName& name) {
    std::array<std::uint8_t, 2> index{};
    write_le(index, 0, name.index);
    return sim::derived(
        {seed("pool"), index, name.creator.bytes, name.base_mint.bytes, name.quote_mint.bytes},
        kProgram);
}

}  // namespace

const Pubkey& global_config() {
    static const Pubkey address = derived({seed("global_config")});
    return address;
}
const Pubkey& event_authority() {
    static const Pubkey address = derived({seed("__event_authority")});
    return address;
}
const Pubkey& global_volume_accumulator() {
    static const Pubkey address = derived({seed("global_volume_accumulator")});
    return address;
}
Pubkey pool_address(const PoolName& name) { return pool_derived(name).address; }
std::uint8_t pool_bump(const PoolName& name) { return pool_derived(name).bump; }
Pubkey lp_mint_address(const Pubkey& pool) { return derived({seed("pool_lp_mint"), pool.bytes}); }
Pubkey pool_v2_address(const Pubkey& base_mint) {
    return derived({seed("pool-v2"), base_mint.bytes});
}
Pubkey creator_vault_authority(const Pubkey& coin_creator) {
    return derived({seed("creator_vault"), coin_creator.bytes});
}

bool is_canonical(const PoolName& name) {
    return name.index == 0 && name.creator == pump::pool_authority(name.base_mint);
}

Bytes encode_pool(const NewPool& fields) {
    Bytes data(kPoolBytes, 0);
    std::ranges::copy(kPoolDiscriminator, data.begin());
    data[pool::kBump] = pool_bump(fields.name);
    write_le(data, pool::kIndex, fields.name.index);
    anchor::put_key(data, pool::kCreator, fields.name.creator);
    anchor::put_key(data, pool::kBaseMint, fields.name.base_mint);
    anchor::put_key(data, pool::kQuoteMint, fields.name.quote_mint);
    anchor::put_key(data, pool::kLpMint, fields.lp_mint);
    anchor::put_key(data, pool::kBaseVault, fields.base_vault);
    anchor::put_key(data, pool::kQuoteVault, fields.quote_vault);
    write_le(data, pool::kLpSupply, fields.lp_supply);
    anchor::put_key(data, pool::kCoinCreator, fields.coin_creator);
    data[pool::kIsMayhem] = fields.is_mayhem ? 1 : 0;
    data[pool::kIsCashback] = fields.is_cashback ? 1 : 0;
    write_le(data, pool::kVirtualQuote, fields.virtual_quote);
    return data;
}

PoolName name_of(BytesView pool_data) {
    return {read_le<std::uint16_t>(pool_data, pool::kIndex),
            anchor::key_at(pool_data, pool::kCreator), anchor::key_at(pool_data, pool::kBaseMint),
            anchor::key_at(pool_data, pool::kQuoteMint)};
}

}  // namespace sniperforge::sim::pumpswap
