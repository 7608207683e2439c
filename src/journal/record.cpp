// SPDX-License-Identifier: MIT
#include "sniperforge/journal/record.hpp"

namespace sniperforge::journal {

std::string_view to_string(RecordKind kind) {
    switch (kind) {
        case RecordKind::RunStarted:
            return "run_started";
        case RecordKind::MarketEvent:
            return "market_event";
        case RecordKind::Intent:
            return "intent";
        case RecordKind::Denial:
            return "denial";
        case RecordKind::Approval:
            return "approval";
        case RecordKind::Signed:
            return "signed";
        case RecordKind::Report:
            return "report";
        case RecordKind::Position:
            return "position";
        case RecordKind::LedgerEntry:
            return "ledger_entry";
        case RecordKind::RunStopped:
            return "run_stopped";
        case RecordKind::Note:
            return "note";
        case RecordKind::Checkpoint:
            return "checkpoint";
        case RecordKind::SegmentEnded:
            return "segment_ended";
    }
    return "unknown";
}

}  // namespace sniperforge::journal
