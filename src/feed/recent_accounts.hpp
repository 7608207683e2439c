// SPDX-License-Identifier: MIT
// RecentAccounts: what programs told lately about accounts that are not watched, so that several
// sockets that tell the same are heard once. A fixed number of accounts; the longest known goes.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::feed {

class RecentAccounts {
 public:
    struct State {
        Slot slot;
        std::uint64_t content = 0;
    };
    explicit RecentAccounts(std::size_t accounts_max) : accounts_max_{accounts_max} {}

    // False for what was said before and for what is older than that.
    bool observe(const Pubkey& account, Slot slot, std::uint64_t content) {
        const auto [known, is_first] = states_.try_emplace(account, State{slot, content});
        if (is_first) {
            order_.push_back(account);
            if (order_.size() > accounts_max_) {
                states_.erase(order_.front());
                order_.pop_front();
            }
            return true;
        }
        State& state = known->second;
        if (slot < state.slot || (slot == state.slot && content == state.content)) {
            return false;
        }
        state = {slot, content};
        return true;
    }
    [[nodiscard]] std::optional<State> find(const Pubkey& account) const {
        const auto found = states_.find(account);
        return found == states_.end() ? std::nullopt : std::optional{found->second};
    }
    [[nodiscard]] std::size_t size() const { return states_.size(); }

 private:
    std::size_t accounts_max_;
    std::unordered_map<Pubkey, State, KeyHash> states_;
    std::deque<Pubkey> order_;  // By first sight.
};

}  // namespace sniperforge::feed
