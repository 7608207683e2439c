// SPDX-License-Identifier: MIT
// Orders of Jupiter's v2: signed as they are, and given to its own sender too.
#include "unit/execute/jupiter_api_support.hpp"

namespace sniperforge::execute::test {
namespace {

// ---- Orders ----

TEST_F(JupiterApiTest, SignsAnOrderAsItIsAndGivesItsSenderTheBytesThatTheNodesHave) {
    const Bytes theirs = compile(entry());  // On a blockhash that we have not read.
    order = [&] { return order_of(theirs, kLastValidHeight + 5); };
    ask("v2_order");
    submit(entry_intent(1), {.is_token_account_emptied = true});
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U) << only().error;
    EXPECT_TRUE(target(0).starts_with("/swap/v2/order?"));
    EXPECT_NE(target(0).find("&taker=" + wallet().to_string()), std::string::npos);
    EXPECT_NE(target(0).find("&excludeRouters=jupiterz,dflow,okx"), std::string::npos);
    EXPECT_NE(target(0).find("&priorityFeeLamports=4000"), std::string::npos) << target(0);
    const Bytes wire = wire_of(sends().front());
    EXPECT_TRUE(std::ranges::equal(*solana::message_bytes_of(wire), theirs));
    // A node has let it pass: now its own sender gets it, once, however often it is sent again.
    run(seconds{3});
    EXPECT_GT(sends().size(), 1U);
    ASSERT_EQ(jupiter_requests.size(), 2U);
    EXPECT_EQ(target(1), "/swap/v2/execute");
    EXPECT_EQ(
        jupiter_requests[1].body,
        fmt::format(R"({{"signedTransaction":"{}","requestId":"order-1"}})", base64_encode(wire)));
    EXPECT_EQ(events.signatures.size(), 1U);
    EXPECT_EQ(jupiter->sends().sent, 1U);
    EXPECT_EQ(jupiter->sends().taken, 1U);
    EXPECT_EQ(jupiter->requests(), 1U);
}

// Of 500 bps: what its platform takes comes off the floor that the order is asked for.
TEST_F(JupiterApiTest, AsksAnOrderForSoMuchLessSlippageThatItsFloorIsOursAfterTheFee) {
    static_assert(kTokensMin == 9'500);
    std::uint64_t threshold = 9'509;
    std::string fee = "10";
    quote = [&] { return quote_of(10'000, threshold); };
    order = [&] {
        auto answer = order_of(compile(entry()), kLastValidHeight);
        answer.body.insert(answer.body.size() - 1, R"(,"feeBps":)" + fee);
        return answer;
    };
    expect_refused("v2_order", "Jupiter guarantees 9499 base units, the order's floor is 9500");
    EXPECT_NE(target(0).find("&slippageBps=452"), std::string::npos)
        << "taken for a young token's, 50 bps: " << target(0);
    threshold = 9'510;
    submit(entry_intent(++orders));
    run(milliseconds{50});
    EXPECT_EQ(sends().size(), 1U) << only().error;
    EXPECT_NE(target(1).find("&slippageBps=490"), std::string::npos) << target(1);
    for (const char* nonsense : {"-1", "10001", "\"10\""}) {
        fee = nonsense;
        submit(entry_intent(++orders));
        run(milliseconds{50});
        EXPECT_EQ(sends().size(), 1U) << nonsense;
        EXPECT_NE(events.reports.back().error.find("not 0 to 10000 basis points"),
                  std::string::npos)
            << events.reports.back().error;
    }
}

// Whatever it says, the order is open until the chain has spoken.
TEST_F(JupiterApiTest, TakesNoAnswerOfTheSenderForAnOutcome) {
    struct Answer {
        std::string_view said;
        JupiterSends counted;
    };
    const Answer sender_answers[] = {
        {R"({"status":"Success","code":0})", {.sent = 1, .taken = 1}},
        {R"({"status":"Failed","code":-1000})", {.sent = 1, .refused = 1}},
        {R"({"status":"Failed","code":-2})", {.sent = 1, .refused = 1}},
        {R"({"status":"Failed","code":-1001})", {.sent = 1, .failed = 1}},
        {R"({"status":"Failed","code":-2001})", {.sent = 1, .failed = 1}},
        {"no JSON", {.sent = 1, .failed = 1}},
    };
    for (const Answer& each : sender_answers) {
        SCOPED_TRACE(each.said);
        executed = each.said;
        ask("v2_order");
        events = {};
        blockhash = Hash::from(key_of(300 + orders).bytes);
        order = [this, id = orders] {
            return order_of(
                *solana::compile_message(wallet(), entry(), Hash::from(key_of(400 + id).bytes)),
                kLastValidHeight);
        };
        submit(entry_intent(++orders));
        run(seconds{2});
        EXPECT_TRUE(events.reports.empty());
        EXPECT_EQ(jupiter->sends().sent, each.counted.sent);
        EXPECT_EQ(jupiter->sends().taken, each.counted.taken);
        EXPECT_EQ(jupiter->sends().refused, each.counted.refused);
        EXPECT_EQ(jupiter->sends().failed, each.counted.failed);
        // A node that finds out afterwards that it would fail does not end it either.
        answer_send_with_error(-32'002);
        run(seconds{2});
        EXPECT_TRUE(events.reports.empty());
        EXPECT_EQ(executor->in_flight(), 1U);
        answers.clear();
        statuses = kConfirmed;
        transaction = landed_entry();
        run(seconds{2});
        ASSERT_EQ(events.reports.size(), 1U);
        EXPECT_EQ(only().outcome, Outcome::Landed);
        EXPECT_EQ(only().fill.venue_fees, std::nullopt) << "of Jupiter's pools nothing is known";
        statuses = transaction = "null";
    }
}

TEST_F(JupiterApiTest, GivesTheSenderNothingThatNoNodeHasLetPass) {
    answer_send_with_error(-32'002);
    ask("v2_order");
    submit(entry_intent(1));
    run(milliseconds{500});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_EQ(jupiter->sends().sent, 0U);
}

// No node had room for it, so its sender was given it; what a node refuses from then on may land.
TEST_F(JupiterApiTest, IsNotEndedByANodeOnceTheSenderHasTheBytes) {
    answer_send_with_error(-32'005);
    ask("v2_order");
    submit(entry_intent(1));
    run(milliseconds{500});
    EXPECT_EQ(jupiter->sends().sent, 0U);
    answer_send_with_error(-32'002);
    run(seconds{3});
    EXPECT_EQ(jupiter->sends().sent, 1U);
    EXPECT_TRUE(events.reports.empty()) << only().error;
    EXPECT_EQ(executor->in_flight(), 1U);
}

// Its blockhash is not ours: until when it lives is bounded by what our nodes have seen.
TEST_F(JupiterApiTest, WaitsForEveryBlockThatCouldTakeAnOrderWhateverItSays) {
    // Read within two seconds: of 200 when a blockhash of the same moment was made.
    order = [this] { return order_of(compile(entry()), kLastValidHeight - 130); };
    ask("v2_order");
    submit(entry_intent(1));
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U) << only().error;
    const std::uint64_t last = events.signatures.at(0).last_valid_height.value;
    EXPECT_GE(last, kLastValidHeight + 32);
    EXPECT_LE(last, kLastValidHeight + 32 + 10);
    let_floor_pass();
    height = kLastValidHeight + 1;  // Finalized; the node knows nothing of it.
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    height = last;
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    height = last + 1;
    run(seconds{5});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(only().outcome, Outcome::Expired);
}

TEST_F(JupiterApiTest, RefusesAnOrderWhoseHeightsAreNotThoseOfOurChain) {
    order = [this] { return order_of(compile(entry()), kLastValidHeight - 131); };
    expect_refused("v2_order", "is valid up to block height 69, by our nodes it must be 70 to 232");
    EXPECT_EQ(only().failure, FailureClass::QuoteService);
    order = [this] { return order_of(compile(entry()), kLastValidHeight + 33); };
    expect_refused("v2_order",
                   "is valid up to block height 233, by our nodes it must be 70 to 232");
    order = [this] { return order_of(compile(entry()), kLastValidHeight + 32); };
    ask("v2_order");
    submit(entry_intent(++orders));
    run(milliseconds{50});
    EXPECT_EQ(sends().size(), 1U);
}

// Gasless, or of a market maker.
TEST_F(JupiterApiTest, RefusesAnOrderThatSomebodyElsePaysOrSigns) {
    order = [this] {
        const auto message = solana::compile_message(key_of(666), entry(), blockhash);
        EXPECT_TRUE(message);
        return order_of(*message, kLastValidHeight);
    };
    expect_refused("v2_order", "the fee payer is " + key_of(666).to_string());
}

TEST_F(JupiterApiTest, TellsAnOrderThatCannotBeFilledFromAServiceThatDoesNotWork) {
    struct Case {
        std::string_view body;
        int status;
        FailureClass failure;
    };
    const std::string members = quote_members();
    const std::string none = "{" + members + R"(,"transaction":null,"requestId":"x"})";
    const std::string poor =
        "{" + members + R"(,"transaction":"","errorCode":2,"errorMessage":"Top up SOL"})";
    const Case cases[] = {
        {none, 200, FailureClass::None},
        {poor, 200, FailureClass::None},
        {R"({"requestId":"x","error":"Failed to get quotes"})", 400, FailureClass::None},
        {"{}", 200, FailureClass::QuoteService},
        {"Unauthorized", 401, FailureClass::QuoteService},
        {"<html>", 502, FailureClass::QuoteService},
    };
    for (const Case& each : cases) {
        order = [&] {
            return net::HttpResponse{
                .status = each.status, .headers = {}, .body = std::string{each.body}};
        };
        expect_refused("v2_order", "Jupiter order");
        EXPECT_EQ(only().failure, each.failure) << each.body;
    }
    order = [&] { return net::HttpResponse{.status = 200, .headers = {}, .body = poor}; };
    expect_refused("v2_order", "it built no transaction: error 2: Top up SOL");
}

// The same bytes again are the same signature: the chain takes it once, we must not count it twice.
TEST_F(JupiterApiTest, RefusesTheVeryOrderOfAnEarlierOneUntilItHasExpired) {
    const Bytes theirs = compile(entry());
    order = [&] { return order_of(theirs, kLastValidHeight); };
    ask("v2_order");
    submit(entry_intent(1));
    run(milliseconds{50});
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{1});
    ASSERT_EQ(only().outcome, Outcome::Landed);
    blockhash = Hash::from(key_of(57).bytes);  // Ours moves on, theirs has not expired.
    run(seconds{3});
    submit(entry_intent(2));
    run(milliseconds{50});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports[1].outcome, Outcome::Rejected);
    EXPECT_NE(events.reports[1].error.find("this very transaction"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::execute::test
