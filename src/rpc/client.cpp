// SPDX-License-Identifier: MIT
// The way of a call: to an endpoint, perhaps to a second one beside it, and on to the next when
// that failed.
#include "sniperforge/rpc/client.hpp"

#include <algorithm>

#include "rpc/client_state.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::rpc {
namespace {

// A percentile of fewer answers says little.
constexpr std::size_t kHedgeSamplesMin = 20;
constexpr std::uint32_t kHedgePercentile = 95;
constexpr int kHedgeMargin = 8;
// Below this a second request would overtake nothing but scheduling.
constexpr Duration kHedgeMarginMin = std::chrono::milliseconds{1};
// Second requests are paid for by first ones, and no more than these are saved up.
constexpr std::uint64_t kHedgeCost = 100;
constexpr std::uint64_t kHedgeSavedMax = 10 * kHedgeCost;

}  // namespace

RpcClient::State::State(net::Reactor& reactor_in, const std::vector<Endpoint>& endpoints_in,
                        ClientOptions options_in)
    : reactor{reactor_in},
      options{options_in},
      board{endpoints_in.size(), options_in.slot_lag_max} {
    SF_ASSERT(options.attempts_max > 0);
    for (const Endpoint& settings : endpoints_in) {
        // An endpoint that only reads has nothing to keep for transactions.
        const double reserve =
            settings.role == EndpointRole::Both ? options.send_reserve_percent / 100.0 : 0;
        auto endpoint = std::make_unique<PoolEndpoint>(PoolEndpoint{
            .name = settings.name,
            .role = settings.role,
            .weight = std::max<std::uint32_t>(settings.weight, 1),
            .target = {},
            .headers = {{"Content-Type", "application/json"}},
            .connections = std::max<std::uint32_t>(settings.connections, 1),
            .secrets = {},
            .reads = nullptr,
            .sends = nullptr,
            .gauge = EndpointGauge{{settings.requests_per_second, settings.credits_per_second,
                                    settings.credit_table, reserve, endpoints.size() + 1}},
            .probes_pending = {},
            .pause_reason = {}});
        endpoint->secrets.add_url(settings.url);
        endpoint->secrets.add(settings.api_key);
        if (!settings.api_key.empty()) {
            endpoint->headers.push_back({settings.api_key_header, settings.api_key});
        }
        if (const auto url = net::parse_url(settings.url)) {
            net::HttpClientOptions http{.connections_max = endpoint->connections,
                                        .timeout = options.timeout};
            endpoint->target = url->target;
            endpoint->sends = std::make_unique<net::HttpClient>(reactor, url->address, http);
            http.pipeline_depth_max = std::max<std::uint32_t>(settings.pipeline_depth, 1);
            endpoint->reads = std::make_unique<net::HttpClient>(reactor, url->address, http);
        }
        endpoints.push_back(std::move(endpoint));
    }
}

void RpcClient::State::start(Call call) {
    call.tries.resize(endpoints.size());
    call.forbidden.resize(endpoints.size());
    const MethodInfo& method = method_info(call.method);
    if (method.is_hedged()) {
        hedge_budget_ =
            std::min<std::uint64_t>(hedge_budget_ + options.hedge_percent_max, kHedgeSavedMax);
    }
    const CallId id = next_id_++;
    const Call& started = calls_.emplace(id, std::move(call)).first->second;
    if (started.error) {
        return refuse(id, *started.error);
    }
    attempt(id);
}

void RpcClient::State::start_at(std::size_t reader, Call call) {
    call.forbidden.assign(endpoints.size(), true);
    call.forbidden[readers().at(reader)] = false;
    start(std::move(call));
}

std::size_t RpcClient::State::readers_serving() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        endpoints, [](const auto& each) { return each->serves(MethodClass::Read); }));
}

std::vector<std::size_t> RpcClient::State::readers() const {
    std::vector<std::size_t> indexes;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        if (endpoints[i]->has_role(MethodClass::Read)) {
            indexes.push_back(i);
        }
    }
    return indexes;
}

void RpcClient::State::attempt(CallId id) {
    Call& call = calls_.at(id);
    const auto choice = choose(call);
    if (!choice) {
        return refuse(id, nobody_error(call));
    }
    if (choice->delay > options.timeout) {
        return refuse(id, budget_error(call));
    }
    ++call.attempts;
    ++call.under_way;
    ++call.tries[choice->endpoint];
    // The budget is booked when a pause is over: it is shared with classes that do not pause.
    const MonoTime now = reactor.now();
    const MonoTime at = now + choice->delay;
    if (endpoints[choice->endpoint]->gauge.budget_at(now, call.method) >= at) {
        return take_turn(id, choice->endpoint);
    }
    call.sent_at = nullptr;
    reactor.schedule_at(at, [weak = weak_from_this(), id, index = choice->endpoint] {
        if (const auto self = weak.lock(); self && self->calls_.contains(id)) {
            self->take_turn(id, index);
        }
    });
}

RpcError RpcClient::State::nobody_error(const Call& call) const {
    std::string excluded;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        if (endpoints[i]->is_excluded && !call.forbidden[i] &&
            endpoints[i]->has_role(method_info(call.method).method_class)) {
            excluded += (excluded.empty() ? "" : ", ") + endpoints[i]->name;
        }
    }
    if (!excluded.empty()) {
        return {.message = fmt::format("{} is not asked: {} has not told its genesis hash",
                                       call.name(), excluded)};
    }
    return {.message =
                fmt::format("none of the {} endpoints has a readable URL and a role that serves {}",
                            endpoints.size(), call.name())};
}

// What the nodes themselves have asked for comes before our own book-keeping.
RpcError RpcClient::State::budget_error(const Call& call) const {
    const MethodClass method_class = method_info(call.method).method_class;
    std::string paused;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const PoolEndpoint& endpoint = *endpoints[i];
        const Duration left = endpoint.gauge.pause_left(reactor.now(), method_class);
        if (endpoint.serves(method_class) && !call.forbidden[i] && left > Duration{0}) {
            paused +=
                fmt::format("; {} is given a pause of {} ms more, by its answer: {}", endpoint.name,
                            left / std::chrono::milliseconds{1}, endpoint.pause_reason);
        }
    }
    return {.kind = RpcError::Kind::RateLimited,
            .message = fmt::format("{} no endpoint takes {} within {} ms{}",
                                   paused.empty() ? "our own budget:" : "for now", call.name(),
                                   options.timeout / std::chrono::milliseconds{1}, paused)};
}

// Books the endpoint's next turn and waits for it.
void RpcClient::State::take_turn(CallId id, std::size_t index) {
    Call& call = calls_.at(id);
    EndpointGauge& gauge = endpoints[index]->gauge;
    const MonoTime now = reactor.now();
    const MonoTime at = gauge.budget_at(now, call.method);
    if (at - now > options.timeout) {
        --call.under_way;
        return refuse(id, budget_error(call));
    }
    gauge.book(at, call.method);
    if (at <= now) {
        return begin(id, index);
    }
    call.sent_at = nullptr;
    reactor.schedule_at(at, [weak = weak_from_this(), id, index] {
        if (const auto self = weak.lock(); self && self->calls_.contains(id)) {
            self->begin(id, index);
        }
    });
}

void RpcClient::State::begin(CallId id, std::size_t index) {
    Call& call = calls_.at(id);
    if (call.attempts == 1) {
        arm_hedge(id, call, index);
    }
    issue(id, index);
}

// There is nobody to ask. The error of the last attempt, if any, says more.
void RpcClient::State::refuse(CallId id, RpcError error) {
    Call& call = calls_.at(id);
    if (!call.error) {
        call.error = std::move(error);
    }
    // Not from inside call(): the caller may not expect its handler yet.
    reactor.post([weak = weak_from_this(), id] {
        if (const auto self = weak.lock()) {
            if (const auto found = self->calls_.find(id); found != self->calls_.end()) {
                self->finish(id, std::unexpected(std::move(*found->second.error)));
            }
        }
    });
}

void RpcClient::State::issue(CallId id, std::size_t index) {
    Call& call = calls_.at(id);
    if (call.is_slot_checked && call.read.context_slot_min &&
        !board.has_reached(index, call.read.commitment, *call.read.context_slot_min)) {
        return check_slot(id, call, index);
    }
    write(id, call, index);
}

RpcClient::State::Request RpcClient::State::make_request(const Call& call, std::size_t index) {
    return {.id = next_id_++,
            .endpoint = index,
            .method = call.method,
            .commitment = call.read.commitment,
            .issued_at = reactor.now(),
            .slot_expected = board.best(call.read.commitment),
            .slot_min = call.read.context_slot_min};
}

void RpcClient::State::write(CallId id, Call& call, std::size_t index) {
    PoolEndpoint& endpoint = *endpoints[index];
    endpoint.gauge.spend(reactor.now(), call.method);
    endpoint.gauge.begin_trial(reactor.now(), call.method);
    const bool is_send = method_info(call.method).method_class == MethodClass::Send;
    net::HttpClient& http = is_send ? *endpoint.sends : *endpoint.reads;
    MonoTime* const sent_at = call.sent_at;
    const Request request = make_request(call, index);
    send(http, request, call.name(), call.params,
         [id](State& self, const Request& answered, Reply reply) {
             self.on_answer(id, answered, std::move(reply));
         });
    if (sent_at != nullptr && http.last_write_at() >= request.issued_at) {
        *sent_at = http.last_write_at();
    }
}

// The method cannot say "not before slot N", so the endpoint says first how far it is.
void RpcClient::State::check_slot(CallId id, const Call& call, std::size_t index) {
    static const MethodIndex kGetSlot = method_index("getSlot");
    Request request = make_request(call, index);
    request.method = kGetSlot;
    endpoints[index]->gauge.take(reactor.now(), kGetSlot);
    send(*endpoints[index]->reads, request, "getSlot",
         fmt::format(R"([{{"commitment":"{}","minContextSlot":{}}}])",
                     to_string(call.read.commitment), call.read.context_slot_min->value),
         [id](State& self, const Request& answered, Reply reply) {
             const auto found = self.calls_.find(id);
             if (found == self.calls_.end()) {
                 return;
             }
             if (!reply.body) {
                 return self.on_answer(id, answered, std::move(reply));
             }
             self.write(id, found->second, answered.endpoint);
         });
}

void RpcClient::State::on_answer(CallId id, const Request& request, Reply reply) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) {
        return;  // Another endpoint was faster.
    }
    Call& call = found->second;
    SF_ASSERT(call.under_way > 0);
    --call.under_way;
    call.sent_at = nullptr;  // Its owner may be gone: it is filled before the call returns.
    if (reply.body) {
        return finish(id, AnswerBody{std::move(*reply.body), request.endpoint});
    }
    if (!is_failing_over(reply.action)) {
        return finish(id, std::unexpected(std::move(reply.body.error())));
    }
    const bool may_repeat = call.repeat == Repeat::Allowed || !reply.body.error().was_written;
    // What this endpoint does not serve is not the last word where another one was in trouble.
    if (!call.error || !is_elsewhere_only(reply.action)) {
        call.error = std::move(reply.body.error());
    }
    call.forbidden[request.endpoint] =
        call.forbidden[request.endpoint] || is_elsewhere_only(reply.action);
    if (call.under_way > 0) {
        return;  // A second request is still out.
    }
    reactor.cancel(std::exchange(call.hedge_timer, 0));
    if (may_repeat && call.attempts < options.attempts_max) {
        return attempt(id);
    }
    finish(id, std::unexpected(std::move(*call.error)));
}

void RpcClient::State::finish(CallId id, RpcResult<AnswerBody> result) {
    auto node = calls_.extract(id);
    Call& call = node.mapped();
    reactor.cancel(call.hedge_timer);
    call.handler(std::move(result));
}

// After the time that 95 of 100 answers take, a second endpoint is asked as well. The first good
// answer wins.
void RpcClient::State::arm_hedge(CallId id, Call& call, std::size_t index) {
    const LatencyWindow& latency = endpoints[index]->gauge.latency(call.method);
    if (!method_info(call.method).is_hedged() || endpoints.size() < 2 ||
        options.hedge_percent_max == 0 || latency.samples() < kHedgeSamplesMin) {
        return;
    }
    // A little more than that: answers that all take the same time are none of them late.
    const Duration usual = latency.percentile(kHedgePercentile);
    const Duration delay = usual + std::max(usual / kHedgeMargin, kHedgeMarginMin);
    call.hedge_timer = reactor.schedule_after(delay, [weak = weak_from_this(), id] {
        if (const auto self = weak.lock(); self && self->calls_.contains(id)) {
            self->hedge(id);
        }
    });
}

void RpcClient::State::hedge(CallId id) {
    Call& call = calls_.at(id);
    call.hedge_timer = 0;
    if (call.under_way == 0 || hedge_budget_ < kHedgeCost) {
        return;
    }
    const auto choice = choose_hedge(call);
    if (!choice) {
        return;
    }
    hedge_budget_ -= kHedgeCost;
    PoolEndpoint& endpoint = *endpoints[choice->endpoint];
    ++endpoint.hedges;
    endpoint.gauge.book(reactor.now(), call.method);
    ++call.tries[choice->endpoint];
    ++call.under_way;
    issue(id, choice->endpoint);
}

RpcClient::RpcClient(net::Reactor& reactor, std::vector<Endpoint> endpoints, ClientOptions options)
    : state_{std::make_shared<State>(reactor, endpoints, options)} {}

RpcClient::~RpcClient() = default;

void RpcClient::call(std::string_view method, std::string params, RpcHandler<std::string> handler) {
    Call call;
    call.method = method_index(method);
    call.method_text = method;
    call.params = std::move(params);
    if (method_info(call.method).method_class == MethodClass::Send) {
        call.repeat = Repeat::OnlyIfUnwritten;
    }
    call.handler = [handler = std::move(handler)](RpcResult<AnswerBody> body) mutable {
        if (!body) {
            return handler(std::unexpected(std::move(body.error())));
        }
        handler(result_json(std::move(body->text)));
    };
    state_->start(std::move(call));
}

void RpcClient::broadcast_transaction(BytesView wire, bool skip_preflight, MonoTime* sent_at,
                                      BroadcastHandler handler) {
    state_->broadcast(wire, skip_preflight, sent_at, std::move(handler));
}

void RpcClient::warm_up() {
    for (const auto& endpoint : state_->endpoints) {
        if (endpoint->serves(MethodClass::Read)) {
            endpoint->reads->warm_up(endpoint->connections);
        }
        if (endpoint->serves(MethodClass::Send)) {
            endpoint->sends->warm_up(endpoint->connections);
        }
    }
}

PoolEndpoint* RpcClient::State::find(std::string_view endpoint) {
    const auto found = std::find_if(endpoints.begin(), endpoints.end(),
                                    [&](const auto& each) { return each->name == endpoint; });
    return found == endpoints.end() ? nullptr : found->get();
}

void RpcClient::exclude(std::string_view endpoint) {
    if (PoolEndpoint* const found = state_->find(endpoint)) {
        found->is_excluded = true;
    }
}

void RpcClient::admit(std::string_view endpoint) {
    if (PoolEndpoint* const found = state_->find(endpoint)) {
        found->is_excluded = false;
    }
}

std::size_t RpcClient::readers() const { return state_->readers().size(); }

std::size_t RpcClient::readers_serving() const { return state_->readers_serving(); }

const std::string& RpcClient::reader_name(std::size_t reader) const {
    return state_->endpoints[state_->readers().at(reader)]->name;
}

void RpcClient::note_slot(std::string_view endpoint, Slot slot) {
    state_->note_slot(endpoint, slot);
}

std::optional<Slot> RpcClient::slot_best(Commitment commitment) const {
    return state_->board.best(commitment);
}

}  // namespace sniperforge::rpc
