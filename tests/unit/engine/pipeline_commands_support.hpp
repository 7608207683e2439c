// SPDX-License-Identifier: MIT
// A pipeline that a person gives orders to, and its next start.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"

namespace sniperforge::engine::commanded {

inline const dex::test::TestPool kSoldOutOf{.number = 4, .mint_b = dex::test::key_of(9)};
inline constexpr OperatorCommand kPause{.verb = OperatorVerb::Pause};
inline constexpr OperatorCommand kResume{.verb = OperatorVerb::Resume};
inline constexpr OperatorCommand kFlatten{.verb = OperatorVerb::Flatten};

class PipelineCommandsTest : public test::PipelineTest {
 protected:
    PipelineCommandsTest() : PipelineTest{test::with_drawdown_of(10)} {
        tell_sol_price();
        tell_pool(kSoldOutOf, 100 * kLamportsPerSol, 1'000'000'000'000);
        pipeline->go_live();
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
    }
    void buy() {
        ExecutionReport bought;
        bought.intent_id = IntentId{1};
        bought.strategy = StrategyId::Sniper;
        bought.kind = OrderKind::Entry;
        bought.mint = kSoldOutOf.mint_b;
        bought.outcome = Outcome::Landed;
        bought.slot = Slot{5};
        bought.fill.wallet = LamportsDelta{-100'005'000};
        bought.fill.base_fee = Lamports{5'000};
        bought.fill.tokens = {{kSoldOutOf.mint_b, TokenDelta{1'000'000'000}}};
        pipeline->on_report(bought);
    }
    // As of the next decision.
    void lose(std::int64_t lamports, std::uint64_t id = 7) {
        PipelineTest::lose(id, lamports);
        (void)pipeline->recheck(OrderIntent{});
    }
    // Why nothing is entered now.
    [[nodiscard]] Denial denial() {
        return pipeline->recheck(OrderIntent{}).value_or(Denial{DenialReason::DataStale, ""});
    }
    [[nodiscard]] bool is_exit_let_out() {
        OrderIntent exit;
        exit.kind = OrderKind::Exit;
        return !pipeline->recheck(exit);
    }
    // What the next slot has the pipeline sell.
    [[nodiscard]] std::vector<OrderIntent> sold_next() {
        heard.intents.clear();
        slot += 40;  // Longer than anybody waits for a sale that failed.
        tell(SlotUpdate{Slot{slot}, Slot{slot - 1}, Slot{1}});
        return heard.intents;
    }
    // Another process on the same files, killed or not; its recorder has written everything.
    void start_again(std::uint64_t drawdown_max_usd = 10, bool is_drawdown_accepted = false) {
        recorder->write_through();
        auto history =
            read_history(directory.string(), {reactor.now(), reactor.wall_now()}, "", {});
        ASSERT_TRUE(history) << history.error().text;
        settings.risk.drawdown_max = MicroUsd{drawdown_max_usd * kMicroUsdPerUsd};
        history->is_drawdown_accepted = is_drawdown_accepted;
        connect_to(*recorder);
        pipeline->resume(std::move(*history), Hash{});
        pipeline->reconciled();
        tell_sol_price();
        tell_pool(kSoldOutOf, 100 * kLamportsPerSol, 1'000'000'000'000);
        pipeline->go_live();
        tell(FeedRestored{"a"});
        pipeline->watch_orders(heard);
    }
    [[nodiscard]] TradingState state() {
        (void)pipeline->recheck(OrderIntent{});
        return pipeline->state();
    }

    test::OrdersHeard heard;
    std::uint64_t slot = 10;
};

}  // namespace sniperforge::engine::commanded
