// SPDX-License-Identifier: MIT
// What can be wrong with the world around the nodes: the API that builds our swaps, the market and
// the chain's programs. Plain data: a default one is an honest world. Chance comes from seeded
// generators of their own, so that what is off changes neither the chain nor the market.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::sim {

// What a transaction from /swap/v1/swap does besides, or instead of, the swap that was asked for.
// Its answer says nothing of it.
enum class JupiterAttack : std::uint8_t {
    SystemTransfer,      // Half of the wallet's lamports go to a stranger.
    TokenTransfer,       // So does another token of the wallet's, or else the one that is traded.
    Approve,             // A stranger may spend the traded token from now on.
    SetAuthority,        // The account of the traded token becomes a stranger's.
    CloseToStranger,     // The wrapped SOL account is closed in favour of a stranger.
    ForeignDestination,  // The route pays a stranger.
    HiddenInTable,       // So it does, and only a lookup table says it.
    LowMinimum,          // The route is content with one base unit.
    HighAmountIn,        // The route takes twice as much.
    ForeignPayer,        // A stranger pays the fee and owns the signature; the wallet signs second.
    ExtraSigner,         // A stranger must sign too: he decides when it can land.
    UnknownProgram,      // A program that nobody knows gets the wallet's signature.
    ExcessivePriorityFee  // One SOL to the leader.
};
inline constexpr std::size_t kJupiterAttacks = 13;
// "system_transfer": its word in a timeline and, after "jupiter_", in reports.
[[nodiscard]] std::string_view attack_name(JupiterAttack attack);

// Probabilities are per request, 0 to 1.
struct JupiterFaults {
    // ---- /swap/v1/swap ----
    double attack_probability = 0;
    std::vector<JupiterAttack> attacks{};  // One of these each time; empty: of all.

    // ---- /swap/v1/quote ----
    double skew_probability = 0;
    std::uint32_t skew_bps = 500;         // So much more is promised than the pools would pay.
    double wrong_mint_probability = 0;    // The quote pays another mint.
    double wrong_amount_probability = 0;  // The quote is for twice the amount.

    // ---- Both ----
    double malformed_probability = 0;      // The JSON ends in its middle.
    double gateway_error_probability = 0;  // HTTP 502 with an HTML body.

    [[nodiscard]] bool operator==(const JupiterFaults&) const = default;
};
inline constexpr std::uint32_t kSkewBpsMax = 100'000;
// Every problem of the values, one a line; numbers are given with their range.
[[nodiscard]] Result<void> check(const JupiterFaults& faults);

// Who trades against the clients of the cluster.
struct MarketFaults {
    // Of each client's transaction that swaps: a competitor trades the same way in the same pool
    // right before it, so that the price is so much worse, and back right behind it.
    double sandwich_probability = 0;
    std::uint32_t sandwich_bps = 100;

    [[nodiscard]] bool operator==(const MarketFaults&) const = default;
};
inline constexpr std::uint32_t kSandwichBpsMax = 5'000;
[[nodiscard]] Result<void> check(const MarketFaults& faults);

// Each that is wanted is done once, to a token that a client holds then; until one does, and its
// venue allows it, the rug waits.
struct Rug {
    bool is_pull = false;    // `part_bps` of both reserves leave the pool. Not of a curve's.
    bool is_mint = false;    // Twenty times the pool's tokens are minted and sold into it.
    bool is_freeze = false;  // The client's account of the token is frozen.
    bool is_pause = false;   // The pool is closed for swaps. Only Raydium's have a status.
    // `theft_bps` of what the client holds are burned, as a permanent delegate can: no transaction
    // of the wallet's tells of it.
    bool is_theft = false;
    bool is_gift = false;  // Somebody sends him a tenth of what he holds.
    std::uint32_t part_bps = 9'500, theft_bps = 5'000;

    [[nodiscard]] bool operator==(const Rug&) const = default;
};
inline constexpr std::uint32_t kRugBpsMax = 9'999;  // Something stays: an empty pool is another.
inline constexpr std::uint32_t kTheftBpsMax = 10'000;
[[nodiscard]] Result<void> check(const Rug& rug);

// What others did to the tokens of a client: taken, or brought.
struct Meddling {
    Pubkey owner, mint;
    std::uint64_t taken = 0, brought = 0;
};

// Programs that take another list of accounts for swaps than everybody knew: their own id twice
// more at its end. Whoever sends the old list fails. The market knows, and so does Jupiter's
// program, which adds them to the calls that it makes.
struct ShapeChange {
    bool is_cpmm = false, is_amm_v4 = false, is_pump_curve = false, is_pump_swap = false,
         is_whirlpool = false;
    // In each slot somebody calls each of these with an instruction that nobody knows, and it
    // succeeds.
    bool is_called_anew = false;

    [[nodiscard]] bool operator==(const ShapeChange&) const = default;
};

// The chain's unix time jumps once: what it says of now, and of its blocks from then on.
struct ClockJump {
    int jump_s = 0;

    [[nodiscard]] bool operator==(const ClockJump&) const = default;
};
inline constexpr int kClockJumpSecondsMax = 365 * 86'400;
[[nodiscard]] Result<void> check(const ClockJump& jump);

}  // namespace sniperforge::sim
