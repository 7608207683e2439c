// SPDX-License-Identifier: MIT
// Instructions of the simulated pool programs, for the market that trades, launches and rugs, and
// for the routes that the simulated Jupiter builds. Written from the protocol documents, not from
// dex: what the daemon builds is checked by the programs, not against these.
#pragma once

#include <cstdint>
#include <span>

#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {

// Whose tokens move: `user` signs, `source` pays and `destination` receives.
struct SwapParties {
    Pubkey user, source, destination;
};

// swap_base_input: `is_0_to_1` says which mint is paid.
[[nodiscard]] solana::Instruction cpmm_swap_in(const CpmmPoolAddresses& pool, bool is_0_to_1,
                                               std::uint64_t amount_in,
                                               std::uint64_t amount_out_min,
                                               const SwapParties& parties);
// swap_base_output.
[[nodiscard]] solana::Instruction cpmm_swap_out(const CpmmPoolAddresses& pool, bool is_0_to_1,
                                                std::uint64_t amount_in_max,
                                                std::uint64_t amount_out,
                                                const SwapParties& parties);

// initialize: creates the pool's accounts, moves the first liquidity from the creator's token
// accounts, and gives him the LP tokens except the 100 that stay locked.
struct CpmmInitialize {
    Pubkey creator, creator_token_0, creator_token_1;
    Pubkey create_pool_fee{};  // Wrapped SOL account that takes the config's fee.
    std::uint64_t amount_0 = 0, amount_1 = 0;
    std::uint64_t open_time = 0;  // Unix seconds.
};
[[nodiscard]] solana::Instruction cpmm_initialize(const CpmmPoolAddresses& pool,
                                                  const CpmmInitialize& options);

// withdraw: burns LP tokens for a floor share of both reserves. A full withdrawal is a rug.
struct CpmmWithdraw {
    Pubkey owner, owner_lp_token, token_0_account, token_1_account;
    std::uint64_t lp_amount = 0, amount_0_min = 0, amount_1_min = 0;
};
[[nodiscard]] solana::Instruction cpmm_withdraw(const CpmmPoolAddresses& pool,
                                                const CpmmWithdraw& options);

// SwapBaseIn (tag 9) and SwapBaseOut (tag 11) in the 17-account form. The direction follows from
// the mints of source and destination.
[[nodiscard]] solana::Instruction amm_v4_swap_in(const AmmV4PoolAddresses& pool,
                                                 std::uint64_t amount_in,
                                                 std::uint64_t amount_out_min,
                                                 const SwapParties& parties);
[[nodiscard]] solana::Instruction amm_v4_swap_out(const AmmV4PoolAddresses& pool,
                                                  std::uint64_t amount_in_max,
                                                  std::uint64_t amount_out,
                                                  const SwapParties& parties);
// The same swaps as tags 16 and 17 with 8 accounts.
[[nodiscard]] solana::Instruction amm_v4_swap_in_v2(const AmmV4PoolAddresses& pool,
                                                    std::uint64_t amount_in,
                                                    std::uint64_t amount_out_min,
                                                    const SwapParties& parties);
[[nodiscard]] solana::Instruction amm_v4_swap_out_v2(const AmmV4PoolAddresses& pool,
                                                     std::uint64_t amount_in_max,
                                                     std::uint64_t amount_out,
                                                     const SwapParties& parties);

// One hop of a Jupiter route. `swap` is the venue's instruction as built above or in
// pump_instructions.hpp (its amounts are ignored on chain; AMM v4 in the 17-account form); its
// accounts follow the venue's program id. In front of a curve's is the user's wrapped SOL account.
struct JupiterStep {
    solana::Instruction swap;
    std::uint8_t percent = 100;  // Of what the input index holds.
    std::uint8_t input_index = 0, output_index = 1;
};
struct JupiterRoute {
    Pubkey user, source, destination, destination_mint;
    std::uint64_t in_amount = 0, quoted_out_amount = 0;
    std::uint16_t slippage_bps = 50;
    // Of `route_v2` alone.
    Pubkey source_mint{};
    Pubkey source_program = solana::kTokenProgram, destination_program = solana::kTokenProgram;
    std::uint16_t platform_fee_bps = 0;
    Pubkey platform_fee_account{};
};
// The venue's variant in Jupiter's enum. Source: protocol jupiter section 6; those of pump
// (PumpSwapBuyV3, PumpSwapSellV3, PumpWrappedBuyV4, PumpWrappedSellV4) by Jupiter's published
// interface of 2026.
[[nodiscard]] std::uint8_t jupiter_variant(const solana::Instruction& swap);
[[nodiscard]] solana::Instruction jupiter_route(const JupiterRoute& route,
                                                std::span<const JupiterStep> steps);
// The second form, which the v2 API answers with.
[[nodiscard]] solana::Instruction jupiter_route_v2(const JupiterRoute& route,
                                                   std::span<const JupiterStep> steps);

}  // namespace sniperforge::sim
