// SPDX-License-Identifier: MIT
// A branch that the cluster abandons.
#include <algorithm>

#include "unit/sim/chain_fork_fixture.hpp"

namespace sniperforge::sim {
namespace {

TEST_F(ForkTest, StateReceiptsAndBlocksOfTheDeadBranchAreGoneAndSlotNumbersGoOn) {
    const BlockHeight height = chain.block_height(0);
    const std::uint64_t before = lamports(wallet.public_key());
    ASSERT_TRUE(chain.fork({.slots = 3, .is_requeued = false}));
    const Slot point = chain.slot();
    chain.advance_slot();  // Ends the last slot before the fork.
    EXPECT_TRUE(chain.is_forked());
    const auto signature = chain.submit(signed_wire(pay(friend_key, kSum)), true);
    chain.advance_slot();
    ASSERT_NE(chain.receipt(*signature), nullptr);
    EXPECT_EQ(lamports(friend_key), kSum);
    const Hash dead_hash = chain.latest_blockhash(0);
    EXPECT_TRUE(chain.last_valid_height(dead_hash));
    advance(2);
    EXPECT_FALSE(chain.is_forked());
    EXPECT_EQ(chain.slot(), point.plus(4));
    EXPECT_EQ(chain.receipt(*signature), nullptr);
    EXPECT_EQ(lamports(friend_key), 0U);
    EXPECT_EQ(lamports(wallet.public_key()), before);
    EXPECT_EQ(chain.block_height(0), height.plus(1));  // The fork point's own block.
    EXPECT_FALSE(chain.last_valid_height(dead_hash));
    EXPECT_EQ(chain.queued(), 0U);
    advance(40);
    EXPECT_EQ(lamports(friend_key), 0U);
}

TEST_F(ForkTest, ItsTransactionsRunAgainWhereTheirBlockhashIsStillKnown) {
    const Hash old_hash = chain.latest_blockhash(0);
    ASSERT_TRUE(chain.fork({.slots = 2}));
    chain.advance_slot();
    const auto kept = chain.submit(signed_wire(pay(friend_key, kSum), old_hash), true);
    chain.advance_slot();
    const auto lost = chain.submit(signed_wire(pay(test_key(8), kSum)), true);
    chain.advance_slot();  // The second slot of the branch ends, and with it the branch.
    EXPECT_EQ(chain.receipt(*kept), nullptr);
    EXPECT_EQ(chain.queued(), 2U);
    const Slot landed_in = chain.slot();
    chain.advance_slot();
    ASSERT_NE(chain.receipt(*kept), nullptr);
    EXPECT_EQ(chain.receipt(*kept)->slot, landed_in);
    EXPECT_EQ(lamports(friend_key), kSum);
    // Its blockhash was one of the dead branch.
    EXPECT_EQ(chain.receipt(*lost), nullptr);
    EXPECT_EQ(lamports(test_key(8)), 0U);
}

TEST_F(ForkTest, TheMarketsTransactionsRunAgainAtOnceOrVanish) {
    for (const bool is_requeued : {true, false}) {
        const std::uint64_t before = lamports(friend_key);
        ASSERT_TRUE(chain.fork({.slots = 1, .is_requeued = is_requeued}));
        chain.advance_slot();
        const auto signature = chain.execute_unsigned(wallet.public_key(), pay(friend_key, kSum));
        ASSERT_TRUE(signature.has_value());
        chain.advance_slot();
        EXPECT_EQ(chain.receipt(*signature) != nullptr, is_requeued);
        EXPECT_EQ(lamports(friend_key), before + (is_requeued ? kSum : 0));
    }
}

TEST_F(ForkTest, NothingOfTheBranchIsEverConfirmed) {
    advance(40);
    ASSERT_TRUE(chain.fork({.slots = 6}));
    chain.advance_slot();
    const Slot point{chain.slot().value - 1};
    for (int i = 0; i < 6; ++i) {
        EXPECT_LE(chain.slot_at(1), point);
        chain.advance_slot();
    }
    EXPECT_EQ(chain.slot_at(1), point);
    advance(1);
    EXPECT_EQ(chain.slot_at(1), point);
    advance(1);
    EXPECT_EQ(chain.slot_at(1), point.plus(7));  // The first slot of the new branch.
    for (int i = 0; i < 40; ++i) {
        for (const int commitment : {1, 2}) {
            const Slot slot = chain.slot_at(commitment);
            EXPECT_TRUE(slot <= point || slot > point.plus(6)) << slot.value - point.value;
        }
        chain.advance_slot();
    }
}

TEST_F(ForkTest, TheFirstSlotAfterwardsNamesTheForkPointAsItsParentAndTellsWhatFellBack) {
    ASSERT_TRUE(chain.fork({.slots = 2, .is_requeued = false}));
    const Slot point = chain.slot();
    chain.advance_slot();
    land(pay(friend_key, kSum));
    recorder.told.clear();
    chain.advance_slot();
    const auto& told = recorder.told;
    ASSERT_GE(told.size(), 4U);
    EXPECT_EQ(told[0].what, "abandoned");
    EXPECT_EQ(told[0].slot, point.plus(1));
    EXPECT_EQ(told[0].parent, point.plus(2));
    EXPECT_EQ(told[1].what, "slot");
    EXPECT_EQ(told[1].slot, point.plus(3));
    EXPECT_EQ(told[1].parent, point);
    // Both accounts of the transfer, with the slot that tells it.
    EXPECT_EQ(told.size(), 4U);
    for (const std::size_t i : {2U, 3U}) {
        EXPECT_EQ(told[i].what, "account");
        EXPECT_EQ(told[i].slot, point.plus(3));
        EXPECT_EQ(told[i].lamports, told[i].key == friend_key ? 0U : 10 * kLamportsPerSol);
    }
}

TEST_F(ForkTest, FallingBackCanGoUntold) {
    ASSERT_TRUE(chain.fork({.slots = 1, .is_requeued = false, .are_reverts_told = false}));
    chain.advance_slot();
    recorder.told.clear();
    land(pay(friend_key, kSum));
    EXPECT_EQ(lamports(friend_key), 0U);
    EXPECT_EQ(std::ranges::count(recorder.told, "account", &Told::what), 2);  // On the branch.
}

TEST_F(ForkTest, WhatIsGivenMeanwhileStaysAndWhatTheBranchDidWithItDoesNot) {
    const std::uint64_t before = lamports(wallet.public_key());
    ASSERT_TRUE(chain.fork({.slots = 4, .is_requeued = false}));
    chain.advance_slot();
    chain.add_lamports(test_key(8), Lamports{7'000'000});  // There was no account.
    land(pay(friend_key, kSum));
    chain.add_lamports(wallet.public_key(), Lamports{2 * kSum});
    land(pay(friend_key, kSum));
    EXPECT_EQ(lamports(friend_key), 2 * kSum);
    advance(3);
    EXPECT_FALSE(chain.is_on_fork());
    EXPECT_EQ(lamports(test_key(8)), 7'000'000U);
    EXPECT_EQ(lamports(friend_key), 0U);
    EXPECT_EQ(lamports(wallet.public_key()), before + 2 * kSum);
}

// ---- A branch that is confirmed ----

TEST_F(ForkTest, AConfirmedBranchIsConfirmedLikeAnyOtherNeverFinalAndGone) {
    advance(40);
    ASSERT_TRUE(chain.fork({.slots = 6, .is_requeued = false, .is_confirmed = true}));
    chain.advance_slot();
    const Slot point{chain.slot().value - 1};
    const auto signature = chain.submit(signed_wire(pay(friend_key, kSum)), true);
    for (std::uint64_t i = 1; i <= 6; ++i) {
        EXPECT_EQ(chain.slot(), point.plus(i));
        EXPECT_EQ(chain.slot_at(1), Slot{chain.slot().value - 2});
        EXPECT_LE(chain.slot_at(2), point);
        chain.advance_slot();
    }
    EXPECT_EQ(chain.slot_at(1), point);
    EXPECT_EQ(chain.receipt(*signature), nullptr);
    EXPECT_EQ(lamports(friend_key), 0U);
    advance(2);
    EXPECT_EQ(chain.slot_at(1), point.plus(7));
    for (int i = 0; i < 40; ++i) {
        const Slot root = chain.slot_at(2);
        EXPECT_TRUE(root <= point || root > point.plus(6)) << root.value - point.value;
        chain.advance_slot();
    }
}

TEST_F(ForkTest, AConfirmedBranchNeedsASlotThatIsConfirmed) {
    const auto refused = chain.fork({.slots = 2, .is_confirmed = true});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text, "fork that is confirmed of 2 slots: 3 to 28 are possible");
    EXPECT_TRUE(chain.fork({.slots = 3, .is_confirmed = true}));
}

TEST_F(ForkTest, WhatFellBackIsCalledConfirmedWhereItHadBeen) {
    create_wallet(chain, test_key(8), Lamports{kSum});
    ASSERT_TRUE(chain.fork({.slots = 4, .is_requeued = false, .is_confirmed = true}));
    chain.advance_slot();
    land(pay(friend_key, kSum));   // In the branch's first slot.
    land(pay(test_key(8), kSum));  // In its second, which its fourth and last one confirms.
    land(pay(test_key(7), kSum));  // In its third.
    recorder.told.clear();
    chain.advance_slot();
    const auto was_confirmed = [&](const Pubkey& key) {
        const auto found = std::ranges::find(recorder.told, key, &Told::key);
        EXPECT_NE(found, recorder.told.end());
        return found != recorder.told.end() && found->was_confirmed;
    };
    EXPECT_TRUE(was_confirmed(friend_key));
    EXPECT_TRUE(was_confirmed(test_key(8)));
    EXPECT_FALSE(was_confirmed(test_key(7)));
    EXPECT_TRUE(was_confirmed(wallet.public_key()));
}

TEST_F(ForkTest, WhatIsPutThereMeanwhileStays) {
    ASSERT_TRUE(chain.fork({.slots = 2}));
    chain.advance_slot();
    create_wallet(chain, friend_key, Lamports{7'000'000});
    advance(3);
    EXPECT_EQ(lamports(friend_key), 7'000'000U);
}

TEST_F(ForkTest, OneForkAtATimeAndNoneLongerThanFinality) {
    EXPECT_FALSE(chain.fork({.slots = 0}));
    EXPECT_FALSE(chain.fork({.slots = kForkSlotsMax + 1}));
    ASSERT_TRUE(chain.fork({.slots = kForkSlotsMax}));
    EXPECT_FALSE(chain.fork({.slots = 1}));
    chain.advance_slot();
    EXPECT_FALSE(chain.fork({.slots = 1}));
    advance(kForkSlotsMax);
    EXPECT_TRUE(chain.fork({.slots = 1}));
}

}  // namespace
}  // namespace sniperforge::sim
