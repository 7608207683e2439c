// SPDX-License-Identifier: MIT
// JournalKeeper: the journal as a sequence of segments within its budget. Beside it the books are
// kept as a start would keep them, fed with what was written, so that each new segment can begin
// with them and old ones can go (ADR 0025). All of it on the recorder's thread, between commits.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::engine {

class JournalKeeper {
 public:
    // Of the options' directory. Reads the newest segment.
    [[nodiscard]] static Result<std::unique_ptr<JournalKeeper>> open(
        const RecorderOptions& options);
    ~JournalKeeper();
    JournalKeeper(const JournalKeeper&) = delete;
    JournalKeeper& operator=(const JournalKeeper&) = delete;

    [[nodiscard]] Result<std::uint64_t> append(journal::RecordKind kind, std::int64_t wall_ns,
                                               std::string_view body);
    [[nodiscard]] Result<void> sync();
    [[nodiscard]] bool is_behind() const;
    // Between commits: begins a segment where the newest has reached its size, and deletes what is
    // beyond the budget. A disk that has no room for a new one is asked again later, and is no
    // error: the old one goes on. A new one is of the time of the last record; of the given one
    // where there is none.
    [[nodiscard]] Result<void> turn(WallTime wall_last);
    // The newest segment has reached its size.
    [[nodiscard]] bool is_turn_due() const;
    [[nodiscard]] std::uint64_t bytes() const;
    [[nodiscard]] std::uint64_t sequence_last() const;
    [[nodiscard]] std::string decision_sha256() const;

 private:
    struct State;
    explicit JournalKeeper(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::engine
