// SPDX-License-Identifier: MIT
// The report as one page. Its policy forbids it to load or to run anything, so that it shows the
// same with and without a network, wherever it is sent.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analytics/evidence_style.hpp"
#include "analytics/html_text.hpp"
#include "analytics/order_pages.hpp"
#include "analytics/report_cells.hpp"
#include "analytics/svg_charts.hpp"
#include "analytics/walk_forward_pages.hpp"
#include "sniperforge/analytics/evidence_report.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::analytics {
namespace {

std::string cell_html(const FigureCell& cell) {
    // An interval stays on its line, a sentence does not.
    constexpr std::size_t kKeptMax = 20;
    return html_escaped(cell.value) +
           (cell.detail.empty()
                ? ""
                : fmt::format("<small{}>{}</small>",
                              cell.detail.size() <= kKeptMax ? " class=\"keep\"" : "",
                              html_escaped(cell.detail)));
}
std::string verdict_html(std::string_view verdict) {
    return fmt::format("<span class=\"verdict {}\">{}</span>", verdict, words_of(verdict));
}
// A chart, or why there is none.
std::string figure_html(std::string_view chart, std::string_view caption) {
    return fmt::format("<figure>{}<figcaption>{}</figcaption></figure>",
                       chart.empty() ? "<p>- (nothing to draw)</p>" : chart, html_escaped(caption));
}

std::string_view stamp_meaning(const std::string& stamp) {
    return stamp == "LIVE"        ? "Traded on mainnet with money."
           : stamp == "NO TRADES" ? "Nothing was traded."
                                  : "Not all of this was traded on mainnet with money: evidence "
                                    "about the code, and no "
                                    "promise about the market.";
}

std::string header_html(const EvidenceReport& report) {
    const std::string stamp = provenance_stamp(report);
    std::string out = fmt::format(
        "<div class=\"stamp{}\">{}<span>{}</span></div><h1>{}</h1><p class=\"soft\">made {} by {}",
        stamp == "LIVE" ? " live" : "", stamp, stamp_meaning(stamp), html_escaped(report.title),
        utc_text(report.made_at),
        report.build_id.empty() ? "- (unknown build)" : html_escaped(report.build_id));
    if (report.time_compression != 1.0) {
        out += fmt::format("; time compressed {} times", report.time_compression);
    }
    if (!report.command.empty()) {
        out += fmt::format("<br>again: <code>{}</code>", html_escaped(report.command));
    }
    return out + "</p>";
}

std::string overview_html(const EvidenceReport& report) {
    std::string out =
        "<h3>Strategies</h3><div class=\"wide\"><table><thead><tr><th>strategy</th><th>win rate "
        "target</th><th>Sharpe target</th>";
    for (const FigureRow& row : overview_rows()) {
        out += fmt::format("<th>{}<small>{}</small></th>", row.label, row.unit);
    }
    out += "</tr></thead><tbody>";
    for (const ReportStrategy& strategy : report.strategies) {
        const Evidence& evidence = strategy.result.evidence;
        out +=
            fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td>", html_escaped(strategy.result.name),
                        verdict_html(to_string(evidence.win_rate_target.verdict)),
                        verdict_html(to_string(evidence.sharpe_target.verdict)));
        for (const FigureRow& row : overview_rows()) {
            FigureCell cell = row.cell(evidence);
            // When it fell is in the strategy's own table.
            if (row.label == "largest drawdown" && cell.value != "-") {
                cell.detail.clear();
            }
            out += fmt::format("<td>{}</td>", cell_html(cell));
        }
        out += "</tr>";
    }
    if (report.strategies.empty()) {
        out += "<tr><td>- (no strategies)</td></tr>";
    }
    return out + "</tbody></table></div>";
}

std::string data_html(const EvidenceReport& report) {
    std::string out =
        "<h3>Data</h3><div class=\"wide\"><table><thead><tr><th>data set</th><th>rows</th>"
        "<th>bad rows</th><th>breaks</th><th class=\"text\">SHA-256</th></tr></thead><tbody>";
    for (const DataSet& set : report.data) {
        const auto [bad, kinds] = bad_rows(set);
        out += fmt::format(
            "<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td><td class=\"text\"><code>"
            "{}</code></td></tr>",
            html_escaped(set.name), set.rows, cell_html({fmt::format("{}", bad), kinds}),
            set.breaks, set.sha256.empty() ? "- (not known)" : html_escaped(set.sha256));
    }
    if (report.data.empty()) {
        out += "<tr><td>- (no data sets named)</td></tr>";
    }
    return out + "</tbody></table></div>";
}

std::string verdicts_html(const ReportStrategy& strategy) {
    std::string out = "<h3>Verdicts</h3>";
    for (const TargetRow& row : target_rows(strategy.result.evidence)) {
        out += fmt::format("<p>{}: {} {}</p><ul>", html_escaped(row.target),
                           verdict_html(to_string(row.verdict)), cell_html(row.figure));
        for (const ConditionRow& condition : row.conditions) {
            out += fmt::format("<li>{}: {}: {}</li>", condition.holds ? "yes" : "no",
                               html_escaped(condition.what), html_escaped(condition.found));
        }
        out += "</ul>";
    }
    if (strategy.leakage.empty()) {
        return out + "<p>leakage: - (not run on prices without a trend)</p>";
    }
    for (const LeakageCheck& check : strategy.leakage) {
        out += fmt::format("<p>{}</p>", html_escaped(leakage_text(check)));
    }
    return out;
}

std::string figures_html(const ReportStrategy& strategy) {
    std::string out = fmt::format(
        "<h3>Figures, beside rules without skill</h3><div class=\"wide figures\"><table><thead><tr>"
        "<th>figure</th><th>{}</th>",
        html_escaped(strategy.result.name));
    for (std::size_t i = 0; i < kBenchmarkCount; ++i) {
        const auto& benchmark = strategy.benchmarks[i];
        out += fmt::format("<th>{}<small>{}</small></th>",
                           words_of(to_string(static_cast<Benchmark>(i))),
                           benchmark ? html_escaped(benchmark->name) : "");
    }
    out += "</tr></thead><tbody>";
    for (const FigureRow& row : figure_rows()) {
        out += fmt::format("<tr><th>{}{}{}</th><td class=\"own\">{}</td>", row.label,
                           row.unit.empty() ? "" : ", ", row.unit,
                           cell_html(row.cell(strategy.result.evidence)));
        for (const auto& benchmark : strategy.benchmarks) {
            out += fmt::format("<td>{}</td>", cell_html(benchmark ? row.cell(benchmark->evidence)
                                                                  : FigureCell{"-", "not run"}));
        }
        out += "</tr>";
    }
    return out + "</tbody></table></div>";
}

std::string costs_html(const Evidence& evidence) {
    std::string out = "<h3>Costs</h3>";
    if (evidence.grounds.trades == 0) {
        return out + "<p>- (no trades)</p>";
    }
    out += figure_html(cost_chart(evidence), "Costs by class, as shares of their sum.");
    out +=
        "<div class=\"wide\"><table "
        "class=\"narrow\"><thead><tr><th>class</th><th>SOL</th></tr></thead><tbody>";
    for (const CostRow& row : cost_rows(evidence)) {
        out += fmt::format("<tr><th>{}</th><td>{}</td></tr>", row.label,
                           cell_html(row.is_known ? FigureCell{format_sol(row.lamports), ""}
                                                  : missing_cell(Lack::NotRecorded)));
    }
    out += "</tbody></table></div>";
    if (evidence.totals.venue_fees_unknown > 0) {
        out += fmt::format(
            "<p class=\"soft\">Venue and transfer fees of {} of {} trades are not told "
            "and are inside their gross result.</p>",
            evidence.totals.venue_fees_unknown, evidence.grounds.landed);
    }
    return out;
}

template <typename Key, typename NameOf>
std::string groups_html(std::string_view title, const std::vector<Group<Key>>& groups,
                        NameOf name_of) {
    if (groups.empty()) {
        return fmt::format("<h3>By {}</h3><p>- (no trades)</p>", title);
    }
    // Intervals of small groups are wide; the scale follows the values.
    double scale = 1;
    for (const Group<Key>& group : groups) {
        scale = std::max(scale, 1.5 * std::abs(group.figures.expectancy_bps.value));
    }
    std::string out = fmt::format(
        "<h3>By {0}</h3><div "
        "class=\"wide\"><table><thead><tr><th>{0}</th><th>attempts</th><th>won, "
        "%</th><th>mean net, bps</th><th class=\"text\">within {1:.0f} bps</th><th>net, "
        "SOL</th><th>"
        "costs, SOL</th></tr></thead><tbody>",
        title, scale);
    for (const Group<Key>& group : groups) {
        const GroupFigures& figures = group.figures;
        out += fmt::format(
            "<tr><th>{}</th><td>{}</td><td>{:.1f}<small>[{:.1f}, "
            "{:.1f}]</small></td><td>{}</td><td "
            "class=\"text\">{}</td><td>{}</td><td>{}</td></tr>",
            html_escaped(name_of(group.key)), figures.win_rate.attempts,
            figures.win_rate.value * 100, figures.win_rate.wilson.low * 100,
            figures.win_rate.wilson.high * 100,
            cell_html(estimate_cell(figures.expectancy_bps, 1, 1)),
            interval_mark(figures.expectancy_bps, scale), format_sol(figures.net),
            format_sol(figures.cost));
    }
    return out + "</tbody></table></div>";
}

std::string scatter_caption(std::size_t trades) {
    return fmt::format(
        "Time held against net result, in bps of the stake; colours are exit reasons. {}",
        trades > kScatterMax
            ? fmt::format("{} of {} trades are drawn, evenly chosen in the order of "
                          "closing; all are in the figures.",
                          kScatterMax, trades)
            : fmt::format("All {} trades are drawn.", trades));
}

std::string strategy_html(const EvidenceReport& report, const ReportStrategy& strategy) {
    const ReportSample& result = strategy.result;
    const Breakdown& breakdown = result.evidence.breakdown;
    const Sample landed =
        result.sample.where([](const TradeResult& trade) { return trade.is_landed; });
    return fmt::format("<section><h2><span class=\"tag\">{}</span>{}</h2><p class=\"soft\">{}</p>",
                       sample_stamp(result, report.is_backtest), html_escaped(result.name),
                       period_text(result.evidence.period)) +
           verdicts_html(strategy) + "<h3>Mean net result</h3>" +
           figure_html(interval_chart(strategy),
                       "Mean net result of an attempt in bps of its stake, with 95 % intervals.") +
           figures_html(strategy) + "<h3>Course</h3>" +
           figure_html(equity_chart(strategy), "Summed net results of closed trades, in SOL.") +
           figure_html(drawdown_chart(result.sample),
                       "Fall below the highest sum so far, in SOL. Closed trades only.") +
           figure_html(scatter_chart(landed), scatter_caption(landed.trades().size())) +
           costs_html(result.evidence) +
           groups_html("venue", breakdown.venues,
                       [](const std::optional<VenueId>& venue) {
                           return words_of(venue ? to_string(*venue) : "several");
                       }) +
           groups_html("exit reason", breakdown.exit_reasons,
                       [](const Ending& ending) { return words_of(to_string(ending)); }) +
           groups_html("hour of opening, UTC", breakdown.hours,
                       [](std::size_t hour) { return fmt::format("{:02}", hour); }) +
           "</section>";
}

std::string delay_html(const Measured<Quantiles>& quantiles) {
    return quantiles ? cell_html({fmt::format("{:.0f}", quantiles->p50),
                                  fmt::format("p90 {:.0f}, largest {:.0f}", quantiles->p90,
                                              quantiles->max)})
                     : cell_html(missing_cell(quantiles.error()));
}

std::string divergence_html(const ReportDivergence& named, bool is_backtest) {
    const Divergence& d = named.divergence;
    std::string out = fmt::format(
        "<section><h2><span class=\"tag\">{}</span>Live less paper: {}</h2><p>{} on both sides, {} "
        "on paper only, {} live only; "
        "in no match {} of paper and {} of live.</p><div class=\"wide\"><table "
        "class=\"narrow\"><thead><tr><th>cause"
        "</th><th>SOL</th></tr></thead><tbody><tr><th>paper, net</th><td>{}</td></tr>",
        divergence_stamp(d, is_backtest), html_escaped(named.name), d.both, d.only_paper,
        d.only_live, d.unmatched_paper, d.unmatched_live, format_sol(d.paper_net));
    for (std::size_t i = 0; i < kDivergenceCauseCount; ++i) {
        const auto cause = static_cast<DivergenceCause>(i);
        out += fmt::format("<tr><th>{}</th><td>{}</td></tr>", words_of(to_string(cause)),
                           format_sol(d.of(cause)));
    }
    out += fmt::format(
        "<tr class=\"sum\"><th>live, net</th><td>{}</td></tr></tbody></table></div><div "
        "class=\"wide\">"
        "<table><tbody><tr><th>mean difference, bps</th><td>{}</td></tr><tr><th>landing delay of "
        "paper, ms</th><td>{}</td></tr><tr><th>landing delay of live, "
        "ms</th><td>{}</td></tr><tr><th>"
        "matches whose entry and exit price are not told apart</th><td>{}</td></tr><tr><th>matches "
        "whose venue fees one side alone tells</th><td>{}</td></tr>",
        format_sol(d.live_net), cell_html(estimate_cell(d.difference_bps, 1, 1)),
        delay_html(d.delay_paper), delay_html(d.delay_live), d.without_tokens,
        d.venue_fees_unequal);
    for (const FailureTotal& failure : d.failures) {
        out += fmt::format(
            "<tr><th>not traded live, {}</th><td>{}</td></tr>",
            failure.failure.empty() ? "no reason given" : html_escaped(failure.failure),
            cell_html({fmt::format("{}", failure.count),
                       fmt::format("paper made {} SOL of them", format_sol(failure.missed))}));
    }
    return out + "</tbody></table></div></section>";
}

constexpr std::string_view kHowToRead =
    "<section><h3>How to read this</h3><p class=\"soft\">Results are net of all costs. Numbers in "
    "brackets are 95 % intervals; but for Wilson's, trades of one day count as one observation. An "
    "interval knows only what happened. \"-\" is a figure that the data cannot give, with the "
    "reason. "
    "The best hour or venue of many is good by chance. MET takes live, final and reconciled fills "
    "on "
    "data that no search has seen, with the whole interval above the target.</p></section>";

}  // namespace

std::string evidence_html(const EvidenceReport& report) {
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
        "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<title>{}: {}</title><style>{}</style></head><body>\n",
        provenance_stamp(report), html_escaped(report.title), kEvidenceStyle);
    page += header_html(report) + "\n" + overview_html(report) + "\n" + data_html(report) + "\n";
    for (const ReportStrategy& strategy : report.strategies) {
        page += strategy_html(report, strategy) + "\n";
    }
    for (const ReportWalkForward& walk : report.walks) {
        page += walk_forward_html(walk) + "\n";
    }
    if (report.on_paper) {
        page += orders_html(*report.on_paper, provenance_stamp(report)) + "\n";
    }
    for (const ReportDivergence& divergence : report.divergences) {
        page += divergence_html(divergence, report.is_backtest) + "\n";
    }
    if (!report.notes.empty()) {
        page += "<section><h3>Notes</h3><ul>";
        for (const std::string& note : report.notes) {
            page += fmt::format("<li>{}</li>", html_escaped(note));
        }
        page += "</ul></section>\n";
    }
    page += kHowToRead;
    return page + "</body></html>\n";
}

}  // namespace sniperforge::analytics
