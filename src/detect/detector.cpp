// SPDX-License-Identifier: MIT
#include "sniperforge/detect/detector.hpp"

#include <algorithm>
#include <utility>

#include "sniperforge/dex/logged_creations.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/solana/token_extensions.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::detect {
namespace {

// Coins that one transaction may name: each costs the derivation of an address.
constexpr std::size_t kNamesMax = 8;

// Of pump.fun's coins the curve sells so many (amm-pump section 1).
constexpr std::uint64_t kCurveForSale = 793'100'000'000'000;

// Pools that were told of and not read yet, and transactions that were asked for: what is not
// answered within minutes never is.
constexpr std::size_t kAwaitedMax = 1'024;

// Keeps at most so many; the oldest goes.
template <typename Key, typename Set>
void note_newest(const Key& key, std::deque<Key>& order, Set& known) {
    order.push_back(key);
    if (order.size() > kAwaitedMax) {
        known.erase(order.front());
        order.pop_front();
    }
}

}  // namespace

std::string_view to_string(HeardBy way) {
    switch (way) {
        case HeardBy::Accounts:
            return "accounts";
        case HeardBy::Logs:
            return "logs";
        case HeardBy::Transactions:
            break;
    }
    return "transactions";
}

std::optional<TokenAmount> bought_on_curve(const dex::Pool& pool) {
    const auto* curve = std::get_if<dex::PumpCurvePool>(&pool.state);
    // Its reserves are all zero once it has moved.
    if (curve == nullptr || curve->virtual_a == 0 || curve->supply != dex::kPumpCoinSupply ||
        curve->real_a > kCurveForSale) {
        return std::nullopt;
    }
    return TokenAmount{kCurveForSale - curve->real_a};
}

Detector::Detector(dex::PoolBook& book, DetectorOptions options)
    : book_{book}, options_{std::move(options)} {}

void Detector::mark_live() { is_live_ = true; }

void Detector::observe(const ChainUpdate& update, std::vector<MarketEvent>& events) {
    if (const auto* account = std::get_if<AccountUpdate>(&update)) {
        observe_account(*account, events);
    } else if (const auto* slot = std::get_if<SlotUpdate>(&update)) {
        flush_before(slot->slot, events);
        events.push_back(SlotStarted{slot->slot});
    } else if (const auto* logs = std::get_if<LogsUpdate>(&update)) {
        observe_logs(*logs, events);
    } else if (const auto* lost = std::get_if<AccountsLost>(&update)) {
        for (const Pubkey& key : lost->accounts) {
            book_.set_blind(key);
        }
    } else if (const auto* restored = std::get_if<AccountsRestored>(&update)) {
        for (const Pubkey& key : restored->accounts) {
            book_.set_heard(key);
        }
    }
}

void Detector::observe(const ChainTransaction& transaction, const dex::Recognised& recognised,
                       std::vector<MarketEvent>& events) {
    const HeardBy heard_by =
        logged_.contains(transaction.signature) ? HeardBy::Logs : HeardBy::Transactions;
    for (const dex::PoolCreation& creation : recognised.creations) {
        take_creation(creation, transaction.slot, heard_by, events);
    }
    statistics_.migrations_seen += recognised.migrations.size();
    // Whoever trades on a curve moves its coin: no need to know the instruction.
    const bool is_of_curve = std::ranges::any_of(recognised.calls, [](const dex::VenueCall& call) {
        return call.venue == VenueId::PumpCurve;
    });
    if (!is_of_curve) {
        return;
    }
    std::vector<Pubkey> named;
    for (const ChainTokenMove& move : transaction.token_moves) {
        const bool is_known = std::ranges::find(named, move.mint) != named.end();
        if (!is_known && !solana::is_money(move.mint) && named.size() < kNamesMax) {
            named.push_back(move.mint);
            name_mint(move.mint, transaction.slot, events);
        }
    }
}

// What an event names needs no transaction; the rest is asked for, where it may be of our venues.
// What was left out of those that were cut nobody knows.
void Detector::observe_logs(const LogsUpdate& logs, std::vector<MarketEvent>& events) {
    if (logs.is_failed) {
        return;
    }
    const dex::LoggedCreations said = dex::read_creations(logs.lines);
    for (const dex::PoolCreation& creation : said.named) {
        take_creation(creation, logs.slot, HeardBy::Logs, events);
    }
    const bool is_one_unnamed = std::ranges::any_of(
        options_.venues, [&](VenueId venue) { return said.unnamed.has(venue); });
    if ((is_one_unnamed || said.is_cut) && logged_.insert(logs.signature).second) {
        signatures_wanted_.push_back(logs.signature);
        note_newest(logs.signature, logged_order_, logged_);
    }
}

void Detector::take_creation(const dex::PoolCreation& creation, Slot slot, HeardBy heard_by,
                             std::vector<MarketEvent>& events) {
    ++statistics_.creations_seen;
    want_pool(creation, slot, heard_by);
    if (creation.venue == VenueId::PumpCurve) {
        name_mint(creation.mint_a, slot, events);
    }
}

// A pool that we know is read again by nobody.
void Detector::want_pool(const dex::PoolCreation& creation, Slot slot, HeardBy heard_by) {
    const bool is_wanted =
        std::ranges::find(options_.venues, creation.venue) != options_.venues.end();
    if (!is_wanted || book_.find(creation.pool)) {
        return;
    }
    if (book_.size() >= options_.pools_max) {
        ++statistics_.pools_refused;
        return;
    }
    if (awaited_.try_emplace(creation.pool, AwaitedPool{slot, heard_by}).second) {
        wanted_.push_back(creation.pool);
        note_newest(creation.pool, awaited_order_, awaited_);
    }
}

void Detector::name_mint(const Pubkey& mint, Slot slot, std::vector<MarketEvent>& events) {
    book_.name_mint(mint, changes_);
    for (const dex::BookChange& change : changes_) {
        observe_change(change, slot, events);
    }
}

void Detector::observe_account(const AccountUpdate& update, std::vector<MarketEvent>& events) {
    ++statistics_.account_updates;
    if (mints_.contains(update.pubkey) || take_unasked_mint(update)) {
        observe_mint(update, events);  // And on: pools of Token-2022 mints wait for it in the book.
    }
    const bool is_new_pool =
        dex::recognise_pool(update.owner, update.data).has_value() && !book_.find(update.pubkey);
    if (is_new_pool && book_.size() >= options_.pools_max && !expected_.contains(update.pubkey)) {
        ++statistics_.pools_refused;
        return;
    }
    changes_.clear();
    if (auto applied = book_.apply(update, changes_); !applied) {
        ++statistics_.decode_errors;
        telemetry::debug("detect", "account {}: {}", update.pubkey.to_string(),
                         applied.error().text);
    }
    note_first_slot(update);
    for (const dex::BookChange& change : changes_) {
        observe_change(change, update.slot, events);
    }
}

// Its first slot may tell more than once of a curve that waits for its coin's name.
void Detector::note_first_slot(const AccountUpdate& update) {
    if (unannounced_.empty()) {
        return;
    }
    const auto pool = book_.find(update.pubkey);
    const auto found = pool ? unannounced_.find(*pool) : unannounced_.end();
    if (found != unannounced_.end() && found->second.slot == update.slot) {
        found->second.bought = bought_on_curve(book_.pool(*pool));
    }
}

void Detector::observe_change(const dex::BookChange& change, Slot slot,
                              std::vector<MarketEvent>& events) {
    if (change.is_new_pool || change.is_mint_named) {
        want_mints(change.pool);
    }
    if (change.is_new_pool) {
        if (dex::mint_a(book_.pool(change.pool)).is_zero()) {
            transactions_wanted_.push_back(dex::id_of(book_.pool(change.pool)));
        }
        FirstSight first{slot, bought_on_curve(book_.pool(change.pool))};
        if (const auto told = awaited_.find(dex::id_of(book_.pool(change.pool)));
            told != awaited_.end()) {
            // It is as old as what made it, however late its account came.
            first.slot = std::min(slot, told->second.made);
            if (first.slot < slot) {
                first.bought.reset();  // By that slot, nobody knows how much.
            }
            first.heard_by = told->second.heard_by;
        }
        if (is_live_) {
            unannounced_.emplace(change.pool, first);
        }
    }
    if (change.is_newly_complete) {
        if (const auto node = unannounced_.extract(change.pool); !node.empty()) {
            ++statistics_.pools_created;
            ++statistics_.pools_heard_by[static_cast<std::size_t>(node.mapped().heard_by)];
            events.push_back(PoolCreated{change.pool, node.mapped().slot, node.mapped().bought});
        }
        const dex::Pool& pool = book_.pool(change.pool);
        events.push_back(ReservesChanged{change.pool, slot, dex::reserve_a(pool),
                                         dex::reserve_b(pool), dex::reserve_a(pool),
                                         dex::reserve_b(pool)});
        return;
    }
    const dex::Pool& pool = book_.pool(change.pool);
    if (!change.is_reserves_changed || !dex::is_complete(pool)) {
        return;
    }
    auto [position, is_first] =
        half_swaps_.try_emplace(change.pool, slot, change.previous_a, change.previous_b);
    if (!is_first && position->second.slot < slot) {
        // The other half never came: what moved then was one-sided, and is told as it was before
        // this change.
        report_move(change.pool, position->second, {change.previous_a, change.previous_b}, events);
        position->second = {slot, change.previous_a, change.previous_b};
    }
    const HalfSwap half = position->second;
    if (half.previous_a != dex::reserve_a(pool) && half.previous_b != dex::reserve_b(pool)) {
        half_swaps_.erase(position);
        report_move(change.pool, half, {dex::reserve_a(pool), dex::reserve_b(pool)}, events);
    }
}

void Detector::report_move(PoolIndex pool, const HalfSwap& half, const PoolReserves& now,
                           std::vector<MarketEvent>& events) {
    append_move(pool, half.slot, {half.previous_a, half.previous_b}, now, events);
    statistics_.swaps_seen += std::holds_alternative<SwapSeen>(events.back()) ? 1 : 0;
}

// In pool order, so that equal inputs give equal outputs.
void Detector::flush_before(Slot slot, std::vector<MarketEvent>& events) {
    for (auto position = half_swaps_.begin(); position != half_swaps_.end();) {
        if (position->second.slot < slot) {
            const dex::Pool& pool = book_.pool(position->first);
            report_move(position->first, position->second,
                        {dex::reserve_a(pool), dex::reserve_b(pool)}, events);
            position = half_swaps_.erase(position);
        } else {
            ++position;
        }
    }
}

void Detector::want_mints(PoolIndex pool) {
    for (const Pubkey& mint : {dex::mint_a(book_.pool(pool)), dex::mint_b(book_.pool(pool))}) {
        if (!mint.is_zero() && !solana::is_money(mint) && mints_.try_emplace(mint).second) {
            wanted_.push_back(mint);
        }
    }
}

// One that the operator has us watch: the book takes it for a name (PoolBook::name_mint).
bool Detector::take_unasked_mint(const AccountUpdate& update) {
    return solana::is_token_program(update.owner) && !solana::is_money(update.pubkey) &&
           solana::decode_mint(update.data) && mints_.try_emplace(update.pubkey).second;
}

void Detector::observe_mint(const AccountUpdate& update, std::vector<MarketEvent>& events) {
    MintEvidence evidence = read_mint(update);
    // A mint whose extensions do not decode still says who may mint and freeze.
    statistics_.decode_errors += evidence.program.is_zero() ? 1 : 0;
    const TokenJudged judged{
        update.pubkey,
        update.slot,
        evidence.is_mint_authority_set,
        evidence.is_freeze_authority_set,
        has_refused_extension(evidence, options_.safety),
        SafetyRefusal{SafetyCode::EvidenceAwaited, true}};  // Until somebody has looked at more.
    note_names(update);
    auto& known = mints_[update.pubkey];
    if (!known && !names_.contains(update.pubkey)) {
        mints_unnamed_.push_back(update.pubkey);
    }
    const bool is_same = known &&
                         known->judged.is_mint_authority_set == judged.is_mint_authority_set &&
                         known->judged.is_freeze_authority_set == judged.is_freeze_authority_set &&
                         known->judged.has_risky_extension == judged.has_risky_extension;
    known = JudgedMint{judged, std::move(evidence)};
    if (!is_same) {
        events.push_back(judged);
    }
}

void Detector::set_safety(SafetyPolicy policy, std::vector<MarketEvent>& events) {
    options_.safety = std::move(policy);
    std::vector<Pubkey> changed;
    for (auto& [mint, known] : mints_) {  // determinism-ok: sorted below.
        const bool is_risky =
            known ? has_refused_extension(known->evidence, options_.safety) : false;
        if (known && is_risky != std::exchange(known->judged.has_risky_extension, is_risky)) {
            changed.push_back(mint);
        }
    }
    std::ranges::sort(changed);  // The map has no order that may be seen.
    for (const Pubkey& mint : changed) {
        events.emplace_back(mints_.at(mint)->judged);
    }
}

const JudgedMint* Detector::judged(const Pubkey& mint) const {
    const auto found = mints_.find(mint);
    return found != mints_.end() && found->second ? &*found->second : nullptr;
}

// They may change with the mint: its update authority can rename it.
void Detector::note_names(const AccountUpdate& update) {
    const auto extensions = update.owner == solana::kToken2022Program
                                ? solana::decode_mint_extensions(update.data)
                                : Result<solana::MintExtensions>{fail("no extensions")};
    LaunchNames names;
    if (extensions && extensions->token_metadata) {
        names = launch_names_of(extensions->token_metadata->name, extensions->token_metadata->uri);
    }
    if (names == LaunchNames{}) {
        names_.erase(update.pubkey);
    } else {
        names_[update.pubkey] = names;
    }
}

LaunchNames Detector::names_of(const Pubkey& mint) const {
    if (const auto found = names_.find(mint); found != names_.end()) {
        return found->second;
    }
    const auto beside = names_beside_.find(mint);
    return beside == names_beside_.end() ? LaunchNames{} : beside->second;
}

// Only of mints that we know of, which are bounded.
void Detector::take_names(const Pubkey& mint, const LaunchNames& names) {
    if (mints_.contains(mint)) {
        names_beside_[mint] = names;
    }
}

std::vector<Pubkey> Detector::take_mints_unnamed() { return std::exchange(mints_unnamed_, {}); }

std::vector<Pubkey> Detector::take_accounts_wanted() {
    std::vector<Pubkey> wanted = book_.take_accounts_wanted();
    for (const Pubkey& mint : wanted_) {
        // The book asks for mints of Token-2022 as well.
        if (std::find(wanted.begin(), wanted.end(), mint) == wanted.end()) {
            wanted.push_back(mint);
        }
    }
    wanted_.clear();
    return wanted;
}

std::vector<Pubkey> Detector::take_transactions_wanted() {
    return std::exchange(transactions_wanted_, {});
}

std::vector<Signature> Detector::take_signatures_wanted() {
    return std::exchange(signatures_wanted_, {});
}

}  // namespace sniperforge::detect
