// SPDX-License-Identifier: MIT
// What we may do right now, and why not more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/time.hpp"

namespace sniperforge {

enum class TradingState : std::uint8_t {
    Active,    // Entries, cycles and exits.
    Reducing,  // Exits only, until a person says otherwise: he wants it so, or too much was lost.
    Halted,    // Exits only, until our books or their recorder are right again.
    Blind,     // Exits only, until the market is heard again.
    Draining,  // Nothing more is decided: what is in flight is followed to its end.
};
inline constexpr std::size_t kTradingStateCount = 5;
[[nodiscard]] constexpr std::string_view to_string(TradingState state) {
    switch (state) {
        case TradingState::Active:
            return "ACTIVE";
        case TradingState::Reducing:
            return "REDUCING";
        case TradingState::Halted:
            return "HALTED";
        case TradingState::Blind:
            return "BLIND";
        case TradingState::Draining:
            return "DRAINING";
    }
    return "UNKNOWN";
}

// What moves one state to another. Several stand at a time: the gravest governs, the last here.
enum class StateCause : std::uint8_t {
    NoneStands,
    PauseRequested,    // A person wants no entries; stands until a person resumes.
    DrawdownReached,   // Stands until a start with a higher limit, whatever is won meanwhile.
    FlattenRequested,  // Everything is sold; stands until a person resumes.
    RecordsMissing,    // What stood may be in them; stands until a person has looked and resumes.
    FeedLost,
    RecorderBehind,  // Or failed.
    BooksDoubted,    // A fill is, or was reversed, or we resumed: they wait for the chain.
    KeyLost,         // The process with the key has ended: nothing can be signed, nor sold.
    StopRequested,
};
inline constexpr std::size_t kStateCauseCount = 10;
// As the end of "no entries while ...".
[[nodiscard]] constexpr std::string_view to_string(StateCause cause) {
    switch (cause) {
        case StateCause::NoneStands:
            return "nothing stands against them";
        case StateCause::PauseRequested:
            return "trading is paused";
        case StateCause::DrawdownReached:
            return "the drawdown limit is reached";
        case StateCause::FlattenRequested:
            return "everything is being sold";
        case StateCause::RecordsMissing:
            return "records of the journal are missing";
        case StateCause::FeedLost:
            return "the feed is blind";
        case StateCause::RecorderBehind:
            return "the recorder lags or has failed";
        case StateCause::BooksDoubted:
            return "the books wait to be held against the chain";
        case StateCause::KeyLost:
            return "the process with the key is gone";
        case StateCause::StopRequested:
            return "a stop is under way";
    }
    return "unknown";
}

// As journals and `status` name it.
[[nodiscard]] constexpr std::string_view name_of(StateCause cause) {
    switch (cause) {
        case StateCause::NoneStands:
            return "none";
        case StateCause::PauseRequested:
            return "pause";
        case StateCause::DrawdownReached:
            return "drawdown";
        case StateCause::FlattenRequested:
            return "flatten";
        case StateCause::RecordsMissing:
            return "records";
        case StateCause::FeedLost:
            return "feed";
        case StateCause::RecorderBehind:
            return "recorder";
        case StateCause::BooksDoubted:
            return "books";
        case StateCause::KeyLost:
            return "key";
        case StateCause::StopRequested:
            return "stop";
    }
    return "unknown";
}

// A cause that stands, as people are told of it.
struct StandingCause {
    StateCause cause = StateCause::NoneStands;
    WallTime since{};
    std::string by{};       // The command that made it; empty: the daemon found it.
    std::string reason{};   // As the person gave it.
    std::string figures{};  // Value and limit, or both sides; empty where there are none.
    std::string ending{};   // What ends it.
};

}  // namespace sniperforge
