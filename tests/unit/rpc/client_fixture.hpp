// SPDX-License-Identifier: MIT
// A client of two scripted nodes.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "sniperforge/rpc/client.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::rpc {

class RpcClientTest : public testing::Test {
 protected:
    RpcClientTest() : first_{reactor_, 1000}, second_{reactor_, 2000} {}

    [[nodiscard]] Endpoint endpoint(const test::FakeNode& node, std::string name) const {
        return {.name = std::move(name),
                .url = node.rpc_url(),
                .api_key = {},
                .api_key_header = {},
                .requests_per_second = 50,
                .connections = 2};
    }
    [[nodiscard]] std::vector<Endpoint> both() const {
        return {endpoint(first_, "first"), endpoint(second_, "second")};
    }
    [[nodiscard]] std::vector<Endpoint> only_first() const { return {endpoint(first_, "first")}; }

    // The answer to getSlot.
    RpcResult<Slot> slot_through(RpcClient& client, Duration patience = std::chrono::seconds{20}) {
        std::optional<RpcResult<Slot>> answer;
        client.get_slot(Commitment::Processed, [&](auto slot) { answer = std::move(slot); });
        EXPECT_FALSE(answer) << "a handler must not be called from inside the call";
        const MonoTime end = reactor_.now() + patience;
        while (!answer && reactor_.now() < end) {
            test::run_for(reactor_, std::chrono::milliseconds{1});
        }
        EXPECT_TRUE(answer);
        return answer ? *answer : std::unexpected(RpcError{.message = "never answered"});
    }
    static test::FakeNode::Answer slot_answer(std::uint64_t slot) {
        return [slot](const test::RpcRequest& request) {
            return test::result_of(request, fmt::format("{}", slot));
        };
    }

    net::VirtualReactor reactor_;
    test::FakeNode first_, second_;
};

}  // namespace sniperforge::rpc
