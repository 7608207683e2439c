// SPDX-License-Identifier: MIT
// What a pool answers and which instruction it builds. Its accounts: raydium_clmm_accounts_test.
#include "sniperforge/dex/raydium_clmm.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "dex/raydium_clmm_swap.hpp"
#include "sniperforge/core/hex.hpp"
#include "unit/dex/clmm_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

// Around tick 0 with spacing 10: arrays of 600 ticks, one position over all of them and an
// initialised tick in each of the arrays -4 to 3.
std::vector<RawTick> ladder() {
    std::vector<RawTick> ticks;
    for (std::int32_t number = -4; number <= 3; ++number) {
        ticks.push_back({.tick = number * 600 + 300, .liquidity_net = 0, .liquidity_gross = 1});
    }
    return ticks;
}

RaydiumClmmPool ladder_pool() {
    auto pool = clmm_pool(0, kQ64, kLiquidity, 10);
    put_ticks(pool, ladder());
    return pool;
}

TEST(RaydiumClmm, SwapsOnlyAfterTheOpenTimeAndWithTheSwapBitClear) {
    auto pool = ladder_pool();
    const auto quote = [&](std::int64_t now) {
        return quote_exact_in(pool, kAToB, TokenAmount{1'000'000}, {.unix_time = now});
    };
    EXPECT_EQ(quote(kClmmOpenTime).error(), QuoteError::SwapDisabled);
    EXPECT_TRUE(quote(kClmmOpenTime + 1));
    pool.status = 0b0010'1111;  // Everything but swaps is off.
    EXPECT_TRUE(is_swap_enabled(pool));
    EXPECT_TRUE(quote(kClmmOpenTime + 1));
    disable(pool);
    EXPECT_FALSE(is_swap_enabled(pool));
    EXPECT_EQ(quote(kClmmOpenTime + 1).error(), QuoteError::SwapDisabled);
}

TEST(RaydiumClmm, RefusesWithoutItsConfigZeroAmountsAndModesItDoesNotKnow) {
    const auto error_of = [](auto&& spoil, std::uint64_t amount = 1'000'000) {
        auto pool = ladder_pool();
        spoil(pool);
        const auto in = quote_exact_in(pool, kAToB, TokenAmount{amount}, kNow);
        const auto out = quote_exact_out(pool, kAToB, TokenAmount{amount}, kNow);
        EXPECT_EQ(in.has_value(), out.has_value());
        return in ? std::optional<QuoteError>{} : in.error();
    };
    EXPECT_EQ(error_of([](auto&) {}), std::nullopt);
    EXPECT_EQ(error_of([](auto& pool) { pool.has_config = false; }), QuoteError::PoolIncomplete);
    EXPECT_EQ(error_of([](auto&) {}, 0), QuoteError::AmountZero);
    EXPECT_EQ(error_of([](auto& pool) { pool.fee_on = 2; }), std::nullopt);
    EXPECT_EQ(error_of([](auto& pool) { pool.fee_on = 3; }), QuoteError::Unsupported);
    EXPECT_EQ(error_of([](auto& pool) { pool.trade_fee_rate = 999'999; }, 100'000'000),
              std::nullopt);
    EXPECT_EQ(error_of([](auto& pool) { pool.trade_fee_rate = 1'000'000; }),
              QuoteError::Unsupported);
    // The tick says that the price is below the next tick downwards.
    EXPECT_EQ(error_of([](auto& pool) { pool.sqrt_price = clmm_sqrt_price_at(-301); }),
              QuoteError::Unsupported);
    // The whole of the input goes to the fee.
    auto pool = ladder_pool();
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{1}, kNow).error(), QuoteError::AmountZero);
}

// The config may have changed since the quote: what is sent then fails on the chain, not here.
TEST(RaydiumClmm, BuildsASwapEvenIfTheFeeTakesAllOfIt) {
    auto pool = ladder_pool();
    for (const std::uint32_t rate : {999'999U, 1'000'000U, 4'294'967'295U}) {
        pool.trade_fee_rate = rate;
        EXPECT_EQ(clmm_swap(pool, {kAToB, false, 1'000}, kNow).has_value(), rate == 999'999U);
        const auto swap = swap_exact_out(pool, kAToB, TokenAmount{kU64Max}, TokenAmount{1'000}, {});
        EXPECT_GT(swap.accounts.size(), 13U) << "tick arrays are named";
    }
}

TEST(RaydiumClmm, QuotesToTheLastUnitThatTheArraysSeenHoldAndRefusesOneMore) {
    auto pool = ladder_pool();
    pool.trade_fee_rate = 0;
    // Three arrays each way: 0, -1 and -2 down to tick -900; 0, 1 and 2 up to tick 1500.
    const auto low = clmm_sqrt_price_at(-900);
    const auto high = clmm_sqrt_price_at(1500);
    const auto most_a = *clmm_amount_a(low, kQ64, kLiquidity, Rounding::Up);
    const auto most_b = *clmm_amount_b(kQ64, high, kLiquidity, Rounding::Up);
    // Intervals round up one by one: a unit more for each of the ticks between.
    const auto most = [&](Direction direction, std::uint64_t from) {
        std::uint64_t amount = from;
        while (quote_exact_in(pool, direction, TokenAmount{amount + 1}, kNow)) {
            ++amount;
        }
        return amount;
    };
    const auto down = most(kAToB, most_a);
    const auto up = most(kBToA, most_b);
    EXPECT_LE(down, most_a + 2);
    EXPECT_LE(up, most_b + 2);
    EXPECT_EQ(quote_exact_in(pool, kAToB, TokenAmount{down + 1}, kNow).error(),
              QuoteError::ExceedsReserve);
    EXPECT_EQ(quote_exact_in(pool, kBToA, TokenAmount{kU64Max}, kNow).error(),
              QuoteError::ExceedsReserve);
    // What the walk pays is what the reserves say.
    const auto last_b = quote_exact_in(pool, kAToB, TokenAmount{down}, kNow);
    ASSERT_TRUE(last_b);
    EXPECT_EQ(last_b->amount_out, reserve_b(pool));
    const auto last_a = quote_exact_in(pool, kBToA, TokenAmount{up}, kNow);
    ASSERT_TRUE(last_a);
    EXPECT_EQ(last_a->amount_out, reserve_a(pool));
    EXPECT_TRUE(quote_exact_out(pool, kAToB, reserve_b(pool), kNow));
    EXPECT_EQ(quote_exact_out(pool, kAToB, reserve_b(pool) + TokenAmount{1}, kNow).error(),
              QuoteError::ExceedsReserve);
}

TEST(RaydiumClmm, CountsLimitOrdersBeyondThePriceAsReserves) {
    auto pool = clmm_pool(0, kQ64, 0, 10);
    put_ticks(pool, {{.tick = -600, .orders = 70, .part_filled = 7},
                     {.tick = 0, .orders = 50},
                     {.tick = 10, .orders = 1'000, .part_filled = 100},
                     {.tick = 900, .part_filled = 10'000}});
    EXPECT_EQ(reserve_a(pool), TokenAmount{11'100});
    EXPECT_EQ(reserve_b(pool), TokenAmount{127});
    pool.ticks.back().orders = kU64Max;  // More than 64 bits together.
    refresh_ticks(pool);
    EXPECT_EQ(reserve_a(pool), TokenAmount::max());
}

TEST(RaydiumClmm, ItsMarginalPriceIsTheSquareOfTheAccountsRoot) {
    const auto price = marginal_price(ladder_pool());
    EXPECT_TRUE(price.is_squared);
    EXPECT_EQ(price.numerator, kQ64);
    EXPECT_EQ(price.denominator, kQ64);
}

// An end that no swap of mainnet could afford is refused, not waited for.
TEST(RaydiumClmm, GivesUpAfterTheLongestSwapThatCouldLand) {
    auto pool = clmm_pool(0, kQ64, 1, 1);
    std::vector<RawTick> ticks;
    for (std::int32_t tick = -443'580; tick < -443'520; ++tick) {
        ticks.push_back({.tick = tick, .liquidity_gross = 1});
    }
    put_ticks(pool, ticks);
    pool.trade_fee_rate = 0;
    pool.dynamic_fee = {.is_enabled = true,
                        .filter_period = 1,
                        .decay_period = 2,
                        .max_volatility_accumulator = ~0U};
    // One step for each tick until the accumulator is full, then one to the end of the amount. A
    // single unit of liquidity pays nothing.
    const auto error = [&](std::uint32_t steps_before_full) {
        pool.dynamic_fee.max_volatility_accumulator = 10'000 * steps_before_full;
        return quote_exact_in(pool, kAToB, TokenAmount{1'000'000'000}, kNow).error();
    };
    EXPECT_EQ(error(kClmmStepsMax - 1), QuoteError::AmountZero);
    EXPECT_EQ(error(kClmmStepsMax), QuoteError::ExceedsReserve);
}

struct Recorded {
    std::vector<solana::AccountMeta> accounts;
    Bytes data;
};

Recorded recorded_instruction(const std::filesystem::path& path) {
    const sniperforge::test::JsonFile file{path};
    Recorded recorded;
    for (const auto account : file.root()["accounts"].get_array()) {
        recorded.accounts.push_back({pubkey_constant(std::string_view{account["pubkey"]}),
                                     bool{account["is_signer"]}, bool{account["is_writable"]}});
    }
    recorded.data = *hex_decode(std::string_view{file.root()["data_hex"]});
    return recorded;
}

// A pool with one position over the whole range: the arrays are in the extension, and the recorded
// swap buys token A.
TEST(RaydiumClmm, BuildsTheRecordedSwap) {
    SF_REQUIRE_DATA(data);
    const auto recorded =
        recorded_instruction(data / "fixtures/instructions/raydium_clmm_swap_v2_ix.json");
    const auto key = [&](std::size_t i) { return recorded.accounts[i].pubkey; };
    auto pool = clmm_pool(115'129, clmm_sqrt_price_at(115'129), kLiquidity, 1);
    pool.id = key(2);
    pool.amm_config = key(1);
    pool.vault_b = key(5);
    pool.vault_a = key(6);
    pool.observation = key(7);
    pool.mint_b = key(11);
    pool.mint_a = key(12);
    pool.has_extension = true;
    pool.arrays_beyond = {-7394, 7393};
    const SwapAccounts accounts{key(0), key(3), key(4)};
    const auto swap = swap_exact_out(pool, kBToA, TokenAmount{500'000'000'000'000},
                                     TokenAmount{4'345'224'260}, accounts);

    EXPECT_EQ(swap.program_id, solana::kRaydiumClmmProgram);
    // The recorded client also names the array at the other end, which no such swap meets.
    ASSERT_EQ(swap.accounts.size() + 1, recorded.accounts.size());
    for (std::size_t i = 0; i < swap.accounts.size(); ++i) {
        EXPECT_EQ(swap.accounts[i].pubkey, key(i)) << i;
        EXPECT_EQ(swap.accounts[i].is_signer, recorded.accounts[i].is_signer) << i;
        // The recorded payer is also the transaction's fee payer, hence writable.
        EXPECT_EQ(swap.accounts[i].is_writable, i != 0 && recorded.accounts[i].is_writable) << i;
    }
    // Equal up to the price limit, of which we set none, and the direction flag behind it.
    ASSERT_EQ(swap.data.size(), recorded.data.size());
    EXPECT_TRUE(std::equal(swap.data.begin(), swap.data.begin() + 24, recorded.data.begin()));
    EXPECT_EQ(hex_encode(BytesView{swap.data}.subspan(24, 16)), std::string(32, '0'));
    EXPECT_EQ(swap.data.back(), recorded.data.back());
    const auto other = swap_exact_in(pool, kAToB, TokenAmount{5}, TokenAmount{7}, accounts);
    EXPECT_EQ(other.accounts.back().pubkey, key(15));
    EXPECT_EQ(hex_encode(other.data),
              "2b04ed0b1ac91e62"
              "0500000000000000"
              "0700000000000000"
              "00000000000000000000000000000000"
              "01");
}

TEST(RaydiumClmm, NamesTheArraysThatTheSwapWalksThroughAndOneMore) {
    const auto pool = ladder_pool();
    const SwapAccounts accounts{key_of(1), key_of(2), key_of(3)};
    const auto arrays = [&](Direction direction, std::uint64_t amount) {
        const auto swap = swap_exact_in(pool, direction, TokenAmount{amount}, {}, accounts);
        std::vector<std::int32_t> numbers;
        for (std::size_t i = 13; i < swap.accounts.size(); ++i) {
            EXPECT_TRUE(swap.accounts[i].is_writable);
            const auto found =
                std::ranges::find(pool.arrays, swap.accounts[i].pubkey, &ClmmTickArray::address);
            EXPECT_NE(found, pool.arrays.end());
            numbers.push_back(found->number);
        }
        return numbers;
    };
    // Upwards the first tick is 300, in the price's own array; downwards it is -300.
    EXPECT_EQ(arrays(kBToA, 1'000), (std::vector<std::int32_t>{0, 1}));
    EXPECT_EQ(arrays(kAToB, 1'000), (std::vector<std::int32_t>{0, -1, -2}));
    EXPECT_EQ(arrays(kBToA, 30'000'000'000), (std::vector<std::int32_t>{0, 1, 2}));
    // More than a quote allows: all there are.
    EXPECT_EQ(arrays(kBToA, kU64Max), (std::vector<std::int32_t>{0, 1, 2}));
}

TEST(RaydiumClmm, ItsShapesFitTheRecordedInstructions) {
    SF_REQUIRE_DATA(data);
    const auto expect_fit = [&](const char* file, std::string_view name, bool is_payer_unnamed) {
        const auto recorded = recorded_instruction(data / "fixtures/instructions" / file);
        const auto shape =
            std::ranges::find(raydium_clmm_instructions(), name, &InstructionShape::name);
        ASSERT_NE(shape, raydium_clmm_instructions().end());
        EXPECT_TRUE(std::equal(shape->discriminator.begin(), shape->discriminator.end(),
                               recorded.data.begin()));
        EXPECT_GE(recorded.data.size(), shape->data_bytes_min);
        EXPECT_GE(recorded.accounts.size(), shape->accounts_min);
        EXPECT_LE(recorded.accounts.size(), shape->accounts_max);
        for (std::size_t i = is_payer_unnamed ? 1 : 0; i < shape->accounts_min; ++i) {
            EXPECT_EQ(recorded.accounts[i].is_writable, (shape->writable >> i & 1U) != 0) << i;
            EXPECT_EQ(recorded.accounts[i].is_signer, (shape->signers >> i & 1U) != 0) << i;
        }
    };
    expect_fit("raydium_clmm_swap_v2_ix.json", "swap_v2", true);
    expect_fit("raydium_clmm_create_pool_ix.json", "create_pool", false);
    // Our own swap is what the shape marked as ours says.
    const auto swap = swap_exact_in(ladder_pool(), kAToB, TokenAmount{1}, {}, {});
    const auto ours =
        std::ranges::find(raydium_clmm_instructions(), true, &InstructionShape::is_ours);
    for (std::size_t i = 0; i < ours->accounts_min; ++i) {
        EXPECT_EQ(swap.accounts[i].is_writable, (ours->writable >> i & 1U) != 0) << i;
        EXPECT_EQ(swap.accounts[i].is_signer, (ours->signers >> i & 1U) != 0) << i;
    }
    int creations = 0;
    for (const auto& shape : raydium_clmm_instructions()) {
        creations += shape.creation ? 1 : 0;
        EXPECT_LE(shape.accounts_min, 32);  // Bits of `writable`.
    }
    EXPECT_EQ(creations, 2);
}

}  // namespace
}  // namespace sniperforge::dex
