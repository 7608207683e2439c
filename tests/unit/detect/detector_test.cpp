// SPDX-License-Identifier: MIT
#include "sniperforge/detect/detector.hpp"

#include <array>

#include "unit/detect/detector_support.hpp"
#include "unit/dex/pump_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

// ---- Swaps ----

TEST_F(DetectorTest, SaysNothingUntilBothVaultsHaveMoved) {
    load(pool);
    EXPECT_TRUE(see(pool.account_a(kA + 1'000), 2).empty());
    see(pool.account_b(kB - 4'900), 2);
    ASSERT_EQ(events.size(), 2U);
    const auto& changed = std::get<ReservesChanged>(events[0]);
    EXPECT_EQ(changed.pool, index);
    EXPECT_EQ(changed.slot, Slot{2});
    EXPECT_EQ(changed.reserve_a, TokenAmount{kA + 1'000});
    EXPECT_EQ(changed.reserve_b, TokenAmount{kB - 4'900});
    EXPECT_EQ(changed.previous_a, TokenAmount{kA});
    EXPECT_EQ(changed.previous_b, TokenAmount{kB});
    const auto& swap = std::get<SwapSeen>(events[1]);
    EXPECT_EQ(swap.pool, index);
    EXPECT_EQ(swap.slot, Slot{2});
    EXPECT_EQ(swap.direction, Direction::AToB);
    EXPECT_EQ(swap.amount_in, TokenAmount{1'000});
    EXPECT_EQ(swap.amount_out, TokenAmount{4'900});
    EXPECT_EQ(detector.statistics().swaps_seen, 1U);
}

TEST_F(DetectorTest, PairsTheHalvesInEitherOrder) {
    load(pool);
    EXPECT_TRUE(see(pool.account_b(kB + 5'000), 2).empty());
    see(pool.account_a(kA - 990), 2);
    ASSERT_EQ(all<SwapSeen>().size(), 1U);
    EXPECT_EQ(all<SwapSeen>()[0].direction, Direction::BToA);
    EXPECT_EQ(all<SwapSeen>()[0].amount_in, TokenAmount{5'000});
    EXPECT_EQ(all<SwapSeen>()[0].amount_out, TokenAmount{990});
}

TEST_F(DetectorTest, SeesTwoSwapsOfOneSlotWhenTheyArriveInPairs) {
    load(pool);
    see(pool.account_a(kA + 10), 2);
    see(pool.account_b(kB - 40), 2);
    EXPECT_EQ(all<SwapSeen>().size(), 1U);
    see(pool.account_a(kA + 30), 2);
    see(pool.account_b(kB - 120), 2);
    ASSERT_EQ(all<SwapSeen>().size(), 1U);
    EXPECT_EQ(all<SwapSeen>()[0].amount_in, TokenAmount{20});
    EXPECT_EQ(all<SwapSeen>()[0].amount_out, TokenAmount{80});
}

TEST_F(DetectorTest, TellsAOneSidedMoveWhenTheNextSlotBegins) {
    load(pool);
    EXPECT_TRUE(see(pool.account_a(kA + 7), 2).empty());
    start_slot(2);
    EXPECT_TRUE(all<ReservesChanged>().empty());  // The other half may still come.
    start_slot(3);
    ASSERT_EQ(events.size(), 2U);
    const auto& changed = std::get<ReservesChanged>(events[0]);
    EXPECT_EQ(changed.slot, Slot{2});
    EXPECT_EQ(changed.reserve_a, TokenAmount{kA + 7});
    EXPECT_EQ(changed.reserve_b, TokenAmount{kB});
    EXPECT_EQ(std::get<SlotStarted>(events[1]).slot, Slot{3});
    EXPECT_TRUE(all<SwapSeen>().empty());
    start_slot(4);
    EXPECT_EQ(events.size(), 1U);  // Told once.
}

// A donation to one vault in slot 2, and the swap of slot 3 without word of the slot between them.
TEST_F(DetectorTest, DoesNotPairHalvesOfDifferentSlots) {
    load(pool);
    EXPECT_TRUE(see(pool.account_a(kA + 7), 2).empty());
    see(pool.account_b(kB - 4'900), 3);
    ASSERT_EQ(events.size(), 1U);
    const auto& late = std::get<ReservesChanged>(events[0]);
    EXPECT_EQ(late.slot, Slot{2});
    EXPECT_EQ(late.reserve_a, TokenAmount{kA + 7});
    EXPECT_EQ(late.reserve_b, TokenAmount{kB});  // As it was in slot 2.
    see(pool.account_a(kA + 1'007), 3);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(std::get<ReservesChanged>(events[0]).previous_a, TokenAmount{kA + 7});
    const auto& swap = std::get<SwapSeen>(events[1]);
    EXPECT_EQ(swap.slot, Slot{3});
    EXPECT_EQ(swap.amount_in, TokenAmount{1'000});
    EXPECT_EQ(swap.amount_out, TokenAmount{4'900});
    EXPECT_EQ(detector.statistics().swaps_seen, 1U);
}

TEST_F(DetectorTest, TellsWaitingPoolsInTheirOrder) {
    const TestPool second{.venue = VenueId::RaydiumAmmV4, .number = 2, .mint_b = key_of(90)};
    load(second);
    load(pool);
    see(pool.account_a(kA + 7), 2);
    see(second.account_a(kA + 7), 2);
    start_slot(3);
    const auto changes = all<ReservesChanged>();
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_LT(changes[0].pool, changes[1].pool);
}

TEST_F(DetectorTest, IgnoresNewsOfAnEarlierSlot) {
    load(pool, 5);
    see(pool.account_a(kA + 10), 4);
    see(pool.account_b(kB - 40), 4);
    EXPECT_TRUE(events.empty());
    start_slot(6);
    EXPECT_EQ(events.size(), 1U);
}

// ---- Liquidity ----

TEST_F(DetectorTest, CallsAFallOfBothSidesByOnePercentAPullAndByLessNot) {
    for (const std::uint64_t left : {9'900U, 9'901U}) {
        TestPool each{.venue = VenueId::RaydiumCpmm, .number = left, .mint_b = key_of(left)};
        load(each);
        see(each.account_a(kA / 10'000 * left), 2);
        see(each.account_b(kB / 10'000 * 9'000), 2);  // Fell more; the smaller fall counts.
        const auto pulled = all<LiquidityPulled>();
        ASSERT_EQ(pulled.size(), left == 9'900 ? 1U : 0U);
        if (!pulled.empty()) {
            EXPECT_EQ(pulled[0].pool, index);
            EXPECT_EQ(pulled[0].removed, BasisPoints{100});
        }
        EXPECT_EQ(all<ReservesChanged>().size(), 1U);
        EXPECT_TRUE(all<SwapSeen>().empty());
    }
}

TEST_F(DetectorTest, TakesARiseOfBothSidesForNeitherSwapNorPull) {
    load(pool);
    see(pool.account_a(kA * 2), 2);
    see(pool.account_b(kB * 2), 2);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<ReservesChanged>(events[0]));
}

TEST_F(DetectorTest, CallsAnEmptiedPoolAPullOfEverything) {
    load(pool);
    see(pool.account_a(0), 2);
    see(pool.account_b(0), 2);
    ASSERT_EQ(all<LiquidityPulled>().size(), 1U);
    EXPECT_EQ(all<LiquidityPulled>()[0].removed, BasisPoints{kBasisPointsOne});
}

// ---- New pools ----

TEST_F(DetectorTest, LoadsPoolsSilentlyBeforeItIsLive) {
    load(pool);
    ASSERT_EQ(events.size(), 1U);  // Its first reserves, as no change.
    const auto& first = std::get<ReservesChanged>(events[0]);
    EXPECT_EQ(first.reserve_a, first.previous_a);
    EXPECT_EQ(first.reserve_b, first.previous_b);
    EXPECT_EQ(detector.statistics().pools_created, 0U);
}

TEST_F(DetectorTest, AnnouncesANewPoolOnceItIsCompleteAndWithTheSlotItWasFirstSeenIn) {
    detector.mark_live();
    EXPECT_TRUE(see(pool.account(), 10).empty());
    EXPECT_TRUE(see(config_account(pool.config), 11).empty());
    EXPECT_TRUE(see(pool.account_a(kA), 12).empty());
    see(pool.account_b(kB), 13);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(std::get<PoolCreated>(events[0]).created_at, Slot{10});
    EXPECT_EQ(std::get<PoolCreated>(events[0]).pool, book.find(pool.id()));
    EXPECT_TRUE(std::holds_alternative<ReservesChanged>(events[1]));
    EXPECT_EQ(detector.statistics().pools_created, 1U);
    see(pool.account(), 14);  // A later version of the same account is no new pool.
    EXPECT_TRUE(all<PoolCreated>().empty());
}

TEST_F(DetectorTest, DoesNotAnnounceAPoolThatWasKnownBeforeItWasLive) {
    see(pool.account(), 1);
    detector.mark_live();
    see(config_account(pool.config), 2);
    see(pool.account_a(kA), 2);
    see(pool.account_b(kB), 2);
    EXPECT_TRUE(all<PoolCreated>().empty());
    EXPECT_EQ(all<ReservesChanged>().size(), 1U);
}

TEST_F(DetectorTest, TakesTheLastAllowedPoolAndRefusesTheNext) {
    Detector bounded{book, {.pools_max = 2}};
    for (std::uint64_t number = 1; number <= 3; ++number) {
        const TestAccount account = TestPool{.number = number, .mint_b = key_of(number)}.account();
        bounded.observe(account.at(1), events);
    }
    EXPECT_EQ(book.size(), 2U);
    EXPECT_EQ(bounded.statistics().pools_refused, 1U);
    const TestAccount known = TestPool{.number = 1, .mint_b = key_of(1)}.account();
    bounded.observe(known.at(2), events);  // What is in the book stays welcome.
    EXPECT_EQ(bounded.statistics().pools_refused, 1U);
}

TEST_F(DetectorTest, CountsAccountsThatDoNotDecodeAndGoesOn) {
    load(pool);
    TestAccount torn = pool.account_a(kA + 1);
    torn.data.resize(40);
    EXPECT_TRUE(see(torn, 2).empty());
    EXPECT_EQ(detector.statistics().decode_errors, 1U);
    see(pool.account_a(kA + 1'000), 3);
    see(pool.account_b(kB - 4'900), 3);
    EXPECT_EQ(all<SwapSeen>().size(), 1U);
}

// ---- The rest ----

// A mayhem coin cannot use a Global that names no recipient for those; the other curve can.
TEST(DetectorOfCurves, TellsOfAPoolAlthoughAnotherCannotUseTheSameAccount) {
    using namespace dex::test;
    dex::PoolBook book;
    Detector detector{book, {}};
    std::vector<MarketEvent> events;
    const auto curve = [&](const Pubkey& coin, const CurveOptions& options) {
        const Bytes data = curve_bytes(options);
        detector.observe(AccountUpdate{Slot{5}, dex::pump_curve_address(coin),
                                       solana::kPumpCurveProgram, Lamports{1}, data},
                         events);
    };
    curve(key_of(61), {.is_mayhem = true});
    curve(coin(), {});
    for (const Account& account :
         {dex::test::mint_account(coin(), solana::kToken2022Program, dex::kPumpCoinSupply),
          curve_fee_config(config_of({0, 95, 30})),
          curve_global({.reserved_recipient = Pubkey{}})}) {
        events.clear();
        detector.observe(account.update(), events);
    }
    EXPECT_EQ(detector.statistics().decode_errors, 1U);
    ASSERT_EQ(events.size(), 1U);
    const auto* complete = std::get_if<ReservesChanged>(&events[0]);
    ASSERT_NE(complete, nullptr);
    EXPECT_EQ(complete->pool, PoolIndex{1});
}

TEST_F(DetectorTest, NotesInTheBookWhichPoolsMayHaveChangedUnheard) {
    load(pool);
    const std::array lost{pool.vault_a(), pool.vault_b()};
    events.clear();
    detector.observe(AccountsLost{lost, "socket lost"}, events);
    EXPECT_TRUE(book.is_blind(index));
    detector.observe(AccountsRestored{std::span{lost}.first(1)}, events);
    EXPECT_TRUE(book.is_blind(index)) << "the other vault is still unheard";
    detector.observe(AccountsRestored{std::span{lost}.last(1)}, events);
    EXPECT_FALSE(book.is_blind(index));
    EXPECT_TRUE(events.empty());
}

TEST_F(DetectorTest, HandsOnSlotsAndNothingOfWhatIsNotItsBusiness) {
    start_slot(9);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<SlotStarted>(events[0]).slot, Slot{9});
    events.clear();
    detector.observe(FeedLost{"a", "b"}, events);
    detector.observe(FeedRestored{"a"}, events);
    detector.observe(SignatureUpdate{}, events);
    detector.observe(LogsUpdate{}, events);
    see({key_of(123), key_of(124), Bytes(50, 1)}, 3);
    EXPECT_TRUE(events.empty());
}

}  // namespace
}  // namespace sniperforge::detect
