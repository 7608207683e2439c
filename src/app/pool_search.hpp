// SPDX-License-Identifier: MIT
// A pool of a venue that trades now, found on the chain with a few reads that any plan serves: the
// newest transactions of the venue's program name the pools that they swapped in.
#pragma once

#include <cstdint>
#include <string>

#include "app/live_pool.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::app {

// What one venue may cost: one getSignaturesForAddress, so many getTransaction, one
// getMultipleAccounts, and so many pools with all their accounts, each read twice.
inline constexpr std::uint32_t kSearchListed = 200;
inline constexpr std::size_t kSearchTransactions = 6;
inline constexpr std::size_t kSearchPools = 4;

struct FoundPool {
    LivePool live;
    Pubkey pool;
    Signature seen_in;      // A swap in it.
    bool is_still = false;  // It was the same in two reads, one right after the other.
    std::string searched;   // What was asked for, for people.
};

// A pool that can be quoted, is open and trades SOL; one that stands still where one of those read
// does. An error says what was asked for and what of it was no answer or no such pool.
[[nodiscard]] Result<FoundPool> find_live_pool(net::Reactor& reactor, rpc::RpcClient& rpc,
                                               VenueId venue);

}  // namespace sniperforge::app
