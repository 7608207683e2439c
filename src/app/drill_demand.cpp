// SPDX-License-Identifier: MIT
#include "app/drill_demand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "app/drill_venues.hpp"

namespace sniperforge::app {
namespace {

constexpr FaultTarget kOrder = FaultTarget::Order, kPurchase = FaultTarget::Purchase,
                      kKilled = FaultTarget::KilledOrder, kCut = FaultTarget::CutOrder;

// Behind so many runs that had what it needs, a kind that never happened is a fault of the drill:
// by what the plans draw it happens then in 99 of 100 drills. A run of rugs or thefts has each kind
// in four of ten at least, one of nodes leaves accounts out in three of ten, one of transactions
// has the rarest in one of ten, and of Jupiter's attacks each has its turn in one of thirteen.
// Every other kill waits for an order, and of four cuts of ten that took a transaction it is not
// served.
constexpr std::uint64_t kRunsOfRugs = 12, kRunsOfDeaths = 12, kRunsOfNodes = 20, kRunsOfOrders = 50,
                        kRunsOfJupiter = 100;
// It is waited for as long as one of so many runs of its scenario has what it needs.
constexpr std::uint64_t kActiveRunsOneOf = 8;

[[nodiscard]] constexpr VenueSet of_venues(std::initializer_list<VenueId> venues) {
    VenueSet set;
    for (const VenueId venue : venues) {
        set.add(venue);
    }
    return set;
}

// Answers with white space between their tokens are left out: they mean the same.
constexpr FaultDemand kDemands[] = {
    {"connection_refused", "nodes"},
    {"latency", "nodes"},
    {"stale_answer", "nodes"},
    {"too_many_requests", "nodes"},
    {"gateway_error", "nodes"},
    {"hang", "nodes"},
    {"truncated_answer", "nodes"},
    {"reset_answer", "nodes"},
    {"dripped_answer", "nodes"},
    {"rpc_error", "nodes"},
    {"omitted_account", "nodes", kPurchase, kRunsOfNodes},
    {"false_slot", "nodes"},
    {"silenced_notification", "nodes"},
    {"withheld_pong", "nodes"},
    {"frame_reset", "nodes"},
    {"subscribe_refusal", "nodes"},
    {"subscribe_silence", "nodes"},
    {"ignored_unsubscribe", "nodes"},
    {"missed_notification", "nodes"},
    {"duplicated_notification", "nodes"},
    {"delayed_notification", "nodes"},
    {"reordered_notification", "nodes"},
    {"fork", "forks"},
    {"kill", "crashes"},
    {"kill_while_sending", "crashes", kKilled, kRunsOfDeaths},
    {"kill_while_turning", "crashes"},
    {"command", "crashes"},
    {"power_loss", "power"},
    {"unserved_transaction", "power", kCut, kRunsOfDeaths},
    {"stop", "disk"},
    {"disk_write_refused", "disk"},
    {"disk_broken", "disk"},
    {"disk_unwritable", "disk"},
    {"disk_stalled", "disk"},
    {"disk_slow", "disk"},
    {"lost_transaction", "transactions", kOrder, kRunsOfOrders},
    {"phantom_error", "transactions", kOrder, kRunsOfOrders},
    {"phantom_hang", "transactions", kOrder, kRunsOfOrders},
    {"stale_status", "transactions", kOrder, kRunsOfOrders},
    {"sandwich", "transactions", kOrder, kRunsOfOrders},
    {"clock_jump", "clock"},
    {"wall_clock_jump", "clock"},
    {"shape_change", "protocols"},
    {"longer_account", "protocols"},
    {"new_account_kind", "protocols"},
    {"renamed_field", "protocols"},
    {"unknown_instruction", "protocols"},
    {"rug_pull", "rugs", kPurchase, kRunsOfRugs,
     of_venues({VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm, VenueId::PumpSwap})},
    {"rug_mint", "rugs", kPurchase, kRunsOfRugs},
    {"rug_freeze", "rugs", kPurchase, kRunsOfRugs},
    {"rug_pause", "rugs", kPurchase, kRunsOfRugs,
     of_venues({VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm})},
    {"rug_theft", "thefts", kPurchase, kRunsOfRugs},
    {"rug_gift", "thefts", kPurchase, kRunsOfRugs},
    {"jupiter_system_transfer", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_token_transfer", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_approve", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_set_authority", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_close_to_stranger", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_foreign_destination", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_hidden_in_table", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_low_minimum", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_high_amount_in", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_foreign_payer", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_extra_signer", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_unknown_program", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_excessive_priority_fee", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_skewed_quote", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_wrong_mint", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_wrong_amount", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_malformed", "hostile_jupiter", kPurchase, kRunsOfJupiter},
    {"jupiter_gateway_error", "hostile_jupiter", kPurchase, kRunsOfJupiter},
};

[[nodiscard]] bool is_met(const VenueSet& wanted, const VenueSet& there) {
    if (wanted.is_empty()) {
        return !there.is_empty();
    }
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        const auto venue = static_cast<VenueId>(i);
        if (wanted.has(venue) && there.has(venue)) {
            return true;
        }
    }
    return false;
}

[[nodiscard]] bool has_happened(const FaultDemand& demand, const DrillActivity& activity) {
    const auto times = activity.faults.find(demand.kind);
    return times != activity.faults.end() && times->second > 0;
}

// Settings under which it cannot happen, whatever is drawn.
[[nodiscard]] bool is_excluded(const FaultDemand& demand, const DrillActivity& activity) {
    return demand.target == FaultTarget::Purchase &&
           !is_met(demand.venues, activity.venues_to_buy_at);
}

// The run has what the fault is done to.
[[nodiscard]] bool is_active(const FaultDemand& demand, const DrillRunActivity& run) {
    switch (demand.target) {
        case FaultTarget::Daemon:
            return true;
        case FaultTarget::Order:
            return run.has_ordered;
        case FaultTarget::KilledOrder:
            return run.has_ordered_before_kill;
        case FaultTarget::CutOrder:
            return run.has_cut_taken;
        case FaultTarget::Purchase:
            return is_met(demand.venues, run.venues_bought_at);
    }
    return true;
}

// What such a run did, for people.
[[nodiscard]] std::string deed_of(const FaultDemand& demand) {
    switch (demand.target) {
        case FaultTarget::KilledOrder:
            return "sent an order before a kill";
        case FaultTarget::CutOrder:
            return "lost a transaction that had landed from the files, by a cut of the power";
        case FaultTarget::Purchase:
            return demand.venues.is_empty() ? "bought a token"
                                            : "bought a token at " + names_of(demand.venues);
        case FaultTarget::Daemon:
        case FaultTarget::Order:
            break;
    }
    return "sent an order";
}

struct Runs {
    std::uint64_t all = 0, active = 0;  // Active: with what the kind needs.
};
[[nodiscard]] Runs runs_for(const FaultDemand& demand, const DrillActivity& activity) {
    const auto found = activity.scenarios.find(demand.scenario);
    if (found == activity.scenarios.end()) {
        return {};
    }
    Runs runs;
    for (const DrillRunActivity& run : found->second) {
        ++runs.all;
        runs.active += is_active(demand, run) ? 1 : 0;
    }
    return runs;
}

// Its scenario has not once what others have again and again: that is no matter of settings that
// hardly buy, but of a daemon that cannot where this one is played. As often as in the others it
// would be in five of its runs: where none is expected so often, in one drill of 150.
[[nodiscard]] bool is_silent_alone(const FaultDemand& demand, const Runs& runs,
                                   const DrillActivity& activity) {
    constexpr std::uint64_t kRunsMin = 12, kElsewhereMin = 20, kExpectedMin = 5;
    Runs elsewhere;
    for (const auto& [scenario, played] : activity.scenarios) {
        FaultDemand there = demand;
        there.scenario = scenario;
        const Runs more = scenario == demand.scenario ? Runs{} : runs_for(there, activity);
        elsewhere.all += more.all;
        elsewhere.active += more.active;
    }
    return runs.active == 0 && runs.all >= kRunsMin && elsewhere.active >= kElsewhereMin &&
           runs.all * elsewhere.active >= kExpectedMin * elsewhere.all;
}

[[nodiscard]] std::string reason_not_drilled(const FaultDemand& demand,
                                             const DrillActivity& activity) {
    const VenueSet& there = activity.venues_to_buy_at;
    if (is_excluded(demand, activity)) {
        return there.is_empty()
                   ? "these settings buy no token in the drill's market: sniper and momentum are "
                     "off, or feed.venues has none of its venues"
                   : fmt::format(
                         "it is done to what was bought at {}, and in the drill's market "
                         "these settings buy at {}",
                         names_of(demand.venues), names_of(there));
    }
    const Runs runs = runs_for(demand, activity);
    if (runs.active >= demand.runs_min || is_silent_alone(demand, runs, activity)) {
        return {};
    }
    return fmt::format("{} of {} runs of {} {}, and it is demanded from {} on", runs.active,
                       runs.all, demand.scenario, deed_of(demand), demand.runs_min);
}

}  // namespace

std::span<const FaultDemand> fault_demands() { return kDemands; }

FaultsUndone faults_undone(const DrillActivity& activity) {
    FaultsUndone undone;
    for (const FaultDemand& demand : kDemands) {
        if (has_happened(demand, activity)) {
            continue;
        }
        std::string reason = reason_not_drilled(demand, activity);
        if (reason.empty()) {
            undone.missing.push_back(demand);
        } else {
            undone.not_drilled.emplace(demand.kind, std::move(reason));
        }
    }
    return undone;
}

std::map<std::string, std::string> faults_beyond_drills(const config::Settings& settings) {
    if (!settings.signer.is_process) {
        return {};
    }
    return {{"key_process_end",
             "signer.process is on, and in a drill the daemon has the key itself: that the process "
             "with the key ends or is slow to answer was not done to it. docs/degradation.md says "
             "what it does then; watch `status` for `unable to sign`"}};
}

std::vector<FaultDemand> faults_awaited(const DrillActivity& activity) {
    std::vector<FaultDemand> awaited;
    std::ranges::copy_if(kDemands, std::back_inserter(awaited), [&](const FaultDemand& demand) {
        const Runs runs = runs_for(demand, activity);
        return !has_happened(demand, activity) && !is_excluded(demand, activity) &&
               (runs.active * kActiveRunsOneOf >= runs.all ||
                is_silent_alone(demand, runs, activity));
    });
    return awaited;
}

std::string kinds_of(std::span<const FaultDemand> demands) {
    std::string text;
    for (const FaultDemand& demand : demands) {
        text += fmt::format("{}{}", text.empty() ? "" : ", ", demand.kind);
    }
    return text;
}

}  // namespace sniperforge::app
