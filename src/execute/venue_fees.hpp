// SPDX-License-Identifier: MIT
// What pools and mints took of a swap of ours, from the quotes of its own pools. It is a memo: the
// chain's balances have it inside the principal and do not tell it apart.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "execute/paper_fill.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::execute {

// `fee` of every `per` base units, which were worth all that the order spent in lamports, or all
// that it received.
struct VenueFeePart {
    TokenAmount fee;
    TokenAmount per;
    bool is_transfer = false;
    bool is_of_received = false;
};

struct VenueFeeParts {
    // Of each leg: the trade's, the creator's, and those of the two transfers.
    static constexpr std::size_t kPartsMax = 4 * kLegsMax;
    std::array<VenueFeePart, kPartsMax> parts{};
    std::size_t count = 0;
};

// Of an entry, an exit or a cycle as its pools stand now. Nothing where one of them is not known or
// cannot be quoted.
[[nodiscard]] std::optional<VenueFeeParts> venue_fee_parts(const OrderIntent& intent,
                                                           const dex::PoolBook& book,
                                                           const dex::QuoteContext& context);

// The same of swaps as they were quoted, a cycle's in the order of its legs.
[[nodiscard]] VenueFeeParts venue_fee_parts(const OrderIntent& intent,
                                            std::span<const PaperSwap> swaps);

// Of the fill, each part rounded up. What is taken in tokens counts at the average price of the
// whole fill: all lamports for all tokens.
[[nodiscard]] VenueFees venue_fees_of(const VenueFeeParts& parts, const OrderIntent& intent,
                                      const Fill& fill);

// Of an order that ended so: none where nothing was swapped, nothing where its pools are not known.
[[nodiscard]] std::optional<VenueFees> fees_in(const ExecutionReport& report,
                                               const std::optional<VenueFeeParts>& parts,
                                               const Fill& fill, const OrderIntent& intent);

}  // namespace sniperforge::execute
