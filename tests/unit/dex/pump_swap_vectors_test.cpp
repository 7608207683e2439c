// SPDX-License-Identifier: MIT
// PumpSwap against recorded accounts, vectors, a recorded trade and a recorded instruction.
#include <gtest/gtest.h>

#include <cstdio>

#include "sniperforge/dex/pump_swap.hpp"
#include "unit/dex/pump_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;
using sniperforge::test::JsonFile;
using Element = simdjson::dom::element;

constexpr auto kSell = Direction::AToB;
constexpr auto kBuy = Direction::BToA;

Account recorded_fee_config(const std::filesystem::path& data) {
    const JsonFile file{data / "fixtures/accounts/pumpswap/fee_config_5PHi_2026_07.json"};
    return {pump_swap_addresses().fee_config, solana::kPumpFeesProgram, account_data(file.root())};
}

// The recorded pool with its recorded vaults and fees.
PumpSwapPool recorded_pool(const std::filesystem::path& data) {
    const auto directory = data / "fixtures/accounts/pumpswap";
    const JsonFile file{directory / "pool_Geaa.json"};
    const Element root = file.root();
    auto pool = decode_pump_swap_pool(pubkey_constant(std::string_view{root["pubkey"]}),
                                      account_data(root));
    SF_ASSERT(pool.has_value());
    const JsonFile base{directory / "pool_Geaa_base_vault.json"};
    const JsonFile quote{directory / "pool_Geaa_quote_vault.json"};
    apply_all(*pool, {Account{pool->vault_a, solana::kToken2022Program, account_data(base.root())},
                      Account{pool->vault_b, solana::kTokenProgram, account_data(quote.root())},
                      swap_global(), recorded_fee_config(data),
                      mint_account(pool->mint_a, solana::kToken2022Program, kPumpCoinSupply)});
    SF_ASSERT(is_complete(*pool));
    return *pool;
}

void expect_case(Element test_case, const PumpSwapPool& pool) {
    const std::string_view op = test_case["op"];
    const Element expected = test_case["expected"];
    const Element fees = test_case["fees"];
    const TokenAmount amount{u64_at(test_case, "amount")};
    EXPECT_EQ(pool.vault_amount_a, u64_at(test_case, "base_reserve"));
    EXPECT_EQ(pool.vault_amount_b, u64_at(test_case, "quote_reserve"));
    EXPECT_EQ(pool.virtual_b, u64_at(test_case, "virtual_quote_reserves"));
    EXPECT_EQ(pool.supply, u64_at(test_case, "base_mint_supply"));
    EXPECT_EQ(current_fees(pool),
              (PumpFees{static_cast<std::uint16_t>(u64_at(fees, "lpFeeBps")),
                        static_cast<std::uint16_t>(u64_at(fees, "protocolFeeBps")),
                        static_cast<std::uint16_t>(u64_at(fees, "creatorFeeBps"))}));
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

TEST(PumpSwapVectors, EveryCaseIsExact) {
    SF_REQUIRE_DATA(data);
    const JsonFile file{data / "vectors/pumpswap_quotes.json"};
    const auto pool = recorded_pool(data);
    EXPECT_TRUE(is_canonical(pool));
    int cases = 0;
    int exact = 0;
    for (const auto test_case : file.root()["cases"].get_array()) {
        SCOPED_TRACE(cases++);
        const int failures_before = failures();
        EXPECT_EQ(std::string_view{test_case["pool"]}, "pool_Geaa");
        expect_case(test_case, pool);
        exact += failures() == failures_before ? 1 : 0;
    }
    for (const auto tier : file.root()["fee_tiers"].get_array()) {
        SCOPED_TRACE(cases++);
        const int failures_before = failures();
        const Element fees = tier["sol"];
        const auto found = pump_fees_at(*pool.fee_tiers, u64_at(tier, "market_cap"));
        EXPECT_EQ(found.lp, u64_at(fees, "lpFeeBps"));
        EXPECT_EQ(found.protocol, u64_at(fees, "protocolFeeBps"));
        EXPECT_EQ(found.creator, u64_at(fees, "creatorFeeBps"));
        exact += failures() == failures_before ? 1 : 0;
    }
    std::printf("pumpswap: %d cases, %d exact\n", cases, exact);
    EXPECT_EQ(cases, 17);
    EXPECT_EQ(exact, cases);
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
    prepare_trader(*pool, keys[1]);
    EXPECT_EQ(swap_exact_out(*pool, kBuy, in_max, out, {keys[1], keys[6], keys[5]}), instruction);
}

}  // namespace
}  // namespace sniperforge::dex
