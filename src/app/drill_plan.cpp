// SPDX-License-Identifier: MIT
#include "app/drill_plan.hpp"

#include <algorithm>

#include "app/drill_draws.hpp"
#include "app/drill_names.hpp"
#include "app/drill_omission.hpp"
#include "app/drill_plan_later.hpp"
#include "app/drill_thefts.hpp"
#include "app/drill_turns.hpp"
#include "app/drill_venues.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::app {
namespace {

// The daemon trades about a second after its start. Faults begin after that and are over before the
// run is: what is then in flight must find its end.
constexpr std::uint64_t kTradingFromMs = 1'500, kTradingToMs = 11'000;
constexpr Duration kCalmFrom = std::chrono::seconds{12};
constexpr Duration kTrades = std::chrono::seconds{16};
constexpr Duration kTradesAfterDeath = std::chrono::seconds{6};
// Positions are held for minutes by default, and runs are short: in half of them they are not.
constexpr std::uint64_t kHeldFromMs = 2'000, kHeldToMs = 6'000;
constexpr Duration kSells = std::chrono::seconds{15};
constexpr std::size_t kTokens = 3;
// Settings that order rarely have orders in few lives of some seconds: those that are to end with
// one go on for so long.
constexpr Duration kAwaited = std::chrono::seconds{30};
// Of the seed: the cluster has forks of its own.
constexpr std::uint64_t kPlanFork = 7'001, kHoldingFork = 7'002, kOmissionFork = 7'003,
                        kScenarioFork = 7'008;
// Of all seeds those that play a scenario that came later: the others play what they always did.
constexpr double kLaterShare = 0.15;

// Draws what a scenario does.
class Planner {
 public:
    Planner(DrillPlan& plan, std::uint64_t seed) : plan_{plan}, rng_{Rng{seed}.fork(kPlanFork)} {}

    void nodes() {
        plan_.world.cluster.nodes = 1 + rng_.below(3);
        const std::uint64_t spells = 2 + rng_.below(5);
        for (std::uint64_t i = 0; i < spells; ++i) {
            sim::FaultEvent event;
            event.at = moment();
            if (plan_.world.cluster.nodes > 1 && rng_.chance(0.7)) {
                event.node = rng_.below(plan_.world.cluster.nodes);
            }
            event.faults = node_faults();
            events().push_back(event);
        }
        heal();
    }

    void forks() {
        const std::uint64_t count = 1 + rng_.below(3);
        for (std::uint64_t i = 0; i < count; ++i) {
            sim::ForkOptions fork;
            fork.slots = static_cast<std::uint32_t>(1 + rng_.below(12));
            fork.is_requeued = rng_.chance(0.5);
            fork.are_reverts_told = rng_.chance(0.7);
            fork.is_confirmed = fork.slots >= 3 && rng_.chance(0.3);
            sim::FaultEvent event;
            event.at = moment();
            event.fork = fork;
            events().push_back(event);
        }
    }

    void crashes() {
        const std::uint64_t kills = 1 + rng_.below(3);
        for (std::uint64_t i = 0; i < kills; ++i) {
            DrillLife life;
            life.end = rng_.chance(0.5) ? DrillLife::End::KilledSending : DrillLife::End::Killed;
            life.duration = milliseconds(300 + rng_.below(9'000));
            life.order = static_cast<std::uint32_t>(1 + rng_.below(6));
            life.awaited = life.end == DrillLife::End::KilledSending ? kAwaited : Duration{0};
            plan_.lives.push_back(life);
        }
        plan_.last = kTradesAfterDeath;
    }

    void power() {
        crashes();
        plan_.lives.resize(1 + rng_.below(2));
        for (DrillLife& life : plan_.lives) {
            life.end = DrillLife::End::PowerLost;
            life.awaited = Duration{0};
            life.duration = milliseconds(2'000 + rng_.below(9'000));
            life.share_kept = rng_.uniform();
        }
    }

    void disk() {
        DiskSpell spell;
        spell.kind = static_cast<DiskSpell::Kind>(rng_.below(3));
        spell.at = milliseconds(kTradingFromMs + rng_.below(6'000));
        spell.length = milliseconds(500 + rng_.below(9'000));
        plan_.disk.push_back(spell);
        DrillLife life;
        life.end = rng_.chance(0.5) ? DrillLife::End::Stopped : DrillLife::End::Killed;
        life.duration = spell.at + milliseconds(1'000 + rng_.below(9'000));
        plan_.lives.push_back(life);
        plan_.last = kTradesAfterDeath;
        add_disk_spell(plan_, rng_);
    }

    void jupiter() {
        // Most orders would not ask it otherwise.
        if (rng_.chance(0.7)) {
            plan_.world.settings.execution.path = "jupiter";
        }
        sim::JupiterFaults faults;
        faults.attack_probability = 0.2 + 0.8 * rng_.uniform();
        if (rng_.chance(0.3)) {  // One attack, again and again.
            faults.attacks = {static_cast<sim::JupiterAttack>(rng_.below(sim::kJupiterAttacks))};
        }
        faults.skew_probability = rng_.chance(0.5) ? 0.3 : 0;
        faults.skew_bps = static_cast<std::uint32_t>(50 + rng_.below(5'000));
        faults.wrong_mint_probability = rng_.chance(0.3) ? 0.2 : 0;
        faults.wrong_amount_probability = rng_.chance(0.3) ? 0.2 : 0;
        faults.malformed_probability = rng_.chance(0.3) ? 0.2 : 0;
        faults.gateway_error_probability = rng_.chance(0.3) ? 0.2 : 0;
        sim::FaultEvent event;
        event.at = milliseconds(rng_.below(4'000));
        event.jupiter = faults;
        events().push_back(event);
        // Positions are sold by Jupiter too: now and then it is honest.
        event.at = kCalmFrom;
        event.jupiter = sim::JupiterFaults{};
        events().push_back(event);
        constexpr const char* kApis[] = {"v1_swap", "v1_instructions", "v2_build", "v2_order"};
        plan_.world.settings.jupiter.api = kApis[rng_.below(std::size(kApis))];
        // By the seed, so that everything else is drawn as ever.
        constexpr std::uint64_t kAllWaysOneOf = 5;
        if ((plan_.world.seed / kFirstScenarios) % kAllWaysOneOf == 0) {
            plan_.world.settings.jupiter.api = "auto";
        }
    }

    void hostile_jupiter() {
        jupiter();
        add_attacks(plan_, plan_.world.seed / kFirstScenarios, rng_);
    }

    void transactions() {
        scenario().drop_probability = 0.4 * rng_.uniform();
        scenario().landing_miss_probability = 0.7 * rng_.uniform();
        scenario().landing_delay_slots = static_cast<std::uint32_t>(rng_.below(4));
        scenario().slot_skip_probability = 0.3 * rng_.uniform();
        scenario().jupiter_quote_skew_bp = 100 * rng_.uniform();
        scenario().dislocation_end_per_slot = 0.9;  // Most cycles come too late.
        sim::FaultEvent event;
        event.at = milliseconds(rng_.below(kTradingToMs / 2));
        event.faults.emplace();
        event.faults->lost_probability = rng_.chance(0.5) ? 0.5 * rng_.uniform() : 0;
        event.faults->phantom_error_probability = rng_.chance(0.5) ? 0.5 * rng_.uniform() : 0;
        event.faults->phantom_hang_probability = rng_.chance(0.3) ? 0.3 * rng_.uniform() : 0;
        event.faults->stale_status_slots =
            rng_.chance(0.5) ? static_cast<std::uint32_t>(1 + rng_.below(100)) : 0;
        events().push_back(event);
        heal();
        sandwiches();
    }

    void rugs() {
        scenario().launch_venue =
            launch_venue_of(rng_.chance(0.5) ? sim::LaunchVenue::Cpmm : sim::LaunchVenue::Pump,
                            plan_.world.settings);
        scenario().launch_rug_probability = 1;
        scenario().launch_collapse_per_minute = 0.5;
        scenario().launch_lp_burned_probability = 0;
        scenario().launch_creator_share_max = 0.9;
        scenario().launch_copy_probability = 0.3;
        scenario().launch_funder_again_probability = 0.6;
        scenario().launch_mint_authority_kept_probability = 0.5;
        scenario().launch_freeze_authority_kept_probability = 0.5;
        scenario().launch_rise_seconds = 60 + static_cast<double>(rng_.below(300));
        const std::uint64_t count = 1 + rng_.below(4);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t kind = rng_.below(4);
            sim::FaultEvent event;
            event.at = moment();
            event.rug = sim::Rug{.is_pull = kind == 0,
                                 .is_mint = kind == 1,
                                 .is_freeze = kind == 2,
                                 .is_pause = kind == 3,
                                 .part_bps = static_cast<std::uint32_t>(5'000 + rng_.below(4'900))};
            events().push_back(event);
        }
    }

    void thefts() {
        draw_thefts(plan_, rng_);
        plan_.last = kTradesAfterDeath;
    }

    // Of the chain: seconds, minutes, or into another day, when the limits of a day begin anew.
    void clock() {
        const std::uint64_t count = 1 + rng_.below(3);
        for (std::uint64_t i = 0; i < count; ++i) {
            constexpr std::uint64_t kScales[] = {5, 600, 86'400};
            const auto jump = static_cast<int>(1 + rng_.below(kScales[rng_.below(3)]));
            sim::FaultEvent event;
            event.at = moment();
            event.clock = sim::ClockJump{rng_.chance(0.5) ? jump : -jump};
            events().push_back(event);
        }
    }

    void clocks() {
        clock();
        add_wall_jumps(plan_, rng_);
    }

    void protocols() { draw_protocols(plan_, rng_); }
    void halts() { draw_halts(plan_, rng_); }

    void sandwiches() {
        sim::FaultEvent event;
        event.at = milliseconds(rng_.below(4'000));
        event.market =
            sim::MarketFaults{.sandwich_probability = rng_.chance(0.7) ? rng_.uniform() : 0,
                              .sandwich_bps = static_cast<std::uint32_t>(10 + rng_.below(1'500))};
        events().push_back(event);
        event.at = kCalmFrom;
        event.market = sim::MarketFaults{};
        events().push_back(event);
    }

    // Limits so low that they are reached; never above what the settings allow.
    void limits() {
        config::RiskSettings& risk = plan_.world.settings.risk;
        const auto lower = [&](MicroUsd& limit, std::uint64_t usd_min, std::uint64_t usd_more) {
            limit = std::min(limit, MicroUsd{(usd_min + rng_.below(usd_more)) * kMicroUsdPerUsd});
        };
        risk.positions_max =
            std::min(risk.positions_max, static_cast<std::uint32_t>(1 + rng_.below(3)));
        lower(risk.capital_max, 40, 100);
        lower(risk.strategy_capital_max, 30, 60);
        lower(risk.venue_capital_max, 30, 60);
        // Above what the sniper asks for, some $16, or nothing would be traded; in half of the runs
        // below what momentum asks for, some $23.
        lower(risk.trade_max, 17, rng_.chance(0.5) ? 5 : 55);
        scenario().launches_per_day *= 2;
        scenario().launch_rug_probability = 0.2;
        scenario().launch_collapse_per_minute = 0.01;
    }

    void mixed() {
        using Draw = void (Planner::*)();
        constexpr Draw kDraws[] = {&Planner::nodes,        &Planner::forks, &Planner::jupiter,
                                   &Planner::transactions, &Planner::rugs,  &Planner::limits,
                                   &Planner::clock};
        const std::size_t first = rng_.below(std::size(kDraws));
        const std::size_t second =
            (first + 1 + rng_.below(std::size(kDraws) - 1)) % std::size(kDraws);
        (this->*kDraws[first])();
        (this->*kDraws[second])();
        if (rng_.chance(0.6)) {
            crashes();
        }
    }

 private:
    [[nodiscard]] Duration moment() { return draw_between(rng_, kTradingFromMs, kTradingToMs); }
    [[nodiscard]] sim::Scenario& scenario() { return plan_.world.cluster.scenario; }
    [[nodiscard]] std::vector<sim::FaultEvent>& events() { return plan_.world.cluster.faults; }

    void heal() {
        sim::FaultEvent event;
        event.at = kCalmFrom;
        event.faults = sim::NodeFaults{};
        events().push_back(event);
    }

    // One to three things that are wrong with a node.
    [[nodiscard]] sim::NodeFaults node_faults() {
        sim::NodeFaults faults;
        const std::uint64_t count = 1 + rng_.below(3);
        for (std::uint64_t i = 0; i < count; ++i) {
            node_fault(faults, rng_.below(18));
        }
        return faults;
    }

    void node_fault(sim::NodeFaults& faults, std::uint64_t which) {
        const double probability = 0.05 + 0.5 * rng_.uniform();
        switch (which) {
            case 0:
                faults.is_down = true;
                return;
            case 1:
                faults.slots_behind = static_cast<std::uint32_t>(1 + rng_.below(40));
                return;
            case 2:
                faults.latency = milliseconds(rng_.below(800));
                faults.jitter = milliseconds(rng_.below(400));
                return;
            case 3:
                faults.too_many_requests_probability = probability;
                return;
            case 4:
                faults.requests_per_second_max = static_cast<std::uint32_t>(1 + rng_.below(30));
                return;
            case 5:
                faults.gateway_error_probability = probability;
                return;
            case 6:
                faults.hang_probability = probability;
                return;
            case 7:
                faults.truncate_probability = probability;
                return;
            case 8:
                faults.reset_probability = probability;
                return;
            case 9:
                faults.rpc_error_probability = probability;
                faults.rpc_error_code = rng_.chance(0.5) ? -32'005 : -32'603;
                return;
            case 10:
                faults.is_silent = true;
                return;
            case 11:
                faults.is_without_pongs = true;
                return;
            case 12:
                faults.frame_reset_probability = 0.02 * probability;
                return;
            case 13:
                faults.subscribe_refusal_probability = probability;
                return;
            case 14:
                faults.subscribe_silence_probability = probability;
                return;
            case 15:
                faults.miss_probability = probability;
                return;
            case 16:
                faults.duplicate_probability = faults.reorder_probability = probability;
                return;
            default:
                faults.delay_probability = probability;
                faults.delay = milliseconds(rng_.below(5'000));
                return;
        }
    }

    DrillPlan& plan_;
    Rng rng_;
};

// Few pools, because a run must be cheap, and more happening in them.
[[nodiscard]] sim::Scenario market() {
    sim::Scenario scenario = *sim::named_scenario("demo");
    scenario.tokens.resize(std::min(scenario.tokens.size(), kTokens));
    scenario.dislocations_per_hour *= 4;
    scenario.launches_per_day *= 2;
    return scenario;
}

struct ScenarioEntry {
    std::string_view name;
    void (Planner::*draw)();
};
constexpr ScenarioEntry kScenarios[] = {
    {"nodes", &Planner::nodes},     {"forks", &Planner::forks},
    {"crashes", &Planner::crashes}, {"power", &Planner::power},
    {"disk", &Planner::disk},       {"hostile_jupiter", &Planner::hostile_jupiter},
    {"limits", &Planner::limits},   {"transactions", &Planner::transactions},
    {"rugs", &Planner::rugs},       {"mixed", &Planner::mixed},
    {"clock", &Planner::clocks},    {"thefts", &Planner::thefts},
    {"halts", &Planner::halts},     {"protocols", &Planner::protocols}};
static_assert(std::size(kScenarios) == kDrillScenarios.size());

void hold_shortly(DrillPlan& plan, Rng rng) {
    const bool is_rugged =
        std::ranges::any_of(plan.world.cluster.faults,
                            [](const sim::FaultEvent& each) { return each.rug.has_value(); });
    if (rng.chance(0.5) || is_rugged) {
        return;
    }
    Duration& limit = plan.world.settings.exits.time_limit;
    limit = std::min(limit, draw_between(rng, kHeldFromMs, kHeldToMs));
    plan.sold_from = kCalmFrom;
    plan.last += kSells;
}

}  // namespace

DrillPlan make_drill_plan(std::string_view scenario, std::uint64_t seed,
                          const config::Settings& settings) {
    DrillPlan plan;
    plan.scenario = scenario;
    plan.world.seed = seed;
    plan.world.settings = settings;
    sim::Scenario& scenario_played = plan.world.cluster.scenario;
    scenario_played = market();
    scenario_played.launch_venue = launch_venue_of(scenario_played.launch_venue, settings);
    plan.last = kTrades;
    const auto* entry = std::ranges::find(kScenarios, scenario, &ScenarioEntry::name);
    SF_ASSERT(entry != std::end(kScenarios));
    Planner planner{plan, seed};
    (planner.*entry->draw)();
    aim_rugs(plan, seed);
    hold_shortly(plan, Rng{seed}.fork(kHoldingFork));
    if (is_journal_pruned(seed)) {
        die_turning(plan, Rng{seed}.fork(kTurnFork));
    }
    draw_omissions(plan, Rng{seed}.fork(kOmissionFork));
    tell_false_slots(plan, seed);
    fail_wires(plan, seed);
    lend_nonces(plan, seed);
    draw_commands(plan, Rng{seed}.fork(kCommandsFork));
    std::ranges::stable_sort(plan.world.cluster.faults, {}, &sim::FaultEvent::at);
    return plan;
}

std::string_view scenario_of_seed(std::uint64_t seed) {
    Rng rng = Rng{seed}.fork(kScenarioFork);
    const bool is_later = rng.chance(kLaterShare);
    const std::size_t later = kDrillScenarios.size() - kFirstScenarios;
    return kDrillScenarios[is_later ? kFirstScenarios + rng.below(later)
                                    : static_cast<std::size_t>(seed % kFirstScenarios)];
}

}  // namespace sniperforge::app
