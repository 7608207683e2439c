// SPDX-License-Identifier: MIT
// What an entry and an exit may spend where the venue's program asks for rent of its own.
#include "strategy/entry.hpp"

#include <gtest/gtest.h>

#include "sniperforge/strategy/exits.hpp"
#include "unit/dex/pump_support.hpp"
#include "unit/strategy/strategy_support.hpp"

namespace sniperforge::strategy {
namespace {

using namespace test;
using dex::test::coin;

// Two rents for accounts of the program, beside those of the two token accounts.
TEST(VenueRent, CountsForEntriesAndExitsOnACurve) {
    Market market;
    std::vector<dex::BookChange> changes;
    const auto apply = [&](const AccountUpdate& update) {
        EXPECT_TRUE(market.accounts.book.apply(update, changes).has_value());
    };
    const Bytes curve = dex::test::curve_bytes({});
    apply(
        {Slot{5}, dex::pump_curve_address(coin()), solana::kPumpCurveProgram, Lamports{1}, curve});
    for (const auto& account :
         {dex::test::mint_account(coin(), solana::kToken2022Program, dex::kPumpCoinSupply),
          dex::test::curve_fee_config(dex::test::config_of({0, 95, 30})),
          dex::test::curve_global({})}) {
        apply(account.update());
    }
    const Lamports amount{100'000'000};
    const std::uint64_t rents = 4 * kCosts.token_account_rent.raw();
    const auto entry =
        entry_into(PoolIndex{0}, {.amount = amount, .slippage = BasisPoints{100}}, market.view());
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->spend_max, amount + kCosts.entry_fee + Lamports{rents});
    // That the program asks for them is not expected: what it makes for us once is there the next
    // time, and a small entry must not be denied for it.
    EXPECT_EQ(entry->cost_expected, kCosts.entry_fee + Lamports{rents / 2});

    PositionView position;
    position.position_id = PositionId{1};
    position.mint = coin();
    position.pool = PoolIndex{0};
    position.amount = TokenAmount{1'000'000'000};
    position.cost = amount;  // Nothing is in the curve: its floor comes from that.
    market.positions.push_back(position);
    config::ExitSettings settings;
    settings.time_limit = Duration{0};
    Exits exits{settings, BasisPoints{3'000}};
    Intents intents;
    exits.decide(SlotStarted{market.slot}, market.view(), intents);
    ASSERT_EQ(intents.size(), 1U);
    EXPECT_EQ(intents[0].spend_max, kCosts.entry_fee + Lamports{rents} + kCosts.token_account_rent);
}

}  // namespace
}  // namespace sniperforge::strategy
