// SPDX-License-Identifier: MIT
// Fills of confirmed blocks until they are finalized, and the ones that never are.
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

// Slot 77 and the margin of 32 slots: finalized slots up to here say nothing against a fill.
constexpr std::uint64_t kDoubtedAfter = 77 + 32;

TEST_F(ExecutorTest, TellsWhenTheBlockOfAFillIsFinalized) {
    land(entry_intent());
    EXPECT_EQ(executor->fills_provisional(), 1U);
    EXPECT_EQ(executor->in_flight(), 0U);
    run(seconds{10});
    EXPECT_TRUE(events.finalized.empty());  // Confirmed is not finalized.
    statuses = kFinalized;
    run(seconds{3});
    ASSERT_EQ(events.finalized.size(), 1U);
    EXPECT_EQ(events.finalized[0].intent_id, IntentId{1});
    EXPECT_EQ(events.finalized[0].signature, events.signatures[0].signature);
    EXPECT_EQ(events.finalized[0].slot, Slot{77});
    EXPECT_EQ(executor->fills_provisional(), 0U);
    const std::size_t polls = node.calls_of("getSignatureStatuses");
    run(seconds{10});
    EXPECT_EQ(node.calls_of("getSignatureStatuses"), polls);  // Nothing is left to ask.
    EXPECT_EQ(events.finalized.size(), 1U);
}

TEST_F(ExecutorTest, WaitsForTheFinalityOfARevertToo) {
    send(entry_intent());
    statuses = R"({"confirmationStatus":"finalized","confirmations":null,"err":null,"slot":78})";
    transaction = reverted_entry();
    run(seconds{5});
    EXPECT_EQ(only().outcome, Outcome::Reverted);
    ASSERT_EQ(events.finalized.size(), 1U);
    EXPECT_EQ(events.finalized[0].slot, Slot{78});
}

TEST_F(ExecutorTest, HasNothingToFinalizeOfAnOrderThatNeverLanded) {
    send(entry_intent());
    let_floor_pass();
    height = kLastValidHeight + 1;
    run(seconds{3});
    EXPECT_EQ(only().outcome, Outcome::Expired);
    EXPECT_EQ(executor->fills_provisional(), 0U);
}

// Nothing of tokens is told: a fill that bought none would be a position that nobody sells.
TEST_F(ExecutorTest, AsksAgainWhereANodeTellsNoTokenBalances) {
    send(entry_intent());
    statuses = kConfirmed;
    transaction = landed_entry();
    const std::string whole = transaction;
    transaction.replace(transaction.find(R"("preTokenBalances":[])"), 21,
                        R"("preTokenBalances":null)");
    run(seconds{5});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(executor->in_flight(), 1U);
    EXPECT_GE(node.calls_of("getTransaction"), 2U);
    transaction = whole;
    run(seconds{5});
    ASSERT_EQ(only().outcome, Outcome::Landed);
    ASSERT_EQ(only().fill.tokens.size(), 1U);
    EXPECT_EQ(only().fill.tokens[0].amount, TokenDelta{10'000});
}

// ---- Doubt ----

TEST_F(ExecutorTest, DoubtsAFillOnlyWhenItShouldHaveBeenFinalLongAgo) {
    land(entry_intent());
    statuses = "null";
    slot_finalized = kDoubtedAfter;
    run(seconds{10});
    EXPECT_EQ(executor->fills_doubted(), 0U);
    slot_finalized = kDoubtedAfter + 1;
    run(seconds{5});
    EXPECT_EQ(executor->fills_doubted(), 1U);
    EXPECT_TRUE(events.reversed.empty());
    statuses = kFinalized;  // It had been a hole in one node's memory.
    run(seconds{5});
    EXPECT_EQ(executor->fills_doubted(), 0U);
    EXPECT_EQ(events.finalized.size(), 1U);
    EXPECT_TRUE(events.reversed.empty());
}

TEST_F(ExecutorTest, DoubtsNothingBecauseANodeLags) {
    land(entry_intent());
    statuses = "null";
    slot_finalized = kDoubtedAfter + 1;
    slot_processed = slot_finalized - 1;
    run(seconds{10});
    EXPECT_EQ(executor->fills_doubted(), 0U);
    slot_processed = slot_finalized;
    run(seconds{5});
    EXPECT_EQ(executor->fills_doubted(), 1U);
}

// ---- Reversal ----

TEST_F(ExecutorTest, ReversesAFillWhoseBlockWasDroppedOnceItCannotLandAnyMore) {
    land(entry_intent());
    let_floor_pass();
    statuses = "null";
    transaction = "null";
    slot_finalized = kDoubtedAfter + 1;
    height = kLastValidHeight;  // The next block might still take it.
    run(seconds{10});
    EXPECT_EQ(executor->fills_doubted(), 1U);
    EXPECT_TRUE(events.reversed.empty());
    slot_finalized += 1;
    height = kLastValidHeight + 1;
    run(seconds{5});
    ASSERT_EQ(events.reversed.size(), 1U);
    EXPECT_EQ(events.reversed[0].intent_id, IntentId{1});
    EXPECT_EQ(events.reversed[0].signature, events.signatures[0].signature);
    EXPECT_EQ(events.reversed[0].slot, Slot{77});
    ASSERT_EQ(events.reports.size(), 2U);
    const ExecutionReport& report = events.reports[1];
    EXPECT_EQ(report.outcome, Outcome::Expired);
    EXPECT_EQ(report.fill, Fill{});
    EXPECT_NE(report.error.find("its confirmed block of slot 77 was dropped"), std::string::npos)
        << report.error;
    EXPECT_EQ(executor->fills_doubted(), 0U);
    EXPECT_EQ(executor->fills_provisional(), 0U);
    EXPECT_EQ(executor->statistics().landed, 0U);
    EXPECT_EQ(executor->statistics().expired, 1U);
    EXPECT_EQ(executor->statistics().reversed, 1U);
    run(seconds{10});
    EXPECT_EQ(events.reports.size(), 2U);
}

TEST_F(ExecutorTest, ReversesNothingThatTheLedgerHasOrCannotTell) {
    land(entry_intent());
    statuses = "null";
    slot_finalized = kDoubtedAfter + 1;
    height = kLastValidHeight + 1;  // And `transaction` is still there.
    run(seconds{10});
    EXPECT_EQ(executor->fills_doubted(), 1U);
    answers["getTransaction"] = [](const RpcRequest& request) {
        return error_of(request, -32'011, "no history");
    };
    run(seconds{10});
    EXPECT_TRUE(events.reversed.empty());
    EXPECT_EQ(events.reports.size(), 1U);
}

// ---- Another block ----

constexpr std::string_view kFinalizedLater =
    R"({"confirmationStatus":"finalized","confirmations":null,"err":null,"slot":80})";

TEST_F(ExecutorTest, KeepsAFillThatAnotherBlockRepeatsToTheLamport) {
    land(entry_intent());
    statuses = kFinalizedLater;
    transaction.replace(transaction.find(R"("slot":77)"), 9, R"("slot":80)");
    run(seconds{5});
    ASSERT_EQ(events.finalized.size(), 1U);
    EXPECT_EQ(events.finalized[0].slot, Slot{80});
    EXPECT_TRUE(events.reversed.empty());
    EXPECT_EQ(events.reports.size(), 1U);
}

TEST_F(ExecutorTest, ReplacesAFillThatWentOtherwiseInAnotherBlock) {
    land(entry_intent());
    statuses = kFinalizedLater;
    transaction = "null";  // Not served at once.
    run(seconds{5});
    EXPECT_TRUE(events.reversed.empty());
    EXPECT_EQ(executor->fills_provisional(), 1U);
    transaction = reverted_entry();
    transaction.replace(transaction.find(R"("slot":78)"), 9, R"("slot":80)");
    run(seconds{5});
    ASSERT_EQ(events.reversed.size(), 1U);
    EXPECT_EQ(events.reversed[0].slot, Slot{77});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports[1].outcome, Outcome::Reverted);
    EXPECT_EQ(events.reports[1].slot, Slot{80});
    EXPECT_EQ(events.reports[1].fill.wallet, LamportsDelta{-9'000});
    ASSERT_EQ(events.finalized.size(), 1U);
    EXPECT_EQ(events.finalized[0].slot, Slot{80});
    EXPECT_EQ(executor->statistics().landed, 0U);
    EXPECT_EQ(executor->statistics().reverted, 1U);
    EXPECT_EQ(executor->fills_provisional(), 0U);
}

constexpr std::string_view kConfirmedLater =
    R"({"confirmationStatus":"confirmed","confirmations":1,"err":null,"slot":80})";

// Exact in: the same lamports, and fewer tokens.
std::string moved_to(std::string transaction, std::uint64_t slot, std::string_view tokens) {
    transaction.replace(transaction.find(R"("slot":77)"), 9, fmt::format(R"("slot":{})", slot));
    return transaction.replace(transaction.find(R"("10000")"), 7, fmt::format(R"("{}")", tokens));
}

// Finality is seconds away: until then what is held would be sold by the dead branch's amount.
TEST_F(ExecutorTest, ReplacesAFillThatALaterBlockConfirmsOtherwiseBeforeThatIsFinal) {
    land(entry_intent());
    statuses = kConfirmedLater;
    run(seconds{5});  // A node of the dead branch serves the transaction as it was there.
    EXPECT_TRUE(events.reversed.empty());
    transaction = moved_to(landed_entry(), 80, "9000");
    run(seconds{5});
    ASSERT_EQ(events.reversed.size(), 1U);
    EXPECT_EQ(events.reversed[0].slot, Slot{77});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports[1].outcome, Outcome::Landed);
    EXPECT_EQ(events.reports[1].slot, Slot{80});
    ASSERT_EQ(events.reports[1].fill.tokens.size(), 1U);
    EXPECT_EQ(events.reports[1].fill.tokens[0].amount, TokenDelta{9'000});
    EXPECT_TRUE(events.finalized.empty());
    EXPECT_EQ(executor->fills_provisional(), 1U);
    EXPECT_EQ(executor->statistics().landed, 1U);
    EXPECT_EQ(executor->statistics().reversed, 1U);

    statuses = kConfirmed;  // A node that still is on the dead branch turns nothing back.
    transaction = landed_entry();
    run(seconds{5});
    EXPECT_EQ(events.reports.size(), 2U);

    statuses = kFinalizedLater;
    run(seconds{5});
    ASSERT_EQ(events.finalized.size(), 1U);
    EXPECT_EQ(events.finalized[0].slot, Slot{80});
    EXPECT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(executor->fills_provisional(), 0U);
}

TEST_F(ExecutorTest, WaitsForTheFinalityOfTheLaterBlockThatRepeatsAFill) {
    land(entry_intent());
    statuses = kConfirmedLater;
    transaction = moved_to(landed_entry(), 80, "10000");
    run(seconds{5});
    const std::size_t reads = node.calls_of("getTransaction");
    run(seconds{5});
    EXPECT_EQ(node.calls_of("getTransaction"), reads);  // It is known where it is.
    EXPECT_EQ(executor->fills_provisional(), 1U);
    statuses = kFinalizedLater;
    run(seconds{5});
    ASSERT_EQ(events.finalized.size(), 1U);
    EXPECT_EQ(events.finalized[0].slot, Slot{80});
    EXPECT_TRUE(events.reversed.empty());
    EXPECT_EQ(events.reports.size(), 1U);
}

// The finalized block has the last word, also over a later one that was confirmed.
TEST_F(ExecutorTest, ReplacesAFillByItsFinalizedBlockWhereverThatIs) {
    land(entry_intent());
    statuses = kConfirmedLater;
    transaction = moved_to(landed_entry(), 80, "9000");
    run(seconds{5});
    ASSERT_EQ(events.reports.size(), 2U);
    statuses = kFinalized;
    transaction = landed_entry();
    run(seconds{5});
    ASSERT_EQ(events.reversed.size(), 2U);
    EXPECT_EQ(events.reversed[1].slot, Slot{80});
    ASSERT_EQ(events.reports.size(), 3U);
    EXPECT_EQ(events.reports[2].slot, Slot{77});
    EXPECT_EQ(events.reports[2].fill, events.reports[0].fill);
    ASSERT_EQ(events.finalized.size(), 1U);
    EXPECT_EQ(events.finalized[0].slot, Slot{77});
    EXPECT_EQ(executor->statistics().landed, 1U);
}

// Breakers act on why an order failed: by the block that stands.
TEST_F(ExecutorTest, TellsOfTheNewBlockAloneWhyAnOrderFailedThere) {
    send(entry_intent());
    statuses = R"({"confirmationStatus":"confirmed","confirmations":1,"err":null,"slot":78})";
    transaction = reverted_entry();
    run(seconds{1});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(events.reports[0].program_error, "jupiter_v6 SlippageToleranceExceeded");
    EXPECT_EQ(events.reports[0].action, FailureAction::Requote);
    statuses = kConfirmedLater;
    transaction = moved_to(landed_entry(), 80, "10000");
    run(seconds{5});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports[1].outcome, Outcome::Landed);
    EXPECT_EQ(events.reports[1].error, "");
    EXPECT_EQ(events.reports[1].program_error, "");
    EXPECT_EQ(events.reports[1].failure, FailureClass::None);
    EXPECT_EQ(events.reports[1].action, FailureAction::None);
    statuses = R"({"confirmationStatus":"finalized","confirmations":null,"err":null,"slot":81})";
    transaction = reverted_entry();
    transaction.replace(transaction.find(R"("slot":78)"), 9, R"("slot":81)");
    run(seconds{5});
    ASSERT_EQ(events.reports.size(), 3U);
    EXPECT_EQ(events.reports[2].outcome, Outcome::Reverted);
    EXPECT_EQ(events.reports[2].failure, FailureClass::Slippage);
    EXPECT_EQ(events.reports[2].program_error, "jupiter_v6 SlippageToleranceExceeded");
    EXPECT_EQ(events.reports[2].action, FailureAction::Requote);
}

// ---- Bound ----

TEST_F(ExecutorTest, BuysNothingMoreWhileTooManyFillsWaitForFinality) {
    statuses = kConfirmed;
    transaction = landed_entry();
    for (std::uint64_t id = 1; id <= 192; ++id) {
        submit(cycle_intent(id));
        if (id % 16 == 0) {
            run(seconds{2});
        }
    }
    ASSERT_EQ(executor->statistics().landed, 192U);
    ASSERT_EQ(executor->fills_provisional(), 192U);
    submit(cycle_intent(193));
    ASSERT_EQ(events.reports.size(), 193U);
    EXPECT_EQ(events.reports.back().outcome, Outcome::Rejected);
    EXPECT_NE(events.reports.back().error.find("192 fills wait for finality >= 192"),
              std::string::npos)
        << events.reports.back().error;
    // Whoever wants out is let out.
    quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
    swap = [this] { return swap_of(compile(exit())); };
    submit(exit_intent(194));
    run(seconds{1});
    EXPECT_EQ(events.reports.back().intent_id, IntentId{194});
    EXPECT_EQ(events.reports.back().outcome, Outcome::Landed);
    statuses = kFinalized;
    run(seconds{5});
    EXPECT_EQ(executor->fills_provisional(), 0U);
    submit(cycle_intent(195));
    EXPECT_EQ(executor->in_flight(), 1U);
}

}  // namespace
}  // namespace sniperforge::execute::test
