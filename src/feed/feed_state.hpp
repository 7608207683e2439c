// SPDX-License-Identifier: MIT
// The inside of Feed: feed.cpp wires and tells apart, feed_coverage.cpp decides when we see.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feed/account_tracker.hpp"
#include "feed/slot_clock.hpp"
#include "sniperforge/feed/feed.hpp"

namespace sniperforge::feed {

struct Feed::State {
    State(net::Reactor& reactor_in, rpc::RpcClient& rpc_in, const config::NetworkSettings& network,
          const config::FeedSettings& settings_in, FeedEvents& events_in);
    ~State();
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void start();
    void watch(std::span<const Pubkey> accounts);
    void unwatch(std::span<const Pubkey> accounts);
    void watch_signature(const Signature& signature);
    void on_tick(MonoTime now);
    [[nodiscard]] FeedStatistics current_statistics() const;

 private:
    // One endpoint's socket. A carrier has the watched accounts among its subscriptions.
    struct Socket final : rpc::PubSubEvents {
        Socket(State& feed_in, std::size_t index_in, rpc::PubSubOptions options);
        void on_update(const ChainUpdate& update, MonoTime received) override;
        void on_subscribed() override;
        void on_lost(const Error& reason) override;
        void on_problem(const Error& problem) override;

        State& feed;
        std::size_t index;
        std::string name;
        rpc::PubSub pubsub;
        bool is_carrier = false;
        // Every subscription that it had at some moment since it connected was acknowledged then.
        bool is_covering = false;
        bool is_connected = false;
        MonoTime down_since{};
        MonoTime slot_heard_at{};
    };
    // An account to be read, and the slot that the answer must have reached: that at which its
    // subscription was known to be active. An answer from before leaves a gap.
    struct WantedRead {
        Pubkey account;
        Slot slot_min;
    };

    void deliver(const ChainUpdate& update, MonoTime received);
    void on_account(Socket& socket, const AccountUpdate& update, MonoTime received);
    void on_slot(Socket& socket, const SlotUpdate& update, MonoTime received);
    void on_signature(const SignatureUpdate& update, MonoTime received);
    void on_socket_subscribed(Socket& socket);
    void on_socket_lost(Socket& socket, const Error& reason);
    void note_problem(std::string_view text);

    [[nodiscard]] Duration stall_window() const;
    [[nodiscard]] bool is_hearing() const;
    [[nodiscard]] Socket* covering_socket();
    void go_blind(std::string_view endpoint, std::string_view reason);
    // Whatever can go on now, goes on: accounts become readable, are read, sight returns.
    void advance();
    void pump_reads();
    void read_batch(std::vector<Pubkey> keys, Slot slot_min);
    void on_read(std::uint64_t generation, const std::vector<Pubkey>& keys, Slot slot_min,
                 rpc::RpcResult<rpc::MultipleAccounts> result);
    void read_again_later(const std::vector<Pubkey>& keys, Slot slot_min);
    void deliver_read(const Pubkey& key, const std::optional<rpc::AccountData>& account, Slot slot);
    void move_carriers(MonoTime now);
    void move_programs(MonoTime now);
    void subscribe_programs(Socket& socket);
    void reconnect_silent(MonoTime now);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    config::FeedSettings settings_;
    FeedEvents& events_;
    AccountTracker tracker_;
    SlotClock clock_;
    std::vector<std::unique_ptr<Socket>> sockets_;
    std::optional<std::size_t> program_socket_;
    std::vector<Pubkey> awaiting_;  // Their subscription is not known to be active yet.
    std::deque<WantedRead> readable_;
    std::size_t reads_open_ = 0;
    std::uint64_t generation_ = 0;  // Reads of an earlier one count for nothing.
    bool is_read_paused_ = false;
    net::TimerId read_timer_ = 0;
    std::deque<Signature> signatures_;           // Oldest first.
    std::map<Signature, bool> signatures_open_;  // True until answered.
    std::optional<MonoTime> heard_at_;           // A covering socket spoke of a recent slot.
    FeedStatistics statistics_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // RPC answers may outlive us.
};

}  // namespace sniperforge::feed
