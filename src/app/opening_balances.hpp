// SPDX-License-Identifier: MIT
// OpeningBalances: with which balances books are opened that no file has. What one node leaves out
// would be in no book, so another one must have nothing that this one lacks; where there is one
// node only that may be asked, it at a later slot. An account that is there cannot be left in by
// mistake: more than the other has stands where it is not older.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "app/balance_reader.hpp"
#include "sniperforge/portfolio/ledger.hpp"

namespace sniperforge::app {

class OpeningBalances {
 public:
    // Whether the books may be opened with it.
    [[nodiscard]] bool add(const BalanceReader::Reading& reading);
    // Of the last readings of each endpoint the one with the most tokens; null before the first.
    [[nodiscard]] const portfolio::ChainBalances* most() const;
    // What keeps the books from being opened, for people.
    [[nodiscard]] std::string problem(const std::function<std::string(std::size_t)>& name) const;

 private:
    bool is_alone_ = false;                                 // The last reading was.
    std::map<std::size_t, portfolio::ChainBalances> last_;  // By endpoint.
};

}  // namespace sniperforge::app
