// SPDX-License-Identifier: MIT
// The walk of what was recorded: it begins where the detector ends.
#include <algorithm>

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
    const dex::PoolReserves reserves = dex::reserves(state);
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

void Pipeline::on_recorded_swap(PoolIndex pool, Slot slot, const dex::SwapMoved& swap) {
    told_recorded(pool, slot, book_.change(pool, slot, [&](dex::Pool& state) {
        return dex::displace(state, swap);
    }));
}

// Of a tape there are millions of these. Where no position and no cycle is about the reserves, only
// the swap is heard: of the walk that is all.
void Pipeline::told_recorded(PoolIndex pool, Slot slot, const dex::Displaced& displaced) {
    ++counters_.updates;
    const auto& [before, look] = displaced;
    const auto swap = detect::swap_between(pool, slot, before, look.reserves);
    if (!swap || are_reserves_awaited(pool)) {
        return walk_recorded(pool, slot, before, look.reserves);
    }
    counters_.market_events += 2;  // The reserves have changed, and the swap was seen.
    note_move(pool, look);
    if (!is_live_ || states_.state() == TradingState::Draining) {
        return;
    }
    if (const EntriesWanted wanted = entries_wanted(*swap, look.price); wanted.is_any()) {
        enter_recorded(*swap, wanted);
    }
}

void Pipeline::enter_recorded(const SwapSeen& swap, EntriesWanted wanted) {
    Trace trace;
    trace.received = trace.decoded = trace.detected = clock_.now();
    enter(swap, wanted, trace);
}

void Pipeline::walk_recorded(PoolIndex pool, Slot slot, const dex::PoolReserves& before,
                             const dex::PoolReserves& now) {
    events_.clear();
    detect::append_move(pool, slot, before, now, events_);
    walk();
}

// A position is held in the pool, or in one that trades no more and may move to another one.
bool Pipeline::are_reserves_awaited(PoolIndex pool) const {
    return settings_.arbitrage.is_enabled || sniper_.is_buying_in_parts() ||
           std::ranges::any_of(portfolio_.positions(), [&](const PositionView& position) {
               return position.pool == pool || position.pool.value >= book_.size() ||
                      !dex::is_swap_enabled(book_.pool(position.pool));
           });
}

void Pipeline::on_recorded_slot(Slot slot, MonoTime now) {
    if (!is_recorded_idle(now) && !is_tick_idle(now)) {
        return tick_recorded(slot, now);
    }
    if (now >= idle_until_) {
        idle_until_ = idle_end(now);
    }
    slot_ = std::max(slot_, slot);
    executor_->on_slot(slot_);
}

void Pipeline::tick_recorded(Slot slot, MonoTime now) {
    Trace trace;
    trace.received = trace.decoded = now;
    on_chain_update(SlotUpdate{slot, {}, {}}, trace);
    on_tick(now);
    intents_ticked_ = next_intent_;
    price_ticked_ = sol_price_.price();
    idle_until_ = {};
}

// Of a tick that is idle now and for as long as nothing is decided: the end of the UTC day, or the
// next sweep, where one may find something.
MonoTime Pipeline::idle_end(MonoTime now) const {
    constexpr std::int64_t kDaySeconds = 86'400;
    const WallTime wall = clock_.wall_now();
    const MonoTime day_end =
        now + std::chrono::seconds{(wall.utc_day() + 1) * kDaySeconds - wall.seconds() - 1};
    return housekeeping_.is_waiting(now) && !housekeeping_.is_waiting(day_end) ? housekeeping_.due()
                                                                               : day_end;
}

// Of a tape there are millions of these, and without a position, cycles or parts that are still to
// be bought no strategy has anything to say about them.
bool Pipeline::is_concerning(const MarketEvent& event) const {
    const bool is_reserves = std::holds_alternative<ReservesChanged>(event);
    return !is_recorded_ || (!is_reserves && !std::holds_alternative<SlotStarted>(event)) ||
           !portfolio_.positions().empty() || (is_reserves && settings_.arbitrage.is_enabled) ||
           sniper_.is_buying_in_parts();
}

// What a tick does by itself: a day begins, what trading left is swept, the state is looked at
// again, and positions are, whose time may be over.
bool Pipeline::is_tick_idle(MonoTime now) const {
    return portfolio_.positions().empty() && !sniper_.is_buying_in_parts() &&
           intents_ticked_ == next_intent_ && price_ticked_ == sol_price_.price() &&
           portfolio_.orders_in_flight().empty() && is_sweep_idle(now) &&
           !portfolio_.is_day_over(clock_.wall_now());
}

// Bars lie further apart than sweeps do: a round in which nothing is left over changes nothing.
bool Pipeline::is_sweep_idle(MonoTime now) const {
    return housekeeping_.is_waiting(now) ||
           (housekeeping_.is_begun() && housekeeping_.left() == strategy::SweepsLeft{} &&
            !portfolio_.has_residues());
}

bool Pipeline::is_slot_awaited() const {
    return sniper_.is_buying_in_parts() || exits_.is_remembering();
}

void Pipeline::displace(PoolIndex pool, Direction direction, const dex::SwapQuote& swap) {
    book_.change(pool, book_.updated_at(pool),
                 [&](dex::Pool& state) { (void)dex::displace(state, direction, swap); });
}

}  // namespace sniperforge::engine
