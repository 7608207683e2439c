// SPDX-License-Identifier: MIT
#include "analytics/report_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "sniperforge/core/decimal.hpp"

namespace sniperforge::analytics {
namespace {

constexpr double kPercent = 100.0;
constexpr double kSolPerLamport = 1e-9;

std::string number_text(double value, int digits) {
    std::string text = fmt::format("{:.{}f}", value, digits);
    // What rounds to nothing has no sign.
    return text.find_first_of("123456789") == std::string::npos && text.front() == '-'
               ? text.substr(1)
               : text;
}

std::string interval_text(const Interval& interval, double factor, int digits) {
    return fmt::format("[{}, {}]", number_text(interval.low * factor, digits),
                       number_text(interval.high * factor, digits));
}

FigureCell measured_cell(const Measured<double>& figure, double factor, int digits,
                         std::string detail) {
    return figure ? FigureCell{number_text(*figure * factor, digits), std::move(detail)}
                  : missing_cell(figure.error());
}

FigureCell win_rate_cell(const Evidence& e) {
    if (!e.win_rate) {
        return missing_cell(e.win_rate.error());
    }
    return {number_text(e.win_rate->value * kPercent, 1),
            interval_text(e.win_rate->wilson, kPercent, 1)};
}

FigureCell win_rate_landed_cell(const Evidence& e) {
    if (!e.win_rate) {
        return missing_cell(e.win_rate.error());
    }
    const auto landed = e.win_rate->of_landed();
    return landed ? FigureCell{number_text(*landed * kPercent, 1),
                               interval_text(wilson_ci95(e.win_rate->wins, e.win_rate->landed),
                                             kPercent, 1)}
                  : missing_cell(landed.error());
}

FigureCell trades_cell(const Evidence& e) {
    const std::uint64_t failed = e.grounds.trades - e.grounds.landed;
    return {fmt::format("{}", e.grounds.landed),
            failed > 0 ? fmt::format("and {} attempts that failed", failed) : ""};
}

FigureCell win_rate_clustered_cell(const Evidence& e) {
    if (!e.win_rate) {
        return missing_cell(e.win_rate.error());
    }
    const auto widest = e.win_rate->widest();
    if (!widest) {
        return missing_cell(widest.error());
    }
    return {interval_text(*widest, kPercent, 1),
            fmt::format("{} with an attempt", e.resampling.cluster == Cluster::Day
                                                  ? fmt::format("{} days", e.win_rate->clusters)
                                                  : fmt::format("{} hours", e.win_rate->clusters))};
}

FigureCell deflated_cell(const Evidence& e) {
    if (!e.sharpe_deflated) {
        const bool is_uncounted = e.trials.count == 0 && e.shape_daily;
        return {"-",
                is_uncounted ? "trials were not counted" : words_of(e.sharpe_deflated.error())};
    }
    return {number_text(*e.sharpe_deflated, 3), fmt::format("of {} trials", e.trials.count)};
}

FigureCell drawdown_cell(const Evidence& e) {
    if (!e.drawdown) {
        return missing_cell(e.drawdown.error());
    }
    if (e.drawdown->depth.is_zero()) {
        return {"0", "never below its peak"};
    }
    return {
        format_sol(e.drawdown->depth),
        fmt::format("{} to {}, {}", utc_text(e.drawdown->peak_at), utc_text(e.drawdown->trough_at),
                    e.drawdown->recovered_at
                        ? fmt::format("regained {}", utc_text(*e.drawdown->recovered_at))
                        : "not regained")};
}

// The median, with the 90th percentile and the largest behind it.
FigureCell excursion_cell(const Measured<ExcursionsOf>& of, Quantiles ExcursionsOf::* side) {
    if (!of) {
        return missing_cell(of.error());
    }
    const Quantiles& q = (*of).*side;
    return {number_text(q.p50, 0),
            fmt::format("p90 {}, largest {}, {} trades", number_text(q.p90, 0),
                        number_text(q.max, 0), of->trades)};
}

FigureCell time_cell(const Evidence& e) {
    if (e.grounds.trades == 0) {
        return missing_cell(Lack::NoTrades);
    }
    const TimeInMarket& time = e.time_in_market;
    return {time.share > 0 && time.share < 0.0005 ? "< 0.1" : number_text(time.share * kPercent, 1),
            fmt::format("{} open on average, {} at most, {} trades a day",
                        number_text(time.open_mean, 2), time.open_max,
                        number_text(time.trades_per_day, 1))};
}

FigureCell capacity_cell(const Evidence& e) {
    if (!e.capacity) {
        return missing_cell(e.capacity.error());
    }
    FigureCell cell = estimate_cell(e.capacity->stake, kSolPerLamport, 4);
    if (!e.capacity->has_edge()) {
        cell = {"0", "none: loses at any size, " + cell.detail};
    }
    cell.detail += fmt::format(", {} trades with a depth", e.capacity->trades);
    return cell;
}

FigureCell capital_cell(const Evidence& e) {
    if (e.grounds.trades == 0) {
        return missing_cell(Lack::NoTrades);
    }
    const Lamports base = e.time_in_market.stake_max;
    if (base.is_zero()) {
        return missing_cell(Lack::NoTrades);
    }
    const double share = static_cast<double>(e.totals.net.raw()) / static_cast<double>(base.raw());
    return {format_sol(base),
            fmt::format("the most at stake at a time; net {} % of it. Days without a trade count "
                        "as 0",
                        number_text(share * kPercent, 2))};
}

FigureCell sum_cell(const Evidence& e, LamportsDelta sum, std::string detail) {
    return e.grounds.trades == 0 ? missing_cell(Lack::NoTrades)
                                 : FigureCell{format_sol(sum), std::move(detail)};
}

constexpr FigureRow kTrades{"trades", "", trades_cell};
constexpr FigureRow kWinRate{"won of attempts (Wilson's interval)", "%", win_rate_cell};
constexpr FigureRow kWinRateLanded{"won of those that landed", "%", win_rate_landed_cell};
constexpr FigureRow kNetBps{"mean net result", "bps", [](const Evidence& e) {
                                return estimate_cell(e.expectancy_bps, 1, 1);
                            }};
constexpr FigureRow kProfitFactor{
    "profit factor", "", [](const Evidence& e) { return estimate_cell(e.profit_factor, 1, 2); }};
constexpr FigureRow kSharpeYear{"Sharpe ratio, per year", "", [](const Evidence& e) {
                                    return estimate_cell(e.sharpe_annual, 1, 2);
                                }};
constexpr FigureRow kDeflated{"deflated Sharpe ratio", "", deflated_cell};
constexpr FigureRow kDrawdown{"largest drawdown", "SOL", drawdown_cell};
constexpr FigureRow kNet{"net result", "SOL",
                         [](const Evidence& e) { return sum_cell(e, e.totals.net, ""); }};

constexpr std::array kRows = {
    kTrades,
    kNet,
    FigureRow{"stakes turned over", "SOL",
              [](const Evidence& e) { return sum_cell(e, e.totals.stake, ""); }},
    kWinRate,
    kWinRateLanded,
    FigureRow{"won of attempts, a day's as one", "%", win_rate_clustered_cell},
    kNetBps,
    FigureRow{
        "expectancy of an attempt", "SOL",
        [](const Evidence& e) { return estimate_cell(e.expectancy_lamports, kSolPerLamport, 6); }},
    kProfitFactor,
    FigureRow{"Sharpe ratio, per attempt", "",
              [](const Evidence& e) { return estimate_cell(e.sharpe_per_trade, 1, 3); }},
    FigureRow{"Sortino ratio, per attempt", "",
              [](const Evidence& e) { return estimate_cell(e.sortino_per_trade, 1, 3); }},
    kSharpeYear,
    FigureRow{"Sortino ratio, per year", "",
              [](const Evidence& e) { return estimate_cell(e.sortino_annual, 1, 2); }},
    FigureRow{"probabilistic Sharpe ratio", "",
              [](const Evidence& e) {
                  return measured_cell(e.sharpe_probabilistic, 1, 3, "above 0, days independent");
              }},
    kDeflated,
    kDrawdown,
    FigureRow{"MAE of winners, median", "bps",
              [](const Evidence& e) {
                  return excursion_cell(e.excursions.winners, &ExcursionsOf::adverse_bps);
              }},
    FigureRow{"MAE of losers, median", "bps",
              [](const Evidence& e) {
                  return excursion_cell(e.excursions.losers, &ExcursionsOf::adverse_bps);
              }},
    FigureRow{"MFE of winners, median", "bps",
              [](const Evidence& e) {
                  return excursion_cell(e.excursions.winners, &ExcursionsOf::favorable_bps);
              }},
    FigureRow{"MFE of losers, median", "bps",
              [](const Evidence& e) {
                  return excursion_cell(e.excursions.losers, &ExcursionsOf::favorable_bps);
              }},
    FigureRow{
        "given back from the best moment, median", "bps",
        [](const Evidence& e) { return measured_cell(e.excursions.given_back_bps_p50, 1, 0, ""); }},
    FigureRow{"time in the market", "%", time_cell},
    FigureRow{"capital base", "SOL", capital_cell},
    FigureRow{"capacity, a trade", "SOL", capacity_cell},
};
constexpr std::array kOverview = {kTrades,       kNet,        kWinRate,  kWinRateLanded, kNetBps,
                                  kProfitFactor, kSharpeYear, kDeflated, kDrawdown};

struct ConditionText {
    std::string_view what;
    std::vector<VerdictReason> broken_by;
    std::string (*found)(const Evidence& evidence);
};

std::string cell_line(const FigureCell& cell) {
    return cell.detail.empty() ? cell.value : fmt::format("{} ({})", cell.value, cell.detail);
}
// "3 of 40 trades are not", or that all are.
std::string part_text(const Evidence& e, std::uint64_t count, std::string_view what) {
    return e.grounds.trades == 0
               ? "no trades"
               : fmt::format(
                     "{} of {} {} {}", count, e.grounds.trades,
                     e.grounds.landed == e.grounds.trades ? "trades" : "trades and failed attempts",
                     what);
}
std::string on_chain_text(const Evidence& e) {
    return part_text(e, e.grounds.off_chain, "with amounts that no chain moved") +
           (e.grounds.trades == 0 ? "" : fmt::format(", {} not on mainnet", e.grounds.not_live));
}

// Behind the first, which is of the figure. In the order of docs/evidence.md.
const std::vector<ConditionText>& common_conditions() {
    using enum VerdictReason;
    static const std::vector<ConditionText> kConditions = {
        {"the interval of the mean net result begins above 0",
         {LosesMoney, MeanNotPositive},
         [](const Evidence& e) {
             return cell_line(estimate_cell(e.expectancy_lamports, kSolPerLamport, 6)) + " SOL";
         }},
        {"intervals are clustered by day",
         {NotClusteredByDay},
         [](const Evidence& e) {
             return std::string{e.resampling.cluster == Cluster::Day ? "by days" : "by hours"};
         }},
        {"fills really happened, on mainnet's chain", {FillsNotOnChain, NotLive}, on_chain_text},
        {"every fill is final and equal to the books",
         {NotReconciled},
         [](const Evidence& e) { return part_text(e, e.grounds.unreconciled, "are not yet"); }},
        {"no fill was assumed at the price of the exit rule",
         {LevelFills},
         [](const Evidence& e) { return part_text(e, e.grounds.level_fills, "were"); }},
        {"no search has seen the data",
         {DataSearched, SearchUnknown},
         [](const Evidence& e) {
             return part_text(e, e.grounds.searched, "were seen by one") +
                    (e.grounds.search_unknown == 0
                         ? ""
                         : fmt::format(", of {} it is unknown", e.grounds.search_unknown));
         }},
        {"no trade is missing",
         {TradesMissing},
         [](const Evidence& e) { return fmt::format("{} not told whole", e.grounds.missing); }},
        {"nothing was lost outside the trades",
         {MoneyInNoTrade},
         [](const Evidence& e) {
             return fmt::format("{} SOL are in none of them", format_sol(e.grounds.unassigned));
         }},
        {"no SOL is missing",
         {SolMissing},
         [](const Evidence& e) {
             return e.grounds.shortfall.is_zero()
                        ? std::string{"none was accepted as missing"}
                        : fmt::format("{} SOL were, and were accepted (--accept-shortfall)",
                                      format_sol(e.grounds.shortfall));
         }},
        {"no record was deleted or left out",
         {RecordsDeleted},
         [](const Evidence& e) {
             return std::string{e.grounds.is_cut ? "those of the time before were" : "none was"};
         }},
    };
    return kConditions;
}

// One that holds has none of the verdict's reasons, so that there is one judge.
bool holds(const Judgement& judgement, std::span<const VerdictReason> broken_by) {
    return std::ranges::none_of(broken_by, [&](VerdictReason reason) {
        return std::ranges::find(judgement.reasons, reason) != judgement.reasons.end();
    });
}

TargetRow target_row(std::string target, FigureCell figure, const Judgement& judgement,
                     const Evidence& evidence) {
    using enum VerdictReason;
    static constexpr std::array kOfTheFigure = {NoFigure, NoInterval, BelowTarget, TargetInside};
    TargetRow row{std::move(target), std::move(figure), judgement.verdict, {}};
    row.conditions.push_back({"the whole 95 % interval is above the target",
                              holds(judgement, kOfTheFigure), cell_line(row.figure)});
    for (const ConditionText& condition : common_conditions()) {
        // Of nothing everything could be said.
        const bool is_held = evidence.grounds.trades > 0 && holds(judgement, condition.broken_by);
        row.conditions.push_back({condition.what, is_held, condition.found(evidence)});
    }
    return row;
}

// Won, with the interval that the verdict rests on.
FigureCell won_cell(const Evidence& e) {
    if (!e.win_rate) {
        return missing_cell(e.win_rate.error());
    }
    const auto widest = e.win_rate->widest();
    return {number_text(e.win_rate->value * kPercent, 1) + " %",
            widest ? interval_text(*widest, kPercent, 1)
                   : fmt::format("no interval: {}; Wilson's, as if attempts were independent: {}",
                                 words_of(widest.error()),
                                 interval_text(e.win_rate->wilson, kPercent, 1))};
}

}  // namespace

std::span<const FigureRow> figure_rows() { return kRows; }
std::span<const FigureRow> overview_rows() { return kOverview; }

FigureCell estimate_cell(const Measured<Estimate>& figure, double factor, int digits) {
    if (!figure) {
        return missing_cell(figure.error());
    }
    return {number_text(figure->value * factor, digits),
            figure->ci95 ? interval_text(*figure->ci95, factor, digits)
                         : fmt::format("no interval: {}", words_of(figure->ci95.error()))};
}

FigureCell missing_cell(Lack lack) { return {"-", words_of(lack)}; }

TargetRow win_rate_row(const Evidence& evidence) {
    return target_row(fmt::format("more than {:.0f} % of attempts won", kWinRateTarget * kPercent),
                      won_cell(evidence), evidence.win_rate_target, evidence);
}
TargetRow sharpe_row(const Evidence& evidence) {
    return target_row(fmt::format("Sharpe ratio per year above {}", kSharpeAnnualTarget),
                      estimate_cell(evidence.sharpe_annual, 1, 2), evidence.sharpe_target,
                      evidence);
}
std::vector<TargetRow> target_rows(const Evidence& evidence) {
    return {win_rate_row(evidence), sharpe_row(evidence)};
}

std::vector<CostRow> cost_rows(const Evidence& evidence) {
    const CostTotals& totals = evidence.totals;
    const bool is_venue_known = totals.venue_fees_unknown < evidence.grounds.landed;
    return {
        {"base fees", totals.base_fee},
        {"priority fees", totals.priority_fee},
        {"tips", totals.tip},
        {"reverted attempts", totals.reverts},
        {"rent", totals.rent},
        {"venue fees", totals.amm_fee, is_venue_known},
        {"transfer fees", totals.transfer_fee, is_venue_known},
    };
}

std::string words_of(std::string_view identifier) {
    std::string words{identifier};
    for (char& c : words) {
        c = c == '_' ? ' ' : c;
    }
    return words;
}
std::string words_of(Lack lack) { return words_of(to_string(lack)); }

std::string utc_text(WallTime time) {
    const std::chrono::sys_days day{std::chrono::days{time.utc_day()}};
    const std::chrono::year_month_day date{day};
    const std::int64_t second = time.seconds() % 86'400;
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       second / 3'600, second / 60 % 60, second % 60);
}

std::string period_text(Period period) {
    return fmt::format("{} to {}", utc_text(period.from), utc_text(period.to));
}

BadRows bad_rows(const DataSet& set) {
    BadRows bad;
    for (const auto& [kind, count] : set.bad) {
        bad.count += count;
        bad.kinds += fmt::format("{}{} {}", bad.kinds.empty() ? "" : ", ", count, words_of(kind));
    }
    return bad;
}

}  // namespace sniperforge::analytics
