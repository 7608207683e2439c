// SPDX-License-Identifier: MIT
// What the sale that follows one that failed is told of it.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <vector>

#include "unit/dex/book_support.hpp"
#include "unit/engine/pipeline_support.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::engine {
namespace {

const dex::test::TestPool kSoldIn{.number = 4, .mint_b = dex::test::key_of(9)};

class PipelineExitsTest : public test::PipelineTest {
 protected:
    explicit PipelineExitsTest(std::vector<rpc::Endpoint> endpoints = {})
        : PipelineTest{{}, std::move(endpoints)} {
        tell_pool(kSoldIn, 100 * kLamportsPerSol, 1'000'000'000'000);
        pipeline->go_live();
        ExecutionReport bought;
        bought.intent_id = IntentId{1};
        bought.strategy = StrategyId::Sniper;
        bought.kind = OrderKind::Entry;
        bought.mint = kSoldIn.mint_b;
        bought.outcome = Outcome::Landed;
        bought.slot = Slot{5};
        bought.fill.wallet = LamportsDelta{-100'005'000};
        bought.fill.base_fee = Lamports{5'000};
        bought.fill.tokens = {{kSoldIn.mint_b, TokenDelta{1'000'000'000}}};
        pipeline->on_report(bought);
        pipeline->watch_orders(heard);
    }
    // A sale that was rejected two slots ago, before anything was signed where no signature is
    // given. What is decided next.
    [[nodiscard]] std::vector<OrderIntent> after(ExitReason reason, FailureClass failure,
                                                 const Signature& signature = {},
                                                 MonoTime sent_at = {},
                                                 FailureAction action = FailureAction::None) {
        heard.intents.clear();
        ExecutionReport report;
        report.intent_id = IntentId{2};
        report.kind = OrderKind::Exit;
        report.exit_reason = reason;
        report.position_id = pipeline->portfolio().positions()[0].position_id;
        report.mint = kSoldIn.mint_b;
        report.outcome = Outcome::Rejected;
        report.failure = failure;
        report.signature = signature;
        report.sent_at = sent_at;
        report.action = action;
        report.program_error = action == FailureAction::None ? "" : "spl_token AccountFrozen";
        pipeline->on_report(report);
        slot += 2;
        tell(SlotUpdate{Slot{slot}, Slot{slot - 1}, Slot{1}});
        return heard.intents;
    }

    test::OrdersHeard heard;
    std::uint64_t slot = 10;
};

// One refusal keeps others from buying it; three and it counts as worth nothing, until a sale
// lands.
TEST_F(PipelineExitsTest, BuysNoTokenThatDoesNotMoveAndCountsItAsNothing) {
    tell_sol_price();
    tell(FeedRestored{"a"});
    OrderIntent entry;
    entry.kind = OrderKind::Entry;
    entry.pool = *pipeline->book().find(kSoldIn.id());
    entry.mint_out = kSoldIn.mint_b;
    std::uint64_t id = 1'000;
    const auto refusal = [&] {
        entry.intent_id = IntentId{++id};
        const auto denial = pipeline->recheck(entry);
        return denial ? denial->detail : std::string{};
    };
    const auto held_value = [&] {
        const Exposure exposure = pipeline->portfolio().exposure(entry, reactor.wall_now());
        return exposure.equity.saturating_sub(exposure.wallet);
    };
    constexpr const char* kWhy =
        "was not moved when an order of ours tried last: spl_token Account";
    EXPECT_EQ(refusal().find(kWhy), std::string::npos) << refusal();
    const Signature signature = Signature::from(Bytes(64, 1));
    tell(SlotUpdate{Slot{slot}, Slot{slot - 1}, Slot{1}});
    for (int refusals = 1; refusals <= 3; ++refusals) {
        EXPECT_FALSE(held_value().is_zero()) << refusals;
        EXPECT_TRUE(after(ExitReason::LiquidityPull, FailureClass::ProgramError, signature, {},
                          FailureAction::QuarantineToken)
                        .empty())
            << "it waits longer than two slots";
        EXPECT_NE(refusal().find(kWhy), std::string::npos) << refusal();
    }
    EXPECT_TRUE(held_value().is_zero());
    // What its pool would pay is nothing that anybody gets.
    tell_pool(kSoldIn, 200 * kLamportsPerSol, 1'000'000'000'000);
    EXPECT_TRUE(held_value().is_zero());
    ExecutionReport sold;
    sold.kind = OrderKind::Exit;
    sold.mint = kSoldIn.mint_b;
    sold.outcome = Outcome::Landed;
    pipeline->on_report(sold);
    EXPECT_EQ(refusal().find(kWhy), std::string::npos) << refusal();
}

// As of an order that an earlier process left: why it sold is in the report alone.
TEST_F(PipelineExitsTest, GoOnSellingOutOfAPulledPoolAndKeepWhatWasSoldForNothingThatLasts) {
    EXPECT_TRUE(after(ExitReason::StopLoss, FailureClass::Rpc).empty());
    const auto intents = after(ExitReason::LiquidityPull, FailureClass::Rpc);
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::LiquidityPull);
}

// Nothing was signed: what Jupiter guaranteed was below the floor. That is the market's word, and
// that nobody answered is not.
TEST_F(PipelineExitsTest, AcceptTwiceTheSlippageOnceAPriceWasRefusedAndNotAfterATroubleOfOurs) {
    const BasisPoints first = settings.exits.slippage_urgent;
    for (const FailureClass ours : {FailureClass::Rpc, FailureClass::QuoteService}) {
        const auto intents = after(ExitReason::LiquidityPull, ours);
        ASSERT_EQ(intents.size(), 1U);
        EXPECT_EQ(intents[0].slippage_max, first);
    }
    const auto intents = after(ExitReason::LiquidityPull, FailureClass::Slippage);
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].slippage_max, first + first);
    EXPECT_FALSE(pipeline->is_reconciliation_due()) << "it says nothing about the books";
}

// On paper nothing is signed: what was sent says when. What ended with an earlier process was not.
TEST_F(PipelineExitsTest, AcceptTwiceTheSlippageOnceAnOrderOnPaperWasSentAndMetItsEnd) {
    const BasisPoints first = settings.exits.slippage_urgent;
    auto intents = after(ExitReason::LiquidityPull, FailureClass::Expiry);
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].slippage_max, first);
    intents = after(ExitReason::LiquidityPull, FailureClass::Expiry, {}, MonoTime{1});
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].slippage_max, first + first);
}

// Nothing moves then but our clock: of one pool, or of all.
TEST_F(PipelineExitsTest, SellWhatWasNotHeardOfForTheTimeWhetherItsPoolIsLostOrAll) {
    ASSERT_EQ(settings.exits.feed_loss_exit, std::chrono::seconds{60});
    const auto reason_in = [this](int seconds) {
        heard.intents.clear();
        reactor.run_until(reactor.now() + std::chrono::seconds{seconds});
        pipeline->on_tick(reactor.now());
        return heard.intents.empty() ? ExitReason::None : heard.intents[0].exit_reason;
    };
    tell(FeedRestored{"a"});
    EXPECT_EQ(reason_in(61), ExitReason::None);
    const std::array accounts{kSoldIn.id()};
    tell(AccountsLost{accounts, "moved"});
    EXPECT_EQ(reason_in(0), ExitReason::None);
    EXPECT_EQ(reason_in(59), ExitReason::None);
    tell(AccountsRestored{accounts});
    EXPECT_EQ(reason_in(1), ExitReason::None) << "heard again";
    tell(FeedLost{"a", "silent"});
    EXPECT_EQ(reason_in(0), ExitReason::None);
    EXPECT_EQ(reason_in(59), ExitReason::None);
    EXPECT_EQ(reason_in(1), ExitReason::FeedLoss);
}

// Its node tells a blockhash and the rent, so that sales go as far as to Jupiter, who does not
// answer.
class AskedJupiter : public PipelineExitsTest {
 protected:
    AskedJupiter()
        : PipelineExitsTest{
              {{.name = "node", .url = "http://node:1000/", .api_key = {}, .api_key_header = {}}}} {
        node.answer = [](const sniperforge::test::RpcRequest& request) {
            if (request.method == "getEpochInfo") {
                return sniperforge::test::result_of(request,
                                                    R"({"absoluteSlot":60,"blockHeight":50})");
            }
            const bool is_rent = request.method == "getMinimumBalanceForRentExemption";
            return sniperforge::test::result_of(
                request, is_rent
                             ? "2039280"
                             : fmt::format(R"({{"context":{{"slot":1}},"value":{{"blockhash":"{}",)"
                                           R"("lastValidBlockHeight":200}}}})",
                                           kSoldIn.mint_b.to_string()));
        };
        executor->start();
        reactor.run_until(reactor.now() + std::chrono::seconds{1});
    }
    sniperforge::test::FakeNode node{reactor, 1'000};
};

// Its one attempt is an order that was signed: that Jupiter guarantees too little is none.
TEST_F(AskedJupiter, TriesWhatWasSetAsideUntilASaleOfItWasSignedAndThenNoMore) {
    pipeline->books_differ(
        std::array{portfolio::BalanceMismatch{kSoldIn.mint_b.to_string(), 1'000'000'000, 0}});
    ASSERT_TRUE(pipeline->portfolio().positions()[0].is_set_aside());
    const auto tried = [&](FailureClass failure, const Signature& signature = {}) {
        return after(ExitReason::LiquidityPull, failure, signature).size();
    };
    ASSERT_EQ(tried(FailureClass::Rpc), 1U);
    ASSERT_EQ(executor->in_flight(), 1U) << heard.reports.back().error;
    EXPECT_EQ(tried(FailureClass::Slippage), 1U) << "of the quote alone";
    EXPECT_EQ(tried(FailureClass::Slippage), 1U);
    EXPECT_EQ(tried(FailureClass::Slippage, Signature::from(Bytes(64, 7))), 0U)
        << "of the order, and two say so";
}

}  // namespace
}  // namespace sniperforge::engine
