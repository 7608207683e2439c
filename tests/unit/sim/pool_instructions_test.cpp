// SPDX-License-Identifier: MIT
// What the market sends, held against what the vendor's SDK builds.
#include "sniperforge/sim/pool_instructions.hpp"

#include "sniperforge/core/hex.hpp"
#include "support/data.hpp"
#include "unit/sim/chain_fixture.hpp"

namespace sniperforge::sim {
namespace {

TEST(PoolInstructions, CpmmSwapIsTheVendorsByteForByte) {
    SF_REQUIRE_DATA(data);
    const test::JsonFile file{data / "vectors" / "swap_instructions.json"};
    std::size_t compared = 0;
    for (const auto vector : simdjson::dom::array{file.root()["cases"]}) {
        if (std::string_view{vector["name"]} != "raydium_cpmm swap_base_input") {
            continue;
        }
        std::vector<solana::AccountMeta> metas;
        for (const auto meta : simdjson::dom::array{vector["accounts"]}) {
            metas.push_back({*Pubkey::parse(std::string_view{meta["pubkey"]}),
                             bool{meta["is_signer"]}, bool{meta["is_writable"]}});
        }
        ASSERT_EQ(metas.size(), 13U);
        CpmmPoolAddresses pool;
        pool.authority = metas[1].pubkey;
        pool.amm_config = metas[2].pubkey;
        pool.pool = metas[3].pubkey;
        pool.observation = metas[12].pubkey;
        const SwapParties parties{metas[0].pubkey, metas[4].pubkey, metas[5].pubkey};
        for (const bool is_0_to_1 : {true, false}) {
            const auto place = [&](Pubkey& of_0, Pubkey& of_1, std::size_t input) {
                (is_0_to_1 ? of_0 : of_1) = metas[input].pubkey;
                (is_0_to_1 ? of_1 : of_0) = metas[input + 1].pubkey;
            };
            place(pool.vault_0, pool.vault_1, 6);
            place(pool.program_0, pool.program_1, 8);
            place(pool.mint_0, pool.mint_1, 10);
            const auto built =
                cpmm_swap_in(pool, is_0_to_1, test::number(vector["args"], "amount_in"),
                             test::number(vector["args"], "minimum_amount_out"), parties);
            EXPECT_EQ(built.program_id.to_string(), std::string_view{vector["program_id"]});
            EXPECT_EQ(built.accounts, metas);
            EXPECT_EQ(hex_encode(built.data), std::string_view{vector["data_hex"]});
        }
        ++compared;
    }
    EXPECT_GT(compared, 0U);
}

TEST(PoolInstructions, RouteEndsWithTheNineteenBytesThatCanAlwaysBeRead) {
    const std::vector<JupiterStep> steps{
        {cpmm_swap_in({}, true, 0, 0, {}), 60, 0, 1},
        {amm_v4_swap_in({}, 0, 0, {}), 40, 0, 1},
    };
    const auto route = jupiter_route(
        {test_key(1), test_key(2), test_key(3), test_key(4), 5'000, 4'000, 50}, steps);
    EXPECT_EQ(hex_encode(route.data),
              "e517cb977ae3ad2a"
              "02000000"
              "2e3c0001"
              "07280001"
              "8813000000000000"
              "a00f000000000000"
              "3200"
              "00");
    EXPECT_EQ(route.accounts.size(), 9U + 14 + 18);
    EXPECT_EQ(route.accounts[9].pubkey, solana::kRaydiumCpmmProgram);
    EXPECT_EQ(route.accounts[9 + 14].pubkey, solana::kRaydiumAmmV4Program);
    EXPECT_TRUE(route.accounts[1].is_signer);
    EXPECT_FALSE(route.accounts[0].is_writable);
}

}  // namespace
}  // namespace sniperforge::sim
