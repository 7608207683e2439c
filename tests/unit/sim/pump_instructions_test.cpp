// SPDX-License-Identifier: MIT
// The market's pump.fun instructions against those of the vendor and of the chain.
#include "unit/sim/pump_fixture.hpp"

namespace sniperforge::sim {
namespace {

TEST(PumpInstructions, CurveTradesAreThoseOfTheVendor) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "swap_instructions.json"};
    std::size_t cases = 0;
    for (const auto vector : simdjson::dom::array{file.root()["cases"]}) {
        const std::string_view name{vector["name"]};
        if (!name.starts_with("pump ")) {
            continue;
        }
        const auto key = [&](const char* field) {
            return pubkey_constant(std::string_view{vector["args"][field]});
        };
        const PumpCurve curve = pump_curve(key("mint"), key("base_token_program"), key("creator"));
        const PumpTrade trade{
            key("user"), number(vector["args"], "amount"), number(vector["args"], "quote_amount"),
            name.find("V2") == std::string_view::npos ? PumpForm::Legacy : PumpForm::V2};
        const auto built = name.find("Buy") == std::string_view::npos ? pump_sell(curve, trade)
                                                                      : pump_buy(curve, trade);
        std::vector<solana::AccountMeta> accounts;
        for (const auto account : simdjson::dom::array{vector["accounts"]}) {
            accounts.push_back({pubkey_constant(std::string_view{account["pubkey"]}),
                                bool{account["is_signer"]}, bool{account["is_writable"]}});
        }
        EXPECT_EQ(built.accounts, accounts) << name;
        ++cases;
    }
    EXPECT_GT(cases, 0U);
}

TEST(PumpInstructions, PoolPurchasesHaveTheRecordedAccounts) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "fixtures" / "instructions" / "pumpswap_buy_26acc.json"};
    std::vector<Pubkey> recorded;
    for (const auto key : simdjson::dom::array{file.root()["data"]["account_pubkeys"]}) {
        recorded.push_back(pubkey_constant(std::string_view{key}));
    }
    ASSERT_EQ(recorded.size(), 26U);
    const PumpPool pool{.pool = recorded[0],
                        .base_mint = recorded[3],
                        .quote_mint = recorded[4],
                        .base_vault = recorded[7],
                        .quote_vault = recorded[8],
                        .coin_creator = test_key(40),
                        .base_program = recorded[11],
                        .quote_program = recorded[12]};
    const auto built = pumpswap_buy(pool, {recorded[1], 26'757'683, 7'700'000});
    ASSERT_EQ(built.accounts.size(), 26U);
    // All but the receivers of fees, of which there are several, and this coin's creator.
    for (const std::size_t index : {0U,  1U,  2U,  3U,  4U,  5U,  6U,  7U,  8U,  11U,
                                    12U, 13U, 14U, 15U, 16U, 19U, 20U, 21U, 22U, 23U}) {
        EXPECT_EQ(built.accounts[index].pubkey, recorded[index]) << index;
    }
}

}  // namespace
}  // namespace sniperforge::sim
