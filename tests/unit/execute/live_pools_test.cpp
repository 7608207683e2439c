// SPDX-License-Identifier: MIT
// Our own impact on pools of a chain that has none of it: always against us, and for how long.
#include "sniperforge/execute/live_pools.hpp"

#include <gtest/gtest.h>

#include "sniperforge/dex/displace.hpp"
#include "support/keys.hpp"

namespace sniperforge::execute {
namespace {

using sniperforge::test::key_of;
constexpr Direction kBuy = Direction::BToA, kSell = Direction::AToB;

class LivePoolsTest : public ::testing::Test {
 protected:
    LivePoolsTest() {
        dex::RaydiumAmmV4Pool pool;
        pool.id = key_of(1);
        pool.mint_a = key_of(2);
        pool.mint_b = key_of(3);
        pool.vault_a = key_of(4);
        pool.vault_b = key_of(5);
        pool.status = dex::kAmmV4StatusSwapOnly;
        pool.vault_amount_a = 1'000'000'000'000;
        pool.vault_amount_b = 100'000'000'000;
        pool.has_vault_a = pool.has_vault_b = true;
        at = book.add(dex::Pool{pool}, Slot{1}).value();
    }
    [[nodiscard]] dex::SwapQuote quote(Direction direction, std::uint64_t amount) const {
        return pools.exact_in(at, direction, TokenAmount{amount}, {}).value();
    }
    [[nodiscard]] std::uint64_t out(Direction direction, std::uint64_t amount) const {
        return quote(direction, amount).amount_out.raw();
    }
    // Of ours; what it paid.
    std::uint64_t swap(Direction direction, std::uint64_t amount, OrderKind kind) {
        const dex::SwapQuote quoted = quote(direction, amount);
        pools.swapped(at, direction, quoted, kind);
        return quoted.amount_out.raw();
    }
    // Of somebody else, on the chain.
    void others_swap(Direction direction, std::uint64_t amount) {
        book.change(at, Slot{2}, [&](dex::Pool& state) {
            const auto quoted =
                dex::quote_exact_in(state, direction, TokenAmount{amount}, {}).value();
            ASSERT_TRUE(dex::displace(state, direction, quoted));
        });
        pools.on_slot();
    }

    dex::PoolBook book;
    LivePools pools{book};
    PoolIndex at;
};

constexpr std::uint64_t kSol = 1'000'000'000;

TEST_F(LivePoolsTest, ASecondPurchaseComesBehindTheFirstUntilThatIsSoldAgain) {
    const std::uint64_t fresh = out(kBuy, kSol);
    const std::uint64_t bought = swap(kBuy, kSol, OrderKind::Entry);
    const std::uint64_t second = out(kBuy, kSol);
    EXPECT_LT(second, fresh);
    swap(kSell, bought / 2, OrderKind::Exit);
    EXPECT_GT(out(kBuy, kSol), second);
    EXPECT_LT(out(kBuy, kSol), fresh) << "half of it is still ours";
    swap(kSell, bought - (bought / 2), OrderKind::Exit);
    EXPECT_EQ(out(kBuy, kSol), fresh);
    EXPECT_TRUE(pools.outstanding().empty());
}

// The chain's price never had our purchase in it. To sell at a price that it had raised would be
// conservative only for those who sell to us.
TEST_F(LivePoolsTest, OurOwnPurchaseDoesNotRaiseThePriceOfItsSale) {
    const std::uint64_t before = out(kSell, 1'000'000'000);
    swap(kBuy, 10 * kSol, OrderKind::Entry);
    EXPECT_EQ(out(kSell, 1'000'000'000), before);
    ASSERT_EQ(pools.outstanding().size(), 1U);
    EXPECT_EQ(pools.outstanding()[0].direction, kBuy);
    EXPECT_EQ(pools.outstanding()[0].amount_in, TokenAmount{10 * kSol});
}

// Bought in another pool, as on a curve before its migration: two halves fetch what the whole
// would, and no more.
TEST_F(LivePoolsTest, ASaleOfWhatWasNotBoughtHereLowersThePriceOfTheNext) {
    const std::uint64_t whole = out(kSell, 20'000'000'000);
    const std::uint64_t first = swap(kSell, 10'000'000'000, OrderKind::Exit);
    const std::uint64_t second = swap(kSell, 10'000'000'000, OrderKind::Exit);
    EXPECT_LT(second, first);
    EXPECT_LE(first + second, whole);
    EXPECT_GE(first + second, whole - (whole / 10'000)) << "but for what its fee left there";
    EXPECT_EQ(out(kBuy, kSol),
              dex::quote_exact_in(book.pool(at), kBuy, TokenAmount{kSol}, {})->amount_out.raw())
        << "what we sold makes no purchase of ours cheaper";
}

TEST_F(LivePoolsTest, WhatACycleTookIsTakenUntilTheChainHasMovedAsFar) {
    const std::uint64_t fresh = out(kBuy, kSol);
    const dex::SwapQuote taken = quote(kBuy, kSol);
    pools.swapped(at, kBuy, taken, OrderKind::Cycle);
    for (int slot = 0; slot < 1'000; ++slot) {
        pools.on_slot();
    }
    EXPECT_LT(out(kBuy, kSol), fresh) << "a gap that nobody closes pays once";
    others_swap(kBuy, kSol - 1'000'000);
    EXPECT_FALSE(pools.outstanding().empty()) << "not as far yet";
    others_swap(kSell, 10'000'000'000);  // About as much as that bought.
    EXPECT_FALSE(pools.outstanding().empty()) << "there and back is not away";
    others_swap(kBuy, kSol - 1'000'000);
    EXPECT_FALSE(pools.outstanding().empty()) << "and not as far yet again";
    others_swap(kBuy, 2 * kSol);
    EXPECT_TRUE(pools.outstanding().empty());
    EXPECT_EQ(out(kBuy, kSol),
              dex::quote_exact_in(book.pool(at), kBuy, TokenAmount{kSol}, {})->amount_out.raw());
}

// What is held is still missing from the pool, however much others buy.
TEST_F(LivePoolsTest, OthersPurchasesDoNotMakeOursUndone) {
    swap(kBuy, kSol, OrderKind::Entry);
    others_swap(kBuy, 5 * kSol);
    EXPECT_EQ(pools.outstanding().size(), 1U);
}

// The chain's state may change under it in any way; what is asked stays an answer.
TEST_F(LivePoolsTest, APoolThatIsAlmostEmptyRefusesInsteadOfPayingTwice) {
    swap(kBuy, 50 * kSol, OrderKind::Entry);
    book.change(at, Slot{3}, [](dex::Pool& state) {
        std::get<dex::RaydiumAmmV4Pool>(state.state).vault_amount_a = 10;
    });
    ASSERT_TRUE(dex::quote_exact_in(book.pool(at), kBuy, TokenAmount{20 * kSol}, {}));
    EXPECT_FALSE(pools.exact_in(at, kBuy, TokenAmount{20 * kSol}, {}));
}

}  // namespace
}  // namespace sniperforge::execute
