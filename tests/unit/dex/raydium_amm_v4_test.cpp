// SPDX-License-Identifier: MIT
#include "sniperforge/dex/raydium_amm_v4.hpp"

#include <gtest/gtest.h>

#include <cstdio>

#include "sniperforge/core/hex.hpp"
#include "unit/dex/vectors.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

// The program's numbers: 1 is pc to coin (B to A), 2 is coin to pc.
Direction direction_of(std::uint64_t number) {
    if (number != 1 && number != 2) {
        throw std::runtime_error("no direction: " + std::to_string(number));
    }
    return number == 1 ? kBToA : kAToB;
}

void expect_amm_v4_vector(const VectorCases& /*cases*/, simdjson::dom::element test_case) {
    auto pool = amm_v4_pool({u64_at(test_case, "coin"), u64_at(test_case, "pc")});
    pool.swap_fee_numerator = u64_at(test_case, "swap_fee_numerator");
    pool.swap_fee_denominator = u64_at(test_case, "swap_fee_denominator");
    const auto direction = direction_of(u64_at(test_case, "direction"));
    const TokenAmount in{u64_at(test_case, "amount_in")};
    const TokenAmount out{u64_at(test_case, "amount_out")};
    const std::string_view kind = text_at(test_case, "kind");
    ASSERT_TRUE(kind == "base_in" || kind == "base_out") << "unknown kind " << kind;
    if (kind == "base_in") {
        const auto quote = quote_exact_in(pool, direction, in, kNow);
        ASSERT_TRUE(quote) << to_string(quote.error());
        EXPECT_EQ(quote->amount_out, out);
        EXPECT_EQ(quote->trade_fee.raw(), u64_at(test_case, "fee"));
        return;
    }
    const auto quote = quote_exact_out(pool, direction, out, kNow);
    ASSERT_TRUE(quote) << to_string(quote.error());
    EXPECT_EQ(quote->amount_in, in);
}

}  // namespace

void test::run_raydium_amm_v4(VectorCases& cases, simdjson::dom::element root) {
    run_sections(cases, root, {{"cases", run_each<expect_amm_v4_vector>}});
}

namespace {

TEST(RaydiumAmmV4, ReproducesRecordedSwapLogs) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "fixtures/events/events.json"};
    int logs = 0;
    int exact = 0;
    for (const auto event : file.root().get_array()) {
        if (std::string_view{event["event"]} != "RaydiumAmmV4.ray_log") {
            continue;
        }
        ++logs;
        const simdjson::dom::element fields = event["fields"];
        const auto pool = amm_v4_pool({u64_at(fields, "pool_coin"), u64_at(fields, "pool_pc")});
        const auto quote = quote_exact_in(pool, direction_of(u64_at(fields, "direction")),
                                          TokenAmount{u64_at(fields, "amount_in")}, kNow);
        const bool is_equal = amount_out(quote) == u64_at(fields, "out_amount");
        // The one that differs is dust from before the program's ceil_div was corrected.
        EXPECT_EQ(is_equal, bool{event["check"]["matches"]});
        exact += is_equal ? 1 : 0;
    }
    std::printf("raydium_amm_v4 ray_logs: %d logs, %d exact\n", logs, exact);
    EXPECT_EQ(logs, 4);
    EXPECT_EQ(exact, 3);
}

TEST(RaydiumAmmV4, BuildsTheEightAccountInstructions) {
    const auto pool = amm_v4_pool({1, 1});
    const SwapAccounts accounts{key_of(100), key_of(101), key_of(102)};
    const auto in = swap_exact_in(pool, kAToB, TokenAmount{1'000'000}, TokenAmount{999}, accounts);
    EXPECT_EQ(in.program_id.to_string(), "675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8");
    EXPECT_EQ(hex_encode(in.data), "1040420f0000000000e703000000000000");
    const std::vector<solana::AccountMeta> expected{
        {pubkey_constant("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"), false, false},
        {pool.id, false, true},
        {pubkey_constant("5Q544fKrFoe6tsEbD7S8EmxGTJYAKtTVhAW5Q5pge4j1"), false, false},
        {pool.vault_a, false, true},
        {pool.vault_b, false, true},
        {accounts.user_source, false, true},
        {accounts.user_destination, false, true},
        {accounts.user, true, false},
    };
    EXPECT_EQ(in.accounts, expected);
    // The vaults keep their places; the user's two accounts carry the direction.
    const auto out =
        swap_exact_out(pool, kBToA, TokenAmount{1'000'000}, TokenAmount{999}, accounts);
    EXPECT_EQ(out.accounts, expected);
    EXPECT_EQ(hex_encode(out.data), "1140420f0000000000e703000000000000");
}

TEST(RaydiumAmmV4, AllowsSwapsByStatusAndOpenTime) {
    auto pool = amm_v4_pool({1'000'000, 1'000'000});
    pool.open_time = kNow.unix_time + 1;
    for (std::uint64_t status = 0; status <= 9; ++status) {
        pool.status = status;
        EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{1'000}, kNow).has_value(),
                  status == 1 || status == 6)
            << status;
        EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{1'000}, kNow).has_value(),
                  status == 1 || status == 6)
            << status;
    }
    pool.status = kAmmV4StatusWaitingTrade;
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{1'000}, kNow).error(),
              QuoteError::SwapDisabled);
    pool.open_time = kNow.unix_time;
    EXPECT_TRUE(quote_exact_in(pool, kAToB, TokenAmount{1'000}, kNow));
}

TEST(RaydiumAmmV4, RefusesWhatCannotBeQuoted) {
    auto pool = amm_v4_pool({1'000'000, 1'000});
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{0}, kNow).error(), QuoteError::AmountZero);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{0}, kNow).error(), QuoteError::AmountZero);
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{1'004}, kNow).error(),
              QuoteError::AmountZero);
    EXPECT_EQ(amount_out(quote_exact_in(pool, kAToB, TokenAmount{1'005}, kNow)), 1U);
    EXPECT_TRUE(quote_exact_out(pool, kAToB, TokenAmount{999}, kNow));
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{1'000}, kNow).error(),
              QuoteError::ExceedsReserve);
    pool.swap_fee_numerator = pool.swap_fee_denominator;
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{5}, kNow).error(), QuoteError::Unsupported);
    pool.swap_fee_denominator = 0;
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{5}, kNow).error(), QuoteError::Unsupported);
    pool = amm_v4_pool({0, 1'000});
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{5}, kNow).error(),
              QuoteError::ExceedsReserve);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{5}, kNow).error(),
              QuoteError::ExceedsReserve);
    EXPECT_EQ(quote_exact_out(pool, kBToA, TokenAmount{5}, kNow).error(),
              QuoteError::ExceedsReserve);
    pool.has_vault_a = pool.has_vault_b = false;
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{5}, kNow).error(),
              QuoteError::PoolIncomplete);
}

TEST(RaydiumAmmV4, LeavesProfitToBeTakenOutOfTheReserves) {
    auto pool = amm_v4_pool({1'000, 2'000});
    pool.need_take_pnl_a = 10;
    pool.need_take_pnl_b = 2'001;  // Between two updates; never wraps.
    EXPECT_EQ(reserve_a(pool), TokenAmount{990});
    EXPECT_EQ(reserve_b(pool), TokenAmount{0});
}

TEST(RaydiumAmmV4, StaysExactAtTheLargestAmounts) {
    const auto pool = amm_v4_pool({kU64Max, kU64Max});
    const auto in = quote_exact_in(pool, kAToB, TokenAmount{kU64Max}, kNow);
    ASSERT_TRUE(in);
    EXPECT_EQ(in->trade_fee.raw(), 46'116'860'184'273'880U);
    EXPECT_EQ(in->amount_out.raw(), 9'211'828'392'252'955'061U);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{kU64Max - 1}, kNow).error(),
              QuoteError::Overflow);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{kU64Max / 2}, kNow).error(),
              QuoteError::Overflow);
}

TEST(RaydiumAmmV4, DecodesTheRecordedPoolAndNothingShorter) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{
        data / "fixtures/accounts/raydium_amm_v4/pool_58oQ_sol_usdc.json"};
    Bytes bytes = account_data(file.root());
    const auto pool = decode_amm_v4_pool(key_of(1), bytes);
    ASSERT_TRUE(pool) << pool.error().text;
    EXPECT_EQ(pool->status, 6U);
    EXPECT_EQ(pool->decimals_a, 9);
    EXPECT_EQ(pool->decimals_b, 6);
    EXPECT_EQ(pool->need_take_pnl_a, 183'502'858U);
    EXPECT_EQ(pool->need_take_pnl_b, 21'928'100U);
    EXPECT_EQ(pool->vault_a.to_string(), "DQyrAcCrDXQ7NeoqGgDCZwBvWDcYmFCjSb9JtteuvPpz");
    EXPECT_EQ(pool->vault_b.to_string(), "HLmqeL62xR1QoZ1HKKbXRrdN1p3phKpxRMb2VVopvBBz");
    EXPECT_EQ(pool->mint_a, solana::kWrappedSolMint);
    EXPECT_EQ(pool->mint_b, solana::kUsdcMint);
    EXPECT_EQ(pool->lp_supply, 102'528'382'854'742U);
    for (std::size_t length = 0; length < kAmmV4PoolBytes; ++length) {
        const auto decoded = decode_amm_v4_pool(key_of(1), BytesView{bytes}.first(length));
        ASSERT_FALSE(decoded);
        EXPECT_NE(decoded.error().text.find(std::to_string(length) + " bytes, expected 752"),
                  std::string::npos)
            << decoded.error().text;
    }
    write_le(std::span{bytes}, 32, std::uint64_t{255});
    EXPECT_TRUE(decode_amm_v4_pool(key_of(1), bytes));
    write_le(std::span{bytes}, 32, std::uint64_t{256});
    EXPECT_FALSE(decode_amm_v4_pool(key_of(1), bytes));
}

}  // namespace
}  // namespace sniperforge::dex
