// SPDX-License-Identifier: MIT
// PumpSwap through the chain: the vectors, a recorded purchase, account checks, new pools.
#include "unit/sim/pump_fixture.hpp"

namespace sniperforge::sim {
namespace {

class PumpSwapTest : public PumpTest {
 protected:
    struct Setup {
        std::uint64_t base = 637'486'385'438'484, quote = 10'067'938'230;
        std::int64_t virtual_quote = 0;
        std::uint64_t supply = kSupply;
        PumpFeeTier rates{0, 2, 93, 30};
        bool is_cashback = false;
        bool has_creator = true;
    };
    PumpPool build(const Setup& setup) {
        PumpOptions settings;
        settings.swap_tiers = {setup.rates};
        create_pump(chain, settings);
        create_mint(chain, mint, {.supply = TokenAmount{setup.supply}});
        PumpPoolOptions options;
        options.name = {.creator = pump_canonical_pool(chain, mint).creator, .base_mint = mint};
        options.base = TokenAmount{setup.base};
        options.quote = TokenAmount{setup.quote};
        options.virtual_quote = setup.virtual_quote;
        options.coin_creator = setup.has_creator ? test_key(40) : Pubkey{};
        options.is_cashback = setup.is_cashback;
        const PumpPool pool = create_pump_pool(chain, options);
        user_base = create_token_account(chain, user(), mint, TokenAmount{kSupply});
        user_quote = create_token_account(chain, user(), solana::kWrappedSolMint,
                                          TokenAmount{1'000'000'000'000});
        return pool;
    }
    [[nodiscard]] std::uint64_t sol_of(const Pubkey& owner) const {
        return held(owner, solana::kWrappedSolMint);
    }
    // Where the fees of the pool's creator go: account 17 of every trade.
    [[nodiscard]] std::uint64_t creator_held(const PumpPool& pool) const {
        return tokens(pumpswap_sell(pool, {user(), 1, 0}).accounts[17].pubkey);
    }

    struct Expected {
        std::uint64_t base = 0, quote = 0, lp = 0, protocol = 0, creator = 0;
    };
    void check(const PumpPool& pool, const solana::Instruction& instruction,
               const Expected& expected, bool is_buy) {
        const std::uint64_t before[] = {tokens(user_base),
                                        tokens(user_quote),
                                        tokens(pool.base_vault),
                                        tokens(pool.quote_vault),
                                        sol_of(pump_fee_recipient(false)),
                                        sol_of(pump_buyback_recipient()),
                                        creator_held(pool)};
        const auto done = chain.execute_unsigned(user(), {instruction});
        ASSERT_TRUE(done.has_value()) << done.error().text;
        const std::uint64_t fees = expected.lp + expected.protocol + expected.creator;
        const std::uint64_t buyback = expected.protocol / 2;
        const std::uint64_t sign = is_buy ? 1 : ~std::uint64_t{0};  // Differences wrap around.
        EXPECT_EQ((tokens(user_base) - before[0]) * sign, expected.base);
        EXPECT_EQ((before[1] - tokens(user_quote)) * sign,
                  is_buy ? expected.quote + fees : expected.quote - fees);
        EXPECT_EQ((before[2] - tokens(pool.base_vault)) * sign, expected.base);
        EXPECT_EQ((tokens(pool.quote_vault) - before[3]) * sign,
                  is_buy ? expected.quote + expected.lp : expected.quote - expected.lp);
        EXPECT_EQ(sol_of(pump_fee_recipient(false)) - before[4], expected.protocol - buyback);
        EXPECT_EQ(sol_of(pump_buyback_recipient()) - before[5], buyback);
        EXPECT_EQ(creator_held(pool) - before[6], expected.creator);
    }
    // A byte of the program's GlobalConfig.
    void set_setting(std::size_t offset, std::uint8_t value) {
        const Pubkey config = pubkey_constant("ADyA8hdefvWN2dbGGWFotbzWxrAvLW83WG6QCVXvJKqw");
        Account account = *chain.account(config);
        account.data[offset] = value;
        chain.put_account(config, account);
    }
    void refuse(const solana::Instruction& instruction, unsigned code) {
        EXPECT_EQ(error_of(instruction), custom(code));
    }
    static std::uint64_t fee(std::uint64_t amount, std::uint64_t bps) {
        return (amount * bps + 9'999) / 10'000;
    }
    void check_case(simdjson::dom::element vector);

    Pubkey mint = test_key(30);
    Pubkey user_base, user_quote;
};

void PumpSwapTest::check_case(simdjson::dom::element vector) {
    Setup setup;
    setup.base = number(vector, "base_reserve");
    setup.quote = number(vector, "quote_reserve");
    setup.virtual_quote = static_cast<std::int64_t>(number(vector, "virtual_quote_reserves"));
    const auto rates = vector["fees"].value();
    setup.rates = {0, number(rates, "lpFeeBps"), number(rates, "protocolFeeBps"),
                   number(rates, "creatorFeeBps")};
    const PumpPool pool = build(setup);
    const std::uint64_t amount = number(vector, "amount");
    const auto wanted = vector["expected"].value();
    const auto with_fees = [&](std::uint64_t base, std::uint64_t quote) {
        return Expected{base, quote, fee(quote, setup.rates.lp_bps),
                        fee(quote, setup.rates.protocol_bps), fee(quote, setup.rates.creator_bps)};
    };
    const std::string_view op{vector["op"]};
    if (op == "buy_exact_quote_in") {
        const std::uint64_t base = number(wanted, "base");
        refuse(pumpswap_buy_quote(pool, {user(), amount, base + 1}), 6040);
        check(pool, pumpswap_buy_quote(pool, {user(), amount, base}),
              with_fees(base, number(wanted, "internalQuoteWithoutFees")), true);
    } else if (op == "buy_exact_base_out") {
        const std::uint64_t paid = number(wanted, "uiQuote");
        refuse(pumpswap_buy(pool, {user(), amount, paid - 1}), 6004);
        check(pool, pumpswap_buy(pool, {user(), amount, paid}),
              with_fees(amount, number(wanted, "internalQuoteAmount")), true);
    } else {
        ASSERT_EQ(op, "sell_base_in");
        const std::uint64_t received = number(wanted, "uiQuote");
        refuse(pumpswap_sell(pool, {user(), amount, received + 1}), 6004);
        check(pool, pumpswap_sell(pool, {user(), amount, received}),
              with_fees(amount, number(wanted, "internalQuoteAmountOut")), false);
    }
}

TEST_F(PumpSwapTest, EveryVectorExecutesExactly) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "pumpswap_quotes.json"};
    std::size_t cases = 0;
    for (const auto vector : simdjson::dom::array{file.root()["cases"]}) {
        SCOPED_TRACE(testing::Message() << "case " << cases);
        check_case(vector);
        ++cases;
    }
    EXPECT_GT(cases, 0U);
}

// The fee program answers what the vendor's SDK reads from the same tiers. What it returns stands
// in the log.
TEST_F(PumpSwapTest, TheTierFollowsTheMarketCap) {
    SF_REQUIRE_DATA(data);
    create_pump(chain, {});
    const Pubkey program = pubkey_constant("pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA");
    const Pubkey config = pubkey_constant("5PHirr8joyTMp9JMm6nW7hNDVyEYdkzDqazxPD7RaTjx");
    const auto fees_at = [&](std::uint64_t market_cap, bool is_canonical) {
        solana::Instruction ask{pubkey_constant("pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ"),
                                {solana::readonly(config), solana::readonly(program)},
                                {0xe7, 0x25, 0x7e, 0x55, 0xcf, 0x5b, 0x3f, 0x34}};
        append_le(ask.data, std::uint8_t{is_canonical});
        append_le(ask.data, static_cast<u128>(market_cap));
        append_le(ask.data, std::uint64_t{1});
        const auto simulated = chain.simulate(signed_wire({ask}), true, false, {});
        EXPECT_EQ(simulated->error_json, "null");
        for (const std::string& line : simulated->logs) {
            if (line.starts_with("Program return: ")) {
                return *base64_decode(std::string_view{line}.substr(line.rfind(' ') + 1));
            }
        }
        return Bytes(24, 0);
    };
    const test::JsonFile file{data / "vectors" / "pumpswap_quotes.json"};
    std::size_t cases = 0;
    for (const auto vector : simdjson::dom::array{file.root()["fee_tiers"]}) {
        const Bytes fees = fees_at(number(vector, "market_cap"), true);
        const auto sol = vector["sol"].value();
        EXPECT_EQ(read_le<std::uint64_t>(fees, 0), number(sol, "lpFeeBps"));
        EXPECT_EQ(read_le<std::uint64_t>(fees, 8), number(sol, "protocolFeeBps"));
        EXPECT_EQ(read_le<std::uint64_t>(fees, 16), number(sol, "creatorFeeBps"));
        ++cases;
    }
    EXPECT_GT(cases, 0U);
    EXPECT_EQ(read_le<std::uint64_t>(fees_at(1, false), 0), 25U);  // Other pools: flat fees.
}

// The recorded purchase of 2026-08: 587,410 base units, and its event to the last byte but the keys
// and the time.
TEST_F(PumpSwapTest, TheRecordedPurchaseCostsWhatItCost) {
    SF_REQUIRE_DATA(data);
    const PumpPool pool = build({.base = 7'204'471'983'118,
                                 .quote = 2'428'267'459'655,
                                 .virtual_quote = 17'584'505'288,
                                 .supply = 999'946'434'747'935,
                                 .rates = {0, 20, 5, 5}});
    create_token_account(chain, user(), mint, TokenAmount{2'262'593'450});
    create_token_account(chain, user(), solana::kWrappedSolMint, TokenAmount{220'000});
    auto buy = pumpswap_buy(pool, {user(), 587'410, 220'000});
    buy.data.back() = 1;  // Tracks volume.
    const auto* receipt = land({buy});
    ASSERT_EQ(receipt->error_json, "null") << receipt->logs.back();
    EXPECT_EQ(tokens(user_quote), 220'000U - 200'020U);
    auto events = events_of(receipt->logs);
    ASSERT_EQ(events.size(), 1U);
    const test::JsonFile file{data / "fixtures" / "events" / "events.json"};
    Bytes recorded;
    for (const auto event : simdjson::dom::array{file.root()}) {
        if (std::string_view{event["event"]} == "BuyEvent") {
            recorded = *base64_decode(std::string_view{event["data_base64"]});
        }
    }
    ASSERT_EQ(events[0].size(), recorded.size());
    for (Bytes* bytes : {&events[0], &recorded}) {
        write_le(*bytes, 8, std::uint64_t{0});                                           // Time.
        std::fill(bytes->begin() + 8 + 112, bytes->begin() + 8 + 336, std::uint8_t{0});  // Keys.
        (*bytes)[8 + 393 + 4 + 3 + 48] = 0;  // Whether it may be boosted: a setting.
    }
    EXPECT_EQ(events[0], recorded);
}

TEST_F(PumpSwapTest, EveryAccountIsChecked) {
    const PumpPool pool = build({});
    const auto buy = pumpswap_buy(pool, {user(), 1'000'000, kLamportsPerSol});
    const auto with = [&](std::size_t index, const Pubkey& key) {
        auto bad = buy;
        bad.accounts[index].pubkey = key;
        return error_of(bad);
    };
    EXPECT_EQ(with(0, test_key(80)), custom(3012));
    EXPECT_EQ(with(2, test_key(80)), custom(3012));
    EXPECT_EQ(with(3, solana::kWrappedSolMint), custom(2012));
    EXPECT_EQ(with(4, mint), custom(2012));
    EXPECT_EQ(with(5, user_quote), custom(2014));
    EXPECT_EQ(with(6, user_base), custom(2014));
    EXPECT_EQ(with(7, user_base), custom(2012));
    EXPECT_EQ(with(8, user_quote), custom(2012));
    EXPECT_EQ(with(9, test_key(80)), custom(2003));
    EXPECT_EQ(with(10, user_quote), custom(2006));
    EXPECT_EQ(with(11, solana::kToken2022Program), custom(3008));
    EXPECT_EQ(with(15, test_key(80)), custom(2006));
    EXPECT_EQ(with(16, solana::kMemoProgram), custom(3008));
    EXPECT_EQ(with(17, user_quote), custom(2006));
    EXPECT_EQ(with(18, test_key(80)), custom(2006));
    EXPECT_EQ(with(19, test_key(80)), custom(2006));
    EXPECT_EQ(with(20, test_key(80)), custom(2006));
    EXPECT_EQ(with(21, test_key(80)), custom(2006));
    EXPECT_EQ(with(22, solana::kMemoProgram), custom(3008));
    EXPECT_EQ(with(23, test_key(80)), custom(6062));
    EXPECT_EQ(with(24, test_key(80)), custom(6053));
    EXPECT_EQ(with(25, user_quote), custom(2006));
    auto old_form = buy;
    old_form.accounts.resize(24);
    EXPECT_EQ(error_of(old_form), custom(6058));
    EXPECT_EQ(error_of(buy), "null");
}

TEST_F(PumpSwapTest, APoolWithoutCreatorTakesNoCreatorFeeAndOneAccountLess) {
    const PumpPool pool = build({.has_creator = false});
    const auto buy = pumpswap_buy(pool, {user(), 123'456'789, 10'000});
    EXPECT_EQ(buy.accounts.size(), 25U);
    const std::uint64_t quote = (10'067'938'230ULL * 123'456'789) / 637'486'362'094'000 + 1;
    const std::uint64_t before = tokens(user_quote);
    ASSERT_TRUE(chain.execute_unsigned(user(), {buy}));
    EXPECT_EQ(before - tokens(user_quote), quote + fee(quote, 2) + fee(quote, 93));
}

TEST_F(PumpSwapTest, TradesOfNothingAreRefusedByTheirOwnCodes) {
    const PumpPool pool = build({});
    refuse(pumpswap_buy(pool, {user(), 0, kLamportsPerSol}), 6001);
    refuse(pumpswap_buy_quote(pool, {user(), 0, 0}), 6002);
    refuse(pumpswap_sell(pool, {user(), 0, 0}), 6001);
}

// It stands in the pool; the program's settings say whether it counts.
TEST_F(PumpSwapTest, ACreatorsOwnRateCountsWhereTheSettingsAllowIt) {
    const PumpPool pool = build({});
    write_u64(pool.pool, 261, 70);
    const auto earned = [&](std::uint64_t quote) {
        const std::uint64_t before = creator_held(pool);
        EXPECT_TRUE(chain.execute_unsigned(user(), {pumpswap_buy_quote(pool, {user(), quote, 1})}));
        return creator_held(pool) - before;
    };
    EXPECT_NEAR(static_cast<double>(earned(100'000'000)), 100'000'000 * 0.0030 / 1.0125, 5);
    set_setting(940, 1);
    EXPECT_NEAR(static_cast<double>(earned(100'000'000)), 100'000'000 * 0.0070 / 1.0165, 5);
}

TEST_F(PumpSwapTest, VirtualQuotePricesButCannotBePaidOut) {
    const PumpPool pool =
        build({.base = kSupply / 2, .quote = 1'000, .virtual_quote = 10'000'000'000});
    EXPECT_EQ(error_of(pumpswap_sell(pool, {user(), kSupply / 2, 0})), custom(6063));
    EXPECT_EQ(error_of(pumpswap_sell(pool, {user(), 1'000'000, 0})), "null");
}

TEST_F(PumpSwapTest, SwitchesOfTheSettingsForbid) {
    const PumpPool pool = build({});
    const auto set = [&](std::uint8_t flags) { set_setting(56, flags); };
    const auto buy = pumpswap_buy(pool, {user(), 1'000'000, kLamportsPerSol});
    const auto sell = pumpswap_sell(pool, {user(), 1'000'000, 0});
    set(8);
    EXPECT_EQ(error_of(buy), custom(6020));
    EXPECT_EQ(error_of(sell), "null");
    set(16);
    EXPECT_EQ(error_of(buy), "null");
    EXPECT_EQ(error_of(sell), custom(6021));
}

TEST_F(PumpSwapTest, AnybodyMayOpenAPoolOfHisOwnWhoseCreatorEarnsNothing) {
    create_pump(chain, {});
    create_mint(chain, mint, {.supply = TokenAmount{kSupply}});
    create_token_account(chain, user(), mint, TokenAmount{1'000'000});
    create_token_account(chain, user(), solana::kWrappedSolMint, TokenAmount{4'000'000});
    PumpPool pool = pump_pool(chain, {.creator = user(), .base_mint = mint, .index = 3});
    pool.coin_creator = test_key(41);
    const auto* opened = land({solana::set_compute_unit_limit(ComputeUnits{400'000}),
                               pumpswap_create(pool, {1'000'000, 4'000'000})});
    ASSERT_EQ(opened->error_json, "null") << opened->logs.back();
    EXPECT_EQ(u64_of(pool.pool, 203), 2'000'000U);  // sqrt of the product.
    EXPECT_EQ(held(user(), pool.lp_mint), 1'999'900U);
    EXPECT_TRUE(Pubkey::from(BytesView{chain.account(pool.pool)->data}.subspan(211)).is_zero());
    // Twice is once too often.
    EXPECT_TRUE(
        land({solana::set_compute_unit_limit(ComputeUnits{400'000}), pumpswap_create(pool, {1, 1})})
            ->is_failed());
}

}  // namespace
}  // namespace sniperforge::sim
