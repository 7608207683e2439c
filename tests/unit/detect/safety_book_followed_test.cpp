// SPDX-License-Identifier: MIT
// Which tokens are followed and whom of theirs is listened to, and what is told of those that are
// held, or let go.
#include "unit/detect/safety_book_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

TEST_F(SafetyBookTest, WantsTheLpMintItsLockTheCreatorAndTheLargestHolderAndLetsThemGo) {
    make_safe();
    auto wanted = safety.take_accounts_wanted();
    std::ranges::sort(wanted);
    std::vector<Pubkey> expected{kLpMint, lock_account(), creator_account(), kHolder};
    std::ranges::sort(expected);
    EXPECT_EQ(wanted, expected);
    EXPECT_TRUE(safety.take_accounts_wanted().empty());
    start(60);
    EXPECT_TRUE(safety.is_followed(pool.mint_b)) << "50 slots old";
    start(61);
    EXPECT_FALSE(safety.is_followed(pool.mint_b));
    auto unwanted = safety.take_accounts_unwanted();
    std::ranges::sort(unwanted);
    EXPECT_EQ(unwanted, expected);
}

TEST_F(SafetyBookTest, FollowsWhatIsHeldAsLongAsItIs) {
    make_safe();
    const std::vector<SafetySubject> held{{index, pool.mint_b, kCreator, now}};
    safety.set_held(held);
    start(1'000);
    EXPECT_TRUE(safety.is_followed(pool.mint_b));
    hear_creator(1'000);
    hear_creator(400);
    ASSERT_EQ(all<HolderSold>().size(), 1U);
    EXPECT_TRUE(all<HolderSold>()[0].is_creator);
    EXPECT_EQ(all<HolderSold>()[0].of_holding, BasisPoints{6'000});
    hear(TestPool::vault(kHolder, pool.mint_b, 99'999));
    ASSERT_EQ(all<HolderSold>().size(), 1U);
    EXPECT_FALSE(all<HolderSold>()[0].is_creator);
    EXPECT_EQ(safety.statistics().holders_sold, 2U);
    safety.set_held({});
    EXPECT_FALSE(safety.is_followed(pool.mint_b));
    hear_creator(0);
    EXPECT_TRUE(all<HolderSold>().empty());
}

// Parts of an entry may still be bought then.
TEST_F(SafetyBookTest, JudgesWhatIsHeldWhenItsPoolIsOldAndCountsItNoMore) {
    make_safe();
    const std::vector<SafetySubject> held{{index, pool.mint_b, kCreator, now}};
    safety.set_held(held);
    start(61);
    EXPECT_TRUE(safety.take_unread(now).empty());
    hear_lp(1'001);
    EXPECT_EQ(told(), "LP_BURNT");
    hear_lp(1'000);
    EXPECT_EQ(told(), "safe");
    start(160);
    EXPECT_EQ(told(), "nothing");
    EXPECT_TRUE(safety.take_unread(now).empty()) << "what is only held is not read again";
    start(161);
    EXPECT_EQ(told(), "HOLDERS_TOP10_UNKNOWN");
    EXPECT_EQ(safety.statistics().passed, 1U);
    for (const auto& [found, unknown] : safety.statistics().refused) {
        EXPECT_EQ(found + unknown, 0U);
    }
    EXPECT_EQ(notes.size(), 1U);
}

TEST_F(SafetyBookTest, MakesRoomForAYoungerTokenAndNeverByOneThatIsHeld) {
    safety.follow({PoolIndex{100}, key_of(81), {}, Slot{11}});
    EXPECT_TRUE(safety.is_followed(pool.mint_b));
    safety.follow({PoolIndex{101}, key_of(82), {}, Slot{12}});
    EXPECT_FALSE(safety.is_followed(pool.mint_b));
    EXPECT_TRUE(safety.is_followed(key_of(81)));
    const std::vector<SafetySubject> held{{PoolIndex{100}, key_of(81), {}, now}};
    safety.set_held(held);
    safety.follow({index, pool.mint_b, kCreator, Slot{13}});
    EXPECT_TRUE(safety.is_followed(key_of(82)));
    safety.follow({PoolIndex{102}, key_of(83), {}, Slot{14}});
    EXPECT_FALSE(safety.is_followed(key_of(82)));
    EXPECT_TRUE(safety.is_followed(pool.mint_b));
    EXPECT_TRUE(safety.is_followed(key_of(81)));
}

// Whoever was told that it is safe would buy it, and nobody would hear that it is not.
TEST_F(SafetyBookTest, TakesItsWordBackOfATokenThatItLetsGo) {
    make_safe();
    now = Slot{12};
    safety.follow({PoolIndex{100}, key_of(81), {}, Slot{11}});
    safety.follow({PoolIndex{101}, key_of(82), {}, Slot{12}});
    events.clear();
    judge();
    EXPECT_FALSE(safety.is_followed(pool.mint_b));
    const auto told_of = all<TokenJudged>();
    ASSERT_EQ(told_of.size(), 1U) << "the others are not known yet";
    EXPECT_EQ(told_of[0].mint, pool.mint_b);
    EXPECT_EQ(told_of[0].slot, now);
    EXPECT_EQ(told(), "EVIDENCE_AWAITED_UNKNOWN");
    start(13);
    EXPECT_EQ(told(), "nothing") << "once";
}

TEST_F(SafetyBookTest, TakesNothingBackOfATokenThatItRefused) {
    make_safe();
    hear_lp(1'001);
    safety.follow({PoolIndex{100}, key_of(81), {}, Slot{11}});
    safety.follow({PoolIndex{101}, key_of(82), {}, Slot{12}});
    EXPECT_FALSE(safety.is_followed(pool.mint_b));
    events.clear();
    judge();
    EXPECT_EQ(told(), "nothing");
}

// Let go and followed again before anybody was told.
TEST_F(SafetyBookTest, TellsOnlyTheNewestOfATokenThatComesBack) {
    make_safe();
    now = Slot{12};
    safety.follow({PoolIndex{100}, key_of(81), {}, Slot{11}});
    safety.follow({PoolIndex{101}, key_of(82), {}, Slot{12}});
    safety.follow({index, pool.mint_b, kCreator, Slot{12}});
    events.clear();
    judge();
    for (const TokenJudged& judged : all<TokenJudged>()) {
        EXPECT_TRUE(judged.refused);
    }
    EXPECT_EQ(all<TokenJudged>().size(), 1U);
    make_safe();
    EXPECT_EQ(told(), "safe");
}

// Our own sale would make us sell.
TEST_F(SafetyBookTest, DoesNotListenToOurOwnAccount) {
    safety.set_own(key_of(53));  // Whose the holder's account is.
    make_safe();
    const auto wanted = safety.take_accounts_wanted();
    EXPECT_EQ(std::ranges::count(wanted, kHolder), 0);
    hear(TestPool::vault(kHolder, pool.mint_b, 100'000));
    hear(TestPool::vault(kHolder, pool.mint_b, 0));
    EXPECT_TRUE(all<HolderSold>().empty());
}

// ---- A pool that was not known when the holders were read ----

class SafetyBookVaultTest : public SafetyBookTest {
 protected:
    // Its vault is the largest of the accounts that were read, and one is watched.
    void read_vault() {
        hear_lp(100);
        HolderReading reading{now, TokenAmount{kCoins}, {}, {}};
        reading.holders = {{second.vault_b(), key_of(99), TokenAmount{200'000}},
                           {kHolder, key_of(53), TokenAmount{100'000}}};
        safety.take_holders(pool.mint_b, reading, now);
        EXPECT_FALSE(is_holder_wanted());
    }
    void follow(const TestPool& one) {
        hear(one.account());
        safety.follow({book.find(one.id()).value(), pool.mint_b, {}, now});
    }
    [[nodiscard]] bool is_holder_wanted() {
        return std::ranges::count(safety.take_accounts_wanted(), kHolder) == 1;
    }
    // Whoever buys from a pool is no holder who sells.
    void expect_only_the_holder_is_heard() {
        EXPECT_TRUE(is_holder_wanted());
        EXPECT_EQ(std::ranges::count(safety.take_accounts_unwanted(), second.vault_b()), 0)
            << "the pool needs it";
        now = Slot{11};
        hear(second.account_b(199'999));
        EXPECT_TRUE(all<HolderSold>().empty());
        hear(TestPool::vault(kHolder, pool.mint_b, 99'999));
        EXPECT_EQ(all<HolderSold>().size(), 1U) << "counted from what was read";
    }

    TestPool second{.venue = VenueId::RaydiumCpmm, .number = 2, .mint_b = pool.mint_b};
};

TEST_F(SafetyBookVaultTest, IsLeftOutWhenItsPoolIsFollowed) {
    read_vault();
    follow(second);
    expect_only_the_holder_is_heard();
}

TEST_F(SafetyBookVaultTest, IsLeftOutWhenItsPoolIsOneTooManyToBeFollowed) {
    for (const std::uint64_t number : {3U, 4U, 5U}) {
        follow({.venue = VenueId::RaydiumCpmm, .number = number, .mint_b = pool.mint_b});
    }
    read_vault();
    follow(second);
    EXPECT_EQ(refusal(), "LP_BURNT_UNKNOWN");
    expect_only_the_holder_is_heard();
}

// It is not bought from, but others buy from it.
TEST_F(SafetyBookVaultTest, IsLeftOutWhenItsPoolIsNotForSol) {
    second.mint_a = key_of(60);
    read_vault();
    hear(second.account());
    hear(second.account_a(1));
    EXPECT_FALSE(is_holder_wanted());
    hear(second.account_b(200'000));
    expect_only_the_holder_is_heard();
}

}  // namespace
}  // namespace sniperforge::detect
