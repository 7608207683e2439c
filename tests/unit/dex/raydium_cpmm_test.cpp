// SPDX-License-Identifier: MIT
#include "sniperforge/dex/raydium_cpmm.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "sniperforge/core/hex.hpp"
#include "unit/dex/vectors.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

// The same pool seen through the given direction, so that every case runs both ways.
RaydiumCpmmPool pool_of_case(simdjson::dom::element test_case, Direction direction) {
    const auto in = u64_at(test_case, "input_vault");
    const auto out = u64_at(test_case, "output_vault");
    auto pool = cpmm_pool(direction == kAToB ? Reserves{in, out} : Reserves{out, in});
    pool.trade_fee_rate = u64_at(test_case, "trade_fee_rate");
    pool.creator_fee_rate = u64_at(test_case, "creator_fee_rate");
    pool.protocol_fee_rate = u64_at(test_case, "protocol_fee_rate");
    pool.fund_fee_rate = u64_at(test_case, "fund_fee_rate");
    pool.is_creator_fee_enabled = pool.creator_fee_rate != 0;
    const bool is_on_input = test_case["creator_fee_on_input"];
    const std::uint8_t only_output = direction == kAToB ? 2 : 1;
    pool.creator_fee_on = is_on_input ? 0 : only_output;
    return pool;
}

void expect_fees(simdjson::dom::element expected, const RaydiumCpmmPool& pool,
                 const SwapQuote& quote) {
    EXPECT_EQ(quote.trade_fee.raw(), u64_at(expected, "trade_fee"));
    EXPECT_EQ(quote.creator_fee.raw(), u64_at(expected, "creator_fee"));
    const auto shares = cpmm_fee_shares(pool, quote);
    EXPECT_EQ(shares.protocol.raw(), u64_at(expected, "protocol_fee"));
    EXPECT_EQ(shares.fund.raw(), u64_at(expected, "fund_fee"));
}

void expect_base_input(simdjson::dom::element expected, const RaydiumCpmmPool& pool,
                       Direction direction, std::uint64_t amount_in) {
    const auto quote = quote_exact_in(pool, direction, TokenAmount{amount_in}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->amount_in.raw(), amount_in);
    EXPECT_EQ(quote->amount_out.raw(), u64_at(expected, "amount_out"));
    expect_fees(expected, pool, *quote);
    const auto a = reserve_a(pool).raw();
    const auto b = reserve_b(pool).raw();
    auto new_in = (direction == kAToB ? a : b) + amount_in - quote->trade_fee.raw();
    auto new_out = (direction == kAToB ? b : a) - quote->amount_out.raw();
    (quote->is_creator_fee_on_output ? new_out : new_in) -= quote->creator_fee.raw();
    EXPECT_EQ(new_in, u64_at(expected, "new_in"));
    EXPECT_EQ(new_out, u64_at(expected, "new_out"));
}

void expect_base_output(simdjson::dom::element expected, const RaydiumCpmmPool& pool,
                        Direction direction, std::uint64_t amount_out) {
    const auto quote = quote_exact_out(pool, direction, TokenAmount{amount_out}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->amount_out.raw(), amount_out);
    EXPECT_EQ(quote->amount_in.raw(), u64_at(expected, "amount_in"));
    expect_fees(expected, pool, *quote);
}

void expect_cpmm_vector(const VectorCases& /*cases*/, simdjson::dom::element test_case) {
    const std::string_view kind = text_at(test_case, "kind");
    ASSERT_TRUE(kind == "base_input" || kind == "base_output") << "unknown kind " << kind;
    for (const auto direction : {kAToB, kBToA}) {
        const auto pool = pool_of_case(test_case, direction);
        if (kind == "base_input") {
            expect_base_input(test_case["expected"], pool, direction,
                              u64_at(test_case, "amount_in"));
        } else {
            expect_base_output(test_case["expected"], pool, direction,
                               u64_at(test_case, "amount_out"));
        }
    }
}

void run_real_pool(VectorCases& cases, simdjson::dom::element real) {
    auto pool = cpmm_pool({u64_at(real, "net_token_0"), u64_at(real, "net_token_1")});
    pool.trade_fee_rate = u64_at(real, "trade_fee_rate");
    pool.protocol_fee_rate = u64_at(real, "protocol_fee_rate");
    pool.fund_fee_rate = u64_at(real, "fund_fee_rate");
    for (const auto quote : real["quotes"].get_array()) {
        cases.run([&] {
            const auto direction = bool{quote["zero_for_one"]} ? kAToB : kBToA;
            expect_base_input(quote, pool, direction, u64_at(quote, "amount_in"));
        });
    }
}

}  // namespace

void test::run_raydium_cpmm(VectorCases& cases, simdjson::dom::element root) {
    run_sections(cases, root,
                 {{"cases", run_each<expect_cpmm_vector>}, {"real_pool", run_real_pool}});
}

// The vendor's instruction, to the byte.
bool test::run_cpmm_instruction(simdjson::dom::element test_case) {
    if (text_at(test_case, "name") != "raydium_cpmm swap_base_input") {
        return false;
    }
    const auto expected = recorded_instruction(test_case);
    const auto& keys = expected.accounts;
    EXPECT_EQ(keys.size(), 13U);
    if (keys.size() != 13) {
        return true;
    }
    RaydiumCpmmPool pool;
    pool.amm_config = keys[2].pubkey;
    pool.id = keys[3].pubkey;
    pool.vault_a = keys[6].pubkey;
    pool.vault_b = keys[7].pubkey;
    pool.program_a = keys[8].pubkey;
    pool.program_b = keys[9].pubkey;
    pool.mint_a = keys[10].pubkey;
    pool.mint_b = keys[11].pubkey;
    pool.observation = keys[12].pubkey;
    const SwapAccounts accounts{keys[0].pubkey, keys[4].pubkey, keys[5].pubkey};
    const simdjson::dom::element args = test_case["args"];
    const TokenAmount in{u64_at(args, "amount_in")};
    const TokenAmount out{u64_at(args, "minimum_amount_out")};
    expect_same(swap_exact_in(pool, kAToB, in, out, accounts), expected);
    // The mirrored pool swapped the other way is the same swap.
    std::swap(pool.vault_a, pool.vault_b);
    std::swap(pool.program_a, pool.program_b);
    std::swap(pool.mint_a, pool.mint_b);
    expect_same(swap_exact_in(pool, kBToA, in, out, accounts), expected);
    // swap_base_output differs in the discriminator and the meaning of the amounts.
    const auto output = swap_exact_out(pool, kBToA, in, out, accounts);
    EXPECT_EQ(output.accounts, expected.accounts);
    const auto hex = hex_encode(expected.data);
    EXPECT_EQ(hex_encode(output.data), "37d96256a34ab4ad" + hex.substr(16));
    return true;
}

namespace {

TEST(RaydiumCpmm, QuotesTheRecordedPoolFromItsFourAccounts) {
    SF_REQUIRE_DATA(data);
    const auto folder = data / "fixtures/accounts/raydium_cpmm";
    const sniperforge::test::JsonFile pool_file{folder / "pool_sol_usdc.json"};
    const sniperforge::test::JsonFile config_file{folder / "amm_config.json"};
    const sniperforge::test::JsonFile vault_a{folder / "vault_sol.json"};
    const sniperforge::test::JsonFile vault_b{folder / "vault_usdc.json"};
    auto pool = decode_cpmm_pool(pubkey_constant("7JuwJuNU88gurFnyWeiyGKbFmExMWcmRZntn9imEzdny"),
                                 account_data(pool_file.root()));
    ASSERT_TRUE(pool) << pool.error().text;
    const auto config = decode_cpmm_config(account_data(config_file.root()));
    ASSERT_TRUE(config) << config.error().text;
    EXPECT_EQ(quote_exact_in(*pool, kAToB, TokenAmount{1'000'000}, kNow).error(),
              QuoteError::PoolIncomplete);
    apply_config(*pool, *config);
    EXPECT_EQ(quote_exact_in(*pool, kAToB, TokenAmount{1'000'000}, kNow).error(),
              QuoteError::PoolIncomplete);
    pool->vault_amount_a = read_le<std::uint64_t>(account_data(vault_a.root()), 64);
    pool->vault_amount_b = read_le<std::uint64_t>(account_data(vault_b.root()), 64);
    pool->has_vault_a = pool->has_vault_b = true;
    EXPECT_EQ(reserve_a(*pool), TokenAmount{416'121'797});
    EXPECT_EQ(reserve_b(*pool), TokenAmount{34'290'700});

    const auto quote = quote_exact_in(*pool, kAToB, TokenAmount{1'000'000}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->amount_out, TokenAmount{82'002});
    EXPECT_EQ(quote->trade_fee, TokenAmount{2'500});
    EXPECT_EQ(cpmm_fee_shares(*pool, *quote).protocol, TokenAmount{300});
    EXPECT_EQ(cpmm_fee_shares(*pool, *quote).fund, TokenAmount{100});
}

TEST(RaydiumCpmm, RefusesASwapUntilTheOpenTimeAndWithTheSwapBitSet) {
    auto pool = cpmm_pool({1'000'000'000, 1'000'000'000});
    const auto quote = [&] { return quote_exact_in(pool, kAToB, TokenAmount{1'000}, kNow); };
    pool.open_time = kNow.unix_time;
    EXPECT_TRUE(quote());
    pool.open_time = kNow.unix_time + 1;
    EXPECT_EQ(quote().error(), QuoteError::SwapDisabled);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{1'000}, kNow).error(),
              QuoteError::SwapDisabled);
    pool.open_time = 0;
    pool.status = 0b011;  // Deposits and withdrawals are off, swaps are on.
    EXPECT_TRUE(quote());
    pool.status = 0b100;
    EXPECT_EQ(quote().error(), QuoteError::SwapDisabled);
}

TEST(RaydiumCpmm, RefusesModesItDoesNotKnow) {
    const auto error_of = [](auto&& spoil) {
        auto pool = cpmm_pool({1'000'000'000, 1'000'000'000});
        spoil(pool);
        const auto in = quote_exact_in(pool, kAToB, TokenAmount{1'000}, kNow);
        const auto out = quote_exact_out(pool, kAToB, TokenAmount{1'000}, kNow);
        EXPECT_EQ(in.has_value(), out.has_value());
        return in ? std::optional<QuoteError>{} : in.error();
    };
    EXPECT_EQ(error_of([](auto&) {}), std::nullopt);
    EXPECT_EQ(error_of([](auto& pool) { pool.creator_fee_on = 2; }), std::nullopt);
    EXPECT_EQ(error_of([](auto& pool) { pool.creator_fee_on = 3; }), QuoteError::Unsupported);
    EXPECT_EQ(error_of([](auto& pool) { pool.trade_fee_rate = 1'000'000; }),
              QuoteError::Unsupported);
    EXPECT_EQ(error_of([](auto& pool) {
                  pool.is_creator_fee_enabled = true;
                  pool.creator_fee_rate = 997'500;  // Together with the trade fee all of it.
              }),
              QuoteError::Unsupported);
    EXPECT_EQ(error_of([](auto& pool) {
                  pool.is_creator_fee_enabled = true;
                  pool.creator_fee_rate = kU64Max;  // The sum would wrap.
              }),
              QuoteError::Unsupported);
}

TEST(RaydiumCpmm, RefusesZeroAmountsAndMoreThanThePoolHolds) {
    const auto pool = cpmm_pool({1'000'000, 1'000});
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{0}, kNow).error(), QuoteError::AmountZero);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{0}, kNow).error(), QuoteError::AmountZero);
    // 1,001 lose 3 to the fee and 998 buy nothing; from 1,005 on (1,002 net) one unit comes out.
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{1'004}, kNow).error(),
              QuoteError::AmountZero);
    EXPECT_EQ(amount_out(quote_exact_in(pool, kAToB, TokenAmount{1'005}, kNow)), 1U);
    EXPECT_TRUE(quote_exact_out(pool, kAToB, TokenAmount{999}, kNow));
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{1'000}, kNow).error(),
              QuoteError::ExceedsReserve);
    for (const auto& empty : {cpmm_pool({0, 1'000}), cpmm_pool({1'000, 0}), cpmm_pool({0, 0})}) {
        EXPECT_EQ(quote_exact_in(empty, kAToB, TokenAmount{5}, kNow).error(),
                  QuoteError::ExceedsReserve);
        EXPECT_EQ(quote_exact_out(empty, kAToB, TokenAmount{5}, kNow).error(),
                  QuoteError::ExceedsReserve);
    }
}

TEST(RaydiumCpmm, LeavesFeesOwedOutOfTheReserves) {
    auto pool = cpmm_pool({1'000, 2'000});
    pool.protocol_fees_a = 100;
    pool.fund_fees_a = 20;
    pool.creator_fees_a = 3;
    pool.protocol_fees_b = 1;
    pool.fund_fees_b = 2;
    pool.creator_fees_b = 4;
    EXPECT_EQ(reserve_a(pool), TokenAmount{877});
    EXPECT_EQ(reserve_b(pool), TokenAmount{1'993});
    // Fees above the vault happen only between two updates of one swap; they never wrap.
    pool.protocol_fees_a = kU64Max;
    pool.fund_fees_a = kU64Max;
    EXPECT_EQ(reserve_a(pool), TokenAmount{0});
}

TEST(RaydiumCpmm, StaysExactAtTheLargestAmounts) {
    const auto pool = cpmm_pool({kU64Max, kU64Max});
    const auto in = quote_exact_in(pool, kAToB, TokenAmount{kU64Max}, kNow);
    ASSERT_TRUE(in);
    // fee = ceil(M·2500/10⁶), n = M − fee, out = floor(n·M/(M + n)), worked out by hand.
    EXPECT_EQ(in->trade_fee.raw(), 46'116'860'184'273'880U);
    EXPECT_EQ(in->amount_out.raw(), 9'211'828'392'252'955'061U);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{kU64Max - 1}, kNow).error(),
              QuoteError::Overflow);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{kU64Max}, kNow).error(),
              QuoteError::ExceedsReserve);
    // Half the pool costs the whole other side before fees: net fits, with the fee it does not.
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{kU64Max / 2}, kNow).error(),
              QuoteError::Overflow);
    EXPECT_TRUE(quote_exact_out(pool, kAToB, TokenAmount{kU64Max / 3}, kNow));
}

TEST(RaydiumCpmm, DecodesOnlyWholeAccountsOfItsOwnKind) {
    SF_REQUIRE_DATA(data);
    const auto folder = data / "fixtures/accounts/raydium_cpmm";
    const sniperforge::test::JsonFile pool_file{folder / "pool_Q2sP.json"};
    const sniperforge::test::JsonFile config_file{folder / "amm_config.json"};
    Bytes pool = account_data(pool_file.root());
    Bytes config = account_data(config_file.root());
    for (std::size_t length = 0; length < kCpmmPoolBytes; ++length) {
        const auto decoded = decode_cpmm_pool(Pubkey{}, BytesView{pool}.first(length));
        ASSERT_FALSE(decoded);
        EXPECT_NE(decoded.error().text.find(std::to_string(length) + " bytes, expected 637"),
                  std::string::npos)
            << decoded.error().text;
    }
    for (std::size_t length = 0; length < kCpmmConfigBytes; ++length) {
        const auto decoded = decode_cpmm_config(BytesView{config}.first(length));
        ASSERT_FALSE(decoded);
        EXPECT_NE(decoded.error().text.find(std::to_string(length) + " bytes, expected 236"),
                  std::string::npos);
    }
    // A longer account is a newer one: the known part decodes.
    const auto exact = decode_cpmm_pool(Pubkey{}, pool);
    pool.resize(pool.size() + 100, 0xff);
    const auto longer = decode_cpmm_pool(Pubkey{}, pool);
    ASSERT_TRUE(exact && longer);
    EXPECT_EQ(longer->creator_fees_b, exact->creator_fees_b);
    pool[0] ^= 1U;
    const auto other = decode_cpmm_pool(Pubkey{}, pool);
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().text.find("f6ede3f5d7c3de46, expected f7ede3f5d7c3de46"),
              std::string::npos)
        << other.error().text;
    config[7] ^= 1U;
    EXPECT_FALSE(decode_cpmm_config(config));
}

TEST(RaydiumCpmm, NeedsTheMintsOfToken2022) {
    Bytes data(kCpmmPoolBytes, 0);
    std::ranges::copy(kCpmmPoolDiscriminator, data.begin());
    std::ranges::copy(solana::kTokenProgram.bytes, data.begin() + 232);
    std::ranges::copy(solana::kToken2022Program.bytes, data.begin() + 264);
    write_le(std::span{data}, 373, kU64Max);
    const auto pool = decode_cpmm_pool(Pubkey{}, data);
    ASSERT_TRUE(pool);
    EXPECT_EQ(accounts_needed(*pool).size(), 4U);  // Two vaults, the config and mint B.
    // An unsigned time beyond the signed range is never, not the past.
    EXPECT_EQ(pool->open_time, std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace sniperforge::dex
