// SPDX-License-Identifier: MIT
// What a transfer of a Token-2022 mint does to its amount.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/solana/token_extensions.hpp"

namespace sniperforge::dex {

struct TransferTerms {
    bool is_known = false;  // The mint's account has been seen.
    // Transfers run a foreign program, are forbidden, or are subject to what is newer than this
    // code: no amount can be promised.
    bool is_unpredictable = false;
    std::optional<solana::TransferFeeConfig> fee{};
};

// The error names the account, its owner and what does not decode.
[[nodiscard]] Result<TransferTerms> decode_transfer_terms(const AccountUpdate& mint);

// What a transfer of `amount` loses. `terms` may be null: SPL Token.
[[nodiscard]] TokenAmount transfer_fee(const TransferTerms* terms, std::uint64_t epoch,
                                       TokenAmount amount);
// The least amount to send so that at least `received` arrives; nothing above 64 bits.
[[nodiscard]] std::optional<TokenAmount> amount_to_send(const TransferTerms* terms,
                                                        std::uint64_t epoch, TokenAmount received);

}  // namespace sniperforge::dex
