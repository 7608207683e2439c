// SPDX-License-Identifier: MIT
// From the broadcast to the fill: notifications, polls, forks, nodes that serve late.
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

TEST_F(ExecutorTest, LandsAnEntryThroughQuoteSwapSignatureAndStatus) {
    send(entry_intent());
    // The quote asks for exactly the order.
    ASSERT_EQ(jupiter_requests.size(), 2U);
    EXPECT_EQ(jupiter_requests[0].target,
              fmt::format("/swap/v1/quote?inputMint={}&outputMint={}&amount=100000000&"
                          "slippageBps=500&maxAccounts=64&onlyDirectRoutes=true",
                          kSol.to_string(), kToken.to_string()));
    // The swap returns the quote verbatim, names our wallet and our priority fee.
    EXPECT_EQ(jupiter_requests[1].target, "/swap/v1/swap");
    EXPECT_EQ(
        jupiter_requests[1].body,
        fmt::format(
            R"({{"userPublicKey":"{}","quoteResponse":{},"wrapAndUnwrapSol":true,)"
            R"("useSharedAccounts":false,"dynamicComputeUnitLimit":false,"prioritizationFeeLamports":4000}})",
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
    statuses = kConfirmed;
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

// ---- Notifications ----

TEST_F(ExecutorTest, SettlesAFailedTransactionThatItIsToldOfAsReverted) {
    send(entry_intent());
    transaction = reverted_entry();
    executor->advance(
        {Slot{78}, events.signatures[0].signature, R"({"InstructionError":[3,{"Custom":6001}]})"});
    run(milliseconds{20});
    EXPECT_EQ(only().outcome, Outcome::Reverted);
    EXPECT_EQ(only().fill.wallet, LamportsDelta{-9'000});
    EXPECT_EQ(executor->statistics().reverted, 1U);
    EXPECT_EQ(executor->statistics().landed, 0U);
}

TEST_F(ExecutorTest, FindsOutByItselfWhenTheNotificationNeverComes) {
    send(entry_intent());
    statuses = kConfirmed;
    transaction = landed_entry();
    run(settings.status_poll_interval + milliseconds{50});
    EXPECT_EQ(only().outcome, Outcome::Landed);
}

TEST_F(ExecutorTest, IgnoresANotificationThatComesAfterThePollHasSettledIt) {
    land(entry_intent());
    const std::size_t reads = node.calls_of("getTransaction");
    executor->advance({Slot{77}, events.signatures[0].signature, ""});
    run(seconds{1});
    EXPECT_EQ(node.calls_of("getTransaction"), reads);
    EXPECT_EQ(events.reports.size(), 1U);
}

// ---- Forks ----

// A fork had it and lost: nothing was filled. The next block takes it.
TEST_F(ExecutorTest, LandsLaterWhatVanishedWithItsFork) {
    send(entry_intent());
    statuses = kProcessed;
    transaction = landed_entry();  // What the fork had done; nobody may ask for it.
    run(seconds{2});
    EXPECT_EQ(node.calls_of("getTransaction"), 0U);
    statuses = "null";
    const std::size_t sent = sends().size();
    run(seconds{2});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(executor->in_flight(), 1U);
    EXPECT_GT(sends().size(), sent);  // On its way again.
    statuses = kConfirmed;
    run(seconds{1});
    EXPECT_EQ(only().outcome, Outcome::Landed);
}

TEST_F(ExecutorTest, ExpiresWhatVanishedWithItsForkAndNeverCameBack) {
    send(entry_intent());
    let_floor_pass();
    statuses = kProcessed;
    run(seconds{2});
    statuses = "null";
    height = kLastValidHeight + 1;
    run(seconds{3});
    EXPECT_EQ(only().outcome, Outcome::Expired);
    EXPECT_TRUE(only().fill.tokens.empty());
    EXPECT_EQ(executor->fills_provisional(), 0U);
}

// Told of a confirmed block that is gone before its transaction could be read.
TEST_F(ExecutorTest, BroadcastsAgainWhatANewerNodeDoesNotKnow) {
    send(entry_intent());
    slot_processed = 77;  // Not newer than the block: the node may have another one still.
    executor->advance({Slot{77}, events.signatures[0].signature, ""});
    run(seconds{8});
    const std::size_t sent = sends().size();
    EXPECT_EQ(sent, 1U);
    slot_processed = 78;
    run(seconds{4});
    EXPECT_GT(sends().size(), sent);
    EXPECT_TRUE(events.reports.empty());
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{1});
    EXPECT_EQ(only().outcome, Outcome::Landed);
}

// ---- Unknown ----

TEST_F(ExecutorTest, CallsAConfirmedOrderUnknownWhenItsTransactionIsNotServed) {
    send(entry_intent());
    statuses = kConfirmed;
    run(seconds{30});
    EXPECT_TRUE(events.reports.empty());
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Unknown);
    EXPECT_NE(only().error.find("confirmed in slot 77, but no node has served"), std::string::npos)
        << only().error;
    EXPECT_EQ(executor->statistics().unknown, 1U);
    EXPECT_EQ(executor->in_flight(), 0U);
    // Asked further, slowly, and only once called unknown.
    const std::size_t reads = node.calls_of("getTransaction");
    run(seconds{60});
    EXPECT_EQ(events.reports.size(), 1U);
    EXPECT_GE(node.calls_of("getTransaction"), reads + 5);
    EXPECT_LE(node.calls_of("getTransaction"), reads + 7);
    transaction = landed_entry();
    run(seconds{11});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports[1].outcome, Outcome::Landed);
    EXPECT_EQ(executor->statistics().unknown, 0U);
    EXPECT_EQ(executor->statistics().landed, 1U);
}

// A node that keeps no token balances serves the transaction, and not what it did.
TEST_F(ExecutorTest, DoubtsTheFillsWhileItsTransactionIsServedAndCannotBeRead) {
    send(entry_intent());
    statuses = kConfirmed;
    transaction = landed_entry();
    const auto list = transaction.find(R"("preTokenBalances":[])");
    ASSERT_NE(list, std::string::npos);
    transaction.replace(list, std::string_view{R"("preTokenBalances":[])"}.size(),
                        R"("preTokenBalances":null)");
    EXPECT_EQ(executor->fills_doubted(), 0U);
    ::testing::internal::CaptureStderr();
    run(seconds{1});
    EXPECT_EQ(executor->fills_doubted(), 1U) << "at once, and no breaker is awaited";
    EXPECT_TRUE(events.reports.empty());
    run(seconds{31});
    const std::string told = ::testing::internal::GetCapturedStderr();
    const auto first = told.find("cannot be booked");
    ASSERT_NE(first, std::string::npos) << told;
    EXPECT_EQ(told.find("cannot be booked", first + 1), std::string::npos) << told;
    EXPECT_EQ(only().outcome, Outcome::Unknown);
    EXPECT_EQ(only().error.find("no node has served"), std::string::npos) << only().error;
    EXPECT_NE(only().error.find("does not tell the token balances"), std::string::npos)
        << only().error;
    EXPECT_EQ(executor->fills_doubted(), 1U);
    transaction = landed_entry();
    run(seconds{11});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports[1].outcome, Outcome::Landed);
    EXPECT_EQ(executor->fills_doubted(), 0U);
}

// It is not merely late: no later reading of it could be booked either.
TEST_F(ExecutorTest, DoubtsTheFillsWhileItsTransactionIsServedInNoKnownForm) {
    send(entry_intent());
    statuses = kConfirmed;
    transaction = R"({"meta":null,"slot":77,"transaction":{}})";
    run(seconds{1});
    EXPECT_EQ(executor->fills_doubted(), 1U);
    transaction = landed_entry();
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Landed);
    EXPECT_EQ(executor->fills_doubted(), 0U);
}

TEST_F(ExecutorTest, CallsAnOrderUnknownWhenNobodyCanTellForTwoMinutes) {
    send(entry_intent());
    height = kLastValidHeight + 1;
    slot_processed = slot_finalized - 1;  // Every node that answers lags.
    run(seconds{119});
    EXPECT_TRUE(events.reports.empty());
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Unknown);
    EXPECT_EQ(executor->statistics().unknown, 1U);
    slot_processed = slot_finalized;
    run(seconds{5});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports[1].outcome, Outcome::Expired);
    EXPECT_EQ(executor->statistics().unknown, 0U);
}

}  // namespace
}  // namespace sniperforge::execute::test
