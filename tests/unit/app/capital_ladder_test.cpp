// SPDX-License-Identifier: MIT
// The rung that a live run stands on: what raises it, what lowers it, what nothing moves.
#include "app/capital_ladder.hpp"

#include <gtest/gtest.h>

#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::app {
namespace {

const Pubkey kCoin = test::key_of(7);
constexpr Duration kADay = std::chrono::hours{24};

[[nodiscard]] config::Settings enforced() {
    config::Settings settings;
    settings.capital.ladder = "enforce";
    return settings;
}

class CapitalLadderTest : public engine::test::PipelineTest {
 protected:
    CapitalLadderTest() : PipelineTest{enforced()} {}

    void pass(Duration time) { reactor.run_until(reactor.now() + time); }
    // A purchase and its sale, both final, with this result.
    void trade(std::int64_t lamports) {
        fill(OrderKind::Entry, {}, -100'000'000, 1'000);
        const PositionId position = pipeline->portfolio().positions().front().position_id;
        fill(OrderKind::Exit, position, 100'000'000 + lamports, -1'000);
    }
    void fill(OrderKind kind, PositionId position, std::int64_t lamports, std::int64_t tokens,
              bool is_final = true, Outcome outcome = Outcome::Landed) {
        ExecutionReport report;
        report.intent_id = IntentId{++intents_};
        report.strategy = StrategyId::Sniper;
        report.kind = kind;
        report.position_id = position;
        report.mint = kCoin;
        report.outcome = outcome;
        report.signature = Signature::from(Bytes(64, static_cast<std::uint8_t>(intents_)));
        report.slot = Slot{intents_};
        report.fill.wallet = LamportsDelta{lamports};
        report.fill.tokens = {{kCoin, TokenDelta{tokens}}};
        report.settled_at = reactor.now();
        pipeline->on_report(report);
        if (is_final) {
            pipeline->on_finalized({report.intent_id, report.signature, report.slot});
        }
    }
    // A tick once it is due, with the books found equal once more.
    void look(CapitalLadder& ladder) {
        pass(std::chrono::seconds{6});
        ladder.on_tick(reactor.now(), ++checks_);
    }
    [[nodiscard]] const engine::RungBegun& rung() const { return pipeline->rung()->begun; }

    CapitalLadder live{reactor, *pipeline, settings, Provenance::Live, false};
    std::uint64_t intents_ = 0, checks_ = 0;
};

TEST_F(CapitalLadderTest, BeginsOnTheLowestRungOnceSolHasAPrice) {
    look(live);
    EXPECT_FALSE(pipeline->rung());
    EXPECT_FALSE(live.line());
    tell_sol_price();
    look(live);
    ASSERT_TRUE(pipeline->rung());
    EXPECT_EQ(rung().rung, 0U);
    EXPECT_EQ(rung().capital_max, MicroUsd{50 * kMicroUsdPerUsd});
    EXPECT_EQ(rung().capital, Lamports{kLamportsPerSol / 2});
    EXPECT_EQ(rung().loss_bound, Lamports{kLamportsPerSol / 2});
    EXPECT_EQ(live.line()->rung, 1U);
}

TEST_F(CapitalLadderTest, StepsUpOnResultsThatAreReconciledAndHardlyChance) {
    tell_sol_price();
    look(live);
    for (int day = 0; day < 60; ++day) {
        trade(150'000'000);
        pass(kADay);
    }
    look(live);
    EXPECT_EQ(rung().rung, 0U) << "nothing was final before a check and there after the next";
    EXPECT_NE(live.line()->why.find("not reconciled"), std::string::npos);
    EXPECT_GT(live.line()->fortune, live.line()->fortune_wanted);
    look(live);
    EXPECT_EQ(rung().rung, 1U);
    EXPECT_EQ(rung().capital_max, MicroUsd{100 * kMicroUsdPerUsd});
    EXPECT_TRUE(pipeline->portfolio().settled().results().empty())
        << "each rung begins without evidence";
}

TEST_F(CapitalLadderTest, AnOpenPositionOrTooFewResultsKeepItWaiting) {
    tell_sol_price();
    look(live);
    for (int day = 0; day < 49; ++day) {
        trade(150'000'000);
        pass(kADay);
    }
    look(live);
    look(live);
    EXPECT_EQ(rung().rung, 0U);
    EXPECT_NE(live.line()->why.find("too few"), std::string::npos);
    trade(150'000'000);
    fill(OrderKind::Entry, {}, -1'000'000, 1'000);
    look(live);
    look(live);
    EXPECT_EQ(rung().rung, 0U);
    fill(OrderKind::Exit, pipeline->portfolio().positions().front().position_id, 1'000'000, -1'000);
    look(live);
    look(live);
    EXPECT_EQ(rung().rung, 1U);
}

// 20 % of 50 USD are 0.1 SOL.
TEST_F(CapitalLadderTest, StopsOnTheLowestRungUntilAPersonHasLooked) {
    tell_sol_price();
    look(live);
    trade(-99'999'999);
    look(live);
    EXPECT_FALSE(rung().capital_max.is_zero());
    trade(-1);
    look(live);
    EXPECT_TRUE(rung().capital_max.is_zero());
    EXPECT_NE(live.line()->why.find("drawdown"), std::string::npos);
    trade(400'000'000);
    look(live);
    look(live);
    EXPECT_TRUE(rung().capital_max.is_zero()) << "no gain sets it free";
    CapitalLadder next{reactor, *pipeline, settings, Provenance::Live, false};
    look(next);
    EXPECT_TRUE(rung().capital_max.is_zero()) << "and no restart";
    CapitalLadder restarted{reactor, *pipeline, settings, Provenance::Live, true};
    look(restarted);
    EXPECT_EQ(rung().capital_max, MicroUsd{50 * kMicroUsdPerUsd});
    look(restarted);
    EXPECT_TRUE(pipeline->portfolio().settled().results().empty());
}

// A sale at a loss that a dropped block may take back hides nothing.
TEST_F(CapitalLadderTest, StepsUpOnNothingThatIsNotFinal) {
    tell_sol_price();
    look(live);
    for (int day = 0; day < 60; ++day) {
        trade(150'000'000);
        pass(kADay);
    }
    fill(OrderKind::Entry, {}, -100'000'000, 1'000);
    const PositionId position = pipeline->portfolio().positions().front().position_id;
    fill(OrderKind::Exit, position, 60'000'000, -1'000, false);
    look(live);
    look(live);
    EXPECT_EQ(rung().rung, 0U);
}

// Fees of what only fails are a loss as any.
TEST_F(CapitalLadderTest, RevertsAloneLeadDown) {
    tell_sol_price();
    look(live);
    fill(OrderKind::Cycle, {}, -99'999'999, 0, true, Outcome::Reverted);
    look(live);
    EXPECT_FALSE(rung().capital_max.is_zero());
    fill(OrderKind::Cycle, {}, -1, 0, true, Outcome::Reverted);
    look(live);
    EXPECT_TRUE(rung().capital_max.is_zero());
}

// What was lost on a rung is not lost again on the one below.
TEST_F(CapitalLadderTest, StepsDownByOneRungForOneLoss) {
    tell_sol_price();
    look(live);
    for (int day = 0; day < 60; ++day) {
        trade(150'000'000);
        pass(kADay);
    }
    look(live);
    look(live);
    ASSERT_EQ(rung().rung, 1U);  // 100 USD: 1 SOL.
    fill(OrderKind::Entry, {}, -460'000'000, 1'000);
    const PositionId position = pipeline->portfolio().positions().front().position_id;
    look(live);
    EXPECT_EQ(rung().rung, 1U);
    fill(OrderKind::Exit, position, 0, -500);  // Half of it, for nothing.
    look(live);
    ASSERT_EQ(rung().rung, 0U);
    look(live);
    look(live);
    EXPECT_FALSE(rung().capital_max.is_zero());
    fill(OrderKind::Exit, position, 225'000'000, -500);
    look(live);
    EXPECT_FALSE(rung().capital_max.is_zero());
}

TEST_F(CapitalLadderTest, NothingButLiveResultsMoveIt) {
    CapitalLadder test{reactor, *pipeline, settings, Provenance::Test, false};
    tell_sol_price();
    look(test);
    for (int day = 0; day < 60; ++day) {
        trade(150'000'000);
        pass(kADay);
    }
    look(test);
    look(test);
    trade(-2'000'000'000);
    look(test);
    EXPECT_EQ(rung().rung, 0U);
    EXPECT_FALSE(rung().capital_max.is_zero());
}

}  // namespace
}  // namespace sniperforge::app
