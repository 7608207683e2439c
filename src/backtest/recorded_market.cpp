// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/recorded_market.hpp"

#include "backtest/replayed_pool.hpp"
#include "sniperforge/backtest/recorded_pools.hpp"

namespace sniperforge::backtest {
namespace {

// What a constant product pays for `in`, fees apart.
[[nodiscard]] std::uint64_t product_out(std::uint64_t reserve_in, std::uint64_t reserve_out,
                                        std::uint64_t in) {
    return mul_div_floor(reserve_out, in, reserve_in + in).value_or(0);
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
    if (const auto swap = swap_of(event, pool.a, pool.b)) {
        return play(pool, event.slot, *swap);
    }
    // Liquidity came or went: no recording at hand tells it apart from an error.
    const bool is_still =
        event.kind == TapeEventKind::Move && event.in == pool.a && event.out == pool.b;
    unplayed_ += is_still ? 0 : 1;
}

void RecordedMarket::begin(Recorded& pool, const TapeEvent& event) {
    const dex::Pool& begin = tape_.pools[event.pool];
    const auto index = pipeline_->on_recorded_pool(begin, event.slot);
    if (!index) {
        ++unplayed_;
        return;
    }
    const PriceReserves reserves = price_reserves(begin);
    pool = {*index, reserves.a, reserves.b, false};
    tape_pools_.resize(index->value + 1);
    tape_pools_[index->value] = event.pool;
}

void RecordedMarket::restate(Recorded& pool, const TapeEvent& event) {
    // Seen again, and nothing has happened: what we took of it is still gone.
    if (event.in == pool.a && event.out == pool.b) {
        return;
    }
    const auto set = [&](dex::Pool& state) { set_reserves(state, event.in, event.out); };
    pool.a = event.in;
    pool.b = event.out;
    pool.is_ours_in_it = false;
    if (event.kind == TapeEventKind::Quiet) {
        pipeline_->restate(*pool.index, event.slot, set);
    } else {
        pipeline_->on_recorded_change(*pool.index, event.slot, set);
    }
}

void RecordedMarket::play(Recorded& pool, Slot slot, const RecordedSwap& swap) {
    const bool is_a = swap.direction == Direction::AToB;
    std::uint64_t& recorded_in = is_a ? pool.a : pool.b;
    std::uint64_t& recorded_out = is_a ? pool.b : pool.a;
    std::uint64_t paid = swap.out;
    if (pool.is_ours_in_it) {
        const PriceReserves met = price_reserves(pipeline_->book().pool(*pool.index));
        const std::uint64_t met_in = is_a ? met.a : met.b;
        const std::uint64_t met_out = is_a ? met.b : met.a;
        const std::uint64_t as_recorded = product_out(recorded_in, recorded_out, swap.in);
        const std::uint64_t as_met = product_out(met_in, met_out, swap.in);
        paid = as_recorded == 0 ? 0 : mul_div_floor(as_met, swap.out, as_recorded).value_or(0);
        if (paid >= met_out) {
            paid = met_out - 1;
        }
    }
    recorded_in += swap.in;
    recorded_out -= swap.out;
    pipeline_->on_recorded_change(*pool.index, slot, [&](dex::Pool& state) {
        apply(state, {swap.direction, swap.in, paid});
    });
}

const dex::Pool& RecordedMarket::as_met(PoolIndex pool) const {
    return pipeline_->book().pool(pool);
}

void RecordedMarket::swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap,
                             OrderKind /*kind*/) {
    pipeline_->displace(pool, direction, swap);
    pools_[tape_pools_[pool.value]].is_ours_in_it = true;
}

std::optional<PoolIndex> RecordedMarket::index_of(std::uint32_t pool) const {
    return pools_[pool].index;
}

}  // namespace sniperforge::backtest
