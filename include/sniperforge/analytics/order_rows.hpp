// SPDX-License-Identifier: MIT
// What the trade store has of orders, over all of its runs: what became of each, and how long that
// took, which the journal does not tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::analytics {

struct OrderRow {
    std::string run_id;
    std::uint64_t intent_id = 0, position_id = 0;  // Position zero: none, or none yet.
    std::string strategy, kind, exit_reason, mint, outcome;
    std::string signature;  // Empty: not signed.
    std::string error;
    std::uint64_t slot = 0, finalized_slot = 0;  // Zero: none, not known to be.
    std::int64_t wallet = 0, base_fee = 0, priority_fee = 0, tip = 0;
    std::int64_t rent_paid = 0, rent_refunded = 0, rent_of_others = 0, unexplained = 0;
    std::optional<std::int64_t> amm_fee, transfer_fee;  // Nothing: nobody tells.
    std::int64_t decided_to_sent_ns = 0, sent_to_settled_ns = 0;
    std::int64_t wall_ns = 0;  // Of its report.
    // What its swaps brought beyond the quote of the decision, in lamports, where it landed and was
    // held against that (docs/evidence.md).
    std::optional<std::int64_t> beyond_quote;
};

// Of all orders that were reported, or of one. `store_path` is one that is there.
[[nodiscard]] Result<std::vector<OrderRow>> read_order_rows(const std::string& store_path,
                                                            std::optional<IntentId> order = {});

}  // namespace sniperforge::analytics
