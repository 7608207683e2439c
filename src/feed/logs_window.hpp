// SPDX-License-Identifier: MIT
// LogsWindow: log events of several sockets as one stream, each transaction once, by slot. Events
// of a slot that is newer than all before wait for the window, in case that older ones are still on
// their way; events of the newest slot that was let out pass at once. What comes after its slot was
// passed is late: told, and counted.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "sniperforge/model/chain_update.hpp"

namespace sniperforge::feed {

class LogsWindow {
 public:
    // Transactions remembered, and the most that wait: beyond it the oldest slot goes out early.
    static constexpr std::size_t kSignaturesMax = 16'384;
    static constexpr std::size_t kHeldMax = 1'024;

    using Deliver = std::function<void(const LogsUpdate& update, MonoTime received)>;

    LogsWindow(Duration window, Deliver deliver);

    // False when the transaction was told before.
    bool offer(const LogsUpdate& update, MonoTime received);
    // When the next one that waits goes out.
    [[nodiscard]] std::optional<MonoTime> due() const;
    // Lets out what has waited long enough, and whatever is of the same or an older slot.
    void release(MonoTime now);
    [[nodiscard]] std::uint64_t late() const { return late_; }

 private:
    struct Held {
        Slot slot;
        Signature signature;
        bool is_failed = false;
        std::vector<std::string> lines;
        MonoTime received;
    };
    [[nodiscard]] bool is_first(const Signature& signature);
    void hold(const LogsUpdate& update, MonoTime received);
    void release_up_to(Slot slot);

    Duration window_;
    Deliver deliver_;
    std::deque<Held> held_;  // By slot, then by arrival.
    std::optional<Slot> passed_;
    std::unordered_set<Signature, KeyHash> known_;
    std::deque<Signature> order_;
    std::uint64_t late_ = 0;
};

}  // namespace sniperforge::feed
