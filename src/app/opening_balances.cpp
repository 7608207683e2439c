// SPDX-License-Identifier: MIT
#include "app/opening_balances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace sniperforge::app {
namespace {

// An account of which `balances` have less than `others`.
struct Lack {
    std::string account;
    std::uint64_t has = 0, other = 0;
};
[[nodiscard]] std::optional<Lack> lack_of(const portfolio::ChainBalances& balances,
                                          const portfolio::ChainBalances& others) {
    if (balances.wallet < others.wallet) {
        return Lack{"wallet", balances.wallet.raw(), others.wallet.raw()};
    }
    for (const auto& [mint, amount] : others.tokens) {
        const auto held = balances.tokens.find(mint);
        const TokenAmount has = held == balances.tokens.end() ? TokenAmount{} : held->second;
        if (has < amount) {
            return Lack{mint.to_string(), has.raw(), amount.raw()};
        }
    }
    return std::nullopt;
}

[[nodiscard]] bool bears_out(const portfolio::ChainBalances& earlier,
                             const portfolio::ChainBalances& balances) {
    return !lack_of(balances, earlier) &&
           (balances.slots.oldest >= earlier.slots.newest || !lack_of(earlier, balances));
}

}  // namespace

bool OpeningBalances::add(const BalanceReader::Reading& reading) {
    const portfolio::ChainBalances& balances = reading.balances;
    is_alone_ = reading.is_alone;
    const auto is_another = [&](std::size_t endpoint, const portfolio::ChainBalances& earlier) {
        return is_alone_ ? earlier.slots.newest < balances.slots.oldest
                         : endpoint != reading.endpoint;
    };
    const bool is_borne_out = std::ranges::any_of(last_, [&](const auto& earlier) {
        return is_another(earlier.first, earlier.second) && bears_out(earlier.second, balances);
    });
    // Of the only node the earlier reading is kept until there is a later one.
    const auto last = last_.find(reading.endpoint);
    if (!is_alone_ || last == last_.end() || is_another(last->first, last->second)) {
        last_.insert_or_assign(reading.endpoint, balances);
    }
    return is_borne_out;
}

const portfolio::ChainBalances* OpeningBalances::most() const {
    const auto found = std::ranges::max_element(
        last_, {}, [](const auto& reading) { return reading.second.tokens.size(); });
    return found == last_.end() ? nullptr : &found->second;
}

std::string OpeningBalances::problem(const std::function<std::string(std::size_t)>& name) const {
    for (const auto& [endpoint, balances] : last_) {
        for (const auto& [other, others] : last_) {
            if (const auto lack = lack_of(balances, others)) {
                return fmt::format(
                    "{}: endpoint {} has {}, {} has {}: one of them leaves accounts out or is "
                    "behind; start again, or take it out of network.endpoints",
                    lack->account, name(endpoint), lack->has, name(other), lack->other);
            }
        }
    }
    return is_alone_
               ? "its endpoint has told of one slot only"
               : "one endpoint alone has told of them; start again, or take those that do not "
                 "answer out of network.endpoints";
}

}  // namespace sniperforge::app
