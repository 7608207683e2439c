// SPDX-License-Identifier: MIT
#include "sniperforge/execute/landing_ledger.hpp"

#include <algorithm>

namespace sniperforge::execute {
namespace {

// A late order costs its market, one that paid too much a few thousand lamports: up in quarters,
// down in fiftieths. Measured from the factor that the order was made with, so that ten orders that
// were on their way together raise it once.
constexpr std::uint32_t kRaiseParts = 4;
constexpr std::uint32_t kLowerParts = 50;

}  // namespace

bool LandingLedger::is_in_time(const Landing& landing) const {
    return landing.is_in_block && landing.slots <= slots_target_;
}

// Where cheaper ones came in time, this one was lost to something else: a node that dropped it, a
// leader that was away. More money does not help against that.
bool LandingLedger::is_too_cheap(ComputeUnitPrice price) const {
    std::size_t in_time = 0, late = 0;
    for (const Landing& each : remembered_) {
        if (each.price <= price) {
            ++(is_in_time(each) ? in_time : late);
        }
    }
    return late >= in_time;
}

void LandingLedger::note(const Landing& landing) {
    remembered_.push_back(landing);
    if (remembered_.size() > kRemembered) {
        remembered_.pop_front();
    }
    if (is_in_time(landing)) {
        // Only what was made with no more than today's factor says that less may do.
        if (landing.factor <= factor_) {
            factor_ = std::max(kFactorMin, factor_ - std::max(factor_ / kLowerParts, 1U));
        }
    } else if (is_too_cheap(landing.price)) {
        const std::uint32_t raised = landing.factor + landing.factor / kRaiseParts;
        factor_ = std::min(kFactorMax, std::max(factor_, raised));
    }
}

}  // namespace sniperforge::execute
