// SPDX-License-Identifier: MIT
// What a restart has to know of open positions: what they were worth, and when the day began.
#include <gtest/gtest.h>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine {
namespace {

const dex::test::TestPool kHeldOvernight{.number = 4, .mint_b = dex::test::key_of(9)};
constexpr std::uint64_t kOvernightTokens = 1'000'000'000'000;
constexpr Duration kWholeDay = std::chrono::hours{24};

[[nodiscard]] config::Settings settings_with_drawdown() {
    config::Settings settings;
    settings.risk.drawdown_max = MicroUsd{10 * kMicroUsdPerUsd};  // 0.1 SOL.
    return settings;
}

[[nodiscard]] OrderIntent entry_held() {
    OrderIntent intent;
    intent.intent_id = IntentId{1};
    intent.strategy = StrategyId::Sniper;
    intent.kind = OrderKind::Entry;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = kHeldOvernight.mint_b;
    return intent;
}

[[nodiscard]] ExecutionReport bought_held() {
    ExecutionReport report = report_on(entry_held());
    report.outcome = Outcome::Landed;
    report.slot = Slot{5};
    report.fill.wallet = LamportsDelta{-200'000'000};
    report.fill.tokens = {{kHeldOvernight.mint_b, TokenDelta{2'000'000'000}}};
    return report;
}

class PipelineDayTest : public test::PipelineTest {
 protected:
    PipelineDayTest() : PipelineTest{settings_with_drawdown()} {}

    void buy() {
        tell_pool(kHeldOvernight, 100 * kLamportsPerSol, kOvernightTokens);
        pipeline->go_live();
        recorder->record(entry_held(), reactor.wall_now());
        recorder->record(IntentApproved{IntentId{1}}, reactor.wall_now());
        pipeline->on_report(bought_held());
    }
    // The pool has so much SOL.
    void price(std::uint64_t lamports) {
        auto update = kHeldOvernight.account_a(lamports).at(++slot);
        tell(update);
    }
    // What a process that starts now knows.
    [[nodiscard]] History read() {
        (void)recorder->flush();
        return std::move(
            *read_history(directory.string(), {reactor.now(), reactor.wall_now()}, "boot", {}));
    }
    [[nodiscard]] LamportsDelta today(const portfolio::Portfolio& books) const {
        return books.exposure(entry_held(), reactor.wall_now()).pnl_today;
    }
    void resume(std::uint64_t value) {
        History history;
        history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
        (void)history.portfolio.apply(bought_held(), reactor.wall_now());
        history.portfolio.finalize(IntentId{1});
        history.portfolio.mark(PositionId{1}, Lamports{value});
        history.intent_last = IntentId{1};
        history.pools[kHeldOvernight.mint_b] = kHeldOvernight.id();
        pipeline->resume(std::move(history), Hash{});
    }

    std::uint64_t slot = 10;
};

TEST_F(PipelineDayTest, WritesDownWhatPositionsAreWorthOnceItHasChanged) {
    buy();
    for (const std::uint64_t lamports : {300U, 310U, 400U, 395U, 200U, 1U}) {
        price(lamports * kLamportsPerSol);
        const std::int64_t live = pipeline->portfolio().pnl_unrealized().raw() + 200'000'000;
        const std::int64_t known = read().portfolio.pnl_unrealized().raw() + 200'000'000;
        EXPECT_LE(known, live + live / 63) << lamports;
        EXPECT_GE(known, live - live / 15) << lamports;
    }
}

TEST_F(PipelineDayTest, WritesDownWhatADayBeganWith) {
    buy();
    price(300 * kLamportsPerSol);
    price(310 * kLamportsPerSol);  // Too little to be written down.
    const LamportsDelta then = pipeline->portfolio().pnl_unrealized();
    ASSERT_FALSE(then.is_negative());
    const auto midnight = (reactor.wall_now().utc_day() + 1) * kWholeDay.count();
    reactor.run_until(reactor.now() + Duration{midnight - reactor.wall_now().ns - 1});
    (void)pipeline->recheck(OrderIntent{});
    EXPECT_EQ(today(pipeline->portfolio()), then);
    reactor.run_until(reactor.now() + Duration{1});
    (void)pipeline->recheck(OrderIntent{});
    price(100 * kLamportsPerSol);
    EXPECT_EQ(today(pipeline->portfolio()), pipeline->portfolio().pnl_unrealized() - then);
    EXPECT_EQ(today(read().portfolio), today(pipeline->portfolio()));
}

// Its pool is closed, or was not read.
TEST_F(PipelineDayTest, KeepsTheLastMarkOfAPositionWithoutAPool) {
    tell_sol_price();
    tell(FeedRestored{"a"});
    resume(99'999'999);
    (void)pipeline->recheck(OrderIntent{});
    EXPECT_EQ(pipeline->state(), TradingState::Halted) << "until the books are held to the chain";
    pipeline->go_live();
    EXPECT_EQ(pipeline->portfolio().pnl_unrealized(), LamportsDelta{-100'000'001});
    EXPECT_EQ(pipeline->portfolio().drawdown(), Lamports{100'000'001});
}

// Nothing may trade there: no update would tell of the price.
TEST_F(PipelineDayTest, MarksWhatWasHeldWhenItGoesLive) {
    tell_sol_price();
    tell_pool(kHeldOvernight, 100 * kLamportsPerSol, kOvernightTokens);
    resume(1);
    (void)pipeline->recheck(OrderIntent{});
    EXPECT_GT(pipeline->portfolio().drawdown(), Lamports{100'000'000}) << "by the mark of then";
    pipeline->go_live();
    EXPECT_LT(pipeline->portfolio().drawdown(), Lamports{100'000'000});
    const auto denial = pipeline->recheck(OrderIntent{});
    EXPECT_TRUE(!denial || denial->reason != DenialReason::DrawdownReached);
    EXPECT_NE(pipeline->state(), TradingState::Reducing);
}

}  // namespace
}  // namespace sniperforge::engine
