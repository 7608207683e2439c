// SPDX-License-Identifier: MIT
// RecentSignatures: transactions that were told lately, so that what several subscriptions and
// sockets tell is heard once. A fixed number; the longest known goes.
#pragma once

#include <cstddef>
#include <deque>
#include <unordered_set>

#include "sniperforge/core/key.hpp"

namespace sniperforge::feed {

class RecentSignatures {
 public:
    explicit RecentSignatures(std::size_t signatures_max) : signatures_max_{signatures_max} {}

    // False for one that is known.
    bool insert(const Signature& signature) {
        if (!known_.insert(signature).second) {
            return false;
        }
        order_.push_back(signature);
        if (order_.size() > signatures_max_) {
            known_.erase(order_.front());
            order_.pop_front();
        }
        return true;
    }

 private:
    std::size_t signatures_max_;
    std::unordered_set<Signature, KeyHash> known_;
    std::deque<Signature> order_;  // By first sight.
};

}  // namespace sniperforge::feed
