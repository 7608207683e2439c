// SPDX-License-Identifier: MIT
// Of entries in parts, gathered from a journal: which part was ordered last, by token. Whether it
// was bought, and is still held, the books say.
#pragma once

#include <cstddef>

#include "sniperforge/engine/history.hpp"
#include "sniperforge/engine/records.hpp"

namespace sniperforge::engine {

// So many are remembered; beyond it those that the books have, or may come to.
inline constexpr std::size_t kPartsMax = 256;

void note_part(History& history, const OrderIntent& intent);
// Who is to ask again stands where he stood before; for the others it is over.
void part_denied(History& history, const IntentDenied& denied);

// What is held of an entry into that token, and of it what this order bought; null: nothing.
struct PartHeld {
    const PositionView* position = nullptr;
    const portfolio::Lot* lot = nullptr;
};
[[nodiscard]] PartHeld part_held(const portfolio::Portfolio& portfolio, const Pubkey& mint,
                                 IntentId order);
// What becomes of the order is not known, or not for good.
[[nodiscard]] bool is_part_open(const portfolio::Portfolio& portfolio, IntentId order);

}  // namespace sniperforge::engine
