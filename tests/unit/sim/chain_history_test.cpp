// SPDX-License-Identifier: MIT
// The accounts and receipts of the past, and of a branch that is dead.
#include <algorithm>

#include "sim/chain_view.hpp"
#include "unit/sim/chain_fork_fixture.hpp"

namespace sniperforge::sim {
namespace {

class HistoryTest : public ForkTest {
 protected:
    HistoryTest() : ForkTest{options()} {}
    static ChainOptions options() {
        ChainOptions options = plain_options();
        options.are_reads_at_commitment = true;
        return options;
    }
    ChainView view{chain};
};

TEST_F(HistoryTest, ReadsAnswerAtTheirCommitment) {
    advance(3);
    land(pay(friend_key, kSum));
    const Slot landed{chain.slot().value - 1};
    for (int i = 0; i < 40; ++i) {
        for (const int commitment : {0, 1, 2}) {
            const Account* account = view.account(friend_key, commitment);
            EXPECT_EQ(account != nullptr, view.read_slot(commitment) >= landed) << i;
        }
        EXPECT_EQ(view.read_slot(1), chain.slot_at(1));
        chain.advance_slot();
    }
    EXPECT_NE(view.account(friend_key, 2), nullptr);
}

TEST_F(HistoryTest, AConfirmedReadNeverShowsTheDeadBranch) {
    ASSERT_TRUE(chain.fork({.slots = 4, .is_requeued = false}));
    chain.advance_slot();
    land(pay(friend_key, kSum));
    EXPECT_NE(view.account(friend_key, 0), nullptr);
    for (int i = 0; i < 40; ++i) {
        EXPECT_EQ(view.account(friend_key, 1), nullptr) << i;
        chain.advance_slot();
    }
}

TEST_F(HistoryTest, AConfirmedReadShowsAConfirmedBranchUntilItDiesAndLaterToWhoeverLags) {
    ASSERT_TRUE(chain.fork({.slots = 4, .is_requeued = false, .is_confirmed = true}));
    chain.advance_slot();
    const Receipt* receipt = land(pay(friend_key, kSum));
    ASSERT_NE(receipt, nullptr);
    const Signature signature = receipt->signature;
    const Slot landed = receipt->slot;
    EXPECT_EQ(view.account(friend_key, 1), nullptr);
    chain.advance_slot();
    EXPECT_NE(view.account(friend_key, 1), nullptr);
    EXPECT_EQ(view.account(friend_key, 2), nullptr);
    const Slot then = chain.slot();
    advance(2);
    EXPECT_EQ(view.account(friend_key, 1), nullptr);
    EXPECT_LT(view.slot_at(1), landed);
    view.stand_at(then);
    EXPECT_EQ(view.slot_at(1), landed);
    EXPECT_NE(view.account(friend_key, 1), nullptr);
    EXPECT_NE(view.receipt(signature), nullptr);
    EXPECT_LT(view.slot_at(2), landed);
}

TEST_F(HistoryTest, AViewOfAnEarlierSlotSeesNothingYounger) {
    advance(2);
    const Slot then = chain.slot();
    const Hash hash = chain.latest_blockhash(0);
    chain.advance_slot();
    const Receipt* receipt = land(signed_wire(pay(friend_key, kSum), hash));
    ASSERT_NE(receipt, nullptr);
    const Signature signature = receipt->signature;
    const Bytes young = signed_wire(pay(friend_key, kSum));
    const Bytes landed = receipt->wire;
    view.stand_at(then);
    // What has run meanwhile is news there.
    EXPECT_EQ(view.simulate(landed, true, false, {})->error_json, "null");
    view.stand_at(then.plus(1));
    EXPECT_EQ(view.simulate(landed, true, false, {})->error_json, "\"AlreadyProcessed\"");
    view.stand_at(then);
    EXPECT_EQ(view.slot(), then);
    EXPECT_EQ(view.slots_behind(), 2U);
    EXPECT_EQ(view.latest_blockhash(0), hash);
    EXPECT_EQ(view.account(friend_key, 0), nullptr);
    EXPECT_EQ(view.receipt(signature), nullptr);
    EXPECT_TRUE(view.receipts_of(friend_key, 10).empty());
    const auto owned = view.accounts_owned_by(solana::kSystemProgram, 0);
    EXPECT_EQ(std::ranges::find(owned, friend_key), owned.end());
    // Preflight there does not know the blockhash of a younger block.
    EXPECT_FALSE(view.last_valid_height(chain.latest_blockhash(0)));
    EXPECT_EQ(view.simulate(young, true, false, {})->error_json, "\"BlockhashNotFound\"");
    view.go_live();
    EXPECT_NE(view.account(friend_key, 0), nullptr);
    EXPECT_NE(view.receipt(signature), nullptr);
    EXPECT_EQ(view.receipts_of(friend_key, 10).size(), 1U);
    EXPECT_EQ(view.simulate(young, true, false, {})->error_json, "null");
}

// A node that lags has not heard yet that its branch is dead.
TEST_F(HistoryTest, AViewThatLagsStaysOnTheDeadBranchUntilItPassesItsEnd) {
    ASSERT_TRUE(chain.fork({.slots = 3, .is_requeued = false}));
    const Slot point = chain.slot();
    chain.advance_slot();
    const Hash point_hash = chain.latest_blockhash(0);
    const auto signature = chain.submit(signed_wire(pay(friend_key, kSum)), true);
    chain.advance_slot();
    const Hash dead_hash = chain.latest_blockhash(0);
    const BlockHeight dead_height = chain.block_height(0);
    advance(2);
    ASSERT_FALSE(chain.is_forked());
    chain.advance_slot();  // The first block of the living branch is as high as that of the dead.
    const Hash living_hash = chain.latest_blockhash(0);
    ASSERT_EQ(chain.block_height(0), dead_height);
    ASSERT_EQ(chain.receipt(*signature), nullptr);

    view.stand_at(point.plus(2));  // The block of the branch's first slot is its newest.
    EXPECT_EQ(view.block_height(0), dead_height);
    EXPECT_EQ(view.latest_blockhash(0), dead_hash);
    EXPECT_TRUE(view.last_valid_height(dead_hash));
    EXPECT_TRUE(view.last_valid_height(point_hash));
    EXPECT_FALSE(view.last_valid_height(living_hash));
    ASSERT_NE(view.account(friend_key, 0), nullptr);
    EXPECT_EQ(view.account(friend_key, 0)->lamports.raw(), kSum);
    ASSERT_NE(view.receipt(*signature), nullptr);
    EXPECT_EQ(view.receipt(*signature)->slot, point.plus(1));
    EXPECT_EQ(view.receipts_of(friend_key, 10).size(), 1U);
    // Nothing of it is confirmed there either.
    EXPECT_LE(view.slot_at(1), point);
    EXPECT_EQ(view.account(friend_key, 1), nullptr);

    view.stand_at(point.plus(1));  // Its block is not there yet.
    EXPECT_EQ(view.latest_blockhash(0), point_hash);
    EXPECT_FALSE(view.last_valid_height(dead_hash));

    for (const std::uint64_t after : {4U, 5U}) {  // The branch was abandoned with the fourth slot.
        view.stand_at(point.plus(after));
        EXPECT_EQ(view.latest_blockhash(0), after == 4 ? point_hash : living_hash);
        EXPECT_FALSE(view.last_valid_height(dead_hash));
        EXPECT_EQ(view.account(friend_key, 0), nullptr);
        EXPECT_EQ(view.receipt(*signature), nullptr);
        EXPECT_TRUE(view.receipts_of(friend_key, 10).empty());
    }
}

TEST_F(HistoryTest, ATransactionThatRunsAgainHasASlotOfItsOwnOnEachBranch) {
    const Hash old_hash = chain.latest_blockhash(0);
    ASSERT_TRUE(chain.fork({.slots = 2}));
    const Slot point = chain.slot();
    chain.advance_slot();
    const auto signature = chain.submit(signed_wire(pay(friend_key, kSum), old_hash), true);
    advance(4);
    ASSERT_NE(chain.receipt(*signature), nullptr);
    EXPECT_EQ(chain.receipt(*signature)->slot, point.plus(3));
    view.stand_at(point.plus(2));
    ASSERT_NE(view.receipt(*signature), nullptr);
    EXPECT_EQ(view.receipt(*signature)->slot, point.plus(1));
    ASSERT_EQ(view.receipts_of(friend_key, 10).size(), 1U);
    EXPECT_EQ(view.receipts_of(friend_key, 10).front()->slot, point.plus(1));
}

TEST_F(HistoryTest, ADeadBranchIsForgottenWithItsTime) {
    ASSERT_TRUE(chain.fork({.slots = 1, .is_requeued = false}));
    const Slot point = chain.slot();
    chain.advance_slot();
    const auto signature = chain.submit(signed_wire(pay(friend_key, kSum)), true);
    chain.advance_slot();  // Into the slot that abandons the branch.
    view.stand_at(point.plus(1));
    advance(static_cast<int>(kHistorySlots));
    EXPECT_NE(view.receipt(*signature), nullptr);
    chain.advance_slot();
    EXPECT_EQ(view.receipt(*signature), nullptr);
}

TEST_F(HistoryTest, ThePastIsForgottenOnceNobodyMayAsk) {
    land(pay(friend_key, kSum));
    const Slot landed{chain.slot().value - 1};
    advance(static_cast<int>(kHistorySlots) - 1);
    EXPECT_EQ(view.account_at(friend_key, Slot{landed.value - 1}), nullptr);
    advance(2);
    EXPECT_NE(view.account_at(friend_key, Slot{landed.value - 1}), nullptr);  // The newest.
}

}  // namespace
}  // namespace sniperforge::sim
