// SPDX-License-Identifier: MIT
// Routes through the pump.fun curve and PumpSwap.
#include <fmt/ranges.h>

#include "sniperforge/sim/genesis_pump.hpp"
#include "unit/sim/jupiter_fixture.hpp"

namespace sniperforge::sim {
namespace {

// Sells for SOL that arrives wrapped, and buys with it: what was quoted is what the chain does.
class JupiterPumpTest : public JupiterServerTest {
 protected:
    JupiterPumpTest() {
        create_pump(chain, {});
        create_mint(chain, coin,
                    {.supply = TokenAmount{kSupply}, .program = solana::kToken2022Program});
    }
    [[nodiscard]] std::uint64_t held() const {
        return tokens(
            solana::associated_token_address(wallet.public_key(), coin, solana::kToken2022Program));
    }
    void trade_both_ways(std::string_view label) {
        constexpr std::uint64_t kPaid = kLamportsPerSol / 2;
        const std::string bought = quote(solana::kWrappedSolMint, coin, kPaid);
        EXPECT_NE(bought.find(label), std::string::npos) << bought;
        const auto buy = post("/swap/v1/swap", swap_body(bought));
        ASSERT_EQ(buy.status, 200) << buy.body;
        const Receipt* landed = sign_and_land(buy.body);
        ASSERT_NE(landed, nullptr);
        ASSERT_FALSE(landed->is_failed()) << fmt::format("{}", fmt::join(landed->logs, "\n"));
        EXPECT_EQ(held(), amount(bought, "outAmount"));
        EXPECT_EQ(chain.account(ata(solana::kWrappedSolMint)), nullptr);

        const std::string sold = quote(coin, solana::kWrappedSolMint, held());
        const auto sell = post("/swap/v1/swap", swap_body(sold));
        ASSERT_EQ(sell.status, 200) << sell.body;
        const std::uint64_t before = chain.account(wallet.public_key())->lamports.raw();
        landed = sign_and_land(sell.body);
        ASSERT_NE(landed, nullptr);
        ASSERT_FALSE(landed->is_failed()) << fmt::format("{}", fmt::join(landed->logs, "\n"));
        EXPECT_EQ(held(), 0U);
        EXPECT_EQ(chain.account(ata(solana::kWrappedSolMint)), nullptr);
        EXPECT_EQ(chain.account(wallet.public_key())->lamports.raw() - before + landed->fee,
                  amount(sold, "outAmount"));
    }

    static constexpr std::uint64_t kSupply = 1'000'000'000'000'000;
    const Pubkey coin = test_key(50);
};

TEST_F(JupiterPumpTest, RoutesThroughACurve) {
    create_pump_curve(chain, {.mint = coin,
                              .creator = test_key(60),
                              .virtual_token = 804'750'000'000'000,
                              .virtual_quote = 40'000'000'000,
                              .real_token = 524'850'000'000'000,
                              .real_quote = 10'000'000'000});
    trade_both_ways("Pump.fun");
}

TEST_F(JupiterPumpTest, RoutesThroughThePoolThatACurveBecomes) {
    create_pump_pool(
        chain, {.name = {.creator = pump_canonical_pool(chain, coin).creator, .base_mint = coin},
                .base = TokenAmount{206'900'000'000'000},
                .quote = TokenAmount{85'000'000'000},
                .coin_creator = test_key(60)});
    trade_both_ways("Pump.fun Amm");
}

TEST_F(JupiterPumpTest, HasNoRouteWhileACurveMigrates) {
    create_pump_curve(chain, {.mint = coin,
                              .creator = test_key(60),
                              .virtual_token = 279'900'000'000'000,
                              .virtual_quote = 115'005'359'057,
                              .real_token = 0,
                              .real_quote = 85'005'359'057,
                              .is_complete = true});
    EXPECT_EQ(error_code(get(quote_target(solana::kWrappedSolMint, coin, 1'000'000))),
              "COULD_NOT_FIND_ANY_ROUTE");
}

}  // namespace
}  // namespace sniperforge::sim
