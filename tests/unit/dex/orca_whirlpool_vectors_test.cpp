// SPDX-License-Identifier: MIT
// Every case that the vendor's own code answered: the quotes of its Rust core, and the program's
// integration cases with all that a swap leaves behind.
#include <gtest/gtest.h>

#include <cstdio>

#include "dex/orca_whirlpool_swap.hpp"
#include "unit/dex/whirlpool_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

std::uint64_t number_at(simdjson::dom::element object, std::string_view name) {
    const auto value = object[name];
    return value.is_string() ? to_u64(std::string_view{value}) : std::uint64_t{value};
}
std::int32_t tick_at(simdjson::dom::element object, std::string_view name) {
    return static_cast<std::int32_t>(std::int64_t{object[name]});
}
std::string_view text_at(simdjson::dom::element object, std::string_view name) {
    return std::string_view{object[name]};
}

WhirlpoolAdaptiveFee adaptive_fee_of(simdjson::dom::element oracle) {
    const simdjson::dom::element constants = oracle["adaptiveFeeConstants"];
    const simdjson::dom::element variables = oracle["adaptiveFeeVariables"];
    WhirlpoolAdaptiveFee fee;
    fee.trade_enabled_at = number_at(oracle, "tradeEnableTimestamp");
    fee.filter_period = static_cast<std::uint16_t>(number_at(constants, "filterPeriod"));
    fee.decay_period = static_cast<std::uint16_t>(number_at(constants, "decayPeriod"));
    fee.reduction_factor = static_cast<std::uint16_t>(number_at(constants, "reductionFactor"));
    fee.control_factor =
        static_cast<std::uint32_t>(number_at(constants, "adaptiveFeeControlFactor"));
    fee.volatility_max =
        static_cast<std::uint32_t>(number_at(constants, "maxVolatilityAccumulator"));
    fee.tick_group_size = static_cast<std::uint16_t>(number_at(constants, "tickGroupSize"));
    fee.reference_updated_at = number_at(variables, "lastReferenceUpdateTimestamp");
    fee.major_swap_at = number_at(variables, "lastMajorSwapTimestamp");
    fee.volatility_reference =
        static_cast<std::uint32_t>(number_at(variables, "volatilityReference"));
    fee.tick_group_reference = tick_at(variables, "tickGroupIndexReference");
    fee.volatility = static_cast<std::uint32_t>(number_at(variables, "volatilityAccumulator"));
    return fee;
}

WhirlpoolSpec spec_of(simdjson::dom::element pool) {
    WhirlpoolSpec spec;
    spec.tick_spacing = static_cast<std::uint16_t>(number_at(pool, "tick_spacing"));
    spec.fee_rate = static_cast<std::uint16_t>(number_at(pool, "fee_rate"));
    spec.liquidity = to_u128(text_at(pool, "liquidity"));
    spec.sqrt_price = to_u128(text_at(pool, "sqrt_price"));
    spec.tick_current = tick_at(pool, "tick_current_index");
    for (const auto tick : pool["ticks"].get_array()) {
        spec.ticks[tick_at(tick, "tick")] = to_i128(text_at(tick, "liquidity_net"));
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
    const TokenAmount amount{number_at(test_case, "amount")};
    const QuoteContext context{.unix_time = time};
    const auto quote = is_exact_in ? quote_exact_in(pool, direction, amount, context)
                                   : quote_exact_out(pool, direction, amount, context);
    const simdjson::dom::element expected = test_case["result"];
    const auto in = number_at(expected, is_exact_in ? "tokenIn" : "tokenEstIn");
    const auto out = number_at(expected, is_exact_in ? "tokenEstOut" : "tokenOut");
    if (out == 0) {  // To us a swap for nothing is no trade.
        ASSERT_FALSE(quote);
        EXPECT_EQ(quote.error(), QuoteError::AmountZero);
        return;
    }
    ASSERT_TRUE(quote) << to_string(quote.error());
    EXPECT_EQ(quote->amount_in.raw(), in);
    EXPECT_EQ(quote->amount_out.raw(), out);
    EXPECT_EQ(quote->trade_fee.raw(), number_at(expected, "tradeFee"));
}

TEST(OrcaWhirlpoolVectors, ReproducesEveryQuoteOfTheVendorsCore) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "vectors/orca_whirlpool_quotes.json"};
    int cases = 0;
    int exact = 0;
    for (const auto pool : file.root()["pools"].get_array()) {
        const auto spec = spec_of(pool);
        const auto decoded = whirlpool_of(spec);
        ASSERT_TRUE(is_complete(decoded));
        for (const auto quote : pool["quotes"].get_array()) {
            SCOPED_TRACE(cases++);
            const int failures_before = failures();
            EXPECT_EQ(bool{quote["a_to_b"]},
                      bool{quote["specified_token_a"]} == (text_at(quote, "kind") == "exact_in"));
            expect_quote(decoded, quote, static_cast<std::int64_t>(number_at(quote, "timestamp")));
            exact += failures() == failures_before ? 1 : 0;
        }
    }
    for (const auto quote : file.root()["real"].get_array()) {
        SCOPED_TRACE(cases++);
        const int failures_before = failures();
        const auto fixture = std::string{text_at(quote, "fixture")} + ".json";
        const sniperforge::test::JsonFile account{data / "fixtures/accounts/orca_whirlpool" /
                                                  fixture};
        auto pool = decode_orca_whirlpool_pool(pubkey_constant(text_at(account.root(), "pubkey")),
                                               account_data(account.root()));
        ASSERT_TRUE(pool) << pool.error().text;
        // No tick around the price is initialised: the arrays do not exist.
        for (const Pubkey& needed : accounts_needed(*pool)) {
            if (needed != pool->mint_a && needed != pool->mint_b) {
                ASSERT_TRUE(apply_account(*pool, whirlpool_update(needed, {})));
            }
        }
        expect_quote(*pool, quote, 1'760'000'000);
        exact += failures() == failures_before ? 1 : 0;
    }
    for (const auto tick : file.root()["tick_math"].get_array()) {
        SCOPED_TRACE(cases++);
        const int failures_before = failures();
        const auto price = to_u128(text_at(tick, "sqrt_price"));
        EXPECT_TRUE(whirlpool::sqrt_price_of(tick_at(tick, "tick")) == price);
        EXPECT_EQ(whirlpool::tick_of(price), tick_at(tick, "tick"));
        exact += failures() == failures_before ? 1 : 0;
    }
    std::printf("orca_whirlpool: %d cases, %d exact\n", cases, exact);
    EXPECT_EQ(cases, 146);
    EXPECT_EQ(exact, cases);
}

void expect_program_case(simdjson::dom::element test_case) {
    WhirlpoolSpec spec;
    spec.tick_spacing = static_cast<std::uint16_t>(number_at(test_case, "tickSpacing"));
    spec.fee_rate = static_cast<std::uint16_t>(number_at(test_case, "feeRate"));
    spec.protocol_fee_rate = static_cast<std::uint16_t>(number_at(test_case, "protocolFeeRate"));
    spec.liquidity = to_u128(text_at(test_case, "liquidity"));
    spec.tick_current = tick_at(test_case, "currTickIndex");
    spec.sqrt_price = whirlpool::sqrt_price_of(spec.tick_current);
    const auto pool = whirlpool_of(spec);
    const bool is_a_to_b = test_case["aToB"];
    const whirlpool::SwapOrder order{
        .direction = is_a_to_b ? Direction::AToB : Direction::BToA,
        .is_exact_in = test_case["amountIsInput"],
        .amount = number_at(test_case, "tradeAmount"),
    };
    whirlpool::SwapTrace trace;
    const auto amounts = whirlpool::trace_swap(pool, order, {}, trace);
    ASSERT_TRUE(amounts) << to_string(amounts.error());

    const simdjson::dom::element expected = test_case["expectation"];
    ASSERT_EQ(text_at(expected, "exception"), "");
    EXPECT_EQ(is_a_to_b ? amounts->in : amounts->out, number_at(expected, "amountA"));
    EXPECT_EQ(is_a_to_b ? amounts->out : amounts->in, number_at(expected, "amountB"));
    const auto equals = [&](u128 value, std::string_view name) {
        return sniperforge::to_string(value) == text_at(expected, name);
    };
    EXPECT_TRUE(equals(trace.liquidity, "nextLiquidity"));
    EXPECT_EQ(trace.tick_current, tick_at(expected, "nextTickIndex"));
    EXPECT_TRUE(equals(trace.sqrt_price, "nextSqrtPrice"));
    EXPECT_TRUE(equals(trace.fee_growth, "nextFeeGrowthGlobal"));
    EXPECT_EQ(trace.protocol_fee, number_at(expected, "nextProtocolFee"));
    // What quotes skip does not change their amounts.
    const auto run = whirlpool::run_swap(pool, order, {});
    ASSERT_TRUE(run);
    EXPECT_EQ(run->in, amounts->in);
    EXPECT_EQ(run->out, amounts->out);
    EXPECT_EQ(run->fee, amounts->fee);
}

TEST(OrcaWhirlpoolVectors, ReproducesEveryIntegrationCaseOfTheProgram) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "vectors/orca_program_swap_cases.json"};
    int cases = 0;
    int exact = 0;
    for (const auto test_case : file.root()["cases"].get_array()) {
        SCOPED_TRACE(text_at(test_case, "description"));
        ++cases;
        const int failures_before = failures();
        expect_program_case(test_case);
        exact += failures() == failures_before ? 1 : 0;
    }
    std::printf("orca_program: %d cases, %d exact\n", cases, exact);
    EXPECT_EQ(cases, 180);
    EXPECT_EQ(exact, cases);
}

}  // namespace
}  // namespace sniperforge::dex
