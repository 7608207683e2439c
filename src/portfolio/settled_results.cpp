// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/settled_results.hpp"

namespace sniperforge::portfolio {

void SettledResults::add(SettledResult result, LamportsDelta realized) {
    if (results_.size() == kMax) {
        results_.erase(results_.begin(), results_.begin() + kMax / 2);
    }
    result.net += realized - realized_;
    realized_ = realized;
    results_.push_back(result);
}

}  // namespace sniperforge::portfolio
