// SPDX-License-Identifier: MIT
// RiskGate: the one door between a wish and money. An ordered list of rules; the first that says no
// gives a Denial with its numbers. Only it can make an ApprovedOrder. Exits pass the rules that
// protect capital from entries: whoever wants out is let out. Sweeps have rules of their own.
#pragma once

#include <cstdint>
#include <optional>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::risk {

class RiskGate {
 public:
    explicit RiskGate(const config::RiskSettings& limits);
    // Other limits from now on. Ids that were used stay used.
    void configure(const config::RiskSettings& limits);

    [[nodiscard]] Result<ApprovedOrder, Denial> check(const OrderIntent& intent,
                                                      const Exposure& exposure, MonoTime now);
    // For an order that passed and was not signed at once: whether its time has run out, entries
    // have been stopped, or what a SOL is worth, what was lost or who is denied forbids it, since.
    // Exits always pass.
    [[nodiscard]] std::optional<Denial> recheck(const OrderIntent& intent,
                                                const Exposure& exposure) const;

 private:
    config::RiskSettings limits_;
    IntentId last_intent_;  // Ids only grow: an old one again is a duplicate.
};

// Lamports that `amount` of USD buys, rounded down: a limit on what we may spend.
// Zero when the price is unknown.
[[nodiscard]] Lamports usd_to_lamports(MicroUsd amount, MicroUsd sol_price);
// USD value of lamports, rounded up: what we spend counted against us.
[[nodiscard]] MicroUsd lamports_to_usd(Lamports amount, MicroUsd sol_price);

// So much was lost since the peak that only exits go on. False while nobody knows what a SOL is
// worth: then nothing is entered either.
[[nodiscard]] bool is_drawdown_reached(const config::RiskSettings& limits, Lamports drawdown,
                                       MicroUsd sol_price);

}  // namespace sniperforge::risk
