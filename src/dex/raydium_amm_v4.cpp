// SPDX-License-Identifier: MIT
#include "sniperforge/dex/raydium_amm_v4.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "dex/account_kind.hpp"
#include "dex/account_time.hpp"
#include "dex/vault_accounts.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

// Instruction tags of the 8-account form (since 2025-09): no order book accounts.
constexpr std::uint8_t kSwapBaseInV2 = 16;
constexpr std::uint8_t kSwapBaseOutV2 = 17;

constexpr std::uint32_t kSwapV2Writable = 0b111'1010;  // Pool, both vaults, both of the user.
constexpr InstructionShape kInstructions[] = {
    {.name = "swap_base_in_v2",
     .discriminator = {kSwapBaseInV2},
     .discriminator_bytes = 1,
     .data_bytes_min = 17,
     .accounts_min = 8,
     .accounts_max = 8,
     .writable = kSwapV2Writable,
     .signers = 0b1000'0000,
     .is_ours = true},
    {.name = "swap_base_out_v2",
     .discriminator = {kSwapBaseOutV2},
     .discriminator_bytes = 1,
     .data_bytes_min = 17,
     .accounts_min = 8,
     .accounts_max = 8,
     .writable = kSwapV2Writable,
     .signers = 0b1000'0000,
     .is_ours = true},
    // The old forms, with and without target orders, still arrive from others.
    {.name = "swap_base_in",
     .discriminator = {9},
     .discriminator_bytes = 1,
     .data_bytes_min = 17,
     .accounts_min = 17,
     .accounts_max = 18,
     .writable = 0b10},
    {.name = "swap_base_out",
     .discriminator = {11},
     .discriminator_bytes = 1,
     .data_bytes_min = 17,
     .accounts_min = 17,
     .accounts_max = 18,
     .writable = 0b10},
    // Since 2026-07 also without open orders and market program: told apart by the count.
    {.name = "initialize2",
     .discriminator = {1},
     .discriminator_bytes = 1,
     .data_bytes_min = 26,
     .accounts_min = 21,
     .accounts_max = 21,
     .creation = CreationAccounts{.pool = 4, .mint_a = 8, .mint_b = 9}},
    {.name = "initialize2",
     .discriminator = {1},
     .discriminator_bytes = 1,
     .data_bytes_min = 26,
     .accounts_min = 19,
     .accounts_max = 19,
     .creation = CreationAccounts{.pool = 4, .mint_a = 7, .mint_b = 8}},
};

// PDA ["amm authority"] of the program: it owns every vault.
const Pubkey& vault_authority() {
    static const Pubkey authority = pubkey_constant("5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1");
    return authority;
}

solana::Instruction swap_instruction(const RaydiumAmmV4Pool& pool, std::uint8_t tag,
                                     TokenAmount first, TokenAmount second,
                                     const SwapAccounts& accounts) {
    solana::Instruction instruction;
    instruction.program_id = solana::kRaydiumAmmV4Program;
    // The program takes the direction from the mints of the user's two accounts.
    instruction.accounts = {
        solana::readonly(solana::kTokenProgram),
        solana::writable(pool.id),
        solana::readonly(vault_authority()),
        solana::writable(pool.vault_a),
        solana::writable(pool.vault_b),
        solana::writable(accounts.user_source),
        solana::writable(accounts.user_destination),
        solana::signer(accounts.user),
    };
    instruction.data.reserve(1 + 2 * sizeof(std::uint64_t));
    instruction.data.push_back(tag);
    append_le(instruction.data, first.raw());
    append_le(instruction.data, second.raw());
    return instruction;
}

// Where the pool's account has the keys that never change.
constexpr std::size_t kVaultA = 336;
constexpr std::size_t kVaultB = 368;
constexpr std::size_t kMintA = 400;
constexpr std::size_t kMintB = 432;

// Mint decimals are one byte in every token program; the pool stores them in eight.
constexpr std::uint64_t kDecimalsMax = std::numeric_limits<std::uint8_t>::max();

bool is_decodable(BytesView data) {
    return data.size() >= kAmmV4PoolBytes && read_le<std::uint64_t>(data, 32) <= kDecimalsMax &&
           read_le<std::uint64_t>(data, 40) <= kDecimalsMax;
}

// Why data that is not decodable is not.
std::unexpected<Error> refusal_to_decode(const Pubkey& id, BytesView data) {
    if (data.size() < kAmmV4PoolBytes) {
        return fail(
            fmt::format("decoding Raydium AMM v4 pool {}: account has {} bytes, expected {}",
                        id.to_string(), data.size(), kAmmV4PoolBytes));
    }
    return fail(fmt::format(
        "decoding Raydium AMM v4 pool {}: decimals {} and {}, expected at most {}; it is another "
        "kind of account",
        id.to_string(), read_le<std::uint64_t>(data, 32), read_le<std::uint64_t>(data, 40),
        kDecimalsMax));
}

// Leaves what the vaults told. `data` is decodable, here and below. Inline, so that the bounds of
// each number follow from the length that was checked.
[[gnu::always_inline]] inline void read_own_numbers(BytesView data, AmmV4Numbers& numbers) {
    const auto u64 = [&](std::size_t offset) { return read_le<std::uint64_t>(data, offset); };
    numbers.status = u64(0);
    numbers.swap_fee_numerator = u64(176);
    numbers.swap_fee_denominator = u64(184);
    numbers.need_take_pnl_a = u64(192);
    numbers.need_take_pnl_b = u64(200);
    numbers.open_time = unix_time_of(u64(224));
}

// All of the account but vaults and mints.
void read_beside_identity(BytesView data, RaydiumAmmV4Pool& pool) {
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    read_own_numbers(data, pool);
    pool.decimals_a = data[32];
    pool.decimals_b = data[40];
    pool.lp_mint = key(464);
    pool.open_orders = key(496);
    pool.market = key(528);
    pool.market_program = key(560);
    pool.target_orders = key(592);
    pool.lp_supply = read_le<std::uint64_t>(data, 720);
}

}  // namespace

// No discriminators in this program: only the exact length tells a pool from other accounts.
bool is_amm_v4_pool(BytesView data) { return data.size() == kAmmV4PoolBytes; }

Result<RaydiumAmmV4Pool> decode_amm_v4_pool(const Pubkey& id, BytesView data) {
    if (!is_decodable(data)) {
        return refusal_to_decode(id, data);
    }
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    // Built in the result: half a kilobyte is worth not copying.
    Result<RaydiumAmmV4Pool> result{std::in_place};
    RaydiumAmmV4Pool& pool = *result;
    pool.id = id;
    pool.vault_a = key(kVaultA);
    pool.vault_b = key(kVaultB);
    pool.mint_a = key(kMintA);
    pool.mint_b = key(kMintB);
    read_beside_identity(data, pool);
    return result;
}

Result<bool> renew(RaydiumAmmV4Pool& pool, BytesView data) {
    if (!is_decodable(data)) {
        return refusal_to_decode(pool.id, data);
    }
    if (!is_key_at(data, kVaultA, pool.vault_a) || !is_key_at(data, kVaultB, pool.vault_b) ||
        !is_key_at(data, kMintA, pool.mint_a) || !is_key_at(data, kMintB, pool.mint_b)) {
        return false;
    }
    read_beside_identity(data, pool);
    return true;
}

bool read_numbers(const RawAccounts& accounts, AmmV4Numbers& numbers) {
    if (!is_decodable(accounts.pool)) {
        return false;
    }
    read_own_numbers(accounts.pool, numbers);
    read_vaults(accounts, kMintA, kMintB, numbers);
    return true;
}

void prefetch_amm_v4(const RawAccounts& accounts) {
    prefetch(accounts.pool, 0, 48);     // Status and decimals.
    prefetch(accounts.pool, 176, 232);  // Fees, what is owed, opening time.
    prefetch(accounts.pool, kMintA, kMintB + sizeof(Pubkey));
    prefetch_vaults(accounts);
}

std::vector<Pubkey> accounts_needed(const RaydiumAmmV4Pool& pool) {
    return {pool.vault_a, pool.vault_b};
}

std::vector<Pubkey> accounts_shared(const RaydiumAmmV4Pool& /*pool*/) { return {}; }

Result<bool> apply_account(RaydiumAmmV4Pool& pool, const AccountUpdate& update) {
    return apply_vault(pool, update);
}

void forget_account(RaydiumAmmV4Pool& pool, const Pubkey& account) { forget_vault(pool, account); }

bool is_same_identity(const RaydiumAmmV4Pool& a, const RaydiumAmmV4Pool& b) {
    return a.vault_a == b.vault_a && a.vault_b == b.vault_b && a.mint_a == b.mint_a &&
           a.mint_b == b.mint_b;
}

void carry_over(const RaydiumAmmV4Pool& from, RaydiumAmmV4Pool& to) { carry_vaults(from, to); }

std::span<const InstructionShape> raydium_amm_v4_instructions() { return kInstructions; }

solana::Instruction swap_exact_in(const RaydiumAmmV4Pool& pool, Direction /*direction*/,
                                  TokenAmount amount_in, TokenAmount amount_out_min,
                                  const SwapAccounts& accounts) {
    return swap_instruction(pool, kSwapBaseInV2, amount_in, amount_out_min, accounts);
}

solana::Instruction swap_exact_out(const RaydiumAmmV4Pool& pool, Direction /*direction*/,
                                   TokenAmount amount_in_max, TokenAmount amount_out,
                                   const SwapAccounts& accounts) {
    return swap_instruction(pool, kSwapBaseOutV2, amount_in_max, amount_out, accounts);
}

}  // namespace sniperforge::dex
