// SPDX-License-Identifier: MIT
#include "app/replica.hpp"

#include <fmt/format.h>

#include "app/manual_command.hpp"
#include "app/reconciler.hpp"
#include "sniperforge/core/json_text.hpp"
#include "sniperforge/model/standing_json.hpp"

namespace sniperforge::app {

void LatencyCounts::follow(const telemetry::Histogram& histogram) {
    if (histogram.count() != count) {
        histogram.count_at_most(kLatencyBounds, at_most);
        count = histogram.count();
        sum_ns = histogram.sum_ns();
    }
}

std::string status_json(const Replica& r) {
    return fmt::format(
        R"({{"state":"{}","trading_state":"{}","standing":{},"kept":{},"doubt":{},"unread":{},)"
        R"("blind":{},"slot":{},"accounts_watched":{},"admin_url":{},"endpoints":{},"lanes":{},)"
        R"("nonces":{},"feed":{},"transactions":{},"report":{}}})",
        r.phase, to_string(r.report.state), to_json(r.standing), kept_json(r.kept),
        to_json(r.doubt), to_json(r.unread), r.feed.is_blind, r.feed.slot.value,
        r.feed.accounts_watched, r.admin_url.empty() ? "null" : json_quoted(r.admin_url),
        rpc::to_json(r.endpoints), execute::to_json(r.lanes), execute::to_json(r.nonces),
        feed::to_json(r.feed), feed::to_json(r.transactions), engine::to_json(r.report));
}

}  // namespace sniperforge::app
