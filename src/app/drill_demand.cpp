// SPDX-License-Identifier: MIT
#include "app/drill_demand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sniperforge::app {
namespace {

// Answers with white space between their tokens are left out: they mean the same.
constexpr FaultDemand kDemands[] = {
    {"connection_refused", "nodes"},
    {"latency", "nodes"},
    {"stale_answer", "nodes"},
    {"too_many_requests", "nodes"},
    {"gateway_error", "nodes"},
    {"hang", "nodes"},
    {"truncated_answer", "nodes"},
    {"reset_answer", "nodes"},
    {"dripped_answer", "nodes"},
    {"rpc_error", "nodes"},
    {"omitted_account", "nodes", true},
    {"false_slot", "nodes"},
    {"silenced_notification", "nodes"},
    {"withheld_pong", "nodes"},
    {"frame_reset", "nodes"},
    {"subscribe_refusal", "nodes"},
    {"subscribe_silence", "nodes"},
    {"ignored_unsubscribe", "nodes"},
    {"missed_notification", "nodes"},
    {"duplicated_notification", "nodes"},
    {"delayed_notification", "nodes"},
    {"reordered_notification", "nodes"},
    {"fork", "forks"},
    {"kill", "crashes"},
    {"kill_while_sending", "crashes"},
    {"kill_while_turning", "crashes"},
    {"command", "crashes"},
    {"power_loss", "power"},
    {"unserved_transaction", "power"},
    {"stop", "disk"},
    {"disk_write_refused", "disk"},
    {"disk_broken", "disk"},
    {"disk_unwritable", "disk"},
    {"disk_stalled", "disk"},
    {"disk_slow", "disk"},
    {"lost_transaction", "transactions"},
    {"phantom_error", "transactions"},
    {"phantom_hang", "transactions"},
    {"stale_status", "transactions"},
    {"sandwich", "transactions"},
    {"clock_jump", "clock"},
    {"wall_clock_jump", "clock"},
    {"shape_change", "protocols"},
    {"longer_account", "protocols"},
    {"new_account_kind", "protocols"},
    {"renamed_field", "protocols"},
    {"unknown_instruction", "protocols"},
    {"rug_pull", "rugs", true},
    {"rug_mint", "rugs", true},
    {"rug_freeze", "rugs", true},
    {"rug_pause", "rugs", true},
    {"rug_theft", "thefts", true},
    {"rug_gift", "thefts", true},
    {"jupiter_system_transfer", "hostile_jupiter", true},
    {"jupiter_token_transfer", "hostile_jupiter", true},
    {"jupiter_approve", "hostile_jupiter", true},
    {"jupiter_set_authority", "hostile_jupiter", true},
    {"jupiter_close_to_stranger", "hostile_jupiter", true},
    {"jupiter_foreign_destination", "hostile_jupiter", true},
    {"jupiter_hidden_in_table", "hostile_jupiter", true},
    {"jupiter_low_minimum", "hostile_jupiter", true},
    {"jupiter_high_amount_in", "hostile_jupiter", true},
    {"jupiter_foreign_payer", "hostile_jupiter", true},
    {"jupiter_extra_signer", "hostile_jupiter", true},
    {"jupiter_unknown_program", "hostile_jupiter", true},
    {"jupiter_excessive_priority_fee", "hostile_jupiter", true},
    {"jupiter_skewed_quote", "hostile_jupiter", true},
    {"jupiter_wrong_mint", "hostile_jupiter", true},
    {"jupiter_wrong_amount", "hostile_jupiter", true},
    {"jupiter_malformed", "hostile_jupiter", true},
    {"jupiter_gateway_error", "hostile_jupiter", true},
};

}  // namespace

std::span<const FaultDemand> fault_demands() { return kDemands; }

std::vector<FaultDemand> faults_missing(const std::map<std::string, std::uint64_t>& faults,
                                        bool has_bought) {
    std::vector<FaultDemand> missing;
    std::ranges::copy_if(kDemands, std::back_inserter(missing), [&](const FaultDemand& demand) {
        const auto times = faults.find(std::string{demand.kind});
        const bool has_happened = times != faults.end() && times->second > 0;
        return !has_happened && (has_bought || !demand.is_of_purchases);
    });
    return missing;
}

std::string kinds_of(std::span<const FaultDemand> demands) {
    std::string text;
    for (const FaultDemand& demand : demands) {
        text += fmt::format("{}{}", text.empty() ? "" : ", ", demand.kind);
    }
    return text;
}

}  // namespace sniperforge::app
