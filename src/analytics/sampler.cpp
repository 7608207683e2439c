// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/sampler.hpp"

#include <algorithm>
#include <cmath>

#include "analytics/parzen.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::analytics {
namespace {

constexpr std::size_t kGoodMax = 25;
constexpr double kGoodShare = 0.15;
constexpr std::size_t kCandidates = 24;
constexpr int kFreshTries = 20;

// Of draws from where good values are, the one that is most likely good and least likely bad.
template <typename Density>
std::int64_t best_candidate(const Density& good, const Density& bad, Rng& rng) {
    std::int64_t best = 0;
    double best_ratio = -1;
    for (std::size_t i = 0; i < kCandidates; ++i) {
        const std::int64_t candidate = good.draw(rng);
        const double ratio = good.probability(candidate) / bad.probability(candidate);
        if (ratio > best_ratio) {
            best_ratio = ratio;
            best = candidate;
        }
    }
    return best;
}

bool is_better(const SearchOutcome& a, const SearchOutcome& b) {
    return a.objective && (!b.objective || *a.objective > *b.objective);
}

}  // namespace

std::string_view to_string(SearchMethod method) {
    switch (method) {
        case SearchMethod::Random:
            return "random";
        case SearchMethod::Tpe:
            return "tpe";
    }
    return "unknown";
}

Sampler::Sampler(const SearchSpace& space, SearchMethod method, std::uint64_t seed)
    : space_{space}, method_{method}, rng_{seed} {}

void Sampler::tell(SearchOutcome outcome) {
    SF_ASSERT(space_.contains(outcome.values));
    SF_ASSERT(!outcome.objective || std::isfinite(*outcome.objective));
    const auto at = std::upper_bound(outcomes_.begin(), outcomes_.end(), outcome, is_better);
    outcomes_.insert(at, std::move(outcome));
}

bool Sampler::is_known(const ParameterValues& values) const {
    return std::any_of(outcomes_.begin(), outcomes_.end(),
                       [&](const SearchOutcome& outcome) { return outcome.values == values; });
}

ParameterValues Sampler::random_point() {
    ParameterValues values;
    for (const Parameter& parameter : space_.parameters()) {
        const auto* const range = std::get_if<IntegerRange>(&parameter.domain);
        values.push_back(range != nullptr ? number_at(*range, rng_.uniform())
                                          : static_cast<std::int64_t>(rng_.below(
                                                std::get<Choices>(parameter.domain).names.size())));
    }
    return values;
}

ParameterValues Sampler::modelled_point() {
    const auto share =
        static_cast<std::size_t>(std::ceil(kGoodShare * static_cast<double>(outcomes_.size())));
    const std::size_t good_count = std::min(share, kGoodMax);
    ParameterValues values;
    for (std::size_t i = 0; i < space_.parameters().size(); ++i) {
        std::vector<std::int64_t> good;
        std::vector<std::int64_t> bad;
        for (std::size_t k = 0; k < outcomes_.size(); ++k) {
            const bool is_good = k < good_count && outcomes_[k].objective;
            (is_good ? good : bad).push_back(outcomes_[k].values[i]);
        }
        const Parameter& parameter = space_.parameters()[i];
        if (const auto* const range = std::get_if<IntegerRange>(&parameter.domain)) {
            values.push_back(
                best_candidate(ParzenRange{*range, good}, ParzenRange{*range, bad}, rng_));
            continue;
        }
        const std::size_t count = std::get<Choices>(parameter.domain).names.size();
        values.push_back(best_candidate(ParzenChoice{count, good}, ParzenChoice{count, bad}, rng_));
    }
    return values;
}

ParameterValues Sampler::next() {
    const bool is_modelled = method_ == SearchMethod::Tpe && outcomes_.size() >= kRandomFirst;
    ParameterValues values;
    for (int i = 0; i < kFreshTries; ++i) {
        // The model may insist on what is known; half of the tries are free of it.
        values = is_modelled && i < kFreshTries / 2 ? modelled_point() : random_point();
        if (!is_known(values)) {
            break;
        }
    }
    return values;
}

}  // namespace sniperforge::analytics
