// SPDX-License-Identifier: MIT
#include "sniperforge/dex/orca_whirlpool.hpp"

#include <algorithm>

#include "dex/account_bits.hpp"
#include "dex/orca_whirlpool_math.hpp"
#include "dex/orca_whirlpool_swap.hpp"
#include "dex/orca_whirlpool_window.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr std::array<std::uint8_t, 8> kSwap{0xf8, 0xc6, 0x9e, 0x91, 0xe1, 0x75, 0x87, 0xc8};
constexpr std::array<std::uint8_t, 8> kSwapV2{0x2b, 0x04, 0xed, 0x0b, 0x1a, 0xc9, 0x1e, 0x62};
constexpr std::array<std::uint8_t, 8> kTwoHopSwap{0xc3, 0x60, 0xed, 0x6c, 0x44, 0xa2, 0xdb, 0xe6};
constexpr std::array<std::uint8_t, 8> kTwoHopSwapV2{0xba, 0x8f, 0xd1, 0x1d, 0xfe, 0x02, 0xc2, 0x75};
constexpr std::array<std::uint8_t, 8> kInitializePool{0x5f, 0xb4, 0x0a, 0xac,
                                                      0x54, 0xae, 0xe8, 0x28};
constexpr std::array<std::uint8_t, 8> kInitializePoolV2{0xcf, 0x2d, 0x57, 0xf2,
                                                        0x1b, 0x3f, 0xcc, 0x43};
constexpr std::array<std::uint8_t, 8> kInitializePoolWithAdaptiveFee{0x8f, 0x5e, 0x60, 0x4c,
                                                                     0xac, 0x7c, 0x77, 0xc7};

// swap_v2's accounts up to the tick arrays, the arrays and the oracle. Up to three tick arrays more
// may follow, and what the mints' transfer hooks ask for: a transaction holds no more than these.
constexpr std::uint8_t kSwapV2Accounts = 15;
constexpr std::uint8_t kAccountsMost = 64;

constexpr InstructionShape kInstructions[] = {
    {.name = "swap_v2",
     .discriminator = kSwapV2,
     .data_bytes_min = 43,
     .accounts_min = kSwapV2Accounts,
     .accounts_max = kAccountsMost,
     .writable = account_bits({4}) | account_range(7, 14),
     .signers = account_bits({3}),
     .is_ours = true},
    {.name = "swap",
     .discriminator = kSwap,
     .data_bytes_min = 42,
     .accounts_min = 11,
     .accounts_max = 11,
     .writable = account_range(2, 9),
     .signers = account_bits({1})},
    {.name = "two_hop_swap",
     .discriminator = kTwoHopSwap,
     .data_bytes_min = 59,
     .accounts_min = 20,
     .accounts_max = 20,
     .writable = account_range(2, 17),
     .signers = account_bits({1})},
    {.name = "two_hop_swap_v2",
     .discriminator = kTwoHopSwapV2,
     .data_bytes_min = 60,
     .accounts_min = 24,
     .accounts_max = kAccountsMost,
     .writable = account_range(0, 1) | account_range(8, 13) | account_range(15, 22),
     .signers = account_bits({14})},
    {.name = "initialize_pool",
     .discriminator = kInitializePool,
     .data_bytes_min = 27,
     .accounts_min = 11,
     .accounts_max = 11,
     .writable = account_range(3, 6),
     .signers = account_bits({3}) | account_range(5, 6),
     .creation = CreationAccounts{.pool = 4, .mint_a = 1, .mint_b = 2}},
    {.name = "initialize_pool_v2",
     .discriminator = kInitializePoolV2,
     .data_bytes_min = 26,
     .accounts_min = 14,
     .accounts_max = 14,
     .writable = account_range(5, 8),
     .signers = account_bits({5}) | account_range(7, 8),
     .creation = CreationAccounts{.pool = 6, .mint_a = 1, .mint_b = 2}},
    {.name = "initialize_pool_with_adaptive_fee",
     .discriminator = kInitializePoolWithAdaptiveFee,
     .data_bytes_min = 25,
     .accounts_min = 16,
     .accounts_max = 16,
     .writable = account_bits({5}) | account_range(7, 10),
     .signers = account_range(5, 6) | account_range(9, 10),
     .creation = CreationAccounts{.pool = 7, .mint_a = 1, .mint_b = 2}},
};

std::optional<QuoteError> refusal_of(const OrcaWhirlpoolPool& pool, const QuoteContext& context) {
    if (pool.is_disabled) {
        return QuoteError::SwapDisabled;
    }
    if (!pool.has_addresses || (pool.has_oracle() && !pool.is_oracle_seen)) {
        return QuoteError::PoolIncomplete;
    }
    if (pool.adaptive_fee && pool.adaptive_fee->trade_enabled_at > 0 &&
        (context.unix_time < 0 ||
         static_cast<std::uint64_t>(context.unix_time) < pool.adaptive_fee->trade_enabled_at)) {
        return QuoteError::SwapDisabled;
    }
    return std::nullopt;
}

QuoteResult quote(const OrcaWhirlpoolPool& pool, const SwapOrder& order,
                  const QuoteContext& context) {
    if (const auto refusal = refusal_of(pool, context)) {
        return Err<QuoteError>{*refusal};
    }
    if (order.amount == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const auto amounts = whirlpool::run_swap(pool, order, context);
    if (!amounts) {
        return Err<QuoteError>{amounts.error()};
    }
    if (amounts->out == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    return SwapQuote{.amount_in = TokenAmount{amounts->in},
                     .amount_out = TokenAmount{amounts->out},
                     .trade_fee = TokenAmount{amounts->fee},
                     .creator_fee = {}};
}

// The arrays of the swap as the instruction wants them: always three, the last one repeated.
std::array<Pubkey, whirlpool::kArraysPerSwap> swap_arrays(const OrcaWhirlpoolPool& pool,
                                                          Direction direction) {
    const auto sequence = whirlpool::arrays_of_swap(pool, direction);
    std::array<Pubkey, whirlpool::kArraysPerSwap> addresses;
    for (std::size_t i = 0; i < addresses.size() && sequence.count > 0; ++i) {
        addresses[i] = pool.arrays[sequence.at[std::min(i, sequence.count - 1)]].address;
    }
    return addresses;
}

// With its addresses, for callers that come before any account was applied.
OrcaWhirlpoolPool with_addresses(const OrcaWhirlpoolPool& pool) {
    OrcaWhirlpoolPool placed = pool;
    whirlpool::place_window(placed, nullptr);
    return placed;
}

struct SwapArguments {
    TokenAmount amount;
    TokenAmount threshold;  // Of the other token.
    bool is_exact_in = true;
};

solana::Instruction swap_instruction(const OrcaWhirlpoolPool& pool, Direction direction,
                                     const SwapArguments& arguments, const SwapAccounts& accounts) {
    if (!pool.has_addresses) {
        return swap_instruction(with_addresses(pool), direction, arguments, accounts);
    }
    const bool is_a_in = direction == Direction::AToB;
    const auto arrays = swap_arrays(pool, direction);
    solana::Instruction instruction;
    instruction.program_id = solana::kOrcaWhirlpoolProgram;
    instruction.accounts = {
        solana::readonly(pool.program_a),
        solana::readonly(pool.program_b),
        solana::readonly(solana::kMemoProgram),
        solana::signer(accounts.user),
        solana::writable(pool.id),
        solana::readonly(pool.mint_a),
        solana::readonly(pool.mint_b),
        solana::writable(is_a_in ? accounts.user_source : accounts.user_destination),
        solana::writable(pool.vault_a),
        solana::writable(is_a_in ? accounts.user_destination : accounts.user_source),
        solana::writable(pool.vault_b),
        solana::writable(arrays[0]),
        solana::writable(arrays[1]),
        solana::writable(arrays[2]),
        solana::writable(pool.oracle),
    };
    constexpr std::size_t kDataBytes = 43;
    constexpr u128 kNoPriceLimit = 0;
    instruction.data.reserve(kDataBytes);
    append(instruction.data, kSwapV2);
    append_le(instruction.data, arguments.amount.raw());
    append_le(instruction.data, arguments.threshold.raw());
    append_le(instruction.data, kNoPriceLimit);
    instruction.data.push_back(arguments.is_exact_in ? 1 : 0);
    instruction.data.push_back(is_a_in ? 1 : 0);
    instruction.data.push_back(0);  // No information on remaining accounts: there are none.
    return instruction;
}

}  // namespace

std::vector<Pubkey> accounts_needed(const OrcaWhirlpoolPool& pool) {
    if (!pool.has_addresses) {
        return accounts_needed(with_addresses(pool));
    }
    std::vector<Pubkey> accounts;
    accounts.reserve(kWhirlpoolArrays + 3);
    for (const WhirlpoolTickArray& array : pool.arrays) {
        if (array.is_possible) {
            accounts.push_back(array.address);
        }
    }
    if (pool.has_oracle()) {
        accounts.push_back(pool.oracle);
    }
    for (const Pubkey* mint : {&pool.mint_a, &pool.mint_b}) {
        if (*mint != solana::kWrappedSolMint) {
            accounts.push_back(*mint);
        }
    }
    return accounts;
}

std::vector<Pubkey> accounts_shared(const OrcaWhirlpoolPool&) { return {}; }

bool is_complete(const OrcaWhirlpoolPool& pool) {
    const auto is_seen = [&](Direction direction) {
        const auto sequence = whirlpool::arrays_of_swap(pool, direction);
        return std::ranges::all_of(
            sequence.at.begin(), sequence.at.begin() + static_cast<std::ptrdiff_t>(sequence.count),
            [&](std::size_t at) { return pool.arrays[at].is_seen; });
    };
    return pool.has_addresses && (pool.is_oracle_seen || !pool.has_oracle()) &&
           solana::is_token_program(pool.program_a) && solana::is_token_program(pool.program_b) &&
           is_seen(Direction::AToB) && is_seen(Direction::BToA);
}

bool is_swap_enabled(const OrcaWhirlpoolPool& pool) { return !pool.is_disabled; }

void disable(OrcaWhirlpoolPool& pool) { pool.is_disabled = true; }

bool is_same_identity(const OrcaWhirlpoolPool& pool, const OrcaWhirlpoolPool& other) {
    return pool.id == other.id && pool.config == other.config && pool.mint_a == other.mint_a &&
           pool.mint_b == other.mint_b && pool.vault_a == other.vault_a &&
           pool.vault_b == other.vault_b && pool.tick_spacing == other.tick_spacing &&
           pool.fee_tier_index == other.fee_tier_index;
}

TokenAmount reserve_a(const OrcaWhirlpoolPool& pool) { return pool.payable_a; }

TokenAmount reserve_b(const OrcaWhirlpoolPool& pool) { return pool.payable_b; }

MarginalPrice marginal_price(const OrcaWhirlpoolPool& pool) {
    const bool is_empty =
        pool.liquidity == 0 && pool.payable_a.is_zero() && pool.payable_b.is_zero();
    return {.numerator = pool.sqrt_price,
            .denominator = is_empty ? 0 : static_cast<u128>(1) << 64,
            .is_squared = true};
}

QuoteResult quote_exact_in(const OrcaWhirlpoolPool& pool, Direction direction,
                           TokenAmount amount_in, const QuoteContext& context) {
    return quote(pool, {direction, true, amount_in.raw()}, context);
}

QuoteResult quote_exact_out(const OrcaWhirlpoolPool& pool, Direction direction,
                            TokenAmount amount_out, const QuoteContext& context) {
    return quote(pool, {direction, false, amount_out.raw()}, context);
}

bool has_exact_out(const OrcaWhirlpoolPool&, Direction) { return true; }

solana::Instruction swap_exact_in(const OrcaWhirlpoolPool& pool, Direction direction,
                                  TokenAmount amount_in, TokenAmount amount_out_min,
                                  const SwapAccounts& accounts) {
    return swap_instruction(pool, direction, {amount_in, amount_out_min, true}, accounts);
}

solana::Instruction swap_exact_out(const OrcaWhirlpoolPool& pool, Direction direction,
                                   TokenAmount amount_in_max, TokenAmount amount_out,
                                   const SwapAccounts& accounts) {
    return swap_instruction(pool, direction, {amount_out, amount_in_max, false}, accounts);
}

std::span<const InstructionShape> orca_whirlpool_instructions() { return kInstructions; }

}  // namespace sniperforge::dex
