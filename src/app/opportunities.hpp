// SPDX-License-Identifier: MIT
// Opportunities: every purchase and cycle that was decided in a run, and what became of it: why it
// was refused, or how it ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sniperforge/engine/order_watcher.hpp"

namespace sniperforge::app {

class Opportunities final : public engine::OrderWatcher {
 public:
    // So many are kept; further ones are counted.
    static constexpr std::size_t kKept = 10'000;

    void on_intent(const OrderIntent& intent) override;
    void on_denied(const OrderIntent& intent, const Denial& denial) override;
    void on_report(const ExecutionReport& report) override;
    void on_reversed(const OrderReversed& order) override { landed_.erase(order.intent_id.value); }

    [[nodiscard]] std::uint64_t seen() const { return seen_; }
    // Purchases and cycles on the chain, as far as their blocks stand.
    [[nodiscard]] std::uint64_t landed() const { return landed_.size(); }
    // One line each, in the order of deciding; the last says how many more there were.
    [[nodiscard]] std::vector<std::string> lines() const;
    // One JSON object each.
    [[nodiscard]] std::vector<std::string> objects() const;

 private:
    struct Opportunity {
        OrderIntent intent;
        std::string end;     // "denied", or the outcome; empty: on its way.
        std::string reason;  // Code and numbers, or the error.
    };
    [[nodiscard]] Opportunity* find(IntentId intent);

    std::map<std::uint64_t, Opportunity> kept_;  // By intent.
    std::set<std::uint64_t> landed_;
    std::uint64_t seen_ = 0;
};

}  // namespace sniperforge::app
