// SPDX-License-Identifier: MIT
// CircuitBreakers: what fails stops the entries that depend on it, and no others. One for each kind
// of failure and what it speaks of, by one table. Closed: failures in a row are counted. Open:
// nothing goes. Then half-open: exactly one order goes, the probe, and its outcome decides. Exits
// are never held back; how theirs fail counts where the table says so.
//
// Everything follows from the orders that were submitted, their reports and the times of both, so
// that a replayed journal gives the same breakers again. No clock, no heap after the start but for
// the changes that are told.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/archive.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/failure.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::risk {

// Some of the kinds of orders.
class KindSet {
 public:
    template <typename... Kinds>
    constexpr explicit KindSet(Kinds... kinds)
        : bits_{((1U << static_cast<unsigned>(kinds)) | ...)} {}
    [[nodiscard]] constexpr bool has(OrderKind kind) const {
        return (bits_ >> static_cast<unsigned>(kind) & 1U) != 0;
    }

 private:
    unsigned bits_;
};

struct BreakerRule {
    FailureClass failure;
    BreakerScope scope;
    KindSet counted;  // Orders whose failures count. Successes count of those that it holds back.
    KindSet held;     // Orders that wait while it is open.
};

// A cycle that meets its floor lost a race and paid a fee: its reverts have a budget of their own
// (arbitrage.revert_budget_sol), and no slippage holds it back. Nor does its expiry: it is signed
// to end a few blocks behind its slots (arbitrage.slots_valid), and does where nobody takes it in
// time. An exit's slippage is a market that falls. Exits and Jupiter: entries must not use up the
// rate plan that exits need.
inline constexpr std::array kBreakerRules{
    BreakerRule{FailureClass::Slippage, BreakerScope::Pool, KindSet{OrderKind::Entry},
                KindSet{OrderKind::Entry}},
    BreakerRule{FailureClass::Slippage, BreakerScope::Venue, KindSet{OrderKind::Entry},
                KindSet{OrderKind::Entry}},
    BreakerRule{FailureClass::ProgramError, BreakerScope::Pool,
                KindSet{OrderKind::Entry, OrderKind::Exit}, KindSet{OrderKind::Entry}},
    BreakerRule{FailureClass::ProgramError, BreakerScope::Venue,
                KindSet{OrderKind::Entry, OrderKind::Cycle, OrderKind::Exit},
                KindSet{OrderKind::Entry, OrderKind::Cycle}},
    BreakerRule{FailureClass::Expiry, BreakerScope::Everything,
                KindSet{OrderKind::Entry, OrderKind::Exit},
                KindSet{OrderKind::Entry, OrderKind::Cycle}},
    BreakerRule{FailureClass::Rpc, BreakerScope::Everything,
                KindSet{OrderKind::Entry, OrderKind::Cycle, OrderKind::Exit},
                KindSet{OrderKind::Entry, OrderKind::Cycle}},
    BreakerRule{FailureClass::QuoteService, BreakerScope::Everything,
                KindSet{OrderKind::Entry, OrderKind::Exit}, KindSet{OrderKind::Entry}},
    BreakerRule{FailureClass::QuoteDivergence, BreakerScope::Everything, KindSet{OrderKind::Entry},
                KindSet{OrderKind::Entry}},
    // The first one opens it, and no probe closes it: only books that equal the chain.
    BreakerRule{FailureClass::BalanceMismatch, BreakerScope::Everything,
                KindSet{OrderKind::Entry, OrderKind::Cycle, OrderKind::Exit},
                KindSet{OrderKind::Entry, OrderKind::Cycle}},
};

// Pools of which failures are remembered. When there are more, the one that failed longest ago is
// forgotten, first those whose breaker is closed.
inline constexpr std::size_t kBreakerPoolsMax = 64;
// Without an outcome for so long a probe has failed. The executor calls an order unknown after
// 120 s at the latest.
inline constexpr Duration kProbeMax = std::chrono::seconds{150};

enum class BreakerState : std::uint8_t { Closed, Open, HalfOpen };
[[nodiscard]] constexpr std::string_view to_string(BreakerState state) {
    switch (state) {
        case BreakerState::Closed:
            return "closed";
        case BreakerState::Open:
            return "open";
        case BreakerState::HalfOpen:
            return "half_open";
    }
    return "unknown";
}

// A breaker that is not closed, or was opened or closed just now.
struct BreakerView {
    BreakerState state = BreakerState::Closed;
    BreakerHold hold;
};

class CircuitBreakers {
 public:
    explicit CircuitBreakers(const config::RiskSettings& limits);

    // What keeps the order waiting; nothing: no breaker does. Exits and sweeps are never kept. An
    // order that is the probe is not held back by what it probes.
    [[nodiscard]] std::optional<BreakerHold> hold(const OrderIntent& intent, WallTime now);
    // The order passed the gate: of every half-open breaker that holds its like back, it is the
    // probe from now on.
    void order_submitted(const OrderIntent& intent, WallTime now);
    // What became of it. The breakers that it opened or closed; most often none.
    [[nodiscard]] std::vector<BreakerView> settled(const ExecutionReport& report, WallTime now);
    // The books were held against the chain's balances.
    [[nodiscard]] std::vector<BreakerView> reconciled(bool are_books_equal, WallTime now);

    // Those that are not closed, in the order of the table, pools last.
    [[nodiscard]] std::vector<BreakerView> not_closed(WallTime now) const;
    // How often breakers of each class opened, half-open ones that opened again among them.
    [[nodiscard]] const std::array<std::uint64_t, kFailureClassCount>& trips() const {
        return trips_;
    }
    // What is counted for a run's report starts from zero.
    void begin_run() { trips_ = {}; }

    // As they stand, after begin_run(); the limits are not among it. What was stored by a table of
    // other rules is refused.
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.fixed_, self.pools_);
        if constexpr (Archive::is_reading) {
            if (!self.is_of_table()) {
                archive.refuse();
            }
        }
    }

 private:
    struct Failure {
        WallTime at;
        Pubkey pool;
        template <typename Archive, typename Self>
        static void archive(Archive& archive, Self& self) {
            archive(self.at, self.pool);
        }
    };
    struct Probe {
        IntentId intent;
        WallTime at;
        template <typename Archive, typename Self>
        static void archive(Archive& archive, Self& self) {
            archive(self.intent, self.at);
        }
    };
    struct Breaker {
        std::size_t rule = 0;  // In kBreakerRules.
        VenueId venue{};
        Pubkey pool;
        std::array<Failure, config::kBreakerFailuresMax> failures{};  // In a row; oldest first.
        std::uint32_t count = 0;                                      // Of them.
        std::uint32_t in_row = 0;  // Those that opened it, and its failed probes.
        std::optional<WallTime> opened_at, closed_at;  // Never both.
        Duration open_for{};
        std::optional<Probe> probe;
        WallTime failed_at;
        template <typename Archive, typename Self>
        static void archive(Archive& archive, Self& self) {
            archive(self.rule, self.venue, self.pool, self.failures, self.count, self.in_row,
                    self.opened_at, self.closed_at, self.open_for, self.probe, self.failed_at);
        }
    };
    enum class Verdict : std::uint8_t { Neutral, Failed, Well };

    // The fixed ones are those of the table, each at its place, and nothing is out of its bounds.
    [[nodiscard]] bool is_of_table() const;
    // Visits the breakers of a rule that concern these; a pool's only if there is one.
    template <typename Visit>
    void each_of(std::size_t rule, const Pubkey& pool, const VenueSet& venues, Visit visit);
    [[nodiscard]] static Verdict verdict(const Breaker& breaker, const ExecutionReport& report);
    [[nodiscard]] Breaker* find_pool(std::size_t rule, const Pubkey& pool);
    [[nodiscard]] Breaker& add_pool(std::size_t rule, const Pubkey& pool);
    // True when it opened or closed.
    [[nodiscard]] bool settle(Breaker& breaker, const ExecutionReport& report, WallTime now);
    void count_failure(Breaker& breaker, const ExecutionReport& report, WallTime now);
    void open(Breaker& breaker, WallTime at);
    static void close(Breaker& breaker, WallTime at);
    // A probe without an outcome fails when its time is over, whoever looks next.
    void advance(Breaker& breaker, WallTime now);
    [[nodiscard]] static BreakerView view(const Breaker& breaker, WallTime now);

    config::RiskSettings limits_;
    // Those of everything and of venues, each at its place, then those of pools.
    std::vector<Breaker> fixed_, pools_;
    std::array<std::size_t, kBreakerRules.size()> first_{};  // Of each rule, in fixed_.
    std::array<std::uint64_t, kFailureClassCount> trips_{};
};

}  // namespace sniperforge::risk
