// SPDX-License-Identifier: MIT
// A pool read from its accounts, its exact quotes and its swap instruction: what the market and the
// simulated Jupiter need of the programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/program_pump_math.hpp"
#include "sim/program_whirlpool_swap.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/sim/pool_instructions.hpp"
#include "sniperforge/sim/pump_instructions.hpp"
#include "sniperforge/sim/whirlpool.hpp"

namespace sniperforge::sim {

// What a whirlpool's price depends on besides the pool account: the tick arrays each way, as
// copies.
struct WhirlpoolView {
    struct Array {
        std::int32_t start = 0;
        Bytes data;
    };
    Whirlpool addresses;
    whirlpool::PoolState state;
    std::vector<Array> down, up;
    bool has_oracle = false;
};

// pump.fun's curve and the pool that it becomes, with the rates of a trade now.
struct CurveView {
    PumpCurve addresses;
    pump::CurveReserves reserves;
    pump::FeeRates rates;
};
struct PumpSwapView {
    PumpPool addresses;
    pump::PoolReserves reserves;
    pump::FeeRates rates;
};

struct PoolView {
    Pubkey pool;
    // Token 0 and 1 of a CPMM pool, coin and pc of an AMM v4 one; pump's coin is a, SOL is b.
    Pubkey mint_a, mint_b;
    // Net of everything that is not for trading; those that price where others are there too: of a
    // whirlpool what a constant product with its liquidity would have.
    std::uint64_t reserve_a = 0, reserve_b = 0;
    // Fee on the input as numerator / denominator; the creator's fee of a CPMM pool is apart.
    std::uint64_t fee_numerator = 0, fee_denominator = 1;
    std::uint64_t creator_fee_ppm = 0;
    std::uint8_t creator_fee_on = 0;  // 0 input, 1 only token 0, 2 only token 1.
    bool is_swap_enabled = false;
    std::int64_t open_time = 0;  // Unix seconds.
    std::variant<AmmV4PoolAddresses, CpmmPoolAddresses, WhirlpoolView, CurveView, PumpSwapView>
        addresses;

    [[nodiscard]] bool is_cpmm() const { return addresses.index() == 1; }
    [[nodiscard]] bool is_whirlpool() const { return addresses.index() == 2; }
    [[nodiscard]] bool is_curve() const { return addresses.index() == 3; }
    // Jupiter's name of the program.
    [[nodiscard]] std::string_view label() const {
        constexpr std::string_view kLabels[] = {"Raydium", "Raydium CP", "Whirlpool", "Pump.fun",
                                                "Pump.fun Amm"};
        return kLabels[addresses.index()];
    }
    // Whether a swap sent now can execute; `unix_seconds` as the chain's clock says.
    [[nodiscard]] bool is_tradable(std::int64_t unix_seconds) const {
        return is_swap_enabled && unix_seconds >= open_time && reserve_a > 0 && reserve_b > 0;
    }
    // Base units of b per base unit of a.
    [[nodiscard]] double price() const {
        return static_cast<double>(reserve_b) / static_cast<double>(reserve_a);
    }
    [[nodiscard]] double fee() const {
        return static_cast<double>(fee_numerator) / static_cast<double>(fee_denominator);
    }
};

// Nothing when the account is no token account.
[[nodiscard]] std::optional<std::uint64_t> token_balance(const Chain& chain, const Pubkey& key);

// Nothing when the account is no pool of the four programs, or a vault or config is missing. A
// curve does not say what it trades: it is read by its coin.
[[nodiscard]] std::optional<PoolView> read_pool(const Chain& chain, const Pubkey& pool);
// Of a coin against SOL that is neither a cashback nor a mayhem coin, and the same of PumpSwap,
// with a creator: others trade with accounts that nobody here builds.
[[nodiscard]] std::optional<PoolView> read_curve(const Chain& chain, const Pubkey& coin);
[[nodiscard]] std::optional<PoolView> read_pump_swap(const Chain& chain, const Pubkey& pool);

// What the program pays for `amount_in`, and what it takes for `amount_out`, rounded as it rounds.
// Nothing where it would refuse.
[[nodiscard]] std::optional<std::uint64_t> quote_in(const PoolView& pool, bool is_a_to_b,
                                                    std::uint64_t amount_in);
[[nodiscard]] std::optional<std::uint64_t> quote_out(const PoolView& pool, bool is_a_to_b,
                                                     std::uint64_t amount_out);
// The exact-in instruction (AMM v4 in the 17-account form, which Jupiter's route needs).
[[nodiscard]] solana::Instruction swap_in(const PoolView& pool, bool is_a_to_b,
                                          std::uint64_t amount_in, std::uint64_t amount_out_min,
                                          const SwapParties& parties);

}  // namespace sniperforge::sim
