// SPDX-License-Identifier: MIT
// Which endpoint a call goes to.
#include <algorithm>
#include <limits>
#include <tuple>

#include "rpc/client_state.hpp"

namespace sniperforge::rpc {
namespace {

// Before the same endpoint is asked again, when there is no other left.
constexpr Duration kRepeatDelay = std::chrono::milliseconds{200};
// A wait that is shorter than this is worth an endpoint that does not lag.
constexpr Duration kWaitWorth = std::chrono::milliseconds{250};
// Endpoints whose latencies differ by less, or by less than a factor of two, are equally good for
// reads: they share them by weight. Transactions are decided by less.
constexpr Duration kReadBand = std::chrono::milliseconds{5};
constexpr Duration kSendBand = std::chrono::milliseconds{1};
// The share that one read takes at weight 1.
constexpr std::uint64_t kShareUnit = std::uint64_t{1} << 20U;

// What makes one endpoint worse than another, the gravest first.
struct Rank {
    bool is_too_late = false;  // Beyond the timeout: of no use at all.
    bool is_avoided = false;   // Its breaker, or the method's, is open.
    bool is_slow_wait = false;
    // One failure may be a hiccup, so that asking again is better than asking a laggard.
    bool is_tried_twice = false;
    bool is_lagging = false;
    bool is_tried = false;
    Duration delay{0};

    [[nodiscard]] auto operator<=>(const Rank&) const = default;
};

struct Candidate {
    std::size_t index = 0;
    Rank rank;
    Duration latency{0};
};

// Of the candidates, all of the best rank, those that are as fast as the fastest.
void keep_equals(std::vector<Candidate>& candidates, bool is_send) {
    const auto best =
        std::min_element(candidates.begin(), candidates.end(),
                         [](const auto& a, const auto& b) { return a.rank < b.rank; });
    const Rank rank = best->rank;
    std::erase_if(candidates, [&](const Candidate& each) { return each.rank != rank; });
    Duration fastest = candidates.front().latency;
    for (const Candidate& each : candidates) {
        fastest = std::min(fastest, each.latency);
    }
    const Duration limit =
        is_send ? fastest + kSendBand : std::max(fastest * 2, fastest + kReadBand);
    std::erase_if(candidates, [&](const Candidate& each) { return each.latency > limit; });
}

}  // namespace

std::optional<RpcClient::State::Choice> RpcClient::State::choose(const Call& call) {
    const MonoTime now = reactor.now();
    const MethodClass method_class = method_info(call.method).method_class;
    const bool is_send = method_class == MethodClass::Send;
    std::vector<Candidate> candidates;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const PoolEndpoint& endpoint = *endpoints[i];
        if (!endpoint.serves(method_class) || call.forbidden[i]) {
            continue;
        }
        Duration delay = endpoint.gauge.available_at(now, call.method) - now;
        if (call.tries[i] > 0) {
            delay = std::max(delay, kRepeatDelay);
        }
        candidates.push_back({.index = i,
                              .rank = {.is_too_late = delay > options.timeout,
                                       .is_avoided = endpoint.gauge.is_avoided(now, call.method),
                                       .is_slow_wait = delay > kWaitWorth,
                                       .is_tried_twice = call.tries[i] > 1,
                                       .is_lagging = !is_send && board.is_lagging(i),
                                       .is_tried = call.tries[i] > 0,
                                       .delay = delay},
                              // A transaction goes where it was fast; reads find out whether that
                              // has changed.
                              .latency = is_send
                                             ? endpoint.gauge.latency(call.method).average()
                                             : endpoint.gauge.latency_estimate(now, call.method)});
    }
    if (candidates.empty()) {
        return std::nullopt;
    }
    keep_equals(candidates, is_send);
    // Who had least of the reads in proportion to its weight; the larger weight, then the order of
    // the configuration. Nobody catches up for the time that it was away.
    const auto key = [&](const Candidate& each) {
        const PoolEndpoint& endpoint = *endpoints[each.index];
        return std::tuple{is_send ? 0 : std::max(endpoint.share, share_now_),
                          std::numeric_limits<std::uint32_t>::max() - endpoint.weight, each.index};
    };
    const auto best =
        std::min_element(candidates.begin(), candidates.end(),
                         [&](const auto& a, const auto& b) { return key(a) < key(b); });
    if (!is_send) {
        PoolEndpoint& endpoint = *endpoints[best->index];
        share_now_ = std::max(endpoint.share, share_now_);
        endpoint.share = share_now_ + kShareUnit / endpoint.weight;
    }
    return Choice{.endpoint = best->index, .delay = best->rank.delay};
}

// The fastest other endpoint that is in good health and can take a request at once. It is paid from
// what is left over: where reads are waiting for their turn a second request only makes them wait.
std::optional<RpcClient::State::Choice> RpcClient::State::choose_hedge(const Call& call) {
    const MonoTime now = reactor.now();
    std::optional<std::size_t> best;
    const auto latency = [&](std::size_t i) {
        return endpoints[i]->gauge.latency_estimate(now, call.method);
    };
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const PoolEndpoint& endpoint = *endpoints[i];
        if (endpoint.serves(MethodClass::Read) && call.tries[i] == 0 && !call.forbidden[i] &&
            !endpoint.gauge.is_avoided(now, call.method) && !board.is_lagging(i) &&
            endpoint.gauge.available_at(now, call.method) <= now &&
            endpoint.gauge.request_budget().is_half_full(now) &&
            endpoint.gauge.credit_budget().is_half_full(now) &&
            (!best || latency(i) < latency(*best))) {
            best = i;
        }
    }
    return best ? std::optional{Choice{.endpoint = *best, .delay = Duration{0}}} : std::nullopt;
}

MonoTime RpcClient::read_available_at() const {
    static const MethodIndex kMethod = method_index("getMultipleAccounts");
    const MonoTime now = state_->reactor.now();
    std::optional<MonoTime> healthy;
    std::optional<MonoTime> any;
    for (const auto& endpoint : state_->endpoints) {
        if (!endpoint->serves(MethodClass::Read)) {
            continue;
        }
        const MonoTime at = endpoint->gauge.available_at(now, kMethod);
        any = std::min(any.value_or(at), at);
        if (!endpoint->gauge.is_avoided(now, kMethod)) {
            healthy = std::min(healthy.value_or(at), at);
        }
    }
    // Without any endpoint the call says so itself.
    return healthy.value_or(any.value_or(now));
}

std::size_t RpcClient::read_connections() const {
    std::size_t connections = 0;
    for (const auto& endpoint : state_->endpoints) {
        connections += endpoint->serves(MethodClass::Read) ? endpoint->connections : 0;
    }
    return connections;
}

}  // namespace sniperforge::rpc
