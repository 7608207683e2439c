// SPDX-License-Identifier: MIT
// Orders on a nonce of ours that are late, and what an older journal says of one.
#include "unit/execute/lease_support.hpp"

namespace sniperforge::execute::test {
namespace {

// The lanes wait for a node to let it pass; by then its nonce may be about to be advanced.
TEST_F(LeaseTest, GoesToTheLanesOnlyWhereANodeLetsItPassInTime) {
    use_lane();
    make_laned_executor();
    run(seconds{1});
    std::uint64_t slot = 1'000, id = 1;
    for (const std::uint64_t passed : {31U, 32U}) {
        renew(0, static_cast<std::uint8_t>(passed), 100 * id);
        let_slots_pass(slot);
        lane.requests.clear();
        node.delay = milliseconds{700};
        SubmitHints hints;
        hints.offer = executor->offer(first_pool);
        OrderIntent entry = entry_intent(id);
        entry.spend_max += hints.offer->tip;
        submit(entry, hints);
        ASSERT_EQ(events.leases.size(), id);
        let_slots_pass(slot + passed);
        run(seconds{1});
        EXPECT_EQ(lane.requests.empty(), passed == 32) << passed;
        node.delay = Duration{0};
        run(seconds{1});
        finalize_at(100 * id + 50);
        ++id;
        slot += 500;
    }
}

// The slot that it was late by was one node's, after a silence, and is taken back: the advance is
// on its way all the same.
TEST_F(LeaseTest, WhatWasLateOnceIsNotSentAgain) {
    send_on_nonce();
    slot_processed = 900;
    run(seconds{61});
    EXPECT_TRUE(due().empty());
    const std::size_t sent = sends().size();
    rpc.note_slot("node", Slot{3'000});
    run(milliseconds{10});
    EXPECT_EQ(due(), std::vector{nonce()});
    run(seconds{5});
    EXPECT_EQ(rpc.slot_best(), Slot{900});
    EXPECT_EQ(sends().size(), sent);
}

// A state directory put back by hand: its journal has an order on a value of long ago, and nothing
// of what the newer one has signed since with the value of now.
TEST_F(LeaseTest, WhateverAnOlderJournalSaysAValueIsLentOnlyOnceItWasReadBehindAnAdvanceOfOurs) {
    begin(1);
    executor->resume(entry_intent(1), Signature::from(Bytes(64, 9)), kNeverByHeight,
                     NonceLease{nonce(), value_of(1), Slot{50}});
    values[0] = value_of(7);
    slot_of_nonces = slot_finalized = 90;
    run(seconds{8});
    ASSERT_EQ(events.reports_of[1], 1);
    EXPECT_EQ(last().outcome, Outcome::Expired);
    EXPECT_EQ(executor->nonces().free, 0U);
    submit(sale(2));
    EXPECT_TRUE(events.leases.empty()) << "an order of the newer process may be out on this value";
    finalize_at(91);
    EXPECT_EQ(due(), std::vector{nonce()});
    renew(0, 8, 100);
    submit(sale(3));
    ASSERT_EQ(events.leases.size(), 1U);
    EXPECT_EQ(events.leases[0], (NonceLease{nonce(), value_of(8), Slot{100}}));
    finalize_at(101);
}

}  // namespace
}  // namespace sniperforge::execute::test
