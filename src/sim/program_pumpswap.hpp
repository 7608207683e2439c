// SPDX-License-Identifier: MIT
// Parts of the PumpSwap program that its files share.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/anchor.hpp"
#include "sim/program_pump_trade.hpp"
#include "sim/program_pumpswap_layout.hpp"

namespace sniperforge::sim::pumpswap {

// The program's own codes. Source: protocol amm-pump section 6. Of 6059 to 6062 it says only what
// they are about together.
inline constexpr anchor::Fault kZeroBaseAmount{6001, "ZeroBaseAmount", "Zero base amount"};
inline constexpr anchor::Fault kZeroQuoteAmount{6002, "ZeroQuoteAmount", "Zero quote amount"};
inline constexpr anchor::Fault kExceededSlippage{6004, "ExceededSlippage",
                                                 "Exceeds desired slippage limit"};
inline constexpr anchor::Fault kMoreThanReserves{
    6016, "BuyMoreBaseAmountThanPoolReserves",
    "Base amount to buy is more than what the pool holds"};
inline constexpr anchor::Fault kCreatePoolOff{6017, "DisabledCreatePool",
                                              "Creating pools is disabled"};
inline constexpr anchor::Fault kBuyOff{6020, "DisabledBuy", "Buying is disabled"};
inline constexpr anchor::Fault kSellOff{6021, "DisabledSell", "Selling is disabled"};
inline constexpr anchor::Fault kTooFewBaseOut{6040, "BuySlippageBelowMinBaseAmountOut",
                                              "Would buy less than expected"};
inline constexpr anchor::Fault kBuybackRecipientWrong{
    6053, "BuybackFeeRecipientNotAuthorized", "The buyback fee recipient is not authorized"};
inline constexpr anchor::Fault kBuybackRecipientMissing{6058, "BuybackFeeRecipientMissing",
                                                        "The buyback fee recipient is missing"};
inline constexpr anchor::Fault kCashbackAccountsWrong{6059, "InvalidCashbackAccounts",
                                                      "The cashback accounts are wrong"};
inline constexpr anchor::Fault kPoolV2Wrong{6062, "InvalidPoolV2",
                                            "The pool-v2 account is not the mint's"};
inline constexpr anchor::Fault kRealQuoteTooLow{6063, "InsufficientRealQuoteReserves",
                                                "The pool's quote vault does not hold enough"};

using pump::TradeKind;  // The tokens are the base.
[[nodiscard]] ProgramResult trade(Invocation& call, TradeKind kind);
[[nodiscard]] ProgramResult create_pool(Invocation& call);

[[nodiscard]] ProgramResult check_config(Invocation& call, std::size_t index);

// ---- Events, discriminator first ----
struct TradeEvent {
    TradeKind kind = TradeKind::BuyTokens;
    pump::Trade trade;
    pump::FeeRates rates;
    std::uint64_t amount_limit = 0;  // The caller's most quote in, or least quote out.
    std::uint64_t base_min = 0;      // Of buys.
    std::uint64_t user_base = 0, user_quote = 0, pool_base = 0, pool_quote = 0;  // Before.
    Pubkey pool, user, user_base_account, user_quote_account, protocol_recipient, protocol_account,
        coin_creator;
    std::int64_t timestamp = 0;
    bool is_volume_tracked = false, is_cashback = false, can_boost = false;
    std::uint64_t buyback_bps = 0, buyback_fee = 0, base_supply = 0;
    i128 virtual_quote = 0;
};
[[nodiscard]] Bytes encode(const TradeEvent& event);

struct CreatePoolEvent {
    std::int64_t timestamp = 0;
    PoolName name;
    std::uint8_t base_decimals = 0, quote_decimals = 0;
    std::uint64_t base_amount = 0, quote_amount = 0, liquidity = 0;
    Pubkey pool, lp_mint, user_base_account, user_quote_account, coin_creator;
    bool is_mayhem = false;
};
[[nodiscard]] Bytes encode(const CreatePoolEvent& event);

}  // namespace sniperforge::sim::pumpswap
