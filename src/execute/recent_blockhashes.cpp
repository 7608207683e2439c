// SPDX-License-Identifier: MIT
#include "execute/recent_blockhashes.hpp"

#include <algorithm>

#include "sniperforge/solana/clock.hpp"

namespace sniperforge::execute {

void RecentBlockhashes::add(const rpc::LatestBlockhash& newest, MonoTime now) {
    const BlockHeight height = newest.last_valid_height;
    // Nobody has come up to what was told of them, or their blocks were dropped with a fork.
    while (!known_.empty() && known_.back().last_valid_height >= height &&
           known_.back().blockhash != newest.blockhash) {
        known_.pop_back();
    }
    // No block that is still to come takes them.
    while (!known_.empty() &&
           known_.front().last_valid_height.plus(solana::kBlockhashBlocks) <= height) {
        known_.pop_front();
    }
    if (known_.empty() || height.since(known_.back().last_valid_height) >= kBlocksApart) {
        known_.push_back({newest.blockhash, height, now});
    }
}

std::optional<RecentBlockhashes::Known> RecentBlockhashes::first_to_expire(
    BlockHeight taken_at) const {
    const auto found = std::ranges::lower_bound(known_, taken_at, {}, &Known::last_valid_height);
    return found == known_.end() ? std::nullopt : std::optional{*found};
}

}  // namespace sniperforge::execute
