// SPDX-License-Identifier: MIT
// The inside of PubSub: pubsub.cpp keeps the connection and sends, pubsub_frames.cpp reads.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rpc/notification.hpp"
#include "rpc/reply.hpp"
#include "rpc/subscription_ledger.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/net/secret_scrubber.hpp"
#include "sniperforge/net/websocket.hpp"
#include "sniperforge/rpc/pubsub.hpp"

namespace sniperforge::rpc {

// Doubles from min to max, each with a jitter of a quarter either way.
class Backoff {
 public:
    Backoff(Duration min, Duration max) : min_{min}, max_{std::max(min, max)}, next_{min} {}
    [[nodiscard]] Duration next(Rng& rng) {
        const Duration base = next_;
        next_ = std::min(next_ * 2, max_);
        const auto half = static_cast<std::uint64_t>(base.count() / 2);
        return base * 3 / 4 + Duration{static_cast<std::int64_t>(rng.below(half + 1))};
    }
    void reset() { next_ = min_; }

 private:
    Duration min_, max_, next_;
};

struct PubSub::State final : net::WebSocketEvents {
    State(net::Reactor& reactor_in, PubSubOptions options_in, PubSubEvents& events_in);
    ~State() override;
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void start();
    void subscribe(const Subscription& what, SubscriptionLabel label = {});
    void unsubscribe(const Subscription& what);
    void lose(const Error& reason);
    [[nodiscard]] Subscription of_account(const Pubkey& account) const {
        return {
            .kind = Subscription::Kind::Account, .key = account, .commitment = options.commitment};
    }

    void on_open() override;
    void on_message(std::string_view message, MonoTime at) override;
    void on_close(const Error& reason) override { lose(reason); }

    net::Reactor& reactor;
    PubSubOptions options;
    PubSubEvents& events;
    SubscriptionLedger ledger;
    std::uint64_t notifications = 0, problems = 0;
    bool is_open = false;

 private:
    // A request of ours that the node has not answered yet.
    struct OpenRequest {
        bool is_subscribe = true;
        bool is_unwanted = false;  // Subscribe: unsubscribed before the answer came.
        Subscription::Kind kind = Subscription::Kind::Account;
        std::size_t entry = 0;           // Subscribe: its place in the ledger.
        std::uint64_t subscription = 0;  // Unsubscribe: what it ends.
        MonoTime sent_at;
    };
    // A notification whose subscription we do not know yet. `text` has the parser's padding.
    struct HeldFrame {
        std::uint64_t subscription = 0;
        std::string text;
        std::size_t size = 0;
        MonoTime at;
    };

    void connect();
    void pump();
    void pump_soon();
    void send_unsubscribe(Subscription::Kind kind, std::uint64_t subscription);
    void watch_answers();
    void check_answers();
    void announce_if_settled();
    void announce_soon();
    void problem(std::string_view text);
    // A server's words without our secrets, cut short: not cut first, or half a secret stays.
    [[nodiscard]] std::string shown(std::string_view server_text) const {
        constexpr std::size_t kLookedAtMax = 8'192;
        return excerpt(secrets_.scrub(server_text.substr(0, kLookedAtMax)));
    }

    void on_notification(const Notification& notification, std::string_view message, MonoTime at);
    void deliver(std::size_t index, Notification notification, MonoTime at);
    void hold(std::uint64_t subscription, std::string_view message, MonoTime at);
    void release_held(std::uint64_t subscription);
    void drop_held_if_unclaimed();
    void on_acknowledgement(const Acknowledgement& acknowledgement);
    void on_refusal(const Refusal& refusal);
    [[nodiscard]] std::optional<OpenRequest> take_request(std::uint64_t id);

    Rng rng_;
    net::SecretScrubber secrets_;  // Gateways repeat what they refuse.
    Backoff reconnect_backoff_, retry_backoff_;
    std::optional<net::Url> url_;
    std::unique_ptr<net::WebSocketClient> socket_;
    FrameDecoder decoder_;
    std::map<std::uint64_t, OpenRequest> open_requests_;  // By our id, thus by age.
    std::size_t subscribes_open_ = 0;
    std::set<std::uint64_t> retired_;  // Unsubscribed, the answer to that still to come.
    std::deque<HeldFrame> held_;
    std::size_t held_bytes_ = 0;
    MonoTime opened_at_{};
    std::uint64_t next_id_ = 1;
    std::uint64_t connections_ = 0;
    net::TimerId connect_timer_ = 0, answer_timer_ = 0, retry_timer_ = 0, announce_timer_ = 0,
                 pump_timer_ = 0;
    bool is_announced_ = false;
    bool was_announced_ = false;         // Once, on this connection.
    std::vector<std::string> outgoing_;  // Requests of one pump, kept for their storage.
};

}  // namespace sniperforge::rpc
