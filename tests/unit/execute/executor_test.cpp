// SPDX-License-Identifier: MIT
// The executor over virtual time, with a scripted node and a scripted Jupiter behind real HTTP.
#include "sniperforge/execute/executor.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "sniperforge/core/base64.hpp"
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

namespace sniperforge::execute {
namespace {

using signer::test::Instructions;
using signer::test::kAmount;
using signer::test::key_of;
using signer::test::kRent;
using signer::test::kSol;
using signer::test::kToken;
using signer::test::kTokensMin;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::error_of;
using test::result_of;
using test::RpcRequest;

constexpr std::uint64_t kLastValidHeight = 200;

struct Events final : ExecuteEvents {
    struct Signed {
        IntentId intent;
        Signature signature;
        BlockHeight last_valid_height;
    };
    bool on_signed(const OrderIntent& intent, const Signature& signature,
                   BlockHeight last_valid_height) override {
        signatures.push_back({intent.intent_id, signature, last_valid_height});
        return is_recording;
    }
    void on_sent(const OrderIntent& intent, const Trace& trace) override {
        sent.push_back(intent.intent_id);
        last_trace = trace;
    }
    void on_report(const ExecutionReport& report) override {
        ++reports_of[report.intent_id.value];
        reports.push_back(report);
        if (then) {
            std::exchange(then, nullptr)();
        }
    }

    bool is_recording = true;
    std::vector<Signed> signatures;
    std::vector<IntentId> sent;
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
    void make_executor() {
        executor = std::make_unique<Executor>(
            ExecutorDependencies{reactor, rpc, *jupiter, signer, accounts.book, events}, settings);
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
        if (request.method == "getBlockHeight") {
            return result_of(request, fmt::format("{}", height));
        }
        if (request.method == "getSignatureStatuses") {
            return result_of(request,
                             fmt::format(R"({{"context":{{"slot":9}},"value":[{}]}})", statuses));
        }
        return result_of(request, transaction);  // getTransaction.
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
    // Ticks every ten milliseconds, as the daemon does.
    void run(Duration duration) {
        const MonoTime end = reactor.now() + duration;
        while (reactor.now() < end) {
            reactor.run_until(reactor.now() + milliseconds{10});
            executor->on_tick(reactor.now());
        }
    }
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
    std::uint64_t height = 100;
    std::string statuses{"null"};
    std::string transaction{"null"};
    std::map<std::string, test::FakeNode::Answer> answers;  // By method; the others are as above.
};

// ---- Ready ----

TEST_F(ExecutorTest, TakesNoOrderBeforeItKnowsABlockhashAndTheRent) {
    EXPECT_TRUE(executor->is_ready());
    EXPECT_EQ(executor->token_account_rent(), kRent);
    answers["getMinimumBalanceForRentExemption"] = [](const RpcRequest& request) {
        return error_of(request, -32'005, "behind");
    };
    make_executor();
    EXPECT_FALSE(executor->is_ready());
    submit(entry_intent());
    expect_rejected("no blockhash or rent");
    executor->start();
    run(seconds{1});
    EXPECT_FALSE(executor->is_ready());
    answers.clear();
    run(seconds{3});  // Asked again with the next blockhash.
    EXPECT_TRUE(executor->is_ready());
}

TEST_F(ExecutorTest, KeepsTheBlockhashThatExpiresLast) {
    answers["getLatestBlockhash"] = [](const RpcRequest& request) {
        return result_of(
            request,
            fmt::format(
                R"({{"context":{{"slot":1}},"value":{{"blockhash":"{}","lastValidBlockHeight":150}}}})",
                key_of(56).to_string()));
    };
    run(seconds{5});
    submit(cycle_intent());
    ASSERT_EQ(events.signatures.size(), 1U);
    EXPECT_EQ(events.signatures[0].last_valid_height, BlockHeight{kLastValidHeight});
}

// ---- From order to landing ----

TEST_F(ExecutorTest, LandsAnEntryThroughQuoteSwapSignatureAndStatus) {
    send(entry_intent());
    // The quote asks for exactly the order.
    ASSERT_EQ(jupiter_requests.size(), 2U);
    EXPECT_EQ(jupiter_requests[0].target,
              fmt::format("/swap/v1/quote?inputMint={}&outputMint={}&amount=100000000&"
                          "slippageBps=500&maxAccounts=64",
                          kSol.to_string(), kToken.to_string()));
    // The swap returns the quote verbatim, names our wallet and our priority fee.
    EXPECT_EQ(jupiter_requests[1].target, "/swap/v1/swap");
    EXPECT_EQ(jupiter_requests[1].body,
              fmt::format(R"({{"userPublicKey":"{}","quoteResponse":{},"wrapAndUnwrapSol":true,)"
                          R"("dynamicComputeUnitLimit":false,"prioritizationFeeLamports":4000}})",
                          wallet().to_string(), quote().body));
    // What was sent is signed by us, over our blockhash, and was written down before.
    ASSERT_EQ(sends().size(), 1U);
    const Bytes wire = wire_of(sends()[0]);
    const auto sent = solana::parse_transaction(wire);
    ASSERT_TRUE(sent);
    EXPECT_TRUE(solana::verify_signatures(*sent));
    EXPECT_EQ(sent->message.recent_blockhash, blockhash);
    ASSERT_EQ(events.signatures.size(), 1U);
    EXPECT_EQ(events.signatures[0].signature, sent->transaction_id());
    EXPECT_EQ(events.signatures[0].last_valid_height, BlockHeight{kLastValidHeight});
    EXPECT_NE(sends()[0].params.find(R"("skipPreflight":false)"), std::string::npos);
    EXPECT_GE(events.last_trace.sent, events.last_trace.signed_at);
    EXPECT_GE(events.last_trace.signed_at, events.last_trace.built);

    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{2});
    const ExecutionReport& report = only();
    EXPECT_EQ(report.outcome, Outcome::Landed);
    EXPECT_EQ(report.intent_id, IntentId{1});
    EXPECT_EQ(report.kind, OrderKind::Entry);
    EXPECT_EQ(report.mint, kToken);
    EXPECT_EQ(report.signature, sent->transaction_id());
    EXPECT_EQ(report.slot, Slot{77});
    EXPECT_EQ(report.error, "");
    EXPECT_EQ(report.spend_max, entry_intent().spend_max);
    EXPECT_EQ(report.fill.wallet,
              LamportsDelta{-100'009'000 - static_cast<std::int64_t>(kRent.raw())});
    EXPECT_EQ(report.fill.rent_paid, kRent);
    ASSERT_EQ(report.fill.tokens.size(), 1U);
    EXPECT_EQ(report.fill.tokens[0].amount, TokenDelta{10'000});
    EXPECT_EQ(executor->in_flight(), 0U);
    EXPECT_EQ(executor->statistics().landed, 1U);
}

TEST_F(ExecutorTest, ReportsARevertWithTheChainsWordsAndItsFee) {
    send(entry_intent());
    statuses = kConfirmed;
    transaction = reverted_entry();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Reverted);
    EXPECT_EQ(only().error, R"({"InstructionError":[3,{"Custom":6001}]})");
    EXPECT_EQ(only().fill.wallet, LamportsDelta{-9'000});
    EXPECT_EQ(executor->statistics().reverted, 1U);
}

TEST_F(ExecutorTest, SettlesAsSoonAsItIsToldOfTheSignature) {
    send(entry_intent());
    transaction = landed_entry();
    executor->advance({Slot{77}, Signature::from(Bytes(64, 9)), ""});
    run(milliseconds{20});
    EXPECT_TRUE(events.reports.empty());  // Somebody else's signature.
    executor->advance({Slot{77}, events.signatures[0].signature, ""});
    executor->advance({Slot{77}, events.signatures[0].signature, ""});  // Two sockets say so.
    run(milliseconds{20});
    EXPECT_EQ(only().outcome, Outcome::Landed);
    executor->advance({Slot{77}, events.signatures[0].signature, ""});
    run(seconds{1});
    EXPECT_EQ(events.reports.size(), 1U);
}

TEST_F(ExecutorTest, WaitsForATransactionThatTheNodeDoesNotServeYet) {
    send(entry_intent());
    executor->advance({Slot{77}, events.signatures[0].signature, ""});
    const std::size_t sent = sends().size();
    run(seconds{3});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(sends().size(), sent);  // In a block: nothing to broadcast any more.
    EXPECT_GT(node.calls_of("getTransaction"), 1U);
    transaction = landed_entry();
    run(seconds{4});
    EXPECT_EQ(only().outcome, Outcome::Landed);
}

// The status says no more than processed: it may still vanish with its fork.
TEST_F(ExecutorTest, DoesNotTakeAProcessedTransactionForLanded) {
    send(entry_intent());
    statuses = kProcessed;
    transaction = landed_entry();
    run(seconds{3});
    EXPECT_TRUE(events.reports.empty());
    statuses = kConfirmed;
    run(seconds{1});
    EXPECT_EQ(only().outcome, Outcome::Landed);
}

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

// ---- Refusals before anything is sent ----

TEST_F(ExecutorTest, RefusesAQuoteBelowTheFloorOfTheOrderAndTakesOneAtIt) {
    quote = [this] { return quote_of(10'000, kTokensMin - 1); };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("Jupiter guarantees 9499 base units, the order's floor is 9500");
    EXPECT_EQ(jupiter_requests.size(), 1U);  // No transaction was asked for.
    expect_nothing_sent();
}

TEST_F(ExecutorTest, RefusesAQuoteForAnotherOrder) {
    const std::function<net::HttpResponse()> quotes[] = {
        [this] { return quote_of(10'000, kTokensMin, kAmount + 1); },
        [this] { return quote_of(10'000, kTokensMin, kAmount - 1); },
        [this] { return quote_of(10'000, kTokensMin, kAmount, kToken, kToken); },
        [this] { return quote_of(10'000, kTokensMin, kAmount, kSol, key_of(8)); },
    };
    std::uint64_t id = 0;
    for (const auto& wrong : quotes) {
        quote = wrong;
        submit(entry_intent(++id));
        run(milliseconds{50});
        ASSERT_EQ(events.reports.size(), id);
        EXPECT_NE(events.reports.back().error.find("for another order"), std::string::npos);
    }
    expect_nothing_sent();
}

TEST_F(ExecutorTest, ReportsWhatJupiterSaysWhenItRefuses) {
    quote = [] {
        return net::HttpResponse{
            .status = 400, .headers = {}, .body = R"({"errorCode":"TOKEN_NOT_TRADABLE"})"};
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected(R"(Jupiter quote: HTTP 400: {"errorCode":"TOKEN_NOT_TRADABLE"})");
    expect_nothing_sent();
}

TEST_F(ExecutorTest, GivesUpOnAJupiterThatDoesNotAnswerInTime) {
    jupiter_server.reset();
    submit(entry_intent());
    run(seconds{3});
    expect_rejected("Jupiter quote");
    expect_nothing_sent();
}

TEST_F(ExecutorTest, RefusesATransactionThatJupitersOwnSimulationFails) {
    swap = [this] {
        auto response = swap_of(compile(entry()));
        response.body.insert(1, R"("simulationError":{"error":"slippage"},)");
        return response;
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("its own simulation fails");
    expect_nothing_sent();
}

TEST_F(ExecutorTest, SignsAndSendsNothingOfAHostileTransaction) {
    swap = [this] {
        Instructions instructions = entry();
        instructions.push_back(solana::system_transfer({wallet(), key_of(666), Lamports{1}}));
        return swap_of(compile(instructions));
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("signing refused: instruction 8: 1 lamports go to");
    EXPECT_TRUE(only().signature.is_zero());
    EXPECT_TRUE(events.signatures.empty());
    EXPECT_EQ(executor->statistics().policy_refused, 1U);
    expect_nothing_sent();
}

TEST_F(ExecutorTest, HoldsTheTransactionAgainstTheOrderAndNotAgainstTheQuote) {
    swap = [this] {
        Instructions instructions = entry();
        auto route = entry_route();
        route.quoted_out = 9'999;  // The quote promised 10,000.
        instructions[6] = route.instruction();
        return swap_of(compile(instructions));
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("guarantees 9499 < 9500");
    expect_nothing_sent();
}

TEST_F(ExecutorTest, SendsNothingThatCouldNotBeWrittenDown) {
    events.is_recording = false;
    submit(entry_intent());
    run(seconds{5});
    expect_rejected("the journal did not take the signature");
    EXPECT_EQ(events.signatures.size(), 1U);
    expect_nothing_sent();
}

TEST_F(ExecutorTest, TakesTheLastAllowedOrderAndNotOneMore) {
    settings.orders_in_flight_max = 2;
    make_executor();
    executor->start();
    run(milliseconds{10});
    submit(cycle_intent(1));
    submit(cycle_intent(2));
    EXPECT_TRUE(events.reports.empty());
    submit(cycle_intent(3));
    EXPECT_EQ(only().intent_id, IntentId{3});
    EXPECT_NE(only().error.find("orders_in_flight_max 2"), std::string::npos);
    EXPECT_EQ(executor->in_flight(), 2U);
}

// Two equal orders on one blockhash are one transaction: the chain executes it once.
TEST_F(ExecutorTest, RefusesTheVeryTransactionOfAnEarlierOrder) {
    submit(cycle_intent(1));
    OrderIntent twin = cycle_intent(1);
    twin.intent_id = IntentId{2};
    submit(twin);
    EXPECT_EQ(only().intent_id, IntentId{2});
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_NE(only().error.find("this very transaction"), std::string::npos);
    EXPECT_EQ(events.signatures.size(), 1U);
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{2});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports[1].intent_id, IntentId{1});
    EXPECT_EQ(events.reports[1].outcome, Outcome::Landed);
    // Also when the first has settled: its landing would be taken for that of the twin.
    twin.intent_id = IntentId{3};
    submit(twin);
    ASSERT_EQ(events.reports.size(), 3U);
    EXPECT_EQ(events.reports[2].outcome, Outcome::Rejected);
    // On another blockhash it is another transaction.
    blockhash = Hash::from(key_of(57).bytes);
    run(seconds{3});
    twin.intent_id = IntentId{4};
    submit(twin);
    EXPECT_EQ(events.reports.size(), 3U);
    EXPECT_EQ(executor->in_flight(), 1U);
}

TEST_F(ExecutorTest, TakesANewOrderFromInsideAReport) {
    events.is_recording = false;
    events.then = [this] { submit(cycle_intent(2)); };
    submit(cycle_intent(1));
    EXPECT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(executor->in_flight(), 0U);
}

// ---- Lookup tables ----

class ExecutorTableTest : public ExecutorTest {
 protected:
    ExecutorTableTest() {
        swap = [this] {
            const solana::AddressLookupTable tables[] = {{key_of(200), addresses()}};
            const auto message = solana::compile_message(wallet(), entry(), blockhash, tables);
            EXPECT_TRUE(message);
            return swap_of(*message);
        };
    }
    [[nodiscard]] std::vector<Pubkey> addresses() { return {key_of(71), own(kToken), key_of(72)}; }
    void serve_table(const std::vector<Pubkey>& held,
                     const Pubkey& owner = solana::kAddressLookupTableProgram) {
        solana::LookupTableAccount table;
        table.addresses = held;
        answers["getMultipleAccounts"] = [data = solana::encode_lookup_table(table),
                                          owner](const RpcRequest& request) {
            return result_of(request, fmt::format(R"({{"context":{{"slot":9}},"value":[{}]}})",
                                                  test::account_json(1'000'000, data, owner)));
        };
    }
};

TEST_F(ExecutorTableTest, ReadsLookupTablesFromOurNode) {
    serve_table(addresses());
    submit(entry_intent());
    run(milliseconds{50});
    ASSERT_TRUE(events.reports.empty()) << only().error;
    EXPECT_EQ(sends().size(), 1U);
    EXPECT_EQ(node.calls_of("getMultipleAccounts"), 1U);
}

TEST_F(ExecutorTableTest, RefusesWhenTheTableReallyHoldsAStrangersAccount) {
    auto turned = addresses();
    turned[1] = key_of(666);
    serve_table(turned);
    submit(entry_intent());
    run(seconds{1});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(executor->statistics().policy_refused, 1U);
    expect_nothing_sent();
}

TEST_F(ExecutorTableTest, RefusesATableThatIsNotOne) {
    serve_table(addresses(), key_of(9));
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("is not a lookup table");
    expect_nothing_sent();
}

TEST_F(ExecutorTableTest, RefusesATableThatDoesNotExist) {
    answers["getMultipleAccounts"] = [](const RpcRequest& request) {
        return result_of(request, R"({"context":{"slot":9},"value":[null]})");
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("is not a lookup table");
    expect_nothing_sent();
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

[[nodiscard]] net::HttpResponse http_answer(int status) {
    return {.status = status, .headers = {}, .body = "<html>"};
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
    run(milliseconds{500});
    EXPECT_EQ(sends().size(), 1U);  // And it is not sent twice by itself.
    EXPECT_TRUE(events.reports.empty());
    answers.clear();
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{3});
    EXPECT_EQ(only().outcome, Outcome::Landed);
}

TEST_F(ExecutorTest, DoesNotTakeARefusalForTheEndOnceItWasBroadcastTwice) {
    node.delay = milliseconds{900};  // Longer than the rebroadcast interval.
    answer_send_with_error(-32'002, R"({"err":"BlockhashNotFound"})");
    submit(cycle_intent());
    run(milliseconds{2'500});
    EXPECT_GE(sends().size(), 2U);
    EXPECT_TRUE(events.reports.empty());
}

// ---- Rebroadcast and expiry ----

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

TEST_F(ExecutorTest, ExpiresOnlyWhenTheHeightHasPassedTheLastValidOne) {
    send(entry_intent());
    height = kLastValidHeight;  // May still land in this very block.
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    height = kLastValidHeight + 1;
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Expired);
    EXPECT_NE(only().error.find("block height 201 passed the last valid height 200"),
              std::string::npos)
        << only().error;
    EXPECT_EQ(only().fill.wallet, LamportsDelta{});
    EXPECT_EQ(executor->statistics().expired, 1U);
    EXPECT_EQ(executor->in_flight(), 0U);
    const std::size_t sent = sends().size();
    run(seconds{3});
    EXPECT_EQ(sends().size(), sent);
}

TEST_F(ExecutorTest, DoesNotExpireWhatTheNodeHasSeen) {
    send(entry_intent());
    height = kLastValidHeight + 500;
    statuses = kProcessed;
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Landed);
}

TEST_F(ExecutorTest, DoesNotExpireWhenTheNodeCannotTell) {
    send(entry_intent());
    height = kLastValidHeight + 1;
    answers["getSignatureStatuses"] = [](const RpcRequest& request) {
        return error_of(request, -32'005, "behind");
    };
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    answers.clear();
    answers["getBlockHeight"] = [](const RpcRequest& request) {
        return error_of(request, -32'005, "behind");
    };
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    answers.clear();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Expired);
}

// It landed during an outage of ours and has left the status cache since, which covers some 150
// blocks: the ledger has it still.
TEST_F(ExecutorTest, AsksTheLedgerBeforeItCallsAForgottenSignatureExpired) {
    send(entry_intent());
    height = kLastValidHeight + 1'000;
    transaction = landed_entry();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Landed);
    EXPECT_EQ(only().fill.tokens.at(0).amount, TokenDelta{10'000});
    EXPECT_EQ(executor->statistics().expired, 0U);
}

TEST_F(ExecutorTest, DoesNotExpireWhileTheLedgerCannotBeRead) {
    send(entry_intent());
    height = kLastValidHeight + 1'000;
    answers["getTransaction"] = [](const RpcRequest& request) {
        return error_of(request, -32'011, "no history");
    };
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(executor->in_flight(), 1U);
    answers.clear();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Expired);
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

}  // namespace
}  // namespace sniperforge::execute
