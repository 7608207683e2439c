// SPDX-License-Identifier: MIT
// The parts of what the pipeline is told (core/archive.hpp). Whoever changes a list raises
// kFormatVersion.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "recording/layout.hpp"
#include "sniperforge/dex/quote_behind.hpp"
#include "sniperforge/engine/archive.hpp"
#include "sniperforge/engine/operator_command.hpp"
#include "sniperforge/engine/recovered_order.hpp"
#include "sniperforge/execute/offer.hpp"
#include "sniperforge/model/archive.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/path_choice.hpp"
#include "sniperforge/model/safety.hpp"
#include "sniperforge/model/transaction.hpp"
#include "sniperforge/solana/metaplex_metadata.hpp"
#include "sniperforge/strategy/manual_entry.hpp"

namespace sniperforge {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<Trace> auto& trace) {
    archive(trace.received, trace.decoded, trace.detected, trace.decided, trace.approved,
            trace.journalled, trace.built, trace.signed_at, trace.sent);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<PathCost> auto& cost) {
    archive(cost.path, cost.standing, cost.price, cost.fees, cost.latency_us, cost.delay_millislots,
            cost.delay, cost.failing_permille, cost.total);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<PathChoice> auto& choice) {
    archive(choice.intent_id, choice.chosen, choice.taken, choice.notional, choice.slot_price,
            choice.costs);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<ChainInstruction> auto& instruction) {
    archive(instruction.program, instruction.accounts, instruction.data, instruction.is_inner);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<ChainAccount> auto& account) {
    archive(account.key, account.is_writable, account.is_signer, account.lamports_before,
            account.lamports_after);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<ChainTokenMove> auto& move) {
    archive(move.account, move.mint, move.owner, move.before, move.after);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<ChainTransaction> auto& transaction) {
    archive(transaction.slot, transaction.signature, transaction.is_failed, transaction.is_sample,
            transaction.accounts, transaction.token_moves, transaction.instructions);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<TokenHolder> auto& holder) {
    archive(holder.account, holder.owner, holder.amount);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<HolderReading> auto& reading) {
    archive(reading.slot, reading.supply, reading.holders, reading.beside);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<RoundTripReading> auto& reading) {
    archive(reading.unread, reading.slot, reading.error, reading.is_of_sale,
            reading.programs_failed);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<OrderFinalized> auto& order) {
    archive(order.intent_id, order.signature, order.slot);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<OrderReversed> auto& order) {
    archive(order.intent_id, order.signature, order.slot);
}

}  // namespace sniperforge

namespace sniperforge::solana {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<MetaplexMetadata> auto& metadata) {
    archive(metadata.update_authority, metadata.mint, metadata.name, metadata.symbol, metadata.uri);
}

}  // namespace sniperforge::solana

namespace sniperforge::dex {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<SwapOutstanding> auto& swap) {
    archive(swap.pool, swap.direction, swap.amount_in);
}

}  // namespace sniperforge::dex

namespace sniperforge::execute {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<Offer> auto& offer) {
    archive(offer.price, offer.tip, offer.factor, offer.fee_max);
}

}  // namespace sniperforge::execute

namespace sniperforge::strategy {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<ManualEntry> auto& entry) {
    archive(entry.pool, entry.spend_max, entry.slippage);
}

}  // namespace sniperforge::strategy

namespace sniperforge::portfolio {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<ChainBalances::Slots> auto& slots) {
    archive(slots.oldest, slots.newest);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<ChainBalances> auto& balances) {
    archive(balances.wallet, balances.tokens, balances.accounts, balances.slots);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<Gift> auto& gift) {
    archive(gift.wallet, gift.tokens);
}

}  // namespace sniperforge::portfolio

namespace sniperforge::engine {

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<RecoveredOrder> auto& order) {
    archive(order.kind, order.outcome, order.mint, order.signature, order.slot, order.at,
            order.fill, order.error, order.pool, order.venues);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<WithdrawalSettled> auto& withdrawal) {
    archive(withdrawal.signature, withdrawal.outcome, withdrawal.slot, withdrawal.fill);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<SignedOrder> auto& order) {
    archive(order.intent, order.signed_as);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<History::Fill> auto& fill) {
    archive(fill.report, fill.last_valid_height, fill.lease);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<OperatorCommand> auto& command) {
    archive(command.verb, command.reason, command.is_outside_sold);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<PastRuns> auto& past) {
    archive(past.written_last, past.slot_last);
}
// What the pipeline takes over of it. The rest is for whoever boots.
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<History> auto& history) {
    archive.some(history.portfolio, history.breakers, history.genesis, history.intent_last,
                 history.orders_open, history.orders_unsigned, history.fills_provisional,
                 history.pools, history.reverted, history.fees, history.are_orders_lost,
                 history.rung, history.held, history.is_drawdown_accepted, history.parts,
                 history.cycles_ended);
}

}  // namespace sniperforge::engine

namespace sniperforge::recording {

// One of the pipeline's inputs is by far the most frequent and the largest: it goes in by itself.
void append_update(const ChainUpdate& update, Bytes& out);

// What it was, over bytes that outlive it.
class ReadUpdate {
 public:
    // False: it is not what append_update() writes.
    [[nodiscard]] bool read(ByteReader& reader);
    [[nodiscard]] const ChainUpdate& update() const { return update_; }

 private:
    ChainUpdate update_;
    std::vector<std::string_view> lines_;
    std::vector<Pubkey> accounts_;
};

}  // namespace sniperforge::recording
