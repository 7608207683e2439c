// SPDX-License-Identifier: MIT
// Feed's wiring: sockets and their events, what is handed on and what was heard before.
#include "sniperforge/feed/feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>
#include <variant>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {
namespace {

// The pool, two vaults, a fee config and two mints, of which most pools share some.
constexpr std::size_t kAccountsPerPool = 4;

}  // namespace

Feed::State::State(net::Reactor& reactor_in, rpc::RpcClient& rpc_in,
                   const config::NetworkSettings& network, const config::FeedSettings& settings_in,
                   FeedEvents& events_in)
    : reactor_{reactor_in},
      rpc_{rpc_in},
      settings_{settings_in},
      reconnect_delay_max_{network.reconnect_delay_max},
      events_{events_in},
      reader_{reactor_in, rpc_in},
      recent_{kRecentAccountsMax},
      recent_signatures_{kRecentSignaturesMax} {
    settings_.stall_slots = std::max(settings_.stall_slots, 1U);
    settings_.lag_slots = std::max(settings_.lag_slots, 1U);
    for (const config::EndpointSettings& endpoint : network.endpoints) {
        if (endpoint.pubsub_url.empty()) {
            continue;
        }
        for (std::uint32_t i = 0; i < std::max(endpoint.pubsub_connections, 1U); ++i) {
            const std::size_t index = sockets_.size();
            sockets_.push_back(std::make_unique<Socket>(
                *this, static_cast<SocketIndex>(index), endpoints_, endpoint.name,
                endpoint.subscriptions_per_connection_max, reactor_,
                rpc::PubSubOptions{.name = endpoint.pubsub_connections > 1
                                               ? fmt::format("{}/{}", endpoint.name, i)
                                               : endpoint.name,
                                   .url = endpoint.pubsub_url,
                                   .api_key = endpoint.api_key ? endpoint.api_key->value : "",
                                   .api_key_header = endpoint.api_key_header,
                                   .commitment = Commitment::Processed,
                                   .reconnect_delay_min = network.reconnect_delay_min,
                                   .reconnect_delay_max = network.reconnect_delay_max,
                                   .seed = index + 1}));
        }
        ++endpoints_;
    }
    gauge_.emplace(endpoints_);
    troubles_told_.resize(endpoints_);
}

Feed::State::~State() {
    for (const net::TimerId timer : {read_timer_, advance_timer_, slot_timer_}) {
        reactor_.cancel(timer);
    }
}

void Feed::State::start() {
    const MonoTime now = reactor_.now();
    blind_since_ = now;
    is_blind_time_running_ = is_lost_time_running_ = true;
    audit_due_ = now + settings_.audit_interval;
    for (const auto& socket : sockets_) {
        socket->down_since = now;
        socket->pubsub.subscribe_slots();
    }
    choose_event_sockets(now);
    watch(settings_.pools, Priority::Armed, false);
    is_started_ = true;
    for (const auto& socket : sockets_) {
        if (!socket->is_excluded) {
            socket->pubsub.start();
        }
    }
}

void Feed::State::exclude(std::string_view endpoint) {
    for (const auto& socket : sockets_) {
        if (socket->endpoint_name == endpoint) {
            socket->is_excluded = true;
            // No place for accounts: as one that was lost long ago.
            socket->has_failed = socket->is_given_up = true;
        }
    }
}

void Feed::State::admit(std::string_view endpoint) {
    for (const auto& socket : sockets_) {
        if (socket->endpoint_name != endpoint || !std::exchange(socket->is_excluded, false)) {
            continue;
        }
        socket->has_failed = socket->is_given_up = false;
        socket->down_since = reactor_.now();
        if (is_started_) {
            socket->pubsub.start();
        }
    }
}

void Feed::State::watch(std::span<const Pubkey> accounts, Priority priority, bool is_together) {
    std::optional<AccountIndex> leader;
    for (const Pubkey& account : accounts) {
        if (const auto known = tracker_.find(account)) {
            if (priority > watches_[*known].priority) {
                set_priority({&account, 1}, priority);
            }
            leader = leader.value_or(*known);
            continue;
        }
        if (tracker_.size() >= settings_.pools_max * kAccountsPerPool) {
            note_problem("feed.pools_max is reached: further accounts are not watched");
            continue;
        }
        if (!has_room_for_one()) {
            note_problem(
                "every socket carries its subscriptions_per_connection_max: further accounts are "
                "not watched; raise it, or pubsub_connections, as far as the provider allows");
            continue;
        }
        const AccountIndex index = *tracker_.add(account);
        watches_.resize(std::max<std::size_t>(watches_.size(), tracker_.places()));
        watches_[index].priority = priority;
        watches_[index].is_announced = blind_unwatched_.erase(account) > 0;
        leader = is_together ? leader.value_or(index) : index;
        watches_[index].leader = *leader;
        ++standings_[static_cast<std::size_t>(Standing::New)];
        if (const auto recent = recent_.find(account)) {
            tracker_.seed(index, recent->slot, recent->content);
        }
        maintain(index);
    }
}

void Feed::State::unwatch(std::span<const Pubkey> accounts) {
    for (const Pubkey& account : accounts) {
        const auto index = tracker_.find(account);
        if (!index) {
            continue;
        }
        Watch& watch = watches_[*index];
        --standings_[static_cast<std::size_t>(standing_of(watch))];
        for (Copy& copy : watch.copies) {
            if (copy.stage != Copy::Stage::None) {
                Socket& socket = *sockets_[copy.socket];
                socket.pubsub.unsubscribe_account(account);
                --socket.accounts;
            }
        }
        forget_read(*index);
        // Nobody hears it, so it stays blind to whoever was told, until it is heard again.
        if (watch.is_announced) {
            if (blind_unwatched_.size() < settings_.pools_max * kAccountsPerPool) {
                blind_unwatched_.insert(account);
            } else {
                note_problem(
                    "too many accounts were unwatched while blind: the pipeline will not "
                    "hear that they are back");
            }
        }
        const std::uint32_t epoch = watch.epoch;
        watch = Watch{};
        watch.epoch = epoch;  // Answers on their way are for nobody.
        tracker_.remove(*index);
    }
}

void Feed::State::set_priority(std::span<const Pubkey> accounts, Priority priority) {
    for (const Pubkey& account : accounts) {
        const auto index = tracker_.find(account);
        if (!index || watches_[*index].priority == priority) {
            continue;
        }
        Watch& watch = watches_[*index];
        const bool is_raised = priority > std::exchange(watch.priority, priority);
        if (is_raised && watch.is_read_wanted) {
            reader_.want(backfill_, {&account, 1}, read_priority(priority), watch.read_slot_min);
        }
        for (const Copy& copy : watch.copies) {
            if (copy.stage != Copy::Stage::None) {
                sockets_[copy.socket]->pubsub.set_account_rank(account, rank_of(priority));
            }
        }
        maintain(*index);
    }
    flush_standings("another account needed the room");
}

void Feed::State::deliver(const ChainUpdate& update, MonoTime received) {
    ++statistics_.updates;
    Trace trace;
    trace.received = received;
    trace.decoded = reactor_.now();
    events_.on_chain_update(update, trace);
}

void Feed::State::on_socket_update(Socket& socket, const ChainUpdate& update, std::uint32_t tag,
                                   MonoTime received) {
    ++socket.notifications;
    const auto* announced = std::get_if<SlotUpdate>(&update);
    const auto slot_of = [](const auto& each) {
        if constexpr (requires { each.slot; }) {
            return Slot{each.slot};
        } else {
            return Slot{};
        }
    };
    const Slot slot_told = std::visit(slot_of, update);
    begin_gauge(received);
    if (announced != nullptr
            ? !gauge_->observe(socket.endpoint, slot_told, received, clock_.slot_time())
            : !is_plausible(slot_told, received)) {
        return on_implausible(socket, slot_told);
    }
    if (const auto* account = std::get_if<AccountUpdate>(&update)) {
        if (tag >= kProgramTag) {
            on_program(tag - kProgramTag, *account, received);
        } else {
            on_account(socket, *account, tag, received);
        }
    } else if (announced != nullptr) {
        on_slot(socket, *announced, received);
    } else if (const auto* signature = std::get_if<SignatureUpdate>(&update)) {
        on_signature(*signature, received);
    } else if (const auto* logs = std::get_if<LogsUpdate>(&update)) {
        on_logs(*logs, tag, received);
    }
}

void Feed::State::on_account(Socket& socket, const AccountUpdate& update, AccountIndex index,
                             MonoTime received) {
    Copy* const copy = copy_on(watches_[index], socket.index);
    if (copy == nullptr) {
        return;
    }
    copy->heard_slot = std::max(copy->heard_slot, update.slot);
    if (tree_.is_abandoned(update.slot)) {
        // It becomes history again when the chain returns to this slot; on_fork() reads it then.
        watches_[index].dropped_slot = std::max(watches_[index].dropped_slot, update.slot);
        ++statistics_.duplicates;
        return;
    }
    const auto source = static_cast<SourceId>(copy - watches_[index].copies.data());
    const AccountTracker::Verdict verdict = tracker_.observe(index, update, source);
    // What is heard through a copy says that it works, and what it says is the newest state: from
    // here on it holds the account. Not so on a socket that lags: it tells of long ago.
    const bool is_newest = verdict != AccountTracker::Verdict::Stale;
    const bool holds = is_newest && socket.phase == Socket::Phase::Live;
    const bool is_news = verdict == AccountTracker::Verdict::Fresh;
    const bool was_heard = standing_of(watches_[index]) == Standing::Heard;
    const std::uint32_t epoch = watches_[index].epoch;
    if (was_heard && holds) {
        hold(*copy, update.slot);
    }
    if (is_news) {
        expect(index, update.slot);
        deliver(update, received);
    } else {
        ++statistics_.duplicates;
    }
    if (was_heard || !holds || watches_[index].epoch != epoch) {
        return;
    }
    change(index, [&](Watch& watch) {
        hold(watch.copies[source], update.slot);
        watch.is_read = true;
    });
    forget_read(index);
    flush_standings({});
    advance();
}

void Feed::State::on_slot(Socket& socket, const SlotUpdate& update, MonoTime received) {
    // The same slot again is no progress: that is a node that stands still, or its gateway.
    if (!socket.has_told_slot || update.slot != socket.slot_told) {
        socket.slot_heard_at = received;
    }
    socket.has_told_slot = true;
    socket.slot_told = update.slot;
    socket.slot = std::max(socket.slot, update.slot);
    rpc_.note_slot(socket.endpoint_name, update.slot);
    clock_.observe(update.slot, received);
    const SlotTree::Change change = tree_.observe(update);
    if (const auto order = tree_.order_of(update.slot)) {
        socket.order = std::max(socket.order, *order);
    }
    if (!change.abandoned.empty() || !change.revived.empty()) {
        on_fork(change);
    }
    note_pace(socket);
    if (!change.is_head) {
        check_lag(reactor_.now());
        ++statistics_.duplicates;
        release_slot(false);
        settle();
        advance();
        return;
    }
    const bool is_new_window = tree_.heads() % kRenewalsWindow == 0;
    for (const auto& each : sockets_) {
        each->renewals_left = kRenewalsPerSlot;
        each->renewed_lately = is_new_window ? 0 : each->renewed_lately;
    }
    check_lag(reactor_.now());
    offer_slot(update, received);
    settle();
    check_expectations();
    check_suspicions();
    advance();
}

// To the pipeline a slot says that what was written before it was told. So it waits until every
// live socket has announced it, and no longer than the reorder window: a slower provider has the
// other half of a swap still on its way. What is written in the slot never waits.
void Feed::State::offer_slot(const SlotUpdate& update, MonoTime received) {
    release_slot(true);
    held_slot_ = HeldSlot{update, received};
    release_slot(false);
    if (held_slot_ && slot_timer_ == 0) {
        slot_timer_ = reactor_.schedule_at(received + settings_.reorder_window, [this] {
            slot_timer_ = 0;
            release_slot(true);
            advance();
        });
    }
}

void Feed::State::release_slot(bool is_due) {
    const auto is_behind = [this](const auto& socket) {
        return socket->phase == Socket::Phase::Live && socket->order < tree_.heads();
    };
    if (!held_slot_ || (!is_due && settings_.reorder_window > Duration{0} &&
                        std::any_of(sockets_.begin(), sockets_.end(), is_behind))) {
        return;
    }
    reactor_.cancel(std::exchange(slot_timer_, 0));
    const HeldSlot held = *std::exchange(held_slot_, std::nullopt);
    deliver(held.update, held.received);
}

void Feed::State::note_problem(std::string_view text) {
    ++statistics_.problems;
    // The 1st, 2nd, 4th, 8th...: a hostile endpoint cannot fill the disk.
    if (std::has_single_bit(statistics_.problems)) {
        telemetry::warning(kLog, "problem {}: {}", statistics_.problems, text);
    }
}

Feed::Feed(net::Reactor& reactor, rpc::RpcClient& rpc, const config::NetworkSettings& network,
           const config::FeedSettings& settings, FeedEvents& events)
    : state_{std::make_unique<State>(reactor, rpc, network, settings, events)} {}

Feed::~Feed() = default;

void Feed::start() { state_->start(); }
void Feed::exclude(std::string_view endpoint) { state_->exclude(endpoint); }
void Feed::admit(std::string_view endpoint) { state_->admit(endpoint); }
void Feed::watch(std::span<const Pubkey> accounts, Priority priority) {
    state_->watch(accounts, priority, false);
}
void Feed::watch_together(std::span<const Pubkey> accounts, Priority priority) {
    state_->watch(accounts, priority, true);
}
void Feed::unwatch(std::span<const Pubkey> accounts) { state_->unwatch(accounts); }
void Feed::set_priority(std::span<const Pubkey> accounts, Priority priority) {
    state_->set_priority(accounts, priority);
}
void Feed::read_holdings(const Pubkey& owner) { state_->read_holdings(owner, 0); }
void Feed::watch_signature(const Signature& signature) { state_->watch_signature(signature); }
void Feed::settings_changed(const config::FeedSettings& settings) {
    state_->settings_changed(settings);
}
void Feed::on_tick(MonoTime now) { state_->on_tick(now); }
bool Feed::is_blind() const { return state_->is_blind(); }
FeedStatistics Feed::statistics() const { return state_->current_statistics(); }

}  // namespace sniperforge::feed
