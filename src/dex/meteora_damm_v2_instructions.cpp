// SPDX-License-Identifier: MIT
// What we send to DAMM v2, and how its instructions look.
#include "dex/account_bits.hpp"
#include "dex/account_kind.hpp"
#include "sniperforge/dex/meteora_damm_v2.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr Discriminator kSwap{0xf8, 0xc6, 0x9e, 0x91, 0xe1, 0x75, 0x87, 0xc8};
constexpr Discriminator kSwap2{0x41, 0x4b, 0x3f, 0x4c, 0xeb, 0x5b, 0x5b, 0x88};

// PDAs ["pool_authority"], which owns every vault, and ["__event_authority"] of the program.
constexpr Pubkey kPoolAuthority =
    solana::detail::key_literal("HLnpSz9h2S4hiLQ43rnSD9XkcUThA7B8hQMKmDaiTLcC");
constexpr Pubkey kEventAuthority =
    solana::detail::key_literal("3rmHSu74h1ZcmAisVcWerTCiRDQbUrBKmcwptYGjHfet");
constexpr Pubkey kInstructionsSysvar =
    solana::detail::key_literal("Sysvar1nstructions1111111111111111111111111");

// The pool, the user's two token accounts, both vaults. The referrer's account is written too where
// there is one; without one the program stands in its place.
constexpr std::uint32_t kSwapWritable = account_bits({1, 2, 3, 4, 5});
constexpr std::uint32_t kReferrer = account_bits({11});
constexpr std::uint8_t kSwapAccounts = 14;

// Creations: a badge for each mint may follow the accounts of every form. Data lengths are those
// without dynamic fee and without activation point, which are optional.
constexpr InstructionShape kInstructions[] = {
    {.name = "swap2",
     .discriminator = kSwap2,
     .data_bytes_min = 25,
     .accounts_min = kSwapAccounts,
     .accounts_max = kSwapAccounts + 1,  // The instructions sysvar, for rate limiters.
     .writable = kSwapWritable,
     .signers = account_bits({8}),
     .writable_sometimes = kReferrer,
     .is_ours = true},
    {.name = "swap",
     .discriminator = kSwap,
     .data_bytes_min = 24,
     .accounts_min = kSwapAccounts,
     .accounts_max = kSwapAccounts + 1,
     .writable = kSwapWritable,
     .signers = account_bits({8})},
    {.name = "initialize_pool",
     .discriminator = {0x5f, 0xb4, 0x0a, 0xac, 0x54, 0xae, 0xe8, 0x28},
     .data_bytes_min = 41,
     .accounts_min = 20,
     .accounts_max = 22,
     .writable = account_bits({1, 2, 3, 6, 7, 10, 11, 12, 13}),
     .signers = account_bits({1, 3}),
     .creation = CreationAccounts{.pool = 6, .mint_a = 8, .mint_b = 9}},
    {.name = "initialize_pool_with_dynamic_config",
     .discriminator = {0x95, 0x52, 0x48, 0xc5, 0xfd, 0xfc, 0x44, 0x0f},
     .data_bytes_min = 107,
     .accounts_min = 21,
     .accounts_max = 23,
     .writable = account_bits({1, 2, 3, 7, 8, 11, 12, 13, 14}),
     .signers = account_bits({1, 3, 4}),
     .creation = CreationAccounts{.pool = 7, .mint_a = 9, .mint_b = 10}},
    {.name = "initialize_customizable_pool",
     .discriminator = {0x14, 0xa1, 0xf1, 0x18, 0xbd, 0xdd, 0xb4, 0x02},
     .data_bytes_min = 107,
     .accounts_min = 19,
     .accounts_max = 21,
     .writable = account_bits({1, 2, 3, 5, 6, 9, 10, 11, 12}),
     .signers = account_bits({1, 3}),
     .creation = CreationAccounts{.pool = 5, .mint_a = 7, .mint_b = 8}},
};

enum class SwapMode : std::uint8_t { ExactIn = 0, ExactOut = 2 };

// While a rate limiter is on, the program looks for other swaps of the pool in the transaction.
bool needs_instructions(const MeteoraDammV2Pool& pool, Direction direction) {
    const DammV2BaseFee& fee = pool.base_fee;
    return fee.mode == DammV2BaseFeeMode::RateLimiter && direction == Direction::BToA &&
           (fee.first_factor != 0 || fee.second_factor != 0 || fee.third_factor != 0);
}

solana::Instruction swap(const MeteoraDammV2Pool& pool, Direction direction, SwapMode mode,
                         TokenAmount specified, TokenAmount threshold,
                         const SwapAccounts& accounts) {
    solana::Instruction instruction;
    instruction.program_id = solana::kMeteoraDammV2Program;
    instruction.accounts.reserve(kSwapAccounts + 1);
    instruction.accounts = {
        solana::readonly(kPoolAuthority),
        solana::writable(pool.id),
        solana::writable(accounts.user_source),
        solana::writable(accounts.user_destination),
        solana::writable(pool.vault_a),
        solana::writable(pool.vault_b),
        solana::readonly(pool.mint_a),
        solana::readonly(pool.mint_b),
        solana::signer(accounts.user),
        solana::readonly(pool.program_a),
        solana::readonly(pool.program_b),
        solana::readonly(solana::kMeteoraDammV2Program),  // No referrer.
        solana::readonly(kEventAuthority),
        solana::readonly(solana::kMeteoraDammV2Program),
    };
    if (needs_instructions(pool, direction)) {
        instruction.accounts.push_back(solana::readonly(kInstructionsSysvar));
    }
    instruction.data.reserve(kSwap2.size() + 2 * sizeof(std::uint64_t) + 1);
    append(instruction.data, kSwap2);
    append_le(instruction.data, specified.raw());
    append_le(instruction.data, threshold.raw());
    instruction.data.push_back(static_cast<std::uint8_t>(mode));
    return instruction;
}

}  // namespace

solana::Instruction swap_exact_in(const MeteoraDammV2Pool& pool, Direction direction,
                                  TokenAmount amount_in, TokenAmount amount_out_min,
                                  const SwapAccounts& accounts) {
    return swap(pool, direction, SwapMode::ExactIn, amount_in, amount_out_min, accounts);
}

solana::Instruction swap_exact_out(const MeteoraDammV2Pool& pool, Direction direction,
                                   TokenAmount amount_in_max, TokenAmount amount_out,
                                   const SwapAccounts& accounts) {
    return swap(pool, direction, SwapMode::ExactOut, amount_out, amount_in_max, accounts);
}

std::span<const InstructionShape> meteora_damm_v2_instructions() { return kInstructions; }

}  // namespace sniperforge::dex
