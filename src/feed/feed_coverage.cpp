// SPDX-License-Identifier: MIT
// When we see and when we are blind: losses, the watchdog, and the reads that make the book whole
// before entries resume.
//
// We see while some carrier has every watched account subscribed, speaks of recent slots, and every
// watched account was read after its subscription was active.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "feed/feed_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {
namespace {

constexpr std::string_view kLog = "feed";
constexpr std::size_t kBatch = 100;  // getMultipleAccounts takes no more.
constexpr std::size_t kReadsOpenMax = 4;
// How long a carrier may be away before another endpoint takes over: reconnecting is cheaper than
// thousands of new subscriptions.
constexpr Duration kCarrierPatience = std::chrono::seconds{5};
constexpr Duration kProgramPatience = std::chrono::seconds{1};
// A connected socket without slots is opened anew after this many stall windows, and not before
// kSilenceMin: leaders that skip their four slots are common, and no fault of the socket's.
constexpr int kSilentWindows = 4;
constexpr Duration kSilenceMin = std::chrono::seconds{5};

}  // namespace

Duration Feed::State::stall_window() const {
    return clock_.slot_time() * static_cast<std::int64_t>(settings_.stall_slots);
}

bool Feed::State::is_hearing() const {
    return heard_at_ && reactor_.now() - *heard_at_ <= stall_window();
}

// One through which everything watched arrives now, not only what was watched a moment ago.
Feed::State::Socket* Feed::State::covering_socket() {
    for (const auto& socket : sockets_) {
        if (socket->is_carrier && socket->is_covering && socket->pubsub.is_subscribed()) {
            return socket.get();
        }
    }
    return nullptr;
}

void Feed::State::on_socket_subscribed(Socket& socket) {
    if (!socket.is_connected) {
        socket.is_connected = true;
        socket.slot_heard_at = reactor_.now();
        telemetry::info(kLog, "{}: subscribed, {} subscriptions", socket.name,
                        socket.pubsub.subscriptions());
    }
    socket.is_covering = true;
    advance();
}

void Feed::State::on_socket_lost(Socket& socket, const Error& reason) {
    const bool was_connected = std::exchange(socket.is_connected, false);
    socket.is_covering = false;
    if (!was_connected) {
        return;  // Another failed attempt.
    }
    socket.down_since = reactor_.now();
    telemetry::warning(kLog, "lost {}", reason.text);
    // With another carrier in full cover nothing was missed. When that one still waits for an
    // answer, the account in question may have changed unheard.
    if (socket.is_carrier && covering_socket() == nullptr) {
        go_blind(socket.name, reason.text);
    }
}

void Feed::State::go_blind(std::string_view endpoint, std::string_view reason) {
    ++generation_;
    reads_open_ = 0;
    readable_.clear();
    awaiting_ = tracker_.accounts();
    heard_at_.reset();
    if (std::exchange(statistics_.is_blind, true)) {
        return;
    }
    ++statistics_.lost;
    telemetry::warning(kLog, "blind: {}", reason);
    deliver(FeedLost{.endpoint = endpoint, .reason = reason}, reactor_.now());
}

void Feed::State::advance() {
    Socket* const socket = covering_socket();
    if (socket == nullptr || !is_hearing()) {
        return;
    }
    for (const Pubkey& account : std::exchange(awaiting_, {})) {
        readable_.push_back({.account = account, .slot_min = clock_.slot()});
    }
    pump_reads();
    if (statistics_.is_blind && readable_.empty() && reads_open_ == 0 && awaiting_.empty()) {
        statistics_.is_blind = false;
        telemetry::info(kLog, "sighted through {}: {} accounts at slot {}", socket->name,
                        tracker_.size(), clock_.slot().value);
        deliver(FeedRestored{.endpoint = socket->name}, reactor_.now());
    }
}

void Feed::State::pump_reads() {
    while (!is_read_paused_ && reads_open_ < kReadsOpenMax && !readable_.empty()) {
        std::vector<Pubkey> keys;
        Slot slot_min;
        while (keys.size() < kBatch && !readable_.empty()) {
            const WantedRead wanted = readable_.front();
            readable_.pop_front();
            if (tracker_.contains(wanted.account)) {
                keys.push_back(wanted.account);
                slot_min = std::max(slot_min, wanted.slot_min);
            }
        }
        if (!keys.empty()) {
            read_batch(std::move(keys), slot_min);
        }
    }
}

void Feed::State::read_batch(std::vector<Pubkey> keys, Slot slot_min) {
    ++reads_open_;
    const std::span<const Pubkey> asked{keys};
    // The span is read before the call returns; the vector's storage survives its move.
    rpc_.get_multiple_accounts(
        asked, Commitment::Processed,
        [this, alive = std::weak_ptr<int>{alive_}, generation = generation_, keys = std::move(keys),
         slot_min](rpc::RpcResult<rpc::MultipleAccounts> result) {
            if (!alive.expired()) {
                on_read(generation, keys, slot_min, std::move(result));
            }
        });
}

void Feed::State::on_read(std::uint64_t generation, const std::vector<Pubkey>& keys, Slot slot_min,
                          rpc::RpcResult<rpc::MultipleAccounts> result) {
    if (generation != generation_) {
        return;  // Blind since: everything is read again.
    }
    --reads_open_;
    if (!result) {
        note_problem(fmt::format("reading {} accounts: {}", keys.size(), result.error().text()));
        read_again_later(keys, slot_min);
        return;
    }
    if (result->context_slot < slot_min) {
        // The node that answered is behind the one that notifies.
        read_again_later(keys, slot_min);
        return;
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        deliver_read(keys[i], result->accounts[i], result->context_slot);
        if (generation != generation_) {
            return;
        }
    }
    advance();
    pump_reads();  // Even when sight is lost for the moment: what is readable stays so.
}

void Feed::State::read_again_later(const std::vector<Pubkey>& keys, Slot slot_min) {
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        readable_.push_front({.account = *key, .slot_min = slot_min});
    }
    if (std::exchange(is_read_paused_, true)) {
        return;
    }
    read_timer_ = reactor_.schedule_after(clock_.slot_time(), [this] {
        read_timer_ = 0;
        is_read_paused_ = false;
        pump_reads();
        advance();
    });
}

void Feed::State::deliver_read(const Pubkey& key, const std::optional<rpc::AccountData>& account,
                               Slot slot) {
    AccountUpdate update;
    update.slot = slot;
    update.pubkey = key;
    if (account) {
        update.owner = account->owner;
        update.lamports = account->lamports;
        update.data = account->data;
    }
    ++statistics_.backfilled;
    switch (tracker_.observe(update, kRpcSource)) {
        case AccountTracker::Verdict::Fresh:
            deliver(update, reactor_.now());
            return;
        case AccountTracker::Verdict::Duplicate:
        case AccountTracker::Verdict::Stale:
            ++statistics_.duplicates;
            return;
        case AccountTracker::Verdict::Unknown:
            return;  // Unwatched while the answer was on its way.
    }
}

void Feed::State::on_tick(MonoTime now) {
    if (!statistics_.is_blind && !is_hearing()) {
        go_blind("all endpoints",
                 fmt::format("no recent slot for {} ms, {} slots of {} ms",
                             stall_window() / std::chrono::milliseconds{1}, settings_.stall_slots,
                             clock_.slot_time() / std::chrono::milliseconds{1}));
    }
    reconnect_silent(now);
    move_carriers(now);
    move_programs(now);
}

void Feed::State::reconnect_silent(MonoTime now) {
    const Duration limit = std::max(stall_window() * kSilentWindows, kSilenceMin);
    for (const auto& socket : sockets_) {
        if (socket->is_connected && now - socket->slot_heard_at > limit) {
            socket->pubsub.reconnect(Error{fmt::format("no slot notification for {} ms",
                                                       limit / std::chrono::milliseconds{1})});
        }
    }
}

// A carrier that stays away hands its accounts to a connected endpoint that carries none.
void Feed::State::move_carriers(MonoTime now) {
    for (const auto& from : sockets_) {
        if (!from->is_carrier || from->is_connected || now - from->down_since < kCarrierPatience) {
            continue;
        }
        const auto to = std::find_if(sockets_.begin(), sockets_.end(), [](const auto& socket) {
            return socket->is_connected && !socket->is_carrier;
        });
        if (to == sockets_.end()) {
            return;
        }
        telemetry::warning(kLog, "{} is away: {} takes over its {} accounts", from->name,
                           (*to)->name, tracker_.size());
        from->is_carrier = false;
        (*to)->is_carrier = true;
        // Until on_subscribed() comes again.
        (*to)->is_covering = tracker_.size() == 0;
        for (const Pubkey& account : tracker_.accounts()) {
            from->pubsub.unsubscribe_account(account);
            (*to)->pubsub.subscribe_account(account);
        }
    }
}

void Feed::State::move_programs(MonoTime now) {
    if (!program_socket_) {
        return;
    }
    const Socket& current = *sockets_[*program_socket_];
    if (current.is_connected || now - current.down_since < kProgramPatience) {
        return;
    }
    for (const auto& socket : sockets_) {
        if (socket->is_connected) {
            telemetry::warning(kLog, "{} is away: {} listens for new pools", current.name,
                               socket->name);
            subscribe_programs(*socket);
            return;
        }
    }
}

}  // namespace sniperforge::feed
