// SPDX-License-Identifier: MIT
#include "sniperforge/dex/pump_swap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sniperforge/dex/pool_graph.hpp"
#include "unit/dex/pump_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr TokenAmount kSome{1'000'000'000};

QuoteError error_of(const QuoteResult& quote) {
    SF_ASSERT(!quote);
    return quote.error();
}

TEST(PumpSwap, WhatAnOldAccountIsTooShortForIsZero) {
    const Bytes whole = swap_pool_bytes({.virtual_b = -5,
                                         .protocol_fees = 3,
                                         .creator_fees = 4,
                                         .is_mayhem = true,
                                         .is_cashback = true,
                                         .creator_fee_rate = 7});
    for (const std::size_t length : {211U, 243U, 244U, 245U, 261U, 270U, 271U, 287U, 300U, 301U}) {
        SCOPED_TRACE(length);
        const auto pool = decode_pump_swap_pool(key_of(80), BytesView{whole}.first(length));
        ASSERT_TRUE(pool) << pool.error().text;
        EXPECT_EQ(pool->mint_a, coin());
        EXPECT_EQ(pool->coin_creator.is_zero(), length < 243);
        EXPECT_EQ(pool->is_mayhem, length >= 244);
        EXPECT_EQ(pool->is_cashback, length >= 245);
        EXPECT_EQ(pool->virtual_b, length < 261 ? 0 : -5);
        EXPECT_EQ(pool->creator_fee_rate, length < 269 ? 0U : 7U);
        EXPECT_EQ(pool->creator_fees, length < 287 ? 0U : 4U);
        EXPECT_EQ(needs_extension(*pool), length < 300);
    }
    EXPECT_FALSE(decode_pump_swap_pool(key_of(80), BytesView{whole}.first(210)));
    EXPECT_FALSE(is_pump_swap_pool(BytesView{whole}.first(210)));
    EXPECT_TRUE(is_pump_swap_pool(BytesView{whole}.first(211)));
    Bytes other = whole;
    other[0] = 0;
    const auto refused = decode_pump_swap_pool(key_of(80), other);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find(key_of(80).to_string()), std::string::npos);
    EXPECT_NE(refused.error().text.find("expected f19a6d0411b16dbc"), std::string::npos);
}

TEST(PumpSwap, QuotesOnceEveryAccountWasSeen) {
    auto pool = incomplete_swap_pool();
    auto config = config_of({2, 93, 30});
    config.tiers.push_back({.market_cap_min = 1, .fees = {20, 5, 95}});
    const auto accounts = swap_accounts({}, config);
    std::vector<Pubkey> keys;
    for (const Account& account : accounts) {
        EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, kSome, kNow)), QuoteError::PoolIncomplete);
        keys.push_back(account.pubkey);
        apply_all(pool, {account});
    }
    EXPECT_EQ(accounts_needed(pool), keys);
    EXPECT_TRUE(quote_exact_in(pool, kBuy, kSome, kNow));
    EXPECT_EQ(pool.program_a, solana::kToken2022Program);
    EXPECT_EQ(pool.program_b, solana::kTokenProgram);
    EXPECT_EQ(pool.decimals_a, 6);
    EXPECT_EQ(pool.decimals_b, 9);
    for (const Account& account : accounts) {
        auto forgetful = pool;
        forget_account(forgetful, account.pubkey);
        EXPECT_FALSE(is_complete(forgetful));
    }
}

// The supply decides the tier and nothing else.
TEST(PumpSwap, AFlatFeeNeedsNoSupply) {
    const SwapPoolOptions options{.is_canonical = false};
    auto pool = incomplete_swap_pool(options);
    auto config = config_of({25, 5, 0});
    config.tiers.push_back({.market_cap_min = 1, .fees = {20, 5, 95}});
    auto accounts = swap_accounts(options, config);
    accounts.pop_back();
    apply_all(pool, accounts);
    EXPECT_TRUE(is_complete(pool));
    EXPECT_EQ(current_fees(pool), (PumpFees{25, 5, 0}));
}

TEST(PumpSwap, TheFeeOfAPoolFromACurveGoesByMarketCap) {
    // 85,000,000,000 · 10^15 / 2 · 10^14.
    auto config = config_of({2, 93, 30});
    config.tiers.push_back({.market_cap_min = 425'000'000'000, .fees = {20, 5, 95}});
    auto pool = incomplete_swap_pool();
    apply_all(pool, swap_accounts({}, config));
    EXPECT_TRUE(is_canonical(pool));
    EXPECT_EQ(current_fees(pool), (PumpFees{20, 5, 95}));
    // Coins were burned: the market cap is smaller.
    apply_all(pool, {mint_account(coin(), solana::kToken2022Program, kPumpCoinSupply - 2'353)});
    EXPECT_EQ(current_fees(pool), (PumpFees{2, 93, 30}));
    pool.index = 1;
    EXPECT_FALSE(is_canonical(pool));
}

TEST(PumpSwap, ACoinsOwnCreatorRateCountsWhereItIsConfigurable) {
    const SwapPoolOptions options{.creator_fee_rate = 200};
    auto pool = swap_pool(options);
    EXPECT_EQ(current_fees(pool).creator, 30);
    SwapGlobalOptions global;
    global.recipients.is_creator_fee_configurable = true;
    apply_all(pool, {swap_global(global)});
    EXPECT_EQ(current_fees(pool).creator, 200);
    pool.coin_creator = {};
    EXPECT_EQ(current_fees(pool), (PumpFees{2, 93, 0}));
    pool.creator_fee_rate = 10'001;
    EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, kSome, kNow)), QuoteError::Unsupported);
}

TEST(PumpSwap, KeptFeesAreNotLiquidity) {
    const auto plain = swap_pool();
    // The same pool after 7 were charged and kept: the vault has them, the price does not.
    const auto kept = swap_pool(
        {.vault_b = 85'000'000'007, .virtual_b = -7, .protocol_fees = 5, .creator_fees = 2});
    for (const auto direction : {kSell, kBuy}) {
        EXPECT_EQ(amount_out(quote_exact_in(plain, direction, kSome, kNow)),
                  amount_out(quote_exact_in(kept, direction, kSome, kNow)));
    }
    EXPECT_EQ(reserve_b(kept), reserve_b(plain));
    EXPECT_EQ(marginal_price(kept).numerator, 85'000'000'000U);
    EXPECT_EQ(marginal_price(kept).denominator, 200'000'000'000'000U);
    const auto drained = swap_pool({.vault_b = 6, .protocol_fees = 5, .creator_fees = 2});
    EXPECT_EQ(reserve_b(drained), TokenAmount{});
}

TEST(PumpSwap, ABoostPricesButIsNotPaidOut) {
    const SwapPoolOptions boosted{.vault_b = 1'000'000'000, .virtual_b = 84'000'000'000};
    auto pool = swap_pool(boosted);
    EXPECT_EQ(marginal_price(pool).numerator, 85'000'000'000U);
    EXPECT_EQ(reserve_b(pool), TokenAmount{1'000'000'000});
    const TokenAmount coins{2'000'000'000'000};
    const auto sold = quote_exact_in(pool, kSell, coins, kNow);
    ASSERT_TRUE(sold);
    // What leaves the vault is all but the fee for liquidity providers: 2 of 10,000, rounded up.
    const auto gross = sold->amount_out + sold->trade_fee + sold->creator_fee;
    const auto leaving = gross.raw() - (gross.raw() * 2 + 9'999) / 10'000;
    pool.vault_amount_b = leaving;
    pool.virtual_b = static_cast<i128>(85'000'000'000) - leaving;
    EXPECT_TRUE(quote_exact_in(pool, kSell, coins, kNow));
    --pool.vault_amount_b;
    ++pool.virtual_b;
    EXPECT_EQ(error_of(quote_exact_in(pool, kSell, coins, kNow)), QuoteError::ExceedsReserve);
}

TEST(PumpSwap, VirtualReservesBeyondEveryBoundAreRefused) {
    constexpr auto kHuge = std::numeric_limits<i128>::max();
    for (const i128 virtual_b :
         {static_cast<i128>(-85'000'000'000), -static_cast<i128>(kU64Max) - 1, -kHuge - 1}) {
        const auto pool = swap_pool({.virtual_b = virtual_b});
        EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, kSome, kNow)), QuoteError::ExceedsReserve);
        EXPECT_EQ(marginal_price(pool).numerator, 0U);
    }
    const i128 most = static_cast<i128>(kU64Max) - 85'000'000'000;
    EXPECT_TRUE(quote_exact_in(swap_pool({.virtual_b = most}), kSell, TokenAmount{1}, kNow));
    for (const i128 virtual_b : {most + 1, static_cast<i128>(kU64Max) + 1, kHuge}) {
        const auto pool = swap_pool({.virtual_b = virtual_b});
        EXPECT_EQ(error_of(quote_exact_in(pool, kSell, kSome, kNow)), QuoteError::Overflow);
        EXPECT_EQ(marginal_price(pool).denominator, 0U);
    }
}

TEST(PumpSwap, GlobalFlagsForbidEachDirectionByItself) {
    auto pool = swap_pool();
    const auto with = [&](std::uint8_t flags) {
        pool.disable_flags = flags;
        return std::pair{quote_exact_in(pool, kBuy, kSome, kNow).has_value(),
                         quote_exact_in(pool, kSell, kSome, kNow).has_value()};
    };
    EXPECT_EQ(with(0b00111), (std::pair{true, true}));
    EXPECT_TRUE(is_swap_enabled(pool));
    EXPECT_EQ(with(0b01000), (std::pair{false, true}));
    EXPECT_FALSE(is_swap_enabled(pool));
    EXPECT_EQ(with(0b10000), (std::pair{true, false}));
    EXPECT_FALSE(is_swap_enabled(pool));
    EXPECT_EQ(error_of(quote_exact_out(pool, kSell, kSome, kNow)), QuoteError::SwapDisabled);
    pool.disable_flags = 0b100000;
    EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, kSome, kNow)), QuoteError::Unsupported);
    pool.disable_flags = 0;
    disable(pool);
    EXPECT_FALSE(is_swap_enabled(pool));
    EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, kSome, kNow)), QuoteError::SwapDisabled);
}

TEST(PumpSwap, RefusesWhatItCannotPriceOrDeliver) {
    EXPECT_EQ(error_of(quote_exact_in(swap_pool({.is_mayhem = true}), kBuy, kSome, kNow)),
              QuoteError::Unsupported);
    const auto pool = swap_pool({.vault_a = 1'000});
    EXPECT_TRUE(quote_exact_out(pool, kBuy, TokenAmount{999}, kNow));
    EXPECT_EQ(error_of(quote_exact_out(pool, kBuy, TokenAmount{1'000}, kNow)),
              QuoteError::ExceedsReserve);
    EXPECT_EQ(error_of(quote_exact_in(swap_pool({.vault_a = 0}), kBuy, kSome, kNow)),
              QuoteError::ExceedsReserve);
    EXPECT_EQ(error_of(quote_exact_in(pool, kSell, {}, kNow)), QuoteError::AmountZero);
    EXPECT_EQ(error_of(quote_exact_in(pool, kSell, TokenAmount{kU64Max}, kNow)),
              QuoteError::Overflow);
}

TEST(PumpSwap, AnAccountThatIsNotWhatItShouldBeChangesNothing) {
    auto pool = swap_pool();
    const auto out = amount_out(quote_exact_in(pool, kBuy, kSome, kNow));
    const auto refused = [&](Account account, std::string_view what) {
        const auto applied = apply_account(pool, account.update());
        ASSERT_FALSE(applied) << what;
        EXPECT_NE(applied.error().text.find(what), std::string::npos) << applied.error().text;
        EXPECT_EQ(amount_out(quote_exact_in(pool, kBuy, kSome, kNow)), out);
    };
    Account vault = token_account(key_of(81), coin(), solana::kToken2022Program, 5);
    vault.data.resize(164);
    refused(vault, "164 bytes");
    Account account = swap_global();
    account.owner = solana::kPumpCurveProgram;
    refused(account, solana::kPumpSwapProgram.to_string());
    account = swap_fee_config(config_of({0, 0, 0}));
    account.data[3] = 0;
    refused(account, "discriminator");
    refused(mint_account(coin(), key_of(5), 1), "not a token program");
    // A vault's mint and program are checked when it is first seen.
    pool = incomplete_swap_pool();
    const auto first = [&](const Account& seen) {
        const auto applied = apply_account(pool, seen.update());
        EXPECT_FALSE(pool.has_vault_a);
        return applied ? std::string{} : applied.error().text;
    };
    EXPECT_NE(first(token_account(key_of(81), key_of(9), solana::kTokenProgram, 1)).find("mint"),
              std::string::npos);
    EXPECT_NE(first(token_account(key_of(81), coin(), key_of(9), 1)).find("token program"),
              std::string::npos);
    Account blank = token_account(key_of(81), coin(), solana::kToken2022Program, 1);
    blank.data.assign(165, 0);  // Never initialised.
    EXPECT_NE(first(blank).find("holds mint 1111"), std::string::npos);
    EXPECT_TRUE(pool.program_a.is_zero()) << "what was refused tells no program";
}

TEST(PumpSwap, AClosedVaultHoldsNothing) {
    auto pool = swap_pool();
    ASSERT_TRUE(apply_account(pool, token_account(key_of(82), {}, {}, 0).missing()));
    EXPECT_EQ(reserve_b(pool), TokenAmount{});
    EXPECT_EQ(error_of(quote_exact_in(pool, kBuy, kSome, kNow)), QuoteError::ExceedsReserve);
}

TEST(PumpSwap, ANewVersionKeepsWhatOtherAccountsTold) {
    const auto before = swap_pool();
    auto after = incomplete_swap_pool({.virtual_b = 5});
    EXPECT_TRUE(is_same_identity(before, after));
    carry_over(before, after);
    EXPECT_TRUE(is_complete(after));
    EXPECT_EQ(after.virtual_b, 5);
    EXPECT_EQ(after.derived.creator_vault_authority, before.derived.creator_vault_authority);
    EXPECT_FALSE(is_same_identity(before, incomplete_swap_pool({.is_canonical = false})));
    // Another creator, another vault.
    auto taken_over = incomplete_swap_pool({.coin_creator = key_of(55)});
    carry_over(before, taken_over);
    EXPECT_EQ(taken_over.derived.creator_vault_authority,
              solana::find_program_address({solana::seed("creator_vault"), key_of(55).bytes},
                                           solana::kPumpSwapProgram)
                  .address);
}

TEST(PumpSwap, WhatWeSendLooksLikeTheProgramsInstructions) {
    const SwapAccounts accounts{key_of(90), key_of(91), key_of(92)};
    const auto shapes = pump_swap_instructions();
    struct Counts {
        SwapPoolOptions options;
        std::size_t buy, sell;
    };
    for (const Counts& counts : {Counts{{}, 26, 24}, Counts{{.is_cashback = true}, 27, 26},
                                 Counts{{.coin_creator = {}}, 25, 23}}) {
        const auto pool = swap_pool(counts.options);
        const auto buy = swap_exact_out(pool, kBuy, kSome, kSome, accounts);
        const auto sell = swap_exact_in(pool, kSell, kSome, kSome, accounts);
        EXPECT_EQ(buy.accounts.size(), counts.buy);
        EXPECT_EQ(sell.accounts.size(), counts.sell);
        expect_shape(buy, shapes, "buy");
        expect_shape(sell, shapes, "sell");
        expect_shape(swap_exact_in(pool, kBuy, kSome, kSome, accounts), shapes,
                     "buy_exact_quote_in");
    }
    const auto pool = swap_pool({.is_cashback = true});
    const auto sell = swap_exact_in(pool, kSell, kSome, kSome, accounts);
    const auto trader = pump_trader({.program = solana::kPumpSwapProgram,
                                     .user = key_of(90),
                                     .quote_mint = pool.mint_b,
                                     .quote_program = pool.program_b});
    EXPECT_EQ(sell.accounts[21], solana::writable(trader.volume_accumulator_quote));
    EXPECT_EQ(sell.accounts[22], solana::writable(trader.volume_accumulator));
    EXPECT_EQ(sell.data.size(), 24U);
    EXPECT_EQ(swap_exact_out(pool, kSell, TokenAmount{5}, TokenAmount{3}, accounts),
              swap_exact_in(pool, kSell, TokenAmount{5}, TokenAmount{3}, accounts));
    EXPECT_TRUE(has_exact_out(pool, kBuy));
    EXPECT_FALSE(has_exact_out(pool, kSell));
    const auto extend = extend_account(pool, key_of(90));
    EXPECT_EQ(extend.accounts.size(), 5U);
    EXPECT_EQ(extend.data.size(), 8U);
}

TEST(PumpSwap, MayhemPoolsPayTheReservedRecipients) {
    const auto pool = swap_pool({.is_mayhem = true});
    EXPECT_EQ(pool.recipients.fee, key_of(71));
    EXPECT_EQ(swap_pool().recipients.fee, key_of(70));
}

TEST(PumpSwap, ItsShapesAreConsistent) {
    for (const InstructionShape& shape : pump_swap_instructions()) {
        SCOPED_TRACE(shape.name);
        EXPECT_LE(shape.accounts_min, shape.accounts_max);
        EXPECT_EQ((shape.writable | shape.signers) >> shape.accounts_min, 0U);
        EXPECT_EQ(shape.signers & shape.writable, shape.signers);
        for (const InstructionShape& other : pump_swap_instructions()) {
            EXPECT_TRUE(&shape == &other || shape.discriminator != other.discriminator);
        }
    }
}

// What the router prunes by.
TEST(PumpSwap, NoQuoteBeatsItsNetRateAndThinness) {
    for (const i128 virtual_b : {i128{0}, i128{20'000'000'000}, i128{-20'000'000'000}}) {
        const Pool pool{swap_pool({.virtual_b = virtual_b})};
        const NetRates rates = net_rates(pool);
        ASSERT_GT(rates.thinness_a_to_b, 0);
        ASSERT_GT(rates.thinness_b_to_a, 0);
        for (std::uint64_t amount = 1'000; amount < 1'000'000'000'000'000; amount *= 7) {
            const auto bound = [&](double rate, double thinness) {
                return rate - std::log1p(thinness * static_cast<double>(amount)) + 1e-9;
            };
            const auto paid = [&](Direction direction) {
                const auto quote = quote_exact_in(pool, direction, TokenAmount{amount}, kNow);
                return quote ? std::log(static_cast<double>(quote->amount_out.raw()) /
                                        static_cast<double>(amount))
                             : -1e9;
            };
            EXPECT_LE(paid(kSell), bound(rates.a_to_b, rates.thinness_a_to_b));
            EXPECT_LE(paid(kBuy), bound(rates.b_to_a, rates.thinness_b_to_a));
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex
