// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/pace_gauge.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::rpc {
namespace {

[[nodiscard]] bool is_newer(const ChainHeight& one, const ChainHeight& other) {
    return one.height > other.height || one.slot > other.slot;
}

}  // namespace

std::uint64_t PaceGauge::Pace::room(MonoTime now) const {
    return ahead_left +
           static_cast<std::uint64_t>(std::max<std::int64_t>(0, (now - when) / kSlotTimeLeast));
}

bool PaceGauge::Pace::allows(const ChainHeight& told, MonoTime now) const {
    return std::max(told.height.since(at.height), told.slot.since(at.slot)) <= room(now);
}

void PaceGauge::Pace::advance(const ChainHeight& told, MonoTime now) {
    const std::uint64_t taken = std::max(told.height.since(at.height), told.slot.since(at.slot));
    const std::uint64_t left = room(now);
    ahead_left = std::min(kAheadMax, left - std::min(left, taken));
    at = told;
    when = now;
}

PaceGauge::PaceGauge(std::size_t endpoints) : claims_(endpoints) {}

void PaceGauge::hear(std::size_t endpoint, const ChainHeight& told, MonoTime now) {
    SF_ASSERT(endpoint < claims_.size());
    heard_first_ = heard_first_.value_or(now);
    put(endpoint, told, now);
    const Words all = words(now);
    if (!is_rooted_ && all.size() > 1) {
        return believe_two(all, now);
    }
    Words near;
    std::ranges::copy_if(all, std::back_inserter(near),
                         [this](const Claim* claim) { return !is_behind(*claim); });
    if (near.size() > 1) {
        believe_two(near, now);
    } else if (near.size() == 1) {
        believe_one(*near.front(), now);
    } else if (!is_rooted_ && all.size() == 1 && has_gone_on(*all.front())) {
        believe(all.front()->newest.at, false, now);  // The first word, of one alone, was wrong.
    }
}

void PaceGauge::put(std::size_t endpoint, const ChainHeight& told, MonoTime now) {
    std::optional<Claim>& claim = claims_[endpoint];
    const bool goes_on = claim && claim->newest.allows(told, now) &&
                         claim->newest.at.height.since(told.height) <= kAheadMax &&
                         claim->newest.at.slot.since(told.slot) <= kAheadMax;
    if (!goes_on) {
        claim = Claim{{told, now}, told.height, now, now, now};
        return;
    }
    claim->told_at = now;
    if (is_newer(told, claim->newest.at)) {
        claim->advanced_at = now;
    }
    // Several nodes may be behind one address: what is final for one of them is final.
    claim->newest.advance({std::max(claim->newest.at.slot, told.slot),
                           std::max(claim->newest.at.height, told.height)},
                          now);
}

PaceGauge::Words PaceGauge::words(MonoTime now) const {
    Words all;
    for (const auto& claim : claims_) {
        if (claim && now - claim->advanced_at <= kStandstill) {
            all.push_back(&*claim);
        }
    }
    return all;
}

bool PaceGauge::is_behind(const Claim& claim) const {
    return believed_ && believed_->chain.height.since(claim.newest.at.height) > kBehindMax;
}

bool PaceGauge::has_gone_on(const Claim& claim) {
    return claim.newest.at.height > claim.first && claim.told_at - claim.since >= kLeapProof;
}

// The second highest of each: one that is too high is not it, and one that is too low is only where
// nobody else tells of more.
void PaceGauge::believe_two(const Words& words, MonoTime now) {
    std::vector<Slot> slots;
    std::vector<BlockHeight> heights;
    for (const Claim* claim : words) {
        slots.push_back(claim->newest.at.slot);
        heights.push_back(claim->newest.at.height);
    }
    std::ranges::nth_element(slots, slots.begin() + 1, std::greater{});
    std::ranges::nth_element(heights, heights.begin() + 1, std::greater{});
    const ChainHeight second{slots[1], heights[1]};
    const Claim& highest = **std::ranges::max_element(
        words, {}, [](const Claim* claim) { return claim->newest.at.height; });
    if (!is_rooted_ && highest.newest.at.height.since(second.height) > kBehindMax) {
        return believe_apart(highest, second, now);
    }
    const bool is_refuted =
        believed_ && !is_rooted_ && believed_->chain.height.since(second.height) > kBehindMax;
    if (!believed_ || is_refuted || second.height >= believed_->chain.height) {
        is_rooted_ = true;
        believe(second, true, now);
    }
}

// One of them is wrong, or lags, and nobody else says which. The lower one ends nothing too early,
// so it is believed first; but a node that only catches up must not keep the blockhashes of the
// other one out for long.
void PaceGauge::believe_apart(const Claim& higher, const ChainHeight& lower, MonoTime now) {
    if (has_gone_on(higher)) {
        return believe(higher.newest.at, false, now);
    }
    const bool is_refuted = believed_ && believed_->chain.height.since(lower.height) > kBehindMax;
    if (!believed_ || is_refuted || lower.height >= believed_->chain.height) {
        believe(lower, false, now);
    }
}

void PaceGauge::believe_one(const Claim& claim, MonoTime now) {
    if (!believed_) {
        if (claims_.size() == 1 || now - *heard_first_ >= kSecondWord) {
            believe(claim.newest.at, false, now);
        }
        return;
    }
    if (claim.newest.at.height < believed_->chain.height ||
        !is_newer(claim.newest.at, believed_->chain)) {
        return;
    }
    if (pace_.allows(claim.newest.at, now)) {
        return believe(claim.newest.at, false, now);
    }
    if (has_gone_on(claim)) {
        is_rooted_ = false;
        believe(claim.newest.at, false, now);
    }
}

void PaceGauge::believe(const ChainHeight& chain, bool is_borne_out, MonoTime now) {
    const bool is_known =
        believed_ && !is_newer(chain, believed_->chain) && !is_newer(believed_->chain, chain);
    if (!is_known && (is_borne_out || !believed_ || !pace_.allows(chain, now))) {
        pace_ = Pace{chain, now};
    } else if (!is_known) {
        pace_.advance(chain, now);
    }
    believed_ = Believed{chain, is_borne_out};
}

bool PaceGauge::can_be_newest(BlockHeight block, MonoTime now) const {
    if (!believed_ || block < believed_->chain.height) {
        return false;
    }
    const Pace pace{pace_.at, pace_.when};
    return block.since(believed_->chain.height) <= pace.room(now);
}

bool PaceGauge::is_doubted(std::size_t endpoint) const {
    const auto& claim = claims_[endpoint];
    return claim && believed_ &&
           (claim->newest.at.height.since(believed_->chain.height) > kAheadMax ||
            claim->newest.at.slot.since(believed_->chain.slot) > kAheadMax ||
            believed_->chain.height.since(claim->newest.at.height) > kAheadMax);
}

}  // namespace sniperforge::rpc
