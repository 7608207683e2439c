// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/leakage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analytics/report_cells.hpp"

namespace sniperforge::analytics {

std::string_view to_string(Leakage leakage) {
    switch (leakage) {
        case Leakage::NotFound:
            return "NOT_FOUND";
        case Leakage::Found:
            return "FOUND";
        case Leakage::Undecided:
            return "UNDECIDED";
    }
    return "unknown";
}

LeakageCheck leakage_check(std::string market, const Sample& trendless, const Resampling& how) {
    LeakageCheck check{std::move(market), Leakage::Undecided, trendless.landed(),
                       expectancy_bps(trendless, how)};
    if (check.net_bps && check.net_bps->ci95) {
        check.leakage = check.net_bps->ci95->low > 0 ? Leakage::Found : Leakage::NotFound;
    }
    return check;
}

const LeakageCheck& gravest(std::span<const LeakageCheck> checks) {
    const auto weight = [](const LeakageCheck& check) {
        return check.leakage == Leakage::Found ? 2 : check.leakage == Leakage::Undecided ? 1 : 0;
    };
    return *std::ranges::max_element(checks, {}, weight);
}

std::string leakage_text(const LeakageCheck& check) {
    const FigureCell cell = estimate_cell(check.net_bps, 1.0, 1);
    switch (check.leakage) {
        case Leakage::Found:
            return fmt::format(
                "leakage FOUND: on prices without a trend ({}) {} trades made {} bps each, net, "
                "with a "
                "95 % interval of {} that lies above 0. The rule or its evaluation sees prices "
                "before they can be traded; look there before believing any figure of it.",
                check.market, check.trades, cell.value, cell.detail);
        case Leakage::NotFound:
            return fmt::format(
                "no leakage found: on prices without a trend ({}) {} trades made {} bps each, net, "
                "with a 95 % interval of {}. An honest rule fails this check once in forty times.",
                check.market, check.trades, cell.value, cell.detail);
        case Leakage::Undecided:
            break;
    }
    return fmt::format(
        "leakage UNDECIDED: {} trades on prices without a trend ({}) give no interval ({}); run "
        "the "
        "rule on more days, at least {} with {} trades.",
        check.trades, check.market,
        words_of(check.net_bps ? check.net_bps->ci95.error() : check.net_bps.error()), kClustersMin,
        kTradesMin);
}

}  // namespace sniperforge::analytics
