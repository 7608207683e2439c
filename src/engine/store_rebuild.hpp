// SPDX-License-Identifier: MIT
// The trade store's rows again from the journal, which they are derived from.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "sniperforge/analytics/store.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/records.hpp"

namespace sniperforge::engine {

// The store is told of a run that goes on so often.
inline constexpr Duration kHeardInterval = std::chrono::minutes{1};

struct StoreRebuild {
    std::string journal_path;
    // Of the run that rebuilds: a state directory has runs of one kind, and the journal does not
    // repeat it.
    Provenance provenance = Provenance::Sim;
    // The run that is read from; empty: all that the journal reaches.
    std::string run_first;
    // Nothing is in it: denials, which are counted, are added then only. Rows are replaced.
    bool is_anew = true;
};
struct StoreRebuilt {
    std::uint64_t rows = 0;
    // Nothing says where run_first began: all that the journal reaches was read, and what comes
    // before the first begin that it has was taken for that run's.
    bool is_begin_gone = false;
};
// SOL that the wallet has less than the books.
[[nodiscard]] Lamports sol_missing(const ShortfallAccepted& accepted);
// What the journal does not say of an order (how long it took) is 0 then, and a run
// that it says no end of has none.
[[nodiscard]] Result<StoreRebuilt> rebuild_store(analytics::Store& store,
                                                 const StoreRebuild& wanted);

}  // namespace sniperforge::engine
