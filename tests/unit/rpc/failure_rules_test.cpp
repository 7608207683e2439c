// SPDX-License-Identifier: MIT
// Each row of protocol rpc 2.3, and what gateways say.
#include "rpc/failure_rules.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "rpc/reply.hpp"
#include "rpc/retry_after.hpp"

namespace sniperforge::rpc {
namespace {

using enum FailureAction;
using Kind = RpcError::Kind;
using std::chrono::seconds;

TEST(FailureRules, KnowEachCodeOfTheProtocol) {
    const std::vector<std::pair<int, FailureAction>> codes{
        {-32700, Answer},     {-32600, Answer},    {-32601, Unserved},  {-32602, Answer},
        {-32603, MethodSick}, {-32001, Elsewhere}, {-32002, Answer},    {-32003, Answer},
        {-32004, FailOver},   {-32005, Behind},    {-32006, Answer},    {-32007, Answer},
        {-32008, Elsewhere},  {-32009, Answer},    {-32010, Elsewhere}, {-32011, Elsewhere},
        {-32012, FailOver},   {-32013, Answer},    {-32014, FailOver},  {-32015, Answer},
        {-32016, Behind},     {-32017, Answer},    {-32018, Answer},    {-32019, FailOver},
        {-32020, Answer},     {-32021, Elsewhere}, {-32022, Answer},    {0, Answer},
        {1, Answer},          {-1, Answer}};
    for (const auto& [code, action] : codes) {
        EXPECT_EQ(action_for({.kind = Kind::Node, .code = code}), action) << code;
    }
}

TEST(FailureRules, KnowWhatGatewaysAnswer) {
    const std::vector<std::pair<int, FailureAction>> statuses{
        {400, MethodSick}, {401, Unserved},   {403, Unserved},   {404, Unserved},
        {407, Unserved},   {408, MethodSick}, {413, Elsewhere},  {414, Elsewhere},
        {415, MethodSick}, {500, MethodSick}, {502, MethodSick}, {503, MethodSick},
        {504, MethodSick}, {301, MethodSick}};
    for (const auto& [status, action] : statuses) {
        EXPECT_EQ(action_for({.kind = Kind::Http, .code = status}), action) << status;
    }
    EXPECT_EQ(action_for({.kind = Kind::Transport}), TransportSick);
    EXPECT_EQ(action_for({.kind = Kind::RateLimited, .code = 429}), Pause);
    EXPECT_EQ(action_for({.kind = Kind::BadReply, .code = 200}), MethodSick);
}

TEST(FailureRules, EachSaysWhyAndFailsOverUnlessItIsAnAnswer) {
    for (const FailureRule& rule : failure_rules()) {
        EXPECT_FALSE(rule.reason.empty());
        EXPECT_LE(rule.code_first, rule.code_last);
        EXPECT_EQ(is_failing_over(rule.action), rule.action != Answer);
    }
    EXPECT_TRUE(is_elsewhere_only(Elsewhere));
    EXPECT_TRUE(is_elsewhere_only(Unserved));
    EXPECT_FALSE(is_elsewhere_only(FailOver));
}

Reply reply_to(int status, std::string body, std::vector<net::HttpHeader> headers = {},
               WallTime now = {}) {
    return read_reply(
        net::HttpResponse{.status = status, .headers = std::move(headers), .body = std::move(body)},
        {.id = 1, .now = now});
}

TEST(Reply, TellsTheSlotThatItAnswersFrom) {
    EXPECT_EQ(
        reply_to(200, R"({"id":1,"result":{"context":{"slot":77},"value":null}})").context_slot,
        Slot{77});
    EXPECT_EQ(
        reply_to(200, R"({"result":{"value":[1,2],"context":{"apiVersion":"2","slot":78}},"id":1})")
            .context_slot,
        Slot{78});
    EXPECT_EQ(reply_to(200, R"({"id":1,"result":[]})").context_slot, std::nullopt);
    EXPECT_EQ(reply_to(200, R"({"id":1,"result":{"slot":5}})").context_slot, std::nullopt);
    EXPECT_EQ(reply_to(200, R"({"id":1,"result":5})").context_slot, std::nullopt);
    const auto slot = read_reply(
        net::HttpResponse{.status = 200, .headers = {}, .body = R"({"id":1,"result":79})"},
        {.id = 1, .is_result_a_slot = true, .now = {}});
    EXPECT_EQ(slot.context_slot, Slot{79});
    const auto behind =
        reply_to(200, R"({"id":1,"error":{"code":-32016,"message":"Minimum context slot)"
                      R"( has not been reached","data":{"contextSlot": 80}}})");
    EXPECT_EQ(behind.context_slot, Slot{80});
    EXPECT_EQ(behind.action, Behind);
}

TEST(Reply, TakesABadRequestForGenuineOnlyWhereANodeSaysWhy) {
    const auto genuine = reply_to(400, R"({"id":1,"error":{"code":-32602,"message":"bad"}})");
    EXPECT_EQ(genuine.action, Answer);
    EXPECT_EQ(genuine.body.error().code, -32602);
    const auto gateway = reply_to(400, "<html>Bad Request</html>");
    EXPECT_EQ(gateway.action, MethodSick);
    EXPECT_EQ(gateway.body.error().kind, Kind::Http);
}

TEST(Reply, TellsABoundedPartOfWhatANodeSaysInPrintableCharacters) {
    const auto reply =
        reply_to(200, fmt::format(R"({{"id":1,"error":{{"code":-32002,"message":"a\nb\u001b[2J{}",)"
                                  R"("data":{{"err":"AlreadyProcessed","logs":["{}"]}}}}}})",
                                  std::string(5'000, 'm'), std::string(100'000, 'd')));
    const RpcError& error = reply.body.error();
    EXPECT_TRUE(error.message.starts_with("a b [2J"));
    EXPECT_LE(error.message.size(), 600U);
    EXPECT_NE(error.data.find("AlreadyProcessed"), std::string::npos);
    EXPECT_LE(error.data.size(), 5'000U);
    BroadcastResult result;
    for (int i = 0; i < 3; ++i) {
        result.answers.push_back({fmt::format("node{}", i), std::unexpected(error)});
    }
    EXPECT_LE(result.text().size(), 3 * 600U);
    EXPECT_NE(result.text().find("node2: node error -32002: a b"), std::string::npos);
}

TEST(Reply, ReadsRetryAfterInSecondsUpToItsBound) {
    const auto after = [](std::string value) {
        return reply_to(429, "slow down", {{"Retry-After", std::move(value)}}).retry_after;
    };
    EXPECT_EQ(after("0"), seconds{0});
    EXPECT_EQ(after("300"), seconds{300});
    EXPECT_EQ(after("301"), kRetryAfterMax);
    EXPECT_EQ(after("9223372036854775807"), kRetryAfterMax);
    for (const auto* bad : {"", "-1", "1.5", "soon", "99999999999999999999"}) {
        EXPECT_EQ(after(bad), std::nullopt) << bad;
    }
}

TEST(Reply, ReadsRetryAfterAsADate) {
    // 784111777 s after 1970.
    const WallTime now{784'111'700'000'000'000};
    const auto after = [&](std::string value, std::string date) {
        std::vector<net::HttpHeader> headers{{"Retry-After", std::move(value)}};
        if (!date.empty()) {
            headers.push_back({"Date", std::move(date)});
        }
        return reply_to(503, "", std::move(headers), now).retry_after;
    };
    EXPECT_EQ(after("Sun, 06 Nov 1994 08:49:37 GMT", ""), seconds{77});
    EXPECT_EQ(after("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:30 GMT"), seconds{7})
        << "the server's own clock counts";
    EXPECT_EQ(after("Sun, 06 Nov 1994 08:49:37 GMT", "nonsense"), seconds{77});
    EXPECT_EQ(after("Sun, 06 Nov 1994 08:00:00 GMT", ""), seconds{0}) << "in the past";
    EXPECT_EQ(after("Fri, 06 Nov 2099 08:00:00 GMT", ""), kRetryAfterMax);
    EXPECT_EQ(after("Thu, 29 Feb 1996 00:00:00 GMT", "Wed, 28 Feb 1996 23:59:59 GMT"), seconds{1});
    for (const auto* bad : {"Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                            "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Abc 1994 08:49:37 GMT",
                            "Sunday, 06-Nov-94 08:49:37 GMT"}) {
        EXPECT_EQ(after(bad, ""), std::nullopt) << bad;
    }
}

}  // namespace
}  // namespace sniperforge::rpc
