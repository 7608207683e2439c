// SPDX-License-Identifier: MIT
// What nodes of a drill do not tell: token accounts that they leave out for a while, and a
// transaction of ours that none of them ever serves.
#pragma once

#include <optional>

#include "app/drill_plan.hpp"
#include "app/drill_records.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/sim/chain.hpp"

namespace sniperforge::app {

// Adds to the plan, or not: what the seed says. The plan's own faults are drawn.
void draw_omissions(DrillPlan& plan, Rng rng);

// The newest of the wallet's transactions that the files know nothing of.
[[nodiscard]] std::optional<Signature> newest_unknown(const engine::History& history,
                                                      const sim::Chain& chain,
                                                      const Pubkey& wallet);

// The journal names it as one that was never read.
[[nodiscard]] bool is_passed_over(const JournalTale& tale, const Signature& transaction);

}  // namespace sniperforge::app
