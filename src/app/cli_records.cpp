// SPDX-License-Identifier: MIT
// The part of the command line that tells of past runs.
#include "app/cli_parts.hpp"
#include "app/commands.hpp"

namespace sniperforge::app {
namespace {

void add_report(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "report",
        "Report of the last run, or of what all runs are evidence of, from the trade store");
    auto a = std::make_shared<ReportArguments>();
    add_place(*command, *a);
    command->add_flag("--targets", a->is_targets,
                      "Of all runs, each strategy and the portfolio: figures with intervals, and "
                      "MET, MISSED or HYPOTHESIS with every condition (docs/evidence.md)");
    command
        ->add_option("--html", a->html,
                     "Write what --targets says, with charts, as one page to this file")
        ->check(not_empty());
    command
        ->add_option("--since", a->since,
                     "What --targets says of the time from then on, which it implies: a day "
                     "(2026-11-30), a second (2026-11-30T12:34:56Z) of UTC, or how long ago (24h, "
                     "7d)")
        ->check(not_empty());
    command->add_flag("--json", a->is_json, "Print one JSON object");
    command->callback([a, &action] { action = [a] { return report_command(*a); }; });
}

void add_explain(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "explain",
        "All that is known of one order or position: inputs, verdicts, quote, denials, lanes, "
        "timeline, costs, lots");
    auto a = std::make_shared<ExplainArguments>();
    command
        ->add_option("id", a->id,
                     "An order's number (5), a position's (p3), or a signature or how it begins")
        ->required()
        ->check(not_empty());
    add_place(*command, *a);
    command->add_flag("--json", a->is_json, "Print one JSON object");
    command->callback([a, &action] { action = [a] { return explain_command(*a); }; });
}

void add_export(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "export",
        "Lots, first in first out, as the ledger has them, and all else that won or cost lamports");
    auto a = std::make_shared<ExportArguments>();
    command->add_option("format", a->format, "csv, or json")
        ->required()
        ->check(CLI::IsMember({"csv", "json"}));
    command
        ->add_option("--since", a->since,
                     "Leave out what ended before: a day (2026-11-30), a second "
                     "(2026-11-30T12:34:56Z) of UTC, or how long ago (24h, 7d)")
        ->check(not_empty());
    command
        ->add_option("--until", a->until,
                     "Leave out what ended then or later, and what is held; written as --since")
        ->check(not_empty());
    command
        ->add_option("--output", a->output,
                     "The file, which is replaced as a whole (default: standard output)")
        ->check(not_empty());
    add_place(*command, *a);
    command->callback([a, &action] { action = [a] { return export_command(*a); }; });
}

}  // namespace

void add_records_commands(CLI::App& app, Action& action) {
    add_report(app, action);
    add_explain(app, action);
    add_export(app, action);
}

}  // namespace sniperforge::app
