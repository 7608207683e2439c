// SPDX-License-Identifier: MIT
// What the day's reverted cycles have cost, and how much of a day may go into them.
#pragma once

#include <cstdint>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/execution.hpp"

namespace sniperforge::strategy {

class Reverts {
 public:
    explicit Reverts(Lamports budget) : budget_{budget} {}
    // Another budget for the day; what was paid stands.
    void set_budget(Lamports budget) { budget_ = budget; }

    // What became of an order of any kind, at this Unix time.
    void settled(const ExecutionReport& report, std::int64_t unix_time);
    // The fees of today's reverts (UTC) leave something of the budget.
    [[nodiscard]] bool is_budget_left(std::int64_t unix_time) const;

 private:
    Lamports budget_;
    std::int64_t day_ = 0;
    Lamports paid_today_;
};

}  // namespace sniperforge::strategy
