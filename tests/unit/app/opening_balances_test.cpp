// SPDX-License-Identifier: MIT
#include "app/opening_balances.hpp"

#include <gtest/gtest.h>

#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

const Pubkey kOne = test::key_of(1), kOther = test::key_of(2);

[[nodiscard]] BalanceReader::Reading reading(std::size_t endpoint, std::uint64_t slot,
                                             std::map<Pubkey, TokenAmount> tokens,
                                             std::uint64_t lamports = 100, bool is_alone = false) {
    portfolio::ChainBalances balances{Lamports{lamports}, std::move(tokens)};
    balances.slots.oldest = balances.slots.newest = Slot{slot};
    return {endpoint, std::move(balances), is_alone};
}
const std::map<Pubkey, TokenAmount> kWhole{{kOne, TokenAmount{7}}, {kOther, TokenAmount{9}}};
const std::map<Pubkey, TokenAmount> kLess{{kOne, TokenAmount{7}}, {kOther, TokenAmount{8}}};

TEST(OpeningBalances, OneNodeIsNotBelievedHoweverOftenItSaysSoAndTwoThatSayTheSameAre) {
    OpeningBalances opening;
    EXPECT_FALSE(opening.add(reading(0, 10, kWhole)));
    EXPECT_FALSE(opening.add(reading(0, 20, kWhole)));
    EXPECT_TRUE(opening.add(reading(1, 15, kWhole))) << "of any slot";
}

TEST(OpeningBalances, NothingIsOpenedWithoutWhatAnotherNodeHas) {
    for (const auto& [lacking, lamports] :
         {std::pair{kLess, 100U}, std::pair{std::map<Pubkey, TokenAmount>{}, 100U},
          std::pair{kWhole, 99U}}) {
        OpeningBalances opening;
        EXPECT_FALSE(opening.add(reading(0, 10, kWhole)));
        EXPECT_FALSE(opening.add(reading(1, 10, lacking, lamports)));
        EXPECT_FALSE(opening.add(reading(1, 12, lacking, lamports)));
        // It has them again, of no older slot: what is there cannot be left in by mistake.
        EXPECT_FALSE(opening.add(reading(0, 11, kWhole)));
        EXPECT_TRUE(opening.add(reading(0, 12, kWhole)));
        // And the other way round.
        EXPECT_FALSE(opening.add(reading(1, 20, lacking, lamports)));
    }
}

TEST(OpeningBalances, WhatWasSoldBetweenIsGoneOnceBothSaySo) {
    OpeningBalances opening;
    EXPECT_FALSE(opening.add(reading(0, 10, kWhole)));
    EXPECT_FALSE(opening.add(reading(1, 12, kLess)));
    EXPECT_TRUE(opening.add(reading(0, 11, kLess)));
}

TEST(OpeningBalances, TheOnlyNodeMustSayItOfALaterSlot) {
    OpeningBalances opening;
    EXPECT_FALSE(opening.add(reading(0, 10, kLess, 100, true)));
    EXPECT_FALSE(opening.add(reading(0, 10, kLess, 100, true)));
    EXPECT_TRUE(opening.add(reading(0, 11, kWhole, 100, true)));
    EXPECT_FALSE(opening.add(reading(0, 12, {}, 100, true))) << "it left them out";
    EXPECT_TRUE(opening.add(reading(0, 13, kWhole, 100, true)));
}

TEST(OpeningBalances, NamesWhoLacksWhatAndKeepsTheFullestForWhoMustGoOn) {
    const auto name = [](std::size_t endpoint) { return endpoint == 0 ? "one" : "two"; };
    OpeningBalances opening;
    EXPECT_EQ(opening.most(), nullptr);
    EXPECT_FALSE(opening.add(reading(0, 10, {{kOne, TokenAmount{7}}})));
    EXPECT_EQ(opening.problem(name).find("one endpoint alone has told of them"), 0U);
    EXPECT_FALSE(opening.add(reading(1, 9, kWhole)));
    EXPECT_EQ(opening.problem(name).find(kOther.to_string() + ": endpoint one has 0, two has 9"),
              0U)
        << opening.problem(name);
    ASSERT_NE(opening.most(), nullptr);
    EXPECT_EQ(opening.most()->tokens, kWhole);
}

}  // namespace
}  // namespace sniperforge::app
