// SPDX-License-Identifier: MIT
// TwoReadings: what one node says of our balances proves nothing: some leave accounts out, or
// answer with none at all, for a while. What two nodes say alike stands, and where there is one
// node only that may be asked, what it says again at a later slot.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "sniperforge/portfolio/ledger.hpp"

namespace sniperforge::app {

// What differs from the books in one reading.
struct BalanceReading {
    std::size_t endpoint = 0;
    portfolio::ChainBalances::Slots slots{};
    std::vector<portfolio::BalanceMismatch> mismatches{};
    bool is_alone = false;  // As BalanceReader::Reading has it.
};

class TwoReadings {
 public:
    // Of the reading's differences those that another one has too, each the smaller of the two:
    // orders between them move both sides. Nothing, where nobody says the same.
    [[nodiscard]] std::vector<portfolio::BalanceMismatch> add(BalanceReading reading);
    // Somebody says that nothing differs.
    void clear() { last_.clear(); }

 private:
    std::map<std::size_t, BalanceReading> last_;  // By endpoint.
};

// The same is missing or too much: exits move both sides.
[[nodiscard]] bool are_alike(std::span<const portfolio::BalanceMismatch> a,
                             std::span<const portfolio::BalanceMismatch> b);

}  // namespace sniperforge::app
