// SPDX-License-Identifier: MIT
// Jupiter's answers with instructions and orders, and when it wants to be asked again.
#include <gtest/gtest.h>

#include "sniperforge/execute/jupiter.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/data.hpp"
#include "unit/execute/jupiter_bodies.hpp"
#include "unit/signer/policy_support.hpp"

namespace sniperforge::execute {
namespace {

using namespace std::chrono_literals;
using signer::test::key_of;
using signer::test::PolicyTest;

constexpr std::string_view kQuoteMembers =
    R"("inputMint":"So11111111111111111111111111111111111111112","inAmount":"100000000",)"
    R"("outputMint":"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v","outAmount":"16198753",)"
    R"("otherAmountThreshold":"16117760")";

[[nodiscard]] std::string object(std::string_view members) {
    return fmt::format("{{{}}}", members);
}

using JupiterBodyTest = PolicyTest;

TEST_F(JupiterBodyTest, InstructionsAreThoseOfTheAnswerInTheirOrderWithoutItsBudget) {
    auto list = entry();
    list.push_back(solana::system_transfer({wallet(), key_of(9), Lamports{1}}));
    const std::string members =
        test::proposal_members(list) +
        fmt::format(R"(,"addressLookupTableAddresses":["{}","{}","{}"])", key_of(1).to_string(),
                    key_of(2).to_string(), key_of(1).to_string());
    const auto proposal = parse_swap_instructions(object(members));
    ASSERT_TRUE(proposal) << proposal.error().text;
    EXPECT_EQ(proposal->instructions,
              (std::vector<solana::Instruction>{list.begin() + 2, list.end()}));
    EXPECT_EQ(proposal->tables, (std::vector{key_of(1), key_of(2)}));
    const auto build = parse_build(
        object(std::string{kQuoteMembers} + "," + test::proposal_members(list) +
               fmt::format(R"(,"tipInstruction":{},"addressesByLookupTableAddress":{{"{}":[]}})",
                           test::json_of(list.back()), key_of(3).to_string())));
    ASSERT_TRUE(build) << build.error().text;
    EXPECT_EQ(build->quote.amount_out_min, TokenAmount{16'117'760});
    EXPECT_EQ(build->proposal.instructions.size(), list.size() - 2 + 1);
    EXPECT_EQ(build->proposal.tables, std::vector{key_of(3)});
}

TEST_F(JupiterBodyTest, NoMoreIsReadThanATransactionCouldHold) {
    const auto instruction = [](std::size_t accounts) {
        solana::Instruction made{key_of(5), {}, {1}};
        made.accounts.assign(accounts, solana::readonly(key_of(6)));
        return made;
    };
    const auto with = [&](std::size_t others, std::size_t accounts, std::size_t tables) {
        std::vector<solana::Instruction> list(others, instruction(1));
        std::string names;
        for (std::size_t i = 0; i < tables; ++i) {
            names +=
                fmt::format(R"({}"{}")", names.empty() ? "" : ",", key_of(100 + i).to_string());
        }
        return parse_swap_instructions(
            fmt::format(R"({{"swapInstruction":{},"otherInstructions":{},)"
                        R"("addressLookupTableAddresses":[{}]}})",
                        test::json_of(instruction(accounts)), test::json_of(list), names));
    };
    EXPECT_TRUE(with(63, 256, 16));
    EXPECT_FALSE(with(64, 256, 16));
    EXPECT_FALSE(with(63, 257, 16));
    EXPECT_FALSE(with(63, 256, 17));
}

TEST_F(JupiterBodyTest, WhateverIsNoAnswerIsRefused) {
    const auto list = entry();
    const std::string swap = test::json_of(list[6]);
    const std::string good = R"("swapInstruction":)" + swap;
    EXPECT_TRUE(parse_swap_instructions(object(good)));
    EXPECT_TRUE(parse_swap_instructions(object(good + R"(,"simulationError":null)")));
    const std::string key = key_of(5).to_string();
    for (const std::string& body :
         {std::string{}, std::string{"[]"}, std::string{"{}"}, object(R"("swapInstruction":null)"),
          object(R"("swapInstruction":7)"),
          object(R"("swapInstruction":{"programId":"x","accounts":[],"data":""})"),
          object(R"("swapInstruction":{"programId":")" + key + R"(","data":""})"),
          object(R"("swapInstruction":{"programId":")" + key + R"(","accounts":[{}],"data":""})"),
          object(R"("swapInstruction":{"programId":")" + key + R"(","accounts":[],"data":"%"})"),
          object(good + R"(,"setupInstructions":[7])"),
          object(good + R"(,"addressLookupTableAddresses":[7])"),
          object(good + R"(,"addressLookupTableAddresses":["x"])"),
          object(good + R"(,"simulationError":{"errorCode":"X"})")}) {
        EXPECT_FALSE(parse_swap_instructions(body)) << body;
    }
    EXPECT_FALSE(parse_build(object(good))) << "no quote";
    EXPECT_FALSE(parse_build(object(kQuoteMembers))) << "no swap";
}

TEST_F(JupiterBodyTest, AnOrderIsItsMessageItsIdAndItsHeight) {
    Bytes wire(65 + 3, 0);
    wire[0] = 1;
    const auto with = [&](std::string_view id, std::string_view height) {
        return parse_order(object(
            fmt::format(R"({},"transaction":"{}","requestId":"{}","lastValidBlockHeight":{})",
                        kQuoteMembers, base64_encode(wire), id, height)));
    };
    const auto order = with("019974a8-5fbb_X", R"("366")");
    ASSERT_TRUE(order) << order.error().text;
    EXPECT_EQ(order->message.size(), 3U);
    EXPECT_EQ(order->request_id, "019974a8-5fbb_X");
    EXPECT_EQ(order->last_valid_height, BlockHeight{366});
    EXPECT_TRUE(with(std::string(128, 'a'), R"("366")"));
    for (const std::string& id : {std::string{}, std::string(129, 'a'),
                                  std::string{R"(\",\"x\":\")"}, std::string{"a b"}}) {
        EXPECT_FALSE(with(id, R"("366")")) << id;
    }
    EXPECT_FALSE(with("a", "366")) << "a number where it is a text";
    EXPECT_FALSE(with("a", "null"));
}

TEST(JupiterOrderBody, ARecordedOrderOfTheOlderFaceHasNoHeightAndIsRefused) {
    SF_REQUIRE_DATA(data);
    const sniperforge::test::JsonFile file{data / "fixtures/http/jupiter_ultra_order_a.json"};
    const auto order = parse_order(simdjson::minify(simdjson::dom::element{file.root()["body"]}));
    ASSERT_FALSE(order);
    EXPECT_NE(order.error().text.find("lastValidBlockHeight"), std::string::npos)
        << order.error().text;
}

// ---- When it wants to be asked again ----

class JupiterLimitTest : public ::testing::Test {
 protected:
    JupiterLimitTest() {
        auto server = net::HttpServer::start(reactor, {"127.0.0.1", 8080},
                                             [this](net::HttpRequest, net::HttpResponder respond) {
                                                 arrivals.push_back(reactor.now());
                                                 respond(answer);
                                             });
        EXPECT_TRUE(server);
        http = std::move(*server);
        config::JupiterSettings settings;
        settings.url = "http://127.0.0.1:8080";
        settings.requests_per_second = 100;
        auto made = Jupiter::create(reactor, settings, 90s);
        EXPECT_TRUE(made);
        jupiter = std::move(*made);
    }
    // How long it is not asked after a 429 with this header.
    [[nodiscard]] Duration pause_after(std::string_view reset) {
        arrivals.clear();
        answer = {.status = 429, .headers = {}, .body = "{}"};
        if (!reset.empty()) {
            answer.headers.push_back({"x-ratelimit-reset", std::string{reset}});
        }
        ask();
        reactor.run_until(reactor.now() + 10ms);
        answer = {.status = 400, .headers = {}, .body = "{}"};
        ask();
        reactor.run_until(reactor.now() + 100s);
        return arrivals.size() == 2 ? arrivals[1] - arrivals[0] : Duration{};
    }
    void ask() {
        jupiter->quote({}, [](const JupiterResult<JupiterQuote>&) {});
    }
    [[nodiscard]] std::string in(std::int64_t later) const {
        return fmt::format("{}", reactor.wall_now().seconds() + later);
    }

    net::VirtualReactor reactor;
    net::HttpResponse answer;
    std::vector<MonoTime> arrivals;
    std::unique_ptr<net::HttpServer> http;
    std::unique_ptr<Jupiter> jupiter;
};

TEST_F(JupiterLimitTest, IsLeftAloneUntilItsResetAndASecondWhereItSaysNothing) {
    const auto is_about = [](Duration pause, Duration wanted) {
        return pause >= wanted && pause < wanted + 100ms;
    };
    EXPECT_TRUE(is_about(pause_after(in(7)), 7s));
    EXPECT_TRUE(is_about(pause_after(""), 1s));
    EXPECT_TRUE(is_about(pause_after(in(-5)), 1s));
    EXPECT_TRUE(is_about(pause_after("soon"), 1s));
    EXPECT_TRUE(is_about(pause_after(in(86'400)), 60s)) << "no longer than its window";
}

TEST(JupiterApi, IsThatOfTheSettings) {
    net::VirtualReactor reactor;
    for (const auto api : {JupiterApi::V1Swap, JupiterApi::V1Instructions, JupiterApi::V2Build,
                           JupiterApi::V2Order}) {
        config::JupiterSettings settings;
        settings.api = to_string(api);
        auto jupiter = Jupiter::create(reactor, settings, 1s);
        ASSERT_TRUE(jupiter);
        ASSERT_EQ((*jupiter)->ways().size(), 1U);
        EXPECT_EQ((*jupiter)->ways()[0], api);
    }
    config::JupiterSettings all;
    all.api = "auto";
    auto jupiter = Jupiter::create(reactor, all, 1s);
    ASSERT_TRUE(jupiter);
    EXPECT_EQ((*jupiter)->ways().size(), 4U);
    EXPECT_EQ(config::JupiterSettings{}.api, to_string(JupiterApi::V1Swap));
}

}  // namespace
}  // namespace sniperforge::execute
