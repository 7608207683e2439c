// SPDX-License-Identifier: MIT
// Orders that no node tells the end of.
#include "unit/app/reconciler_support.hpp"

namespace sniperforge::app {
namespace {

using namespace reconciling;

// An entry of an earlier process, valid up to height 100. The executor's node has no history.
class UnknownOrderTest : public ReconcilerTest {
 protected:
    UnknownOrderTest()
        : ReconcilerTest{
              {{.name = "told", .url = "http://node:3000/", .api_key = {}, .api_key_header = {}}}} {
        told.answer = [this](const RpcRequest& request) -> net::HttpResponse {
            if (request.method == "getEpochInfo") {
                return test::result_of(request,
                                       fmt::format(R"({{"absoluteSlot":{},"blockHeight":{}}})",
                                                   slot_finalized, height));
            }
            if (is_served && request.method == "getSignatureStatuses") {
                return test::result_of(
                    request, R"({"context":{"slot":700},"value":[{"slot":450,"confirmations":null,)"
                             R"("err":null,"confirmationStatus":"finalized"}]})");
            }
            if (is_served && request.method == "getTransaction") {
                return test::result_of(request,
                                       test::sweep_json(signer.wallet(), test::key_of(8), 450));
            }
            return {.status = 503, .headers = {}, .body = ""};
        };
    }
    // Up to when it is called unknown.
    void lose_sight(bool is_alone = false) {
        begin(is_alone);
        settle();
        OrderIntent intent;
        intent.intent_id = IntentId{9};
        intent.kind = OrderKind::Entry;
        intent.mint_out = test::key_of(8);
        intent.amount_in = TokenAmount{1'000};
        intent.receive_min = TokenAmount{50};
        intent.spend_max = Lamports{10'000};
        executor->resume(intent, numbered(5), BlockHeight{100});
        pass(125);
        ASSERT_EQ(executor->statistics().unknown, 1U);
    }
    void pass(int count) {
        for (int i = 0; i < count; ++i) {
            run(1);
            executor->on_tick(reactor.now());
        }
    }
    [[nodiscard]] std::uint64_t unknown() const { return executor->statistics().unknown; }
    // While the nodes tell of one slot alone it is no end.
    void expect_the_end_once_it_moves() {
        height = 133;
        is_standing = true;
        pass(60);
        EXPECT_EQ(unknown(), 1U);
        is_standing = false;
        pass(30);
        EXPECT_EQ(unknown(), 0U);
    }

    test::FakeNode told{reactor, 3'000};
    std::uint64_t slot_finalized = 500, height = 100;
    bool is_served = false;
};

TEST_F(UnknownOrderTest, IsExpiredOnceTwoNodesShowNothingOfItBehindItsLastBlock) {
    lose_sight();
    pass(60);
    EXPECT_EQ(unknown(), 1U) << "the block of its last valid height may have it";
    height = 133;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
    EXPECT_EQ(executor->statistics().carried.expired, 1U);
    EXPECT_EQ(executor->statistics().carried.landed, 0U);
}

TEST_F(UnknownOrderTest, StaysSoWhereOneNodeShowsALamportLess) {
    lose_sight();
    height = 133;
    two.lamports -= 1;
    pass(60);
    EXPECT_EQ(unknown(), 1U);
    two.lamports += 1;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
}

TEST_F(UnknownOrderTest, StaysSoWhereTheOnlyNodeSaysItOfOneSlotAlone) {
    lose_sight(true);
    expect_the_end_once_it_moves();
}

// Nobody asks it, so that it cannot be waited for either.
TEST_F(UnknownOrderTest, IsExpiredByTheOnlyNodeThatMayBeAskedAtTwoSlots) {
    lose_sight();
    reconciler->reader().exclude("two");
    expect_the_end_once_it_moves();
}

TEST_F(UnknownOrderTest, StaysSoWhereTheNodesLagBehindTheBlockThatEndsIt) {
    lose_sight();
    height = 133;
    slot_finalized = 1'500;
    pass(60);
    EXPECT_EQ(unknown(), 1U);
    one.slot = two.slot = 1'500;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
}

// What it moved is there: the wallet's history is asked for its signature until it is served.
TEST_F(UnknownOrderTest, IsBookedAsItLandedOnceANodeServesWhatTheBalancesShow) {
    lose_sight();
    height = 133;
    one.lamports -= 7'000;
    two.lamports -= 7'000;
    pass(60);
    EXPECT_EQ(unknown(), 1U);
    is_served = true;
    pass(30);
    EXPECT_EQ(unknown(), 0U);
    EXPECT_EQ(executor->statistics().carried.landed, 1U);
    EXPECT_EQ(executor->statistics().carried.expired, 0U);
}

}  // namespace
}  // namespace sniperforge::app
