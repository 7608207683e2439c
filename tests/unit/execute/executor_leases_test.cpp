// SPDX-License-Identifier: MIT
// Orders on a nonce of ours, from the first advance to every end that they may have.
#include "unit/execute/lease_support.hpp"

namespace sniperforge::execute::test {
namespace {

TEST_F(LeaseTest, AnOrderIsOnANonceOnlyOnceAnAdvanceOfOursIsFinalAndItsValueRead) {
    submit(entry_intent(1));
    run(milliseconds{10});
    ASSERT_EQ(sends().size(), 1U);
    EXPECT_EQ(sent_last().recent_blockhash, blockhash) << "never advanced by us";
    EXPECT_TRUE(events.leases.empty());
    EXPECT_EQ(events.signatures[0].last_valid_height, BlockHeight{kLastValidHeight});
    finalize_at(90);
    ASSERT_EQ(events.reports.size(), 1U);

    EXPECT_EQ(due(), std::vector{nonce()});
    submit(advance_intent(2, nonce()));
    EXPECT_EQ(events.signatures.size(), 2U) << "written ahead as any order";
    EXPECT_EQ(events.signatures[1].last_valid_height, BlockHeight{kLastValidHeight});
    finalize_at(95);
    EXPECT_EQ(executor->statistics().advances, 1U);
    submit(sale(3));
    EXPECT_TRUE(events.leases.empty()) << "its value is the old reading's";
    values[0] = value_of(2);
    slot_of_nonces = 95;
    finalize_at(96);
    run(seconds{3});
    submit(entry_intent(4));
    run(milliseconds{10});
    ASSERT_EQ(events.leases.size(), 1U);
    EXPECT_EQ(events.leases[0], (NonceLease{nonce(), value_of(2), Slot{95}}));
    EXPECT_EQ(events.signatures.back().last_valid_height, kNeverByHeight);
    EXPECT_EQ(sent_last().recent_blockhash, value_of(2));
    EXPECT_TRUE(is_advance(sent_last(), nonce()));
    EXPECT_EQ(executor->nonces().leased, 1U);
    finalize_at(97);
}

TEST_F(LeaseTest, ANonceIsLentToOneOrderAndTheNextGoesOnABlockhash) {
    send_on_nonce();
    submit(sale(5));
    run(milliseconds{10});
    EXPECT_EQ(events.leases.size(), 1U);
    EXPECT_EQ(sent_last().recent_blockhash, blockhash);
    finalize_at(110);
    EXPECT_EQ(executor->nonces().none_free, 1U);
}

TEST_F(LeaseTest, ItsOwnLandingFreesTheNonceWithAnotherValue) {
    send_on_nonce();
    values[0] = value_of(3);
    finalize_at(110);
    ASSERT_EQ(last().outcome, Outcome::Landed);
    slot_of_nonces = 110;
    run(seconds{3});
    EXPECT_EQ(executor->nonces().free, 1U);
    EXPECT_TRUE(due().empty()) << "no advance was needed";
    submit(entry_intent(6));
    ASSERT_EQ(events.leases.size(), 2U);
    EXPECT_EQ(events.leases[1].value, value_of(3));
    finalize_at(111);
}

TEST_F(LeaseTest, ARevertedOrderHasAdvancedTheNonceToo) {
    send_on_nonce();
    values[0] = value_of(3);
    slot_of_nonces = 110;
    finalize_at(110, R"({"InstructionError":[3,{"Custom":6001}]})");
    ASSERT_EQ(last().outcome, Outcome::Reverted);
    run(seconds{3});
    EXPECT_EQ(executor->nonces().free, 1U);
}

TEST_F(LeaseTest, NoHeightEndsItAndNoAdvanceIsWantedBeforeItsSlotsArePast) {
    send_on_nonce();
    height = kLastValidHeight + 10;
    const std::uint64_t sent_at = rpc.slot_best()->value;
    run(seconds{20});
    let_slots_pass(sent_at + 31);
    EXPECT_TRUE(due().empty());
    EXPECT_EQ(events.reports_of[1], 0);
    let_slots_pass(sent_at + 32);
    EXPECT_EQ(due(), std::vector{nonce()});
    const std::size_t sent = sends().size();
    run(seconds{5});
    EXPECT_EQ(sends().size(), sent) << "it is not sent again while its nonce is advanced";
    EXPECT_EQ(events.reports_of[1], 0);
    EXPECT_EQ(executor->nonces().overdue, 1U);
    values[0] = value_of(3);
    slot_of_nonces = 150;
    slot_finalized = 150;
    run(seconds{8});
}

TEST_F(LeaseTest, ExpiresByAFinalizedReadingOfAnotherValueAndAHistoryThatReachesIt) {
    send_on_nonce();
    let_slots_pass(rpc.slot_best()->value + 32);
    values[0] = value_of(3);
    slot_of_nonces = 150;
    slot_finalized = 149;
    run(seconds{8});
    EXPECT_EQ(events.reports_of[1], 0) << "the history that was asked ends before the reading";
    slot_finalized = 150;
    run(seconds{8});
    ASSERT_EQ(events.reports_of[1], 1);
    EXPECT_EQ(last().outcome, Outcome::Expired);
    EXPECT_NE(last().error.find("its nonce " + nonce().to_string() + " has another value"),
              std::string::npos)
        << last().error;
    EXPECT_EQ(executor->nonces().free, 0U) << "who has advanced it is not known";
    EXPECT_EQ(due(), std::vector{nonce()});
}

TEST_F(LeaseTest, WhatLandedAtTheLastMomentIsFoundAndNotCalledExpired) {
    send_on_nonce();
    let_slots_pass(rpc.slot_best()->value + 32);
    values[0] = value_of(3);
    slot_of_nonces = slot_finalized = 150;
    transaction = paid(149);  // No status tells of it, the ledger does.
    run(seconds{8});
    ASSERT_EQ(events.reports_of[1], 1);
    EXPECT_EQ(last().outcome, Outcome::Landed);
    statuses = kFinalized;
    run(seconds{5});
}

TEST_F(LeaseTest, IsUnknownWhileTheNonceCannotBeRead) {
    send_on_nonce();
    let_slots_pass(rpc.slot_best()->value + 32);
    answers["getMultipleAccounts"] = [](const RpcRequest& request) {
        return error_of(request, -32'603, "no", "null");
    };
    height = kLastValidHeight + 10;
    slot_finalized = 200;
    run(seconds{119});
    EXPECT_TRUE(std::ranges::none_of(
        events.reports, [](const auto& each) { return each.outcome == Outcome::Unknown; }));
    run(seconds{3});
    EXPECT_EQ(last().outcome, Outcome::Unknown);
    EXPECT_NE(last().error.find("no advance of its nonce"), std::string::npos) << last().error;
    EXPECT_EQ(executor->nonces().leased, 1U);
    EXPECT_EQ(events.reports_of[1], 0) << "it may land yet";
    statuses = kFinalized;
    transaction = paid(77);
    run(seconds{8});
    EXPECT_EQ(last().outcome, Outcome::Landed);
}

TEST_F(LeaseTest, ARefusedOrderEndsAsAnyOtherAndItsNonceIsAdvancedBeforeTheNext) {
    renew(0, 2, 100);
    answer_send_with_error(-32'002, R"({"err":{"InstructionError":[3,{"Custom":30}]}})");
    submit(entry_intent(1));
    run(seconds{1});
    ASSERT_EQ(last().outcome, Outcome::Rejected);
    EXPECT_EQ(events.leases.size(), 1U);
    EXPECT_EQ(due(), std::vector{nonce()});
    answers.erase("sendTransaction");
    submit(entry_intent(2));
    run(milliseconds{10});
    EXPECT_EQ(events.leases.size(), 1U);
    EXPECT_EQ(sent_last().recent_blockhash, blockhash);
    finalize_at(110);
}

TEST_F(LeaseTest, NothingIsSentThatTheJournalDidNotTake) {
    renew(0, 2, 100);
    const std::size_t sent = sends().size();
    events.is_recording = false;
    submit(entry_intent(1));
    run(seconds{1});
    EXPECT_EQ(last().outcome, Outcome::Rejected);
    EXPECT_EQ(events.leases.size(), 1U);
    EXPECT_EQ(sends().size(), sent);
    EXPECT_EQ(due(), std::vector{nonce()}) << "the ring may have it all the same";
}

TEST_F(LeaseTest, WhatTheSignerRefusesGivesTheNonceBack) {
    renew(0, 2, 100);
    OrderIntent poor = entry_intent(1);
    poor.spend_max = Lamports{1};
    submit(poor);
    ASSERT_EQ(last().outcome, Outcome::Rejected);
    EXPECT_TRUE(events.leases.empty());
    EXPECT_EQ(executor->nonces().free, 1U);
    EXPECT_TRUE(due().empty());
}

TEST_F(LeaseTest, AnAdvanceThatRevertsOrIsRefusedIsTriedAgain) {
    submit(advance_intent(1, nonce()));
    EXPECT_TRUE(due().empty());
    finalize_at(90, R"({"InstructionError":[2,{"Custom":7}]})");
    ASSERT_EQ(last().outcome, Outcome::Reverted);
    EXPECT_EQ(executor->nonces().free, 0U);
    run(seconds{3});
    EXPECT_EQ(due(), std::vector{nonce()});
    EXPECT_EQ(executor->statistics().advances, 0U);
    answer_send_with_error(-32'002, R"({"err":{"InstructionError":[2,{"Custom":7}]}})");
    blockhash = Hash::from(key_of(56).bytes);
    run(seconds{3});
    submit(advance_intent(2, nonce()));
    run(seconds{1});
    ASSERT_EQ(last().outcome, Outcome::Rejected);
    EXPECT_TRUE(due().empty()) << "after a pause";
    run(seconds{2});
    EXPECT_EQ(due(), std::vector{nonce()});
}

TEST_F(LeaseTest, AFillWhoseBlockWasDroppedIsReversedOnlyOnceItsNonceMovedOn) {
    send_on_nonce();
    statuses = R"({"confirmationStatus":"confirmed","confirmations":1,"err":null,"slot":105})";
    transaction = paid(105);
    run(seconds{1});
    ASSERT_EQ(last().outcome, Outcome::Landed);
    statuses = transaction = "null";
    height = kLastValidHeight + 10;
    slot_finalized = 140;
    run(seconds{8});
    EXPECT_EQ(executor->fills_doubted(), 1U);
    EXPECT_TRUE(events.reversed.empty()) << "another block may take it for as long as it likes";
    EXPECT_EQ(due(), std::vector{nonce()});
    values[0] = value_of(3);
    slot_of_nonces = 150;
    slot_finalized = 150;
    run(seconds{8});
    ASSERT_EQ(events.reversed.size(), 1U);
    EXPECT_EQ(last().outcome, Outcome::Expired);
    EXPECT_EQ(executor->nonces().leased, 0U);
}

TEST_F(LeaseTest, AnEarlierProcessesOrderIsFollowedWhateverTheSettingIs) {
    begin(0);
    const NonceLease lease{nonce(), value_of(1), Slot{50}};
    const Signature signature = Signature::from(Bytes(64, 9));
    executor->resume(entry_intent(1), signature, kNeverByHeight, lease);
    height = kLastValidHeight + 10;
    slot_of_nonces = slot_finalized = 60;
    run(seconds{8});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(due(), std::vector{nonce()}) << "at once: nobody knows how old it is";
    values[0] = value_of(2);
    slot_of_nonces = slot_finalized = 90;
    run(seconds{8});
    ASSERT_EQ(events.reports_of[1], 1);
    EXPECT_EQ(last().outcome, Outcome::Expired);
    EXPECT_EQ(executor->statistics().carried.expired, 1U);
    EXPECT_TRUE(due().empty());
    submit(entry_intent(2));
    EXPECT_TRUE(events.leases.empty()) << "nothing is lent";
    finalize_at(95);
}

TEST_F(LeaseTest, TheSameBytesAsAnEarlierProcessesAdvanceAreNotSignedTwice) {
    submit(advance_intent(1, nonce()));
    const Signature signature = events.signatures[0].signature;
    make_executor();
    executor->start();
    run(seconds{1});
    executor->resume(advance_intent(1, nonce()), signature, BlockHeight{kLastValidHeight});
    submit(advance_intent(2, nonce()));
    EXPECT_EQ(last().outcome, Outcome::Rejected);
    EXPECT_NE(last().error.find("was this very transaction"), std::string::npos);
    EXPECT_EQ(events.signatures.size(), 1U);
    finalize_at(90);
}

TEST_F(LeaseTest, AfterALossEveryNonceIsAdvancedAlsoWhereNoneIsLent) {
    values.push_back(value_of(5));
    begin(0);
    EXPECT_EQ(node.calls_of("getMultipleAccounts"), 1U) << "of the executor before";
    EXPECT_FALSE(executor->retire_nonces(Slot{60}));
    slot_of_nonces = 60;
    run(seconds{3});
    EXPECT_EQ(due(), (std::vector{nonce(0), nonce(1)}));
    renew(0, 2, 80);
    EXPECT_FALSE(executor->retire_nonces(Slot{60}));
    renew(1, 6, 85);
    EXPECT_TRUE(executor->retire_nonces(Slot{60}));
}

}  // namespace
}  // namespace sniperforge::execute::test
