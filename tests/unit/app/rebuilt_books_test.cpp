// SPDX-License-Identifier: MIT
#include "app/rebuilt_books.hpp"

#include <gtest/gtest.h>

#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] engine::RecoveredOrder order_of(const Pubkey& mint, std::int64_t tokens) {
    engine::RecoveredOrder order;
    order.mint = mint;
    order.fill.tokens = {{mint, TokenDelta{tokens}}};
    return order;
}

TEST(RebuiltBooks, OnlyWhatTheOrdersDoNotAddUpToIsUnexplained) {
    const Pubkey exact = test::key_of(1), more = test::key_of(2), less = test::key_of(3),
                 unknown = test::key_of(4), gone = test::key_of(5);
    const std::vector orders{order_of(exact, 100), order_of(exact, -40), order_of(more, 50),
                             order_of(less, 50), order_of(gone, 9)};
    const std::map<Pubkey, TokenAmount> held{{exact, TokenAmount{60}},
                                             {more, TokenAmount{51}},
                                             {less, TokenAmount{49}},
                                             {unknown, TokenAmount{1}}};
    const auto found = unexplained(orders, held, {});
    ASSERT_EQ(found.size(), 3U);
    portfolio::ChainBalances balances{Lamports{7}, held};
    balances = balances_of_orders(balances, found);
    EXPECT_EQ(balances.wallet, Lamports{7});
    EXPECT_EQ(balances.tokens[exact], TokenAmount{60});
    EXPECT_EQ(balances.tokens[more], TokenAmount{50});
    EXPECT_EQ(balances.tokens[less], TokenAmount{50});
    EXPECT_EQ(balances.tokens[unknown], TokenAmount{0});
}

TEST(RebuiltBooks, MoreSoldThanBoughtAddsUpToNothing) {
    const Pubkey mint = test::key_of(1);
    const auto found = unexplained(std::vector{order_of(mint, 5), order_of(mint, -6)},
                                   {{mint, TokenAmount{3}}}, {});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].expected, 0U);
    EXPECT_EQ(found[0].on_chain, 3U);
}

// Old tokens of a new wallet, and of a used one that bought some of them by hand.
TEST(RebuiltBooks, WhatAllThatWasReadAddsUpToIsExplainedWhoeverBoughtIt) {
    const Pubkey exact = test::key_of(1), short_by_one = test::key_of(2), over = test::key_of(3),
                 both = test::key_of(4), never = test::key_of(5);
    const std::map<Pubkey, TokenAmount> held{{exact, TokenAmount{60}},
                                             {short_by_one, TokenAmount{60}},
                                             {over, TokenAmount{60}},
                                             {both, TokenAmount{60}},
                                             {never, TokenAmount{60}}};
    const std::map<Pubkey, i128> changes{
        {exact, i128{60}}, {short_by_one, i128{59}}, {over, i128{61}}, {both, i128{60}}};
    const auto found = unexplained(std::vector{order_of(both, 50)}, held, changes);
    std::vector<std::string> mints;
    for (const portfolio::BalanceMismatch& each : found) {
        mints.push_back(each.account);
    }
    EXPECT_EQ(mints, (std::vector{short_by_one.to_string(), over.to_string(), never.to_string()}));
    EXPECT_EQ(balances_of_orders({Lamports{7}, held}, found).tokens.at(both), TokenAmount{60})
        << "10 of them are in no position";
}

}  // namespace
}  // namespace sniperforge::app
