// SPDX-License-Identifier: MIT
#include "sniperforge/strategy/reverts.hpp"

namespace sniperforge::strategy {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

}  // namespace

void Reverts::settled(const ExecutionReport& report, std::int64_t unix_time) {
    if (report.kind != OrderKind::Cycle || report.outcome != Outcome::Reverted) {
        return;
    }
    if (const std::int64_t day = unix_time / kDaySeconds; day != day_) {
        day_ = day;
        paid_today_ = {};
    }
    const Fill& fill = report.fill;
    paid_today_ = paid_today_.saturating_add(
        fill.base_fee.saturating_add(fill.priority_fee).saturating_add(fill.tip));
}

bool Reverts::is_budget_left(std::int64_t unix_time) const {
    return unix_time / kDaySeconds != day_ ? !budget_.is_zero() : paid_today_ < budget_;
}

}  // namespace sniperforge::strategy
