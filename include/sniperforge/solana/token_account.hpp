// SPDX-License-Identifier: MIT
// SPL Token accounts (165 bytes) and mints (82 bytes); both token programs share the base layout,
// Token-2022 may append extensions (token_extensions.hpp).
// Source: protocol wire format section 6.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/token_extensions.hpp"

namespace sniperforge::solana {

inline constexpr std::size_t kTokenAccountBytes = 165;
inline constexpr std::size_t kMintBytes = 82;
// A multisig of the token program; Token-2022 never lets an account or mint have this length.
inline constexpr std::size_t kTokenMultisigBytes = 355;

enum class TokenAccountState : std::uint8_t { Uninitialized = 0, Initialized = 1, Frozen = 2 };

struct TokenAccount {
    Pubkey mint;
    Pubkey owner;
    TokenAmount amount;
    std::optional<Pubkey> delegate;
    TokenAccountState state = TokenAccountState::Initialized;
    std::optional<Lamports> native_rent_reserve;  // Set: wrapped SOL, amount = lamports - reserve.
    TokenAmount delegated_amount;
    std::optional<Pubkey> close_authority;

    [[nodiscard]] bool operator==(const TokenAccount&) const = default;
    [[nodiscard]] bool is_native() const { return native_rent_reserve.has_value(); }
    [[nodiscard]] bool is_frozen() const { return state == TokenAccountState::Frozen; }
};

struct Mint {
    std::optional<Pubkey> mint_authority;
    TokenAmount supply;
    std::uint8_t decimals = 0;
    bool is_initialized = true;
    std::optional<Pubkey> freeze_authority;

    [[nodiscard]] bool operator==(const Mint&) const = default;
};

// The base part of an account of exactly 165 bytes, or longer with account type 2 (or 0: not set)
// at offset 165.
// The caller has checked that a token program owns it.
[[nodiscard]] Result<TokenAccount> decode_token_account(BytesView data);
[[nodiscard]] std::array<std::uint8_t, kTokenAccountBytes> encode_token_account(
    const TokenAccount& account);

// The base part of an account of exactly 82 bytes, or above 165 with account type 1 at offset 165.
[[nodiscard]] Result<Mint> decode_mint(BytesView data);
[[nodiscard]] std::array<std::uint8_t, kMintBytes> encode_mint(const Mint& mint);

// Only the amount, for balances on the hot path: nothing when the data is no token account's size.
[[nodiscard]] std::optional<TokenAmount> token_account_amount(BytesView data);

}  // namespace sniperforge::solana
