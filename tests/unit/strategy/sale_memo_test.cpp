// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/sale_memo.hpp"

#include <gtest/gtest.h>

#include "strategy/sale.hpp"
#include "unit/strategy/exits_support.hpp"

namespace sniperforge::strategy {
namespace {

constexpr SaleAsked kAsked{PositionId{3}, PoolIndex{5}, 7, TokenAmount{11}, {13, 17, 19}};

// Counts how often it had to be quoted.
class SaleMemoTest : public ::testing::Test {
 protected:
    void ask(const SaleAsked& asked) {
        (void)memo.proceeds(asked, [&]() -> SaleMemo::Proceeds {
            ++quotes;
            return TokenAmount{quotes};
        });
    }

    SaleMemo memo;
    std::uint64_t quotes = 0;
};

TEST_F(SaleMemoTest, QuotesOnceWhatIsAskedTwice) {
    ask(kAsked);
    ask(kAsked);
    EXPECT_EQ(quotes, 1U);
}

TEST_F(SaleMemoTest, QuotesAnewWhatIsAnotherSaleOrOfAnotherMoment) {
    ask(kAsked);
    std::uint64_t expected = 1;
    const auto expect_another = [&](auto change) {
        SaleAsked asked = kAsked;
        change(asked);
        ask(asked);
        EXPECT_EQ(quotes, ++expected);
    };
    expect_another([](SaleAsked& asked) { ++asked.position.value; });
    expect_another([](SaleAsked& asked) { ++asked.pool.value; });
    expect_another([](SaleAsked& asked) { ++asked.revision; });
    expect_another([](SaleAsked& asked) { asked.amount += TokenAmount{1}; });
    expect_another([](SaleAsked& asked) { ++asked.at.unix_time; });
    expect_another([](SaleAsked& asked) { ++asked.at.epoch; });
    expect_another([](SaleAsked& asked) { ++asked.at.slot; });
    ask(kAsked);  // The last of its place counts.
    EXPECT_EQ(quotes, expected + 1);
}

TEST_F(SaleMemoTest, KeepsAnErrorAsItKeepsAPrice) {
    const auto fail = [&]() -> SaleMemo::Proceeds {
        ++quotes;
        return Err{dex::QuoteError::SwapDisabled};
    };
    EXPECT_EQ(memo.proceeds(kAsked, fail).error(), dex::QuoteError::SwapDisabled);
    EXPECT_EQ(memo.proceeds(kAsked, fail).error(), dex::QuoteError::SwapDisabled);
    EXPECT_EQ(quotes, 1U);
}

class SaleMemoInViewTest : public test::ExitsTest {
 protected:
    [[nodiscard]] TokenAmount proceeds() {
        View view = market.view();
        view.sales = &memo;
        const auto known = sale_proceeds(position(), position().amount, view);
        view.sales = nullptr;
        EXPECT_EQ(known, sale_proceeds(position(), position().amount, view));
        return known.value();
    }

    SaleMemo memo;
};

// Whatever tells the pool of it: an account of its own, in the same slot as the one before.
TEST_F(SaleMemoInViewTest, FollowsThePoolAndWhatOfOursIsAheadInIt) {
    const TokenAmount first = proceeds();
    market.set(pool, {50 * test::kSol, 1'000'000'000'000});
    const TokenAmount fallen = proceeds();
    EXPECT_LT(fallen, first);
    market.own_swaps = {{index, Direction::BToA, TokenAmount{500'000'000'000}}};
    EXPECT_LT(proceeds(), fallen);
    market.own_swaps.clear();
    EXPECT_EQ(proceeds(), fallen);
}

}  // namespace
}  // namespace sniperforge::strategy
