// SPDX-License-Identifier: MIT
#include "app/genesis.hpp"

#include <gtest/gtest.h>

#include "unit/rpc/fake_node.hpp"

namespace sniperforge::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::FakeNode;
using test::key_of;

class GenesisTest : public testing::Test {
 protected:
    GenesisTest() : one_{reactor_, 1000}, other_{reactor_, 2000} {
        serve(one_, 1);
        serve(other_, 1);
    }
    static void serve(FakeNode& node, std::uint8_t chain) {
        node.answer = [chain](const test::RpcRequest& request) {
            if (request.method == "getSlot") {
                return test::result_of(request, "7");
            }
            return test::result_of(request, fmt::format("\"{}\"", key_of(chain).to_string()));
        };
    }
    [[nodiscard]] std::vector<rpc::Endpoint> endpoints(
        rpc::EndpointRole one = rpc::EndpointRole::Both,
        rpc::EndpointRole other = rpc::EndpointRole::Both) const {
        std::vector<rpc::Endpoint> both{one_.endpoint("one"), other_.endpoint("other")};
        both[0].role = one;
        both[1].role = other;
        return both;
    }
    [[nodiscard]] std::vector<EndpointGenesis> read() {
        GenesisReader reader{reactor_, endpoints(), seconds{1}};
        reader.start([] {});
        test::run_for(reactor_, seconds{10});
        return reader.answers();
    }
    // Each way in which an endpoint does not tell.
    struct Trouble {
        std::string name;
        std::function<void(FakeNode&)> begin;
    };
    [[nodiscard]] static std::vector<Trouble> troubles() {
        const auto answering = [](net::HttpResponse answer) {
            return [answer](FakeNode& node) {
                node.answer = [answer](const test::RpcRequest&) { return answer; };
            };
        };
        return {{"refuses", [](FakeNode& node) { node.stop_http(); }},
                {"429", answering({.status = 429, .headers = {}, .body = "slow down"})},
                {"HTML", answering({.status = 200, .headers = {}, .body = "<html></html>"})},
                {"hangs", [](FakeNode& node) { node.is_mute = true; }}};
    }
    static void end(FakeNode& node, std::uint8_t chain) {
        node.is_mute = false;
        node.stop_http();
        node.listen_http();
        serve(node, chain);
    }

    net::VirtualReactor reactor_;
    FakeNode one_, other_;
};

// An endpoint that only sends is asked as well: it is where our transactions go.
TEST_F(GenesisTest, AsksEveryEndpointOnceAndIsSettledAtOnce) {
    GenesisReader reader{reactor_, endpoints(rpc::EndpointRole::Both, rpc::EndpointRole::Send),
                         seconds{1}};
    reader.start([] {});
    test::run_for(reactor_, milliseconds{100});
    EXPECT_TRUE(reader.is_settled());
    EXPECT_TRUE(check_one_chain(reader.answers()));
    EXPECT_EQ(untold(reader.answers()), "");
    EXPECT_EQ(genesis_of(reader.answers()).to_string(), key_of(1).to_string());
    test::run_for(reactor_, seconds{30});
    EXPECT_EQ(one_.calls_of("getGenesisHash"), 1U);
    EXPECT_EQ(other_.calls_of("getGenesisHash"), 1U);
}

TEST_F(GenesisTest, NamesTheEndpointsOfDifferentChains) {
    serve(other_, 2);
    const auto checked = check_one_chain(read());
    ASSERT_FALSE(checked);
    for (const std::string& part :
         {"one " + key_of(1).to_string(), "other " + key_of(2).to_string()}) {
        EXPECT_NE(checked.error().text.find(part), std::string::npos) << checked.error().text;
    }
}

TEST_F(GenesisTest, NamesTheEndpointThatDoesNotTell) {
    other_.is_mute = true;
    const auto answers = read();
    EXPECT_TRUE(check_one_chain(answers));
    EXPECT_TRUE(untold(answers).starts_with("other: ")) << untold(answers);
}

TEST_F(GenesisTest, IsSettledWithOneOfTwoAfterTwoSecondsWhateverTheOthersTrouble) {
    for (const Trouble& trouble : troubles()) {
        SCOPED_TRACE(trouble.name);
        trouble.begin(other_);
        GenesisReader reader{reactor_, endpoints(), seconds{5}};
        reader.start([] {});
        test::run_for(reactor_, milliseconds{1'999});
        EXPECT_FALSE(reader.is_settled());
        test::run_for(reactor_, milliseconds{1});
        EXPECT_TRUE(reader.is_settled());
        end(other_, 1);
    }
}

TEST_F(GenesisTest, IsNotSettledWhileNobodyThatMaySendOrMayBeReadFromHasTold) {
    other_.is_mute = true;
    for (const auto role : {rpc::EndpointRole::Read, rpc::EndpointRole::Send}) {
        GenesisReader reader{reactor_, endpoints(role, rpc::EndpointRole::Both), seconds{1}};
        reader.start([] {});
        test::run_for(reactor_, seconds{60});
        EXPECT_FALSE(reader.is_settled());
    }
}

TEST_F(GenesisTest, AnEndpointThatTellsLaterIsUsedFromThenOnAndNothingIsAskedOfItBefore) {
    for (const Trouble& trouble : troubles()) {
        SCOPED_TRACE(trouble.name);
        trouble.begin(other_);
        rpc::RpcClient pool{reactor_, endpoints()};
        const auto answers = read();
        const ChainTold told{genesis_of(answers), answers};
        const GuardedPool guarded{reactor_, pool, endpoints(), seconds{1}, told};
        const auto slots = [&] {
            const std::size_t before = other_.calls_of("getSlot");
            for (int i = 0; i < 6; ++i) {
                pool.get_slot(Commitment::Processed, [](const rpc::RpcResult<Slot>& slot) {
                    EXPECT_TRUE(slot) << slot.error().text();
                });
            }
            pool.broadcast_transaction(Bytes(64, 1), true, nullptr, [](const auto&) {});
            test::run_for(reactor_, seconds{10});
            return other_.calls_of("getSlot") - before;
        };
        const std::size_t sent = other_.calls_of("sendTransaction");
        EXPECT_EQ(slots(), 0U);
        EXPECT_EQ(other_.calls_of("sendTransaction"), sent);
        end(other_, 1);
        test::run_for(reactor_, seconds{40});
        EXPECT_GT(slots(), 0U);
        EXPECT_EQ(other_.calls_of("sendTransaction"), sent + 1);
    }
}

TEST_F(GenesisTest, AnEndpointThatTellsOfAnotherChainLaterIsNeverUsedNorAskedAgain) {
    other_.stop_http();
    rpc::RpcClient pool{reactor_, endpoints()};
    const auto answers = read();
    const ChainTold told{genesis_of(answers), answers};
    const GuardedPool guarded{reactor_, pool, endpoints(), seconds{1}, told};
    end(other_, 2);
    test::run_for(reactor_, seconds{40});
    const std::size_t asked = other_.requests.size();
    EXPECT_GT(asked, 0U);
    pool.note_slot("other", Slot{1'000'000});
    for (int i = 0; i < 6; ++i) {
        pool.get_slot(Commitment::Processed, [](const auto&) {});
    }
    std::string refused;
    pool.get_chain_height_from(1, Commitment::Processed,
                               [&](const rpc::RpcResult<rpc::ChainHeight>& height) {
                                   refused = height ? "" : height.error().text();
                               });
    test::run_for(reactor_, std::chrono::minutes{5});
    EXPECT_EQ(other_.requests.size(), asked);
    EXPECT_NE(refused.find("other has not told its genesis hash"), std::string::npos) << refused;
    EXPECT_EQ(pool.slot_best(), Slot{7});
}

TEST(Genesis, IsNotKnownToDifferWhenNobodyTells) {
    EXPECT_TRUE(check_one_chain({}));
    EXPECT_TRUE(check_one_chain({{"one", std::unexpected(rpc::RpcError{})}}));
    EXPECT_EQ(genesis_of({}), Hash{});
}

}  // namespace
}  // namespace sniperforge::app
