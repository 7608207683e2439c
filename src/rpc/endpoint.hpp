// SPDX-License-Identifier: MIT
// EndpointGauge: what the pool knows about one endpoint — its budgets, its latencies, what of it is
// healthy — without doing any I/O. Told the time; the same calls give the same answers.
//
// Health is kept per method: nodes that answer getHealth and fail account reads are common. Only
// what says that the endpoint cannot be reached at all counts against all of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "rpc/breaker.hpp"
#include "rpc/latency_window.hpp"
#include "rpc/method_table.hpp"
#include "rpc/rate_bucket.hpp"
#include "sniperforge/core/rng.hpp"

namespace sniperforge::rpc {

// Pauses after a rate limit that named no time.
inline constexpr Duration kPauseMin = std::chrono::milliseconds{500};
inline constexpr Duration kPauseMax = std::chrono::seconds{30};

struct GaugeOptions {
    double requests_per_second = 50;
    double credits_per_second = 0;  // 0: not billed in credits.
    CreditTable credit_table = CreditTable::Flat;
    double send_reserve = 0;  // Share of both budgets that only transactions may take.
    std::uint64_t seed = 1;   // Of the jitter.
};

class EndpointGauge {
 public:
    explicit EndpointGauge(const GaugeOptions& options);

    // The earliest time at which one more request of the method keeps within the budgets and
    // outside a pause of its class.
    [[nodiscard]] MonoTime available_at(MonoTime now, MethodIndex method) const;
    // The same without the pauses, which hold for one class, whereas all classes share the budgets.
    [[nodiscard]] MonoTime budget_at(MonoTime now, MethodIndex method) const;
    // One request's worth of budget: booked for `at`, which budget_at() returned, and spent when
    // that has come. take() does both at once, whether it is there or not.
    void book(MonoTime at, MethodIndex method);
    void spend(MonoTime now, MethodIndex method);
    void take(MonoTime now, MethodIndex method);

    // Any HTTP answer: the way there and back works.
    void on_answer(MethodIndex method);
    // How long it took to serve a request. Refusals are fast, so they are not measured: a gateway
    // that says 429 in a millisecond would draw all reads to itself.
    void on_latency(MonoTime now, MethodIndex method, Duration latency);
    // A result, or a genuine error: the node serves the method.
    void on_success(MethodIndex method);
    // The method failed at a node that can be reached.
    void on_method_failure(const FailedRequest& request, MethodIndex method);
    // The endpoint says that it does not serve the method.
    void on_unserved(const FailedRequest& request, MethodIndex method);
    // No answer. When the request had been written, that speaks against the method as well.
    void on_transport_failure(const FailedRequest& request, MethodIndex method, bool was_written);
    // Pauses the methods of the class.
    void on_rate_limited(MonoTime now, MethodClass method_class,
                         std::optional<Duration> retry_after);

    // Not to be asked while another endpoint can be. A method without a probe becomes askable again
    // when its trial is due, for one request at a time: begin_trial() marks it.
    [[nodiscard]] bool is_avoided(MonoTime now, MethodIndex method) const;
    void begin_trial(MonoTime now, MethodIndex method);

    [[nodiscard]] const Breaker& breaker() const { return breaker_; }
    [[nodiscard]] const Breaker& breaker(MethodIndex method) const {
        return methods_[method].breaker;
    }
    [[nodiscard]] const LatencyWindow& latency() const { return latency_; }
    [[nodiscard]] const LatencyWindow& latency(MethodIndex method) const {
        return methods_[method].latency;
    }
    // For choosing: the method's own where it was measured, else the endpoint's.
    [[nodiscard]] Duration latency_estimate(MonoTime now, MethodIndex method) const;
    [[nodiscard]] std::uint64_t requests(MethodIndex method) const {
        return methods_[method].requests;
    }
    [[nodiscard]] std::uint64_t failures(MethodIndex method) const {
        return methods_[method].failures;
    }
    [[nodiscard]] Duration pause_left(MonoTime now, MethodClass method_class) const;
    [[nodiscard]] const RateBucket& request_budget() const { return requests_; }
    [[nodiscard]] const RateBucket& credit_budget() const { return credits_; }
    [[nodiscard]] bool is_healthy(MonoTime now) const;

 private:
    struct Method {
        LatencyWindow latency;
        Breaker breaker;
        std::uint64_t requests = 0, failures = 0;
        bool is_trial_out = false;
    };
    struct Pause {
        MonoTime until{INT64_MIN / 2};
        Duration next{kPauseMin};  // The length of one that the server does not name.
    };
    [[nodiscard]] static std::size_t class_of(MethodIndex method) {
        return static_cast<std::size_t>(method_info(method).method_class);
    }
    [[nodiscard]] std::uint32_t credits_of(MethodIndex method) const {
        return method_info(method).credits(credit_table_);
    }

    RateBucket requests_;
    RateBucket credits_;
    CreditTable credit_table_;
    LatencyWindow latency_;
    Breaker breaker_;
    std::array<Method, kMethodCount> methods_;
    std::array<Pause, kMethodClasses> pauses_;
    Rng rng_;
};

}  // namespace sniperforge::rpc
