// SPDX-License-Identifier: MIT
// The report for a terminal: printable characters only, since names in it may be hostile.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>

#include "analytics/order_pages.hpp"
#include "analytics/report_cells.hpp"
#include "analytics/walk_forward_pages.hpp"
#include "sniperforge/analytics/evidence_report.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::analytics {
namespace {

class TextPage {
 public:
    // Control characters would move the terminal's cursor.
    void line(std::string_view text) {
        std::transform(text.begin(), text.end(), std::back_inserter(page_), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte < 0x20 || byte == 0x7f ? '?' : c;
        });
        page_ += '\n';
    }
    void heading(std::string_view text) {
        page_ += '\n';
        line(text);
        line(std::string(text.size(), '-'));
    }
    [[nodiscard]] std::string take() { return std::move(page_); }

 private:
    std::string page_;
};

std::string cell_text(const FigureCell& cell) {
    return cell.detail.empty() ? cell.value
           : cell.value == "-" ? fmt::format("- ({})", cell.detail)
                               : fmt::format("{} {}", cell.value, cell.detail);
}

void add_data(TextPage& page, const EvidenceReport& report) {
    page.heading("Data");
    if (report.data.empty()) {
        page.line("- (no data sets named)");
    }
    for (const DataSet& set : report.data) {
        const auto [bad, kinds] = bad_rows(set);
        page.line(fmt::format("{}: {} rows, {} bad{}, {} breaks, SHA-256 {}", set.name, set.rows,
                              bad, kinds.empty() ? "" : fmt::format(" ({})", kinds), set.breaks,
                              set.sha256.empty() ? "- (not known)" : set.sha256));
    }
}

void add_rows(TextPage& page, std::span<const FigureRow> rows, const Evidence& evidence,
              std::string_view indent) {
    for (const FigureRow& row : rows) {
        page.line(fmt::format(
            "{:<46}{}",
            fmt::format("{}{}{}{}", indent, row.label, row.unit.empty() ? "" : ", ", row.unit),
            cell_text(row.cell(evidence))));
    }
}

void add_figures(TextPage& page, const ReportStrategy& strategy) {
    add_rows(page, figure_rows(), strategy.result.evidence, "");
    for (std::size_t i = 0; i < kBenchmarkCount; ++i) {
        const auto& benchmark = strategy.benchmarks[i];
        page.line(fmt::format("beside it, {}: {}", words_of(to_string(static_cast<Benchmark>(i))),
                              benchmark ? benchmark->name : "- (not run)"));
        if (benchmark) {
            add_rows(page, overview_rows(), benchmark->evidence, "    ");
        }
    }
}

void add_verdicts(TextPage& page, const ReportStrategy& strategy) {
    for (const TargetRow& row : target_rows(strategy.result.evidence)) {
        page.line(
            fmt::format("{}: {}, {}", row.target, to_string(row.verdict), cell_text(row.figure)));
        for (const ConditionRow& condition : row.conditions) {
            page.line(fmt::format("    {:<4}{}: {}", condition.holds ? "yes" : "no", condition.what,
                                  condition.found));
        }
    }
    for (const LeakageCheck& check : strategy.leakage) {
        page.line(leakage_text(check));
    }
    if (strategy.leakage.empty()) {
        page.line("leakage: - (not run on prices without a trend)");
    }
}

template <typename Key, typename NameOf>
void add_groups(TextPage& page, std::string_view title, const std::vector<Group<Key>>& groups,
                NameOf name_of) {
    page.line(fmt::format("by {}:{}", title, groups.empty() ? " - (no trades)" : ""));
    for (const Group<Key>& group : groups) {
        const GroupFigures& figures = group.figures;
        const FigureCell mean = estimate_cell(figures.expectancy_bps, 1, 1);
        page.line(fmt::format(
            "    {:<20}{:>7} attempts, {:.1f} % won [{:.1f}, {:.1f}], mean {} bps "
            "{}, net {} SOL, costs {} SOL",
            name_of(group.key), figures.win_rate.attempts, figures.win_rate.value * 100,
            figures.win_rate.wilson.low * 100, figures.win_rate.wilson.high * 100, mean.value,
            mean.detail, format_sol(figures.net), format_sol(figures.cost)));
    }
}

void add_costs(TextPage& page, const Evidence& evidence) {
    if (evidence.grounds.trades == 0) {
        page.line("costs: - (no trades)");
        return;
    }
    page.line("costs, SOL:");
    for (const CostRow& row : cost_rows(evidence)) {
        page.line(fmt::format("    {:<20}{}", row.label,
                              row.is_known ? format_sol(row.lamports) : "- (not recorded)"));
    }
    if (evidence.totals.venue_fees_unknown > 0) {
        page.line(
            fmt::format("    venue and transfer fees of {} of {} trades are not told and are "
                        "inside the gross result",
                        evidence.totals.venue_fees_unknown, evidence.grounds.landed));
    }
}

void add_strategy(TextPage& page, const EvidenceReport& report, const ReportStrategy& strategy) {
    const Evidence& evidence = strategy.result.evidence;
    page.heading(fmt::format("{}: {}", sample_stamp(strategy.result, report.is_backtest),
                             strategy.result.name));
    page.line(period_text(evidence.period));
    add_figures(page, strategy);
    add_verdicts(page, strategy);
    add_costs(page, evidence);
    add_groups(page, "venue", evidence.breakdown.venues, [](const std::optional<VenueId>& venue) {
        return words_of(venue ? to_string(*venue) : "several");
    });
    add_groups(page, "exit reason", evidence.breakdown.exit_reasons,
               [](const Ending& ending) { return words_of(to_string(ending)); });
    add_groups(page, "hour of opening, UTC", evidence.breakdown.hours,
               [](std::size_t hour) { return fmt::format("{:02}", hour); });
}

std::string quantile_text(const Measured<Quantiles>& quantiles) {
    return quantiles ? fmt::format("p50 {:.0f}, p90 {:.0f}, largest {:.0f}", quantiles->p50,
                                   quantiles->p90, quantiles->max)
                     : fmt::format("- ({})", words_of(quantiles.error()));
}

void add_divergence(TextPage& page, const ReportDivergence& named, bool is_backtest) {
    const Divergence& d = named.divergence;
    page.heading(
        fmt::format("{}: live less paper: {}", divergence_stamp(d, is_backtest), named.name));
    page.line(
        fmt::format("{} on both sides, {} on paper only, {} live only; in no match {} of paper "
                    "and {} of live",
                    d.both, d.only_paper, d.only_live, d.unmatched_paper, d.unmatched_live));
    page.line(fmt::format("{:<20}{:>20} SOL", "paper, net", format_sol(d.paper_net)));
    for (std::size_t i = 0; i < kDivergenceCauseCount; ++i) {
        const auto cause = static_cast<DivergenceCause>(i);
        page.line(fmt::format("    {:<16}{:>20} SOL", words_of(to_string(cause)),
                              format_sol(d.of(cause))));
    }
    page.line(fmt::format("{:<20}{:>20} SOL", "live, net", format_sol(d.live_net)));
    page.line(
        fmt::format("mean difference, bps: {}", cell_text(estimate_cell(d.difference_bps, 1, 1))));
    page.line(
        fmt::format("entry and exit price not told apart in {} matches, venue fees told by one "
                    "side alone in {}",
                    d.without_tokens, d.venue_fees_unequal));
    page.line(fmt::format("landing delay of paper, ms: {}", quantile_text(d.delay_paper)));
    page.line(fmt::format("landing delay of live, ms: {}", quantile_text(d.delay_live)));
    for (const FailureTotal& failure : d.failures) {
        page.line(fmt::format("    not traded live, {}: {}, paper made {} SOL of them",
                              failure.failure.empty() ? "no reason given" : failure.failure,
                              failure.count, format_sol(failure.missed)));
    }
}

}  // namespace

std::string evidence_text(const EvidenceReport& report) {
    TextPage page;
    page.line(fmt::format("[{}] {}", provenance_stamp(report), report.title));
    page.line(fmt::format("made {} by {}", utc_text(report.made_at),
                          report.build_id.empty() ? "- (unknown build)" : report.build_id));
    if (!report.command.empty()) {
        page.line(fmt::format("again: {}", report.command));
    }
    if (report.time_compression != 1.0) {
        page.line(fmt::format("time compressed {} times", report.time_compression));
    }
    add_data(page, report);
    for (const ReportStrategy& strategy : report.strategies) {
        add_strategy(page, report, strategy);
    }
    for (const ReportWalkForward& walk : report.walks) {
        page.heading("walk forward: " + walk.name);
        for (const std::string& line : walk_forward_lines(walk)) {
            page.line(line);
        }
    }
    if (report.on_paper) {
        page.heading("Live orders beside paper, all runs together");
        const std::string stamp = fmt::format("[{}]", provenance_stamp(report));
        for (const auto line : std::views::split(orders_text(*report.on_paper, stamp), '\n')) {
            page.line(std::string_view{line.begin(), line.end()});
        }
    }
    for (const ReportDivergence& divergence : report.divergences) {
        add_divergence(page, divergence, report.is_backtest);
    }
    for (const std::string& note : report.notes) {
        page.line(note);
    }
    if (report.speed) {
        page.line(fmt::format("{} events in {:.3f} s of one processor, {:.2f} million a second",
                              report.speed->events, report.speed->seconds,
                              report.speed->events_per_s() / 1e6));
    }
    return page.take();
}

}  // namespace sniperforge::analytics
