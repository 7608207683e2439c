// SPDX-License-Identifier: MIT
#include "sniperforge/dex/meteora_dlmm.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include "dex/account_bits.hpp"
#include "dex/account_kind.hpp"
#include "dex/meteora_dlmm_math.hpp"
#include "dex/meteora_dlmm_swap.hpp"
#include "dex/meteora_dlmm_window.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr Discriminator kSwap2{0x41, 0x4b, 0x3f, 0x4c, 0xeb, 0x5b, 0x5b, 0x88};
constexpr Discriminator kSwapExactOut2{0x2b, 0xd7, 0xf7, 0x84, 0x89, 0x3c, 0xf3, 0x51};
constexpr std::uint8_t kSwap2Bytes = 28;

// The accounts of every swap: pair, bitmap extension, reserves, the user's two, mints, oracle,
// host, user, token programs, (memo,) event authority, program. Extension and host may be the
// program's own id, which says that there is none; then they are not writable. Bin arrays follow,
// and before them what the mints' transfer hooks ask for: as many as an instruction can have.
constexpr std::uint8_t kSwapAccounts = 15;
constexpr std::uint8_t kSwap2Accounts = 16;
constexpr std::uint8_t kAccountsMax = 255;
constexpr std::uint32_t kSwapWritable = account_bits({0}) | account_range(2, 5) | account_bits({8});
constexpr std::uint32_t kSwapWritableSometimes = account_bits({1}) | account_bits({9});
constexpr std::uint32_t kSwapSigners = account_bits({10});

constexpr InstructionShape swap_shape(std::string_view name, Discriminator discriminator,
                                      std::uint8_t data_bytes_min, std::uint8_t accounts_min) {
    return {.name = name,
            .discriminator = discriminator,
            .data_bytes_min = data_bytes_min,
            .accounts_min = accounts_min,
            .accounts_max = kAccountsMax,
            .writable = kSwapWritable,
            .signers = kSwapSigners,
            .writable_sometimes = kSwapWritableSometimes,
            .is_ours = discriminator == kSwap2 || discriminator == kSwapExactOut2};
}

constexpr InstructionShape creation_shape(std::string_view name, Discriminator discriminator,
                                          std::uint8_t data_bytes_min, std::uint8_t accounts) {
    return {.name = name,
            .discriminator = discriminator,
            .data_bytes_min = data_bytes_min,
            .accounts_min = accounts,
            .accounts_max = accounts,
            .writable = account_bits({0}) | account_range(4, 6) | account_bits({8}),
            .signers = account_bits({8}),
            .creation = CreationAccounts{.pool = 0, .mint_a = 2, .mint_b = 3}};
}

constexpr InstructionShape kInstructions[] = {
    swap_shape("swap2", kSwap2, kSwap2Bytes, kSwap2Accounts),
    swap_shape("swap_exact_out2", kSwapExactOut2, kSwap2Bytes, kSwap2Accounts),
    swap_shape("swap", {0xf8, 0xc6, 0x9e, 0x91, 0xe1, 0x75, 0x87, 0xc8}, 24, kSwapAccounts),
    swap_shape("swap_exact_out", {0xfa, 0x49, 0x65, 0x21, 0x26, 0xcf, 0x4b, 0xb8}, 24,
               kSwapAccounts),
    // With or without the active bin that the user saw.
    swap_shape("swap_with_price_impact", {0x38, 0xad, 0xe6, 0xd0, 0xad, 0xe4, 0x9c, 0xcd}, 19,
               kSwapAccounts),
    swap_shape("swap_with_price_impact2", {0x4a, 0x62, 0xc0, 0xd6, 0xb1, 0x33, 0x4b, 0x33}, 23,
               kSwap2Accounts),
    creation_shape("initialize_lb_pair", {0x2d, 0x9a, 0xed, 0xd2, 0xdd, 0x0f, 0xa6, 0x5c}, 14, 14),
    creation_shape("initialize_lb_pair2", {0x49, 0x3b, 0x24, 0x78, 0xed, 0x53, 0x6c, 0xc6}, 108,
                   16),
    creation_shape("initialize_customizable_permissionless_lb_pair",
                   {0x2e, 0x27, 0x29, 0x87, 0x6f, 0xb7, 0xc8, 0x40}, 19, 14),
    creation_shape("initialize_customizable_permissionless_lb_pair2",
                   {0xf3, 0x49, 0x81, 0x7e, 0x33, 0x13, 0xf1, 0x6b}, 19, 17),
    // Behind a base key; an operator signs besides the payer.
    {.name = "initialize_permission_lb_pair",
     .discriminator = {0x6c, 0x66, 0xd5, 0x55, 0xfb, 0x03, 0x35, 0x15},
     .data_bytes_min = 18,
     .accounts_min = 18,
     .accounts_max = 18,
     .writable = account_bits({1}) | account_range(5, 8),
     .signers = account_bits({0}) | account_bits({8}) | account_bits({10}),
     .creation = CreationAccounts{.pool = 1, .mint_a = 3, .mint_b = 4}},
};

// Modes of the program that are younger than this code.
bool is_mode_known(const MeteoraDlmmPool& pool) {
    return pool.function_type <= 2 && pool.collect_fee_mode <= 1 && pool.pair_type <= 3 &&
           pool.activation_type <= 1;
}

bool is_open(const MeteoraDlmmPool& pool, const QuoteContext& context) {
    const bool is_opened_later = pool.pair_type == 1 || pool.pair_type == 2;
    if (!is_opened_later) {
        return true;
    }
    const auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(context.unix_time, 0));
    return (pool.activation_type == 0 ? context.slot : time) >= pool.activation_point;
}

QuoteResult quote(const MeteoraDlmmPool& pool, const SwapOrder& order,
                  const QuoteContext& context) {
    if (!is_mode_known(pool)) {
        return Err<QuoteError>{QuoteError::Unsupported};
    }
    if (!is_swap_enabled(pool) || !is_open(pool, context)) {
        return Err<QuoteError>{QuoteError::SwapDisabled};
    }
    if (order.amount == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    const auto amounts = dlmm::run_swap(pool, order, context);
    if (!amounts) {
        return Err<QuoteError>{amounts.error()};
    }
    if (amounts->out == 0) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    return SwapQuote{.amount_in = TokenAmount{amounts->in},
                     .amount_out = TokenAmount{amounts->out},
                     .trade_fee = TokenAmount{amounts->fee},
                     .creator_fee = {},
                     .is_trade_fee_on_output = !dlmm::is_fee_on_input(pool, order.direction)};
}

// How many arrays of the window to name: those that the swap walks through now, and the next one.
std::size_t arrays_to_name(const MeteoraDlmmPool& pool, const SwapOrder& order,
                           const ArrayWindow& window) {
    // The fee changes with time, but hardly which arrays are met.
    const auto amounts = dlmm::run_swap(pool, order, {.unix_time = pool.fee.updated_at});
    if (!amounts) {
        return window.count;
    }
    const auto arrays = window.arrays();
    const auto found = std::ranges::find(arrays, dlmm::array_of(amounts->end_bin));
    const auto walked = static_cast<std::size_t>(found - arrays.begin()) + 1;
    return std::min(walked + 1, window.count);
}

const Pubkey& event_authority() {
    static const Pubkey address = solana::find_program_address({solana::seed("__event_authority")},
                                                               solana::kMeteoraDlmmProgram)
                                      .address;
    return address;
}

// Both instructions have the same accounts and two amounts in the order of their names.
solana::Instruction swap_instruction(const MeteoraDlmmPool& pool, const SwapOrder& order,
                                     TokenAmount threshold, const SwapAccounts& accounts) {
    constexpr const Pubkey& kNone = solana::kMeteoraDlmmProgram;
    const ArrayWindow window = dlmm::window_of(pool, order.direction);
    const std::size_t named = arrays_to_name(pool, order, window);
    solana::Instruction instruction;
    instruction.program_id = solana::kMeteoraDlmmProgram;
    instruction.accounts.reserve(kSwap2Accounts + kDlmmArraysPerDirection);
    instruction.accounts = {
        solana::writable(pool.id),
        pool.has_extension ? solana::writable(dlmm::extension_address(pool))
                           : solana::readonly(kNone),
        solana::writable(pool.vault_a),
        solana::writable(pool.vault_b),
        solana::writable(accounts.user_source),
        solana::writable(accounts.user_destination),
        solana::readonly(pool.mint_a),
        solana::readonly(pool.mint_b),
        solana::writable(pool.oracle),
        solana::readonly(kNone),
        solana::signer(accounts.user),
        solana::readonly(pool.program_a),
        solana::readonly(pool.program_b),
        solana::readonly(solana::kMemoProgram),
        solana::readonly(event_authority()),
        solana::readonly(solana::kMeteoraDlmmProgram),
    };
    for (const std::int32_t index : window.arrays().first(named)) {
        if (const DlmmArray* array = dlmm::find_array(pool, index)) {
            instruction.accounts.push_back(solana::writable(dlmm::address_of(pool, *array)));
        }
    }
    // Mints with transfer hooks are refused before: no accounts for them.
    constexpr std::uint32_t kNoSlices = 0;
    instruction.data.reserve(kSwap2Bytes);
    append(instruction.data, order.is_exact_in ? kSwap2 : kSwapExactOut2);
    append_le(instruction.data, order.is_exact_in ? order.amount : threshold.raw());
    append_le(instruction.data, order.is_exact_in ? threshold.raw() : order.amount);
    append_le(instruction.data, kNoSlices);
    return instruction;
}

}  // namespace

std::vector<Pubkey> accounts_needed(const MeteoraDlmmPool& pool) {
    std::vector<Pubkey> accounts;
    accounts.reserve(kDlmmArrays + 3);
    for (const DlmmArray& array : std::span{pool.arrays}.first(pool.array_count)) {
        accounts.push_back(dlmm::address_of(pool, array));
    }
    if (dlmm::window_of(pool, Direction::AToB).is_extension_needed ||
        dlmm::window_of(pool, Direction::BToA).is_extension_needed) {
        accounts.push_back(dlmm::extension_address(pool));
    }
    for (const Pubkey* mint : {&pool.mint_a, &pool.mint_b}) {
        if (*mint != solana::kWrappedSolMint) {
            accounts.push_back(*mint);
        }
    }
    return accounts;
}

std::vector<Pubkey> accounts_shared(const MeteoraDlmmPool&) { return {}; }

bool is_complete(const MeteoraDlmmPool& pool) {
    const auto is_seen = [&](Direction direction) {
        const ArrayWindow window = dlmm::window_of(pool, direction);
        const DlmmArray* nearest =
            window.count > 0 ? dlmm::find_array(pool, window.numbers[0]) : nullptr;
        return (pool.is_extension_seen || !window.is_extension_needed) &&
               (window.count == 0 || (nearest != nullptr && nearest->is_seen));
    };
    return pool.has_mint_a && pool.has_mint_b && is_seen(Direction::AToB) &&
           is_seen(Direction::BToA);
}

bool is_swap_enabled(const MeteoraDlmmPool& pool) { return pool.status == 0; }

void disable(MeteoraDlmmPool& pool) { pool.status = 1; }

bool is_same_identity(const MeteoraDlmmPool& pool, const MeteoraDlmmPool& other) {
    const auto identity = [](const MeteoraDlmmPool& p) {
        return std::tie(p.id, p.mint_a, p.mint_b, p.vault_a, p.vault_b, p.oracle, p.program_a,
                        p.program_b, p.bin_step);
    };
    return identity(pool) == identity(other);
}

TokenAmount reserve_a(const MeteoraDlmmPool& pool) { return dlmm::payable(pool, Direction::BToA); }

TokenAmount reserve_b(const MeteoraDlmmPool& pool) { return dlmm::payable(pool, Direction::AToB); }

MarginalPrice marginal_price(const MeteoraDlmmPool& pool) {
    const bool is_empty =
        pool.active_price == 0 || (reserve_a(pool).is_zero() && reserve_b(pool).is_zero());
    return {.numerator = pool.active_price,
            .denominator = is_empty ? 0 : static_cast<u128>(1) << 64};
}

QuoteResult quote_exact_in(const MeteoraDlmmPool& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext& context) {
    return quote(pool, {direction, true, amount_in.raw()}, context);
}

QuoteResult quote_exact_out(const MeteoraDlmmPool& pool, Direction direction,
                            TokenAmount amount_out, const QuoteContext& context) {
    return quote(pool, {direction, false, amount_out.raw()}, context);
}

bool has_exact_out(const MeteoraDlmmPool&, Direction) { return true; }

solana::Instruction swap_exact_in(const MeteoraDlmmPool& pool, Direction direction,
                                  TokenAmount amount_in, TokenAmount amount_out_min,
                                  const SwapAccounts& accounts) {
    return swap_instruction(pool, {direction, true, amount_in.raw()}, amount_out_min, accounts);
}

solana::Instruction swap_exact_out(const MeteoraDlmmPool& pool, Direction direction,
                                   TokenAmount amount_in_max, TokenAmount amount_out,
                                   const SwapAccounts& accounts) {
    return swap_instruction(pool, {direction, false, amount_out.raw()}, amount_in_max, accounts);
}

std::span<const InstructionShape> meteora_dlmm_instructions() { return kInstructions; }

}  // namespace sniperforge::dex
