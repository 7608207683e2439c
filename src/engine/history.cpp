// SPDX-License-Identifier: MIT
#include "sniperforge/engine/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "engine/replay.hpp"
#include "engine/signed_record.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/journal/intent_ring.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::engine {
namespace {

// Returns the sequence of the last record that the journal has.
[[nodiscard]] Result<std::uint64_t> read_records(const std::string& path, History& history,
                                                 Replay& replay) {
    Result<void> followed;
    simdjson::dom::parser parser;
    // Its newest checkpoint stands for all that was before it.
    const auto read = journal::read_newest(path, [&](const journal::Record& record) {
        if (followed) {
            followed = replay.follow(record, parser);
        }
    });
    if (!read) {
        return Err{read.error()};
    }
    if (!followed) {
        return Err{followed.error()};
    }
    history.records = read->records;
    if (read->bytes_bad_sound > 0) {
        replay.note_gap();
    }
    return read->sequence_last;
}

// A slot is used again only once the journal has its order and the next one: so it knows the
// oldest, or lacks what was between. A crash tears one slot at most.
[[nodiscard]] bool has_gap(const journal::RingContents& ring, const History& history,
                           const Replay& replay, const std::vector<SignedOrder>& orders) {
    const bool is_begun_later = !orders.empty() && ring.records.front().sequence > 1 &&
                                !replay.knows(orders.front().intent.intent_id);
    return is_begun_later || (ring.slots_damaged > 1 && !history.is_stopped);
}

[[nodiscard]] Result<void> follow_ring(const journal::RingContents& ring, History& history,
                                       Replay& replay) {
    history.slots_damaged = ring.slots_damaged;
    std::vector<SignedOrder> orders;
    for (const journal::RingRecord& record : ring.records) {
        auto order = decode_signed(bytes_of(record.body));
        if (!order) {
            return Err{order.error()};
        }
        orders.push_back(std::move(*order));
    }
    if (has_gap(ring, history, replay, orders)) {
        replay.note_gap();
    }
    for (const SignedOrder& order : orders) {
        replay.add_ahead(order);
    }
    return {};
}

// What was held stands, and what may have been is held: a pause, a flattening or a drawdown that
// only the lost ones told of. What the end of a file that was being written lacks was never on the
// disk, and so nobody was answered that it was done.
void note_missing(History& history, std::uint64_t sequence_last, std::uint64_t sequence_on_disk,
                  WallTime now) {
    if (!history.is_gap_found && sequence_on_disk <= sequence_last) {
        return;
    }
    const std::string since =
        history.written_last ? utc_text(*history.written_last) : "the beginning";
    history.records_missing = CauseChanged{
        .cause = StateCause::RecordsMissing,
        .stands = true,
        .reason = history.is_gap_found
                      ? fmt::format("records are missing since {}: the journal is sound up to "
                                    "record {} only, and there was more",
                                    since, sequence_last)
                      : fmt::format("records are missing since {}: the journal ends with record "
                                    "{}, and had {} on the disk",
                                    since, sequence_last, sequence_on_disk)};
    history.held.note(*history.records_missing, now);
}

}  // namespace

Result<History> read_history(const std::string& state_dir, const Now& now,
                             const std::string& boot_id, const config::RiskSettings& limits) {
    History history;
    history.breakers = risk::CircuitBreakers{limits};
    Replay replay{history, now};
    // Before the journal: of one that is being written, it tells of nothing that is not there yet.
    Result<journal::RingContents> ring;
    if (const std::string path = state_dir + "/intents.ring"; std::filesystem::exists(path)) {
        ring = journal::read_intent_ring(path);
    }
    std::uint64_t sequence_last = 0;
    const std::string path = state_dir + "/journal.sfj";
    const bool has_journal = journal::has_journal(path);
    if (has_journal) {
        const auto last = read_records(path, history, replay);
        if (!last) {
            return fail("reading the journal of earlier runs", last.error());
        }
        sequence_last = *last;
    }
    const auto ahead = ring ? follow_ring(*ring, history, replay) : Result<void>{Err{ring.error()}};
    if (!ahead) {
        return fail("reading the write-ahead ring of earlier runs", ahead.error());
    }
    replay.finish(boot_id);
    if (has_journal) {
        note_missing(history, sequence_last, ring->journal_sequence, now.wall);
    }
    return history;
}

Result<std::string> check_checkpoints(const std::string& journal_path) {
    History history;
    // Its times are wall times, as those of whoever wrote the checkpoints.
    Replay replay{history, Now{}};
    simdjson::dom::parser parser;
    std::string problem;
    std::vector<std::string> parts;
    std::uint64_t sequence_last = 0;
    bool is_told = false;  // Something but the oldest segment's checkpoint.
    WallTime parts_at;
    const auto compare = [&] {
        const auto equal = replay.equals(std::exchange(parts, {}), parts_at);
        if (!equal) {
            problem = equal.error().text;
        } else if (!*equal) {
            problem = fmt::format(
                "the checkpoint behind journal record {} does not say what the "
                "records before it come to",
                sequence_last);
        }
    };
    const auto follow = [&](const journal::Record& record) {
        if (record.kind == journal::RecordKind::Checkpoint && is_told) {
            parts.push_back(record.body);
            parts_at = WallTime{record.wall_ns};
            return;
        }
        if (!parts.empty()) {
            compare();
        }
        is_told = is_told || record.kind != journal::RecordKind::Checkpoint;
        sequence_last = record.sequence;
        const auto followed = replay.follow(record, parser);
        if (!followed && problem.empty()) {
            problem = followed.error().text;
        }
    };
    const auto read = journal::read_journal(journal_path, [&](const journal::Record& record) {
        if (problem.empty()) {
            follow(record);
        }
    });
    if (!read) {
        return Err{read.error()};
    }
    if (problem.empty() && !parts.empty()) {
        compare();
    }
    return problem;
}

}  // namespace sniperforge::engine
