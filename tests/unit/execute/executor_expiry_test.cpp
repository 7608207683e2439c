// SPDX-License-Identifier: MIT
// When silence may be believed: the proof that a transaction is in no block.
#include <algorithm>

#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

TEST_F(ExecutorTest, ExpiresOnlyWhenTheHeightHasPassedTheLastValidOne) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight;  // May still land in this very block.
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    height = kLastValidHeight + 1;
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Expired);
    EXPECT_NE(only().error.find("block height 201 passed the last valid height 200"),
              std::string::npos)
        << only().error;
    EXPECT_EQ(only().failure, FailureClass::Expiry);
    EXPECT_EQ(only().fill.wallet, LamportsDelta{});
    EXPECT_EQ(executor->statistics().expired, 1U);
    EXPECT_EQ(executor->in_flight(), 0U);
    const std::size_t sent = sends().size();
    run(seconds{3});
    EXPECT_EQ(sends().size(), sent);
}

TEST_F(ExecutorTest, DoesNotExpireWhatTheNodeHasSeen) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    statuses = kProcessed;
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Landed);
}

TEST_F(ExecutorTest, DoesNotExpireWhenTheNodeCannotTell) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    for (const char* method : {"getEpochInfo", "getSignatureStatuses"}) {
        answers.clear();
        answers[method] = [](const RpcRequest& request) {
            return error_of(request, -32'005, "behind");
        };
        run(seconds{5});
        EXPECT_TRUE(events.reports.empty()) << method;
    }
    answers.clear();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Expired);
}

// It landed during an outage of ours and has left the status cache since, which covers some 150
// blocks: the ledger has it still.
TEST_F(ExecutorTest, AsksTheLedgerBeforeItCallsAForgottenSignatureExpired) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    transaction = landed_entry();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Landed);
    EXPECT_EQ(only().fill.tokens.at(0).amount, TokenDelta{10'000});
    EXPECT_EQ(executor->statistics().expired, 0U);
}

TEST_F(ExecutorTest, DoesNotExpireWhileTheLedgerCannotBeRead) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    answers["getTransaction"] = [](const RpcRequest& request) {
        return error_of(request, -32'011, "no history");
    };
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(executor->in_flight(), 1U);
    answers.clear();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Expired);
}

// ---- Who says so ----

// The very slot of the finalized height is new enough; the one before is not.
TEST_F(ExecutorTest, BelievesTheSilenceOfANodeOnlyIfItIsAsNewAsTheHeight) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    slot_processed = slot_finalized - 1;
    run(seconds{10});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(node.calls_of("getTransaction"), 0U);
    slot_processed = slot_finalized;
    run(seconds{3});
    EXPECT_EQ(only().outcome, Outcome::Expired);
}

TEST_F(ExecutorTest, LooksThroughTheHistoryBeforeItBelievesASilence) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    answers["getSignatureStatuses"] = [this](const RpcRequest& request) {
        // Gone from the recent ones, and in the ledger.
        const bool is_history = request.params.find("true") != std::string::npos;
        statuses = is_history ? std::string{kFinalized} : "null";
        return result_of(request, statuses_of(request, slot_processed));
    };
    transaction = landed_entry();
    run(seconds{3});
    EXPECT_EQ(only().outcome, Outcome::Landed);
    EXPECT_TRUE(std::ranges::any_of(node.requests, [](const RpcRequest& request) {
        return request.params.find(R"("searchTransactionHistory":true)") != std::string::npos;
    }));
}

TEST_F(ExecutorTest, SearchesNoHistoryForWhatMayStillLand) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight;
    run(seconds{10});
    for (const RpcRequest& request : node.requests) {
        EXPECT_EQ(request.params.find(R"("searchTransactionHistory":true)"), std::string::npos);
    }
}

TEST_F(ExecutorTest, BroadcastsNothingThatCanNoLongerLand) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    answers["getTransaction"] = [](const RpcRequest& request) {
        return error_of(request, -32'011, "no history");
    };
    run(seconds{2});
    const std::size_t sent = sends().size();
    run(seconds{10});
    EXPECT_EQ(sends().size(), sent);
    EXPECT_EQ(executor->in_flight(), 1U);
}

// Two endpoints: one is new, one lags. Each call may meet either of them.
class ExecutorPairTest : public ExecutorTest {
 protected:
    ExecutorPairTest()
        : lagging{reactor, 2'000},
          pair{reactor,
               {{.name = "new",
                 .url = node.rpc_url(),
                 .api_key = {},
                 .api_key_header = {},
                 .requests_per_second = 100'000,
                 .connections = 4},
                {.name = "lagging",
                 .url = lagging.rpc_url(),
                 .api_key = {},
                 .api_key_header = {},
                 .requests_per_second = 100'000,
                 .connections = 4}},
               {.timeout = seconds{2}, .attempts_max = 2}} {
        // The new one is asked first. It tells the height, and is out of credits for the rest.
        for (const char* method : {"getSignatureStatuses", "getTransaction"}) {
            answers[method] = [](const RpcRequest&) {
                return net::HttpResponse{.status = 429, .headers = {}, .body = ""};
            };
        }
        lagging.answer = [this](const RpcRequest& request) {
            if (request.method == "getEpochInfo") {
                return result_of(request, R"({"absoluteSlot":20,"blockHeight":40})");
            }
            if (request.method == "getSignatureStatuses") {
                return result_of(request, statuses_of(request, slot_lagging));
            }
            if (request.method == "getTransaction") {
                return result_of(request, transaction);
            }
            return answer(request);
        };
        make_executor(pair);
        executor->start();
        run(milliseconds{10});
    }

    test::FakeNode lagging;
    rpc::RpcClient pair;
    std::uint64_t slot_lagging = 50;  // Before the finalized slot 60 of the new one.
};

// It landed. The height comes from the new node, and the old one has not seen the block yet.
TEST_F(ExecutorPairTest, NeverExpiresALandedTransactionThatALaggingNodeHasNotSeen) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    run(seconds{30});
    EXPECT_GT(lagging.calls_of("getSignatureStatuses"), 0U);
    EXPECT_TRUE(events.reports.empty()) << only().error;
    statuses = kConfirmed;  // It has caught up.
    transaction = landed_entry();
    slot_lagging = 90;
    run(seconds{5});
    EXPECT_EQ(only().outcome, Outcome::Landed);
    EXPECT_EQ(executor->statistics().expired, 0U);
}

TEST_F(ExecutorPairTest, ExpiresOnceTheLaggingNodeHasCaughtUpAndKnowsNothing) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    run(seconds{10});
    EXPECT_TRUE(events.reports.empty());
    slot_lagging = slot_finalized;
    run(seconds{5});
    EXPECT_EQ(only().outcome, Outcome::Expired);
}

// The height that the lagging node tells is lower than the one already known: it moves nothing.
TEST_F(ExecutorPairTest, KeepsTheNewestFinalizedHeightThatAnyNodeTold) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    run(seconds{3});
    answers["getEpochInfo"] = answers["getTransaction"];  // Only the lagging one answers now.
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    slot_lagging = slot_finalized;
    run(seconds{5});
    EXPECT_EQ(only().outcome, Outcome::Expired);
    EXPECT_NE(only().error.find("finalized block height 201"), std::string::npos) << only().error;
}

}  // namespace
}  // namespace sniperforge::execute::test
