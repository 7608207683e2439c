// SPDX-License-Identifier: MIT
// The end of a life of a drill, where it is to meet an order: when it is due, and what the daemon
// had on its way then. A kill counts for what it met, not for what it was drawn to meet.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "app/drill_plan.hpp"
#include "app/drill_records.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::app {

class DrillDeaths {
 public:
    struct Options {
        // The journal has no end of it.
        std::function<bool(std::uint64_t intent)> is_open;
        // Bytes of the journal that survive a loss of power.
        std::function<std::uint64_t()> durable;
        std::function<void()> die;
    };
    explicit DrillDeaths(Options options) : options_{std::move(options)} {}

    void life_begins(const DrillLife& life);
    // One of this life arrived at a node, for the first time.
    void on_order(const RingOrder& order);
    // A transaction of ours is in a block.
    void on_landed(const Signature& signature);
    // It has lived as long as was drawn: from now on it ends with the first thing that it is to
    // meet.
    void time_is_up();
    // It was killed in this event.
    void died();

    // At its death an order of this life was sent and had no end.
    [[nodiscard]] bool has_died_sending() const { return has_died_sending_; }
    // It sent an order.
    [[nodiscard]] bool has_ordered() const { return !sent_.empty(); }

 private:
    [[nodiscard]] bool is_sending() const;
    // What landed is not in the files that a loss of power leaves.
    [[nodiscard]] bool has_landed_unsynced() const;
    void die_if_due();

    Options options_;
    DrillLife life_;
    std::uint32_t orders_left_ = 0;
    bool is_time_up_ = false, has_died_sending_ = false;
    std::set<std::uint64_t> sent_;  // Intents.
    // By signature: what of the journal was durable when it arrived, some time behind its record.
    std::map<Signature, std::uint64_t> durable_when_sent_;
    std::optional<std::uint64_t> durable_when_landed_;  // The same of the newest that landed.
};

}  // namespace sniperforge::app
