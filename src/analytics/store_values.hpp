// SPDX-License-Identifier: MIT
// How values stand in the store's columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "sniperforge/core/time.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order_on_paper.hpp"

namespace sniperforge::analytics {

// Identities and seeds keep their 64 bits; the sign means nothing.
[[nodiscard]] inline std::int64_t bits_of(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}
[[nodiscard]] inline std::int64_t limit_of(std::size_t limit) {
    constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(limit < kMax ? limit : kMax);
}
// Zero when one of the two never happened.
[[nodiscard]] inline std::int64_t elapsed_ns(MonoTime from, MonoTime to) {
    return from.ns == 0 || to.ns == 0 ? 0 : (to - from).count();
}

[[nodiscard]] inline Provenance parse_provenance(std::string_view text) {
    for (const auto provenance : {Provenance::Test, Provenance::Paper, Provenance::Live}) {
        if (to_string(provenance) == text) {
            return provenance;
        }
    }
    return Provenance::Sim;  // The table's CHECK leaves nothing else.
}
// What no version of ours has written is an outcome that nobody knows.
[[nodiscard]] inline Outcome parse_outcome(std::string_view text) {
    for (const auto outcome :
         {Outcome::Landed, Outcome::Reverted, Outcome::Rejected, Outcome::Expired}) {
        if (to_string(outcome) == text) {
            return outcome;
        }
    }
    return Outcome::Unknown;
}
[[nodiscard]] inline StrategyId parse_strategy(std::string_view text) {
    for (std::size_t i = 0; i < kStrategyCount; ++i) {
        if (to_string(static_cast<StrategyId>(i)) == text) {
            return static_cast<StrategyId>(i);
        }
    }
    return StrategyId::Housekeeping;
}
[[nodiscard]] inline OrderKind parse_kind(std::string_view text) {
    for (const auto kind : {OrderKind::Entry, OrderKind::Exit, OrderKind::Cycle}) {
        if (to_string(kind) == text) {
            return kind;
        }
    }
    return OrderKind::Sweep;
}
[[nodiscard]] inline ExitReason parse_exit_reason(std::string_view text) {
    for (int i = 0; i <= static_cast<int>(kExitReasonLast); ++i) {
        if (to_string(static_cast<ExitReason>(i)) == text) {
            return static_cast<ExitReason>(i);
        }
    }
    return ExitReason::None;
}
// Amounts that nothing rests on but a figure: what is too large for a column is not told exactly.
[[nodiscard]] inline std::int64_t clamped_column(std::uint64_t amount) {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(amount < kMax ? amount : kMax);
}
[[nodiscard]] inline PaperLack parse_paper_lack(std::string_view text) {
    for (int i = 0; i <= static_cast<int>(kPaperLackLast); ++i) {
        if (to_string(static_cast<PaperLack>(i)) == text) {
            return static_cast<PaperLack>(i);
        }
    }
    return PaperLack::Unheard;
}

}  // namespace sniperforge::analytics
