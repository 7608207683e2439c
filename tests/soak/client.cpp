// SPDX-License-Identifier: MIT
#include "client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "schedule.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/telemetry/process.hpp"
#include "support/node_endpoints.hpp"

namespace sniperforge::soak {
namespace {

constexpr Duration kTick = std::chrono::milliseconds{100};  // As the daemon's.
constexpr Duration kWatch = std::chrono::milliseconds{20};
// After a slot's end, how long its notifications may take before they are missed.
constexpr Duration kDelivery = std::chrono::milliseconds{150};
// The slot that was being built, the one that was told, and three in which a socket may lag before
// it counts for nothing.
constexpr std::size_t kRecentSlots = 6;
// The pool's timeout, and what noticing it may take.
constexpr Duration kReadSlowestMax = std::chrono::milliseconds{2'500};
// One rotation of the audit takes a second for each hundred accounts; then two slots, and a read.
constexpr Duration kSettle = std::chrono::seconds{5};
constexpr std::size_t kAccountsPerSecond = 100;
constexpr std::uint64_t kSlotsPerSecondMax = 3;  // 2.5.

}  // namespace

Client::Client(net::Reactor& reactor, const Truth& truth, const ClientOptions& options,
               std::function<void()> on_over)
    : reactor_{reactor},
      truth_{truth},
      options_{options},
      on_over_{std::move(on_over)},
      accounts_{soak_accounts(options.profile, options.seed)},
      oracle_{std::make_unique<faults::FeedOracle>(reactor, accounts_)} {
    connect();
    tick();
    watch_truth();
}

Client::~Client() = default;

void Client::connect() {
    std::vector<test::NodeUrls> nodes;
    const Addresses addresses = truth_.addresses();
    for (std::size_t i = 0; i < kNodes; ++i) {
        nodes.push_back({addresses.rpc[i], addresses.pubsub[i]});
    }
    const auto network = test::network_of(nodes, 50, std::chrono::seconds{2});
    rpc_ = std::make_unique<rpc::RpcClient>(reactor_, test::endpoints_of(network),
                                            rpc::ClientOptions{.timeout = network.request_timeout});
    config::FeedSettings settings;
    settings.is_watching_new_pools = true;
    feed_ = std::make_unique<feed::Feed>(reactor_, *rpc_, network, settings, *oracle_);
    feed_->start();
    const std::span<const Pubkey> all{accounts_};
    const std::size_t positions = std::min(all.size(), options_.position_pools * kAccountsPerPool);
    const std::size_t armed =
        std::min(all.size() - positions, options_.armed_pools * kAccountsPerPool);
    oracle_->set_single_from(positions + armed);
    oracle_->set_slack(options_.slack_slots);
    for (std::size_t at = 0; at < all.size(); at += kAccountsPerPool) {
        const auto priority = at < positions           ? feed::Priority::Position
                              : at < positions + armed ? feed::Priority::Armed
                                                       : feed::Priority::Scanned;
        feed_->watch_together(all.subspan(at, std::min(kAccountsPerPool, all.size() - at)),
                              priority);
    }
    traffic_ = std::make_unique<Traffic>(reactor_, *rpc_, *feed_, all, options_.seed);
}

// The reactor goes on when the client has ended.
template <typename Action>
void Client::after(Duration delay, Action action) {
    reactor_.schedule_after(delay, [alive = std::weak_ptr{alive_}, action] {
        if (!alive.expired()) {
            action();
        }
    });
}

void Client::tick() {
    after(kTick, [this] {
        feed_->on_tick(reactor_.now());
        tick();
    });
}

void Client::watch_truth() {
    after(kWatch, [this] {
        follow_phase();
        note_blindness();
        if (truth_.slots() != slots_seen_) {
            slots_seen_ = truth_.slots();
            after(kDelivery, [this] { judge(); });
        }
        if (truth_.is_over() && !is_finished_) {
            const Duration rotation =
                std::chrono::seconds{accounts_.size() / kAccountsPerSecond} + kSettle;
            if (!over_at_) {
                over_at_ = reactor_.now();
                result_.end = sample();
                traffic_->stop();
            }
            if (reactor_.now() - *over_at_ >= rotation) {
                finish();
                return;
            }
        }
        watch_truth();
    });
}

// What was remembered after the slot before, now that the end of this one is known; then what is
// held now, after this slot's notifications have come.
void Client::judge() {
    const auto recent = truth_.last(kRecentSlots);
    if (recent.size() < kRecentSlots || is_finished_) {
        return;
    }
    if (is_remembered_) {
        oracle_->judge(recent);
    }
    oracle_->remember();
    is_remembered_ = true;
}

Sample Client::sample() const {
    Sample now{.at = reactor_.now()};
    if (const auto cpu = telemetry::cpu_times()) {
        now.cpu = cpu->user + cpu->system;
    }
    if (const auto schedule = telemetry::main_thread_schedule()) {
        now.run_delay = schedule->run_delay;
    }
    now.resident_bytes = telemetry::resident_bytes().value_or(0);
    now.anonymous_bytes = telemetry::resident_anonymous_bytes().value_or(0);
    now.updates = oracle_->findings().updates;
    for (const auto& socket : feed_->statistics().sockets) {
        now.notifications += socket.notifications;
    }
    return now;
}

void Client::follow_phase() {
    const auto now = truth_.now();
    if (is_finished_ || !now) {
        close_phase();
        return;
    }
    if (!phase_) {
        if (result_.phases.empty()) {
            result_.begin = sample();
        }
        phase_since_ = now->since;
        at_phase_ = oracle_->findings();
        phase_ = PhaseResult{.index = now->phase};
        static_cast<void>(traffic_->take());
    }
}

void Client::note_blindness() {
    if (!phase_) {
        return;
    }
    const MonoTime now = reactor_.now();
    const bool is_blind = oracle_->is_anything_blind();
    if (!is_blind) {
        if (phase_->noticed && !phase_->recovered) {
            phase_->recovered = now - phase_since_;
        }
        blind_since_.reset();
        return;
    }
    phase_->noticed = phase_->noticed.value_or(now - phase_since_);
    blind_since_ = blind_since_.value_or(now);
    phase_->blind_longest = std::max(phase_->blind_longest, now - *blind_since_);
}

void Client::close_phase() {
    if (!phase_) {
        return;
    }
    const faults::Findings now = oracle_->findings();
    phase_->faults = truth_.faults(phase_->index);
    phase_->blind = now.blind - at_phase_.blind;
    phase_->accounts_lost = now.accounts_lost - at_phase_.accounts_lost;
    phase_->copied_lost = now.copied_lost - at_phase_.copied_lost;
    phase_->stale = now.stale_while_sighted - at_phase_.stale_while_sighted;
    phase_->stale_single = now.stale_single - at_phase_.stale_single;
    phase_->duplicates = now.duplicates - at_phase_.duplicates;
    phase_->traffic = traffic_->take();
    check_phase(*phase_);
    result_.phases.push_back(std::move(*phase_));
    phase_.reset();
}

void Client::check_phase(const PhaseResult& found) {
    const Phase& phase = phases()[found.index];
    const auto require = [&](bool holds, std::string text) {
        if (!holds) {
            result_.violations.push_back(fmt::format("{}: {}", phase.name, text));
        }
    };
    const TrafficCounts& traffic = found.traffic;
    require(found.faults > 0 || phase.fork, "the fault never happened");
    require(phase.may_blind || (found.blind == Duration{0} && found.accounts_lost == 0),
            fmt::format("entries blocked for {} ms although everything is heard",
                        found.blind / std::chrono::milliseconds{1}));
    require(phase.fork || found.copied_lost == 0,
            fmt::format("entries blocked on {} accounts that a well node carries too",
                        found.copied_lost));
    // What the audit alone finds, it may be finding just now.
    require(found.blind_longest <= phase.blind_max &&
                (phase.is_unnoticed || !oracle_->is_anything_blind()),
            fmt::format("blind for {} ms at a time, at most {} ms; {} accounts still at its end",
                        found.blind_longest / std::chrono::milliseconds{1},
                        phase.blind_max / std::chrono::milliseconds{1}, oracle_->accounts_blind()));
    require(found.stale == 0, fmt::format("entries allowed on {} account-slots of armed pools and "
                                          "positions that were not heard",
                                          found.stale));
    require(phase.is_unnoticed || found.stale_single == 0,
            fmt::format("entries allowed on {} account-slots of scanned pools that were not heard",
                        found.stale_single));
    require(traffic.reads > 0 && traffic.reads_failed == 0,
            fmt::format("{} of {} reads failed, the last: {}", traffic.reads_failed, traffic.reads,
                        traffic.error));
    require(traffic.read_slowest <= kReadSlowestMax,
            fmt::format("a read took {} ms, at most {} ms",
                        traffic.read_slowest / std::chrono::milliseconds{1},
                        kReadSlowestMax / std::chrono::milliseconds{1}));
    require(traffic.sends > 0 && traffic.sends_failed == 0,
            fmt::format("{} of {} transactions were taken by no node: {}", traffic.sends_failed,
                        traffic.sends, traffic.error));
    require(traffic.lookups > 0 && traffic.lookups_failed == 0,
            fmt::format("{} of {} transactions could not be looked up: {}", traffic.lookups_failed,
                        traffic.lookups, traffic.error));
}

void Client::finish() {
    is_finished_ = true;
    result_.findings = oracle_->findings();
    result_.differing = oracle_->differing(truth_.last(1).back());
    result_.launches = truth_.launches();
    result_.feed = feed_->statistics();
    check_end();
    on_over_();
}

void Client::check_end() {
    const faults::Findings& found = result_.findings;
    const auto require_zero = [&](std::uint64_t count, std::string_view what) {
        if (count > 0) {
            result_.violations.push_back(fmt::format("{} {}", count, what));
        }
    };
    require_zero(result_.differing, "lost updates: accounts whose state is not the chain's");
    require_zero(oracle_->accounts_blind(), "accounts still blind");
    require_zero(found.duplicates, "updates handed on twice");
    require_zero(found.regressions, "updates went back in slots");
    const std::uint64_t rotation_s = accounts_.size() / kAccountsPerSecond + 1;
    result_.audit_slots_max = (rotation_s + kSettle / std::chrono::seconds{1}) * kSlotsPerSecondMax;
    if (found.stale_single_slots_max > result_.audit_slots_max) {
        result_.violations.push_back(
            fmt::format("a missing notification was not found for {} slots, the audit may take {}",
                        found.stale_single_slots_max, result_.audit_slots_max));
    }
    if (result_.phases.size() != phases().size()) {
        result_.violations.push_back(
            fmt::format("{} of {} phases were seen", result_.phases.size(), phases().size()));
    }
}

}  // namespace sniperforge::soak
