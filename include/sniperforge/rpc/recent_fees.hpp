// SPDX-License-Identifier: MIT
// What transactions that lock given accounts have paid lately, as a node remembers it
// (getRecentPrioritizationFees; protocol rpc section 2).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::rpc {

// A node takes no more accounts at once.
inline constexpr std::size_t kFeeAccountsMax = 128;

// The least that was paid in the slot by a transaction that locked all that was locked: zero where
// blocks were not full.
struct RecentFee {
    Slot slot;
    ComputeUnitPrice price;
    [[nodiscard]] bool operator==(const RecentFee&) const = default;
};

// Of at most kFeeAccountsMax accounts; those beyond are not asked about.
void get_recent_fees(RpcClient& rpc, std::span<const Pubkey> accounts,
                     RpcHandler<std::vector<RecentFee>> handler);

// The decoder of `result`, in the node's order.
[[nodiscard]] Result<std::vector<RecentFee>> parse_recent_fees(std::string_view result);

}  // namespace sniperforge::rpc
