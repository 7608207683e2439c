// SPDX-License-Identifier: MIT
#include "app/rebuilt_books.hpp"

namespace sniperforge::app {

std::vector<portfolio::BalanceMismatch> unexplained(std::span<const engine::RecoveredOrder> orders,
                                                    const std::map<Pubkey, TokenAmount>& held,
                                                    const std::map<Pubkey, i128>& changes) {
    std::map<Pubkey, i128> sums;
    for (const engine::RecoveredOrder& order : orders) {
        for (const TokenChange& change : order.fill.tokens) {
            sums[change.mint] += i128{change.amount.raw()};
        }
    }
    std::vector<portfolio::BalanceMismatch> mismatches;
    for (const auto& [mint, amount] : held) {
        const std::uint64_t sum = portfolio::clamped_balance(sums[mint]);
        const auto change = changes.find(mint);
        const bool is_all_read = change != changes.end() && change->second == i128{amount.raw()};
        if (sum != amount.raw() && !is_all_read) {
            mismatches.push_back({mint.to_string(), sum, amount.raw()});
        }
    }
    return mismatches;
}

portfolio::ChainBalances balances_of_orders(
    portfolio::ChainBalances balances, std::span<const portfolio::BalanceMismatch> unexplained) {
    for (const portfolio::BalanceMismatch& each : unexplained) {
        if (const auto mint = Pubkey::parse(each.account)) {
            balances.tokens[*mint] = TokenAmount{each.expected};
        }
    }
    return balances;
}

}  // namespace sniperforge::app
