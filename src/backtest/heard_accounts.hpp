// SPDX-License-Identifier: MIT
// HeardAccounts: where the feed would be, of a recorded run. It hears what that run heard. What our
// pipeline begins to watch later than that one it is given as it was heard last, once, and never
// what was heard afterwards. What it lets go and wants again comes when the recorded run hears it
// again: in between it may have changed unheard, and would make a pool that never was.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sniperforge/feed/feed.hpp"

namespace sniperforge::backtest {

class HeardAccounts final : public feed::Watcher {
 public:
    // The recorded run heard it.
    void take(const AccountUpdate& update);
    // Tells what was asked for since the last time and is known. What that makes the listener ask
    // for waits for the next time.
    void deliver(feed::FeedEvents& listener, MonoTime now);
    // Watched, and not in the recording so far.
    [[nodiscard]] std::size_t unread() const { return unread_.size(); }
    // Given as heard last.
    [[nodiscard]] std::uint64_t remembered() const { return remembered_; }

    void watch(std::span<const Pubkey> accounts, feed::Priority priority) override;
    void watch_together(std::span<const Pubkey> accounts, feed::Priority priority) override;
    void unwatch(std::span<const Pubkey> accounts) override;
    void set_priority(std::span<const Pubkey> /*accounts*/, feed::Priority /*priority*/) override {}
    void read_holdings(const Pubkey& /*owner*/) override {}  // Heard if the recorded run read them.
    void watch_signature(const Signature& /*signature*/) override {}
    void on_tick(MonoTime /*now*/) override {}

 private:
    struct Heard {
        Slot slot;
        Pubkey owner;
        Lamports lamports;
        Bytes data;
    };
    std::unordered_map<Pubkey, Heard, KeyHash> heard_;  // The newest of each.
    std::unordered_set<Pubkey, KeyHash> watched_, unread_;
    std::unordered_set<Pubkey, KeyHash> let_go_;  // And not heard since.
    std::uint64_t remembered_ = 0;
    std::vector<Pubkey> asked_, asked_before_;
};

}  // namespace sniperforge::backtest
