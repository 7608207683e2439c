// SPDX-License-Identifier: MIT
// Whether anything was bought or sold a second time while the first could still land.
#include <fmt/format.h>

#include "app/drill_checks.hpp"

namespace sniperforge::app {
namespace {

// The same thing once more: the sale of a token, or its purchase in the same pool.
[[nodiscard]] bool is_again(const RingOrder& one, const RingOrder& other) {
    if (one.kind != other.kind || one.strategy != other.strategy) {
        return false;
    }
    return one.kind == RingOrder::Kind::Exit
               ? one.mint_in == other.mint_in
               : one.kind == RingOrder::Kind::Entry && one.mint_out == other.mint_out &&
                     one.pool == other.pool;
}

}  // namespace

// What has landed could land until now, whatever anybody thought of it: whatever was sent in its
// place before is a second one.
void DrillChecks::check_doubled(const RingOrder& landed) {
    if (!options_.is_doubling_checked) {
        return;
    }
    for (const auto& [signature, other] : orders_) {
        if (other.intent > landed.intent && is_again(landed, other)) {
            violate(
                fmt::format("intent {} landed after intent {} was sent, which does the same: "
                            "it was given up while it could still land",
                            landed.intent, other.intent));
        }
    }
}

}  // namespace sniperforge::app
