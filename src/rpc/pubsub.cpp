// SPDX-License-Identifier: MIT
// PubSub's connection: opened, given up and opened again, and the requests that go out on it.
#include "sniperforge/rpc/pubsub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rpc/pubsub_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::rpc {
namespace {

// Requests without an answer at one time: thousands of subscriptions go out as a stream that the
// node's own pace bounds, about 40 kB ahead of it.
constexpr std::size_t kRequestsOpenMax = 256;
// A node that has not answered a request for this long is given up.
constexpr Duration kAnswerTimeout = std::chrono::seconds{10};
// Before what the node refused is asked for again.
constexpr Duration kRetryDelayMin = std::chrono::seconds{1};

}  // namespace

PubSub::State::State(net::Reactor& reactor_in, PubSubOptions options_in, PubSubEvents& events_in)
    : reactor{reactor_in},
      options{std::move(options_in)},
      events{events_in},
      rng_{options.seed},
      reconnect_backoff_{options.reconnect_delay_min, options.reconnect_delay_max},
      retry_backoff_{kRetryDelayMin, options.reconnect_delay_max} {}

PubSub::State::~State() {
    for (const net::TimerId timer :
         {connect_timer_, answer_timer_, retry_timer_, announce_timer_}) {
        reactor.cancel(timer);
    }
}

void PubSub::State::start() {
    if (url_ || connect_timer_ != 0) {
        return;
    }
    if (!options.api_key.empty()) {
        telemetry::info("rpc",
                        "{}: a WebSocket handshake carries no {} header; if the provider wants a "
                        "key there, write it into the pubsub_url",
                        options.name, options.api_key_header);
    }
    connect_timer_ = reactor.schedule_at(reactor.now(), [this] {
        connect_timer_ = 0;
        const auto url = net::parse_url(options.url);
        if (!url) {
            // The configuration was checked: this is for callers that made up their own.
            problem(url.error().text);
            return;
        }
        url_ = *url;
        connect();
    });
}

void PubSub::State::connect() {
    connect_timer_ = 0;
    ++connections_;
    socket_ = std::make_unique<net::WebSocketClient>(reactor, *url_, *this, net::WebSocketOptions{},
                                                     options.seed + connections_);
}

void PubSub::State::on_open() {
    is_open = true;
    retry_backoff_.reset();
    pump();
}

void PubSub::State::lose(const Error& reason) {
    if (socket_) {
        socket_->close();
    }
    is_open = false;
    is_announced_ = false;
    ledger.restart();
    open_requests_.clear();
    subscribes_open_ = 0;
    retired_.clear();
    held_.clear();
    held_bytes_ = 0;
    for (net::TimerId* timer : {&answer_timer_, &retry_timer_, &announce_timer_}) {
        reactor.cancel(std::exchange(*timer, 0));
    }
    if (connect_timer_ == 0) {
        connect_timer_ =
            reactor.schedule_after(reconnect_backoff_.next(rng_), [this] { connect(); });
    }
    events.on_lost(Error{fmt::format("{}: {}", options.name, reason.text)});
}

void PubSub::State::subscribe(const Subscription& what) {
    if (ledger.add(what)) {
        is_announced_ = false;
        pump();
    }
}

void PubSub::State::unsubscribe(const Subscription& what) {
    const auto index = ledger.find(what);
    if (!index) {
        return;
    }
    const SubscriptionLedger::Entry entry = ledger.entry(*index);
    ledger.remove(*index);
    if (entry.status == SubscriptionLedger::Status::Active) {
        send_unsubscribe(what.kind, entry.subscription);
    } else if (entry.status == SubscriptionLedger::Status::Sent) {
        for (auto& [id, request] : open_requests_) {
            if (request.is_subscribe && !request.is_unwanted && request.entry == *index) {
                request.is_unwanted = true;
            }
        }
    }
    announce_soon();
}

void PubSub::State::send_unsubscribe(Subscription::Kind kind, std::uint64_t subscription) {
    retired_.insert(subscription);
    const std::uint64_t id = next_id_++;
    open_requests_[id] = OpenRequest{.is_subscribe = false,
                                     .kind = kind,
                                     .subscription = subscription,
                                     .sent_at = reactor.now()};
    socket_->send_text(unsubscribe_request(kind, subscription, id));
    watch_answers();
}

// Sends what waits, as far as the bound allows.
void PubSub::State::pump() {
    if (!is_open) {
        return;
    }
    while (open_requests_.size() < kRequestsOpenMax) {
        const auto index = ledger.take_next();
        if (!index) {
            break;
        }
        const Subscription& what = ledger.entry(*index).what;
        const std::uint64_t id = next_id_++;
        open_requests_[id] =
            OpenRequest{.kind = what.kind, .entry = *index, .sent_at = reactor.now()};
        ++subscribes_open_;
        socket_->send_text(subscribe_request(what, id));
    }
    watch_answers();
    announce_if_settled();
}

void PubSub::State::watch_answers() {
    if (answer_timer_ == 0 && !open_requests_.empty()) {
        answer_timer_ = reactor.schedule_at(open_requests_.begin()->second.sent_at + kAnswerTimeout,
                                            [this] { check_answers(); });
    }
}

void PubSub::State::check_answers() {
    answer_timer_ = 0;
    if (!open_requests_.empty() &&
        reactor.now() >= open_requests_.begin()->second.sent_at + kAnswerTimeout) {
        lose(Error{fmt::format("no answer to a subscription for {} s",
                               kAnswerTimeout / std::chrono::seconds{1})});
        return;
    }
    watch_answers();
}

void PubSub::State::announce_if_settled() {
    if (!is_open || is_announced_ || !ledger.is_settled()) {
        return;
    }
    is_announced_ = true;
    reconnect_backoff_.reset();
    events.on_subscribed();
}

// As an event of its own: not from inside a call of the owner's.
void PubSub::State::announce_soon() {
    if (announce_timer_ == 0) {
        announce_timer_ = reactor.schedule_at(reactor.now(), [this] {
            announce_timer_ = 0;
            announce_if_settled();
        });
    }
}

PubSub::PubSub(net::Reactor& reactor, PubSubOptions options, PubSubEvents& events)
    : state_{std::make_unique<State>(reactor, std::move(options), events)} {}

PubSub::~PubSub() = default;

void PubSub::start() { state_->start(); }

void PubSub::subscribe_slots() { state_->subscribe({.kind = Subscription::Kind::Slots}); }

void PubSub::subscribe_account(const Pubkey& account) {
    state_->subscribe({.kind = Subscription::Kind::Account,
                       .key = account,
                       .commitment = state_->options.commitment});
}

void PubSub::subscribe_program(const Pubkey& program, std::size_t data_size) {
    state_->subscribe({.kind = Subscription::Kind::Program,
                       .key = program,
                       .data_size = data_size,
                       .commitment = state_->options.commitment});
}

void PubSub::subscribe_logs(const Pubkey& mentioned) {
    state_->subscribe({.kind = Subscription::Kind::Logs,
                       .key = mentioned,
                       .commitment = state_->options.commitment});
}

void PubSub::subscribe_signature(const Signature& signature, Commitment commitment) {
    state_->subscribe(
        {.kind = Subscription::Kind::Signature, .signature = signature, .commitment = commitment});
}

void PubSub::unsubscribe_account(const Pubkey& account) {
    state_->unsubscribe({.kind = Subscription::Kind::Account,
                         .key = account,
                         .commitment = state_->options.commitment});
}

void PubSub::unsubscribe_program(const Pubkey& program, std::size_t data_size) {
    state_->unsubscribe({.kind = Subscription::Kind::Program,
                         .key = program,
                         .data_size = data_size,
                         .commitment = state_->options.commitment});
}

void PubSub::unsubscribe_signature(const Signature& signature, Commitment commitment) {
    state_->unsubscribe(
        {.kind = Subscription::Kind::Signature, .signature = signature, .commitment = commitment});
}

void PubSub::reconnect(const Error& reason) {
    if (state_->is_open) {
        state_->lose(reason);
    }
}

bool PubSub::is_subscribed() const { return state_->is_open && state_->ledger.is_settled(); }
std::size_t PubSub::subscriptions() const { return state_->ledger.size(); }
std::uint64_t PubSub::notifications() const { return state_->notifications; }
std::uint64_t PubSub::problems() const { return state_->problems; }

}  // namespace sniperforge::rpc
