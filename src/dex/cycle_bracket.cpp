// SPDX-License-Identifier: MIT
#include "dex/cycle_bracket.hpp"

#include <algorithm>
#include <cmath>

#include "dex/cycle_curve.hpp"

namespace sniperforge::dex {

void ConcaveCeiling::add(double at, double value, double error) {
    error_ = std::max(error_, error);
    if (count_ == points_.size()) {
        return;
    }
    std::size_t i = count_;
    while (i > 1 && points_[i - 1].at > at) {
        --i;
    }
    // Neighbours closer than a unit tell nothing about a slope.
    if (at < points_[i - 1].at + 1 || (i < count_ && at > points_[i].at - 1)) {
        return;
    }
    std::copy_backward(points_.begin() + static_cast<std::ptrdiff_t>(i),
                       points_.begin() + static_cast<std::ptrdiff_t>(count_),
                       points_.begin() + static_cast<std::ptrdiff_t>(count_) + 1);
    points_[i] = {at, value};
    ++count_;
}

double ConcaveCeiling::value() const {
    double top = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        top = std::max(top, between(i));
    }
    return top + error_;
}

double ConcaveCeiling::slope_between(std::size_t i, std::size_t j) const {
    return (points_[j].value - points_[i].value) / (points_[j].at - points_[i].at);
}

// From point i to the next one, or to the end.
double ConcaveCeiling::between(std::size_t i) const {
    const Point& left = points_[i];
    const double width = (i + 1 < count_ ? points_[i + 1].at : end_) - left.at;
    const double rise =
        i == 0 ? slope_ : slope_between(i - 1, i) + 2 * error_ / (left.at - points_[i - 1].at);
    if (rise <= 0 || width <= 0) {
        return left.value;
    }
    const double by_left = left.value + rise * width;
    if (i + 2 >= count_) {
        return by_left;
    }
    const Point& right = points_[i + 1];
    const double fall = slope_between(i + 1, i + 2) - 2 * error_ / (points_[i + 2].at - right.at);
    if (fall >= 0) {
        return right.value;
    }
    // Where both lines meet, unless that is beyond the points.
    const double meet = (right.value - fall * width - left.value) / (rise - fall);
    return left.value + rise * std::clamp(meet, 0.0, width);
}

namespace {

// More in never returns more for each lamport, so the gain has one top. (But for roundings, and for
// transfer fees at their ceiling, where the top that is found may be the lower of two.)
class BracketSearch {
 public:
    explicit BracketSearch(const RouteQuotes& quotes)
        : quotes_{quotes},
          rate_{std::exp(quotes.route().rate)},
          lamports_max_{quotes.lamports_max()},
          is_concave_{!quotes.is_taxed()},
          ceiling_{rate_ - 1, static_cast<double>(lamports_max_)} {}

    [[nodiscard]] std::optional<Attempt> run(double to_beat) {
        if (!guess(to_beat)) {
            return std::nullopt;
        }
        middle_ = best_->handed_over();
        offer(quotes_.at(middle_));  // Fewer lamports may yield as much.
        widen();
        if (ceiling() <= to_beat) {
            return std::nullopt;
        }
        close_in();
        scan();
        return best_;
    }

 private:
    using Gain = std::optional<double>;  // Nothing: refused.

    // True: it is the best so far.
    bool offer(const std::optional<Attempt>& made) {
        ++attempts_;
        if (made) {
            note(*made);
        }
        if (!is_better(made, best_)) {
            return false;
        }
        best_ = made;
        return true;
    }
    void note(const Attempt& made) {
        if (made.gain() <= 0) {
            lamports_losing_ = std::min(lamports_losing_, made.in());
        }
        // What a unit of each token on the way is worth; each hop rounds a few of them away.
        double units = 1;
        const auto in = static_cast<double>(made.in());
        for (std::size_t i = 1; i < made.count; ++i) {
            units += in / static_cast<double>(std::max<std::uint64_t>(made.amounts[i], 1));
        }
        constexpr double kUnitsPerHop = 4;
        ceiling_.add(in, static_cast<double>(made.gain()), kUnitsPerHop * units);
    }
    [[nodiscard]] bool is_left() const { return attempts_ < kAttemptsMax; }
    [[nodiscard]] static Gain gain_of(const std::optional<Attempt>& made) {
        return made ? Gain{static_cast<double>(made->gain())} : std::nullopt;
    }

    // No size gains more: below a size that loses none reaches the rate for next to nothing on all
    // of it, and above it every one loses.
    [[nodiscard]] double ceiling() const {
        const double by_rate =
            (rate_ - 1) * static_cast<double>(std::min(lamports_losing_, lamports_max_)) + 1;
        return is_concave_ ? std::min(by_rate, ceiling_.value()) : by_rate;
    }

    // Fits a constant product to what a size returns and goes to its optimum: exact at once for
    // liquidity that is even, and a good place to begin elsewhere. False: nothing beats `to_beat`.
    [[nodiscard]] bool guess(double to_beat) {
        constexpr int kFitsMax = 8;
        std::uint64_t lamports = lamports_max_;
        for (int i = 0; i < kFitsMax && lamports > 0; ++i) {
            const auto made = quotes_.spending(lamports);
            offer(made);
            if (!made) {
                // More than the pools hold, or than the accounts seen can show.
                lamports_max_ = lamports - 1;
                ceiling_.set_end(static_cast<double>(lamports_max_));
                lamports /= 16;
                continue;
            }
            if (ceiling() <= to_beat) {
                return false;
            }
            const auto in = static_cast<double>(lamports);
            const double fall = rate_ * in / std::max(static_cast<double>(made->out()), 0.5) - 1;
            const Curve fit{rate_, fall > 0 ? in / fall : 1e30};
            const std::uint64_t next = to_amount(fit.best_in(), lamports_max_);
            const std::uint64_t moved = next > lamports ? next - lamports : lamports - next;
            if (moved <= lamports / kFine) {
                break;
            }
            lamports = next;
        }
        return best_.has_value();
    }

    // Until the middle is no worse than both ends.
    void widen() {
        low_ = high_ = middle_;
        gain_low_ = gain_high_ = gain_of(best_);
        const std::uint64_t first = std::max<std::uint64_t>(middle_ / kFine, 1);
        std::uint64_t step = first;
        bool is_moved = false;
        while (is_left()) {
            high_ = middle_ < kU64Max - step ? middle_ + step : kU64Max;
            const Gain before = gain_of(best_);
            const auto made = quotes_.at(high_);
            gain_high_ = gain_of(made);
            if (!offer(made)) {
                break;
            }
            low_ = middle_;
            gain_low_ = before;
            middle_ = high_;
            step *= 2;
            is_moved = true;
        }
        step = first;
        while (!is_moved && is_left()) {
            low_ = middle_ > step ? middle_ - step : 0;
            if (low_ == 0) {
                gain_low_ = 0;
                break;
            }
            const Gain before = gain_of(best_);
            const auto made = quotes_.at(low_);
            gain_low_ = gain_of(made);
            if (!offer(made)) {
                break;
            }
            high_ = middle_;
            gain_high_ = before;
            middle_ = low_;
            step *= 2;
        }
    }

    // By turns to the top of a parabola, which is quick where the gain is smooth, and by golden
    // sections, which cut a third off any bracket.
    void close_in() {
        bool is_golden = false;
        while (is_left() && high_ - low_ > std::max<std::uint64_t>(middle_ / 512, kScanMax) &&
               !is_flat()) {
            probe(is_golden ? golden() : vertex().value_or(golden()));
            is_golden = !is_golden;
        }
        if (high_ - low_ > kScanMax && is_left()) {
            if (const auto top = vertex()) {
                offer(quotes_.at(*top));
            }
        }
    }
    // The best is so near to the most there can be that more attempts are not worth their time.
    [[nodiscard]] bool is_flat() const {
        const auto gain = static_cast<double>(best_->gain());
        return ceiling() <= gain + gain / 4'096;
    }
    [[nodiscard]] std::uint64_t golden() const {
        constexpr double kShare = 0.381966;
        const auto part = [](std::uint64_t width) {
            return std::max<std::uint64_t>(
                static_cast<std::uint64_t>(static_cast<double>(width) * kShare), 1);
        };
        return high_ - middle_ > middle_ - low_ ? middle_ + part(high_ - middle_)
                                                : middle_ - part(middle_ - low_);
    }
    // Nothing where an end is refused, or where it is the middle itself.
    [[nodiscard]] std::optional<std::uint64_t> vertex() const {
        if (!gain_low_ || !gain_high_) {
            return std::nullopt;
        }
        const auto top = static_cast<double>(best_->gain());
        const double left = static_cast<double>(middle_ - low_);
        const double right = static_cast<double>(high_ - middle_);
        const double from_low = top - *gain_low_;
        const double from_high = top - *gain_high_;
        const double moved = 0.5 * (right * right * from_low - left * left * from_high) /
                             (right * from_low + left * from_high);
        if (!(std::abs(moved) >= 1)) {
            return std::nullopt;
        }
        // Less than half of the way to either end.
        return moved > 0 ? middle_ + static_cast<std::uint64_t>(moved)
                         : middle_ - static_cast<std::uint64_t>(-moved);
    }
    void probe(std::uint64_t tokens) {
        const Gain before = gain_of(best_);
        const auto made = quotes_.at(tokens);
        const bool is_upper = tokens > middle_;
        if (offer(made)) {
            (is_upper ? low_ : high_) = middle_;
            (is_upper ? gain_low_ : gain_high_) = before;
            middle_ = tokens;
        } else {
            (is_upper ? high_ : low_) = tokens;
            (is_upper ? gain_high_ : gain_low_) = gain_of(made);
        }
    }

    // What is left between the ends, where it is few units.
    void scan() {
        if (high_ - low_ > kScanMax) {
            return;
        }
        for (std::uint64_t tokens = low_ + 1; tokens < high_ && is_left(); ++tokens) {
            if (tokens != middle_) {
                offer(quotes_.at(tokens));
            }
        }
    }

    static constexpr std::uint64_t kScanMax = 16;
    static constexpr std::uint64_t kFine = 256;  // Parts of a size: the first step to either side.
    const RouteQuotes& quotes_;
    double rate_;                 // Returned for a lamport, for next to nothing: at most this.
    std::uint64_t lamports_max_;  // Of what may be spent, or can be answered.
    bool is_concave_;             // Transfer fees have a ceiling: larger sizes may lose less.
    ConcaveCeiling ceiling_;      // Of the gain, over lamports.
    std::uint64_t lamports_losing_ = kU64Max;  // The least size seen that gains nothing.
    std::optional<Attempt> best_;
    int attempts_ = 0;
    std::uint64_t low_ = 0, middle_ = 0, high_ = 0;  // Tokens that the first hop yields.
    Gain gain_low_, gain_high_;
};

}  // namespace

std::optional<Attempt> bracket_attempt(const RouteQuotes& quotes, i128 to_beat) {
    return BracketSearch{quotes}.run(static_cast<double>(to_beat));
}

}  // namespace sniperforge::dex
