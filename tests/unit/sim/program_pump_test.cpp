// SPDX-License-Identifier: MIT
// The pump.fun curve through the chain: the vectors, a recorded launch, account checks, fees.
#include "unit/sim/pump_fixture.hpp"

namespace sniperforge::sim {
namespace {

class PumpCurveTest : public PumpTest {
 protected:
    // A curve whose trades cost these rates, and a user who can buy and sell.
    PumpCurve build(PumpCurveOptions options, std::uint64_t protocol_bps, std::uint64_t creator_bps,
                    std::uint64_t user_tokens = 0) {
        PumpOptions settings;
        settings.curve_tiers = {{0, 0, protocol_bps, creator_bps}};
        create_pump(chain, settings);
        create_mint(chain, mint, {.supply = TokenAmount{kSupply}});
        options.mint = mint;
        options.creator = test_key(40);
        const PumpCurve curve = create_pump_curve(chain, options);
        user_account = create_token_account(chain, user(), mint, TokenAmount{user_tokens});
        return curve;
    }
    static PumpCurveOptions fresh() {
        return {.virtual_token = 1'073'000'000'000'000,
                .virtual_quote = 30'000'000'000,
                .real_token = 793'100'000'000'000,
                .real_quote = 0};
    }

    // Everything that a trade moves.
    struct Balances {
        std::uint64_t user_sol = 0, user_tokens = 0, curve_sol = 0, curve_tokens = 0, fees = 0,
                      buyback = 0, creator = 0;
    };
    [[nodiscard]] Balances balances(const PumpCurve& curve) const {
        return {lamports(user()),
                tokens(user_account),
                lamports(curve.curve),
                tokens(curve.curve_tokens),
                lamports(pump_fee_recipient(curve.is_mayhem)),
                lamports(pump_buyback_recipient()),
                lamports(curve.creator_vault)};
    }
    struct Expected {
        std::uint64_t tokens = 0, quote = 0, protocol = 0, creator = 0;
    };
    // Executes the trade and compares every balance and reserve with what is expected of it.
    void check(const PumpCurve& curve, const solana::Instruction& instruction,
               const Expected& expected, bool is_buy) {
        const Balances before = balances(curve);
        const std::uint64_t reserves[] = {
            u64_of(curve.curve, kVirtualToken), u64_of(curve.curve, kVirtualQuote),
            u64_of(curve.curve, kRealToken), u64_of(curve.curve, kRealQuote)};
        const auto done = chain.execute_unsigned(user(), {instruction});
        ASSERT_TRUE(done.has_value()) << done.error().text;
        const Balances after = balances(curve);
        const std::uint64_t fees = expected.protocol + expected.creator;
        const std::uint64_t buyback = expected.protocol / 2;  // 5,000 basis points, rounded down.
        EXPECT_EQ(after.buyback - before.buyback, buyback);
        EXPECT_EQ(after.fees - before.fees, expected.protocol - buyback);
        EXPECT_EQ(after.creator - before.creator, expected.creator);
        const std::uint64_t sign = is_buy ? 1 : ~std::uint64_t{0};  // Differences wrap around.
        EXPECT_EQ((after.user_tokens - before.user_tokens) * sign, expected.tokens);
        EXPECT_EQ((before.curve_tokens - after.curve_tokens) * sign, expected.tokens);
        EXPECT_EQ((after.curve_sol - before.curve_sol) * sign, expected.quote);
        EXPECT_EQ((before.user_sol - after.user_sol) * sign,
                  is_buy ? expected.quote + fees : expected.quote - fees);
        EXPECT_EQ((reserves[0] - u64_of(curve.curve, kVirtualToken)) * sign, expected.tokens);
        EXPECT_EQ((u64_of(curve.curve, kVirtualQuote) - reserves[1]) * sign, expected.quote);
        EXPECT_EQ((reserves[2] - u64_of(curve.curve, kRealToken)) * sign, expected.tokens);
        EXPECT_EQ((u64_of(curve.curve, kRealQuote) - reserves[3]) * sign, expected.quote);
    }
    void refuse(const solana::Instruction& instruction, unsigned code) {
        const auto refused = chain.execute_unsigned(user(), {instruction});
        ASSERT_FALSE(refused.has_value());
        char text[16];
        std::snprintf(text, sizeof text, "0x%x", code);
        EXPECT_NE(refused.error().text.find(text), std::string::npos) << refused.error().text;
    }

    // One case of the vectors, in both forms of the instruction; one unit stricter is refused.
    void check_case(simdjson::dom::element vector, const PumpCurveOptions& recorded, PumpForm form);

    Pubkey mint = test_key(30);
    Pubkey user_account;
};

void PumpCurveTest::check_case(simdjson::dom::element vector, const PumpCurveOptions& recorded,
                               PumpForm form) {
    const std::string_view op{vector["op"]};
    const auto wanted = vector["expected"].value();
    const std::uint64_t protocol = number(vector, "protocol_bps");
    const std::uint64_t creator = number(vector, "creator_bps");
    const auto trade = [&](std::uint64_t amount, std::uint64_t limit) {
        return PumpTrade{user(), amount, limit, form};
    };
    const auto fee = [](std::uint64_t amount, std::uint64_t bps) {
        return (amount * bps + 9'999) / 10'000;
    };
    if (op == "sell") {
        const std::uint64_t amount = number(vector, "tokens_in");
        const std::uint64_t gross = number(wanted, "gross"), net = number(wanted, "net");
        // The price does not look at the SOL that is there, the payment does: not one less.
        PumpCurveOptions options = recorded;
        options.real_quote = gross - 1;
        refuse(pump_sell(build(options, protocol, creator, amount), trade(amount, net)), 6023);
        options.real_quote = std::max(recorded.real_quote, gross);
        const auto curve = build(options, protocol, creator, amount);
        refuse(pump_sell(curve, trade(amount, net + 1)), 6003);
        check(curve, pump_sell(curve, trade(amount, net)),
              {amount, gross, number(wanted, "protocol_fee"), number(wanted, "creator_fee")},
              false);
        return;
    }
    const auto curve = build(recorded, protocol, creator);
    if (op == "buy_exact_tokens") {
        const std::uint64_t amount = number(vector, "tokens_in"), all = number(wanted, "total");
        refuse(pump_buy(curve, trade(amount, all - 1)), 6002);
        check(curve, pump_buy(curve, trade(amount, all)),
              {number(wanted, "tokens"), number(wanted, "quote_cost"),
               number(wanted, "protocol_fee"), number(wanted, "creator_fee")},
              true);
        return;
    }
    ASSERT_EQ(op, "buy_exact_quote_in");
    const std::uint64_t amount = number(vector, "quote_in");
    const std::uint64_t bought = number(wanted, "tokens"), net = number(wanted, "net");
    refuse(pump_buy_quote(curve, trade(amount, bought + 1)), 6042);
    check(curve, pump_buy_quote(curve, trade(amount, bought)),
          {bought, net, fee(net, protocol), fee(net, creator)}, true);
}

TEST_F(PumpCurveTest, EveryVectorExecutesExactlyInBothForms) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "pump_curve_quotes.json"};
    std::size_t cases = 0;
    for (const auto vector : simdjson::dom::array{file.root()["cases"]}) {
        const std::string name{std::string_view{vector["curve"]}};
        SCOPED_TRACE(testing::Message() << "case " << cases << " " << name);
        const test::JsonFile fixture{data / "fixtures" / "accounts" / "pump" / name};
        const auto fields = fixture.root()["expected"].value();
        PumpCurveOptions recorded{.virtual_token = number(fields, "virtual_token_reserves"),
                                  .virtual_quote = number(fields, "virtual_quote_reserves"),
                                  .real_token = number(fields, "real_token_reserves"),
                                  .real_quote = number(fields, "real_quote_reserves")};
        recorded.is_complete = bool{fields["complete"]};
        bool is_mayhem = false;
        recorded.is_mayhem =
            fields["is_mayhem_mode"].get(is_mayhem) == simdjson::SUCCESS && is_mayhem;
        ++cases;
        if (vector["graduated"].error() == simdjson::SUCCESS) {
            const auto curve = build(recorded, 95, 30, 1'000);
            refuse(pump_buy(curve, {user(), 1'000, kSupply}), 6005);
            refuse(pump_sell(curve, {user(), 1'000, 0}), 6005);
            continue;
        }
        for (const PumpForm form : {PumpForm::Legacy, PumpForm::V2}) {
            check_case(vector, recorded, form);
        }
    }
    EXPECT_GT(cases, 0U);
}

TEST_F(PumpCurveTest, TheLastTokensCompleteTheCurveAndNobodyTradesOnItAfterwards) {
    const auto curve = build(fresh(), 95, 30);
    // All but one token unit, then more than is left: the program sells what there is.
    const std::uint64_t all = 793'100'000'000'000;
    ASSERT_TRUE(chain.execute_unsigned(user(), {pump_buy(curve, {user(), all - 1, kU64Max})}));
    EXPECT_FALSE(flag_of(curve.curve, kComplete));
    EXPECT_EQ(u64_of(curve.curve, kRealToken), 1U);
    const std::uint64_t before = lamports(user());
    const auto* last = land({pump_buy_quote(curve, {user(), kLamportsPerSol, 1})});
    ASSERT_EQ(last->error_json, "null") << last->logs.back();
    EXPECT_TRUE(flag_of(curve.curve, kComplete));
    EXPECT_EQ(u64_of(curve.curve, kRealToken), 0U);
    EXPECT_EQ(tokens(user_account), all);
    // One unit costs one lamport and one of each fee; the rest of the SOL stays with the user.
    EXPECT_EQ(before - lamports(user()), last->fee + 3);
    const auto events = events_of(last->logs);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(read_le<std::uint64_t>(events[1], 0), 0x08982ed49c61725fULL);  // CompleteEvent.
    EXPECT_EQ(Pubkey::from(BytesView{events[1]}.subspan(8)), user());
    EXPECT_EQ(Pubkey::from(BytesView{events[1]}.subspan(40)), mint);
    EXPECT_EQ(Pubkey::from(BytesView{events[1]}.subspan(72)), curve.curve);
    EXPECT_EQ(error_of(pump_buy(curve, {user(), 1, kU64Max})), custom(6005));
    EXPECT_EQ(error_of(pump_sell(curve, {user(), 1, 0})), custom(6005));
}

TEST_F(PumpCurveTest, EveryAccountIsChecked) {
    const auto curve = build(fresh(), 95, 30, 1'000'000);
    const auto buy = pump_buy(curve, {user(), 1'000'000, kLamportsPerSol});
    const auto with = [&](const solana::Instruction& good, std::size_t index, const Pubkey& key) {
        auto bad = good;
        bad.accounts[index].pubkey = key;
        return error_of(bad);
    };
    EXPECT_EQ(with(buy, 0, curve.curve), custom(3002));   // Global.
    EXPECT_EQ(with(buy, 1, test_key(80)), custom(6000));  // Fee recipient.
    EXPECT_EQ(with(buy, 1, pump_fee_recipient(true)), custom(6000));
    EXPECT_EQ(with(buy, 2, solana::kWrappedSolMint), custom(2006));  // Mint.
    EXPECT_EQ(with(buy, 3, test_key(80)), custom(3012));             // Curve.
    EXPECT_EQ(with(buy, 4, user_account), custom(2012));
    EXPECT_EQ(with(buy, 5, test_key(80)), custom(3012));
    EXPECT_EQ(with(buy, 8, solana::kToken2022Program), custom(3008));
    EXPECT_EQ(with(buy, 9, test_key(80)), custom(2006));   // Creator vault.
    EXPECT_EQ(with(buy, 10, test_key(80)), custom(2006));  // Event authority.
    EXPECT_EQ(with(buy, 11, solana::kMemoProgram), custom(3008));
    EXPECT_EQ(with(buy, 12, test_key(80)), custom(2006));  // Volume accumulators.
    EXPECT_EQ(with(buy, 13, test_key(80)), custom(2006));
    EXPECT_EQ(with(buy, 14, test_key(80)), custom(2006));  // Fee config.
    EXPECT_EQ(with(buy, 15, solana::kMemoProgram), custom(3008));
    EXPECT_EQ(with(buy, 16, test_key(80)), custom(6074));
    EXPECT_EQ(with(buy, 17, test_key(80)), custom(6057));
    EXPECT_EQ(error_of(buy), "null");
    auto old_form = buy;  // Of before 2026-04-28.
    old_form.accounts.resize(16);
    EXPECT_EQ(error_of(old_form), custom(6062));
    old_form.accounts.resize(15);
    EXPECT_EQ(error_of(old_form), custom(3005));
    auto without_flag = buy;  // Callers that know nothing of volumes.
    without_flag.data.pop_back();
    EXPECT_EQ(error_of(without_flag), "null");

    const auto v2 = pump_sell(curve, {user(), 1'000, 0, PumpForm::V2});
    EXPECT_EQ(with(v2, 2, solana::kUsdcMint), custom(6063));
    EXPECT_EQ(with(v2, 18, test_key(80)), custom(2006));
    EXPECT_EQ(error_of(pump_buy(curve, {user(), 0, 1})), custom(6020));
    EXPECT_EQ(error_of(pump_sell(curve, {user(), 0, 0})), custom(6022));
}

TEST_F(PumpCurveTest, ACashbackCoinPaysTheUserAndSellsWithOneMoreAccount) {
    auto options = fresh();
    options.is_cashback = true;
    options.real_quote = kLamportsPerSol;
    const auto curve = build(options, 95, 30, 1'000'000'000);
    const auto buy = pump_buy(curve, {user(), 1'000'000'000'000, kLamportsPerSol});
    const Pubkey accumulator = buy.accounts[13].pubkey;
    create_wallet(chain, accumulator, Lamports{chain.rent_exempt_minimum(0)});
    const std::uint64_t vault = lamports(curve.creator_vault);
    const std::uint64_t before = lamports(accumulator);
    ASSERT_TRUE(chain.execute_unsigned(user(), {buy}));
    EXPECT_EQ(lamports(curve.creator_vault), vault);
    const std::uint64_t back = lamports(accumulator) - before;
    EXPECT_EQ(back, (27'985'074ULL * 30 + 9'999) / 10'000);
    const auto sell = pump_sell(curve, {user(), 1'000'000'000, 0});
    EXPECT_EQ(sell.accounts.size(), 17U);
    ASSERT_TRUE(chain.execute_unsigned(user(), {sell}));
    EXPECT_GT(lamports(accumulator), before + back);
    auto missing = sell;
    missing.accounts.erase(missing.accounts.begin() + 14);
    EXPECT_EQ(error_of(missing), custom(6072));
}

// The recorded launch of 2026-07: create_v2, extend_account, the buyer's account, and a purchase
// for exactly 3 SOL. Amounts, receivers and the bytes of the events are the chain's.
TEST_F(PumpTest, TheRecordedLaunchRunsAsItDid) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "fixtures" / "transactions" / "pump_create_buy_2026.json"};
    create_pump(chain, {});
    const Pubkey creator = pubkey_constant("5htGpHK2oV9g2BcDqLdRBqjCLdy8mc3fsESfR5DU73eM");
    const Pubkey mint = pubkey_constant("CWiTGbCiDd8BKtNYNE2boT9fJGFG2MU53Uf6HQk4pump");
    create_wallet(chain, creator, Lamports{98'807'226'520});
    PumpCurve curve = pump_curve(mint, solana::kToken2022Program, creator);
    curve.is_cashback = true;
    EXPECT_EQ(curve.curve.to_string(), "3jJ83NDorkbFkF1JKbEfFWGeX16aXUiwby9RwJm9kat3");
    EXPECT_EQ(curve.creator_vault.to_string(), "AFqUN4G2XKAiZHn2g4WQvfc5h5V6F44RwJbc4xo8mwq7");
    const auto create =
        pump_create({.mint = mint,
                     .user = creator,
                     .creator = creator,
                     .name = "The Ass Statue",
                     .symbol = "TAS",
                     .uri = "https://meta.uxento.io/data/714b0bec-90cb-4cbb-9598-b7bcbcd3bd06",
                     .is_cashback = true});
    const auto buy = pump_buy_quote(curve, {creator, 3'000'000'000, 95'000'000'000'000});
    const Pubkey accumulator = buy.accounts[13].pubkey;
    EXPECT_EQ(accumulator.to_string(), "J37uRkBuK3YTyKRDRQE2tBsCn4tSgych29jtov9xvT87");
    create_wallet(chain, accumulator, Lamports{1'844'400});
    create_wallet(chain, curve.creator_vault, Lamports{23'859'389});
    const std::uint64_t before = lamports(creator);
    const std::uint64_t fees = lamports(pump_fee_recipient(false));
    const auto done =
        chain.execute_unsigned(creator, {create, pump_extend(curve.curve, creator),
                                         solana::associated_token_create_idempotent(
                                             {creator, creator, mint, solana::kToken2022Program}),
                                         buy});
    ASSERT_TRUE(done.has_value()) << done.error().text;
    chain.advance_slot();

    // 10,000 lamports of fee and 30,000,000 of tips were paid elsewhere.
    const std::string_view delta{file.root()["expected"]["fee_payer_lamport_delta"]};
    EXPECT_EQ(delta, "-3039767920");
    EXPECT_EQ(before - lamports(creator), 3'039'767'920U - 10'000 - 30'000'000);
    EXPECT_EQ(lamports(curve.curve), 2'964'904'802U);
    EXPECT_EQ(lamports(mint), 3'667'920U);
    EXPECT_EQ(lamports(accumulator), 10'733'289U);
    EXPECT_EQ(lamports(pump_fee_recipient(false)) - fees, 14'074'075U);
    EXPECT_EQ(lamports(pump_buyback_recipient()), kLamportsPerSol + 14'074'074U);
    EXPECT_EQ(held(curve.curve, mint), 903'550'561'855'907U);
    EXPECT_EQ(held(creator, mint), 96'449'438'144'093U);
    EXPECT_EQ(chain.account(curve.curve)->data.size(), 151U);
    EXPECT_EQ(read_le<std::uint32_t>(chain.account(mint)->data, 0), 0U);   // No mint authority,
    EXPECT_EQ(read_le<std::uint32_t>(chain.account(mint)->data, 46), 0U);  // no freeze authority.

    const Receipt* receipt = chain.receipt(*done);
    ASSERT_NE(receipt, nullptr);
    const auto events = events_of(receipt->logs);
    ASSERT_EQ(events.size(), 3U);
    std::vector<Bytes> recorded;
    const test::JsonFile event_file{data / "fixtures" / "events" / "events.json"};
    for (const auto event : simdjson::dom::array{event_file.root()}) {
        std::string_view of;
        if (event["fields"]["mint"].get(of) == simdjson::SUCCESS && of == mint.to_string()) {
            recorded.push_back(*base64_decode(std::string_view{event["data_base64"]}));
        }
    }
    ASSERT_EQ(recorded.size(), 2U);
    // Ours are in the form of 2026-09, which goes on behind the recorded end; times differ.
    const auto compare = [](Bytes ours, Bytes theirs, std::size_t time_at) {
        ASSERT_GT(ours.size(), theirs.size());
        ours.resize(theirs.size());
        for (Bytes* bytes : {&ours, &theirs}) {
            write_le(*bytes, time_at, std::uint64_t{0});
        }
        EXPECT_EQ(ours, theirs);
    };
    const std::size_t names = 4 + 14 + 4 + 3 + 4 + 64;
    compare(events[0], recorded[0].size() == 343 ? recorded[0] : recorded[1], 8 + names + 4 * 32);
    compare(events[2], recorded[0].size() == 343 ? recorded[1] : recorded[0], 8 + 81);
}

TEST_F(PumpTest, EveryEventIsAlsoAnInnerCallOfTheProgramToItself) {
    create_pump(chain, {});
    const Pubkey mint = test_key(30);
    create_mint(chain, mint, {.supply = TokenAmount{kSupply}});
    const auto curve = create_pump_curve(chain, {.mint = mint,
                                                 .creator = test_key(40),
                                                 .virtual_token = 1'073'000'000'000'000,
                                                 .virtual_quote = 30'000'000'000,
                                                 .real_token = 793'100'000'000'000});
    create_token_account(chain, user(), mint, TokenAmount{});
    const auto* receipt = land({pump_buy(curve, {user(), 1'000'000'000'000, kLamportsPerSol})});
    ASSERT_EQ(receipt->error_json, "null");
    const auto& inner = receipt->inner_instructions.at(0).instructions;
    // get_fees, the tokens, then creator, curve, buyback and fee recipient, then the event.
    ASSERT_EQ(inner.size(), 7U);
    const auto program = [&](std::size_t index) {
        return receipt->account_keys[inner[index].program_id_index];
    };
    EXPECT_EQ(program(0).to_string(), "pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ");
    EXPECT_EQ(program(1), solana::kTokenProgram);
    EXPECT_EQ(program(2), solana::kSystemProgram);
    EXPECT_EQ(program(6).to_string(), "6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P");
    const auto events = events_of(receipt->logs);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(read_le<std::uint64_t>(inner[6].data, 0), 0x1d9acb512ea545e4ULL);
    EXPECT_TRUE(std::ranges::equal(BytesView{inner[6].data}.subspan(8), events[0]));
    // Nobody else can tell events in its name.
    solana::Instruction forged{receipt->account_keys[inner[6].program_id_index],
                               {solana::readonly(pump_buy(curve, {}).accounts[10].pubkey)},
                               inner[6].data};
    EXPECT_EQ(error_of(forged), custom(3010));
    forged.accounts[0] = solana::writable_signer(user());
    EXPECT_EQ(error_of(forged), custom(2006));
}

}  // namespace
}  // namespace sniperforge::sim
