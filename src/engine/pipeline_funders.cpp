// SPDX-License-Identifier: MIT
// Who paid for the keys that open pools: asked beside the trading, known when it is.
#include <algorithm>

#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/engine/stakes.hpp"

namespace sniperforge::engine {

void Pipeline::ask_funder(PoolIndex pool) {
    if (funder_reader_ == nullptr) {
        return;
    }
    const Pubkey creator = creator_of(book_.pool(pool));
    if (funders_.want(creator) && !funder_reader_->look_up(creator)) {
        funders_.settle(creator, std::nullopt);
    }
    const bool is_waiting =
        settings_.risk.is_funder_awaited && funders_.standing(creator) == FunderStanding::Pending;
    const auto place = std::ranges::lower_bound(pools_waiting_, pool);
    if (is_waiting && (place == pools_waiting_.end() || *place != pool)) {
        pools_waiting_.insert(place, pool);
    }
}

void Pipeline::on_funder(const Pubkey& account, const std::optional<Pubkey>& funder) {
    funders_.settle(account, funder);
    std::erase_if(pools_waiting_,
                  [&](PoolIndex pool) { return creator_of(book_.pool(pool)) == account; });
}

}  // namespace sniperforge::engine
