// SPDX-License-Identifier: MIT
// Who is first in the block: a competitor with what he offers for his place, or a client who offers
// more. Only gaps are auctioned so, and only where the scenario says so (dislocation_bid_max).
#include <algorithm>
#include <utility>

#include "sim/market.hpp"
#include "sim/queued.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::sim {
namespace {

constexpr double kLamportsOfOne = static_cast<double>(kLamportsPerSol);

}  // namespace

void Market::contest(std::size_t asset, std::size_t pool) {
    const double share = scenario_.dislocation_bid_max * bid_rng_.uniform();
    const double offer = share * assets_[asset].pools[pool].gap_sol * kLamportsOfOne;
    contests_.push_back({asset, pool, Lamports{to_amount(offer)}});
}

void Market::take(const Contest& contest) {
    PoolState& state = assets_[contest.asset].pools[contest.pool];
    state.is_dislocated = false;
    make_market(contest.asset, state);
}

void Market::before_queued(BytesView wire) {
    if (contests_.empty()) {
        return;
    }
    const auto transaction = solana::parse_transaction(wire);
    SF_ASSERT(transaction.has_value());  // The chain has checked it.
    const auto keys = keys_of(chain_, transaction->message);
    const Lamports offered = offered_in(transaction->message);
    std::erase_if(contests_, [&](const Contest& contest) {
        const Pubkey& pool = assets_[contest.asset].pools[contest.pool].pool;
        const bool is_ahead =
            contest.offer >= offered && std::ranges::find(keys, pool) != keys.end();
        if (is_ahead) {
            take(contest);
        }
        return is_ahead;
    });
}

void Market::behind_all_queued() {
    for (const Contest& contest : std::exchange(contests_, {})) {
        take(contest);
    }
}

}  // namespace sniperforge::sim
