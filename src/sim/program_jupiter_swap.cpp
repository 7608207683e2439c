// SPDX-License-Identifier: MIT
// Jupiter v6: reading a route and running one leg of it.
#include <fmt/format.h>

#include "sim/program_jupiter.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim::jupiter {
namespace {

enum Venue : std::uint8_t { kAmmV4 = 7, kCpmm = 46 };

constexpr std::uint64_t kStepUnits = 6'000;  // Of the order of mainnet's, without the venue's.
constexpr std::size_t kStepsMax = 16;
constexpr std::array<std::uint8_t, 8> kSwapEvent{0x40, 0xc6, 0xcd, 0xe8, 0x26, 0x08, 0x71, 0xe2};

std::string_view name_of(Error error) {
    switch (error) {
        case kInstructionMissing:
            return "InstructionFallbackNotFound";
        case kDidNotDeserialize:
            return "InstructionDidNotDeserialize";
        case kConstraintSeeds:
            return "ConstraintSeeds";
        case kConstraintAddress:
            return "ConstraintAddress";
        case kNotSigner:
            return "AccountNotSigner";
        case kEmptyRoute:
            return "EmptyRoute";
        case kSlippageToleranceExceeded:
            return "SlippageToleranceExceeded";
        case kMissingPlatformFeeAccount:
            return "MissingPlatformFeeAccount";
        case kInvalidSlippage:
            return "InvalidSlippage";
        case kNotEnoughPercent:
            return "NotEnoughPercent";
        case kInvalidInputIndex:
            return "InvalidInputIndex";
        case kNotEnoughAccountKeys:
            return "NotEnoughAccountKeys";
        case kIncorrectTokenProgramId:
            return "IncorrectTokenProgramID";
        case kSwapNotSupported:
            return "SwapNotSupported";
        case kInsufficientFunds:
            return "InsufficientFunds";
        case kInvalidTokenAccount:
            return "InvalidTokenAccount";
    }
    return {};
}

}  // namespace

InstructionFailure jupiter_error(Invocation& call, Error error) {
    call.log(fmt::format("AnchorError occurred. Error Code: {}. Error Number: {}.", name_of(error),
                         static_cast<std::uint32_t>(error)));
    return custom_error(error);
}

const Pubkey& event_authority() {
    static const Pubkey address =
        solana::find_program_address({solana::seed("__event_authority")}, solana::kJupiterV6Program)
            .address;
    return address;
}

Executed<Route> parse_route(Invocation& call) {
    ByteReader reader{call.data().subspan(8)};
    Route route;
    const auto count = reader.read<std::uint32_t>();
    if (!reader.ok() || count > kStepsMax) {
        return jupiter_error(call, kDidNotDeserialize);
    }
    if (count == 0) {
        return jupiter_error(call, kEmptyRoute);
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        Step step;
        step.venue = reader.read<std::uint8_t>();
        if (step.venue != kAmmV4 && step.venue != kCpmm) {
            // The other variants may have fields of their own: nothing after them can be read.
            return jupiter_error(call, kSwapNotSupported);
        }
        step.percent = reader.read<std::uint8_t>();
        step.input_index = reader.read<std::uint8_t>();
        step.output_index = reader.read<std::uint8_t>();
        route.steps.push_back(step);
    }
    route.amount = reader.read<std::uint64_t>();
    route.quoted = reader.read<std::uint64_t>();
    route.slippage_bps = reader.read<std::uint16_t>();
    route.platform_fee_bps = reader.read<std::uint8_t>();
    if (!reader.ok()) {
        return jupiter_error(call, kDidNotDeserialize);
    }
    if (route.slippage_bps > kBasisPointsOne) {
        return jupiter_error(call, kInvalidSlippage);
    }
    return route;
}

Executed<Leg> leg_at(Invocation& call, const Step& step, std::size_t position) {
    Leg leg{position, position + 1, 0, 0, 0, 0, 0};
    const bool is_cpmm = step.venue == kCpmm;
    leg.count = is_cpmm ? 13 : 17;
    if (call.size() < leg.first + leg.count) {
        return jupiter_error(call, kNotEnoughAccountKeys);
    }
    leg.user = leg.first + (is_cpmm ? 0 : 16);
    leg.pool = leg.first + (is_cpmm ? 3 : 1);
    leg.source = leg.first + (is_cpmm ? 4 : 14);
    leg.destination = leg.first + (is_cpmm ? 5 : 15);
    const Pubkey& expected = is_cpmm ? solana::kRaydiumCpmmProgram : solana::kRaydiumAmmV4Program;
    if (call.key(leg.program) != expected) {
        return jupiter_error(call, kSwapNotSupported);
    }
    if (!token::is_account(call.account(leg.source)) ||
        !token::is_account(call.account(leg.destination))) {
        return jupiter_error(call, kInvalidTokenAccount);
    }
    return leg;
}

namespace {

ProgramResult run_leg(Invocation& call, const Step& step, const Leg& leg,
                      const LegAmounts& amounts) {
    SF_SIM_TRY(call.consume(kStepUnits));
    solana::Instruction swap{call.key(leg.program), {}, {}};
    for (std::size_t i = leg.first; i < leg.first + leg.count; ++i) {
        swap.accounts.push_back({call.key(i), call.is_signer(i), call.is_writable(i)});
    }
    // The user's signature on the instruction is passed on even where his key is listed without it.
    swap.accounts[leg.user - leg.first].is_signer = call.has_signed(call.key(leg.user));
    if (step.venue == kCpmm) {
        static constexpr std::array<std::uint8_t, 8> kSwapIn{0x8f, 0xbe, 0x5a, 0xda,
                                                             0xc4, 0x1e, 0x33, 0xde};
        static constexpr std::array<std::uint8_t, 8> kSwapOut{0x37, 0xd9, 0x62, 0x56,
                                                              0xa3, 0x4a, 0xb4, 0xad};
        append(swap.data, amounts.is_exact_in ? kSwapIn : kSwapOut);
    } else {
        append_le(swap.data,
                  std::uint8_t{amounts.is_exact_in ? std::uint8_t{9} : std::uint8_t{11}});
    }
    append_le(swap.data, amounts.first);
    append_le(swap.data, amounts.second);
    return call.invoke(swap);
}

ProgramResult emit_event(Invocation& call, const Swapped& swapped) {
    solana::Instruction event{call.program_id(), {solana::signer(event_authority())}, {}};
    append(event.data, kEventTag);
    append(event.data, kSwapEvent);
    append(event.data, swapped.pool.bytes);
    append(event.data, swapped.input_mint.bytes);
    append_le(event.data, swapped.input);
    append(event.data, swapped.output_mint.bytes);
    append_le(event.data, swapped.output);
    const Pubkey& derived = event_authority();
    return call.invoke(event, {&derived, 1});
}

}  // namespace

std::uint64_t balance(const Invocation& call, std::size_t index) {
    return token::amount(call.account(index).data);
}

// Runs one leg and says what really moved, from the balances before and after.
Executed<Swapped> swap_leg(Invocation& call, const Step& step, const Leg& leg,
                           const LegAmounts& amounts) {
    const std::uint64_t source_before = balance(call, leg.source);
    const std::uint64_t destination_before = balance(call, leg.destination);
    SF_SIM_TRY(run_leg(call, step, leg, amounts));
    if (balance(call, leg.source) > source_before ||
        balance(call, leg.destination) < destination_before) {
        return jupiter_error(call, kInvalidTokenAccount);
    }
    const Swapped swapped{call.key(leg.pool), token::mint(call.account(leg.source).data),
                          token::mint(call.account(leg.destination).data),
                          source_before - balance(call, leg.source),
                          balance(call, leg.destination) - destination_before};
    SF_SIM_TRY(emit_event(call, swapped));
    return swapped;
}

}  // namespace sniperforge::sim::jupiter
