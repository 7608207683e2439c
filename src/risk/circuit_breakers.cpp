// SPDX-License-Identifier: MIT
#include "sniperforge/risk/circuit_breakers.hpp"

#include <algorithm>
#include <utility>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::risk {
namespace {

[[nodiscard]] Duration between(WallTime from, WallTime to) { return Duration{to.ns - from.ns}; }

// What the order came to shows that this is well. A program that refuses a price runs; a node that
// says so answers; what is in a block, failed or not, has not expired.
[[nodiscard]] bool is_well(FailureClass failure, const ExecutionReport& report) {
    const bool has_landed = report.outcome == Outcome::Landed;
    const bool is_in_block = has_landed || report.outcome == Outcome::Reverted;
    const bool is_price = report.failure == FailureClass::Slippage;
    switch (failure) {
        case FailureClass::Slippage:
            return has_landed;
        case FailureClass::ProgramError:
            return has_landed || is_price;
        case FailureClass::Expiry:
            return is_in_block;
        case FailureClass::Rpc:
            return is_in_block || is_price || report.failure == FailureClass::ProgramError;
        case FailureClass::QuoteService:
            return !report.signature.is_zero() || report.failure == FailureClass::QuoteDivergence;
        case FailureClass::QuoteDivergence:
            return !report.signature.is_zero();
        case FailureClass::BalanceMismatch:
        case FailureClass::None:
            break;
    }
    return false;
}

}  // namespace

CircuitBreakers::CircuitBreakers(const config::RiskSettings& limits) : limits_{limits} {
    limits_.deny_mints.clear();
    limits_.deny_creators.clear();
    for (std::size_t rule = 0; rule < kBreakerRules.size(); ++rule) {
        first_[rule] = fixed_.size();
        const BreakerScope scope = kBreakerRules[rule].scope;
        const std::size_t count = scope == BreakerScope::Everything ? 1
                                  : scope == BreakerScope::Venue    ? kVenueCount
                                                                    : 0;
        for (std::size_t i = 0; i < count; ++i) {
            Breaker breaker;
            breaker.rule = rule;
            breaker.venue = static_cast<VenueId>(i);
            fixed_.push_back(breaker);
        }
    }
    pools_.reserve(kBreakerPoolsMax);
}

bool CircuitBreakers::is_of_table() const {
    const CircuitBreakers anew{limits_};
    const auto is_sane = [](const Breaker& breaker) {
        return breaker.rule < kBreakerRules.size() && breaker.count < breaker.failures.size();
    };
    const bool are_fixed_same = std::ranges::equal(
        fixed_, anew.fixed_, [&](const Breaker& breaker, const Breaker& of_table) {
            return is_sane(breaker) && breaker.rule == of_table.rule &&
                   breaker.venue == of_table.venue;
        });
    return are_fixed_same && pools_.size() <= kBreakerPoolsMax &&
           std::ranges::all_of(pools_, is_sane);
}

template <typename Visit>
void CircuitBreakers::each_of(std::size_t rule, const Pubkey& pool, const VenueSet& venues,
                              Visit visit) {
    switch (kBreakerRules[rule].scope) {
        case BreakerScope::Everything:
            return visit(fixed_[first_[rule]]);
        case BreakerScope::Venue:
            for (std::size_t i = 0; i < kVenueCount; ++i) {
                if (venues.has(static_cast<VenueId>(i))) {
                    visit(fixed_[first_[rule] + i]);
                }
            }
            return;
        case BreakerScope::Pool:
            if (Breaker* breaker = find_pool(rule, pool)) {
                visit(*breaker);
            }
            return;
    }
}

std::optional<BreakerHold> CircuitBreakers::hold(const OrderIntent& intent, WallTime now) {
    std::optional<BreakerHold> longest;
    for (std::size_t rule = 0; rule < kBreakerRules.size(); ++rule) {
        if (!kBreakerRules[rule].held.has(intent.kind)) {
            continue;
        }
        each_of(rule, intent.pool_id, intent.venues, [&](Breaker& breaker) {
            advance(breaker, now);
            const bool is_probe = breaker.probe && breaker.probe->intent == intent.intent_id;
            const BreakerView seen = view(breaker, now);
            const bool is_free = seen.state == BreakerState::Closed || is_probe ||
                                 (seen.state == BreakerState::HalfOpen && !seen.hold.is_probing);
            const auto wait = [](const BreakerHold& hold) {
                return hold.until_probe.value_or(Duration::max());
            };
            if (!is_free && (!longest || wait(seen.hold) > wait(*longest))) {
                longest = seen.hold;
            }
        });
    }
    return longest;
}

void CircuitBreakers::order_submitted(const OrderIntent& intent, WallTime now) {
    for (std::size_t rule = 0; rule < kBreakerRules.size(); ++rule) {
        if (!kBreakerRules[rule].held.has(intent.kind)) {
            continue;
        }
        each_of(rule, intent.pool_id, intent.venues, [&](Breaker& breaker) {
            advance(breaker, now);
            if (view(breaker, now).state == BreakerState::HalfOpen && !breaker.probe) {
                breaker.probe = Probe{intent.intent_id, now};
            }
        });
    }
}

std::vector<BreakerView> CircuitBreakers::settled(const ExecutionReport& report, WallTime now) {
    std::vector<BreakerView> changes;
    VenueSet venues = report.venues;
    if (report.failed_venue) {
        venues.add(*report.failed_venue);  // Jupiter may route where we did not mean to go.
    }
    for (std::size_t rule = 0; rule < kBreakerRules.size(); ++rule) {
        const bool is_new_pool = kBreakerRules[rule].scope == BreakerScope::Pool &&
                                 kBreakerRules[rule].failure == report.failure &&
                                 kBreakerRules[rule].counted.has(report.kind) &&
                                 !report.pool_id.is_zero() &&
                                 find_pool(rule, report.pool_id) == nullptr;
        if (is_new_pool) {
            add_pool(rule, report.pool_id).failed_at = now;
        }
        each_of(rule, report.pool_id, venues, [&](Breaker& breaker) {
            if (settle(breaker, report, now)) {
                changes.push_back(view(breaker, now));
            }
        });
    }
    return changes;
}

std::vector<BreakerView> CircuitBreakers::reconciled(bool are_books_equal, WallTime now) {
    std::vector<BreakerView> changes;
    for (Breaker& breaker : fixed_) {
        if (kBreakerRules[breaker.rule].failure != FailureClass::BalanceMismatch ||
            breaker.opened_at.has_value() != are_books_equal) {
            continue;
        }
        if (are_books_equal) {
            close(breaker, now);
        } else {
            breaker.in_row = 1;
            open(breaker, now);
        }
        changes.push_back(view(breaker, now));
    }
    return changes;
}

std::vector<BreakerView> CircuitBreakers::not_closed(WallTime now) const {
    std::vector<BreakerView> views;
    for (const std::vector<Breaker>* breakers : {&fixed_, &pools_}) {
        for (const Breaker& breaker : *breakers) {
            if (breaker.opened_at) {
                views.push_back(view(breaker, now));
            }
        }
    }
    return views;
}

CircuitBreakers::Verdict CircuitBreakers::verdict(const Breaker& breaker,
                                                  const ExecutionReport& report) {
    const BreakerRule& rule = kBreakerRules[breaker.rule];
    if (report.failure == rule.failure) {
        const auto& failed = report.failed_venue;
        const bool is_elsewhere =
            failed && ((rule.scope == BreakerScope::Venue && *failed != breaker.venue) ||
                       (rule.scope == BreakerScope::Pool && !report.venues.has(*failed)));
        return rule.counted.has(report.kind) && !is_elsewhere ? Verdict::Failed : Verdict::Neutral;
    }
    return rule.held.has(report.kind) && is_well(rule.failure, report) ? Verdict::Well
                                                                       : Verdict::Neutral;
}

bool CircuitBreakers::settle(Breaker& breaker, const ExecutionReport& report, WallTime now) {
    advance(breaker, now);
    const Verdict found = verdict(breaker, report);
    if (!breaker.opened_at) {
        if (found == Verdict::Well) {
            breaker.count = 0;
        } else if (found == Verdict::Failed) {
            count_failure(breaker, report, now);
        }
        return breaker.opened_at.has_value();
    }
    // Who was on the way when it opened decides nothing.
    if (!breaker.probe || breaker.probe->intent != report.intent_id) {
        return false;
    }
    if (found == Verdict::Well) {
        close(breaker, now);
        return true;
    }
    if (found == Verdict::Failed) {
        ++breaker.in_row;
        open(breaker, now);
        return true;
    }
    if (report.outcome != Outcome::Unknown) {
        breaker.probe.reset();  // It ended without an answer to this: the next one asks.
    }
    return false;
}

void CircuitBreakers::count_failure(Breaker& breaker, const ExecutionReport& report, WallTime now) {
    const BreakerRule& rule = kBreakerRules[breaker.rule];
    const auto begin = breaker.failures.begin();
    auto end = begin + breaker.count;
    // One pool that fails again and again is no sign that its venue does. A cycle's failure may be
    // any of its pools'.
    const bool is_one_pool = rule.scope == BreakerScope::Venue && report.kind != OrderKind::Cycle;
    const Pubkey pool = is_one_pool ? report.pool_id : Pubkey{};
    end = std::remove_if(begin, end, [&](const Failure& failure) {
        return between(failure.at, now) > limits_.breaker_window ||
               (!pool.is_zero() && failure.pool == pool);
    });
    if (end == breaker.failures.end()) {  // Full, and more are asked for than are kept.
        end = std::move(begin + 1, end, begin);
    }
    *end = {now, pool};
    breaker.count = static_cast<std::uint32_t>(end - begin) + 1;
    breaker.failed_at = now;
    const bool is_one_enough = rule.failure == FailureClass::BalanceMismatch;
    if (is_one_enough || breaker.count >= limits_.breaker_failures_max) {
        breaker.in_row = breaker.count;
        open(breaker, now);
    }
}

void CircuitBreakers::open(Breaker& breaker, WallTime at) {
    // Who has closed a moment ago was not well: its time goes on growing.
    const bool is_again =
        breaker.opened_at ||
        (breaker.closed_at && between(*breaker.closed_at, at) <= limits_.breaker_window);
    breaker.open_for =
        std::min(is_again ? breaker.open_for * 2 : limits_.breaker_open, limits_.breaker_open_max);
    breaker.opened_at = at;
    breaker.closed_at.reset();
    breaker.probe.reset();
    breaker.count = 0;
    ++trips_[static_cast<std::size_t>(kBreakerRules[breaker.rule].failure)];
}

void CircuitBreakers::close(Breaker& breaker, WallTime at) {
    breaker.opened_at.reset();
    breaker.probe.reset();
    breaker.closed_at = at;
    breaker.count = 0;
}

void CircuitBreakers::advance(Breaker& breaker, WallTime now) {
    // A clock that was set back makes nothing longer than it is from now on.
    if (breaker.opened_at && *breaker.opened_at > now) {
        breaker.opened_at = now;
    }
    if (!breaker.probe) {
        return;
    }
    breaker.probe->at = std::min(breaker.probe->at, now);
    if (between(breaker.probe->at, now) >= kProbeMax) {
        ++breaker.in_row;
        open(breaker, breaker.probe->at + kProbeMax);
    }
}

BreakerView CircuitBreakers::view(const Breaker& breaker, WallTime now) {
    const BreakerRule& rule = kBreakerRules[breaker.rule];
    BreakerView seen;
    seen.hold = {.failure = rule.failure,
                 .scope = rule.scope,
                 .venue = breaker.venue,
                 .pool = breaker.pool,
                 .failures = breaker.in_row};
    if (!breaker.opened_at) {
        return seen;
    }
    if (rule.failure == FailureClass::BalanceMismatch) {
        seen.state = BreakerState::Open;
        return seen;
    }
    // Also of a breaker that nobody has advanced to `now`.
    const Duration since = std::max(between(*breaker.opened_at, now), Duration{0});
    seen.state = since < breaker.open_for ? BreakerState::Open : BreakerState::HalfOpen;
    seen.hold.is_probing = breaker.probe.has_value();
    seen.hold.until_probe = seen.state == BreakerState::Open ? breaker.open_for - since
                            : breaker.probe
                                ? std::max(kProbeMax - between(breaker.probe->at, now), Duration{0})
                                : Duration{0};
    return seen;
}

CircuitBreakers::Breaker* CircuitBreakers::find_pool(std::size_t rule, const Pubkey& pool) {
    const auto found = std::find_if(pools_.begin(), pools_.end(), [&](const Breaker& breaker) {
        return breaker.rule == rule && breaker.pool == pool;
    });
    return found == pools_.end() ? nullptr : &*found;
}

CircuitBreakers::Breaker& CircuitBreakers::add_pool(std::size_t rule, const Pubkey& pool) {
    Breaker breaker;
    breaker.rule = rule;
    breaker.pool = pool;
    if (pools_.size() < kBreakerPoolsMax) {
        return pools_.emplace_back(breaker);
    }
    const auto least = std::min_element(
        pools_.begin(), pools_.end(), [](const Breaker& left, const Breaker& right) {
            return std::pair{left.opened_at.has_value(), left.failed_at} <
                   std::pair{right.opened_at.has_value(), right.failed_at};
        });
    *least = breaker;
    return *least;
}

}  // namespace sniperforge::risk
