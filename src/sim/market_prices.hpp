// SPDX-License-Identifier: MIT
// Fair prices: what SOL and the liquid tokens are worth outside of the pools. SOL by GARCH(1,1)-t
// with jumps or along recorded bars, tokens by beta and a noise of their own. Model numbers are
// doubles; amounts become integers where the market meets the chain.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/scenario.hpp"

namespace sniperforge::sim {

class PriceModel {
 public:
    // `scenario` and `bars` must outlive the model. With bars SOL starts at the first one's open;
    // after the last one the walk goes on by the model.
    PriceModel(const Scenario& scenario, std::span<const PriceBar> bars, const Rng& rng);

    // Lets so much market time pass.
    void advance(double minutes);

    [[nodiscard]] double sol_usd() const { return sol_usd_; }
    // SOL per token.
    [[nodiscard]] double token_sol(std::size_t token) const { return tokens_[token].price_sol; }
    // A drift on top of the walk, basis points a minute: a trend while it is not zero.
    void set_drift(std::size_t token, double bp_per_minute) {
        tokens_[token].drift_bp_per_minute = bp_per_minute;
    }

 private:
    struct Token {
        double price_sol = 0;
        double mixture = 1;  // Of the Student t of this 5-minute stretch.
        double drift_bp_per_minute = 0;
    };

    void step(double minutes);
    void begin_minute();
    [[nodiscard]] double sol_return(double minutes);
    [[nodiscard]] double bar_price() const;

    const Scenario& scenario_;
    std::span<const PriceBar> bars_;
    Rng rng_;
    std::vector<Token> tokens_;
    double sol_usd_ = 0;
    double variance_ = 0;         // GARCH, of one minute's log return.
    double mixture_ = 1;          // Makes the minute's normal steps add up to a Student t.
    double minute_return_ = 0;    // So far in this minute.
    double minute_fraction_ = 0;  // Of this minute that has passed.
    double minutes_ = 0;          // Since the start.
    std::size_t minute_count_ = 0;
};

}  // namespace sniperforge::sim
