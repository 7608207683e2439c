// SPDX-License-Identifier: MIT
// The disk of a drill: below the journal of one life after the other, with room or without, fast or
// stalled, and with what a loss of power would leave.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

#include "sniperforge/journal/disk.hpp"

namespace sniperforge::app {

class DrillDisk final : public journal::Disk {
 public:
    // The journal goes on in a new segment, in this order.
    enum class Turn : std::uint8_t {
        None,
        Written,  // Under another name, not on disk yet.
        Begun,    // Under its own; the one before says that it has ended.
        Pruned,   // The oldest is gone.
    };
    std::size_t take(std::uint64_t offset, std::size_t bytes) override {
        // The last write before the disk is full goes in by half, as a real one may. One that fails
        // leaves nothing.
        const std::size_t taken =
            is_unwritable_ ? 0 : (is_full_ ? (is_last_taken_ ? 0 : bytes / 2) : bytes);
        is_last_taken_ = is_full_;
        counts_.refused += taken < bytes ? 1 : 0;
        counts_.unwritable += is_unwritable_ ? 1 : 0;
        // Only a new segment is written from its beginning while there is another.
        if (offset == 0 && written_ > 0) {
            is_turning_ = taken == bytes;
            return taken;
        }
        written_ = std::max(written_, offset + taken);
        return taken;
    }
    bool sync() override {
        counts_.failed_syncs += is_broken_ ? 1 : 0;
        if (std::exchange(is_turning_, false)) {
            tell(Turn::Written);
            return !is_broken_;
        }
        durable_ = is_broken_ ? durable_ : written_;
        return !is_broken_;
    }
    bool is_stalled() const override {
        // Once for each time that it stalls.
        if (is_stalled_ && std::exchange(is_wait_due_, false)) {
            ++(is_slow_ ? counts_.slow : counts_.stalled);
        }
        return is_stalled_;
    }

    // A life begins on a journal of so many bytes, all of them on disk.
    void begin(std::uint64_t bytes) {
        written_ = durable_ = bytes;
        was_ill_ = false;
    }
    void begin_segment(std::uint64_t bytes) override {
        written_ = durable_ = bytes;
        ++counts_.segments;
        tell(Turn::Begun);
    }
    void appended(const journal::Record& record) override {
        if (record_listener_) {
            record_listener_(record);
        }
    }
    void pruned() override {
        ++counts_.pruned;
        tell(Turn::Pruned);
    }
    // Called in the middle of it.
    void on_turn(std::function<void(Turn)> listener) { listener_ = std::move(listener); }
    // Called with each record that a life adds, as it is added.
    void on_record(std::function<void(const journal::Record&)> listener) {
        record_listener_ = std::move(listener);
    }
    void set_full(bool is_full) { set(is_full_, is_full); }
    void set_broken(bool is_broken) { set(is_broken_, is_broken); }
    void set_unwritable(bool is_unwritable) { set(is_unwritable_, is_unwritable); }
    // `is_slow`: for the time of a write, again and again.
    void set_stalled(bool is_stalled, bool is_slow = false) {
        set(is_stalled_, is_stalled);
        is_slow_ = is_slow;
        is_wait_due_ = is_stalled;
    }
    void mend() { is_full_ = is_unwritable_ = is_broken_ = is_stalled_ = false; }
    // It takes what it is given, and has since the life began.
    [[nodiscard]] bool is_well() const {
        return !is_full_ && !is_unwritable_ && !is_broken_ && !is_stalled_ && !was_ill_;
    }
    // Bytes of the journal that survive a loss of power.
    [[nodiscard]] std::uint64_t durable() const { return durable_; }

    // What it did to whoever wrote: a spell in which nobody wrote did nothing.
    struct Counts {
        std::uint64_t refused = 0, failed_syncs = 0;  // Refused: by a full one, too.
        std::uint64_t unwritable = 0;                 // Writes of which nothing was taken.
        std::uint64_t stalled = 0, slow = 0;          // Times that a write had to wait for it.
        std::uint64_t segments = 0, pruned = 0;
    };
    [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
    void set(bool& which, bool is_on) {
        which = is_on;
        was_ill_ = was_ill_ || is_on;
    }
    void tell(Turn turn) const {
        if (listener_) {
            listener_(turn);
        }
    }

    std::function<void(Turn)> listener_;
    std::function<void(const journal::Record&)> record_listener_;
    std::uint64_t written_ = 0, durable_ = 0;
    bool is_full_ = false, is_last_taken_ = false, is_unwritable_ = false;
    bool is_broken_ = false, is_stalled_ = false, is_slow_ = false;
    mutable bool is_wait_due_ = false;  // Nobody has waited since it stalled.
    bool is_turning_ = false, was_ill_ = false;
    mutable Counts counts_;
};

}  // namespace sniperforge::app
