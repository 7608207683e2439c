// SPDX-License-Identifier: MIT
#include "sim/account_history.hpp"

#include <algorithm>

namespace sniperforge::sim {

void AccountHistory::set_depth(std::uint64_t slots) {
    depth_ = slots;
    if (depth_ == 0) {
        versions_.clear();
        writes_.clear();
    }
}

void AccountHistory::record(const Pubkey& key, Slot slot, const Account* before) {
    auto& versions = versions_[key];
    if (!versions.empty() && versions.back().written == slot) {
        return;
    }
    versions.push_back({slot, before == nullptr ? std::nullopt : std::optional{*before}});
    writes_.push_back({slot, key});
}

const std::optional<Account>* AccountHistory::find(const Pubkey& key, Slot slot) const {
    const auto found = versions_.find(key);
    if (found == versions_.end()) {
        return nullptr;
    }
    const auto later = std::ranges::upper_bound(found->second, slot, {}, &Version::written);
    return later == found->second.end() ? nullptr : &later->before;
}

void AccountHistory::trim(Slot slot) {
    while (!writes_.empty() && !remembers(writes_.front().slot, slot)) {
        const auto found = versions_.find(writes_.front().key);
        // A forgotten account may have come back: its versions are younger then.
        if (found != versions_.end() && found->second.front().written == writes_.front().slot) {
            found->second.pop_front();
            if (found->second.empty()) {
                versions_.erase(found);
            }
        }
        writes_.pop_front();
    }
}

std::vector<Pubkey> AccountHistory::keys() const {
    std::vector<Pubkey> keys;
    keys.reserve(versions_.size());
    for (const auto& [key, versions] : versions_) {  // determinism-ok: sorted below
        keys.push_back(key);
    }
    std::ranges::sort(keys);
    return keys;
}

}  // namespace sniperforge::sim
