// SPDX-License-Identifier: MIT
// Socket: one WebSocket of one endpoint, and how it is doing. It tells an owner that knows the
// accounts; it decides nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feed/watch.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/rpc/pubsub.hpp"

namespace sniperforge::feed {

struct Socket;

class SocketOwner {
 public:
    virtual ~SocketOwner() = default;
    virtual void on_socket_update(Socket& socket, const ChainUpdate& update, std::uint32_t tag,
                                  MonoTime received) = 0;
    virtual void on_account_subscribed(Socket& socket, AccountIndex index) = 0;
    virtual void on_account_refused(Socket& socket, AccountIndex index) = 0;
    virtual void on_socket_lost(Socket& socket, const Error& reason) = 0;
    virtual void on_socket_problem(const Error& problem) = 0;
};

struct Socket final : rpc::PubSubEvents {
    enum class Phase : std::uint8_t {
        Down,     // Or open, and no slot heard yet.
        Live,     // Its slots are as new as the others'.
        Stalled,  // Open, and behind, silent or deaf: it counts for nothing.
    };

    Socket(SocketOwner& owner_in, SocketIndex index_in, std::size_t endpoint_in,
           std::string endpoint_name_in, std::size_t capacity_in, net::Reactor& reactor,
           rpc::PubSubOptions options)
        : owner{owner_in},
          index{index_in},
          endpoint{endpoint_in},
          capacity{capacity_in},
          name{options.name},
          url{net::redact_url(options.url)},
          endpoint_name{std::move(endpoint_name_in)},
          pubsub{reactor, std::move(options), *this} {}

    void on_update(const ChainUpdate& update, std::uint32_t tag, MonoTime received) override {
        owner.on_socket_update(*this, update, tag, received);
    }
    void on_account_subscribed(std::uint32_t tag) override {
        owner.on_account_subscribed(*this, tag);
    }
    void on_account_refused(std::uint32_t tag) override { owner.on_account_refused(*this, tag); }
    void on_subscribed() override {}
    void on_lost(const Error& reason) override { owner.on_socket_lost(*this, reason); }
    void on_problem(const Error& problem) override { owner.on_socket_problem(problem); }

    // Accounts may be put here: it works, or has had no chance to fail yet.
    [[nodiscard]] bool is_available() const {
        return phase == Phase::Live || (phase == Phase::Down && (pubsub.is_open() || !has_failed));
    }
    // `is_progressing`: it told another slot lately.
    [[nodiscard]] std::string_view state_name(bool is_progressing) const {
        switch (phase) {
            case Phase::Live:
                return "live";
            case Phase::Stalled:
                return is_deaf ? "deaf" : is_progressing ? "lagging" : "silent";
            case Phase::Down:
                return is_excluded ? "excluded" : pubsub.is_open() ? "opening" : "down";
        }
        return "unknown";
    }

    SocketOwner& owner;
    SocketIndex index;
    std::size_t endpoint;
    std::size_t capacity;  // Accounts, at most.
    std::string name;
    std::string url;            // Without what may be a secret.
    std::string endpoint_name;  // As the pool for RPC knows it.
    rpc::PubSub pubsub;
    std::size_t accounts = 0;
    Phase phase = Phase::Down;
    bool is_excluded = false;              // Not to be opened: Feed::exclude().
    bool has_failed = false;               // Since it was live.
    bool is_given_up = false;              // Down for so long that its accounts went elsewhere.
    Slot slot;                             // Newest that it announced.
    std::uint64_t order = 0;               // Of that slot, among the newest slots of all sockets.
    Slot slot_told;                        // The last one, whatever the order.
    bool has_told_slot = false;            // Since it was opened.
    MonoTime slot_heard_at{};              // Another one than before, or since when it is due.
    std::optional<MonoTime> behind_since;  // By feed.lag_slots.
    std::uint32_t pace_slots = 0;          // Told in pace since it was last behind.
    std::uint32_t pace_slots_min = 1;      // Before it is believed to keep pace.
    MonoTime behind_last{};
    MonoTime down_since{};
    std::string trouble;                     // Why it could not be had; empty: it was live since.
    MonoTime doubted_until{};                // It stalled or refused something: others come first.
    std::vector<AccountIndex> acknowledged;  // Since its last slot.
    std::uint32_t renewals_left = 0;         // Until the next slot.
    std::uint32_t renewed_lately = 0;        // Since a multiple of 64 slots.
    bool is_deaf = false;                    // Too many of those: to be opened anew.
    MonoTime reopened_at{}, reopen_due{};    // By us; not again before that.
    Duration reopen_wait{0};                 // After the last time.
    std::uint64_t notifications = 0, stalls = 0, losses = 0, renewed = 0;
};

}  // namespace sniperforge::feed
