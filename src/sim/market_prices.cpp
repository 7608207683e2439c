// SPDX-License-Identifier: MIT
#include "sim/market_prices.hpp"

#include <algorithm>
#include <cmath>

namespace sniperforge::sim {

namespace {

constexpr double kBasisPoint = 1e-4;
constexpr double kPriceMinutesPerDay = 1'440;
constexpr int kTokenDof = 4;  // "alts" block: idio-t(4).
// Six MAD of SOL's 5-minute return (robust deviation 20.7 bp), the recorded jump threshold.
constexpr double kJumpMin = 6 * 0.6745 * 20.7 * kBasisPoint;
// Keeps a year of stress inside what integers of the chain can carry.
constexpr double kPriceFactorMax = 1e3;

// Scale of a normal that makes it a Student t of unit variance: sqrt((dof - 2) / chi-square).
double student_mixture(Rng& rng, int dof) {
    double chi_square = 0;
    for (int i = 0; i < dof; ++i) {
        const double z = rng.normal();
        chi_square += z * z;
    }
    return std::sqrt((dof - 2.0) / std::max(chi_square, 1e-3));
}

}  // namespace

PriceModel::PriceModel(const Scenario& scenario, std::span<const PriceBar> bars, const Rng& rng)
    : scenario_{scenario}, bars_{bars}, rng_{rng} {
    sol_usd_ = bars.empty() ? scenario.sol_price_usd : bars.front().open;
    const double sigma = scenario.sol_sigma_bp_1m * kBasisPoint;
    variance_ = sigma * sigma;
    mixture_ = student_mixture(rng_, static_cast<int>(scenario.garch_dof));
    for (const TokenSpec& spec : scenario.tokens) {
        tokens_.push_back({spec.price_sol, student_mixture(rng_, kTokenDof), 0});
    }
}

void PriceModel::advance(double minutes) {
    // Steps end where minutes end, so that the variance is updated on time.
    while (minutes > 0) {
        const double part = std::min(minutes, 1.0 - minute_fraction_);
        step(part);
        minutes -= part;
        minute_fraction_ += part;
        if (minute_fraction_ >= 1.0 - 1e-9) {
            begin_minute();
        }
    }
}

void PriceModel::begin_minute() {
    const double sigma = scenario_.sol_sigma_bp_1m * kBasisPoint;
    const double persistence = scenario_.garch_alpha + scenario_.garch_beta;
    variance_ = (1.0 - persistence) * sigma * sigma +
                scenario_.garch_alpha * minute_return_ * minute_return_ +
                scenario_.garch_beta * variance_;
    mixture_ = student_mixture(rng_, static_cast<int>(scenario_.garch_dof));
    minute_return_ = 0;
    minute_fraction_ = 0;
    if (++minute_count_ % 5 == 0) {
        for (Token& token : tokens_) {
            token.mixture = student_mixture(rng_, kTokenDof);
        }
    }
}

double PriceModel::bar_price() const {
    const double bar_minutes =
        bars_.size() > 1 ? static_cast<double>(bars_[1].time_ms - bars_[0].time_ms) / 60'000.0 : 1;
    const double position = minutes_ / bar_minutes;
    const auto index = static_cast<std::size_t>(position);
    if (index >= bars_.size()) {
        return 0;
    }
    // Open, the nearer extreme, the other one, close: a third of the bar each.
    const PriceBar& bar = bars_[index];
    const bool is_low_first = bar.open - bar.low < bar.high - bar.open;
    const double path[4] = {bar.open, is_low_first ? bar.low : bar.high,
                            is_low_first ? bar.high : bar.low, bar.close};
    const double third = (position - static_cast<double>(index)) * 3.0;
    const auto leg = std::min<std::size_t>(static_cast<std::size_t>(third), 2);
    return path[leg] + (path[leg + 1] - path[leg]) * (third - static_cast<double>(leg));
}

double PriceModel::sol_return(double minutes) {
    if (const double recorded = bars_.empty() ? 0 : bar_price(); recorded > 0) {
        return std::log(recorded / sol_usd_);
    }
    double change = std::sqrt(variance_ * minutes) * mixture_ * rng_.normal();
    if (rng_.chance(scenario_.sol_jumps_per_day / kPriceMinutesPerDay * minutes)) {
        const double size = kJumpMin * (1.0 + rng_.exponential(0.5));
        change += rng_.chance(0.5) ? size : -size;
    }
    return change;
}

void PriceModel::step(double minutes) {
    minutes_ += minutes;
    const double sol = sol_return(minutes);
    minute_return_ += sol;
    sol_usd_ *= std::exp(sol);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
        const TokenSpec& spec = scenario_.tokens[i];
        Token& token = tokens_[i];
        const double noise = spec.idiosyncratic_bp * kBasisPoint * std::sqrt(minutes / 5.0) *
                             token.mixture * rng_.normal();
        // In USD the token moves by beta times SOL's return; in SOL that is (beta - 1) times it.
        const double change = scenario_.token_volatility_scale * ((spec.beta - 1.0) * sol + noise) +
                              token.drift_bp_per_minute * kBasisPoint * minutes;
        token.price_sol =
            std::clamp(token.price_sol * std::exp(change), spec.price_sol / kPriceFactorMax,
                       spec.price_sol * kPriceFactorMax);
    }
}

}  // namespace sniperforge::sim
