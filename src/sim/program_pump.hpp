// SPDX-License-Identifier: MIT
// Parts of the pump.fun program that its files share.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/anchor.hpp"
#include "sim/program_pump_layout.hpp"
#include "sim/program_pump_math.hpp"
#include "sim/program_pump_trade.hpp"

namespace sniperforge::sim::pump {

// The program's own codes. Source: protocol amm-pump section 5.
inline constexpr anchor::Fault kNotAuthorized{
    6000, "NotAuthorized", "The given account is not authorized to execute this instruction."};
inline constexpr anchor::Fault kTooMuchSolRequired{
    6002, "TooMuchSolRequired",
    "slippage: Too much SOL required to buy the given amount of tokens."};
inline constexpr anchor::Fault kTooLittleSolReceived{
    6003, "TooLittleSolReceived",
    "slippage: Too little SOL received to sell the given amount of tokens."};
inline constexpr anchor::Fault kCurveComplete{
    6005, "BondingCurveComplete",
    "The bonding curve has completed and liquidity migrated to raydium."};
inline constexpr anchor::Fault kCurveNotComplete{6006, "BondingCurveNotComplete",
                                                 "The bonding curve has not completed."};
inline constexpr anchor::Fault kBuyZeroAmount{6020, "BuyZeroAmount", "Buy zero amount"};
inline constexpr anchor::Fault kNotEnoughTokensToBuy{6021, "NotEnoughTokensToBuy",
                                                     "Not enough tokens to buy"};
inline constexpr anchor::Fault kSellZeroAmount{6022, "SellZeroAmount", "Sell zero amount"};
inline constexpr anchor::Fault kNotEnoughTokensToSell{6023, "NotEnoughTokensToSell",
                                                      "Not enough tokens to sell"};
inline constexpr anchor::Fault kTooFewTokensOut{
    6042, "BuySlippageBelowMinTokensOut",
    "slippage: Would buy less tokens than expected min_tokens_out"};
inline constexpr anchor::Fault kBuybackRecipientWrong{
    6057, "BuybackFeeRecipientNotAuthorized", "The buyback fee recipient is not authorized"};
inline constexpr anchor::Fault kBuybackRecipientMissing{6062, "BuybackFeeRecipientMissing",
                                                        "The buyback fee recipient is missing"};
inline constexpr anchor::Fault kUnsupportedQuoteMint{6063, "UnsupportedQuoteMint",
                                                     "The quote mint is not supported"};
inline constexpr anchor::Fault kCashbackAccountsMissing{
    6072, "MissingCashbackAccounts", "The accounts of a cashback coin are missing"};
inline constexpr anchor::Fault kCurveV2Wrong{6074, "InvalidBondingCurveV2",
                                             "The bonding-curve-v2 account is not the mint's"};

// Legacy forms and the unified v2 forms, which differ in their accounts only.
[[nodiscard]] ProgramResult trade(Invocation& call, TradeKind kind, bool is_v2);
[[nodiscard]] ProgramResult create_v2(Invocation& call);
[[nodiscard]] ProgramResult extend_account(Invocation& call);
[[nodiscard]] ProgramResult migrate(Invocation& call);

// Those of a curve's account.
[[nodiscard]] CurveReserves reserves_of(BytesView curve);

// The account is the program's Global.
[[nodiscard]] ProgramResult check_global(Invocation& call, std::size_t index);

// The rates of a FeeConfig: by market cap, or flat for pools that migration did not make.
[[nodiscard]] FeeRates fee_rates(BytesView config, bool is_pump_pool, u128 market_cap);

// One call of the fee program's get_fees.
struct FeeQuery {
    Pubkey fee_config, program;  // `program` asks: pump.fun or PumpSwap.
    bool is_pump_pool = true;
    u128 market_cap = 0;
    std::uint64_t trade_size = 0;
};
[[nodiscard]] Executed<FeeRates> ask_fees(Invocation& call, const FeeQuery& query);

}  // namespace sniperforge::sim::pump
