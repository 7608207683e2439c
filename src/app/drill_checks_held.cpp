// SPDX-License-Identifier: MIT
// Whether what is due is sold: the clock of each position and of its sales, and what nobody can
// sell.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/drill_checks.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {
namespace {

// Of a blockhash: 150 blocks, with up to 3 skipped slots in 10 between them, and until the last one
// is final. A sale that nobody refused is not followed by another before; one that a node refused
// is within a few slots.
constexpr Duration kSignatureLifeMin = std::chrono::seconds{55};
// On a nonce: 32 slots until it is advanced, and 32 until that is final.
constexpr Duration kLeaseLifeMin = std::chrono::seconds{20};
constexpr Duration kSignatureLifeMax = std::chrono::seconds{120};
constexpr Duration kRetryMax = std::chrono::seconds{5};
// The price falls faster than sales land, but not for ever: each attempt asks for less.
constexpr unsigned kSalesRevertedMax = 4;

}  // namespace

DrillChecks::Position* DrillChecks::sold_by(const RingOrder& order) {
    const auto held = positions_.find(order.mint_in);
    return order.kind == RingOrder::Kind::Exit && held != positions_.end() ? &held->second
                                                                           : nullptr;
}

void DrillChecks::note_sale(const RingOrder& order) {
    if (Position* position = sold_by(order)) {
        const MonoTime now = options_.now();
        const Duration life_min = position->is_exit_on_nonce ? kLeaseLifeMin : kSignatureLifeMin;
        if (position->exit_sent && now - *position->exit_sent >= life_min) {
            position->sale_begun = now;  // Nobody could have sold it meanwhile.
        }
        position->exit_sent = now;
        position->is_exit_on_nonce = order.nonce.has_value();
    }
}

// What reverts on a branch that dies may land on the living one: its sale is awaited all the same.
void DrillChecks::note_reverted_sale(const RingOrder& order) {
    Position* position = sold_by(order);
    if (position != nullptr && ++position->sales_reverted <= kSalesRevertedMax) {
        position->sale_begun = options_.now();
    }
}

bool DrillChecks::is_sale_awaited() const {
    return std::ranges::any_of(positions_, [&](const auto& entry) {
        const auto& sent = entry.second.exit_sent;
        const Duration age = sent ? options_.now() - *sent : Duration{0};
        return age > kRetryMax && age < kSignatureLifeMax;
    });
}

void DrillChecks::check_held(MonoTime from, Duration limit, Duration late_max) {
    for (const auto& [mint, position] : positions_) {
        // What no node serves, or nothing tells of, belongs to no position then, and is not sold
        // without a word.
        if (follower_.tale().accepted_outside.contains(mint.to_string())) {
            continue;
        }
        const MonoTime due = std::max(std::max(position.since, from) + limit, position.sale_begun);
        if (const Duration late = options_.now() - due; late > late_max) {
            violate(fmt::format("{} of {} are held {} ms after their sale was due, allowed {}",
                                position.amount, mint.to_string(), late.count() / 1'000'000,
                                late_max.count() / 1'000'000));
        }
    }
}

bool DrillChecks::is_frozen(const Pubkey& mint) const {
    const sim::Account* minted = chain_->account(mint);
    const sim::Account* held = minted == nullptr ? nullptr
                                                 : chain_->account(solana::associated_token_address(
                                                       options_.wallet, mint, minted->owner));
    const auto token = held == nullptr ? Result<solana::TokenAccount>{fail("closed")}
                                       : solana::decode_token_account(held->data);
    return token && token->is_frozen();
}

bool DrillChecks::is_full_of_frozen() const {
    const auto frozen =
        std::ranges::count_if(positions_, [&](const auto& each) { return is_frozen(each.first); });
    return std::cmp_greater_equal(frozen, options_.limits.positions_max);
}

}  // namespace sniperforge::app
