// SPDX-License-Identifier: MIT
#include "sim/program_cpmm_layout.hpp"

#include <algorithm>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim::cpmm {
namespace {

const solana::ProgramAddress& authority_address() {
    static const solana::ProgramAddress address = solana::find_program_address(
        {solana::seed("vault_and_lp_mint_auth_seed")}, solana::kRaydiumCpmmProgram);
    return address;
}

void put_key(Bytes& data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

const Pubkey& authority() { return authority_address().address; }
std::uint8_t authority_bump() { return authority_address().bump; }

Bytes encode_pool(const NewPool& fields) {
    Bytes data(kPoolBytes, 0);
    std::ranges::copy(kPoolDiscriminator, data.begin());
    put_key(data, pool::kConfig, fields.config);
    put_key(data, pool::kCreator, fields.creator);
    put_key(data, pool::kVault0, fields.vault_0);
    put_key(data, pool::kVault1, fields.vault_1);
    put_key(data, pool::kLpMint, fields.lp_mint);
    put_key(data, pool::kMint0, fields.mint_0);
    put_key(data, pool::kMint1, fields.mint_1);
    put_key(data, pool::kProgram0, fields.program_0);
    put_key(data, pool::kProgram1, fields.program_1);
    put_key(data, pool::kObservation, fields.observation);
    data[pool::kAuthBump] = authority_bump();
    data[pool::kLpDecimals] = fields.lp_decimals;
    data[pool::kDecimals0] = fields.decimals_0;
    data[pool::kDecimals1] = fields.decimals_1;
    write_le(data, pool::kLpSupply, fields.lp_supply);
    write_le(data, pool::kOpenTime, fields.open_time);
    write_le(data, pool::kRecentEpoch, fields.epoch);
    data[pool::kCreatorFeeOn] = fields.creator_fee_on;
    data[pool::kCreatorFeeEnabled] = fields.is_creator_fee_enabled ? 1 : 0;
    return data;
}

std::uint64_t first_liquidity(std::uint64_t amount_0, std::uint64_t amount_1) {
    const u128 product = static_cast<u128>(amount_0) * amount_1;
    u128 low = 0;
    u128 high = kU64Max;
    while (low < high) {
        const u128 middle = (low + high + 1) / 2;
        if (middle * middle <= product) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return static_cast<std::uint64_t>(low);
}

}  // namespace sniperforge::sim::cpmm
