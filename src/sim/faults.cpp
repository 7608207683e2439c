// SPDX-License-Identifier: MIT
#include "sniperforge/sim/faults.hpp"

#include <numeric>

#include "sim/fault_fields.hpp"

namespace sniperforge::sim {
namespace {

constexpr double kMillisecondsMax = 60'000;
constexpr double kRateMax = 1'000'000;
// JSON-RPC's own and all server errors.
constexpr double kErrorCodeMin = -32'768, kErrorCodeMax = -32'000;

constexpr std::array<std::string_view, kFaultKinds> kNames{"connection_refused",
                                                           "latency",
                                                           "stale_answer",
                                                           "too_many_requests",
                                                           "gateway_error",
                                                           "hang",
                                                           "truncated_answer",
                                                           "reset_answer",
                                                           "dripped_answer",
                                                           "rpc_error",
                                                           "lost_transaction",
                                                           "phantom_error",
                                                           "phantom_hang",
                                                           "stale_status",
                                                           "omitted_account",
                                                           "false_slot",
                                                           "unserved_transaction",
                                                           "silenced_notification",
                                                           "withheld_pong",
                                                           "frame_reset",
                                                           "subscribe_refusal",
                                                           "subscribe_silence",
                                                           "ignored_unsubscribe",
                                                           "missed_notification",
                                                           "duplicated_notification",
                                                           "delayed_notification",
                                                           "reordered_notification",
                                                           "jupiter_system_transfer",
                                                           "jupiter_token_transfer",
                                                           "jupiter_approve",
                                                           "jupiter_set_authority",
                                                           "jupiter_close_to_stranger",
                                                           "jupiter_foreign_destination",
                                                           "jupiter_hidden_in_table",
                                                           "jupiter_low_minimum",
                                                           "jupiter_high_amount_in",
                                                           "jupiter_foreign_payer",
                                                           "jupiter_extra_signer",
                                                           "jupiter_unknown_program",
                                                           "jupiter_excessive_priority_fee",
                                                           "jupiter_skewed_quote",
                                                           "jupiter_wrong_mint",
                                                           "jupiter_wrong_amount",
                                                           "jupiter_malformed",
                                                           "jupiter_gateway_error",
                                                           "clock_jump",
                                                           "sandwich",
                                                           "rug_pull",
                                                           "rug_mint",
                                                           "rug_freeze",
                                                           "rug_pause",
                                                           "rug_theft",
                                                           "rug_gift",
                                                           "shape_change",
                                                           "longer_account",
                                                           "new_account_kind",
                                                           "renamed_field",
                                                           "spaced_answer",
                                                           "unknown_instruction"};

}  // namespace

template <>
std::span<const FieldOf<NodeFaults>> fields_of<NodeFaults>() {
    using F = NodeFaults;
    static const auto kFields = std::to_array<FaultField>({
        {"is_down", &F::is_down},
        {"slots_behind", &F::slots_behind, 0, kSlotsBehindMax},
        {"slots_off", &F::slots_off, -kSlotsOffMax, kSlotsOffMax},
        {"heights_off", &F::heights_off, -kSlotsOffMax, kSlotsOffMax},
        {"latency_ms", &F::latency, 0, kMillisecondsMax},
        {"jitter_ms", &F::jitter, 0, kMillisecondsMax},
        {"methods", &F::methods},
        {"too_many_requests_probability", &F::too_many_requests_probability},
        {"requests_per_second_max", &F::requests_per_second_max, 0, kRateMax},
        {"retry_after_s", &F::retry_after_s, 0, 86'400},
        {"gateway_error_probability", &F::gateway_error_probability},
        {"gateway_status", &F::gateway_status, 500, 599},
        {"hang_probability", &F::hang_probability},
        {"truncate_probability", &F::truncate_probability},
        {"reset_probability", &F::reset_probability},
        {"drip_bytes_per_second", &F::drip_bytes_per_second, 0, 1e9},
        {"rpc_error_probability", &F::rpc_error_probability},
        {"rpc_error_code", &F::rpc_error_code, kErrorCodeMin, kErrorCodeMax},
        {"rpc_error_slots_behind", &F::rpc_error_slots_behind, 0, 1e9},
        {"lost_probability", &F::lost_probability},
        {"phantom_error_probability", &F::phantom_error_probability},
        {"phantom_hang_probability", &F::phantom_hang_probability},
        {"stale_status_slots", &F::stale_status_slots, 0, kSlotsBehindMax},
        {"omitted_account_probability", &F::omitted_account_probability},
        {"account_bytes_more", &F::account_bytes_more, 0, kAccountBytesMoreMax},
        {"is_account_kind_new", &F::is_account_kind_new},
        {"renamed_field_probability", &F::renamed_field_probability},
        {"is_spaced", &F::is_spaced},
        {"is_silent", &F::is_silent},
        {"is_without_pongs", &F::is_without_pongs},
        {"frame_reset_probability", &F::frame_reset_probability},
        {"subscribe_refusal_probability", &F::subscribe_refusal_probability},
        {"subscribe_silence_probability", &F::subscribe_silence_probability},
        {"is_unsubscribe_ignored", &F::is_unsubscribe_ignored},
        {"notification_kinds", &F::notification_kinds},
        {"miss_probability", &F::miss_probability},
        {"duplicate_probability", &F::duplicate_probability},
        {"delay_probability", &F::delay_probability},
        {"delay_ms", &F::delay, 0, kMillisecondsMax},
        {"reorder_probability", &F::reorder_probability},
    });
    return kFields;
}

FaultKind fault_kind(JupiterAttack attack) {
    return static_cast<FaultKind>(static_cast<std::size_t>(FaultKind::JupiterSystemTransfer) +
                                  static_cast<std::size_t>(attack));
}

std::string_view fault_name(FaultKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::uint64_t FaultCounters::total() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

void FaultCounters::add(const FaultCounters& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
        counts[i] += other.counts[i];
    }
}

Result<void> check(const NodeFaults& faults) { return check_fields(faults); }

}  // namespace sniperforge::sim
