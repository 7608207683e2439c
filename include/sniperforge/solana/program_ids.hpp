// SPDX-License-Identifier: MIT
// Well-known addresses as compile-time constants: usable before main and in any static initialiser.
// Source: protocol wire format section 4.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sniperforge/core/key.hpp"

namespace sniperforge::solana {

namespace detail {

// Not constexpr on purpose: reaching it while decoding a constant is the compile error.
inline void not_a_base58_key() {}

// 0 to 57, or 58 for what is no digit. The alphabet leaves out 0, I, O and l.
[[nodiscard]] consteval std::uint32_t base58_digit(char c) {
    const auto at = [c](char first, int value) {
        return static_cast<std::uint32_t>(c - first + value);
    };
    if (c >= '1' && c <= '9') {
        return at('1', 0);
    }
    if (c >= 'A' && c <= 'Z' && c != 'I' && c != 'O') {
        return c < 'I' ? at('A', 9) : c < 'O' ? at('J', 17) : at('P', 22);
    }
    if (c >= 'a' && c <= 'z' && c != 'l') {
        return c < 'l' ? at('a', 33) : at('m', 44);
    }
    return 58;
}

// base58 of exactly 32 bytes, at compile time only; core's base58_decode is the run-time one. Every
// unit that includes this pays for each constant, so that it counts in words and not in bytes.
[[nodiscard]] consteval Pubkey key_literal(std::string_view text) {
    std::uint32_t words[Pubkey::kSize / 4] = {};  // The least significant first.
    for (const char c : text) {
        std::uint64_t carry = base58_digit(c);
        if (carry == 58) {
            not_a_base58_key();
        }
        for (std::uint32_t& word : words) {
            carry += std::uint64_t{word} * 58U;
            word = static_cast<std::uint32_t>(carry);
            carry >>= 32U;
        }
        if (carry != 0) {
            not_a_base58_key();
        }
    }
    Pubkey key;
    for (std::size_t i = 0; i < Pubkey::kSize; ++i) {
        key.bytes[Pubkey::kSize - 1 - i] =
            static_cast<std::uint8_t>(words[i / 4] >> (8U * (i % 4)));
    }
    // Each leading '1' is one leading zero byte; a mismatch is a mistyped constant.
    std::size_t ones = 0;
    while (ones < text.size() && text[ones] == '1') {
        ++ones;
    }
    std::size_t zeros = 0;
    while (zeros < Pubkey::kSize && key.bytes[zeros] == 0) {
        ++zeros;
    }
    if (ones != zeros) {
        not_a_base58_key();
    }
    return key;
}

}  // namespace detail

inline constexpr Pubkey kSystemProgram = detail::key_literal("11111111111111111111111111111111");
inline constexpr Pubkey kTokenProgram =
    detail::key_literal("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
inline constexpr Pubkey kToken2022Program =
    detail::key_literal("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
inline constexpr Pubkey kAssociatedTokenProgram =
    detail::key_literal("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
inline constexpr Pubkey kComputeBudgetProgram =
    detail::key_literal("ComputeBudget111111111111111111111111111111");
inline constexpr Pubkey kMemoProgram =
    detail::key_literal("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");
inline constexpr Pubkey kAddressLookupTableProgram =
    detail::key_literal("AddressLookupTab1e1111111111111111111111111");

inline constexpr Pubkey kRecentBlockhashesSysvar =
    detail::key_literal("SysvarRecentB1ockHashes11111111111111111111");
inline constexpr Pubkey kRentSysvar =
    detail::key_literal("SysvarRent111111111111111111111111111111111");

inline constexpr Pubkey kWrappedSolMint =
    detail::key_literal("So11111111111111111111111111111111111111112");
inline constexpr Pubkey kUsdcMint =
    detail::key_literal("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");
inline constexpr Pubkey kUsdtMint =
    detail::key_literal("Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB");
// What prices are in: it is neither judged, nor bought or sold as a token, nor swept.
[[nodiscard]] constexpr bool is_money(const Pubkey& mint) {
    return mint == kWrappedSolMint || mint == kUsdcMint || mint == kUsdtMint;
}

inline constexpr Pubkey kRaydiumCpmmProgram =
    detail::key_literal("CPMMoo8L3F4NbTegBCKVNunggL7H1ZpdTHKxQB5qKP1C");
inline constexpr Pubkey kRaydiumAmmV4Program =
    detail::key_literal("675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8");
inline constexpr Pubkey kRaydiumClmmProgram =
    detail::key_literal("CAMMCzo5YL8w4VFF8KVHrK22GGUsp5VTaW7grrKgrWqK");
inline constexpr Pubkey kOrcaWhirlpoolProgram =
    detail::key_literal("whirLbMiicVdio4qvUfM5KAg6Ct8VwpYzGff3uctyCc");
inline constexpr Pubkey kPumpCurveProgram =
    detail::key_literal("6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P");
inline constexpr Pubkey kPumpSwapProgram =
    detail::key_literal("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA");
inline constexpr Pubkey kPumpFeesProgram =
    detail::key_literal("pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ");
inline constexpr Pubkey kMeteoraDlmmProgram =
    detail::key_literal("LBUZKhRxPF3XUpBCjp4YzTKgLccjZhTSDM9YuVaPwxo");
inline constexpr Pubkey kMeteoraDammV2Program =
    detail::key_literal("cpamdpZCGKUy5JxQXB4dcpGPiikHawvSWAd6mEn1sGG");
inline constexpr Pubkey kJupiterV6Program =
    detail::key_literal("JUP6LkbZbjS1jKKwapdHNy74zcZ3tLUZoi5QNyVTaV4");

// SPL Token or Token-2022: the two programs that may own a mint.
[[nodiscard]] constexpr bool is_token_program(const Pubkey& program) {
    return program == kTokenProgram || program == kToken2022Program;
}

}  // namespace sniperforge::solana
