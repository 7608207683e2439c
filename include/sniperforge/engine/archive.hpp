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

namespace sniperforge::detect {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<SeenAt> auto& seen) {
    archive(seen.slot, seen.at);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<LaunchedToken> auto& token) {
    archive(token.mint, token.launched_at, token.end);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<CreatorPast> auto& past) {
    archive(past.launches, past.emptied, past.dumped, past.first, past.last,
            past.ended_within_seconds);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<CreatorRecord> auto& record) {
    archive(record.creator, record.past, record.tokens);
}

}  // namespace sniperforge::detect

namespace sniperforge::engine {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<CreatorBook> auto& book) {
    archive(book.genesis, book.creators);
}

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
void archive_parts(Archive& archive, ArchivedAs<History::PartOrdered> auto& last) {
    archive(last.part, last.order, last.order_before, last.decided_at, last.position);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<History::Settled> auto& settled) {
    archive(settled.report, settled.at);
}

}  // namespace sniperforge::engine
