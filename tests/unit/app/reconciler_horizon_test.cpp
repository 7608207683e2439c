// SPDX-License-Identifier: MIT
// What a power cut may have lost is waited for, whatever a node tells of heights.
#include "unit/app/reconciler_support.hpp"

namespace sniperforge::app {
namespace {

using namespace reconciling;

// The only node's first word was wrong. Nobody else says that it was, so it is waited for as long
// as a blockhash can live at most.
TEST_F(ReconcilerTest, TheWaitAfterACutFollowsTheHeightThatIsBelieved) {
    one.height_more = 1'000'000;
    begin(true, {.is_there = true, .is_horizon_needed = true});
    run(5);
    one.height_more = 0;
    run(600);  // And then the life of a blockhash.
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(100);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// Two say that the first word was wrong. What is final is, soon; the floor by our own clock is
// counted from then on, and is that of one word: the two may agree since a moment only.
TEST_F(ReconcilerTest, TheWaitAfterACutFallsToAHeightThatSeveralBearOut) {
    slots_each_second = 8;  // 150 blocks in 19 s, the floor is 72.8 s.
    one.height_more = 2'000;
    two.is_height_untold = true;
    begin(false, {.is_there = true, .is_horizon_needed = true});
    run(40);
    one.height_more = 0;
    two.is_height_untold = false;
    run(70);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(12);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// A node that lags is believed first, and catches up bit by bit, so that nothing of it is a leap:
// soon both agree, on a height that is final long before what was signed has expired.
TEST_F(ReconcilerTest, TheWaitAfterACutLastsWhereANodeThatLaggedCatchesUpBitByBit) {
    one.slot = two.slot + 150;
    one.is_height_untold = true;
    begin(false, {.is_there = true, .is_horizon_needed = true});
    run(8);
    one.is_height_untold = false;
    for (int second = 0; second < 55; ++second) {
        two.slot += second < 30 ? 5 : 0;
        run(1);
    }
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(60);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// The files are lost, and the executor sees to the nonces at a node that has none of ours.
class ReconcilerNoncesTest : public ReconcilerTest {
 protected:
    ReconcilerNoncesTest()
        : ReconcilerTest{
              {{.name = "read", .url = "http://node:3000/", .api_key = {}, .api_key_header = {}}}} {
        read.answer = [this](const RpcRequest& request) -> net::HttpResponse {
            if (request.method == "getEpochInfo") {
                return test::result_of(
                    request,
                    fmt::format(R"({{"absoluteSlot":{},"blockHeight":{}}})", one.slot, one.slot));
            }
            if (request.method == "getMultipleAccounts") {
                std::string none = "null";
                for (std::size_t i = 1; i < signer::kNoncesMax; ++i) {
                    none += ",null";
                }
                return test::result_of(request,
                                       fmt::format(R"({{"context":{{"slot":{}}},"value":[{}]}})",
                                                   one.slot + reading_more, none));
            }
            return {.status = 503, .headers = {}, .body = ""};
        };
        executor->start();
    }
    void begin_without_files() {
        begin(true, {.is_there = true, .is_horizon_needed = true, .are_orders_lost = true});
    }
    void pass(int count) {
        for (int i = 0; i < count; ++i) {
            run(1);
            executor->on_tick(reactor.now());
        }
    }

    test::FakeNode read{reactor, 3'000};
    std::uint64_t reading_more = 0;  // Than the slot that nonces are read in.
};

TEST_F(ReconcilerNoncesTest, TheWaitAfterALossEndsWhereNoncesWereLookedForSince) {
    begin_without_files();
    pass(70);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    pass(20);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// No nonce is ever read in it: it falls as a height does.
TEST_F(ReconcilerNoncesTest, TheWaitAfterALossEndsWhereTheFirstSlotWasAbsurdAndItsHeightWasNot) {
    one.slot_more = 1'000'000'000'000;
    begin_without_files();
    pass(5);
    one.slot_more = 0;
    pass(590);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    pass(30);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// Nor is a reading of such a slot one since the loss, and it keeps no later one out.
TEST_F(ReconcilerNoncesTest, TheWaitAfterALossLastsWhileNoncesAreReadInNoSlotAndEndsThen) {
    reading_more = 1'000'000'000'000;
    begin_without_files();
    pass(130);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    reading_more = 0;
    pass(10);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// It was far too low: what was built on then is final long before what was signed has expired.
TEST_F(ReconcilerTest, TheWaitAfterACutGoesOnWhereTheHeightWasToldTooLow) {
    begin(true, {.is_there = true, .is_horizon_needed = true});
    run(5);
    one.slot += 1'000'000;
    run(115);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(60);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// One that lags is believed for a minute, as the lower of two. What was signed on the higher one's
// blocks expires no earlier for that.
class ReconcilerLagTest : public ReconcilerTest,
                          public ::testing::WithParamInterface<std::uint64_t> {};

TEST_P(ReconcilerLagTest, TheWaitAfterACutIsNoShorterForANodeThatLags) {
    slots_each_second = 1;
    one.slot = two.slot + GetParam();
    two.is_height_untold = true;
    begin(false, {.is_there = true, .is_horizon_needed = true});
    run(8);  // One alone is believed after 5 s.
    two.is_height_untold = false;
    run(140);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(40);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

// It was the first that told: the horizon rises once the other one is believed.
TEST_P(ReconcilerLagTest, TheWaitAfterACutIsNoShorterForANodeThatLagsAndAnswersFirst) {
    slots_each_second = 1;
    one.slot = two.slot + GetParam();
    one.is_height_untold = true;
    begin(false, {.is_there = true, .is_horizon_needed = true});
    run(8);
    one.is_height_untold = false;
    run(140);
    EXPECT_TRUE(pipeline->is_reconciliation_due());
    run(100);
    EXPECT_FALSE(pipeline->is_reconciliation_due());
}

INSTANTIATE_TEST_SUITE_P(Lags, ReconcilerLagTest, ::testing::Values(100, 151, 200));

}  // namespace
}  // namespace sniperforge::app
