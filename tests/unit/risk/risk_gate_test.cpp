// SPDX-License-Identifier: MIT
// Every rule of the gate at its boundary: the limit itself passes, one more does not. Each test
// starts from an intent and an exposure that pass everything and turns one knob.
#include "sniperforge/risk/risk_gate.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::risk {
namespace {

constexpr Lamports kSol{kLamportsPerSol};
constexpr MicroUsd kPrice{100 * kMicroUsdPerUsd};  // 100 USD per SOL.

using sniperforge::test::key_of;

const Pubkey kToken = key_of(7);

// Round numbers at 100 USD per SOL: trade 1 SOL, capital 50 SOL, loss 5 SOL, volume 500 SOL,
// liquidity 20 SOL.
[[nodiscard]] config::RiskSettings limits() {
    config::RiskSettings limits;
    limits.capital_max = MicroUsd{5'000 * kMicroUsdPerUsd};
    limits.trade_max = MicroUsd{100 * kMicroUsdPerUsd};
    limits.daily_loss_max = MicroUsd{500 * kMicroUsdPerUsd};
    limits.daily_volume_max = MicroUsd{50'000 * kMicroUsdPerUsd};
    limits.positions_max = 3;
    limits.liquidity_min = MicroUsd{2'000 * kMicroUsdPerUsd};
    limits.liquidity_per_trade = 40;
    limits.price_impact_max = BasisPoints{200};
    limits.slippage_max = BasisPoints{300};
    limits.exit_slippage_max = BasisPoints{2'000};
    limits.data_age_slots_max = 8;
    limits.entry_cost_max = BasisPoints{500};
    limits.exit_reserve = Lamports{50'000'000};
    return limits;
}

struct Question {
    config::RiskSettings limits = risk::limits();
    OrderIntent intent;
    Exposure exposure;

    [[nodiscard]] Result<ApprovedOrder, Denial> check() const {
        RiskGate gate{limits};
        return gate.check(intent, exposure, MonoTime{42});
    }
    // Nothing when approved.
    [[nodiscard]] std::optional<DenialReason> denial() const {
        const auto checked = check();
        return checked ? std::nullopt : std::optional{checked.error().reason};
    }
};

[[nodiscard]] Exposure calm() {
    Exposure exposure;
    exposure.wallet = Lamports{100 * kLamportsPerSol};
    exposure.sol_price = kPrice;
    exposure.slot_latest = Slot{1'000};
    exposure.is_feed_blind = false;
    return exposure;
}

[[nodiscard]] Question entry() {
    Question setup;
    setup.intent.intent_id = IntentId{1};
    setup.intent.strategy = StrategyId::Sniper;
    setup.intent.kind = OrderKind::Entry;
    setup.intent.mint_in = solana::kWrappedSolMint;
    setup.intent.mint_out = kToken;
    setup.intent.amount_in = TokenAmount{400'000'000};
    setup.intent.receive_min = TokenAmount{1'000};
    setup.intent.spend_max = Lamports{404'000'000};
    setup.intent.slippage_max = BasisPoints{200};
    setup.intent.price_impact = BasisPoints{50};
    setup.intent.pool_liquidity = Lamports{200 * kLamportsPerSol};
    setup.intent.decided_at = Slot{1'000};
    setup.intent.slots_valid = 8;
    setup.exposure = calm();
    return setup;
}

[[nodiscard]] Question exit() {
    Question setup;
    setup.intent.intent_id = IntentId{1};
    setup.intent.kind = OrderKind::Exit;
    setup.intent.exit_reason = ExitReason::StopLoss;
    setup.intent.position_id = PositionId{5};
    setup.intent.mint_in = kToken;
    setup.intent.mint_out = solana::kWrappedSolMint;
    setup.intent.amount_in = TokenAmount{1'000};
    setup.intent.receive_min = TokenAmount{1};
    setup.intent.spend_max = Lamports{4'000'000};
    setup.intent.slippage_max = BasisPoints{300};
    setup.intent.decided_at = Slot{1'000};
    setup.intent.slots_valid = 1;
    setup.exposure = calm();
    setup.exposure.holding = TokenAmount{1'000};
    return setup;
}

[[nodiscard]] Question cycle() {
    Question setup;
    setup.intent.intent_id = IntentId{1};
    setup.intent.strategy = StrategyId::Arbitrage;
    setup.intent.kind = OrderKind::Cycle;
    setup.intent.mint_in = solana::kWrappedSolMint;
    setup.intent.mint_out = solana::kWrappedSolMint;
    setup.intent.amount_in = TokenAmount{400'000'000};
    setup.intent.receive_min = TokenAmount{400'100'000};
    setup.intent.spend_max = Lamports{404'000'000};
    setup.intent.leg_count = 2;
    setup.intent.decided_at = Slot{1'000};
    setup.intent.slots_valid = 2;
    setup.exposure = calm();
    return setup;
}

// ---- What passes ----

TEST(RiskGate, ApprovesWhatPassesEveryRuleAndStampsTheTime) {
    for (const Question& setup : {entry(), exit(), cycle()}) {
        const auto approved = setup.check();
        ASSERT_TRUE(approved) << approved.error().detail;
        EXPECT_EQ(approved->intent().intent_id, setup.intent.intent_id);
        EXPECT_EQ(approved->intent().spend_max, setup.intent.spend_max);
        EXPECT_EQ(approved->approved_at(), MonoTime{42});
    }
}

// ---- Duplicates ----

TEST(RiskGate, RefusesAnIdThatItHasSeenAndEveryOlderOne) {
    RiskGate gate{limits()};
    Question setup = entry();
    setup.intent.intent_id = IntentId{5};
    EXPECT_TRUE(gate.check(setup.intent, setup.exposure, MonoTime{}));
    for (const std::uint64_t old : {5U, 4U, 1U, 0U}) {
        setup.intent.intent_id = IntentId{old};
        const auto again = gate.check(setup.intent, setup.exposure, MonoTime{});
        ASSERT_FALSE(again) << old;
        EXPECT_EQ(again.error().reason, DenialReason::IntentDuplicate);
    }
    setup.intent.intent_id = IntentId{6};
    EXPECT_TRUE(gate.check(setup.intent, setup.exposure, MonoTime{}));
}

TEST(RiskGate, UsesUpTheIdOfADeniedIntentToo) {
    RiskGate gate{limits()};
    Question setup = entry();
    setup.exposure.is_halted = true;
    EXPECT_FALSE(gate.check(setup.intent, setup.exposure, MonoTime{}));
    setup.exposure.is_halted = false;
    const auto again = gate.check(setup.intent, setup.exposure, MonoTime{});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().reason, DenialReason::IntentDuplicate);
}

TEST(RiskGate, RefusesTheIdZeroBecauseItMeansNone) {
    Question setup = exit();
    setup.intent.intent_id = IntentId{0};
    EXPECT_EQ(setup.denial(), DenialReason::IntentDuplicate);
}

// ---- Form ----

TEST(RiskGate, RefusesIntentsThatContradictThemselves) {
    struct Case {
        const char* what;
        Question setup;
        std::function<void(OrderIntent&)> change;
    };
    const Case cases[] = {
        {"nothing in", entry(), [](auto& i) { i.amount_in = {}; }},
        {"no floor", entry(), [](auto& i) { i.receive_min = {}; }},
        {"exit without floor", exit(), [](auto& i) { i.receive_min = {}; }},
        {"entry from a token", entry(), [](auto& i) { i.mint_in = key_of(8); }},
        {"entry into SOL", entry(), [](auto& i) { i.mint_out = solana::kWrappedSolMint; }},
        {"exit from SOL", exit(), [](auto& i) { i.mint_in = solana::kWrappedSolMint; }},
        {"exit into a token", exit(), [](auto& i) { i.mint_out = key_of(8); }},
        {"cycle from a token", cycle(), [](auto& i) { i.mint_in = kToken; }},
        {"cycle into a token", cycle(), [](auto& i) { i.mint_out = kToken; }},
        {"cycle of one leg", cycle(), [](auto& i) { i.leg_count = 1; }},
        {"cycle of four legs", cycle(), [](auto& i) { i.leg_count = 4; }},
        {"entry that hides its spend", entry(),
         [](auto& i) { i.spend_max = Lamports{399'999'999}; }},
        {"cycle that hides its spend", cycle(),
         [](auto& i) { i.spend_max = Lamports{399'999'999}; }},
    };
    for (const Case& c : cases) {
        Question setup = c.setup;
        c.change(setup.intent);
        EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed) << c.what;
    }
}

TEST(RiskGate, AcceptsACeilingEqualToTheAmountAndNotOneLamportLess) {
    Question setup = entry();
    setup.intent.spend_max = Lamports{400'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.spend_max = Lamports{399'999'999};
    EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed);
}

TEST(RiskGate, WantsACycleToReturnAtLeastOneLamportMoreThanItTakes) {
    Question setup = cycle();
    setup.intent.receive_min = TokenAmount{400'000'001};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.receive_min = TokenAmount{400'000'000};
    EXPECT_EQ(setup.denial(), DenialReason::IntentMalformed);
}

// ---- State of the engine and of the data ----

TEST(RiskGate, EntersNothingWhileHaltedOrBlind) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.is_halted = true;
        EXPECT_EQ(setup.denial(), DenialReason::EngineHalted);
        setup.exposure.is_halted = false;
        setup.exposure.is_feed_blind = true;
        EXPECT_EQ(setup.denial(), DenialReason::FeedBlind);
    }
}

// One blind pool of a cycle is enough, and the denial says whether it was the order's own pools or
// the whole feed.
TEST(RiskGate, SaysWhetherTheFeedOrTheOrdersPoolsAreBlind) {
    Question setup = cycle();
    setup.exposure.is_feed_blind = true;
    EXPECT_EQ(setup.check().error().detail, "no entries while the feed is blind");
    setup.exposure.pools_blind = 1;
    EXPECT_EQ(setup.denial(), DenialReason::FeedBlind);
    EXPECT_NE(setup.check().error().detail.find("1 of the order's pools"), std::string::npos);
}

// Who sells goes through Jupiter: that our instructions are wrong keeps nobody in.
TEST(RiskGate, EntersNoVenueWhoseInstructionsAreNotOursOrWereNeverSeen) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.venue_unproven = VenueId::PumpSwap;
        EXPECT_EQ(setup.denial(), DenialReason::VenueUnproven);
        setup.exposure.venue_quarantined = VenueId::OrcaWhirlpool;
        EXPECT_EQ(setup.denial(), DenialReason::VenueQuarantined);
        EXPECT_EQ(setup.check().error().detail.find("orca_whirlpool is quarantined"), 0U);
        RiskGate gate{config::RiskSettings{}};
        EXPECT_EQ(gate.recheck(setup.intent, setup.exposure)->reason,
                  DenialReason::VenueQuarantined);
    }
    Question setup = exit();
    setup.exposure.venue_quarantined = setup.exposure.venue_unproven = VenueId::PumpSwap;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGate, AcceptsDataOfTheAgeLimitAndNotOneSlotOlder) {
    Question setup = entry();
    setup.intent.slots_valid = 100;
    setup.exposure.slot_latest = Slot{1'008};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.slot_latest = Slot{1'009};
    EXPECT_EQ(setup.denial(), DenialReason::DataStale);
}

TEST(RiskGate, AcceptsAnIntentInItsLastValidSlotAndNotOneLater) {
    Question setup = cycle();  // Valid for two slots.
    setup.exposure.slot_latest = Slot{1'002};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.slot_latest = Slot{1'003};
    EXPECT_EQ(setup.denial(), DenialReason::DataStale);
}

// ---- The last look before signing ----

TEST(RiskGate, LetsAnOrderBeSignedInItsLastValidSlotAndNotOneLater) {
    for (Question setup : {entry(), cycle()}) {
        setup.intent.slots_valid = 2;
        const RiskGate gate{setup.limits};
        setup.exposure.slot_latest = setup.intent.decided_at.plus(2);
        EXPECT_FALSE(gate.recheck(setup.intent, setup.exposure));
        setup.exposure.slot_latest = setup.intent.decided_at.plus(3);
        const auto denial = gate.recheck(setup.intent, setup.exposure);
        ASSERT_TRUE(denial);
        EXPECT_EQ(denial->reason, DenialReason::DataStale);
        EXPECT_NE(denial->detail.find("3 slots old"), std::string::npos) << denial->detail;
    }
}

TEST(RiskGate, LetsNothingBeSignedOnceEntriesHaveBeenStopped) {
    Question setup = entry();
    const RiskGate gate{setup.limits};
    setup.exposure.is_halted = true;
    EXPECT_EQ(gate.recheck(setup.intent, setup.exposure)->reason, DenialReason::EngineHalted);
    setup.exposure.is_halted = false;
    setup.exposure.is_feed_blind = true;
    EXPECT_EQ(gate.recheck(setup.intent, setup.exposure)->reason, DenialReason::FeedBlind);
}

TEST(RiskGate, LetsAnExitBeSignedHoweverLateItIs) {
    Question setup = exit();
    const RiskGate gate{setup.limits};
    setup.exposure.slot_latest = setup.intent.decided_at.plus(1'000);
    setup.exposure.is_halted = true;
    setup.exposure.is_feed_blind = true;
    EXPECT_FALSE(gate.recheck(setup.intent, setup.exposure));
}

TEST(RiskGate, TakesDataFromAheadOfTheSlotClockAsFresh) {
    Question setup = entry();
    setup.exposure.slot_latest = Slot{990};
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGate, EntersNothingWithoutAPriceOfSol) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.sol_price = {};
        EXPECT_EQ(setup.denial(), DenialReason::SolPriceUnknown);
    }
}

// ---- Capital ----

// The limit itself is allowed; one lamport more is not. Off by one here costs money.
TEST(RiskGate, AllowsExactlyTheTradeLimitAndNotOneLamportMore) {
    for (Question setup : {entry(), cycle()}) {
        setup.limits.entry_cost_max = BasisPoints{kBasisPointsOne * 10};
        setup.intent.spend_max = kSol;  // 100 USD.
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.intent.spend_max = Lamports{kLamportsPerSol + 1};
        EXPECT_EQ(setup.denial(), DenialReason::SpendAboveTradeLimit);
    }
}

TEST(RiskGate, RoundsTheTradeLimitDownWhenThePriceDoesNotDivideIt) {
    Question setup = entry();
    setup.limits.entry_cost_max = BasisPoints{kBasisPointsOne * 10};
    setup.exposure.sol_price = MicroUsd{150'000'001};  // 100 USD are 0.666666662 SOL and a bit.
    const auto limit = 100'000'000ULL * kLamportsPerSol / 150'000'001ULL;
    setup.intent.spend_max = Lamports{limit};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.spend_max = Lamports{limit + 1};
    EXPECT_EQ(setup.denial(), DenialReason::SpendAboveTradeLimit);
}

TEST(RiskGate, CountsOpenCostAndOrdersInFlightAgainstCapital) {
    for (Question setup : {entry(), cycle()}) {
        // Of 50 SOL, 49.596 are at stake: this order's 0.404 fit exactly.
        setup.exposure.open_cost = Lamports{40'000'000'000};
        setup.exposure.in_flight_spend = Lamports{9'596'000'000};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.open_cost = Lamports{40'000'000'001};
        EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
        setup.exposure.open_cost = Lamports{40'000'000'000};
        setup.exposure.in_flight_spend = Lamports{9'596'000'001};
        EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
        setup.exposure.in_flight_spend = Lamports::max();  // Saturates, does not wrap.
        EXPECT_EQ(setup.denial(), DenialReason::CapitalExceeded);
    }
}

TEST(RiskGate, StopsAtTheDailyLossItselfBecauseThenItIsReached) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.pnl_today = LamportsDelta{-4'999'999'999};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.pnl_today = LamportsDelta{-5'000'000'000};
        EXPECT_EQ(setup.denial(), DenialReason::DailyLossReached);
    }
}

TEST(RiskGate, DoesNotTakeAGainOfThatSizeForALoss) {
    Question setup = entry();
    setup.exposure.pnl_today = LamportsDelta{6'000'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGate, AllowsExactlyTheDailyVolumeAndNotOneLamportMore) {
    Question setup = entry();
    setup.exposure.volume_today = Lamports{500 * kLamportsPerSol - 404'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.volume_today = Lamports{500 * kLamportsPerSol - 403'999'999};
    EXPECT_EQ(setup.denial(), DenialReason::DailyVolumeReached);
}

// Every swap of a cycle counts, so it has to fit as often.
TEST(RiskGate, CountsEachSwapOfACycleAgainstTheDailyVolume) {
    for (const std::uint8_t legs : {std::uint8_t{2}, std::uint8_t{3}}) {
        Question setup = cycle();
        setup.intent.leg_count = legs;
        setup.exposure.volume_today = Lamports{500 * kLamportsPerSol - legs * 404'000'000ULL};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.volume_today = Lamports{500 * kLamportsPerSol - legs * 404'000'000ULL + 1};
        EXPECT_EQ(setup.denial(), DenialReason::DailyVolumeReached);
    }
}

// Otherwise a burst of orders passes the limit together that none of them passes alone.
TEST(RiskGate, CountsOrdersInFlightAgainstTheDailyVolume) {
    Question setup = entry();
    setup.exposure.in_flight_spend = kSol;
    setup.exposure.volume_today = Lamports{499 * kLamportsPerSol - 404'000'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.volume_today = Lamports{499 * kLamportsPerSol - 403'999'999};
    EXPECT_EQ(setup.denial(), DenialReason::DailyVolumeReached);
}

// ---- Positions ----

TEST(RiskGate, OpensTheLastPositionAndNotOneMore) {
    Question setup = entry();  // At most three.
    setup.exposure.positions_open = 1;
    setup.exposure.entries_in_flight = 1;
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.exposure.entries_in_flight = 2;
    EXPECT_EQ(setup.denial(), DenialReason::PositionsAtLimit);
    setup.exposure.positions_open = 3;
    setup.exposure.entries_in_flight = 0;
    EXPECT_EQ(setup.denial(), DenialReason::PositionsAtLimit);
}

TEST(RiskGate, EntersAMintOnlyOnce) {
    Question setup = entry();
    setup.exposure.is_mint_held = true;
    EXPECT_EQ(setup.denial(), DenialReason::MintAlreadyHeld);
    setup.exposure.is_mint_held = false;
    setup.exposure.is_mint_in_flight = true;
    EXPECT_EQ(setup.denial(), DenialReason::MintInFlight);
}

TEST(RiskGate, DoesNotCountACycleAsAPosition) {
    Question setup = cycle();
    setup.exposure.positions_open = 3;
    setup.exposure.is_mint_held = true;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

// ---- The market ----

TEST(RiskGate, EntersAPoolOfExactlyTheLeastLiquidityAndNotOneLamportLess) {
    Question setup = entry();
    setup.limits.liquidity_per_trade = 1;
    setup.intent.pool_liquidity = Lamports{20 * kLamportsPerSol};  // 2,000 USD.
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.pool_liquidity = Lamports{20 * kLamportsPerSol - 1};
    EXPECT_EQ(setup.denial(), DenialReason::LiquidityTooLow);
}

TEST(RiskGate, RoundsTheLeastLiquidityUp) {
    Question setup = entry();
    setup.limits.liquidity_per_trade = 1;
    setup.exposure.sol_price = MicroUsd{99'999'999};
    const auto floor = 2'000'000'000ULL * kLamportsPerSol / 99'999'999ULL;  // And a remainder.
    setup.intent.pool_liquidity = Lamports{floor + 1};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.pool_liquidity = Lamports{floor};
    EXPECT_EQ(setup.denial(), DenialReason::LiquidityTooLow);
}

TEST(RiskGate, WantsMoreLiquidityForALargerTrade) {
    Question setup = entry();
    setup.limits.liquidity_per_trade = 100;
    setup.intent.pool_liquidity = Lamports{40'400'000'000};  // 100 × 0.404 SOL.
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.pool_liquidity = Lamports{40'399'999'999};
    EXPECT_EQ(setup.denial(), DenialReason::LiquidityTooLow);
}

TEST(RiskGate, AllowsExactlyThePriceImpactLimit) {
    Question setup = entry();
    setup.intent.price_impact = BasisPoints{200};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.price_impact = BasisPoints{201};
    EXPECT_EQ(setup.denial(), DenialReason::PriceImpactTooHigh);
}

TEST(RiskGate, AllowsExactlyTheSlippageOfTheOrdersKind) {
    Question in = entry();
    in.intent.slippage_max = BasisPoints{300};
    EXPECT_EQ(in.denial(), std::nullopt);
    in.intent.slippage_max = BasisPoints{301};
    EXPECT_EQ(in.denial(), DenialReason::SlippageTooHigh);
    Question out = exit();
    out.intent.slippage_max = BasisPoints{2'000};
    EXPECT_EQ(out.denial(), std::nullopt);
    out.intent.slippage_max = BasisPoints{2'001};
    EXPECT_EQ(out.denial(), DenialReason::SlippageTooHigh);
}

TEST(RiskGate, AllowsCostsOfExactlyTheLimitAndNotOneLamportMore) {
    Question setup = entry();
    setup.intent.spend_max = Lamports{420'000'000};  // 5 % on top of 0.4 SOL.
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.spend_max = Lamports{420'000'001};
    EXPECT_EQ(setup.denial(), DenialReason::CostFloorNotMet);
}

// ---- The wallet ----

TEST(RiskGate, SpendsDownToTheExitReserveAndNotOneLamportFurther) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.wallet = Lamports{404'000'000 + 50'000'000};
        EXPECT_EQ(setup.denial(), std::nullopt);
        setup.exposure.wallet = Lamports{404'000'000 + 50'000'000 - 1};
        EXPECT_EQ(setup.denial(), DenialReason::ReserveForExits);
        setup.exposure.wallet = Lamports{404'000'000};
        EXPECT_EQ(setup.denial(), DenialReason::ReserveForExits);
        setup.exposure.wallet = Lamports{404'000'000 - 1};
        EXPECT_EQ(setup.denial(), DenialReason::BalanceTooLow);
    }
}

// ---- Exits ----

TEST(RiskGate, LetsAnExitOutWhateverElseIsWrong) {
    Question setup = exit();
    setup.exposure.is_halted = true;
    setup.exposure.is_feed_blind = true;
    setup.exposure.pools_blind = 1;
    setup.exposure.sol_price = {};
    setup.exposure.slot_latest = Slot{9'999'999};
    setup.exposure.pnl_today = LamportsDelta{-100'000'000'000};
    setup.exposure.volume_today = Lamports::max();
    setup.exposure.open_cost = Lamports::max();
    setup.exposure.in_flight_spend = Lamports::max();
    setup.exposure.positions_open = 1'000;
    setup.exposure.wallet = {};
    setup.exposure.is_mint_held = true;
    setup.exposure.is_mint_in_flight = true;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGate, SellsTheWholeHoldingAndNotOneUnitMore) {
    Question setup = exit();
    setup.intent.amount_in = TokenAmount{1'000};
    EXPECT_EQ(setup.denial(), std::nullopt);
    setup.intent.amount_in = TokenAmount{1'001};
    EXPECT_EQ(setup.denial(), DenialReason::AmountAboveHolding);
}

TEST(RiskGate, SellsNothingOfAPositionThatIsNotOpenOrBeingSold) {
    Question setup = exit();
    setup.exposure.is_exit_in_flight = true;
    EXPECT_EQ(setup.denial(), DenialReason::ExitInFlight);
    setup.exposure.holding = {};
    EXPECT_EQ(setup.denial(), DenialReason::PositionUnknown);
}

// ---- Order ----

// Everything is wrong at once; mending the named reason leads to the next one in the list.
TEST(RiskGate, AsksItsRulesInTheStatedOrder) {
    Question setup = entry();
    OrderIntent& intent = setup.intent;
    Exposure& exposure = setup.exposure;
    intent.receive_min = {};
    exposure.is_halted = true;
    exposure.is_feed_blind = true;
    exposure.slot_latest = Slot{2'000};
    exposure.sol_price = {};
    intent.spend_max = Lamports{2 * kLamportsPerSol};
    exposure.open_cost = Lamports{100 * kLamportsPerSol};
    exposure.pnl_today = LamportsDelta{-50'000'000'000};
    exposure.volume_today = Lamports{1'000 * kLamportsPerSol};
    exposure.is_mint_in_flight = true;
    exposure.is_mint_held = true;
    exposure.positions_open = 9;
    intent.pool_liquidity = {};
    intent.price_impact = BasisPoints{9'999};
    intent.slippage_max = BasisPoints{9'999};
    exposure.wallet = {};
    using enum DenialReason;
    const std::pair<DenialReason, std::function<void()>> steps[] = {
        {IntentMalformed, [&] { intent.receive_min = TokenAmount{1}; }},
        {EngineHalted, [&] { exposure.is_halted = false; }},
        {FeedBlind, [&] { exposure.is_feed_blind = false; }},
        {DataStale, [&] { exposure.slot_latest = Slot{1'000}; }},
        {SolPriceUnknown, [&] { exposure.sol_price = kPrice; }},
        {SpendAboveTradeLimit, [&] { intent.spend_max = Lamports{900'000'000}; }},
        {CapitalExceeded, [&] { exposure.open_cost = {}; }},
        {DailyLossReached, [&] { exposure.pnl_today = {}; }},
        {DailyVolumeReached, [&] { exposure.volume_today = {}; }},
        {MintInFlight, [&] { exposure.is_mint_in_flight = false; }},
        {MintAlreadyHeld, [&] { exposure.is_mint_held = false; }},
        {PositionsAtLimit, [&] { exposure.positions_open = 0; }},
        {LiquidityTooLow, [&] { intent.pool_liquidity = Lamports{900 * kLamportsPerSol}; }},
        {PriceImpactTooHigh, [&] { intent.price_impact = {}; }},
        {SlippageTooHigh, [&] { intent.slippage_max = {}; }},
        {CostFloorNotMet, [&] { intent.spend_max = Lamports{400'000'000}; }},
        {BalanceTooLow, [&] { exposure.wallet = Lamports{400'000'000}; }},
        {ReserveForExits, [&] { exposure.wallet = Lamports{kLamportsPerSol}; }},
    };
    for (const auto& [expected, mend] : steps) {
        ASSERT_EQ(setup.denial(), expected)
            << "expected " << to_string(expected) << ", got "
            << (setup.denial() ? to_string(*setup.denial()) : "an approval");
        mend();
    }
    EXPECT_EQ(setup.denial(), std::nullopt);
}

TEST(RiskGate, NamesTheValueAndTheLimitInEveryDenial) {
    Question setup = entry();
    setup.limits.entry_cost_max = BasisPoints{kBasisPointsOne * 10};
    setup.intent.spend_max = Lamports{1'000'000'001};
    const auto denied = setup.check();
    ASSERT_FALSE(denied);
    EXPECT_NE(denied.error().detail.find("1000000001"), std::string::npos) << denied.error().detail;
    EXPECT_NE(denied.error().detail.find("1000000000"), std::string::npos) << denied.error().detail;
}

// ---- Conversions ----

TEST(RiskGate, RoundsDollarsToLamportsDownAndLamportsToDollarsUp) {
    const MicroUsd price{150'000'000};
    EXPECT_EQ(usd_to_lamports(MicroUsd{150'000'000}, price), kSol);
    // A micro-dollar at 150 USD is 6.67 lamports.
    EXPECT_EQ(usd_to_lamports(MicroUsd{1}, price), Lamports{6});
    EXPECT_EQ(lamports_to_usd(kSol, price), MicroUsd{150'000'000});
    EXPECT_EQ(lamports_to_usd(Lamports{1}, price), MicroUsd{1});  // 0.15 of it.
    EXPECT_EQ(lamports_to_usd(Lamports{6}, price), MicroUsd{1});
    EXPECT_EQ(lamports_to_usd(Lamports{7}, price), MicroUsd{2});
    EXPECT_EQ(lamports_to_usd(Lamports{}, price), MicroUsd{});
}

TEST(RiskGate, BuysNothingAtAnUnknownPrice) {
    EXPECT_EQ(usd_to_lamports(MicroUsd::max(), MicroUsd{}), Lamports{});
}

TEST(RiskGate, ClampsConversionsThatDoNotFit) {
    EXPECT_EQ(usd_to_lamports(MicroUsd::max(), MicroUsd{1}), Lamports::max());
    EXPECT_EQ(lamports_to_usd(Lamports::max(), MicroUsd::max()), MicroUsd::max());
}

}  // namespace
}  // namespace sniperforge::risk
