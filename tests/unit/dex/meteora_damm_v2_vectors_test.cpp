// SPDX-License-Identifier: MIT
// Every quote that the vendor's SDK and an independent implementation agree on: of recorded pools,
// and of synthetic ones with all kinds of fees.
#include <gtest/gtest.h>

#include "unit/dex/damm_support.hpp"
#include "unit/dex/vectors.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

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
    EXPECT_TRUE(trade && trade->amount == gross_out);
    return trade ? trade->price : 0;
}

// The reasons that the recorded refusals give, as far as they tell them apart.
void expect_refused(const QuoteResult& quote, std::string_view reason) {
    ASSERT_FALSE(quote) << "refused when it was recorded: " << reason;
    if (reason == "zero output is rejected" || reason == "Amount out must be greater than 0") {
        EXPECT_EQ(quote.error(), QuoteError::AmountZero);
    } else if (reason == "price range") {
        EXPECT_EQ(quote.error(), QuoteError::ExceedsReserve);
    }
}

void expect_recorded(const VectorCases& cases, simdjson::dom::element test_case) {
    const sniperforge::test::JsonFile account{cases.data() / "fixtures/accounts/meteora_damm_v2" /
                                              (std::string{text_at(test_case, "pool")} + ".json")};
    const auto pool = decode_meteora_damm_v2_pool(key_of(1), account_data(account.root()));
    ASSERT_TRUE(pool) << pool.error().text;
    const auto direction = bool{test_case["a_to_b"]} ? Direction::AToB : Direction::BToA;
    const auto quote = quote_exact_in(*pool, direction, TokenAmount{u64_at(test_case, "amount_in")},
                                      at_point(*pool, u64_at(test_case, "current_point")));
    if (has(test_case, "error")) {
        expect_refused(quote, text_at(test_case, "error"));
        return;
    }
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

DammV2BaseFee fee_of(simdjson::dom::element fee) {
    const auto mode = integer_at<std::uint8_t>(fee, "mode");
    if (mode > 4) {
        throw std::runtime_error("no mode of a base fee: " + std::to_string(mode));
    }
    DammV2BaseFee result{.mode = DammV2BaseFeeMode{mode}, .cliff_rate = u64_at(fee, "cliff")};
    if (result.mode == DammV2BaseFeeMode::RateLimiter) {
        result.first_factor = u16_at(fee, "inc_bps");
        result.second_factor = two_halves(u32_at(fee, "dur"), u32_at(fee, "max_bps"));
        result.third_factor = u64_at(fee, "ref");
        return result;
    }
    result.first_factor = u16_at(fee, "n");
    result.third_factor = u64_at(fee, "red");
    result.second_factor =
        mode <= 1 ? u64_at(fee, "freq") : two_halves(u32_at(fee, "step"), u32_at(fee, "expiry"));
    return result;
}

MeteoraDammV2Pool pool_of(simdjson::dom::element element) {
    MeteoraDammV2Pool spec = damm_spec();
    spec.liquidity = u128_at(element, "liquidity");
    spec.sqrt_price = u128_at(element, "sqrt_price");
    spec.sqrt_price_min = u128_at(element, "sqrt_min");
    spec.sqrt_price_max = u128_at(element, "sqrt_max");
    spec.sqrt_price_initial = u128_at(element, "init_sqrt_price");
    spec.activation_point = u64_at(element, "activation_point");
    spec.activation_type = integer_at<std::uint8_t>(element, "activation_type");
    spec.collect_fee_mode =
        DammV2CollectFeeMode{integer_at<std::uint8_t>(element, "collect_fee_mode")};
    spec.fee_version = integer_at<std::uint8_t>(element, "fee_version");
    spec.layout_version = 1;
    spec.amount_a = u64_at(element, "token_a_amount");
    spec.amount_b = u64_at(element, "token_b_amount");
    spec.base_fee = fee_of(element["fee"]);
    simdjson::dom::element dynamic;
    if (element["dyn"].get(dynamic) == simdjson::SUCCESS) {
        spec.dynamic_fee = {.is_enabled = true,
                            .control = u32_at(dynamic, "vfc"),
                            .bin_step = u16_at(dynamic, "bin_step"),
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
    if (has(expected, "error")) {
        expect_refused(quote, text_at(expected, "error"));
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

void run_pools(VectorCases& cases, simdjson::dom::element pools) {
    for (const auto element : pools.get_array()) {
        const auto pool = pool_of(element);
        for (const auto test_case : element["quotes"].get_array()) {
            cases.run([&] { expect_quote(pool, test_case); });
        }
    }
}

}  // namespace

void test::run_meteora_damm_v2(VectorCases& cases, simdjson::dom::element root) {
    run_sections(cases, root, {{"cases", run_each<expect_recorded>}, {"pools", run_pools}});
}

}  // namespace sniperforge::dex
