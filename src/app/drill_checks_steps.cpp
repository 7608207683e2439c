// SPDX-License-Identifier: MIT
// What must hold while a daemon lives: after each record of the journal, each transaction that is
// sent, and each slot. The journal is compared with the chain as soon as both tell of the same
// transactions.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/drill_checks.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {
namespace {

// Of the daemon, the nodes and the market together, on one reactor: ten and three times what 300
// runs had.
constexpr std::size_t kTasksMax = 4'000, kStreamsMax = 200;
// Confirmed 2 slots after its block, asked about within 2 s, that is 5, and read once; a start
// takes as long again. Far below the 32 of finality, where it cannot stay unseen.
constexpr std::uint64_t kRetoldSlotsMax = 16;

[[nodiscard]] bool is_of_order(journal::RecordKind kind) {
    return kind == journal::RecordKind::Intent || kind == journal::RecordKind::Denial ||
           kind == journal::RecordKind::Approval || kind == journal::RecordKind::Signed ||
           kind == journal::RecordKind::Report;
}

[[nodiscard]] std::int64_t amount_in(const sim::Chain& chain, const Pubkey& wallet,
                                     const Pubkey& mint) {
    const sim::Account* minted = chain.account(mint);
    const sim::Account* held =
        minted == nullptr
            ? nullptr
            : chain.account(solana::associated_token_address(wallet, mint, minted->owner));
    const auto token = held == nullptr ? Result<solana::TokenAccount>{fail("closed")}
                                       : solana::decode_token_account(held->data);
    return token ? static_cast<std::int64_t>(token->amount.raw()) : 0;
}

}  // namespace

void DrillChecks::life_begins() {
    stop_asked_.reset();
    if (const auto begun = follower_.begin(options_.journal()); !begun) {
        violate("the journal cannot be followed: " + begun.error().text);
    }
    adoptions_seen_ = follower_.tale().adoptions;
    life_slot_ = chain_ != nullptr ? chain_->slot() : Slot{};
    begin_pending();
    halts_.life_begins(follower_.tale(), options_.now());
}

bool DrillChecks::is_open(std::uint64_t intent) const {
    const auto order = follower_.tale().orders.find(intent);
    return order == follower_.tale().orders.end() ||
           order->second.reports <= order->second.reversals;
}

void DrillChecks::on_record(const journal::Record& record) {
    ++steps_;
    if (const auto added = follower_.add(record); !added) {
        return violate("the journal cannot be followed: " + added.error().text);
    }
    const JournalTale& tale = follower_.tale();
    halts_.note(tale, options_.now());
    if (tale.adoptions > adoptions_seen_) {
        // The chain's balances have what had landed until then.
        adoptions_seen_ = tale.adoptions;
        for (const Landed& each : landed_) {
            adopted_.insert(each.signature.to_string());
        }
        pending_.clear();  // Nothing was on its way.
    }
    note_pending(tale.intent_told);
    // An approval is what adds to it. A fork does, too, where it takes a report back: the gate was
    // not asked, and what ends the order anew is the record behind it.
    if (record.kind == journal::RecordKind::Approval) {
        check_open();
    }
    if (record.kind == journal::RecordKind::LedgerEntry) {
        is_comparison_due_ = true;
        return;
    }
    const auto order = tale.orders.find(tale.intent_told);
    if (order != tale.orders.end() && is_of_order(record.kind)) {
        check_order(order->first, order->second, false);
    }
    if (record.kind == journal::RecordKind::Report) {
        is_comparison_due_ = true;
        check_fill(tale.signature_told);
    }
}

// What the books say of a transaction is what it did.
void DrillChecks::check_fill(const std::string& signature) {
    const auto booked = follower_.tale().fills.find(signature);
    if (booked == follower_.tale().fills.end()) {
        return;  // It did nothing to us.
    }
    const auto landed = std::ranges::find_if(
        landed_, [&](const Landed& each) { return each.signature.to_string() == signature; });
    if (landed == landed_.end()) {
        if (!abandoned_.contains(signature)) {
            violate(fmt::format("transaction {} is booked with {} lamports and never landed",
                                signature, booked->second));
        }
        return;
    }
    if (abandoned_.contains(signature)) {
        return;  // It may be the other branch that is told of: the end of all compares the last
                 // one.
    }
    if (landed->change.wallet != booked->second) {
        violate(fmt::format("transaction {} moved {} lamports and is booked with {}", signature,
                            landed->change.wallet, booked->second));
    }
    std::map<std::string, std::int64_t> moved;
    for (const auto& [mint, amount] : landed->change.tokens) {
        if (mint != solana::kWrappedSolMint && amount != 0) {
            moved[mint.to_string()] = amount;
        }
    }
    for (const auto& [mint, amount] : follower_.tokens_of(signature)) {
        if (mint != solana::kWrappedSolMint.to_string() && moved[mint] != amount) {
            violate(fmt::format("transaction {} moved {} of {} and is booked with {}", signature,
                                moved[mint], mint, amount));
        }
        moved.erase(mint);
    }
    for (const auto& [mint, amount] : moved) {
        violate(fmt::format("transaction {} moved {} of {} and nothing of it is booked", signature,
                            amount, mint));
    }
}

// No order without the gate's word: it is written before anything is signed. A disk that keeps the
// journal waiting keeps it from telling.
void DrillChecks::check_gate_passed(const RingOrder& order) {
    if (!options_.is_journal_well()) {
        return;
    }
    const auto told = follower_.tale().orders.find(order.intent);
    if (told == follower_.tale().orders.end() || told->second.intents == 0 ||
        told->second.approvals == 0) {
        violate(fmt::format("intent {} was sent and the journal has {} for it", order.intent,
                            told == follower_.tale().orders.end() || told->second.intents == 0
                                ? "no intent"
                                : "no word of the gate"));
    }
}

void DrillChecks::on_slot(Slot, Slot, Slot) {
    ++steps_;
    halts_.note_slot(options_.now());
    check_bounded();
    // The slot in which a branch dies is told of before what it did is undone.
    const bool is_branch_dying = std::exchange(is_branch_dying_, false);
    if (is_comparison_due_ && !is_branch_dying && options_.is_journal_well()) {
        compare_sums();
    }
}

// Where the books have all that is on the chain, and nothing else, both have the same money.
void DrillChecks::compare_sums() {
    const JournalTale& tale = follower_.tale();
    if (!tale.is_opened) {
        return;
    }
    std::set<std::string> on_chain;
    for (const Landed& each : landed_) {
        std::string signature = each.signature.to_string();
        const auto booked = tale.fills.find(signature);
        const bool is_booked = booked != tale.fills.end();
        if (!is_booked && !adopted_.contains(signature)) {
            return;
        }
        // What ran on two branches may be booked as it was on the dead one, until that is known.
        if (is_booked && abandoned_.contains(signature) && !is_booked_as_landed(each)) {
            return check_retold(each);
        }
        on_chain.insert(std::move(signature));
    }
    const bool is_ahead = std::ranges::any_of(
        tale.fills, [&](const auto& fill) { return !on_chain.contains(fill.first); });
    if (is_ahead) {
        return;  // Of a branch that died: it is taken back in a moment.
    }
    is_comparison_due_ = false;
    ++comparisons_;
    const sim::Account* wallet = chain_->account(options_.wallet);
    const std::int64_t lamports =
        wallet == nullptr ? 0 : static_cast<std::int64_t>(wallet->lamports.raw());
    if (lamports != tale.wallet) {
        violate(fmt::format("at slot {} the journal adds up to {} lamports, the chain has {}",
                            chain_->slot().value, tale.wallet, lamports));
    }
    for (const auto& [text, amount] : tale.tokens) {
        const auto mint = Pubkey::parse(text);
        if (!mint || *mint == solana::kWrappedSolMint || meddled_.contains(*mint)) {
            continue;
        }
        if (const std::int64_t held = amount_in(*chain_, options_.wallet, *mint); held != amount) {
            violate(fmt::format("at slot {} the journal adds up to {} of {}, the chain has {}",
                                chain_->slot().value, amount, text, held));
        }
    }
}

// Of a transaction that did less or more than is booked, in lamports or in tokens.
bool DrillChecks::is_booked_as_landed(const Landed& each) const {
    const std::string signature = each.signature.to_string();
    if (follower_.tale().fills.at(signature) != each.change.wallet) {
        return false;
    }
    std::map<std::string, std::int64_t> left;
    for (const auto& [mint, amount] : each.change.tokens) {
        left[mint.to_string()] += amount;
    }
    for (const auto& [mint, amount] : follower_.tokens_of(signature)) {
        left[mint] -= amount;
    }
    left.erase(solana::kWrappedSolMint.to_string());
    return std::ranges::all_of(left, [](const auto& token) { return token.second == 0; });
}

// Where nodes tell all that they know, a daemon that lives soon books what stands.
void DrillChecks::check_retold(const Landed& each) {
    const Slot since = std::max(each.slot, life_slot_);
    if (!options_.is_retelling_checked || chain_->slot().since(since) <= kRetoldSlotsMax ||
        !late_retold_.insert(each.signature.to_string()).second) {
        return;
    }
    violate(fmt::format(
        "transaction {} landed anew in slot {}; at slot {} it is still booked as on "
        "the branch that died, allowed are {} slots",
        each.signature.to_string(), each.slot.value, chain_->slot().value, kRetoldSlotsMax));
}

// What grows with time in a daemon that runs for weeks.
void DrillChecks::check_bounded() {
    const net::VirtualLoad load = options_.load();
    load_max_.tasks = std::max(load_max_.tasks, load.tasks);
    load_max_.streams = std::max(load_max_.streams, load.streams);
    const auto refuse = [&](std::string_view what, std::size_t value, std::size_t limit) {
        if (value > limit) {
            violate(fmt::format("{} {} at slot {}, allowed {}", value, what, chain_->slot().value,
                                limit));
        }
    };
    refuse("timers and deliveries wait", load.tasks, kTasksMax);
    refuse("connections are open", load.streams, kStreamsMax);
}

}  // namespace sniperforge::app
