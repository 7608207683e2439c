// SPDX-License-Identifier: MIT
// While the daemon trades: the books held against the chain, what two readings of it say is
// missing, and what they say is there again.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/reconciler.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// A check each minute, and one after fills became final, but not more often than this. Three cheap
// calls each.
constexpr Duration kCheckInterval = std::chrono::seconds{60};
constexpr Duration kCheckPause = std::chrono::seconds{10};
// A reading whose parts are of slots with a fill between them, or that nobody else has said yet, is
// taken again.
constexpr Duration kCheckRetry = std::chrono::seconds{2};
// An order needs 182 blocks to be final or expired, some 75 s. What has no outcome after this much
// has none to be waited for: a new reading is taken.
constexpr Duration kCheckPatience = std::chrono::seconds{180};
// Between two looks for what is set aside.
constexpr Duration kSearchInterval = std::chrono::seconds{10};

}  // namespace

void Reconciler::advance_check(MonoTime now) {
    if (check_due_.ns == 0) {
        check_due_ = now + kCheckInterval;
        check_allowed_ = now + kCheckPause;
    }
    if (pipeline_.portfolio().check()) {
        return judge_check(now);
    }
    const std::uint64_t fills = pipeline_.portfolio().ledger().fills_finalized();
    const bool is_early = fills != fills_checked_ || pipeline_.is_check_wanted();
    const bool is_wanted = now >= check_due_ || (is_early && now >= check_allowed_);
    if (is_reading_ || !is_wanted) {
        return;
    }
    fills_checked_ = fills;
    check_due_ = now + kCheckInterval;
    check_allowed_ = now + kCheckPause;
    read_for_check();
}

void Reconciler::read_for_check() {
    is_reading_ = true;
    // Not older than what is final in the books: those fills carry no slot any more.
    reader_.read(own_.wallet(),
                 {.commitment = Commitment::Finalized,
                  .context_slot_min = pipeline_.portfolio().slot_finalized()},
                 [this](Result<BalanceReader::Reading> reading) {
                     is_reading_ = false;
                     note_reading(reading);
                     // A node that does not say of which slot its answer is proves nothing.
                     if (!reading || reading->balances.slots.oldest == Slot{}) {
                         check_due_ = reactor_.now() + kCheckPause;
                         return;
                     }
                     check_begun_ = reactor_.now();
                     checked_ = {reading->endpoint, reading->balances.slots, {}, reading->is_alone};
                     pipeline_.begin_check(reading->balances);
                 });
}

void Reconciler::judge_check(MonoTime now) {
    using Verdict = portfolio::BalanceCheck::Verdict;
    const portfolio::BalanceCheck& check = *pipeline_.portfolio().check();
    switch (check.verdict()) {
        case Verdict::Waiting:
            if (now - check_begun_ < kCheckPatience) {
                return;
            }
            check_due_ = now;
            break;
        case Verdict::Equal:
            ++checks_equal_;
            end_suspicion();
            break;
        case Verdict::Different:
            if (const auto gift = check.gift()) {
                note_gifts(check.mismatches());
                pipeline_.take_in(*gift);
                end_suspicion();
            } else {
                suspect(check.mismatches());
            }
            break;
        case Verdict::Inconclusive:
            check_due_ = now + kCheckRetry;
            break;
    }
    pipeline_.end_check();
}

// Entries stop at one node's word, which costs little. Nothing is set aside before another reading
// says the same.
void Reconciler::suspect(const std::vector<portfolio::BalanceMismatch>& mismatches) {
    checked_.mismatches = mismatches;
    const auto agreed = readings_.add(checked_);
    if (is_missing(agreed)) {
        is_suspected_ = false;
        return hold(agreed);
    }
    check_due_ = reactor_.now() + kCheckRetry;
    if (!std::exchange(is_suspected_, true)) {
        for (const portfolio::BalanceMismatch& each : mismatches) {
            note(fmt::format(
                "{}: the ledger has {}, the chain has {} by endpoint {} alone: no "
                "entries until they are equal; nothing is set aside before another "
                "reading says the same",
                each.account, each.expected, each.on_chain, reader_.name(checked_.endpoint)));
        }
        const portfolio::BalanceMismatch& first = mismatches.front();
        pipeline_.books_differ(
            {}, fmt::format("{}: the books have {}, the chain has {} by endpoint {} alone{}; "
                            "another reading is awaited",
                            first.account, first.expected, first.on_chain,
                            reader_.name(checked_.endpoint),
                            mismatches.size() == 1
                                ? ""
                                : fmt::format(", and {} more differ", mismatches.size() - 1)));
    }
}

void Reconciler::end_suspicion() {
    readings_.clear();
    if (std::exchange(is_suspected_, false)) {
        note(fmt::format("endpoint {} has nothing missing: what another reading lacked is there",
                         reader_.name(checked_.endpoint)));
    }
}

// Whoever could stop us by sending us a lamport would.
void Reconciler::note_gifts(const std::vector<portfolio::BalanceMismatch>& mismatches) {
    for (const portfolio::BalanceMismatch& each : mismatches) {
        note(
            fmt::format("{}: the ledger has {}, the chain has {}: somebody sent us the difference; "
                        "it is taken over and belongs to no position",
                        each.account, each.expected, each.on_chain));
    }
}

void Reconciler::hold(const std::vector<portfolio::BalanceMismatch>& mismatches) {
    if (earlier_.doubt && are_alike(earlier_.doubt->mismatches, mismatches)) {
        return pipeline_.books_differ(mismatches);  // It was said.
    }
    log_mismatches(mismatches);
    const WallTime now = reactor_.wall_now();
    found_.clear();
    recorder_.record(engine::BooksDoubted{mismatches}, now);
    earlier_.doubt = engine::Doubt{earlier_.doubt ? earlier_.doubt->since : now, mismatches};
    for (const portfolio::BalanceMismatch& each : mismatches) {
        note(fmt::format(
            "{}: the ledger has {}, the chain has {}, and no order of ours explains it (first seen "
            "{}): no entries until they are equal, after a restart neither. Find out who signed; "
            "where it is known, start with --accept-shortfall",
            each.account, each.expected, each.on_chain, utc_text(earlier_.doubt->since)));
    }
    pipeline_.books_differ(mismatches);
    note_set_aside();
}

void Reconciler::note_set_aside() {
    for (const PositionView& position : pipeline_.portfolio().positions()) {
        if (!position.missing.is_zero()) {
            note(fmt::format("position {} of {}: the books have {}, the chain has {} of them: {}",
                             position.position_id.value, position.mint.to_string(),
                             position.amount.raw(), position.sellable().raw(),
                             position.is_set_aside() ? "it is set aside, and not sold"
                                                     : "no more than that is sold"));
        }
    }
}

// ---- What was missing and is there again ----

// While orders of other tokens are on their way, too: what is set aside is not sold.
void Reconciler::look_for_missing(MonoTime now) {
    if (!earlier_.doubt || earlier_.doubt->mismatches.empty()) {
        return;
    }
    is_reading_ = true;
    compare_due_ = now + kSearchInterval;
    reader_.read(
        own_.wallet(), newer_than_books(),
        [this, submitted = executor_.statistics().submitted](Result<BalanceReader::Reading> read) {
            is_reading_ = false;
            if (read && submitted == executor_.statistics().submitted && earlier_.doubt) {
                on_search(*read);
            }
        });
}

void Reconciler::on_search(const BalanceReader::Reading& reading) {
    std::vector<portfolio::BalanceMismatch> found;
    for (const portfolio::BalanceMismatch& each : earlier_.doubt->mismatches) {
        const auto mint = Pubkey::parse(each.account);
        if (!mint || !each.is_short() || !is_at_rest(*mint)) {
            continue;
        }
        const auto held = reading.balances.tokens.find(*mint);
        const TokenAmount lacking = pipeline_.portfolio().ledger().token(*mint).saturating_sub(
            held == reading.balances.tokens.end() ? TokenAmount{} : held->second);
        if (const std::uint64_t gone = each.expected - each.on_chain; gone > lacking.raw()) {
            found.push_back({each.account, 0, gone - lacking.raw()});
        }
    }
    const bool is_any_found = !found.empty();
    const auto agreed =
        found_.add({reading.endpoint, reading.balances.slots, std::move(found), reading.is_alone});
    if (!agreed.empty()) {
        restore(agreed);
    } else if (is_any_found) {
        compare_due_ = reactor_.now() + kCheckRetry;
    }
}

// The doubt stands until all is equal; what it says of these tokens does not.
void Reconciler::restore(const std::vector<portfolio::BalanceMismatch>& found) {
    std::vector<portfolio::BalanceMismatch>& missing = earlier_.doubt->mismatches;
    for (const portfolio::BalanceMismatch& each : found) {
        const auto gone =
            std::ranges::find(missing, each.account, &portfolio::BalanceMismatch::account);
        gone->on_chain += each.on_chain;
        note(
            fmt::format("{}: {} that were missing are there again by two readings: no longer set "
                        "aside",
                        each.account, each.on_chain));
    }
    std::erase_if(missing, [](const auto& each) { return each.on_chain == each.expected; });
    recorder_.record(engine::BooksDoubted{missing}, reactor_.wall_now());
    pipeline_.books_differ(missing);
    found_.clear();
}

bool Reconciler::is_at_rest(const Pubkey& mint) const {
    return !pipeline_.portfolio().is_in_flight(mint) &&
           std::ranges::none_of(pipeline_.portfolio().fills_provisional(), [&](const auto& report) {
               return std::ranges::find(report.fill.tokens, mint, &TokenChange::mint) !=
                      report.fill.tokens.end();
           });
}

}  // namespace sniperforge::app
