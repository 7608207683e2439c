// SPDX-License-Identifier: MIT
#include "rpc/endpoint.hpp"

#include <algorithm>

namespace sniperforge::rpc {
namespace {

[[nodiscard]] Taker taker_of(MethodIndex method) {
    return method_info(method).method_class == MethodClass::Send ? Taker::Send : Taker::Other;
}

}  // namespace

EndpointGauge::EndpointGauge(const GaugeOptions& options)
    : requests_{std::max(options.requests_per_second, 0.01), options.send_reserve, 1},
      credits_{options.credits_per_second, options.send_reserve,
               method_info(method_index("sendTransaction")).credits(options.credit_table)},
      credit_table_{options.credit_table},
      rng_{options.seed} {}

MonoTime EndpointGauge::available_at(MonoTime now, MethodIndex method) const {
    return std::max(budget_at(now, method), pauses_[class_of(method)].until);
}

MonoTime EndpointGauge::budget_at(MonoTime now, MethodIndex method) const {
    return std::max(requests_.available_at(now, 1, taker_of(method)),
                    credits_.available_at(now, credits_of(method), taker_of(method)));
}

void EndpointGauge::book(MonoTime at, MethodIndex method) {
    requests_.book(at, 1);
    credits_.book(at, credits_of(method));
}

void EndpointGauge::spend(MonoTime now, MethodIndex method) {
    requests_.spend(now, 1);
    credits_.spend(now, credits_of(method));
    ++methods_[method].requests;
}

void EndpointGauge::take(MonoTime now, MethodIndex method) {
    requests_.take(now, 1);
    credits_.take(now, credits_of(method));
    ++methods_[method].requests;
}

void EndpointGauge::on_answer(MethodIndex method) {
    methods_[method].is_trial_out = false;
    breaker_.on_success();
}

void EndpointGauge::on_latency(MonoTime now, MethodIndex method, Duration latency) {
    latency_.add(now, latency);
    methods_[method].latency.add(now, latency);
}

void EndpointGauge::on_success(MethodIndex method) {
    methods_[method].breaker.on_success();
    pauses_[class_of(method)].next = kPauseMin;
}

void EndpointGauge::on_method_failure(const FailedRequest& request, MethodIndex method) {
    ++methods_[method].failures;
    methods_[method].is_trial_out = false;
    methods_[method].breaker.on_failure(request, rng_);
}

void EndpointGauge::on_unserved(const FailedRequest& request, MethodIndex method) {
    ++methods_[method].failures;
    methods_[method].is_trial_out = false;
    methods_[method].breaker.on_refused(request, rng_);
}

void EndpointGauge::on_transport_failure(const FailedRequest& request, MethodIndex method,
                                         bool was_written) {
    breaker_.on_failure(request, rng_);
    if (was_written) {
        on_method_failure(request, method);
    } else {
        ++methods_[method].failures;
        methods_[method].is_trial_out = false;
    }
}

void EndpointGauge::on_rate_limited(MonoTime now, MethodClass method_class,
                                    std::optional<Duration> retry_after) {
    Pause& pause = pauses_[static_cast<std::size_t>(method_class)];
    const MonoTime named = now + retry_after.value_or(Duration{0});
    // Answers to requests sent before the pause do not lengthen it, unless they name a time.
    if (now < pause.until) {
        pause.until = std::max(pause.until, named);
        return;
    }
    // Servers that say "at once" and go on refusing are backed off from like silent ones.
    pause.until = std::max(named, now + jittered(pause.next, rng_));
    pause.next = std::min(pause.next * 2, kPauseMax);
}

bool EndpointGauge::is_avoided(MonoTime now, MethodIndex method) const {
    if (breaker_.is_open()) {
        return true;
    }
    const Method& known = methods_[method];
    if (!known.breaker.is_open()) {
        return false;
    }
    const bool has_probe = !method_info(method).probe_params.empty();
    return has_probe || known.is_trial_out || now < known.breaker.trial_at();
}

void EndpointGauge::begin_trial(MonoTime now, MethodIndex method) {
    Method& known = methods_[method];
    known.is_trial_out = known.breaker.is_open() && now >= known.breaker.trial_at();
}

Duration EndpointGauge::latency_estimate(MonoTime now, MethodIndex method) const {
    const LatencyWindow& own = methods_[method].latency;
    return own.is_measured() ? own.estimate(now) : latency_.estimate(now);
}

Duration EndpointGauge::pause_left(MonoTime now, MethodClass method_class) const {
    return std::max(Duration{0}, pauses_[static_cast<std::size_t>(method_class)].until - now);
}

bool EndpointGauge::is_healthy(MonoTime now) const {
    return !breaker_.is_open() &&
           std::none_of(methods_.begin(), methods_.end(),
                        [](const Method& method) { return method.breaker.is_open(); }) &&
           std::all_of(pauses_.begin(), pauses_.end(),
                       [now](const Pause& pause) { return now >= pause.until; });
}

}  // namespace sniperforge::rpc
