// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/health.hpp"

#include <fmt/format.h>

#include "sniperforge/core/json_text.hpp"

namespace sniperforge::rpc {
namespace {

[[nodiscard]] std::int64_t us(Duration duration) { return duration / std::chrono::microseconds{1}; }
[[nodiscard]] std::int64_t ms(Duration duration) { return duration / std::chrono::milliseconds{1}; }

[[nodiscard]] std::string latency_json(Duration ewma, Duration p50, Duration p95) {
    return fmt::format(R"({{"ewma":{},"p50":{},"p95":{}}})", us(ewma), us(p50), us(p95));
}

[[nodiscard]] std::string method_json(const MethodHealth& method) {
    return fmt::format(R"({{"name":{},"open":{},"requests":{},"failures":{},"latency_us":{}}})",
                       json_quoted(method.name), method.is_open, method.requests, method.failures,
                       latency_json(method.latency_ewma, method.latency_p50, method.latency_p95));
}

[[nodiscard]] std::string endpoint_json(const EndpointHealth& each) {
    std::string methods;
    for (const MethodHealth& method : each.methods) {
        methods += methods.empty() ? "" : ",";
        methods += method_json(method);
    }
    return fmt::format(
        R"({{"name":{},"role":"{}","weight":{},"healthy":{},"open":{},"lagging":{},"slot":{},)"
        R"("slot_lag":{},"requests":{},"failures":{},"rate_limited":{},"hedges":{},)"
        R"("latency_us":{},"pause_ms":{{"reads":{},"scans":{},"sends":{}}},)"
        R"("requests_left":{:.1f},"credits_left":{},"methods":[{}]}})",
        json_quoted(each.name), to_string(each.role), each.weight, each.is_healthy, each.is_open,
        each.is_lagging, each.slot ? fmt::format("{}", each.slot->value) : "null", each.slot_lag,
        each.requests, each.failures, each.rate_limited, each.hedges,
        latency_json(each.latency_ewma, each.latency_p50, each.latency_p95), ms(each.pause_reads),
        ms(each.pause_scans), ms(each.pause_sends), each.requests_left,
        each.credits_left ? fmt::format("{:.1f}", *each.credits_left) : "null", methods);
}

}  // namespace

std::optional<EndpointRole> parse_endpoint_role(std::string_view text) {
    for (const EndpointRole role : {EndpointRole::Read, EndpointRole::Send, EndpointRole::Both}) {
        if (text == to_string(role)) {
            return role;
        }
    }
    return std::nullopt;
}

std::string to_json(std::span<const EndpointHealth> endpoints) {
    std::string list;
    for (const EndpointHealth& each : endpoints) {
        list += list.empty() ? "" : ",";
        list += endpoint_json(each);
    }
    return fmt::format("[{}]", list);
}

}  // namespace sniperforge::rpc
