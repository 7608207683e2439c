// SPDX-License-Identifier: MIT
#include "app/genesis.hpp"

#include <gtest/gtest.h>

#include "unit/rpc/fake_node.hpp"

namespace sniperforge::app {
namespace {

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
            return test::result_of(request, fmt::format("\"{}\"", key_of(chain).to_string()));
        };
    }
    std::vector<EndpointGenesis> read() {
        rpc::Endpoint one, other;
        one.name = "one";
        one.url = one_.rpc_url();
        other.name = "other";
        other.url = other_.rpc_url();
        other.role = rpc::EndpointRole::Send;
        GenesisReader reader{reactor_, {one, other}, seconds{1}};
        std::vector<EndpointGenesis> answers;
        reader.read([&](std::vector<EndpointGenesis> got) { answers = std::move(got); });
        test::run_for(reactor_, seconds{10});
        EXPECT_EQ(answers.size(), 2U);
        return answers;
    }

    net::VirtualReactor reactor_;
    FakeNode one_, other_;
};

// An endpoint that only sends is asked as well: it is where our transactions go.
TEST_F(GenesisTest, AsksEveryEndpoint) {
    const auto answers = read();
    EXPECT_TRUE(check_one_chain(answers));
    EXPECT_EQ(untold(answers), "");
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

TEST(Genesis, IsNotKnownToDifferWhenNobodyTells) {
    EXPECT_TRUE(check_one_chain({}));
    EXPECT_TRUE(check_one_chain({{"one", std::unexpected(rpc::RpcError{})}}));
}

}  // namespace
}  // namespace sniperforge::app
