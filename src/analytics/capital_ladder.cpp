// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/capital_ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "sniperforge/analytics/betting.hpp"
#include "sniperforge/analytics/course.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::analytics {
namespace {

// Whether the drawdown is at least this part of the capital, rounded against a step up.
bool is_drawdown_from(Lamports depth, Lamports capital, BasisPoints part) {
    return depth >= part_floor(capital, part);
}

LadderStep step_down(const RungState& state, LadderReason reason, double fortune_max) {
    if (state.rung == 0) {
        return {LadderMove::Stop, 0, {reason}, fortune_max};
    }
    return {LadderMove::Down, state.rung - 1, {reason}, fortune_max};
}

}  // namespace

std::string_view to_string(LadderMove move) {
    switch (move) {
        case LadderMove::Stay:
            return "stay";
        case LadderMove::Up:
            return "up";
        case LadderMove::Down:
            return "down";
        case LadderMove::Stop:
            return "stop";
    }
    return "unknown";
}

std::string_view to_string(LadderReason reason) {
    switch (reason) {
        case LadderReason::NoTrades:
            return "nothing was traded on this rung yet";
        case LadderReason::NotLive:
            return "results that are not live say nothing here";
        case LadderReason::NotOnChain:
            return "some amounts were never moved on a chain";
        case LadderReason::NotReconciled:
            return "some fills are not final or not reconciled";
        case LadderReason::TooFewTrades:
            return "too few trades on this rung";
        case LadderReason::NoEvidence:
            return "the results can still be chance";
        case LadderReason::DrawdownUp:
            return "the drawdown on this rung is too deep for a step up";
        case LadderReason::DrawdownDown:
            return "the drawdown on this rung is deep enough for a step down";
        case LadderReason::BoundBroken:
            return "more was lost than a day may lose";
        case LadderReason::HighestRung:
            return "there is no higher rung";
        case LadderReason::EvidenceFound:
            return "the results are hardly chance, and nothing else speaks against it";
    }
    return "unknown";
}

Result<void> check_ladder(const LadderRules& rules) {
    if (rules.rungs.empty() || rules.rungs.front().is_zero()) {
        return fail("a capital ladder needs at least one rung, and capital on it");
    }
    const auto falls =
        std::adjacent_find(rules.rungs.begin(), rules.rungs.end(), std::greater_equal<>{});
    if (falls != rules.rungs.end()) {
        return fail(fmt::format("rungs of a capital ladder must rise: {} micro-USD comes after {}",
                                (falls + 1)->raw(), falls->raw()));
    }
    if (!(rules.alpha > 0 && rules.alpha < 1)) {
        return fail(fmt::format("a capital ladder's alpha is a probability between 0 and 1, not {}",
                                rules.alpha));
    }
    if (rules.drawdown_up_max > rules.drawdown_down_min ||
        rules.drawdown_down_min > BasisPoints{kBasisPointsOne} || rules.drawdown_up_max.is_zero()) {
        return fail(fmt::format(
            "a capital ladder's drawdowns must be above 0, at most {} bps, and "
            "that for a step up ({} bps) not above that for a step down ({})",
            kBasisPointsOne, rules.drawdown_up_max.raw(), rules.drawdown_down_min.raw()));
    }
    return {};
}

LadderStep next_rung(const LadderRules& rules, const RungState& state, const Sample& since) {
    SF_ASSERT(check_ladder(rules).has_value());
    SF_ASSERT(state.rung < rules.rungs.size());
    LadderStep stay{LadderMove::Stay, state.rung, {}, 1};
    if (since.is_empty()) {
        stay.reasons = {LadderReason::NoTrades};
        return stay;
    }
    if (since.provenance() != Provenance::Live) {
        stay.reasons = {LadderReason::NotLive};
        return stay;
    }
    const auto test = betting_test_of(since, state.loss_bound);
    if (!test && test.error() == Lack::BoundBroken) {
        return step_down(state, LadderReason::BoundBroken, 1);
    }
    if (test) {
        stay.fortune_max = test->fortune_max();
    }
    const Lamports depth = max_drawdown(since)->depth;
    if (is_drawdown_from(depth, state.capital, rules.drawdown_down_min)) {
        return step_down(state, LadderReason::DrawdownDown, stay.fortune_max);
    }

    const auto note = [&](bool is_so, LadderReason reason) {
        if (is_so) {
            stay.reasons.push_back(reason);
        }
    };
    bool is_on_chain = true;
    bool is_reconciled = true;
    for (const TradeResult& trade : since.trades()) {
        is_on_chain = is_on_chain && trade.basis == FillBasis::Chain;
        is_reconciled = is_reconciled && trade.is_reconciled;
    }
    note(!is_on_chain, LadderReason::NotOnChain);
    note(!is_reconciled, LadderReason::NotReconciled);
    note(since.trades().size() < rules.trades_min, LadderReason::TooFewTrades);
    note(!test || !test->is_mean_positive(rules.alpha), LadderReason::NoEvidence);
    note(is_drawdown_from(depth, state.capital, rules.drawdown_up_max), LadderReason::DrawdownUp);
    note(state.rung + 1 == rules.rungs.size(), LadderReason::HighestRung);
    if (!stay.reasons.empty()) {
        return stay;
    }
    return {LadderMove::Up, state.rung + 1, {LadderReason::EvidenceFound}, stay.fortune_max};
}

}  // namespace sniperforge::analytics
