// SPDX-License-Identifier: MIT
// What pools and mints took of a fill, in lamports: on whichever side they took it.
#include "execute/venue_fees.hpp"

#include <gtest/gtest.h>

#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

[[nodiscard]] VenueFeeParts parts_of(std::initializer_list<VenueFeePart> list) {
    VenueFeeParts parts;
    for (const VenueFeePart& part : list) {
        parts.parts[parts.count++] = part;
    }
    return parts;
}

[[nodiscard]] OrderIntent order(OrderKind kind, std::uint64_t amount_in) {
    OrderIntent intent;
    intent.kind = kind;
    intent.amount_in = TokenAmount{amount_in};
    return intent;
}

// The swaps' own lamports, with every cost around them.
[[nodiscard]] Fill fill_with(std::int64_t principal) {
    Fill fill;
    fill.base_fee = Lamports{5'000};
    fill.priority_fee = Lamports{4'000};
    fill.tip = Lamports{1'000};
    fill.rent_paid = Lamports{2'039'280};
    fill.rent_refunded = Lamports{39'280};
    fill.wallet = LamportsDelta{principal - 10'000 - 2'000'000};
    return fill;
}

TEST(VenueFees, OfAPurchaseCountOnEitherSideAtItsAveragePriceRoundedUp) {
    const OrderIntent buy = order(OrderKind::Entry, 1'000'000);
    // 2,500 of the 1,000,000 that go in, whatever comes out.
    const auto on_input = parts_of({{TokenAmount{2'500}, TokenAmount{1'000'000}, false, false}});
    EXPECT_EQ(venue_fees_of(on_input, buy, fill_with(-1'000'000)),
              (VenueFees{Lamports{2'500}, Lamports{}}));
    // 10 tokens beside the 300 that came for 1,000,000: 33,333.3.
    const auto on_output = parts_of({{TokenAmount{10}, TokenAmount{300}, false, false}});
    EXPECT_EQ(venue_fees_of(on_output, buy, fill_with(-1'000'000)).amm, Lamports{33'334});
    const auto exact = parts_of({{TokenAmount{30}, TokenAmount{300}, false, false}});
    EXPECT_EQ(venue_fees_of(exact, buy, fill_with(-1'000'000)).amm, Lamports{100'000});
}

TEST(VenueFees, OfASaleCountByTheLamportsThatItBrought) {
    const OrderIntent sale = order(OrderKind::Exit, 7'000);
    // A hundredth of the 7,000 tokens, all of which brought 500,000.
    const auto on_input = parts_of({{TokenAmount{70}, TokenAmount{7'000}, false, true}});
    EXPECT_EQ(venue_fees_of(on_input, sale, fill_with(500'000)).amm, Lamports{5'000});
    // Quoted: 6,000 beside 594,000. What came is less, and so is the fee: 5,050.5.
    const auto on_output = parts_of({{TokenAmount{6'000}, TokenAmount{594'000}, false, true}});
    EXPECT_EQ(venue_fees_of(on_output, sale, fill_with(500'000)).amm, Lamports{5'051});
}

TEST(VenueFees, TellTransfersFromTradesAndAddTheCreators) {
    const auto parts = parts_of({{TokenAmount{100}, TokenAmount{10'000}, false, false},
                                 {TokenAmount{20}, TokenAmount{10'000}, false, false},
                                 {TokenAmount{3}, TokenAmount{100}, true, false}});
    EXPECT_EQ(venue_fees_of(parts, order(OrderKind::Entry, 10'000), fill_with(-10'000)),
              (VenueFees{Lamports{120}, Lamports{300}}));
}

// In a cycle what comes last counts by what came back; wrapped lamports are lamports.
TEST(VenueFees, OfACycleCountByWhatWentInButForItsLastOutput) {
    const auto parts = parts_of({{TokenAmount{2'500}, TokenAmount{1'000'000}, false, false},
                                 {TokenAmount{5}, TokenAmount{2'000}, false, false},
                                 {TokenAmount{1'000}, TokenAmount{1'009'000}, false, true}});
    Fill fill = fill_with(-1'000'000);
    fill.tokens = {{solana::kWrappedSolMint, TokenDelta{1'009'000}}};
    EXPECT_EQ(venue_fees_of(parts, order(OrderKind::Cycle, 1'000'000), fill).amm,
              Lamports{2'500 + 2'500 + 1'000});
}

TEST(VenueFees, OfWhatSwappedNothingAreNoneAndOfStrangersPoolsUnknown) {
    ExecutionReport report;
    report.kind = OrderKind::Entry;
    report.outcome = Outcome::Reverted;
    const OrderIntent buy = order(OrderKind::Entry, 1'000'000);
    EXPECT_EQ(fees_in(report, std::nullopt, fill_with(0), buy), VenueFees{});
    report.outcome = Outcome::Landed;
    EXPECT_EQ(fees_in(report, std::nullopt, fill_with(-1'000'000), buy), std::nullopt);
    const auto parts = parts_of({{TokenAmount{1}, TokenAmount{100}, false, false}});
    EXPECT_EQ(fees_in(report, parts, fill_with(-1'000'000), buy),
              (VenueFees{Lamports{10'000}, Lamports{}}));
    report.kind = OrderKind::Sweep;
    EXPECT_EQ(fees_in(report, std::nullopt, fill_with(0), buy), VenueFees{});
}

// ---- From the pools to the report ----

TEST_F(ExecutorTest, PutsThePoolsFeeIntoTheFillOfItsOwnSwap) {
    settings.path = "direct";
    make_executor();
    executor->start();
    run(milliseconds{10});
    const auto quoted =
        dex::quote_exact_in(accounts.book.pool(first_pool), Direction::AToB, TokenAmount{kAmount},
                            dex::quote_context(reactor.wall_now().seconds(), Slot{1}));
    ASSERT_TRUE(quoted);
    ASSERT_FALSE(quoted->is_trade_fee_on_output);
    EXPECT_EQ(quoted->trade_fee, TokenAmount{kAmount / 400});  // 25 in 10,000.
    land(entry_intent());
    EXPECT_EQ(only().fill.venue_fees, (VenueFees{Lamports{kAmount / 400}, Lamports{}}));
}

TEST_F(ExecutorTest, KnowsNoPoolsFeeOfJupitersRouteAndNoneOfARevert) {
    land(entry_intent());
    EXPECT_EQ(only().fill.venue_fees, std::nullopt);
    events.reports.clear();
    statuses = transaction = "null";
    submit(cycle_intent(2));
    run(milliseconds{50});
    statuses = kConfirmed;
    transaction = reverted_entry();
    run(seconds{1});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(only().outcome, Outcome::Reverted);
    EXPECT_EQ(only().fill.venue_fees, VenueFees{});
}

TEST_F(ExecutorTest, AddsTheFeesOfBothPoolsOfACycle) {
    submit(cycle_intent(1));
    run(milliseconds{50});
    const auto parts = venue_fee_parts(cycle_intent(1), accounts.book,
                                       dex::quote_context(reactor.wall_now().seconds(), Slot{1}));
    ASSERT_TRUE(parts);
    ASSERT_EQ(parts->count, 2U);  // Both take it of what is paid in.
    EXPECT_EQ(parts->parts[0].fee, TokenAmount{99'000'000 / 400});
    EXPECT_EQ(parts->parts[1].fee, TokenAmount{25});
    EXPECT_EQ(parts->parts[1].per, TokenAmount{10'000});
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{1});
    ASSERT_EQ(only().outcome, Outcome::Landed);
    const VenueFees expected = venue_fees_of(*parts, cycle_intent(1), only().fill);
    EXPECT_FALSE(expected.amm.is_zero());
    EXPECT_EQ(only().fill.venue_fees, expected);
    OrderIntent unknown = cycle_intent(2);
    unknown.legs[1].pool = PoolIndex{99};
    EXPECT_FALSE(venue_fee_parts(unknown, accounts.book, {}));
}

}  // namespace
}  // namespace sniperforge::execute::test
