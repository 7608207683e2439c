// SPDX-License-Identifier: MIT
// Where a position of an earlier run is sold: in the pool where it was held, as long as there is
// one.
#include <gtest/gtest.h>

#include <chrono>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine::placed {
namespace {

const Pubkey kCoin = dex::test::key_of(9);
const dex::test::TestPool kHeldIn{.number = 4, .mint_b = kCoin};
const dex::test::TestPool kOther{.number = 5, .mint_b = kCoin};
constexpr std::uint64_t kCoins = 1'000'000'000'000;
constexpr Duration kPoolAwaited = std::chrono::seconds{10};

[[nodiscard]] ExecutionReport bought() {
    OrderIntent intent;
    intent.intent_id = IntentId{1};
    intent.strategy = StrategyId::Sniper;
    intent.kind = OrderKind::Entry;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = kCoin;
    ExecutionReport report = report_on(intent);
    report.outcome = Outcome::Landed;
    report.slot = Slot{5};
    report.fill.wallet = LamportsDelta{-200'000'000};
    report.fill.tokens = {{kCoin, TokenDelta{2'000'000'000}}};
    return report;
}

class PipelinePlacesTest : public test::PipelineTest {
 protected:
    explicit PipelinePlacesTest(config::Settings with = {}) : PipelineTest{std::move(with)} {}

    // A process that held kCoin in kHeldIn has ended.
    void resume() {
        History history;
        history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
        (void)history.portfolio.apply(bought(), reactor.wall_now());
        history.portfolio.finalize(IntentId{1});
        history.intent_last = IntentId{1};
        history.pools[kCoin] = kHeldIn.id();
        pipeline->resume(std::move(history), Hash{});
    }
    void tell_held() { tell_pool(kHeldIn, 50 * kLamportsPerSol, kCoins); }
    void tell_other() { tell_pool(kOther, 900 * kLamportsPerSol, kCoins); }
    // Zero: in none that is in the book.
    [[nodiscard]] Pubkey sold_in() const {
        const auto& positions = pipeline->portfolio().positions();
        SF_ASSERT(positions.size() == 1);
        return positions[0].pool.value < pipeline->book().size()
                   ? dex::id_of(pipeline->book().pool(positions[0].pool))
                   : Pubkey{};
    }
    void wait(Duration time) {
        reactor.run_until(reactor.now() + time);
        pipeline->on_tick(reactor.now());
    }
    // What the wallet's history tells while the daemon runs.
    void find_in_history() {
        RecoveredOrder order;
        order.kind = OrderKind::Entry;
        order.mint = kCoin;
        order.signature.bytes.fill(1);
        order.slot = Slot{101};
        order.at = reactor.wall_now();
        order.fill = bought().fill;
        order.pool = kHeldIn.id();
        pipeline->recover({order});
    }
};

// The deepest of those that happen to be read first is not where the stops were measured.
TEST_F(PipelinePlacesTest, WaitsForThePoolWhereItWasHeldWhileOthersAreReadBeforeIt) {
    resume();
    tell_other();
    EXPECT_EQ(sold_in(), Pubkey{});
    tell_held();
    EXPECT_EQ(sold_in(), kHeldIn.id()) << "as soon as it has a price";
    pipeline->go_live();
    EXPECT_EQ(sold_in(), kHeldIn.id());
}

TEST_F(PipelinePlacesTest, GoesToAnotherOneOnceAllWasReadAndItIsNotThere) {
    resume();
    tell_other();
    pipeline->go_live();
    EXPECT_EQ(sold_in(), kOther.id());
}

TEST_F(PipelinePlacesTest, GoesToAnotherOneOnceItTradesNoMore) {
    auto closed = kHeldIn.account();
    closed.data[329] = 4;  // CPMM: swaps are switched off.
    resume();
    tell(closed.at(5));
    tell_other();
    EXPECT_EQ(sold_in(), kHeldIn.id()) << "a deeper one may be read yet";
    pipeline->go_live();
    EXPECT_EQ(sold_in(), kOther.id());
}

TEST_F(PipelinePlacesTest, WhatTheHistoryTellsOfARunningDaemonWaitsForItsPoolForAWhile) {
    tell_other();
    pipeline->go_live();
    find_in_history();
    EXPECT_EQ(sold_in(), Pubkey{});
    wait(kPoolAwaited - Duration{1});
    EXPECT_EQ(sold_in(), Pubkey{});
    tell_held();
    EXPECT_EQ(sold_in(), kHeldIn.id());
    wait(Duration{1});
    EXPECT_EQ(sold_in(), kHeldIn.id());
}

TEST_F(PipelinePlacesTest, WhatTheHistoryTellsOfARunningDaemonDoesNotWaitForEver) {
    tell_other();
    pipeline->go_live();
    find_in_history();
    wait(kPoolAwaited - Duration{1});
    EXPECT_EQ(sold_in(), Pubkey{});
    wait(Duration{1});
    EXPECT_EQ(sold_in(), kOther.id());
}

class PipelineFullBookTest : public PipelinePlacesTest {
 protected:
    static config::Settings room_for_one() {
        config::Settings settings;
        settings.feed.pools_max = 1;
        return settings;
    }
    PipelineFullBookTest() : PipelinePlacesTest{room_for_one()} {}
};

TEST_F(PipelineFullBookTest, APoolWhereSomethingIsHeldIsTakenIntoAFullBook) {
    resume();
    tell_other();
    tell_held();
    EXPECT_EQ(sold_in(), kHeldIn.id());
}

}  // namespace
}  // namespace sniperforge::engine::placed
