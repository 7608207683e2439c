// SPDX-License-Identifier: MIT
// Several endpoints: one that cannot help takes nothing away from what another one says.
#include "sniperforge/solana/lookup_table.hpp"
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

// Beside the node of the other tests there is one that may be as unhelpful as it likes.
class ExecutorPoolTest : public ExecutorTest {
 protected:
    explicit ExecutorPoolTest(rpc::EndpointRole role = rpc::EndpointRole::Send)
        : other{reactor, 2'000},
          pool{reactor,
               {{.name = "node",
                 .url = node.rpc_url(),
                 .api_key = {},
                 .api_key_header = {},
                 .requests_per_second = 100'000,
                 .connections = 4},
                {.name = "other",
                 .url = other.rpc_url(),
                 .api_key = {},
                 .api_key_header = {},
                 .requests_per_second = 100'000,
                 .connections = 4,
                 .role = role}},
               {.timeout = seconds{2}, .attempts_max = 2}} {
        other.answer = [this](const RpcRequest& request) { return answer(request); };
        make_executor(pool);
        executor->start();
        run(milliseconds{10});
    }
    void use_exits() {
        quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
        swap = [this] { return swap_of(compile(exit())); };
    }
    [[nodiscard]] static std::size_t without_preflight(const std::vector<RpcRequest>& requests) {
        return static_cast<std::size_t>(
            std::count_if(requests.begin(), requests.end(), [](const RpcRequest& request) {
                return request.params.find(R"("skipPreflight":true)") != std::string::npos;
            }));
    }

    test::FakeNode other;
    rpc::RpcClient pool;
};

TEST_F(ExecutorPoolTest, TakesARefusalForTheEndWhenTheOtherEndpointDidNotTakeIt) {
    const std::vector<test::FakeNode::Answer> unhelpful{
        [](const RpcRequest&) { return http_answer(429); },
        [](const RpcRequest&) { return http_answer(401); },
        [](const RpcRequest& r) { return error_of(r, -32'005, "Node is behind"); },
        [](const RpcRequest& r) { return error_of(r, -32'601, "Method not found"); }};
    answer_send_with_error(-32'002);
    for (std::uint64_t i = 0; i < unhelpful.size(); ++i) {
        other.answer = unhelpful[i];
        const std::size_t before = other.requests.size();
        submit(entry_intent(i + 1));
        run(milliseconds{100});
        EXPECT_EQ(events.reports.size(), i + 1);
        // Later ones may find the endpoint avoided; the first was asked.
        EXPECT_TRUE(i > 0 || other.requests.size() == before + 1);
        run(seconds{90});
    }
    for (const ExecutionReport& report : events.reports) {
        EXPECT_EQ(report.outcome, Outcome::Rejected);
    }
}

TEST_F(ExecutorPoolTest, DoesNotTakeARefusalForTheEndWhenTheOtherEndpointMayHaveTakenIt) {
    answer_send_with_error(-32'002);
    other.answer = [](const RpcRequest&) { return http_answer(503); };
    submit(entry_intent());
    run(milliseconds{500});
    EXPECT_EQ(other.requests.size(), 1U);
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(executor->in_flight(), 1U);
}

// The node refuses it, the other one hangs: sent again without the check it would land and revert.
TEST_F(ExecutorPoolTest, ChecksEntriesAndExitsAgainUntilAnEndpointHasTakenThem) {
    answer_send_with_error(-32'002);
    other.is_mute = true;
    submit(entry_intent(1));
    run(milliseconds{50});
    use_exits();
    submit(exit_intent(2));
    run(seconds{5});
    EXPECT_GT(executor->statistics().rebroadcast, 4U);
    EXPECT_GT(sends().size(), 4U);
    EXPECT_EQ(without_preflight(sends()), 0U);
    EXPECT_EQ(without_preflight(other.requests), 0U);
    EXPECT_TRUE(events.reports.empty()) << only().error;
    answers.clear();
    run(seconds{2});
    const std::size_t accepted = sends().size();
    run(seconds{2});
    EXPECT_GT(sends().size(), accepted);
    EXPECT_NE(sends().back().params.find(R"("skipPreflight":true)"), std::string::npos);
}

// Whichever answers first: the one that lacks the blockhash has not looked at the order.
TEST_F(ExecutorPoolTest, WhatANodeSaysOfThePriceCountsBesideOneThatLacksTheBlockhash) {
    const auto about_price = [](const RpcRequest& request) {
        return error_of(request, -32'002, "no",
                        R"({"err":{"InstructionError":[3,{"Custom":6001}]}})");
    };
    const auto lagging = [](const RpcRequest& request) {
        return error_of(request, -32'002, "Transaction simulation failed: Blockhash not found",
                        "null");
    };
    use_exits();
    for (std::uint64_t i = 0; i < 4; ++i) {
        const bool is_first = i % 2 == 0;
        answers["sendTransaction"] = is_first ? test::FakeNode::Answer{about_price} : lagging;
        other.answer = is_first ? test::FakeNode::Answer{lagging} : about_price;
        blockhash.bytes[0] = static_cast<std::uint8_t>(i + 1);
        run(seconds{3});
        submit(exit_intent(i + 1));
        run(milliseconds{100});
        ASSERT_EQ(events.reports.size(), i + 1);
        EXPECT_EQ(events.reports.back().outcome, Outcome::Rejected);
        EXPECT_NE(events.reports.back().failure, FailureClass::Rpc) << i;
    }
    EXPECT_EQ(without_preflight(sends()) + without_preflight(other.requests), 0U)
        << "the check works, and says that it would fail";
}

// The other one is silent for 2 s each time, so the order is never refused by all; what the node
// has said at once is not lost.
TEST_F(ExecutorPoolTest, SaysWhyANodeRefusedWhatAnotherKeptWaiting) {
    answer_send_with_error(-32'002, R"({"err":{"InstructionError":[3,{"Custom":6001}]}})");
    other.is_mute = true;
    submit(entry_intent());
    run(milliseconds{100});
    EXPECT_TRUE(events.reports.empty()) << "the silent one may have taken it";
    let_floor_pass();
    height = kLastValidHeight + 1;
    slot_finalized = 200;
    run(seconds{10});
    EXPECT_EQ(only().outcome, Outcome::Expired);
    EXPECT_NE(only().error.find("node: node error -32002"), std::string::npos) << only().error;
    EXPECT_NE(only().error.find("6001"), std::string::npos) << only().error;
}

// ---- Reads from two ----

class ExecutorTwoReadersTest : public ExecutorPoolTest {
 protected:
    ExecutorTwoReadersTest() : ExecutorPoolTest{rpc::EndpointRole::Both} {
        swap = [this] { return swap_with_table(entry()); };
        solana::LookupTableAccount table;
        table.addresses = {key_of(71), own(kToken), key_of(72)};
        answers["getMultipleAccounts"] =
            [data = solana::encode_lookup_table(table)](const RpcRequest& request) {
                return result_of(
                    request, fmt::format(R"({{"context":{{"slot":9}},"value":[{}]}})",
                                         test::account_json(1'000'000, data,
                                                            solana::kAddressLookupTableProgram)));
            };
    }
    [[nodiscard]] net::HttpResponse swap_with_table(const Instructions& instructions) {
        const solana::AddressLookupTable tables[] = {
            {key_of(200), {key_of(71), own(kToken), key_of(72)}}};
        const auto message = solana::compile_message(wallet(), instructions, blockhash, tables);
        EXPECT_TRUE(message);
        return swap_of(*message);
    }
};

TEST_F(ExecutorTwoReadersTest, LetsAnExitOutOnOneEndpointsWordWhenTheOtherCannotBeReached) {
    other.stop_http();
    submit(entry_intent(1));
    run(seconds{3});
    expect_rejected("reading lookup tables from a second endpoint");
    use_exits();
    swap = [this] { return swap_with_table(exit()); };
    submit(exit_intent(2));
    run(seconds{3});
    EXPECT_EQ(events.reports.size(), 1U) << events.reports.back().error;
    EXPECT_EQ(events.sent, std::vector<IntentId>{IntentId{2}});
}

TEST_F(ExecutorTwoReadersTest, LetsNoExitOutWithATableThatTheEndpointsDisagreeAbout) {
    other.answer = [this](const RpcRequest& request) {
        return request.method == "getMultipleAccounts"
                   ? result_of(request, R"({"context":{"slot":9},"value":[null]})")
                   : answer(request);
    };
    use_exits();
    swap = [this] { return swap_with_table(exit()); };
    submit(exit_intent());
    run(seconds{3});
    expect_rejected("is not a lookup table");
    expect_nothing_sent();
}

}  // namespace
}  // namespace sniperforge::execute::test
