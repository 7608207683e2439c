// SPDX-License-Identifier: MIT
// Orca Whirlpool pools at genesis, and the instructions that swap in them. Written from the
// protocol documents, not from dex.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/pool_instructions.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::sim {

struct Whirlpool {
    Pubkey pool{}, config{}, mint_a{}, mint_b{}, vault_a{}, vault_b{}, oracle{}, program_a{},
        program_b{};
    std::uint16_t tick_spacing = 0;
};

// An initialised tick: liquidity that begins (or ends, negative) when the price rises over it.
struct WhirlpoolTick {
    std::int32_t tick = 0;
    i128 liquidity_net = 0;
};
// A pool whose fee follows volatility; times are Unix seconds, periods seconds.
struct WhirlpoolOracle {
    std::uint64_t trade_enable_time = 0;
    std::uint16_t filter_period = 30, decay_period = 600, reduction_factor = 5'000;
    std::uint32_t control_factor = 0, max_volatility = 350'000;
    std::uint16_t tick_group_size = 0, major_swap_ticks = 0;
    std::uint64_t reference_time = 0, major_swap_time = 0;
    std::uint32_t volatility_reference = 0, volatility = 0;
    std::int32_t tick_group_reference = 0;
};
struct WhirlpoolOptions {
    Pubkey mint_a, mint_b;  // The smaller one first, as the program requires.
    std::uint16_t tick_spacing = 64;
    std::uint16_t fee_rate = 3'000, protocol_fee_rate = 1'300;  // 1e-6 and 1e-4.
    u128 liquidity = 0, sqrt_price = 0;                         // Liquidity at the price; Q64.64.
    std::vector<WhirlpoolTick> ticks;
    TokenAmount amount_a, amount_b;  // What the vaults hold.
    std::optional<WhirlpoolOracle> oracle;
    bool are_arrays_dynamic = false;
    // Arrays without ticks that exist all the same: by the tick that they hold.
    std::vector<std::int32_t> empty_arrays_at;
};
Whirlpool create_whirlpool(Chain& chain, const WhirlpoolOptions& options);

struct WhirlpoolSwap {
    bool is_a_to_b = true, is_exact_in = true;
    std::uint64_t amount = 0;
    std::uint64_t threshold = 0;  // The least out, or the most in.
    u128 sqrt_price_limit = 0;    // 0: none.
};
// The tick arrays are those around the price as the chain has it now; `is_v2` chooses swap_v2.
[[nodiscard]] solana::Instruction whirlpool_swap(const Chain& chain, const Whirlpool& pool,
                                                 const WhirlpoolSwap& swap,
                                                 const SwapParties& parties, bool is_v2);

}  // namespace sniperforge::sim
