// SPDX-License-Identifier: MIT
// What genesis puts on the chain of pump.fun against recorded accounts.
#include "unit/sim/pump_fixture.hpp"

namespace sniperforge::sim {
namespace {

class GenesisPumpTest : public PumpTest {
 protected:
    static Bytes recorded(const std::filesystem::path& path) {
        const test::JsonFile file{path};
        return *base64_decode(std::string_view{file.root()["data_base64"]});
    }
};

TEST_F(GenesisPumpTest, TheTiersAreTheRecordedOnes) {
    SF_REQUIRE_DATA(data);
    create_pump(chain, {});
    const Bytes theirs =
        recorded(data / "fixtures" / "accounts" / "pumpswap" / "fee_config_5PHi_2026_07.json");
    const Bytes& ours =
        chain.account(pubkey_constant("5PHirr8joyTMp9JMm6nW7hNDVyEYdkzDqazxPD7RaTjx"))->data;
    ASSERT_EQ(ours.size(), theirs.size());
    const std::size_t tiers_end = 65 + 4 + 25 * 40;
    EXPECT_EQ(ours[8], theirs[8]);  // Behind the bump stands the admin, who is not the same.
    EXPECT_TRUE(std::ranges::equal(BytesView{ours}.subspan(41, tiers_end - 41),
                                   BytesView{theirs}.subspan(41, tiers_end - 41)));
}

TEST_F(GenesisPumpTest, ACurveHasTheRecordedBytes) {
    SF_REQUIRE_DATA(data);
    const Bytes theirs = recorded(data / "fixtures" / "accounts" / "pump" / "curve_FFzx.json");
    const Pubkey mint = test_key(30);
    create_mint(chain, mint, {});
    const auto curve = create_pump_curve(
        chain, {.mint = mint,
                .creator = pubkey_constant("Fswrw3tgQL597kCexxLEhft6a7Su4CDoqwRMqqj4BEp5"),
                .virtual_token = 1'068'623'864'070'275,
                .virtual_quote = 30'122'853'861,
                .real_token = 788'723'864'070'275,
                .real_quote = 122'853'861});
    EXPECT_EQ(chain.account(curve.curve)->data, theirs);
    EXPECT_EQ(lamports(curve.curve), chain.rent_exempt_minimum(151) + 122'853'861);
}

TEST_F(GenesisPumpTest, APoolHasTheRecordedAddressesAndBytes) {
    SF_REQUIRE_DATA(data);
    const Bytes theirs = recorded(data / "fixtures" / "accounts" / "pumpswap" / "pool_Geaa.json");
    const Pubkey mint = pubkey_constant("J5reXJehdCV86HPHg2ewbeGYfMkxQT2YmLcg4DVfpump");
    create_mint(chain, mint, {.program = solana::kToken2022Program});
    const auto canonical = pump_canonical_pool(chain, mint);
    EXPECT_EQ(canonical.pool.to_string(), "GeaAnhd7M6GFHZVUB9FNkmV6Vf7HQTfEqi7WB6USi1f3");
    const auto pool = create_pump_pool(
        chain, {.name = {.creator = canonical.creator, .base_mint = mint},
                .base = TokenAmount{206'900'000'000'000},
                .quote = TokenAmount{84'990'360'272},
                .coin_creator = pubkey_constant("7N9iwD3uRyxU1xZHn8SPgjU7uBa9tTPaou2Q21WMtwaR"),
                .virtual_quote = 17'584'505'540});
    // The quote is what migration put there, so that even the LP supply is the recorded one.
    EXPECT_EQ(chain.account(pool.pool)->data, theirs);
}

}  // namespace
}  // namespace sniperforge::sim
