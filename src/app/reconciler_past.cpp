// SPDX-License-Identifier: MIT
// What the files of earlier runs do not say: what a cut left on its way, and orders of ours that
// only the chain remembers.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/reconciler.hpp"
#include "sniperforge/execute/fill.hpp"
#include "sniperforge/solana/clock.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {

// What the power cut took from our files may have been signed and sent. A transaction lives 150
// blocks at most: once that many are final since we looked first, nothing unknown can land. One on
// a nonce lives until the nonce is advanced: all that we have are.
void Reconciler::begin_horizon() {
    built_.ask();
    finalized_.ask();
    if (!built_.believed()) {
        return;  // Looked at again.
    }
    // What is being built on now: nothing that was signed before can land more than a blockhash's
    // life later.
    const rpc::ChainHeight chain = built_.chain();
    horizon_ = chain.height.plus(solana::kBlockhashBlocks);
    horizon_begun_ = chain.slot;
    horizon_begun_at_ = reactor_.now();
    built_most_ = {chain.height, reactor_.now()};
    looked_at_ = reactor_.now();
    (void)are_nonces_safe();
    telemetry::warning("app",
                       "the machine went down or a sweep or upkeep was cut under an earlier run, "
                       "or its files are lost: nothing is bought until height {} is finalized, now "
                       "{} is built",
                       horizon_->value, chain.height.value);
}

// By what all nodes tell, and by our own clock: one of them may be far ahead of the chain.
void Reconciler::await_horizon() {
    built_.ask();
    finalized_.ask();
    follow_horizon();
    // Whatever the heights say: the first may have been that of a node which lagged and caught up,
    // bit by bit, so that nothing of it was ever a leap.
    const bool is_floor_over =
        reactor_.now() - horizon_begun_at_ >= rpc::expiry_floor(/*is_borne_out=*/false);
    is_horizon_passed_ =
        is_floor_over && are_nonces_safe() && finalized_.has_passed(*horizon_, horizon_begun_at_);
    horizon_slot_ = finalized_.chain().slot;  // Balances of older slots may lack what landed late.
}

// What the horizon was taken from may have been one node's word that is not believed any more. Far
// below the chain it would be final too early: it rises with anybody's word, where that leaps or is
// ahead of the pace since. Far above it would never be final: it falls where several bear out what
// is believed, or after the longest life that a blockhash can have, as one alone may well lag. Then
// the floor by our own clock begins anew.
void Reconciler::follow_horizon() {
    const MonoTime now = reactor_.now();
    const auto& [chain, is_borne_out] = *built_.believed();
    const auto blocks_since = [now](MonoTime then) {
        return static_cast<std::uint64_t>((now - then) / rpc::kSlotTimeMin);
    };
    const BlockHeight begun{horizon_->value - solana::kBlockhashBlocks};
    const bool is_leap = chain.height.since(built_most_.height) >
                         rpc::PaceGauge::kBehindMax + blocks_since(built_most_.at);
    const bool is_low = chain.height.since(begun) >
                        (is_leap ? 0 : rpc::PaceGauge::kAheadMax + blocks_since(horizon_begun_at_));
    const bool may_fall = is_borne_out || now - horizon_begun_at_ >= rpc::kLifeMax;
    const bool is_high = may_fall && begun.since(chain.height) > rpc::PaceGauge::kAheadMax;
    // While nobody looked, nobody asked: what is believed then was heard some time before.
    const bool is_heard_now = now - looked_at_ <= 2 * kHorizonInterval;
    looked_at_ = now;
    if (is_high || chain.height >= built_most_.height) {
        built_most_ = {chain.height, is_heard_now || is_high ? now : built_most_.at};
    }
    // A slot of its own: the height that was told with it may have been right.
    if (may_fall && horizon_begun_->since(chain.slot) > rpc::PaceGauge::kAheadMax) {
        telemetry::warning("app",
                           "slot {} that was built on when it was looked at first is not believed "
                           "any more: nonces are looked for as of slot {}",
                           horizon_begun_->value, chain.slot.value);
        horizon_begun_ = chain.slot;
    }
    if (!is_low && !is_high) {
        return;
    }
    if (is_high) {
        horizon_begun_at_ = now;
    }
    horizon_ = chain.height.plus(solana::kBlockhashBlocks);
    horizon_begun_ = std::max(*horizon_begun_, chain.slot);
    telemetry::warning("app",
                       "the height {} that was built when it was looked at first is not believed "
                       "any more: nothing is bought until height {} is finalized, now {} is built",
                       begun.value, horizon_->value, chain.height.value);
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

// A cut takes the end of the journal, a copy of it may be old: orders of ours may have landed that
// it does not know. They are booked, and what then remains is nobody's of us.
void Reconciler::examine(std::vector<portfolio::BalanceMismatch> wrong, Slot slot) {
    // A node that was too old for it grows into it.
    slot = std::min(examine_slot_.value_or(slot), slot);
    examine_slot_ = slot;
    WalletHistoryOptions options{
        .wallet = own_.wallet(),
        .tip_accounts = executor_.tip_accounts(),
        .read = {.commitment = Commitment::Finalized, .context_slot_min = slot},
        .since = earlier_.slot_known,
        .known = earlier_.signatures};
    options.known.insert(pipeline_.signed_in_doubt().begin(), pipeline_.signed_in_doubt().end());
    is_reading_ = true;
    history_.read(std::move(options),
                  [this, wrong = std::move(wrong), slot](WalletPast past) mutable {
                      is_reading_ = false;
                      on_past(std::move(wrong), slot, std::move(past));
                  });
}

void Reconciler::on_past(std::vector<portfolio::BalanceMismatch> wrong, Slot slot,
                         WalletPast past) {
    compare_due_ = reactor_.now();
    if (!past.problem.empty()) {
        telemetry::warning("app", "reading the wallet's history: {}", past.problem);
    }
    // What was not served is counted where it is read, and passed over in the end; who cannot be
    // reached says nothing. Only what is refused, again and again, is not waited for.
    if (!past.problem.empty() && (!past.is_refused || ++examinations_refused_ < kExaminationsMax)) {
        compare_due_ = reactor_.now() + kExaminationPause;
        is_differing_ = true;  // And nobody tells why.
        return;
    }
    is_history_whole_ = is_history_whole_ && past.problem.empty();
    examinations_refused_ = 0;
    note_unread(past.unread);
    for (engine::RecoveredOrder& order : past.orders) {
        earlier_.signatures.insert(order.signature);
        recovered_.push_back(std::move(order));
    }
    if (past.read_to) {
        telemetry::warning("app",
                           "reading the wallet's history: {} transactions since slot {} were read, "
                           "and there are more: it goes on",
                           past.reads, earlier_.slot_known.value);
        // The slot's other transactions are read again; one with more of them than a reading has
        // is passed.
        const Slot before{past.read_to->value - std::min<std::uint64_t>(past.read_to->value, 1)};
        earlier_.slot_known = before > earlier_.slot_known ? before : *past.read_to;
        return examine(std::move(wrong), slot);
    }
    examine_slot_.reset();
    // What was signed while it was read is in the books by itself.
    std::erase_if(recovered_, [this](const engine::RecoveredOrder& order) {
        return pipeline_.signed_in_doubt().contains(order.signature);
    });
    if (recovered_.empty()) {
        examined_ = std::move(wrong);
    }
    // All of them at once: what the first ones bought the last ones may have sold. Then compared,
    // and what remains searched, once more.
    pipeline_.recover(std::exchange(recovered_, {}));
}

void Reconciler::note_unread(const std::vector<Signature>& signatures) {
    for (const Signature& signature : signatures) {
        earlier_.signatures.insert(signature);
        unread_.push_back(signature);
        is_history_whole_ = false;
        note(
            fmt::format("transaction {} is listed in the wallet's history, and no node serves it: "
                        "it is passed over, and what it did is in no book; the balances decide",
                        signature.to_string()));
    }
}

}  // namespace sniperforge::app
