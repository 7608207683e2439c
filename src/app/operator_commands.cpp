// SPDX-License-Identifier: MIT
// `stop`, `report` and `config`: what an operator asks.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <optional>
#include <ranges>

#include "app/build_id.hpp"
#include "app/commands.hpp"
#include "app/moment.hpp"
#include "app/run_evidence.hpp"
#include "app/shell_word.hpp"
#include "app/state_dir.hpp"
#include "app/system_time.hpp"
#include "app/write_page.hpp"
#include "sniperforge/analytics/order_divergence.hpp"
#include "sniperforge/analytics/store.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/core/json_text.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/ops/control.hpp"
#include "sniperforge/signer/withdrawal.hpp"

namespace sniperforge::app {
namespace {

constexpr std::size_t kTradesShown = 50;
constexpr std::size_t kAllTrades = std::numeric_limits<std::size_t>::max();

[[nodiscard]] int send_command(const ControlArguments& arguments, std::string_view command) {
    auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    auto answer = ops::control_request(*directory + "/control.sock", command);
    if (!answer) {
        return fail_with(kExitNotReady, answer.error().text);
    }
    fmt::print("{}\n", *answer);
    return kExitOk;
}

[[nodiscard]] Result<config::Settings> settings_of(const std::string& path) {
    if (path.empty()) {
        return config::Settings{};
    }
    auto settings = config::load_file(path);
    if (!settings) {
        return fail(settings.error().text());
    }
    return *settings;
}

[[nodiscard]] std::string trades_json(const std::vector<analytics::Store::TradeRow>& trades) {
    std::string json;
    for (const auto& trade : trades) {
        json += fmt::format(
            R"({}{{"strategy":"{}","kind":"{}","outcome":"{}","mint":"{}","signature":"{}",)"
            R"("wallet_lamports":{},"fees_lamports":{},"error":{},"finalized_slot":{}}})",
            json.empty() ? "" : ",", trade.strategy, trade.kind, trade.outcome, trade.mint,
            trade.signature, trade.wallet_lamports, trade.fees_lamports, json_quoted(trade.error),
            trade.finalized_slot != 0 ? fmt::format("{}", trade.finalized_slot) : "null");
    }
    return json;
}

void print_trades(const std::vector<analytics::Store::TradeRow>& trades) {
    fmt::print("  {:<12} {:<6} {:<9} {:>16} {:>12}  {}\n", "strategy", "kind", "outcome",
               "wallet SOL", "fees SOL", "signature");
    for (const auto& trade : trades | std::views::take(kTradesShown)) {
        fmt::print("  {:<12} {:<6} {:<9} {:>16} {:>12}  {}{}{}\n", trade.strategy, trade.kind,
                   trade.outcome, format_decimal(trade.wallet_lamports, 9),
                   format_decimal(trade.fees_lamports, 9), trade.signature,
                   trade.error.empty() ? "" : "  ", trade.error);
    }
    if (trades.size() > kTradesShown) {
        fmt::print("  ... the newest {}; `report --json` has all orders of the run\n",
                   kTradesShown);
    }
}

// How far the run's fills fall from what paper would have assumed: json, or lines with this stamp.
[[nodiscard]] Result<std::string> divergence_of(analytics::Store& store,
                                                const analytics::Store::RunRow& row, bool is_json,
                                                const std::string& stamp) {
    if (row.run.provenance == Provenance::Paper) {
        return is_json ? analytics::order_divergences_json_on_paper()
                       : analytics::order_divergences_text_on_paper(stamp);
    }
    auto orders = store.orders_on_paper(row.run.run_id);
    if (!orders) {
        return Err{orders.error()};
    }
    analytics::Period period{WallTime{row.run.started_wall_ns}, WallTime{row.ended_wall_ns}};
    for (const analytics::ComparedOrder& order : *orders) {
        period.to = std::max(period.to, order.at);  // It may run still.
    }
    const auto divergences = analytics::order_divergences(*orders, period, row.run.seed);
    return is_json ? analytics::to_json(divergences) : analytics::to_text(divergences, stamp);
}

// A duration becomes the moment that it meant: the same command then says the same.
[[nodiscard]] std::string command_of(const ReportArguments& arguments,
                                     std::optional<WallTime> since) {
    return fmt::format(
        "sniperforge report --targets --mode {}{}{}", arguments.mode,
        arguments.state_dir.empty() ? "" : " --state-dir " + shell_word(arguments.state_dir),
        since ? " --since " + utc_text(*since) : "");
}

// What is restricted is evidence, so that --since asks for it; where a page is wanted, for that.
[[nodiscard]] bool is_evidence_told(const ReportArguments& arguments) {
    return arguments.is_targets || (!arguments.since.empty() && arguments.html.empty());
}

// The page where one is wanted, and the figures where they are.
[[nodiscard]] Result<void> tell_evidence(const ReportArguments& arguments,
                                         const analytics::EvidenceReport& evidence) {
    if (!arguments.html.empty()) {
        if (auto written = write_page(arguments.html, analytics::evidence_html(evidence));
            !written) {
            return written;
        }
    }
    if (is_evidence_told(arguments)) {
        fmt::print("{}\n", arguments.is_json ? analytics::evidence_json(evidence)
                                             : analytics::evidence_text(evidence));
    }
    return {};
}

}  // namespace

int stop_command(const ControlArguments& arguments) { return send_command(arguments, "stop"); }

int report_command(const ReportArguments& arguments) {
    std::optional<WallTime> since;
    if (!arguments.since.empty()) {
        const auto moment = parse_moment(arguments.since, system_wall_now());
        if (!moment) {
            return fail_with(kExitUsage, fmt::format("report --since: {}", moment.error().text));
        }
        since = *moment;
    }
    auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    const std::string path = *directory + "/trades.sqlite";
    if (!std::filesystem::exists(path)) {
        return fail_with(kExitNotReady,
                         fmt::format("no run has been recorded in {}; start one with "
                                     "`sniperforge run`, or name its directory with "
                                     "--state-dir",
                                     *directory));
    }
    auto store = analytics::Store::open(path);
    if (!store) {
        return fail_with(kExitFailed, store.error().text);
    }
    auto runs = (*store)->runs(1);
    if (!runs || runs->empty()) {
        return fail_with(kExitFailed, runs ? path + " holds no run" : runs.error().text);
    }
    if (is_evidence_told(arguments) || !arguments.html.empty()) {
        const auto evidence =
            run_evidence(**store, {build_id(), command_of(arguments, since), system_wall_now(),
                                   FileLock::is_held(*directory + "/lock"), since});
        if (!evidence) {
            return fail_with(kExitFailed, evidence.error().text);
        }
        if (const auto told = tell_evidence(arguments, *evidence); !told) {
            return fail_with(kExitFailed, told.error().text);
        }
        if (is_evidence_told(arguments) || since) {
            return kExitOk;
        }
    }
    const auto& row = runs->front();
    // One more than is shown says that there are more.
    auto trades =
        (*store)->trades(row.run.run_id, arguments.is_json ? kAllTrades : kTradesShown + 1);
    if (!trades) {
        return fail_with(kExitFailed, trades.error().text);
    }
    const std::string report = row.report_json.empty() ? "null" : row.report_json;
    const std::string stamp = fmt::format("[{}{}{}]", to_string(row.run.provenance),
                                          row.run.scenario.empty() ? "" : " ", row.run.scenario);
    const auto divergence = divergence_of(**store, row, arguments.is_json, stamp);
    if (!divergence) {
        return fail_with(kExitFailed, divergence.error().text);
    }
    if (arguments.is_json) {
        fmt::print(R"({{"run_id":{},"provenance":"{}","build":{},"ended":{},"report":{},)"
                   R"("paper_divergence":{},"trades":[{}]}})"
                   "\n",
                   json_quoted(row.run.run_id), to_string(row.run.provenance),
                   json_quoted(row.run.build_id), row.ended_wall_ns != 0, report, *divergence,
                   trades_json(*trades));
        return kExitOk;
    }
    fmt::print("{} run {}, build {}{}\n", stamp, row.run.run_id, row.run.build_id,
               row.ended_wall_ns == 0 ? ", not ended cleanly or still running" : "");
    print_trades(*trades);
    fmt::print("{}", *divergence);
    fmt::print("{}\n", report);
    return kExitOk;
}

int config_check_command(const std::string& path, bool is_json) {
    if (path.empty()) {
        return fail_with(kExitUsage, "config check: which file? sniperforge config check FILE");
    }
    auto settings = config::load_file(path);
    if (settings && settings->wallet.cold_address) {
        // What is on the curve is known here, and not where the file is read.
        if (auto cold = signer::check_cold_address(*settings->wallet.cold_address); !cold) {
            settings = Err{config::LoadErrors{
                {fmt::format("{}: wallet.cold_address: {}", path, cold.error().text)}}};
        }
    }
    if (is_json) {
        std::string problems;
        if (!settings) {
            for (const std::string& problem : settings.error().problems) {
                problems += (problems.empty() ? "" : ",") + json_quoted(problem);
            }
        }
        fmt::print("{{\"file\":{},\"ok\":{},\"problems\":[{}]}}\n", json_quoted(path),
                   settings.has_value(), problems);
        return settings ? kExitOk : kExitUsage;
    }
    if (!settings) {
        fmt::print(stderr, "{}\n", settings.error().text());
        return kExitUsage;
    }
    fmt::print("{}: ok\n", path);
    return kExitOk;
}

int config_show_command(const std::string& path, bool is_json) {
    auto settings = settings_of(path);
    if (!settings) {
        return fail_with(kExitUsage, settings.error().text);
    }
    fmt::print("{}\n", is_json ? config::show_json(*settings) : config::show(*settings));
    return kExitOk;
}

}  // namespace sniperforge::app
