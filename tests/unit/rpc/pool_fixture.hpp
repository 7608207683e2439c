// SPDX-License-Identifier: MIT
// A pool of scripted nodes on one virtual reactor, and calls that wait for their answer.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "sniperforge/rpc/client.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::test {

class PoolFixture : public testing::Test {
 protected:
    explicit PoolFixture(std::size_t nodes = 2, net::VirtualOptions options = {})
        : reactor_{options} {
        for (std::size_t i = 0; i < nodes; ++i) {
            nodes_.push_back(
                std::make_unique<FakeNode>(reactor_, static_cast<std::uint16_t>(1'000 + 10 * i)));
            node(i).answer = slot_answer(i + 1);
        }
    }

    [[nodiscard]] FakeNode& node(std::size_t index) { return *nodes_[index]; }
    // Named "0", "1", ...
    [[nodiscard]] std::vector<rpc::Endpoint> endpoints() const {
        std::vector<rpc::Endpoint> endpoints;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            endpoints.push_back({.name = fmt::format("{}", i),
                                 .url = nodes_[i]->rpc_url(),
                                 .api_key = {},
                                 .api_key_header = {}});
        }
        return endpoints;
    }
    static FakeNode::Answer slot_answer(std::uint64_t slot) {
        return [slot](const RpcRequest& request) {
            return result_of(request, fmt::format("{}", slot));
        };
    }

    // Runs until the handler that `start` was given has been called, at most 30 s.
    template <typename T, typename Start>
    rpc::RpcResult<T> answer_to(Start start) {
        std::optional<rpc::RpcResult<T>> answer;
        start([&answer](rpc::RpcResult<T> got) { answer = std::move(got); });
        EXPECT_FALSE(answer) << "a handler must not be called from inside the call";
        const MonoTime end = reactor_.now() + std::chrono::seconds{30};
        while (!answer && reactor_.now() < end) {
            run_for(reactor_, std::chrono::milliseconds{1});
        }
        EXPECT_TRUE(answer);
        return answer ? std::move(*answer)
                      : std::unexpected(rpc::RpcError{.message = "never answered"});
    }
    rpc::RpcResult<Slot> slot_through(rpc::RpcClient& client,
                                      rpc::ReadOptions options = {
                                          .commitment = Commitment::Processed}) {
        return answer_to<Slot>([&](auto handler) { client.get_slot(options, std::move(handler)); });
    }
    rpc::RpcResult<rpc::MultipleAccounts> accounts_through(
        rpc::RpcClient& client, std::span<const Pubkey> keys,
        rpc::ReadOptions options = {.commitment = Commitment::Processed}) {
        return answer_to<rpc::MultipleAccounts>(
            [&](auto handler) { client.get_multiple_accounts(keys, options, std::move(handler)); });
    }

    net::VirtualReactor reactor_;
    std::vector<std::unique_ptr<FakeNode>> nodes_;
};

// An answer to getMultipleAccounts: each key asked for, with its own bytes as data.
inline net::HttpResponse accounts_answer(const RpcRequest& request, std::uint64_t slot) {
    std::string list;
    simdjson::dom::parser parser;
    for (const auto key : parser.parse(request.params).at(0).get_array()) {
        const auto pubkey = Pubkey::parse(std::string_view{key});
        list += list.empty() ? "" : ",";
        list += account_json(1, pubkey->bytes);
    }
    return result_of(request,
                     fmt::format(R"({{"context":{{"slot":{}}},"value":[{}]}})", slot, list));
}

}  // namespace sniperforge::test

namespace sniperforge::rpc {

// Three nodes.
class PoolTest : public test::PoolFixture {
 protected:
    PoolTest() : PoolFixture{3} {}

    [[nodiscard]] std::vector<Endpoint> first(std::size_t count) const {
        auto all = endpoints();
        all.resize(count);
        return all;
    }
    // Answers getMultipleAccounts and getSlot as a node at `slot`.
    static test::FakeNode::Answer node_at(std::uint64_t slot) {
        return [slot](const test::RpcRequest& request) {
            return request.method == "getMultipleAccounts"
                       ? test::accounts_answer(request, slot)
                       : test::result_of(request, fmt::format("{}", slot));
        };
    }
    static net::HttpResponse unavailable() { return {.status = 503, .headers = {}, .body = "no"}; }

    const std::vector<Pubkey> keys_{test::key_of(1)};
};

}  // namespace sniperforge::rpc
