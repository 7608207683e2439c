// SPDX-License-Identifier: MIT
// Round trips that nodes try with their own programs: the purchase and the sale are built as orders
// are, and no one signs or sends them.
#include <fmt/format.h>

#include "engine/safety_policy.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/round_trip_trial.hpp"

namespace sniperforge::engine {

void Pipeline::connect_round_trips(feed::RoundTripLookups& round_trips) {
    round_trips_ = &round_trips;
    safety_.configure(safety_policy(settings_), safety_options_now());
}

void Pipeline::trade_for(const Pubkey& wallet) {
    wallet_ = wallet;
    safety_.set_own(wallet);
}

detect::SafetyOptions Pipeline::safety_options_now() const {
    detect::SafetyOptions options = safety_options(settings_);
    options.is_round_trip_simulated =
        settings_.safety.is_round_trip_simulated && round_trips_ != nullptr;
    return options;
}

void Pipeline::try_round_trips() {
    for (const auto& untried : safety_.take_untried(slot_)) {
        if (auto problem = try_round_trip(untried)) {
            safety_.take_round_trip(untried.mint, {.problem = std::move(*problem)}, slot_);
        }
    }
}

// Why it is not tried; nothing: its answer comes.
std::optional<std::string> Pipeline::try_round_trip(const detect::SafetyBook::Untried& untried) {
    const Lamports has = portfolio_.ledger().wallet();
    const Lamports amount = execute::round_trip_amount(has, untried.amount);
    if (amount.is_zero()) {
        return fmt::format("the wallet has {} SOL, a purchase of {} takes {}: fund it",
                           format_sol(has), format_sol(untried.amount),
                           format_sol(execute::round_trip_funds(untried.amount)));
    }
    const bool is_v1 = settings_.execution.transaction_version == "v1";
    const auto trial = execute::build_round_trip(
        book_.pool(untried.pool), wallet_,
        {.amount = amount,
         .lost_max = untried.lost_max,
         .context = dex::quote_context(clock_.wall_now().seconds(), slot_),
         .version = is_v1 ? solana::MessageVersion::V1 : solana::MessageVersion::V0});
    if (!trial) {
        return trial.error().text;
    }
    if (!round_trips_->try_round_trip(untried.mint, trial->wire, trial->sale)) {
        return "more wait for a node than are taken";
    }
    return std::nullopt;
}

void Pipeline::on_round_trip(const Pubkey& mint, const RoundTripReading& reading) {
    // Its venue is asked for only where no log names the program that failed.
    const auto pool = book_.deepest_sol_pool(mint);
    const VenueId venue = pool ? dex::venue_of(book_.pool(*pool)) : VenueId::PumpCurve;
    safety_.take_round_trip(mint, execute::outcome_of(reading, venue), slot_);
    events_.clear();
    walk();
}

}  // namespace sniperforge::engine
