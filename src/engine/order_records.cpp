// SPDX-License-Identifier: MIT
#include "sniperforge/engine/order_records.hpp"

#include <simdjson.h>

#include "sniperforge/journal/journal.hpp"

namespace sniperforge::engine {
namespace {

using journal::RecordKind;

template <typename Value>
[[nodiscard]] Value member_of(simdjson::dom::element root, const char* name) {
    Value value{};
    return root[name].get(value) == simdjson::SUCCESS ? value : Value{};
}

// What a position is worth from moment to moment is no part of its story.
[[nodiscard]] bool is_told_of(std::string_view event) {
    return event == "opened" || event == "changed" || event == "closed" || event == "placed";
}

[[nodiscard]] bool is_wanted(RecordKind kind, simdjson::dom::element root,
                             const RecordsWanted& wanted) {
    switch (kind) {
        case RecordKind::MarketEvent:
        case RecordKind::Position: {
            const auto event = member_of<std::string_view>(root, "event");
            if (kind == RecordKind::Position) {
                return is_told_of(event) &&
                       wanted.positions.contains(member_of<std::uint64_t>(root, "position"));
            }
            const auto mint = Pubkey::parse(member_of<std::string_view>(root, "mint"));
            return event == "token_judged" && mint && wanted.mints.contains(*mint);
        }
        case RecordKind::Intent:
        case RecordKind::Denial:
        case RecordKind::Approval:
        case RecordKind::Signed:
        case RecordKind::Report:
        case RecordKind::LedgerEntry:
        case RecordKind::Note:
            return wanted.orders.contains(member_of<std::uint64_t>(root, "intent"));
        case RecordKind::RunStarted:
        case RecordKind::RunStopped:
        case RecordKind::Checkpoint:
        case RecordKind::SegmentEnded:
            break;
    }
    return false;
}

}  // namespace

Result<std::vector<RecordTold>> read_order_records(const std::string& journal_path,
                                                   const RecordsWanted& wanted) {
    std::vector<RecordTold> told;
    simdjson::dom::parser parser;
    std::string run_id, build_id;
    const auto read = journal::read_journal(journal_path, [&](const journal::Record& record) {
        simdjson::dom::element root;
        if (record.kind == RecordKind::Checkpoint ||
            parser.parse(record.body.data(), record.body.size()).get(root) != simdjson::SUCCESS) {
            return;
        }
        if (record.kind == RecordKind::RunStarted) {
            run_id = member_of<std::string_view>(root, "run");
            build_id = member_of<std::string_view>(root, "build");
        } else if (is_wanted(record.kind, root, wanted)) {
            told.push_back({record, run_id, build_id});
        }
    });
    if (!read) {
        return Err{read.error()};
    }
    return told;
}

}  // namespace sniperforge::engine
