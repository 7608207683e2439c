// SPDX-License-Identifier: MIT
// One journal record: what happened, as a flat line of text fields. The kinds, in the order of an
// order's life, are the audit trail that recovery, replay and `explain` read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"

namespace sniperforge::journal {

enum class RecordKind : std::uint8_t {
    RunStarted = 1,
    MarketEvent = 2,
    Intent = 3,    // A strategy wants something.
    Denial = 4,    // The gate refused.
    Approval = 5,  // The gate agreed: written before anything is built.
    Signed = 6,    // The signature, written before it is sent.
    Report = 7,    // Outcome and fill, as confirmed blocks tell it.
    Position = 8,
    LedgerEntry = 9,  // A fill became final, or was reversed.
    RunStopped = 10,
    Note = 11,  // Operator and lifecycle; not a decision.
    // Of the journal itself: all that the records before it have left, and that the next segment
    // was begun.
    Checkpoint = 12,
    SegmentEnded = 13,
};
inline constexpr RecordKind kRecordKindLast = RecordKind::SegmentEnded;
[[nodiscard]] std::string_view to_string(RecordKind kind);
// Decisions are what journal_sha256 covers: equal for equal seeds under virtual time.
[[nodiscard]] constexpr bool is_decision(RecordKind kind) {
    return kind != RecordKind::RunStarted && kind != RecordKind::RunStopped &&
           kind != RecordKind::Note && kind != RecordKind::Checkpoint &&
           kind != RecordKind::SegmentEnded;
}

struct Record {
    RecordKind kind = RecordKind::Note;
    std::uint64_t sequence = 0;  // Counts from 1, no gaps.
    std::int64_t wall_ns = 0;    // When it was recorded; not part of the decision hash.
    std::string body;            // JSON object, keys in a fixed order, no receive times.
};

}  // namespace sniperforge::journal
