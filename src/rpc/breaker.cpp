// SPDX-License-Identifier: MIT
#include "rpc/breaker.hpp"

#include <algorithm>

namespace sniperforge::rpc {

void Breaker::on_success() {
    failures_ = 0;
    is_open_ = false;
    delay_ = kBreakerDelayMin;
}

bool Breaker::is_counted_with_last(const FailedRequest& request) const {
    return request.issued_at < counted_at_ &&
           (is_open_ || request.failed_at - counted_at_ < kFailuresTogether);
}

void Breaker::count(MonoTime now, Rng& rng) {
    counted_at_ = now;
    ++failures_;
    if (failures_ < kBreakerFailures || (is_open_ && now < trial_at_)) {
        return;
    }
    is_open_ = true;
    trial_at_ = now + jittered(delay_, rng);
    delay_ = std::min(delay_ * 2, kBreakerDelayMax);
}

void Breaker::on_failure(const FailedRequest& request, Rng& rng) {
    if (!is_counted_with_last(request)) {
        count(request.failed_at, rng);
    }
}

void Breaker::on_refused(const FailedRequest& request, Rng& rng) {
    failures_ = std::max(failures_, kBreakerFailures - 1);
    delay_ = kBreakerDelayMax;
    count(request.failed_at, rng);
}

}  // namespace sniperforge::rpc
