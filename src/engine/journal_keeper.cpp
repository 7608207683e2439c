// SPDX-License-Identifier: MIT
#include "engine/journal_keeper.hpp"

#include <fmt/format.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/replay.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// Where no segment could be begun, so much more is written before it is tried again.
constexpr std::uint64_t kRetryBytes = std::uint64_t{64} << 10U;

}  // namespace

struct JournalKeeper::State {
    explicit State(const RecorderOptions& options) : settings{options.settings}, run{options.run} {
        history.breakers = risk::CircuitBreakers{options.limits};
    }

    // As a start would read it: by the same way through the record's text.
    void follow(const journal::Record& record) {
        if (problem.empty()) {
            const auto followed = replay.follow(record, parser);
            problem = followed ? "" : followed.error().text;
        }
    }

    [[nodiscard]] std::string identity() const {
        return fmt::format(R"({{"build":"{}","genesis":"{}","wallet":"{}"}})", run.build_id,
                           history.genesis.is_zero() ? "" : history.genesis.to_string(),
                           run.wallet.to_string());
    }

    [[nodiscard]] bool is_turn_due() const {
        return problem.empty() && !replay.is_recovering() &&
               writer->bytes_grown() >= settings.segment_bytes && writer->bytes_grown() >= retry_at;
    }

    // So that the newest can grow to its size without the whole passing the budget.
    [[nodiscard]] bool is_prune_due() const {
        return writer->segments() > 1 &&
               (writer->segments() > settings.segments_max ||
                writer->bytes() + settings.segment_bytes > settings.journal_bytes_max);
    }

    // What fails is tried again at the next commit, 20 times a second, and told of at the first,
    // the second, the fourth attempt and so on.
    [[nodiscard]] bool prune() {
        const auto pruned = writer->prune();
        if (pruned) {
            prunes_failed = 0;
        } else if (std::has_single_bit(++prunes_failed)) {
            telemetry::warning("recorder",
                               "{}: attempt {} in a row; the journal is beyond its budget, with {} "
                               "segments and {} bytes, and it is tried again at each commit",
                               pruned.error().text, prunes_failed, writer->segments(),
                               writer->bytes());
        }
        return pruned.has_value();
    }

    // A disk that is full, of whatever: the oldest segment makes room, and it is tried once more.
    // The last two stay: what a start reads, and what is gone on in where the newest is torn.
    template <typename Write>
    [[nodiscard]] Result<void> with_room(const Write& write) {
        auto written = write();
        // As the journal's files say it, at the end of what they tried.
        if (written || writer->segments() <= 2 ||
            !written.error().text.ends_with(std::strerror(ENOSPC))) {
            return written;
        }
        if (!prune()) {
            return written;
        }
        telemetry::warning("recorder",
                           "{}; the oldest segment of the journal was deleted: {} are left, {} "
                           "bytes; make room on the disk",
                           written.error().text, writer->segments(), writer->bytes());
        return write();
    }

    config::RecorderSettings settings;
    RunStarted run;
    std::unique_ptr<journal::JournalWriter> writer;
    History history;
    // Its times are wall times.
    Replay replay{history, Now{}};
    simdjson::dom::parser parser;
    std::string problem;  // What was written cannot be read: no checkpoint is made of it.
    std::uint64_t retry_at = 0;
    std::uint64_t prunes_failed = 0;  // In a row.
};

JournalKeeper::JournalKeeper(std::unique_ptr<State> state) : state_{std::move(state)} {}
JournalKeeper::~JournalKeeper() = default;

Result<std::unique_ptr<JournalKeeper>> JournalKeeper::open(const RecorderOptions& options) {
    auto state = std::make_unique<State>(options);
    auto writer = journal::JournalWriter::open(
        options.state_dir + "/journal.sfj",
        {.disk = options.disk,
         .visit = [&](const journal::Record& record) { state->follow(record); },
         .identity = state->identity()});
    if (!writer) {
        return Err{writer.error()};
    }
    if (!state->problem.empty()) {
        return fail(state->problem);
    }
    if ((*writer)->bytes_cut_sound() > 0) {
        telemetry::error("recorder",
                         "the journal was damaged in its middle ({}): its last {} bytes, {} of "
                         "them well-formed records behind the damage, were cut and are kept in "
                         "journal.sfj.cut; what they told the wallet's history has to tell",
                         (*writer)->cut_reason(), (*writer)->bytes_cut(),
                         (*writer)->bytes_cut_sound());
    } else if ((*writer)->bytes_cut() > 0) {
        telemetry::warning("recorder", "the journal's last {} bytes were torn and were cut",
                           (*writer)->bytes_cut());
    }
    state->writer = std::move(*writer);
    return std::unique_ptr<JournalKeeper>{new JournalKeeper{std::move(state)}};
}

Result<std::uint64_t> JournalKeeper::append(journal::RecordKind kind, std::int64_t wall_ns,
                                            std::string_view body) {
    auto sequence = state_->writer->append(kind, wall_ns, body);
    if (sequence && state_->problem.empty()) {
        state_->follow({kind, *sequence, wall_ns, std::string{body}});
        if (!state_->problem.empty()) {
            telemetry::error("recorder",
                             "{}: no further segment of the journal is begun before a restart",
                             state_->problem);
        }
    }
    return sequence;
}

Result<void> JournalKeeper::sync() {
    return state_->with_room([&] { return state_->writer->sync(); });
}

Result<void> JournalKeeper::turn(WallTime wall_last) {
    State& state = *state_;
    // The clock may have been ahead of itself: a checkpoint forgets by what it says now.
    const WallTime now = state.history.written_last.value_or(wall_last);
    if (state.is_turn_due()) {
        if (auto synced = sync(); !synced) {
            return synced;
        }
        const auto checkpoint = state.replay.checkpoint(now);
        const auto begun = state.with_room(
            [&] { return state.writer->begin_segment(now.ns, checkpoint, state.identity()); });
        if (!begun) {
            state.retry_at = state.writer->bytes_grown() + kRetryBytes;
            telemetry::warning("recorder", "{}; the journal goes on in the segment that it has",
                               begun.error().text);
            return {};
        }
        state.retry_at = 0;
        telemetry::info("recorder", "the journal goes on in a new segment; {} of {} bytes",
                        state.writer->segments(), state.writer->bytes());
    }
    while (state.is_prune_due()) {
        if (!state.prune()) {
            return {};
        }
        telemetry::info("recorder",
                        "the oldest segment of the journal was deleted: {} are left, {} bytes",
                        state.writer->segments(), state.writer->bytes());
    }
    return {};
}

bool JournalKeeper::is_behind() const { return state_->writer->is_behind(); }
bool JournalKeeper::is_turn_due() const { return state_->is_turn_due(); }
std::uint64_t JournalKeeper::bytes() const { return state_->writer->bytes(); }
std::uint64_t JournalKeeper::sequence_last() const { return state_->writer->sequence_last(); }
std::string JournalKeeper::decision_sha256() const { return state_->writer->decision_sha256(); }

}  // namespace sniperforge::engine
