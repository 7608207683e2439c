// SPDX-License-Identifier: MIT
#include "sniperforge/execute/paper_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "execute/paper_fill.hpp"
#include "execute/venue_fees.hpp"
#include "sniperforge/dex/quote_context.hpp"
#include "sniperforge/execute/fee_budget.hpp"
#include "sniperforge/execute/landing_model.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::execute {
namespace {

// A cycle's blockhash outlives its slots by two blocks and by how far apart blockhashes are read
// (ADR 0042), which are five.
constexpr std::uint64_t kCycleSlotsMore = 7;

// Slots behind the decision in the last of which a block may take it.
[[nodiscard]] std::uint64_t life_of(const OrderIntent& intent) {
    return intent.kind == OrderKind::Cycle
               ? std::min(intent.slots_valid + kCycleSlotsMore, PaperDesk::kExpirySlots)
               : PaperDesk::kExpirySlots;
}

// The same pools as the chain has them.
class WithoutUs final : public OwnImpact {
 public:
    explicit WithoutUs(const OwnImpact& pools) : pools_{pools} {}
    [[nodiscard]] const dex::Pool& as_met(PoolIndex pool) const override {
        return pools_.as_met(pool);
    }
    void swapped(PoolIndex /*pool*/, Direction /*direction*/, const dex::SwapQuote& /*swap*/,
                 OrderKind /*kind*/) override {}

 private:
    const OwnImpact& pools_;
};

}  // namespace

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
      costs_{dependencies.costs},
      slots_late_max_{dependencies.slots_late_max},
      is_feed_lost_{dependencies.is_feed_lost},
      write_down_{dependencies.write_down},
      seed_{seed} {}

void PaperDesk::start() {
    if (costs_ != nullptr) {
        costs_->start();
    }
}

void PaperDesk::submit(const ApprovedOrder& order, const Trace& /*trace*/,
                       const SubmitHints& hints) {
    ++statistics_.submitted;
    const OrderIntent& intent = order.intent();
    const auto landing = landing_of(paper_, seed_, intent.intent_id);
    const Slot decided = std::max(slot_, intent.decided_at);
    const bool is_taken = intent.kind == OrderKind::Cycle && landing &&
                          is_taken_within(*landing, competition_percent_, seed_, intent.intent_id);
    Flight flight{intent,
                  hints,
                  clock_.now(),
                  decided.plus(landing ? *landing : life_of(intent)),
                  landing.has_value(),
                  is_taken,
                  hints.offer.value_or(least())};
    if (is_own_impact_refusing(flight)) {
        if (intent.kind == OrderKind::Cycle) {
            events_.on_unbuildable(intent);  // The chain goes on to show the gap for a while.
        }
        return reject(intent,
                      "what it wants of the pool our own orders on paper have taken already");
    }
    if (costs_ != nullptr) {
        const auto offer = costs_->reserve(flight.offer, units_on_paper(intent, hints, execution_),
                                           intent.kind == OrderKind::Exit);
        if (!offer) {
            return reject(intent,
                          "its priority fee and tip are above what the UTC day has left: raise "
                          "execution.daily_fee_max_sol if so much is meant");
        }
        flight.offer = *offer;
    }
    ++statistics_.sent;
    flights_.emplace(intent.intent_id.value, std::move(flight));
}

void PaperDesk::resume(const OrderIntent& intent, const Signature& /*signature*/,
                       BlockHeight /*last_valid_height*/,
                       const std::optional<NonceLease>& /*lease*/) {
    ExecutionReport report = report_on(intent);
    report.outcome = Outcome::Expired;
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

void PaperDesk::resume_fees(Lamports paid_today) {
    if (costs_ != nullptr) {
        costs_->resume(paid_today);
    }
}

void PaperDesk::expect_orders(PoolIndex pool) {
    if (costs_ != nullptr) {
        costs_->expect_orders(pool);
    }
}

void PaperDesk::advance(const SignatureUpdate& /*update*/) {}

void PaperDesk::on_tick(MonoTime now) {
    if (costs_ != nullptr) {
        costs_->on_tick(now);
    }
}

std::vector<Pubkey> PaperDesk::take_nonces_due(MonoTime /*now*/, bool /*only_for_orders*/) {
    return {};
}

Offer PaperDesk::offer(std::optional<PoolIndex> pool) const {
    return costs_ == nullptr ? least() : costs_->offer(pool);
}

Lamports PaperDesk::token_account_rent() const {
    if (costs_ == nullptr) {
        return rent_;
    }
    const auto rent = costs_->rent();
    return rent ? *rent : rent_;
}

// In the order of the intents, so that the same market gives the same books.
void PaperDesk::on_slot(Slot slot) {
    slot_ = std::max(slot_, slot);
    pools_.on_slot();
    if (flights_.empty()) {
        return;
    }
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
    if (!due.empty() && write_down_) {
        write_down_();
    }
}

void PaperDesk::give_up_lost() {
    std::vector<Flight> lost;
    for (auto position = flights_.begin(); position != flights_.end();) {
        if (!position->second.is_landing) {
            lost.push_back(std::move(position->second));
            position = flights_.erase(position);
        } else {
            ++position;
        }
    }
    for (const Flight& flight : lost) {
        expire(flight, FailureClass::None, "no block would have taken it, says the landing model");
    }
}

void PaperDesk::reject(const OrderIntent& intent, std::string error) {
    ExecutionReport report = report_on(intent);
    report.outcome = Outcome::Rejected;
    report.error = std::move(error);
    report.decided_at = report.settled_at = clock_.now();
    ++statistics_.rejected;
    events_.on_report(report);
}

void PaperDesk::expire(const Flight& flight, FailureClass failure, std::string error) {
    ExecutionReport report = report_on(flight.intent);
    report.decided_at = report.sent_at = flight.submitted_at;
    report.settled_at = clock_.now();
    report.slot = flight.ends_at;
    report.outcome = Outcome::Expired;
    report.failure = failure;
    report.error = std::move(error);
    ++statistics_.expired;
    if (costs_ != nullptr) {
        costs_->settled(flight.offer, units_on_paper(flight.intent, flight.hints, execution_), {});
    }
    events_.on_report(report);
}

PaperTerms PaperDesk::terms_of(const Flight& flight, Slot slot) const {
    const OrderIntent& intent = flight.intent;
    const bool is_exit = intent.kind == OrderKind::Exit;
    return {.base_fee = solana::base_fee(1),
            .priority_fee = solana::priority_fee(flight.offer.price,
                                                 units_on_paper(intent, flight.hints, execution_)),
            .tip = flight.offer.tip,
            .rent = token_account_rent(),
            .is_account_open = accounts_open_.contains(intent.mint_out),
            .is_account_closed = is_exit && flight.hints.is_token_account_emptied,
            .quote = dex::quote_context(clock_.wall_now().seconds(), slot)};
}

bool PaperDesk::is_own_impact_refusing(const Flight& flight) const {
    const OrderIntent& intent = flight.intent;
    const bool is_buying = intent.kind == OrderKind::Entry || intent.kind == OrderKind::Cycle;
    if (pools_.outstanding().empty() || !is_buying) {
        return false;
    }
    const PaperTerms terms = terms_of(flight, slot_);
    return !paper_fill(intent, pools_, terms) && paper_fill(intent, WithoutUs{pools_}, terms);
}

bool PaperDesk::is_unheard(const OrderIntent& intent) const {
    if (intent.kind == OrderKind::Sweep) {
        return false;
    }
    if (is_feed_lost_ && is_feed_lost_()) {
        return true;
    }
    const auto legs = std::span{intent.legs}.first(intent.leg_count);
    return intent.kind == OrderKind::Cycle
               ? std::ranges::any_of(legs,
                                     [&](const Leg& leg) { return pools_.is_blind(leg.pool); })
               : pools_.is_blind(intent.pool);
}

void PaperDesk::settle(const Flight& flight) {
    const OrderIntent& intent = flight.intent;
    if (!flight.is_landing) {
        return expire(flight, FailureClass::Expiry, "no block took it, says the landing model");
    }
    if (slots_late_max_ > 0 && slot_.since(flight.ends_at) > slots_late_max_) {
        return expire(flight, FailureClass::None,
                      fmt::format("slot {}, in which it would have landed, was not seen: the next "
                                  "that was heard of is {}",
                                  flight.ends_at.value, slot_.value));
    }
    if (is_unheard(intent)) {
        return expire(flight, FailureClass::None,
                      fmt::format("a pool of it was not heard of when slot {} ended: nobody knows "
                                  "what it would have met there",
                                  flight.ends_at.value));
    }
    ExecutionReport report = report_on(intent);
    report.decided_at = report.sent_at = flight.submitted_at;
    report.settled_at = clock_.now();
    report.slot = flight.ends_at;
    PaperTerms terms = terms_of(flight, report.slot);
    auto filled = flight.is_taken
                      ? Result<PaperFill, PaperFailure>{Err{PaperFailure{
                            FailureClass::Slippage, "somebody else took it, says the model"}}}
                      : paper_fill(intent, pools_, terms);
    std::optional<VenueFeeParts> parts;
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
        parts = venue_fee_parts(intent, filled->swaps);
        for (const PaperSwap& swap : filled->swaps) {
            pools_.swapped(swap.pool, swap.direction, swap.quote, intent.kind);
        }
        for (const OwnTokenAccount& account : report.fill.accounts) {
            account.is_open ? (void)accounts_open_.insert(account.mint)
                            : (void)accounts_open_.erase(account.mint);
        }
        ++statistics_.landed;
    }
    if (costs_ != nullptr) {
        costs_->settled(flight.offer, units_on_paper(intent, flight.hints, execution_),
                        chosen_fees(report.fill));
    }
    report.fill.venue_fees = fees_in(report, parts, report.fill, intent);
    events_.on_report(report);
    // Nothing can take it back.
    events_.on_finalized({intent.intent_id, report.signature, report.slot});
}

}  // namespace sniperforge::execute
