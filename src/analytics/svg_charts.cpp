// SPDX-License-Identifier: MIT
#include "analytics/svg_charts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "analytics/html_text.hpp"
#include "analytics/pixel_columns.hpp"
#include "analytics/report_cells.hpp"
#include "analytics/svg_frame.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::analytics {
namespace {

constexpr double kSol = 1e-9;
constexpr double kCourseHeight = 240, kDrawdownHeight = 150, kScatterHeight = 320;
constexpr double kLabelHeight = 26;  // Below a plot.

Axis time_axis(Period period) {
    return {0, static_cast<double>(period.to.ns - period.from.ns), kPlotLeft, kPlotRight};
}
// Bounds that are equal would leave nothing to divide by.
Axis value_axis(double low, double high, double height) {
    if (!(high > low)) {
        low -= 1;
        high += 1;
    }
    const double margin = (high - low) * 0.04;
    return {low - margin, high + margin, height, kPlotTop};
}
std::vector<Tick> value_ticks(const Axis& axis, int count) {
    std::vector<Tick> ticks;
    for (const double value : round_values(axis.low, axis.high, count)) {
        ticks.push_back({value, axis_number(value)});
    }
    return ticks;
}

// A step function from 0 at the beginning, in whole columns.
std::string step_path(const std::vector<PixelColumn>& columns, const Axis& y) {
    std::string path = fmt::format("M{} {:.1f}", kPlotLeft, y.pixel(0));
    const auto out = std::back_inserter(path);
    for (const PixelColumn& column : columns) {
        fmt::format_to(out, "H{}V{:.1f}", kPlotLeft + static_cast<double>(column.x),
                       y.pixel(column.first * kSol));
        if (column.low < column.high) {
            fmt::format_to(out, "V{:.1f}V{:.1f}V{:.1f}", y.pixel(column.low * kSol),
                           y.pixel(column.high * kSol), y.pixel(column.last * kSol));
        }
    }
    fmt::format_to(out, "H{}", kPlotRight);
    return path;
}

std::string legend_key(std::string_view style, std::string_view text) {
    return fmt::format("<span class=\"key {}\">{}</span>", style, html_escaped(text));
}

struct Line {
    std::string style, label;
    std::vector<PixelColumn> columns;
};

// The strategy last, so that it lies on top.
std::vector<Line> equity_lines(const ReportStrategy& strategy) {
    const Period period = strategy.result.sample.period();
    std::vector<Line> lines;
    for (std::size_t i = 0; i < kBenchmarkCount; ++i) {
        const auto& benchmark = strategy.benchmarks[i];
        if (!benchmark || benchmark->sample.period().from != period.from ||
            benchmark->sample.period().to != period.to) {
            continue;
        }
        lines.push_back(
            {fmt::format("b{}", i),
             fmt::format("{}: {}", words_of(to_string(static_cast<Benchmark>(i))), benchmark->name),
             pixel_columns(equity_course(benchmark->sample), period, kPlotColumns)});
    }
    lines.push_back({"main", strategy.result.name,
                     pixel_columns(equity_course(strategy.result.sample), period, kPlotColumns)});
    return lines;
}

// Powers of ten on both sides of zero, with a straight piece around it.
double bent(double bps) { return std::asinh(bps / 20.0); }

double held_seconds(const TradeResult& trade) {
    constexpr double kShortest = 0.1;
    return std::max(static_cast<double>(trade.closed_at.ns - trade.opened_at.ns) / 1e9, kShortest);
}

std::vector<Tick> held_ticks(const Axis& x) {
    std::vector<Tick> ticks;
    for (const auto& [seconds, label] :
         std::initializer_list<std::pair<double, const char*>>{{0.1, "0.1 s"},
                                                               {1, "1 s"},
                                                               {10, "10 s"},
                                                               {60, "1 min"},
                                                               {600, "10 min"},
                                                               {3'600, "1 h"},
                                                               {36'000, "10 h"},
                                                               {86'400, "1 day"},
                                                               {864'000, "10 days"},
                                                               {8'640'000, "100 days"}}) {
        const double at = std::log10(seconds);
        if (at >= x.low && at <= x.high) {
            ticks.push_back({at, label});
        }
    }
    return ticks;
}

std::vector<Tick> bent_ticks(const Axis& y) {
    std::vector<Tick> ticks = {{0, "0"}};
    for (double size = 100; size <= 1e8; size *= 10) {
        for (const double value : {size, -size}) {
            if (bent(value) >= y.low && bent(value) <= y.high) {
                ticks.push_back({bent(value), axis_number(value)});
            }
        }
    }
    return ticks;
}

std::string reason_style(ExitReason reason) {
    return fmt::format("r{}", static_cast<unsigned>(reason));
}

}  // namespace

std::string equity_chart(const ReportStrategy& strategy) {
    const Sample& sample = strategy.result.sample;
    if (sample.is_empty()) {
        return {};
    }
    const std::vector<Line> lines = equity_lines(strategy);
    double low = 0;
    double high = 0;
    for (const Line& line : lines) {
        for (const PixelColumn& column : line.columns) {
            low = std::min(low, column.low * kSol);
            high = std::max(high, column.high * kSol);
        }
    }
    const Axis x = time_axis(sample.period());
    const Axis y = value_axis(low, high, kCourseHeight);
    std::string keys;
    std::string paths;
    for (const Line& line : lines) {
        keys = legend_key(line.style, line.label) + keys;
        paths += fmt::format("<path class=\"line {}\" d=\"{}\"/>", line.style,
                             step_path(line.columns, y));
    }
    return "<div class=\"legend\">" + keys + "</div>" +
           svg_begin(kCourseHeight + kLabelHeight, "summed net results over time, in SOL") +
           svg_grid(x, time_ticks(sample.period()), y, value_ticks(y, 5)) + paths + "</svg>";
}

std::string drawdown_chart(const Sample& sample) {
    if (sample.is_empty()) {
        return {};
    }
    const auto columns =
        pixel_columns(drawdown_course(equity_course(sample)), sample.period(), kPlotColumns);
    double low = 0;
    for (const PixelColumn& column : columns) {
        low = std::min(low, column.low * kSol);
    }
    if (low == 0) {
        return {};
    }
    const Axis x = time_axis(sample.period());
    const Axis y{low * 1.04, 0, kDrawdownHeight, kPlotTop};
    const std::string path = step_path(columns, y);
    return svg_begin(kDrawdownHeight + kLabelHeight, "fall below the highest sum so far, in SOL") +
           svg_grid(x, time_ticks(sample.period()), y, value_ticks(y, 3)) +
           fmt::format("<path class=\"fall\" d=\"{}V{}H{}Z\"/></svg>", path, kPlotTop, kPlotLeft);
}

std::string scatter_chart(const Sample& sample) {
    if (sample.is_empty()) {
        return {};
    }
    struct Dot {
        double held, net;
        ExitReason reason;
    };
    std::vector<Dot> dots;
    std::map<ExitReason, std::size_t> counts;
    Axis x{1e9, -1e9, kPlotLeft, kPlotRight};
    Axis y{0, 0, kScatterHeight, kPlotTop};
    for (const std::size_t i : evenly_chosen(sample.trades().size(), kScatterMax)) {
        const TradeResult& trade = sample.trades()[i];
        const Dot dot{std::log10(held_seconds(trade)),
                      bent(sample.net_return(i) * static_cast<double>(kBasisPointsOne)),
                      trade.exit_reason};
        dots.push_back(dot);
        ++counts[dot.reason];
        x.low = std::min(x.low, dot.held);
        x.high = std::max(x.high, dot.held);
        y.low = std::min(y.low, dot.net);
        y.high = std::max(y.high, dot.net);
    }
    y = value_axis(y.low, y.high, kScatterHeight);
    x.low -= 0.2;
    x.high += 0.2;

    std::string keys;
    std::string paths;
    for (const auto& [reason, count] : counts) {
        // One path of points of no length, which round ends make visible.
        std::string path;
        for (const Dot& dot : dots) {
            if (dot.reason == reason) {
                fmt::format_to(std::back_inserter(path), "M{:.1f} {:.1f}h0", x.pixel(dot.held),
                               y.pixel(dot.net));
            }
        }
        keys += legend_key(reason_style(reason),
                           fmt::format("{} ({}{})", words_of(to_string(reason)), count,
                                       sample.trades().size() > kScatterMax ? " drawn" : ""));
        paths += fmt::format("<path class=\"dots {}\" d=\"{}\"/>", reason_style(reason), path);
    }
    return "<div class=\"legend\">" + keys + "</div>" +
           svg_begin(kScatterHeight + kLabelHeight, "time held against net result") +
           svg_grid(x, held_ticks(x), y, bent_ticks(y)) + paths + "</svg>";
}

std::string interval_chart(const ReportStrategy& strategy) {
    struct Entry {
        std::string label;
        std::string style;
        Estimate estimate;
    };
    std::vector<Entry> entries;
    const auto add = [&](const ReportSample& sample, std::string style, std::string label) {
        if (sample.evidence.expectancy_bps) {
            entries.push_back(
                {std::move(label), std::move(style), *sample.evidence.expectancy_bps});
        }
    };
    add(strategy.result, "main", "this strategy");
    for (std::size_t i = 0; i < kBenchmarkCount; ++i) {
        if (const auto& benchmark = strategy.benchmarks[i]) {
            add(*benchmark, fmt::format("b{}", i), words_of(to_string(static_cast<Benchmark>(i))));
        }
    }
    if (entries.empty()) {
        return {};
    }
    double low = 0;
    double high = 0;
    for (const Entry& entry : entries) {
        const Interval bounds =
            entry.estimate.ci95.value_or(Interval{entry.estimate.value, entry.estimate.value});
        low = std::min({low, bounds.low, entry.estimate.value});
        high = std::max({high, bounds.high, entry.estimate.value});
    }
    constexpr double kRow = 26;
    constexpr double kLabels = 130;
    const double height = kPlotTop + kRow * static_cast<double>(entries.size());
    Axis x = value_axis(low, high, height);
    x.begin = kLabels;
    x.end = kPlotRight;
    const Axis y{0, 1, height, kPlotTop};
    std::string out = svg_begin(height + kLabelHeight, "mean net result with 95 % intervals") +
                      svg_grid(x, value_ticks(x, 6), y, {});
    out += fmt::format("<path class=\"zero\" d=\"M{:.1f} {}V{}\"/>", x.pixel(0), kPlotTop, height);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const Entry& entry = entries[i];
        const double at = kPlotTop + kRow * (static_cast<double>(i) + 0.5);
        out += svg_text(kLabels - 8, at + 4, "tick end", entry.label);
        if (entry.estimate.ci95) {
            out += fmt::format(
                "<path class=\"line {0}\" d=\"M{1:.1f} {3}H{2:.1f}M{1:.1f} "
                "{4}V{5}M{2:.1f} {4}V{5}\"/>",
                entry.style, x.pixel(entry.estimate.ci95->low), x.pixel(entry.estimate.ci95->high),
                at, at - 5, at + 5);
        }
        out += fmt::format("<path class=\"point {}\" d=\"M{:.1f} {}h0\"/>", entry.style,
                           x.pixel(entry.estimate.value), at);
    }
    return out + "</svg>";
}

std::string cost_chart(const Evidence& evidence) {
    if (evidence.grounds.trades == 0) {
        return {};
    }
    const std::vector<CostRow> rows = cost_rows(evidence);
    double whole = 0;
    for (const CostRow& row : rows) {
        whole += std::max(static_cast<double>(row.lamports.raw()), 0.0);
    }
    if (whole == 0) {
        return {};
    }
    constexpr double kBar = 30;
    std::string keys;
    std::string bars;
    double at = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double share = std::max(static_cast<double>(rows[i].lamports.raw()), 0.0) / whole;
        if (share == 0) {
            continue;
        }
        bars +=
            fmt::format("<rect class=\"c{}\" x=\"{:.2f}\" y=\"0\" width=\"{:.2f}\" height=\"{}\"/>",
                        i, at * kChartWidth, share * kChartWidth, kBar);
        keys += legend_key(fmt::format("c{}", i),
                           fmt::format("{} {:.1f} %", rows[i].label, share * 100));
        at += share;
    }
    return "<div class=\"legend\">" + keys + "</div>" +
           svg_begin(kBar, "costs by class, as shares of their sum") + bars + "</svg>";
}

std::string interval_mark(const Estimate& estimate, double bps_max) {
    constexpr double kHalf = 70;
    const Axis x{-bps_max, bps_max, 2, 2 * kHalf - 2};
    std::string out = fmt::format(
        "<svg class=\"mark\" viewBox=\"0 0 {} 14\" aria-hidden=\"true\">"
        "<path class=\"zero\" d=\"M{} 0V14\"/>",
        2 * kHalf, kHalf);
    const auto clipped = [&](double value) {
        return x.pixel(std::clamp(value, -bps_max, bps_max));
    };
    if (estimate.ci95) {
        out += fmt::format("<path class=\"line main\" d=\"M{:.1f} 7H{:.1f}\"/>",
                           clipped(estimate.ci95->low), clipped(estimate.ci95->high));
    }
    return out + fmt::format("<path class=\"point main\" d=\"M{:.1f} 7h0\"/></svg>",
                             clipped(estimate.value));
}

}  // namespace sniperforge::analytics
