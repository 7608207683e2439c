// SPDX-License-Identifier: MIT
// What a journal has of some orders and positions, word for word.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/journal/record.hpp"

namespace sniperforge::engine {

struct RecordsWanted {
    std::set<std::uint64_t> orders;     // Everything about these,
    std::set<std::uint64_t> positions;  // openings, changes and closings of these,
    std::set<Pubkey> mints;             // and verdicts on these.
};

struct RecordTold {
    journal::Record record;
    std::string run_id, build_id;  // Of the run that wrote it; empty: of a segment that is gone.
};

// In their order. May run beside the daemon that writes it.
[[nodiscard]] Result<std::vector<RecordTold>> read_order_records(const std::string& journal_path,
                                                                 const RecordsWanted& wanted);

}  // namespace sniperforge::engine
