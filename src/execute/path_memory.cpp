// SPDX-License-Identifier: MIT
#include "execute/path_memory.hpp"

#include <algorithm>

namespace sniperforge::execute {
namespace {

// Where nothing was measured yet: as the first block after the next leader has it.
constexpr std::int64_t kLandingSlots = 2;
constexpr std::int64_t kThousandths = 1'000;
// Of what a prior says, measured as often: three own orders outvote it.
constexpr std::size_t kPriorWeight = 2;
// One attempt of twenty comes to nothing, as if four had been seen.
constexpr std::int64_t kFailingPrior = 50, kFailingWeight = 4;
constexpr std::uint64_t kLandingSlotsMax = 150;  // A blockhash's life.

}  // namespace

Duration PathMemory::latency_prior(OrderPath path) {
    switch (path) {
        case OrderPath::Direct:
            return std::chrono::microseconds{100};
        case OrderPath::JupiterV1Swap:
        case OrderPath::JupiterV1Instructions:
            return std::chrono::milliseconds{400};
        case OrderPath::JupiterV2Build:
        case OrderPath::JupiterV2Order:
            return std::chrono::milliseconds{200};
    }
    return {};
}

void PathMemory::note_ready(OrderPath path, MonoTime now, Duration latency) {
    of(path).latency.note(now, latency.count());
}

// A timeout says how long it takes. What was refused at once says nothing about what is not.
void PathMemory::note_given_up(OrderPath path, MonoTime now, Duration taken) {
    if (taken > latency(path, now)) {
        note_ready(path, now, taken);
    }
    note_failed(path, now);
}

void PathMemory::note_landed(OrderPath path, MonoTime now, std::uint64_t slots) {
    of(path).landing.note(now, static_cast<std::int64_t>(std::min(slots, kLandingSlotsMax)));
    of(path).failed.note(now, 0);
}

void PathMemory::note_failed(OrderPath path, MonoTime now) { of(path).failed.note(now, 1); }

void PathMemory::note_edge(const Pubkey& token, MonoTime now, std::int64_t edge) {
    if (edges_.size() >= kTokensMax && !edges_.contains(token)) {
        edges_.clear();
    }
    edges_[token].note(now, edge);
}

void PathMemory::note_shortfall(MonoTime now, std::int64_t basis_points) {
    shortfall_.note(now, std::max<std::int64_t>(basis_points, 0));
}

void PathMemory::note_slot(Slot slot, MonoTime now) { (void)clock_.observe(slot, now); }

Duration PathMemory::latency(OrderPath path, MonoTime now) const {
    return Duration{
        of(path).latency.median(now, kAgeMax, {latency_prior(path).count(), kPriorWeight})};
}

std::uint64_t PathMemory::landing_millislots(OrderPath path, MonoTime now) const {
    const std::int64_t slots = of(path).landing.median(now, kAgeMax, {kLandingSlots, kPriorWeight});
    return static_cast<std::uint64_t>(slots * kThousandths);
}

std::uint32_t PathMemory::failing_permille(OrderPath path, MonoTime now) const {
    const auto seen = of(path).failed.sum(now, kAgeMax);
    return static_cast<std::uint32_t>((seen.sum * kThousandths + kFailingPrior * kFailingWeight) /
                                      (seen.count + kFailingWeight));
}

std::int64_t PathMemory::edge(const Pubkey& token, MonoTime now) const {
    const auto found = edges_.find(token);
    const std::int64_t quoted =
        found == edges_.end() ? 0 : found->second.median(now, kEdgeAgeMax, {0, 1});
    // The worse half of what it kept: who promises a lot is not believed twice.
    return quoted - shortfall_.median(now, kAgeMax, {0, 0});
}

}  // namespace sniperforge::execute
