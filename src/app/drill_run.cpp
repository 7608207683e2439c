// SPDX-License-Identifier: MIT
#include "app/drill_run.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "app/drill_checks.hpp"
#include "sniperforge/execute/lanes.hpp"

namespace sniperforge::app {
namespace {

// What was signed and lost takes 182 blocks of 0.4 s to be expired for good, and the books are held
// against the chain only then. Skipped slots and a lagging node stretch it.
constexpr Duration kRecoveryMax = std::chrono::seconds{180};
// Faults are over long before.
constexpr int kStartsMax = 6;
// Beyond their time limit: a few attempts to sell, each with its slots on the way.
constexpr Duration kSaleMax = std::chrono::seconds{8};
// What a reset connection may still deliver.
constexpr Duration kLastBreath = std::chrono::seconds{2};
// Until then what was sent has reached the node, which looks for it in the ring that a cut of the
// power takes.
constexpr Duration kSendingMax = std::chrono::milliseconds{200};
// What the recorder's failure may take to be noticed: a tick.
constexpr Duration kFailureGrace = std::chrono::milliseconds{500};

class Run {
 public:
    explicit Run(DrillPlan plan) : plan_{std::move(plan)}, checks_{check_options()} {
        outcome_.scenario = plan_.scenario;
        outcome_.seed = plan_.world.seed;
        plan_.world.cluster.witness = &checks_;
        checks_.on_order([this](const RingOrder& order) { on_order(order); });
    }

    [[nodiscard]] DrillOutcome play() {
        auto world = DrillWorld::create(plan_.world);
        if (!world) {
            checks_.violate("starting the simulated cluster: " + world.error().text);
            return finish();
        }
        world_ = std::move(*world);
        checks_.begin(world_->cluster().chain());
        began_ = world_->reactor().now();
        for (const DiskSpell& spell : plan_.disk) {
            schedule(spell);
        }
        bool is_going_on = true;
        for (const DrillLife& life : plan_.lives) {
            is_going_on = is_going_on && live(life);
        }
        if (is_going_on) {
            live_last();
        }
        checks_.check_end(world_->cluster().chain(), is_complete_);
        return finish();
    }

 private:
    [[nodiscard]] DrillChecks::Options check_options() {
        return {.wallet = sim_wallet_address(),
                .limits = plan_.world.settings.risk,
                // Those of the cluster's lanes, which stand in for those of the settings.
                .tip_accounts = execute::tip_accounts_known({}),
                .tip_max = plan_.world.settings.execution.trade_fee_max,
                .sol_price_usd = plan_.world.cluster.scenario.sol_price_usd,
                .ring = [this] { return world_->ring_path(); },
                .journal = [this] { return world_->whole_journal(); },
                .now = [this] { return world_->reactor().now(); }};
    }
    [[nodiscard]] Pubkey sim_wallet_address() const {
        return DrillWorld::wallet_of(plan_.world.seed);
    }

    void schedule(const DiskSpell& spell) {
        const auto set = [this, kind = spell.kind](bool is_on) {
            DrillDisk& disk = world_->disk();
            switch (kind) {
                case DiskSpell::Kind::Full:
                    return disk.set_full(is_on);
                case DiskSpell::Kind::Broken:
                    return disk.set_broken(is_on);
                case DiskSpell::Kind::Stalled:
                    count("disk_stalled", is_on ? 1 : 0);
                    return disk.set_stalled(is_on);
            }
        };
        net::Reactor& reactor = world_->reactor();
        reactor.schedule_at(reactor.now() + spell.at, [set] { set(true); });
        reactor.schedule_at(reactor.now() + spell.at + spell.length, [set] { set(false); });
    }

    void begin_life(const DrillLife& life) {
        checks_.life_begins();
        disk_before_ = world_->disk().counts();
        disk_failed_at_.reset();
        is_buying_ = false;
        life_began_ = world_->reactor().now();
        orders_to_kill_ = life.end == DrillLife::End::KilledSending ? life.order : 0;
        world_->die_at(life.turn,
                       life.end == DrillLife::End::PowerLost ? kSendingMax : Duration{0});
    }

    [[nodiscard]] bool live(const DrillLife& life) {
        begin_life(life);
        if (life.end == DrillLife::End::Stopped) {
            count("stop", 1);
            // A daemon whose disk failed says so in the end; that is no violation.
            const auto result = world_->live(life.duration);
            if (!result) {
                checks_.violate("starting the daemon: " + result.error().text);
            }
            return result.has_value();
        }
        if (const auto died = world_->live_and_die(life.duration); !died) {
            checks_.violate(died.error().text);
            return false;
        }
        if (world_->has_died_turning()) {
            count("kill_while_turning", 1);
        }
        if (is_journal_short(plan_.world.seed)) {
            checks_.wishes_cut();  // A new segment is a commit, and may be between the two.
        }
        if (life.end != DrillLife::End::PowerLost) {
            count(life.end == DrillLife::End::Killed ? "kill" : "kill_while_sending", 1);
            return true;
        }
        count("power_loss", 1);
        is_complete_ = false;
        checks_.power_lost();
        const auto lost = world_->lose_power(life.share_kept);
        if (!lost) {
            checks_.violate(lost.error().text);
        }
        return lost.has_value();
    }

    // Until it has traded long enough after everything that came before was settled.
    void live_last() {
        begin_life({});
        world_->disk().mend();  // No daemon starts on a disk that is broken, rightly.
        const MonoTime started = world_->reactor().now();
        const auto is_stop_due = [this, started] {
            const Duration lived = world_->reactor().now() - started;
            const bool is_settled = (plan_.lives.empty() || is_buying_) &&
                                    (plan_.sold_from == Duration{0} || !checks_.is_sale_awaited());
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
        // not final yet when it ends (of a confirmed fork's it waits for half a minute only), it
        // goes on.
        for (int i = 0; i < kStartsMax && result && is_unfinished(*result); ++i) {
            count("start_again", 1);
            checks_.life_begins();
            result = world_->live(std::chrono::seconds{100});
        }
        if (!result) {
            return checks_.violate("starting the daemon: " + result.error().text);
        }
        if (!result->error.empty() || result->exit_code != 0) {
            return checks_.violate(
                fmt::format("the daemon ended with {}: {}", result->exit_code, result->error));
        }
        const engine::RunReport& report = result->report;
        if (result->is_unproven || !report.mismatch_lamports || !report.mismatch_tokens) {
            return checks_.violate("the books were not held against the chain in time");
        }
        const auto none = [&](std::string_view what, std::uint64_t value) {
            if (value > 0) {
                checks_.violate(fmt::format("the daemon's report has {} {}", value, what));
            }
        };
        none("lamports that the ledger and the chain differ by", *report.mismatch_lamports);
        none("token units that the ledger and the chain differ by", *report.mismatch_tokens);
        none("orders in flight", report.orders_in_flight);
        none("orders whose outcome is unknown", report.orders.unknown);
    }

    [[nodiscard]] static bool is_unfinished(const DaemonResult& result) {
        return result.exit_code == 3 ||
               (result.exit_code == 0 && result.report.fills_confirmed > 0);
    }

    // A daemon that sits still breaks no limit either: whatever came before, this one buys again,
    // and sells what is due.
    void check_alive() {
        if (!plan_.lives.empty() && !is_buying_ && !checks_.is_full_of_frozen()) {
            checks_.violate(
                fmt::format("nothing was bought within {} s of the last start",
                            (world_->reactor().now() - life_began_).count() / 1'000'000'000));
        }
        if (plan_.sold_from > Duration{0}) {
            checks_.check_held(std::max(began_ + plan_.sold_from, life_began_),
                               plan_.world.settings.exits.time_limit, kSaleMax);
        }
    }

    void on_order(const RingOrder& order) {
        const bool is_purchase =
            order.kind == RingOrder::Kind::Entry || order.kind == RingOrder::Kind::Cycle;
        // What the last daemon sent on its last breath may arrive in the next one's life.
        const MonoTime now = world_->reactor().now();
        const bool is_of_this_life = now - life_began_ > kLastBreath;
        is_buying_ = is_buying_ || (is_purchase && is_of_this_life);
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
        if (is_of_this_life && orders_to_kill_ > 0 && --orders_to_kill_ == 0) {
            world_->die();
        }
    }

    void count(const std::string& kind, std::uint64_t times) {
        if (times > 0) {
            outcome_.faults[kind] += times;
        }
    }

    void count(const sim::FaultCounters& counters) {
        for (std::size_t i = 0; i < sim::kFaultKinds; ++i) {
            const auto kind = static_cast<sim::FaultKind>(i);
            count(std::string{sim::fault_name(kind)}, counters[kind]);
        }
    }

    [[nodiscard]] DrillOutcome finish() {
        if (world_) {
            const sim::Cluster& cluster = world_->cluster();
            for (std::size_t node = 0; node < cluster.node_count(); ++node) {
                count(cluster.fault_counters(node));
            }
            count(cluster.world_fault_counters());
            count("disk_full", world_->disk().counts().refused);
            count("disk_broken", world_->disk().counts().failed_syncs);
            count("journal_segments", world_->disk().counts().segments);
            count("journal_pruned", world_->disk().counts().pruned);
            count("rug", cluster.statistics().rugs);
        }
        count("fork", checks_.forks());
        outcome_.violations = checks_.violations();
        outcome_.violation_count = checks_.violation_count();
        outcome_.journal_sha256 = checks_.journal_sha256();
        outcome_.steps = checks_.steps();
        outcome_.orders = checks_.orders_seen();
        outcome_.landed = checks_.landed();
        outcome_.positions_max = checks_.positions_max();
        return std::move(outcome_);
    }

    DrillPlan plan_;
    DrillOutcome outcome_;
    DrillChecks checks_;
    std::unique_ptr<DrillWorld> world_;  // Before the checks that it tells of everything.
    DrillDisk::Counts disk_before_;
    std::optional<MonoTime> disk_failed_at_;
    MonoTime began_, life_began_;
    std::uint32_t orders_to_kill_ = 0;
    bool is_buying_ = false, is_stopping_ = false, is_complete_ = true;
};

}  // namespace

DrillOutcome run_drill(std::string_view scenario, std::uint64_t seed,
                       const config::Settings& settings) {
    return Run{make_drill_plan(scenario, seed, settings)}.play();
}

}  // namespace sniperforge::app
