// SPDX-License-Identifier: MIT
#include "sniperforge/detect/holder_watch.hpp"

#include "unit/detect/detector_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

const Pubkey kWatchedMint = key_of(70), kWatched = key_of(71), kOtherAccount = key_of(72);
constexpr TokenAmount kMintSupply{1'000};

class HolderWatchTest : public ::testing::Test {
 protected:
    HolderWatchTest() { watch.watch(kWatched, kWatchedMint, false); }
    // What a balance in a slot makes of it.
    [[nodiscard]] std::vector<HolderSold> hear(std::uint64_t amount, std::uint64_t slot,
                                               const Pubkey& mint = kWatchedMint) {
        std::vector<MarketEvent> events;
        watch.observe(TestPool::vault(kWatched, mint, amount).at(slot), kMintSupply, events);
        std::vector<HolderSold> sold;
        for (const MarketEvent& event : events) {
            sold.push_back(std::get<HolderSold>(event));
        }
        return sold;
    }
    HolderWatch watch;
};

TEST_F(HolderWatchTest, TellsABalanceThatFallsAndNoneThatStaysOrRises) {
    EXPECT_TRUE(hear(400, 1).empty());  // The first that is heard of it.
    EXPECT_TRUE(hear(400, 2).empty());
    EXPECT_TRUE(hear(401, 3).empty());
    const auto sold = hear(400, 4);
    ASSERT_EQ(sold.size(), 1U);
    EXPECT_EQ(sold[0].mint, kWatchedMint);
    EXPECT_EQ(sold[0].slot, Slot{4});
    EXPECT_FALSE(sold[0].is_creator);
    EXPECT_EQ(sold[0].of_holding, BasisPoints{25});  // 1 of 401, rounded up.
    EXPECT_EQ(sold[0].of_supply, BasisPoints{10});
    EXPECT_TRUE(hear(400, 5).empty());
}

TEST_F(HolderWatchTest, TakesAnAccountThatIsClosedOrAnothersForSoldOut) {
    EXPECT_TRUE(hear(400, 1).empty());
    std::vector<MarketEvent> events;
    watch.observe({Slot{2}, kWatched, Pubkey{}, Lamports{}, {}}, kMintSupply, events);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<HolderSold>(events[0]).of_holding, BasisPoints{10'000});
    EXPECT_TRUE(hear(300, 3).empty());
    EXPECT_EQ(hear(300, 4, key_of(99)).size(), 1U);  // The same account of another mint.
}

// From what was read before anything was heard, and from nothing that is older.
TEST_F(HolderWatchTest, CountsFromWhatWasReadAndIgnoresWhatIsToldLate) {
    watch.note(kWatched, TokenAmount{500}, Slot{3});
    EXPECT_EQ(hear(400, 4).size(), 1U);
    EXPECT_TRUE(hear(100, 3).empty());
    EXPECT_EQ(watch.amount_of(kWatched), TokenAmount{400});
    watch.note(kWatched, TokenAmount{900}, Slot{4});  // Not newer than what was heard.
    EXPECT_EQ(watch.amount_of(kWatched), TokenAmount{400});
    watch.note(kWatched, TokenAmount{900}, Slot{5});
    EXPECT_EQ(hear(400, 6).size(), 1U);
}

// The reading may come before the account's own word, also before that of an earlier slot.
TEST_F(HolderWatchTest, TellsASaleThatWasReadBeforeItWasHeard) {
    watch.note(kWatched, TokenAmount{500}, Slot{3});
    watch.note(kWatched, TokenAmount{400}, Slot{5});
    EXPECT_EQ(watch.amount_of(kWatched), TokenAmount{400});
    const auto sold = hear(400, 5);
    ASSERT_EQ(sold.size(), 1U);
    EXPECT_EQ(sold[0].of_holding, BasisPoints{2'000});
    EXPECT_TRUE(hear(400, 6).empty()) << "told once";
    watch.note(kWatched, TokenAmount{100}, Slot{9});
    EXPECT_EQ(hear(300, 7).size(), 1U);
    EXPECT_EQ(watch.amount_of(kWatched), TokenAmount{100}) << "which is newer";
    EXPECT_EQ(hear(100, 9).size(), 1U);
}

TEST_F(HolderWatchTest, KnowsTheCreatorsAccountWhoeverNamedItFirst) {
    watch.watch(kWatched, kWatchedMint, true);
    watch.watch(kWatched, kWatchedMint, false);
    EXPECT_TRUE(hear(400, 1).empty());
    EXPECT_TRUE(hear(0, 2).at(0).is_creator);
}

TEST_F(HolderWatchTest, WantsEachAccountOnceAndLetsItGoWithItsMint) {
    watch.watch(kWatched, kWatchedMint, false);
    watch.watch(kOtherAccount, key_of(80), false);
    EXPECT_EQ(watch.take_wanted(), (std::vector<Pubkey>{kWatched, kOtherAccount}));
    EXPECT_TRUE(watch.take_wanted().empty());
    watch.forget(kWatchedMint);
    EXPECT_EQ(watch.take_unwanted(), (std::vector<Pubkey>{kWatched}));
    EXPECT_EQ(watch.size(), 1U);
    EXPECT_TRUE(hear(400, 8).empty());
    EXPECT_TRUE(hear(0, 9).empty());
    EXPECT_EQ(watch.mint_of(kWatched), nullptr);
}

TEST_F(HolderWatchTest, KeepsTheCreatorWhenOthersAreTheLargest) {
    watch.watch(kOtherAccount, kWatchedMint, true);
    const Pubkey third = key_of(73);
    watch.watch(third, kWatchedMint, false);
    const std::vector<Pubkey> largest{third};
    watch.keep_only(kWatchedMint, largest, true);
    EXPECT_EQ(watch.size(), 2U);
    EXPECT_EQ(watch.mint_of(kWatched), nullptr);
    EXPECT_NE(watch.mint_of(kOtherAccount), nullptr);
}

}  // namespace
}  // namespace sniperforge::detect
