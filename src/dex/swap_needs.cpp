// SPDX-License-Identifier: MIT
#include "sniperforge/dex/swap_needs.hpp"

#include <algorithm>
#include <utility>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/compute_budget.hpp"

namespace sniperforge::dex {
namespace {

// The curve's program, buying or selling, makes the account of the user's volume, and fills up the
// creator's empty vault and a curve of an older version (1,350,240 lamports, the two together).
// Against another token than SOL it makes accounts of that for three others, too.
[[nodiscard]] std::uint8_t rents_of_user(const Pool& pool, Direction direction) {
    switch (venue_of(pool)) {
        case VenueId::PumpCurve:
            return is_native_sol(pool) ? 2 : 5;
        case VenueId::PumpSwap:
            return direction == Direction::BToA ? 1 : 0;
        default:
            return 0;
    }
}

[[nodiscard]] bool is_lengthened_first(const Pool& pool) {
    return std::visit(
        []<Venue P>(const P& p) {
            if constexpr (requires { needs_extension(p); }) {
                return needs_extension(p);
            } else {
                return false;
            }
        },
        pool.state);
}

}  // namespace

bool is_native_sol(const Pool& pool) {
    return std::visit(
        []<Venue P>(const P& p) {
            if constexpr (requires { is_native_sol_quote(p); }) {
                return is_native_sol_quote(p);
            } else {
                return false;
            }
        },
        pool.state);
}

bool is_fee_withheld(const Pool& pool, const Pubkey& mint) {
    const TransferTerms* terms = (mint == mint_a(pool) ? pool.transfer_a : pool.transfer_b).get();
    constexpr TokenAmount kMost{kU64Max};
    return !transfer_fee(terms, 0, kMost).is_zero() ||
           !transfer_fee(terms, kU64Max, kMost).is_zero();
}

std::optional<solana::Instruction> instruction_before_swap(const Pool& pool, const Pubkey& payer) {
    return std::visit(
        [&]<Venue P>(const P& p) -> std::optional<solana::Instruction> {
            if constexpr (requires { extend_account(p, payer); }) {
                if (needs_extension(p)) {
                    return extend_account(p, payer);
                }
            }
            return std::nullopt;
        },
        pool.state);
}

// The recorded fixtures' "consumed" lines with a third on top. Where none is recorded, the venue of
// the nearest kind: they read as many accounts and take as many steps.
ComputeUnits swap_units(VenueId venue) {
    switch (venue) {
        case VenueId::RaydiumAmmV4:
            return ComputeUnits{45'000};  // raydium_v4_swap: 31,140.
        case VenueId::RaydiumCpmm:
            return ComputeUnits{60'000};  // Not recorded: an AMM v4 with Anchor's checks.
        case VenueId::RaydiumClmm:
            return ComputeUnits{140'000};  // multidex_1: 102,509.
        case VenueId::OrcaWhirlpool:
        case VenueId::MeteoraDlmm:
            return ComputeUnits{140'000};  // Not recorded: as CLMM.
        case VenueId::PumpCurve:
            return ComputeUnits{130'000};  // pump_buy_2026: 94,040.
        case VenueId::PumpSwap:
            return ComputeUnits{130'000};  // Not recorded: as the curve.
        case VenueId::MeteoraDammV2:
            return ComputeUnits{90'000};  // Not recorded: one step of CLMM, and event by CPI.
    }
    std::unreachable();
}

ComputeUnits cycle_units(const PoolBook& book, std::span<const Leg> legs, ComputeUnits least) {
    ComputeUnits units = kWrapUnits;
    for (const Leg& leg : legs) {
        units += swap_units(venue_of(book.pool(leg.pool))) + kTokenAccountUnits;
    }
    return std::min(std::max(units, least), solana::kComputeUnitLimitMax);
}

SwapRents swap_rents(const Pool& pool, Direction direction) {
    return {.of_user = rents_of_user(pool, direction),
            .of_pool = static_cast<std::uint8_t>(is_lengthened_first(pool) ? 1 : 0)};
}

}  // namespace sniperforge::dex
