// SPDX-License-Identifier: MIT
// Reasons to buy nothing: books that are doubted, a drawdown that was reached, a feed that is not
// heard. While one stands nothing but exits, and what tidies up, is sent.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/drill_records.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::app {

class DrillHalts {
 public:
    struct Options {
        // No node tells of slots now: the daemon cannot know what it trades on.
        std::function<bool()> is_unheard;
        // So long after the last one it must know that.
        Duration unheard_max{0};
        std::function<void(std::string)> violate;
    };
    explicit DrillHalts(Options options) : options_{std::move(options)} {}

    // `tale` is that of all lives before.
    void life_begins(const JournalTale& tale, MonoTime now);
    // What the journal says with its newest record.
    void note(const JournalTale& tale, MonoTime now);
    // What the world is like, slot by slot.
    void note_slot(MonoTime now);
    // With each order that is new to the chain.
    void on_order(const RingOrder& order, MonoTime now) const;

    // How often each began to stand.
    struct Counts {
        std::uint64_t doubted = 0, reducing = 0, unheard = 0;
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
    Options options_;
    std::optional<MonoTime> doubted_since_, reducing_since_, unheard_since_;
    bool is_unheard_counted_ = false;
    Counts counts_;
};

}  // namespace sniperforge::app
