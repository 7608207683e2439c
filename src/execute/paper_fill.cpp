// SPDX-License-Identifier: MIT
#include "execute/paper_fill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/cycle_builder.hpp"
#include "sniperforge/execute/sweep_builder.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

[[nodiscard]] PaperFailure refusal(dex::QuoteError error) {
    return {FailureClass::ProgramError,
            fmt::format("the pool would refuse the swap: {}", dex::to_string(error))};
}

[[nodiscard]] LamportsDelta gain(TokenAmount amount) {
    return Lamports{amount.raw()}.minus(Lamports{});
}

// Changes of balances are signed. What a hostile pool claims beyond that is no fill.
[[nodiscard]] bool is_countable(const dex::SwapQuote& quote) {
    constexpr TokenAmount kMax{
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())};
    return quote.amount_in <= kMax && quote.amount_out <= kMax;
}

// More lamports than any pool has: an eighth of all that there are, 6e17. What such fills come to
// stays within 64 bits.
constexpr TokenAmount kSolMax{std::uint64_t{1} << 56U};

[[nodiscard]] std::optional<PaperFailure> absurdity_of(TokenAmount sol) {
    if (sol <= kSolMax) {
        return std::nullopt;
    }
    return PaperFailure{FailureClass::ProgramError,
                        fmt::format("the swap would move {} lamports > {}, more than any pool has",
                                    sol.raw(), kSolMax.raw())};
}

void pay_rent(Fill& fill, Lamports rent) {
    fill.rent_paid += rent;
    fill.wallet -= rent.minus(Lamports{});
}
void refund_rent(Fill& fill, Lamports rent) {
    fill.rent_refunded += rent;
    fill.wallet += rent.minus(Lamports{});
}

[[nodiscard]] Result<PaperFill, PaperFailure> fill_swap(const OrderIntent& intent,
                                                        const OwnImpact& pools,
                                                        const PaperTerms& terms) {
    const dex::Pool& pool = pools.as_met(intent.pool);
    const auto direction = dex::direction_spending(pool, intent.mint_in);
    if (!direction) {
        return Err{PaperFailure{FailureClass::ProgramError, "the pool trades another mint"}};
    }
    const auto quote = pools.exact_in(intent.pool, *direction, intent.amount_in, terms.quote);
    if (!quote) {
        return Err{refusal(quote.error())};
    }
    if (!is_countable(*quote)) {
        return Err{refusal(dex::QuoteError::Overflow)};
    }
    if (quote->amount_out < intent.receive_min) {
        return Err{PaperFailure{FailureClass::Slippage,
                                fmt::format("the pool would pay {} < {} asked for",
                                            quote->amount_out.raw(), intent.receive_min.raw())}};
    }
    const bool is_entry = intent.kind == OrderKind::Entry;
    if (auto absurd = absurdity_of(is_entry ? intent.amount_in : quote->amount_out)) {
        return Err{std::move(*absurd)};
    }
    PaperFill result{fees_of(terms), {{intent.pool, *direction, *quote}}};
    Fill& fill = result.fill;
    const Pubkey& token = is_entry ? intent.mint_out : intent.mint_in;
    const Pubkey& program =
        token == dex::mint_a(pool) ? dex::token_program_a(pool) : dex::token_program_b(pool);
    if (is_entry) {
        fill.wallet -= gain(intent.amount_in);
        fill.tokens.push_back({token, quote->amount_out.minus({})});
        if (!terms.is_account_open) {
            pay_rent(fill, terms.rent);
        }
        fill.accounts.push_back({token, program, true, terms.rent});
    } else {
        fill.wallet += gain(quote->amount_out);
        fill.tokens.push_back({token, TokenAmount{}.minus(intent.amount_in)});
        if (terms.is_account_closed) {
            refund_rent(fill, terms.rent);
        }
        fill.accounts.push_back({token, program, !terms.is_account_closed,
                                 terms.is_account_closed ? Lamports{} : terms.rent});
    }
    return result;
}

// Leg 1 is asked for exactly what leg 2 spends; the last leg's floor makes it revert unless it
// profits. What lies between the legs is nothing afterwards, or dust that a sweep would burn.
[[nodiscard]] Result<PaperFill, PaperFailure> fill_cycle(const OrderIntent& intent,
                                                         const OwnImpact& pools,
                                                         const PaperTerms& terms) {
    PaperFill result{fees_of(terms), {}};
    TokenAmount spent, received;
    for (std::size_t i = 0; i < intent.leg_count; ++i) {
        const Leg& leg = intent.legs[i];
        const auto quote =
            i == 0 ? pools.exact_out(leg.pool, leg.direction, leg.amount_out, terms.quote)
                   : pools.exact_in(leg.pool, leg.direction, leg.amount_in, terms.quote);
        if (!quote) {
            return Err{refusal(quote.error())};
        }
        if (!is_countable(*quote)) {
            return Err{refusal(dex::QuoteError::Overflow)};
        }
        if (i == 0 && quote->amount_in > intent.amount_in) {
            return Err{PaperFailure{FailureClass::Slippage,
                                    fmt::format("leg 1 would take {} > {} allowed",
                                                quote->amount_in.raw(), intent.amount_in.raw())}};
        }
        const bool is_last = i + 1U == intent.leg_count;
        const TokenAmount floor = is_last ? intent.receive_min : intent.legs[i + 1].amount_in;
        if (i > 0 && quote->amount_out < floor) {
            return Err{PaperFailure{FailureClass::Slippage,
                                    fmt::format("leg {} would pay {} < {} needed", i + 1,
                                                quote->amount_out.raw(), floor.raw())}};
        }
        spent = i == 0 ? quote->amount_in : spent;
        received = quote->amount_out;
        result.swaps.push_back({leg.pool, leg.direction, *quote});
    }
    if (auto absurd = absurdity_of(std::max(spent, received))) {
        return Err{std::move(*absurd)};
    }
    result.fill.wallet += gain(received) - gain(spent);
    return result;
}

// Burns what is left and closes the account.
[[nodiscard]] PaperFill fill_sweep(const OrderIntent& intent, const PaperTerms& terms) {
    PaperFill result{fees_of(terms), {}};
    refund_rent(result.fill, Lamports{intent.receive_min.raw()});
    if (!intent.amount_in.is_zero()) {
        result.fill.tokens.push_back({intent.mint_in, TokenAmount{}.minus(intent.amount_in)});
    }
    result.fill.accounts.push_back({intent.mint_in, intent.token_program, false, {}});
    return result;
}

}  // namespace

ComputeUnits units_on_paper(const OrderIntent& intent, const SubmitHints& hints,
                            const config::ExecutionSettings& settings) {
    switch (intent.kind) {
        case OrderKind::Cycle:
            return std::max(hints.units, cycle_units_min(settings, intent.leg_count));
        case OrderKind::Sweep:
            return kSweepUnits;
        case OrderKind::Entry:
        case OrderKind::Exit:
            break;
    }
    return settings.swap_units;
}

Fill fees_of(const PaperTerms& terms) {
    Fill fill;
    fill.base_fee = terms.base_fee;
    fill.priority_fee = terms.priority_fee;
    fill.tip = terms.tip;
    fill.wallet = Lamports{}.minus(terms.base_fee + terms.priority_fee + terms.tip);
    return fill;
}

Result<PaperFill, PaperFailure> paper_fill(const OrderIntent& intent, const OwnImpact& pools,
                                           const PaperTerms& terms) {
    switch (intent.kind) {
        case OrderKind::Entry:
        case OrderKind::Exit:
            return fill_swap(intent, pools, terms);
        case OrderKind::Cycle:
            return fill_cycle(intent, pools, terms);
        case OrderKind::Sweep:
            return fill_sweep(intent, terms);
    }
    return Err{PaperFailure{FailureClass::ProgramError, "no such kind of order"}};
}

}  // namespace sniperforge::execute
