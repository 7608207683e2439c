// SPDX-License-Identifier: MIT
// The lookup tables that our own cycles are compiled against.
#include "execute/executor_state.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

// A table that begins to be deactivated stays usable for 512 slots, some 200 s: it is noticed, or
// not trusted any more, before that is over.
constexpr Duration kTablesInterval = std::chrono::seconds{60};
constexpr Duration kTablesAgeMax = std::chrono::seconds{180};
// Until the first read has succeeded.
constexpr Duration kTablesRetry = std::chrono::seconds{5};

}  // namespace

void Executor::State::refresh_tables() {
    if (settings.lookup_tables.empty()) {
        return;
    }
    tables_due = reactor.now() + (tables_known.empty() ? kTablesRetry : kTablesInterval);
    facts.active_lookup_tables(settings.lookup_tables, [weak = weak_from_this()](auto read) {
        const auto self = weak.lock();
        if (!self) {
            return;
        }
        if (!read) {
            telemetry::warning("execute", "cycles keep to the lookup tables they know: {}",
                               read.error().text);
            return;
        }
        self->tables_known.clear();
        for (auto& table : *read) {
            if (table) {
                self->tables_known.push_back(std::move(*table));
            } else {
                telemetry::warning("execute", "cycles do without a lookup table: {}",
                                   table.error().text);
            }
        }
        self->tables_read_at = self->reactor.now();
        self->tables_due = self->tables_read_at + kTablesInterval;
    });
}

std::span<const solana::AddressLookupTable> Executor::State::cycle_tables() const {
    if (tables_known.empty() || reactor.now() - tables_read_at > kTablesAgeMax) {
        return {};
    }
    return tables_known;
}

}  // namespace sniperforge::execute
