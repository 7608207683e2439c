// SPDX-License-Identifier: MIT
// Jupiter v6 `route`, `route_v2` and `exact_out_route`. Source: protocol jupiter section 6.
#include "sim/program_jupiter.hpp"

#include "sim/program_token_layout.hpp"
#include "sim/programs.hpp"

namespace sniperforge::sim {
namespace jupiter {
namespace {

constexpr std::array<std::uint8_t, 8> kRoute{0xe5, 0x17, 0xcb, 0x97, 0x7a, 0xe3, 0xad, 0x2a};
constexpr std::array<std::uint8_t, 8> kRouteV2{0xbb, 0x64, 0xfa, 0xcc, 0x31, 0xc4, 0xaf, 0x14};
constexpr std::array<std::uint8_t, 8> kExactOutRoute{0xd0, 0x33, 0xef, 0x97,
                                                     0x7b, 0x2b, 0xed, 0x5c};

// Own units of the same order as mainnet's: the calls into venues come on top.
constexpr std::uint64_t kRouteUnits = 12'000;
constexpr std::uint64_t kEventUnits = 471;

constexpr std::size_t kIndexes = 256;

bool starts_with(BytesView data, const std::array<std::uint8_t, 8>& discriminator) {
    return data.size() >= 8 && std::memcmp(data.data(), discriminator.data(), 8) == 0;
}

// Accounts in front of the steps; the two instructions differ in the last ones.
struct Head {
    std::size_t token_program = 0, user = 1, source = 2, destination = 3, override_account = 4;
    std::size_t destination_mint = 5, platform_fee = 6, event_authority = 7, program = 8, count = 9;
};
constexpr Head kRouteHead{};
constexpr Head kExactOutHead{0, 1, 2, 3, 4, 6, 7, 9, 10, 11};
// The account of a platform fee is the first of those behind the ten, where there is a fee.
constexpr Head head_v2(bool has_fee) {
    return {5, 0, 1, 2, 7, 4, 10, 8, 9, has_fee ? std::size_t{11} : std::size_t{10}};
}

ProgramResult check_head(Invocation& call, const Head& head) {
    if (call.size() < head.count) {
        return jupiter_error(call, kNotEnoughAccountKeys);
    }
    if (!solana::is_token_program(call.key(head.token_program))) {
        return jupiter_error(call, kIncorrectTokenProgramId);
    }
    if (!call.is_signer(head.user)) {
        return jupiter_error(call, kNotSigner);
    }
    if (!token::is_account(call.account(head.source)) ||
        !token::is_account(call.account(head.destination))) {
        return jupiter_error(call, kInvalidTokenAccount);
    }
    if (token::mint(call.account(head.destination).data) != call.key(head.destination_mint)) {
        return jupiter_error(call, kInvalidTokenAccount);
    }
    if (call.key(head.event_authority) != event_authority()) {
        return jupiter_error(call, kConstraintSeeds);
    }
    if (call.key(head.program) != call.program_id()) {
        return jupiter_error(call, kConstraintAddress);
    }
    return {};
}

// Moves part of what the user received: the platform's fee, or all of it to another account.
ProgramResult pass_on(Invocation& call, const Head& head, std::size_t to, std::uint64_t amount) {
    const Account& mint = call.account(head.destination_mint);
    solana::Instruction transfer{
        mint.owner,
        {solana::writable(call.key(head.destination)),
         solana::readonly(call.key(head.destination_mint)), solana::writable(call.key(to)),
         solana::signer(call.key(head.user))},
        {12}};
    append_le(transfer.data, amount);
    append_le(transfer.data, mint.data[token::kDecimals]);
    return amount == 0 ? ProgramResult{} : call.invoke(transfer);
}

// Fee, bound and destination of an amount that has arrived; sets the return data.
ProgramResult deliver(Invocation& call, const Head& head, const Route& route,
                      std::uint64_t received, std::uint64_t received_min) {
    std::uint64_t fee = 0;
    if (route.platform_fee_bps > 0) {
        if (call.key(head.platform_fee) == call.program_id()) {
            return jupiter_error(call, kMissingPlatformFeeAccount);
        }
        fee = mul_div_floor(received, route.platform_fee_bps, kBasisPointsOne).value_or(0);
    }
    if (received - fee < received_min) {
        return jupiter_error(call, kSlippageToleranceExceeded);
    }
    SF_SIM_TRY(pass_on(call, head, head.platform_fee, fee));
    const Pubkey& override_key = call.key(head.override_account);
    if (override_key != call.program_id() && override_key != call.key(head.destination)) {
        SF_SIM_TRY(pass_on(call, head, head.override_account, received - fee));
    }
    Bytes result;
    append_le(result, received - fee);
    call.set_return_data(result);
    return {};
}

// Tokens at each index of the route plan: index 0 is the source, the last step's output is the
// destination. A step takes its share of what the index held in full.
struct Ledger {
    std::array<std::uint64_t, kIndexes> amount{};
    std::array<std::uint16_t, kIndexes> share_left{};
    std::array<bool, kIndexes> is_filled{};

    void put(std::uint8_t index, std::uint64_t value) {
        amount[index] += value;
        share_left[index] = static_cast<std::uint16_t>(kBasisPointsOne);
        is_filled[index] = true;
    }
};

Executed<std::uint64_t> take(Invocation& call, Ledger& ledger, const Step& step) {
    if (!ledger.is_filled[step.input_index]) {
        return jupiter_error(call, kInvalidInputIndex);
    }
    std::uint16_t& left = ledger.share_left[step.input_index];
    if (step.share_bps == 0 || step.share_bps > left) {
        return jupiter_error(call, kNotEnoughPercent);
    }
    // Of the rest: the last step of an index takes all, so that no dust stays behind.
    std::uint64_t& amount = ledger.amount[step.input_index];
    const std::uint64_t taken = mul_div_floor(amount, step.share_bps, left).value_or(0);
    amount -= taken;
    left = static_cast<std::uint16_t>(left - step.share_bps);
    return taken;
}

ProgramResult run_steps(Invocation& call, const Executed<Route>& route, const Head& head) {
    SF_SIM_TRY(check_head(call, head));
    if (balance(call, head.source) < route->amount) {
        return jupiter_error(call, kInsufficientFunds);
    }
    Ledger ledger;
    ledger.put(0, route->amount);
    const std::uint64_t destination_before = balance(call, head.destination);
    std::size_t position = head.count;
    for (const Step& step : route->steps) {
        const auto leg = leg_at(call, step, position);
        if (!leg) {
            return InstructionFailure{leg.error()};
        }
        if (step.input_index == 0 && call.key(leg->source) != call.key(head.source)) {
            return jupiter_error(call, kInvalidTokenAccount);
        }
        const auto amount = take(call, ledger, step);
        if (!amount) {
            return InstructionFailure{amount.error()};
        }
        // The bound is on the whole route: a hop accepts what it gets.
        const auto swapped = swap_leg(call, step, *leg, {true, *amount, 0});
        if (!swapped) {
            return InstructionFailure{swapped.error()};
        }
        ledger.put(step.output_index, swapped->output);
        position = leg->end();
    }
    if (balance(call, head.destination) < destination_before) {
        return jupiter_error(call, kInvalidTokenAccount);
    }
    const std::uint64_t received = balance(call, head.destination) - destination_before;
    const std::uint64_t received_min =
        mul_div_floor(route->quoted, kBasisPointsOne - route->slippage_bps, kBasisPointsOne)
            .value_or(kU64Max);
    return deliver(call, head, *route, received, received_min);
}

ProgramResult run_route(Invocation& call) {
    const auto route = parse_route(call);
    return route ? run_steps(call, route, kRouteHead) : InstructionFailure{route.error()};
}

// The mints that it names are those of its accounts, under the programs that it names.
ProgramResult check_sides(Invocation& call, const Head& head) {
    constexpr std::size_t kSourceMint = 3, kSourceProgram = 5, kDestinationProgram = 6;
    if (token::mint(call.account(head.source).data) != call.key(kSourceMint)) {
        return jupiter_error(call, kInvalidTokenAccount);
    }
    if (call.account(head.source).owner != call.key(kSourceProgram) ||
        call.account(head.destination).owner != call.key(kDestinationProgram)) {
        return jupiter_error(call, kIncorrectTokenProgramId);
    }
    return {};
}

ProgramResult run_route_v2(Invocation& call) {
    const auto route = parse_route_v2(call);
    if (!route) {
        return InstructionFailure{route.error()};
    }
    const Head head = head_v2(route->platform_fee_bps > 0);
    SF_SIM_TRY(check_head(call, head));
    SF_SIM_TRY(check_sides(call, head));
    return run_steps(call, route, head);
}

// One step only: a longer exact-out route would have to be priced backwards.
ProgramResult run_exact_out_route(Invocation& call) {
    const auto route = parse_route(call);
    if (!route) {
        return InstructionFailure{route.error()};
    }
    SF_SIM_TRY(check_head(call, kExactOutHead));
    if (route->steps.size() != 1) {
        return jupiter_error(call, kSwapNotSupported);
    }
    const Step& step = route->steps.front();
    const auto leg = leg_at(call, step, kExactOutHead.count);
    if (!leg) {
        return InstructionFailure{leg.error()};
    }
    if (call.key(leg->source) != call.key(kExactOutHead.source) ||
        call.key(leg->destination) != call.key(kExactOutHead.destination)) {
        return jupiter_error(call, kInvalidTokenAccount);
    }
    const std::uint64_t spend_max =
        mul_div_floor(route->quoted, kBasisPointsOne + route->slippage_bps, kBasisPointsOne)
            .value_or(kU64Max);
    const std::uint64_t held = balance(call, leg->source);
    const auto swapped = swap_leg(call, step, *leg, {false, held, route->amount});
    if (!swapped) {
        return InstructionFailure{swapped.error()};
    }
    if (swapped->input > spend_max) {
        return jupiter_error(call, kSlippageToleranceExceeded);
    }
    return deliver(call, kExactOutHead, *route, swapped->output, 0);
}

}  // namespace
}  // namespace jupiter

ProgramResult run_jupiter(Invocation& call) {
    using namespace jupiter;
    const BytesView data = call.data();
    if (starts_with(data, kEventTag)) {
        SF_SIM_TRY(call.consume(kEventUnits));
        const bool is_ours =
            call.size() >= 1 && call.is_signer(0) && call.key(0) == event_authority();
        return is_ours ? ProgramResult{} : jupiter_error(call, kConstraintSeeds);
    }
    if (starts_with(data, kRoute)) {
        call.log("Instruction: Route");
        SF_SIM_TRY(call.consume(kRouteUnits));
        return run_route(call);
    }
    if (starts_with(data, kRouteV2)) {
        call.log("Instruction: RouteV2");
        SF_SIM_TRY(call.consume(kRouteUnits));
        return run_route_v2(call);
    }
    if (starts_with(data, kExactOutRoute)) {
        call.log("Instruction: ExactOutRoute");
        SF_SIM_TRY(call.consume(kRouteUnits));
        return run_exact_out_route(call);
    }
    SF_SIM_TRY(call.consume(kEventUnits));
    return jupiter_error(call, kInstructionMissing);
}

}  // namespace sniperforge::sim
