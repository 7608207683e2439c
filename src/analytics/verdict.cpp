// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/verdict.hpp"

namespace sniperforge::analytics {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::Met:
            return "MET";
        case Verdict::Missed:
            return "MISSED";
        case Verdict::Hypothesis:
            return "HYPOTHESIS";
    }
    return "unknown";
}

std::string_view to_string(VerdictReason reason) {
    switch (reason) {
        case VerdictReason::NoFigure:
            return "not enough data for the figure";
        case VerdictReason::NoInterval:
            return "not enough data for its interval";
        case VerdictReason::BelowTarget:
            return "the interval ends below the target";
        case VerdictReason::TargetInside:
            return "the interval contains the target";
        case VerdictReason::LosesMoney:
            return "trades lose money on average, net of costs";
        case VerdictReason::MeanNotPositive:
            return "the mean net result is not shown to be positive";
        case VerdictReason::LevelFills:
            return "fills were assumed at the price of the exit rule";
        case VerdictReason::FillsNotOnChain:
            return "some amounts were never moved on a chain";
        case VerdictReason::NotLive:
            return "not traded on mainnet";
        case VerdictReason::NotReconciled:
            return "some fills are not final or not reconciled";
        case VerdictReason::TradesMissing:
            return "some trades are not in the records";
        case VerdictReason::MoneyInNoTrade:
            return "some of what was lost is in no trade";
        case VerdictReason::SolMissing:
            return "the wallet lacked SOL that nobody can explain";
        case VerdictReason::RecordsDeleted:
            return "older records were deleted or left out";
        case VerdictReason::DataSearched:
            return "a search has seen some of the data";
        case VerdictReason::SearchUnknown:
            return "nobody knows whether a search has seen the data";
        case VerdictReason::NotClusteredByDay:
            return "the intervals are not clustered by day";
    }
    return "unknown";
}

Grounds grounds_of(const Sample& sample) {
    Grounds grounds{.landed = sample.landed(),
                    .missing = sample.missing(),
                    .unassigned = sample.unassigned(),
                    .shortfall = sample.shortfall(),
                    .is_cut = sample.is_cut()};
    for (const TradeResult& trade : sample.trades()) {
        ++grounds.trades;
        grounds.level_fills += trade.basis == FillBasis::Level ? 1 : 0;
        grounds.off_chain += trade.basis != FillBasis::Chain ? 1 : 0;
        grounds.not_live += trade.provenance != Provenance::Live ? 1 : 0;
        grounds.unreconciled += trade.is_reconciled ? 0 : 1;
        grounds.searched += trade.searched == Searched::Yes ? 1 : 0;
        grounds.search_unknown += trade.searched == Searched::Unknown ? 1 : 0;
    }
    return grounds;
}

Judgement judge(const TargetClaim& claim) {
    std::vector<VerdictReason> reasons;
    const auto note = [&](bool is_so, VerdictReason reason) {
        if (is_so) {
            reasons.push_back(reason);
        }
        return is_so;
    };
    const bool has_mean = claim.expectancy && claim.expectancy->ci95;
    const bool has_interval = claim.figure && claim.figure->ci95;

    bool is_missed =
        note(has_interval && claim.figure->ci95->high < claim.target, VerdictReason::BelowTarget);
    is_missed |= note(has_mean && claim.expectancy->ci95->high <= 0, VerdictReason::LosesMoney);

    note(!claim.figure, VerdictReason::NoFigure);
    note(claim.figure && !claim.figure->ci95, VerdictReason::NoInterval);
    // To be exceeded: an interval that begins at the target contains it.
    note(has_interval && claim.figure->ci95->low <= claim.target &&
             claim.figure->ci95->high >= claim.target,
         VerdictReason::TargetInside);
    note(!has_mean || (claim.expectancy->ci95->low <= 0 && claim.expectancy->ci95->high > 0),
         VerdictReason::MeanNotPositive);
    note(claim.grounds.level_fills > 0, VerdictReason::LevelFills);
    note(claim.grounds.off_chain > 0, VerdictReason::FillsNotOnChain);
    note(claim.grounds.not_live > 0, VerdictReason::NotLive);
    note(claim.grounds.unreconciled > 0, VerdictReason::NotReconciled);
    note(claim.grounds.missing > 0, VerdictReason::TradesMissing);
    note(claim.grounds.unassigned.is_negative(), VerdictReason::MoneyInNoTrade);
    note(!claim.grounds.shortfall.is_zero(), VerdictReason::SolMissing);
    note(claim.grounds.is_cut, VerdictReason::RecordsDeleted);
    note(claim.grounds.searched > 0, VerdictReason::DataSearched);
    note(claim.grounds.search_unknown > 0, VerdictReason::SearchUnknown);
    note(claim.cluster != Cluster::Day, VerdictReason::NotClusteredByDay);
    if (is_missed) {
        return {Verdict::Missed, std::move(reasons)};
    }
    return {reasons.empty() ? Verdict::Met : Verdict::Hypothesis, std::move(reasons)};
}

}  // namespace sniperforge::analytics
