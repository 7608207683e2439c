// SPDX-License-Identifier: MIT
// The executor before a Jupiter that is asked in one of the other ways.
#pragma once

#include "unit/execute/jupiter_bodies.hpp"
#include "unit/execute/laned_executor.hpp"

namespace sniperforge::execute::test {

class JupiterApiTest : public LanedExecutorTest {
 protected:
    void ask(std::string_view api) {
        jupiter_server.reset();
        auto server =
            net::HttpServer::start(reactor, {.host = "jupiter", .port = 80},
                                   [this](net::HttpRequest request, net::HttpResponder respond) {
                                       jupiter_requests.push_back(request);
                                       respond(answer_to(request));
                                   });
        ASSERT_TRUE(server) << server.error().text;
        jupiter_server = std::move(*server);
        config::JupiterSettings plan;
        plan.url = "http://jupiter/";
        plan.api = api;
        plan.requests_per_second = 1e6;
        auto made = Jupiter::create(reactor, plan, seconds{2});
        ASSERT_TRUE(made) << made.error().text;
        executor.reset();
        jupiter = std::move(*made);
        make_laned_executor();
        run(milliseconds{10});
    }
    [[nodiscard]] net::HttpResponse answer_to(const net::HttpRequest& request) {
        const std::string path = request.target.substr(0, request.target.find('?'));
        if (path == "/swap/v1/quote") {
            return quote();
        }
        if (path == "/swap/v1/swap") {
            return swap();
        }
        if (path == "/swap/v1/swap-instructions") {
            return sniperforge::test::ok("{" + proposal_members(proposed, parts) +
                                         R"(,"addressLookupTableAddresses":[)" + tables + "]}");
        }
        if (path == "/swap/v2/build") {
            return sniperforge::test::ok("{" + quote_members() + "," +
                                         proposal_members(proposed, parts) +
                                         R"(,"tipInstruction":)" + tip +
                                         R"(,"addressesByLookupTableAddress":{)" + keyed + "}}");
        }
        if (path == "/swap/v2/order") {
            return order();
        }
        if (path == "/swap/v2/execute") {
            return sniperforge::test::ok(executed);
        }
        ADD_FAILURE() << request.target;
        return http_answer(500);
    }
    [[nodiscard]] std::string quote_members() {
        const std::string body = quote().body;
        return body.substr(1, body.size() - 2);
    }
    [[nodiscard]] net::HttpResponse order_of(const Bytes& message, std::uint64_t valid_to,
                                             std::string_view id = "order-1") {
        const auto wire = solana::unsigned_transaction(message);
        EXPECT_TRUE(wire);
        return sniperforge::test::ok(
            fmt::format(R"({{{},"transaction":"{}","requestId":"{}","lastValidBlockHeight":"{}"}})",
                        quote_members(), base64_encode(*wire), id, valid_to));
    }
    [[nodiscard]] std::string target(std::size_t at) const {
        return at < jupiter_requests.size() ? jupiter_requests[at].target : "";
    }
    [[nodiscard]] static solana::Message message_of(const RpcRequest& send, Bytes& wire) {
        wire = wire_of(send);
        const auto parsed = solana::parse_transaction(wire);
        EXPECT_TRUE(parsed);
        return parsed ? parsed->message : solana::Message{};
    }
    // A fresh order, to its end.
    void expect_refused(std::string_view api, std::string_view words) {
        SCOPED_TRACE(api);
        events.reports.clear();
        ask(api);
        submit(entry_intent(++orders));
        run(seconds{1});
        ASSERT_EQ(events.reports.size(), 1U);
        EXPECT_EQ(only().outcome, Outcome::Rejected);
        EXPECT_NE(only().error.find(words), std::string::npos) << only().error;
        expect_nothing_sent();
        EXPECT_TRUE(events.signatures.empty());
    }

    Instructions proposed = entry();
    ProposalParts parts;
    std::string tables, keyed, tip = "null";  // Inside of their brackets.
    std::string executed = R"({"status":"Success","signature":"x","slot":"1","code":0})";
    std::function<net::HttpResponse()> order = [this] {
        return order_of(compile(entry()), kLastValidHeight);
    };
    std::uint64_t orders = 0;
};

}  // namespace sniperforge::execute::test
