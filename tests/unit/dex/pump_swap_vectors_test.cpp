// SPDX-License-Identifier: MIT
// PumpSwap against recorded accounts, vectors, a recorded trade and a recorded instruction.
#include <gtest/gtest.h>

#include "sniperforge/dex/pump_swap.hpp"
#include "unit/dex/pump_support.hpp"
#include "unit/dex/vectors.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;
using sniperforge::test::JsonFile;
using Element = simdjson::dom::element;

Account recorded_fee_config(const std::filesystem::path& data) {
    const JsonFile file{data / "fixtures/accounts/pumpswap/fee_config_5PHi_2026_07.json"};
    return {pump_swap_addresses().fee_config, solana::kPumpFeesProgram, account_data(file.root())};
}

// A recorded pool with its recorded vaults and fees.
PumpSwapPool recorded_pool(const std::filesystem::path& data, std::string_view name) {
    const auto account = [&](std::string_view part) {
        return JsonFile{data / "fixtures/accounts/pumpswap" /
                        (std::string{name} + std::string{part} + ".json")};
    };
    const auto file = account("");
    auto pool = decode_pump_swap_pool(pubkey_constant(text_at(file.root(), "pubkey")),
                                      account_data(file.root()))
                    .value();
    const auto base = account("_base_vault");
    const auto quote = account("_quote_vault");
    apply_all(pool, {Account{pool.vault_a, solana::kToken2022Program, account_data(base.root())},
                     Account{pool.vault_b, solana::kTokenProgram, account_data(quote.root())},
                     swap_global(), recorded_fee_config(data),
                     mint_account(pool.mint_a, solana::kToken2022Program, kPumpCoinSupply)});
    EXPECT_TRUE(is_complete(pool));
    return pool;
}

PumpFees fees_at(Element fees) {
    return {u16_at(fees, "lpFeeBps"), u16_at(fees, "protocolFeeBps"),
            u16_at(fees, "creatorFeeBps")};
}

// The recorded pool, as deep as the case says.
void expect_case(const VectorCases& cases, Element test_case) {
    auto pool = recorded_pool(cases.data(), text_at(test_case, "pool"));
    EXPECT_TRUE(is_canonical(pool));
    EXPECT_EQ(canonical_pump_swap_pool(pool.mint_a, pool.mint_b), pool.id);
    pool.vault_amount_a = u64_at(test_case, "base_reserve");
    pool.vault_amount_b = u64_at(test_case, "quote_reserve");
    pool.virtual_b = to_i128(text_at(test_case, "virtual_quote_reserves"));
    pool.supply = u64_at(test_case, "base_mint_supply");
    EXPECT_EQ(current_fees(pool), fees_at(test_case["fees"]));
    const std::string_view op = text_at(test_case, "op");
    const Element expected = test_case["expected"];
    const TokenAmount amount{u64_at(test_case, "amount")};
    if (op == "buy_exact_quote_in") {
        const auto quote = quote_exact_in(pool, kBuy, amount, kNow);
        ASSERT_TRUE(quote);
        EXPECT_EQ(quote->amount_out.raw(), u64_at(expected, "base"));
        const auto fee = quote->trade_fee.raw() + quote->creator_fee.raw();
        const auto spent = u64_at(expected, "internalQuoteWithoutFees") + fee;
        EXPECT_LE(spent, amount.raw());
        EXPECT_GE(spent + 3, amount.raw());
    } else if (op == "buy_exact_base_out") {
        const auto quote = quote_exact_out(pool, kBuy, amount, kNow);
        ASSERT_TRUE(quote);
        EXPECT_EQ(quote->amount_in.raw(), u64_at(expected, "uiQuote"));
        EXPECT_EQ((quote->amount_in - quote->trade_fee - quote->creator_fee).raw(),
                  u64_at(expected, "internalQuoteAmount"));
    } else if (op == "sell_base_in") {
        const auto quote = quote_exact_in(pool, kSell, amount, kNow);
        ASSERT_TRUE(quote);
        EXPECT_EQ(quote->amount_out.raw(), u64_at(expected, "uiQuote"));
        EXPECT_EQ((quote->amount_out + quote->trade_fee + quote->creator_fee).raw(),
                  u64_at(expected, "internalQuoteAmountOut"));
    } else {
        FAIL() << "unknown op " << op;
    }
}

void expect_tier(const VectorCases& cases, Element tier) {
    const auto pool = recorded_pool(cases.data(), "pool_Geaa");
    EXPECT_EQ(pump_fees_at(*pool.fee_tiers, u64_at(tier, "market_cap")), fees_at(tier["sol"]));
}

TEST(PumpSwapVectors, TheRecordedPoolHoldsWhatItsAccountsSay) {
    SF_REQUIRE_DATA(data);
    const auto pool = recorded_pool(data, "pool_Geaa");
    EXPECT_EQ(pool.vault_amount_a, 637'486'385'438'484U);
    EXPECT_EQ(pool.vault_amount_b, 10'067'938'230U);
    EXPECT_EQ(pool.virtual_b, 17'584'505'540);
}

// The event tells the vaults before the trade, the boost, the rates and every fee.
TEST(PumpSwapVectors, PricesTheRecordedBuyToTheLastUnit) {
    SF_REQUIRE_DATA(data);
    const JsonFile file{data / "fixtures/events/events.json"};
    int buys = 0;
    for (const auto event : file.root().get_array()) {
        if (std::string_view{event["event"]} != "BuyEvent") {
            continue;
        }
        ++buys;
        const Element fields = event["fields"];
        const SwapPoolOptions options{.vault_a = u64_at(fields, "pool_base_token_reserves"),
                                      .vault_b = u64_at(fields, "pool_quote_token_reserves"),
                                      .virtual_b = u64_at(fields, "virtual_quote_reserves")};
        auto pool = incomplete_swap_pool(options);
        auto accounts = swap_accounts(options, {});
        accounts[3] = recorded_fee_config(data);
        accounts[4] =
            mint_account(coin(), solana::kToken2022Program, u64_at(fields, "base_supply"));
        apply_all(pool, accounts);
        const auto fees = current_fees(pool);
        EXPECT_EQ(fees.lp, u64_at(fields, "lp_fee_basis_points"));
        EXPECT_EQ(fees.protocol, u64_at(fields, "protocol_fee_basis_points"));
        EXPECT_EQ(fees.creator, u64_at(fields, "coin_creator_fee_basis_points"));
        const auto quote =
            quote_exact_out(pool, kBuy, TokenAmount{u64_at(fields, "base_amount_out")}, kNow);
        ASSERT_TRUE(quote);
        EXPECT_EQ(quote->amount_in.raw(), u64_at(fields, "user_quote_amount_in"));
        EXPECT_EQ(quote->trade_fee.raw(),
                  u64_at(fields, "lp_fee") + u64_at(fields, "protocol_fee"));
        EXPECT_EQ(quote->creator_fee.raw(), u64_at(fields, "coin_creator_fee"));
    }
    EXPECT_EQ(buys, 1);
}

// A landed buy: everything but the two addresses of its coin's creator, who is not recorded, is
// derived again.
TEST(PumpSwapVectors, BuildsTheRecordedBuy) {
    SF_REQUIRE_DATA(data);
    const JsonFile file{data / "fixtures/instructions/pumpswap_buy_26acc.json"};
    const Element recorded = file.root()["data"];
    std::vector<Pubkey> keys;
    for (const auto key : recorded["account_pubkeys"].get_array()) {
        keys.push_back(pubkey_constant(std::string_view{key}));
    }
    ASSERT_EQ(keys.size(), 26U);
    Bytes bytes = swap_pool_bytes({});
    put_key(bytes, 43, keys[3]);
    put_key(bytes, 139, keys[7]);
    put_key(bytes, 171, keys[8]);
    auto pool = decode_pump_swap_pool(keys[0], bytes);
    ASSERT_TRUE(pool);
    SwapGlobalOptions global;
    global.recipients.fee_recipient = keys[9];
    global.recipients.buyback_recipient = keys[24];
    apply_all(*pool,
              {token_account(keys[7], keys[3], solana::kToken2022Program, 1),
               token_account(keys[8], keys[4], solana::kTokenProgram, 1), swap_global(global)});
    pool->derived.creator_vault_authority = keys[18];
    pool->derived.creator_vault_quote =
        solana::associated_token_address(keys[18], keys[4], solana::kTokenProgram);
    const Element expected = recorded["expected"];
    const TokenAmount out{std::uint64_t{expected["base_amount_base_units"]}};
    const TokenAmount in_max{std::uint64_t{expected["max_quote_cost_base_units"]}};
    const auto instruction = swap_exact_out(*pool, kBuy, in_max, out, {keys[1], keys[6], keys[5]});
    EXPECT_EQ(base64_encode(instruction.data), std::string_view{recorded["data_base64"]});
    EXPECT_EQ(instruction.program_id, keys[16]);
    ASSERT_EQ(instruction.accounts.size(), keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        EXPECT_EQ(instruction.accounts[i].pubkey.to_string(), keys[i].to_string()) << i;
    }
    EXPECT_EQ(swap_exact_out(*pool, kBuy, in_max, out, {keys[1], keys[6], keys[5]}), instruction);
}

}  // namespace

void test::run_pump_swap(VectorCases& cases, Element root) {
    run_sections(cases, root,
                 {{"cases", run_each<expect_case>}, {"fee_tiers", run_each<expect_tier>}});
}

}  // namespace sniperforge::dex
