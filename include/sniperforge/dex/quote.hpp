// SPDX-License-Identifier: MIT
// What a quote is asked with and what it answers, the same for every venue.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::dex {

enum class QuoteError : std::uint8_t {
    PoolIncomplete,  // An account that the quote needs has not been seen yet.
    SwapDisabled,    // Status or open time forbids it now.
    AmountZero,      // Nothing in, or nothing would come out.
    ExceedsReserve,  // More asked than the pool holds, or than the accounts seen can show.
    Overflow,
    Unsupported,  // A mode flag not known here, or a mint whose transfers do more than take a fee.
};
[[nodiscard]] std::string_view to_string(QuoteError error);

// What a quote depends on besides the pool: the chain's clock.
struct QuoteContext {
    std::int64_t unix_time = 0;
    std::uint64_t epoch = 0;
    std::uint64_t slot = 0;  // Pools may open, and fees may fall, by slot.

    [[nodiscard]] bool operator==(const QuoteContext&) const = default;
};

// Amounts of one swap, as the pool sees them. Fees are in base units of the mint they are taken
// from, and are contained in the amounts: in what is paid, or missing from what is received.
struct SwapQuote {
    TokenAmount amount_in;
    TokenAmount amount_out;
    TokenAmount trade_fee;    // The shares of providers, protocol and fund together.
    TokenAmount creator_fee;  // The creator's share, where the venue has one apart.
    bool is_trade_fee_on_output = false;
    bool is_creator_fee_on_output = false;
    // What transfers of the mints cost, also contained in the amounts.
    TokenAmount transfer_fee_in{};
    TokenAmount transfer_fee_out{};
};

using QuoteResult = std::expected<SwapQuote, QuoteError>;

// What the next infinitely small amount trades at, fees excluded: base units of token B for one of
// token A, exactly. numerator / denominator, or its square where the venue keeps a square root.
struct MarginalPrice {
    u128 numerator = 0;
    u128 denominator = 0;  // Zero: the pool is empty, or not seen, and has no price.
    bool is_squared = false;
};

// A swap to be built: who swaps, and through which token accounts of his.
struct SwapAccounts {
    Pubkey user;
    Pubkey user_source;       // Token account that pays.
    Pubkey user_destination;  // Token account that receives.
};

}  // namespace sniperforge::dex
