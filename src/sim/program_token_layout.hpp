// SPDX-License-Identifier: MIT
// SPL Token accounts and mints as offsets into their bytes. Source: protocol wire section 6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim::token {

inline constexpr std::size_t kAccountBytes = 165;
inline constexpr std::size_t kMintBytes = 82;
// A Token-2022 account with the ImmutableOwner extension, as its ATAs are: base, type, empty entry.
inline constexpr std::size_t kAccount2022Bytes = 170;

// Token account.
inline constexpr std::size_t kMint = 0;
inline constexpr std::size_t kOwner = 32;
inline constexpr std::size_t kAmount = 64;
inline constexpr std::size_t kDelegate = 72;  // COption<Pubkey>: tag u32, then the key.
inline constexpr std::size_t kState = 108;
inline constexpr std::size_t kNative = 109;  // COption<u64>: the rent reserve.
inline constexpr std::size_t kDelegatedAmount = 121;
inline constexpr std::size_t kCloseAuthority = 129;
inline constexpr std::size_t kAccountType = 165;  // 1 mint, 2 account; longer data only.
inline constexpr std::size_t kExtensions = 166;

// Mint.
inline constexpr std::size_t kMintAuthority = 0;
inline constexpr std::size_t kSupply = 36;
inline constexpr std::size_t kDecimals = 44;
inline constexpr std::size_t kIsInitialized = 45;
inline constexpr std::size_t kFreezeAuthority = 46;

enum State : std::uint8_t { kUninitialized = 0, kInitialized = 1, kFrozen = 2 };

[[nodiscard]] inline Pubkey read_key(BytesView data, std::size_t offset) {
    return Pubkey::from(data.subspan(offset, Pubkey::kSize));
}
inline void write_key(std::span<std::uint8_t> data, std::size_t offset, const Pubkey& key) {
    std::memcpy(data.data() + offset, key.bytes.data(), Pubkey::kSize);
}
[[nodiscard]] inline std::optional<Pubkey> read_optional_key(BytesView data, std::size_t offset) {
    if (read_le<std::uint32_t>(data, offset) == 0) {
        return std::nullopt;
    }
    return read_key(data, offset + 4);
}
inline void write_optional_key(std::span<std::uint8_t> data, std::size_t offset,
                               const std::optional<Pubkey>& key) {
    write_le(data, offset, std::uint32_t{key ? 1U : 0U});
    write_key(data, offset + 4, key.value_or(Pubkey{}));
}

[[nodiscard]] inline bool has_account_size(BytesView data) {
    return data.size() == kAccountBytes || (data.size() > kAccountType && data[kAccountType] == 2);
}
[[nodiscard]] inline bool has_mint_size(BytesView data) {
    return data.size() == kMintBytes || (data.size() > kAccountType && data[kAccountType] == 1);
}
// An initialised token account or mint that a token program owns.
[[nodiscard]] inline bool is_account(const Account& account) {
    return solana::is_token_program(account.owner) && has_account_size(account.data) &&
           account.data[kState] != kUninitialized;
}
[[nodiscard]] inline bool is_mint(const Account& account) {
    return solana::is_token_program(account.owner) && has_mint_size(account.data) &&
           account.data[kIsInitialized] == 1;
}

[[nodiscard]] inline std::uint64_t amount(BytesView data) {
    return read_le<std::uint64_t>(data, kAmount);
}
[[nodiscard]] inline Pubkey mint(BytesView data) { return read_key(data, kMint); }
[[nodiscard]] inline Pubkey owner(BytesView data) { return read_key(data, kOwner); }
[[nodiscard]] inline bool is_native(BytesView data) {
    return read_le<std::uint32_t>(data, kNative) == 1;
}
[[nodiscard]] inline std::uint64_t native_reserve(BytesView data) {
    return read_le<std::uint64_t>(data, kNative + 4);
}

// A token account as genesis and InitializeAccount write it, without extensions.
[[nodiscard]] Bytes encode_account(const Pubkey& mint, const Pubkey& owner, std::uint64_t amount,
                                   std::optional<std::uint64_t> native_reserve);
struct MintFields {
    std::optional<Pubkey> mint_authority, freeze_authority;
    std::uint64_t supply = 0;
    std::uint8_t decimals = 0;
};
[[nodiscard]] Bytes encode_mint(const MintFields& fields);
// Adds the ImmutableOwner extension to a base account: Token-2022's associated accounts have it.
void append_immutable_owner(Bytes& account);

}  // namespace sniperforge::sim::token
