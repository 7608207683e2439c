// SPDX-License-Identifier: MIT
#include "feed_oracle.hpp"

#include <algorithm>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::faults {

FeedOracle::FeedOracle(net::Reactor& reactor, std::span<const Pubkey> accounts)
    : reactor_{reactor}, held_(accounts.size()), blind_since_{reactor.now()} {
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        index_[accounts[i]] = i;
    }
}

void FeedOracle::remember() {
    for (std::size_t i = 0; i < held_.size(); ++i) {
        held_[i].believed.reset();
        if (!is_blind_for(i)) {
            // What is not known equals no state.
            held_[i].believed = held_[i].is_known ? held_[i].lamports : UINT64_MAX;
        }
    }
}

void FeedOracle::judge(std::span<const States> recent) {
    for (std::size_t i = 0; i < held_.size(); ++i) {
        Held& held = held_[i];
        const bool is_recent = std::ranges::any_of(
            recent, [&](const States& then) { return then[i] == held.believed; });
        if (!held.believed || is_recent) {
            held.stale_slots = 0;
            continue;
        }
        if (++held.stale_slots <= slack_) {
            continue;
        }
        if (i >= single_from_) {
            ++findings_.stale_single;
            findings_.stale_single_slots_max =
                std::max(findings_.stale_single_slots_max, held.stale_slots);
            continue;
        }
        stale_account_ = stale_account_.value_or(i);
        ++findings_.stale_while_sighted;
        findings_.stale_slots_max = std::max(findings_.stale_slots_max, held.stale_slots);
    }
}

std::size_t FeedOracle::differing(const States& now) const {
    SF_ASSERT(now.size() == held_.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < held_.size(); ++i) {
        count += !held_[i].is_known || held_[i].lamports != now[i] ? 1 : 0;
    }
    return count;
}

void FeedOracle::on_chain_update(const ChainUpdate& update, Trace&) {
    ++findings_.updates;
    if (const auto* account = std::get_if<AccountUpdate>(&update)) {
        on_account(*account);
        return;
    }
    if (std::holds_alternative<FeedLost>(update)) {
        is_blind_ = true;
        ++findings_.times_blind;
    } else if (std::holds_alternative<FeedRestored>(update)) {
        is_blind_ = false;
    } else if (const auto* lost = std::get_if<AccountsLost>(&update)) {
        set_lost(lost->accounts, true);
    } else if (const auto* restored = std::get_if<AccountsRestored>(&update)) {
        set_lost(restored->accounts, false);
    } else {
        return;
    }
    note_blindness();
}

void FeedOracle::on_account(const AccountUpdate& update) {
    const auto found = index_.find(update.pubkey);
    if (found == index_.end()) {
        const bool is_made = !update.lamports.is_zero() && new_.insert(update.pubkey).second;
        findings_.accounts_new += is_made ? 1 : 0;
        return;
    }
    ++findings_.account_updates;
    Held& held = held_[found->second];
    const Heard heard{update.slot, update.lamports.raw()};
    if (std::ranges::find(held.heard, heard) != held.heard.end()) {
        ++findings_.duplicates;
    }
    if (held.is_known && update.slot < held.slot) {
        ++findings_.regressions;
    }
    held.heard[held.heard_next++ % kHeard] = heard;
    held.slot = update.slot;
    held.lamports = update.lamports.raw();
    held.is_known = true;
}

void FeedOracle::set_lost(std::span<const Pubkey> accounts, bool is_lost) {
    for (const Pubkey& account : accounts) {
        const auto found = index_.find(account);
        if (found == index_.end() || held_[found->second].is_lost == is_lost) {
            continue;
        }
        held_[found->second].is_lost = is_lost;
        if (is_lost) {
            ++lost_;
            ++findings_.accounts_lost;
            findings_.copied_lost += found->second < single_from_ ? 1 : 0;
        } else {
            --lost_;
        }
    }
}

void FeedOracle::note_blindness() {
    const bool is_blind = is_anything_blind();
    if (is_blind && !was_anything_blind_) {
        blind_since_ = reactor_.now();
    } else if (!is_blind && was_anything_blind_) {
        findings_.blind += reactor_.now() - blind_since_;
    }
    was_anything_blind_ = is_blind;
}

Findings FeedOracle::findings() const {
    Findings findings = findings_;
    if (was_anything_blind_) {
        findings.blind += reactor_.now() - blind_since_;
    }
    return findings;
}

}  // namespace sniperforge::faults
