// SPDX-License-Identifier: MIT
// Jupiter v6: the parts of a route that its instructions share. Source: protocol jupiter
// section 6.
//
// Each step names its venue by a variant byte and takes the next accounts: the venue's program id,
// then the accounts of that venue's swap in its own order: 13 for CPMM (variant 46), 17 for AMM v4
// (variant 7: the SwapBaseIn form without target_orders, as Jupiter's published interface has it),
// 26 and 24 for purchases and sales on PumpSwap (99 and 100). The curve moves lamports and a route
// moves tokens: in front of its 18 or 16 accounts (variants 112 and 113) is the user's wrapped SOL
// account, which a purchase unwraps, whatever it holds, and a sale fills. How Jupiter itself does
// that is not recorded: an assumption.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/runtime.hpp"

namespace sniperforge::sim::jupiter {

enum Error : std::uint32_t {
    // Anchor's.
    kInstructionMissing = 100,
    kDidNotDeserialize = 102,
    kConstraintSeeds = 2006,
    kConstraintAddress = 2012,
    kNotSigner = 3010,
    // The program's own.
    kEmptyRoute = 6000,
    kSlippageToleranceExceeded = 6001,
    kMissingPlatformFeeAccount = 6003,
    kInvalidSlippage = 6004,
    kNotEnoughPercent = 6005,
    kInvalidInputIndex = 6006,
    kNotEnoughAccountKeys = 6008,
    kIncorrectTokenProgramId = 6014,
    kSwapNotSupported = 6016,
    kInsufficientFunds = 6024,
    kInvalidTokenAccount = 6025,
};
// Fails after Anchor's log line.
[[nodiscard]] InstructionFailure jupiter_error(Invocation& call, Error error);

struct Step {
    std::uint8_t venue = 0;       // Variant of the swap enum.
    std::uint16_t share_bps = 0;  // The first forms have it in percent.
    std::uint8_t input_index = 0, output_index = 0;
};

// The common part of the instructions' data; `amount` and `quoted` as the instruction means them.
struct Route {
    std::vector<Step> steps;
    std::uint64_t amount = 0, quoted = 0;
    std::uint16_t slippage_bps = 0;
    std::uint16_t platform_fee_bps = 0;
};
[[nodiscard]] Executed<Route> parse_route(Invocation& call);
// Of `route_v2`: amounts in front of the steps, shares in basis points.
[[nodiscard]] Executed<Route> parse_route_v2(Invocation& call);

// Where one step's venue accounts are within the instruction.
struct Leg {
    std::size_t program = 0, first = 0, count = 0;
    std::size_t source = 0, destination = 0, user = 0, pool = 0;
    std::size_t wrapped = 0;  // Of a curve: in front of the venue's accounts.

    [[nodiscard]] std::size_t end() const { return first + count; }
};
// The leg whose program id is the account at `position`.
[[nodiscard]] Executed<Leg> leg_at(Invocation& call, const Step& step, std::size_t position);

struct LegAmounts {
    bool is_exact_in = true;
    std::uint64_t first = 0, second = 0;  // (in, min out) or (max in, out).
};
// What really moved, by the balances before and after.
struct Swapped {
    Pubkey pool, input_mint, output_mint;
    std::uint64_t input = 0, output = 0;
};
// Calls the venue and emits the swap event.
[[nodiscard]] Executed<Swapped> swap_leg(Invocation& call, const Step& step, const Leg& leg,
                                         const LegAmounts& amounts);

[[nodiscard]] std::uint64_t balance(const Invocation& call, std::size_t index);
// PDA of ["__event_authority"].
[[nodiscard]] const Pubkey& event_authority();
// Anchor's tag of an event that a program sends to itself.
inline constexpr std::array<std::uint8_t, 8> kEventTag{0xe4, 0x45, 0xa5, 0x2e,
                                                       0x51, 0xcb, 0x9a, 0x1d};

}  // namespace sniperforge::sim::jupiter
