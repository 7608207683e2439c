// SPDX-License-Identifier: MIT
// Raydium AMM v4: its account's offsets and arithmetic. Source: protocol amm-raydium section 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::sim::amm_v4 {

inline constexpr std::size_t kPoolBytes = 752;

inline constexpr std::size_t kStatus = 0, kNonce = 8, kOrderNumber = 16, kDepth = 24,
                             kCoinDecimals = 32, kPcDecimals = 40, kState = 48,
                             kSystemDecimalValue = 120, kTradeFeeNumerator = 144,
                             kTradeFeeDenominator = 152, kPnlNumerator = 160, kPnlDenominator = 168,
                             kSwapFeeNumerator = 176, kSwapFeeDenominator = 184,
                             kNeedTakePnlCoin = 192, kNeedTakePnlPc = 200, kOpenTime = 224;
// Totals of the swaps so far; the u128 ones are not aligned.
inline constexpr std::size_t kSwapCoinIn = 256, kSwapPcOut = 272, kAccPcFee = 288, kSwapPcIn = 296,
                             kSwapCoinOut = 312, kAccCoinFee = 328;
inline constexpr std::size_t kCoinVault = 336, kPcVault = 368, kCoinMint = 400, kPcMint = 432,
                             kLpMint = 464, kOpenOrders = 496, kMarket = 528, kMarketProgram = 560,
                             kTargetOrders = 592, kAmmOwner = 688, kLpAmount = 720,
                             kRecentEpoch = 736;

enum Status : std::uint64_t { kInitialized = 1, kSwapOnly = 6, kWaitingTrade = 7 };

// PDA of ["amm authority"], the owner of every vault.
[[nodiscard]] const Pubkey& authority();
[[nodiscard]] std::uint8_t authority_nonce();

struct Fee {
    std::uint64_t numerator = 25, denominator = 10'000;
};
struct Reserves {
    std::uint64_t in = 0, out = 0;
};
// Amount out of an exact amount in; zero when nothing would come out.
[[nodiscard]] std::uint64_t amount_out(const Reserves& reserves, std::uint64_t amount_in,
                                       const Fee& fee);
// The part of an exact amount in that is the fee, rounded up.
[[nodiscard]] std::uint64_t fee_of(std::uint64_t amount_in, const Fee& fee);
// Amount in for an exact amount out below the reserve; nothing on overflow.
[[nodiscard]] std::optional<std::uint64_t> amount_in(const Reserves& reserves,
                                                     std::uint64_t amount_out, const Fee& fee);

}  // namespace sniperforge::sim::amm_v4
