// SPDX-License-Identifier: MIT
// Feed's wiring: sockets and their events, what is handed on and what was heard before.
#include "sniperforge/feed/feed.hpp"

#include <algorithm>
#include <bit>
#include <utility>
#include <variant>

#include "feed/feed_state.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {
namespace {

constexpr std::string_view kLog = "feed";
// Watched accounts are subscribed on this many endpoints where there are as many.
constexpr std::size_t kCarriers = 2;
// The pool, two vaults and a fee config.
constexpr std::size_t kAccountsPerPool = 4;
constexpr std::size_t kSignaturesMax = 512;

}  // namespace

Feed::State::Socket::Socket(State& feed_in, std::size_t index_in, rpc::PubSubOptions options)
    : feed{feed_in},
      index{index_in},
      name{options.name},
      pubsub{feed_in.reactor_, std::move(options), *this} {}

void Feed::State::Socket::on_update(const ChainUpdate& update, MonoTime received) {
    if (const auto* account = std::get_if<AccountUpdate>(&update)) {
        feed.on_account(*this, *account, received);
    } else if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
        feed.on_slot(*this, *slot, received);
    } else if (const auto* signature = std::get_if<SignatureUpdate>(&update)) {
        feed.on_signature(*signature, received);
    } else {
        feed.deliver(update, received);
    }
}

void Feed::State::Socket::on_subscribed() { feed.on_socket_subscribed(*this); }
void Feed::State::Socket::on_lost(const Error& reason) { feed.on_socket_lost(*this, reason); }
void Feed::State::Socket::on_problem(const Error& problem) { feed.note_problem(problem.text); }

Feed::State::State(net::Reactor& reactor_in, rpc::RpcClient& rpc_in,
                   const config::NetworkSettings& network, const config::FeedSettings& settings_in,
                   FeedEvents& events_in)
    : reactor_{reactor_in}, rpc_{rpc_in}, settings_{settings_in}, events_{events_in} {
    settings_.stall_slots = std::max(settings_.stall_slots, 1U);
    for (const config::EndpointSettings& endpoint : network.endpoints) {
        if (endpoint.pubsub_url.empty()) {
            continue;
        }
        const std::size_t index = sockets_.size();
        sockets_.push_back(std::make_unique<Socket>(
            *this, index,
            rpc::PubSubOptions{.name = endpoint.name,
                               .url = endpoint.pubsub_url,
                               .api_key = endpoint.api_key ? endpoint.api_key->value : "",
                               .api_key_header = endpoint.api_key_header,
                               .commitment = Commitment::Processed,
                               .reconnect_delay_min = network.reconnect_delay_min,
                               .reconnect_delay_max = network.reconnect_delay_max,
                               .seed = index + 1}));
        sockets_.back()->is_carrier = index < kCarriers;
    }
}

Feed::State::~State() { reactor_.cancel(read_timer_); }

void Feed::State::start() {
    for (const auto& socket : sockets_) {
        socket->down_since = reactor_.now();
        socket->pubsub.subscribe_slots();
    }
    if (settings_.is_watching_new_pools && !sockets_.empty()) {
        subscribe_programs(*sockets_.front());
    }
    watch(settings_.pools);
    for (const auto& socket : sockets_) {
        socket->pubsub.start();
    }
}

void Feed::State::subscribe_programs(Socket& socket) {
    for (const VenueId venue : {VenueId::RaydiumCpmm, VenueId::RaydiumAmmV4}) {
        if (program_socket_) {
            sockets_[*program_socket_]->pubsub.unsubscribe_program(dex::program_of(venue),
                                                                   dex::pool_bytes(venue));
        }
        socket.pubsub.subscribe_program(dex::program_of(venue), dex::pool_bytes(venue));
    }
    program_socket_ = socket.index;
}

void Feed::State::watch(std::span<const Pubkey> accounts) {
    for (const Pubkey& account : accounts) {
        if (tracker_.size() >= settings_.pools_max * kAccountsPerPool) {
            if (!tracker_.contains(account)) {
                note_problem("feed.pools_max is reached: further accounts are not watched");
            }
            continue;
        }
        if (!tracker_.add(account)) {
            continue;
        }
        awaiting_.push_back(account);
        for (const auto& socket : sockets_) {
            if (socket->is_carrier) {
                socket->pubsub.subscribe_account(account);
            }
        }
    }
}

void Feed::State::unwatch(std::span<const Pubkey> accounts) {
    for (const Pubkey& account : accounts) {
        if (!tracker_.remove(account)) {
            continue;
        }
        for (const auto& socket : sockets_) {
            if (socket->is_carrier) {
                socket->pubsub.unsubscribe_account(account);
            }
        }
    }
}

void Feed::State::watch_signature(const Signature& signature) {
    if (!signatures_open_.try_emplace(signature, true).second) {
        return;
    }
    signatures_.push_back(signature);
    for (const auto& socket : sockets_) {
        socket->pubsub.subscribe_signature(signature, Commitment::Confirmed);
    }
    if (signatures_.size() > kSignaturesMax) {
        // It never landed, or it landed long ago: either way nobody waits for it any more.
        for (const auto& socket : sockets_) {
            socket->pubsub.unsubscribe_signature(signatures_.front(), Commitment::Confirmed);
        }
        signatures_open_.erase(signatures_.front());
        signatures_.pop_front();
    }
}

void Feed::State::deliver(const ChainUpdate& update, MonoTime received) {
    ++statistics_.updates;
    Trace trace;
    trace.received = received;
    trace.decoded = reactor_.now();
    events_.on_chain_update(update, trace);
}

void Feed::State::on_account(Socket& socket, const AccountUpdate& update, MonoTime received) {
    switch (tracker_.observe(update, socket.index % kRpcSource)) {
        case AccountTracker::Verdict::Fresh:
        case AccountTracker::Verdict::Unknown:  // A new pool, through its program.
            deliver(update, received);
            return;
        case AccountTracker::Verdict::Duplicate:
        case AccountTracker::Verdict::Stale:
            ++statistics_.duplicates;
            return;
    }
}

void Feed::State::on_slot(Socket& socket, const SlotUpdate& update, MonoTime received) {
    socket.slot_heard_at = received;
    const bool is_newest = clock_.observe(update.slot, received);
    // A carrier that lags behind the others by a stall's worth of slots is as good as silent.
    if (socket.is_carrier && socket.is_covering &&
        clock_.slot().since(update.slot) < settings_.stall_slots) {
        heard_at_ = received;
    }
    if (is_newest) {
        deliver(update, received);
    } else {
        ++statistics_.duplicates;
    }
    if (statistics_.is_blind || !awaiting_.empty()) {
        advance();
    }
}

void Feed::State::on_signature(const SignatureUpdate& update, MonoTime received) {
    const auto open = signatures_open_.find(update.signature);
    if (open == signatures_open_.end() || !open->second) {
        ++statistics_.duplicates;
        return;
    }
    open->second = false;
    deliver(update, received);
}

void Feed::State::note_problem(std::string_view text) {
    ++statistics_.problems;
    // The 1st, 2nd, 4th, 8th...: a hostile endpoint cannot fill the disk.
    if (std::has_single_bit(statistics_.problems)) {
        telemetry::warning(kLog, "problem {}: {}", statistics_.problems, text);
    }
}

FeedStatistics Feed::State::current_statistics() const {
    FeedStatistics out = statistics_;
    out.accounts_watched = tracker_.size();
    out.slot = clock_.slot();
    out.slot_time = clock_.slot_time();
    return out;
}

Feed::Feed(net::Reactor& reactor, rpc::RpcClient& rpc, const config::NetworkSettings& network,
           const config::FeedSettings& settings, FeedEvents& events)
    : state_{std::make_unique<State>(reactor, rpc, network, settings, events)} {}

Feed::~Feed() = default;

void Feed::start() { state_->start(); }
void Feed::watch(std::span<const Pubkey> accounts) { state_->watch(accounts); }
void Feed::unwatch(std::span<const Pubkey> accounts) { state_->unwatch(accounts); }
void Feed::watch_signature(const Signature& signature) { state_->watch_signature(signature); }
void Feed::on_tick(MonoTime now) { state_->on_tick(now); }
FeedStatistics Feed::statistics() const { return state_->current_statistics(); }

}  // namespace sniperforge::feed
