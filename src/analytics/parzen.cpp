// SPDX-License-Identifier: MIT
#include "analytics/parzen.hpp"

#include <algorithm>
#include <cmath>

#include "analytics/normal.hpp"

namespace sniperforge::analytics {
namespace {

// A bell narrower than that would draw the same number for ever.
constexpr double kWidthMin = 0.02;

double place_on(const IntegerRange& range, double number) {
    const auto low = static_cast<double>(range.low);
    const auto end = static_cast<double>(range.high) + 1;
    return range.scale == Scale::Log ? std::log(number / low) / std::log(end / low)
                                     : (number - low) / (end - low);
}

}  // namespace

UnitCell unit_cell(const IntegerRange& range, std::int64_t number) {
    return {place_on(range, static_cast<double>(number)),
            place_on(range, static_cast<double>(number) + 1)};
}

std::int64_t number_at(const IntegerRange& range, double unit) {
    const auto low = static_cast<double>(range.low);
    const auto end = static_cast<double>(range.high) + 1;
    const double number =
        range.scale == Scale::Log ? low * std::pow(end / low, unit) : low + unit * (end - low);
    return std::clamp(static_cast<std::int64_t>(std::floor(number)), range.low, range.high);
}

ParzenRange::ParzenRange(const IntegerRange& range, std::span<const std::int64_t> seen)
    : range_{range} {
    std::vector<double> middles;
    for (const std::int64_t number : seen) {
        middles.push_back(unit_cell(range, number).middle());
    }
    std::sort(middles.begin(), middles.end());
    const double width_min = std::max(kWidthMin, 1.0 / (static_cast<double>(seen.size()) + 2));
    for (std::size_t i = 0; i < middles.size(); ++i) {
        const double before = i > 0 ? middles[i] - middles[i - 1] : middles[i];
        const double after = i + 1 < middles.size() ? middles[i + 1] - middles[i] : 1 - middles[i];
        Bell bell{middles[i], std::clamp(std::max(before, after), width_min, 1.0), 0, 1};
        bell.below = normal_cdf((0 - bell.middle) / bell.width);
        bell.inside = normal_cdf((1 - bell.middle) / bell.width) - bell.below;
        bells_.push_back(bell);
    }
}

std::int64_t ParzenRange::draw(Rng& rng) const {
    const auto part = static_cast<std::size_t>(rng.below(bells_.size() + 1));
    const double u = rng.uniform();
    if (part == bells_.size()) {
        return number_at(range_, u);
    }
    const Bell& bell = bells_[part];
    const double p = std::clamp(bell.below + u * bell.inside, 1e-12, 1 - 1e-12);
    return number_at(range_, std::clamp(bell.middle + bell.width * normal_quantile(p), 0.0, 1.0));
}

double ParzenRange::probability(std::int64_t number) const {
    const UnitCell cell = unit_cell(range_, number);
    double sum = cell.high - cell.low;
    for (const Bell& bell : bells_) {
        sum += (normal_cdf((cell.high - bell.middle) / bell.width) -
                normal_cdf((cell.low - bell.middle) / bell.width)) /
               bell.inside;
    }
    return sum / (static_cast<double>(bells_.size()) + 1);
}

ParzenChoice::ParzenChoice(std::size_t count, std::span<const std::int64_t> seen)
    : weights_(count, 1.0 / static_cast<double>(count)) {
    for (const std::int64_t place : seen) {
        weights_[static_cast<std::size_t>(place)] += 1;
    }
    whole_ = static_cast<double>(seen.size()) + 1;
}

std::int64_t ParzenChoice::draw(Rng& rng) const {
    double rest = rng.uniform() * whole_;
    std::size_t place = 0;
    while (place + 1 < weights_.size() && rest >= weights_[place]) {
        rest -= weights_[place];
        ++place;
    }
    return static_cast<std::int64_t>(place);
}

double ParzenChoice::probability(std::int64_t place) const {
    return weights_[static_cast<std::size_t>(place)] / whole_;
}

}  // namespace sniperforge::analytics
