// SPDX-License-Identifier: MIT
#include "sniperforge/dex/displace.hpp"

#include <algorithm>

#include "dex/pool_look.hpp"

namespace sniperforge::dex {
namespace {

// Of the fees of a quote those that leave the pool, or are owed to others from now on.
[[nodiscard]] std::uint64_t leaving(std::uint64_t fee, std::uint64_t rate_leaving,
                                    std::uint64_t rate_all) {
    return rate_all == 0 ? 0
                         : mul_div_ceil(fee, std::min(rate_leaving, rate_all), rate_all).value();
}

// Amounts stay within what the vaults can hold: a quote never pays out more than there is.
void move(std::uint64_t& in, std::uint64_t gained, std::uint64_t& out, std::uint64_t lost) {
    in = TokenAmount{in}.saturating_add(TokenAmount{gained}).raw();
    out = TokenAmount{out}.saturating_sub(TokenAmount{lost}).raw();
}

bool take(RaydiumAmmV4Pool& pool, Direction direction, const SwapQuote& swap) {
    auto& in = direction == Direction::AToB ? pool.vault_amount_a : pool.vault_amount_b;
    auto& out = direction == Direction::AToB ? pool.vault_amount_b : pool.vault_amount_a;
    move(in, swap.amount_in.raw(), out, swap.amount_out.raw());
    return true;
}

bool take(RaydiumCpmmPool& pool, Direction direction, const SwapQuote& swap) {
    const bool is_a = direction == Direction::AToB;
    move(is_a ? pool.vault_amount_a : pool.vault_amount_b, swap.amount_in.raw(),
         is_a ? pool.vault_amount_b : pool.vault_amount_a, swap.amount_out.raw());
    const std::uint64_t owed =
        leaving(swap.trade_fee.raw(), pool.protocol_fee_rate + pool.fund_fee_rate, kCpmmRateOne);
    (is_a ? pool.protocol_fees_a : pool.protocol_fees_b) += owed;
    const bool is_creator_fee_a = swap.is_creator_fee_on_output != is_a;
    (is_creator_fee_a ? pool.creator_fees_a : pool.creator_fees_b) += swap.creator_fee.raw();
    return true;
}

// Every fee is taken in the quote token, and leaves the curve.
bool take(PumpCurvePool& pool, Direction direction, const SwapQuote& swap) {
    const std::uint64_t fees = (swap.trade_fee + swap.creator_fee).raw();
    if (direction == Direction::AToB) {
        const std::uint64_t paid = swap.amount_out.raw() + fees;
        move(pool.virtual_a, swap.amount_in.raw(), pool.virtual_b, paid);
        move(pool.real_a, swap.amount_in.raw(), pool.real_b, paid);
    } else {
        const std::uint64_t paid = swap.amount_in.raw() - std::min(fees, swap.amount_in.raw());
        move(pool.virtual_b, paid, pool.virtual_a, swap.amount_out.raw());
        move(pool.real_b, paid, pool.real_a, swap.amount_out.raw());
        pool.is_finished = pool.real_a == 0;
    }
    return true;
}

// The providers' share stays, the others leave.
bool take(PumpSwapPool& pool, Direction direction, const SwapQuote& swap) {
    std::uint64_t fees = swap.creator_fee.raw();
    if (!swap.trade_fee.is_zero()) {  // Recorded swaps say what moved, and have none.
        const PumpFees rates = current_fees(pool);
        fees +=
            leaving(swap.trade_fee.raw(), rates.protocol, std::uint64_t{rates.lp} + rates.protocol);
    }
    if (direction == Direction::AToB) {
        move(pool.vault_amount_a, swap.amount_in.raw(), pool.vault_amount_b,
             swap.amount_out.raw() + fees);
    } else {
        move(pool.vault_amount_b, swap.amount_in.raw() - std::min(fees, swap.amount_in.raw()),
             pool.vault_amount_a, swap.amount_out.raw());
    }
    return true;
}

template <typename Other>
bool take(Other& /*pool*/, Direction /*direction*/, const SwapQuote& /*swap*/) {
    return false;
}

// Made where it stays, as all that is made of it: what is copied right behind its making waits for
// it, longer than the making took.
template <typename P>
PoolLook look_behind(P& pool, Direction direction, const SwapQuote& swap, bool is_transferable) {
    take(pool, direction, swap);
    return look_of(pool, is_transferable);
}

}  // namespace

bool displace(Pool& pool, Direction direction, const SwapQuote& swap) {
    return std::visit([&](auto& state) { return take(state, direction, swap); }, pool.state);
}

Displaced displace(Pool& pool, const SwapMoved& swap) {
    const SwapQuote quote{
        .amount_in = swap.in, .amount_out = swap.out, .trade_fee = {}, .creator_fee = {}};
    return std::visit(
        [&](auto& state) {
            return Displaced{{reserve_a(state), reserve_b(state)},
                             look_behind(state, swap.direction, quote, is_transferable(pool))};
        },
        pool.state);
}

}  // namespace sniperforge::dex
