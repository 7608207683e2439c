// SPDX-License-Identifier: MIT
// CapitalLadder: holds what live trading has earned against the ladder of capital, and steps up and
// down on it. Whether entries keep within the rung says capital.ladder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "sniperforge/analytics/capital_ladder.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/clock.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/engine/run_report.hpp"

namespace sniperforge::app {

class CapitalLadder {
 public:
    // `is_restarted`: a person has looked, and begins again on the lowest rung.
    CapitalLadder(const Clock& clock, engine::Pipeline& pipeline, const config::Settings& settings,
                  Provenance provenance, bool is_restarted);

    // With each tick of a daemon that trades. `checks_equal`: times that the books were found equal
    // to the chain. What was final before one of them and is still there after the next is
    // reconciled.
    void on_tick(MonoTime now, std::uint64_t checks_equal);
    // Nothing before the first rung: the SOL price is not known yet.
    [[nodiscard]] std::optional<engine::LadderLine> line() const;

 private:
    void begin(std::size_t rung, MicroUsd capital_max, std::string reason);
    void judge();
    [[nodiscard]] Result<analytics::Sample> sample() const;

    const Clock& clock_;
    engine::Pipeline& pipeline_;
    const config::Settings& settings_;
    Provenance provenance_;
    bool is_restarted_;
    analytics::LadderRules rules_;
    analytics::LadderStep step_;
    MonoTime due_;
    std::uint64_t checks_seen_ = 0;
    std::uint64_t settled_at_check_ = 0, reconciled_ = 0;  // Results since the rung began.
};

}  // namespace sniperforge::app
