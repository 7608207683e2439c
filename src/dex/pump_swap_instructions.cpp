// SPDX-License-Identifier: MIT
// What we send to PumpSwap, and how its instructions look.
#include <array>

#include "dex/account_bits.hpp"
#include "dex/account_kind.hpp"
#include "sniperforge/dex/pump_swap.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr Discriminator kBuy{0x66, 0x06, 0x3d, 0x12, 0x01, 0xda, 0xeb, 0xea};
constexpr Discriminator kBuyExactQuoteIn{0xc6, 0x2e, 0x15, 0x52, 0xb4, 0xd9, 0xe8, 0x70};
constexpr Discriminator kSell{0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad};
constexpr Discriminator kExtendAccount{0xea, 0x66, 0xc2, 0xcb, 0x96, 0x48, 0x3e, 0xe5};
// OptionBool: counts the trade for the user's volume, as the vendor's SDK does.
constexpr std::uint8_t kTrackVolume = 1;

constexpr std::uint32_t kBuyWritable = account_bits({0, 1, 5, 6, 7, 8, 10, 17, 20});
constexpr std::uint32_t kSellWritable = account_bits({0, 1, 5, 6, 7, 8, 10, 17});
constexpr std::uint32_t kV2Writable = account_bits({0, 1, 5, 6, 7, 8});
// Behind the fee program, where accounts come and go.
constexpr std::uint32_t kBuyTail = account_bits({23, 24});
constexpr std::uint32_t kSellTail = account_bits({21, 22});

// Account counts are those that the program accepts since 2026-04-28. The accounts behind the fee
// program come and go with the coin: one or two for cashback, one for a coin with a creator.
constexpr std::array kInstructions{
    InstructionShape{.name = "buy",
                     .discriminator = kBuy,
                     .data_bytes_min = 24,
                     .accounts_min = 25,
                     .accounts_max = 27,
                     .writable = kBuyWritable,
                     .signers = account_bits({1}),
                     .writable_sometimes = kBuyTail,
                     .is_ours = true},
    InstructionShape{.name = "buy_exact_quote_in",
                     .discriminator = kBuyExactQuoteIn,
                     .data_bytes_min = 24,
                     .accounts_min = 25,
                     .accounts_max = 27,
                     .writable = kBuyWritable,
                     .signers = account_bits({1}),
                     .writable_sometimes = kBuyTail,
                     .is_ours = true},
    InstructionShape{.name = "sell",
                     .discriminator = kSell,
                     .data_bytes_min = 24,
                     .accounts_min = 23,
                     .accounts_max = 26,
                     .writable = kSellWritable,
                     .signers = account_bits({1}),
                     .writable_sometimes = kSellTail,
                     .is_ours = true},
    // October 2026: fees stay in the pool until they are swept. Marked are the
    // pool, the user, and the token accounts that every trade moves.
    InstructionShape{.name = "buy_v2",
                     .discriminator = {0xb8, 0x17, 0xee, 0x61, 0x67, 0xc5, 0xd3, 0x3d},
                     .data_bytes_min = 24,
                     .accounts_min = 17,
                     .accounts_max = 17,
                     .writable = kV2Writable,
                     .signers = account_bits({1})},
    InstructionShape{.name = "buy_exact_quote_in_v2",
                     .discriminator = {0xc2, 0xab, 0x1c, 0x46, 0x68, 0x4d, 0x5b, 0x2f},
                     .data_bytes_min = 24,
                     .accounts_min = 17,
                     .accounts_max = 17,
                     .writable = kV2Writable,
                     .signers = account_bits({1})},
    InstructionShape{.name = "sell_v2",
                     .discriminator = {0x5d, 0xf6, 0x82, 0x3c, 0xe7, 0xe9, 0x40, 0xb2},
                     .data_bytes_min = 24,
                     .accounts_min = 17,
                     .accounts_max = 17,
                     .writable = kV2Writable,
                     .signers = account_bits({1})},
    // Index and the two amounts; the coin's creator follows since 2025. Usually called by the
    // curve's migration.
    InstructionShape{.name = "create_pool",
                     .discriminator = {0xe9, 0x92, 0xd1, 0x8e, 0xcf, 0x68, 0x40, 0xbc},
                     .data_bytes_min = 26,
                     .accounts_min = 18,
                     .accounts_max = 18,
                     .writable = account_bits({0, 2, 5, 6, 7, 8, 9, 10}),
                     .signers = account_bits({2}),
                     .creation = CreationAccounts{.pool = 0, .mint_a = 3, .mint_b = 4}},
};

solana::Instruction swap(const PumpSwapPool& pool, Direction direction,
                         const Discriminator& discriminator, TokenAmount first, TokenAmount second,
                         const SwapAccounts& accounts) {
    const bool is_sell = direction == Direction::AToB;
    const PumpAddresses& addresses = pump_swap_addresses();
    const PumpTrader trader = pump_trader({.program = solana::kPumpSwapProgram,
                                           .user = accounts.user,
                                           .quote_mint = pool.mint_b,
                                           .quote_program = pool.program_b});
    solana::Instruction instruction;
    instruction.program_id = solana::kPumpSwapProgram;
    instruction.accounts = {
        solana::writable(pool.id),
        solana::writable_signer(accounts.user),
        solana::readonly(addresses.global),
        solana::readonly(pool.mint_a),
        solana::readonly(pool.mint_b),
        solana::writable(is_sell ? accounts.user_source : accounts.user_destination),
        solana::writable(is_sell ? accounts.user_destination : accounts.user_source),
        solana::writable(pool.vault_a),
        solana::writable(pool.vault_b),
        solana::readonly(pool.recipients.fee),
        solana::writable(pool.derived.fee_recipient_quote),
        solana::readonly(pool.program_a),
        solana::readonly(pool.program_b),
        solana::readonly(solana::kSystemProgram),
        solana::readonly(solana::kAssociatedTokenProgram),
        solana::readonly(addresses.event_authority),
        solana::readonly(solana::kPumpSwapProgram),
        solana::writable(pool.derived.creator_vault_quote),
        solana::readonly(pool.derived.creator_vault_authority),
    };
    const auto add = [&](const solana::AccountMeta& meta) { instruction.accounts.push_back(meta); };
    if (!is_sell) {
        add(solana::readonly(addresses.global_volume_accumulator));
        add(solana::writable(trader.volume_accumulator));
    }
    add(solana::readonly(addresses.fee_config));
    add(solana::readonly(solana::kPumpFeesProgram));
    if (pool.is_cashback) {
        add(solana::writable(trader.volume_accumulator_quote));
        if (is_sell) {
            add(solana::writable(trader.volume_accumulator));
        }
    }
    if (!pool.coin_creator.is_zero()) {
        add(solana::readonly(pool.derived.pool_v2));
    }
    add(solana::readonly(pool.recipients.buyback));
    add(solana::writable(pool.derived.buyback_recipient_quote));
    instruction.data.reserve(discriminator.size() + 2 * sizeof(std::uint64_t) + 1);
    append(instruction.data, discriminator);
    append_le(instruction.data, first.raw());
    append_le(instruction.data, second.raw());
    if (!is_sell) {
        instruction.data.push_back(kTrackVolume);
    }
    return instruction;
}

}  // namespace

solana::Instruction swap_exact_in(const PumpSwapPool& pool, Direction direction,
                                  TokenAmount amount_in, TokenAmount amount_out_min,
                                  const SwapAccounts& accounts) {
    const auto& discriminator = direction == Direction::AToB ? kSell : kBuyExactQuoteIn;
    return swap(pool, direction, discriminator, amount_in, amount_out_min, accounts);
}

solana::Instruction swap_exact_out(const PumpSwapPool& pool, Direction direction,
                                   TokenAmount amount_in_max, TokenAmount amount_out,
                                   const SwapAccounts& accounts) {
    if (direction == Direction::AToB) {
        return swap_exact_in(pool, direction, amount_in_max, amount_out, accounts);
    }
    return swap(pool, direction, kBuy, amount_out, amount_in_max, accounts);
}

solana::Instruction extend_account(const PumpSwapPool& pool, const Pubkey& payer) {
    solana::Instruction instruction;
    instruction.program_id = solana::kPumpSwapProgram;
    instruction.accounts = {
        solana::writable(pool.id),
        solana::writable_signer(payer),
        solana::readonly(solana::kSystemProgram),
        solana::readonly(pump_swap_addresses().event_authority),
        solana::readonly(solana::kPumpSwapProgram),
    };
    append(instruction.data, kExtendAccount);
    return instruction;
}

std::span<const InstructionShape> pump_swap_instructions() { return kInstructions; }

}  // namespace sniperforge::dex
