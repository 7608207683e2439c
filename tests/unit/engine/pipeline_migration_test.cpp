// SPDX-License-Identifier: MIT
// A coin moves from its curve to a pool, and what we hold of it moves along.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "unit/dex/pump_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace dex::test;

// Room for the curve alone.
config::Settings one_pool() {
    config::Settings settings;
    settings.feed.pools_max = 1;
    return settings;
}

// What the feed is asked for.
struct Asked final : feed::Watcher {
    void watch(std::span<const Pubkey> accounts, feed::Priority priority) override {
        for (const Pubkey& account : accounts) {
            watched.emplace_back(account, priority);
        }
    }
    void watch_together(std::span<const Pubkey> accounts, feed::Priority priority) override {
        watch(accounts, priority);
    }
    void unwatch(std::span<const Pubkey> accounts) override {
        unwatched.insert(unwatched.end(), accounts.begin(), accounts.end());
    }
    void set_priority(std::span<const Pubkey>, feed::Priority) override {}
    void read_holdings(const Pubkey&) override {}
    void watch_signature(const Signature&) override {}
    void on_tick(MonoTime) override {}

    std::vector<std::pair<Pubkey, feed::Priority>> watched;
    std::vector<Pubkey> unwatched;
};

// Where coin() goes on.
[[nodiscard]] Pubkey successor() {
    return dex::canonical_pump_swap_pool(coin(), solana::kWrappedSolMint);
}

class PipelineMigrationTest : public test::PipelineTest {
 protected:
    explicit PipelineMigrationTest(config::Settings with = {}) : PipelineTest{std::move(with)} {
        pipeline->connect(asked, *executor);
        put_curve({.virtual_b = 40'000'000'000, .real_b = 10'000'000'000});
        put(curve_global());
        put(curve_fee_config(config_of({0, 95, 30})));
        put(mint_account(coin(), solana::kToken2022Program, dex::kPumpCoinSupply));
        pipeline->go_live();
        report(OrderKind::Entry, -100'009'000, 1'000'000'000'000);
    }
    void report(OrderKind kind, std::int64_t lamports, std::int64_t tokens) {
        ExecutionReport landed;
        landed.intent_id = IntentId{++intent};
        landed.strategy = StrategyId::Sniper;
        landed.kind = kind;
        landed.position_id = kind == OrderKind::Exit ? position().position_id : PositionId{};
        landed.mint = coin();
        landed.outcome = Outcome::Landed;
        landed.slot = Slot{2};
        landed.fill.wallet = LamportsDelta{lamports};
        landed.fill.base_fee = Lamports{5'000};
        landed.fill.tokens = {{coin(), TokenDelta{tokens}}};
        pipeline->on_report(landed);
    }
    void put_successor() { put_pool(successor()); }
    void put_pool(const Pubkey& pool) {
        put({pool, solana::kPumpSwapProgram, swap_pool_bytes({})});
    }
    void put_successors_accounts() {
        for (const Account& account : swap_accounts({}, config_of({2, 93, 30}))) {
            put(account);
        }
    }
    [[nodiscard]] std::ptrdiff_t times_watched() const {
        return std::ranges::count(asked.watched, std::pair{successor(), feed::Priority::Position});
    }
    void put(const Account& account) {
        AccountUpdate update = account.update();
        update.slot = Slot{++slot};
        tell(update);
    }
    void put_curve(const CurveOptions& options) {
        put({dex::pump_curve_address(coin()), solana::kPumpCurveProgram, curve_bytes(options)});
    }
    void finish_curve() {
        put_curve({.virtual_a = 279'900'000'000'000,
                   .virtual_b = 115'005'359'057,
                   .real_a = 0,
                   .real_b = 85'005'359'057,
                   .is_finished = true});
    }
    [[nodiscard]] const PositionView& position() const {
        return pipeline->portfolio().positions()[0];
    }

    Asked asked;
    std::uint64_t slot = 0, intent = 0;
};

TEST_F(PipelineMigrationTest, APositionIsSoldInThePoolThatItsCurveBecomes) {
    constexpr PoolIndex kCurve{0}, kPool{1};
    ASSERT_EQ(pipeline->portfolio().positions().size(), 1U);
    EXPECT_EQ(position().pool, kCurve);
    put_curve({.virtual_a = 1'052'000'000'000'000,
               .virtual_b = 41'000'000'000,
               .real_a = 772'100'000'000'000,
               .real_b = 11'000'000'000});
    const LamportsDelta valued = pipeline->portfolio().pnl_unrealized();
    EXPECT_NE(valued, LamportsDelta{}) << "the curve has a price";
    finish_curve();
    EXPECT_EQ(position().pool, kCurve) << "there is no other yet";
    EXPECT_EQ(pipeline->portfolio().pnl_unrealized(), valued) << "no price is no loss";
    put_successor();
    EXPECT_EQ(position().pool, kCurve) << "it is not complete";
    put_successors_accounts();
    EXPECT_EQ(position().pool, kPool);
    EXPECT_NE(pipeline->portfolio().pnl_unrealized(), valued) << "and is valued there";
}

// The two are heard on different subscriptions.
TEST_F(PipelineMigrationTest, APositionMovesWhenThePoolIsHeardOfBeforeTheEndOfTheCurve) {
    put_successor();
    put_successors_accounts();
    EXPECT_EQ(position().pool, PoolIndex{0}) << "the curve still trades";
    finish_curve();
    EXPECT_EQ(position().pool, PoolIndex{1});
}

// A node may refuse the subscription that tells of new pools, or be silent when one is made.
TEST_F(PipelineMigrationTest, ThePoolOfASoldOutCurveIsAskedForByItsAddress) {
    EXPECT_EQ(times_watched(), 0);
    finish_curve();
    EXPECT_EQ(times_watched(), 1);
    EXPECT_TRUE(asked.unwatched.empty());
}

// A feed without room for it takes none.
TEST_F(PipelineMigrationTest, ItIsAskedForAgainUntilItIsThere) {
    finish_curve();
    const MonoTime asked_at = reactor.now();
    pipeline->on_tick(asked_at + std::chrono::milliseconds{999});
    EXPECT_EQ(times_watched(), 1);
    pipeline->on_tick(asked_at + std::chrono::seconds{1});
    EXPECT_EQ(times_watched(), 2);
    put_successor();
    put_successors_accounts();
    EXPECT_EQ(position().pool, PoolIndex{1});
    const auto times = times_watched();
    pipeline->on_tick(asked_at + std::chrono::seconds{2});
    pipeline->on_tick(asked_at + std::chrono::seconds{3});
    EXPECT_EQ(times_watched(), times);
}

TEST_F(PipelineMigrationTest, ItIsAskedForNoMoreWhenNothingIsHeldOfIt) {
    finish_curve();
    report(OrderKind::Exit, 90'000'000, -1'000'000'000'000);
    ASSERT_TRUE(pipeline->portfolio().positions().empty());
    pipeline->on_tick(reactor.now() + std::chrono::seconds{1});
    EXPECT_EQ(asked.unwatched, std::vector{successor()});
    EXPECT_EQ(times_watched(), 1);
}

// After a restart the curve is read as it is.
TEST_F(PipelineMigrationTest, WhatIsBookedOnACurveThatWasSoldOutBeforeIsSoldThereToo) {
    report(OrderKind::Exit, 90'000'000, -1'000'000'000'000);
    finish_curve();
    EXPECT_EQ(times_watched(), 0) << "nobody holds it";
    report(OrderKind::Entry, -100'009'000, 1'000'000'000'000);
    EXPECT_EQ(times_watched(), 1);
}

// Anybody may open a pool of the coin at a price of his own.
TEST_F(PipelineMigrationTest, AStrangersPoolIsNotWhereASoldOutCurveGoesOn) {
    put_pool(key_of(80));
    put_successors_accounts();
    finish_curve();
    EXPECT_EQ(position().pool, PoolIndex{0});
}

class PipelineFullTest : public PipelineMigrationTest {
 protected:
    PipelineFullTest() : PipelineMigrationTest{one_pool()} {}
};

TEST_F(PipelineFullTest, ItIsTakenBeyondTheLimitOfPools) {
    put_successor();
    EXPECT_EQ(pipeline->book().size(), 1U) << "nobody waits for it";
    finish_curve();
    put_successor();
    put_successors_accounts();
    EXPECT_EQ(position().pool, PoolIndex{1});
}

}  // namespace
}  // namespace sniperforge::engine
