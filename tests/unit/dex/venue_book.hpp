// SPDX-License-Identifier: MIT
// A book that fails the test on an account it refuses, for pools of any venue.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "sniperforge/dex/pool_book.hpp"

namespace sniperforge::dex::test {

inline constexpr PoolIndex kPool{0};  // The first one added.

struct VenueBook {
    PoolBook book;
    std::vector<BookChange> changes;

    const std::vector<BookChange>& apply(AccountUpdate update, std::uint64_t slot) {
        update.slot = Slot{slot};
        const auto applied = book.apply(update, changes);
        EXPECT_TRUE(applied) << applied.error().text;
        return changes;
    }
    // Exactly one pool was changed, and became complete by that.
    [[nodiscard]] bool is_newly_complete() const {
        return changes.size() == 1 && changes[0].is_newly_complete;
    }
    [[nodiscard]] std::set<Pubkey> wanted() { return as_set(book.take_accounts_wanted()); }
    [[nodiscard]] std::set<Pubkey> unwanted() { return as_set(book.take_accounts_unwanted()); }

    static std::set<Pubkey> as_set(const std::vector<Pubkey>& keys) {
        std::set<Pubkey> set{keys.begin(), keys.end()};
        EXPECT_EQ(set.size(), keys.size()) << "each once";
        return set;
    }
};

}  // namespace sniperforge::dex::test
