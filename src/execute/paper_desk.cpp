// SPDX-License-Identifier: MIT
#include "sniperforge/execute/paper_desk.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "execute/paper_fill.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/execute/cycle_builder.hpp"
#include "sniperforge/execute/landing_model.hpp"
#include "sniperforge/execute/sweep_builder.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::execute {

PaperDesk::PaperDesk(const PaperDependencies& dependencies,
                     const config::ExecutionSettings& execution, const config::PaperSettings& paper,
                     std::uint64_t seed)
    : clock_{dependencies.clock},
      pools_{dependencies.pools},
      events_{dependencies.events},
      execution_{execution},
      paper_{paper},
      rent_{dependencies.token_account_rent},
      competition_percent_{dependencies.competition_percent},
      seed_{seed} {}

void PaperDesk::submit(const ApprovedOrder& order, const Trace& /*trace*/,
                       const SubmitHints& hints) {
    ++statistics_.submitted;
    ++statistics_.sent;
    const OrderIntent& intent = order.intent();
    const auto landing = landing_of(paper_, seed_, intent.intent_id);
    const Slot decided = std::max(slot_, intent.decided_at);
    const bool is_taken = intent.kind == OrderKind::Cycle && landing &&
                          is_taken_within(*landing, competition_percent_, seed_, intent.intent_id);
    flights_.emplace(intent.intent_id.value, Flight{intent, hints, clock_.now(),
                                                    decided.plus(landing ? *landing : kExpirySlots),
                                                    landing.has_value(), is_taken});
}

void PaperDesk::resume(const OrderIntent& intent, const Signature& /*signature*/,
                       BlockHeight /*last_valid_height*/,
                       const std::optional<NonceLease>& /*lease*/) {
    ExecutionReport report = report_on(intent);
    report.outcome = Outcome::Expired;
    report.failure = FailureClass::Expiry;
    report.error = "on paper, and the process that knew of it has ended";
    report.settled_at = clock_.now();
    ++statistics_.carried.orders;
    ++statistics_.carried.expired;
    events_.on_report(report);
}

void PaperDesk::resume(const ExecutionReport& fill, BlockHeight /*last_valid_height*/,
                       const std::optional<NonceLease>& /*lease*/) {
    events_.on_finalized({fill.intent_id, fill.signature, fill.slot});
}

void PaperDesk::resume_fees(Lamports /*paid_today*/) {}
void PaperDesk::expect_orders(PoolIndex /*pool*/) {}
void PaperDesk::advance(const SignatureUpdate& /*update*/) {}
void PaperDesk::on_tick(MonoTime /*now*/) {}
std::vector<Pubkey> PaperDesk::take_nonces_due(MonoTime /*now*/, bool /*only_for_orders*/) {
    return {};
}

Offer PaperDesk::offer(std::optional<PoolIndex> /*pool*/) const {
    return {execution_.priority_price, {}, 100};
}

// In the order of the intents, so that the same market gives the same books.
void PaperDesk::on_slot(Slot slot) {
    slot_ = std::max(slot_, slot);
    std::vector<Flight> due;
    for (auto position = flights_.begin(); position != flights_.end();) {
        if (position->second.ends_at < slot_) {
            due.push_back(std::move(position->second));
            position = flights_.erase(position);
        } else {
            ++position;
        }
    }
    for (const Flight& flight : due) {
        settle(flight);
    }
}

void PaperDesk::settle(const Flight& flight) {
    const OrderIntent& intent = flight.intent;
    ExecutionReport report = report_on(intent);
    report.decided_at = report.sent_at = flight.submitted_at;
    report.settled_at = clock_.now();
    report.slot = flight.ends_at;
    if (!flight.is_landing) {
        report.outcome = Outcome::Expired;
        report.failure = FailureClass::Expiry;
        report.error = "no block took it, says the landing model";
        ++statistics_.expired;
        return events_.on_report(report);
    }
    const Offer offer = flight.hints.offer.value_or(this->offer({}));
    const bool is_exit = intent.kind == OrderKind::Exit;
    PaperTerms terms{.base_fee = solana::base_fee(1),
                     .priority_fee = solana::priority_fee(offer.price, units_of(intent)),
                     .tip = offer.tip,
                     .rent = rent_,
                     .is_account_open = accounts_open_.contains(intent.mint_out),
                     .is_account_closed = is_exit && flight.hints.is_token_account_emptied,
                     .quote = dex::quote_context(clock_.wall_now().seconds(), report.slot)};
    auto filled = flight.is_taken
                      ? Result<PaperFill, PaperFailure>{Err{PaperFailure{
                            FailureClass::Slippage, "somebody else took it, says the model"}}}
                      : paper_fill(intent, pools_, terms);
    if (!filled) {
        report.outcome = Outcome::Reverted;
        report.failure = filled.error().failure;
        report.error = filled.error().text;
        terms.tip = {};  // Part of the transaction that failed.
        report.fill = fees_of(terms);
        ++statistics_.reverted;
    } else {
        report.outcome = Outcome::Landed;
        report.fill = std::move(filled->fill);
        for (const PaperSwap& swap : filled->swaps) {
            pools_.swapped(swap.pool, swap.direction, swap.quote);
        }
        for (const OwnTokenAccount& account : report.fill.accounts) {
            account.is_open ? (void)accounts_open_.insert(account.mint)
                            : (void)accounts_open_.erase(account.mint);
        }
        ++statistics_.landed;
    }
    events_.on_report(report);
    // Nothing can take it back.
    events_.on_finalized({intent.intent_id, report.signature, report.slot});
}

ComputeUnits PaperDesk::units_of(const OrderIntent& intent) const {
    switch (intent.kind) {
        case OrderKind::Cycle:
            return cycle_units_min(execution_, intent.leg_count);
        case OrderKind::Sweep:
            return kSweepUnits;
        case OrderKind::Entry:
        case OrderKind::Exit:
            break;
    }
    return execution_.swap_units;
}

}  // namespace sniperforge::execute
