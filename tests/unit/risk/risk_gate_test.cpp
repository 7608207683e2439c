// SPDX-License-Identifier: MIT
// Every rule of the gate at its boundary: the limit itself passes, one more does not. Each test
// starts from an intent and an exposure that pass everything and turns one knob.
#include "sniperforge/risk/risk_gate.hpp"

#include <functional>

#include "unit/risk/risk_gate_support.hpp"

namespace sniperforge::risk {
namespace {

using namespace test;

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
    setup.exposure.state = TradingState::Halted;
    EXPECT_FALSE(gate.check(setup.intent, setup.exposure, MonoTime{}));
    setup.exposure.state = TradingState::Active;
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
    setup.intent.cost_expected = {};
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

TEST(RiskGate, EntersNothingInAnyStateButActive) {
    for (Question setup : {entry(), cycle()}) {
        const std::pair<TradingState, DenialReason> states[] = {
            {TradingState::Reducing, DenialReason::EngineHalted},
            {TradingState::Halted, DenialReason::EngineHalted},
            {TradingState::Blind, DenialReason::FeedBlind},
            {TradingState::Draining, DenialReason::EngineHalted}};
        for (const auto& [state, reason] : states) {
            setup.exposure.state = state;
            EXPECT_EQ(setup.denial(), reason) << to_string(state);
        }
        setup.exposure.state = TradingState::Active;
        EXPECT_EQ(setup.denial(), std::nullopt);
    }
}

TEST(RiskGate, LetsAnExitOutInEveryState) {
    for (std::size_t i = 0; i < kTradingStateCount; ++i) {
        Question setup = exit();
        setup.exposure.state = static_cast<TradingState>(i);
        EXPECT_EQ(setup.denial(), std::nullopt) << to_string(setup.exposure.state);
    }
}

TEST(RiskGate, SaysWhichStateDeniesSinceWhenByHowMuchAndWhatEndsIt) {
    Question setup = entry();
    setup.exposure.state = TradingState::Halted;
    setup.exposure.cause = StateCause::BooksDoubted;
    EXPECT_EQ(setup.detail(),
              "HALTED: no entries while the books wait to be held against the chain");
    setup.exposure.standing = StandingCause{.cause = StateCause::BooksDoubted,
                                            .since = WallTime{1'767'225'600'000'000'000},
                                            .figures = "wallet: the books have 10, the chain has 7",
                                            .ending = "finalized balances that equal the books"};
    EXPECT_EQ(setup.detail(),
              "HALTED since 2026-01-01T00:00:00Z: no entries while the books wait to be held "
              "against the chain: wallet: the books have 10, the chain has 7; ends with finalized "
              "balances that equal the books");
    setup.exposure.state = TradingState::Reducing;
    setup.exposure.cause = StateCause::PauseRequested;
    setup.exposure.standing = StandingCause{.cause = StateCause::PauseRequested,
                                            .since = WallTime{1'767'225'600'000'000'000},
                                            .by = "pause",
                                            .reason = "the market is mad",
                                            .ending = "`sniperforge resume`"};
    EXPECT_EQ(setup.detail(),
              "REDUCING since 2026-01-01T00:00:00Z: no entries while trading is paused, by `pause` "
              "(\"the market is mad\"); ends with `sniperforge resume`");
    EXPECT_EQ(setup.denial(), DenialReason::EngineHalted);
}

// Scripts tell what a person wants from what the money says.
TEST(RiskGate, TellsAReachedDrawdownFromWhatAPersonAskedForByItsCode) {
    Question setup = entry();
    setup.exposure.state = TradingState::Reducing;
    for (const auto& [cause, code] :
         {std::pair{StateCause::PauseRequested, DenialReason::EngineHalted},
          {StateCause::FlattenRequested, DenialReason::EngineHalted},
          {StateCause::DrawdownReached, DenialReason::DrawdownReached}}) {
        setup.exposure.cause = cause;
        EXPECT_EQ(setup.denial(), code);
    }
}

// One blind pool of a cycle is enough, and the denial says whether it was the order's own pools or
// the whole feed.
TEST(RiskGate, SaysWhetherTheFeedOrTheOrdersPoolsAreBlind) {
    Question setup = cycle();
    setup.exposure.state = TradingState::Blind;
    setup.exposure.cause = StateCause::FeedLost;
    EXPECT_EQ(setup.detail(), "BLIND: no entries while the feed is blind");
    setup.exposure.state = TradingState::Active;
    setup.exposure.pools_blind = 1;
    EXPECT_EQ(setup.denial(), DenialReason::FeedBlind);
    EXPECT_NE(setup.detail().find("1 of the order's pools"), std::string::npos);
}

// Who sells goes through Jupiter: that our instructions are wrong keeps nobody in.
TEST(RiskGate, EntersNoVenueWhoseInstructionsAreNotOursOrWereNeverSeen) {
    for (Question setup : {entry(), cycle()}) {
        setup.exposure.venue_unproven = VenueId::PumpSwap;
        EXPECT_EQ(setup.denial(), DenialReason::VenueUnproven);
        setup.exposure.venue_quarantined = VenueId::OrcaWhirlpool;
        EXPECT_EQ(setup.denial(), DenialReason::VenueQuarantined);
        EXPECT_EQ(setup.detail().find("orca_whirlpool is quarantined"), 0U);
        RiskGate gate{config::RiskSettings{}};
        EXPECT_EQ(gate.recheck(setup.intent, setup.exposure)->reason,
                  DenialReason::VenueQuarantined);
    }
    Question setup = exit();
    setup.exposure.venue_quarantined = setup.exposure.venue_unproven = VenueId::PumpSwap;
    EXPECT_EQ(setup.denial(), std::nullopt);
}

// In whichever swap of a cycle, and wherever in the list.
TEST(RiskGate, TouchesNoMintAndNoCreatorThatIsDenied) {
    for (const auto& [first, swaps] : {std::pair{entry(), 1U}, std::pair{cycle(), 2U}}) {
        for (std::size_t swap = 0; swap < swaps; ++swap) {
            Question setup = first;
            setup.limits.deny_mints = {key_of(50), key_of(20), key_of(40)};
            setup.limits.deny_creators = {key_of(70), key_of(60)};
            setup.exposure.mints[swap] = key_of(21);
            setup.exposure.creators[swap] = key_of(20);  // A denied mint is no denied creator.
            EXPECT_EQ(setup.denial(), std::nullopt);
            for (const Pubkey& denied : {key_of(20), key_of(40), key_of(50)}) {
                setup.exposure.mints[swap] = denied;
                EXPECT_EQ(setup.denial(), DenialReason::DenyListed);
                EXPECT_NE(setup.detail().find(denied.to_string()), std::string::npos);
            }
            setup.exposure.mints[swap] = {};
            for (const Pubkey& denied : {key_of(60), key_of(70)}) {
                setup.exposure.creators[swap] = denied;
                EXPECT_EQ(setup.denial(), DenialReason::DenyListed);
            }
        }
    }
}

TEST(RiskGate, TakesAnUnknownCreatorForNobody) {
    Question setup = entry();
    setup.limits.deny_mints = setup.limits.deny_creators = {Pubkey{}};
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
    setup.exposure.state = TradingState::Halted;
    EXPECT_EQ(gate.recheck(setup.intent, setup.exposure)->reason, DenialReason::EngineHalted);
    setup.exposure.state = TradingState::Blind;
    EXPECT_EQ(gate.recheck(setup.intent, setup.exposure)->reason, DenialReason::FeedBlind);
}

// The price, the losses and the lists may be others by then, by a reload too.
TEST(RiskGate, LetsNothingBeSignedThatLossesOrPricesOrListsForbidSince) {
    using Change = void (*)(Question&);
    const std::pair<Change, DenialReason> changes[] = {
        {[](Question& q) { q.limits.deny_mints = {q.exposure.mints[0] = key_of(20)}; },
         DenialReason::DenyListed},
        {[](Question& q) { q.exposure.sol_price = {}; }, DenialReason::SolPriceUnknown},
        {[](Question& q) { q.exposure.pnl_today = LamportsDelta{-1'000'000'000'000}; },
         DenialReason::DailyLossReached},
        {[](Question& q) {
             q.exposure.drawdown = usd_to_lamports(q.limits.drawdown_max, q.exposure.sol_price);
         },
         DenialReason::DrawdownReached}};
    Question streak = entry();
    streak.exposure.losses_in_row = streak.limits.losing_streak_max;
    EXPECT_EQ(RiskGate{streak.limits}.recheck(streak.intent, streak.exposure)->reason,
              DenialReason::LosingStreak);
    for (const auto& [change, reason] : changes) {
        for (Question setup : {entry(), cycle()}) {
            EXPECT_FALSE(RiskGate{setup.limits}.recheck(setup.intent, setup.exposure));
            change(setup);
            const auto denial = RiskGate{setup.limits}.recheck(setup.intent, setup.exposure);
            ASSERT_TRUE(denial) << to_string(reason);
            EXPECT_EQ(denial->reason, reason) << denial->detail;
        }
        Question sale = exit();
        change(sale);
        EXPECT_FALSE(RiskGate{sale.limits}.recheck(sale.intent, sale.exposure));
    }
}

TEST(RiskGate, LetsAnExitBeSignedHoweverLateItIs) {
    Question setup = exit();
    const RiskGate gate{setup.limits};
    setup.exposure.slot_latest = setup.intent.decided_at.plus(1'000);
    setup.exposure.state = TradingState::Draining;
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

// ---- Exits ----

TEST(RiskGate, LetsAnExitOutWhateverElseIsWrong) {
    Question setup = exit();
    setup.exposure.state = TradingState::Draining;
    setup.exposure.pools_blind = 1;
    setup.exposure.sol_price = {};
    setup.exposure.slot_latest = Slot{9'999'999};
    setup.exposure.pnl_today = LamportsDelta{-100'000'000'000};
    setup.exposure.drawdown = Lamports::max();
    setup.exposure.losses_in_row = 1'000;
    setup.exposure.volume_today = Lamports::max();
    setup.limits.deny_mints = {kToken};
    setup.exposure.mints[0] = kToken;
    setup.exposure.strategy_stake = setup.exposure.venue_stake = Lamports::max();
    setup.exposure.creator_positions = 1'000;
    setup.exposure.launch_positions = 1'000;
    setup.exposure.funder_positions = 1'000;
    setup.exposure.correlated_positions = 1'000;
    setup.exposure.volatility = kMillionthsOne;
    setup.exposure.results.losses = 1'000;
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
    exposure.state = TradingState::Halted;
    exposure.pools_blind = 1;
    setup.limits.deny_mints = {kToken};
    exposure.mints[0] = kToken;
    exposure.slot_latest = Slot{2'000};
    exposure.sol_price = {};
    intent.spend_max = Lamports{2 * kLamportsPerSol};
    intent.cost_expected = Lamports{400'000'000};
    exposure.open_cost = Lamports{100 * kLamportsPerSol};
    exposure.strategy_stake = exposure.venue_stake = Lamports{100 * kLamportsPerSol};
    exposure.creator_positions = 9;
    exposure.launch_positions = 9;
    exposure.funder_positions = 9;
    exposure.correlated_positions = 9;
    exposure.volatility = kMillionthsOne;
    exposure.results.losses = 1'000;
    exposure.pnl_today = LamportsDelta{-50'000'000'000};
    exposure.drawdown = Lamports{50 * kLamportsPerSol};
    exposure.losses_in_row = 9;
    exposure.volume_today = Lamports{1'000 * kLamportsPerSol};
    exposure.is_mint_in_flight = true;
    exposure.is_mint_held = true;
    exposure.pool_order = Claim{StrategyId::Arbitrage, IntentId{9}, {}};
    exposure.positions_open = 9;
    intent.pool_liquidity = {};
    intent.price_impact = BasisPoints{9'999};
    intent.slippage_max = BasisPoints{9'999};
    exposure.wallet = {};
    exposure.breaker = BreakerHold{.failure = FailureClass::Expiry, .until_probe = Duration{1}};
    using enum DenialReason;
    const std::pair<DenialReason, std::function<void()>> steps[] = {
        {IntentMalformed, [&] { intent.receive_min = TokenAmount{1}; }},
        {EngineHalted, [&] { exposure.state = TradingState::Active; }},
        {FeedBlind, [&] { exposure.pools_blind = 0; }},
        {DenyListed, [&] { exposure.mints[0] = {}; }},
        {DataStale, [&] { exposure.slot_latest = Slot{1'000}; }},
        {SolPriceUnknown, [&] { exposure.sol_price = kPrice; }},
        {SpendAboveTradeLimit, [&] { intent.spend_max = Lamports{900'000'000}; }},
        {CapitalExceeded, [&] { exposure.open_cost = {}; }},
        {StrategyCapitalExceeded, [&] { exposure.strategy_stake = {}; }},
        {VenueCapitalExceeded, [&] { exposure.venue_stake = {}; }},
        {DailyLossReached, [&] { exposure.pnl_today = {}; }},
        {DrawdownReached, [&] { exposure.drawdown = {}; }},
        {LosingStreak, [&] { exposure.losses_in_row = 0; }},
        {DailyVolumeReached, [&] { exposure.volume_today = {}; }},
        {MintInFlight, [&] { exposure.is_mint_in_flight = false; }},
        {MintAlreadyHeld, [&] { exposure.is_mint_held = false; }},
        {PoolContested, [&] { exposure.pool_order.reset(); }},
        {PositionsAtLimit, [&] { exposure.positions_open = 0; }},
        {CreatorAtLimit, [&] { exposure.creator_positions = 0; }},
        {FunderAtLimit, [&] { exposure.funder_positions = 0; }},
        {LaunchClusterAtLimit, [&] { exposure.launch_positions = 0; }},
        {CorrelatedAtLimit, [&] { exposure.correlated_positions = 0; }},
        {LiquidityTooLow, [&] { intent.pool_liquidity = Lamports{900 * kLamportsPerSol}; }},
        {PriceImpactTooHigh, [&] { intent.price_impact = {}; }},
        {SlippageTooHigh, [&] { intent.slippage_max = {}; }},
        {VolatilityTooHigh, [&] { exposure.volatility.reset(); }},
        {KellyNoEdge, [&] { exposure.results = {}; }},
        {CostFloorNotMet,
         [&] {
             intent.cost_expected = {};
             intent.spend_max = Lamports{400'000'000};
         }},
        {BalanceTooLow, [&] { exposure.wallet = Lamports{400'000'000}; }},
        {ReserveForExits, [&] { exposure.wallet = Lamports{kLamportsPerSol}; }},
        {BreakerOpen, [&] { exposure.breaker.reset(); }},
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

}  // namespace
}  // namespace sniperforge::risk
