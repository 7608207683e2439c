// SPDX-License-Identifier: MIT
// What we may do right now, and why not more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sniperforge {

enum class TradingState : std::uint8_t {
    Active,    // Entries, cycles and exits.
    Reducing,  // Exits only, until somebody looks: too much was lost.
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
    DrawdownReached,   // Stands until the end of the run, whatever is won meanwhile.
    FlattenRequested,  // Everything is sold; stands until the end of the run.
    FeedLost,
    RecorderBehind,  // Or failed.
    BooksDoubted,    // A fill is, or was reversed, or we resumed: they wait for the chain.
    StopRequested,
};
inline constexpr std::size_t kStateCauseCount = 7;
// As the end of "no entries while ...".
[[nodiscard]] constexpr std::string_view to_string(StateCause cause) {
    switch (cause) {
        case StateCause::NoneStands:
            return "nothing stands against them";
        case StateCause::DrawdownReached:
            return "the drawdown limit is reached";
        case StateCause::FlattenRequested:
            return "everything is being sold";
        case StateCause::FeedLost:
            return "the feed is blind";
        case StateCause::RecorderBehind:
            return "the recorder lags or has failed";
        case StateCause::BooksDoubted:
            return "the books wait to be held against the chain";
        case StateCause::StopRequested:
            return "a stop is under way";
    }
    return "unknown";
}

}  // namespace sniperforge
