// SPDX-License-Identifier: MIT
#include "recording/player.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "recording/told.hpp"
#include "sniperforge/config/load.hpp"
#include "sniperforge/config/reload.hpp"

namespace sniperforge::recording {

Player::Player(const config::Settings& settings, ReplayResult& result)
    : settings_{settings}, result_{result}, pipeline_{stages_.clock, settings_, stages_.keeper} {}

void Player::play(Frame& frame) {
    if (is_over()) {
        return;
    }
    ++result_.calls_replayed;
    mono_ = frame.mono;
    wall_ = frame.wall;
    levels_.push_back({&frame, {}});
    dispatch(frame);
    find_left(frame);
    levels_.pop_back();
}

void Player::add(const Beside& beside) {
    if (beside.is_taken && !is_over()) {
        digest_.add(beside.decision.kind, beside.decision.body);
    }
}

// What the recorded one decided and this one did not.
void Player::find_left(const Frame& frame) {
    if (is_over()) {
        return;
    }
    if (frame.decisions.next < frame.decisions.values.size()) {
        return differ(&frame.decisions.values[frame.decisions.next].decision, nullptr);
    }
    for (const Frame::Nested& nested : frame.nested) {
        for (const Frame& inner : nested.frames) {
            if (const Decision* left = nested.is_played ? nullptr : inner.first_decision()) {
                return differ(left, nullptr);
            }
        }
    }
}

void Player::differ(const Decision* recorded, const Decision* replayed) {
    const Frame& at = frame();
    result_.difference = Difference{.decision = result_.decisions + 1,
                                    .record = at.number,
                                    .call = std::string{name_of(at.kind)},
                                    .slot = slot_};
    if (recorded != nullptr) {
        result_.difference->recorded = *recorded;
    }
    if (replayed != nullptr) {
        result_.difference->replayed = *replayed;
    }
}

// ---- Answers ----

MonoTime Player::mono() {
    const auto* const answer = levels_.empty() ? nullptr : frame().monos.take();
    result_.answers_missing += answer == nullptr && !is_over() ? 1 : 0;
    mono_ = answer == nullptr ? mono_ : MonoTime{*answer};
    return mono_;
}

WallTime Player::wall() {
    const auto* const answer = levels_.empty() ? nullptr : frame().walls.take();
    result_.answers_missing += answer == nullptr && !is_over() ? 1 : 0;
    wall_ = answer == nullptr ? wall_ : WallTime{*answer};
    return wall_;
}

std::uint64_t Player::number(Kind kind) {
    const auto index = static_cast<std::size_t>(kind);
    const auto* const answer = levels_.empty() ? nullptr : frame().numbers[index].take();
    result_.answers_missing += answer == nullptr && !is_over() ? 1 : 0;
    numbers_[index] = answer == nullptr ? numbers_[index] : *answer;
    return numbers_[index];
}

execute::Offer Player::offer() {
    const auto* const answer = levels_.empty() ? nullptr : frame().offers.take();
    result_.answers_missing += answer == nullptr && !is_over() ? 1 : 0;
    offer_ = answer == nullptr ? offer_ : *answer;
    return offer_;
}

std::vector<Pubkey> Player::nonces_due() {
    const auto* const answer = levels_.empty() ? nullptr : frame().nonces.take();
    result_.answers_missing += answer == nullptr && !is_over() ? 1 : 0;
    return answer == nullptr ? std::vector<Pubkey>{} : *answer;
}

// A view that was given the ones before keeps them while they are the same.
std::span<const dex::SwapOutstanding> Player::own_swaps() {
    const auto* const answer = levels_.empty() ? nullptr : frame().swaps.take();
    result_.answers_missing += answer == nullptr && !is_over() ? 1 : 0;
    if (answer != nullptr && *answer != swaps_) {
        swaps_ = *answer;
    }
    return swaps_;
}

bool Player::decide(const engine::RecorderItem& item) {
    if (is_over()) {
        return true;
    }
    const Decision replayed{engine::kind_of(item), engine::body_of(item)};
    const Frame::Decided* const recorded = frame().decisions.take();
    if (recorded == nullptr || recorded->decision != replayed) {
        differ(recorded == nullptr ? nullptr : &recorded->decision, &replayed);
        digest_.add(replayed.kind, replayed.body);
        return true;
    }
    ++result_.decisions;
    if (recorded->is_taken) {
        digest_.add(replayed.kind, replayed.body);
    }
    return recorded->is_taken;
}

void Player::called(Op op) {
    if (levels_.empty()) {
        return;
    }
    const std::uint32_t count = ++levels_.back().count[static_cast<std::size_t>(op)];
    // Playing another frame moves the levels, not this one.
    for (Frame::Nested& nested : frame().nested) {
        if (nested.op != op || nested.count != count) {
            continue;
        }
        nested.is_played = true;
        for (Frame& inner : nested.frames) {
            play(inner);
        }
        return;
    }
}

// ---- Calls ----

template <typename... Args, typename Tell>
void Player::with(const Frame& told, const Tell& tell) {
    const auto args = read_args<Args...>(told);
    if (!args) {
        problem_ = fmt::format("record {}: {} has other parts than this version writes",
                               told.number, name_of(told.kind));
        return;
    }
    std::apply(tell, *args);
}

void Player::tell_update(const Frame& told) {
    ToldUpdate update;
    if (!update.take(told)) {
        problem_ = fmt::format("record {}: no update that this version knows", told.number);
        return;
    }
    if (const auto* slot = std::get_if<SlotUpdate>(&update.read.update())) {
        slot_ = std::max(slot_, slot->slot);
    }
    pipeline_.on_chain_update(update.read.update(), update.trace);
}

// What is not live has stayed as it was.
void Player::tell_settings(const Frame& told) {
    with<std::string>(told, [&](const std::string& text) {
        const auto reloaded = config::load_text(text, "settings");
        if (!reloaded) {
            problem_ = fmt::format(
                "record {}: the settings that were reloaded are none of this "
                "version:\n{}",
                told.number, reloaded.error().text());
            return;
        }
        config::take_live(*reloaded, settings_);
        pipeline_.settings_changed();
    });
}

void Player::dispatch(const Frame& told) {
    engine::Pipeline& pipeline = pipeline_;
    switch (told.kind) {
        case Kind::ConnectStages:
            return pipeline.connect(stages_.watcher, stages_.desk);
        case Kind::ConnectTransactions:
            return pipeline.connect(stages_.transactions);
        case Kind::ConnectFunders:
            return pipeline.connect(stages_.funders);
        case Kind::ConnectHolders:
            return pipeline.connect(stages_.holders);
        case Kind::ConnectRoundTrips:
            return pipeline.connect_round_trips(stages_.round_trips);
        case Kind::TradeFor:
            return with<Pubkey>(told, [&](const auto& wallet) { pipeline.trade_for(wallet); });
        case Kind::GoLive:
            return pipeline.go_live();
        case Kind::ChainUpdate:
            return tell_update(told);
        case Kind::Transaction:
            return with<ChainTransaction>(
                told, [&](const auto& transaction) { pipeline.on_transaction(transaction); });
        case Kind::Round:
            return with<VenueId, bool>(told, [&](VenueId venue, bool is_complete) {
                pipeline.on_round(venue, is_complete);
            });
        case Kind::Funder:
            return with<Pubkey, std::optional<Pubkey>>(
                told, [&](const auto& account, const auto& funder) {
                    pipeline.on_funder(account, funder);
                });
        case Kind::Holders:
            return with<Pubkey, std::optional<HolderReading>>(
                told,
                [&](const auto& mint, const auto& reading) { pipeline.on_holders(mint, reading); });
        case Kind::Metadata:
            return with<Pubkey, std::optional<solana::MetaplexMetadata>>(
                told, [&](const auto& mint, const auto& metadata) {
                    pipeline.on_metadata(mint, metadata);
                });
        case Kind::RoundTrip:
            return with<Pubkey, RoundTripReading>(told, [&](const auto& mint, const auto& reading) {
                pipeline.on_round_trip(mint, reading);
            });
        case Kind::SettingsChanged:
            return tell_settings(told);
        case Kind::Tick:
            return with<MonoTime>(told, [&](MonoTime now) { pipeline.on_tick(now); });
        case Kind::Flatten:
            return pipeline.flatten();
        case Kind::Halt:
            return pipeline.halt();
        case Kind::LoseKey:
            return pipeline.lose_key();
        case Kind::PrepareResume:
            return with<engine::OperatorCommand>(
                told, [&](const auto& command) { (void)pipeline.prepare_resume(command); });
        case Kind::LetGo:
            return (void)pipeline.let_go();
        case Kind::Obey:
            return with<engine::OperatorCommand>(
                told, [&](const auto& command) { (void)pipeline.obey(command); });
        default:
            return tell_orders(told);
    }
}

void Player::tell_orders(const Frame& told) {
    engine::Pipeline& pipeline = pipeline_;
    switch (told.kind) {
        case Kind::Recheck:
            return with<OrderIntent>(told,
                                     [&](const auto& intent) { (void)pipeline.recheck(intent); });
        case Kind::Signed:
            return with<OrderIntent, Signature, BlockHeight>(
                told, [&](const auto& intent, const auto& signature, BlockHeight height) {
                    (void)pipeline.on_signed(intent, signature, height);
                });
        case Kind::Leased:
            return with<OrderIntent, Signature, NonceLease>(
                told, [&](const auto& intent, const auto& signature, const auto& lease) {
                    (void)pipeline.on_leased(intent, signature, lease);
                });
        case Kind::Sent:
            return with<OrderIntent, Trace, bool>(
                told, [&](const auto& intent, const auto& trace, bool was_jupiter_asked) {
                    pipeline.on_sent(intent, trace, was_jupiter_asked);
                });
        case Kind::PathChosen:
            return with<PathChoice>(told, [&](const auto& choice) { pipeline.on_path(choice); });
        case Kind::Report:
            return with<ExecutionReport>(told,
                                         [&](const auto& report) { pipeline.on_report(report); });
        case Kind::Unbuildable:
            return with<OrderIntent>(told,
                                     [&](const auto& intent) { pipeline.on_unbuildable(intent); });
        case Kind::Finalized:
            return with<OrderFinalized>(told,
                                        [&](const auto& order) { pipeline.on_finalized(order); });
        case Kind::Reversed:
            return with<OrderReversed>(told,
                                       [&](const auto& order) { pipeline.on_reversed(order); });
        case Kind::Enter:
            return with<strategy::ManualEntry>(
                told, [&](const auto& entry) { (void)pipeline.enter(entry); });
        default:
            return tell_books(told);
    }
}

void Player::tell_books(const Frame& told) {
    using Mismatches = std::vector<portfolio::BalanceMismatch>;
    using Orders = std::vector<engine::RecoveredOrder>;
    using portfolio::ChainBalances;
    engine::Pipeline& pipeline = pipeline_;
    const auto note_genesis = [&](const Hash& genesis) { result_.genesis = genesis; };
    switch (told.kind) {
        case Kind::Start:
            return with<ChainBalances, Hash>(told, [&](const auto& balances, const auto& genesis) {
                note_genesis(genesis);
                pipeline.start(balances, genesis);
            });
        case Kind::Resume: {
            // Of breakers a history has what happened; what it means the settings say.
            engine::History history;
            history.breakers = risk::CircuitBreakers{settings_.risk};
            Hash genesis;
            ArchiveReader archive{told.args, kAsItIs, kLayoutNewest};
            archive(history, genesis);
            if (!archive.is_complete()) {
                problem_ =
                    fmt::format("record {}: no history that this version knows", told.number);
                return;
            }
            note_genesis(genesis);
            return pipeline.resume(std::move(history), genesis);
        }
        case Kind::Rebuild:
            return with<Orders, ChainBalances, Hash, IntentId, std::optional<Mismatches>>(
                told, [&](const auto& orders, const auto& chain, const auto& genesis, IntentId last,
                          const auto& doubted) {
                    note_genesis(genesis);
                    pipeline.rebuild(orders, chain, genesis, last, doubted);
                });
        case Kind::NotePast:
            return with<engine::PastRuns>(told,
                                          [&](const auto& past) { pipeline.note_past(past); });
        case Kind::KnowCreators:
            return with<engine::CreatorBook>(
                told, [&](const auto& known) { pipeline.know_creators(known); });
        case Kind::HoldAgain:
            return with<engine::HeldCauses, bool>(told, [&](const auto& held, bool is_accepted) {
                pipeline.hold_again(held, is_accepted);
            });
        case Kind::Recover:
            return with<Orders>(told, [&](const auto& orders) { pipeline.recover(orders); });
        case Kind::AdoptOutside:
            return pipeline.adopt_outside();
        case Kind::Reconciled:
            return pipeline.reconciled();
        case Kind::BooksDiffer:
            return with<Mismatches, std::string>(told,
                                                 [&](const auto& mismatches, const auto& figures) {
                                                     pipeline.books_differ(mismatches, figures);
                                                 });
        case Kind::Adopt:
            return with<ChainBalances>(told, [&](const auto& chain) { pipeline.adopt(chain); });
        case Kind::BeginCheck:
            return with<ChainBalances>(told,
                                       [&](const auto& chain) { pipeline.begin_check(chain); });
        case Kind::EndCheck:
            return pipeline.end_check();
        case Kind::TakeIn:
            return with<portfolio::Gift>(told, [&](const auto& gift) { pipeline.take_in(gift); });
        case Kind::Withdrawn:
            return with<engine::WithdrawalSettled>(
                told, [&](const auto& withdrawal) { pipeline.withdrawn(withdrawal); });
        case Kind::BeginRung:
            return with<engine::RungBegun>(told,
                                           [&](const auto& begun) { pipeline.begin_rung(begun); });
        case Kind::EnforceLadder:
            return pipeline.enforce_ladder();
        case Kind::KnowAccounts:
            return with<std::vector<OwnTokenAccount>>(
                told, [&](const auto& accounts) { pipeline.know_accounts(accounts); });
        default:
            problem_ = fmt::format("record {}: no call that this version knows", told.number);
    }
}

}  // namespace sniperforge::recording
