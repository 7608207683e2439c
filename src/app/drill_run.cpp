// SPDX-License-Identifier: MIT
#include "app/drill_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "app/drill_checks.hpp"
#include "app/drill_deaths.hpp"
#include "app/drill_ending.hpp"
#include "app/drill_omission.hpp"
#include "app/drill_spells.hpp"
#include "app/drill_thefts.hpp"
#include "app/drill_turns.hpp"
#include "sniperforge/execute/lanes.hpp"

namespace sniperforge::app {
namespace {

// What was signed and lost takes 182 blocks of 0.4 s to be expired for good, and the books are held
// against the chain only then. Skipped slots and a lagging node stretch it to some 110 s; who buys
// at few venues needs what is left.
constexpr Duration kRecoveryMax = std::chrono::seconds{300};
// Faults are over long before.
constexpr int kStartsMax = 6;
// The expiry of what was signed and lost, three examinations of the wallet's history with five
// attempts and 10 s each, and the balances that decide after that.
constexpr Duration kPassedOverMax = std::chrono::seconds{170};
// Beyond their time limit: a few attempts to sell, each with its slots on the way.
constexpr Duration kSaleMax = std::chrono::seconds{8};
// What a reset connection may still deliver.
constexpr Duration kLastBreath = std::chrono::seconds{2};
// What the recorder's failure may take to be noticed: a tick.
constexpr Duration kFailureGrace = std::chrono::milliseconds{500};
// Beyond the slots of a stall: the feed measures a slot's time, and looks a few times in one.
constexpr Duration kUnheardRoom = std::chrono::seconds{3};
// Of a doubt that was told: long enough that something would be bought.
constexpr Duration kDoubtLasts = std::chrono::seconds{6};

class Run {
 public:
    explicit Run(DrillPlan plan)
        : plan_{std::move(plan)},
          checks_{check_options()},
          thefts_{theft_options()},
          commands_{plan_.commands, [this] { return world_->reactor().now(); }},
          deaths_{{.is_open = [this](std::uint64_t intent) { return checks_.is_open(intent); },
                   .durable = [this] { return world_->disk().durable(); },
                   .die = [this] { world_->die(); }}} {
        outcome_.scenario = plan_.scenario;
        outcome_.seed = plan_.world.seed;
        outcome_.has_died = !plan_.lives.empty();
        plan_.world.cluster.witness = &checks_;
        checks_.on_order([this](const RingOrder& order) { on_order(order); });
        checks_.on_landed([this](const Signature& signature) { deaths_.on_landed(signature); });
    }

    [[nodiscard]] DrillOutcome play() {
        auto world = DrillWorld::create(plan_.world);
        if (!world) {
            checks_.violate("starting the simulated cluster: " + world.error().text);
            return finish();
        }
        world_ = std::move(*world);
        checks_.begin(world_->cluster().chain());
        world_->disk().on_record(
            [this](const journal::Record& record) { checks_.on_record(record); });
        world_->on_death([this] { deaths_.died(); });
        began_ = world_->reactor().now();
        world_->listen_to(commands_);
        commands_.begin();
        spells_.emplace(world_->disk(), world_->reactor());
        for (const DiskSpell& spell : plan_.disk) {
            spells_->schedule(spell);
        }
        for (const WallJump& jump : plan_.wall_jumps) {
            schedule(jump);
        }
        bool is_going_on = true;
        for (const DrillLife& life : plan_.lives) {
            is_going_on = is_going_on && live(life);
        }
        const auto taken = is_going_on ? taken_by_cut() : std::nullopt;
        outcome_.has_cut_taken = taken.has_value();
        if (taken && plan_.is_newest_unserved) {
            is_going_on = live_unserved(*taken);
        }
        if (is_going_on) {
            live_last();
        }
        checks_.check_end(world_->cluster().chain(), is_complete_);
        for (std::string& bought :
             bought_against_orders(world_->whole_journal(), commands_.resumed())) {
            checks_.violate(std::move(bought));
        }
        if (plan_.omission != DrillPlan::Omission::None) {
            check_set_aside();
        }
        return finish();
    }

 private:
    [[nodiscard]] DrillChecks::Options check_options() {
        return {
            .wallet = sim_wallet_address(),
            .limits = plan_.world.settings.risk,
            // Those of the cluster's lanes, which stand in for those of the settings.
            .tip_accounts = execute::tip_accounts_known({}),
            .tip_max = plan_.world.settings.execution.trade_fee_max,
            .sol_price_usd = plan_.world.cluster.scenario.sol_price_usd,
            .ring = [this] { return world_->ring_path(); },
            .journal = [this] { return world_->whole_journal(); },
            .now = [this] { return world_->reactor().now(); },
            .is_doubling_checked =
                plan_.lives.empty() && std::ranges::none_of(plan_.world.cluster.faults,
                                                            [](const sim::FaultEvent& event) {
                                                                return event.fork.has_value();
                                                            }),
            .is_retelling_checked = std::ranges::none_of(
                plan_.world.cluster.faults,
                [](const sim::FaultEvent& event) { return event.faults.has_value(); }),
            .is_journal_well = [this] { return world_->disk().is_well(); },
            .load = [this] { return world_->reactor().load(); },
            .halts = {.is_unheard = [this] { return is_unheard(); },
                      .unheard_max = unheard_max(),
                      .violate = [this](std::string text) { checks_.violate(std::move(text)); }},
            .is_explained = [this](const std::string& note) { return thefts_.is_explained(note); }};
    }
    [[nodiscard]] DrillThefts::Options theft_options() {
        return {.wallet = sim_wallet_address(),
                .is_holding = plan_.is_holding,
                .journal = [this] { return world_->whole_journal(); },
                .now = [this] { return world_->reactor().now(); },
                .violate = [this](std::string text) { checks_.violate(std::move(text)); }};
    }
    [[nodiscard]] Pubkey sim_wallet_address() const {
        return DrillWorld::wallet_of(plan_.world.seed);
    }

    // No node tells of slots, whatever else it tells.
    [[nodiscard]] bool is_unheard() const {
        const sim::Cluster& cluster = world_->cluster();
        for (std::size_t node = 0; node < cluster.node_count(); ++node) {
            const sim::NodeFaults& faults = cluster.faults(node);
            const auto& kinds = faults.notification_kinds;
            const bool is_slot_missed =
                faults.miss_probability >= 1 &&
                (kinds.empty() ||
                 std::ranges::find(kinds, sim::NotificationKind::Slot) != kinds.end());
            if (!faults.is_down && !faults.is_silent && !is_slot_missed) {
                return false;
            }
        }
        return true;
    }
    // The slots that a feed waits for, each of which may take longer than it should.
    [[nodiscard]] Duration unheard_max() const {
        return plan_.world.cluster.chain.slot_duration *
                   static_cast<std::int64_t>(plan_.world.settings.feed.stall_slots) +
               kUnheardRoom;
    }

    void schedule(const WallJump& jump) {
        net::Reactor& reactor = world_->reactor();
        reactor.schedule_at(reactor.now() + jump.at, [this, by = jump.by] {
            count("wall_clock_jump", 1);
            world_->jump_wall(by);
        });
    }

    // What others did since.
    void note_meddlings() {
        const auto& all = world_->cluster().meddlings();
        for (; meddlings_seen_ < all.size(); ++meddlings_seen_) {
            const sim::Meddling& each = all[meddlings_seen_];
            thefts_.note(each);
            if (each.owner == sim_wallet_address()) {
                checks_.meddled(each.mint, each.taken);
            }
        }
    }

    void begin_life(const DrillLife& life, bool is_shortfall_accepted = false) {
        note_meddlings();
        checks_.life_begins();
        commands_.life_begins();
        thefts_.life_begins(is_shortfall_accepted);
        disk_before_ = world_->disk().counts();
        disk_failed_at_.reset();
        is_buying_ = false;
        bought_at_.reset();
        life_began_ = world_->reactor().now();
        deaths_.life_begins(life);
        world_->die_at(life.turn, lag_of_death(life));
    }

    [[nodiscard]] bool live(const DrillLife& life) {
        begin_life(life);
        if (life.end == DrillLife::End::Stopped) {
            // A daemon whose disk failed says so in the end; that is no violation.
            const auto result = world_->live(life.duration);
            if (!result) {
                checks_.violate("starting the daemon: " + result.error().text);
                return false;
            }
            // One that never traded ends by itself, before it is told to.
            count("stop", world_->reactor().now() - life_began_ >= life.duration ? 1 : 0);
            return true;
        }
        if (life.end == DrillLife::End::Doubted) {
            return live_doubted(life);
        }
        net::Reactor& reactor = world_->reactor();
        const net::TimerId time_is_up =
            reactor.schedule_at(reactor.now() + life.duration, [this] { deaths_.time_is_up(); });
        const auto died = world_->live_and_die(life.duration + life.awaited);
        reactor.cancel(time_is_up);
        if (!died) {
            checks_.violate(died.error().text);
            return false;
        }
        count("kill_while_turning", world_->has_died_turning() ? 1 : 0);
        if (life.end != DrillLife::End::PowerLost) {
            outcome_.has_ordered_before_kill |= deaths_.has_ordered();
            count("kill", 1);
            count("kill_while_sending", deaths_.has_died_sending() ? 1 : 0);
            return true;
        }
        count("power_loss", 1);
        is_complete_ = false;
        const auto lost = world_->lose_power(life.share_kept);
        if (!lost) {
            checks_.violate(lost.error().text);
        }
        return lost.has_value();
    }

    // Until what is missing has been said for a while.
    [[nodiscard]] bool live_doubted(const DrillLife& life) {
        const auto is_stop_due = [this] {
            note_meddlings();
            return thefts_.is_told() && thefts_.told_at() &&
                   world_->reactor().now() - *thefts_.told_at() >= kDoubtLasts;
        };
        const auto result = world_->live(life.duration, is_stop_due);
        if (!result) {
            checks_.violate("starting the daemon: " + result.error().text);
            return false;
        }
        count("doubt", thefts_.told_at() ? 1 : 0);
        note_meddlings();
        thefts_.check_doubted(result->report);
        if (result->is_short() != thefts_.is_any_missing()) {
            checks_.violate(fmt::format("a daemon that ended says that something is missing: {}",
                                        result->is_short()));
        }
        return true;
    }

    // Nobody took anything.
    void check_set_aside() {
        const auto tale = read_tale(world_->whole_journal());
        if (!tale) {
            return;  // It was said.
        }
        count("doubted_by_one_reading", tale->doubted_by_one);
        count("set_aside", tale->set_aside.size());
        if (plan_.omission == DrillPlan::Omission::OneNode && !tale->set_aside.empty()) {
            checks_.violate("one node left accounts out, the others did not, and yet: " +
                            tale->set_aside.front());
        }
    }

    // The newest transaction that is in a block, and not in the files that the last loss of power
    // left.
    [[nodiscard]] std::optional<Signature> taken_by_cut() {
        const auto history =
            is_complete_ ? Result<engine::History>{fail("nothing was cut")} : world_->history();
        return history ? newest_unknown(*history, world_->cluster().chain(), sim_wallet_address())
                       : std::nullopt;
    }

    // What no node serves is named, and whatever it did then shows in the balances: where that is a
    // doubt a person accepts it.
    [[nodiscard]] bool live_unserved(const Signature& unserved) {
        world_->cluster().withhold(unserved);
        begin_life({});
        world_->disk().mend();
        const auto result = world_->live(kPassedOverMax);
        const auto after = world_->history();
        const auto tale = read_tale(world_->whole_journal());
        if (!result || !after || !tale) {
            checks_.violate("a start on a history of which a transaction is not served failed");
            return false;
        }
        if (!is_passed_over(*tale, unserved)) {
            checks_.violate(fmt::format("transaction {} is served by no node, and nobody says so",
                                        unserved.to_string()));
        }
        if (after->doubt) {
            count("shortfall_accepted", 1);
            world_->accept_shortfall();
        }
        return true;
    }

    // Until it has traded long enough after everything that came before was settled.
    void live_last() {
        begin_life({}, plan_.is_shortfall_accepted);
        if (plan_.is_shortfall_accepted) {
            world_->accept_shortfall();
            // What is taken after that would take another doubt, and another person.
            world_->cluster().call_off_rugs();
        }
        spells_->end();
        const MonoTime started = world_->reactor().now();
        const auto is_stop_due = [this, started] {
            const Duration lived = world_->reactor().now() - started;
            const bool is_settled = (plan_.lives.empty() || is_buying_) && commands_.is_over() &&
                                    (plan_.sold_from == Duration{0} ||
                                     (!checks_.is_sale_awaited() && is_forgotten_sold()));
            if (lived >= kRecoveryMax || (lived >= plan_.last && is_settled)) {
                if (!std::exchange(is_stopping_, true)) {
                    check_alive();
                    checks_.stop_asked();
                }
            }
            return is_stopping_;
        };
        auto result = world_->live(std::chrono::hours{1}, is_stop_due);
        // As whoever supervises a daemon does: where the cluster was not ready (3), or fills are
        // not final yet when it ends (of a confirmed fork's it waits for half a minute only), or
        // orders have no end within the 90 s that it waits for them (of slots that are skipped in a
        // row), it goes on.
        for (int i = 0; i < kStartsMax && result && is_unfinished(*result); ++i) {
            count("start_again", 1);
            checks_.life_begins();
            commands_.life_begins();
            result = world_->live(std::chrono::seconds{100});
        }
        if (!result) {
            return checks_.violate("starting the daemon: " + result.error().text);
        }
        if (!result->error.empty() || result->exit_code != 0) {
            return checks_.violate(
                fmt::format("the daemon ended with {}: {}", result->exit_code, result->error));
        }
        if (plan_.is_shortfall_accepted) {
            if (const auto tale = read_tale(world_->whole_journal())) {
                thefts_.check_end(*tale);
            }
        }
        for (std::string& wrong : wrong_in_the_end(*result)) {
            checks_.violate(std::move(wrong));
        }
    }

    // A daemon that sits still breaks no limit either: whatever came before, this one buys again
    // (of settings that hardly buy the tally does not ask it), and sells what is due.
    void check_alive() {
        if (!plan_.lives.empty() && !is_buying_ && !checks_.is_full_of_frozen()) {
            outcome_.idle_s = static_cast<std::uint64_t>(
                (world_->reactor().now() - life_began_).count() / 1'000'000'000);
        }
        if (plan_.sold_from > Duration{0}) {
            checks_.check_held(held_from(), plan_.world.settings.exits.time_limit, kSaleMax);
        }
    }
    // What the files forgot with a loss of power is in the books again before anything is bought.
    [[nodiscard]] MonoTime held_from() const {
        const MonoTime from = std::max(began_ + plan_.sold_from, life_began_);
        return is_complete_ ? from : std::max(from, bought_at_.value_or(world_->reactor().now()));
    }
    [[nodiscard]] bool is_forgotten_sold() const {
        return is_complete_ || (bought_at_ && world_->reactor().now() - *bought_at_ >
                                                  plan_.world.settings.exits.time_limit + kSaleMax);
    }

    void on_order(const RingOrder& order) {
        commands_.on_order(order.intent);
        note_meddlings();
        thefts_.on_order(order, world_->cluster().chain());
        const bool is_purchase =
            order.kind == RingOrder::Kind::Entry || order.kind == RingOrder::Kind::Cycle;
        // What the last daemon sent on its last breath may arrive in the next one's life.
        const MonoTime now = world_->reactor().now();
        const bool is_of_this_life = now - life_began_ > kLastBreath;
        is_buying_ = is_buying_ || (is_purchase && is_of_this_life);
        bought_at_ = is_buying_ ? std::optional{bought_at_.value_or(now)} : std::nullopt;
        const DrillDisk::Counts& disk = world_->disk().counts();
        const bool has_failed =
            disk.refused > disk_before_.refused || disk.failed_syncs > disk_before_.failed_syncs;
        if (has_failed && !disk_failed_at_) {
            disk_failed_at_ = now;
        } else if (disk_failed_at_ && is_purchase && now - *disk_failed_at_ > kFailureGrace) {
            checks_.violate(
                fmt::format("intent {} was bought {} ms after the journal's disk failed",
                            order.intent, (now - *disk_failed_at_).count() / 1'000'000));
        }
        if (is_of_this_life) {
            deaths_.on_order(order);
        }
    }

    void count(const std::string& kind, std::uint64_t times) {
        if (times > 0) {
            outcome_.faults[kind] += times;
        }
    }

    // Those that never happened, too: whoever reads the sums sees what was not tried.
    void count(const sim::FaultCounters& counters) {
        for (std::size_t i = 0; i < sim::kFaultKinds; ++i) {
            const auto kind = static_cast<sim::FaultKind>(i);
            outcome_.faults[std::string{sim::fault_name(kind)}] += counters[kind];
        }
    }

    [[nodiscard]] DrillOutcome finish() {
        if (world_) {
            const sim::Cluster& cluster = world_->cluster();
            for (std::size_t node = 0; node < cluster.node_count(); ++node) {
                count(cluster.fault_counters(node));
            }
            count(cluster.world_fault_counters());
            count("disk_write_refused", world_->disk().counts().refused);
            count("disk_broken", world_->disk().counts().failed_syncs);
            count("disk_unwritable", world_->disk().counts().unwritable);
            count("disk_stalled", world_->disk().counts().stalled);
            count("disk_slow", world_->disk().counts().slow);
            count("journal_segments", world_->disk().counts().segments);
            count(is_journal_pruned_by_bytes(outcome_.seed) ? "journal_pruned_by_bytes"
                                                            : "journal_pruned",
                  world_->disk().counts().pruned);
            count("rug", cluster.statistics().rugs);
            count("command", commands_.taken());
        }
        count("fork", checks_.forks());
        count("halt_by_doubt", checks_.halts().doubted);
        count("halt_by_drawdown", checks_.halts().reducing);
        count("halt_by_silence", checks_.halts().unheard);
        outcome_.violations = checks_.violations();
        outcome_.violation_count = checks_.violation_count();
        outcome_.journal_sha256 = checks_.journal_sha256();
        outcome_.steps = checks_.steps();
        outcome_.comparisons = checks_.comparisons();
        outcome_.load_max = checks_.load_max();
        outcome_.orders = checks_.orders_seen();
        outcome_.landed = checks_.landed();
        outcome_.venues_bought_at = checks_.venues_bought_at();
        return std::move(outcome_);
    }

    DrillPlan plan_;
    DrillOutcome outcome_;
    DrillChecks checks_;
    DrillThefts thefts_;
    DrillCommands commands_;
    DrillDeaths deaths_;
    std::size_t meddlings_seen_ = 0;
    std::unique_ptr<DrillWorld> world_;  // Before the checks that it tells of everything.
    std::optional<DrillSpells> spells_;
    DrillDisk::Counts disk_before_;
    std::optional<MonoTime> disk_failed_at_;
    std::optional<MonoTime> bought_at_;  // For the first time in this life.
    MonoTime began_, life_began_;
    bool is_buying_ = false, is_stopping_ = false, is_complete_ = true;
};

}  // namespace

DrillOutcome run_drill(std::string_view scenario, std::uint64_t seed,
                       const config::Settings& settings) {
    return Run{make_drill_plan(scenario, seed, settings)}.play();
}

}  // namespace sniperforge::app
