// SPDX-License-Identifier: MIT
#include "app/drill_omission.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "app/drill_draws.hpp"

namespace sniperforge::app {
namespace {

// The first check of a life is some 14 s after its start, once its first fills are final; faults of
// other kinds are over by then.
constexpr std::uint64_t kOmittedFromMs = 12'500, kOmittedToMs = 17'000;
constexpr std::uint64_t kOmittedForMs = 10'000, kOmittedForMaxMs = 20'000;
// What was set aside wrongly is looked for each 10 s, and two readings must show it.
constexpr Duration kFoundMax = std::chrono::seconds{25};
// And then sold.
constexpr Duration kSoldMax = std::chrono::seconds{15};
// Something is held while accounts are left out, and due not long after.
constexpr Duration kHeldFor = std::chrono::seconds{20};
// Settings that order rarely land something in few lives of some seconds.
constexpr Duration kLandingMax = std::chrono::seconds{60};
// Newest first: those of the wallet that a cut may have taken from the files.
constexpr std::size_t kReceiptsLookedAt = 64;

void leave_accounts_out(DrillPlan& plan, Rng& rng) {
    sim::FaultEvent event;
    event.at = draw_between(rng, kOmittedFromMs, kOmittedToMs);
    event.faults.emplace();
    event.faults->omitted_account_probability = rng.chance(0.5) ? 1 : 0.5;
    if (plan.world.cluster.nodes > 1 && rng.chance(0.6)) {
        event.node = rng.below(plan.world.cluster.nodes);
    }
    plan.omission = event.node ? DrillPlan::Omission::OneNode : DrillPlan::Omission::AllNodes;
    plan.world.cluster.faults.push_back(event);
    event.at += draw_between(rng, kOmittedForMs, kOmittedForMaxMs);
    event.node.reset();
    event.faults = sim::NodeFaults{};
    plan.world.cluster.faults.push_back(event);
    const Duration found = event.at + kFoundMax;
    config::sell_by_time_alone(plan.world.settings.exits, kHeldFor);
    plan.sold_from = found;
    plan.last = std::max(plan.last, found + kHeldFor + kSoldMax);
}

}  // namespace

void draw_omissions(DrillPlan& plan, Rng rng) {
    const std::string_view scenario = plan.scenario;
    if (scenario == "power") {
        plan.is_newest_unserved = rng.chance(0.4);
        DrillLife& cut = plan.lives.back();
        if (plan.is_newest_unserved && cut.turn == DrillDisk::Turn::None) {
            cut.awaited = kLandingMax;
        }
    } else if ((scenario == "nodes" || scenario == "crashes") && rng.chance(0.4)) {
        leave_accounts_out(plan, rng);
    }
}

std::optional<Signature> newest_unknown(const engine::History& history, const sim::Chain& chain,
                                        const Pubkey& wallet) {
    for (const sim::Receipt* receipt : chain.receipts_of(wallet, kReceiptsLookedAt)) {
        // What is not newer than what the books know is never looked at.
        if (receipt->slot <= history.slot_known) {
            return std::nullopt;
        }
        const bool is_known = history.signatures.contains(receipt->signature) ||
                              std::ranges::any_of(history.orders_open, [&](const auto& order) {
                                  return order.signed_as.signature == receipt->signature;
                              });
        if (!is_known) {
            return receipt->signature;
        }
    }
    return std::nullopt;
}

bool is_passed_over(const JournalTale& tale, const Signature& transaction) {
    return std::ranges::any_of(tale.passed_over, [&](const std::string& note) {
        return note.find(transaction.to_string()) != std::string::npos;
    });
}

}  // namespace sniperforge::app
