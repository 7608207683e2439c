// SPDX-License-Identifier: MIT
#include "sniperforge/detect/safety.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::detect {
namespace {

constexpr std::size_t kTopHolders = 10;

// Which side of the limit passes; the limit itself always does.
enum class Side : std::uint8_t { AtMost, AtLeast };
struct Rule {
    SafetyCode code;
    Side side = Side::AtMost;
    std::uint64_t limit = 0;
    bool is_unknown_allowed = false;
    bool is_always_awaited = false;  // Also where it may be unknown: the answer comes soon.
};

[[nodiscard]] bool is_allowed(const ExtensionFound& found, const MintEvidence& mint,
                              const SafetyPolicy& policy) {
    const bool is_listed =
        std::ranges::find(policy.extensions_allowed, found.type) != policy.extensions_allowed.end();
    const bool is_dear = found.type == solana::ExtensionType::TransferFeeConfig &&
                         mint.transfer_fee > policy.transfer_fee_max;
    return is_listed && !found.is_trap && !is_dear;
}

class Judge {
 public:
    Judge(const SafetyPolicy& policy, Slot now) : policy_{policy}, now_{now} {}

    void add_mint(const Evidence<MintEvidence>& mint) {
        if (mint.knowledge == Knowledge::Known && !is_old(mint.slot) && mint.value.is_readable) {
            add_rights(mint.value, mint.slot);
            return;
        }
        SafetyFinding finding = finding_of({SafetyCode::MintUnreadable}, mint.slot);
        finding.outcome = outcome_of(mint.knowledge);
        if (mint.knowledge == Knowledge::Known) {
            finding.outcome = is_old(mint.slot) ? SafetyOutcome::Unknown : SafetyOutcome::Failed;
            finding.value = 1;
        }
        finding.is_refusing = true;
        verdict.findings.push_back(finding);
    }
    template <typename T, typename F>
    void add(const Rule& rule, const Evidence<T>& evidence, const F& value_of) {
        SafetyFinding finding = finding_of(rule, evidence.slot);
        finding.outcome = outcome_of(evidence.knowledge);
        if (evidence.knowledge == Knowledge::Known) {
            finding.value = value_of(evidence.value);
            const bool is_within = rule.side == Side::AtMost ? finding.value <= rule.limit
                                                             : finding.value >= rule.limit;
            finding.outcome = is_old(evidence.slot) ? SafetyOutcome::Unknown
                              : is_within           ? SafetyOutcome::Passed
                                                    : SafetyOutcome::Failed;
        }
        // What may be unknown is hardly ever waited for.
        const bool is_missing =
            finding.outcome == SafetyOutcome::Unknown || finding.outcome == SafetyOutcome::Awaited;
        const bool is_awaited = finding.outcome == SafetyOutcome::Awaited && rule.is_always_awaited;
        finding.is_refusing = finding.outcome == SafetyOutcome::Failed || is_awaited ||
                              (is_missing && !rule.is_unknown_allowed);
        if constexpr (std::is_same_v<T, SimulatedTrip>) {
            finding.problem = evidence.value.problem;
        }
        if (evidence.knowledge == Knowledge::Known) {
            if constexpr (std::is_same_v<T, LpEvidence>) {
                finding.lp = evidence.value;
            } else if constexpr (std::is_same_v<T, CreatorPast>) {
                finding.creator = evidence.value;
            }
        }
        verdict.findings.push_back(finding);
    }

    SafetyVerdict verdict;

 private:
    [[nodiscard]] bool is_old(Slot slot) const {
        return now_.since(slot) > policy_.evidence_age_slots_max;
    }
    [[nodiscard]] static SafetyOutcome outcome_of(Knowledge knowledge) {
        switch (knowledge) {
            case Knowledge::Awaited:
                return SafetyOutcome::Awaited;
            case Knowledge::NotApplicable:
                return SafetyOutcome::NotApplicable;
            case Knowledge::Unknown:
            case Knowledge::Known:
                break;
        }
        return SafetyOutcome::Unknown;
    }
    [[nodiscard]] SafetyFinding finding_of(const Rule& rule, Slot slot) const {
        SafetyFinding finding;
        finding.code = rule.code;
        finding.limit = rule.limit;
        finding.slot = slot;
        finding.age = now_.since(slot);
        return finding;
    }
    void add_found(SafetyCode code, Slot slot, std::uint64_t value, std::uint64_t limit,
                   bool is_failed) {
        SafetyFinding finding = finding_of({code, Side::AtMost, limit}, slot);
        finding.value = value;
        finding.outcome = is_failed ? SafetyOutcome::Failed : SafetyOutcome::Passed;
        finding.is_refusing = is_failed;
        verdict.findings.push_back(finding);
    }
    void add_rights(const MintEvidence& mint, Slot slot) {
        add_found(SafetyCode::MintAuthority, slot, mint.is_mint_authority_set ? 1 : 0,
                  policy_.is_mint_authority_allowed ? 1 : 0,
                  mint.is_mint_authority_set && !policy_.is_mint_authority_allowed);
        add_found(SafetyCode::FreezeAuthority, slot, mint.is_freeze_authority_set ? 1 : 0,
                  policy_.is_freeze_authority_allowed ? 1 : 0,
                  mint.is_freeze_authority_set && !policy_.is_freeze_authority_allowed);
        for (const ExtensionFound& found : mint.extensions) {
            const bool is_fee = found.type == solana::ExtensionType::TransferFeeConfig;
            const bool is_fine = is_allowed(found, mint, policy_);
            add_found(code_of(found.type), slot,
                      is_fee ? mint.transfer_fee.raw() : std::uint64_t{found.is_armed},
                      is_fee ? policy_.transfer_fee_max.raw() : std::uint64_t{is_fine}, !is_fine);
        }
    }

    const SafetyPolicy& policy_;
    Slot now_;
};

[[nodiscard]] std::uint64_t raw_of(BasisPoints share) { return share.raw(); }

}  // namespace

std::string_view to_string(SafetyOutcome outcome) {
    switch (outcome) {
        case SafetyOutcome::Passed:
            return "passed";
        case SafetyOutcome::NotApplicable:
            return "not applicable";
        case SafetyOutcome::Awaited:
            return "awaited";
        case SafetyOutcome::Unknown:
            return "unknown";
        case SafetyOutcome::Failed:
            return "failed";
    }
    return "unknown";
}

std::string to_string(const SafetyFinding& finding) {
    const std::string begin =
        fmt::format("{} {}", to_string(finding.code), to_string(finding.outcome));
    if (finding.outcome != SafetyOutcome::Passed && finding.outcome != SafetyOutcome::Failed) {
        return finding.problem.empty() ? begin : begin + ": " + finding.problem;
    }
    const std::string parts = finding.lp                 ? ": " + to_string(*finding.lp)
                              : finding.creator          ? ": " + to_string(*finding.creator)
                              : !finding.problem.empty() ? ": " + finding.problem
                                                         : std::string{};
    return fmt::format("{}: {}, limit {}, read in slot {} ({} slots ago){}", begin, finding.value,
                       finding.limit, finding.slot.value, finding.age, parts);
}

const SafetyFinding* SafetyVerdict::refusing() const {
    const SafetyFinding* first = nullptr;
    for (const SafetyFinding& finding : findings) {
        if (!finding.is_refusing) {
            continue;
        }
        if (finding.outcome != SafetyOutcome::Awaited) {
            return &finding;
        }
        first = first == nullptr ? &finding : first;
    }
    return first;
}

bool SafetyVerdict::is_safe_but_for(SafetyCode code) const {
    return std::ranges::none_of(findings, [&](const SafetyFinding& finding) {
        return finding.is_refusing && finding.code != code;
    });
}

std::optional<SafetyRefusal> SafetyVerdict::refusal() const {
    const SafetyFinding* finding = refusing();
    if (finding == nullptr) {
        return std::nullopt;
    }
    if (finding->outcome == SafetyOutcome::Awaited) {
        return SafetyRefusal{SafetyCode::EvidenceAwaited, true};
    }
    return SafetyRefusal{finding->code, finding->outcome == SafetyOutcome::Unknown};
}

SafetyVerdict judge(const SafetyEvidence& evidence, const SafetyPolicy& policy, Slot now,
                    SafetyScope scope) {
    Judge judge{policy, now};
    judge.add_mint(evidence.mint);
    judge.add({SafetyCode::RoundTripLoss, Side::AtMost, policy.round_trip_loss_max.raw(),
               policy.is_round_trip_unknown_allowed},
              evidence.round_trip_loss, raw_of);
    if (scope == SafetyScope::Established) {
        return std::move(judge.verdict);
    }
    judge.add({SafetyCode::LpBurnt, Side::AtLeast, policy.lp_burnt_min.raw(),
               policy.is_lp_unknown_allowed},
              evidence.lp, [](const LpEvidence& lp) { return lp.gone().raw(); });
    judge.add({SafetyCode::HoldersTop10, Side::AtMost, policy.holders_top10_max.raw(),
               policy.are_holders_unknown_allowed},
              evidence.holders,
              [](const HoldersEvidence& holders) { return top10_share(holders).raw(); });
    judge.add({SafetyCode::CreatorShare, Side::AtMost, policy.creator_share_max.raw(),
               policy.is_creator_unknown_allowed},
              evidence.creator_share, raw_of);
    judge.add({SafetyCode::CreatorPulls, Side::AtMost, policy.creator_pulls_max,
               policy.is_creator_unknown_allowed},
              evidence.creator_past,
              [](const CreatorPast& past) { return std::uint64_t{past.ended()}; });
    judge.add({SafetyCode::BundleShare, Side::AtMost, policy.bundle_share_max.raw(),
               policy.is_bundle_unknown_allowed},
              evidence.bundle_share, raw_of);
    judge.add({SafetyCode::SimulatedRoundTrip, Side::AtMost, policy.round_trip_loss_max.raw(),
               policy.is_simulated_trip_unknown_allowed, true},
              evidence.simulated_trip,
              [](const SimulatedTrip& trip) { return trip.lost_max.raw(); });
    return std::move(judge.verdict);
}

bool has_refused_extension(const MintEvidence& mint, const SafetyPolicy& policy) {
    return !mint.is_readable ||
           std::ranges::any_of(mint.extensions, [&](const ExtensionFound& found) {
               return !is_allowed(found, mint, policy);
           });
}

BasisPoints top10_share(const HoldersEvidence& holders) {
    std::map<Pubkey, TokenAmount> owners;
    for (const Holder& holder : holders.holders) {
        if (!holder.is_excluded) {
            TokenAmount& owned = owners[holder.held.owner];
            owned = owned.saturating_add(holder.held.amount);
        }
    }
    std::vector<TokenAmount> amounts;
    for (const auto& [owner, amount] : owners) {
        amounts.push_back(amount);
    }
    std::ranges::sort(amounts, std::ranges::greater{});
    TokenAmount sum;
    for (std::size_t i = 0; i < std::min(amounts.size(), kTopHolders); ++i) {
        sum = sum.saturating_add(amounts[i]);
    }
    return share_ceil(sum, holders.supply);
}

BasisPoints share_ceil(TokenAmount part, TokenAmount whole) {
    if (part >= whole) {
        return BasisPoints{kBasisPointsOne};
    }
    return BasisPoints{
        mul_div_ceil(part.raw(), kBasisPointsOne, whole.raw()).value_or(kBasisPointsOne)};
}

}  // namespace sniperforge::detect
