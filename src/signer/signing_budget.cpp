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
    return policy.lamports_max.saturating_sub(back);
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

Check SigningBudget::check(const SigningPolicy& policy, const SigningTime& at) const {
    const Account& account = account_of(policy);
    const Lamports order = outflow_of(policy);
    if (auto checked = within({}, order, limits_.transaction_max, "one transaction",
                              "transaction_outflow_max_sol");
        !checked) {
        return checked;
    }
    if (auto checked = within(account.in_hour(minute_of(at.mono)), order, limits_.hour_max,
                              "an hour", "hourly_outflow_max_sol");
        !checked) {
        return checked;
    }
    return within(account.in_day(at.wall.utc_day()), order, limits_.day_max, "the UTC day",
                  "daily_outflow_max_sol");
}

void SigningBudget::count(const SigningPolicy& policy, const SigningTime& at) {
    Account& account = policy.kind == OrderKind::Exit ? exits_ : others_;
    const Lamports order = outflow_of(policy);
    const std::int64_t number = minute_of(at.mono);
    Minute& minute = account.minutes[static_cast<std::uint64_t>(number) % kMinutes];
    if (minute.number != number) {
        minute = {number, {}};
    }
    minute.outflow = minute.outflow.saturating_add(order);
    const std::int64_t today = at.wall.utc_day();
    account.day_outflow = account.in_day(today).saturating_add(order);
    account.day = std::max(account.day, today);
}

}  // namespace sniperforge::signer
