// SPDX-License-Identifier: MIT
// The parts of what a history has (core/archive.hpp), for the journal's checkpoints and for
// recordings of runs.
#pragma once

#include "sniperforge/core/archive.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/model/archive.hpp"

namespace sniperforge {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<NonceLease> auto& lease) {
    archive(lease.account, lease.value, lease.read_at);
}

}  // namespace sniperforge

namespace sniperforge::engine {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<OrderSigned> auto& order) {
    archive(order.intent_id, order.signature, order.last_valid_height, order.lease);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<RungBegun> auto& begun) {
    archive(begun.rung, begun.capital_max, begun.capital, begun.loss_bound, begun.counted,
            begun.reason);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<Rung> auto& rung) {
    archive(rung.begun, rung.at);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<History::Settled> auto& settled) {
    archive(settled.report, settled.at);
}

}  // namespace sniperforge::engine
