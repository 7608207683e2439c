// SPDX-License-Identifier: MIT
// What the pool learns from answers, and the probes by which breakers close and laggards are found
// to have caught up: no order or exit has to be the first to try.
#include <fmt/format.h>

#include <algorithm>

#include "rpc/client_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::rpc {
namespace {

constexpr Duration kSlotProbeInterval = std::chrono::seconds{1};

[[nodiscard]] MethodIndex slot_method() {
    static const MethodIndex kMethod = method_index("getSlot");
    return kMethod;
}
// For an endpoint that could not be reached: any answer is a good one.
[[nodiscard]] MethodIndex health_method() {
    static const MethodIndex kMethod = method_index("getHealth");
    return kMethod;
}

}  // namespace

// What was asked for is not final yet, which says nothing of how far the endpoint is.
bool RpcClient::State::is_finality_awaited(const Request& request, const Reply& reply) {
    return request.commitment == Commitment::Finalized && !reply.body &&
           reply.body.error().code == kMinContextSlotNotReached;
}

Reply RpcClient::State::read(const Request& request, net::HttpResult answer) {
    PoolEndpoint& endpoint = *endpoints[request.endpoint];
    const MonoTime now = reactor.now();
    if (answer) {
        endpoint.gauge.on_answer(request.method);
    }
    Reply reply =
        read_reply(std::move(answer), {.id = request.id,
                                       .is_result_a_slot = request.method == slot_method(),
                                       .now = reactor.wall_now(),
                                       .secrets = &endpoint.secrets});
    if (reply.action == FailureAction::Answer) {
        endpoint.gauge.on_latency(now, request.method, now - request.issued_at);
    }
    // Methods without minContextSlot, and gateways that drop it.
    if (reply.body && request.slot_min && reply.context_slot &&
        *reply.context_slot < *request.slot_min) {
        reply.body = std::unexpected(
            RpcError{.kind = RpcError::Kind::Node,
                     .code = kMinContextSlotNotReached,
                     .message = fmt::format("answered from slot {}, before the {} asked for",
                                            reply.context_slot->value, request.slot_min->value),
                     .was_written = true});
        reply.action = FailureAction::Behind;
    }
    return reply;
}

void RpcClient::State::note(const Request& request, const Reply& reply) {
    const PoolEndpoint& endpoint = *endpoints[request.endpoint];
    const bool was_open = endpoint.gauge.breaker().is_open();
    const bool was_method_open = endpoint.gauge.breaker(request.method).is_open();
    const bool was_lagging = board.is_lagging(request.endpoint);
    learn(request, reply);
    // Each change once; while nothing changes the counters of health() say enough.
    const auto why = [&] { return reply.body ? std::string{} : ": " + reply.body.error().text(); };
    if (was_open != endpoint.gauge.breaker().is_open()) {
        telemetry::warning("rpc", "endpoint {} {}{}", endpoint.name,
                           was_open ? "can be reached again" : "is avoided", why());
    }
    if (was_method_open != endpoint.gauge.breaker(request.method).is_open()) {
        telemetry::warning("rpc", "endpoint {} {} {}{}", endpoint.name,
                           was_method_open ? "serves again" : "is avoided for",
                           method_info(request.method).name, why());
    }
    if (was_lagging != board.is_lagging(request.endpoint)) {
        telemetry::warning("rpc", "endpoint {} {} slots behind the best", endpoint.name,
                           was_lagging
                               ? fmt::format("has caught up, now {}", board.lag(request.endpoint))
                               : fmt::format("is {}", board.lag(request.endpoint)));
    }
    schedule_probes(request.endpoint, request.method);
    schedule_slot_probe(request.endpoint);
}

void RpcClient::State::learn(const Request& request, const Reply& reply) {
    PoolEndpoint& endpoint = *endpoints[request.endpoint];
    const MonoTime now = reactor.now();
    const MethodClass method_class = method_info(request.method).method_class;
    const FailedRequest asked{.issued_at = request.issued_at, .failed_at = now};
    endpoint.failures += reply.action == FailureAction::Answer ? 0 : 1;
    if (reply.context_slot) {
        board.note(request.endpoint, request.commitment, *reply.context_slot, now,
                   request.slot_expected);
    }
    switch (reply.action) {
        case FailureAction::Answer:
        case FailureAction::Elsewhere:
        case FailureAction::FailOver:
            endpoint.gauge.on_success(request.method);
            break;
        case FailureAction::Behind:
            endpoint.gauge.on_success(request.method);
            if (!reply.context_slot && !is_finality_awaited(request, reply)) {
                board.note_behind(request.endpoint, reply.slots_behind);
            }
            break;
        case FailureAction::Pause:
            ++endpoint.rate_limited;
            endpoint.gauge.on_rate_limited(now, method_class, reply.retry_after);
            endpoint.pause_reason = reply.body.error().text();
            break;
        case FailureAction::Unserved:
            endpoint.gauge.on_unserved(asked, request.method);
            break;
        case FailureAction::MethodSick:
            endpoint.gauge.on_method_failure(asked, request.method);
            break;
        case FailureAction::TransportSick:
            endpoint.gauge.on_transport_failure(asked, request.method,
                                                reply.body.error().was_written);
            break;
    }
    if (reply.retry_after && reply.action != FailureAction::Pause) {
        endpoint.pause_reason = reply.body ? "Retry-After" : reply.body.error().text();
        endpoint.gauge.on_rate_limited(now, method_class, reply.retry_after);
    }
}

void RpcClient::State::schedule_probes(std::size_t index, MethodIndex method) {
    PoolEndpoint& endpoint = *endpoints[index];
    const auto schedule = [&](MethodIndex probed, const Breaker& breaker) {
        if (!breaker.is_open() || endpoint.probes_pending[probed] ||
            method_info(probed).probe_params.empty()) {
            return;
        }
        endpoint.probes_pending[probed] = true;
        const MonoTime at =
            std::max(breaker.trial_at(), endpoint.gauge.available_at(reactor.now(), probed));
        reactor.schedule_at(at, [weak = weak_from_this(), index, probed] {
            if (const auto self = weak.lock()) {
                self->probe(index, probed);
            }
        });
    };
    if (endpoint.gauge.breaker().is_open()) {
        schedule(health_method(), endpoint.gauge.breaker());
    }
    schedule(method, endpoint.gauge.breaker(method));
}

void RpcClient::State::probe(std::size_t index, MethodIndex method) {
    PoolEndpoint& endpoint = *endpoints[index];
    endpoint.probes_pending[method] = false;
    const bool is_wanted = endpoint.gauge.breaker(method).is_open() ||
                           (method == health_method() && endpoint.gauge.breaker().is_open());
    if (!is_wanted) {
        return;  // Closed by a call that got through meanwhile.
    }
    const MethodInfo& info = method_info(method);
    Call call;
    call.method = method;
    call.read.commitment = Commitment::Processed;
    endpoint.gauge.take(reactor.now(), method);
    endpoint.probes_pending[method] = true;
    send(*endpoint.reads, make_request(call, index), info.name, info.probe_params,
         [](State& self, const Request& probed, const Reply&) {
             self.endpoints[probed.endpoint]->probes_pending[probed.method] = false;
             // The answer has been learnt from; what is still open is tried again later.
             self.schedule_probes(probed.endpoint, probed.method);
         });
}

// A laggard is not read from, so nobody would hear that it has caught up.
void RpcClient::State::schedule_slot_probe(std::size_t index) {
    if (!board.is_lagging(index) || endpoints.size() < 2 ||
        !endpoints[index]->serves(MethodClass::Read) || endpoints[index]->is_slot_probe_pending) {
        return;
    }
    endpoints[index]->is_slot_probe_pending = true;
    const MonoTime now = reactor.now();
    const MonoTime at = std::max(now + kSlotProbeInterval,
                                 endpoints[index]->gauge.available_at(now, slot_method()));
    reactor.schedule_at(at, [weak = weak_from_this(), index] {
        const auto self = weak.lock();
        if (!self) {
            return;
        }
        PoolEndpoint& endpoint = *self->endpoints[index];
        endpoint.is_slot_probe_pending = false;
        if (!self->board.is_lagging(index)) {
            return;
        }
        Call call;
        call.method = slot_method();
        call.read.commitment = Commitment::Processed;
        endpoint.gauge.take(self->reactor.now(), slot_method());
        endpoint.is_slot_probe_pending = true;
        self->send(*endpoint.reads, self->make_request(call, index), "getSlot",
                   method_info(slot_method()).probe_params,
                   [](State& state, const Request& probed, const Reply&) {
                       state.endpoints[probed.endpoint]->is_slot_probe_pending = false;
                       state.schedule_slot_probe(probed.endpoint);
                   });
    });
}

void RpcClient::State::note_slot(std::string_view endpoint, Slot slot) {
    const auto found = std::find_if(endpoints.begin(), endpoints.end(),
                                    [&](const auto& each) { return each->name == endpoint; });
    if (found == endpoints.end() || (*found)->is_excluded) {
        return;
    }
    const auto index = static_cast<std::size_t>(found - endpoints.begin());
    board.note(index, Commitment::Processed, slot, reactor.now());
    schedule_slot_probe(index);
}

std::vector<EndpointHealth> RpcClient::health() const {
    std::vector<EndpointHealth> out;
    const MonoTime now = state_->reactor.now();
    for (std::size_t i = 0; i < state_->endpoints.size(); ++i) {
        const PoolEndpoint& endpoint = *state_->endpoints[i];
        const EndpointGauge& gauge = endpoint.gauge;
        EndpointHealth health{
            .name = endpoint.name,
            .role = endpoint.role,
            .weight = endpoint.weight,
            .requests = endpoint.requests,
            .failures = endpoint.failures,
            .rate_limited = endpoint.rate_limited,
            .hedges = endpoint.hedges,
            .latency_ewma = gauge.latency().average(),
            .latency_p50 = gauge.latency().percentile(50),
            .latency_p95 = gauge.latency().percentile(95),
            .slot = state_->board.newest(i),
            .slot_lag = state_->board.lag(i),
            .is_lagging = state_->board.is_lagging(i),
            .is_open = gauge.breaker().is_open(),
            .is_healthy = endpoint.reads && !endpoint.is_excluded && gauge.is_healthy(now),
            .pause_reads = gauge.pause_left(now, MethodClass::Read),
            .pause_scans = gauge.pause_left(now, MethodClass::Scan),
            .pause_sends = gauge.pause_left(now, MethodClass::Send),
            .requests_left = gauge.request_budget().left(now),
            .credits_left = {},
            .methods = {}};
        if (gauge.credit_budget().is_limited()) {
            health.credits_left = gauge.credit_budget().left(now);
        }
        for (MethodIndex method = 0; method < kMethodCount; ++method) {
            if (gauge.requests(method) > 0) {
                health.methods.push_back({.name = method_info(method).name,
                                          .requests = gauge.requests(method),
                                          .failures = gauge.failures(method),
                                          .latency_ewma = gauge.latency(method).average(),
                                          .latency_p50 = gauge.latency(method).percentile(50),
                                          .latency_p95 = gauge.latency(method).percentile(95),
                                          .is_open = gauge.breaker(method).is_open()});
            }
        }
        out.push_back(std::move(health));
    }
    return out;
}

}  // namespace sniperforge::rpc
