// SPDX-License-Identifier: MIT
// A branch that the cluster abandons, and the accounts of the past.
#include <gtest/gtest.h>

#include <algorithm>

#include "chain_fixture.hpp"
#include "sim/chain_view.hpp"
#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {
namespace {

struct Told {
    std::string what;
    Slot slot;
    Slot parent{};
    Pubkey key{};
    std::uint64_t lamports = 0;
    bool was_confirmed = false;
};

class Recorder final : public ChainObserver {
 public:
    void on_account(const Pubkey& pubkey, const Account& account, Slot slot) override {
        told.push_back({"account", slot, {}, pubkey, account.lamports.raw()});
    }
    void on_transaction(const Receipt& receipt) override {
        told.push_back({"transaction", receipt.slot});
    }
    void on_slot(Slot slot, Slot parent, Slot) override { told.push_back({"slot", slot, parent}); }
    void on_fork_abandoned(Slot first, Slot last) override {
        told.push_back({"abandoned", first, last});
    }
    void on_account_reverted(const Pubkey& pubkey, const Account& account, Slot slot,
                             bool was_confirmed) override {
        told.push_back({"account", slot, {}, pubkey, account.lamports.raw(), was_confirmed});
    }
    std::vector<Told> told;
};

class ForkTest : public ChainTest {
 protected:
    explicit ForkTest(const ChainOptions& options = plain_options()) : ChainTest{options} {
        chain.set_observer(&recorder);
    }
    ~ForkTest() override { chain.set_observer(nullptr); }

    [[nodiscard]] Instructions pay(const Pubkey& to, std::uint64_t lamports) const {
        return {solana::system_transfer(
            {.from = wallet.public_key(), .to = to, .lamports = Lamports{lamports}})};
    }
    void advance(int slots) {
        for (int i = 0; i < slots; ++i) {
            chain.advance_slot();
        }
    }
    static constexpr std::uint64_t kSum = 5'000'000;
    Recorder recorder;
    const Pubkey friend_key = test_key(9);
};

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

// ---- The past ----

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
