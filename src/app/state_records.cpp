// SPDX-License-Identifier: MIT
#include "app/state_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "sniperforge/analytics/store.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::app {
namespace {

constexpr std::size_t kRunsAll = std::numeric_limits<std::size_t>::max();

[[nodiscard]] Result<void> read_store(const std::string& path, StateRecords& records) {
    auto store = analytics::Store::open(path);
    if (!store) {
        return Err{store.error()};
    }
    const auto runs = (*store)->runs(kRunsAll);
    if (!runs) {
        return Err{runs.error()};
    }
    for (const auto& row : *runs) {
        records.runs[row.run.run_id] = {std::string{to_string(row.run.provenance)},
                                        row.run.scenario};
    }
    auto rows = analytics::read_order_rows(path);
    if (!rows) {
        return Err{rows.error()};
    }
    for (analytics::OrderRow& row : *rows) {
        records.rows.insert_or_assign(row.intent_id, std::move(row));  // The newest stands last.
    }
    return {};
}

[[nodiscard]] std::string what_of(const engine::OrderSeen& order) {
    return fmt::format("{} {}, {}", to_string(order.strategy), to_string(order.kind),
                       order.outcome               ? to_string(*order.outcome)
                       : order.is_denied           ? "denied"
                       : order.signature.is_zero() ? "not signed"
                                                   : "without an outcome");
}

}  // namespace

RunStamp StateRecords::stamp_of(std::string_view run_id) const {
    if (const auto found = runs.find(std::string{run_id}); found != runs.end()) {
        return found->second;
    }
    const bool is_alike = !runs.empty() && std::ranges::all_of(runs, [&](const auto& each) {
        return each.second.provenance == runs.begin()->second.provenance;
    });
    return {is_alike ? runs.begin()->second.provenance : "unknown", {}};
}

std::vector<KnownOrder> StateRecords::known_orders() const {
    std::map<std::uint64_t, KnownOrder> known;
    for (const auto& [id, row] : rows) {
        known[id] = {id, row.position_id, row.signature,
                     fmt::format("{} {}, {}", row.strategy, row.kind, row.outcome)};
    }
    for (const auto& [id, order] : lots.orders) {
        KnownOrder& each = known[id];
        each.order = id;
        each.position = order.position != PositionId{} ? order.position.value : each.position;
        each.signature = order.signature.is_zero() ? each.signature : order.signature.to_string();
        each.what = what_of(order);
    }
    std::vector<KnownOrder> all;
    for (auto& [id, order] : known) {
        all.push_back(std::move(order));
    }
    return all;
}

Result<StateRecords> read_state_records(const std::string& directory) {
    StateRecords records;
    records.journal_path = directory + "/journal.sfj";
    // The store first: what is reported meanwhile is in the journal before it is there.
    if (const std::string path = directory + "/trades.sqlite"; std::filesystem::exists(path)) {
        if (auto read = read_store(path, records); !read) {
            return Err{read.error()};
        }
    }
    records.has_journal = journal::has_journal(records.journal_path);
    if (records.has_journal) {
        auto lots = engine::read_lots(records.journal_path);
        if (!lots) {
            return Err{lots.error()};
        }
        records.lots = std::move(*lots);
    }
    return records;
}

}  // namespace sniperforge::app
