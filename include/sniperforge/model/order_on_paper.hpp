// SPDX-License-Identifier: MIT
// An order that was traded for real, beside what paper would have made of the same order.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge {

// Why an order cannot be held against paper.
enum class PaperLack : std::uint8_t {
    None,
    Unquoted,  // Its pools gave no price when it was decided, so that its tokens have none.
    Unheard,   // Nobody knows what it would have met: the slot, or a pool, was not heard of.
    Reversed,  // Its fill was taken back; what others did meanwhile is not told apart.
    NoOrder,   // Paper has no such order: an advance of a nonce.
};
inline constexpr PaperLack kPaperLackLast = PaperLack::NoOrder;
// Stable: stores have it.
[[nodiscard]] constexpr std::string_view to_string(PaperLack lack) {
    switch (lack) {
        case PaperLack::None:
            return "none";
        case PaperLack::Unquoted:
            return "unquoted";
        case PaperLack::Unheard:
            return "unheard";
        case PaperLack::Reversed:
            return "reversed";
        case PaperLack::NoOrder:
            return "no_order";
    }
    return "unknown";
}

// What swaps and transfers brought, all costs but the venue's put back: lamports, and tokens at the
// average price that the pools quoted when the order was decided. So an entry or an exit that fills
// at that quote is worth 0, and a cycle its gross profit.
struct SwapWorth {
    LamportsDelta lamports;
    // Of pools and mints, inside the lamports; nothing where it is not told.
    std::optional<Lamports> venue_fees{};
    [[nodiscard]] bool operator==(const SwapWorth&) const = default;
};

struct OrderSide {
    Outcome outcome = Outcome::Unknown;
    std::optional<std::uint32_t> slots{};  // From the decision to its block; nothing: in none.
    SwapWorth swap;
    Lamports base_fee, priority_fee, tip;
    LamportsDelta rent;  // Paid, less what came back.
    [[nodiscard]] bool operator==(const OrderSide&) const = default;
};

struct OrderOnPaper {
    IntentId intent_id;
    PaperLack lack = PaperLack::None;  // Another: the rest says nothing.
    OrderSide paper, live;
    SwapWorth decided;  // At the quote of the decision.
    // Of a landed one: by the pools as the slot began in which it landed. Nothing: not heard of.
    std::optional<SwapWorth> before{};
    // Live landed no later than paper's draw. Pools have our own swap in them from then on, so that
    // paper is priced on those before.
    bool is_cut_short = false;
    // Live went through the pools of the decision, by our own instructions.
    bool is_own_route = false;
    [[nodiscard]] bool operator==(const OrderOnPaper&) const = default;
};

}  // namespace sniperforge
