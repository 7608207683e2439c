// SPDX-License-Identifier: MIT
#include "sniperforge/signer/signing_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "signer/stable_mint.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

using Check = Result<void, Refusal>;

// How a limit reads: what is counted, its unit, and the keys of its windows.
struct Words {
    std::string_view what, unit, transaction_key, hourly_key, daily_key;
};
constexpr Words kLamportWords{"would leave the wallet with this order", "lamports",
                              "transaction_outflow_max_sol", "hourly_outflow_max_sol",
                              "daily_outflow_max_sol"};
constexpr Words kStableWords{"of stablecoins would be sold with this order", "micro-USD",
                             "transaction_stables_max_usd", "hourly_stables_max_usd",
                             "daily_stables_max_usd"};

template <typename Amount>
[[nodiscard]] Check within(Amount before, Amount order, Amount max, std::string_view window,
                           const Words& words, std::string_view key) {
    const Amount total = before.saturating_add(order);
    if (total <= max) {
        return {};
    }
    return Err{Refusal{
        {},
        fmt::format("{} {} {}, {} in {} > {}: raise signer.{} if so much is meant", order.raw(),
                    words.unit, words.what, total.raw(), window, max.raw(), key)}};
}

template <typename Amount>
struct Maxima {
    Amount transaction, hour, day;
};

// Of an order of so much, in each of the windows.
template <typename Amount>
[[nodiscard]] Check within_all(const OutflowWindows<Amount>& before, Amount order,
                               const Maxima<Amount>& max, std::int64_t minute, std::int64_t today,
                               const Words& words) {
    if (auto checked =
            within({}, order, max.transaction, "one transaction", words, words.transaction_key);
        !checked) {
        return checked;
    }
    if (auto checked =
            within(before.in_hour(minute), order, max.hour, "an hour", words, words.hourly_key);
        !checked) {
        return checked;
    }
    return within(before.in_day(today), order, max.day, "the UTC day", words, words.daily_key);
}

[[nodiscard]] SigningPolicy policy_like(const OrderIntent& intent) {
    SigningPolicy policy;
    policy.kind = intent.kind;
    policy.mint_in = intent.mint_in;
    policy.mint_out = intent.mint_out;
    policy.amount_in_max = intent.amount_in;
    policy.receive_min = intent.receive_min;
    policy.lamports_max = intent.spend_max;
    return policy;
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

MicroUsd stables_out_of(const SigningPolicy& policy) {
    // What a cycle spends of them an earlier leg of it has brought, or it fails as a whole.
    return MicroUsd{is_stable_mint(policy.mint_in) ? policy.amount_in_max.raw() : 0};
}

Lamports outflow_of(const OrderIntent& intent) { return outflow_of(policy_like(intent)); }

MicroUsd stables_out_of(const OrderIntent& intent) { return stables_out_of(policy_like(intent)); }

std::int64_t SigningBudget::day_of(const SigningTime& at) const {
    return first_ ? (first_->wall + (at.mono - first_->mono)).utc_day() : at.wall.utc_day();
}

Check SigningBudget::check_transaction(const SigningPolicy& policy) const {
    return within({}, outflow_of(policy), limits_.transaction_max, "one transaction", kLamportWords,
                  kLamportWords.transaction_key);
}

Check SigningBudget::check(const SigningPolicy& policy, const SigningTime& at) const {
    const std::int64_t minute = minute_of(at.mono), today = day_of(at);
    auto checked = within_all<Lamports>(
        account_of(policy.kind), outflow_of(policy),
        {limits_.transaction_max, limits_.hour_max, limits_.day_max}, minute, today, kLamportWords);
    const MicroUsd stables = stables_out_of(policy);
    if (!checked || stables.is_zero()) {
        return checked;
    }
    return within_all<MicroUsd>(
        stables_, stables,
        {limits_.stables_transaction_max, limits_.stables_hour_max, limits_.stables_day_max},
        minute, today, kStableWords);
}

void SigningBudget::count(const SigningPolicy& policy, const SigningTime& at) {
    first_ = first_.value_or(at);
    Account& account = account_of(policy.kind);
    const Lamports order = outflow_of(policy);
    account.add_to_hour(order, minute_of(at.mono));
    account.add_to_day(order, day_of(at));
    if (const MicroUsd stables = stables_out_of(policy); !stables.is_zero()) {
        stables_.add_to_hour(stables, minute_of(at.mono));
        stables_.add_to_day(stables, day_of(at));
    }
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
        if (minute_of(now.mono) - minute < kHourMinutes) {
            account.add_to_hour(each.outflow, minute);
            stables_.add_to_hour(each.stables, minute);
            if (each.is_withdrawal && each.outflow <= kWithdrawalCostSmall) {
                withdrawals_small_.add_to_hour(each.outflow, minute);
            }
        }
        if (each.at.utc_day() >= today) {
            account.add_to_day(each.outflow, today);
            stables_.add_to_day(each.stables, today);
        }
    }
}

}  // namespace sniperforge::signer
