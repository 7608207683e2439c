// SPDX-License-Identifier: MIT
// Reads by RPC: what has to be known before an account counts as heard. The reader collects them
// into full batches, by priority, over all endpoints.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"

namespace sniperforge::feed {
void Feed::State::want_read(AccountIndex index, Slot slot_min) {
    Watch& watch = watches_[index];
    ++watch.epoch;
    watch.is_read_wanted = true;
    watch.read_slot_min = slot_min;
    reader_.want(backfill_, {&tracker_.account(index), 1}, read_priority(watch.priority), slot_min);
}

void Feed::State::forget_read(AccountIndex index) {
    Watch& watch = watches_[index];
    ++watch.epoch;
    if (std::exchange(watch.is_read_wanted, false)) {
        reader_.forget(backfill_, tracker_.account(index));
    }
}

void Feed::State::on_read(const Pubkey& account, const rpc::AccountData* data, Slot slot) {
    const auto index = tracker_.find(account);
    if (!index || !watches_[*index].is_read_wanted) {
        return;
    }
    if (tree_.is_abandoned(slot)) {
        return read_again_later(*index);  // The node that answered is on another fork.
    }
    if (!is_plausible(slot, reactor_.now())) {
        note_problem(
            fmt::format("reading accounts: read at slot {}, which cannot be: the newest is {}",
                        slot.value, clock_.slot().value));
        return read_again_later(*index);
    }
    if (slot < watches_[*index].read_slot_min) {
        return;  // Asked for earlier, on less; the answer that counts is still to come.
    }
    deliver_read(*index, data, slot);
    advance_soon();
}

void Feed::State::on_unread(const Pubkey& account, const rpc::RpcError& why) {
    const auto index = tracker_.find(account);
    if (!index || !watches_[*index].is_read_wanted) {
        return;
    }
    statistics_.unread_reason = why.text();
    if (unread_.empty()) {
        note_problem(fmt::format("reading accounts: {}", why.text()));
    }
    read_again_later(*index);
}

void Feed::State::read_again_later(AccountIndex index) {
    unread_.push_back(index);
    if (read_timer_ != 0) {
        return;
    }
    // Half a slot: the other half is the way there and back.
    read_timer_ = reactor_.schedule_after(clock_.slot_time() / 2, [this] {
        read_timer_ = 0;
        for (const AccountIndex again : std::exchange(unread_, {})) {
            if (tracker_.is_used(again) && watches_[again].is_read_wanted) {
                want_read(again, watches_[again].read_slot_min);
            }
        }
    });
}

void Feed::State::deliver_read(AccountIndex index, const rpc::AccountData* data, Slot slot) {
    AccountUpdate update;
    update.slot = slot;
    update.pubkey = tracker_.account(index);
    update.is_read = true;
    if (data != nullptr) {
        update.owner = data->owner;
        update.lamports = data->lamports;
        update.data = data->data;
    }
    ++statistics_.backfilled;
    const std::uint32_t epoch = watches_[index].epoch;
    const auto verdict = tracker_.observe(index, update, kRpcSource);
    if (verdict == AccountTracker::Verdict::Fresh) {
        deliver(update, reactor_.now());
        if (watches_[index].epoch != epoch) {
            return;  // Unwatched meanwhile.
        }
    } else if (verdict != AccountTracker::Verdict::Unchanged) {
        ++statistics_.duplicates;
    }
    change(index, [&](Watch& watch) {
        hold_since(watch, slot);
        watch.is_read = true;
        watch.is_read_wanted = false;
    });
    maintain(index);
}

// Behind the current event: what came in one answer is told as one.
void Feed::State::advance_soon() {
    if (advance_timer_ == 0) {
        advance_timer_ = reactor_.schedule_at(reactor_.now(), [this] {
            advance_timer_ = 0;
            advance();
        });
    }
}

}  // namespace sniperforge::feed
