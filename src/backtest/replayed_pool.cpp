// SPDX-License-Identifier: MIT
#include "backtest/replayed_pool.hpp"

#include "sniperforge/backtest/recorded_pools.hpp"

namespace sniperforge::backtest {

void replay(const TapeEvent& event, dex::Pool& pool) {
    if (event.kind == TapeEventKind::State || event.kind == TapeEventKind::Quiet) {
        return set_reserves(pool, event.in, event.out);
    }
    const PriceReserves reserves = price_reserves(pool);
    if (const auto swap = swap_of(event, reserves.a, reserves.b)) {
        (void)dex::displace(pool, *swap);
    }
}

void set_reserves(dex::Pool& pool, std::uint64_t a, std::uint64_t b) {
    if (auto* amm = std::get_if<dex::RaydiumAmmV4Pool>(&pool.state)) {
        amm->vault_amount_a = a;
        amm->vault_amount_b = b;
    }
}

}  // namespace sniperforge::backtest
