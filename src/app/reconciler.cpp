// SPDX-License-Identifier: MIT
#include "app/reconciler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/boot.hpp"
#include "app/utc_text.hpp"
#include "sniperforge/execute/fill.hpp"
#include "sniperforge/solana/clock.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// Between two comparisons of doubted books with the chain.
constexpr Duration kCompareInterval = std::chrono::seconds{10};
// Between two looks at the finalized height after a power cut.
constexpr Duration kHorizonInterval = std::chrono::seconds{2};
// So often a node is asked for the wallet's history, before what it does not serve counts as
// nothing.
constexpr unsigned kExaminationsMax = 3;

// While trading: a check each minute, and one after fills became final, but not more often than
// this. Three cheap calls each.
constexpr Duration kCheckInterval = std::chrono::seconds{60};
constexpr Duration kCheckPause = std::chrono::seconds{10};
// A reading whose parts are of slots with a fill between them is taken again.
constexpr Duration kCheckRetry = std::chrono::seconds{2};
// An order needs 182 blocks to be final or expired, some 75 s. What has no outcome after this much
// has none to be waited for: a new reading is taken.
constexpr Duration kCheckPatience = std::chrono::seconds{180};

// The same is missing or too much: exits move both sides.
[[nodiscard]] bool are_alike(const std::vector<portfolio::BalanceMismatch>& a,
                             const std::vector<portfolio::BalanceMismatch>& b) {
    return std::ranges::equal(a, b, [](const auto& one, const auto& other) {
        return one.account == other.account &&
               one.expected - one.on_chain == other.expected - other.on_chain;
    });
}

}  // namespace

EarlierRuns earlier_runs(const engine::History& history, bool is_shortfall_accepted) {
    return {.is_there = history.has_past(),
            .is_cut_by_power = history.is_cut_by_power || !history.withdrawals_open.empty(),
            .are_orders_lost = history.is_cut_by_power,
            .doubt = history.doubt,
            .signatures = history.signatures,
            .slot_known = history.slot_known,
            .withdrawals = history.withdrawals_open,
            .is_shortfall_accepted = is_shortfall_accepted};
}

Reconciler::Reconciler(net::Reactor& reactor, rpc::RpcClient& rpc, engine::Pipeline& pipeline,
                       execute::Executor& executor, signer::OwnAccounts& own,
                       engine::Recorder& recorder, EarlierRuns earlier)
    : reactor_{reactor},
      rpc_{rpc},
      pipeline_{pipeline},
      executor_{executor},
      own_{own},
      recorder_{recorder},
      earlier_{std::move(earlier)},
      history_{reactor, rpc} {}

void Reconciler::go_on_from(Slot slot) {
    earlier_.is_there = earlier_.is_cut_by_power = earlier_.are_orders_lost = true;
    earlier_.signatures.clear();
    earlier_.slot_known = slot;
    rebuilt_at_ = slot;
}

void Reconciler::on_tick(MonoTime now) {
    if (pipeline_.is_reconciliation_due()) {
        pipeline_.end_check();  // What follows is stricter.
        advance_comparison(now);
    } else {
        advance_check(now);
    }
}

// ---- While trading ----

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
    read_balances(rpc_, own_.wallet(),
                  {.commitment = Commitment::Finalized,
                   .context_slot_min = pipeline_.portfolio().slot_finalized()},
                  [this](Result<portfolio::ChainBalances> chain) {
                      is_reading_ = false;
                      // A node that does not say of which slot its answer is proves nothing.
                      if (!chain || chain->slots.oldest == Slot{}) {
                          check_due_ = reactor_.now() + kCheckPause;
                          return;
                      }
                      check_begun_ = reactor_.now();
                      pipeline_.begin_check(*chain);
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
            break;
        case Verdict::Different:
            if (const auto gift = check.gift()) {
                note_gifts(check.mismatches());
                pipeline_.take_in(*gift);
            } else {
                hold(check.mismatches());
            }
            break;
        case Verdict::Inconclusive:
            check_due_ = now + kCheckRetry;
            break;
    }
    pipeline_.end_check();
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

// ---- Before anything is bought again ----

// Only when nothing is on its way: this comparison decides what the books go on with.
void Reconciler::advance_comparison(MonoTime now) {
    if (is_reading_ || now < compare_due_ || executor_.in_flight() > 0 ||
        executor_.statistics().unknown > 0 || executor_.fills_provisional() > 0) {
        return;
    }
    is_reading_ = true;
    if (earlier_.is_cut_by_power && !is_horizon_passed_) {
        compare_due_ = now + kHorizonInterval;
        return await_horizon();
    }
    compare_due_ = now + kCompareInterval;
    if (!earlier_.withdrawals.empty()) {
        return settle_withdrawal();
    }
    // Not older than a fill, nor than the balances that the books were opened with.
    const portfolio::Portfolio& books = pipeline_.portfolio();
    read_balances(rpc_, own_.wallet(),
                  {.commitment = Commitment::Finalized,
                   .context_slot_min =
                       std::max({books.slot_filled(), books.slot_finalized(), horizon_slot_})},
                  [this, submitted = executor_.statistics().submitted](
                      Result<portfolio::ChainBalances> chain) {
                      is_reading_ = false;
                      if (!chain || submitted != executor_.statistics().submitted) {
                          return;  // Tried again.
                      }
                      on_quiet_balances(*chain);
                  });
}

// What the power cut took from our files may have been signed and sent. A transaction lives 150
// blocks at most: once that many are final since we looked first, nothing unknown can land. One on
// a nonce lives until the nonce is advanced: all that we have are.
void Reconciler::await_horizon() {
    // What is being built on now: nothing that was signed before can land more than a
    // blockhash's life later.
    const Commitment asked = horizon_ ? Commitment::Finalized : Commitment::Processed;
    rpc_.get_chain_height(asked, [this](rpc::RpcResult<rpc::ChainHeight> chain) {
        is_reading_ = false;
        if (!chain) {
            return;  // Tried again.
        }
        if (!horizon_) {
            horizon_ = BlockHeight{chain->height.value + solana::kBlockhashBlocks};
            horizon_begun_ = chain->slot;
            (void)are_nonces_safe();
            return telemetry::warning(
                "app",
                "the machine went down or a sweep or upkeep was cut under an earlier "
                "run, or its files are lost: nothing is bought "
                "until height {} is finalized, now {} is built",
                horizon_->value, chain->height.value);
        }
        is_horizon_passed_ = are_nonces_safe() && chain->height > *horizon_;
        horizon_slot_ = chain->slot;  // Balances of older slots may lack what landed late.
    });
}

// No block can take it any more, so that a node which is as new knows what it did. One that does
// not tell leaves a difference, which is a doubt.
void Reconciler::settle_withdrawal() {
    rpc_.get_transaction(earlier_.withdrawals.back().signature,
                         {.commitment = Commitment::Finalized, .context_slot_min = horizon_slot_},
                         [this](const rpc::RpcResult<std::optional<rpc::TransactionDetail>>& read) {
                             is_reading_ = false;
                             on_withdrawal(read);
                         });
}

void Reconciler::on_withdrawal(const rpc::RpcResult<std::optional<rpc::TransactionDetail>>& read) {
    if (!read) {
        return;  // Tried again.
    }
    const engine::WithdrawalSigned withdrawal = earlier_.withdrawals.back();
    const std::string name =
        fmt::format("{} {}",
                    withdrawal.upkept == engine::UpkeptAccount::None
                        ? "withdrawal of a sweep that was cut,"
                        : "upkeep of " + withdrawal.destination.to_string() + " that was cut,",
                    withdrawal.signature.to_string());
    engine::WithdrawalSettled settled{withdrawal.signature, Outcome::Expired, {}, {}};
    earlier_.withdrawals.pop_back();
    earlier_.signatures.insert(settled.signature);
    compare_due_ = reactor_.now();
    if (*read) {
        auto fill = execute::fill_of(**read, own_.wallet(), {}, withdrawal.rent_account());
        if (!fill) {
            return note(name + ": " + fill.error().text);
        }
        // The balances that the books were rebuilt from are of the slot that follows.
        if (rebuilt_at_ && (*read)->slot.value <= rebuilt_at_->value + 1) {
            return note(name + ": landed before the books were rebuilt, which have it");
        }
        settled.outcome = (*read)->error.empty() ? Outcome::Landed : Outcome::Reverted;
        settled.slot = (*read)->slot;
        settled.fill = std::move(*fill);
    }
    pipeline_.withdrawn(settled);
    note(fmt::format("{}: {}", name, to_string(settled.outcome)));
}

void Reconciler::on_quiet_balances(const portfolio::ChainBalances& chain) {
    auto wrong = pipeline_.portfolio().ledger().reconcile(chain);
    const bool is_after_restart = is_unproven();
    const bool is_examined = examined_ && are_alike(*examined_, wrong);
    if (is_after_restart && !wrong.empty() && !is_examined) {
        return examine(std::move(wrong), chain.slots.newest);
    }
    is_compared_ = true;
    if (is_missing(wrong)) {
        if (!std::exchange(earlier_.is_shortfall_accepted, false)) {
            return hold(wrong);
        }
        accept(wrong);
    } else if (std::exchange(earlier_.is_shortfall_accepted, false)) {
        note("--accept-shortfall: nothing is missing, so nothing was accepted");
    }
    if (!is_after_restart) {
        note_gifts(wrong);
    } else {
        for (const portfolio::BalanceMismatch& each : wrong) {
            note(fmt::format(
                "{}: the books of earlier runs have {}, the chain has {}: {}; the "
                "chain's figure is taken over",
                each.account, each.expected, each.on_chain,
                each.is_short() ? "what is missing was accepted" : "somebody else brought it"));
        }
    }
    pipeline_.adopt(chain);  // Also when nothing differs: the doubt of a cut ends here.
    earlier_.doubt.reset();
    pipeline_.know_accounts(chain.accounts);
    know_accounts(own_, chain);
    note(fmt::format("after {} the ledger equals the chain's finalized balances: entries resume",
                     is_after_restart ? "the restart" : "a doubt"));
    note_outside(pipeline_.portfolio(), recorder_, reactor_.wall_now());
    pipeline_.reconciled();
}

// Once there is a doubt, more is no answer to it: what came may hide what went.
bool Reconciler::is_missing(const std::vector<portfolio::BalanceMismatch>& wrong) const {
    return earlier_.doubt ? !wrong.empty()
                          : std::ranges::any_of(wrong, &portfolio::BalanceMismatch::is_short);
}

void Reconciler::accept(const std::vector<portfolio::BalanceMismatch>& wrong) {
    recorder_.record(engine::ShortfallAccepted{wrong}, reactor_.wall_now());
    for (const portfolio::BalanceMismatch& each : wrong) {
        note(fmt::format("--accept-shortfall: {}: the ledger has {}, the chain has {}: accepted",
                         each.account, each.expected, each.on_chain));
    }
}

// A cut takes the end of the journal, a copy of it may be old: orders of ours may have landed that
// it does not know. They are booked, and what then remains is nobody's of us.
void Reconciler::examine(std::vector<portfolio::BalanceMismatch> wrong, Slot slot) {
    WalletHistoryOptions options{
        .wallet = own_.wallet(),
        .tip_accounts = executor_.tip_accounts(),
        .read = {.commitment = Commitment::Finalized, .context_slot_min = slot},
        .since = earlier_.slot_known,
        .known = earlier_.signatures};
    options.known.insert(pipeline_.signed_in_doubt().begin(), pipeline_.signed_in_doubt().end());
    is_reading_ = true;
    history_.read(std::move(options), [this, wrong = std::move(wrong)](WalletPast past) mutable {
        is_reading_ = false;
        on_past(std::move(wrong), std::move(past));
    });
}

void Reconciler::on_past(std::vector<portfolio::BalanceMismatch> wrong, WalletPast past) {
    compare_due_ = reactor_.now();
    if (!past.is_complete) {
        telemetry::warning("app", "reading the wallet's history: {}",
                           past.problem.empty()
                               ? fmt::format("{} transactions since slot {} were read, and there "
                                             "are more: it goes on",
                                             past.reads, earlier_.slot_known.value)
                               : past.problem);
    }
    if (!past.problem.empty() && ++examinations_failed_ < kExaminationsMax) {
        compare_due_ = reactor_.now() + kCompareInterval;
        return;  // What a node did not serve says nothing: asked again.
    }
    for (const engine::RecoveredOrder& order : past.orders) {
        earlier_.signatures.insert(order.signature);
    }
    if (past.read_to) {
        // The slot's other transactions are read again; one with more of them than a reading has
        // is passed.
        const Slot before{past.read_to->value - std::min<std::uint64_t>(past.read_to->value, 1)};
        earlier_.slot_known = before > earlier_.slot_known ? before : *past.read_to;
    } else if (past.orders.empty()) {
        examined_ = std::move(wrong);
    }
    pipeline_.recover(past.orders);  // Then compared, and what remains searched, once more.
}

void Reconciler::note(const std::string& text) {
    telemetry::warning("app", "{}", text);
    recorder_.record(engine::RunNote{text}, reactor_.wall_now());
}

}  // namespace sniperforge::app
