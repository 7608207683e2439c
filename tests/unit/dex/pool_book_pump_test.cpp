// SPDX-License-Identifier: MIT
// pump.fun's curves and PumpSwap pools in the book: a curve's coin has to be named.
#include <gtest/gtest.h>

#include <tuple>

#include "unit/dex/pump_support.hpp"
#include "unit/dex/venue_book.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

class PoolBookPump : public ::testing::Test {
 protected:
    void put_curve(std::uint64_t slot, const CurveOptions& options = {}) {
        const Bytes data = curve_bytes(options);
        t.apply({{}, pump_curve_address(coin()), solana::kPumpCurveProgram, Lamports{1}, data},
                slot);
    }
    void put(const Account& account, std::uint64_t slot) { t.apply(account.update(), slot); }
    void put_settings(std::uint64_t slot) {
        put(curve_global(), slot);
        put(curve_fee_config(config_of({0, 95, 30})), slot);
    }
    const std::vector<BookChange>& name(const Pubkey& named) {
        t.book.name_mint(named, t.changes);
        return t.changes;
    }

    VenueBook t;
    const Account mint = mint_account(coin(), solana::kToken2022Program, kPumpCoinSupply);
    const std::set<Pubkey> settings{pump_curve_addresses().global,
                                    pump_curve_addresses().fee_config};
};

TEST_F(PoolBookPump, ACurveIsCompleteWhenItsCoinWasNamedAndSeen) {
    put_curve(1);
    EXPECT_EQ(t.wanted(), settings);
    put_settings(1);
    EXPECT_TRUE(t.book.pools_of(coin()).empty());
    EXPECT_TRUE(t.book.pools_of(Pubkey{}).empty()) << "no mint is not a mint";
    EXPECT_EQ(t.book.accounts_of(kPool).size(), 4U) << "itself, the settings and wSOL";

    ASSERT_EQ(name(coin()).size(), 1U);
    EXPECT_EQ(t.book.take_pools_moved(), std::vector{kPool});
    EXPECT_EQ(t.wanted(), std::set{coin()});
    ASSERT_EQ(t.book.pools_of(coin()).size(), 1U);
    ASSERT_EQ(t.book.sol_pools_of(coin()).size(), 1U);
    EXPECT_FALSE(is_complete(t.book.pool(kPool)));
    put(mint, 2);
    EXPECT_TRUE(t.is_newly_complete());
    const Pool& pool = t.book.pool(kPool);
    EXPECT_EQ(token_program_a(pool), solana::kToken2022Program);
    EXPECT_EQ(decimals_a(pool), 6);
    const auto quote = quote_exact_in(pool, Direction::BToA, TokenAmount{1'000'000}, kNow);
    EXPECT_EQ(amount_out(quote), amount_out(quote_exact_in(pump_curve(), Direction::BToA,
                                                           TokenAmount{1'000'000}, kNow)));
    EXPECT_TRUE(name(coin()).empty()) << "it knows already";
}

TEST_F(PoolBookPump, ACoinMayBeNamedBeforeItsCurveIsKnown) {
    EXPECT_TRUE(name(coin()).empty());
    EXPECT_TRUE(name(key_of(61)).empty()) << "of a curve that never comes";
    put_curve(1);
    EXPECT_EQ(mint_a(t.book.pool(kPool)), coin());
    auto expected = settings;
    expected.insert(coin());
    EXPECT_EQ(t.wanted(), expected);
    put_settings(1);
    put(mint, 1);
    EXPECT_TRUE(t.is_newly_complete());
}

TEST_F(PoolBookPump, AMintsAccountThatNobodyAskedForIsANameAndIsKept) {
    put(mint, 1);
    EXPECT_TRUE(t.changes.empty());
    put_curve(1);
    EXPECT_EQ(t.wanted(), settings) << "the coin was seen";
    put(curve_global(), 1);
    put(curve_fee_config(config_of({0, 95, 30})), 1);
    EXPECT_TRUE(t.is_newly_complete());
}

TEST_F(PoolBookPump, ACurveOfWhichEverythingElseWasSeenIsCompleteAtFirstSight) {
    const Bytes other = curve_bytes({});
    t.apply({{}, pump_curve_address(key_of(61)), solana::kPumpCurveProgram, Lamports{1}, other}, 1);
    put_settings(1);
    put(mint, 1);
    put_curve(2);
    ASSERT_EQ(t.changes.size(), 1U);
    EXPECT_TRUE(t.changes[0].is_new_pool);
    EXPECT_TRUE(t.changes[0].is_newly_complete);
}

TEST_F(PoolBookPump, AMintsAccountNamesTheCoinOfACurveThatIsKnown) {
    put_curve(1);
    put_settings(1);
    put(mint, 2);
    EXPECT_TRUE(t.is_newly_complete());
    EXPECT_TRUE(t.changes[0].is_mint_named);
    EXPECT_EQ(mint_a(t.book.pool(kPool)), coin());
}

TEST_F(PoolBookPump, WhatACurveHoldsNamesItsCoin) {
    put_curve(1);
    put_settings(1);
    const Pubkey id = pump_curve_address(coin());
    EXPECT_EQ(t.book.take_pools_unnamed(), std::vector{id});
    EXPECT_TRUE(t.book.take_pools_unnamed().empty()) << "once";
    std::ignore = t.wanted();
    const auto hold = [&](const Pubkey& mint_held, const Pubkey& owner) {
        const Account account = token_account(key_of(90), mint_held, solana::kToken2022Program, 1);
        Bytes data = account.data;
        put_key(data, 32, owner);
        t.apply({{}, account.pubkey, account.owner, Lamports{1}, data}, 2);
    };
    hold(key_of(61), id);  // A gift.
    hold(coin(), key_of(62));
    EXPECT_TRUE(mint_a(t.book.pool(kPool)).is_zero());
    hold(coin(), id);
    ASSERT_EQ(t.changes.size(), 1U);
    EXPECT_TRUE(t.changes[0].is_mint_named);
    EXPECT_EQ(t.wanted(), std::set{coin()});
    put(mint, 3);
    EXPECT_TRUE(t.is_newly_complete());
}

TEST_F(PoolBookPump, AnotherMintIsNotItsCoin) {
    put_curve(1);
    EXPECT_TRUE(name(key_of(61)).empty());
    EXPECT_TRUE(mint_a(t.book.pool(kPool)).is_zero());
}

TEST_F(PoolBookPump, NamesMoreMintsThanItHasPoolsForOnlyUpToItsLimit) {
    PoolBook small{1};
    std::vector<BookChange> changes;
    small.name_mint(key_of(61), changes);
    small.name_mint(coin(), changes);  // Above the limit: forgotten.
    const Bytes data = curve_bytes({});
    ASSERT_TRUE(small.apply(
        {Slot{1}, pump_curve_address(coin()), solana::kPumpCurveProgram, Lamports{1}, data},
        changes));
    EXPECT_TRUE(mint_a(small.pool(kPool)).is_zero());
    small.name_mint(coin(), changes);
    EXPECT_EQ(mint_a(small.pool(kPool)), coin());
}

TEST_F(PoolBookPump, ATradeOnTheCurveKeepsItsCoin) {
    (void)name(coin());
    put_curve(1);
    put_settings(1);
    put(mint, 1);
    put_curve(2, {.virtual_b = 31'000'000'000, .real_b = 1'000'000'000});
    ASSERT_EQ(t.changes.size(), 1U);
    EXPECT_TRUE(t.changes[0].is_reserves_changed);
    EXPECT_TRUE(is_complete(t.book.pool(kPool)));
    EXPECT_EQ(mint_a(t.book.pool(kPool)), coin());
    EXPECT_FALSE(t.book.is_torn(kPool));
}

// What one pool cannot use, the others can: here a mayhem coin for which Global names no recipient.
TEST_F(PoolBookPump, APoolThatCannotUseASharedAccountKeepsItFromNoOther) {
    const Pubkey other = key_of(61);
    const Bytes mayhem = curve_bytes({.is_mayhem = true});
    t.apply({{}, pump_curve_address(other), solana::kPumpCurveProgram, Lamports{1}, mayhem}, 1);
    put_curve(1);
    put(mint, 1);
    put(curve_fee_config(config_of({0, 95, 30})), 1);
    const Account global = curve_global({.reserved_recipient = Pubkey{}});
    AccountUpdate update = global.update();
    update.slot = Slot{1};
    const auto applied = t.book.apply(update, t.changes);
    ASSERT_FALSE(applied);
    EXPECT_NE(applied.error().text.find(pump_curve_address(other).to_string()), std::string::npos);
    EXPECT_TRUE(is_complete(t.book.pool(PoolIndex{1})));
    EXPECT_TRUE(t.is_newly_complete());

    // Those that come later are told of it too.
    (void)name(key_of(62));
    put(mint_account(key_of(62), solana::kToken2022Program, kPumpCoinSupply), 2);
    const Bytes later = curve_bytes({});
    t.apply({{}, pump_curve_address(key_of(62)), solana::kPumpCurveProgram, Lamports{1}, later}, 2);
    EXPECT_TRUE(is_complete(t.book.pool(PoolIndex{2})));
}

TEST_F(PoolBookPump, APumpSwapPoolIsCompleteWithItsVaultsItsCoinAndTheSettings) {
    const SwapPoolOptions options;
    const Bytes data = swap_pool_bytes(options);
    t.apply({{}, key_of(80), solana::kPumpSwapProgram, Lamports{1}, data}, 1);
    EXPECT_EQ(t.wanted(), (std::set{key_of(81), key_of(82), pump_swap_addresses().global,
                                    pump_swap_addresses().fee_config, coin()}));
    for (const Account& account : swap_accounts(options, config_of({2, 93, 30}))) {
        EXPECT_FALSE(is_complete(t.book.pool(kPool)));
        put(account, 1);
    }
    EXPECT_TRUE(t.is_newly_complete());
    EXPECT_EQ(t.book.own_accounts_of(kPool), (std::vector{key_of(80), key_of(81), key_of(82)}));
    // Every swap writes both vaults.
    put(token_account(key_of(81), coin(), solana::kToken2022Program, 1), 2);
    EXPECT_TRUE(t.book.is_torn(kPool));
}

}  // namespace
}  // namespace sniperforge::dex
