// SPDX-License-Identifier: MIT
#include "sniperforge/engine/funders.hpp"

namespace sniperforge::engine {

bool Funders::want(const Pubkey& creator) {
    if (creator.is_zero() || creators_.contains(creator)) {
        return false;
    }
    if (creators_.size() >= kCreatorsMax) {
        forget_oldest();
    }
    creators_.emplace(creator, Creator{});
    order_.push_back(creator);
    return true;
}

void Funders::settle(const Pubkey& creator, const std::optional<Pubkey>& funder) {
    const auto found = creators_.find(creator);
    if (found == creators_.end() || found->second.is_settled) {
        return;  // Forgotten since.
    }
    found->second = {true, funder.value_or(Pubkey{})};
    if (funder) {
        ++funded_[*funder];
    }
}

FunderStanding Funders::standing(const Pubkey& creator) const {
    const auto found = creators_.find(creator);
    if (found == creators_.end()) {
        return FunderStanding::Unasked;
    }
    if (!found->second.is_settled) {
        return FunderStanding::Pending;
    }
    if (found->second.funder.is_zero()) {
        return FunderStanding::Hidden;
    }
    return funded_.at(found->second.funder) > creators_max_ ? FunderStanding::Exchange
                                                            : FunderStanding::Known;
}

Pubkey Funders::funder_of(const Pubkey& creator) const {
    return standing(creator) == FunderStanding::Known ? creators_.at(creator).funder : Pubkey{};
}

void Funders::forget_oldest() {
    const auto found = creators_.find(order_.front());
    order_.pop_front();
    const Pubkey funder = found->second.funder;
    creators_.erase(found);
    if (!funder.is_zero() && --funded_[funder] == 0) {
        funded_.erase(funder);
    }
}

}  // namespace sniperforge::engine
