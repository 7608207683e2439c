// SPDX-License-Identifier: MIT
// Reads by RPC: what has to be known before an account counts as heard, by priority.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"

namespace sniperforge::feed {

bool Feed::State::is_current(const WantedRead& wanted) const {
    return wanted.index < watches_.size() && tracker_.is_used(wanted.index) &&
           watches_[wanted.index].epoch == wanted.epoch;
}

void Feed::State::want_read(AccountIndex index, Slot slot_min) {
    Watch& watch = watches_[index];
    ++watch.epoch;
    watch.is_read_wanted = true;
    auto& queue = readable_[static_cast<std::size_t>(watch.priority)];
    // Wishes that were overtaken stay in the queue until they are looked at: not without end.
    if (queue.size() > 2 * tracker_.size() + kBatch) {
        std::erase_if(queue, [this](const WantedRead& wanted) { return !is_current(wanted); });
    }
    queue.push_back({index, watch.epoch, slot_min});
}

void Feed::State::forget_read(AccountIndex index) {
    Watch& watch = watches_[index];
    if (!is_heard(watch)) {
        ++watch.epoch;
        watch.is_read_wanted = false;
    }
}

void Feed::State::pump_reads() {
    while (!is_read_paused_ && reads_open_ < kReadsOpenMax) {
        std::vector<WantedRead> batch;
        for (auto queue = readable_.rbegin(); queue != readable_.rend(); ++queue) {
            while (batch.size() < kBatch && !queue->empty()) {
                if (is_current(queue->front())) {
                    batch.push_back(queue->front());
                }
                queue->pop_front();
            }
        }
        if (batch.empty()) {
            return;
        }
        read_batch(std::move(batch));
    }
}

// Behind the current event: acknowledgements come in bursts, and one read does for a hundred.
void Feed::State::pump_soon() {
    if (pump_timer_ == 0) {
        pump_timer_ = reactor_.schedule_at(reactor_.now(), [this] {
            pump_timer_ = 0;
            advance();
        });
    }
}

void Feed::State::read_batch(std::vector<WantedRead> wanted) {
    ++reads_open_;
    std::vector<Pubkey> keys;
    keys.reserve(wanted.size());
    for (const WantedRead& one : wanted) {
        keys.push_back(tracker_.account(one.index));
    }
    rpc_.get_multiple_accounts(
        keys, Commitment::Processed,
        [this, alive = std::weak_ptr<int>{alive_},
         wanted = std::move(wanted)](rpc::RpcResult<rpc::MultipleAccounts> result) {
            if (!alive.expired()) {
                on_read(wanted, std::move(result));
            }
        });
}

void Feed::State::on_read(const std::vector<WantedRead>& asked,
                          rpc::RpcResult<rpc::MultipleAccounts> result) {
    --reads_open_;
    if (!result || result->accounts.size() != asked.size()) {
        note_problem(
            result ? fmt::format("reading {} accounts: {} came back", asked.size(),
                                 result->accounts.size())
                   : fmt::format("reading {} accounts: {}", asked.size(), result.error().text()));
        for (auto wanted = asked.rbegin(); wanted != asked.rend(); ++wanted) {
            read_again_later(*wanted);
        }
        return pause_reads();
    }
    const Slot slot = result->context_slot;
    std::vector<WantedRead> later;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (!is_current(asked[i])) {
            continue;
        }
        // The node that answered is behind the one that notifies, or on another fork.
        if (slot < asked[i].slot_min || tree_.is_abandoned(slot)) {
            later.push_back(asked[i]);
            continue;
        }
        deliver_read(asked[i], result->accounts[i], slot);
    }
    for (auto wanted = later.rbegin(); wanted != later.rend(); ++wanted) {
        read_again_later(*wanted);
    }
    if (!later.empty()) {
        pause_reads();
    }
    advance();
}

void Feed::State::read_again_later(const WantedRead& wanted) {
    if (is_current(wanted)) {
        readable_[static_cast<std::size_t>(watches_[wanted.index].priority)].push_front(wanted);
    }
}

void Feed::State::pause_reads() {
    if (std::exchange(is_read_paused_, true)) {
        return;
    }
    // Half a slot: the other half is the way there and back.
    read_timer_ = reactor_.schedule_after(clock_.slot_time() / 2, [this] {
        read_timer_ = 0;
        is_read_paused_ = false;
        advance();
    });
}

void Feed::State::deliver_read(const WantedRead& wanted,
                               const std::optional<rpc::AccountData>& account, Slot slot) {
    AccountUpdate update;
    update.slot = slot;
    update.pubkey = tracker_.account(wanted.index);
    update.is_read = true;
    if (account) {
        update.owner = account->owner;
        update.lamports = account->lamports;
        update.data = account->data;
    }
    ++statistics_.backfilled;
    const auto verdict = tracker_.observe(wanted.index, update, kRpcSource);
    if (verdict == AccountTracker::Verdict::Fresh) {
        deliver(update, reactor_.now());
        if (!is_current(wanted)) {
            return;
        }
    } else if (verdict != AccountTracker::Verdict::Unchanged) {
        ++statistics_.duplicates;
    }
    change(wanted.index, [&](Watch& watch) {
        hold_since(watch, slot);
        watch.is_read = true;
        watch.is_read_wanted = false;
    });
    maintain(wanted.index);
}

}  // namespace sniperforge::feed
