// SPDX-License-Identifier: MIT
#include "schedule.hpp"

namespace sniperforge::soak {
namespace {

using sim::NotificationKind;
using std::chrono::milliseconds;

std::vector<std::string> account_reads() {
    return {"getMultipleAccounts", "getAccountInfo", "getProgramAccounts"};
}

sim::NodeFaults rpc_error(int code, std::vector<std::string> methods = {},
                          std::optional<std::uint64_t> behind = {}) {
    sim::NodeFaults faults;
    faults.methods = std::move(methods);
    faults.rpc_error_probability = 1;
    faults.rpc_error_code = code;
    faults.rpc_error_slots_behind = behind;
    return faults;
}

// Notifications are merely odd, or answers come late: everything is still heard.
Phase heard(std::string_view name, sim::NodeFaults faults) {
    return {.name = name, .faults = std::move(faults), .may_blind = false};
}

// Answers fail at once.
Phase answers(std::string_view name, sim::NodeFaults faults) {
    return {.name = name, .faults = std::move(faults), .may_blind = false, .is_failing_over = true};
}

Phase unnoticed(std::string_view name, double miss_probability) {
    return {.name = name,
            .faults = {.notification_kinds = {NotificationKind::Account},
                       .miss_probability = miss_probability},
            .is_unnoticed = true};
}

}  // namespace

const std::vector<Phase>& phases() {
    static const std::vector<Phase> all{
        answers("429", {.too_many_requests_probability = 1}),
        answers("429 with Retry-After", {.too_many_requests_probability = 1, .retry_after_s = 2}),
        answers("5 calls a second", {.requests_per_second_max = 5}),
        answers("502", {.gateway_error_probability = 1, .gateway_status = 502}),
        answers("503, half of the time", {.gateway_error_probability = 0.5}),
        answers("504", {.gateway_error_probability = 1, .gateway_status = 504}),
        answers("truncated bodies", {.truncate_probability = 1}),
        answers("resets within the head", {.reset_probability = 1}),
        answers("account reads fail", rpc_error(-32'603, account_reads())),
        answers("account reads disabled", rpc_error(-32'601, account_reads())),
        answers("-32002", rpc_error(-32'002, {"sendTransaction"})),
        answers("-32004", rpc_error(-32'004)),
        answers("-32005 behind", rpc_error(-32'005, {}, 200)),
        answers("-32005 unhealthy", rpc_error(-32'005)),
        answers("-32015", rpc_error(-32'015, {"getTransaction"})),
        answers("-32016", rpc_error(-32'016, account_reads(), 20)),
        heard("hang", {.hang_probability = 1}),
        {"silent", {.is_silent = true}},
        {"silent, without pongs", {.is_silent = true, .is_without_pongs = true}},
        {"stale by 12 slots", {.slots_behind = 12}},
        {"stale by 150 slots", {.slots_behind = 150}},
        {"frames cut", {.frame_reset_probability = 0.003}},
        heard("every notification doubled", {.duplicate_probability = 1}),
        {"notifications 300 ms late", {.delay_probability = 0.2, .delay = milliseconds{300}}},
        {"notifications reordered", {.reorder_probability = 0.2}},
        {"subscriptions refused",
         {.frame_reset_probability = 0.01, .subscribe_refusal_probability = 1}},
        // A request that is not answered is given up after 10 s.
        {.name = "subscriptions unanswered",
         .faults = {.frame_reset_probability = 0.01, .subscribe_silence_probability = 1},
         .blind_max = std::chrono::seconds{12},
         .well_min = std::chrono::seconds{13}},
        heard("unsubscribing ignored", {.is_unsubscribe_ignored = true}),
        {"down", {.is_down = true}},
        {"fork of 2 slots", {}, sim::ForkOptions{2, true, true}},
        {"fork of 4 slots, vanishing", {}, sim::ForkOptions{4, false, true}},
        heard("latency 100 ms, jitter 50 ms",
              {.latency = milliseconds{100}, .jitter = milliseconds{50}}),
        heard("bodies drip", {.drip_bytes_per_second = 200}),
        unnoticed("a tenth of account notifications missing", 0.1),
        unnoticed("all account notifications missing", 1),
    };
    return all;
}

}  // namespace sniperforge::soak
