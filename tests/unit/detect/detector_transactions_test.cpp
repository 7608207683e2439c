// SPDX-License-Identifier: MIT
// What transactions tell the detector.
#include <algorithm>

#include "unit/detect/detector_support.hpp"
#include "unit/dex/shape_support.hpp"

namespace sniperforge::detect {
namespace {

using namespace test;

[[nodiscard]] const dex::InstructionShape& shape_of(VenueId venue, std::string_view name) {
    return *std::ranges::find(dex::instructions_of(venue), name, &dex::InstructionShape::name);
}

TEST(DetectorOfTransactions, AsksForThePoolsThatWereMadeAtItsVenuesOnceAndUpToTheLimit) {
    dex::PoolBook book;
    Detector detector{book, {.pools_max = 1, .venues = {VenueId::PumpSwap}}};
    std::vector<MarketEvent> events;
    const auto tell = [&](VenueId venue, std::string_view name) {
        const auto transaction = dex::test::call_of(venue, shape_of(venue, name));
        detector.observe(transaction, dex::recognise(transaction), events);
        return detector.take_accounts_wanted();
    };
    EXPECT_TRUE(tell(VenueId::RaydiumClmm, "create_pool").empty()) << "not a venue of ours";
    // A curve that ends: its pool at PumpSwap is wanted.
    const auto migration = dex::test::migration_of("migrate");
    detector.observe(migration, dex::recognise(migration), events);
    EXPECT_EQ(detector.take_accounts_wanted(), std::vector{dex::test::account_of(9)});
    EXPECT_TRUE(tell(VenueId::PumpCurve, "migrate").empty()) << "of one that has moved before";
    EXPECT_EQ(tell(VenueId::PumpSwap, "create_pool"), std::vector{dex::test::account_of(0)});
    EXPECT_EQ(detector.statistics().creations_seen, 3U);
    EXPECT_EQ(detector.statistics().migrations_seen, 1U);
    const TestPool known;
    detector.observe(known.account().at(1), events);
    (void)detector.take_accounts_wanted();
    EXPECT_TRUE(tell(VenueId::PumpSwap, "create_pool").empty()) << "no room for it";
    EXPECT_EQ(detector.statistics().pools_refused, 1U);
}

TEST(DetectorOfTransactions, NamesTheCoinOfACurveByItsCreationOrByWhatItsTradesMove) {
    for (const bool is_trade : {false, true}) {
        SCOPED_TRACE(is_trade);
        dex::PoolBook book;
        Detector detector{book, {}};
        std::vector<MarketEvent> events;
        const auto& shape = shape_of(VenueId::PumpCurve, is_trade ? "sell_v2" : "create_v2");
        auto transaction = dex::test::call_of(VenueId::PumpCurve, shape);
        const Pubkey coin = is_trade ? key_of(77) : dex::test::account_of(0);
        if (is_trade) {
            transaction.token_moves = {{.account = 1, .mint = solana::kWrappedSolMint},
                                       {.account = 2, .mint = coin}};
        }
        Bytes data(150, 0);
        std::ranges::copy(dex::kPumpCurveDiscriminator, data.begin());
        const Pubkey curve = dex::pump_curve_address(coin);
        detector.observe(
            AccountUpdate{Slot{5}, curve, solana::kPumpCurveProgram, Lamports{1}, data}, events);
        ASSERT_EQ(book.size(), 1U);
        EXPECT_EQ(detector.take_transactions_wanted(), std::vector{curve});
        EXPECT_TRUE(detector.take_transactions_wanted().empty());
        EXPECT_TRUE(dex::mint_a(book.pool(PoolIndex{0})).is_zero());
        (void)detector.take_accounts_wanted();
        detector.observe(transaction, dex::recognise(transaction), events);
        EXPECT_EQ(dex::mint_a(book.pool(PoolIndex{0})), coin);
        const auto wanted = detector.take_accounts_wanted();
        EXPECT_EQ(std::ranges::count(wanted, coin), 1) << "to judge it, and for its decimals";
    }
}

}  // namespace
}  // namespace sniperforge::detect
