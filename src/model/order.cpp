// SPDX-License-Identifier: MIT
#include "sniperforge/model/order.hpp"

namespace sniperforge {

std::string_view to_string(DenialReason reason) {
    switch (reason) {
        case DenialReason::EngineHalted:
            return "ENGINE_HALTED";
        case DenialReason::FeedBlind:
            return "FEED_BLIND";
        case DenialReason::IntentMalformed:
            return "INTENT_MALFORMED";
        case DenialReason::IntentDuplicate:
            return "INTENT_DUPLICATE";
        case DenialReason::DataStale:
            return "DATA_STALE";
        case DenialReason::SolPriceUnknown:
            return "SOL_PRICE_UNKNOWN";
        case DenialReason::SpendAboveTradeLimit:
            return "SPEND_ABOVE_TRADE_LIMIT";
        case DenialReason::CapitalExceeded:
            return "CAPITAL_EXCEEDED";
        case DenialReason::PositionsAtLimit:
            return "POSITIONS_AT_LIMIT";
        case DenialReason::MintAlreadyHeld:
            return "MINT_ALREADY_HELD";
        case DenialReason::MintInFlight:
            return "MINT_IN_FLIGHT";
        case DenialReason::DailyLossReached:
            return "DAILY_LOSS_REACHED";
        case DenialReason::DailyVolumeReached:
            return "DAILY_VOLUME_REACHED";
        case DenialReason::LiquidityTooLow:
            return "LIQUIDITY_TOO_LOW";
        case DenialReason::PriceImpactTooHigh:
            return "PRICE_IMPACT_TOO_HIGH";
        case DenialReason::SlippageTooHigh:
            return "SLIPPAGE_TOO_HIGH";
        case DenialReason::CostFloorNotMet:
            return "COST_FLOOR_NOT_MET";
        case DenialReason::BalanceTooLow:
            return "BALANCE_TOO_LOW";
        case DenialReason::ReserveForExits:
            return "RESERVE_FOR_EXITS";
        case DenialReason::PositionUnknown:
            return "POSITION_UNKNOWN";
        case DenialReason::ExitInFlight:
            return "EXIT_IN_FLIGHT";
        case DenialReason::AmountAboveHolding:
            return "AMOUNT_ABOVE_HOLDING";
        case DenialReason::VenueQuarantined:
            return "VENUE_QUARANTINED";
        case DenialReason::VenueUnproven:
            return "VENUE_UNPROVEN";
        case DenialReason::DrawdownReached:
            return "DRAWDOWN_REACHED";
        case DenialReason::LosingStreak:
            return "LOSING_STREAK";
        case DenialReason::StrategyCapitalExceeded:
            return "STRATEGY_CAPITAL_EXCEEDED";
        case DenialReason::VenueCapitalExceeded:
            return "VENUE_CAPITAL_EXCEEDED";
        case DenialReason::CreatorAtLimit:
            return "CREATOR_AT_LIMIT";
        case DenialReason::CorrelatedAtLimit:
            return "CORRELATED_AT_LIMIT";
        case DenialReason::LaunchClusterAtLimit:
            return "LAUNCH_CLUSTER_AT_LIMIT";
        case DenialReason::VolatilityTooHigh:
            return "VOLATILITY_TOO_HIGH";
        case DenialReason::KellyNoEdge:
            return "KELLY_NO_EDGE";
        case DenialReason::KellyStakeTooSmall:
            return "KELLY_STAKE_TOO_SMALL";
        case DenialReason::FunderAtLimit:
            return "FUNDER_AT_LIMIT";
        case DenialReason::FunderUnknown:
            return "FUNDER_UNKNOWN";
        case DenialReason::LaunchNameUnknown:
            return "LAUNCH_NAME_UNKNOWN";
        case DenialReason::PoolContested:
            return "POOL_CONTESTED";
        case DenialReason::TokenRefused:
            return "TOKEN_REFUSED";
        case DenialReason::TokenAwaited:
            return "TOKEN_AWAITED";
        case DenialReason::DenyListed:
            return "DENY_LISTED";
        case DenialReason::HoldingDiffers:
            return "HOLDING_DIFFERS";
        case DenialReason::BreakerOpen:
            return "BREAKER_OPEN";
        case DenialReason::SolPriceDiverged:
            return "SOL_PRICE_DIVERGED";
    }
    return "UNKNOWN";
}

}  // namespace sniperforge
