// SPDX-License-Identifier: MIT
#include "dex/meteora_dlmm_math.hpp"

#include <gtest/gtest.h>

#include <cstdio>

#include "dex/wide_math.hpp"
#include "unit/dex/dlmm_reference.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

TEST(MeteoraDlmmMath, ReproducesEveryPriceThatTheProgramStored) {
    SF_REQUIRE_DATA(data);
    struct Array {
        const char* file;
        std::uint16_t bin_step;
    };
    int prices = 0;
    for (const auto& [name, bin_step] :
         {Array{"9t3E_bin_array_1", 10}, Array{"9t3E_bin_array_2", 10},
          Array{"EtAd_bin_array_1", 250}, Array{"EtAd_bin_array_2", 250},
          Array{"binarray_idx6_step20_other", 20}, Array{"binarray_idx9_J4cGfY61", 15}}) {
        const sniperforge::test::JsonFile file{data / "fixtures/accounts/meteora_dlmm" /
                                               (std::string{name} + ".json")};
        const Bytes bytes = account_data(file.root());
        const auto index = static_cast<std::int32_t>(read_le<std::int64_t>(bytes, 8));
        for (std::int32_t i = 0; i < kDlmmBinsPerArray; ++i) {
            const auto stored = read_le<u128>(bytes, 72 + static_cast<std::size_t>(i) * 144);
            const std::int32_t id = index * kDlmmBinsPerArray + i;
            if (stored != 0) {
                ++prices;
                EXPECT_TRUE(dlmm::price_of_bin(id, bin_step) == stored) << name << " " << id;
            }
        }
    }
    std::printf("meteora_dlmm: %d stored prices\n", prices);
    EXPECT_GT(prices, 300);
}

TEST(MeteoraDlmmMath, PricesAreTheProgramsOwnUpToWhereItFails) {
    Rng rng{1};
    int failing = 0;
    for (int round = 0; round < 4'000; ++round) {
        const auto step = static_cast<std::uint16_t>(rng.below(4) == 0 ? rng.below(65'535) + 1
                                                                       : rng.below(400) + 1);
        const auto span = static_cast<std::int32_t>(rng.below(443'637));
        const std::int32_t id = (rng.below(2) == 0 ? span : -span) / (rng.below(2) == 0 ? 1 : 50);
        const auto expected = DlmmReference::price_of(id, step);
        const u128 price = dlmm::price_of_bin(id, step);
        ASSERT_EQ(DlmmReference::Integer{price}, expected) << id << " step " << step;
        failing += price == 0 ? 1 : 0;
    }
    EXPECT_GT(failing, 100);
    for (const std::int32_t id : {kDlmmBinMin, kDlmmBinMax}) {
        EXPECT_EQ(DlmmReference::Integer{dlmm::price_of_bin(id, 1)},
                  DlmmReference::price_of(id, 1));
    }
    EXPECT_TRUE(dlmm::price_of_bin(0, 400) == kOne);
}

TEST(MeteoraDlmmMath, AmountsAtAPriceRoundAsAskedAndNeverWrap) {
    Rng rng{2};
    int large = 0;
    for (int round = 0; round < 20'000; ++round) {
        const u128 price = (static_cast<u128>(rng.next()) << 64 | rng.next()) >> rng.below(128);
        const std::uint64_t amount = any_amount(rng) - (rng.below(8) == 0 ? 1 : 0);
        const u256 product = mul_wide(price, amount);
        const auto check = [&](const std::optional<std::uint64_t>& found, const u256& numerator,
                               const u256& divisor, Rounding rounding) {
            u256 expected = numerator / divisor;
            if (rounding == Rounding::Up && expected * divisor != numerator) {
                ++expected;
            }
            large += expected > kU64Max ? 1 : 0;
            ASSERT_EQ(found.has_value(), expected <= kU64Max);
            if (found) {
                ASSERT_EQ(u256{*found}, expected);
            }
        };
        for (const auto rounding : {Rounding::Down, Rounding::Up}) {
            check(dlmm::y_of_x(amount, price, rounding), product, u256{1} << 64U, rounding);
            if (price != 0) {
                check(dlmm::x_of_y(amount, price, rounding), u256{amount} << 64U, u256{price},
                      rounding);
            }
        }
    }
    EXPECT_GT(large, 1'000);
    EXPECT_EQ(dlmm::x_of_y(5, 0, Rounding::Down), std::nullopt);
    EXPECT_EQ(dlmm::y_of_x(5, 0, Rounding::Up), 0U);
    EXPECT_EQ(dlmm::y_of_x(kU64Max, ~static_cast<u128>(0), Rounding::Up), std::nullopt);
    EXPECT_EQ(dlmm::y_of_x(kU64Max, kOne, Rounding::Up), kU64Max);
    EXPECT_EQ(dlmm::y_of_x(kU64Max, kOne + 1, Rounding::Down), kU64Max);
    EXPECT_EQ(dlmm::y_of_x(kU64Max, kOne + 1, Rounding::Up), std::nullopt);
}

TEST(MeteoraDlmmMath, FeesAreRoundedUpWithinAndUponAnAmount) {
    EXPECT_EQ(dlmm::fee_within(1'000, 10'000'000), 10U);
    EXPECT_EQ(dlmm::fee_within(1'001, 10'000'000), 11U);
    EXPECT_EQ(dlmm::fee_within(1, 1), 1U);
    EXPECT_EQ(dlmm::fee_within(1, 0), 0U);
    EXPECT_EQ(dlmm::fee_within(0, dlmm::kFeeMax), 0U);
    EXPECT_EQ(dlmm::fee_upon(990, 10'000'000), 10U);
    EXPECT_EQ(dlmm::fee_upon(991, 10'000'000), 11U);
    EXPECT_EQ(dlmm::fee_upon(900, dlmm::kFeeMax), 100U);
    EXPECT_EQ(dlmm::fee_within(kU64Max, dlmm::kFeeMax), kU64Max / 10 + 1);
    EXPECT_EQ(dlmm::fee_upon(kU64Max, dlmm::kFeeMax), kU64Max / 9 + 1 - (kU64Max % 9 == 0 ? 1 : 0));
    // What is left of a whole amount is what buys it back, to the unit.
    Rng rng{3};
    for (int round = 0; round < 20'000; ++round) {
        const std::uint64_t net = any_amount(rng, 60);
        const std::uint64_t rate = rng.below(dlmm::kFeeMax + 1);
        const std::uint64_t whole = net + dlmm::fee_upon(net, rate);
        ASSERT_EQ(whole - dlmm::fee_within(whole, rate), net) << net << " at " << rate;
    }
}

TEST(MeteoraDlmmMath, TheBaseFeeIsLimitedToTenPercent) {
    EXPECT_EQ(dlmm::base_fee(10'000, 10, 0), 1'000'000U);
    EXPECT_EQ(dlmm::base_fee(10'000, 10, 1), 10'000'000U);
    EXPECT_EQ(dlmm::base_fee(10'000, 10, 2), 100'000'000U);
    EXPECT_EQ(dlmm::base_fee(10'001, 10, 2), 100'000'000U);
    EXPECT_EQ(dlmm::base_fee(9'999, 10, 2), 99'990'000U);
    EXPECT_EQ(dlmm::base_fee(65'535, 65'535, 255), 100'000'000U);
    EXPECT_EQ(dlmm::base_fee(0, 10, 255), 0U);
}

// Volatility 140,000 after the last swap, counted from 70,000 at bin 3.
DlmmSpec volatile_spec() {
    DlmmSpec spec;
    spec.bin_step = 100;
    spec.base_factor = 1'000;
    spec.active_id = 10;
    spec.control_factor = 7'500;
    spec.volatility_max = 150'000;
    spec.volatility = 140'000;
    spec.volatility_reference = 70'000;
    spec.index_reference = 3;
    return spec;
}

// From the formula: base + ceil(control * (volatility * step)^2 / 10^11).
std::uint64_t rate_with(std::uint64_t volatility) {
    const u128 moved = static_cast<u128>(volatility) * 100;
    return 1'000'000 + static_cast<std::uint64_t>((moved * moved * 7'500 + 99'999'999'999ULL) /
                                                  100'000'000'000ULL);
}

TEST(MeteoraDlmmMath, TheVariableFeeFollowsTheDistanceFromItsReference) {
    const auto pool = decoded_dlmm(volatile_spec());
    const dlmm::FeeAlongSwap fee{pool, volatile_spec().updated_at};
    EXPECT_EQ(fee.rate_at(3), rate_with(70'000));
    EXPECT_EQ(fee.rate_at(10), rate_with(140'000));
    EXPECT_EQ(fee.rate_at(11), rate_with(150'000));
    EXPECT_EQ(fee.rate_at(12), rate_with(150'000));  // At most the maximum.
    EXPECT_EQ(fee.rate_at(-5), rate_with(150'000));
    EXPECT_EQ(fee.rate_at(0), rate_with(100'000));
    auto spec = volatile_spec();
    spec.control_factor = 0;
    EXPECT_EQ(dlmm::FeeAlongSwap(decoded_dlmm(spec), spec.updated_at).rate_at(3), 1'000'000U);
    spec.control_factor = ~0U;
    EXPECT_EQ(dlmm::FeeAlongSwap(decoded_dlmm(spec), spec.updated_at).rate_at(3), dlmm::kFeeMax);
}

TEST(MeteoraDlmmMath, TheReferenceDecaysWithTimeAndMovesToThePrice) {
    const auto spec = volatile_spec();
    const auto pool = decoded_dlmm(spec);
    const auto rate_after = [&](std::int64_t seconds, std::int32_t bin) {
        return dlmm::FeeAlongSwap{pool, spec.updated_at + seconds}.rate_at(bin);
    };
    // Below the filter period the reference stays; the clock may even be behind.
    EXPECT_EQ(rate_after(29, 10), rate_with(140'000));
    EXPECT_EQ(rate_after(-1'000'000, 10), rate_with(140'000));
    // From then on it is the active bin with half of the volatility, after the decay with none.
    EXPECT_EQ(rate_after(30, 10), rate_with(70'000));
    EXPECT_EQ(rate_after(599, 8), rate_with(90'000));
    EXPECT_EQ(rate_after(600, 10), 1'000'000U);
    EXPECT_EQ(rate_after(600, 12), rate_with(20'000));
    auto extreme = pool;
    extreme.fee.updated_at = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(dlmm::FeeAlongSwap(extreme, std::numeric_limits<std::int64_t>::max()).rate_at(10),
              1'000'000U);
}

TEST(MeteoraDlmmMath, NoParametersTakeTheFeeBeyondItsLimit) {
    auto pool = decoded_dlmm(volatile_spec());
    pool.bin_step = 65'535;
    pool.fee.control_factor = ~0U;
    pool.fee.volatility_max = ~0U;
    pool.fee.volatility = ~0U;
    pool.fee.reduction_factor = 65'535;
    pool.fee.index_reference = std::numeric_limits<std::int32_t>::min();
    for (const std::int64_t seconds : {0, 30, 600}) {
        const dlmm::FeeAlongSwap fee{pool, pool.fee.updated_at + seconds};
        for (const std::int32_t bin : {kDlmmBinMin, 0, kDlmmBinMax}) {
            EXPECT_LE(fee.rate_at(bin), dlmm::kFeeMax);
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
