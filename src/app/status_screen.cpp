// SPDX-License-Identifier: MIT
#include "app/status_screen.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/json_members.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::app {
namespace {

using Element = simdjson::dom::element;

[[nodiscard]] std::string line(std::string_view name, std::string_view said) {
    return fmt::format("{:<11}{}", name, said);
}

// "name count, name count" of an object of counts; zeros are left out.
[[nodiscard]] std::string counts_of(Element object) {
    std::string text;
    simdjson::dom::object counts;
    if (object.get(counts) != simdjson::SUCCESS) {
        return text;
    }
    for (const auto& [name, value] : counts) {
        std::uint64_t count = 0;
        if (value.get(count) == simdjson::SUCCESS && count > 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
        }
    }
    return text;
}

[[nodiscard]] std::string sol_of(Element object, std::string_view name) {
    return format_decimal(json_member<std::int64_t>(object, name), 9) + " SOL";
}

void add_standing(std::vector<std::string>& lines, Element status) {
    simdjson::dom::array standing;
    if (status["standing"].get(standing) != simdjson::SUCCESS) {
        return;
    }
    for (const Element cause : standing) {
        lines.push_back(
            line("", fmt::format("{}: {}", json_member<std::string_view>(cause, "cause"),
                                 json_member<std::string_view>(cause, "reason"))));
    }
}

void add_endpoints(std::vector<std::string>& lines, Element status) {
    simdjson::dom::array endpoints;
    if (status["endpoints"].get(endpoints) != simdjson::SUCCESS) {
        return;
    }
    for (const Element each : endpoints) {
        lines.push_back(line(
            "endpoint", fmt::format("{}: {}, slot {} ({} behind), {} requests, {} failed",
                                    json_member<std::string_view>(each, "name"),
                                    json_member<bool>(each, "healthy") ? "healthy" : "NOT HEALTHY",
                                    json_member<std::uint64_t>(each, "slot"),
                                    json_member<std::uint64_t>(each, "slot_lag"),
                                    json_member<std::uint64_t>(each, "requests"),
                                    json_member<std::uint64_t>(each, "failures"))));
    }
}

void add_report(std::vector<std::string>& lines, Element report) {
    for (const auto& [name, member] :
         {std::pair{"orders", "orders"}, std::pair{"fills", "fills_by_strategy"},
          std::pair{"positions", "positions"}, std::pair{"denials", "denials"}}) {
        Element object;
        if (report[member].get(object) == simdjson::SUCCESS) {
            const std::string counts = counts_of(object);
            lines.push_back(line(name, counts.empty() ? "none" : counts));
        }
    }
    Element pnl;
    if (report["pnl_lamports"].get(pnl) == simdjson::SUCCESS) {
        lines.push_back(
            line("result", fmt::format("realized {}, at liquidation value {}",
                                       sol_of(pnl, "realized"), sol_of(pnl, "liquidation"))));
    }
    Element costs;
    if (report["costs_lamports"].get(costs) == simdjson::SUCCESS) {
        lines.push_back(
            line("costs",
                 fmt::format("base fees {}, priority fees {}, tips {}", sol_of(costs, "base_fee"),
                             sol_of(costs, "priority_fee"), sol_of(costs, "tip"))));
    }
    const auto mismatch = json_member_if_any<std::uint64_t>(
        report["ledger"].error() == simdjson::SUCCESS ? report["ledger"].value() : report,
        "mismatch_lamports");
    lines.push_back(
        line("books", mismatch ? fmt::format("differ from the chain by {} lamports", *mismatch)
                               : "not held against the chain yet"));
}

}  // namespace

std::vector<std::string> status_lines(std::string_view json) {
    std::vector<std::string> lines;
    simdjson::dom::parser parser;
    Element status;
    if (parser.parse(json.data(), json.size()).get(status) != simdjson::SUCCESS) {
        return lines;
    }
    Element report;
    const bool has_report = status["report"].get(report) == simdjson::SUCCESS;
    lines.push_back(fmt::format(
        "[{}{}{}] {}, {}", has_report ? json_member<std::string_view>(report, "provenance") : "",
        has_report && !json_member<std::string_view>(report, "scenario").empty() ? " " : "",
        has_report ? json_member<std::string_view>(report, "scenario") : "",
        json_member<std::string_view>(status, "state"),
        json_member<std::string_view>(status, "trading_state")));
    add_standing(lines, status);
    lines.push_back(
        line("feed", fmt::format("{}, slot {}, {} accounts watched",
                                 json_member<bool>(status, "blind") ? "BLIND" : "heard",
                                 json_member<std::uint64_t>(status, "slot"),
                                 json_member<std::uint64_t>(status, "accounts_watched"))));
    if (has_report) {
        add_report(lines, report);
    }
    add_endpoints(lines, status);
    return lines;
}

}  // namespace sniperforge::app
