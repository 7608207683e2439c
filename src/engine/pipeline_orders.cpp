// SPDX-License-Identifier: MIT
// What a person orders.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {

Result<void, strategy::ManualRefusal> Pipeline::enter(const strategy::ManualEntry& entry) {
    Trace trace;
    trace.received = trace.decided = clock_.now();
    offer_ = executor_->offer(entry.pool);
    auto intent = strategy::manual_entry(entry, view());
    if (!intent) {
        return Err{std::move(intent.error())};
    }
    judge(*intent, trace, true);
    return {};
}

Lamports Pipeline::lamports_for(MicroUsd amount) const {
    return risk::usd_to_lamports(amount, sol_price_.price());
}

void Pipeline::flatten() {
    stand(StateCause::FlattenRequested, true);
    exits_.flatten(true);
}

bool Pipeline::is_outside_sold() const {
    const HeldCause* const held = held_.find(StateCause::FlattenRequested);
    return held != nullptr && held->change.is_outside_sold;
}

// Who says the same again changes nothing, and his words neither.
// Whose end is recorded already is held anew: the journal's last word counts.
bool Pipeline::hold_once(const CauseChanged& change) {
    const HeldCause* const held = held_.find(change.cause);
    const bool is_ending = std::erase_if(ending_, [&](const CauseChanged& end) {
                               return end.cause == change.cause;
                           }) > 0;
    if (!is_ending && held != nullptr &&
        (held->change.is_outside_sold || !change.is_outside_sold)) {
        return false;
    }
    hold(change);
    return true;
}

// What the journal does not take stands: the next start would have it again.
Result<void> Pipeline::prepare_resume(const OperatorCommand& command) {
    for (const StateCause cause :
         {StateCause::PauseRequested, StateCause::FlattenRequested, StateCause::RecordsMissing}) {
        const bool is_ending =
            std::ranges::find(ending_, cause, &CauseChanged::cause) != ending_.end();
        if (held_.find(cause) == nullptr || is_ending) {
            continue;
        }
        CauseChanged end{.cause = cause,
                         .stands = false,
                         .by = std::string{to_string(command.verb)},
                         .reason = command.reason};
        if (recorder_.has_failed() || !recorder_.record(end, clock_.wall_now())) {
            return fail(fmt::format(
                "the journal cannot take it: \"{}\" stands, and would at the next start; the log "
                "says what is wrong with the disk",
                to_string(cause)));
        }
        ending_.push_back(std::move(end));
    }
    return {};
}

OperatorAnswer Pipeline::let_go() {
    OperatorAnswer answer{.before = states_.state()};
    const std::vector<CauseChanged> ending = std::exchange(ending_, {});
    for (const CauseChanged& end : ending) {
        answer.ended.push_back(standing(end.cause));
        answer.ended.back().ending.clear();
    }
    const WallTime now = clock_.wall_now();
    for (const CauseChanged& end : ending) {
        held_.note(end, now);
        stand(end.cause, false);
    }
    answer.is_changed = !ending.empty();
    finish(answer,
           {.verb = OperatorVerb::Resume, .reason = ending.empty() ? "" : ending.front().reason});
    return answer;
}

// A wish to buy less is done whether or not it can be written down; a wish to buy again must be.
OperatorAnswer Pipeline::obey(const OperatorCommand& command) {
    OperatorAnswer answer{.before = states_.state()};
    const std::string by{to_string(command.verb)};
    switch (command.verb) {
        case OperatorVerb::Pause:
            answer.is_changed = hold_once({.cause = StateCause::PauseRequested,
                                           .stands = true,
                                           .by = by,
                                           .reason = command.reason});
            break;
        case OperatorVerb::Flatten:
            answer.is_changed = hold_once({.cause = StateCause::FlattenRequested,
                                           .stands = true,
                                           .by = by,
                                           .reason = command.reason,
                                           .is_outside_sold = command.is_outside_sold});
            break;
        case OperatorVerb::Resume: {
            const auto prepared = prepare_resume(command);
            answer = let_go();
            if (!prepared) {
                answer.refused = prepared.error().text;
            }
            return answer;
        }
    }
    finish(answer, command);
    return answer;
}

// As it stands now.
void Pipeline::finish(OperatorAnswer& answer, const OperatorCommand& command) {
    exits_.flatten(states_.stands(StateCause::FlattenRequested));
    answer.is_journalled = !recorder_.has_failed();
    answer.after = states_.state();
    answer.standing = standing();
    if (command.verb == OperatorVerb::Flatten) {
        tell_selling(answer);
    }
    telemetry::warning("engine", "{}{}: {} -> {}", to_string(command.verb),
                       command.reason.empty() ? "" : fmt::format(" ({})", command.reason),
                       to_string(answer.before), to_string(answer.after));
}

void Pipeline::tell_selling(OperatorAnswer& answer) const {
    answer.kept = positions_kept();
    for (const PositionView& position : portfolio_.positions()) {
        if (!is_kept(position.mint)) {
            answer.selling.push_back(position);
        }
    }
    if (!is_outside_sold()) {
        return;
    }
    for (const auto& [mint, amount] : portfolio_.tokens_outside()) {
        if (is_kept(mint)) {
            answer.kept[mint] += amount;
        }
    }
}

std::map<Pubkey, TokenAmount> Pipeline::positions_kept() const {
    std::map<Pubkey, TokenAmount> kept;
    for (const PositionView& position : portfolio_.positions()) {
        if (is_kept(position.mint)) {
            kept[position.mint] += position.amount;
        }
    }
    return kept;
}

bool Pipeline::is_kept(const Pubkey& mint) const {
    const auto& kept = settings_.signer.tokens_kept;
    return std::ranges::find(kept, mint) != kept.end();
}

void Pipeline::on_unbuildable(const OrderIntent& intent) { arbitrage_.unbuildable(intent, slot_); }

}  // namespace sniperforge::engine
