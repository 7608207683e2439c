// SPDX-License-Identifier: MIT
// Who was first with a token, or in a pool.
#include "sniperforge/engine/claims.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

using sniperforge::test::key_of;

constexpr PoolIndex kHere{1}, kThere{2}, kElsewhere{3};

class ClaimsTest : public ::testing::Test {
 protected:
    ClaimsTest() { portfolio.start({Lamports{kLamportsPerSol}, {}}, WallTime{}); }

    [[nodiscard]] OrderIntent entry(StrategyId strategy, std::uint8_t token, PoolIndex pool) {
        OrderIntent intent;
        intent.intent_id = IntentId{++intents};
        intent.strategy = strategy;
        intent.kind = OrderKind::Entry;
        intent.mint_in = solana::kWrappedSolMint;
        intent.mint_out = key_of(token);
        intent.spend_max = Lamports{1'000};
        intent.pool = pool;
        intent.decided_at = Slot{10};
        return intent;
    }
    [[nodiscard]] OrderIntent cycle(PoolIndex there, PoolIndex back) {
        OrderIntent intent = entry(StrategyId::Arbitrage, 0, there);
        intent.kind = OrderKind::Cycle;
        intent.mint_out = solana::kWrappedSolMint;
        intent.leg_count = 2;
        intent.legs[0].pool = there;
        intent.legs[1].pool = back;
        return intent;
    }
    PositionId hold(const OrderIntent& intent) {
        portfolio.order_submitted(intent);
        ExecutionReport report;
        report.intent_id = intent.intent_id;
        report.strategy = intent.strategy;
        report.kind = intent.kind;
        report.mint = intent.mint_out;
        report.outcome = Outcome::Landed;
        report.fill.wallet = LamportsDelta{-700};
        report.fill.tokens = {{intent.mint_out, TokenDelta{5}}};
        (void)portfolio.apply(report, WallTime{});
        return portfolio.positions().back().position_id;
    }
    void sell(PositionId position) {
        const PositionView held = portfolio.positions().back();
        OrderIntent intent = entry(held.strategy, 0, held.pool);
        intent.kind = OrderKind::Exit;
        intent.position_id = position;
        intent.mint_in = held.mint;
        intent.mint_out = solana::kWrappedSolMint;
        portfolio.order_submitted(intent);
    }
    [[nodiscard]] Exposure told(const OrderIntent& intent) const {
        Exposure exposure;
        note_claims(intent, portfolio, exposure);
        return exposure;
    }

    portfolio::Portfolio portfolio;
    std::uint64_t intents = 0;
};

TEST_F(ClaimsTest, TellsWhoHoldsATokenAndWhetherHeIsSellingIt) {
    const PositionId position = hold(entry(StrategyId::Momentum, 21, kHere));
    EXPECT_EQ(told(entry(StrategyId::Sniper, 22, kThere)).mint_holder, std::nullopt);
    const OrderIntent same = entry(StrategyId::Sniper, 21, kThere);
    EXPECT_EQ(told(same).mint_holder, (Claim{StrategyId::Momentum, {}, position}));
    sell(position);
    EXPECT_EQ(told(same).mint_holder, (Claim{StrategyId::Momentum, {}, position, true}));
}

TEST_F(ClaimsTest, TellsWhoseOrderBuysAToken) {
    const OrderIntent first = entry(StrategyId::Momentum, 21, kHere);
    portfolio.order_submitted(first);
    EXPECT_EQ(told(entry(StrategyId::Sniper, 21, kThere)).mint_order,
              (Claim{StrategyId::Momentum, first.intent_id, {}}));
    EXPECT_EQ(told(entry(StrategyId::Sniper, 22, kThere)).mint_order, std::nullopt);
}

TEST_F(ClaimsTest, TellsACycleOfAPositionThatIsSoldThroughOneOfItsPoolsAndOfNoOther) {
    const PositionId position = hold(entry(StrategyId::Sniper, 21, kThere));
    EXPECT_EQ(told(cycle(kHere, kThere)).pool_seller, std::nullopt);
    sell(position);
    EXPECT_EQ(told(cycle(kHere, kThere)).pool_seller,
              (Claim{StrategyId::Sniper, {}, position, true}));
    EXPECT_EQ(told(cycle(kHere, kElsewhere)).pool_seller, std::nullopt);
    EXPECT_EQ(told(entry(StrategyId::Momentum, 22, kThere)).pool_seller, std::nullopt);
}

TEST_F(ClaimsTest, AnotherStrategysOrderOfTheSameSlotHasThePoolAndOneOfTheSlotBeforeHasNot) {
    const OrderIntent first = cycle(kHere, kThere);
    portfolio.order_submitted(first);
    OrderIntent second = entry(StrategyId::Momentum, 21, kThere);
    EXPECT_EQ(told(second).pool_order, (Claim{StrategyId::Arbitrage, first.intent_id, {}}));
    second.decided_at = Slot{9};  // It rests on older data than the first.
    EXPECT_TRUE(told(second).pool_order);
    second.decided_at = Slot{11};
    EXPECT_EQ(told(second).pool_order, std::nullopt);
    second.decided_at = Slot{10};
    second.pool = kElsewhere;
    EXPECT_EQ(told(second).pool_order, std::nullopt);
}

// Who asks twice in one slot is the strategy's own business; a sale is told of apart.
TEST_F(ClaimsTest, AnOrderOfTheSameStrategyHasNothingAndASaleNeither) {
    portfolio.order_submitted(cycle(kHere, kThere));
    EXPECT_EQ(told(cycle(kHere, kElsewhere)).pool_order, std::nullopt);
    const PositionId position = hold(entry(StrategyId::Sniper, 21, kElsewhere));
    sell(position);
    EXPECT_EQ(told(entry(StrategyId::Momentum, 22, kElsewhere)).pool_order, std::nullopt);
}

TEST_F(ClaimsTest, AnOrderOfAnEarlierRunWhosePoolsNobodyKnowsHasNone) {
    OrderIntent first = entry(StrategyId::Sniper, 21, kPoolUnknown);
    portfolio.order_submitted(first);
    EXPECT_EQ(told(entry(StrategyId::Momentum, 22, kPoolUnknown)).pool_order, std::nullopt);
}

TEST_F(ClaimsTest, AnExitIsToldOfNobody) {
    portfolio.order_submitted(cycle(kHere, kThere));
    OrderIntent exit = entry(StrategyId::Sniper, 21, kHere);
    exit.kind = OrderKind::Exit;
    EXPECT_EQ(told(exit).pool_order, std::nullopt);
}

// ---- In the pipeline ----

// Keeps orders on their way: a test ends them, or does not.
class Keeping final : public execute::OrderDesk {
 public:
    void start() override {}
    [[nodiscard]] bool is_ready() const override { return true; }
    [[nodiscard]] bool is_signing() const override { return true; }
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() const override { return {}; }
    void submit(const ApprovedOrder& order, const Trace&, const execute::SubmitHints&) override {
        orders.push_back(order.intent());
    }
    void resume(const OrderIntent&, const Signature&, BlockHeight,
                const std::optional<NonceLease>&) override {}
    void resume(const ExecutionReport&, BlockHeight, const std::optional<NonceLease>&) override {}
    void resume_fees(Lamports) override {}
    [[nodiscard]] execute::Offer offer(std::optional<PoolIndex>) const override { return {}; }
    void expect_orders(PoolIndex) override {}
    [[nodiscard]] Lamports token_account_rent() const override { return Lamports{2'039'280}; }
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime, bool) override { return {}; }
    [[nodiscard]] Lamports nonce_advance_cost() const override { return {}; }
    void advance(const SignatureUpdate&) override {}
    void on_tick(MonoTime) override {}
    [[nodiscard]] std::size_t in_flight() const override { return orders.size(); }
    [[nodiscard]] std::size_t fills_doubted() const override { return 0; }
    [[nodiscard]] const execute::ExecutorStatistics& statistics() const override {
        return statistics_;
    }
    std::vector<OrderIntent> orders;

 private:
    execute::ExecutorStatistics statistics_;
};

struct DenialsHeard final : OrderWatcher {
    void on_denied(const OrderIntent&, const Denial& denial) override { denials.push_back(denial); }
    std::vector<Denial> denials;
};

// Two pools of one token.
class PipelineClaimsTest : public test::PipelineTest {
 protected:
    explicit PipelineClaimsTest(const config::Settings& chosen = {}) : test::PipelineTest{chosen} {
        pipeline->connect(*feed, desk);
        pipeline->watch_orders(heard);
        tell_pool(here, 1'000 * kLamportsPerSol, 100'000'000'000);
        tell_pool(there, 1'000 * kLamportsPerSol, 100'000'000'000);
        tell(FeedRestored{"a"});
        pipeline->go_live();
    }
    // They disagree by far.
    void open_gap() {
        tell(there.account_a(990 * kLamportsPerSol).at(6));
        tell(there.account_b(101'000'000'000).at(6));
    }
    Keeping desk;
    DenialsHeard heard;
    const dex::test::TestPool here{.number = 1, .mint_b = solana::kUsdcMint};
    const dex::test::TestPool there{.number = 2, .mint_b = solana::kUsdcMint};
};

// The cycle is sent; a person who wants in by one of them is told who
// was first, and gets in on the data of the slot after.
TEST_F(PipelineClaimsTest, ACycleHasItsPoolsForTheSlotAndAnEntryIsToldSo) {
    open_gap();
    ASSERT_EQ(desk.orders.size(), 1U);
    EXPECT_EQ(desk.orders[0].kind, OrderKind::Cycle);
    const PoolIndex pool = pipeline->book().find(there.id()).value();
    const strategy::ManualEntry wanted{pool, Lamports{10'000'000}, BasisPoints{100}};
    heard.denials.clear();
    ASSERT_TRUE(pipeline->enter(wanted));
    ASSERT_EQ(heard.denials.size(), 1U);
    EXPECT_EQ(to_string(heard.denials[0].reason), "POOL_CONTESTED");
    EXPECT_EQ(heard.denials[0].detail.find("arbitrage's intent 1 "), 0U) << heard.denials[0].detail;
    tell(there.account_a(1'000 * kLamportsPerSol).at(7));  // They agree again.
    tell(there.account_b(100'000'000'000).at(7));
    heard.denials.clear();
    ASSERT_TRUE(pipeline->enter(wanted));
    EXPECT_TRUE(heard.denials.empty()) << heard.denials[0].detail;
}

// 0.05 SOL are free, of a gap that more would be made of.
struct PipelineOfASmallCapital : PipelineClaimsTest {
    PipelineOfASmallCapital() : PipelineClaimsTest{settings_of_five_dollars()} {}
    [[nodiscard]] static config::Settings settings_of_five_dollars() {
        config::Settings settings;
        settings.risk.capital_max = settings.risk.strategy_capital_max =
            settings.risk.venue_capital_max = MicroUsd{5 * kMicroUsdPerUsd};
        return settings;
    }
};

TEST_F(PipelineOfASmallCapital, TakesACycleForWhatIsFreeOfIt) {
    open_gap();
    ASSERT_EQ(desk.orders.size(), 1U) << (heard.denials.empty() ? "" : heard.denials[0].detail);
    const OrderIntent& cycle = desk.orders[0];
    EXPECT_LE(cycle.spend_max.raw(), 50'600'000U);  // 5 USD; the pools' median is the price.
    EXPECT_GT(cycle.spend_max.raw(), 49'000'000U);
    EXPECT_FALSE(cycle.intent_id.value == 0);
    EXPECT_EQ(cycle.pool_id, dex::id_of(pipeline->book().pool(cycle.pool)));
    EXPECT_FALSE(cycle.venues.is_empty());
}

}  // namespace
}  // namespace sniperforge::engine
