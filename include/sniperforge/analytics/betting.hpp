// SPDX-License-Identifier: MIT
// Is the mean above zero, asked as often as one likes? A gambler who starts with 1 and bets a share
// of it on each result cannot expect to grow rich when the mean is zero or below, whichever moment
// is picked to look: reaching 1/alpha has a probability of at most alpha (Ville). So the test may
// be read after each day and stopped at the best one. Waudby-Smith and Ramdas 2024.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "sniperforge/analytics/figure.hpp"
#include "sniperforge/analytics/sample.hpp"

namespace sniperforge::analytics {

class BettingTest {
 public:
    // Shares of the fortune that are bet, each by a gambler of its own with an equal part of the
    // start: no share is tuned, so none is overfitted. Small ones for small edges; below 1, since a
    // whole loss would end a gambler for good.
    static constexpr std::array kBets = {0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8, 0.95};

    // At least -1, which must hold by construction: cutting off losses would break the promise.
    // What is above 1 counts as 1, so that no single day decides.
    void observe(double result);

    // What all gamblers have together now.
    [[nodiscard]] double fortune() const;
    // The highest so far: the test has rejected once this is at least 1/alpha.
    [[nodiscard]] double fortune_max() const { return fortune_max_; }
    [[nodiscard]] bool is_mean_positive(double alpha) const { return fortune_max_ >= 1.0 / alpha; }
    // The mean is above this with confidence 1 - alpha, at every moment at once. -1: nothing known.
    [[nodiscard]] double mean_low(double alpha) const;
    [[nodiscard]] std::size_t observations() const { return results_.size(); }

 private:
    std::vector<double> results_;
    std::array<double, kBets.size()> logs_{};  // Of each gambler's growth.
    double fortune_max_ = 1;
};

// What the test observes of a sample: net of each stretch of days between midnights (UTC) at which
// nothing was open, over `loss_bound`, the most that could be lost in one, fixed before. Positions
// that overlap share their market, so that they are one observation. Stretches without a trade
// change nothing and are left out.
[[nodiscard]] Measured<std::vector<double>> epochs_of(const Sample& sample, Lamports loss_bound);
[[nodiscard]] Measured<BettingTest> betting_test_of(const Sample& sample, Lamports loss_bound);

}  // namespace sniperforge::analytics
