// SPDX-License-Identifier: MIT
#include "app/drill_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::app {
namespace {

// What was asked to stop may finish its tick, and what was signed then is on its way.
constexpr Duration kStopGrace = std::chrono::seconds{1};
// Until a node tells that the block of a sale was dropped: 32 slots final, up to 3 skipped in 10.
constexpr Duration kReversalToldMax = std::chrono::seconds{25};
// The market's price of SOL moves during a run, and USD limits with it. A limit that does not hold
// is passed by more than this.
constexpr double kPriceRoom = 1.05;
// Sold to the last base units that Jupiter's rounding leaves.
constexpr std::uint64_t kDustShare = 10'000;

[[nodiscard]] std::int64_t difference(std::uint64_t after, std::uint64_t before) {
    return static_cast<std::int64_t>(after - before);
}

[[nodiscard]] bool is_signer(const solana::Message& message, const Pubkey& wallet) {
    const std::size_t signers = message.header.num_required_signatures;
    for (std::size_t i = 0; i < signers && i < message.account_keys.size(); ++i) {
        if (message.account_keys[i] == wallet) {
            return true;
        }
    }
    return false;
}

[[nodiscard]] std::string_view kind_name(RingOrder::Kind kind) {
    constexpr std::string_view kNames[] = {"entry", "exit", "cycle", "sweep"};
    const auto index = static_cast<std::size_t>(kind);
    return index < std::size(kNames) ? kNames[index] : "order of an unknown kind";
}

[[nodiscard]] std::string name_of(const RingOrder& order) {
    return fmt::format("intent {} ({})", order.intent, kind_name(order.kind));
}

}  // namespace

void DrillChecks::violate(std::string text) {
    ++violation_count_;
    if (violations_.size() < kViolationsKept) {
        violations_.push_back(std::move(text));
    }
}

void DrillChecks::begin(const sim::Chain& chain) {
    chain_ = &chain;
    for (const Pubkey& key : chain.accounts_owned_by(solana::kSystemProgram)) {
        known_.insert(key);
    }
}

// ---- What arrives at a node ----

void DrillChecks::on_sent(BytesView wire) {
    const auto transaction = solana::parse_transaction(wire);
    if (!transaction || !is_signer(transaction->message, options_.wallet)) {
        return;
    }
    const Signature signature = transaction->transaction_id();
    if (orders_.contains(signature)) {
        return;  // Broadcast again.
    }
    ++steps_;
    const auto order = find_in_ring(options_.ring(), signature);
    if (!order || !*order) {
        return violate(fmt::format("transaction {} was sent before it was written ahead{}",
                                   signature.to_string(), order ? "" : ": " + order.error().text));
    }
    const RingOrder& known = orders_.emplace(signature, **order).first->second;
    check_gate_passed(known);
    check_limits(known);
    halts_.on_order(known, options_.now());
    check_nonce(known, transaction->message);
    note_sale(known);
    // What an order that is on its way ends by is sent as long as it is.
    if (stop_asked_ && !known.is_advance() && options_.now() - *stop_asked_ > kStopGrace) {
        violate(fmt::format("{} was sent {} ms after the stop", name_of(known),
                            (options_.now() - *stop_asked_).count() / 1'000'000));
    }
    if (order_hook_) {
        order_hook_(known);
    }
}

// What bounds the order before anything of it has happened.
void DrillChecks::check_limits(const RingOrder& order) {
    const std::uint64_t trade_max = limit_lamports(options_.limits.trade_max);
    const bool is_spending =
        order.kind == RingOrder::Kind::Entry || order.kind == RingOrder::Kind::Cycle;
    if (is_spending && order.spend_max > trade_max) {
        violate(fmt::format("{} may spend {} lamports, trade_max is {}", name_of(order),
                            order.spend_max, trade_max));
    }
}

// ---- What the chain makes of it ----

void DrillChecks::on_transaction(const sim::Receipt& receipt) {
    if (std::ranges::find(receipt.account_keys, options_.wallet) == receipt.account_keys.end()) {
        return;
    }
    const auto transaction = solana::parse_transaction(BytesView{receipt.wire});
    if (!transaction || !is_signer(transaction->message, options_.wallet)) {
        return;  // Somebody paid us.
    }
    ++steps_;
    const auto order = orders_.find(receipt.signature);
    if (order == orders_.end()) {
        return violate(fmt::format("transaction {} of ours landed and was never sent",
                                   receipt.signature.to_string()));
    }
    const Change change = change_of(receipt);
    check_doubled(order->second);
    landed_.push_back({receipt.signature, receipt.slot, receipt.is_failed(), change});
    is_comparison_due_ = true;
    check_bounds(order->second, receipt, change);
    if (receipt.is_failed()) {
        note_reverted_sale(order->second);
    } else {
        check_authorities(receipt);
        check_gainers(receipt);
        note_landed(order->second, change);
    }
    if (landed_hook_) {
        landed_hook_(receipt.signature);
    }
}

DrillChecks::Change DrillChecks::change_of(const sim::Receipt& receipt) const {
    Change change;
    std::set<std::size_t> ours;  // Accounts whose lamports are ours.
    const auto add = [&](const std::vector<sim::TokenBalance>& balances, std::int64_t sign) {
        for (const sim::TokenBalance& balance : balances) {
            if (balance.owner == options_.wallet) {
                change.tokens[balance.mint] += sign * static_cast<std::int64_t>(balance.amount);
                ours.insert(balance.account_index);
            }
        }
    };
    add(receipt.pre_token_balances, -1);
    add(receipt.post_token_balances, 1);
    for (std::size_t i = 0; i < receipt.account_keys.size(); ++i) {
        const std::int64_t moved = difference(receipt.post_balances[i], receipt.pre_balances[i]);
        if (receipt.account_keys[i] == options_.wallet) {
            change.wallet += moved;
            change.cash += moved;
        } else if (ours.contains(i)) {
            change.cash += moved;
        } else if (std::ranges::find(options_.tip_accounts, receipt.account_keys[i]) !=
                   options_.tip_accounts.end()) {
            change.tip += moved;
        }
    }
    return change;
}

void DrillChecks::check_bounds(const RingOrder& order, const sim::Receipt& receipt,
                               const Change& change) {
    const auto fee = static_cast<std::int64_t>(receipt.fee);
    const auto refuse = [&](std::string_view what, std::int64_t value, std::string_view bound,
                            std::int64_t limit) {
        violate(fmt::format("{} {} {}: {} is {}, {} {}", name_of(order),
                            receipt.is_failed() ? "reverted" : "landed",
                            receipt.signature.to_string(), what, value, bound, limit));
    };
    if (receipt.is_failed()) {
        if (change.wallet != -fee || change.cash != -fee) {
            refuse("the wallet's change", change.wallet, "its fee", -fee);
        }
        return;
    }
    if (-change.wallet > static_cast<std::int64_t>(order.spend_max)) {
        refuse("what left the wallet", -change.wallet, "spend_max",
               static_cast<std::int64_t>(order.spend_max));
    }
    if (change.tip > static_cast<std::int64_t>(options_.tip_max.raw())) {
        refuse("the tip", change.tip, "trade_fee_max",
               static_cast<std::int64_t>(options_.tip_max.raw()));
    }
    // No token but the one that is sold may become less; of that one no more than it says.
    const bool is_sale =
        order.kind == RingOrder::Kind::Exit || order.kind == RingOrder::Kind::Sweep;
    for (const auto& [mint, amount] : change.tokens) {
        const bool is_sold = is_sale && mint == order.mint_in;
        const std::int64_t floor = is_sold ? -static_cast<std::int64_t>(order.amount_in) : 0;
        if (amount < floor && mint != solana::kWrappedSolMint) {
            refuse("the change of " + mint.to_string(), amount, "floor", floor);
        }
    }
    const auto receive_min = static_cast<std::int64_t>(order.receive_min);
    std::int64_t received = 0;
    switch (order.kind) {
        case RingOrder::Kind::Entry: {
            const auto bought = change.tokens.find(order.mint_out);
            received = bought == change.tokens.end() ? 0 : bought->second;
            break;
        }
        case RingOrder::Kind::Exit:
            received = change.cash + fee + change.tip;
            break;
        case RingOrder::Kind::Cycle:
            received = change.cash + fee + change.tip + static_cast<std::int64_t>(order.amount_in);
            break;
        case RingOrder::Kind::Sweep:
            received = change.wallet + fee;
            break;
    }
    if (received < receive_min) {
        refuse("what was received", received, "receive_min", receive_min);
    }
}

// Nobody else may move, close or own what is ours.
void DrillChecks::check_authorities(const sim::Receipt& receipt) {
    for (const sim::TokenBalance& before : receipt.pre_token_balances) {
        if (before.owner != options_.wallet) {
            continue;
        }
        const Pubkey& key = receipt.account_keys[before.account_index];
        const sim::Account* account = chain_->account(key);
        const auto token = account == nullptr ? Result<solana::TokenAccount>{fail("closed")}
                                              : solana::decode_token_account(account->data);
        if (!token) {
            continue;  // Closed: where its lamports went, the sums say.
        }
        if (token->owner != options_.wallet || token->delegate || token->close_authority) {
            violate(fmt::format("transaction {} gave {} to others: owner {}, {}",
                                receipt.signature.to_string(), key.to_string(),
                                token->owner.to_string(),
                                token->delegate ? "with a delegate" : "with a close authority"));
        }
    }
}

// A wallet that is not of the market and its programs has no business in our transactions.
bool DrillChecks::is_stranger(const Pubkey& owner) const {
    return owner != options_.wallet && !known_.contains(owner) && solana::is_on_curve(owner);
}

void DrillChecks::check_gainers(const sim::Receipt& receipt) {
    const auto gains = [&](const Pubkey& who, std::int64_t amount, std::string_view unit) {
        violate(fmt::format("transaction {} gave {} {} to {}", receipt.signature.to_string(),
                            amount, unit, who.to_string()));
    };
    for (std::size_t i = 0; i < receipt.account_keys.size(); ++i) {
        const std::int64_t gained = difference(receipt.post_balances[i], receipt.pre_balances[i]);
        const Pubkey& key = receipt.account_keys[i];
        const sim::Account* account = gained > 0 ? chain_->account(key) : nullptr;
        if (account != nullptr && account->owner == solana::kSystemProgram && is_stranger(key)) {
            gains(key, gained, "lamports");
        }
    }
    std::map<std::uint8_t, std::uint64_t> before;
    for (const sim::TokenBalance& balance : receipt.pre_token_balances) {
        before[balance.account_index] = balance.amount;
    }
    for (const sim::TokenBalance& balance : receipt.post_token_balances) {
        const std::int64_t gained = difference(balance.amount, before[balance.account_index]);
        if (gained > 0 && is_stranger(balance.owner)) {
            gains(balance.owner, gained, "of " + balance.mint.to_string());
        }
    }
}

// ---- What is at stake, as the chain has it ----

std::uint64_t DrillChecks::limit_lamports(MicroUsd limit) const {
    const double usd = static_cast<double>(limit.raw()) / static_cast<double>(kMicroUsdPerUsd);
    return static_cast<std::uint64_t>(usd / options_.sol_price_usd * kPriceRoom *
                                      static_cast<double>(kLamportsPerSol));
}

void DrillChecks::shrink(std::map<Pubkey, Position>::iterator held, std::uint64_t amount) {
    Position& position = held->second;
    const std::uint64_t left = position.amount - std::min(position.amount, amount);
    if (left <= position.amount / kDustShare) {
        positions_.erase(held);
        return;
    }
    position.cost =
        static_cast<std::uint64_t>(static_cast<double>(position.cost) * static_cast<double>(left) /
                                   static_cast<double>(position.amount));
    position.amount = left;
}

void DrillChecks::meddled(const Pubkey& mint, std::uint64_t taken) {
    meddled_.insert(mint);
    if (const auto held = positions_.find(mint); held != positions_.end()) {
        shrink(held, taken);
    }
}

void DrillChecks::note_landed(const RingOrder& order, const Change& change) {
    if (order.kind == RingOrder::Kind::Exit || order.kind == RingOrder::Kind::Sweep) {
        const auto held = positions_.find(order.mint_in);
        const auto sold = change.tokens.find(order.mint_in);
        if (held == positions_.end() || sold == change.tokens.end()) {
            return;
        }
        return shrink(held, static_cast<std::uint64_t>(std::max<std::int64_t>(0, -sold->second)));
    }
    if (order.kind != RingOrder::Kind::Entry) {
        return;
    }
    const auto bought = change.tokens.find(order.mint_out);
    Position& position = positions_[order.mint_out];
    position.since = options_.now();
    if (sold_on_dead_.erase(order.mint_out) > 0) {
        position.sale_begun = options_.now() + kReversalToldMax;
    }
    position.amount += bought == change.tokens.end()
                           ? 0
                           : static_cast<std::uint64_t>(std::max<std::int64_t>(0, bought->second));
    position.cost += static_cast<std::uint64_t>(std::max<std::int64_t>(0, -change.cash));
    position.strategy = order.strategy;
    const sim::Account* pool = chain_->account(order.pool);
    position.venue = pool != nullptr ? pool->owner : Pubkey{};
    if (const auto venue = dex::venue_of_program(position.venue)) {
        venues_bought_at_.add(*venue);
    }
    check_launches(order);
    check_landed(order, position);
}

// What a dead branch bought is not held. What it sold we do not hold against the daemon: it had
// been told that it was sold. Nor where the purchase lands again on the living branch, until it can
// know that the sale did not.
void DrillChecks::on_fork_abandoned(Slot first, Slot last) {
    ++forks_;
    is_comparison_due_ = is_branch_dying_ = true;
    std::erase_if(landed_, [&](const Landed& each) {
        if (each.slot < first || last < each.slot) {
            return false;
        }
        abandoned_.insert(each.signature.to_string());
        const RingOrder& order = orders_.at(each.signature);
        if (!each.is_failed && order.kind == RingOrder::Kind::Entry) {
            positions_.erase(order.mint_out);
        } else if (!each.is_failed && order.kind == RingOrder::Kind::Exit) {
            sold_on_dead_.insert(order.mint_in);
        }
        return true;
    });
}

}  // namespace sniperforge::app
