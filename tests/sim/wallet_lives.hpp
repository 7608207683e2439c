// SPDX-License-Identifier: MIT
// Daemons that hold what they have bought, and what the books say of it.
#pragma once

#include <map>

#include "sim/lives.hpp"

namespace sniperforge::test {

inline void hold_what_is_bought(app::DaemonOptions& options) { hold_everything(options.settings); }

struct Held {
    TokenAmount amount;
    Lamports cost;
    Pubkey pool;
    [[nodiscard]] bool operator==(const Held&) const = default;
};
[[nodiscard]] inline std::map<Pubkey, Held> held_in(const engine::History& history) {
    std::map<Pubkey, Held> held;
    for (const PositionView& view : history.portfolio.positions()) {
        const auto pool = history.pools.find(view.mint);
        held[view.mint] = {view.amount, view.cost,
                           pool == history.pools.end() ? Pubkey{} : pool->second};
    }
    return held;
}

}  // namespace sniperforge::test
