// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/walk_forward_report.hpp"

#include <fmt/format.h>

#include "analytics/html_text.hpp"
#include "analytics/walk_forward_pages.hpp"

namespace sniperforge::analytics {
namespace {

constexpr double kPercent = 100;

std::string side_text(const FoldFigures& figures) {
    const auto text = [](const FigureCell& cell) {
        return cell.detail.empty() ? cell.value : fmt::format("{} {}", cell.value, cell.detail);
    };
    return fmt::format("{} trades, won % {}, mean net bps {}, Sharpe a year {}", figures.trades,
                       text(estimate_cell(figures.win_rate, kPercent, 1)),
                       text(estimate_cell(figures.net_bps, 1, 1)),
                       text(estimate_cell(figures.sharpe_annual, 1, 2)));
}

// What nobody should read into it; nothing of one that earned.
std::string verdict_text(const ReportFold& fold) {
    switch (in_sample_verdict(fold)) {
        case InSampleVerdict::Lost:
            return fmt::format("; no edge: the best of {} lost where it was searched", fold.trials);
        case InSampleVerdict::NotShown:
            return fmt::format(
                "; no edge: the best of {} is not shown to earn where it was searched",
                fold.trials);
        case InSampleVerdict::NoWinner:
        case InSampleVerdict::Earned:
            break;
    }
    return {};
}

std::string parameters_text(const ReportFold& fold) {
    std::string text;
    for (const auto& [name, value] : fold.parameters) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
    }
    return text.empty() ? "- (no trial could be measured, so nothing was traded)"
                        : text + verdict_text(fold);
}

std::string counted_text(const ReportWalkForward& walk) {
    return fmt::format(
        "searched by {} for {}, seed {}; {} trials on this data are counted, {} of "
        "them from earlier searches",
        walk.method, words_of(walk.objective), walk.seed, walk.trials_all, walk.trials_before);
}

std::string side_html(std::string_view side, const FoldFigures& figures) {
    const auto cell = [](const FigureCell& figure) {
        return fmt::format(
            "<td>{}{}</td>", html_escaped(figure.value),
            figure.detail.empty() ? "" : "<small>" + html_escaped(figure.detail) + "</small>");
    };
    return fmt::format("<td class=\"text\">{}</td><td>{}</td>{}{}{}", side, figures.trades,
                       cell(estimate_cell(figures.win_rate, kPercent, 1)),
                       cell(estimate_cell(figures.net_bps, 1, 1)),
                       cell(estimate_cell(figures.sharpe_annual, 1, 2)));
}

}  // namespace

InSampleVerdict in_sample_verdict(const ReportFold& fold) {
    const Measured<Estimate>& net = fold.in_sample.net_bps;
    if (fold.parameters.empty() || !net) {
        return InSampleVerdict::NoWinner;
    }
    if (net->value <= 0) {
        return InSampleVerdict::Lost;
    }
    return net->ci95 && net->ci95->low > 0 ? InSampleVerdict::Earned : InSampleVerdict::NotShown;
}

FoldFigures fold_figures(const Sample& sample, const Resampling& how) {
    FoldFigures figures;
    figures.trades = sample.landed();
    if (const auto rate = win_rate_of(sample, how)) {
        figures.win_rate = Estimate{rate->value, rate->widest()};
    } else {
        figures.win_rate = std::unexpected{rate.error()};
    }
    figures.net_bps = expectancy_bps(sample, how);
    figures.sharpe_annual = sharpe_annual(sample, how);
    return figures;
}

std::vector<ReportFold> report_folds(const WalkForwardResult& result, std::uint64_t trials_each,
                                     const ParameterTexts& texts, const Resampling& how) {
    std::vector<ReportFold> folds;
    for (const FoldResult& fold : result.folds) {
        ReportFold shown{fold.fold, fold.training, fold.test, trials_each, {}, {}, {}};
        if (fold.chosen) {
            shown.parameters = texts(fold.chosen->values);
        }
        if (fold.in_sample) {
            shown.in_sample = fold_figures(*fold.in_sample, how);
        }
        if (fold.out_of_sample) {
            shown.out_of_sample = fold_figures(*fold.out_of_sample, how);
        }
        folds.push_back(std::move(shown));
    }
    return folds;
}

std::vector<std::string> walk_forward_lines(const ReportWalkForward& walk) {
    std::vector<std::string> lines{counted_text(walk)};
    for (const ReportFold& fold : walk.folds) {
        lines.push_back(fmt::format("fold {}: {} trials", fold.fold, fold.trials));
        lines.push_back("    searched in    " + period_text(fold.training));
        lines.push_back("    judged in      " + period_text(fold.test));
        lines.push_back("    chosen         " + parameters_text(fold));
        lines.push_back("    in sample      " + side_text(fold.in_sample));
        lines.push_back("    out of sample  " + side_text(fold.out_of_sample));
    }
    return lines;
}

std::string walk_forward_html(const ReportWalkForward& walk) {
    std::string out = fmt::format(
        "<section><h2>Walk forward: {}</h2><p>{}.</p><div class=\"wide\"><table><thead><tr>"
        "<th>fold</th><th class=\"text\"></th><th>trades</th><th>won<small>%</small></th><th>mean "
        "net<small>bps</small></th><th>Sharpe ratio<small>a year</small></th></tr></thead><tbody>",
        html_escaped(walk.name), html_escaped(counted_text(walk)));
    for (const ReportFold& fold : walk.folds) {
        out += fmt::format("<tr><th>{}<small>{} trials</small><small>{}</small></th>{}</tr>",
                           fold.fold, fold.trials, period_text(fold.training),
                           side_html("in sample", fold.in_sample));
        out += fmt::format("<tr><th><small>{}</small></th>{}</tr>", period_text(fold.test),
                           side_html("out of sample", fold.out_of_sample));
        out += fmt::format("<tr><td class=\"text\" colspan=\"6\"><small>{}</small></td></tr>",
                           html_escaped(parameters_text(fold)));
    }
    return out + "</tbody></table></div></section>";
}

}  // namespace sniperforge::analytics
