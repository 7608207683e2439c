// SPDX-License-Identifier: MIT
// What is done with a position whose pool gives no price.
#include "unit/strategy/exits_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;
using std::chrono::seconds;

constexpr BasisPoints kLargest{2'000};

class UnquotedExitsTest : public ExitsTest {
 protected:
    UnquotedExitsTest() {
        settings.stop_loss = BasisPoints{1'000};
        // Named, but its vaults have not been read.
        const TestPool other{.venue = VenueId::RaydiumCpmm, .number = 2, .mint_b = pool.mint_b};
        market.accounts.apply(other.account(), market.slot.value);
        unread = *market.book().find(other.id());
    }
    // The clock alone.
    [[nodiscard]] Intents after(Exits& exits, Duration passed) {
        market.now = market.now + passed;
        return decide(exits, SlotStarted{market.slot});
    }
    [[nodiscard]] std::uint64_t quoted() const {
        return dex::quote_exact_in(market.book().pool(index), Direction::BToA, position().amount,
                                   dex::test::kNow)
            ->amount_out.raw();
    }
    [[nodiscard]] const PositionView& position() const { return market.positions[0]; }
    using ExitsTest::position;
    [[nodiscard]] static std::uint64_t floor_of(const Intents& intents) {
        return intents.empty() ? 0 : intents[0].receive_min.raw();
    }
    // No lamport is left in the pool.
    void empty() { market.set(pool, {0, 1'000'000'000'000}); }

    PoolIndex unread;
};

// Accounts on their way are no loss: the price may as well have risen.
TEST_F(UnquotedExitsTest, TakeAPoolThatIsBeingReadForNoLoss) {
    Exits exits{settings, kLargest};
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
    position().pool = unread;
    EXPECT_TRUE(after(exits, seconds{30}).empty());
    EXPECT_TRUE(decide(exits, market.changed(unread)).empty());
    position().pool = index;
    position().cost = Lamports{2 * quoted()};
    const Intents intents = after(exits, Duration{});
    ASSERT_EQ(intents.size(), 1U) << "quoted again, and a loss";
    EXPECT_EQ(intents[0].exit_reason, ExitReason::StopLoss);
}

TEST_F(UnquotedExitsTest, LeaveWhatHasNoPriceForTheTimeOfALostFeedAndNotANanosecondLess) {
    settings.feed_loss_exit = seconds{10};
    Exits exits{settings, kLargest};
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
    const std::uint64_t last = quoted();
    position().pool = unread;
    EXPECT_TRUE(after(exits, Duration{}).empty());
    EXPECT_TRUE(after(exits, seconds{10} + Duration{-1}).empty());
    const Intents intents = after(exits, Duration{1});
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::FeedLoss);
    EXPECT_EQ(floor_of(intents), last * 9'400 / 10'000) << "its slippage is the urgent one";
    position().pool = index;
    EXPECT_TRUE(after(exits, Duration{}).empty()) << "read: the time begins anew";
}

// Whoever quotes next may say anything: the floor is ours.
TEST_F(UnquotedExitsTest, AskForTheLastKnownValueLessTheLadderAndNeverForDust) {
    Exits exits{settings, kLargest};
    exits.flatten(true);
    const std::uint64_t last = quoted();
    EXPECT_EQ(floor_of(decide(exits, market.changed(index))), last * 9'700 / 10'000);
    empty();
    EXPECT_EQ(floor_of(decide(exits, market.changed(index))), last * 9'700 / 10'000);
    for (const std::uint64_t kept : {9'400U, 8'800U, 8'000U, 8'000U, 8'000U, 8'000U}) {
        exits.exit_failed(PositionId{1}, market.slot, true);
        market.slot = market.slot.plus(2);
        const Intents intents = decide(exits, market.changed(index));
        EXPECT_EQ(floor_of(intents), last * kept / 10'000) << kept;
    }
}

TEST_F(UnquotedExitsTest, AskForThePartOfTheLastKnownValueThatIsSold) {
    Exits exits{settings, kLargest};
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
    const std::uint64_t last = quoted();
    empty();
    exits.flatten(true);
    position().missing = TokenAmount{position().amount.raw() / 4};
    EXPECT_EQ(floor_of(decide(exits, market.changed(index))), last * 3 / 4 * 9'700 / 10'000);
}

// Nothing of it was ever quoted in this run.
TEST_F(UnquotedExitsTest, AskForTheCostLessTheLargestSlippageWhereThereWasNoQuoteYet) {
    Exits exits{settings, kLargest};
    exits.flatten(true);
    empty();
    EXPECT_EQ(floor_of(decide(exits, market.changed(index))),
              position().cost.raw() * 8'000 / 10'000);
    exits.exit_failed(PositionId{1}, market.slot, true);
    market.slot = market.slot.plus(2);
    EXPECT_EQ(floor_of(decide(exits, market.changed(index))),
              position().cost.raw() * 8'000 / 10'000);
}

TEST_F(UnquotedExitsTest, SellNothingThatHasNeitherAQuoteNorACost) {
    Exits exits{settings, kLargest};
    exits.flatten(true);
    position().cost = {};
    empty();
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
    market.set(pool, {100 * kSol, 1'000'000'000'000});
    EXPECT_EQ(floor_of(decide(exits, market.changed(index))), quoted() * 9'700 / 10'000);
}

// The first slot is heard before the pools are read.
TEST_F(UnquotedExitsTest, WaitForTheFirstReadingOfThePoolTenSecondsAndNoLonger) {
    Exits exits{settings, kLargest};
    exits.flatten(true);
    position().pool = unread;
    EXPECT_TRUE(after(exits, Duration{}).empty());
    EXPECT_TRUE(after(exits, seconds{10} + Duration{-1}).empty());
    EXPECT_EQ(floor_of(after(exits, Duration{1})), position().cost.raw() * 8'000 / 10'000);
    position().pool = index;
    EXPECT_EQ(floor_of(after(exits, Duration{})), quoted() * 9'700 / 10'000);
}

// A person is told once, at the sixth sale in a row that nobody bought.
TEST_F(UnquotedExitsTest, AreFoundUnsaleableAtTheSixthFailureWithoutAQuoteAndAtNoOther) {
    Exits exits{settings, kLargest};
    exits.flatten(true);
    const auto fail = [&](bool is_market) {
        EXPECT_EQ(decide(exits, market.changed(index)).size(), 1U);
        exits.exit_failed(PositionId{1}, market.slot, is_market);
        market.slot = market.slot.plus(32);
        return exits.is_found_unsaleable(PositionId{1});
    };
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(fail(true)) << "its pool quotes it";
    }
    empty();
    for (int failure = 1; failure <= 8; ++failure) {
        EXPECT_EQ(fail(failure % 2 == 0), failure == 6) << failure;
    }
    EXPECT_EQ(decide(exits, market.changed(index)).size(), 1U) << "it is tried on";
}

// As before: what the pool itself says is no lie of a third one.
TEST_F(UnquotedExitsTest, SellARugThatIsQuotedAtItsTerriblePrice) {
    Exits exits{settings, kLargest};
    EXPECT_TRUE(decide(exits, market.changed(index)).empty());
    market.set(pool, {1'000'000, 1'000'000'000'000});
    const Intents intents = decide(exits, market.changed(index));
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].exit_reason, ExitReason::StopLoss);
    EXPECT_EQ(floor_of(intents), quoted() * 9'700 / 10'000);
    EXPECT_LT(floor_of(intents), 1'000U);
}

}  // namespace
}  // namespace sniperforge::strategy
