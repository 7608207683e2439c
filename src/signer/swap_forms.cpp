// SPDX-License-Identifier: MIT
// Source: protocol amm-raydium, amm-orca, amm-pump and amm-meteora, the sections on instructions.
#include "signer/swap_forms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

using Accounts = std::span<const Pubkey>;

constexpr Pubkey kInstructionsSysvar =
    solana::detail::key_literal("Sysvar1nstructions1111111111111111111111111");

// What follows the fixed accounts in one transaction: at most ten tick or bin arrays and a bitmap.
constexpr std::uint8_t kArraysMax = 11;

void turn_amounts(SwapInstruction& swap) { std::swap(swap.amount_in_max, swap.amount_out_min); }

// The tail that both programs of ticks have: price limit, then whether the amount is the input.
[[nodiscard]] Result<void> read_tick_swap(BytesView data, SwapInstruction& swap) {
    constexpr std::size_t kPriceLimitAt = 24;
    constexpr std::size_t kIsInputAt = 40;
    const BytesView limit = data.subspan(kPriceLimitAt, kIsInputAt - kPriceLimitAt);
    if (std::ranges::any_of(limit, [](std::uint8_t byte) { return byte != 0; })) {
        return fail("with a price limit, at which it may stop half way");
    }
    if (data[kIsInputAt] > 1) {
        return fail(fmt::format("whose amount is of kind {}", data[kIsInputAt]));
    }
    if (data[kIsInputAt] == 0) {
        turn_amounts(swap);
    }
    return {};
}

[[nodiscard]] Result<void> finish_clmm(Accounts /*accounts*/, BytesView data,
                                       SwapInstruction& swap) {
    return read_tick_swap(data, swap);
}

// The accounts are those of token A and B, whatever is spent; a flag says which.
[[nodiscard]] Result<void> finish_whirlpool(Accounts /*accounts*/, BytesView data,
                                            SwapInstruction& swap) {
    constexpr std::size_t kIsAToBAt = 41;
    constexpr std::size_t kRemainingAt = 42;
    if (data[kIsAToBAt] > 1 || data[kRemainingAt] != 0) {
        return fail(fmt::format("of direction {} with accounts of kind {} behind it",
                                data[kIsAToBAt], data[kRemainingAt]));
    }
    if (data[kIsAToBAt] == 0) {
        std::swap(swap.source, swap.destination);
    }
    return read_tick_swap(data, swap);
}

[[nodiscard]] Result<void> finish_dlmm(Accounts accounts, BytesView data, SwapInstruction& swap) {
    constexpr std::size_t kHostAt = 9;
    constexpr std::size_t kSlicesAt = 24;
    if (accounts[kHostAt] != solana::kMeteoraDlmmProgram) {
        return fail("that pays a host fee to " + accounts[kHostAt].to_string());
    }
    if (const auto slices = read_le<std::uint32_t>(data, kSlicesAt); slices != 0) {
        return fail(fmt::format("with {} groups of accounts for transfer hooks", slices));
    }
    (void)swap;
    return {};
}

[[nodiscard]] Result<void> finish_damm_v2(Accounts accounts, BytesView data,
                                          SwapInstruction& swap) {
    constexpr std::size_t kReferrerAt = 11;
    constexpr std::size_t kSysvarAt = 14;
    constexpr std::size_t kModeAt = 24;
    constexpr std::uint8_t kExactIn = 0;
    constexpr std::uint8_t kExactOut = 2;
    if (accounts[kReferrerAt] != solana::kMeteoraDammV2Program) {
        return fail("that pays a referrer, " + accounts[kReferrerAt].to_string());
    }
    if (accounts.size() > kSysvarAt && accounts[kSysvarAt] != kInstructionsSysvar) {
        return fail("with account " + accounts[kSysvarAt].to_string() + " behind it");
    }
    if (data[kModeAt] == kExactOut) {
        turn_amounts(swap);
    } else if (data[kModeAt] != kExactIn) {
        return fail(fmt::format("in mode {}, which may stop half way", data[kModeAt]));
    }
    return {};
}

// Against SOL the program moves lamports of the wallet, whatever token accounts are named.
[[nodiscard]] bool is_native_sol(Accounts accounts) {
    constexpr std::size_t kQuoteMintAt = 2;
    return accounts[kQuoteMintAt] == solana::kWrappedSolMint || accounts[kQuoteMintAt].is_zero();
}

// The user's volume accumulator; what a creator's empty vault and a curve of an old version lack,
// which together is less than one more. Against a token also accounts of it: for whom the fee
// goes to, the creator's vault and the accumulator.
[[nodiscard]] std::uint8_t curve_rents(Accounts accounts) {
    return is_native_sol(accounts) ? 2 : 5;
}

[[nodiscard]] Result<void> finish_curve_buy(Accounts accounts, BytesView /*data*/,
                                            SwapInstruction& swap) {
    swap.is_native_in = is_native_sol(accounts);
    swap.accounts_created_max = curve_rents(accounts);
    return {};
}

[[nodiscard]] Result<void> finish_curve_sell(Accounts accounts, BytesView /*data*/,
                                             SwapInstruction& swap) {
    swap.is_native_out = is_native_sol(accounts);
    swap.accounts_created_max = curve_rents(accounts);
    return {};
}

[[nodiscard]] Result<void> finish_pump_swap_buy(Accounts /*accounts*/, BytesView data,
                                                SwapInstruction& swap) {
    constexpr std::size_t kIsVolumeTrackedAt = 24;
    if (data[kIsVolumeTrackedAt] > 1) {
        return fail(fmt::format("with {} for the tracking of volume", data[kIsVolumeTrackedAt]));
    }
    swap.accounts_created_max = 1;
    return {};
}

constexpr SwapForm kForms[] = {
    {.program = solana::kRaydiumAmmV4Program,
     .name = "swap_base_in_v2",
     .discriminator = {16},
     .discriminator_bytes = 1,
     .data_bytes = 17,
     .accounts_min = 8,
     .accounts_max = 8,
     .authority = 7,
     .source = 5,
     .destination = 6},
    {.program = solana::kRaydiumAmmV4Program,
     .name = "swap_base_out_v2",
     .discriminator = {17},
     .discriminator_bytes = 1,
     .data_bytes = 17,
     .accounts_min = 8,
     .accounts_max = 8,
     .authority = 7,
     .source = 5,
     .destination = 6},
    {.program = solana::kRaydiumCpmmProgram,
     .name = "swap_base_input",
     .discriminator = {0x8f, 0xbe, 0x5a, 0xda, 0xc4, 0x1e, 0x33, 0xde},
     .accounts_min = 13,
     .accounts_max = 13,
     .authority = 0,
     .source = 4,
     .destination = 5},
    {.program = solana::kRaydiumCpmmProgram,
     .name = "swap_base_output",
     .discriminator = {0x37, 0xd9, 0x62, 0x56, 0xa3, 0x4a, 0xb4, 0xad},
     .accounts_min = 13,
     .accounts_max = 13,
     .authority = 0,
     .source = 4,
     .destination = 5},
    {.program = solana::kRaydiumClmmProgram,
     .name = "swap_v2",
     .discriminator = {0x2b, 0x04, 0xed, 0x0b, 0x1a, 0xc9, 0x1e, 0x62},
     .data_bytes = 41,
     .accounts_min = 13,
     .accounts_max = 13 + kArraysMax,
     .authority = 0,
     .source = 3,
     .destination = 4,
     .finish = finish_clmm},
    {.program = solana::kOrcaWhirlpoolProgram,
     .name = "swap_v2",
     .discriminator = {0x2b, 0x04, 0xed, 0x0b, 0x1a, 0xc9, 0x1e, 0x62},
     .data_bytes = 43,
     .accounts_min = 15,
     .accounts_max = 15,
     .authority = 3,
     .source = 7,
     .destination = 9,
     .finish = finish_whirlpool},
    {.program = solana::kPumpCurveProgram,
     .name = "buy_v2",
     .discriminator = {0xb8, 0x17, 0xee, 0x61, 0x67, 0xc5, 0xd3, 0x3d},
     .accounts_min = 27,
     .accounts_max = 27,
     .authority = 13,
     .source = 15,
     .destination = 14,
     .is_out_first = true,
     .finish = finish_curve_buy},
    {.program = solana::kPumpCurveProgram,
     .name = "buy_exact_quote_in_v2",
     .discriminator = {0xc2, 0xab, 0x1c, 0x46, 0x68, 0x4d, 0x5b, 0x2f},
     .accounts_min = 27,
     .accounts_max = 27,
     .authority = 13,
     .source = 15,
     .destination = 14,
     .finish = finish_curve_buy},
    {.program = solana::kPumpCurveProgram,
     .name = "sell_v2",
     .discriminator = {0x5d, 0xf6, 0x82, 0x3c, 0xe7, 0xe9, 0x40, 0xb2},
     .accounts_min = 26,
     .accounts_max = 26,
     .authority = 13,
     .source = 14,
     .destination = 15,
     .finish = finish_curve_sell},
    {.program = solana::kPumpSwapProgram,
     .name = "buy",
     .discriminator = {0x66, 0x06, 0x3d, 0x12, 0x01, 0xda, 0xeb, 0xea},
     .data_bytes = 25,
     .accounts_min = 25,
     .accounts_max = 27,
     .authority = 1,
     .source = 6,
     .destination = 5,
     .is_out_first = true,
     .finish = finish_pump_swap_buy},
    {.program = solana::kPumpSwapProgram,
     .name = "buy_exact_quote_in",
     .discriminator = {0xc6, 0x2e, 0x15, 0x52, 0xb4, 0xd9, 0xe8, 0x70},
     .data_bytes = 25,
     .accounts_min = 25,
     .accounts_max = 27,
     .authority = 1,
     .source = 6,
     .destination = 5,
     .finish = finish_pump_swap_buy},
    {.program = solana::kPumpSwapProgram,
     .name = "sell",
     .discriminator = {0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad},
     .accounts_min = 23,
     .accounts_max = 26,
     .authority = 1,
     .source = 5,
     .destination = 6},
    {.program = solana::kMeteoraDlmmProgram,
     .name = "swap2",
     .discriminator = {0x41, 0x4b, 0x3f, 0x4c, 0xeb, 0x5b, 0x5b, 0x88},
     .data_bytes = 28,
     .accounts_min = 16,
     .accounts_max = 16 + kArraysMax,
     .authority = 10,
     .source = 4,
     .destination = 5,
     .finish = finish_dlmm},
    {.program = solana::kMeteoraDlmmProgram,
     .name = "swap_exact_out2",
     .discriminator = {0x2b, 0xd7, 0xf7, 0x84, 0x89, 0x3c, 0xf3, 0x51},
     .data_bytes = 28,
     .accounts_min = 16,
     .accounts_max = 16 + kArraysMax,
     .authority = 10,
     .source = 4,
     .destination = 5,
     .finish = finish_dlmm},
    {.program = solana::kMeteoraDammV2Program,
     .name = "swap2",
     .discriminator = {0x41, 0x4b, 0x3f, 0x4c, 0xeb, 0x5b, 0x5b, 0x88},
     .data_bytes = 25,
     .accounts_min = 14,
     .accounts_max = 15,
     .authority = 8,
     .source = 2,
     .destination = 3,
     .finish = finish_damm_v2},
};

}  // namespace

std::span<const SwapForm> swap_forms() { return kForms; }

}  // namespace sniperforge::signer
