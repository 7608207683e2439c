// SPDX-License-Identifier: MIT
#include "sniperforge/dex/raydium_amm_v4.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "dex/constant_product.hpp"
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

std::optional<QuoteError> refusal_of(const RaydiumAmmV4Pool& pool, const QuoteContext& context) {
    if (!pool.has_vaults()) {
        return QuoteError::PoolIncomplete;
    }
    if (pool.swap_fee_numerator >= pool.swap_fee_denominator) {
        return QuoteError::Unsupported;
    }
    const bool is_open =
        pool.status == kAmmV4StatusInitialized || pool.status == kAmmV4StatusSwapOnly ||
        (pool.status == kAmmV4StatusWaitingTrade && context.unix_time >= pool.open_time);
    return is_open ? std::nullopt : std::optional{QuoteError::SwapDisabled};
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

}  // namespace

// No discriminators in this program: only the exact length tells a pool from other accounts.
bool is_amm_v4_pool(BytesView data) { return data.size() == kAmmV4PoolBytes; }

Result<RaydiumAmmV4Pool> decode_amm_v4_pool(const Pubkey& id, BytesView data) {
    if (data.size() < kAmmV4PoolBytes) {
        return fail(
            fmt::format("decoding Raydium AMM v4 pool {}: account has {} bytes, expected {}",
                        id.to_string(), data.size(), kAmmV4PoolBytes));
    }
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    const auto u64 = [&](std::size_t offset) { return read_le<std::uint64_t>(data, offset); };
    // Mint decimals are one byte in every token program; the pool stores them in eight.
    constexpr std::uint64_t kDecimalsMax = std::numeric_limits<std::uint8_t>::max();
    if (u64(32) > kDecimalsMax || u64(40) > kDecimalsMax) {
        return fail(
            fmt::format("decoding Raydium AMM v4 pool {}: decimals {} and {}, expected at "
                        "most {}; it is another kind of account",
                        id.to_string(), u64(32), u64(40), kDecimalsMax));
    }
    // Built in the result: half a kilobyte is worth not copying.
    Result<RaydiumAmmV4Pool> result{std::in_place};
    RaydiumAmmV4Pool& pool = *result;
    pool.id = id;
    pool.status = u64(0);
    pool.decimals_a = static_cast<std::uint8_t>(u64(32));
    pool.decimals_b = static_cast<std::uint8_t>(u64(40));
    pool.swap_fee_numerator = u64(176);
    pool.swap_fee_denominator = u64(184);
    pool.need_take_pnl_a = u64(192);
    pool.need_take_pnl_b = u64(200);
    // A time beyond the signed range never comes: such a pool stays shut.
    constexpr auto kNever = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    pool.open_time = static_cast<std::int64_t>(std::min(u64(224), kNever));
    pool.vault_a = key(336);
    pool.vault_b = key(368);
    pool.mint_a = key(400);
    pool.mint_b = key(432);
    pool.lp_mint = key(464);
    pool.open_orders = key(496);
    pool.market = key(528);
    pool.market_program = key(560);
    pool.target_orders = key(592);
    pool.lp_supply = u64(720);
    return result;
}

QuoteResult quote_exact_in(const RaydiumAmmV4Pool& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext& context) {
    if (const auto refusal = refusal_of(pool, context)) {
        return Err<QuoteError>{*refusal};
    }
    if (amount_in.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const SwapReserves reserves = swap_reserves(pool, direction);
    if (reserves.in == 0 || reserves.out == 0) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const auto fee =
        mul_div_ceil(amount_in.raw(), pool.swap_fee_numerator, pool.swap_fee_denominator);
    SF_ASSERT(fee.has_value());
    const auto out = curve_out_floor(reserves.in, reserves.out, amount_in.raw() - *fee);
    if (out == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    return SwapQuote{.amount_in = amount_in,
                     .amount_out = TokenAmount{out},
                     .trade_fee = TokenAmount{*fee},
                     .creator_fee = {}};
}

QuoteResult quote_exact_out(const RaydiumAmmV4Pool& pool, Direction direction,
                            TokenAmount amount_out, const QuoteContext& context) {
    if (const auto refusal = refusal_of(pool, context)) {
        return Err<QuoteError>{*refusal};
    }
    if (amount_out.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const SwapReserves reserves = swap_reserves(pool, direction);
    if (reserves.in == 0 || amount_out.raw() >= reserves.out) {
        return Err<QuoteError>{QuoteError::ExceedsReserve};
    }
    const auto net_in = curve_in_ceil(reserves.in, reserves.out, amount_out.raw());
    if (!net_in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    const auto in = before_fee_ceil(*net_in, pool.swap_fee_numerator, pool.swap_fee_denominator);
    if (!in) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return SwapQuote{.amount_in = TokenAmount{*in},
                     .amount_out = amount_out,
                     .trade_fee = TokenAmount{*in - *net_in},
                     .creator_fee = {}};
}

TokenAmount reserve_a(const RaydiumAmmV4Pool& pool) {
    return TokenAmount{pool.vault_amount_a}.saturating_sub(TokenAmount{pool.need_take_pnl_a});
}

TokenAmount reserve_b(const RaydiumAmmV4Pool& pool) {
    return TokenAmount{pool.vault_amount_b}.saturating_sub(TokenAmount{pool.need_take_pnl_b});
}

MarginalPrice marginal_price(const RaydiumAmmV4Pool& pool) {
    if (!pool.has_vaults()) {
        return {};
    }
    return {.numerator = reserve_b(pool).raw(), .denominator = reserve_a(pool).raw()};
}

std::vector<Pubkey> accounts_needed(const RaydiumAmmV4Pool& pool) {
    return {pool.vault_a, pool.vault_b};
}

std::vector<Pubkey> accounts_shared(const RaydiumAmmV4Pool& /*pool*/) { return {}; }

Result<bool> apply_account(RaydiumAmmV4Pool& pool, const AccountUpdate& update) {
    return apply_vault(pool, update);
}

void forget_account(RaydiumAmmV4Pool& pool, const Pubkey& account) { forget_vault(pool, account); }

bool is_complete(const RaydiumAmmV4Pool& pool) { return pool.has_vaults(); }

bool is_swap_enabled(const RaydiumAmmV4Pool& pool) {
    return pool.status == kAmmV4StatusInitialized || pool.status == kAmmV4StatusSwapOnly ||
           pool.status == kAmmV4StatusWaitingTrade;
}

void disable(RaydiumAmmV4Pool& pool) { pool.status = kAmmV4StatusDisabled; }

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
