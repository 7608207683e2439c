// SPDX-License-Identifier: MIT
// The bonding curve against recorded accounts, vectors, trades and instructions.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/dex/pump_curve.hpp"
#include "unit/dex/pump_support.hpp"
#include "unit/dex/vectors.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;
using sniperforge::test::JsonFile;
using Element = simdjson::dom::element;

PumpFees fees_of(Element test_case) {
    return {.lp = 0,
            .protocol = u16_at(test_case, "protocol_bps"),
            .creator = u16_at(test_case, "creator_bps")};
}

// The recorded curve under the case's rates. Its coin is not recorded, so it gets ours.
PumpCurvePool curve_of(const std::filesystem::path& data, std::string_view file,
                       const PumpFees& fees) {
    const JsonFile fixture{data / "fixtures/accounts/pump" / file};
    auto pool =
        decode_pump_curve_pool(pump_curve_address(coin()), account_data(fixture.root())).value();
    complete(pool, config_of(fees));
    pool.creator = key_of(50);  // The oldest layout has none, and pays none.
    return pool;
}

void expect_buy_exact_tokens(Element test_case, const PumpCurvePool& pool) {
    const Element expected = test_case["expected"];
    const auto tokens = u64_at(test_case, "tokens_in");
    const auto quote = quote_exact_out(pool, kBuy, TokenAmount{tokens}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->amount_out.raw(), u64_at(expected, "tokens"));
    EXPECT_EQ(quote->amount_in.raw(), u64_at(expected, "total"));
    EXPECT_EQ(quote->trade_fee.raw(), u64_at(expected, "protocol_fee"));
    EXPECT_EQ(quote->creator_fee.raw(), u64_at(expected, "creator_fee"));
    const auto cost = quote->amount_in - quote->trade_fee - quote->creator_fee;
    EXPECT_EQ(cost.raw(), u64_at(expected, "quote_cost"));
}

void expect_buy_exact_quote(Element test_case, const PumpCurvePool& pool) {
    const Element expected = test_case["expected"];
    const auto budget = u64_at(test_case, "quote_in");
    const auto quote = quote_exact_in(pool, kBuy, TokenAmount{budget}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->amount_in.raw(), budget);
    EXPECT_EQ(quote->amount_out.raw(), u64_at(expected, "tokens"));
    const auto net = u64_at(expected, "net");
    EXPECT_LE(net + quote->trade_fee.raw() + quote->creator_fee.raw(), budget);
    EXPECT_GE(net + quote->trade_fee.raw() + quote->creator_fee.raw() + 2, budget);
}

void expect_sell(Element test_case, const PumpCurvePool& recorded) {
    auto pool = recorded;
    pool.real_b = kU64Max;  // The vectors leave out what the curve can pay.
    const Element expected = test_case["expected"];
    const auto tokens = u64_at(test_case, "tokens_in");
    const auto quote = quote_exact_in(pool, kSell, TokenAmount{tokens}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->amount_out.raw(), u64_at(expected, "net"));
    EXPECT_EQ(quote->trade_fee.raw(), u64_at(expected, "protocol_fee"));
    EXPECT_EQ(quote->creator_fee.raw(), u64_at(expected, "creator_fee"));
    const auto gross = quote->amount_out + quote->trade_fee + quote->creator_fee;
    EXPECT_EQ(gross.raw(), u64_at(expected, "gross"));
    const auto least = quote_exact_out(pool, kSell, quote->amount_out, kNow);
    ASSERT_TRUE(least);
    EXPECT_LE(least->amount_in.raw(), tokens);
    EXPECT_GE(least->amount_out, quote->amount_out);
}

void expect_case(const VectorCases& cases, Element test_case) {
    const std::string_view curve = text_at(test_case, "curve");
    if (has(test_case, "graduated")) {
        const auto quote =
            quote_exact_in(curve_of(cases.data(), curve, {}), kBuy, TokenAmount{1'000'000}, kNow);
        ASSERT_FALSE(quote);
        EXPECT_EQ(quote.error(), QuoteError::SwapDisabled);
        return;
    }
    auto pool = curve_of(cases.data(), curve, fees_of(test_case));
    if (pool.is_mayhem) {
        const auto refused = quote_exact_in(pool, kBuy, TokenAmount{1'000'000}, kNow);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error(), QuoteError::Unsupported);
        pool.is_mayhem = false;  // The arithmetic is the same all the same.
    }
    const std::string_view op = text_at(test_case, "op");
    if (op == "buy_exact_tokens") {
        expect_buy_exact_tokens(test_case, pool);
    } else if (op == "buy_exact_quote_in") {
        expect_buy_exact_quote(test_case, pool);
    } else if (op == "sell") {
        expect_sell(test_case, pool);
    } else {
        FAIL() << "unknown op " << op;
    }
}

std::uint64_t field_or(Element fields, std::string_view name, std::uint64_t otherwise) {
    return has(fields, name) ? u64_at(fields, name) : otherwise;
}

// A trade's event tells the reserves after it; undone, they price it again.
void expect_trade(Element fields) {
    const bool is_buy = fields["is_buy"];
    const auto sol = u64_at(fields, "sol_amount");
    const auto tokens = u64_at(fields, "token_amount");
    const auto after_b = u64_at(fields, "virtual_sol_reserves");
    const auto after_a = u64_at(fields, "virtual_token_reserves");
    const auto real_b = u64_at(fields, "real_sol_reserves");
    const auto real_a = u64_at(fields, "real_token_reserves");
    // Whoever gets it: the creator, or the trader as cashback.
    const auto creator_rate = field_or(fields, "creator_fee_basis_points", 0) +
                              field_or(fields, "cashback_fee_basis_points", 0);
    const auto creator_fee = field_or(fields, "creator_fee", 0) + field_or(fields, "cashback", 0);
    const PumpFees fees{
        .lp = 0,
        .protocol = static_cast<std::uint16_t>(field_or(fields, "fee_basis_points", 0)),
        .creator = static_cast<std::uint16_t>(creator_rate)};
    const auto pool = pump_curve({.virtual_a = is_buy ? after_a + tokens : after_a - tokens,
                                  .virtual_b = is_buy ? after_b - sol : after_b + sol,
                                  .real_a = is_buy ? real_a + tokens : real_a - tokens,
                                  .real_b = is_buy ? real_b - sol : real_b + sol,
                                  .creator = key_of(50),
                                  .quote_mint = {}},
                                 fees);
    const auto fee = field_or(fields, "fee", 0);
    const bool is_exact_quote =
        has(fields, "ix_name") && std::string_view{fields["ix_name"]}.starts_with("buy_exact");
    if (!is_buy) {
        const auto quote = quote_exact_in(pool, kSell, TokenAmount{tokens}, kNow);
        ASSERT_TRUE(quote);
        EXPECT_EQ(quote->amount_out.raw(), sol - fee - creator_fee);
        EXPECT_EQ(quote->trade_fee.raw(), fee);
        EXPECT_EQ(quote->creator_fee.raw(), creator_fee);
        return;
    }
    const auto quote = is_exact_quote
                           ? quote_exact_in(pool, kBuy, TokenAmount{sol + fee + creator_fee}, kNow)
                           : quote_exact_out(pool, kBuy, TokenAmount{tokens}, kNow);
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->amount_in.raw(), sol + fee + creator_fee);
    EXPECT_EQ(quote->amount_out.raw(), tokens);
    EXPECT_EQ(quote->trade_fee.raw(), fee);
    EXPECT_EQ(quote->creator_fee.raw(), creator_fee);
}

TEST(PumpCurveVectors, PricesEveryRecordedTradeToTheLastUnit) {
    SF_REQUIRE_DATA(data);
    const JsonFile file{data / "fixtures/events/events.json"};
    int trades = 0;
    int exact = 0;
    for (const auto event : file.root().get_array()) {
        if (std::string_view{event["event"]} != "TradeEvent") {
            continue;
        }
        const Element fields = event["fields"];
        if (u64_at(fields, "sol_amount") == 0) {
            // A mayhem coin against USDC, moved by the agent of that mode: Unsupported.
            EXPECT_TRUE(bool{fields["mayhem_mode"]});
            continue;
        }
        SCOPED_TRACE(trades++);
        const int failures_before = failures();
        expect_trade(fields);
        exact += failures() == failures_before ? 1 : 0;
    }
    std::printf("pump_curve: %d recorded trades, %d exact\n", trades, exact);
    EXPECT_EQ(trades, 26);
    EXPECT_EQ(exact, trades);
}

// The curve of an instruction's arguments, with all that its accounts are derived from.
PumpCurvePool curve_of_arguments(Element args) {
    const auto key = [&](std::string_view field) { return pubkey_constant(text_at(args, field)); };
    const Pubkey mint = key("mint");
    auto pool = decode_pump_curve_pool(pump_curve_address(mint),
                                       curve_bytes({.creator = key("creator"), .quote_mint = {}}))
                    .value();
    EXPECT_TRUE(set_coin_mint(pool, mint));
    GlobalOptions recipients;
    recipients.fee_recipient = key("fee_recipient");
    recipients.buyback_recipient = key("buyback_fee_recipient");
    EXPECT_TRUE(apply_account(pool, curve_global(recipients).update()));
    EXPECT_TRUE(apply_account(
        pool, mint_account(mint, key("base_token_program"), kPumpCoinSupply).update()));
    return pool;
}

// The instructions before the v2 ones. We build none of them; whoever uses them is recognised by
// their shape, and all that they name but their own three is what v2 names too.
void expect_legacy(const solana::Instruction& recorded, const solana::Instruction& v2,
                   std::string_view shape_name) {
    const auto shapes = pump_curve_instructions();
    const auto shape = std::ranges::find(shapes, shape_name, &InstructionShape::name);
    ASSERT_NE(shape, shapes.end());
    EXPECT_EQ(recorded.program_id, solana::kPumpCurveProgram);
    ASSERT_GE(recorded.data.size(), shape->data_bytes_min);
    EXPECT_TRUE(std::ranges::equal(shape->discriminator, BytesView{recorded.data}.first(8)));
    ASSERT_GE(recorded.accounts.size(), shape->accounts_min);
    EXPECT_LE(recorded.accounts.size(), shape->accounts_max);
    for (std::size_t i = 0; i < std::size_t{shape->accounts_min}; ++i) {
        const auto& meta = recorded.accounts[i];
        EXPECT_EQ(meta.is_signer, (shape->signers >> i & 1U) != 0) << i;
        EXPECT_TRUE(meta.is_writable || (shape->writable >> i & 1U) == 0) << i;
    }
    const auto others = std::ranges::count_if(recorded.accounts, [&](const auto& meta) {
        return std::ranges::find(v2.accounts, meta.pubkey, &solana::AccountMeta::pubkey) ==
               v2.accounts.end();
    });
    EXPECT_LE(others, 3);
    EXPECT_TRUE(std::ranges::equal(BytesView{recorded.data}.subspan(8, 16),
                                   BytesView{v2.data}.subspan(8, 16)));
}

// A landed buy_v2 against USDC, by the agent of a mayhem coin: every address is derived again.
TEST(PumpCurveVectors, BuildsARecordedBuyAgainstAnotherQuote) {
    SF_REQUIRE_DATA(data);
    const JsonFile file{data / "fixtures/transactions/pump_buy_2026.json"};
    std::vector<Pubkey> keys;
    std::string recorded_data;
    for (const auto group :
         file.root()["response"]["result"]["meta"]["innerInstructions"].get_array()) {
        for (const auto inner : group["instructions"].get_array()) {
            if (std::string_view{inner["programId"]} != solana::kPumpCurveProgram.to_string() ||
                inner["accounts"].get_array().size() != 27) {
                continue;
            }
            for (const auto key : inner["accounts"].get_array()) {
                keys.push_back(pubkey_constant(std::string_view{key}));
            }
            recorded_data = std::string_view{inner["data"]};
        }
    }
    ASSERT_EQ(keys.size(), 27U);
    auto pool = decode_pump_curve_pool(
        keys[10],
        curve_bytes({.creator = pubkey_constant("EHcPsqg2fMvu3eEsf7iHt2LdedFb9Y5Msg35DJqZ3khS"),
                     .is_mayhem = true,
                     .quote_mint = solana::kUsdcMint}));
    ASSERT_TRUE(pool);
    ASSERT_TRUE(set_coin_mint(*pool, keys[1]));
    ASSERT_TRUE(apply_account(*pool, curve_global({.fee_recipient = {},
                                                   .reserved_recipient = keys[6],
                                                   .buyback_recipient = keys[8]})
                                         .update()));
    // Mayhem coins pay the reserved recipients; a Global without ordinary ones will do.
    ASSERT_TRUE(apply_account(
        *pool, mint_account(keys[1], solana::kToken2022Program, kPumpCoinSupply).update()));
    EXPECT_FALSE(is_native_sol_quote(*pool));
    const auto instruction =
        swap_exact_out(*pool, kBuy, TokenAmount{3'517'192}, TokenAmount{445'377'137'871},
                       {keys[13], keys[15], keys[14]});
    Bytes expected(24);
    ASSERT_TRUE(base58_decode(recorded_data, expected));
    EXPECT_EQ(hex_encode(instruction.data), hex_encode(expected));
    ASSERT_EQ(instruction.accounts.size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        EXPECT_EQ(instruction.accounts[i].pubkey.to_string(), keys[i].to_string()) << i;
    }
}

}  // namespace

void test::run_pump_curve(VectorCases& cases, Element root) {
    run_sections(cases, root, {{"cases", run_each<expect_case>}});
}

// The vendor's instruction, account by account.
bool test::run_pump_instruction(Element test_case) {
    const std::string_view name = text_at(test_case, "name");
    const bool is_buy =
        name == "pump getBuyV2InstructionRaw" || name == "pump getBuyInstructionRaw";
    const bool is_sell =
        name == "pump getSellV2InstructionRaw" || name == "pump getSellInstructionRaw";
    if (!is_buy && !is_sell) {
        return false;
    }
    const Element args = test_case["args"];
    auto pool = curve_of_arguments(args);
    const Pubkey user = pubkey_constant(text_at(args, "user"));
    const Pubkey base = solana::associated_token_address(user, pool.mint_a, pool.program_a);
    const Pubkey quote = solana::associated_token_address(user, pool.mint_b, pool.program_b);
    const TokenAmount tokens{u64_at(args, "amount")};
    const TokenAmount limit{u64_at(args, "quote_amount")};
    const auto build = [&] {
        return is_buy ? swap_exact_out(pool, kBuy, limit, tokens, {user, quote, base})
                      : swap_exact_in(pool, kSell, tokens, limit, {user, base, quote});
    };
    const auto built = build();
    const auto recorded = recorded_instruction(test_case);
    if (name.find("V2") == std::string_view::npos) {
        expect_legacy(recorded, built, is_buy ? "buy" : "sell");
        return true;
    }
    expect_same(built, recorded);
    expect_same(build(), recorded);  // From what is remembered of this user, the same bytes.
    return true;
}

}  // namespace sniperforge::dex
