// SPDX-License-Identifier: MIT
#include "sniperforge/dex/shape_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>

namespace sniperforge::dex {
namespace {

// Read-only in every form. Who signs may pay, and whoever pays is writable.
std::uint32_t readonly_of(const InstructionShape& shape) {
    const std::uint32_t counted =
        shape.accounts_min >= 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << shape.accounts_min) - 1;
    return counted & ~(shape.writable | shape.writable_sometimes | shape.signers);
}

}  // namespace

void ShapeWatch::observe(const ChainTransaction& transaction, const Recognised& recognised,
                         std::vector<ShapeAlert>& alerts) {
    const Pubkey payer = transaction.accounts.empty() ? Pubkey{} : transaction.accounts[0].key;
    for (const VenueCall& call : recognised.calls) {
        Venue& venue = venues_[static_cast<std::size_t>(call.venue)];
        const auto against = judge(call, payer);
        if (!against || venue.standing == VenueStanding::Quarantined) {
            continue;
        }
        const std::string where =
            fmt::format("{}; last seen in transaction {} of slot {}", to_text(*against),
                        transaction.signature.to_string(), transaction.slot.value);
        if (against->shape != nullptr && against->shape->creation) {
            // How pools are made has changed, not how they are traded.
            if (venue.creations_told.try_emplace(against->shape->name, true).second) {
                alerts.push_back(
                    {call.venue, false,
                     fmt::format("{}: {}. New pools of it may be missed; update SniperForge",
                                 to_string(call.venue), where)});
            }
            continue;
        }
        venue.standing = VenueStanding::Quarantined;
        venue.reason = where;
        alerts.push_back(
            {call.venue, true,
             fmt::format("{} is quarantined: {}. What we would send is of the known shape and may "
                         "fail: no entries and no cycles through its pools until a restart; exits "
                         "go on through Jupiter. Update SniperForge, or leave the venue out of "
                         "feed.venues",
                         to_string(call.venue), where)});
    }
}

void ShapeWatch::round_read(VenueId venue) {
    Venue& of = venues_[static_cast<std::size_t>(venue)];
    if (of.standing == VenueStanding::Unproven && !of.is_swap_doubted) {
        of.standing = VenueStanding::Trusted;
    }
}

std::optional<ShapeMismatch> ShapeWatch::judge(const VenueCall& call, const Pubkey& payer) {
    if (call.shape == nullptr) {
        return judge_unknown(call, payer);
    }
    Venue& venue = venues_[static_cast<std::size_t>(call.venue)];
    if (call.shape->is_swap()) {
        venue.swaps_unknown.clear();
    }
    if (call.shape->is_former) {
        return ShapeMismatch{call.venue, call.shape, ShapeDifference::Former,
                             call.shape->accounts_min};
    }
    if (call.mismatch && is_proof(call.mismatch->difference)) {
        return call.mismatch;
    }
    auto& calls = venue.calls[call.shape->name];
    calls.push_back({payer, call.mismatch ? call.mismatch->seen : 0, call.writable});
    if (calls.size() > limits_.window) {
        calls.pop_front();
    }
    if (const auto against = judge_window(call, calls)) {
        return against;
    }
    if (call.shape->is_swap()) {
        venue.matched += call.mismatch ? 0 : 1;
        venue.is_swap_doubted = venue.matched == 0;
        if (venue.matched > 0) {
            round_read(call.venue);  // Proven by a swap.
        }
    }
    return std::nullopt;
}

// Instructions that we do not know are none of our business, unless all swaps go through them.
std::optional<ShapeMismatch> ShapeWatch::judge_unknown(const VenueCall& call, const Pubkey& payer) {
    if (!call.is_like_swap) {
        return std::nullopt;
    }
    Venue& venue = venues_[static_cast<std::size_t>(call.venue)];
    venue.is_swap_doubted = venue.matched == 0;
    auto& swaps = venue.swaps_unknown;
    swaps.push_back(payer);
    if (swaps.size() > limits_.replaced_swaps) {
        swaps.pop_front();
    }
    const std::set<Pubkey> payers{swaps.begin(), swaps.end()};
    if (swaps.size() < limits_.replaced_swaps || payers.size() < limits_.payers_min) {
        return std::nullopt;
    }
    return ShapeMismatch{call.venue, nullptr, ShapeDifference::Replaced, swaps.size()};
}

std::optional<ShapeMismatch> ShapeWatch::judge_window(const VenueCall& call,
                                                      const std::deque<Seen>& calls) const {
    std::set<Pubkey> payers;
    std::uint32_t writable = ~std::uint32_t{0};
    for (const Seen& one : calls) {
        payers.insert(one.payer);
        writable &= one.writable;
    }
    if (payers.size() < limits_.payers_min) {
        return std::nullopt;
    }
    const bool are_all_added =
        std::ranges::all_of(calls, [](const Seen& one) { return one.accounts_added > 0; });
    if (are_all_added && calls.size() >= limits_.added_calls_min) {
        return ShapeMismatch{call.venue, call.shape, ShapeDifference::AccountsAdded,
                             calls.back().accounts_added};
    }
    const std::uint32_t unlike = writable & readonly_of(*call.shape);
    if (call.shape->is_ours && unlike != 0 && calls.size() >= limits_.flag_calls_min) {
        return ShapeMismatch{call.venue, call.shape, ShapeDifference::Writable,
                             static_cast<std::size_t>(std::countr_zero(unlike))};
    }
    return std::nullopt;
}

}  // namespace sniperforge::dex
