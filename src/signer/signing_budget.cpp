// SPDX-License-Identifier: MIT
#include "sniperforge/signer/signing_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

using Check = Result<void, Refusal>;

[[nodiscard]] std::int64_t minute_of(MonoTime time) {
    return std::chrono::floor<std::chrono::minutes>(Duration{time.ns}).count();
}

[[nodiscard]] Check within(Lamports before, Lamports order, Lamports max, std::string_view window,
                           std::string_view key) {
    const Lamports total = before.saturating_add(order);
    if (total <= max) {
        return {};
    }
    return Err{Refusal{
        {},
        fmt::format("{} lamports would leave the wallet with this order, {} in {} > {}: raise "
                    "signer.{} if so much is meant",
                    order.raw(), total.raw(), window, max.raw(), key)}};
}

}  // namespace

Lamports outflow_of(const SigningPolicy& policy) {
    Lamports back;
    // A sweep has no floor that the signer checks, so none is credited.
    if (policy.kind != OrderKind::Sweep && policy.mint_out == solana::kWrappedSolMint) {
        back = Lamports{policy.receive_min.raw()};
    }
    if (policy.kind == OrderKind::Cycle) {
        back = std::min(back, Lamports{policy.amount_in_max.raw()});
    }
    // What is wrapped already is SOL, too.
    const Lamports wrapped{policy.mint_in == solana::kWrappedSolMint ? policy.amount_in_max.raw()
                                                                     : 0};
    return std::max(policy.lamports_max, wrapped).saturating_sub(back);
}

Lamports outflow_of(const OrderIntent& intent) {
    SigningPolicy policy;
    policy.kind = intent.kind;
    policy.mint_in = intent.mint_in;
    policy.mint_out = intent.mint_out;
    policy.amount_in_max = intent.amount_in;
    policy.receive_min = intent.receive_min;
    policy.lamports_max = intent.spend_max;
    return outflow_of(policy);
}

Lamports SigningBudget::Account::in_hour(std::int64_t minute) const {
    Lamports sum;
    for (const Minute& each : minutes) {
        if (minute - each.number < kMinutes) {
            sum = sum.saturating_add(each.outflow);
        }
    }
    return sum;
}

// A clock that is set back does not open a new day.
Lamports SigningBudget::Account::in_day(std::int64_t today) const {
    return today > day ? Lamports{} : day_outflow;
}

void SigningBudget::Account::add_to_hour(Lamports outflow, std::int64_t minute) {
    // Before the machine's start a minute has a number below zero.
    const std::int64_t place = (minute % kMinutes + kMinutes) % kMinutes;
    Minute& each = minutes[static_cast<std::size_t>(place)];
    if (each.number != minute) {
        each = {minute, {}};
    }
    each.outflow = each.outflow.saturating_add(outflow);
}

void SigningBudget::Account::add_to_day(Lamports outflow, std::int64_t today) {
    day_outflow = in_day(today).saturating_add(outflow);
    day = std::max(day, today);
}

std::int64_t SigningBudget::day_of(const SigningTime& at) const {
    return first_ ? (first_->wall + (at.mono - first_->mono)).utc_day() : at.wall.utc_day();
}

Check SigningBudget::check_transaction(const SigningPolicy& policy) const {
    return within({}, outflow_of(policy), limits_.transaction_max, "one transaction",
                  "transaction_outflow_max_sol");
}

Check SigningBudget::check(const SigningPolicy& policy, const SigningTime& at) const {
    const Account& account = account_of(policy.kind);
    const Lamports order = outflow_of(policy);
    if (auto checked = check_transaction(policy); !checked) {
        return checked;
    }
    if (auto checked = within(account.in_hour(minute_of(at.mono)), order, limits_.hour_max,
                              "an hour", "hourly_outflow_max_sol");
        !checked) {
        return checked;
    }
    return within(account.in_day(day_of(at)), order, limits_.day_max, "the UTC day",
                  "daily_outflow_max_sol");
}

void SigningBudget::count(const SigningPolicy& policy, const SigningTime& at) {
    first_ = first_.value_or(at);
    Account& account = account_of(policy.kind);
    const Lamports order = outflow_of(policy);
    account.add_to_hour(order, minute_of(at.mono));
    account.add_to_day(order, day_of(at));
}

Check SigningBudget::check_withdrawal(const SigningPolicy& counted, const SigningTime& at) const {
    const Lamports cost = outflow_of(counted);
    Check checked = check(counted, at);
    if (checked || cost > kWithdrawalCostSmall || !check_transaction(counted)) {
        return checked;
    }
    const Lamports total = withdrawals_small_.in_hour(minute_of(at.mono)).saturating_add(cost);
    if (total <= kWithdrawalsSmallHourMax) {
        return {};
    }
    return Err{
        Refusal{{},
                fmt::format("{}, or wait: withdrawals that cost no more than {} lamports need "
                            "no room there, but {} in an hour > {}",
                            checked.error().reason, kWithdrawalCostSmall.raw(), total.raw(),
                            kWithdrawalsSmallHourMax.raw())}};
}

void SigningBudget::count_withdrawal(const SigningPolicy& counted, const SigningTime& at) {
    count(counted, at);
    if (const Lamports cost = outflow_of(counted); cost <= kWithdrawalCostSmall) {
        withdrawals_small_.add_to_hour(cost, minute_of(at.mono));
    }
}

void SigningBudget::restore(std::span<const SignedBefore> before, const SigningTime& now) {
    first_ = first_.value_or(now);
    const std::int64_t today = day_of(now);
    const WallTime oldest = now.wall + -std::chrono::hours{25};
    for (const SignedBefore& each : before) {
        if (each.at < oldest) {
            continue;  // Of neither; and whatever time is told, nothing below overflows.
        }
        Account& account = account_of(each.kind);
        const std::int64_t age = std::max<std::int64_t>(now.wall.ns - each.at.ns, 0);
        const std::int64_t minute = minute_of(MonoTime{now.mono.ns - age});
        if (minute_of(now.mono) - minute < kMinutes) {
            account.add_to_hour(each.outflow, minute);
            if (each.is_withdrawal && each.outflow <= kWithdrawalCostSmall) {
                withdrawals_small_.add_to_hour(each.outflow, minute);
            }
        }
        if (each.at.utc_day() >= today) {
            account.add_to_day(each.outflow, today);
        }
    }
}

}  // namespace sniperforge::signer
