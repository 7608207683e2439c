// SPDX-License-Identifier: MIT
// The file of a recorded run: a header, blocks of records, and a last block with the totals. Each
// part has its own checksum, and a block holds whole records only: of a file that was cut all
// blocks but the torn one are read. docs/record-replay.md has the offsets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/journal/record.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::recording {

inline constexpr std::string_view kMagic = "SFRECORD";
// Of the layout and of every list of parts in it. Whoever changes one raises it: a recording is
// read by the versions that write the same.
inline constexpr std::uint32_t kFormatVersion = 7;
// What a file may ask a reader to hold at once; a writer stays far below.
inline constexpr std::uint32_t kHeaderBytesMax = 4U << 20U;
inline constexpr std::uint32_t kBlockBytesMax = 256U << 20U;

struct Header {
    std::string build_id;
    std::string config_sha256;  // Of all settings as JSON, secrets as references.
    // Those that decisions rest on, as YAML: without endpoints, keys and files.
    std::string settings;
    Provenance provenance = Provenance::Sim;
    Pubkey wallet;
    std::string scenario;
    std::uint64_t seed = 0;
    bool is_virtual_time = false;
    MonoTime begun;
    WallTime begun_wall;
};

// What the last block says. A file without one was cut.
struct Totals {
    WallTime ended_wall{};
    // As the journal of the run has it; empty where that was not written to its end.
    std::string journal_sha256{};
    std::uint64_t records = 0;
    // Not written, because the disk did not keep up, or failed; the run went on without.
    std::uint64_t records_lost = 0;
    [[nodiscard]] bool is_whole() const { return records_lost == 0; }
};

// A record of the run's journal: what replays are held against.
struct Decision {
    journal::RecordKind kind = journal::RecordKind::Note;
    std::string body;

    [[nodiscard]] bool operator==(const Decision&) const = default;
};

}  // namespace sniperforge::recording
