// SPDX-License-Identifier: MIT
// PoolMoves: which pool an account's update has moved. A swap writes both vaults of a pool, and the
// first of the two leaves it torn: so that is one move, when the second is told.
#pragma once

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::backtest {

class PoolMoves {
 public:
    // Of the pools that trade SOL for something that can be held. After `account` was applied.
    [[nodiscard]] std::optional<PoolIndex> moved_by(const Pubkey& account,
                                                    const dex::PoolBook& book) {
        meet_new(book);
        const auto own = pool_of_.find(account);
        if (own == pool_of_.end()) {
            return {};
        }
        const PoolIndex pool = own->second;
        const bool is_whole = dex::is_complete(book.pool(pool)) && !book.is_torn(pool) &&
                              !book.is_closed(pool) && !book.is_blind(pool);
        std::uint32_t& seen = revisions_[pool.value];
        if (!is_whole || seen == book.revision(pool) || !trades_sol(book.pool(pool))) {
            return {};
        }
        seen = book.revision(pool);
        return pool;
    }

 private:
    // The accounts that only it has.
    void meet_new(const dex::PoolBook& book) {
        for (std::size_t i = revisions_.size(); i < book.size(); ++i) {
            const PoolIndex pool{static_cast<std::uint32_t>(i)};
            for (const Pubkey& account : book.own_accounts_of(pool)) {
                pool_of_.emplace(account, pool);
            }
        }
        revisions_.resize(std::max(revisions_.size(), book.size()));
    }
    [[nodiscard]] static bool trades_sol(const dex::Pool& pool) {
        return dex::mint_a(pool) == solana::kWrappedSolMint ||
               dex::mint_b(pool) == solana::kWrappedSolMint;
    }

    std::unordered_map<Pubkey, PoolIndex, KeyHash> pool_of_;
    std::vector<std::uint32_t> revisions_;  // By pool, as of its last move.
};

}  // namespace sniperforge::backtest
