// SPDX-License-Identifier: MIT
// Replay: a recorded run through a pipeline of its own, which is told what that one was told, at
// the same times, and answered what it was answered. Its decisions must be the same to the byte.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/recording/format.hpp"

namespace sniperforge::recording {

// The first record of the journal that is not the same.
struct Difference {
    std::uint64_t decision = 0;  // Counted from 1, as all that follow.
    std::uint64_t record = 0;    // Of the recording: where the pipeline was.
    std::string call{};          // What it was told.
    Slot slot{};                 // The newest that it had heard of.
    // Nothing: it decided no such thing.
    std::optional<Decision> recorded{}, replayed{};
};

struct ReplayResult {
    Header header;
    std::optional<Totals> totals;  // Nothing: the file was cut.
    std::string problem;           // Of the file, empty: none.
    bool is_damaged = false;

    Hash genesis;
    WallTime ended_wall;  // Of the last call.
    std::map<std::string, std::uint64_t, std::less<>> calls;
    std::uint64_t calls_replayed = 0;
    std::uint64_t records = 0, blocks = 0;
    std::uint64_t streams = 0, stream_bytes = 0;  // Raw frames.
    std::uint64_t content_bytes = 0, file_bytes = 0;

    std::uint64_t decisions = 0;  // Compared, and equal.
    std::string sha256_recorded;
    std::string sha256_replayed;  // Up to a difference, if there is one.
    std::optional<Difference> difference;
    // Times that the pipeline asked for something and the recorded one had not.
    std::uint64_t answers_missing = 0;

    // The texts are those of the journal, too, where it was written to its end.
    [[nodiscard]] bool is_of_journal() const {
        return !totals || !totals->is_whole() || totals->journal_sha256.empty() ||
               totals->journal_sha256 == sha256_recorded;
    }
    [[nodiscard]] bool is_equal() const {
        return !difference && sha256_recorded == sha256_replayed && is_of_journal();
    }
};

// An error: the file is no recording, or none that this version can read.
[[nodiscard]] Result<ReplayResult> replay(const std::string& path);

}  // namespace sniperforge::recording
