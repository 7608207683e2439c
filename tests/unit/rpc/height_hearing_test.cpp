// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/height_hearing.hpp"

#include <gtest/gtest.h>

#include "unit/rpc/pool_fixture.hpp"

namespace sniperforge::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::result_of;
using test::RpcRequest;

class HeightHearingTest : public test::PoolFixture {
 protected:
    void set_height(std::size_t index, std::uint64_t height) {
        node(index).answer = [height](const RpcRequest& request) {
            return result_of(request, fmt::format(R"({{"absoluteSlot":{},"blockHeight":{}}})",
                                                  height + 10, height));
        };
    }
    void ask(HeightHearing& hearing) {
        hearing.ask();
        test::run_for(reactor_, milliseconds{10});
    }
};

TEST_F(HeightHearingTest, AsksEveryEndpointAndHasOneQuestionAtEach) {
    RpcClient client{reactor_, endpoints()};
    HeightHearing hearing{reactor_, client, Commitment::Finalized};
    set_height(0, 1'000);
    node(1).is_mute = true;
    ask(hearing);
    ask(hearing);
    EXPECT_EQ(node(0).calls_of("getEpochInfo"), 2U);
    EXPECT_EQ(node(1).calls_of("getEpochInfo"), 1U);
    EXPECT_NE(node(0).requests[0].params.find("finalized"), std::string::npos);
    EXPECT_FALSE(hearing.believed()) << "a second word is waited for";
    EXPECT_EQ(hearing.chain().height, BlockHeight{0});
}

// A server that is not Agave may lack getEpochInfo.
TEST_F(HeightHearingTest, TakesTheHeightAndTheSlotApartFromWhoDoesNotTellThemTogether) {
    RpcClient client{reactor_, endpoints()};
    HeightHearing hearing{reactor_, client, Commitment::Finalized};
    set_height(0, 1'000);
    node(1).answer = [](const RpcRequest& request) {
        if (request.method == "getBlockHeight" || request.method == "getSlot") {
            return result_of(request, request.method == "getSlot" ? "1010" : "1000");
        }
        return test::error_of(request, -32601, "Method not found");
    };
    ask(hearing);
    test::run_for(reactor_, seconds{1});
    ASSERT_TRUE(hearing.believed()) << "both were heard";
    EXPECT_EQ(hearing.chain().height, BlockHeight{1'000});
    EXPECT_EQ(hearing.chain().slot, Slot{1'010});
    EXPECT_NE(node(1).requests.back().params.find("finalized"), std::string::npos);
    // Any other trouble is trouble.
    node(1).answer = [](const RpcRequest& request) {
        return test::error_of(request, -32005, "Node is behind");
    };
    const auto asked = node(1).calls_of("getBlockHeight");
    ask(hearing);
    test::run_for(reactor_, seconds{1});
    EXPECT_EQ(node(1).calls_of("getBlockHeight"), asked);
}

TEST_F(HeightHearingTest, LetsNothingPassByTheWordOfOneNorBeforeItCanHave) {
    RpcClient client{reactor_, endpoints()};
    HeightHearing hearing{reactor_, client, Commitment::Finalized};
    const MonoTime signed_at = reactor_.now();
    const BlockHeight last{1'150};
    set_height(0, 1'000);
    set_height(1, 1'000);
    ask(hearing);
    test::run_for(reactor_, seconds{60});
    set_height(0, 1'000'000'000'000'000'000);
    set_height(1, 1'150);
    ask(hearing);
    EXPECT_FALSE(hearing.has_passed(last, signed_at));
    set_height(1, 1'151);
    ask(hearing);
    EXPECT_TRUE(hearing.has_passed(last, signed_at));
    // By the heights alone it could be.
    const MonoTime floor_begins = reactor_.now() + -expiry_floor(true);
    EXPECT_TRUE(hearing.has_passed(last, floor_begins));
    EXPECT_FALSE(hearing.has_passed(last, floor_begins + Duration{1}));
}

// A node that was wrong was believed when it was signed: that height never comes.
TEST_F(HeightHearingTest, ALastValidHeightThatCannotBeIsPastAfterTheLongestLife) {
    RpcClient client{reactor_, endpoints()};
    HeightHearing hearing{reactor_, client, Commitment::Finalized};
    set_height(0, 1'000);
    set_height(1, 1'000);
    ask(hearing);
    const MonoTime long_ago = reactor_.now() + -kLifeMax;
    const BlockHeight farthest{1'000 + solana::kBlockhashBlocks + PaceGauge::kAheadMax};
    EXPECT_FALSE(hearing.has_passed(farthest, long_ago)) << "it may come yet";
    EXPECT_TRUE(hearing.has_passed(farthest.plus(1), long_ago));
    EXPECT_FALSE(hearing.has_passed(farthest.plus(1), long_ago + Duration{1}));
}

TEST_F(HeightHearingTest, KnowsWhichBlockhashCanBeFresh) {
    RpcClient client{reactor_, endpoints()};
    HeightHearing hearing{reactor_, client, Commitment::Finalized};
    EXPECT_FALSE(hearing.can_be_fresh(BlockHeight{1'150}));
    set_height(0, 1'000);
    set_height(1, 1'000);
    ask(hearing);
    EXPECT_FALSE(hearing.can_be_fresh(BlockHeight{1'149}));
    EXPECT_TRUE(hearing.can_be_fresh(BlockHeight{1'150}));
    EXPECT_FALSE(hearing.can_be_fresh(BlockHeight{149}));
    EXPECT_FALSE(hearing.can_be_fresh(BlockHeight{1'000'000'000'000'000'000}));
}

TEST_F(HeightHearingTest, OutlivesNoAnswer) {
    RpcClient client{reactor_, endpoints()};
    set_height(0, 1'000);
    HeightHearing{reactor_, client, Commitment::Finalized}.ask();
    test::run_for(reactor_, seconds{1});
    EXPECT_EQ(node(0).calls_of("getEpochInfo"), 1U);
}

}  // namespace
}  // namespace sniperforge::rpc
