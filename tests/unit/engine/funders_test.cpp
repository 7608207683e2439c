// SPDX-License-Identifier: MIT
#include "sniperforge/engine/funders.hpp"

#include <gtest/gtest.h>

#include "sniperforge/config/settings.hpp"
#include "support/keys.hpp"

namespace sniperforge::engine {
namespace {

using sniperforge::test::key_of;

[[nodiscard]] Pubkey creator(std::uint32_t number) {
    Pubkey key = key_of(1);
    key.bytes[0] = static_cast<std::uint8_t>(number >> 8);
    key.bytes[1] = static_cast<std::uint8_t>(number);
    return key;
}

TEST(Funders, AreAskedForOnceAndKnownWhenTheAnswerIs) {
    Funders funders{8};
    EXPECT_EQ(funders.standing(creator(1)), FunderStanding::Unasked);
    EXPECT_TRUE(funders.want(creator(1)));
    EXPECT_FALSE(funders.want(creator(1)));
    EXPECT_EQ(funders.standing(creator(1)), FunderStanding::Pending);
    EXPECT_TRUE(funders.funder_of(creator(1)).is_zero());
    funders.settle(creator(1), key_of(9));
    EXPECT_EQ(funders.standing(creator(1)), FunderStanding::Known);
    EXPECT_EQ(funders.funder_of(creator(1)), key_of(9));
}

TEST(Funders, WhatCannotBeKnownIsNobodys) {
    Funders funders{8};
    EXPECT_FALSE(funders.want(Pubkey{}));
    EXPECT_EQ(funders.standing(Pubkey{}), FunderStanding::Unasked);
    EXPECT_TRUE(funders.want(creator(1)));
    funders.settle(creator(1), std::nullopt);
    EXPECT_EQ(funders.standing(creator(1)), FunderStanding::Hidden);
    EXPECT_TRUE(funders.funder_of(creator(1)).is_zero());
    funders.settle(creator(2), key_of(9));  // Nobody asked.
    EXPECT_EQ(funders.standing(creator(2)), FunderStanding::Unasked);
}

TEST(Funders, WhoPaidForOneMoreThanTheLimitIsAnExchange) {
    Funders funders{3};
    for (std::uint32_t i = 0; i < 3; ++i) {
        ASSERT_TRUE(funders.want(creator(i)));
        funders.settle(creator(i), key_of(9));
        funders.settle(creator(i), key_of(9));  // The same answer twice is one.
    }
    EXPECT_EQ(funders.standing(creator(0)), FunderStanding::Known);
    ASSERT_TRUE(funders.want(creator(3)));
    funders.settle(creator(3), key_of(9));
    for (std::uint32_t i = 0; i < 4; ++i) {
        EXPECT_EQ(funders.standing(creator(i)), FunderStanding::Exchange) << i;
        EXPECT_TRUE(funders.funder_of(creator(i)).is_zero());
    }
}

// Who launches a token an hour for days is no exchange.
TEST(Funders, ByDefaultAFarmOfDozensOfCreatorsIsOneHandStill) {
    Funders funders{config::RiskSettings{}.funder_creators_max};
    const auto fund = [&](std::uint32_t number) {
        ASSERT_TRUE(funders.want(creator(number)));
        funders.settle(creator(number), key_of(9));
    };
    for (std::uint32_t i = 0; i < 64; ++i) {
        fund(i);
    }
    EXPECT_EQ(funders.funder_of(creator(0)), key_of(9));
    fund(64);
    EXPECT_EQ(funders.standing(creator(0)), FunderStanding::Exchange);
}

TEST(Funders, ForgetTheFirstWhenThereAreTooMany) {
    Funders funders{1};
    for (std::uint32_t i = 0; i < Funders::kCreatorsMax; ++i) {
        ASSERT_TRUE(funders.want(creator(i)));
    }
    funders.settle(creator(0), key_of(9));
    funders.settle(creator(1), key_of(9));
    EXPECT_EQ(funders.standing(creator(1)), FunderStanding::Exchange);
    ASSERT_TRUE(funders.want(creator(Funders::kCreatorsMax)));
    EXPECT_EQ(funders.standing(creator(0)), FunderStanding::Unasked);
    EXPECT_EQ(funders.standing(creator(1)), FunderStanding::Known);  // It has one creator now.
}

}  // namespace
}  // namespace sniperforge::engine
