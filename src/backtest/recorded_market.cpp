// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/recorded_market.hpp"

#include "backtest/replayed_pool.hpp"

namespace sniperforge::backtest {
namespace {

// What a constant product pays for `in`, fees apart.
[[nodiscard]] std::uint64_t product_out(std::uint64_t reserve_in, std::uint64_t reserve_out,
                                        std::uint64_t in) {
    return mul_div_floor(reserve_out, in, reserve_in + in).value_or(0);
}

// What the recorded swap gets out of the pool as we left it.
[[nodiscard]] TokenAmount paid_as_met(const dex::SwapMoved& swap, const PriceReserves& recorded,
                                      const PriceReserves& met) {
    const bool is_a = swap.direction == Direction::AToB;
    const std::uint64_t in = swap.in.raw();
    const std::uint64_t met_in = is_a ? met.a : met.b, met_out = is_a ? met.b : met.a;
    const std::uint64_t as_recorded =
        product_out(is_a ? recorded.a : recorded.b, is_a ? recorded.b : recorded.a, in);
    const std::uint64_t as_met = product_out(met_in, met_out, in);
    const std::uint64_t paid =
        as_recorded == 0 ? 0 : mul_div_floor(as_met, swap.out.raw(), as_recorded).value_or(0);
    return TokenAmount{paid >= met_out ? met_out - 1 : paid};
}

// Within what reserves can be, as dex::displace() moves them: nobody recorded ours and theirs
// together.
void move(PriceReserves& reserves, const dex::SwapMoved& swap) {
    const bool is_a = swap.direction == Direction::AToB;
    std::uint64_t& in = is_a ? reserves.a : reserves.b;
    std::uint64_t& out = is_a ? reserves.b : reserves.a;
    in = TokenAmount{in}.saturating_add(swap.in).raw();
    out = TokenAmount{out}.saturating_sub(swap.out).raw();
}

}  // namespace

void RecordedMarket::play(const TapeEvent& event) {
    Recorded& pool = pools_[event.pool];
    if (event.kind == TapeEventKind::Appear || event.kind == TapeEventKind::Stand) {
        return begin(pool, event);
    }
    if (!pool.index) {
        ++unplayed_;
        return;
    }
    if (event.kind == TapeEventKind::State || event.kind == TapeEventKind::Quiet) {
        return restate(pool, event);
    }
    if (const auto swap = swap_of(event, pool.recorded.a, pool.recorded.b)) {
        return play(pool, event.slot, *swap);
    }
    // Liquidity came or went: no recording at hand tells it apart from an error.
    const bool is_still = event.kind == TapeEventKind::Move && event.in == pool.recorded.a &&
                          event.out == pool.recorded.b;
    unplayed_ += is_still ? 0 : 1;
}

void RecordedMarket::begin(Recorded& pool, const TapeEvent& event) {
    const dex::Pool& begin = tape_.pools[event.pool];
    const auto index = pipeline_->on_recorded_pool(begin, event.slot);
    if (!index) {
        ++unplayed_;
        return;
    }
    pool = {*index, price_reserves(begin), {}};
    tape_pools_.resize(index->value + 1);
    tape_pools_[index->value] = event.pool;
}

void RecordedMarket::restate(Recorded& pool, const TapeEvent& event) {
    // Seen again, and nothing has happened: what we took of it is still gone.
    if (event.in == pool.recorded.a && event.out == pool.recorded.b) {
        return;
    }
    const auto set = [&](dex::Pool& state) { set_reserves(state, event.in, event.out); };
    pool.recorded = {event.in, event.out};
    pool.met.reset();
    if (event.kind == TapeEventKind::Quiet) {
        pipeline_->restate(*pool.index, event.slot, set);
    } else {
        pipeline_->on_recorded_change(*pool.index, event.slot, set);
    }
}

void RecordedMarket::play(Recorded& pool, Slot slot, const dex::SwapMoved& swap) {
    if (!pool.met) {
        move(pool.recorded, swap);
        return pipeline_->on_recorded_swap(*pool.index, slot, swap);
    }
    const dex::SwapMoved as_met{swap.direction, swap.in,
                                paid_as_met(swap, pool.recorded, *pool.met)};
    move(pool.recorded, swap);
    move(*pool.met, as_met);
    pipeline_->on_recorded_swap(*pool.index, slot, as_met);
}

const dex::Pool& RecordedMarket::as_met(PoolIndex pool) const {
    return pipeline_->book().pool(pool);
}

void RecordedMarket::swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap,
                             OrderKind /*kind*/) {
    pipeline_->displace(pool, direction, swap);
    pools_[tape_pools_[pool.value]].met = price_reserves(as_met(pool));
}

std::optional<PoolIndex> RecordedMarket::index_of(std::uint32_t pool) const {
    return pools_[pool].index;
}

}  // namespace sniperforge::backtest
