// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/reverts.hpp"

namespace sniperforge::strategy {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
// What is assumed weighs as much as so many outcomes; a hundred, so that percents are counts.
constexpr std::uint64_t kOutcomesAssumed = 100;
// About a day of a busy market; when they are this many, the older half is let go.
constexpr std::uint64_t kOutcomesMax = 400;

}  // namespace

Reverts::Reverts(const config::ArbitrageSettings& settings)
    : budget_{settings.revert_budget},
      outcomes_{kOutcomesAssumed},
      reverts_{settings.revert_percent_assumed} {}

void Reverts::settled(const ExecutionReport& report, std::int64_t unix_time) {
    const bool is_reverted = report.outcome == Outcome::Reverted;
    if (report.kind != OrderKind::Cycle || (!is_reverted && report.outcome != Outcome::Landed)) {
        return;
    }
    if (is_reverted) {
        pay(report.fill, unix_time);
    }
    count(is_reverted);
}

void Reverts::pay(const Fill& fill, std::int64_t unix_time) {
    if (const std::int64_t day = unix_time / kDaySeconds; day != day_) {
        day_ = day;
        paid_today_ = {};
    }
    paid_today_ = paid_today_.saturating_add(
        fill.base_fee.saturating_add(fill.priority_fee).saturating_add(fill.tip));
}

void Reverts::count(bool is_reverted) {
    ++outcomes_;
    reverts_ += is_reverted ? 1 : 0;
    if (outcomes_ >= kOutcomesMax) {
        outcomes_ /= 2;
        reverts_ /= 2;
    }
}

bool Reverts::is_budget_left(std::int64_t unix_time) const {
    return unix_time / kDaySeconds != day_ ? !budget_.is_zero() : paid_today_ < budget_;
}

// p · landed − fee · reverts ≥ profit_min · outcomes, rounded up. Only what lands earns, so that
// after nothing but reverts no profit is enough.
Lamports Reverts::profit_floor(Lamports profit_min, Lamports fee) const {
    const std::uint64_t landed = outcomes_ - reverts_;
    if (landed == 0) {
        return Lamports::max();
    }
    const u128 wanted =
        static_cast<u128>(profit_min.raw()) * outcomes_ + static_cast<u128>(fee.raw()) * reverts_;
    const u128 floor = (wanted + landed - 1) / landed;
    return floor > kU64Max ? Lamports::max() : Lamports{static_cast<std::uint64_t>(floor)};
}

}  // namespace sniperforge::strategy
