// SPDX-License-Identifier: MIT
// Broadcasts: what is sent, what the node says to it, and how often.
#include "execute/blockhash_refusals.hpp"
#include "unit/dex/router_support.hpp"
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

TEST_F(ExecutorTest, SendsACycleAtOnceWithoutPreflightOrJupiter) {
    submit(cycle_intent());
    EXPECT_EQ(events.sent.size(), 1U);  // From inside the call.
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U);
    EXPECT_NE(sends()[0].params.find(R"("skipPreflight":true)"), std::string::npos);
    EXPECT_TRUE(jupiter_requests.empty());
    EXPECT_TRUE(events.reports.empty());
}

TEST_F(ExecutorTest, ClosesTheEmptiedTokenAccountOfAnExit) {
    quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
    swap = [this] {
        Instructions instructions = exit();
        instructions.pop_back();
        return swap_of(compile(instructions));
    };
    for (const bool is_emptied : {true, false}) {
        submit(exit_intent(is_emptied ? 1 : 2), {is_emptied});
        run(milliseconds{50});
        ASSERT_TRUE(events.reports.empty()) << only().error;
        const Bytes wire = wire_of(sends().back());
        const auto sent = solana::parse_transaction(wire);
        ASSERT_TRUE(sent);
        EXPECT_EQ(sent->message.instructions.size(), is_emptied ? 6U : 5U);
    }
}

// Token-2022 refuses to close it while a fee waits there for its mint: the sale would revert.
TEST_F(ExecutorTest, LeavesAnEmptiedAccountOpenInWhichATransferFeeIsWithheld) {
    quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
    swap = [this] {
        Instructions instructions = exit();
        instructions.pop_back();
        return swap_of(compile(instructions));
    };
    const PoolIndex pool = accounts.add(
        {.number = 3, .mint_b = kToken, .program_b = solana::kToken2022Program}, {100, 100});
    for (const std::uint64_t rate : {0U, 1U}) {
        accounts.apply(dex::test::taxed_mint(kToken, rate, 1'000'000), 2 + rate);
        OrderIntent intent = exit_intent(1 + rate);
        intent.pool = pool;
        submit(intent, {true});
        run(milliseconds{50});
        ASSERT_TRUE(events.reports.empty()) << only().error;
        const Bytes wire = wire_of(sends().back());
        const auto sent = solana::parse_transaction(wire);
        ASSERT_TRUE(sent);
        EXPECT_EQ(sent->message.instructions.size(), rate == 0 ? 6U : 5U);
    }
}

// The signer is told what the mint takes of each transfer, by the mint as it was read. Without that
// nothing is bought there through Jupiter.
TEST_F(ExecutorTest, BuysThroughJupiterOnlyWhereTheFloorArrivesBehindTheTransferFee) {
    swap = [this] {
        Instructions instructions = entry();
        auto route = entry_route();
        route.destination = signer.own_accounts().account(kToken, solana::kToken2022Program);
        instructions[6] = route.instruction();
        return swap_of(compile(instructions));
    };
    OrderIntent intent = entry_intent(1);
    intent.pool = accounts.add(
        {.number = 3, .mint_b = kToken, .program_b = solana::kToken2022Program}, {100, 100});
    submit(intent);
    run(milliseconds{50});
    EXPECT_NE(only().error.find("nobody has read what a transfer takes"), std::string::npos)
        << only().error;
    events.reports.clear();
    accounts.apply(dex::test::taxed_mint(kToken, 1, 1'000'000), 2);
    intent.intent_id = IntentId{2};
    submit(intent);
    run(milliseconds{50});
    EXPECT_NE(only().error.find("guarantees 9499 < 9500"), std::string::npos) << only().error;
    events.reports.clear();
    EXPECT_TRUE(sends().empty());
    accounts.apply(dex::test::taxed_mint(kToken, 0, 1'000'000), 3);
    intent.intent_id = IntentId{3};
    submit(intent);
    run(milliseconds{50});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(sends().size(), 1U);
}

// An account of a Token-2022 mint with a transfer fee, a hook that nobody set and a switch for
// pauses has 191 bytes: what an order may cost is counted with the rent of that one.
TEST_F(ExecutorTest, CountsWithTheRentOfTheLongestTokenAccount) {
    const auto asked =
        std::ranges::find(node.requests, "getMinimumBalanceForRentExemption", &RpcRequest::method);
    ASSERT_NE(asked, node.requests.end());
    EXPECT_EQ(asked->params, "[191]");
}

// ---- What the node says to a broadcast ----

TEST_F(ExecutorTest, TakesARefusalByPreflightForTheEnd) {
    for (const int code : {-32'002, -32'003, -32'602}) {
        answer_send_with_error(code, R"({"err":{"InstructionError":[3,{"Custom":6001}]}})");
        submit(entry_intent(static_cast<std::uint64_t>(-code)));
        run(seconds{2});
        ASSERT_FALSE(events.reports.empty());
        EXPECT_EQ(events.reports.back().outcome, Outcome::Rejected) << code;
        EXPECT_FALSE(events.reports.back().signature.is_zero());
    }
    EXPECT_EQ(sends().size(), 3U);  // Nothing was sent again.
}

struct SendAnswer {
    const char* what;
    test::FakeNode::Answer answer;
};
class ExecutorSendTest : public ExecutorTest, public ::testing::WithParamInterface<SendAnswer> {};

TEST_P(ExecutorSendTest, DoesNotTakeThatForARefusal) {
    answers["sendTransaction"] = GetParam().answer;
    submit(cycle_intent());
    run(milliseconds{100});
    EXPECT_EQ(sends().size(), 1U);
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(executor->in_flight(), 1U);
    answers.clear();
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{5});
    EXPECT_EQ(only().outcome, Outcome::Landed);  // It had been on its way after all.
}

INSTANTIATE_TEST_SUITE_P(
    Answers, ExecutorSendTest,
    ::testing::Values(
        SendAnswer{"AlreadyProcessed",
                   [](const RpcRequest& r) {
                       return error_of(r, -32'002, "no", R"({"err":"AlreadyProcessed"})");
                   }},
        SendAnswer{"InternalError",
                   [](const RpcRequest& r) { return error_of(r, -32'603, "internal error"); }},
        SendAnswer{"NodeBehind",
                   [](const RpcRequest& r) {
                       return error_of(r, -32'005, "Node is behind", R"({"numSlotsBehind":7})");
                   }},
        SendAnswer{"GatewayLimit",
                   [](const RpcRequest& r) { return error_of(r, -32'005, "slow"); }},
        SendAnswer{"BadGateway", [](const RpcRequest&) { return http_answer(502); }},
        SendAnswer{"TooManyRequests", [](const RpcRequest&) { return http_answer(429); }},
        SendAnswer{"Forbidden", [](const RpcRequest&) { return http_answer(403); }},
        SendAnswer{"NoSignature", [](const RpcRequest& r) { return result_of(r, R"({"a":1})"); }},
        SendAnswer{"NoJson", [](const RpcRequest&) { return test::ok("<html>"); }}),
    [](const auto& one) { return std::string{one.param.what}; });

// The connection breaks after the bytes went out: it may land.
TEST_F(ExecutorTest, DoesNotTakeABrokenConnectionForARefusal) {
    answers["sendTransaction"] = [this](const RpcRequest& request) {
        reactor.post([this] { reactor.reset_all_streams(); });
        return result_of(request, fmt::format("\"{}\"", Signature{}.to_string()));
    };
    submit(cycle_intent());
    run(milliseconds{300});
    EXPECT_EQ(sends().size(), 1U);  // And it is not sent twice by itself.
    EXPECT_TRUE(events.reports.empty());
    answers.clear();
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{3});
    EXPECT_EQ(only().outcome, Outcome::Landed);
}

// The answer to one comes while the next is out. That one is waited for, and none is sent
// meanwhile: of a node that is slower than broadcasts one always was, until the blockhash had
// expired.
TEST_F(ExecutorTest, TakesARefusalForTheEndOnceNoBroadcastIsWithoutItsAnswer) {
    node.delay = milliseconds{500};  // Longer than until a cycle is sent again.
    answer_send_with_error(-32'002, R"({"err":"BlockhashNotFound"})");
    submit(cycle_intent());
    run(milliseconds{850});
    EXPECT_EQ(sends().size(), 2U);
    EXPECT_TRUE(events.reports.empty()) << "the second may be out";
    run(milliseconds{100});
    EXPECT_EQ(sends().size(), 2U);
    EXPECT_EQ(only().outcome, Outcome::Rejected);
}

// The second is taken: then the refusal of the first is no end.
TEST_F(ExecutorTest, DoesNotTakeARefusalForTheEndOnceAnotherBroadcastMayBeOut) {
    node.delay = milliseconds{900};
    std::size_t asked = 0;
    answers["sendTransaction"] = [&](const RpcRequest& request) {
        return ++asked == 1 ? error_of(request, -32'002, "no") : http_answer(502);
    };
    submit(cycle_intent());
    run(seconds{30});
    EXPECT_GE(sends().size(), 20U) << "it is broadcast on";
    EXPECT_TRUE(events.reports.empty());
}

// Where the only endpoint does not take it nothing is on its way, and nothing is waited for: it
// expired 73 s later, and no other sale of the position was tried before.
class ExecutorTurnedAwayTest : public ExecutorTest,
                               public ::testing::WithParamInterface<SendAnswer> {};

TEST_P(ExecutorTurnedAwayTest, EndsWhatNoEndpointHasTakenForTenSeconds) {
    answers["sendTransaction"] = GetParam().answer;
    submit(cycle_intent());
    run(milliseconds{9'950});
    EXPECT_GE(sends().size(), 3U) << "it is asked again";
    EXPECT_TRUE(events.reports.empty());
    run(settings.rebroadcast_interval + milliseconds{100});
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_EQ(only().failure, FailureClass::Rpc);
    EXPECT_NE(only().error.find("no endpoint has taken it for 10 s: node: "), std::string::npos)
        << only().error;
    EXPECT_EQ(executor->in_flight(), 0U);
    answers.clear();
    submit(cycle_intent(2));
    run(milliseconds{50});
    EXPECT_EQ(executor->in_flight(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, ExecutorTurnedAwayTest,
    ::testing::Values(
        SendAnswer{"NodeBehind",
                   [](const RpcRequest& r) {
                       return error_of(r, -32'005, "Node is behind", R"({"numSlotsBehind":7})");
                   }},
        SendAnswer{"UnknownMethod",
                   [](const RpcRequest& r) { return error_of(r, -32'601, "not served"); }},
        SendAnswer{"TooManyRequests", [](const RpcRequest&) { return http_answer(429); }},
        SendAnswer{"Forbidden", [](const RpcRequest&) { return http_answer(403); }}),
    [](const auto& one) { return std::string{one.param.what}; });

// It may be in a block for as long as its blockhash lives.
TEST_F(ExecutorTest, WaitsForTheEndOfWhatAnEndpointMayHaveTaken) {
    std::size_t asked = 0;
    answers["sendTransaction"] = [&](const RpcRequest&) {
        return http_answer(++asked == 1 ? 502 : 403);
    };
    submit(cycle_intent());
    run(seconds{60});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(executor->in_flight(), 1U);
}

TEST_F(ExecutorTest, BroadcastsTheSameBytesAgainUntilTheEnd) {
    send(entry_intent());
    run(settings.rebroadcast_interval - milliseconds{60});
    EXPECT_EQ(sends().size(), 1U);
    run(milliseconds{40});
    ASSERT_EQ(sends().size(), 2U);
    EXPECT_EQ(test::first_text(sends()[0].params), test::first_text(sends()[1].params));
    EXPECT_NE(sends()[1].params.find(R"("skipPreflight":true)"), std::string::npos);
    EXPECT_EQ(executor->statistics().sent, 1U);
    EXPECT_EQ(executor->statistics().rebroadcast, 1U);
    EXPECT_EQ(events.signatures.size(), 1U);  // One intent, one signature.
    EXPECT_EQ(events.sent.size(), 1U);
    run(settings.rebroadcast_interval * 3);
    EXPECT_EQ(sends().size(), 5U);
}

// ---- The end ----

TEST_F(ExecutorTest, LeavesNothingBehindThatCallsBackAfterItIsGone) {
    submit(entry_intent(1));
    submit(cycle_intent(2));
    executor->on_tick(reactor.now());
    executor.reset();
    reactor.run_until(reactor.now() + seconds{5});
    EXPECT_TRUE(events.reports.empty());
}

// ---- Nodes that do not know the blockhash ----

class BlockhashTest : public ExecutorTest {
 protected:
    static constexpr std::string_view kWords = "Transaction simulation failed: Blockhash not found";
    static constexpr std::string_view kData =
        R"({"accounts":null,"err":"BlockhashNotFound","logs":[],"unitsConsumed":0})";

    BlockhashTest() { refuse(kWords, "null"); }
    // The check fails with these words; what is not checked is taken.
    void refuse(std::string_view words, std::string_view data) {
        answers["sendTransaction"] = [this, words = std::string{words},
                                      data = std::string{data}](const RpcRequest& request) {
            const bool is_checked =
                request.params.find(R"("skipPreflight":false)") != std::string::npos;
            return is_checked && is_refusing
                       ? error_of(request, -32'002, words, data)
                       : result_of(request, fmt::format("\"{}\"", Signature{}.to_string()));
        };
    }
    // Sells or buys once; whether the node was to check it.
    [[nodiscard]] bool is_checked(OrderKind kind) {
        if (kind == OrderKind::Exit) {
            quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
            swap = [this] { return swap_of(compile(exit())); };
        } else {
            quote = [this] { return quote_of(10'000, kTokensMin); };
            swap = [this] { return swap_of(compile(entry())); };
        }
        blockhash.bytes[0] = static_cast<std::uint8_t>(++orders);  // Other bytes each time.
        run(seconds{3});
        submit(kind == OrderKind::Exit ? exit_intent(orders) : entry_intent(orders));
        run(milliseconds{50});
        // Those before it may be broadcast again meanwhile.
        EXPECT_EQ(events.signatures.size(), orders);
        for (const RpcRequest& request : sends()) {
            const Bytes wire = wire_of(request);
            const auto sent = solana::parse_transaction(wire);
            if (sent && sent->transaction_id() == events.signatures.back().signature) {
                return request.params.find(R"("skipPreflight":false)") != std::string::npos;
            }
        }
        ADD_FAILURE() << "order " << orders << " was not sent";
        return false;
    }
    [[nodiscard]] bool is_exit_checked() { return is_checked(OrderKind::Exit); }

    std::uint64_t orders = 0;
    bool is_refusing = true;
};

TEST_F(BlockhashTest, ASaleIsSentUncheckedBehindTheSecondRefusalInARowAndAPurchaseIsNot) {
    for (const auto& [words, data] :
         {std::pair{kWords, std::string_view{"null"}}, std::pair{std::string_view{"no"}, kData}}) {
        refuse(words, data);
        EXPECT_TRUE(is_exit_checked());
        EXPECT_EQ(events.reports.back().outcome, Outcome::Rejected);
        EXPECT_EQ(events.reports.back().failure, FailureClass::Rpc) << "by its words alone";
        EXPECT_TRUE(is_exit_checked());
        const std::size_t reports = events.reports.size();
        EXPECT_FALSE(is_exit_checked());
        EXPECT_EQ(events.reports.size(), reports) << "on its way";
        EXPECT_TRUE(is_checked(OrderKind::Entry));
        EXPECT_EQ(events.reports.back().outcome, Outcome::Rejected);
        EXPECT_FALSE(is_exit_checked());
        is_refusing = false;
        EXPECT_TRUE(is_checked(OrderKind::Entry));
        is_refusing = true;
        EXPECT_TRUE(is_exit_checked()) << "a node has let one pass: the count begins anew";
        is_refusing = false;
        EXPECT_TRUE(is_exit_checked());
        is_refusing = true;
    }
}

TEST_F(BlockhashTest, OtherRefusalsLeaveTheCheckAsItIs) {
    refuse("no", R"({"err":{"InstructionError":[3,{"Custom":6001}]}})");
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(is_exit_checked());
    }
}

TEST_F(BlockhashTest, ManyRefusalsAreOneLineThatSaysWhatTheyMean) {
    ::testing::internal::CaptureStderr();
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(is_checked(OrderKind::Entry));
    }
    const std::string told = ::testing::internal::GetCapturedStderr();
    const auto first = told.find("no node forwards it");
    ASSERT_NE(first, std::string::npos) << told;
    EXPECT_EQ(told.find("no node forwards it", first + 1), std::string::npos) << told;
    EXPECT_NE(told.find(kWords), std::string::npos) << told;
    EXPECT_NE(told.find("lags behind the node that told the blockhash"), std::string::npos);
}

TEST(BlockhashRefusals, SkipTheCheckForAMinuteAfterTheSecond) {
    BlockhashRefusals refusals;
    const MonoTime now{1'000'000'000};
    refusals.refused(now);
    EXPECT_FALSE(refusals.is_check_skipped(now));
    refusals.refused(now);
    EXPECT_TRUE(refusals.is_check_skipped(now));
    EXPECT_TRUE(refusals.is_check_skipped(now + (seconds{60} - milliseconds{1})));
    EXPECT_FALSE(refusals.is_check_skipped(now + seconds{60}));
    refusals.refused(now + seconds{60});
    EXPECT_TRUE(refusals.is_check_skipped(now + seconds{60}));
    refusals.passed();
    refusals.refused(now + seconds{60});
    EXPECT_FALSE(refusals.is_check_skipped(now + seconds{60}));
}

}  // namespace
}  // namespace sniperforge::execute::test
