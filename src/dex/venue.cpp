// SPDX-License-Identifier: MIT
#include "sniperforge/dex/venue.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "dex/pool_look.hpp"
#include "dex/wide_math.hpp"
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

namespace {

// The table of venues as values.
struct Row {
    VenueId venue;
    const Pubkey* program;
    std::size_t pool_bytes;
    const PoolDiscriminator* discriminator;
    bool (*is_pool)(BytesView);
    Result<Pool> (*decode)(const Pubkey&, BytesView);
    std::span<const InstructionShape> (*instructions)();
};

// Mints of SPL Token that everybody knows; a venue may not know a mint's token program before it
// saw the mint.
bool is_spl_token(const Pubkey& mint, const Pubkey& program) {
    return program == solana::kTokenProgram || mint == solana::kWrappedSolMint ||
           mint == solana::kUsdcMint || mint == solana::kUsdtMint;
}

template <typename R>
Result<Pool> decode_as(const Pubkey& id, BytesView data) {
    auto decoded = R::decode(id, data);
    if (!decoded) {
        return Err<Error>{decoded.error()};
    }
    static const auto kNotSeen = std::make_shared<const TransferTerms>();
    const auto terms = [](const Pubkey& mint, const Pubkey& program) {
        return is_spl_token(mint, program) ? nullptr : kNotSeen;
    };
    auto transfer_a = terms(decoded->mint_a, decoded->program_a);
    auto transfer_b = terms(decoded->mint_b, decoded->program_b);
    return Pool{std::move(*decoded), std::move(transfer_a), std::move(transfer_b)};
}

template <typename... Rows>
constexpr auto rows_of(VenueTable<Rows...> /*table*/) {
    return std::array{Row{Rows::kVenue, &Rows::kProgram, Rows::kPoolBytes, Rows::kDiscriminator,
                          Rows::is_pool, decode_as<Rows>, Rows::instructions}...};
}
constexpr auto kRows = rows_of(Venues{});

const Row& row_of(VenueId venue) {
    const auto found = std::ranges::find(kRows, venue, &Row::venue);
    SF_ASSERT(found != kRows.end());
    return *found;
}

// Calls `ask` with the venue's own state.
template <typename Ask>
decltype(auto) ask_venue(const Pool& pool, Ask ask) {
    return std::visit(std::move(ask), pool.state);
}

// What transfers cost on the way into the pool and out of it; null where they cost nothing.
struct Transfers {
    const TransferTerms* in = nullptr;
    const TransferTerms* out = nullptr;
};

Transfers transfers_of(const Pool& pool, Direction direction) {
    const auto* a = pool.transfer_a.get();
    const auto* b = pool.transfer_b.get();
    return direction == Direction::AToB ? Transfers{a, b} : Transfers{b, a};
}

std::optional<QuoteError> refusal_of(const TransferTerms* terms) {
    if (terms == nullptr) {
        return std::nullopt;
    }
    if (!terms->is_known) {
        return QuoteError::PoolIncomplete;
    }
    return terms->is_unpredictable ? std::optional{QuoteError::Unsupported} : std::nullopt;
}

std::optional<QuoteError> refusal_of(const Transfers& transfers) {
    const auto in = refusal_of(transfers.in);
    return in ? in : refusal_of(transfers.out);
}

}  // namespace

VenueId venue_of(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return p.kVenue; });
}

const Pubkey& id_of(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) -> const Pubkey& { return p.id; });
}

const Pubkey& mint_a(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) -> const Pubkey& { return p.mint_a; });
}

const Pubkey& mint_b(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) -> const Pubkey& { return p.mint_b; });
}

const Pubkey& token_program_a(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) -> const Pubkey& { return p.program_a; });
}

const Pubkey& token_program_b(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) -> const Pubkey& { return p.program_b; });
}

std::uint8_t decimals_a(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return p.decimals_a; });
}

std::uint8_t decimals_b(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return p.decimals_b; });
}

TokenAmount reserve_a(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return reserve_a(p); });
}

TokenAmount reserve_b(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return reserve_b(p); });
}

MarginalPrice marginal_price(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return marginal_price(p); });
}

PoolReserves reserves(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return PoolReserves{reserve_a(p), reserve_b(p)}; });
}

bool is_transferable(const Pool& pool) {
    return !refusal_of(pool.transfer_a.get()) && !refusal_of(pool.transfer_b.get());
}

PoolLook look_at(const Pool& pool) {
    return ask_venue(pool, [&](const auto& p) { return look_of(p, is_transferable(pool)); });
}

bool is_complete(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return is_complete(p); }) && is_transferable(pool);
}

std::vector<Pubkey> accounts_needed(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return accounts_needed(p); });
}

bool has_exact_out(const Pool& pool, Direction direction) {
    return ask_venue(pool, [direction](const auto& p) { return has_exact_out(p, direction); });
}

const Pubkey& program_of(VenueId venue) { return *row_of(venue).program; }

std::optional<VenueId> venue_of_program(const Pubkey& program) {
    const auto found =
        std::ranges::find_if(kRows, [&](const Row& row) { return *row.program == program; });
    return found == kRows.end() ? std::nullopt : std::optional{found->venue};
}

std::size_t pool_bytes(VenueId venue) { return row_of(venue).pool_bytes; }

BytesView pool_discriminator(VenueId venue) {
    const PoolDiscriminator* const begin = row_of(venue).discriminator;
    return begin == nullptr ? BytesView{} : BytesView{*begin};
}

std::span<const InstructionShape> instructions_of(VenueId venue) {
    return row_of(venue).instructions();
}

QuoteResult quote_exact_in(const Pool& pool, Direction direction, TokenAmount amount_in,
                           const QuoteContext& context) {
    const Transfers transfers = transfers_of(pool, direction);
    if (transfers.in == nullptr && transfers.out == nullptr) {  // Nearly always.
        return ask_venue(
            pool, [&](const auto& p) { return quote_exact_in(p, direction, amount_in, context); });
    }
    if (const auto refusal = refusal_of(transfers)) {
        return Err<QuoteError>{*refusal};
    }
    const TokenAmount fee_in = transfer_fee(transfers.in, context.epoch, amount_in);
    auto quote = ask_venue(pool, [&](const auto& p) {
        return quote_exact_in(p, direction, amount_in - fee_in, context);
    });
    if (!quote) {
        return quote;
    }
    quote->amount_in = amount_in;
    quote->transfer_fee_in = fee_in;
    quote->transfer_fee_out = transfer_fee(transfers.out, context.epoch, quote->amount_out);
    quote->amount_out -= quote->transfer_fee_out;
    if (quote->amount_out.is_zero()) {
        return Err<QuoteError>{QuoteError::AmountZero};
    }
    return quote;
}

QuoteResult quote_exact_out(const Pool& pool, Direction direction, TokenAmount amount_out,
                            const QuoteContext& context) {
    const Transfers transfers = transfers_of(pool, direction);
    if (transfers.in == nullptr && transfers.out == nullptr) {
        return ask_venue(pool, [&](const auto& p) {
            return quote_exact_out(p, direction, amount_out, context);
        });
    }
    if (const auto refusal = refusal_of(transfers)) {
        return Err<QuoteError>{*refusal};
    }
    const auto leaving = amount_to_send(transfers.out, context.epoch, amount_out);
    if (!leaving) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    auto quote = ask_venue(
        pool, [&](const auto& p) { return quote_exact_out(p, direction, *leaving, context); });
    if (!quote) {
        return quote;
    }
    const auto paid = amount_to_send(transfers.in, context.epoch, quote->amount_in);
    if (!paid) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    quote->transfer_fee_in = *paid - quote->amount_in;
    quote->amount_in = *paid;
    quote->transfer_fee_out = transfer_fee(transfers.out, context.epoch, quote->amount_out);
    quote->amount_out -= quote->transfer_fee_out;
    return quote;
}

solana::Instruction swap_exact_in(const Pool& pool, Direction direction, TokenAmount amount_in,
                                  TokenAmount amount_out_min, const SwapAccounts& accounts) {
    return ask_venue(pool, [&](const auto& p) {
        return swap_exact_in(p, direction, amount_in, amount_out_min, accounts);
    });
}

solana::Instruction swap_exact_out(const Pool& pool, Direction direction, TokenAmount amount_in_max,
                                   TokenAmount amount_out, const SwapAccounts& accounts) {
    return ask_venue(pool, [&](const auto& p) {
        return swap_exact_out(p, direction, amount_in_max, amount_out, accounts);
    });
}

bool is_swap_enabled(const Pool& pool) {
    return ask_venue(pool, [](const auto& p) { return is_swap_enabled(p); });
}

bool is_migrating(const Pool& pool) {
    const auto* curve = std::get_if<PumpCurvePool>(&pool.state);
    return curve != nullptr && curve->is_finished && !curve->is_disabled;
}

bool is_migrated(const Pool& pool) {
    const auto* swap = std::get_if<PumpSwapPool>(&pool.state);
    return swap != nullptr && is_canonical(*swap);
}

std::optional<Pubkey> successor_of(const Pool& pool, const Pubkey& mint) {
    const auto* curve = std::get_if<PumpCurvePool>(&pool.state);
    return curve == nullptr || is_swap_enabled(*curve)
               ? std::nullopt
               : std::optional{canonical_pump_swap_pool(mint, curve->mint_b)};
}

std::optional<BasisPoints> curve_progress(const Pool& pool) {
    const auto* curve = std::get_if<PumpCurvePool>(&pool.state);
    // The product of the virtual reserves stays, and so does what they have beyond the real ones:
    // so the curve tells where it began. Another program moves those of mayhem coins.
    if (curve == nullptr || curve->is_mayhem || curve->virtual_b <= curve->real_b ||
        curve->virtual_a < curve->real_a) {
        return std::nullopt;
    }
    const auto virtual_first =
        mul_div_floor(curve->virtual_a, curve->virtual_b, curve->virtual_b - curve->real_b);
    const std::uint64_t beyond = curve->virtual_a - curve->real_a;
    if (!virtual_first || *virtual_first <= beyond) {
        return std::nullopt;
    }
    const std::uint64_t first = *virtual_first - beyond;
    const std::uint64_t sold = first > curve->real_a ? first - curve->real_a : 0;
    const auto part = mul_div_floor(sold, kBasisPointsOne, first);
    return part ? std::optional{BasisPoints{*part}} : std::nullopt;
}

Pubkey creator_of(const Pool& pool) {
    return std::visit(
        [](const auto& state) -> Pubkey {
            if constexpr (requires { state.coin_creator; }) {
                // PumpSwap: the pool of a migrated curve was opened by pump's own authority.
                return state.coin_creator.is_zero() ? state.creator : state.coin_creator;
            } else if constexpr (requires { state.creator; }) {
                return state.creator;
            } else {
                return {};
            }
        },
        pool.state);
}

BasisPoints price_impact(const Pool& pool, Direction direction, const SwapQuote& quote) {
    const MarginalPrice price = marginal_price(pool);
    const bool is_a_in = direction == Direction::AToB;
    const auto power = [&](u128 value) {
        return price.is_squared ? mul_wide(value, value) : u256{value};
    };
    const u512 gets = power(is_a_in ? price.numerator : price.denominator);
    const u512 gives = power(is_a_in ? price.denominator : price.numerator);
    const u128 in = static_cast<u128>(quote.amount_in.raw()) - quote.transfer_fee_in.raw() -
                    (quote.is_trade_fee_on_output ? 0 : quote.trade_fee.raw()) -
                    (quote.is_creator_fee_on_output ? 0 : quote.creator_fee.raw());
    const u128 out = static_cast<u128>(quote.amount_out.raw()) + quote.transfer_fee_out.raw() +
                     (quote.is_trade_fee_on_output ? quote.trade_fee.raw() : 0) +
                     (quote.is_creator_fee_on_output ? quote.creator_fee.raw() : 0);
    const u512 fair = gets * in;
    const u512 got = gives * out;
    if (fair == 0) {
        return BasisPoints{kBasisPointsOne};
    }
    if (got >= fair) {
        return BasisPoints{};
    }
    const u512 lost = (fair - got) * kBasisPointsOne;
    return BasisPoints{static_cast<std::uint64_t>(u512{(lost + fair - 1) / fair})};
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
    for (const Row& row : kRows) {
        if (owner == *row.program && row.is_pool(data)) {
            return row.venue;
        }
    }
    return std::nullopt;
}

Result<Pool> decode_pool(VenueId venue, const Pubkey& id, BytesView data) {
    return row_of(venue).decode(id, data);
}

}  // namespace sniperforge::dex
