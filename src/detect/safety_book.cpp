// SPDX-License-Identifier: MIT
// Which tokens are followed and when they are judged again. What is wanted for it and heard is in
// safety_hearing.cpp, what the evidence says in safety_evidence.cpp.
#include "sniperforge/detect/safety_book.hpp"

#include <algorithm>
#include <utility>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::detect {
namespace {

constexpr std::size_t kPoolsMax = 4;
// So much of the creator's tokens sold at once is the end of it.
constexpr BasisPoints kDumpedMin{5'000};
constexpr std::int64_t kSecond = 1'000'000'000;  // In nanoseconds.

[[nodiscard]] std::pair<Pubkey, bool> lp_of(const dex::Pool& pool) {
    return std::visit(
        [](const auto& state) -> std::pair<Pubkey, bool> {
            if constexpr (requires { state.coin_creator; }) {
                // The LP tokens of a migration are the program's own, and it has no way to
                // withdraw.
                return {state.lp_mint, dex::is_canonical(state)};
            } else if constexpr (requires { state.lp_mint; }) {
                return {state.lp_mint, false};
            } else {
                return {};
            }
        },
        pool.state);
}

}  // namespace

SafetyBook::SafetyBook(const dex::PoolBook& book, const Detector& detector, SafetyPolicy policy,
                       const SafetyOptions& options)
    : book_{book}, detector_{detector}, policy_{std::move(policy)}, options_{options} {}

void SafetyBook::configure(SafetyPolicy policy, const SafetyOptions& options) {
    policy_ = std::move(policy);
    options_ = options;
    for (auto& [mint, token] : followed_) {
        token.is_dirty = is_any_dirty_ = true;
    }
}

// ---- Who is followed ----

void SafetyBook::follow(const SafetySubject& subject) {
    note_launch(subject);
    if (!followed_.contains(subject.mint)) {
        make_room();
    }
    Followed& token = add(subject);
    if (!token.is_wanted) {
        count_judged(subject.mint);
    }
    token.is_wanted = true;
    token.since = std::max(token.since, subject.created_at);
}

void SafetyBook::set_held(std::span<const SafetySubject> held) {
    for (auto& [mint, token] : followed_) {
        token.is_held = false;
    }
    for (const SafetySubject& subject : held) {
        add(subject).is_held = true;
    }
    std::vector<Pubkey> over;
    for (const auto& [mint, token] : followed_) {
        if (!token.is_held && !token.is_wanted) {
            over.push_back(mint);
        }
    }
    for (const Pubkey& mint : over) {
        drop(mint);
    }
}

SafetyBook::Followed& SafetyBook::add(const SafetySubject& subject) {
    const auto [place, is_new] = followed_.try_emplace(subject.mint);
    Followed& token = place->second;
    if (is_new) {
        token.since = subject.created_at;
        if (const auto launch = launches_.find(subject.mint); launch != launches_.end()) {
            token.first_bought = launch->second.first_bought;
            token.creator_first = launch->second.creator_first;
        }
    }
    if (token.creator.is_zero()) {
        token.creator = subject.creator;
    }
    add_pool(token, subject);
    mark(subject.mint);
    return token;
}

void SafetyBook::add_pool(Followed& token, const SafetySubject& subject) {
    if (subject.pool.value >= book_.size() ||
        std::ranges::find(token.pools, subject.pool) != token.pools.end()) {
        return;
    }
    exclude(subject.mint, token);
    if (token.pools.size() >= kPoolsMax) {
        token.has_more_pools = true;
        return;
    }
    token.pools.push_back(subject.pool);
    const auto [lp_mint, is_gone] = lp_of(book_.pool(subject.pool));
    const bool is_heard = !lp_mint.is_zero() && !is_gone;
    const Pubkey lock = is_heard ? lp_lock_account(book_.pool(subject.pool)) : Pubkey{};
    pools_[subject.pool] = {subject.mint, is_heard ? lp_mint : Pubkey{}, is_gone, lock};
    if (is_heard) {
        listen_to_lp(lp_mint, subject.mint, false);
    }
    if (!lock.is_zero()) {
        listen_to_lp(lock, subject.mint, true);
    }
}

void SafetyBook::listen_to_lp(const Pubkey& account, const Pubkey& mint, bool is_lock) {
    if (lp_accounts_.try_emplace(account, LpAccount{.mint = mint, .is_lock = is_lock}).second) {
        wanted_.push_back(account);
    }
}

// For one more that is not held: the one that has been wanted for longest goes. Whoever was told
// that it is safe is to hear that nobody looks any more.
void SafetyBook::make_room() {
    std::size_t wanted = 0;
    auto oldest = followed_.end();
    for (auto place = followed_.begin(); place != followed_.end(); ++place) {
        if (place->second.is_held) {
            continue;
        }
        ++wanted;
        const bool is_older =
            oldest == followed_.end() || place->second.since < oldest->second.since;
        oldest = is_older ? place : oldest;
    }
    if (wanted >= options_.mints_max && oldest != followed_.end()) {
        if (const auto& told = oldest->second.told; told && !told->refused) {
            let_go_.push_back(*told);
        }
        drop(Pubkey{oldest->first});
    }
}

void SafetyBook::drop(const Pubkey& mint) {
    const auto found = followed_.find(mint);
    if (const auto launch = launches_.find(mint); launch != launches_.end()) {
        launch->second.first_bought = found->second.first_bought;
        launch->second.creator_first = found->second.creator_first;
    }
    for (const PoolIndex pool : found->second.pools) {
        pools_.erase(pool);
    }
    for (auto place = lp_accounts_.begin(); place != lp_accounts_.end();) {
        if (place->second.mint == mint) {
            std::erase(wanted_, place->first);
            unwanted_.push_back(place->first);
            lost_.erase(place->first);
            place = lp_accounts_.erase(place);
        } else {
            ++place;
        }
    }
    watch_.forget(mint);
    followed_.erase(found);
}

void SafetyBook::mark(const Pubkey& mint) {
    if (const auto found = followed_.find(mint); found != followed_.end()) {
        found->second.is_dirty = is_any_dirty_ = true;
    }
}

// ---- The verdicts ----

void SafetyBook::take_event(const MarketEvent& event, WallTime at) {
    if (const auto* judged = std::get_if<TokenJudged>(&event)) {
        mark(judged->mint);
    } else if (const auto* created = std::get_if<PoolCreated>(&event)) {
        const dex::Pool& pool = book_.pool(created->pool);
        for (const Pubkey& mint : {dex::mint_a(pool), dex::mint_b(pool)}) {
            if (const auto found = followed_.find(mint); found != followed_.end()) {
                exclude(mint, found->second);
                mark(mint);
            }
        }
        if (const auto found = pools_.find(created->pool); found != pools_.end()) {
            Followed& token = followed_.at(found->second.mint);
            token.first_bought =
                created->bought_at_first ? created->bought_at_first : token.first_bought;
        }
    } else if (const auto* changed = std::get_if<ReservesChanged>(&event)) {
        const auto found = pools_.find(changed->pool);
        if (found == pools_.end()) {
            return;
        }
        Followed& token = followed_.at(found->second.mint);
        if (changed->slot == token.since && token.first_bought) {
            const auto bought = bought_on_curve(book_.pool(changed->pool));
            token.first_bought = bought ? bought : token.first_bought;
        }
        // No verdict for each swap, which somebody may be waiting to trade on: with the next slot.
    } else if (const auto* pulled = std::get_if<LiquidityPulled>(&event)) {
        note_pulled(*pulled, at);
    } else if (const auto* sold = std::get_if<HolderSold>(&event)) {
        const auto found = followed_.find(sold->mint);
        if (sold->is_creator && sold->of_holding >= kDumpedMin && found != followed_.end()) {
            note_end(Pubkey{found->second.creator}, sold->mint, TokenEnd::Dumped, {sold->slot, at});
        }
    }
}

// Everything is a slot older, and some of it too old.
void SafetyBook::start_slot(Slot now) {
    std::vector<Pubkey> over;
    for (auto& [mint, token] : followed_) {
        token.is_dirty = is_any_dirty_ = true;
        token.is_wanted = token.is_wanted && (now.since(token.since) <= options_.wanted_slots ||
                                              now <= token.asked_until);
        if (!token.is_wanted && !token.is_held) {
            over.push_back(mint);
        }
    }
    for (const Pubkey& mint : over) {
        drop(mint);
    }
}

// Whose account the creator's tokens are in is known with the mint's program.
void SafetyBook::learn(const Pubkey& mint, Followed& token) {
    const JudgedMint* judged = detector_.judged(mint);
    if (judged == nullptr || !judged->evidence.is_readable) {
        return;
    }
    if (!token.creator.is_zero() && token.creator_account.is_zero()) {
        token.creator_account =
            solana::associated_token_address(token.creator, mint, judged->evidence.program);
        watch_.watch(token.creator_account, mint, true);
    }
    if (!token.creator_first && !token.creator_account.is_zero()) {
        token.creator_first = watch_.amount_of(token.creator_account);
    }
}

void SafetyBook::judge(std::vector<MarketEvent>& events, const dex::QuoteContext& context, Slot now,
                       std::vector<SafetyNote>& notes) {
    const WallTime at{context.unix_time * kSecond};
    for (const MarketEvent& event : events) {
        note_first_bought(event);
        take_event(event, at);
        if (std::holds_alternative<SlotStarted>(event)) {
            start_slot(now);
        }
    }
    for (TokenJudged& judged : let_go_) {
        judged.slot = now;
        judged.refused = SafetyRefusal{SafetyCode::EvidenceAwaited, true};
        events.emplace_back(judged);
    }
    let_go_.clear();
    if (!std::exchange(is_any_dirty_, false)) {
        return;
    }
    is_any_judged_ = is_any_trial_ = true;
    for (auto& [mint, token] : followed_) {
        if (!std::exchange(token.is_dirty, false)) {
            continue;
        }
        learn(mint, token);
        const JudgedMint* judged = detector_.judged(mint);
        if (judged == nullptr) {
            continue;
        }
        // Of what is only held, too: parts of its entry may still be bought. Its holders are not
        // read again, so that it is refused when they are too old.
        const SafetyVerdict verdict =
            detect::judge(evidence_of(mint, token, context, now), policy_, now);
        token.trial.is_wanted = verdict.is_safe_but_for(SafetyCode::SimulatedRoundTrip);
        TokenJudged told = judged->judged;
        told.refused = verdict.refusal();
        bool is_told = false;
        for (MarketEvent& event : events) {
            if (auto* one = std::get_if<TokenJudged>(&event); one != nullptr && one->mint == mint) {
                one->refused = told.refused;
                is_told = true;
            }
        }
        if (!is_told && (!token.told || token.told->refused != told.refused)) {
            told.slot = now;
            events.emplace_back(told);
        }
        token.told = told;
        if (token.is_wanted) {
            tell(mint, token, verdict, notes);
        }
    }
}

void SafetyBook::tell(const Pubkey& mint, Followed& token, const SafetyVerdict& verdict,
                      std::vector<SafetyNote>& notes) {
    const SafetyFinding* finding = verdict.refusing();
    const auto lp = std::ranges::find_if(
        verdict.findings, [](const SafetyFinding& one) { return one.lp.has_value(); });
    const auto found_of_lp =
        lp == verdict.findings.end() ? std::nullopt : std::optional<SafetyFinding>{*lp};
    if (finding == nullptr) {
        if (!std::exchange(token.has_passed, true)) {
            ++statistics_.passed;
            notes.push_back({mint, std::nullopt, found_of_lp});
        }
        return;
    }
    if (finding->outcome == SafetyOutcome::Awaited) {
        return;
    }
    const bool is_unknown = finding->outcome == SafetyOutcome::Unknown;
    if (token.refused.emplace(finding->code, is_unknown).second) {
        ++statistics_.refused[static_cast<std::size_t>(finding->code)][is_unknown ? 1 : 0];
        notes.push_back({mint, *finding, found_of_lp});
    }
}

}  // namespace sniperforge::detect
