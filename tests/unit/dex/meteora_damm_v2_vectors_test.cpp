// SPDX-License-Identifier: MIT
// Every quote that the vendor's SDK and an independent implementation agree on: of recorded pools,
// and of synthetic ones with all kinds of fees.
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "unit/dex/damm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

std::string_view text_at(simdjson::dom::element object, std::string_view name) {
    return std::string_view{object[name]};
}
template <typename Integer>
Integer small_at(simdjson::dom::element object, std::string_view name) {
    const auto value = u64_at(object, name);
    SF_ASSERT(value <= std::numeric_limits<Integer>::max());
    return static_cast<Integer>(value);
}

QuoteContext at_point(const MeteoraDammV2Pool& pool, std::uint64_t point) {
    return pool.activation_type == 0 ? QuoteContext{.slot = point}
                                     : QuoteContext{.unix_time = static_cast<std::int64_t>(point)};
}

// The root of the price after the quote's swap, of a pool with a range.
u128 price_after(const MeteoraDammV2Pool& pool, Direction direction, const SwapQuote& quote) {
    const bool is_on_output = quote.is_trade_fee_on_output;
    const auto fee = quote.trade_fee.raw();
    const std::uint64_t net_in = quote.amount_in.raw() - (is_on_output ? 0 : fee);
    const std::uint64_t gross_out = quote.amount_out.raw() + (is_on_output ? fee : 0);
    const auto trade = damm::range_out(damm_range(pool), direction, net_in);
    SF_ASSERT(trade && trade->amount == gross_out);
    return trade->price;
}

QuoteError expected_error(std::string_view text) {
    if (text == "zero output is rejected" || text == "Amount out must be greater than 0") {
        return QuoteError::AmountZero;
    }
    if (text == "price range") {
        return QuoteError::ExceedsReserve;
    }
    ADD_FAILURE() << "unknown error " << text;
    return QuoteError::Unsupported;
}

TEST(MeteoraDammV2Vectors, ReproducesEveryQuoteOfTheRecordedPools) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "vectors/meteora_damm_v2_quotes.json"};
    int cases = 0;
    int exact = 0;
    for (const auto test_case : file.root()["cases"].get_array()) {
        SCOPED_TRACE(cases++);
        const int failures_before = failures();
        const sniperforge::test::JsonFile account{
            data / "fixtures/accounts/meteora_damm_v2" /
            (std::string{text_at(test_case, "pool")} + ".json")};
        const auto pool = decode_meteora_damm_v2_pool(key_of(1), account_data(account.root()));
        ASSERT_TRUE(pool) << pool.error().text;
        const auto direction = bool{test_case["a_to_b"]} ? Direction::AToB : Direction::BToA;
        const auto quote =
            quote_exact_in(*pool, direction, TokenAmount{u64_at(test_case, "amount_in")},
                           at_point(*pool, u64_at(test_case, "current_point")));
        std::string_view error;
        if (test_case["error"].get(error) == simdjson::SUCCESS) {
            ASSERT_FALSE(quote);
            EXPECT_EQ(quote.error(), expected_error(error));
        } else {
            const simdjson::dom::element expected = test_case["expected"];
            ASSERT_TRUE(quote) << to_string(quote.error());
            EXPECT_EQ(quote->amount_out.raw(), u64_at(expected, "amount_out"));
            EXPECT_EQ(sniperforge::to_string(price_after(*pool, direction, *quote)),
                      text_at(expected, "next_sqrt_price"));
            const auto shares = damm_v2_fee_shares(*pool, quote->trade_fee, false);
            EXPECT_EQ(shares.claiming.raw(), u64_at(expected, "claiming_fee"));
            EXPECT_EQ(shares.protocol.raw(), u64_at(expected, "protocol_fee"));
            EXPECT_EQ(shares.compounding.raw(), u64_at(expected, "compounding_fee"));
        }
        exact += failures() == failures_before ? 1 : 0;
    }
    std::printf("meteora_damm_v2: %d cases, %d exact\n", cases, exact);
    EXPECT_EQ(cases, 36);
    EXPECT_EQ(exact, cases);
}

DammV2BaseFee fee_of(simdjson::dom::element fee) {
    const auto mode = small_at<std::uint8_t>(fee, "mode");
    SF_ASSERT(mode <= 4);
    DammV2BaseFee result{.mode = DammV2BaseFeeMode{mode}, .cliff_rate = u64_at(fee, "cliff")};
    if (result.mode == DammV2BaseFeeMode::RateLimiter) {
        result.first_factor = small_at<std::uint16_t>(fee, "inc_bps");
        result.second_factor = two_halves(small_at<std::uint32_t>(fee, "dur"),
                                          small_at<std::uint32_t>(fee, "max_bps"));
        result.third_factor = u64_at(fee, "ref");
        return result;
    }
    result.first_factor = small_at<std::uint16_t>(fee, "n");
    result.third_factor = u64_at(fee, "red");
    result.second_factor = mode <= 1 ? u64_at(fee, "freq")
                                     : two_halves(small_at<std::uint32_t>(fee, "step"),
                                                  small_at<std::uint32_t>(fee, "expiry"));
    return result;
}

MeteoraDammV2Pool pool_of(simdjson::dom::element element) {
    MeteoraDammV2Pool spec = damm_spec();
    spec.liquidity = u128_of(text_at(element, "liquidity"));
    spec.sqrt_price = u128_of(text_at(element, "sqrt_price"));
    spec.sqrt_price_min = u128_of(text_at(element, "sqrt_min"));
    spec.sqrt_price_max = u128_of(text_at(element, "sqrt_max"));
    spec.sqrt_price_initial = u128_of(text_at(element, "init_sqrt_price"));
    spec.activation_point = u64_at(element, "activation_point");
    spec.activation_type = small_at<std::uint8_t>(element, "activation_type");
    spec.collect_fee_mode =
        DammV2CollectFeeMode{small_at<std::uint8_t>(element, "collect_fee_mode")};
    spec.fee_version = small_at<std::uint8_t>(element, "fee_version");
    spec.layout_version = 1;
    spec.amount_a = u64_at(element, "token_a_amount");
    spec.amount_b = u64_at(element, "token_b_amount");
    spec.base_fee = fee_of(element["fee"]);
    simdjson::dom::element dynamic;
    if (element["dyn"].get(dynamic) == simdjson::SUCCESS) {
        spec.dynamic_fee = {.is_enabled = true,
                            .control = small_at<std::uint32_t>(dynamic, "vfc"),
                            .bin_step = small_at<std::uint16_t>(dynamic, "bin_step"),
                            .volatility = u64_at(dynamic, "va")};
    }
    return damm_pool(spec);
}

void expect_quote(const MeteoraDammV2Pool& pool, simdjson::dom::element test_case) {
    const auto kind = text_at(test_case, "kind");
    ASSERT_TRUE(kind == "exact_in" || kind == "exact_out") << "unknown kind " << kind;
    const bool is_exact_in = kind == "exact_in";
    const auto direction = bool{test_case["a_to_b"]} ? Direction::AToB : Direction::BToA;
    const TokenAmount amount{u64_at(test_case, "amount")};
    const auto context = at_point(pool, u64_at(test_case, "current_point"));
    const auto quote = is_exact_in ? quote_exact_in(pool, direction, amount, context)
                                   : quote_exact_out(pool, direction, amount, context);
    const simdjson::dom::element expected = test_case["expected"];
    std::string_view error;
    if (expected["error"].get(error) == simdjson::SUCCESS) {
        ASSERT_FALSE(quote);
        EXPECT_EQ(quote.error(), expected_error(error));
        return;
    }
    ASSERT_TRUE(quote) << to_string(quote.error());
    EXPECT_EQ(is_exact_in ? quote->amount_in : quote->amount_out, amount);
    EXPECT_EQ(is_exact_in ? quote->amount_out.raw() : quote->amount_in.raw(),
              u64_at(expected, is_exact_in ? "amount_out" : "amount_in"));
    EXPECT_EQ(quote->trade_fee.raw(), u64_at(expected, "fee"));
    const bool is_on_input = !quote->is_trade_fee_on_output;
    const auto rate =
        is_exact_in ? damm_v2_fee_rate_included(pool, direction, amount, context)
                    : damm_v2_fee_rate_excluded(
                          pool, direction,
                          is_on_input ? quote->amount_in - quote->trade_fee : amount, context);
    ASSERT_TRUE(rate);
    EXPECT_EQ(*rate, u64_at(expected, "fee_numerator"));
    if (pool.collect_fee_mode == DammV2CollectFeeMode::Compounding) {
        EXPECT_EQ(text_at(expected, "next_sqrt_price"), "0");  // The SDK leaves it to the reserves.
    } else if (is_exact_in) {
        EXPECT_EQ(sniperforge::to_string(price_after(pool, direction, *quote)),
                  text_at(expected, "next_sqrt_price"));
    } else {
        const auto gross = quote->amount_out.raw() + (is_on_input ? 0 : quote->trade_fee.raw());
        const auto trade = damm::range_in(damm_range(pool), direction, gross);
        ASSERT_TRUE(trade);
        EXPECT_EQ(sniperforge::to_string(trade->price), text_at(expected, "next_sqrt_price"));
    }
}

TEST(MeteoraDammV2Vectors, ReproducesEveryQuoteOfEveryKindOfFee) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "vectors/meteora_damm_v2_ext_quotes.json"};
    int cases = 0;
    int exact = 0;
    for (const auto element : file.root()["pools"].get_array()) {
        const auto pool = pool_of(element);
        for (const auto test_case : element["quotes"].get_array()) {
            SCOPED_TRACE(cases++);
            const int failures_before = failures();
            expect_quote(pool, test_case);
            exact += failures() == failures_before ? 1 : 0;
        }
    }
    std::printf("meteora_damm_v2_ext: %d cases, %d exact\n", cases, exact);
    EXPECT_EQ(cases, 840);
    EXPECT_EQ(exact, cases);
}

}  // namespace
}  // namespace sniperforge::dex
