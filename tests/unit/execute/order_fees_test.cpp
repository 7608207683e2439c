// SPDX-License-Identifier: MIT
#include "execute/order_fees.hpp"

#include <gtest/gtest.h>

#include "support/keys.hpp"

namespace sniperforge::execute {
namespace {

const Pubkey kYoung = sniperforge::test::key_of(1);

[[nodiscard]] std::uint64_t floor_of(BasisPoints slippage, BasisPoints fee) {
    constexpr std::uint64_t kQuoted = 1'000'000'000;
    const BasisPoints one{kBasisPointsOne};
    return part_floor(part_floor(TokenAmount{kQuoted}, one - slippage), one - fee).raw();
}

TEST(OrderFees, TheFloorAfterTheFeeIsThatOfTheOrderAndNotTwoBasisPointsAbove) {
    OrderFees fees;
    for (const std::uint64_t fee : {0U, 1U, 2U, 10U, 50U}) {
        fees.note(kYoung, BasisPoints{fee});
        for (const std::uint64_t accepted : {60U, 100U, 300U, 500U, 2'500U, 5'000U}) {
            SCOPED_TRACE(testing::Message() << fee << " of " << accepted);
            const BasisPoints asked = fees.slippage_to_ask(kYoung, BasisPoints{accepted});
            const std::uint64_t wanted = floor_of(BasisPoints{accepted}, BasisPoints{});
            EXPECT_GE(floor_of(asked, BasisPoints{fee}), wanted);
            EXPECT_LT(floor_of(asked + BasisPoints{1}, BasisPoints{fee}), wanted)
                << "one more would be below the floor";
        }
    }
}

TEST(OrderFees, ATokenIsTakenForAYoungOneUntilAnOrderHasSaidItsFee) {
    OrderFees fees;
    EXPECT_EQ(fees.fee_of(kYoung), BasisPoints{50});
    EXPECT_EQ(fees.slippage_to_ask(kYoung, BasisPoints{100}), BasisPoints{50});
    fees.note(kYoung, BasisPoints{10});
    EXPECT_EQ(fees.slippage_to_ask(kYoung, BasisPoints{100}), BasisPoints{90});
    fees.note(kYoung, BasisPoints{});
    EXPECT_EQ(fees.slippage_to_ask(kYoung, BasisPoints{100}), BasisPoints{100});
    EXPECT_EQ(fees.fee_of(sniperforge::test::key_of(2)), BasisPoints{50});
}

TEST(OrderFees, NothingIsLeftToAskWhereTheFeeTakesAllOfTheSlippage) {
    OrderFees fees;
    EXPECT_EQ(fees.slippage_to_ask(kYoung, BasisPoints{51}), BasisPoints{1});
    EXPECT_EQ(fees.slippage_to_ask(kYoung, BasisPoints{50}), BasisPoints{0});
    EXPECT_EQ(fees.slippage_to_ask(kYoung, BasisPoints{0}), BasisPoints{0});
    fees.note(kYoung, BasisPoints{kBasisPointsOne});
    EXPECT_EQ(fees.slippage_to_ask(kYoung, BasisPoints{500}), BasisPoints{0});
}

}  // namespace
}  // namespace sniperforge::execute
