// SPDX-License-Identifier: MIT
// What goes wrong without a word: subscriptions that tell nothing on sockets that live.
#include <algorithm>
#include <unordered_set>
#include <utility>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {

// ---- Copies against each other ----

void Feed::State::expect(AccountIndex index, Slot slot) {
    Watch& watch = watches_[index];
    if (watch.is_expected) {
        return;
    }
    const auto active =
        std::count_if(watch.copies.begin(), watch.copies.end(),
                      [](const Copy& copy) { return copy.stage == Copy::Stage::Active; });
    if (active < 2) {
        return;
    }
    watch.is_expected = true;
    expectations_.push_back({index, slot, tree_.heads()});
}

void Feed::State::check_expectations() {
    // One more than a copy may take: its socket may be one slot behind the best.
    while (!expectations_.empty() &&
           expectations_.front().order + kDeafSlots + 1 <= tree_.heads()) {
        const Expectation expected = expectations_.front();
        expectations_.pop_front();
        Watch& watch = watches_[expected.index];
        if (!tracker_.is_used(expected.index) || !std::exchange(watch.is_expected, false) ||
            tree_.is_abandoned(expected.slot)) {
            continue;
        }
        for (Copy& copy : watch.copies) {
            if (copy.stage == Copy::Stage::Active && copy.active_slot < expected.slot &&
                copy.heard_slot < expected.slot &&
                sockets_[copy.socket]->order >= expected.order + kDeafSlots) {
                ++statistics_.deaf_found;
                renew(expected.index, copy);
            }
        }
    }
    flush_standings("a subscription told nothing");
}

// The subscription told nothing of a write. What it should have told came another way.
void Feed::State::renew(AccountIndex index, Copy& copy) {
    Socket& socket = *sockets_[copy.socket];
    change(index, [&](Watch& watch) {
        // The copies that told the write hold the account since; this one never did.
        release(watch, copy, Slot{});
        copy.stage = Copy::Stage::Asked;
    });
    if (!is_heard(watches_[index])) {
        forget_read(index);
    }
    if (socket.renewals_left == 0) {
        // Too many in one slot to be ended one by one: the socket is the fault, and the rest of
        // them wait for it to be opened anew.
        socket.renewed_lately = kRenewalsMax;
    } else {
        --socket.renewals_left;
        ++socket.renewed;
        ++socket.renewed_lately;
        socket.pubsub.renew_account(tracker_.account(index));
    }
    ensure_read(index);
}

// ---- What is heard against what is there ----

// One batch at a time around all accounts, those subscribed lately first.
void Feed::State::audit(MonoTime now) {
    if (settings_.audit_interval == Duration{0} || now < audit_due_ || audits_open_ > 0 ||
        statistics_.is_blind) {
        return;
    }
    std::vector<Pubkey> keys;
    // Each once: every copy of a new account asked for it, and there is one answer.
    std::unordered_set<AccountIndex> taken;
    const auto take = [&](AccountIndex index) {
        if (index < watches_.size() && tracker_.is_used(index) &&
            standing_of(watches_[index]) == Standing::Heard && taken.insert(index).second) {
            watches_[index].audit_epoch = watches_[index].epoch;
            keys.push_back(tracker_.account(index));
        }
    };
    while (!audit_first_.empty() && keys.size() < rpc::kAccountsPerRead) {
        take(audit_first_.front());
        audit_first_.pop_front();
    }
    for (std::size_t seen = 0; seen < watches_.size() && keys.size() < rpc::kAccountsPerRead;
         ++seen) {
        audited_ = (audited_ + 1) % static_cast<AccountIndex>(watches_.size());
        take(audited_);
    }
    audit_due_ = now + settings_.audit_interval;
    audits_open_ = keys.size();
    reader_.want(audit_, keys, rpc::ReadPriority::Scan);
}

void Feed::State::on_audited(const Pubkey& account, const rpc::AccountData* data, Slot slot) {
    const auto index = tracker_.find(account);
    if (!index || watches_[*index].audit_epoch != watches_[*index].epoch ||
        tree_.is_abandoned(slot) || !is_plausible(slot, reactor_.now())) {
        return;
    }
    AccountUpdate read;
    read.slot = slot;
    if (data != nullptr) {
        read.owner = data->owner;
        read.lamports = data->lamports;
        read.data = data->data;
    }
    ++statistics_.audited;
    if (tracker_.compare(*index, read) == AccountTracker::Comparison::Differs &&
        suspicions_.size() < kSuspicionsMax) {
        suspicions_.push_back(
            {*index, watches_[*index].epoch, tracker_.slot(*index), slot, tree_.heads()});
    }
}

// A write up to the slot of the read should have been told by now.
void Feed::State::check_suspicions() {
    while (!suspicions_.empty() && suspicions_.front().order + kDeafSlots + 1 <= tree_.heads()) {
        const Suspicion suspicion = suspicions_.front();
        suspicions_.pop_front();
        const AccountIndex index = suspicion.index;
        if (!tracker_.is_used(index) || watches_[index].epoch != suspicion.epoch ||
            tracker_.slot(index) != suspicion.held_slot ||
            tree_.is_abandoned(suspicion.read_slot)) {
            continue;  // Told meanwhile, or never true.
        }
        ++statistics_.gaps_found;
        telemetry::warning("feed", "account {} changed up to slot {} without a notification",
                           tracker_.account(index).to_string(), suspicion.read_slot.value);
        for (Copy& copy : watches_[index].copies) {
            if (copy.stage == Copy::Stage::Active) {
                renew(index, copy);
            }
        }
    }
    flush_standings("changed without a notification");
}

}  // namespace sniperforge::feed
