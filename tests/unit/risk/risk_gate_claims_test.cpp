// SPDX-License-Identifier: MIT
// Between the strategies: who has which part of the capital, and who was first.
#include <array>

#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;

// ---- Capital ----

// Of 50 SOL; a strategy may have 25 by strategy_capital_max.
TEST(RiskGateClaims, GivesEachStrategyExactlyItsPercentOfTheCapital) {
    const std::array cases{std::pair{cycle(), &config::RiskSettings::arbitrage_capital_percent},
                           std::pair{entry(), &config::RiskSettings::sniper_capital_percent},
                           std::pair{[] {
                                         Question setup = entry();
                                         setup.intent.strategy = StrategyId::Momentum;
                                         return setup;
                                     }(),
                                     &config::RiskSettings::momentum_capital_percent}};
    for (auto [setup, percent] : cases) {
        setup.limits.*percent = 30;
        setup.exposure.strategy_stake = Lamports{15 * kLamportsPerSol - 404'000'000};
        EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
        setup.exposure.strategy_stake += Lamports{1};
        EXPECT_EQ(setup.denial(), DenialReason::StrategyCapitalExceeded);
        setup.limits.*percent = 31;
        EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
        // The share of another strategy is none of its business.
        for (const auto& [other, others_percent] : cases) {
            if (others_percent != percent) {
                setup.limits.*others_percent = 0;
            }
        }
        EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
    }
}

TEST(RiskGateClaims, SaysWhichShareWasExceededAndByWhat) {
    Question setup = entry();
    setup.limits.sniper_capital_percent = 0;
    EXPECT_EQ(setup.detail(),
              "sniper has 0 + this 404000000 lamports at stake > sniper_capital_percent of 0 "
              "percent of capital_max 50000000000");
}

// The defaults leave the limits as they were without shares.
TEST(RiskGateClaims, DeniesNothingByShareAtTheDefaults) {
    Question setup = entry();
    setup.limits.strategy_capital_max = setup.limits.capital_max;
    setup.exposure.strategy_stake = Lamports{50 * kLamportsPerSol - 404'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
}

// ---- Tokens ----

TEST(RiskGateClaims, NamesWhoHoldsOrBuysTheTokenAlready) {
    Question setup = entry();
    setup.exposure.is_mint_held = true;
    setup.exposure.mint_holder = Claim{StrategyId::Momentum, {}, PositionId{5}};
    EXPECT_EQ(setup.denial(), DenialReason::MintAlreadyHeld);
    EXPECT_EQ(setup.detail(), kToken.to_string() + " is held already by momentum's position 5");
    setup.exposure.is_mint_in_flight = true;
    setup.exposure.mint_order = Claim{StrategyId::Momentum, IntentId{8}, {}};
    EXPECT_EQ(setup.denial(), DenialReason::MintInFlight);
    EXPECT_EQ(setup.detail(), kToken.to_string() +
                                  " is being bought, or swept by momentum's intent 8, with no "
                                  "outcome yet");
}

TEST(RiskGateClaims, BuysNothingThatAnotherIsSelling) {
    Question setup = entry();
    setup.exposure.is_mint_held = true;
    setup.exposure.mint_holder =
        Claim{StrategyId::Momentum, {}, PositionId{5}, /*is_selling=*/true};
    EXPECT_EQ(setup.denial(), DenialReason::ExitInFlight);
    EXPECT_EQ(setup.detail(), kToken.to_string() +
                                  " is being sold by momentum's position 5: sniper does not buy it "
                                  "meanwhile");
}

// ---- Pools ----

// It holds nothing when it is over, and reverts unless it profits.
TEST(RiskGateClaims, LetsACycleThroughAPoolInWhichWeHoldAPositionUnlessThatIsBeingSold) {
    Question setup = cycle();
    setup.exposure.is_mint_held = true;
    EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
    setup.exposure.pool_seller = Claim{StrategyId::Sniper, {}, PositionId{5}, true};
    EXPECT_EQ(setup.denial(), DenialReason::ExitInFlight);
    EXPECT_NE(setup.detail().find("sniper's position 5"), std::string::npos) << setup.detail();
}

TEST(RiskGateClaims, LetsNobodyIntoAPoolThatAnotherStrategyIsOnItsWayTo) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.pool_order = Claim{StrategyId::Momentum, IntentId{8}, {}};
        EXPECT_EQ(setup.denial(), DenialReason::PoolContested);
        EXPECT_EQ(setup.detail().find("momentum's intent 8 "), 0U) << setup.detail();
        setup.exposure.pool_order.reset();
        EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
    }
}

TEST(RiskGateClaims, KeepsNobodyFromSelling) {
    Question setup = exit();
    setup.exposure.pool_order = Claim{StrategyId::Arbitrage, IntentId{8}, {}};
    setup.exposure.pool_seller = Claim{StrategyId::Sniper, {}, PositionId{6}, true};
    EXPECT_EQ(setup.denial(), std::nullopt) << setup.detail();
}

}  // namespace
}  // namespace sniperforge::risk
