// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/recorded_market.hpp"

#include "sniperforge/backtest/recorded_pools.hpp"
#include "sniperforge/dex/displace.hpp"

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
    if (event.kind == TapeEventKind::Appear) {
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
        return;
    }
    if (!pool.index) {
        ++unplayed_;
        return;
    }
    if (event.kind == TapeEventKind::Swap) {
        return swap(pool, event, event.direction, event.in, event.out);
    }
    if (event.kind == TapeEventKind::State || event.kind == TapeEventKind::Quiet) {
        return restate(pool, event);
    }
    if (event.in > pool.a && event.out < pool.b) {
        return swap(pool, event, Direction::AToB, event.in - pool.a, pool.b - event.out);
    }
    if (event.in < pool.a && event.out > pool.b) {
        return swap(pool, event, Direction::BToA, event.out - pool.b, pool.a - event.in);
    }
    if (event.in != pool.a || event.out != pool.b) {
        ++unplayed_;  // Liquidity came or went: no recording at hand tells it apart from an error.
    }
}

void RecordedMarket::restate(Recorded& pool, const TapeEvent& event) {
    // Seen again, and nothing has happened: what we took of it is still gone.
    if (event.in == pool.a && event.out == pool.b) {
        return;
    }
    const auto set = [&](dex::Pool& state) {
        if (auto* amm = std::get_if<dex::RaydiumAmmV4Pool>(&state.state)) {
            amm->vault_amount_a = event.in;
            amm->vault_amount_b = event.out;
        }
    };
    pool.a = event.in;
    pool.b = event.out;
    pool.is_ours_in_it = false;
    if (event.kind == TapeEventKind::Quiet) {
        pipeline_->restate(*pool.index, event.slot, set);
    } else {
        pipeline_->on_recorded_change(*pool.index, event.slot, set);
    }
}

void RecordedMarket::swap(Recorded& pool, const TapeEvent& event, Direction direction,
                          std::uint64_t in, std::uint64_t out) {
    const bool is_a = direction == Direction::AToB;
    std::uint64_t& recorded_in = is_a ? pool.a : pool.b;
    std::uint64_t& recorded_out = is_a ? pool.b : pool.a;
    if (in == 0 || out == 0 || out >= recorded_out || recorded_in > kU64Max - in) {
        ++unplayed_;
        return;
    }
    std::uint64_t paid = out;
    if (pool.is_ours_in_it) {
        const PriceReserves met = price_reserves(pipeline_->book().pool(*pool.index));
        const std::uint64_t met_in = is_a ? met.a : met.b;
        const std::uint64_t met_out = is_a ? met.b : met.a;
        const std::uint64_t as_recorded = product_out(recorded_in, recorded_out, in);
        const std::uint64_t as_met = product_out(met_in, met_out, in);
        paid = as_recorded == 0 ? 0 : mul_div_floor(as_met, out, as_recorded).value_or(0);
        if (paid >= met_out) {
            paid = met_out - 1;
        }
    }
    recorded_in += in;
    recorded_out -= out;
    pipeline_->on_recorded_change(*pool.index, event.slot, [&](dex::Pool& state) {
        (void)dex::displace(state, direction,
                            {.amount_in = TokenAmount{in},
                             .amount_out = TokenAmount{paid},
                             .trade_fee = {},
                             .creator_fee = {}});
    });
}

dex::Pool RecordedMarket::as_met(PoolIndex pool) const { return pipeline_->book().pool(pool); }

void RecordedMarket::swapped(PoolIndex pool, Direction direction, const dex::SwapQuote& swap,
                             OrderKind /*kind*/) {
    pipeline_->displace(pool, direction, swap);
    pools_[tape_pools_[pool.value]].is_ours_in_it = true;
}

std::optional<PoolIndex> RecordedMarket::index_of(std::uint32_t pool) const {
    return pools_[pool].index;
}

}  // namespace sniperforge::backtest
