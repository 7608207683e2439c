// SPDX-License-Identifier: MIT
// What reverted cycles cost: how often they happen, what a cycle must promise to be worth the risk,
// and how much of a day may go into them.
#pragma once

#include <cstdint>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/execution.hpp"

namespace sniperforge::strategy {

class Reverts {
 public:
    explicit Reverts(const config::ArbitrageSettings& settings);
    // Another budget for the day; what was counted stands.
    void set_budget(Lamports budget) { budget_ = budget; }

    // What became of a cycle at this Unix time. Only what landed or reverted counts: the rest has
    // paid nothing.
    void settled(const ExecutionReport& report, std::int64_t unix_time);
    // The two parts of that, for what earlier runs have left: how a cycle ended, and what one that
    // reverted has paid.
    void count(bool is_reverted);
    void pay(const Fill& fill, std::int64_t unix_time);
    // The fees of today's reverts (UTC) leave something of the budget.
    [[nodiscard]] bool is_budget_left(std::int64_t unix_time) const;
    // The least profit, after its fee, that a cycle must promise, so that with reverts as often as
    // lately the average attempt earns `profit_min`: the others pay for those that revert, which
    // cost `fee`.
    [[nodiscard]] Lamports profit_floor(Lamports profit_min, Lamports fee) const;

 private:
    Lamports budget_;
    // Outcomes, those assumed at the start among them. Halved above a bound, so that they are of
    // late.
    std::uint64_t outcomes_ = 0;
    std::uint64_t reverts_ = 0;
    std::int64_t day_ = 0;
    Lamports paid_today_;
};

}  // namespace sniperforge::strategy
