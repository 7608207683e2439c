// SPDX-License-Identifier: MIT
// The walk of what was recorded: it begins where the detector ends.
#include "sniperforge/dex/displace.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::engine {

Result<PoolIndex> Pipeline::on_recorded_pool(dex::Pool pool, Slot slot) {
    is_recorded_ = true;
    sol_price_.believe_all();
    const auto index = book_.add(std::move(pool), slot);
    if (!index) {
        return index;
    }
    const dex::Pool& state = book_.pool(*index);
    const detect::PoolReserves reserves{dex::reserve_a(state), dex::reserve_b(state)};
    events_.clear();
    for (const Pubkey& mint : {dex::mint_a(state), dex::mint_b(state)}) {
        if (mint != solana::kWrappedSolMint && mint != solana::kUsdcMint) {
            events_.push_back(TokenJudged{mint, slot});
        }
    }
    events_.push_back(PoolCreated{*index, slot});
    detect::append_move(*index, slot, reserves, reserves, events_);
    walk();
    return index;
}

void Pipeline::told_recorded(PoolIndex pool, Slot slot, const detect::PoolReserves& before) {
    ++counters_.updates;
    const dex::Pool& state = book_.pool(pool);
    events_.clear();
    detect::append_move(pool, slot, before, {dex::reserve_a(state), dex::reserve_b(state)},
                        events_);
    walk();
}

void Pipeline::displace(PoolIndex pool, Direction direction, const dex::SwapQuote& swap) {
    book_.change(pool, book_.updated_at(pool),
                 [&](dex::Pool& state) { (void)dex::displace(state, direction, swap); });
}

}  // namespace sniperforge::engine
