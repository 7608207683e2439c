// SPDX-License-Identifier: MIT
// What stands against entries, as a JSON array: `status`, the answers to commands and the dashboard
// tell it alike.
#pragma once

#include <fmt/format.h>

#include <span>
#include <string>

#include "sniperforge/core/json_text.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/model/trading_state.hpp"

namespace sniperforge {

[[nodiscard]] inline std::string to_json(const StandingCause& standing) {
    return fmt::format(
        R"({{"cause":{},"text":{},"since":{},"by":{},"reason":{},"figures":{},"ends_with":{}}})",
        json_quoted(name_of(standing.cause)), json_quoted(to_string(standing.cause)),
        standing.since.ns == 0 ? "null" : json_quoted(utc_text(standing.since)),
        json_quoted(standing.by), json_quoted(standing.reason), json_quoted(standing.figures),
        json_quoted(standing.ending));
}

[[nodiscard]] inline std::string to_json(std::span<const StandingCause> standing) {
    std::string json;
    for (const StandingCause& each : standing) {
        json += (json.empty() ? "" : ",") + to_json(each);
    }
    return fmt::format("[{}]", json);
}

}  // namespace sniperforge
