// SPDX-License-Identifier: MIT
// Which path costs an order least, time and failures included (ADR 0034). It knows no order, no
// clock and no service: whoever asks brings what is known of each path.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/path_choice.hpp"

namespace sniperforge::execute {

// What is known of one path, measured or assumed.
struct PathTerms {
    OrderPath path = OrderPath::Direct;
    PathStanding standing = PathStanding::NotAllowed;
    LamportsDelta price{};    // Paid less than by the pool that decided, all its fees included.
    Lamports attempt_fees{};  // Base and priority fee: of a revert, too.
    Lamports landed_fees{};   // Of what lands alone: the tip, or what is to be cleaned up.
    Duration latency{};       // Until there are bytes to be sent.
    std::uint64_t landing_millislots = 0;  // From the send to the block, thousandths of a slot.
    std::uint32_t failing_permille = 0;
};

// What waiting costs the trade.
struct DelayPrice {
    Lamports per_slot;
    Duration slot_time{};
};

// A path that fails is tried again, with its fees and its time: so it costs them as many times as
// an attempt is needed on average, 1 / (1 - failing). Rounded up, what it saves down.
[[nodiscard]] PathCost cost_of(const PathTerms& terms, const DelayPrice& delay);

// The open path of least total cost, the first of those where several have it. Nothing: none is.
[[nodiscard]] std::optional<OrderPath> cheapest(std::span<const PathCost> costs);

// What a slot of waiting costs a trade of this size: at least so many basis points, or what the
// price was measured to move within one, in millionths, where that is more. It moves for us as
// often as against us: of a walk the adverse half is 2/5 of one standard deviation. `is_urgent`: it
// is moving against us already, and counts whole.
struct SlotPriceTerms {
    Lamports notional;
    BasisPoints least;
    std::optional<std::uint32_t> move_millionths{};
    bool is_urgent = false;
};
[[nodiscard]] Lamports slot_price(const SlotPriceTerms& terms);

}  // namespace sniperforge::execute
