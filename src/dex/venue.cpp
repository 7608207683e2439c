// SPDX-License-Identifier: MIT
#include "sniperforge/dex/venue.hpp"

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {

std::string_view to_string(QuoteError error) {
    switch (error) {
        case QuoteError::PoolIncomplete:
            return "pool_incomplete";
        case QuoteError::SwapDisabled:
            return "swap_disabled";
        case QuoteError::AmountZero:
            return "amount_zero";
        case QuoteError::ExceedsReserve:
            return "exceeds_reserve";
        case QuoteError::Overflow:
            return "overflow";
        case QuoteError::Unsupported:
            return "unsupported";
    }
    return "unknown";
}

VenueId venue_of(const Pool& pool) {
    return std::visit([](const auto& p) { return p.kVenue; }, pool);
}

const Pubkey& id_of(const Pool& pool) {
    return std::visit([](const auto& p) -> const Pubkey& { return p.id; }, pool);
}

const Pubkey& mint_a(const Pool& pool) {
    return std::visit([](const auto& p) -> const Pubkey& { return p.mint_a; }, pool);
}

const Pubkey& mint_b(const Pool& pool) {
    return std::visit([](const auto& p) -> const Pubkey& { return p.mint_b; }, pool);
}

const Pubkey& token_program_a(const Pool& pool) {
    const auto* cpmm = std::get_if<RaydiumCpmmPool>(&pool);
    return cpmm != nullptr ? cpmm->program_a : solana::kTokenProgram;
}

const Pubkey& token_program_b(const Pool& pool) {
    const auto* cpmm = std::get_if<RaydiumCpmmPool>(&pool);
    return cpmm != nullptr ? cpmm->program_b : solana::kTokenProgram;
}

std::uint8_t decimals_a(const Pool& pool) {
    return std::visit([](const auto& p) { return p.decimals_a; }, pool);
}

std::uint8_t decimals_b(const Pool& pool) {
    return std::visit([](const auto& p) { return p.decimals_b; }, pool);
}

TokenAmount reserve_a(const Pool& pool) {
    return std::visit([](const auto& p) { return reserve_a(p); }, pool);
}

TokenAmount reserve_b(const Pool& pool) {
    return std::visit([](const auto& p) { return reserve_b(p); }, pool);
}

bool is_complete(const Pool& pool) {
    if (const auto* cpmm = std::get_if<RaydiumCpmmPool>(&pool)) {
        return cpmm->has_vaults && cpmm->has_config && cpmm->is_transfer_fee_free_a &&
               cpmm->is_transfer_fee_free_b;
    }
    return std::get<RaydiumAmmV4Pool>(pool).has_vaults;
}

std::vector<Pubkey> accounts_needed(const Pool& pool) {
    return std::visit([](const auto& p) { return accounts_needed(p); }, pool);
}

const Pubkey& program_of(VenueId venue) {
    switch (venue) {
        case VenueId::RaydiumAmmV4:
            return solana::kRaydiumAmmV4Program;
        case VenueId::RaydiumCpmm:
            return solana::kRaydiumCpmmProgram;
        case VenueId::RaydiumClmm:
            return solana::kRaydiumClmmProgram;
        case VenueId::OrcaWhirlpool:
            return solana::kOrcaWhirlpoolProgram;
        case VenueId::PumpCurve:
            return solana::kPumpCurveProgram;
        case VenueId::PumpSwap:
            return solana::kPumpSwapProgram;
        case VenueId::MeteoraDlmm:
            return solana::kMeteoraDlmmProgram;
        case VenueId::MeteoraDammV2:
            return solana::kMeteoraDammV2Program;
    }
    SF_ASSERT(false);
}

std::size_t pool_bytes(VenueId venue) {
    switch (venue) {
        case VenueId::RaydiumAmmV4:
            return kAmmV4PoolBytes;
        case VenueId::RaydiumCpmm:
            return kCpmmPoolBytes;
        case VenueId::RaydiumClmm:
        case VenueId::OrcaWhirlpool:
        case VenueId::PumpCurve:
        case VenueId::PumpSwap:
        case VenueId::MeteoraDlmm:
        case VenueId::MeteoraDammV2:
            break;
    }
    SF_ASSERT(false);
}

QuoteResult quote_exact_in(const Pool& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext& context) {
    return std::visit(
        [&](const auto& p) { return quote_exact_in(p, direction, amount_in, context); }, pool);
}

QuoteResult quote_exact_out(const Pool& pool, Direction direction, TokenAmount amount_out,
                            const QuoteContext& context) {
    return std::visit(
        [&](const auto& p) { return quote_exact_out(p, direction, amount_out, context); }, pool);
}

solana::Instruction swap_exact_in(const Pool& pool, Direction direction, TokenAmount amount_in,
                                  TokenAmount amount_out_min, const SwapAccounts& accounts) {
    return std::visit(
        [&](const auto& p) {
            return swap_exact_in(p, direction, amount_in, amount_out_min, accounts);
        },
        pool);
}

solana::Instruction swap_exact_out(const Pool& pool, Direction direction, TokenAmount amount_in_max,
                                   TokenAmount amount_out, const SwapAccounts& accounts) {
    return std::visit(
        [&](const auto& p) {
            return swap_exact_out(p, direction, amount_in_max, amount_out, accounts);
        },
        pool);
}

bool is_swap_enabled(const Pool& pool) {
    if (const auto* cpmm = std::get_if<RaydiumCpmmPool>(&pool)) {
        return (cpmm->status & kCpmmStatusSwapDisabled) == 0;
    }
    const auto status = std::get<RaydiumAmmV4Pool>(pool).status;
    return status == kAmmV4StatusInitialized || status == kAmmV4StatusSwapOnly ||
           status == kAmmV4StatusWaitingTrade;
}

BasisPoints price_impact(const Pool& pool, Direction direction, const SwapQuote& quote) {
    const auto reserve_in = direction == Direction::AToB ? reserve_a(pool) : reserve_b(pool);
    TokenAmount net_in = quote.amount_in - quote.trade_fee;
    if (!quote.is_creator_fee_on_output) {
        net_in -= quote.creator_fee;
    }
    const u128 reserve_after = static_cast<u128>(reserve_in.raw()) + net_in.raw();
    if (reserve_after == 0) {
        return BasisPoints{kBasisPointsOne};
    }
    const u128 scaled = static_cast<u128>(net_in.raw()) * kBasisPointsOne;
    const u128 impact = scaled / reserve_after + (scaled % reserve_after != 0 ? 1 : 0);
    return BasisPoints{static_cast<std::uint64_t>(impact)};
}

std::optional<Direction> direction_spending(const Pool& pool, const Pubkey& mint) {
    if (mint_a(pool) == mint) {
        return Direction::AToB;
    }
    if (mint_b(pool) == mint) {
        return Direction::BToA;
    }
    return std::nullopt;
}

std::optional<VenueId> recognise_pool(const Pubkey& owner, BytesView data) {
    // AMM v4 accounts have no discriminator: only their exact length tells a pool from the others.
    if (owner == solana::kRaydiumAmmV4Program && data.size() == kAmmV4PoolBytes) {
        return VenueId::RaydiumAmmV4;
    }
    if (owner == solana::kRaydiumCpmmProgram && data.size() >= kCpmmPoolBytes &&
        std::equal(kCpmmPoolDiscriminator.begin(), kCpmmPoolDiscriminator.end(), data.begin())) {
        return VenueId::RaydiumCpmm;
    }
    return std::nullopt;
}

Result<Pool> decode_pool(VenueId venue, const Pubkey& id, BytesView data) {
    const auto as_pool = [](auto&& decoded) -> Result<Pool> {
        if (!decoded) {
            return Err<Error>{decoded.error()};
        }
        return Pool{*decoded};
    };
    switch (venue) {
        case VenueId::RaydiumAmmV4:
            return as_pool(decode_amm_v4_pool(id, data));
        case VenueId::RaydiumCpmm:
            return as_pool(decode_cpmm_pool(id, data));
        case VenueId::RaydiumClmm:
        case VenueId::OrcaWhirlpool:
        case VenueId::PumpCurve:
        case VenueId::PumpSwap:
        case VenueId::MeteoraDlmm:
        case VenueId::MeteoraDammV2:
            break;
    }
    SF_ASSERT(false);
}

}  // namespace sniperforge::dex
