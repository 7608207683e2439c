// SPDX-License-Identifier: MIT
// An entry that a person orders, to be sold again at once: as much as a ceiling on everything that
// leaves the wallet allows. It is decided by nobody here, and judged like any other.
#pragma once

#include <string>

#include "sniperforge/core/result.hpp"
#include "sniperforge/strategy/strategy.hpp"

namespace sniperforge::strategy {

struct ManualEntry {
    PoolIndex pool;
    Lamports spend_max;  // Rents included, and the fees of both ways.
    BasisPoints slippage;
};

// Why there is no order; for good, or perhaps a moment later.
struct ManualRefusal {
    bool is_final = false;
    std::string text;
};

// Its expected costs are the fees of both ways: the rents of token accounts come back with the
// sale. They count against the ceiling all the same. It is booked as momentum's: what it holds is
// held against that strategy's limits.
[[nodiscard]] Result<OrderIntent, ManualRefusal> manual_entry(const ManualEntry& entry,
                                                              const View& view);

}  // namespace sniperforge::strategy
