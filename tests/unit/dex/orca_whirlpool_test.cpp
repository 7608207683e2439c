// SPDX-License-Identifier: MIT
#include "sniperforge/dex/orca_whirlpool.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sniperforge/core/hex.hpp"
#include "unit/dex/whirlpool_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

OrcaWhirlpoolPool decoded(const WhirlpoolSpec& spec) {
    auto pool = decode_orca_whirlpool_pool(whirlpool_id(), whirlpool_bytes(spec));
    SF_ASSERT(pool.has_value());
    return *pool;
}

std::optional<QuoteError> error_of(const OrcaWhirlpoolPool& pool, Direction direction,
                                   std::uint64_t amount, const QuoteContext& context = kNow) {
    const auto quote = quote_exact_in(pool, direction, TokenAmount{amount}, context);
    return quote ? std::nullopt : std::optional{quote.error()};
}

TEST(OrcaWhirlpool, DerivesTheAddressesOfTickArraysAndOracles) {
    // Recorded accounts, and the program's own tests.
    const auto egxu = pubkey_constant("EgxU92G34jw6QDG9RuTX9StFg1PmHuDqkRKAE5kVEiZ4");
    EXPECT_EQ(whirlpool_tick_array_address(egxu, -444'928),
              pubkey_constant("AihMywzP74pU2riq1ihFW2YSVcc1itT3yiP7minvkxDs"));
    EXPECT_EQ(whirlpool_tick_array_address(egxu, 439'296),
              pubkey_constant("F4h3qr6uBgdLDJyTms4YiebiaiuCEvC5C9LJE8scA1LV"));
    EXPECT_EQ(whirlpool_tick_array_address(
                  pubkey_constant("HJPjoWUrhoZzkNfRpHuieeFk9WcZWjwy6PBjZ81ngndJ"), 0),
              pubkey_constant("JCpxMSDRDPBMqjoX7LkhMwro2y6r85Q8E6p5zNdBZyWa"));
    EXPECT_EQ(
        whirlpool_oracle_address(pubkey_constant("2nJjE2ba3iGtefN4UNM1KN5FdYCwssU4Bzhc8URceqh6")),
        pubkey_constant("HQdJ9Fuk3RLBJ3EFBEKMC7hhJ3L9QKcWGhwSbQoJA3QT"));
}

struct SequenceCase {
    Direction direction;
    std::uint16_t tick_spacing;
    std::int32_t tick_current;
    std::vector<std::int32_t> starts;
};

// The program's own cases (util/sparse_swap.rs, get_start_tick_indexes).
TEST(OrcaWhirlpool, PicksTheTickArraysThatTheProgramPicks) {
    const SequenceCase cases[] = {
        {kAToB, 1, 0, {0, -88, -176}},
        {kAToB, 1, -1, {-88, -176, -264}},
        {kAToB, 1, -443'608, {-443'608, -443'696}},
        {kAToB, 1, -443'635, {-443'696}},
        {kBToA, 1, 86, {0, 88, 176}},
        {kBToA, 1, 87, {88, 176, 264}},
        {kBToA, 1, 443'600, {443'520, 443'608}},
        {kBToA, 1, 443'608, {443'608}},
        {kAToB, 64, 0, {0, -5'632, -11'264}},
        {kAToB, 64, -64, {-5'632, -11'264, -16'896}},
        {kAToB, 64, -439'296, {-439'296, -444'928}},
        {kAToB, 64, -443'635, {-444'928}},
        {kBToA, 64, 5'567, {0, 5'632, 11'264}},
        {kBToA, 64, 5'568, {5'632, 11'264, 16'896}},
        {kBToA, 64, 439'200, {433'664, 439'296}},
        {kBToA, 64, 443'608, {439'296}},
        {kAToB, 32'768, 0, {0, -2'883'584}},
        {kAToB, 32'768, -1, {-2'883'584}},
        {kBToA, 32'768, -32'769, {-2'883'584, 0}},
        {kBToA, 32'768, -32'768, {0}},
    };
    for (const SequenceCase& test_case : cases) {
        SCOPED_TRACE(test_case.tick_current);
        WhirlpoolSpec spec;
        spec.tick_spacing = test_case.tick_spacing;
        spec.tick_current = test_case.tick_current;
        spec.sqrt_price = whirlpool::sqrt_price_of(test_case.tick_current);
        auto pool = decoded(spec);
        whirlpool::place_window(pool, nullptr);
        const auto sequence = whirlpool::arrays_of_swap(pool, test_case.direction);
        std::vector<std::int32_t> starts;
        for (std::size_t i = 0; i < sequence.count; ++i) {
            starts.push_back(pool.arrays[sequence.at[i]].start);
        }
        EXPECT_EQ(starts, test_case.starts);
    }
}

TEST(OrcaWhirlpool, NeedsTheArraysAroundThePriceTheMintsAndOnlyAnAdaptivePoolItsOracle) {
    auto spec = two_positions();
    const auto oracle = whirlpool_oracle_address(whirlpool_id());
    const auto needed = accounts_needed(decoded(spec));
    EXPECT_EQ(needed.size(), 8U);  // Seven arrays and the mint that is not wSOL.
    EXPECT_EQ(std::set<Pubkey>(needed.begin(), needed.end()).size(), needed.size());
    EXPECT_EQ(needed[kCentre], whirlpool_tick_array_address(whirlpool_id(), 0));
    EXPECT_EQ(needed.back(), spec.mint_b);
    spec.fee_tier_index = 1'024;
    const auto with_oracle = accounts_needed(decoded(spec));
    EXPECT_EQ(with_oracle.size(), 9U);
    EXPECT_EQ(with_oracle[7], oracle);
    // The same, once its addresses are kept.
    EXPECT_EQ(accounts_needed(whirlpool_of(two_positions())), needed);
    // A full-range pool has one array on each side of zero.
    WhirlpoolSpec splash;
    splash.tick_spacing = 32'896;
    EXPECT_EQ(accounts_needed(decoded(splash)).size(), 3U);
}

TEST(OrcaWhirlpool, IsCompleteWhenEverythingThatASwapMayReachWasSeen) {
    auto spec = two_positions();
    spec.fee_tier_index = 1'024;
    auto pool = decoded(spec);
    EXPECT_FALSE(is_complete(pool));
    const auto array_at = [&](std::size_t i) {
        return whirlpool_tick_array_address(whirlpool_id(), whirlpool::window_start(pool, i));
    };
    // The outermost arrays are spares: no swap from here reaches them.
    for (const std::size_t i : {kCentre - 2, kCentre - 1, kCentre, kCentre + 1, kCentre + 2}) {
        EXPECT_FALSE(is_complete(pool)) << i;
        const Bytes data = fixed_ticks_bytes(spec, whirlpool::window_start(pool, i));
        apply_or_die(pool, whirlpool_update(array_at(i), data));
    }
    EXPECT_FALSE(is_complete(pool));
    EXPECT_EQ(error_of(pool, kAToB, 1'000), QuoteError::PoolIncomplete);
    apply_or_die(pool, whirlpool_update(pool.oracle, {}));  // None: the fee is fixed after all.
    EXPECT_EQ(error_of(pool, kAToB, 1'000), std::nullopt);
    EXPECT_FALSE(is_complete(pool));
    const Bytes mint = mint_bytes(6);
    apply_or_die(pool, {Slot{1}, spec.mint_b, solana::kToken2022Program, Lamports{1}, mint});
    EXPECT_TRUE(is_complete(pool));
    EXPECT_EQ(pool.program_a, solana::kTokenProgram);
    EXPECT_EQ(pool.decimals_a, 9);
    EXPECT_EQ(pool.program_b, solana::kToken2022Program);
    EXPECT_EQ(pool.decimals_b, 6);

    forget_account(pool, pool.oracle);
    EXPECT_FALSE(is_complete(pool));
    apply_or_die(pool, whirlpool_update(pool.oracle, {}));
    forget_account(pool, array_at(kCentre + 2));
    EXPECT_FALSE(is_complete(pool));
}

TEST(OrcaWhirlpool, NeverWalksIntoAnArrayThatWasNotSeen) {
    const auto spec = two_positions();
    const auto whole = whirlpool_of(spec);
    const auto all_b = reserve_b(whole);
    auto pool = whole;
    forget_account(pool, pool.arrays[kCentre - 1].address);
    // The tick at -640 is in the array that is gone, and with it what is below.
    EXPECT_LT(reserve_b(pool), all_b);
    EXPECT_EQ(error_of(pool, kAToB, 1), QuoteError::PoolIncomplete);
    EXPECT_EQ(error_of(pool, kBToA, 1'000'000), std::nullopt);
    pool = whole;
    forget_account(pool, pool.arrays[kCentre - 2].address);
    // -5632 is where knowledge ends. The quotes before it are those of the whole pool.
    const auto near = quote_exact_in(pool, kAToB, TokenAmount{100'000'000}, kNow);
    ASSERT_TRUE(near);
    EXPECT_EQ(near->amount_out,
              quote_exact_in(whole, kAToB, TokenAmount{100'000'000}, kNow)->amount_out);
    EXPECT_EQ(error_of(pool, kAToB, 400'000'000), QuoteError::PoolIncomplete);
    EXPECT_EQ(error_of(whole, kAToB, 400'000'000), std::nullopt);
    // Even to the last unit: there the way would end, if it ended there.
    const auto reach = reserve_b(pool);
    EXPECT_EQ(quote_exact_out(pool, kAToB, reach, kNow).error(), QuoteError::PoolIncomplete);
    EXPECT_TRUE(quote_exact_out(whole, kAToB, all_b, kNow));
    EXPECT_EQ(quote_exact_out(whole, kAToB, all_b + TokenAmount{1}, kNow).error(),
              QuoteError::ExceedsReserve);
}

TEST(OrcaWhirlpool, KeepsWhatItKnowsWhenThePriceMoves) {
    auto spec = two_positions();
    const auto before = whirlpool_of(spec);
    // Nothing but the price changed: nothing is missing, and the quotes are those of a fresh pool.
    for (const std::int32_t tick : {-5'632, -700, 5'000, 6'000}) {
        SCOPED_TRACE(tick);
        auto moved_spec = spec;
        moved_spec.tick_current = tick;
        moved_spec.sqrt_price = whirlpool::sqrt_price_of(tick);
        moved_spec.liquidity = 1'000'000'000;
        auto moved = decoded(moved_spec);
        ASSERT_TRUE(is_same_identity(before, moved));
        carry_over(before, moved);
        const auto fresh = whirlpool_of(moved_spec);
        EXPECT_TRUE(is_complete(moved));
        EXPECT_EQ(moved.ticks, fresh.ticks);
        EXPECT_EQ(reserve_a(moved), reserve_a(fresh));
        EXPECT_EQ(reserve_b(moved), reserve_b(fresh));
        EXPECT_EQ(accounts_needed(moved), accounts_needed(fresh));
        EXPECT_EQ(amount_out(quote_exact_in(moved, kAToB, TokenAmount{90'000'000}, kNow)),
                  amount_out(quote_exact_in(fresh, kAToB, TokenAmount{90'000'000}, kNow)));
    }
    // Too far: the arrays there were never seen.
    spec.tick_current = 30'000;
    spec.sqrt_price = whirlpool::sqrt_price_of(30'000);
    auto far = decoded(spec);
    carry_over(before, far);
    EXPECT_FALSE(is_complete(far));
    EXPECT_EQ(error_of(far, kBToA, 1'000), QuoteError::PoolIncomplete);
}

TEST(OrcaWhirlpool, RefusesZeroAmountsDisabledPoolsAndThoseNotYetOpen) {
    auto spec = two_positions();
    auto pool = whirlpool_of(spec);
    EXPECT_EQ(error_of(pool, kAToB, 0), QuoteError::AmountZero);
    EXPECT_EQ(quote_exact_out(pool, kAToB, TokenAmount{}, kNow).error(), QuoteError::AmountZero);
    EXPECT_EQ(error_of(pool, kAToB, 1), QuoteError::AmountZero);  // The fee takes it all.
    EXPECT_EQ(error_of(pool, kAToB, 3), std::nullopt);
    EXPECT_TRUE(is_swap_enabled(pool));
    disable(pool);
    EXPECT_FALSE(is_swap_enabled(pool));
    EXPECT_EQ(error_of(pool, kAToB, 1'000), QuoteError::SwapDisabled);

    spec.fee_tier_index = 1'024;
    spec.adaptive_fee = WhirlpoolAdaptiveFee{.decay_period = 600, .tick_group_size = 64};
    spec.adaptive_fee->trade_enabled_at = static_cast<std::uint64_t>(kNow.unix_time);
    pool = whirlpool_of(spec);
    EXPECT_EQ(error_of(pool, kAToB, 1'000), std::nullopt);
    EXPECT_EQ(error_of(pool, kAToB, 1'000, {.unix_time = kNow.unix_time - 1}),
              QuoteError::SwapDisabled);
    EXPECT_EQ(error_of(pool, kAToB, 1'000, {.unix_time = -1}), QuoteError::SwapDisabled);
}

TEST(OrcaWhirlpool, AFreshPoolHasNoLiquidityNoPriceAndNoQuotes) {
    const auto pool = whirlpool_of(WhirlpoolSpec{});
    EXPECT_TRUE(is_complete(pool));
    EXPECT_TRUE(reserve_a(pool).is_zero() && reserve_b(pool).is_zero());
    EXPECT_TRUE(marginal_price(pool).denominator == 0);
    EXPECT_EQ(error_of(pool, kAToB, 1'000), QuoteError::ExceedsReserve);
    EXPECT_EQ(error_of(pool, kBToA, 1'000), QuoteError::ExceedsReserve);
    // Liquidity beyond a gap can be traded, at the far side of it.
    WhirlpoolSpec gap;
    gap.ticks = {{640, 1'000'000'000}, {1'280, -1'000'000'000}};
    const auto above = whirlpool_of(gap);
    EXPECT_TRUE(marginal_price(above).denominator != 0);
    EXPECT_EQ(error_of(above, kBToA, 1'000'000), std::nullopt);
    EXPECT_EQ(error_of(above, kAToB, 1'000'000), QuoteError::ExceedsReserve);
}

TEST(OrcaWhirlpool, TheFeeOfAnAdaptivePoolFollowsTheClock) {
    auto spec = two_positions();
    spec.tick_current = 32;  // In the middle of its group, which the swap does not leave.
    spec.sqrt_price = whirlpool::sqrt_price_of(32);
    spec.fee_tier_index = 1'024;
    WhirlpoolAdaptiveFee fee;
    fee.filter_period = 30;
    fee.decay_period = 600;
    fee.reduction_factor = 5'000;
    fee.control_factor = 5'000;
    fee.volatility_max = 350'000;
    fee.tick_group_size = 64;
    fee.reference_updated_at = 1'000'000;
    fee.major_swap_at = 1'000'000;
    fee.volatility_reference = 100'000;
    fee.volatility = 80'000;
    spec.adaptive_fee = fee;
    const auto pool = whirlpool_of(spec);
    const auto fee_at = [&](std::int64_t time) {
        const auto quote = quote_exact_in(pool, kAToB, TokenAmount{1'000'000}, {.unix_time = time});
        return quote ? quote->trade_fee.raw() : 0;
    };
    // 3000 ppm, and 5000 · (10 · 64)² / 1e5 = 20,480 on top; all of it rounded by the steps.
    EXPECT_EQ(fee_at(1'000'029), 23'480U);
    EXPECT_EQ(fee_at(1'000'030), 3'000U + 3'277U);  // Half of 8 · 64: 3276.8.
    EXPECT_EQ(fee_at(1'000'599), 3'000U + 3'277U);
    EXPECT_EQ(fee_at(1'000'600), 3'000U);
    EXPECT_EQ(fee_at(1'003'601), 3'000U);
    // A clock that lags behind what the chain wrote counts as that.
    EXPECT_EQ(fee_at(999'000), 23'480U);
}

// Whatever the direction, the accounts of A come before those of B.
TEST(OrcaWhirlpool, BuildsSwapV2ToTheByte) {
    const auto pool = whirlpool_of(two_positions());
    const SwapAccounts accounts{key_of(20), key_of(21), key_of(22)};
    const auto array = [&](std::int32_t start) {
        return solana::writable(whirlpool_tick_array_address(whirlpool_id(), start));
    };
    const auto expect_accounts = [&](const solana::Instruction& swap, const Pubkey& owner_a,
                                     const Pubkey& owner_b, std::int32_t step) {
        EXPECT_EQ(swap.program_id, solana::kOrcaWhirlpoolProgram);
        EXPECT_EQ(
            swap.accounts,
            (std::vector{solana::readonly(solana::kTokenProgram),
                         solana::readonly(solana::kTokenProgram),
                         solana::readonly(solana::kMemoProgram), solana::signer(key_of(20)),
                         solana::writable(whirlpool_id()), solana::readonly(pool.mint_a),
                         solana::readonly(pool.mint_b), solana::writable(owner_a),
                         solana::writable(pool.vault_a), solana::writable(owner_b),
                         solana::writable(pool.vault_b), array(0), array(step), array(2 * step),
                         solana::writable(whirlpool_oracle_address(whirlpool_id()))}));
    };
    const auto sell =
        swap_exact_in(pool, kAToB, TokenAmount{1'000'000}, TokenAmount{999}, accounts);
    expect_accounts(sell, key_of(21), key_of(22), -5'632);
    EXPECT_EQ(hex_encode(sell.data),
              "2b04ed0b1ac91e6240420f0000000000e70300000000000000000000000000000000000000000000"
              "010100");
    // Exact out: the amount is what comes out, the threshold what may go in.
    const auto buy =
        swap_exact_out(pool, kBToA, TokenAmount{1'000'000}, TokenAmount{999}, accounts);
    expect_accounts(buy, key_of(22), key_of(21), 5'632);
    EXPECT_EQ(hex_encode(buy.data),
              "2b04ed0b1ac91e62e70300000000000040420f000000000000000000000000000000000000000000"
              "000000");
    // The same without having seen any account but the mints.
    auto unseen = decoded(two_positions());
    unseen.program_b = solana::kTokenProgram;
    EXPECT_EQ(swap_exact_in(unseen, kAToB, TokenAmount{1'000'000}, TokenAmount{999}, accounts),
              sell);
}

TEST(OrcaWhirlpool, RepeatsTheLastTickArrayWhereTheRangeEnds) {
    WhirlpoolSpec spec;
    spec.tick_spacing = 32'896;
    const auto pool = whirlpool_of(spec);
    const auto below = whirlpool_tick_array_address(whirlpool_id(), -88 * 32'896);
    const auto centre = whirlpool_tick_array_address(whirlpool_id(), 0);
    const auto arrays = [&](Direction direction) {
        const auto swap = swap_exact_in(pool, direction, TokenAmount{1}, TokenAmount{}, {});
        return std::vector{swap.accounts[11].pubkey, swap.accounts[12].pubkey,
                           swap.accounts[13].pubkey};
    };
    EXPECT_EQ(arrays(kAToB), (std::vector{centre, below, below}));
    EXPECT_EQ(arrays(kBToA), (std::vector{centre, centre, centre}));
}

const InstructionShape& shape_of(std::string_view name) {
    const auto shapes = orca_whirlpool_instructions();
    const auto found = std::ranges::find(shapes, name, &InstructionShape::name);
    SF_ASSERT(found != shapes.end());
    return *found;
}

// A recorded instruction has at least the flags of its shape; the transaction may add more, such as
// a signer that pays the fee.
TEST(OrcaWhirlpool, RecordedInstructionsHaveTheShapeThatIsKnown) {
    SF_REQUIRE_DATA(data);
    struct Recorded {
        const char* file;
        const char* name;
    };
    for (const auto& [file, name] :
         {Recorded{"orca_whirlpool_swap_ix.json", "swap"},
          Recorded{"orca_whirlpool_initialize_pool_v2_ix.json", "initialize_pool_v2"}}) {
        SCOPED_TRACE(name);
        const sniperforge::test::JsonFile fixture{data / "fixtures/instructions" / file};
        const InstructionShape& shape = shape_of(name);
        const auto bytes = *hex_decode(std::string_view{fixture.root()["data_hex"]});
        EXPECT_TRUE(std::ranges::equal(shape.discriminator, BytesView{bytes}.first(8)));
        EXPECT_EQ(bytes.size(), shape.data_bytes_min);
        unsigned i = 0;
        for (const auto account : fixture.root()["accounts"].get_array()) {
            const std::uint32_t bit = std::uint32_t{1} << i;
            EXPECT_TRUE((shape.writable & bit) == 0 || bool{account["is_writable"]}) << i;
            EXPECT_EQ((shape.signers & bit) != 0, bool{account["is_signer"]}) << i;
            const std::string_view label = account["label"];
            if (shape.creation) {
                EXPECT_EQ(label == "whirlpool", i == shape.creation->pool) << i;
                EXPECT_EQ(label == "tokenMintA", i == shape.creation->mint_a) << i;
                EXPECT_EQ(label == "tokenMintB", i == shape.creation->mint_b) << i;
            }
            ++i;
        }
        EXPECT_EQ(i, shape.accounts_min);
        EXPECT_EQ(i, shape.accounts_max);
    }
}

TEST(OrcaWhirlpool, OurSwapHasTheShapeThatIsMarkedAsOurs) {
    const auto swap =
        swap_exact_in(whirlpool_of(two_positions()), kAToB, TokenAmount{1}, TokenAmount{}, {});
    int ours = 0;
    for (const InstructionShape& shape : orca_whirlpool_instructions()) {
        if (!shape.is_ours) {
            continue;
        }
        ++ours;
        EXPECT_TRUE(std::ranges::equal(shape.discriminator, BytesView{swap.data}.first(8)));
        EXPECT_EQ(swap.data.size(), shape.data_bytes_min);
        ASSERT_EQ(swap.accounts.size(), shape.accounts_min);
        for (std::size_t i = 0; i < swap.accounts.size(); ++i) {
            EXPECT_EQ(swap.accounts[i].is_writable, (shape.writable >> i & 1U) != 0) << i;
            EXPECT_EQ(swap.accounts[i].is_signer, (shape.signers >> i & 1U) != 0) << i;
        }
    }
    EXPECT_EQ(ours, 1);
}

}  // namespace
}  // namespace sniperforge::dex
