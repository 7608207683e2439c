// SPDX-License-Identifier: MIT
// When we see and what: losses, stalls, forks, and the way back.
//
// An account is heard while a copy holds it (watch.hpp). The feed as a whole is blind while no
// socket is live, or no account is heard; else only the accounts that are not heard are blind, and
// entries go on elsewhere.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {

void Feed::State::note_standing(AccountIndex index, Standing before, Standing after) {
    if (before == after) {
        return;
    }
    --standings_[static_cast<std::size_t>(before)];
    ++standings_[static_cast<std::size_t>(after)];
    if (after == Standing::Blind) {
        lost_.push_back(index);
    } else if (before == Standing::Blind || watches_[index].is_announced) {
        restored_.push_back(index);
    }
}

void Feed::State::flush_standings(std::string_view reason) {
    account_blind_time();
    if (lost_.empty() && restored_.empty()) {
        return;
    }
    const std::vector<AccountIndex> lost = std::exchange(lost_, {});
    const std::vector<AccountIndex> restored = std::exchange(restored_, {});
    if (statistics_.is_blind) {
        return;  // see_again() tells all at once.
    }
    const auto collect = [this](const std::vector<AccountIndex>& indices, Standing standing,
                                bool is_announcing) {
        std::vector<Pubkey> accounts;
        for (const AccountIndex index : indices) {
            Watch& watch = watches_[index];
            if (tracker_.is_used(index) && standing_of(watch) == standing &&
                watch.is_announced != is_announcing) {
                watch.is_announced = is_announcing;
                accounts.push_back(tracker_.account(index));
            }
        }
        return accounts;
    };
    if (const auto accounts = collect(lost, Standing::Blind, true); !accounts.empty()) {
        statistics_.accounts_lost += accounts.size();
        telemetry::warning(kLog, "{} of {} accounts are blind: {}", accounts.size(),
                           tracker_.size(), reason);
        deliver(AccountsLost{accounts, reason}, reactor_.now());
    }
    if (const auto accounts = collect(restored, Standing::Heard, false); !accounts.empty()) {
        if (count(Standing::Blind) == 0) {
            telemetry::info(kLog, "all {} accounts are heard again", tracker_.size());
        }
        deliver(AccountsRestored{accounts}, reactor_.now());
    }
}

// Called at every change and every tick.
void Feed::State::account_blind_time() {
    const MonoTime now = reactor_.now();
    const Duration passed = now - std::exchange(blind_since_, now);
    statistics_.time_lost += is_lost_time_running_ ? passed : Duration{0};
    statistics_.time_blind += is_blind_time_running_ ? passed : Duration{0};
    is_lost_time_running_ = statistics_.is_blind;
    is_blind_time_running_ = statistics_.is_blind || count(Standing::Blind) > 0;
}

void Feed::State::on_account_subscribed(Socket& socket, AccountIndex index) {
    Copy* const copy = copy_on(watches_[index], socket.index);
    if (copy == nullptr || copy->stage != Copy::Stage::Asked) {
        return;
    }
    if (watches_[index].is_read || socket.phase != Socket::Phase::Live) {
        copy->stage = Copy::Stage::Acknowledged;
        socket.acknowledged.push_back(index);
        return;
    }
    // Nothing depends on it yet, and a new pool is worth most in its first slot: it is read at
    // once. Should a write have fallen between, the audit finds it with its next batch.
    copy->stage = Copy::Stage::Active;
    copy->active_slot = clock_.slot();
    if (audit_first_.size() < tracker_.size()) {
        audit_first_.push_back(index);
    }
    if (!watches_[index].is_read_wanted) {
        want_read(index, clock_.slot());
        advance_soon();
    }
}

// A slot that is announced after the acknowledgement: what is written in it, or later, arrives.
void Feed::State::activate(Socket& socket) {
    for (const AccountIndex index : std::exchange(socket.acknowledged, {})) {
        Copy* const copy = copy_on(watches_[index], socket.index);
        if (copy == nullptr || copy->stage != Copy::Stage::Acknowledged) {
            continue;
        }
        copy->stage = Copy::Stage::Active;
        copy->active_slot = socket.slot;
        if (is_heard(watches_[index])) {
            settling_.push_back(index);
        } else {
            ensure_read(index);
        }
    }
}

// A copy that became active while another one holds the account holds it too as soon as the other
// one was heard beyond: then either may go.
void Feed::State::settle() {
    for (const AccountIndex index : std::exchange(settling_, {})) {
        Watch& watch = watches_[index];
        if (!tracker_.is_used(index) || !is_heard(watch)) {
            continue;  // A read is on its way.
        }
        Slot heard;
        for (const Copy& copy : watch.copies) {
            if (copy.is_holding) {
                heard = std::max(heard, sockets_[copy.socket]->slot);
            }
        }
        bool is_settled = true;
        for (Copy& copy : watch.copies) {
            if (copy.stage == Copy::Stage::Active && !copy.is_holding) {
                copy.is_holding = copy.active_slot <= heard;
                is_settled = is_settled && copy.is_holding;
            }
        }
        if (is_settled) {
            maintain(index);
        } else {
            settling_.push_back(index);
        }
    }
}

void Feed::State::on_socket_lost(Socket& socket, const Error& reason) {
    const bool was_down = socket.phase == Socket::Phase::Down;
    if (!socket.has_failed) {
        socket.down_since = reactor_.now();
    }
    socket.has_failed = true;
    socket.phase = Socket::Phase::Down;
    socket.slot_heard_at = reactor_.now();
    socket.has_told_slot = socket.is_deaf = false;
    socket.renewed_lately = 0;
    if (!was_down) {
        ++socket.losses;
        telemetry::warning(kLog, "lost {}", reason.text);
    } else {
        note_trouble(socket, reason.text);
    }
    lose_copies(socket, Copy::Stage::Asked, reason.text);
}

// It was not live, and is not: a wrong URL, or nobody there. Once of an endpoint's sockets, and
// when the reason changes.
void Feed::State::note_trouble(Socket& socket, std::string_view reason) {
    const std::string prefix = socket.name + ": ";
    reason.remove_prefix(reason.starts_with(prefix) ? prefix.size() : 0);
    socket.trouble = fmt::format("endpoint {}: the WebSocket at {} cannot be used: {}",
                                 socket.endpoint_name, socket.url, reason);
    const MonoTime now = reactor_.now();
    TroubleTold& told = troubles_told_[socket.endpoint];
    if (told.at && now - *told.at < (told.text == socket.trouble ? kTroubleAgain : kTroubleNews)) {
        return;
    }
    told = {.text = socket.trouble, .at = now};
    telemetry::warning(kLog, "{}; it is tried again. {}", socket.trouble, kPubsubUrlAdvice);
}

// What the socket carries is not heard through it from now on: lost ones are asked for again when
// it is back, stalled ones count again from its next slot on.
void Feed::State::lose_copies(Socket& socket, Copy::Stage stage, std::string_view reason) {
    socket.acknowledged.clear();
    std::array<std::vector<AccountIndex>, kPriorities> moving;
    for (AccountIndex index = 0; index < watches_.size(); ++index) {
        Copy* const copy = copy_on(watches_[index], socket.index);
        if (copy == nullptr) {
            continue;
        }
        change(index, [&](Watch& watch) {
            release(watch, *copy, socket.slot);
            copy->stage = std::min(copy->stage, stage);
        });
        if (!is_heard(watches_[index])) {
            forget_read(index);
        }
        if (copy->stage == Copy::Stage::Acknowledged) {
            socket.acknowledged.push_back(index);
        }
        const Priority priority = watches_[index].priority;
        if (!is_heard(watches_[index]) || priority == Priority::Position) {
            moving[static_cast<std::size_t>(priority)].push_back(index);
        }
    }
    if (sockets_live() == 0 || (count(Standing::Heard) == 0 && count(Standing::Blind) > 0)) {
        go_blind(socket.name, reason);
    }
    flush_standings(reason);
    for (auto accounts = moving.rbegin(); accounts != moving.rend(); ++accounts) {
        for (const AccountIndex index : *accounts) {
            if (tracker_.is_used(index)) {
                maintain(index);
            }
        }
    }
    flush_standings(reason);
}

void Feed::State::go_blind(std::string_view endpoint, std::string_view reason) {
    if (std::exchange(statistics_.is_blind, true)) {
        return;
    }
    ++statistics_.lost;
    account_blind_time();
    telemetry::warning(kLog, "blind: {}", reason);
    deliver(FeedLost{.endpoint = endpoint, .reason = reason}, reactor_.now());
}

// The first time only with everything read: whoever starts trading wants the whole book. Later
// what is heard is enough; the rest is announced as blind, and follows by priority.
void Feed::State::see_again() {
    const bool is_enough =
        was_sighted_ || (count(Standing::New) == 0 && count(Standing::Blind) == 0);
    if (sockets_live() == 0 || !is_enough || (tracker_.size() > 0 && count(Standing::Heard) == 0)) {
        return;
    }
    lost_.clear();
    restored_.clear();
    std::vector<Pubkey> lost, restored;
    for (AccountIndex index = 0; index < watches_.size(); ++index) {
        Watch& watch = watches_[index];
        const Standing standing = standing_of(watch);
        if (standing == Standing::Blind && !std::exchange(watch.is_announced, true)) {
            lost.push_back(tracker_.account(index));
        } else if (standing == Standing::Heard && std::exchange(watch.is_announced, false)) {
            restored.push_back(tracker_.account(index));
        }
    }
    const auto socket = std::find_if(sockets_.begin(), sockets_.end(),
                                     [](const auto& s) { return s->phase == Socket::Phase::Live; });
    statistics_.accounts_lost += lost.size();
    if (!lost.empty()) {
        deliver(AccountsLost{lost, "not read again yet"}, reactor_.now());
    }
    if (!restored.empty()) {
        deliver(AccountsRestored{restored}, reactor_.now());
    }
    statistics_.is_blind = false;
    was_sighted_ = true;
    account_blind_time();
    telemetry::info(kLog, "sighted through {}: {} accounts at slot {}, {} of them blind",
                    (*socket)->name, tracker_.size(), clock_.slot().value, count(Standing::Blind));
    deliver(FeedRestored{.endpoint = (*socket)->name}, reactor_.now());
}

// The chain goes on without some slots in which accounts were written, or with some that it had
// left. No notification takes such a write back: what rests on it is blind until it is read on the
// chain as it is now, or written there.
void Feed::State::on_fork(const SlotTree::Change& change_of_slots) {
    const auto is_in = [](std::span<const Slot> slots, Slot slot) {
        return std::find(slots.begin(), slots.end(), slot) != slots.end();
    };
    statistics_.slots_abandoned += change_of_slots.abandoned.size();
    std::vector<AccountIndex> resting;
    for (AccountIndex index = 0; index < watches_.size(); ++index) {
        if (tracker_.is_used(index) && watches_[index].is_read &&
            (is_in(change_of_slots.abandoned, tracker_.slot(index)) ||
             is_in(change_of_slots.revived, watches_[index].dropped_slot))) {
            resting.push_back(index);
        }
    }
    if (resting.empty()) {
        return;
    }
    statistics_.fork_accounts += resting.size();
    const Slot head = tree_.head();
    for (const AccountIndex index : resting) {
        change(index, [](Watch& watch) {
            for (Copy& copy : watch.copies) {
                copy.is_holding = false;
            }
        });
        // Whoever answers has to be on the new chain: at least where we know it to be.
        want_read(index, head);
    }
    flush_standings(fmt::format("written in a slot that slot {} is not built on", head.value));
}

// Whatever can go on now, goes on.
void Feed::State::advance() {
    flush_standings({});
    if (statistics_.is_blind) {
        see_again();
    }
}

void Feed::State::on_tick(MonoTime now) {
    check_silence(now);
    check_lag(now);
    reconnect_silent(now);
    give_up_lost_sockets(now);
    // Not the moment that a socket is back: the others may be a millisecond behind it.
    maintain_short();
    choose_event_sockets(now);
    if (now >= rebalance_due_) {
        rebalance_due_ = now + kRebalanceInterval;
        rebalance();
    }
    audit(now);
    flush_standings("moved between sockets");
    advance();
}

}  // namespace sniperforge::feed
