// SPDX-License-Identifier: MIT
// Every case that the vendor's own code answered: the quotes of its Rust core, and the program's
// integration cases with all that a swap leaves behind.
#include <gtest/gtest.h>

#include "dex/orca_whirlpool_swap.hpp"
#include "unit/dex/vectors.hpp"
#include "unit/dex/whirlpool_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

WhirlpoolAdaptiveFee adaptive_fee_of(simdjson::dom::element oracle) {
    const simdjson::dom::element constants = oracle["adaptiveFeeConstants"];
    const simdjson::dom::element variables = oracle["adaptiveFeeVariables"];
    WhirlpoolAdaptiveFee fee;
    fee.trade_enabled_at = u64_at(oracle, "tradeEnableTimestamp");
    fee.filter_period = u16_at(constants, "filterPeriod");
    fee.decay_period = u16_at(constants, "decayPeriod");
    fee.reduction_factor = u16_at(constants, "reductionFactor");
    fee.control_factor = u32_at(constants, "adaptiveFeeControlFactor");
    fee.volatility_max = u32_at(constants, "maxVolatilityAccumulator");
    fee.tick_group_size = u16_at(constants, "tickGroupSize");
    fee.reference_updated_at = u64_at(variables, "lastReferenceUpdateTimestamp");
    fee.major_swap_at = u64_at(variables, "lastMajorSwapTimestamp");
    fee.volatility_reference = u32_at(variables, "volatilityReference");
    fee.tick_group_reference = i32_at(variables, "tickGroupIndexReference");
    fee.volatility = u32_at(variables, "volatilityAccumulator");
    return fee;
}

WhirlpoolSpec spec_of(simdjson::dom::element pool) {
    WhirlpoolSpec spec;
    spec.tick_spacing = u16_at(pool, "tick_spacing");
    spec.fee_rate = u16_at(pool, "fee_rate");
    spec.liquidity = u128_at(pool, "liquidity");
    spec.sqrt_price = u128_at(pool, "sqrt_price");
    spec.tick_current = i32_at(pool, "tick_current_index");
    for (const auto tick : pool["ticks"].get_array()) {
        spec.ticks[i32_at(tick, "tick")] = to_i128(text_at(tick, "liquidity_net"));
    }
    if (!pool["oracle"].is_null()) {
        spec.adaptive_fee = adaptive_fee_of(pool["oracle"]);
        spec.fee_tier_index = static_cast<std::uint16_t>(spec.tick_spacing + 1'024);
    }
    return spec;
}

void expect_quote(const OrcaWhirlpoolPool& pool, simdjson::dom::element test_case,
                  std::int64_t time) {
    const std::string_view kind = text_at(test_case, "kind");
    ASSERT_TRUE(kind == "exact_in" || kind == "exact_out") << "unknown kind " << kind;
    const bool is_exact_in = kind == "exact_in";
    const bool is_a_specified = test_case["specified_token_a"];
    const auto direction = is_a_specified == is_exact_in ? Direction::AToB : Direction::BToA;
    const TokenAmount amount{u64_at(test_case, "amount")};
    const QuoteContext context{.unix_time = time};
    const auto quote = is_exact_in ? quote_exact_in(pool, direction, amount, context)
                                   : quote_exact_out(pool, direction, amount, context);
    if (has(test_case, "error")) {
        EXPECT_FALSE(quote) << "refused when it was recorded: " << text_at(test_case, "error");
        return;
    }
    const simdjson::dom::element expected = test_case["result"];
    const auto in = u64_at(expected, is_exact_in ? "tokenIn" : "tokenEstIn");
    const auto out = u64_at(expected, is_exact_in ? "tokenEstOut" : "tokenOut");
    if ((is_exact_in ? in : out) < amount.raw()) {  // To us a part of a swap is no trade.
        ASSERT_FALSE(quote);
        EXPECT_EQ(quote.error(), QuoteError::ExceedsReserve);
        return;
    }
    if (out == 0) {  // Nor is one for nothing.
        ASSERT_FALSE(quote);
        EXPECT_EQ(quote.error(), QuoteError::AmountZero);
        return;
    }
    ASSERT_TRUE(quote) << to_string(quote.error());
    EXPECT_EQ(quote->amount_in.raw(), in);
    EXPECT_EQ(quote->amount_out.raw(), out);
    EXPECT_EQ(quote->trade_fee.raw(), u64_at(expected, "tradeFee"));
}

void run_pools(VectorCases& cases, simdjson::dom::element pools) {
    for (const auto source : pools.get_array()) {
        const auto pool = whirlpool_of(spec_of(source));
        for (const auto quote : source["quotes"].get_array()) {
            cases.run([&] {
                EXPECT_TRUE(is_complete(pool));
                EXPECT_EQ(bool{quote["a_to_b"]}, bool{quote["specified_token_a"]} ==
                                                     (text_at(quote, "kind") == "exact_in"));
                expect_quote(pool, quote, i64_at(quote, "timestamp"));
            });
        }
    }
}

// A recorded pool. No tick around its price is initialised: the arrays do not exist.
void expect_real(const VectorCases& cases, simdjson::dom::element quote) {
    const auto fixture = std::string{text_at(quote, "fixture")} + ".json";
    const sniperforge::test::JsonFile account{cases.data() / "fixtures/accounts/orca_whirlpool" /
                                              fixture};
    auto pool = decode_orca_whirlpool_pool(pubkey_constant(text_at(account.root(), "pubkey")),
                                           account_data(account.root()));
    ASSERT_TRUE(pool) << pool.error().text;
    for (const Pubkey& needed : accounts_needed(*pool)) {
        if (needed != pool->mint_a && needed != pool->mint_b) {
            ASSERT_TRUE(apply_account(*pool, whirlpool_update(needed, {})));
        }
    }
    expect_quote(*pool, quote, 1'760'000'000);
}

void expect_tick(const VectorCases& /*cases*/, simdjson::dom::element entry) {
    const auto price = u128_at(entry, "sqrt_price");
    const auto tick = i32_at(entry, "tick");
    EXPECT_TRUE(whirlpool::sqrt_price_of(tick) == price);
    EXPECT_EQ(whirlpool::tick_of(price), tick);
}

void expect_program_case(const VectorCases& /*cases*/, simdjson::dom::element test_case) {
    SCOPED_TRACE(text_at(test_case, "description"));
    WhirlpoolSpec spec;
    spec.tick_spacing = u16_at(test_case, "tickSpacing");
    spec.fee_rate = u16_at(test_case, "feeRate");
    spec.protocol_fee_rate = u16_at(test_case, "protocolFeeRate");
    spec.liquidity = u128_at(test_case, "liquidity");
    spec.tick_current = i32_at(test_case, "currTickIndex");
    spec.sqrt_price = whirlpool::sqrt_price_of(spec.tick_current);
    const auto pool = whirlpool_of(spec);
    const bool is_a_to_b = test_case["aToB"];
    const SwapOrder order{
        .direction = is_a_to_b ? Direction::AToB : Direction::BToA,
        .is_exact_in = test_case["amountIsInput"],
        .amount = u64_at(test_case, "tradeAmount"),
    };
    whirlpool::SwapTrace trace;
    const auto amounts = whirlpool::trace_swap(pool, order, {}, trace);
    ASSERT_TRUE(amounts) << to_string(amounts.error());

    const simdjson::dom::element expected = test_case["expectation"];
    ASSERT_EQ(text_at(expected, "exception"), "");
    EXPECT_EQ(is_a_to_b ? amounts->in : amounts->out, u64_at(expected, "amountA"));
    EXPECT_EQ(is_a_to_b ? amounts->out : amounts->in, u64_at(expected, "amountB"));
    const auto equals = [&](u128 value, std::string_view name) {
        return sniperforge::to_string(value) == text_at(expected, name);
    };
    EXPECT_TRUE(equals(trace.liquidity, "nextLiquidity"));
    EXPECT_EQ(trace.tick_current, i32_at(expected, "nextTickIndex"));
    EXPECT_TRUE(equals(trace.sqrt_price, "nextSqrtPrice"));
    EXPECT_TRUE(equals(trace.fee_growth, "nextFeeGrowthGlobal"));
    EXPECT_EQ(trace.protocol_fee, u64_at(expected, "nextProtocolFee"));
    // What quotes skip does not change their amounts.
    const auto run = whirlpool::run_swap(pool, order, {});
    ASSERT_TRUE(run);
    EXPECT_EQ(run->in, amounts->in);
    EXPECT_EQ(run->out, amounts->out);
    EXPECT_EQ(run->fee, amounts->fee);
}

}  // namespace

void test::run_orca_whirlpool(VectorCases& cases, simdjson::dom::element root) {
    run_sections(cases, root,
                 {{"pools", run_pools},
                  {"real", run_each<expect_real>},
                  {"tick_math", run_each<expect_tick>}});
}

void test::run_orca_program(VectorCases& cases, simdjson::dom::element root) {
    run_sections(cases, root, {{"cases", run_each<expect_program_case>}});
}

}  // namespace sniperforge::dex
