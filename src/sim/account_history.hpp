// SPDX-License-Identifier: MIT
// Accounts as they were: for each write of the last slots, what it replaced. Off (and empty) unless
// a node lags or reads keep to their commitment.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {

class AccountHistory {
 public:
    // Remembers the writes of the last `slots` slots; 0 forgets everything.
    void set_depth(std::uint64_t slots);
    [[nodiscard]] bool is_on() const { return depth_ > 0; }
    // A write in `slot`; `before` is null when there was no account. The first write of a slot
    // counts.
    void record(const Pubkey& key, Slot slot, const Account* before);
    // The account at the end of `slot`, when it was written later: an empty optional where there
    // was none. Null: what there is now has not changed since.
    [[nodiscard]] const std::optional<Account>* find(const Pubkey& key, Slot slot) const;
    void forget(const Pubkey& key) { versions_.erase(key); }
    // Whether, at `now`, what happened at `slot` may still be asked for.
    [[nodiscard]] bool remembers(Slot slot, Slot now) const {
        return is_on() && slot.value + depth_ >= now.value;
    }
    // Drops what is not remembered at `slot` any more.
    void trim(Slot slot);
    [[nodiscard]] std::vector<Pubkey> keys() const;  // In key order.

 private:
    struct Version {
        Slot written;
        std::optional<Account> before;
    };
    struct Write {
        Slot slot;
        Pubkey key;
    };

    std::uint64_t depth_ = 0;
    std::unordered_map<Pubkey, std::deque<Version>, KeyHash> versions_;  // Oldest first.
    std::deque<Write> writes_;                                           // In slot order.
};

}  // namespace sniperforge::sim
