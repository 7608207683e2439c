// SPDX-License-Identifier: MIT
// The journal of a state directory: looked at, copied while a daemon writes it, and put back into
// an empty directory. What happened after the copy was made the wallet's history tells (ADR 0022).
#pragma once

#include <string>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::app {

struct JournalFacts {
    journal::ReadSummary summary;
    Pubkey wallet;                        // Whose money; zero: no run has written in it.
    std::int64_t from_ns = 0, to_ns = 0;  // Wall times of the first and the last record.
    std::size_t positions_open = 0, orders_open = 0;
    std::uint32_t ring_slots_damaged = 0;  // Of the write-ahead ring beside it.
    bool is_gap_found = false;             // Journal and ring together lack orders.
    // Why a start holds entries until `resume`; empty: it has all that was on the disk.
    std::string records_missing;
    bool is_before_newest = false;  // The problem; a start does not read there.
    // The problem is a checkpoint that does not say what the records before it come to.
    bool is_misreckoned = false;
    // Of a restore: what is wrong in front of the segments that were taken; empty: all were.
    std::string left_out;
    // Of a copy: what stood behind the last good record of the original, and is not in it.
    std::uint64_t bytes_left = 0;
    std::string why_left;
};

// Reads all of it, as a start would: every record and what the books make of them.
[[nodiscard]] Result<JournalFacts> verify_journal(const std::string& state_dir);
// Into the directory, which is created; it must have no journal yet.
[[nodiscard]] Result<JournalFacts> backup_journal(const std::string& state_dir,
                                                  const std::string& to);
// The state directory must hold nothing of a run, and is locked meanwhile. Of a
// copy with damage in front of its newest segment those behind it are taken: they begin with a
// checkpoint. It is marked: the next start knows that orders may be in flight that it does not
// have.
[[nodiscard]] Result<JournalFacts> restore_journal(const std::string& from,
                                                   const std::string& state_dir, WallTime now);

}  // namespace sniperforge::app
