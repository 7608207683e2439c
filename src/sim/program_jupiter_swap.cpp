// SPDX-License-Identifier: MIT
// Jupiter v6: reading a route and running one leg of it.
#include <fmt/format.h>

#include <algorithm>

#include "sim/program_jupiter.hpp"
#include "sim/program_token_layout.hpp"
#include "sim/reshape.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::sim::jupiter {
namespace {

enum Venue : std::uint8_t {
    kAmmV4 = 7,
    kCpmm = 46,
    kPumpSwapBuy = 99,
    kPumpSwapSell = 100,
    kCurveBuy = 112,
    kCurveSell = 113,
};

// Where a venue's swap has its accounts. `before`: how many of Jupiter's own precede them.
struct VenueAccounts {
    Venue venue;
    const Pubkey& program;
    std::size_t count, user, pool, source, destination, before = 0;
};
constexpr VenueAccounts kVenues[] = {
    {kAmmV4, solana::kRaydiumAmmV4Program, 17, 16, 1, 14, 15},
    {kCpmm, solana::kRaydiumCpmmProgram, 13, 0, 3, 4, 5},
    {kPumpSwapBuy, solana::kPumpSwapProgram, 26, 1, 0, 6, 5},
    {kPumpSwapSell, solana::kPumpSwapProgram, 24, 1, 0, 5, 6},
    {kCurveBuy, solana::kPumpCurveProgram, 19, 7, 4, 0, 6, 1},
    {kCurveSell, solana::kPumpCurveProgram, 17, 7, 4, 6, 0, 1},
};
const VenueAccounts* find_venue(std::uint8_t variant) {
    const auto* found = std::ranges::find_if(
        kVenues, [&](const VenueAccounts& each) { return each.venue == variant; });
    return found == std::end(kVenues) ? nullptr : found;
}

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

namespace {

Executed<std::vector<Step>> parse_steps(Invocation& call, ByteReader& reader, bool is_in_bps) {
    std::vector<Step> steps;
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
        if (find_venue(step.venue) == nullptr) {
            // The other variants may have fields of their own: nothing after them can be read.
            return jupiter_error(call, kSwapNotSupported);
        }
        step.share_bps = is_in_bps ? reader.read<std::uint16_t>()
                                   : static_cast<std::uint16_t>(100 * reader.read<std::uint8_t>());
        step.input_index = reader.read<std::uint8_t>();
        step.output_index = reader.read<std::uint8_t>();
        steps.push_back(step);
    }
    return steps;
}

Executed<Route> checked(Invocation& call, const ByteReader& reader, Route route) {
    if (!reader.ok()) {
        return jupiter_error(call, kDidNotDeserialize);
    }
    if (route.slippage_bps > kBasisPointsOne) {
        return jupiter_error(call, kInvalidSlippage);
    }
    return route;
}

}  // namespace

Executed<Route> parse_route(Invocation& call) {
    ByteReader reader{call.data().subspan(8)};
    auto steps = parse_steps(call, reader, false);
    if (!steps) {
        return std::unexpected{steps.error()};
    }
    Route route;
    route.steps = std::move(*steps);
    route.amount = reader.read<std::uint64_t>();
    route.quoted = reader.read<std::uint64_t>();
    route.slippage_bps = reader.read<std::uint16_t>();
    route.platform_fee_bps = reader.read<std::uint8_t>();
    return checked(call, reader, std::move(route));
}

Executed<Route> parse_route_v2(Invocation& call) {
    ByteReader reader{call.data().subspan(8)};
    Route route;
    route.amount = reader.read<std::uint64_t>();
    route.quoted = reader.read<std::uint64_t>();
    route.slippage_bps = reader.read<std::uint16_t>();
    route.platform_fee_bps = reader.read<std::uint16_t>();
    // What it would take a share of is not known: it is for nobody here.
    if (reader.read<std::uint16_t>() != 0) {
        return jupiter_error(call, kSwapNotSupported);
    }
    auto steps = parse_steps(call, reader, true);
    if (!steps) {
        return std::unexpected{steps.error()};
    }
    route.steps = std::move(*steps);
    return checked(call, reader, std::move(route));
}

Executed<Leg> leg_at(Invocation& call, const Step& step, std::size_t position) {
    const VenueAccounts& venue = *find_venue(step.venue);
    Leg leg{position, position + 1, venue.count, 0, 0, 0, 0, 0};
    if (call.size() < leg.end()) {
        return jupiter_error(call, kNotEnoughAccountKeys);
    }
    leg.user = leg.first + venue.user;
    leg.pool = leg.first + venue.pool;
    leg.source = leg.first + venue.source;
    leg.destination = leg.first + venue.destination;
    leg.wrapped = leg.first;
    if (call.key(leg.program) != venue.program) {
        return jupiter_error(call, kSwapNotSupported);
    }
    if (!token::is_account(call.account(leg.source)) ||
        !token::is_account(call.account(leg.destination))) {
        return jupiter_error(call, kInvalidTokenAccount);
    }
    return leg;
}

namespace {

using Discriminator = std::array<std::uint8_t, 8>;
constexpr Discriminator kCpmmIn{0x8f, 0xbe, 0x5a, 0xda, 0xc4, 0x1e, 0x33, 0xde};
constexpr Discriminator kCpmmOut{0x37, 0xd9, 0x62, 0x56, 0xa3, 0x4a, 0xb4, 0xad};
constexpr Discriminator kPumpSell{0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad};
constexpr Discriminator kPumpSwapBuyQuote{0xc6, 0x2e, 0x15, 0x52, 0xb4, 0xd9, 0xe8, 0x70};
constexpr Discriminator kCurveBuyQuote{0x38, 0xfc, 0x74, 0x08, 0x9e, 0xdf, 0xcd, 0x5f};

Bytes swap_data(std::uint8_t venue, const LegAmounts& amounts) {
    Bytes data;
    switch (venue) {
        case kAmmV4:
            append_le(data, std::uint8_t{amounts.is_exact_in ? std::uint8_t{9} : std::uint8_t{11}});
            break;
        case kCpmm:
            append(data, amounts.is_exact_in ? kCpmmIn : kCpmmOut);
            break;
        case kPumpSwapBuy:
            append(data, kPumpSwapBuyQuote);
            break;
        case kCurveBuy:
            append(data, kCurveBuyQuote);
            break;
        default:
            append(data, kPumpSell);
    }
    append_le(data, amounts.first);
    append_le(data, amounts.second);
    if (venue == kPumpSwapBuy || venue == kCurveBuy) {
        data.push_back(0);  // Volume is not tracked.
    }
    return data;
}

ProgramResult wrap(Invocation& call, const Leg& leg, std::uint64_t lamports) {
    SF_SIM_TRY(call.invoke(solana::system_transfer({.from = call.key(leg.user),
                                                    .to = call.key(leg.wrapped),
                                                    .lamports = Lamports{lamports}})));
    return call.invoke(solana::token_sync_native(call.key(leg.wrapped)));
}

ProgramResult run_leg(Invocation& call, const Step& step, const Leg& leg,
                      const LegAmounts& amounts) {
    SF_SIM_TRY(call.consume(kStepUnits));
    const std::size_t before = find_venue(step.venue)->before;
    if (!amounts.is_exact_in && step.venue != kAmmV4 && step.venue != kCpmm) {
        return jupiter_error(call, kSwapNotSupported);
    }
    solana::Instruction swap{call.key(leg.program), {}, {}};
    for (std::size_t i = leg.first + before; i < leg.end(); ++i) {
        swap.accounts.push_back({call.key(i), call.is_signer(i), call.is_writable(i)});
    }
    // The user's signature on the instruction is passed on even where his key is listed without it.
    swap.accounts[leg.user - leg.first - before].is_signer = call.has_signed(call.key(leg.user));
    swap.data = swap_data(step.venue, amounts);
    add_reshaped_accounts(call.clock().reshaped, swap);
    if (step.venue == kCurveBuy) {
        SF_SIM_TRY(call.invoke(solana::token_close_account({.account = call.key(leg.wrapped),
                                                            .destination = call.key(leg.user),
                                                            .owner = call.key(leg.user)})));
    }
    const std::uint64_t lamports = call.account(leg.user).lamports.raw();
    SF_SIM_TRY(call.invoke(swap));
    return step.venue == kCurveSell
               ? wrap(call, leg, call.account(leg.user).lamports.raw() - lamports)
               : ProgramResult{};
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
    // A purchase on a curve closes the account that paid.
    return token::is_account(call.account(index)) ? token::amount(call.account(index).data) : 0;
}

// Runs one leg and says what really moved, from the balances before and after.
Executed<Swapped> swap_leg(Invocation& call, const Step& step, const Leg& leg,
                           const LegAmounts& amounts) {
    const Pubkey input_mint = token::mint(call.account(leg.source).data);
    const std::uint64_t source_before = balance(call, leg.source);
    const std::uint64_t destination_before = balance(call, leg.destination);
    SF_SIM_TRY(run_leg(call, step, leg, amounts));
    if (balance(call, leg.source) > source_before ||
        balance(call, leg.destination) < destination_before) {
        return jupiter_error(call, kInvalidTokenAccount);
    }
    const Swapped swapped{call.key(leg.pool), input_mint,
                          token::mint(call.account(leg.destination).data),
                          source_before - balance(call, leg.source),
                          balance(call, leg.destination) - destination_before};
    SF_SIM_TRY(emit_event(call, swapped));
    return swapped;
}

}  // namespace sniperforge::sim::jupiter
