// SPDX-License-Identifier: MIT
// What an order says of itself, and of the positions that it opens or closes.
#include "risk/limit_sums.hpp"
#include "risk/rules.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::risk::rules {

Verdict is_well_formed(const Case& c) {
    const OrderIntent& intent = c.intent;
    if (intent.amount_in.is_zero() || intent.receive_min.is_zero()) {
        return deny(DenialReason::IntentMalformed,
                    "amount_in {} and receive_min {} must not be zero", intent.amount_in.raw(),
                    intent.receive_min.raw());
    }
    const bool is_sol_in = intent.mint_in == solana::kWrappedSolMint;
    const bool is_sol_out = intent.mint_out == solana::kWrappedSolMint;
    const bool is_consistent = c.is_exit()    ? !is_sol_in && is_sol_out
                               : c.is_entry() ? is_sol_in && !is_sol_out
                                              : is_sol_in && is_sol_out;
    if (!is_consistent) {
        return deny(DenialReason::IntentMalformed, "a {} from {} to {}", to_string(intent.kind),
                    intent.mint_in.to_string(), intent.mint_out.to_string());
    }
    if (intent.kind == OrderKind::Cycle && (intent.leg_count < 2 || intent.leg_count > kLegsMax)) {
        return deny(DenialReason::IntentMalformed, "a cycle of {} legs, expected 2 to {}",
                    intent.leg_count, kLegsMax);
    }
    if (is_sol_in && intent.spend_max.raw() < intent.amount_in.raw()) {
        return deny(DenialReason::IntentMalformed, "spend_max {} lamports < amount_in {}",
                    intent.spend_max.raw(), intent.amount_in.raw());
    }
    const Lamports room = intent.spend_max.saturating_sub(Lamports{intent.amount_in.raw()});
    if (c.is_entry() && room < intent.cost_expected) {
        return deny(DenialReason::IntentMalformed,
                    "spend_max {} lamports < amount_in {} and cost_expected {}",
                    intent.spend_max.raw(), intent.amount_in.raw(), intent.cost_expected.raw());
    }
    if (intent.kind == OrderKind::Cycle && intent.receive_min <= intent.amount_in) {
        return deny(DenialReason::IntentMalformed, "a cycle that may return {} lamports for {}",
                    intent.receive_min.raw(), intent.amount_in.raw());
    }
    return {};
}

Verdict position_is_ours(const Case& c) {
    if (c.exposure.holding.is_zero()) {
        return deny(DenialReason::PositionUnknown, "position {} is not open",
                    c.intent.position_id.value);
    }
    if (c.intent.amount_in > c.exposure.holding) {
        return deny(DenialReason::AmountAboveHolding, "sells {} base units of {} held",
                    c.intent.amount_in.raw(), c.exposure.holding.raw());
    }
    if (c.exposure.is_exit_in_flight) {
        return deny(DenialReason::ExitInFlight, "position {} is being sold already",
                    c.intent.position_id.value);
    }
    return {};
}

namespace {

// A further part of a staged entry: the position must be its strategy's own, of that token, and not
// on its way out.
[[nodiscard]] Verdict position_may_grow(const Case& c) {
    if (!c.exposure.staged_spend) {
        return deny(DenialReason::PositionUnknown,
                    "an entry adds to position {}, and {} has no such position of {} open",
                    c.intent.position_id.value, to_string(c.intent.strategy),
                    c.intent.mint_out.to_string());
    }
    if (c.exposure.is_exit_in_flight) {
        return deny(DenialReason::ExitInFlight, "an entry adds to position {}, which is being sold",
                    c.intent.position_id.value);
    }
    return {};
}

}  // namespace

Verdict positions(const Case& c) {
    if (!c.is_entry()) {
        return {};
    }
    if (!c.is_opening()) {
        return position_may_grow(c);
    }
    const std::uint32_t open = positions_used(c.exposure);
    if (open >= c.limits.positions_max) {
        return deny(DenialReason::PositionsAtLimit, "{} positions open or being opened >= {}", open,
                    c.limits.positions_max);
    }
    return {};
}

Verdict creator(const Case& c) {
    if (c.is_opening() && c.exposure.creator_positions >= c.limits.creator_positions_max) {
        return deny(DenialReason::CreatorAtLimit,
                    "{} positions of creator {} open or being opened >= {}",
                    c.exposure.creator_positions, c.exposure.creators[0].to_string(),
                    c.limits.creator_positions_max);
    }
    return {};
}

Verdict funder(const Case& c) {
    if (!c.is_opening()) {
        return {};
    }
    if (c.limits.is_funder_awaited && c.exposure.funder_standing == FunderStanding::Pending) {
        return deny(DenialReason::FunderUnknown,
                    "who paid for creator {} is being looked up, and risk.funder_awaited says that "
                    "entries wait for it",
                    c.exposure.creators[0].to_string());
    }
    if (c.exposure.funder_positions >= c.limits.funder_positions_max) {
        return deny(DenialReason::FunderAtLimit,
                    "{} positions of creators that {} paid for, as for {}, open or being opened >= "
                    "{}",
                    c.exposure.funder_positions, c.exposure.funder.to_string(),
                    c.exposure.creators[0].to_string(), c.limits.funder_positions_max);
    }
    return {};
}

Verdict launch_cluster(const Case& c) {
    if (c.is_opening() && c.limits.is_funder_awaited && c.exposure.is_launch_name_pending) {
        return deny(DenialReason::LaunchNameUnknown,
                    "what {} calls itself is being looked up, and risk.funder_awaited says that "
                    "entries wait for it",
                    c.intent.mint_out.to_string());
    }
    if (c.is_opening() && c.exposure.launch_positions >= c.limits.launch_positions_max) {
        return deny(DenialReason::LaunchClusterAtLimit,
                    "{} positions whose token has the {} of {} (one is {}) open or being opened "
                    ">= {}",
                    c.exposure.launch_positions,
                    c.exposure.is_launch_uri_shared ? "metadata URI" : "name",
                    c.intent.mint_out.to_string(), c.exposure.launch_alike.to_string(),
                    c.limits.launch_positions_max);
    }
    return {};
}

Verdict correlation(const Case& c) {
    if (c.is_opening() && c.exposure.correlated_positions >= c.limits.correlated_positions_max) {
        return deny(DenialReason::CorrelatedAtLimit,
                    "{} positions that move as {} does (up to {} percent, counted from {}) open or "
                    "being opened >= {}",
                    c.exposure.correlated_positions, c.intent.mint_out.to_string(),
                    c.exposure.correlation_percent, c.limits.correlation_percent,
                    c.limits.correlated_positions_max);
    }
    return {};
}

}  // namespace sniperforge::risk::rules
