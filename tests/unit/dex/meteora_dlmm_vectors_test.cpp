// SPDX-License-Identifier: MIT
// Every quote of the vendor's client, and where it leaves the price.
#include <gtest/gtest.h>

#include "dex/meteora_dlmm_swap.hpp"
#include "unit/dex/dlmm_support.hpp"
#include "unit/dex/vectors.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

DlmmSpec spec_of(simdjson::dom::element pool) {
    const simdjson::dom::element pair = pool["lb_pair"];
    const auto u8 = [&](std::string_view name) { return integer_at<std::uint8_t>(pair, name); };
    const auto u16 = [&](std::string_view name) { return u16_at(pair, name); };
    const auto u32 = [&](std::string_view name) { return u32_at(pair, name); };
    DlmmSpec spec;
    spec.bin_step = u16("bin_step");
    spec.active_id = i32_at(pair, "active_id");
    spec.base_factor = u16("base_factor");
    spec.power = u8("base_fee_power_factor");
    spec.filter_period = u16("filter_period");
    spec.decay_period = u16("decay_period");
    spec.reduction_factor = u16("reduction_factor");
    spec.control_factor = u32("variable_fee_control");
    spec.volatility_max = u32("max_volatility_accumulator");
    spec.protocol_share = u16("protocol_share");
    spec.function_type = u8("function_type");
    spec.collect_fee_mode = u8("collect_fee_mode");
    spec.has_rewards = pair["has_rewards"];
    spec.volatility = u32("volatility_accumulator");
    spec.volatility_reference = u32("volatility_reference");
    spec.index_reference = i32_at(pair, "index_reference");
    spec.updated_at = i64_at(pair, "last_update_timestamp");
    for (const auto bin : pool["bins"].get_array()) {
        spec.bins[i32_at(bin, "bin_id")] = {
            .amount_x = u64_at(bin, "amount_x"),
            .amount_y = u64_at(bin, "amount_y"),
            .price = u128_at(bin, "price"),
            .open_orders = u64_at(bin, "open_order_amount"),
            .processed_orders = u64_at(bin, "processed_order_remaining_amount"),
            .is_ask = std::string_view{bin["limit_order_ask_side"]} != "0"};
    }
    return spec;
}

// Nothing: it is neither of the two that there are.
std::optional<bool> is_exact_in(simdjson::dom::element test_case) {
    const std::string_view kind{test_case["kind"]};
    return kind == "exact_in"    ? std::optional{true}
           : kind == "exact_out" ? std::optional{false}
                                 : std::nullopt;
}

void expect_case(simdjson::dom::element test_case, const MeteoraDlmmPool& pool) {
    const auto is_in = is_exact_in(test_case);
    ASSERT_TRUE(is_in) << "unknown kind " << std::string_view{test_case["kind"]};
    const auto direction = bool{test_case["swap_for_y"]} ? Direction::AToB : Direction::BToA;
    const TokenAmount amount{u64_at(test_case, "amount")};
    const QuoteContext context{.unix_time = i64_at(test_case, "timestamp")};
    const auto quote = *is_in ? quote_exact_in(pool, direction, amount, context)
                              : quote_exact_out(pool, direction, amount, context);
    const simdjson::dom::element expected = test_case["expected"];
    if (has(expected, "error")) {
        ASSERT_FALSE(quote);
        EXPECT_EQ(quote.error(), QuoteError::ExceedsReserve);
        return;
    }
    ASSERT_TRUE(quote) << to_string(quote.error());
    EXPECT_EQ(quote->amount_in.raw(), u64_at(expected, "amount_in"));
    EXPECT_EQ(quote->amount_out.raw(), u64_at(expected, "amount_out"));
    EXPECT_EQ(quote->trade_fee.raw(), u64_at(expected, "fee"));
    std::uint64_t protocol_fee = 0;
    const auto traced =
        dlmm::trace_swap(pool, {direction, *is_in, amount.raw()}, context, protocol_fee);
    ASSERT_TRUE(traced);
    EXPECT_EQ(traced->in, quote->amount_in.raw());
    EXPECT_EQ(traced->out, quote->amount_out.raw());
    EXPECT_EQ(protocol_fee, u64_at(expected, "protocol_fee"));
    EXPECT_EQ(traced->end_bin, i32_at(expected, "end_bin"));
}

void run_pools(VectorCases& cases, simdjson::dom::element pools) {
    for (const auto source : pools.get_array()) {
        const auto pool = dlmm_of(spec_of(source));
        for (const auto test_case : source["quotes"].get_array()) {
            cases.run([&] { expect_case(test_case, pool); });
        }
    }
}

// The recorded pool with the recorded arrays; the addresses of some were not recorded.
MeteoraDlmmPool recorded_pool(const std::filesystem::path& folder,
                              simdjson::dom::element test_case) {
    const auto bytes = [&](std::string_view name) {
        const sniperforge::test::JsonFile file{folder / (std::string{name} + ".json")};
        return account_data(file.root());
    };
    // An array names the pool that it belongs to.
    Pubkey pool_id;
    std::vector<Bytes> arrays;
    for (const auto name : test_case["bin_arrays"].get_array()) {
        arrays.push_back(bytes(std::string_view{name}));
        pool_id = Pubkey::from(BytesView{arrays.back()}.subspan(24));
    }
    auto pool = decode_meteora_dlmm_pool(pool_id, bytes(text_at(test_case, "lb_pair"))).value();
    for (const Bytes& array : arrays) {
        const auto index = static_cast<std::int32_t>(read_le<std::int64_t>(array, 8));
        apply_or_die(pool, dlmm_update(dlmm_bin_array_address(pool_id, index), array));
    }
    return pool;
}

void expect_recorded(const VectorCases& cases, simdjson::dom::element test_case) {
    const auto pool = recorded_pool(cases.data() / "fixtures/accounts/meteora_dlmm", test_case);
    const auto direction = bool{test_case["swap_for_y"]} ? Direction::AToB : Direction::BToA;
    const std::uint64_t amount = u64_at(test_case, "amount_in");
    // One of the pools opens at a slot.
    const QuoteContext context{.unix_time = i64_at(test_case, "timestamp"), .slot = 448'432'755};
    const auto quote = quote_exact_in(pool, direction, TokenAmount{amount}, context);
    const simdjson::dom::element expected = test_case["expected"];
    if (has(expected, "error") || u64_at(expected, "consumed_in") < amount) {
        ASSERT_FALSE(quote);  // Part of a swap is no trade to us.
        EXPECT_EQ(quote.error(), QuoteError::ExceedsReserve);
        return;
    }
    ASSERT_TRUE(quote) << to_string(quote.error());
    EXPECT_EQ(quote->amount_in.raw(), amount);
    EXPECT_EQ(quote->amount_out.raw(), u64_at(expected, "amount_out"));
    EXPECT_EQ(quote->trade_fee.raw(), u64_at(expected, "total_fee"));
    std::uint64_t protocol_fee = 0;
    const auto traced = dlmm::trace_swap(pool, {direction, true, amount}, context, protocol_fee);
    ASSERT_TRUE(traced);
    // One of the two, whichever was recorded.
    if (has(expected, "end_bin")) {
        EXPECT_EQ(traced->end_bin, i32_at(expected, "end_bin"));
    } else {
        EXPECT_EQ(protocol_fee, u64_at(expected, "protocol_fee"));
    }
}

}  // namespace

void test::run_meteora_dlmm(VectorCases& cases, simdjson::dom::element root) {
    run_sections(cases, root, {{"cases", run_each<expect_recorded>}, {"pools", run_pools}});
}

}  // namespace sniperforge::dex
