// SPDX-License-Identifier: MIT
// Watch: what one watched account is carried by, and whether anything that happens to it is heard.
//
// A copy is one subscription of the account on one socket. It holds the account when everything
// since the state that we hold arrives through it: that state came through it, or was read after it
// was active, or it was active before the copy that held the account so far went away.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "feed/account_tracker.hpp"
#include "sniperforge/feed/priority.hpp"

namespace sniperforge::feed {

using SocketIndex = std::uint16_t;

struct Copy {
    enum class Stage : std::uint8_t {
        None,          // The place is free.
        Asked,         // Subscribed, or to be once the socket is open.
        Acknowledged,  // From some moment on everything arrives; from which slot is not known.
        Active,        // Everything written from active_slot on arrives.
    };
    Slot active_slot;
    Slot heard_slot;  // Of its newest notification.
    SocketIndex socket = 0;
    Stage stage = Stage::None;
    bool is_holding = false;
};

struct Watch {
    std::array<Copy, kCopiesMax> copies{};  // The place is the tracker's source.
    Slot dropped_slot;        // Newest update that was left out because its slot was abandoned.
    AccountIndex leader = 0;  // Its sockets are preferred; itself, or one that it belongs to.
    Slot read_slot_min;       // Of the read that is wanted.
    // Counts the times that what was known about the account became void.
    std::uint32_t epoch = 0, audit_epoch = 0;
    Priority priority = Priority::Scanned;
    bool is_read = false;       // Its state was delivered once.
    bool is_announced = false;  // As blind, to the pipeline.
    bool is_read_wanted = false;
    bool is_expected = false;  // Other copies have yet to tell what one of them told.
    bool is_short = false;     // There was no socket for all its copies.
};

// New: never read, so that nothing depends on it yet. Blind: it was, and may have changed unheard.
enum class Standing : std::uint8_t { New, Heard, Blind };
inline constexpr std::size_t kStandings = 3;

[[nodiscard]] inline bool is_heard(const Watch& watch) {
    return std::any_of(watch.copies.begin(), watch.copies.end(),
                       [](const Copy& copy) { return copy.is_holding; });
}

[[nodiscard]] inline Standing standing_of(const Watch& watch) {
    if (!watch.is_read) {
        return Standing::New;
    }
    return is_heard(watch) ? Standing::Heard : Standing::Blind;
}

[[nodiscard]] inline Copy* copy_on(Watch& watch, SocketIndex socket) {
    const auto found =
        std::find_if(watch.copies.begin(), watch.copies.end(), [socket](const Copy& copy) {
            return copy.stage != Copy::Stage::None && copy.socket == socket;
        });
    return found == watch.copies.end() ? nullptr : &*found;
}

// The copy carries the account no longer; its socket was heard up to `heard`. What it held goes to
// copies that were active by then: slot `heard` itself may be incomplete through this one.
inline void release(Watch& watch, Copy& copy, Slot heard) {
    const bool was_holding = copy.is_holding;
    copy.is_holding = false;
    if (!was_holding) {
        return;
    }
    for (Copy& other : watch.copies) {
        if (other.stage == Copy::Stage::Active && &other != &copy && other.active_slot <= heard) {
            other.is_holding = true;
        }
    }
}

// The state of `slot` came through the copy, and it is the newest one.
inline void hold(Copy& copy, Slot slot) {
    if (copy.stage != Copy::Stage::Active) {
        copy.stage = Copy::Stage::Active;
        copy.active_slot = slot;
    }
    copy.is_holding = true;
}

// The state of `slot` was read.
inline void hold_since(Watch& watch, Slot slot) {
    for (Copy& copy : watch.copies) {
        if (copy.stage == Copy::Stage::Active && copy.active_slot <= slot) {
            copy.is_holding = true;
        }
    }
}

}  // namespace sniperforge::feed
