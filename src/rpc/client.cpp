// SPDX-License-Identifier: MIT
// The pool: which endpoint a call goes to, when, and where it goes next when that failed.
#include "sniperforge/rpc/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "rpc/client_state.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::rpc {
namespace {

// Before the same endpoint is asked again, when there is no other left.
constexpr Duration kRepeatDelay = std::chrono::milliseconds{200};

}  // namespace

RpcClient::State::State(net::Reactor& reactor_in, const std::vector<Endpoint>& endpoints_in,
                        ClientOptions options_in)
    : reactor{reactor_in}, options{options_in} {
    SF_ASSERT(options.attempts_max > 0);
    for (const Endpoint& settings : endpoints_in) {
        auto endpoint = std::make_unique<PoolEndpoint>(PoolEndpoint{
            .name = settings.name,
            .target = {},
            .headers = {{"Content-Type", "application/json"}},
            .connections = std::max<std::uint32_t>(settings.connections, 1),
            .reads = nullptr,
            .sends = nullptr,
            .gauge = EndpointGauge{settings.requests_per_second, endpoints.size() + 1}});
        if (!settings.api_key.empty()) {
            endpoint->headers.push_back({settings.api_key_header, settings.api_key});
        }
        if (const auto url = net::parse_url(settings.url)) {
            const net::HttpClientOptions http{.connections_max = endpoint->connections,
                                              .timeout = options.timeout};
            endpoint->target = url->target;
            endpoint->reads = std::make_unique<net::HttpClient>(reactor, url->address, http);
            endpoint->sends = std::make_unique<net::HttpClient>(reactor, url->address, http);
        }
        endpoints.push_back(std::move(endpoint));
    }
}

void RpcClient::State::start(std::unique_ptr<Call> call) {
    call->tried.resize(endpoints.size());
    attempt(std::move(call));
}

// Not tried before, breaker closed, soonest within its budget, lowest latency; then configured
// order.
std::optional<RpcClient::State::Choice> RpcClient::State::choose(const Call& call) const {
    const MonoTime now = reactor.now();
    using Rank = std::tuple<bool, bool, Duration, Duration, std::size_t>;
    std::optional<Rank> best;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const PoolEndpoint& endpoint = *endpoints[i];
        if (!endpoint.reads) {
            continue;
        }
        Duration delay = endpoint.gauge.available_at(now) - now;
        if (call.tried[i]) {
            delay = std::max(delay, kRepeatDelay);
        }
        // A transaction goes where it was fast; reads find out whether that has changed.
        const Duration latency = call.repeat == Repeat::OnlyIfUnwritten
                                     ? endpoint.gauge.latency()
                                     : endpoint.gauge.latency_estimate(now);
        const Rank rank{call.tried[i], endpoint.gauge.is_open(), delay, latency, i};
        if (!best || rank < *best) {
            best = rank;
        }
    }
    if (!best) {
        return std::nullopt;
    }
    return Choice{.endpoint = std::get<4>(*best), .delay = std::get<2>(*best)};
}

void RpcClient::State::attempt(std::unique_ptr<Call> call) {
    const auto choice = choose(*call);
    const bool is_too_late = choice && choice->delay > options.timeout;
    if (!choice || is_too_late) {
        if (!call->error) {
            call->error =
                !choice ? RpcError{.message = "no endpoint with a readable URL is configured"}
                        : RpcError{.kind = RpcError::Kind::RateLimited,
                                   .message = fmt::format(
                                       "our own budget: no endpoint takes a request within {} ms",
                                       options.timeout / std::chrono::milliseconds{1})};
        }
        // Not from inside call(): the caller may not expect its handler yet.
        reactor.post([call = std::move(call), weak = weak_from_this()]() mutable {
            if (const auto self = weak.lock()) {
                call->handler(std::unexpected(std::move(*call->error)));
            }
        });
        return;
    }
    PoolEndpoint& endpoint = *endpoints[choice->endpoint];
    const MonoTime at = reactor.now() + choice->delay;
    endpoint.gauge.take(at);
    ++call->attempts;
    call->tried[choice->endpoint] = true;
    if (choice->delay == Duration{0}) {
        issue(std::move(call), choice->endpoint);
        return;
    }
    call->sent_at = nullptr;
    reactor.schedule_at(
        at, [weak = weak_from_this(), call = std::move(call), index = choice->endpoint]() mutable {
            if (const auto self = weak.lock()) {
                self->issue(std::move(call), index);
            }
        });
}

net::HttpRequest RpcClient::State::make_request(const PoolEndpoint& endpoint, std::uint64_t id,
                                                std::string_view method,
                                                std::string_view params) const {
    net::HttpRequest request;
    request.target = endpoint.target;
    request.headers = endpoint.headers;
    request.body =
        fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})", id, method, params);
    return request;
}

void RpcClient::State::issue(std::unique_ptr<Call> call, std::size_t index) {
    PoolEndpoint& endpoint = *endpoints[index];
    ++endpoint.requests;
    const std::uint64_t id = next_id_++;
    auto request = make_request(endpoint, id, call->method, call->params);
    net::HttpClient& http =
        call->repeat == Repeat::OnlyIfUnwritten ? *endpoint.sends : *endpoint.reads;
    MonoTime* const sent_at = call->sent_at;
    const MonoTime issued_at = reactor.now();
    http.request(std::move(request), [weak = weak_from_this(), call = std::move(call), index, id,
                                      issued_at](net::HttpResult answer) mutable {
        if (const auto self = weak.lock()) {
            self->on_answer(std::move(call), index, id, issued_at, std::move(answer));
        }
    });
    if (sent_at != nullptr && http.last_write_at() >= issued_at) {
        *sent_at = http.last_write_at();
    }
}

void RpcClient::State::on_answer(std::unique_ptr<Call> call, std::size_t index, std::uint64_t id,
                                 MonoTime issued_at, net::HttpResult answer) {
    PoolEndpoint& endpoint = *endpoints[index];
    if (answer) {
        endpoint.gauge.on_answer(reactor.now(), reactor.now() - issued_at);
    }
    Reply reply = read_reply(std::move(answer), id);
    note(endpoint, index, reply);
    if (reply.body) {
        call->handler(std::move(reply.body));
        return;
    }
    const bool may_repeat = call->repeat == Repeat::Allowed || !reply.body.error().was_written;
    if (reply.should_fail_over && may_repeat && call->attempts < options.attempts_max) {
        call->error = std::move(reply.body.error());
        call->sent_at = nullptr;  // Its owner may be gone: it is filled before the call returns.
        attempt(std::move(call));
        return;
    }
    call->handler(std::unexpected(std::move(reply.body.error())));
}

void RpcClient::State::note(PoolEndpoint& endpoint, std::size_t index, const Reply& reply) {
    const bool is_genuine = reply.body || reply.body.error().kind == RpcError::Kind::Node;
    if (!is_genuine) {
        ++endpoint.failures;
    }
    if (reply.is_rate_limited) {
        ++endpoint.rate_limited;
        endpoint.gauge.on_rate_limited(reactor.now(), reply.retry_after);
    } else if (reply.retry_after) {
        endpoint.gauge.on_rate_limited(reactor.now(), reply.retry_after);
    }
    if (reply.is_endpoint_sick) {
        endpoint.gauge.on_sick(reactor.now());
        schedule_probe(index);
    } else if (is_genuine) {
        endpoint.gauge.on_success();
    }
}

// An open breaker closes by a probe of ours, so that no order or exit has to be the first to try.
void RpcClient::State::schedule_probe(std::size_t index) {
    PoolEndpoint& endpoint = *endpoints[index];
    if (!endpoint.gauge.is_open() || endpoint.is_probe_pending) {
        return;
    }
    endpoint.is_probe_pending = true;
    const MonoTime at =
        std::max(endpoint.gauge.probe_at(), endpoint.gauge.available_at(reactor.now()));
    reactor.schedule_at(at, [weak = weak_from_this(), index] {
        if (const auto self = weak.lock()) {
            self->probe(index);
        }
    });
}

void RpcClient::State::probe(std::size_t index) {
    PoolEndpoint& endpoint = *endpoints[index];
    if (!endpoint.gauge.is_open()) {
        endpoint.is_probe_pending = false;  // Closed by a call that got through meanwhile.
        return;
    }
    const std::uint64_t id = next_id_++;
    endpoint.gauge.take(reactor.now());
    ++endpoint.requests;
    endpoint.reads->request(make_request(endpoint, id, "getHealth", "[]"),
                            [weak = weak_from_this(), index, id](net::HttpResult answer) {
                                const auto self = weak.lock();
                                if (!self) {
                                    return;
                                }
                                PoolEndpoint& probed = *self->endpoints[index];
                                probed.is_probe_pending = false;
                                Reply reply = read_reply(std::move(answer), id);
                                // Whatever is not an answer in good health keeps it open.
                                reply.is_endpoint_sick = reply.is_endpoint_sick ||
                                                         (!reply.body && reply.body.error().kind !=
                                                                             RpcError::Kind::Node);
                                self->note(probed, index, reply);
                                self->schedule_probe(index);
                            });
}

RpcClient::RpcClient(net::Reactor& reactor, std::vector<Endpoint> endpoints, ClientOptions options)
    : state_{std::make_shared<State>(reactor, endpoints, options)} {}

RpcClient::~RpcClient() = default;

void RpcClient::call(std::string_view method, std::string params, RpcHandler<std::string> handler) {
    auto call = std::make_unique<Call>();
    call->method_text = method;
    call->method = call->method_text;
    call->params = std::move(params);
    call->handler = [handler = std::move(handler)](RpcResult<std::string> body) mutable {
        handler(body ? result_json(std::move(*body)) : std::move(body));
    };
    state_->start(std::move(call));
}

void RpcClient::warm_up() {
    for (const auto& endpoint : state_->endpoints) {
        if (endpoint->reads) {
            endpoint->reads->warm_up(endpoint->connections);
            endpoint->sends->warm_up(endpoint->connections);
        }
    }
}

std::vector<EndpointHealth> RpcClient::health() const {
    std::vector<EndpointHealth> out;
    const MonoTime now = state_->reactor.now();
    for (const auto& endpoint : state_->endpoints) {
        out.push_back({.name = endpoint->name,
                       .requests = endpoint->requests,
                       .failures = endpoint->failures,
                       .rate_limited = endpoint->rate_limited,
                       .latency_ewma = endpoint->gauge.latency(),
                       .is_healthy = endpoint->reads && endpoint->gauge.is_healthy(now)});
    }
    return out;
}

}  // namespace sniperforge::rpc
