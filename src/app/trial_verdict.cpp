// SPDX-License-Identifier: MIT
#include "app/trial_verdict.hpp"

#include <fmt/format.h>

namespace sniperforge::app {

void judge_trial(const SwapTrial& trial, ComputeUnits units_allowed, Finding& finding) {
    finding.found = fmt::format("{} in: our quote {}, ", trial.amount_in.raw(), trial.quoted.raw());
    if (!trial.error.empty()) {
        finding.verdict = Verdict::Fail;
        finding.found += "the node: " + trial.error;
        finding.advice = "nothing of this pool would be bought or sold: choose another";
        return;
    }
    const std::int64_t off = trial.difference().raw();
    finding.found +=
        fmt::format("simulated {}, difference {}; {} units of {}execution.swap_compute_units {}",
                    trial.simulated.raw(), off, trial.units_consumed,
                    trial.is_resale ? "twice " : "", units_allowed.raw());
    if (trial.floor == TrialFloor::Holds) {
        finding.found += "; a floor of one unit more is refused";
    }
    if (off == 0 && trial.floor == TrialFloor::Broken) {
        finding.verdict = Verdict::Fail;
        finding.found += "; a floor of one unit more is not refused";
        finding.advice =
            "our instruction of this venue does not bind its program to the order's floor: do not "
            "trade it, and report it";
        return;
    }
    if (off == 0) {
        return;
    }
    const TokenAmount distance{trial.difference().magnitude().raw()};
    const BasisPoints allowed = !trial.is_pool_settled ? kTrialMovingMax
                                : trial.is_fee_timed   ? kTrialDifferenceMax
                                                       : BasisPoints{};
    const bool is_near = distance <= part_ceil(trial.quoted, allowed);
    const bool is_rent = off < 0 && distance <= trial.rents_max;
    finding.found += fmt::format("; the pool {} meanwhile, allowed {} bps",
                                 trial.is_pool_settled ? "stood still" : "moved", allowed.raw());
    if (is_near || is_rent) {
        finding.verdict = Verdict::Warn;
        finding.advice = is_rent ? "the first sale may pay rents of the venue's accounts"
                                 : "see whether it stays so: ask again";
        return;
    }
    finding.verdict = trial.is_pool_settled ? Verdict::Fail : Verdict::Warn;
    finding.advice = trial.is_pool_settled
                         ? "our quote of this venue is wrong here: do not trade it, and report it"
                         : "ask again when it is quieter";
}

}  // namespace sniperforge::app
