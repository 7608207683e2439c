// SPDX-License-Identifier: MIT
// How many lamports, and how many dollars of stablecoins, our signatures may send out of the
// wallet: in one transaction, in an hour and in a day. The last limit there is, for the case that
// those of the risk gate are wrong or passed. docs/adr/0032 says what bounds the other tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/signer/outflow_windows.hpp"
#include "sniperforge/signer/policy.hpp"

namespace sniperforge::signer {

struct SigningLimits {
    Lamports transaction_max;
    Lamports hour_max;  // Of any 60 minutes.
    Lamports day_max;   // From 00:00 UTC, by the clock of the start and the time that passed since.
    // The one place that withdrawals may go to; none: nothing is withdrawn.
    std::optional<Pubkey> cold_address{};
    // Priority fee and tip of one swap together; and who may get a tip, none: there are none.
    Lamports fee_max{};
    std::vector<Pubkey> tip_accounts{};
    // USDC and USDT together, as much as orders may sell of them, a dollar each whatever they cost
    // elsewhere. In the same windows as lamports.
    MicroUsd stables_transaction_max{}, stables_hour_max{}, stables_day_max{};
    // Mints that no order may name.
    std::vector<Pubkey> tokens_kept{};
};

// The hour is measured. The day begins by the calendar as it was when the first of this process was
// counted, and goes on by measured time: a wall clock that jumps opens no new one.
struct SigningTime {
    MonoTime mono;
    WallTime wall;
};

// What is counted of an order: the lamports that it may take, less those that the chain guarantees
// to come back with it. An entry brings tokens, so all of it. An exit brings its floor, which is
// why it costs nothing unless it sells for less than its fees. A cycle brings back its stake or
// fails as a whole, when its fees are gone all the same: its profit is no credit.
[[nodiscard]] Lamports outflow_of(const SigningPolicy& policy);
// What it may sell of stablecoins: nothing that comes back is a credit, since nobody here knows
// what a pool pays for them.
[[nodiscard]] MicroUsd stables_out_of(const SigningPolicy& policy);
// The same of an order whose policy is made from this intent.
[[nodiscard]] Lamports outflow_of(const OrderIntent& intent);
[[nodiscard]] MicroUsd stables_out_of(const OrderIntent& intent);

// What an earlier process signed, as our files tell it.
struct SignedBefore {
    OrderKind kind = OrderKind::Entry;
    Lamports outflow;
    WallTime at;
    bool is_withdrawal = false;
    MicroUsd stables{};
};

// What upkeep and withdrawals count as: nothing of them is credited, and a rescue, like a sale,
// goes through whatever was spent on entries.
inline constexpr OrderKind kUpkeepCountsAs = OrderKind::Sweep;
inline constexpr OrderKind kWithdrawalCountsAs = OrderKind::Exit;
// An advance ends an order, an exit too: what entries have used does not hold it up.
inline constexpr OrderKind kAdvanceCountsAs = OrderKind::Exit;
// A withdrawal that costs no more, the rent of an account and a fee, is signed whatever the hour
// and the day have had: what it moves stays ours. One that offers more may be of a caller who burns
// fees.
inline constexpr Lamports kWithdrawalCostSmall{5'000'000};
// So much of those in an hour: the rents of some 240 token accounts, more than a rescue of this
// program's positions needs, and no more than that can be burnt in small pieces.
inline constexpr Lamports kWithdrawalsSmallHourMax{500'000'000};

// Counts what was signed, not what landed: each of them may land.
class SigningBudget {
 public:
    explicit SigningBudget(const SigningLimits& limits) : limits_{limits} {}

    // Names the value, the limit and its window. Exactly the limit is allowed.
    [[nodiscard]] Result<void, Refusal> check(const SigningPolicy& policy,
                                              const SigningTime& at) const;
    void count(const SigningPolicy& policy, const SigningTime& at);
    // The same of what a withdrawal costs. A small one passes the hour and the day where small ones
    // are within their own hour.
    [[nodiscard]] Result<void, Refusal> check_withdrawal(const SigningPolicy& counted,
                                                         const SigningTime& at) const;
    void count_withdrawal(const SigningPolicy& counted, const SigningTime& at);
    // Before the first of this process: a restart is no new hour and no new day. Only adds, and
    // takes nothing for later than now, so that whoever tells it can end the budget and not begin
    // another one.
    void restore(std::span<const SignedBefore> before, const SigningTime& now);

 private:
    using Account = OutflowWindows<Lamports>;
    // Exits have one of their own: whatever was spent on entries, we can sell.
    [[nodiscard]] const Account& account_of(OrderKind kind) const {
        return kind == OrderKind::Exit ? exits_ : others_;
    }
    [[nodiscard]] Account& account_of(OrderKind kind) {
        return kind == OrderKind::Exit ? exits_ : others_;
    }

    // Against the limit of one transaction alone.
    [[nodiscard]] Result<void, Refusal> check_transaction(const SigningPolicy& policy) const;
    // The UTC day at that time, as the first time that was counted at goes on.
    [[nodiscard]] std::int64_t day_of(const SigningTime& at) const;

    SigningLimits limits_;
    Account exits_, others_;
    Account withdrawals_small_;  // Its hour alone; they are among the exits, too.
    OutflowWindows<MicroUsd> stables_;
    std::optional<SigningTime> first_;
};

}  // namespace sniperforge::signer
