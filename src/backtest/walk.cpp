// SPDX-License-Identifier: MIT
#include "sniperforge/backtest/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "sniperforge/backtest/cut.hpp"

namespace sniperforge::backtest {
namespace {

using analytics::Period;

constexpr Duration kDay = std::chrono::hours{24};
// A day whose last hour has an event was recorded to its end: bars last an hour at most, and trades
// do not come every minute.
constexpr Duration kDayEnd = std::chrono::hours{1};
// Of a test's length; what a search learns in less is mostly the noise of those days.
constexpr std::int64_t kTrainingTests = 3;

[[nodiscard]] std::vector<Tape> cuts_of(const std::vector<Tape>& tapes, const Period& period) {
    std::vector<Tape> parts;
    // What is under way at its end settles within the period.
    const Period played{period.from, WallTime{period.to.ns - settling_time().count()}};
    for (const Tape& tape : tapes) {
        if (Tape part = cut(tape, played); !part.is_empty()) {
            parts.push_back(std::move(part));
        }
    }
    return parts;
}

[[nodiscard]] Result<analytics::Sample> run_all(const std::vector<Tape>& parts,
                                                const config::Settings& settings,
                                                const WalkOptions& options, const Period& period) {
    std::vector<analytics::TradeResult> trades;
    LamportsDelta unassigned;
    for (const Tape& part : parts) {
        if (options.on_run) {
            options.on_run(part);
        }
        auto result = run_backtest(part, settings, options.backtest);
        if (!result) {
            return Err{result.error()};
        }
        unassigned += result->unassigned;
        for (analytics::TradeResult& trade : result->trades) {
            trade.trade_id = trades.size() + 1;  // Each run counts from 1.
            trades.push_back(trade);
        }
    }
    auto sample = analytics::Sample::of(std::move(trades), period);
    if (sample) {
        sample->note_unassigned(unassigned);
    }
    return sample;
}

// The cuts of one period, which all trials of a fold share.
class Cuts {
 public:
    explicit Cuts(const std::vector<Tape>& tapes) : tapes_{tapes} {}

    const std::vector<Tape>& of(const Period& period) {
        if (!period_ || period_->from != period.from || period_->to != period.to) {
            parts_ = cuts_of(tapes_, period);
            period_ = period;
        }
        return parts_;
    }

 private:
    const std::vector<Tape>& tapes_;
    std::optional<Period> period_;
    std::vector<Tape> parts_;
};

}  // namespace

std::optional<Period> period_of(const std::vector<Tape>& tapes) {
    std::optional<Period> all;
    for (const Tape& tape : tapes) {
        for (const TapeEvent& event : tape.events) {
            const WallTime heard = event.at + Duration{1};
            all = all ? Period{std::min(all->from, event.at), std::max(all->to, heard)}
                      : Period{event.at, heard};
        }
    }
    return all;
}

Result<std::vector<analytics::Fold>> fold_days(const Period& period, std::size_t folds,
                                               Duration purge) {
    const std::int64_t first = period.from.utc_day();
    const std::int64_t days = (period.to + kDayEnd).utc_day() - first;
    const auto wanted = static_cast<std::int64_t>(std::min<std::size_t>(folds, 1'000'000));
    // Days whose part the purge takes are none that can be trained on.
    const std::int64_t purged = (purge.count() + kDay.count() - 1) / kDay.count();
    const std::int64_t most = days - std::max<std::int64_t>(purged, 1);
    if (wanted < 1 || wanted > most) {
        return fail(fmt::format(
            "--folds {}: the data has {} days (UTC) that were recorded to their last hour, from {} "
            "seconds of Unix time on; each fold is tested on one of them or more and the first is "
            "trained on one or more before, so that "
            "{}",
            folds, days, period.from.seconds(),
            most < 1 ? std::string{"none can be made; give more data"}
                     : fmt::format("1 to {} can be made", most)));
    }
    const std::int64_t test = std::max<std::int64_t>(days / (wanted + kTrainingTests), 1);
    const Period whole{WallTime{first * kDay.count()}, WallTime{(first + days) * kDay.count()}};
    return analytics::Fold::along(whole,
                                  {kDay * (days - wanted * test) - purge, purge, kDay * test});
}

Result<analytics::Sample> sample_in(const std::vector<Tape>& tapes,
                                    const config::Settings& settings,
                                    const BacktestOptions& options, const Period& period) {
    return run_all(cuts_of(tapes, period), settings, {.backtest = options, .rules = {}}, period);
}

Result<analytics::WalkForwardResult> walk(const std::vector<Tape>& tapes,
                                          const ParameterSpace& parameters,
                                          std::span<const analytics::Fold> folds,
                                          const WalkOptions& options,
                                          const analytics::TrialSink& sink) {
    Cuts cuts{tapes};
    const auto run = [&](const analytics::ParameterValues& values,
                         const Period& period) -> Result<analytics::Sample> {
        const auto settings = parameters.settings_at(values);
        if (!settings) {
            return analytics::Sample::of({}, period);
        }
        return run_all(cuts.of(period), *settings, options, period);
    };
    const analytics::Evaluators evaluators{
        [&](const auto& values, analytics::TrainingPeriod at) { return run(values, at.period()); },
        [&](const auto& values, analytics::TestPeriod at) { return run(values, at.period()); }};
    return analytics::walk_forward(folds, parameters.space(), evaluators, options.rules, sink);
}

}  // namespace sniperforge::backtest
