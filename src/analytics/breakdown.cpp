// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/breakdown.hpp"

#include <set>

namespace sniperforge::analytics {
namespace {

std::size_t hour_of(const TradeResult& trade) {
    return static_cast<std::size_t>(trade.opened_at.seconds() / 3'600 % 24);
}

GroupFigures group_figures(const Sample& part, const Resampling& how) {
    GroupFigures figures;
    for (std::size_t i = 0; i < part.trades().size(); ++i) {
        figures.net += part.net(i);
        figures.cost += *costs_of(part.trades()[i]);
    }
    figures.win_rate = *win_rate_of(part, how);
    figures.expectancy_bps = *expectancy_bps(part, how);
    return figures;
}

template <typename Key, typename KeyOf>
std::vector<Group<Key>> groups_by(const Sample& sample, const Resampling& how, KeyOf key_of) {
    std::set<Key> keys;
    for (const TradeResult& trade : sample.trades()) {
        keys.insert(key_of(trade));
    }
    std::vector<Group<Key>> groups;
    for (const Key& key : keys) {
        const Sample part =
            sample.where([&](const TradeResult& trade) { return key_of(trade) == key; });
        groups.push_back({key, group_figures(part, how)});
    }
    return groups;
}

}  // namespace

Ending ending_of(const TradeResult& trade) {
    return {.reason = trade.exit_reason,
            .is_open = trade.basis == FillBasis::Quote,
            .has_failed = !trade.is_landed};
}

std::string_view to_string(const Ending& ending) {
    return ending.is_open ? "open" : ending.has_failed ? "failed" : to_string(ending.reason);
}

Breakdown breakdown_of(const Sample& sample, const Resampling& how) {
    return {
        groups_by<std::optional<VenueId>>(sample, how,
                                          [](const TradeResult& trade) { return trade.venue; }),
        groups_by<Ending>(sample, how, ending_of),
        groups_by<std::size_t>(sample, how, hour_of),
    };
}

}  // namespace sniperforge::analytics
