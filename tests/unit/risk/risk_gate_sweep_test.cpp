// SPDX-License-Identifier: MIT
// The gate's rules of sweeps, and those limits that must not stop one.
#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;

[[nodiscard]] Question sweep() {
    Question setup;
    setup.intent.intent_id = IntentId{1};
    setup.intent.strategy = StrategyId::Housekeeping;
    setup.intent.kind = OrderKind::Sweep;
    setup.intent.mint_in = kToken;
    setup.intent.mint_out = solana::kWrappedSolMint;
    setup.intent.token_program = solana::kToken2022Program;
    setup.intent.amount_in = TokenAmount{7};
    setup.intent.receive_min = TokenAmount{2'039'280};
    setup.intent.spend_max = Lamports{5'400};
    setup.exposure = calm();
    setup.exposure.holding = TokenAmount{7};
    return setup;
}

TEST(RiskGateSweep, ApprovesAllOfAResidueAndAnEmptyAccount) {
    Question setup = sweep();
    EXPECT_TRUE(setup.check());
    setup.intent.amount_in = setup.exposure.holding = TokenAmount{};
    EXPECT_TRUE(setup.check());
}

// It names the nonce twice and moves nothing. No state and no balance holds it back: it is what
// ends an order.
TEST(RiskGateSweep, LetsAnAdvanceOfANoncePassThatCostsAFeeAtMost) {
    Question setup = sweep();
    setup.intent.mint_in = setup.intent.pool_id = kToken;
    setup.intent.token_program = {};
    setup.intent.amount_in = setup.intent.receive_min = {};
    setup.intent.spend_max = Lamports{20'000};
    setup.exposure.state = TradingState::Halted;
    setup.exposure.wallet = {};
    EXPECT_TRUE(setup.check());
    setup.intent.spend_max = Lamports{20'001};
    EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed);
    setup.intent.spend_max = Lamports{20'000};
    setup.intent.amount_in = TokenAmount{1};
    EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed);
    setup.intent.amount_in = {};
    setup.intent.pool_id = {};
    EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed) << "a sweep under no token program";
}

TEST(RiskGateSweep, WantsExactlyWhatTheLedgerHas) {
    for (const std::uint64_t amount : {0U, 6U, 8U}) {
        Question setup = sweep();
        setup.intent.amount_in = TokenAmount{amount};
        EXPECT_EQ(setup.denial(), DenialReason::HoldingDiffers) << amount;
    }
}

TEST(RiskGateSweep, LeavesAloneWhatAPositionHoldsOrAnOrderTrades) {
    Question setup = sweep();
    setup.exposure.is_mint_held = true;
    EXPECT_EQ(setup.denial(), DenialReason::MintAlreadyHeld);
    setup = sweep();
    setup.exposure.is_mint_in_flight = true;
    EXPECT_EQ(setup.denial(), DenialReason::MintInFlight);
}

TEST(RiskGateSweep, MustReturnMoreThanItMayCost) {
    Question setup = sweep();
    setup.intent.receive_min = TokenAmount{5'400};
    EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed);
    setup.intent.receive_min = TokenAmount{5'401};
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGateSweep, IsNeverOfMoneyAndAlwaysUnderATokenProgram) {
    for (const Pubkey& money : {solana::kWrappedSolMint, solana::kUsdcMint}) {
        Question setup = sweep();
        setup.intent.mint_in = money;
        EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed);
    }
    Question setup = sweep();
    setup.intent.mint_out = solana::kUsdcMint;
    EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed);
    setup = sweep();
    setup.intent.token_program = solana::kSystemProgram;
    EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed);
    setup.intent.token_program = solana::kTokenProgram;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGateSweep, LeavesTheReserveForExitsWhole) {
    Question setup = sweep();
    setup.exposure.wallet = setup.limits.exit_reserve + Lamports{5'400};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.wallet = setup.limits.exit_reserve + Lamports{5'399};
    EXPECT_EQ(setup.denial(), DenialReason::ReserveForExits);
    setup.exposure.wallet = Lamports{5'399};
    EXPECT_EQ(setup.denial(), DenialReason::BalanceTooLow);
}

TEST(RiskGateSweep, WaitsWhileTheBooksAreInDoubt) {
    Question setup = sweep();
    for (const TradingState state : {TradingState::Halted, TradingState::Draining}) {
        setup.exposure.state = state;
        EXPECT_EQ(setup.denial(), DenialReason::EngineHalted);
    }
    for (const TradingState state :
         {TradingState::Active, TradingState::Reducing, TradingState::Blind}) {
        setup.exposure.state = state;
        EXPECT_EQ(setup.denial(), std::nullopt);
    }
}

TEST(RiskGateSweep, IsNotStoppedByTheLimitsOnEntries) {
    Question setup = sweep();
    setup.exposure.state = TradingState::Blind;
    setup.exposure.sol_price = MicroUsd{};
    setup.exposure.pnl_today = LamportsDelta{-1'000'000'000'000};
    setup.exposure.volume_today = Lamports{1'000'000'000'000'000};
    setup.exposure.open_cost = Lamports{1'000'000'000'000'000};
    setup.exposure.positions_open = 64;
    setup.exposure.slot_latest = Slot{1'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
}

}  // namespace
}  // namespace sniperforge::risk
