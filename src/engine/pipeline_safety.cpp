// SPDX-License-Identifier: MIT
// Whether tokens are safe to buy: whom the book of evidence follows, what is asked for it, and how
// its verdicts come to the strategies.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/safety_policy.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/strategy/recipe.hpp"

namespace sniperforge::engine {
namespace {

[[nodiscard]] std::vector<solana::ExtensionType> extensions_of(
    const std::vector<std::string>& names) {
    std::vector<solana::ExtensionType> types;
    for (const std::string& name : names) {
        if (const auto type = solana::extension_named(name)) {
            types.push_back(*type);
        }
    }
    return types;
}

[[nodiscard]] Pubkey token_of(const dex::Pool& pool) {
    const auto buying = dex::direction_spending(pool, solana::kWrappedSolMint);
    if (!buying) {
        return {};
    }
    return dex::mint_bought(pool, *buying);
}

}  // namespace

detect::SafetyPolicy safety_policy(const config::Settings& settings) {
    const config::SafetySettings& safety = settings.safety;
    const auto is_allowed = [&](std::string_view item) {
        return std::ranges::find(safety.unknown_allowed, item) != safety.unknown_allowed.end();
    };
    detect::SafetyPolicy policy;
    // What one recipe allows the others still refuse by themselves.
    for (const config::SniperRecipe& recipe : strategy::recipes_of(settings.sniper)) {
        policy.is_mint_authority_allowed |= recipe.is_mint_authority_allowed;
        policy.is_freeze_authority_allowed |= recipe.is_freeze_authority_allowed;
    }
    policy.extensions_allowed = extensions_of(safety.extensions_allowed);
    policy.transfer_fee_max = safety.transfer_fee_max;
    policy.round_trip_loss_max = safety.round_trip_loss_max;
    policy.lp_burnt_min = safety.lp_burnt_min;
    policy.holders_top10_max = safety.holders_top10_max;
    policy.creator_share_max = safety.creator_share_max;
    policy.creator_pulls_max = safety.creator_pulls_max;
    policy.bundle_share_max = safety.bundle_share_max;
    policy.evidence_age_slots_max = safety.evidence_age_slots_max;
    policy.is_round_trip_unknown_allowed = is_allowed("round_trip");
    policy.is_lp_unknown_allowed = is_allowed("lp");
    policy.are_holders_unknown_allowed = is_allowed("holders");
    policy.is_creator_unknown_allowed = is_allowed("creator");
    policy.is_bundle_unknown_allowed = is_allowed("bundle");
    policy.is_simulated_trip_unknown_allowed = is_allowed("round_trip_simulated");
    return policy;
}

detect::SafetyPolicy entry_policy(const config::Settings& settings) {
    detect::SafetyPolicy policy = safety_policy(settings);
    policy.is_mint_authority_allowed = settings.momentum.is_mint_authority_allowed;
    policy.is_freeze_authority_allowed = settings.momentum.is_freeze_authority_allowed;
    return policy;
}

detect::SafetyOptions safety_options(const config::Settings& settings) {
    detect::SafetyOptions options{.mints_max = settings.safety.mints_max,
                                  .holders_watched = settings.safety.holders_watched,
                                  .launch_slots = settings.safety.launch_age_slots_max};
    options.wanted_slots = 0;
    options.amount = Lamports{};
    for (const config::SniperRecipe& recipe : strategy::recipes_of(settings.sniper)) {
        options.wanted_slots = std::max(options.wanted_slots, recipe.age_slots_max);
        options.amount = std::max(options.amount, recipe.amount);
    }
    return options;
}

void Pipeline::know_creators(CreatorBook known) {
    safety_.know_creators(known.creators);
    recorder_.keep_creators(std::move(known), {});
}

// True: the update is the book of evidence's alone.
bool Pipeline::observe_safety(const ChainUpdate& update) {
    if (const auto* account = std::get_if<AccountUpdate>(&update)) {
        return safety_.observe(*account, events_);
    }
    if (const auto* lost = std::get_if<AccountsLost>(&update)) {
        safety_.set_lost(lost->accounts, true);
    } else if (const auto* restored = std::get_if<AccountsRestored>(&update)) {
        safety_.set_lost(restored->accounts, false);
    }
    return false;
}

// Before the strategies see the events: what they are told of a token is complete then.
void Pipeline::judge_tokens() {
    if (!is_live_ || is_recorded_) {
        return;  // Of a recorded market there is no evidence to be had.
    }
    const WallTime now = clock_.wall_now();
    const bool is_buying = settings_.sniper.is_enabled && states_.state() != TradingState::Draining;
    for (MarketEvent& event : events_) {
        auto* created = std::get_if<PoolCreated>(&event);
        if (created == nullptr) {
            continue;
        }
        const dex::Pool& pool = book_.pool(created->pool);
        if (const Pubkey token = token_of(pool); !token.is_zero()) {
            const detect::SafetySubject subject{created->pool, token, creator_of(pool),
                                                created->created_at, now};
            safety_.meet(subject);
            if (is_buying) {
                safety_.follow(subject);
            }
            if (const auto* creator = safety_.creators().find(subject.creator)) {
                created->creator_tokens = creator->past.launches;
            }
        }
    }
    safety_notes_.clear();
    safety_.judge(events_, dex::quote_context(now.seconds(), slot_), slot_, safety_notes_);
    for (const detect::SafetyNote& note : safety_notes_) {
        recorder_.record(TokenVerdict{slot_, note}, clock_.wall_now());
    }
    for (detect::CreatorRecord& creator : safety_.take_creators_seen()) {
        recorder_.note_creator(std::move(creator), now);
    }
}

// The sniper was told before it decided. Dollars are what everything is measured in, and of a
// recorded market there is no evidence.
void Pipeline::note_verdict(const OrderIntent& intent, bool is_manual, Exposure& exposure) {
    const bool is_asked = std::ranges::find(settings_.safety.entries_judged,
                                            std::string_view{is_manual ? "manual" : "momentum"}) !=
                          settings_.safety.entries_judged.end();
    if (intent.kind != OrderKind::Entry || intent.strategy == StrategyId::Sniper || !is_asked ||
        is_recorded_ || intent.mint_out == solana::kUsdcMint ||
        intent.mint_out == solana::kUsdtMint) {
        return;
    }
    const detect::SafetyVerdict verdict = safety_.verdict_on(
        {intent.pool, intent.mint_out, Lamports{intent.amount_in.raw()}}, entry_policy_,
        dex::quote_context(clock_.wall_now().seconds(), slot_), slot_);
    if (const detect::SafetyFinding* finding = verdict.refusing()) {
        exposure.token_refusal = verdict.refusal();
        exposure.token_finding = to_string(*finding);
    }
}

void Pipeline::positions_changed() {
    if (is_recorded_) {
        return;  // Nobody is asked for anything.
    }
    classes_.set_positions(book_, portfolio_.positions());
    follow_held();
}

// What is held is followed until it is sold: its creator and its largest holders may sell first.
void Pipeline::follow_held() {
    std::vector<detect::SafetySubject> held;
    for (const PositionView& position : portfolio_.positions()) {
        const bool is_placed = position.pool.value < book_.size();
        held.push_back({position.pool, position.mint,
                        is_placed ? creator_of(book_.pool(position.pool)) : Pubkey{}, slot_});
    }
    safety_.set_held(held);
}

void Pipeline::read_evidence() {
    try_round_trips();
    for (const auto& unread : safety_.take_unread(slot_)) {
        if (holder_reader_ == nullptr || !holder_reader_->look_up(unread.mint, unread.beside)) {
            safety_.take_holders(unread.mint, std::nullopt, slot_);
        }
    }
    if (const auto unwanted = safety_.take_accounts_unwanted(); !unwanted.empty()) {
        feed_->unwatch(unwanted);
    }
    if (const auto wanted = safety_.take_accounts_wanted(); !wanted.empty()) {
        feed_->watch(wanted, feed::Priority::Armed);
    }
}

void Pipeline::on_holders(const Pubkey& mint, const std::optional<HolderReading>& reading) {
    safety_.take_holders(mint, reading, slot_);
    events_.clear();
    walk();
}

}  // namespace sniperforge::engine
