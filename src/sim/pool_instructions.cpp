// SPDX-License-Identifier: MIT
#include "sniperforge/sim/pool_instructions.hpp"

#include <array>

#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim {
namespace {

using solana::readonly;
using solana::signer;
using solana::writable;

using Discriminator = std::array<std::uint8_t, 8>;
constexpr Discriminator kSwapBaseInput{0x8f, 0xbe, 0x5a, 0xda, 0xc4, 0x1e, 0x33, 0xde};
constexpr Discriminator kSwapBaseOutput{0x37, 0xd9, 0x62, 0x56, 0xa3, 0x4a, 0xb4, 0xad};
constexpr Discriminator kInitialize{0xaf, 0xaf, 0x6d, 0x1f, 0x0d, 0x98, 0x9b, 0xed};
constexpr Discriminator kWithdraw{0xb7, 0x12, 0x46, 0x9c, 0x94, 0x6d, 0xa1, 0x22};
constexpr Discriminator kRoute{0xe5, 0x17, 0xcb, 0x97, 0x7a, 0xe3, 0xad, 0x2a};
constexpr Discriminator kRouteV2{0xbb, 0x64, 0xfa, 0xcc, 0x31, 0xc4, 0xaf, 0x14};

struct Amounts {
    std::uint64_t first = 0, second = 0;
};

solana::Instruction cpmm_swap(const CpmmPoolAddresses& pool, bool is_0_to_1,
                              const Discriminator& discriminator, const Amounts& amounts,
                              const SwapParties& parties) {
    const auto pick = [&](const Pubkey& of_0, const Pubkey& of_1, bool is_input) {
        return is_0_to_1 == is_input ? of_0 : of_1;
    };
    solana::Instruction swap{
        solana::kRaydiumCpmmProgram,
        {signer(parties.user), readonly(pool.authority), readonly(pool.amm_config),
         writable(pool.pool), writable(parties.source), writable(parties.destination),
         writable(pick(pool.vault_0, pool.vault_1, true)),
         writable(pick(pool.vault_0, pool.vault_1, false)),
         readonly(pick(pool.program_0, pool.program_1, true)),
         readonly(pick(pool.program_0, pool.program_1, false)),
         readonly(pick(pool.mint_0, pool.mint_1, true)),
         readonly(pick(pool.mint_0, pool.mint_1, false)), writable(pool.observation)},
        {}};
    append(swap.data, discriminator);
    append_le(swap.data, amounts.first);
    append_le(swap.data, amounts.second);
    return swap;
}

Bytes tagged(std::uint8_t tag, const Amounts& amounts) {
    Bytes data{tag};
    append_le(data, amounts.first);
    append_le(data, amounts.second);
    return data;
}

// The order book's places are unchecked: the pool's own key fills them.
solana::Instruction amm_v4_swap(const AmmV4PoolAddresses& pool, std::uint8_t tag,
                                const Amounts& amounts, const SwapParties& parties) {
    return {solana::kRaydiumAmmV4Program,
            {readonly(solana::kTokenProgram), writable(pool.pool), readonly(pool.authority),
             writable(pool.pool), writable(pool.coin_vault), writable(pool.pc_vault),
             writable(pool.pool), writable(pool.pool), writable(pool.pool), writable(pool.pool),
             writable(pool.pool), writable(pool.pool), writable(pool.pool), writable(pool.pool),
             writable(parties.source), writable(parties.destination), signer(parties.user)},
            tagged(tag, amounts)};
}

solana::Instruction amm_v4_swap_v2(const AmmV4PoolAddresses& pool, std::uint8_t tag,
                                   const Amounts& amounts, const SwapParties& parties) {
    return {solana::kRaydiumAmmV4Program,
            {readonly(solana::kTokenProgram), writable(pool.pool), readonly(pool.authority),
             writable(pool.coin_vault), writable(pool.pc_vault), writable(parties.source),
             writable(parties.destination), signer(parties.user)},
            tagged(tag, amounts)};
}

}  // namespace

solana::Instruction cpmm_swap_in(const CpmmPoolAddresses& pool, bool is_0_to_1,
                                 std::uint64_t amount_in, std::uint64_t amount_out_min,
                                 const SwapParties& parties) {
    return cpmm_swap(pool, is_0_to_1, kSwapBaseInput, {amount_in, amount_out_min}, parties);
}

solana::Instruction cpmm_swap_out(const CpmmPoolAddresses& pool, bool is_0_to_1,
                                  std::uint64_t amount_in_max, std::uint64_t amount_out,
                                  const SwapParties& parties) {
    return cpmm_swap(pool, is_0_to_1, kSwapBaseOutput, {amount_in_max, amount_out}, parties);
}

solana::Instruction cpmm_initialize(const CpmmPoolAddresses& pool, const CpmmInitialize& options) {
    const Pubkey creator_lp =
        solana::associated_token_address(options.creator, pool.lp_mint, solana::kTokenProgram);
    solana::Instruction initialize{solana::kRaydiumCpmmProgram,
                                   {solana::writable_signer(options.creator),
                                    readonly(pool.amm_config),
                                    readonly(pool.authority),
                                    writable(pool.pool),
                                    readonly(pool.mint_0),
                                    readonly(pool.mint_1),
                                    writable(pool.lp_mint),
                                    writable(options.creator_token_0),
                                    writable(options.creator_token_1),
                                    writable(creator_lp),
                                    writable(pool.vault_0),
                                    writable(pool.vault_1),
                                    writable(options.create_pool_fee),
                                    writable(pool.observation),
                                    readonly(solana::kTokenProgram),
                                    readonly(pool.program_0),
                                    readonly(pool.program_1),
                                    readonly(solana::kAssociatedTokenProgram),
                                    readonly(solana::kSystemProgram),
                                    readonly(solana::kRentSysvar)},
                                   {}};
    append(initialize.data, kInitialize);
    append_le(initialize.data, options.amount_0);
    append_le(initialize.data, options.amount_1);
    append_le(initialize.data, options.open_time);
    return initialize;
}

solana::Instruction cpmm_withdraw(const CpmmPoolAddresses& pool, const CpmmWithdraw& options) {
    solana::Instruction withdraw{
        solana::kRaydiumCpmmProgram,
        {signer(options.owner), readonly(pool.authority), writable(pool.pool),
         writable(options.owner_lp_token), writable(options.token_0_account),
         writable(options.token_1_account), writable(pool.vault_0), writable(pool.vault_1),
         readonly(solana::kTokenProgram), readonly(solana::kToken2022Program),
         readonly(pool.mint_0), readonly(pool.mint_1), writable(pool.lp_mint),
         readonly(solana::kMemoProgram)},
        {}};
    append(withdraw.data, kWithdraw);
    append_le(withdraw.data, options.lp_amount);
    append_le(withdraw.data, options.amount_0_min);
    append_le(withdraw.data, options.amount_1_min);
    return withdraw;
}

solana::Instruction amm_v4_swap_in(const AmmV4PoolAddresses& pool, std::uint64_t amount_in,
                                   std::uint64_t amount_out_min, const SwapParties& parties) {
    return amm_v4_swap(pool, 9, {amount_in, amount_out_min}, parties);
}

solana::Instruction amm_v4_swap_out(const AmmV4PoolAddresses& pool, std::uint64_t amount_in_max,
                                    std::uint64_t amount_out, const SwapParties& parties) {
    return amm_v4_swap(pool, 11, {amount_in_max, amount_out}, parties);
}

solana::Instruction amm_v4_swap_in_v2(const AmmV4PoolAddresses& pool, std::uint64_t amount_in,
                                      std::uint64_t amount_out_min, const SwapParties& parties) {
    return amm_v4_swap_v2(pool, 16, {amount_in, amount_out_min}, parties);
}

solana::Instruction amm_v4_swap_out_v2(const AmmV4PoolAddresses& pool, std::uint64_t amount_in_max,
                                       std::uint64_t amount_out, const SwapParties& parties) {
    return amm_v4_swap_v2(pool, 17, {amount_in_max, amount_out}, parties);
}

std::uint8_t jupiter_variant(const solana::Instruction& swap) {
    constexpr std::uint8_t kAmmV4 = 7, kCpmm = 46, kPumpSwapBuy = 99, kPumpSwapSell = 100,
                           kCurveBuy = 112, kCurveSell = 113;
    constexpr std::array<std::uint8_t, 8> kSell{0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad};
    const bool is_sell =
        swap.data.size() >= 8 && std::equal(kSell.begin(), kSell.end(), swap.data.begin());
    if (swap.program_id == solana::kPumpCurveProgram) {
        return is_sell ? kCurveSell : kCurveBuy;
    }
    if (swap.program_id == solana::kPumpSwapProgram) {
        return is_sell ? kPumpSwapSell : kPumpSwapBuy;
    }
    if (swap.program_id == solana::kRaydiumCpmmProgram) {
        return kCpmm;
    }
    SF_ASSERT(swap.program_id == solana::kRaydiumAmmV4Program && swap.accounts.size() == 17);
    return kAmmV4;
}

solana::Instruction jupiter_route(const JupiterRoute& route, std::span<const JupiterStep> steps) {
    const Pubkey& program = solana::kJupiterV6Program;
    const Pubkey event_authority =
        solana::find_program_address({solana::seed("__event_authority")}, program).address;
    solana::Instruction instruction{
        program,
        {readonly(solana::kTokenProgram), signer(route.user), writable(route.source),
         writable(route.destination), readonly(program), readonly(route.destination_mint),
         readonly(program), readonly(event_authority), readonly(program)},
        {}};
    append(instruction.data, kRoute);
    append_le(instruction.data, static_cast<std::uint32_t>(steps.size()));
    for (const JupiterStep& step : steps) {
        append_le(instruction.data, jupiter_variant(step.swap));
        append_le(instruction.data, step.percent);
        append_le(instruction.data, step.input_index);
        append_le(instruction.data, step.output_index);
        instruction.accounts.push_back(readonly(step.swap.program_id));
        instruction.accounts.insert(instruction.accounts.end(), step.swap.accounts.begin(),
                                    step.swap.accounts.end());
    }
    append_le(instruction.data, route.in_amount);
    append_le(instruction.data, route.quoted_out_amount);
    append_le(instruction.data, route.slippage_bps);
    append_le(instruction.data, std::uint8_t{0});  // No platform fee.
    return instruction;
}

solana::Instruction jupiter_route_v2(const JupiterRoute& route,
                                     std::span<const JupiterStep> steps) {
    const Pubkey& program = solana::kJupiterV6Program;
    const Pubkey event_authority =
        solana::find_program_address({solana::seed("__event_authority")}, program).address;
    solana::Instruction instruction{
        program,
        {signer(route.user), writable(route.source), writable(route.destination),
         readonly(route.source_mint), readonly(route.destination_mint),
         readonly(route.source_program), readonly(route.destination_program), readonly(program),
         readonly(event_authority), readonly(program)},
        {}};
    if (route.platform_fee_bps > 0) {
        instruction.accounts.push_back(writable(route.platform_fee_account));
    }
    append(instruction.data, kRouteV2);
    append_le(instruction.data, route.in_amount);
    append_le(instruction.data, route.quoted_out_amount);
    append_le(instruction.data, route.slippage_bps);
    append_le(instruction.data, route.platform_fee_bps);
    append_le(instruction.data, std::uint16_t{0});  // Nothing of what comes out above the quote.
    append_le(instruction.data, static_cast<std::uint32_t>(steps.size()));
    for (const JupiterStep& step : steps) {
        append_le(instruction.data, jupiter_variant(step.swap));
        append_le(instruction.data, static_cast<std::uint16_t>(100 * step.percent));
        append_le(instruction.data, step.input_index);
        append_le(instruction.data, step.output_index);
        instruction.accounts.push_back(readonly(step.swap.program_id));
        instruction.accounts.insert(instruction.accounts.end(), step.swap.accounts.begin(),
                                    step.swap.accounts.end());
    }
    return instruction;
}

}  // namespace sniperforge::sim
