// SPDX-License-Identifier: MIT
#include "sniperforge/dex/raydium_clmm.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "dex/account_time.hpp"
#include "dex/raydium_clmm_arrays.hpp"
#include "dex/raydium_clmm_math.hpp"
#include "dex/raydium_clmm_swap.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr std::array<std::uint8_t, 8> kSwapV2{0x2b, 0x04, 0xed, 0x0b, 0x1a, 0xc9, 0x1e, 0x62};
// A list as long as an instruction can have: swaps of many arrays are as valid as ours.
constexpr std::uint8_t kAccountsMax = 255;

constexpr InstructionShape kInstructions[] = {
    {.name = "swap_v2",
     .discriminator = kSwapV2,
     .data_bytes_min = 41,
     .accounts_min = 13,
     .accounts_max = kAccountsMax,
     .writable = 0b0'0000'1111'1100,
     .signers = 0b1,
     .is_ours = true},
    {.name = "swap",
     .discriminator = {0xf8, 0xc6, 0x9e, 0x91, 0xe1, 0x75, 0x87, 0xc8},
     .data_bytes_min = 41,
     .accounts_min = 10,
     .accounts_max = kAccountsMax,
     .writable = 0b10'1111'1100,
     .signers = 0b1},
    {.name = "swap_router_base_in",
     .discriminator = {0x45, 0x7d, 0x73, 0xda, 0xf5, 0xba, 0xf2, 0xc4},
     .data_bytes_min = 24,
     .accounts_min = 6,
     .accounts_max = kAccountsMax,
     .writable = 0b110,
     .signers = 0b1},
    // Remaining accounts of the creations: what allows each of the two mints, the dynamic fee.
    {.name = "create_pool",
     .discriminator = {0xe9, 0x92, 0xd1, 0x8e, 0xcf, 0x68, 0x40, 0xbc},
     .data_bytes_min = 32,
     .accounts_min = 13,
     .accounts_max = 15,
     .writable = 0b1'1110'0101,
     .signers = 0b1,
     .creation = CreationAccounts{.pool = 2, .mint_a = 3, .mint_b = 4}},
    {.name = "create_customizable_pool",
     .discriminator = {0x2b, 0x44, 0xd4, 0xa7, 0x59, 0x2f, 0xa4, 0x01},
     .data_bytes_min = 26,
     .accounts_min = 13,
     .accounts_max = 16,
     .writable = 0b1'1110'0101,
     .signers = 0b1,
     .creation = CreationAccounts{.pool = 2, .mint_a = 3, .mint_b = 4}},
};

QuoteResult quote(const RaydiumClmmPool& pool, const SwapOrder& order,
                  const QuoteContext& context) {
    if (!pool.has_config) {
        return Err<QuoteError>{QuoteError::PoolIncomplete};
    }
    // The program asks for a time after the open time, not at it.
    if (!is_swap_enabled(pool) || context.unix_time <= pool.open_time) {
        return Err<QuoteError>{QuoteError::SwapDisabled};
    }
    if (order.amount == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const auto swap = clmm_swap(pool, order, context);
    if (!swap) {
        return Err<QuoteError>{swap.error()};
    }
    if (swap->amount_in == 0 || swap->amount_out == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    return SwapQuote{.amount_in = TokenAmount{swap->amount_in},
                     .amount_out = TokenAmount{swap->amount_out},
                     .trade_fee = TokenAmount{swap->fee},
                     .creator_fee = {},
                     .is_trade_fee_on_output = swap->is_fee_on_output};
}

// The tick arrays to name: those that the swap walks through now, and the next one.
std::vector<Pubkey> arrays_of_swap(const RaydiumClmmPool& pool, const SwapOrder& order,
                                   bool& is_beyond) {
    // The dynamic fee changes with time, but hardly which arrays are met.
    const QuoteContext context{.unix_time = unix_time_of(pool.dynamic_fee.last_update_timestamp)};
    const ArrayWindow window = clmm_window(pool, order.direction);
    std::size_t count = window.count;
    if (const auto swap = clmm_swap(pool, order, context)) {
        const std::int32_t farthest = clmm_array_of(pool, swap->tick_farthest);
        const auto found = std::ranges::find(window.arrays(), farthest);
        const auto walked = static_cast<std::size_t>(found - window.arrays().begin()) + 1;
        count = std::min(walked + 1, window.count);
    }
    std::vector<Pubkey> arrays;
    is_beyond = is_beyond_bitmap(clmm_array_of(pool, pool.tick_current));
    for (const std::int32_t number : window.arrays().first(count)) {
        arrays.push_back(clmm_array_address(pool, number));
        is_beyond = is_beyond || is_beyond_bitmap(number);
    }
    return arrays;
}

solana::Instruction swap_instruction(const RaydiumClmmPool& pool, const SwapOrder& order,
                                     TokenAmount threshold, const SwapAccounts& accounts) {
    const bool is_a_in = order.direction == Direction::AToB;
    solana::Instruction instruction;
    instruction.program_id = solana::kRaydiumClmmProgram;
    instruction.accounts = {
        solana::signer(accounts.user),
        solana::readonly(pool.amm_config),
        solana::writable(pool.id),
        solana::writable(accounts.user_source),
        solana::writable(accounts.user_destination),
        solana::writable(is_a_in ? pool.vault_a : pool.vault_b),
        solana::writable(is_a_in ? pool.vault_b : pool.vault_a),
        solana::writable(pool.observation),
        solana::readonly(solana::kTokenProgram),
        solana::readonly(solana::kToken2022Program),
        solana::readonly(solana::kMemoProgram),
        solana::readonly(is_a_in ? pool.mint_a : pool.mint_b),
        solana::readonly(is_a_in ? pool.mint_b : pool.mint_a),
    };
    bool is_beyond = false;
    const auto arrays = arrays_of_swap(pool, order, is_beyond);
    if (is_beyond) {
        instruction.accounts.push_back(solana::writable(clmm_extension_address(pool)));
    }
    for (const Pubkey& array : arrays) {
        instruction.accounts.push_back(solana::writable(array));
    }
    append(instruction.data, kSwapV2);
    append_le(instruction.data, order.amount);
    append_le(instruction.data, threshold.raw());
    append_le(instruction.data, u128{0});  // No price limit: nothing is filled in part.
    append_le(instruction.data, static_cast<std::uint8_t>(order.is_exact_in ? 1 : 0));
    return instruction;
}

}  // namespace

QuoteResult quote_exact_in(const RaydiumClmmPool& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext& context) {
    return quote(pool, {direction, true, amount_in.raw()}, context);
}

QuoteResult quote_exact_out(const RaydiumClmmPool& pool, Direction direction,
                            TokenAmount amount_out, const QuoteContext& context) {
    return quote(pool, {direction, false, amount_out.raw()}, context);
}

bool has_exact_out(const RaydiumClmmPool& /*pool*/, Direction /*direction*/) { return true; }

solana::Instruction swap_exact_in(const RaydiumClmmPool& pool, Direction direction,
                                  TokenAmount amount_in, TokenAmount amount_out_min,
                                  const SwapAccounts& accounts) {
    return swap_instruction(pool, {direction, true, amount_in.raw()}, amount_out_min, accounts);
}

solana::Instruction swap_exact_out(const RaydiumClmmPool& pool, Direction direction,
                                   TokenAmount amount_in_max, TokenAmount amount_out,
                                   const SwapAccounts& accounts) {
    return swap_instruction(pool, {direction, false, amount_out.raw()}, amount_in_max, accounts);
}

std::span<const InstructionShape> raydium_clmm_instructions() { return kInstructions; }

void carry_over(const RaydiumClmmPool& from, RaydiumClmmPool& to) {
    to.program_a = from.program_a;
    to.program_b = from.program_b;
    to.has_config = from.has_config;
    to.trade_fee_rate = from.trade_fee_rate;
    to.has_extension = from.has_extension;
    to.arrays_beyond = from.arrays_beyond;
    to.extension = from.extension;
    to.arrays = from.arrays;
    to.ticks = from.ticks;
    refresh_ticks(to);
}

std::vector<Pubkey> accounts_needed(const RaydiumClmmPool& pool) {
    std::vector<Pubkey> accounts{pool.amm_config};
    if (pool.program_a != solana::kTokenProgram) {
        accounts.push_back(pool.mint_a);
    }
    if (pool.program_b != solana::kTokenProgram) {
        accounts.push_back(pool.mint_b);
    }
    const ArrayWindow down = clmm_window(pool, Direction::AToB);
    const ArrayWindow up = clmm_window(pool, Direction::BToA);
    if (down.is_extension_needed || up.is_extension_needed) {
        accounts.push_back(clmm_extension_address(pool));
    }
    for (const std::int32_t number : down.arrays()) {
        accounts.push_back(clmm_array_address(pool, number));
    }
    for (const std::int32_t number : up.arrays()) {
        if (std::ranges::find(down.arrays(), number) == down.arrays().end()) {
            accounts.push_back(clmm_array_address(pool, number));
        }
    }
    return accounts;
}

std::vector<Pubkey> accounts_shared(const RaydiumClmmPool& pool) { return {pool.amm_config}; }

bool is_complete(const RaydiumClmmPool& pool) {
    const auto is_seen = [&](Direction direction) {
        const ArrayWindow window = clmm_window(pool, direction);
        return (pool.has_extension || !window.is_extension_needed) &&
               (window.count == 0 || find_array(pool, window.numbers[0]) != nullptr);
    };
    return pool.has_config && !pool.program_a.is_zero() && !pool.program_b.is_zero() &&
           is_seen(Direction::AToB) && is_seen(Direction::BToA);
}

bool is_swap_enabled(const RaydiumClmmPool& pool) {
    return (pool.status & kClmmStatusSwapDisabled) == 0;
}

void disable(RaydiumClmmPool& pool) { pool.status |= kClmmStatusSwapDisabled; }

bool is_same_identity(const RaydiumClmmPool& a, const RaydiumClmmPool& b) {
    const auto identity = [](const RaydiumClmmPool& pool) {
        return std::tie(pool.id, pool.amm_config, pool.mint_a, pool.mint_b, pool.vault_a,
                        pool.vault_b, pool.observation, pool.tick_spacing);
    };
    return identity(a) == identity(b);
}

TokenAmount reserve_a(const RaydiumClmmPool& pool) { return pool.payable_a; }

TokenAmount reserve_b(const RaydiumClmmPool& pool) { return pool.payable_b; }

MarginalPrice marginal_price(const RaydiumClmmPool& pool) {
    if (pool.liquidity == 0 && pool.ticks.empty()) {
        return {};
    }
    return {.numerator = pool.sqrt_price, .denominator = kQ64, .is_squared = true};
}

}  // namespace sniperforge::dex
