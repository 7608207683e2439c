// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pump_curve.hpp"

#include <gtest/gtest.h>

#include "unit/dex/pump_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr TokenAmount kSome{1'000'000'000};

PumpCurvePool undecorated(const CurveOptions& options = {}) {
    auto pool = decode_pump_curve_pool(pump_curve_address(coin()), curve_bytes(options));
    SF_ASSERT(pool.has_value());
    return *pool;
}

QuoteError error_of(const QuoteResult& quote) {
    SF_ASSERT(!quote);
    return quote.error();
}

TEST(PumpCurve, WhatAnOldAccountIsTooShortForIsZero) {
    const Bytes whole =
        curve_bytes({.is_mayhem = true, .quote_mint = solana::kUsdcMint, .creator_fee_rate = 7});
    for (const std::size_t length : {49U, 81U, 82U, 83U, 115U, 125U, 150U, 151U, 166U}) {
        SCOPED_TRACE(length);
        const auto pool = decode_pump_curve_pool(key_of(1), BytesView{whole}.first(length));
        ASSERT_TRUE(pool) << pool.error().text;
        EXPECT_EQ(pool->virtual_b, 30'000'000'000U);
        EXPECT_EQ(pool->creator.is_zero(), length < 81);
        EXPECT_EQ(pool->is_mayhem, length >= 82);
        EXPECT_EQ(pool->mint_b, length < 115 ? solana::kWrappedSolMint : solana::kUsdcMint);
        EXPECT_EQ(pool->decimals_b, length < 115 ? 9 : 6);
        EXPECT_EQ(pool->creator_fee_rate, length < 123 ? 0U : 7U);
    }
    EXPECT_FALSE(decode_pump_curve_pool(key_of(1), BytesView{whole}.first(48)));
    EXPECT_FALSE(is_pump_curve_pool(BytesView{whole}.first(48)));
    EXPECT_TRUE(is_pump_curve_pool(BytesView{whole}.first(49)));
}

TEST(PumpCurve, ErrorsNameTheCurveAndWhatIsWrong) {
    const auto text = [](BytesView data) {
        const auto pool = decode_pump_curve_pool(key_of(1), data);
        return pool ? std::string{} : pool.error().text;
    };
    Bytes data = curve_bytes({});
    EXPECT_NE(text(BytesView{data}.first(48)).find("48 bytes, expected 49 or more"),
              std::string::npos);
    EXPECT_NE(text(BytesView{data}.first(48)).find(key_of(1).to_string()), std::string::npos);
    data[7] = 0;
    EXPECT_NE(text(data).find("expected 17b7f83760d8ac60"), std::string::npos);
    EXPECT_FALSE(is_pump_curve_pool(data));
}

TEST(PumpCurve, QuotesOnceItsCoinSettingsAndFeesAreKnown) {
    auto pool = undecorated();
    EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, kSome, kNow)), QuoteError::PoolIncomplete);
    EXPECT_EQ(accounts_needed(pool),
              (std::vector{pump_curve_addresses().global, pump_curve_addresses().fee_config}));
    ASSERT_TRUE(set_coin_mint(pool, coin()));
    EXPECT_EQ(accounts_needed(pool), (std::vector{pump_curve_addresses().global,
                                                  pump_curve_addresses().fee_config, coin()}));
    for (const Account& account :
         {curve_global(), curve_fee_config(config_of({0, 95, 30})),
          mint_account(coin(), solana::kToken2022Program, kPumpCoinSupply)}) {
        EXPECT_FALSE(is_complete(pool));
        const auto applied = apply_account(pool, account.update());
        ASSERT_TRUE(applied);
        EXPECT_TRUE(*applied);
    }
    EXPECT_TRUE(is_complete(pool));
    EXPECT_EQ(pool.program_a, solana::kToken2022Program);
    EXPECT_EQ(pool.decimals_a, 6);
    EXPECT_TRUE(quote_exact_in(pool, kBuy, kSome, kNow));
    const auto foreign = apply_account(pool, mint_account(key_of(3), {}, 1).update());
    ASSERT_TRUE(foreign);
    EXPECT_FALSE(*foreign);
}

TEST(PumpCurve, BelievesOnlyTheCoinThatItsAddressIsDerivedFrom) {
    auto pool = undecorated();
    const auto named = set_coin_mint(pool, key_of(61));
    ASSERT_FALSE(named);
    EXPECT_NE(named.error().text.find(key_of(61).to_string()), std::string::npos);
    EXPECT_TRUE(pool.mint_a.is_zero());
    EXPECT_TRUE(set_coin_mint(pool, coin()));
    EXPECT_TRUE(set_coin_mint(pool, coin()));
    EXPECT_FALSE(set_coin_mint(pool, key_of(61)));
    EXPECT_EQ(pool.mint_a, coin());
}

TEST(PumpCurve, DoesNotGuessAtMayhemNorAtRatesAboveOne) {
    EXPECT_EQ(error_of(quote_exact_in(pump_curve({.is_mayhem = true}), kBuy, kSome, kNow)),
              QuoteError::Unsupported);
    EXPECT_EQ(error_of(quote_exact_out(pump_curve({.is_mayhem = true}), kSell, kSome, kNow)),
              QuoteError::Unsupported);
    EXPECT_TRUE(quote_exact_in(pump_curve({.creator_fee_rate = 10'000}), kBuy, kSome, kNow));
    EXPECT_EQ(error_of(quote_exact_in(pump_curve({.creator_fee_rate = 10'001}), kBuy, kSome, kNow)),
              QuoteError::Unsupported);
}

TEST(PumpCurve, AFinishedOrClosedCurveTradesNothing) {
    auto pool = pump_curve({.is_finished = true});
    EXPECT_FALSE(is_swap_enabled(pool));
    for (const auto direction : {kSell, kBuy}) {
        EXPECT_EQ(error_of(quote_exact_in(pool, direction, kSome, kNow)), QuoteError::SwapDisabled);
        EXPECT_EQ(error_of(quote_exact_out(pool, direction, kSome, kNow)),
                  QuoteError::SwapDisabled);
    }
    pool = pump_curve();
    EXPECT_TRUE(is_swap_enabled(pool));
    disable(pool);
    EXPECT_FALSE(is_swap_enabled(pool));
    EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, kSome, kNow)), QuoteError::SwapDisabled);
}

TEST(PumpCurve, NothingForNothing) {
    const auto pool = pump_curve();
    EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, {}, kNow)), QuoteError::AmountZero);
    EXPECT_EQ(error_of(quote_exact_out(pool, kSell, {}, kNow)), QuoteError::AmountZero);
    // Two lamports: one is a unit of the curve's rounding, the other one fees.
    EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, TokenAmount{2}, kNow)), QuoteError::AmountZero);
    // A coin's smallest unit is worth less than a lamport.
    EXPECT_EQ(error_of(quote_exact_in(pool, kSell, TokenAmount{1}, kNow)), QuoteError::AmountZero);
}

TEST(PumpCurve, SellsItsLastCoinAndNotOneMore) {
    const auto pool = pump_curve({.real_a = 5'000'000'000});
    EXPECT_TRUE(quote_exact_out(pool, kBuy, TokenAmount{5'000'000'000}, kNow));
    EXPECT_EQ(error_of(quote_exact_out(pool, kBuy, TokenAmount{5'000'000'001}, kNow)),
              QuoteError::ExceedsReserve);
    const auto all = quote_exact_out(pool, kBuy, TokenAmount{5'000'000'000}, kNow);
    ASSERT_TRUE(all);
    // One lamport is some 35,000 units of the coin here: what buys the last ones exactly is refused
    // from the lamport on that would buy more.
    std::uint64_t budget = all->amount_in.raw();
    while (quote_exact_in(pool, kBuy, TokenAmount{budget}, kNow)) {
        ++budget;
        ASSERT_LT(budget, all->amount_in.raw() + 10);
    }
    EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, TokenAmount{budget}, kNow)),
              QuoteError::ExceedsReserve);
    const auto most = quote_exact_in(pool, kBuy, TokenAmount{budget - 1}, kNow);
    EXPECT_LE(amount_out(most), 5'000'000'000U);
}

TEST(PumpCurve, PaysOutWhatItRaisedAndNotALamportMore) {
    const TokenAmount coins{1'000'000'000'000};
    auto pool = pump_curve({.real_b = kU64Max});
    const auto sold = quote_exact_in(pool, kSell, coins, kNow);
    ASSERT_TRUE(sold);
    const auto gross = sold->amount_out + sold->trade_fee + sold->creator_fee;
    pool.real_b = gross.raw();
    EXPECT_TRUE(quote_exact_in(pool, kSell, coins, kNow));
    EXPECT_EQ(reserve_b(pool), gross);
    pool.real_b = gross.raw() - 1;
    EXPECT_EQ(error_of(quote_exact_in(pool, kSell, coins, kNow)), QuoteError::ExceedsReserve);
    EXPECT_EQ(error_of(quote_exact_out(pool, kSell, sold->amount_out, kNow)),
              QuoteError::ExceedsReserve);
}

TEST(PumpCurve, TheFeeGoesByTheCurvesMarketCap) {
    // 30,000,000,000 · 10^15 / 1.073 · 10^15 = 27,958,993,476 lamports.
    auto config = config_of({0, 95, 30});
    config.tiers.push_back({.market_cap_min = 27'958'993'476, .fees = {3, 50, 10}});
    auto pool = undecorated();
    complete(pool, config);
    // The rate for liquidity providers is never charged here: there are none.
    EXPECT_EQ(current_fees(pool), (PumpFees{0, 50, 10}));
    ++config.tiers[1].market_cap_min;
    complete(pool, config);
    EXPECT_EQ(current_fees(pool), (PumpFees{0, 95, 30}));
}

TEST(PumpCurve, ACoinsOwnCreatorRateCountsWhereItIsConfigurable) {
    auto pool = undecorated({.creator_fee_rate = 200});
    complete(pool, config_of({0, 95, 30}));
    EXPECT_EQ(current_fees(pool).creator, 30);
    complete(pool, config_of({0, 95, 30}), {.is_creator_fee_configurable = true});
    EXPECT_EQ(current_fees(pool).creator, 200);
    pool.creator_fee_rate = 0;
    EXPECT_EQ(current_fees(pool).creator, 30);
    // Nobody to pay.
    pool.creator = {};
    EXPECT_EQ(current_fees(pool), (PumpFees{0, 95, 0}));
}

TEST(PumpCurve, OtherQuotesHaveTheirScheduleAndTheirTokenProgram) {
    const Pubkey quote_mint = key_of(62);
    auto pool = undecorated({.quote_mint = quote_mint});
    EXPECT_FALSE(is_native_sol_quote(pool));
    EXPECT_TRUE(is_native_sol_quote(undecorated()));
    ASSERT_TRUE(set_coin_mint(pool, coin()));
    EXPECT_EQ(accounts_needed(pool).back(), quote_mint);
    auto config = config_of({0, 95, 30});
    config.exotic_flat = {0, 40, 20};
    complete(pool, config);
    EXPECT_EQ(current_fees(pool), (PumpFees{0, 40, 20}));
    EXPECT_EQ(pool.program_b, solana::kTokenProgram);
    EXPECT_EQ(pool.vault_b, solana::associated_token_address(pool.id, quote_mint, pool.program_b));
}

TEST(PumpCurve, AnAccountThatIsNotWhatItShouldBeChangesNothing) {
    auto pool = pump_curve();
    const auto fees = current_fees(pool);
    const auto refused = [&](Account account, std::string_view what) {
        const auto applied = apply_account(pool, account.update());
        ASSERT_FALSE(applied) << what;
        EXPECT_NE(applied.error().text.find(what), std::string::npos) << applied.error().text;
        EXPECT_TRUE(is_complete(pool));
        EXPECT_EQ(current_fees(pool), fees);
        EXPECT_EQ(pool.recipients.fee, key_of(70));
    };
    Account account = curve_global();
    account.owner = key_of(5);
    refused(account, key_of(5).to_string());
    account = curve_global();
    account.data[0] = 0;
    refused(account, "discriminator");
    refused(curve_global({.buyback_recipient = {}}), "buyback");
    account = curve_fee_config(config_of({0, 1, 1}));
    account.owner = solana::kPumpCurveProgram;
    refused(account, solana::kPumpFeesProgram.to_string());
    account = curve_fee_config(config_of({0, 1, 1}));
    account.data.resize(68);
    refused(account, "68 bytes");
    refused(mint_account(coin(), key_of(5), 1), "not a token program");
    account = mint_account(coin(), solana::kTokenProgram, 1);
    account.data.resize(81);
    refused(account, "81");
}

TEST(PumpCurve, WithoutItsSettingsOrFeesItIsIncompleteAgain) {
    for (const Account& account : {curve_global(), curve_fee_config(config_of({0, 95, 30}))}) {
        auto pool = pump_curve();
        const auto applied = apply_account(pool, account.missing());
        ASSERT_TRUE(applied);
        EXPECT_TRUE(*applied);
        EXPECT_FALSE(is_complete(pool));
        ASSERT_TRUE(apply_account(pool, account.update()));
        EXPECT_TRUE(is_complete(pool));
        forget_account(pool, account.pubkey);
        EXPECT_FALSE(is_complete(pool));
    }
    auto pool = pump_curve();
    forget_account(pool, coin());
    EXPECT_TRUE(is_complete(pool));
    EXPECT_TRUE(apply_account(pool, mint_account(coin(), {}, 0).missing()));
    EXPECT_TRUE(is_complete(pool));
}

TEST(PumpCurve, ANewVersionKeepsWhatOtherAccountsTold) {
    const auto before = pump_curve();
    auto after = undecorated({.virtual_b = 40'000'000'000, .real_b = 10'000'000'000});
    EXPECT_TRUE(is_same_identity(before, after));
    carry_over(before, after);
    EXPECT_TRUE(is_complete(after));
    EXPECT_EQ(after.virtual_b, 40'000'000'000U);
    EXPECT_EQ(after.derived.creator_vault, before.derived.creator_vault);
    EXPECT_FALSE(is_same_identity(before, undecorated({.quote_mint = solana::kUsdcMint})));
}

TEST(PumpCurve, ANewCreatorHasAVaultOfHisOwn) {
    const auto before = pump_curve();
    auto after = undecorated({.creator = key_of(55)});
    carry_over(before, after);
    const auto vault =
        solana::find_program_address({solana::seed("creator-vault"), key_of(55).bytes},
                                     solana::kPumpCurveProgram)
            .address;
    EXPECT_EQ(after.derived.creator_vault, vault);
    EXPECT_EQ(
        after.derived.creator_vault_quote,
        solana::associated_token_address(vault, solana::kWrappedSolMint, solana::kTokenProgram));
    EXPECT_NE(after.derived.creator_vault, before.derived.creator_vault);
}

TEST(PumpCurve, NewRecipientsHaveTokenAccountsOfTheirOwn) {
    auto pool = pump_curve();
    ASSERT_TRUE(apply_account(pool, curve_global({.fee_recipient = key_of(77)}).update()));
    EXPECT_EQ(pool.derived.fee_recipient_quote,
              solana::associated_token_address(key_of(77), pool.mint_b, pool.program_b));
}

TEST(PumpCurve, WhatWeSendLooksLikeTheProgramsInstructions) {
    const auto pool = pump_curve();
    const SwapAccounts accounts{key_of(90), key_of(91), key_of(92)};
    const auto shapes = pump_curve_instructions();
    expect_shape(swap_exact_in(pool, kBuy, kSome, {}, accounts), shapes, "buy_exact_quote_in_v2");
    expect_shape(swap_exact_out(pool, kBuy, kSome, kSome, accounts), shapes, "buy_v2");
    expect_shape(swap_exact_in(pool, kSell, kSome, {}, accounts), shapes, "sell_v2");
    // Sells have no exact form: the maximum is sold, and less than asked fails on the chain.
    EXPECT_TRUE(has_exact_out(pool, kBuy));
    EXPECT_FALSE(has_exact_out(pool, kSell));
    EXPECT_EQ(swap_exact_out(pool, kSell, TokenAmount{5}, TokenAmount{3}, accounts),
              swap_exact_in(pool, kSell, TokenAmount{5}, TokenAmount{3}, accounts));
    // The user's two token accounts stand in the same places both ways.
    EXPECT_EQ(swap_exact_in(pool, kSell, kSome, {}, accounts).accounts[14].pubkey, key_of(91));
    EXPECT_EQ(swap_exact_in(pool, kBuy, kSome, {}, accounts).accounts[14].pubkey, key_of(92));
}

TEST(PumpCurve, ItsShapesAreConsistent) {
    for (const InstructionShape& shape : pump_curve_instructions()) {
        SCOPED_TRACE(shape.name);
        EXPECT_LE(shape.accounts_min, shape.accounts_max);
        EXPECT_EQ((shape.writable | shape.signers) >> shape.accounts_min, 0U);
        EXPECT_EQ(shape.signers & shape.writable, shape.signers);
        if (shape.creation) {
            EXPECT_LT(shape.creation->pool, shape.accounts_min);
            EXPECT_LT(shape.creation->mint_b, shape.accounts_min);
        }
        for (const InstructionShape& other : pump_curve_instructions()) {
            // The two forms of one instruction are told apart by their account counts.
            EXPECT_TRUE(&shape == &other || shape.discriminator != other.discriminator ||
                        shape.accounts_max < other.accounts_min ||
                        other.accounts_max < shape.accounts_min);
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
