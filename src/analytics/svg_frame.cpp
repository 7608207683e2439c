// SPDX-License-Identifier: MIT
#include "analytics/svg_frame.hpp"

#include <array>
#include <cmath>

#include "analytics/html_text.hpp"
#include "analytics/report_cells.hpp"

namespace sniperforge::analytics {
namespace {

constexpr std::size_t kTimeTicksMax = 7;
constexpr std::int64_t kDaySeconds = 86'400;

}  // namespace

std::vector<double> round_values(double low, double high, int count) {
    const double raw = (high - low) / count;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    const double share = raw / power;
    const double step = power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
    std::vector<double> values;
    for (double at = std::ceil(low / step); at * step <= high; at += 1) {
        values.push_back(at * step + 0.0);  // Never -0.
    }
    return values;
}

std::vector<Tick> time_ticks(Period period) {
    constexpr std::array<std::int64_t, 20> kSteps = {
        1,       5,       15,        60,        300,        900,        1'800,
        3'600,   7'200,   14'400,    21'600,    43'200,     86'400,     172'800,
        432'000, 864'000, 2'592'000, 7'776'000, 31'536'000, 315'360'000};
    const std::int64_t from = period.from.seconds();
    const std::int64_t to = (period.to.ns - 1) / 1'000'000'000;
    std::int64_t step = kSteps.back();
    for (const std::int64_t candidate : kSteps) {
        if ((to - from) / candidate < static_cast<std::int64_t>(kTimeTicksMax)) {
            step = candidate;
            break;
        }
    }
    std::vector<Tick> ticks;
    for (std::int64_t at = (from + step - 1) / step * step; at <= to; at += step) {
        const std::string text = utc_text(WallTime{at * 1'000'000'000});
        ticks.push_back({static_cast<double>(at - from) * 1e9,
                         step >= kDaySeconds ? text.substr(0, 10) : text.substr(5, 14)});
    }
    return ticks;
}

std::string axis_number(double value) {
    return std::abs(value) >= 1e7 ? fmt::format("{:.3g}", value) : fmt::format("{:.6g}", value);
}

std::string svg_begin(double height, std::string_view description) {
    return fmt::format(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\" "
        "preserveAspectRatio=\"xMidYMid meet\">",
        kChartWidth, height, html_escaped(description));
}

std::string svg_text(double x, double y, std::string_view style, std::string_view text) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>", x, y, style,
                       html_escaped(text));
}

std::string svg_grid(const Axis& x, const std::vector<Tick>& x_ticks, const Axis& y,
                     const std::vector<Tick>& y_ticks) {
    std::string out;
    for (const Tick& tick : y_ticks) {
        const double at = y.pixel(tick.at);
        out += fmt::format("<path class=\"{}\" d=\"M{} {:.1f}H{}\"/>",
                           tick.at == 0 ? "zero" : "grid", x.begin, at, x.end);
        out += svg_text(x.begin - 6, at + 4, "tick end", tick.label);
    }
    for (const Tick& tick : x_ticks) {
        const double at = x.pixel(tick.at);
        out += fmt::format("<path class=\"grid\" d=\"M{:.1f} {}V{}\"/>", at, y.end, y.begin);
        out += svg_text(at, y.begin + 16, "tick mid", tick.label);
    }
    return out;
}

}  // namespace sniperforge::analytics
