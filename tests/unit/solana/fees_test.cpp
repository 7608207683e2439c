// SPDX-License-Identifier: MIT
#include "sniperforge/solana/fees.hpp"

#include <gtest/gtest.h>

#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

TEST(Fees, AddUpToTheFeeOfTheLegacyVector) {
    SF_REQUIRE_DATA(data);
    const Lamports fee =
        base_fee(1) + priority_fee(ComputeUnitPrice{12'345}, ComputeUnits{200'000});
    EXPECT_EQ(fee.raw(), std::uint64_t{wire(data)["legacy_tx"]["fee_lamports"]});
}

TEST(Fees, ChargeFiveThousandLamportsForEachSignature) {
    EXPECT_EQ(base_fee(0), Lamports{0});
    EXPECT_EQ(base_fee(2), Lamports{10'000});
}

TEST(Fees, RoundThePriorityFeeUp) {
    const auto fee = [](std::uint64_t price, std::uint64_t limit) {
        return priority_fee(ComputeUnitPrice{price}, ComputeUnits{limit}).raw();
    };
    EXPECT_EQ(fee(0, 1'400'000), 0U);
    EXPECT_EQ(fee(1, 1), 1U);
    EXPECT_EQ(fee(1, 999'999), 1U);
    EXPECT_EQ(fee(1, 1'000'000), 1U);
    EXPECT_EQ(fee(1, 1'000'001), 2U);
    EXPECT_EQ(fee(kU64Max, 1'400'000), kU64Max);
}

TEST(Fees, ComputeRentOfEveryVector) {
    SF_REQUIRE_DATA(data);
    std::size_t count = 0;
    for (Json vector : wire(data)["rent"]["values"]) {
        const auto size = std::uint64_t{vector["data_len"]};
        EXPECT_EQ(rent_exempt_minimum(size, 6960).raw(), std::uint64_t{vector["at_6960"]});
        EXPECT_EQ(rent_exempt_minimum(size, 5080).raw(), std::uint64_t{vector["at_5080"]});
        ++count;
    }
    EXPECT_GT(count, 0U);
}

TEST(Fees, ClampRentInsteadOfWrappingAround) {
    EXPECT_EQ(rent_exempt_minimum(10, kU64Max), Lamports::max());
}

}  // namespace
}  // namespace sniperforge::solana
