// SPDX-License-Identifier: MIT
// PubSub's connection: opened, given up and opened again, and the requests that go out on it.
#include "sniperforge/rpc/pubsub.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rpc/pubsub_state.hpp"

namespace sniperforge::rpc {
namespace {

// Requests without an answer at one time: 1,000 subscriptions take one round trip, and a node is
// given no more than about 350 kB ahead of its own pace.
constexpr std::size_t kRequestsOpenMax = 2'048;
// The window is filled again when a quarter of it is free: one write for many requests.
constexpr std::size_t kRequestsRefill = kRequestsOpenMax / 4;
// A node that has not answered a request for this long is given up.
constexpr Duration kAnswerTimeout = std::chrono::seconds{10};
// A connection that has served for this long is opened again at once when it is lost: that is what
// restarts and load balancers do. One that ends sooner waits, or a node that refuses us is flooded.
constexpr Duration kStableMin = std::chrono::seconds{1};
// Before what the node refused is asked for again.
constexpr Duration kRetryDelayMin = std::chrono::seconds{1};

}  // namespace

PubSub::State::State(net::Reactor& reactor_in, PubSubOptions options_in, PubSubEvents& events_in)
    : reactor{reactor_in},
      options{std::move(options_in)},
      events{events_in},
      rng_{options.seed},
      reconnect_backoff_{options.reconnect_delay_min, options.reconnect_delay_max},
      retry_backoff_{kRetryDelayMin, options.reconnect_delay_max} {
    secrets_.add_url(options.url);
    secrets_.add(options.api_key);
}

PubSub::State::~State() {
    for (const net::TimerId timer :
         {connect_timer_, answer_timer_, retry_timer_, announce_timer_, pump_timer_}) {
        reactor.cancel(timer);
    }
}

void PubSub::State::start() {
    if (url_ || connect_timer_ != 0) {
        return;
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
    net::WebSocketOptions socket_options;
    if (!options.api_key.empty()) {
        socket_options.headers = {{options.api_key_header, options.api_key}};
    }
    socket_ = std::make_unique<net::WebSocketClient>(
        reactor, *url_, *this, std::move(socket_options), options.seed + connections_);
}

void PubSub::State::on_open() {
    is_open = true;
    opened_at_ = reactor.now();
    retry_backoff_.reset();
    ledger.restart();  // By the ranks as they are now.
    pump();
}

void PubSub::State::lose(const Error& reason) {
    if (socket_) {
        socket_->close();
    }
    const bool was_stable = is_open && was_announced_ && reactor.now() - opened_at_ >= kStableMin;
    was_announced_ = false;
    is_open = false;
    is_announced_ = false;
    ledger.restart();
    open_requests_.clear();
    subscribes_open_ = 0;
    retired_.clear();
    held_.clear();
    held_bytes_ = 0;
    for (net::TimerId* timer : {&answer_timer_, &retry_timer_, &announce_timer_, &pump_timer_}) {
        reactor.cancel(std::exchange(*timer, 0));
    }
    if (connect_timer_ == 0) {
        connect_timer_ = reactor.schedule_after(
            was_stable ? Duration{0} : reconnect_backoff_.next(rng_), [this] { connect(); });
    }
    events.on_lost(Error{fmt::format("{}: {}", options.name, secrets_.scrub(reason.text))});
}

void PubSub::State::subscribe(const Subscription& what, SubscriptionLabel label) {
    if (ledger.add(what, label)) {
        is_announced_ = false;
        pump_soon();
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
    const bool is_refilling = open_requests_.size() + kRequestsRefill > kRequestsOpenMax;
    while (!is_refilling && open_requests_.size() < kRequestsOpenMax) {
        const auto index = ledger.take_next();
        if (!index) {
            break;
        }
        const Subscription& what = ledger.entry(*index).what;
        const std::uint64_t id = next_id_++;
        open_requests_[id] =
            OpenRequest{.kind = what.kind, .entry = *index, .sent_at = reactor.now()};
        ++subscribes_open_;
        outgoing_.push_back(subscribe_request(what, id));
    }
    socket_->send_texts(outgoing_);
    outgoing_.clear();
    watch_answers();
    announce_if_settled();
}

// Behind the current event: whoever subscribes to one account often subscribes to many.
void PubSub::State::pump_soon() {
    if (is_open && pump_timer_ == 0) {
        pump_timer_ = reactor.schedule_at(reactor.now(), [this] {
            pump_timer_ = 0;
            pump();
        });
    }
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
    is_announced_ = was_announced_ = true;
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

void PubSub::subscribe_account(const Pubkey& account, std::uint32_t tag, std::uint8_t rank) {
    state_->subscribe(state_->of_account(account), {.tag = tag, .rank = rank});
}

void PubSub::set_account_rank(const Pubkey& account, std::uint8_t rank) {
    if (const auto index = state_->ledger.find(state_->of_account(account))) {
        state_->ledger.set_rank(*index, rank);
    }
}

void PubSub::renew_account(const Pubkey& account) {
    const Subscription what = state_->of_account(account);
    if (const auto index = state_->ledger.find(what)) {
        const SubscriptionLabel label = state_->ledger.entry(*index).label;
        state_->unsubscribe(what);
        state_->subscribe(what, label);
    }
}

void PubSub::subscribe_program(const Pubkey& program, const ProgramFilter& filter,
                               std::uint32_t tag) {
    state_->subscribe({.kind = Subscription::Kind::Program,
                       .key = program,
                       .filter = filter,
                       .commitment = state_->options.commitment},
                      {.tag = tag});
}

void PubSub::subscribe_logs(const Pubkey& mentioned, std::uint32_t tag) {
    state_->subscribe({.kind = Subscription::Kind::Logs,
                       .key = mentioned,
                       .commitment = state_->options.commitment},
                      {.tag = tag});
}

void PubSub::subscribe_signature(const Signature& signature, Commitment commitment) {
    state_->subscribe(
        {.kind = Subscription::Kind::Signature, .signature = signature, .commitment = commitment});
}

void PubSub::unsubscribe_account(const Pubkey& account) {
    state_->unsubscribe(state_->of_account(account));
}

void PubSub::unsubscribe_program(const Pubkey& program, const ProgramFilter& filter) {
    state_->unsubscribe({.kind = Subscription::Kind::Program,
                         .key = program,
                         .filter = filter,
                         .commitment = state_->options.commitment});
}

void PubSub::unsubscribe_logs(const Pubkey& mentioned) {
    state_->unsubscribe({.kind = Subscription::Kind::Logs,
                         .key = mentioned,
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

bool PubSub::is_open() const { return state_->is_open; }
bool PubSub::is_subscribed() const { return state_->is_open && state_->ledger.is_settled(); }
std::size_t PubSub::subscriptions() const { return state_->ledger.size(); }
std::uint64_t PubSub::notifications() const { return state_->notifications; }
std::uint64_t PubSub::problems() const { return state_->problems; }

}  // namespace sniperforge::rpc
