// SPDX-License-Identifier: MIT
// The report for programs. The keys are documented in docs/evidence.md; scripts rely on them.
#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <utility>

#include "analytics/order_pages.hpp"
#include "analytics/report_cells.hpp"
#include "analytics/walk_forward_pages.hpp"
#include "sniperforge/analytics/evidence_report.hpp"
#include "sniperforge/core/json_text.hpp"

namespace sniperforge::analytics {
namespace {

// Values that are JSON already, under keys that need no escaping.
std::string json_object(std::initializer_list<std::pair<std::string_view, std::string>> fields) {
    std::string out = "{";
    for (const auto& [key, value] : fields) {
        out += fmt::format("{}\"{}\":{}", out.size() > 1 ? "," : "", key, value);
    }
    return out + "}";
}

template <typename Range, typename ToJson>
std::string json_array(const Range& range, ToJson to_json) {
    std::string out = "[";
    for (const auto& item : range) {
        out += out.size() > 1 ? "," : "";
        out += to_json(item);
    }
    return out + "]";
}

std::string json_number(double value) {
    return std::isfinite(value) ? fmt::format("{}", value) : "null";
}
template <std::integral Number>
std::string json_number(Number value) {
    return fmt::format("{}", value);
}
std::string json_of(LamportsDelta lamports) { return json_number(lamports.raw()); }
std::string json_of(const Interval& interval) {
    return fmt::format("[{},{}]", json_number(interval.low), json_number(interval.high));
}
std::string json_lack(Lack lack) {
    return json_object({{"value", "null"}, {"lack", json_quoted(to_string(lack))}});
}
std::string json_of(const Measured<double>& figure) {
    return figure ? json_object({{"value", json_number(*figure)}}) : json_lack(figure.error());
}
std::string json_of(const Estimate& estimate) {
    if (!estimate.ci95) {
        return json_object({{"value", json_number(estimate.value)},
                            {"ci95", "null"},
                            {"ci95_lack", json_quoted(to_string(estimate.ci95.error()))}});
    }
    return json_object({{"value", json_number(estimate.value)}, {"ci95", json_of(*estimate.ci95)}});
}
std::string json_of(const Measured<Estimate>& figure) {
    return figure ? json_of(*figure) : json_lack(figure.error());
}
std::string json_of(const WinRate& rate) {
    const auto widest = rate.widest();
    return json_object({{"value", json_number(rate.value)},
                        {"wins", json_number(rate.wins)},
                        {"attempts", json_number(rate.attempts)},
                        {"trades", json_number(rate.landed)},
                        {"of_landed", json_of(rate.of_landed())},
                        {"wilson95", json_of(rate.wilson)},
                        {"ci95", widest ? json_of(*widest) : "null"},
                        {"ci95_lack", widest ? "null" : json_quoted(to_string(widest.error()))},
                        {"clusters", json_number(rate.clusters)}});
}
std::string json_of(const Quantiles& q) {
    return json_object(
        {{"p50", json_number(q.p50)}, {"p90", json_number(q.p90)}, {"max", json_number(q.max)}});
}
std::string json_of(const Measured<Quantiles>& q) { return q ? json_of(*q) : json_lack(q.error()); }
std::string json_of(const Measured<ExcursionsOf>& of) {
    return of ? json_object({{"trades", json_number(of->trades)},
                             {"adverse_bps", json_of(of->adverse_bps)},
                             {"favorable_bps", json_of(of->favorable_bps)}})
              : json_lack(of.error());
}
std::string json_of(const Measured<Drawdown>& drawdown) {
    if (!drawdown) {
        return json_lack(drawdown.error());
    }
    return json_object(
        {{"value", json_number(drawdown->depth.raw())},
         {"peak_at_ns", json_number(drawdown->peak_at.ns)},
         {"trough_at_ns", json_number(drawdown->trough_at.ns)},
         {"recovered_at_ns",
          drawdown->recovered_at ? json_number(drawdown->recovered_at->ns) : "null"}});
}
std::string json_of(Period period) {
    return json_object(
        {{"from_ns", json_number(period.from.ns)}, {"to_ns", json_number(period.to.ns)}});
}
std::string json_of(const Judgement& judgement, const TargetRow& row) {
    return json_object({{"verdict", json_quoted(to_string(judgement.verdict))},
                        {"reasons", json_array(judgement.reasons,
                                               [](VerdictReason reason) {
                                                   return json_quoted(to_string(reason));
                                               })},
                        {"conditions", json_array(row.conditions, [](const ConditionRow& each) {
                             return json_object({{"condition", json_quoted(each.what)},
                                                 {"holds", each.holds ? "true" : "false"},
                                                 {"found", json_quoted(each.found)}});
                         })}});
}

template <typename Key, typename NameOf>
std::string json_groups(const std::vector<Group<Key>>& groups, NameOf name_of) {
    return json_array(groups, [&](const Group<Key>& group) {
        return json_object({{"key", json_quoted(name_of(group.key))},
                            {"win_rate", json_of(group.figures.win_rate)},
                            {"net_bps", json_of(group.figures.expectancy_bps)},
                            {"net_lamports", json_of(group.figures.net)},
                            {"cost_lamports", json_of(group.figures.cost)}});
    });
}
std::string json_of(const Breakdown& breakdown) {
    return json_object(
        {{"venues", json_groups(breakdown.venues,
                                [](const std::optional<VenueId>& venue) {
                                    return venue ? to_string(*venue) : "several";
                                })},
         {"exit_reasons", json_groups(breakdown.exit_reasons,
                                      [](const Ending& ending) { return to_string(ending); })},
         {"hours", json_groups(breakdown.hours,
                               [](std::size_t hour) { return fmt::format("{:02}", hour); })}});
}

std::string json_of(const TimeInMarket& time) {
    return json_object({{"share", json_number(time.share)},
                        {"open_mean", json_number(time.open_mean)},
                        {"open_max", json_number(time.open_max)},
                        {"trades_per_day", json_number(time.trades_per_day)}});
}
std::string json_of(const CostTotals& totals, std::uint64_t trades) {
    const bool is_venue_known = totals.venue_fees_unknown < trades;
    return json_object({{"base_fee", json_of(totals.base_fee)},
                        {"priority_fee", json_of(totals.priority_fee)},
                        {"tip", json_of(totals.tip)},
                        {"reverts", json_of(totals.reverts)},
                        {"rent", json_of(totals.rent)},
                        {"amm_fee", is_venue_known ? json_of(totals.amm_fee) : "null"},
                        {"transfer_fee", is_venue_known ? json_of(totals.transfer_fee) : "null"},
                        {"venue_fees_unknown", json_number(totals.venue_fees_unknown)},
                        {"gross", json_of(totals.gross)},
                        {"net", json_of(totals.net)},
                        {"stake", json_of(totals.stake)}});
}
std::string json_capacity(const Measured<Capacity>& capacity) {
    return capacity ? json_object({{"stake_lamports", json_of(capacity->stake)},
                                   {"loses_at_any_size", capacity->has_edge() ? "false" : "true"},
                                   {"trades", json_number(capacity->trades)}})
                    : json_lack(capacity.error());
}

std::string json_of(const Evidence& e) {
    const bool is_empty = e.grounds.trades == 0;
    const std::string none = json_lack(Lack::NoTrades);
    return json_object(
        {{"provenance", e.provenance ? json_quoted(to_string(*e.provenance)) : "null"},
         {"period", json_of(e.period)},
         {"cluster", e.resampling.cluster == Cluster::Day ? "\"day\"" : "\"hour\""},
         {"trades", json_number(e.grounds.landed)},
         {"attempts", json_number(e.grounds.trades)},
         {"win_rate", e.win_rate ? json_of(*e.win_rate) : json_lack(e.win_rate.error())},
         {"net_bps", json_of(e.expectancy_bps)},
         {"expectancy_lamports", json_of(e.expectancy_lamports)},
         {"profit_factor", json_of(e.profit_factor)},
         {"sharpe_per_trade", json_of(e.sharpe_per_trade)},
         {"sortino_per_trade", json_of(e.sortino_per_trade)},
         {"sharpe_annual", json_of(e.sharpe_annual)},
         {"sortino_annual", json_of(e.sortino_annual)},
         {"sharpe_probabilistic", json_of(e.sharpe_probabilistic)},
         {"sharpe_deflated", json_of(e.sharpe_deflated)},
         {"trials", json_number(e.trials.count)},
         {"drawdown_lamports", json_of(e.drawdown)},
         {"excursions_winners", json_of(e.excursions.winners)},
         {"excursions_losers", json_of(e.excursions.losers)},
         {"given_back_bps_p50", json_of(e.excursions.given_back_bps_p50)},
         {"time_in_market", is_empty ? none : json_of(e.time_in_market)},
         {"capital_base_lamports",
          is_empty ? none
                   : json_object({{"value", json_number(e.time_in_market.stake_max.raw())}})},
         {"capacity", json_capacity(e.capacity)},
         {"lamports", is_empty ? none : json_of(e.totals, e.grounds.landed)},
         {"breakdown", json_of(e.breakdown)},
         {"targets", json_object({{"win_rate", json_of(e.win_rate_target, win_rate_row(e))},
                                  {"sharpe_annual", json_of(e.sharpe_target, sharpe_row(e))}})}});
}

std::string json_of(const DataSet& set) {
    const std::uint64_t bad = bad_rows(set).count;
    return json_object({{"name", json_quoted(set.name)},
                        {"sha256", set.sha256.empty() ? "null" : json_quoted(set.sha256)},
                        {"rows", json_number(set.rows)},
                        {"bad", json_number(bad)},
                        {"bad_kinds", json_array(set.bad,
                                                 [](const auto& kind) {
                                                     return json_object(
                                                         {{"kind", json_quoted(kind.first)},
                                                          {"rows", json_number(kind.second)}});
                                                 })},
                        {"breaks", json_number(set.breaks)}});
}
std::string json_of(const ReportSample& sample) {
    return json_object(
        {{"name", json_quoted(sample.name)}, {"evidence", json_of(sample.evidence)}});
}
// The gravest, and behind it each market's.
std::string json_of(const std::vector<LeakageCheck>& checks) {
    if (checks.empty()) {
        return "null";
    }
    const auto fields = [](const LeakageCheck& check) {
        return fmt::format(R"("verdict":{},"trades":{},"net_bps":{},"market":{})",
                           json_quoted(to_string(check.leakage)), check.trades,
                           json_of(check.net_bps), json_quoted(check.market));
    };
    return fmt::format("{{{},\"markets\":{}}}", fields(gravest(checks)),
                       json_array(checks, [&](const LeakageCheck& check) {
                           return fmt::format("{{{}}}", fields(check));
                       }));
}
std::string json_of(const ReportStrategy& strategy) {
    const auto benchmark = [&](Benchmark which) {
        const auto& sample = strategy.benchmarks[static_cast<std::size_t>(which)];
        return sample ? json_of(*sample) : std::string{"null"};
    };
    return json_object(
        {{"name", json_quoted(strategy.result.name)},
         {"is_portfolio", strategy.is_portfolio ? "true" : "false"},
         {"evidence", json_of(strategy.result.evidence)},
         {"benchmarks", json_object({{"blind", benchmark(Benchmark::Blind)},
                                     {"random_entry", benchmark(Benchmark::RandomEntry)},
                                     {"hold", benchmark(Benchmark::Hold)}})},
         {"leakage", json_of(strategy.leakage)}});
}
std::string json_of(const ReportDivergence& named) {
    const Divergence& d = named.divergence;
    std::string causes = "{";
    for (std::size_t i = 0; i < kDivergenceCauseCount; ++i) {
        const auto cause = static_cast<DivergenceCause>(i);
        causes +=
            fmt::format("{}\"{}\":{}", i > 0 ? "," : "", to_string(cause), json_of(d.of(cause)));
    }
    causes += "}";
    return json_object({{"name", json_quoted(named.name)},
                        {"paper_net_lamports", json_of(d.paper_net)},
                        {"live_net_lamports", json_of(d.live_net)},
                        {"lamports_by_cause", causes},
                        {"both", json_number(d.both)},
                        {"only_paper", json_number(d.only_paper)},
                        {"only_live", json_number(d.only_live)},
                        {"unmatched_paper", json_number(d.unmatched_paper)},
                        {"unmatched_live", json_number(d.unmatched_live)},
                        {"without_tokens", json_number(d.without_tokens)},
                        {"venue_fees_unequal", json_number(d.venue_fees_unequal)},
                        {"difference_bps", json_of(d.difference_bps)},
                        {"delay_paper_ms", json_of(d.delay_paper)},
                        {"delay_live_ms", json_of(d.delay_live)},
                        {"failures", json_array(d.failures, [](const FailureTotal& failure) {
                             return json_object({{"failure", json_quoted(failure.failure)},
                                                 {"count", json_number(failure.count)},
                                                 {"missed_lamports", json_of(failure.missed)}});
                         })}});
}

std::string json_of(const FoldFigures& figures) {
    return json_object({{"trades", json_number(figures.trades)},
                        {"win_rate", json_of(figures.win_rate)},
                        {"net_bps", json_of(figures.net_bps)},
                        {"sharpe_annual", json_of(figures.sharpe_annual)}});
}
std::string json_of(InSampleVerdict verdict) {
    switch (verdict) {
        case InSampleVerdict::Earned:
            return json_quoted("earned");
        case InSampleVerdict::NotShown:
            return json_quoted("not_shown");
        case InSampleVerdict::Lost:
            return json_quoted("lost");
        case InSampleVerdict::NoWinner:
            break;
    }
    return "null";
}
std::string json_of(const ReportFold& fold) {
    std::string parameters = "{";
    for (const auto& [name, text] : fold.parameters) {
        parameters += fmt::format("{}{}:{}", parameters.size() > 1 ? "," : "", json_quoted(name),
                                  json_quoted(text));
    }
    return json_object({{"fold", json_number(fold.fold)},
                        {"training", json_of(fold.training)},
                        {"test", json_of(fold.test)},
                        {"trials", json_number(fold.trials)},
                        {"parameters", fold.parameters.empty() ? "null" : parameters + "}"},
                        {"in_sample", json_of(fold.in_sample)},
                        {"in_sample_verdict", json_of(in_sample_verdict(fold))},
                        {"out_of_sample", json_of(fold.out_of_sample)}});
}
std::string json_of(const ReportWalkForward& walk) {
    return json_object(
        {{"name", json_quoted(walk.name)},
         {"search", json_quoted(walk.method)},
         {"objective", json_quoted(walk.objective)},
         {"seed", json_number(walk.seed)},
         {"trials_before", json_number(walk.trials_before)},
         {"trials_on_data", json_number(walk.trials_all)},
         {"folds", json_array(walk.folds, [](const ReportFold& fold) { return json_of(fold); })}});
}
std::string json_of(const std::optional<ReportSpeed>& speed) {
    return speed ? json_object({{"events", json_number(speed->events)},
                                {"seconds", json_number(speed->seconds)},
                                {"events_per_s", json_number(speed->events_per_s())}})
                 : "null";
}

}  // namespace

std::string evidence_json(const EvidenceReport& report) {
    const auto any = [](const auto& item) { return json_of(item); };
    return json_object(
        {{"provenance", json_quoted(provenance_stamp(report))},
         {"title", json_quoted(report.title)},
         {"build_id", json_quoted(report.build_id)},
         {"command", json_quoted(report.command)},
         {"made_at_ns", json_number(report.made_at.ns)},
         {"time_compression", json_number(report.time_compression)},
         {"data", json_array(report.data, any)},
         {"strategies", json_array(report.strategies, any)},
         {"walks", json_array(report.walks, any)},
         {"divergences", json_array(report.divergences, any)},
         {"paper_divergence", report.on_paper ? orders_json(*report.on_paper) : "null"},
         {"speed", json_of(report.speed)},
         {"notes",
          json_array(report.notes, [](const std::string& note) { return json_quoted(note); })}});
}

}  // namespace sniperforge::analytics
