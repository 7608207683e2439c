// SPDX-License-Identifier: MIT
// Token-2022 transfer fees, by the program's own arithmetic.
#include <algorithm>

#include "sniperforge/solana/token_extensions.hpp"

namespace sniperforge::solana {

TokenAmount transfer_fee(const TransferFeeConfig& config, std::uint64_t epoch, TokenAmount amount) {
    const TransferFee& fee = config.at_epoch(epoch);
    // The rate is at most one, so the part is at most the whole.
    return std::min(part_ceil(amount, fee.rate), fee.fee_max);
}

std::optional<TokenAmount> amount_before_transfer_fee(const TransferFeeConfig& config,
                                                      std::uint64_t epoch, TokenAmount received) {
    const TransferFee& fee = config.at_epoch(epoch);
    if (fee.rate.is_zero() || received.is_zero()) {
        return received;
    }
    if (fee.rate.raw() >= kBasisPointsOne) {
        return received.checked_add(fee.fee_max);
    }
    const std::uint64_t kept = kBasisPointsOne - fee.rate.raw();
    const u128 sent = (static_cast<u128>(received.raw()) * kBasisPointsOne + kept - 1) / kept;
    if (sent - received.raw() >= fee.fee_max.raw()) {
        return received.checked_add(fee.fee_max);
    }
    if (sent > kU64Max) {
        return std::nullopt;
    }
    return TokenAmount{static_cast<std::uint64_t>(sent)};
}

TokenAmount transfer_fee(const MintExtensions& mint, std::uint64_t epoch, TokenAmount amount) {
    return mint.transfer_fee_config ? transfer_fee(*mint.transfer_fee_config, epoch, amount)
                                    : TokenAmount{};
}

}  // namespace sniperforge::solana
