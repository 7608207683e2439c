// SPDX-License-Identifier: MIT
// The executor over virtual time, with a scripted node and a scripted Jupiter behind real HTTP.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/rpc/pace_gauge.hpp"
#include "sniperforge/solana/transaction.hpp"
#include "unit/dex/book_support.hpp"
#include "unit/rpc/fake_node.hpp"
#include "unit/signer/policy_support.hpp"

// This program has no gate of its own: the one of these tests lets everything through.
namespace sniperforge::risk {
class RiskGate {
 public:
    [[nodiscard]] static ApprovedOrder approve(const OrderIntent& intent) {
        return ApprovedOrder{intent, MonoTime{}};
    }
};
}  // namespace sniperforge::risk

namespace sniperforge::execute::test {

// What a proxy says.
[[nodiscard]] inline net::HttpResponse http_answer(int status) {
    return {.status = status, .headers = {}, .body = "<html>"};
}

using signer::test::Instructions;
using signer::test::kAmount;
using signer::test::key_of;
using signer::test::kRent;
using signer::test::kSol;
using signer::test::kToken;
using signer::test::kTokensMin;
using sniperforge::test::error_of;
using sniperforge::test::result_of;
using sniperforge::test::RpcRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace test = sniperforge::test;

inline constexpr std::uint64_t kLastValidHeight = 200;

struct Events final : ExecuteEvents {
    struct Signed {
        IntentId intent;
        Signature signature;
        BlockHeight last_valid_height;
    };
    std::optional<Denial> recheck(const OrderIntent& intent) override {
        rechecked.push_back(intent.intent_id);
        return denial;
    }
    bool on_signed(const OrderIntent& intent, const Signature& signature,
                   BlockHeight last_valid_height) override {
        signatures.push_back({intent.intent_id, signature, last_valid_height});
        return is_recording;
    }
    bool on_leased(const OrderIntent& intent, const Signature& signature,
                   const NonceLease& lease) override {
        leases.push_back(lease);
        return on_signed(intent, signature, kNeverByHeight);
    }
    void on_sent(const OrderIntent& intent, const Trace& trace, bool was_jupiter_asked) override {
        sent.push_back(intent.intent_id);
        asked_jupiter.push_back(was_jupiter_asked);
        last_trace = trace;
    }
    void on_path(const PathChoice& choice) override { choices.push_back(choice); }
    void on_report(const ExecutionReport& report) override {
        reports_of[report.intent_id.value] += report.outcome == Outcome::Unknown ? 0 : 1;
        reports.push_back(report);
        if (then) {
            std::exchange(then, nullptr)();
        }
    }

    void on_unbuildable(const OrderIntent& intent) override {
        unbuildable.push_back(intent.intent_id);
    }
    void on_finalized(const OrderFinalized& order) override { finalized.push_back(order); }
    void on_reversed(const OrderReversed& order) override {
        EXPECT_EQ(reports_of[order.intent_id.value], 1);
        reversed.push_back(order);
        // The one that follows stands alone.
        reports_of[order.intent_id.value] = 0;
    }

    std::vector<PathChoice> choices;
    bool is_recording = true;
    std::optional<Denial> denial;
    std::vector<IntentId> rechecked;
    std::vector<IntentId> unbuildable;
    std::vector<OrderFinalized> finalized;
    std::vector<OrderReversed> reversed;
    std::vector<Signed> signatures;
    std::vector<NonceLease> leases;  // Of them.
    std::vector<IntentId> sent;
    std::vector<bool> asked_jupiter;  // Of those sent.
    Trace last_trace;
    std::vector<ExecutionReport> reports;
    std::map<std::uint64_t, int> reports_of;
    std::function<void()> then;  // Once, from inside the next report.
};

class ExecutorTest : public signer::test::PolicyTest {
 protected:
    ExecutorTest()
        : node{reactor, 1'000},
          rpc{reactor,
              {{.name = "node",
                .url = node.rpc_url(),
                .api_key = {},
                .api_key_header = {},
                .requests_per_second = 100'000,
                .connections = 4}},
              {.timeout = seconds{2}, .attempts_max = 1}} {
        node.answer = [this](const RpcRequest& request) { return answer(request); };
        start_jupiter();
        first_pool = accounts.add({.venue = VenueId::RaydiumAmmV4, .number = 1, .mint_b = kToken},
                                  {100 * kLamportsPerSol, 1'000'000'000'000});
        second_pool = accounts.add({.venue = VenueId::RaydiumCpmm, .number = 2, .mint_b = kToken},
                                   {110 * kLamportsPerSol, 1'000'000'000'000});
        settings.path = "jupiter";
        make_executor();
        executor->start();
        run(milliseconds{10});
    }
    void TearDown() override {
        for (const auto& [intent, count] : events.reports_of) {
            EXPECT_EQ(count, 1) << "reports of intent " << intent;
        }
    }

    void start_jupiter() {
        auto server =
            net::HttpServer::start(reactor, {.host = "jupiter", .port = 80},
                                   [this](net::HttpRequest request, net::HttpResponder respond) {
                                       jupiter_requests.push_back(request);
                                       respond(request.method == "GET" ? quote() : swap());
                                   });
        ASSERT_TRUE(server) << server.error().text;
        jupiter_server = std::move(*server);
        config::JupiterSettings plan;
        plan.url = "http://jupiter/";
        plan.requests_per_second = 1e6;  // Not what these tests are about.
        auto made = Jupiter::create(reactor, plan, seconds{2});
        ASSERT_TRUE(made) << made.error().text;
        jupiter = std::move(*made);
    }
    void make_executor() { make_executor(rpc); }
    void make_executor(rpc::RpcClient& client) {
        executor = std::make_unique<Executor>(
            ExecutorDependencies{reactor, client, *jupiter, signer, accounts.book, events},
            settings);
    }

    // ---- The scripted Jupiter ----

    std::function<net::HttpResponse()> quote = [this] { return quote_of(10'000, kTokensMin); };
    std::function<net::HttpResponse()> swap = [this] { return swap_of(compile(entry())); };

    [[nodiscard]] net::HttpResponse quote_of(std::uint64_t out, std::uint64_t out_min,
                                             std::uint64_t in = kAmount,
                                             const Pubkey& mint_in = kSol,
                                             const Pubkey& mint_out = kToken) const {
        return test::ok(
            fmt::format(R"({{"inputMint":"{}","inAmount":"{}","outputMint":"{}","outAmount":"{}",)"
                        R"("otherAmountThreshold":"{}","swapMode":"ExactIn"}})",
                        mint_in.to_string(), in, mint_out.to_string(), out, out_min));
    }
    [[nodiscard]] net::HttpResponse swap_of(const Bytes& message) const {
        const auto wire = solana::unsigned_transaction(message);
        EXPECT_TRUE(wire);
        return test::ok(fmt::format(R"({{"swapTransaction":"{}","lastValidBlockHeight":1}})",
                                    base64_encode(*wire)));
    }

    // ---- The scripted node ----

    [[nodiscard]] net::HttpResponse answer(const RpcRequest& request) {
        if (const auto scripted = answers.find(request.method); scripted != answers.end()) {
            return scripted->second(request);
        }
        if (request.method == "getLatestBlockhash") {
            return result_of(
                request,
                fmt::format(
                    R"({{"context":{{"slot":1}},"value":{{"blockhash":"{}","lastValidBlockHeight":{}}}}})",
                    blockhash.to_string(), kLastValidHeight));
        }
        if (request.method == "getMinimumBalanceForRentExemption") {
            return result_of(request, fmt::format("{}", kRent.raw()));
        }
        if (request.method == "sendTransaction") {
            return result_of(request, fmt::format("\"{}\"", Signature{}.to_string()));
        }
        if (request.method == "getSlot") {
            return result_of(request, fmt::format("{}", slot_processed));
        }
        if (request.method == "getEpochInfo") {
            EXPECT_NE(request.params.find("finalized"), std::string::npos);
            return result_of(request, fmt::format(R"({{"absoluteSlot":{},"blockHeight":{}}})",
                                                  slot_finalized, height));
        }
        if (request.method == "getSignatureStatuses") {
            return result_of(request, statuses_of(request, slot_processed));
        }
        return result_of(request, transaction);  // getTransaction.
    }
    // The same for every signature that the request names.
    [[nodiscard]] std::string statuses_of(const RpcRequest& request, std::uint64_t slot) const {
        simdjson::dom::parser parser;
        const simdjson::dom::element params = parser.parse(request.params);
        std::string values;
        for (std::size_t i = 0; i < simdjson::dom::array{params.at(0)}.size(); ++i) {
            values += (i == 0 ? "" : ",") + statuses;
        }
        return fmt::format(R"({{"context":{{"slot":{}}},"value":[{}]}})", slot, values);
    }
    void answer_send_with_error(int code, std::string_view data = "null") {
        answers["sendTransaction"] = [code, data = std::string{data}](const RpcRequest& request) {
            return error_of(request, code, "no", data);
        };
    }
    [[nodiscard]] std::vector<RpcRequest> sends() const {
        std::vector<RpcRequest> found;
        for (const RpcRequest& request : node.requests) {
            if (request.method == "sendTransaction") {
                found.push_back(request);
            }
        }
        return found;
    }
    [[nodiscard]] static Bytes wire_of(const RpcRequest& send) {
        auto wire = base64_decode(test::first_text(send.params));
        EXPECT_TRUE(wire);
        return wire ? *wire : Bytes{};
    }

    static constexpr std::string_view kConfirmed =
        R"({"confirmationStatus":"confirmed","confirmations":1,"err":null,"slot":77})";
    static constexpr std::string_view kFinalized =
        R"({"confirmationStatus":"finalized","confirmations":null,"err":null,"slot":77})";
    static constexpr std::string_view kProcessed =
        R"({"confirmationStatus":"processed","confirmations":0,"err":null,"slot":77})";

    // 0.1 SOL and a token account's rent for 10,000 tokens.
    [[nodiscard]] std::string landed_entry(std::string_view error = "null") {
        return fmt::format(
            R"({{"meta":{{"err":{},"fee":9000,"postBalances":[{},{}],"postTokenBalances":[{{)"
            R"("accountIndex":1,"mint":"{}","owner":"{}","uiTokenAmount":{{"amount":"10000"}}}}],)"
            R"("preBalances":[1000000000,0],"preTokenBalances":[]}},"slot":77,"transaction":{{)"
            R"("message":{{"accountKeys":["{}","{}"]}},"signatures":["x"]}}}})",
            error, 1'000'000'000 - 100'009'000 - kRent.raw(), kRent.raw(), kToken.to_string(),
            wallet().to_string(), wallet().to_string(), own(kToken).to_string());
    }
    [[nodiscard]] std::string reverted_entry() const {
        return fmt::format(
            R"({{"meta":{{"err":{{"InstructionError":[3,{{"Custom":6001}}]}},"fee":9000,)"
            R"("postBalances":[999991000],"postTokenBalances":[],"preBalances":[1000000000],)"
            R"("preTokenBalances":[]}},"slot":78,"transaction":{{"message":{{"accountKeys":["{}"]}},)"
            R"("signatures":["x"]}}}})",
            wallet().to_string());
    }

    // ---- Orders ----

    [[nodiscard]] OrderIntent entry_intent(std::uint64_t id = 1) const {
        OrderIntent intent;
        intent.intent_id = IntentId{id};
        intent.strategy = StrategyId::Sniper;
        intent.kind = OrderKind::Entry;
        intent.mint_in = kSol;
        intent.mint_out = kToken;
        intent.amount_in = TokenAmount{kAmount};
        intent.receive_min = TokenAmount{kTokensMin};
        intent.spend_max = entry_policy().lamports_max;
        intent.slippage_max = BasisPoints{500};
        intent.pool = first_pool;
        return intent;
    }
    [[nodiscard]] OrderIntent exit_intent(std::uint64_t id = 1) const {
        OrderIntent intent = entry_intent(id);
        intent.kind = OrderKind::Exit;
        intent.exit_reason = ExitReason::StopLoss;
        intent.position_id = PositionId{4};
        intent.mint_in = kToken;
        intent.mint_out = kSol;
        intent.amount_in = TokenAmount{10'000};
        intent.receive_min = TokenAmount{90'000'000};
        intent.spend_max = exit_policy().lamports_max;
        return intent;
    }
    [[nodiscard]] OrderIntent cycle_intent(std::uint64_t id = 1) const {
        OrderIntent intent = entry_intent(id);
        intent.strategy = StrategyId::Arbitrage;
        intent.kind = OrderKind::Cycle;
        intent.mint_out = kSol;
        intent.receive_min = TokenAmount{kAmount + 50'000 + id};  // No two are the same bytes.
        intent.spend_max = Lamports{kAmount + 11'000} + kRent + kRent;
        intent.decided_at = Slot{slot_processed};
        intent.slots_valid =
            150;  // How long one is sent is what executor_cycles_test.cpp is about.
        intent.leg_count = 2;
        intent.legs[0] = {first_pool, Direction::AToB, TokenAmount{99'000'000},
                          TokenAmount{10'000}};
        intent.legs[1] = {second_pool, Direction::BToA, TokenAmount{10'000},
                          TokenAmount{kAmount + 100'000}};
        return intent;
    }
    void submit(const OrderIntent& intent, const SubmitHints& hints = {}) {
        Trace trace;
        trace.received = reactor.now();
        executor->submit(risk::RiskGate::approve(intent), trace, hints);
    }
    // Sent, in a confirmed block, its fill reported: slot 77, not finalized.
    void land(const OrderIntent& intent) {
        send(intent);
        statuses = kConfirmed;
        transaction = landed_entry();
        run(seconds{1});
        ASSERT_EQ(events.reports.size(), 1U);
        ASSERT_EQ(only().outcome, Outcome::Landed);
    }
    // Ticks every ten milliseconds, as the daemon does.
    void run(Duration duration) {
        const MonoTime end = reactor.now() + duration;
        while (reactor.now() < end) {
            reactor.run_until(reactor.now() + milliseconds{10});
            executor->on_tick(reactor.now());
        }
    }
    // From now on our own clock says nothing against the end of what is sent by now.
    void let_floor_pass() { run(rpc::expiry_floor(false)); }
    // Sent, and not answered for yet.
    void send(const OrderIntent& intent) {
        submit(intent);
        run(milliseconds{50});
        ASSERT_EQ(events.sent.size(), 1U) << (events.reports.empty() ? "" : only().error);
        ASSERT_TRUE(events.reports.empty());
    }
    [[nodiscard]] const ExecutionReport& only() const {
        EXPECT_EQ(events.reports.size(), 1U);
        static const ExecutionReport kNone;
        return events.reports.empty() ? kNone : events.reports.front();
    }
    void expect_rejected(std::string_view words) const {
        ASSERT_EQ(events.reports.size(), 1U);
        EXPECT_EQ(only().outcome, Outcome::Rejected);
        EXPECT_NE(only().error.find(words), std::string::npos) << only().error;
        EXPECT_EQ(executor->in_flight(), 0U);
        EXPECT_EQ(executor->statistics().rejected, 1U);
        EXPECT_EQ(executor->statistics().submitted, 1U);
    }
    void expect_nothing_sent() const {
        EXPECT_TRUE(sends().empty());
        EXPECT_TRUE(events.sent.empty());
        EXPECT_EQ(executor->statistics().sent, 0U);
    }

    net::VirtualReactor reactor;
    test::FakeNode node;
    rpc::RpcClient rpc;
    std::unique_ptr<net::HttpServer> jupiter_server;
    std::unique_ptr<Jupiter> jupiter;
    std::vector<net::HttpRequest> jupiter_requests;
    dex::test::TestBook accounts;
    PoolIndex first_pool, second_pool;
    config::ExecutionSettings settings;
    Events events;
    std::unique_ptr<Executor> executor;

    Hash blockhash = Hash::from(key_of(55).bytes);
    // Of one finalized block, 150 below the last valid height: the newest there is.
    std::uint64_t height = 50, slot_finalized = 60;
    std::uint64_t slot_processed = 1'000;  // Of the node that tells statuses.
    std::string statuses{"null"};
    std::string transaction{"null"};
    std::map<std::string, test::FakeNode::Answer> answers;  // By method; the others are as above.
};

}  // namespace sniperforge::execute::test
