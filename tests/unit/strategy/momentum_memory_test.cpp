// SPDX-License-Identifier: MIT
// Momentum sees every swap of every pool: its memory is taken with a pool's first trade.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "sniperforge/strategy/momentum.hpp"
#include "unit/strategy/strategy_support.hpp"

namespace {

std::size_t allocations = 0;

void* counted_or_none(std::size_t size) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}

void* counted(std::size_t size) {
    if (void* memory = counted_or_none(size)) {
        return memory;
    }
    throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return counted_or_none(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return counted_or_none(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace sniperforge::strategy {
namespace {

using namespace test;

TEST(MomentumMemory, IsTakenWithTheFirstTradeOfAPoolAndNeverAgain) {
    Market market;
    const TestPool pool{.venue = VenueId::RaydiumCpmm, .number = 1};
    const PoolIndex index = market.add(pool, {256'000'000'000, 256'000'000'000});
    const View view = market.view();
    Momentum momentum{config::MomentumSettings{}};
    Intents intents;
    intents.reserve(kIntentsMax);
    const MarketEvent swap =
        SwapSeen{index, market.slot, Direction::AToB, TokenAmount{1}, TokenAmount{1}};
    const std::size_t start = allocations;
    momentum.decide(swap, view, intents);
    EXPECT_GT(allocations, start);
    const std::size_t before = allocations;
    for (int i = 0; i < 10'000; ++i) {
        momentum.decide(swap, view, intents);
    }
    EXPECT_EQ(allocations, before);
}

}  // namespace
}  // namespace sniperforge::strategy
