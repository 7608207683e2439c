// SPDX-License-Identifier: MIT
// Pools of concentrated liquidity in the engine: what the feed listens to moves with their price,
// and their price is not in their reserves.
#include <gtest/gtest.h>

#include "unit/dex/whirlpool_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace dex::test;

constexpr std::int32_t kWidth = 88 * 64;
// The pool, seven tick arrays and the mint that is not wSOL.
constexpr std::size_t kWatched = 9;

config::Settings one_endpoint() {
    config::Settings settings;
    config::EndpointSettings& endpoint = settings.network.endpoints.emplace_back();
    endpoint.name = "a";
    endpoint.rpc_url = "http://127.0.0.1:1";
    endpoint.pubsub_url = "ws://127.0.0.1:1";
    return settings;
}

class PipelineWindowTest : public test::PipelineTest {
 protected:
    PipelineWindowTest() : PipelineTest{one_endpoint()} {}

    void put_pool(std::int32_t tick, std::uint64_t slot) {
        spec.tick_current = tick;
        spec.sqrt_price = dex::whirlpool::sqrt_price_of(tick);
        const Bytes data = whirlpool_bytes(spec);
        tell(AccountUpdate{Slot{slot}, whirlpool_id(), solana::kOrcaWhirlpoolProgram, Lamports{1},
                           data});
    }
    [[nodiscard]] std::size_t watched() const { return feed->statistics().accounts_watched; }

    WhirlpoolSpec spec = two_positions();
};

TEST_F(PipelineWindowTest, AMovedPriceMovesWhatTheFeedListensTo) {
    put_pool(0, 5);
    EXPECT_EQ(watched(), kWatched);
    put_pool(1, 6);
    EXPECT_EQ(watched(), kWatched);
    for (std::uint64_t step = 1; step <= 20; ++step) {
        put_pool(static_cast<std::int32_t>(step) * kWidth, 6 + step);
        EXPECT_EQ(watched(), kWatched) << "one array comes and one goes";
    }
    put_pool(0, 30);
    EXPECT_EQ(watched(), kWatched) << "all of them at once";
}

// A pool's class is that of its accounts, whichever they are now.
TEST(WatchClassesWindow, ClassesTheAccountsThatAPoolMovedToAndNoLongerThoseThatItLeft) {
    dex::PoolBook book;
    WhirlpoolSpec spec = two_positions();
    const auto put_pool = [&](std::int32_t number, std::uint64_t slot) {
        spec.tick_current = number * kWidth;
        spec.sqrt_price = dex::whirlpool::sqrt_price_of(spec.tick_current);
        const Bytes data = whirlpool_bytes(spec);
        std::vector<dex::BookChange> changes;
        ASSERT_TRUE(book.apply(
            {Slot{slot}, whirlpool_id(), solana::kOrcaWhirlpoolProgram, Lamports{1}, data},
            changes));
    };
    const auto array_at = [](std::int32_t number) {
        return dex::whirlpool_tick_array_address(whirlpool_id(), number * kWidth);
    };
    std::size_t told = 0;
    WatchClasses classes{2, [&](const Pubkey&, feed::Priority) { ++told; }};
    constexpr PoolIndex pool{0};
    put_pool(0, 1);
    classes.move(book, pool);
    EXPECT_EQ(told, 0U) << "in no class";
    classes.arm(book, pool);
    EXPECT_EQ(classes.priority_of(array_at(-3)), feed::Priority::Armed);
    PositionView position;
    position.pool = pool;
    classes.set_positions(book, {&position, 1});

    put_pool(1, 2);
    told = 0;
    classes.move(book, pool);
    EXPECT_EQ(classes.priority_of(array_at(4)), feed::Priority::Position);
    EXPECT_EQ(classes.priority_of(array_at(-3)), feed::Priority::Scanned);
    EXPECT_EQ(classes.priority_of(array_at(0)), feed::Priority::Position);
    EXPECT_EQ(told, 3U) << "up in two steps and down in one";
    classes.set_positions(book, {});
    EXPECT_EQ(classes.priority_of(array_at(4)), feed::Priority::Armed);
}

// What a pool says of SOL whose liquidity reaches from one tick to another around tick 0.
MicroUsd price_of_pool_between(std::int32_t lower, std::int32_t upper) {
    dex::PoolBook book;
    std::vector<dex::BookChange> changes;
    WhirlpoolSpec spec;
    spec.mint_b = solana::kUsdcMint;
    spec.liquidity = 3'000'000'000'000;
    spec.ticks = {{lower, 3'000'000'000'000}, {upper, -3'000'000'000'000}};
    const auto apply = [&](const AccountUpdate& update) {
        EXPECT_TRUE(book.apply(update, changes));
    };
    const Bytes pool = whirlpool_bytes(spec);
    apply({Slot{1}, whirlpool_id(), solana::kOrcaWhirlpoolProgram, Lamports{1}, pool});
    for (std::int32_t number = -3; number <= 3; ++number) {
        const Bytes ticks = fixed_ticks_bytes(spec, number * kWidth);
        apply(whirlpool_update(dex::whirlpool_tick_array_address(whirlpool_id(), number * kWidth),
                               ticks));
    }
    const Bytes mint = mint_bytes(6);
    apply({Slot{1}, solana::kUsdcMint, solana::kTokenProgram, Lamports{1}, mint});
    SolPrice price{BasisPoints{200}};
    price.observe(book, PoolIndex{0}, kNow);
    return price.price();
}

// Around the price there is much more of one token than of the other: reserves are no price.
TEST(SolPriceWindow, IsTheMarginalPriceWhereLiquidityIsConcentrated) {
    // One micro-dollar for a lamport.
    EXPECT_EQ(price_of_pool_between(-640, 6'400), MicroUsd{1'000 * kMicroUsdPerUsd});
}

// Parked on one side of a false price it costs nothing, and nobody gains by taking it.
TEST(SolPriceWindow, IsNothingThatAPoolSaysWithLiquidityOnOneSideOfItsPriceAlone) {
    EXPECT_EQ(price_of_pool_between(0, 6'400), MicroUsd{});
    EXPECT_EQ(price_of_pool_between(-640, 640), MicroUsd{1'000 * kMicroUsdPerUsd});
}

}  // namespace
}  // namespace sniperforge::engine
