// SPDX-License-Identifier: MIT
// When a nonce may be lent, and when its order is over: each rule from both sides.
#include "execute/nonce_keeper.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "sniperforge/rpc/pace_gauge.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::execute {
namespace {

using sniperforge::test::key_of;
using std::chrono::seconds;
const Pubkey kOwnerOfNonces = key_of(1);
constexpr Slot kBelieved{100};
// What a node tells that serves another chain.
constexpr std::uint64_t kAbsurd = 1'000'000'000'000;

[[nodiscard]] Hash value_of(std::uint8_t number) { return Hash::from(Bytes(32, number)); }
[[nodiscard]] Pubkey nonce(std::uint8_t number) {
    return signer::nonce_address(kOwnerOfNonces, number);
}

class NonceKeeperTest : public ::testing::Test {
 protected:
    NonceKeeperTest() { keeper.believe(kBelieved); }
    // What a node says of the nonces: those with a value are there.
    [[nodiscard]] rpc::MultipleAccounts told(std::uint64_t slot) const {
        rpc::MultipleAccounts accounts{Slot{slot}, {}};
        for (std::uint8_t i = 0; i < signer::kNoncesMax; ++i) {
            if (!values[i]) {
                accounts.accounts.emplace_back();
                continue;
            }
            rpc::AccountData account;
            account.pubkey = nonce(i);
            account.owner = solana::kSystemProgram;
            account.data = solana::encode_nonce_account({authority, *values[i], Lamports{5'000}});
            accounts.accounts.emplace_back(std::move(account));
        }
        return accounts;
    }
    void read(std::uint64_t slot) { keeper.on_reading({told(slot), std::nullopt, std::nullopt}); }
    // The nonce gets the value, by an advance of ours that is final in the slot.
    void renew(std::uint8_t number, std::uint8_t value, std::uint64_t slot) {
        keeper.advancing(nonce(number));
        keeper.advanced(nonce(number), Slot{slot});
        values[number] = value_of(value);
        read(slot);
    }
    [[nodiscard]] std::optional<NonceLease> lend() { return keeper.lend({}); }
    // The first one, of value 2 as of slot 20.
    [[nodiscard]] NonceLease lent() {
        read(10);
        renew(0, 2, 20);
        const auto lease = lend();
        EXPECT_TRUE(lease);
        return lease.value_or(NonceLease{});
    }
    [[nodiscard]] std::vector<Pubkey> due(bool only_for_orders = false) {
        now = now + seconds{10};
        return keeper.take_due(now, only_for_orders);
    }

    std::array<std::optional<Hash>, signer::kNoncesMax> values{value_of(1)};
    Pubkey authority = kOwnerOfNonces;
    NonceKeeper keeper{kOwnerOfNonces, 1};
    MonoTime now;
};

TEST_F(NonceKeeperTest, LendsNothingThatItHasNotAdvancedItself) {
    EXPECT_TRUE(keeper.is_reading_wanted());
    EXPECT_TRUE(due().empty()) << "it may not be there";
    read(10);
    EXPECT_FALSE(lend()) << "an earlier process may have signed with this value";
    EXPECT_EQ(due(), std::vector{nonce(0)});
    keeper.advancing(nonce(0));
    EXPECT_TRUE(due().empty()) << "one is on its way";
    keeper.advanced(nonce(0), Slot{20});
    EXPECT_TRUE(keeper.is_reading_wanted());
    EXPECT_EQ(keeper.reading_slot_min(), Slot{20});
    values[0] = value_of(2);
    read(19);
    EXPECT_FALSE(lend()) << "from before the advance";
    read(20);
    EXPECT_FALSE(keeper.is_reading_wanted());
    EXPECT_EQ(lend(), (NonceLease{nonce(0), value_of(2), Slot{20}}));
    EXPECT_FALSE(lend()) << "one order at a time";
}

TEST_F(NonceKeeperTest, AsksForAnAdvanceAgainAfterAPauseAndWhenOneFailed) {
    read(10);
    EXPECT_EQ(keeper.take_due(now, false).size(), 1U);
    EXPECT_EQ(keeper.take_due(now + seconds{1}, false).size(), 0U);
    EXPECT_EQ(keeper.take_due(now + seconds{2}, false).size(), 1U);
    keeper.advancing(nonce(0));
    keeper.not_advanced(nonce(0), now + seconds{9});
    EXPECT_EQ(keeper.take_due(now + seconds{10}, false).size(), 0U);
    EXPECT_EQ(keeper.take_due(now + seconds{11}, false).size(), 1U);
    EXPECT_FALSE(lend());
}

TEST_F(NonceKeeperTest, LendsTheFirstSoManyThatAreThere) {
    values[0].reset();
    values[3] = value_of(3);
    values[5] = value_of(5);
    read(10);
    EXPECT_EQ(due(), std::vector{nonce(3)});
    authority = key_of(66);
    read(11);
    EXPECT_TRUE(due().empty()) << "of another authority";
}

TEST_F(NonceKeeperTest, IsOverOnlyByANewerReadingOfAnotherValueThatIsFinal) {
    const NonceLease lease = lent();
    const auto is_over = [&](std::uint64_t finalized) {
        return keeper.is_over(lease, Slot{finalized});
    };
    EXPECT_FALSE(is_over(1'000)) << "it has its value";
    values[0] = value_of(1);
    read(19);
    EXPECT_FALSE(is_over(1'000)) << "what was before the lease proves nothing";
    values[0] = value_of(2);
    read(30);
    EXPECT_FALSE(is_over(1'000));
    values[0] = value_of(3);
    read(31);
    EXPECT_FALSE(is_over(30)) << "no history is asked that may not reach so far";
    EXPECT_TRUE(is_over(31));
    read(99);
    EXPECT_TRUE(is_over(31)) << "it stays so";
}

TEST_F(NonceKeeperTest, WhatTwoEndpointsDifferAboutStaysUnknown) {
    const NonceLease lease = lent();
    rpc::MultipleAccounts other = told(40);
    values[0] = value_of(3);
    keeper.on_reading({told(40), other, std::nullopt});
    EXPECT_FALSE(keeper.is_over(lease, Slot{1'000}));
    keeper.on_reading({told(41), told(40), std::nullopt});
    EXPECT_FALSE(keeper.is_over(lease, Slot{39}));
    EXPECT_TRUE(keeper.is_over(lease, Slot{40})) << "as of the older of the two";
}

TEST_F(NonceKeeperTest, IsOverWhereTheAccountWasClosedAndNotWhereItsAuthorityChanged) {
    const NonceLease lease = lent();
    authority = key_of(66);
    read(30);
    EXPECT_FALSE(keeper.is_over(lease, Slot{1'000})) << "it could change back";
    values[0].reset();
    read(31);
    EXPECT_FALSE(keeper.is_over(lease, Slot{31})) << "one node may have left it out";
    read(31);
    EXPECT_FALSE(keeper.is_over(lease, Slot{31})) << "the same reading again";
    read(32);
    EXPECT_TRUE(keeper.is_over(lease, Slot{32}));
}

TEST_F(NonceKeeperTest, AnAccountThatOneNodeLeavesOutOnceIsStillLent) {
    const NonceLease lease = lent();
    const auto value = std::exchange(values[0], std::nullopt);
    read(30);
    values[0] = value;
    read(31);
    values[0].reset();
    read(32);
    EXPECT_FALSE(keeper.is_over(lease, Slot{1'000})) << "it was there in between";
    keeper.on_reading({told(33), told(33), std::nullopt});
    EXPECT_TRUE(keeper.is_over(lease, Slot{33})) << "two nodes say so";
}

TEST_F(NonceKeeperTest, IsOverWhereAnAdvanceOfOursIsFinalThoughNobodyCanBeRead) {
    const NonceLease lease = lent();
    keeper.end(lease);
    keeper.advancing(nonce(0));
    EXPECT_FALSE(keeper.is_over(lease, Slot{1'000}));
    keeper.advanced(nonce(0), Slot{40});
    EXPECT_FALSE(keeper.is_over(lease, Slot{39})) << "no history is asked that may not reach it";
    EXPECT_TRUE(keeper.is_over(lease, Slot{40}));
}

TEST_F(NonceKeeperTest, TheOwnLandingOfItsOrderRenewsItAndTheEndWithoutABlockDoesNot) {
    keeper.used(lent(), Slot{30}, false);
    EXPECT_FALSE(lend()) << "its new value is not known";
    values[0] = value_of(3);
    read(30);
    const auto lease = lend();
    ASSERT_TRUE(lease);
    EXPECT_EQ(lease->value, value_of(3));
    EXPECT_TRUE(due().empty());
    keeper.ended(*lease);
    EXPECT_FALSE(lend()) << "whoever refused it may keep it";
    EXPECT_EQ(due(), std::vector{nonce(0)});
}

TEST_F(NonceKeeperTest, WhatNothingWasSignedWithIsFreeAtOnce) {
    const NonceLease lease = lent();
    keeper.give_back(lease);
    EXPECT_TRUE(due().empty());
    EXPECT_EQ(lend(), lease);
}

TEST_F(NonceKeeperTest, AnOrderThatShouldHaveLandedIsEndedByAnAdvance) {
    const NonceLease lease = lent();
    EXPECT_TRUE(due(true).empty());
    keeper.end(lease);
    EXPECT_TRUE(keeper.is_reading_wanted());
    EXPECT_EQ(due(true), std::vector{nonce(0)}) << "also when the daemon is about to stop";
    renew(0, 3, 40);
    EXPECT_TRUE(keeper.is_over(lease, Slot{40}));
    keeper.end(lease);
    EXPECT_TRUE(due().empty()) << "it is done";
    EXPECT_FALSE(lend()) << "its order has no end yet";
    keeper.ended(lease);
    EXPECT_TRUE(due().empty());
    EXPECT_EQ(lend(), (NonceLease{nonce(0), value_of(3), Slot{40}}));
}

TEST_F(NonceKeeperTest, AnEarlierProcessesOrderHoldsItAndItsLandingRenewsNothing) {
    NonceKeeper none{kOwnerOfNonces, 0};
    none.believe(kBelieved);
    const NonceLease lease{nonce(0), value_of(1), Slot{5}};
    EXPECT_FALSE(none.is_reading_wanted()) << "nothing is lent, and nothing is held";
    none.hold(lease);
    EXPECT_TRUE(none.is_reading_wanted()) << "although nothing is lent any more";
    none.on_reading({told(10), std::nullopt, std::nullopt});
    EXPECT_EQ(none.take_due(MonoTime{9}, true).size(), 1U);

    keeper.hold(lease);
    read(10);
    keeper.used(lease, Slot{12}, true);
    values[0] = value_of(2);
    read(12);
    EXPECT_FALSE(lend()) << "that process may have lent it again";
    EXPECT_EQ(due(), std::vector{nonce(0)});
    EXPECT_TRUE(due(true).empty()) << "no order waits for it";
    renew(0, 3, 30);
    EXPECT_TRUE(lend());
}

TEST_F(NonceKeeperTest, AfterALossAllOfThemAreAdvancedAndWhatIsNotThereIsLookedForOnceMore) {
    NonceKeeper all{kOwnerOfNonces, 0};
    all.believe(kBelieved);
    values[6] = value_of(6);
    EXPECT_FALSE(all.retire(Slot{50}));
    EXPECT_TRUE(all.is_reading_wanted());
    all.on_reading({told(49), std::nullopt, std::nullopt});
    EXPECT_EQ(all.take_due(MonoTime{1}, true), (std::vector{nonce(0), nonce(6)}))
        << "they hold up the start";
    all.advanced(nonce(0), Slot{60});
    all.on_reading({told(60), std::nullopt, std::nullopt});
    EXPECT_FALSE(all.retire(Slot{50})) << "the other was not advanced";
    all.advanced(nonce(6), Slot{61});
    EXPECT_TRUE(all.retire(Slot{50}));
    EXPECT_FALSE(all.retire(Slot{61})) << "nobody has looked since whether there are more";
    all.on_reading({told(61), std::nullopt, std::nullopt});
    EXPECT_TRUE(all.retire(Slot{61}));
    EXPECT_FALSE(all.retire(Slot{5'000'000})) << "which a node told that was wrong";
    EXPECT_TRUE(all.is_reading_wanted());
    EXPECT_TRUE(all.retire(Slot{61}));
    EXPECT_FALSE(all.is_reading_wanted()) << "it is not waited for any more";
}

TEST_F(NonceKeeperTest, WhatWasLeftOutInASlotThatIsNotBelievedAnyMoreIsLeftOutInNone) {
    read(20);
    keeper.believe(Slot{kAbsurd});
    values[0].reset();
    read(kAbsurd);
    EXPECT_EQ(keeper.count_there(), 1U) << "one node, in one slot";
    keeper.believe(kBelieved);
    read(60);
    EXPECT_EQ(keeper.count_there(), 1U);
    read(61);
    EXPECT_EQ(keeper.count_there(), 0U) << "and in a later one";
}

// Of what the books hold by mistake each sale is refused, and there may be one every second.
TEST_F(NonceKeeperTest, AfterALossARefusedOrderHoldsNothingUpOnceItsNonceWasAdvanced) {
    read(10);
    EXPECT_FALSE(keeper.retire(Slot{10}));
    EXPECT_EQ(due(true), std::vector{nonce(0)});
    renew(0, 2, 20);
    EXPECT_TRUE(keeper.retire(Slot{10}));
    const auto lease = lend();
    ASSERT_TRUE(lease);
    keeper.ended(*lease);
    EXPECT_TRUE(due(true).empty()) << "no order waits for it, and the loss is past";
    EXPECT_TRUE(keeper.retire(Slot{10}));
    EXPECT_FALSE(lend()) << "a node may keep that order for as long as the value stands";
    EXPECT_EQ(due(), std::vector{nonce(0)}) << "for orders to come, once the books are held again";
}

// ---- One node's word of a slot ----

TEST_F(NonceKeeperTest, TakesReadingsUpToAsFarAheadAsANodeCanBeAndNoneBeyond) {
    const std::uint64_t most = kBelieved.value + rpc::PaceGauge::kAheadMax;
    read(most + 1);
    EXPECT_EQ(keeper.count_there(), 0U);
    EXPECT_TRUE(keeper.is_reading_wanted());
    read(most);
    EXPECT_EQ(keeper.count_there(), 1U);
    EXPECT_FALSE(keeper.is_reading_wanted());
}

TEST_F(NonceKeeperTest, TakesNoReadingBeforeASlotIsBelieved) {
    NonceKeeper young{kOwnerOfNonces, 1};
    young.on_reading({told(10), std::nullopt, std::nullopt});
    EXPECT_EQ(young.count_there(), 0U);
    young.believe(Slot{10});
    young.on_reading({told(10), std::nullopt, std::nullopt});
    EXPECT_EQ(young.count_there(), 1U);
}

// The only node's first words were absurd, and believed until it had told others for long enough.
TEST_F(NonceKeeperTest, WhatWasReadInASlotThatIsNotBelievedAnyMoreIsReadAgain) {
    keeper.believe(Slot{kAbsurd});
    values[0].reset();
    read(kAbsurd);
    EXPECT_FALSE(keeper.is_reading_wanted());
    values[0] = value_of(1);
    keeper.believe(kBelieved);
    EXPECT_TRUE(keeper.is_reading_wanted());
    EXPECT_FALSE(keeper.retire(Slot{50})) << "it was not there in no slot";
    read(60);
    EXPECT_EQ(keeper.count_there(), 1U);
    EXPECT_EQ(due(), std::vector{nonce(0)});
    renew(0, 2, 70);
    EXPECT_TRUE(lend());
}

TEST_F(NonceKeeperTest, AReadingFromBeforeAnAdvanceIsFinalIsNotBehindItWhateverItsSlot) {
    keeper.believe(Slot{kAbsurd});
    read(kAbsurd);
    keeper.advancing(nonce(0));
    keeper.advanced(nonce(0), Slot{20});
    EXPECT_FALSE(lend()) << "with the value of before";
    EXPECT_TRUE(keeper.is_reading_wanted());
    values[0] = value_of(2);
    read(21);
    EXPECT_EQ(lend(), (NonceLease{nonce(0), value_of(2), Slot{21}}));
}

TEST_F(NonceKeeperTest, AnAdvanceThatIsFinalInNoSlotOfTheChainIsMadeOnceMore) {
    read(10);
    keeper.advancing(nonce(0));
    keeper.advanced(nonce(0), Slot{kAbsurd});
    EXPECT_EQ(keeper.reading_slot_min(), std::nullopt) << "no node would serve it";
    EXPECT_EQ(due(), std::vector{nonce(0)});
    renew(0, 2, 30);
    const auto lease = lend();
    ASSERT_TRUE(lease);
    keeper.used(*lease, Slot{kAbsurd}, false);
    EXPECT_EQ(keeper.reading_slot_min(), std::nullopt);
    EXPECT_EQ(due(), std::vector{nonce(0)});
    keeper.believe(Slot{kAbsurd});
    keeper.advanced(nonce(0), Slot{kAbsurd});
    EXPECT_TRUE(due().empty());
    keeper.believe(kBelieved);
    EXPECT_EQ(keeper.reading_slot_min(), std::nullopt);
    EXPECT_EQ(due(), std::vector{nonce(0)});
}

TEST_F(NonceKeeperTest, OneThatATableNamesIsNotLent) {
    read(10);
    renew(0, 2, 20);
    solana::AddressLookupTable table;
    table.addresses = {key_of(9), nonce(0)};
    EXPECT_FALSE(keeper.lend({&table, 1}));
    table.addresses.pop_back();
    EXPECT_TRUE(keeper.lend({&table, 1}));
    EXPECT_EQ(keeper.statistics().none_free, 1U);
    EXPECT_EQ(keeper.statistics().leased, 1U);
}

}  // namespace
}  // namespace sniperforge::execute
