// SPDX-License-Identifier: MIT
// What we send to the bonding curve program, and how its instructions look.
#include <array>

#include "dex/account_bits.hpp"
#include "dex/account_kind.hpp"
#include "sniperforge/dex/pump_curve.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr Discriminator kBuyV2{0xb8, 0x17, 0xee, 0x61, 0x67, 0xc5, 0xd3, 0x3d};
constexpr Discriminator kBuyExactQuoteInV2{0xc2, 0xab, 0x1c, 0x46, 0x68, 0x4d, 0x5b, 0x2f};
constexpr Discriminator kSellV2{0x5d, 0xf6, 0x82, 0x3c, 0xe7, 0xe9, 0x40, 0xb2};

// The unified instructions of May 2026: one account list for every quote mint.
constexpr std::uint32_t kBuyV2Writable =
    account_bits({6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21});
constexpr std::uint32_t kSellV2Writable =
    account_bits({6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20});
constexpr std::uint32_t kV3Writable = account_bits({5, 6, 7, 8, 9, 10, 11, 13});

// Account counts are those that the program accepts since 2026-04-28, when the buyback recipient
// became mandatory. Old transactions have fewer.
constexpr std::array kInstructions{
    InstructionShape{.name = "buy_v2",
                     .discriminator = kBuyV2,
                     .data_bytes_min = 24,
                     .accounts_min = 27,
                     .accounts_max = 27,
                     .writable = kBuyV2Writable,
                     .signers = account_bits({13}),
                     .is_ours = true},
    InstructionShape{.name = "buy_exact_quote_in_v2",
                     .discriminator = kBuyExactQuoteInV2,
                     .data_bytes_min = 24,
                     .accounts_min = 27,
                     .accounts_max = 27,
                     .writable = kBuyV2Writable,
                     .signers = account_bits({13}),
                     .is_ours = true},
    InstructionShape{.name = "sell_v2",
                     .discriminator = kSellV2,
                     .data_bytes_min = 24,
                     .accounts_min = 26,
                     .accounts_max = 26,
                     .writable = kSellV2Writable,
                     .signers = account_bits({13}),
                     .is_ours = true},
    InstructionShape{.name = "buy",
                     .discriminator = {0x66, 0x06, 0x3d, 0x12, 0x01, 0xda, 0xeb, 0xea},
                     .data_bytes_min = 24,
                     .accounts_min = 18,
                     .accounts_max = 18,
                     .writable = account_bits({1, 3, 4, 5, 6, 9, 13, 17}),
                     .signers = account_bits({6})},
    InstructionShape{.name = "buy_exact_sol_in",
                     .discriminator = {0x38, 0xfc, 0x74, 0x08, 0x9e, 0xdf, 0xcd, 0x5f},
                     .data_bytes_min = 24,
                     .accounts_min = 18,
                     .accounts_max = 18,
                     .writable = account_bits({1, 3, 4, 5, 6, 9, 13, 17}),
                     .signers = account_bits({6})},
    // Cashback coins have the user's volume accumulator at 14, which moves the last two by one.
    InstructionShape{.name = "sell",
                     .discriminator = {0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad},
                     .data_bytes_min = 24,
                     .accounts_min = 16,
                     .accounts_max = 17,
                     .writable = account_bits({1, 3, 4, 5, 6, 8}),
                     .signers = account_bits({6})},
    // The forms of 2024, before creators had fees.
    InstructionShape{.name = "buy",
                     .discriminator = {0x66, 0x06, 0x3d, 0x12, 0x01, 0xda, 0xeb, 0xea},
                     .data_bytes_min = 24,
                     .accounts_min = 12,
                     .accounts_max = 12,
                     .writable = account_bits({1, 3, 4, 5, 6}),
                     .signers = account_bits({6}),
                     .is_former = true},
    InstructionShape{.name = "sell",
                     .discriminator = {0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad},
                     .data_bytes_min = 24,
                     .accounts_min = 12,
                     .accounts_max = 12,
                     .writable = account_bits({1, 3, 4, 5, 6}),
                     .signers = account_bits({6}),
                     .is_former = true},
    // October 2026: fees stay on the curve until they are swept.
    InstructionShape{.name = "buy_v3",
                     .discriminator = {0x07, 0x05, 0x1d, 0xc4, 0xf5, 0x17, 0x65, 0x50},
                     .data_bytes_min = 24,
                     .accounts_min = 17,
                     .accounts_max = 17,
                     .writable = kV3Writable,
                     .signers = account_bits({8})},
    InstructionShape{.name = "buy_exact_quote_in_v3",
                     .discriminator = {0xe1, 0xf7, 0x50, 0x1e, 0xd5, 0xb3, 0x84, 0x88},
                     .data_bytes_min = 24,
                     .accounts_min = 17,
                     .accounts_max = 17,
                     .writable = kV3Writable,
                     .signers = account_bits({8})},
    InstructionShape{.name = "sell_v3",
                     .discriminator = {0x1c, 0x92, 0xde, 0x77, 0x26, 0xc4, 0x69, 0xd5},
                     .data_bytes_min = 24,
                     .accounts_min = 17,
                     .accounts_max = 17,
                     .writable = kV3Writable,
                     .signers = account_bits({8})},
    // Three strings, each with a length of four bytes, and the creator.
    InstructionShape{
        .name = "create",
        .discriminator = {0x18, 0x1e, 0xc8, 0x28, 0x05, 0x1c, 0x07, 0x77},
        .data_bytes_min = 20,
        .accounts_min = 14,
        .accounts_max = 14,
        .writable = account_bits({0, 2, 3, 6, 7}),
        .signers = account_bits({0, 7}),
        .creation = CreationAccounts{.pool = 2, .mint_a = 0, .mint_b = 0, .is_mint_b_sol = true}},
    InstructionShape{
        .name = "create_v2",
        .discriminator = {0xd6, 0x90, 0x4c, 0xec, 0x5f, 0x8b, 0x31, 0xb4},
        .data_bytes_min = 20,
        .accounts_min = 16,
        .accounts_max = 16,
        .writable = account_bits({0, 2, 3, 5}),
        .signers = account_bits({0, 5}),
        .creation = CreationAccounts{.pool = 2, .mint_a = 0, .mint_b = 0, .is_mint_b_sol = true}},
    // The same with a quote mint named, wSOL included; coins as quotes bring up to five more.
    InstructionShape{.name = "create_v2",
                     .discriminator = {0xd6, 0x90, 0x4c, 0xec, 0x5f, 0x8b, 0x31, 0xb4},
                     .data_bytes_min = 20,
                     .accounts_min = 19,
                     .accounts_max = 24,
                     .writable = account_bits({0, 2, 3, 5, 17}),
                     .signers = account_bits({0, 5}),
                     .creation = CreationAccounts{.pool = 2, .mint_a = 0, .mint_b = 16}},
    // To PumpSwap. The rent sysvar at the end is new in 2026.
    InstructionShape{.name = "migrate",
                     .discriminator = {0x9b, 0xea, 0xe7, 0x92, 0xec, 0x9e, 0xa2, 0x1e},
                     .data_bytes_min = 8,
                     .accounts_min = 24,
                     .accounts_max = 25,
                     .writable = account_bits({1, 3, 4, 5, 9, 10, 11, 12, 15, 16, 17, 18}),
                     .signers = account_bits({5}),
                     .creation = CreationAccounts{.pool = 9, .mint_a = 2, .mint_b = 14},
                     .migrates_to = VenueId::PumpSwap},
    InstructionShape{.name = "migrate_v2",
                     .discriminator = {0xbb, 0xcb, 0x12, 0x1f, 0xce, 0xed, 0xfe, 0x29},
                     .data_bytes_min = 8,
                     .accounts_min = 27,
                     .accounts_max = 27,
                     .writable = account_bits({1, 4, 5, 6, 7, 10, 11, 12, 13, 15, 16, 17, 18}),
                     .signers = account_bits({7}),
                     .creation = CreationAccounts{.pool = 10, .mint_a = 2, .mint_b = 3},
                     .migrates_to = VenueId::PumpSwap},
};

solana::Instruction swap_v2(const PumpCurvePool& pool, Direction direction,
                            const Discriminator& discriminator, TokenAmount first,
                            TokenAmount second, const SwapAccounts& accounts) {
    const bool is_sell = direction == Direction::AToB;
    const PumpAddresses& addresses = pump_curve_addresses();
    const PumpTrader trader = pump_trader({.program = solana::kPumpCurveProgram,
                                           .user = accounts.user,
                                           .quote_mint = pool.mint_b,
                                           .quote_program = pool.program_b});
    solana::Instruction instruction;
    instruction.program_id = solana::kPumpCurveProgram;
    instruction.accounts = {
        solana::readonly(addresses.global),
        solana::readonly(pool.mint_a),
        solana::readonly(pool.mint_b),
        solana::readonly(pool.program_a),
        solana::readonly(pool.program_b),
        solana::readonly(solana::kAssociatedTokenProgram),
        solana::writable(pool.recipients.fee),
        solana::writable(pool.derived.fee_recipient_quote),
        solana::writable(pool.recipients.buyback),
        solana::writable(pool.derived.buyback_recipient_quote),
        solana::writable(pool.id),
        solana::writable(pool.vault_a),
        solana::writable(pool.vault_b),
        solana::writable_signer(accounts.user),
        solana::writable(is_sell ? accounts.user_source : accounts.user_destination),
        solana::writable(is_sell ? accounts.user_destination : accounts.user_source),
        solana::writable(pool.derived.creator_vault),
        solana::writable(pool.derived.creator_vault_quote),
        solana::readonly(pool.derived.sharing_config),
    };
    if (!is_sell) {
        instruction.accounts.push_back(solana::readonly(addresses.global_volume_accumulator));
    }
    for (const auto& meta :
         {solana::writable(trader.volume_accumulator),
          solana::writable(trader.volume_accumulator_quote), solana::readonly(addresses.fee_config),
          solana::readonly(solana::kPumpFeesProgram), solana::readonly(solana::kSystemProgram),
          solana::readonly(addresses.event_authority),
          solana::readonly(solana::kPumpCurveProgram)}) {
        instruction.accounts.push_back(meta);
    }
    instruction.data.reserve(discriminator.size() + 2 * sizeof(std::uint64_t));
    append(instruction.data, discriminator);
    append_le(instruction.data, first.raw());
    append_le(instruction.data, second.raw());
    return instruction;
}

}  // namespace

solana::Instruction swap_exact_in(const PumpCurvePool& pool, Direction direction,
                                  TokenAmount amount_in, TokenAmount amount_out_min,
                                  const SwapAccounts& accounts) {
    const auto& discriminator = direction == Direction::AToB ? kSellV2 : kBuyExactQuoteInV2;
    return swap_v2(pool, direction, discriminator, amount_in, amount_out_min, accounts);
}

solana::Instruction swap_exact_out(const PumpCurvePool& pool, Direction direction,
                                   TokenAmount amount_in_max, TokenAmount amount_out,
                                   const SwapAccounts& accounts) {
    if (direction == Direction::AToB) {
        return swap_exact_in(pool, direction, amount_in_max, amount_out, accounts);
    }
    return swap_v2(pool, direction, kBuyV2, amount_out, amount_in_max, accounts);
}

std::span<const InstructionShape> pump_curve_instructions() { return kInstructions; }

}  // namespace sniperforge::dex
