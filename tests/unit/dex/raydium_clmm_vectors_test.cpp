// SPDX-License-Identifier: MIT
// Every quote of the vendor's mathematics, and the pool that it leaves behind.
#include <gtest/gtest.h>

#include "dex/raydium_clmm_swap.hpp"
#include "unit/dex/clmm_support.hpp"
#include "unit/dex/vectors.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

// The vectors' pools have everything seen, however far from the price.
void put_all_ticks(RaydiumClmmPool& pool, const std::vector<RawTick>& ticks) {
    for (const RawTick& tick : ticks) {
        pool.ticks.push_back({.sqrt_price = clmm_sqrt_price_at(tick.tick),
                              .liquidity_net = tick.liquidity_net,
                              .orders = tick.orders,
                              .part_filled = tick.part_filled,
                              .tick = tick.tick,
                              .has_liquidity = tick.liquidity_gross != 0});
    }
    std::ranges::sort(pool.ticks, {}, &ClmmTick::tick);
    const auto above = std::ranges::upper_bound(pool.ticks, pool.tick_current, {}, &ClmmTick::tick);
    pool.ticks_position = static_cast<std::uint32_t>(above - pool.ticks.begin());
    pool.ticks_high = static_cast<std::uint32_t>(pool.ticks.size());
}

std::vector<RawTick> ticks_of(simdjson::dom::element pool) {
    std::vector<RawTick> ticks;
    for (const auto tick : pool["ticks"].get_array()) {
        RawTick raw{.tick = i32_at(tick, "tick"),
                    .liquidity_net = to_i128(text_at(tick, "liquidity_net")),
                    .liquidity_gross = 1};
        if (has(tick, "orders_amount")) {
            raw.liquidity_gross = u128_at(tick, "liquidity_gross");
            raw.orders = u64_at(tick, "orders_amount");
            raw.part_filled = u64_at(tick, "part_filled_orders_remaining");
        }
        ticks.push_back(raw);
    }
    return ticks;
}

ClmmDynamicFee dynamic_fee_of(simdjson::dom::element info) {
    return {.is_enabled = true,
            .filter_period = u16_at(info, "filter_period"),
            .decay_period = u16_at(info, "decay_period"),
            .reduction_factor = u16_at(info, "reduction_factor"),
            .dynamic_fee_control = u32_at(info, "dynamic_fee_control"),
            .max_volatility_accumulator = u32_at(info, "max_volatility_accumulator"),
            .tick_spacing_index_reference = i32_at(info, "tick_spacing_index_reference"),
            .volatility_reference = u32_at(info, "volatility_reference"),
            .volatility_accumulator = u32_at(info, "volatility_accumulator"),
            .last_update_timestamp = u64_at(info, "last_update_timestamp")};
}

RaydiumClmmPool pool_of(simdjson::dom::element source) {
    auto pool = clmm_pool(i32_at(source, "tick_current"), u128_at(source, "sqrt_price_x64"),
                          u128_at(source, "liquidity"), u16_at(source, "tick_spacing"));
    pool.trade_fee_rate = u32_at(source, "trade_fee_rate");
    if (has(source, "dynamic_fee_info") && !source["dynamic_fee_info"].is_null()) {
        pool.dynamic_fee = dynamic_fee_of(source["dynamic_fee_info"]);
    }
    put_all_ticks(pool, ticks_of(source));
    return pool;
}

// Limit orders after the swap: untouched, gone, or what is left at the last tick met.
void expect_orders(simdjson::dom::element left, const RaydiumClmmPool& pool, const ClmmSwap& swap,
                   bool is_down) {
    for (const auto& [name, amounts] : left.get_object()) {
        const auto tick = static_cast<std::int32_t>(to_i128(name));
        const auto found = std::ranges::find(pool.ticks, tick, &ClmmTick::tick);
        ASSERT_NE(found, pool.ticks.end());
        ClmmOrdersLeft actual{tick, found->orders, found->part_filled};
        if (swap.orders_left) {
            const std::int32_t last = swap.orders_left->tick;
            const bool is_passed = is_down ? tick > last && tick <= pool.tick_current
                                           : tick < last && tick > pool.tick_current;
            actual = tick == last ? *swap.orders_left
                     : is_passed  ? ClmmOrdersLeft{tick, 0, 0}
                                  : actual;
        }
        EXPECT_EQ(actual.orders, to_u128(std::string_view{amounts.at(0)})) << tick;
        EXPECT_EQ(actual.part_filled, to_u128(std::string_view{amounts.at(1)})) << tick;
    }
}

void expect_pool_after(simdjson::dom::element expected, const RaydiumClmmPool& pool,
                       const ClmmSwap& swap, bool is_down) {
    EXPECT_EQ(swap.sqrt_price, u128_at(expected, "sqrt_price_after"));
    EXPECT_EQ(swap.liquidity, u128_at(expected, "liquidity_after"));
    const bool is_moved = swap.sqrt_price != pool.sqrt_price;
    const auto tick = swap.tick.value_or(is_moved ? tick_at(swap.sqrt_price) : pool.tick_current);
    EXPECT_EQ(tick, i32_at(expected, "tick_after"));
    const bool is_extended = has(expected, "sub_steps");
    EXPECT_EQ(swap.steps, u32_at(expected, is_extended ? "sub_steps" : "steps"));
    if (is_extended) {
        expect_orders(expected["orders_left"], pool, swap, is_down);
    }
    if (pool.dynamic_fee.is_enabled) {
        EXPECT_EQ(swap.dynamic_fee.volatility_accumulator,
                  u32_at(expected, "volatility_accumulator_after"));
        EXPECT_EQ(swap.dynamic_fee.volatility_reference,
                  u32_at(expected, "volatility_reference_after"));
        EXPECT_EQ(swap.dynamic_fee.tick_spacing_index_reference,
                  i32_at(expected, "tick_spacing_index_reference_after"));
    }
}

void expect_case(simdjson::dom::element test_case, RaydiumClmmPool pool) {
    const bool is_down = test_case["zero_for_one"];
    const bool is_in = test_case["base_input"];
    const auto direction = is_down ? Direction::AToB : Direction::BToA;
    pool.fee_on = static_cast<std::uint8_t>(u32_at(test_case, "fee_on"));
    QuoteContext context = kNow;
    if (has(test_case, "timestamp")) {
        context.unix_time = i64_at(test_case, "timestamp");
    }
    const SwapOrder order{direction, is_in, u64_at(test_case, "amount")};
    const auto swap = clmm_swap(pool, order, context);
    const simdjson::dom::element expected = test_case["expected"];
    if (has(expected, "error")) {
        EXPECT_FALSE(swap) << "refused when it was recorded: " << text_at(expected, "error");
        return;
    }
    ASSERT_TRUE(swap) << to_string(swap.error());
    EXPECT_EQ(swap->amount_in, u64_at(expected, "amount_in"));
    EXPECT_EQ(swap->amount_out, u64_at(expected, "amount_out"));
    EXPECT_EQ(swap->fee, u64_at(expected, "fee"));
    expect_pool_after(expected, pool, *swap, is_down);

    const TokenAmount amount{order.amount};
    const auto quote = is_in ? quote_exact_in(pool, direction, amount, context)
                             : quote_exact_out(pool, direction, amount, context);
    ASSERT_TRUE(quote) << to_string(quote.error());
    EXPECT_EQ(quote->amount_in.raw(), swap->amount_in);
    EXPECT_EQ(quote->amount_out.raw(), swap->amount_out);
    EXPECT_EQ(quote->trade_fee.raw(), swap->fee);
    EXPECT_EQ(quote->is_trade_fee_on_output, swap->is_fee_on_output);
}

void run_pools(VectorCases& cases, simdjson::dom::element pools) {
    for (const auto source : pools.get_array()) {
        const auto pool = pool_of(source);
        for (const auto test_case : source["quotes"].get_array()) {
            cases.run([&] { expect_case(test_case, pool); });
        }
    }
}

void expect_tick(const VectorCases& /*cases*/, simdjson::dom::element entry) {
    const auto tick = i32_at(entry, "tick");
    EXPECT_EQ(clmm_sqrt_price_at(tick), u128_at(entry, "sqrt_price_x64")) << tick;
}

}  // namespace

void test::run_raydium_clmm(VectorCases& cases, simdjson::dom::element root) {
    run_sections(cases, root, {{"pools", run_pools}, {"tick_math", run_each<expect_tick>}});
}

}  // namespace sniperforge::dex
