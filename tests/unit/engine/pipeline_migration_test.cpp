// SPDX-License-Identifier: MIT
// A coin moves from its curve to a pool, and what we hold of it moves along.
#include <gtest/gtest.h>

#include "unit/dex/pump_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace dex::test;

config::Settings no_endpoint() { return {}; }

class PipelineMigrationTest : public test::PipelineTest {
 protected:
    PipelineMigrationTest() : PipelineTest{no_endpoint()} {
        put_curve({.virtual_b = 40'000'000'000, .real_b = 10'000'000'000});
        put(curve_global());
        put(curve_fee_config(config_of({0, 95, 30})));
        put(mint_account(coin(), solana::kToken2022Program, dex::kPumpCoinSupply));
        pipeline->go_live();
        ExecutionReport bought;
        bought.intent_id = IntentId{1};
        bought.strategy = StrategyId::Sniper;
        bought.kind = OrderKind::Entry;
        bought.mint = coin();
        bought.outcome = Outcome::Landed;
        bought.slot = Slot{2};
        bought.fill.wallet = LamportsDelta{-100'009'000};
        bought.fill.base_fee = Lamports{5'000};
        bought.fill.tokens = {{coin(), TokenDelta{1'000'000'000'000}}};
        pipeline->on_report(bought);
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

    std::uint64_t slot = 0;
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
    put({key_of(80), solana::kPumpSwapProgram, swap_pool_bytes({})});
    EXPECT_EQ(position().pool, kCurve) << "it is not complete";
    for (const Account& account : swap_accounts({}, config_of({2, 93, 30}))) {
        put(account);
    }
    EXPECT_EQ(position().pool, kPool);
    EXPECT_NE(pipeline->portfolio().pnl_unrealized(), valued) << "and is valued there";
}

// The two are heard on different subscriptions.
TEST_F(PipelineMigrationTest, APositionMovesWhenThePoolIsHeardOfBeforeTheEndOfTheCurve) {
    put({key_of(80), solana::kPumpSwapProgram, swap_pool_bytes({})});
    for (const Account& account : swap_accounts({}, config_of({2, 93, 30}))) {
        put(account);
    }
    EXPECT_EQ(position().pool, PoolIndex{0}) << "the curve still trades";
    finish_curve();
    EXPECT_EQ(position().pool, PoolIndex{1});
}

}  // namespace
}  // namespace sniperforge::engine
