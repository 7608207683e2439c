// SPDX-License-Identifier: MIT
#include "sim/program_token_layout.hpp"

namespace sniperforge::sim::token {

Bytes encode_account(const Pubkey& mint, const Pubkey& owner, std::uint64_t amount,
                     std::optional<std::uint64_t> native_reserve) {
    Bytes data(kAccountBytes, 0);
    write_key(data, kMint, mint);
    write_key(data, kOwner, owner);
    write_le(data, kAmount, amount);
    data[kState] = kInitialized;
    if (native_reserve) {
        write_le(data, kNative, std::uint32_t{1});
        write_le(data, kNative + 4, *native_reserve);
    }
    return data;
}

Bytes encode_mint(const MintFields& fields) {
    Bytes data(kMintBytes, 0);
    write_optional_key(data, kMintAuthority, fields.mint_authority);
    write_le(data, kSupply, fields.supply);
    data[kDecimals] = fields.decimals;
    data[kIsInitialized] = 1;
    write_optional_key(data, kFreezeAuthority, fields.freeze_authority);
    return data;
}

void append_immutable_owner(Bytes& account) {
    constexpr std::uint8_t kTypeAccount = 2;
    constexpr std::uint16_t kImmutableOwner = 7;
    account.resize(kAccount2022Bytes, 0);
    account[kAccountType] = kTypeAccount;
    write_le(account, kExtensions, kImmutableOwner);
    write_le(account, kExtensions + 2, std::uint16_t{0});
}

}  // namespace sniperforge::sim::token
