// SPDX-License-Identifier: MIT
#include "rpc/breaker.hpp"

#include <algorithm>

namespace sniperforge::rpc {

void Breaker::on_success() {
    failures_ = 0;
    is_open_ = false;
    delay_ = kBreakerDelayMin;
}

void Breaker::on_failure(MonoTime now, Rng& rng) {
    ++failures_;
    if (failures_ < kBreakerFailures) {
        return;
    }
    // Requests that were under way when it opened say nothing new.
    if (is_open_ && now < trial_at_) {
        return;
    }
    is_open_ = true;
    trial_at_ = now + jittered(delay_, rng);
    delay_ = std::min(delay_ * 2, kBreakerDelayMax);
}

void Breaker::on_refused(MonoTime now, Rng& rng) {
    failures_ = std::max(failures_, kBreakerFailures - 1);
    delay_ = kBreakerDelayMax;
    on_failure(now, rng);
}

}  // namespace sniperforge::rpc
