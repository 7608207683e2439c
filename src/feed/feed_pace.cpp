// SPDX-License-Identifier: MIT
// How each socket is doing by the slots that it tells: live, lagging, silent or deaf, and when it
// is opened anew.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "feed/feed_limits.hpp"
#include "feed/feed_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::feed {

Duration Feed::State::stall_window() const {
    return clock_.slot_time() * static_cast<std::int64_t>(settings_.stall_slots);
}

std::size_t Feed::State::sockets_live() const {
    return static_cast<std::size_t>(
        std::count_if(sockets_.begin(), sockets_.end(),
                      [](const auto& socket) { return socket->phase == Socket::Phase::Live; }));
}

bool Feed::State::is_plausible(Slot slot, MonoTime now) const {
    return gauge_->is_plausible(slot, now, clock_.slot_time());
}

// One node may be the first to announce a slot, and wrong: all others would be old then.
void Feed::State::begin_gauge(MonoTime now) {
    if (gauge_->has_begun()) {
        return;
    }
    for (const Commitment commitment :
         {Commitment::Processed, Commitment::Confirmed, Commitment::Finalized}) {
        if (const auto best = rpc_.slot_best(commitment)) {
            return gauge_->begin(*best, now);
        }
    }
}

// Nothing of what it tells can be placed: it counts for nothing until it tells slots in pace.
void Feed::State::on_implausible(Socket& socket, Slot slot) {
    const std::string reason = fmt::format(
        "it tells of slot {}, which cannot be: the newest is {}, a slot takes {} ms", slot.value,
        clock_.slot().value, clock_.slot_time() / std::chrono::milliseconds{1});
    note_problem(fmt::format("{}: {}", socket.name, reason));
    fall_behind(socket, reactor_.now(), reason);
    advance();
}

// The socket told a slot: one in pace counts towards being believed.
void Feed::State::note_pace(Socket& socket) {
    const bool is_deaf = socket.is_deaf && socket.phase != Socket::Phase::Live;
    if (tree_.heads() - socket.order >= settings_.lag_slots || is_deaf) {
        return;
    }
    ++socket.pace_slots;
    // With nobody else there is nothing to wait for.
    if (socket.phase == Socket::Phase::Live || socket.pace_slots >= socket.pace_slots_min ||
        sockets_live() == 0) {
        on_socket_live(socket);
        activate(socket);
    }
}

void Feed::State::on_socket_live(Socket& socket) {
    if (socket.phase == Socket::Phase::Live) {
        return;
    }
    telemetry::info(kLog, "{}: {} at slot {}, {} subscriptions", socket.name,
                    socket.phase == Socket::Phase::Stalled ? "keeps pace again" : "live",
                    socket.slot.value, socket.pubsub.subscriptions());
    socket.phase = Socket::Phase::Live;
    socket.has_failed = socket.is_given_up = false;
    socket.trouble.clear();
}

void Feed::State::stall(Socket& socket, std::string_view reason) {
    ++socket.stalls;
    socket.phase = Socket::Phase::Stalled;
    socket.doubted_until = reactor_.now() + kDoubt;
    telemetry::warning(kLog, "{} stalled: {}", socket.name, reason);
    lose_copies(socket, Copy::Stage::Acknowledged, reason);
}

// The best socket has heard so many newest slots more. Slots that nobody announced are no lag, and
// the newest of them may be a moment away: a socket that left one out is not stalled by the next.
// One that has told no slot yet is not behind, it is opening.
void Feed::State::check_lag(MonoTime now) {
    for (const auto& socket : sockets_) {
        const std::uint64_t lag = tree_.heads() - socket->order;
        const bool is_told = socket->phase == Socket::Phase::Live || socket->has_told_slot;
        if (!is_told || lag < settings_.lag_slots) {
            socket->behind_since.reset();
            continue;
        }
        if (!socket->behind_since) {
            socket->behind_since = now;
        }
        if (lag == settings_.lag_slots && now - *socket->behind_since < clock_.slot_time() / 4) {
            continue;
        }
        fall_behind(*socket, now,
                    fmt::format("{} slots behind slot {}, feed.lag_slots is {}", lag,
                                tree_.head().value, settings_.lag_slots));
    }
}

// It has to keep pace again before it counts, and for longer when this is not the first time.
void Feed::State::fall_behind(Socket& socket, MonoTime now, std::string_view reason) {
    socket.pace_slots = 0;
    const MonoTime behind_before = std::exchange(socket.behind_last, now);
    if (socket.phase == Socket::Phase::Stalled) {
        return;
    }
    const bool is_again = socket.stalls > 0 && now - behind_before < kDoubt;
    socket.pace_slots_min = is_again ? std::min(socket.pace_slots_min * 2, kPaceSlotsMax) : 1;
    stall(socket, reason);
}

void Feed::State::check_silence(MonoTime now) {
    const bool is_any_heard =
        std::any_of(sockets_.begin(), sockets_.end(), [&](const auto& socket) {
            return socket->phase == Socket::Phase::Live &&
                   now - socket->slot_heard_at <= stall_window();
        });
    if (is_any_heard || sockets_live() == 0) {
        return;
    }
    const std::string reason =
        fmt::format("no recent slot for {} ms, {} slots of {} ms",
                    stall_window() / std::chrono::milliseconds{1}, settings_.stall_slots,
                    clock_.slot_time() / std::chrono::milliseconds{1});
    go_blind("all endpoints", reason);
    for (const auto& socket : sockets_) {
        if (socket->phase == Socket::Phase::Live) {
            stall(*socket, reason);
        }
    }
}

// Three things that look alike: a socket that tells slots, old ones, is behind, and is left alone.
// One whose slots are new and whose subscriptions say nothing is deaf. One without slots is silent,
// and dead as far as anybody can tell. The last two are opened anew.
void Feed::State::reconnect_silent(MonoTime now) {
    // After a pause of our own, what was told meanwhile is still unread: that is no silence.
    if (now - std::exchange(ticked_at_, now) > clock_.slot_time()) {
        silence_counts_from_ = now + clock_.slot_time();
    }
    for (const auto& socket : sockets_) {
        const bool is_alone = sockets_live() > 0 && socket->phase != Socket::Phase::Live;
        const Duration limit = is_alone ? std::max(stall_window(), kSilenceMinAlone)
                                        : std::max(stall_window() * kSilentWindows, kSilenceMin);
        if (!socket->pubsub.is_open()) {
            socket->slot_heard_at = now;
        } else if (now - socket->slot_heard_at > limit && now >= silence_counts_from_) {
            reopen(*socket, fmt::format("no slot notification for {} ms",
                                        limit / std::chrono::milliseconds{1}));
        } else if (socket->is_deaf || socket->renewed_lately >= kRenewalsMax) {
            socket->is_deaf = true;
            reopen(*socket, fmt::format("{} subscriptions told nothing within {} slots",
                                        kRenewalsMax, kRenewalsWindow));
        }
    }
}

// Now, or when it may be; until then it counts for nothing, unless there is nobody else.
void Feed::State::reopen(Socket& socket, std::string_view reason) {
    const MonoTime now = reactor_.now();
    const std::size_t others = sockets_live() - (socket.phase == Socket::Phase::Live ? 1 : 0);
    const Duration wait_max =
        others > 0 ? std::max(reconnect_delay_max_, kReopenWaitMax) : reconnect_delay_max_;
    if (now < std::min(socket.reopen_due, socket.reopened_at + wait_max)) {
        if (others > 0 && socket.phase != Socket::Phase::Stalled) {
            stall(socket, reason);
        }
        return;
    }
    const bool is_again = now - socket.reopen_due < kReopenCalm && socket.reopen_wait > Duration{0};
    socket.reopen_wait = std::min(is_again ? socket.reopen_wait * 2 : kReopenWaitMin, wait_max);
    socket.reopened_at = now;
    socket.reopen_due = now + socket.reopen_wait;
    socket.doubted_until = now + kDoubt;
    socket.pubsub.reconnect(Error{std::string{reason}});
}

}  // namespace sniperforge::feed
