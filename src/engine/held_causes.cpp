// SPDX-License-Identifier: MIT
#include "sniperforge/engine/held_causes.hpp"

#include <algorithm>

namespace sniperforge::engine {
namespace {

[[nodiscard]] auto is_of(StateCause cause) {
    return [cause](const HeldCause& held) { return held.change.cause == cause; };
}

}  // namespace

void HeldCauses::note(const CauseChanged& change, WallTime at) {
    const auto found = std::ranges::find_if(held_, is_of(change.cause));
    if (found != held_.end() && change.stands) {
        found->change = change;
    } else if (found != held_.end()) {
        held_.erase(found);
    } else if (change.stands) {
        held_.push_back({change, at});
    }
}

const HeldCause* HeldCauses::find(StateCause cause) const {
    const auto found = std::ranges::find_if(held_, is_of(cause));
    return found == held_.end() ? nullptr : &*found;
}

}  // namespace sniperforge::engine
