// SPDX-License-Identifier: MIT
// What strategies and the executor are told: the world with what an order would pay in it, and what
// is known of an order beside its intent.
#include <algorithm>

#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/cycle_builder.hpp"
#include "sniperforge/execute/fee_caps.hpp"
#include "sniperforge/execute/sweep_builder.hpp"
#include "sniperforge/risk/risk_gate.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::engine {

const strategy::Costs& Pipeline::costs() const {
    const Lamports rent = executor_->token_account_rent();
    if (!costs_kept_ || costs_kept_->offer != offer_ || costs_kept_->rent != rent) {
        const config::ExecutionSettings& execution = settings_.execution;
        const auto fee = [&](ComputeUnits units) {
            return solana::base_fee(1) + solana::priority_fee(offer_.price, units) + offer_.tip;
        };
        const ComputeUnits units_two = execute::cycle_units_min(execution, 2);
        const ComputeUnits units_three = execute::cycle_units_min(execution, 3);
        const Lamports cycle_fee = fee(units_two);
        costs_kept_ = {offer_,
                       rent,
                       {fee(execution.swap_units), cycle_fee, rent, fee(units_three) - cycle_fee,
                        offer_.price, units_two, units_three - units_two,
                        execute::sweep_fee(execution.priority_price), offer_.tip, offer_.fee_max}};
    }
    return costs_kept_->costs;
}

Lamports Pipeline::trade_max() const {
    const MicroUsd price = sol_price_.price();
    if (!trade_max_kept_ || trade_max_kept_->sol_price != price) {
        trade_max_kept_ = {price, risk::usd_to_lamports(settings_.risk.trade_max, price)};
    }
    return trade_max_kept_->trade_max;
}

strategy::View Pipeline::view() const {
    return {book_,
            graph_,
            portfolio_.positions(),
            dex::quote_context(clock_.wall_now().seconds(), slot_),
            costs(),
            slot_,
            clock_.now(),
            pools_waiting_,
            sol_price_.price(),
            states_.stands(StateCause::FeedLost),
            executor_->own_swaps(),
            trade_max(),
            settings_.signer.tokens_kept,
            &sales_};
}

execute::SubmitHints Pipeline::hints_of(const OrderIntent& intent) const {
    if (intent.kind == OrderKind::Cycle) {
        execute::SubmitHints hints;
        for (std::size_t leg = 0; leg + 1 < intent.leg_count; ++leg) {
            const Pubkey& token = execute::mint_behind(intent, leg, book_);
            hints.are_between_emptied[leg] =
                portfolio_.ledger().token(token).is_zero() && !portfolio_.is_in_flight(token);
        }
        hints.units =
            dex::cycle_units(book_, {intent.legs.data(), intent.leg_count},
                             execute::cycle_units_min(settings_.execution, intent.leg_count));
        hints.offer = execute::with_bid(offer_, intent.bid.amount, hints.units);
        return hints;
    }
    execute::SubmitHints hints;
    if (intent.kind == OrderKind::Sweep) {
        return hints;
    }
    hints.offer = offer_;
    hints.move_per_slot = movement_.volatility(intent.pool, slot_, 1);
    hints.venue = shapes_.standing(dex::venue_of(book_.pool(intent.pool)));
    if (hints.venue == dex::VenueStanding::Unproven && !is_checking_shapes()) {
        hints.venue = dex::VenueStanding::Trusted;  // Nobody looks: it would wait for ever.
    }
    // A further part of the entry may arrive first.
    const auto is_growing = [&] {
        return std::ranges::any_of(portfolio_.orders_in_flight(), [&](const auto& entry) {
            return entry.second.kind == OrderKind::Entry && entry.second.mint_out == intent.mint_in;
        });
    };
    // The whole holding on the first attempt; dust sent to us could make the closing fail.
    hints.is_token_account_emptied =
        intent.kind == OrderKind::Exit &&
        portfolio_.ledger().token(intent.mint_in) == intent.amount_in &&
        !exits_.has_failed(intent.position_id) && !is_growing();
    return hints;
}

}  // namespace sniperforge::engine
