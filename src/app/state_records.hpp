// SPDX-License-Identifier: MIT
// What the journal and the trade store of a state directory have of its orders, together: for
// `explain` and `export`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/order_lookup.hpp"
#include "sniperforge/analytics/order_rows.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/lot_history.hpp"

namespace sniperforge::app {

// What a run's figures rest on.
struct RunStamp {
    std::string provenance;  // "unknown" where no row says.
    std::string scenario;    // Empty unless sim.
};

struct StateRecords {
    std::string journal_path;
    bool has_journal = false;
    engine::LotHistory lots;
    std::map<std::string, RunStamp> runs;               // By run id.
    std::map<std::uint64_t, analytics::OrderRow> rows;  // Newest of each id.

    // Of a run that has no row what all others are, if they are alike: a directory is of one chain
    // and one mode.
    [[nodiscard]] RunStamp stamp_of(std::string_view run_id) const;
    [[nodiscard]] std::vector<KnownOrder> known_orders() const;
};

// A directory without a run is no error: it has no order.
[[nodiscard]] Result<StateRecords> read_state_records(const std::string& directory);

}  // namespace sniperforge::app
