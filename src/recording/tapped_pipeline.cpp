// SPDX-License-Identifier: MIT
#include "recording/tapped_pipeline.hpp"

#include "sniperforge/recording/recording.hpp"

namespace sniperforge::recording {

void TappedPipeline::connect(feed::Watcher& watcher, execute::OrderDesk& executor) {
    TappedEdges::feed.emplace(tap_, watcher);
    desk.emplace(tap_, executor);
    call(Kind::ConnectStages, [&] { Pipeline::connect(*TappedEdges::feed, *desk); });
}
void TappedPipeline::connect(feed::TransactionLookups& reader) {
    transactions.emplace(tap_, reader);
    call(Kind::ConnectTransactions, [&] { Pipeline::connect(*transactions); });
}
void TappedPipeline::connect(feed::FunderLookups& reader) {
    funders.emplace(tap_, reader);
    call(Kind::ConnectFunders, [&] { Pipeline::connect(*funders); });
}
void TappedPipeline::connect(feed::HolderLookups& reader) {
    holders.emplace(tap_, reader);
    call(Kind::ConnectHolders, [&] { Pipeline::connect(*holders); });
}
void TappedPipeline::connect_round_trips(feed::RoundTripLookups& reader) {
    round_trips.emplace(tap_, reader);
    call(Kind::ConnectRoundTrips, [&] { Pipeline::connect_round_trips(*round_trips); });
}
void TappedPipeline::trade_for(const Pubkey& wallet) {
    call(Kind::TradeFor, [&] { Pipeline::trade_for(wallet); }, wallet);
}
void TappedPipeline::know_creators(engine::CreatorBook known) {
    // Told before it is moved on.
    call(Kind::KnowCreators, [&] { Pipeline::know_creators(std::move(known)); }, known);
}
void TappedPipeline::start(const portfolio::ChainBalances& balances, const Hash& genesis) {
    call(Kind::Start, [&] { Pipeline::start(balances, genesis); }, balances, genesis);
}
void TappedPipeline::resume(engine::History history, const Hash& genesis) {
    // What is told must be told before it is moved on.
    const Tap::Call told{tap_, Kind::Resume, history, genesis};
    Pipeline::resume(std::move(history), genesis);
}
void TappedPipeline::rebuild(
    const std::vector<engine::RecoveredOrder>& orders, const portfolio::ChainBalances& chain,
    const Hash& genesis, IntentId last,
    const std::optional<std::vector<portfolio::BalanceMismatch>>& doubted) {
    call(
        Kind::Rebuild, [&] { Pipeline::rebuild(orders, chain, genesis, last, doubted); }, orders,
        chain, genesis, last, doubted);
}
void TappedPipeline::note_past(const engine::PastRuns& past) {
    call(Kind::NotePast, [&] { Pipeline::note_past(past); }, past);
}
void TappedPipeline::hold_again(engine::HeldCauses held, bool is_drawdown_accepted) {
    // Told before it is moved on.
    call(
        Kind::HoldAgain, [&] { Pipeline::hold_again(std::move(held), is_drawdown_accepted); }, held,
        is_drawdown_accepted);
}
void TappedPipeline::recover(const std::vector<engine::RecoveredOrder>& orders) {
    call(Kind::Recover, [&] { Pipeline::recover(orders); }, orders);
}
void TappedPipeline::adopt_outside() {
    call(Kind::AdoptOutside, [&] { Pipeline::adopt_outside(); });
}
void TappedPipeline::go_live() {
    call(Kind::GoLive, [&] { Pipeline::go_live(); });
}

void TappedPipeline::on_chain_update(const ChainUpdate& update, Trace& trace) {
    if (tap_.is_inside()) {
        return Pipeline::on_chain_update(update, trace);
    }
    const Tap::Call told{tap_, update, trace};
    Pipeline::on_chain_update(update, trace);
}
void TappedPipeline::on_transaction(const ChainTransaction& transaction) {
    call(Kind::Transaction, [&] { Pipeline::on_transaction(transaction); }, transaction);
}
void TappedPipeline::on_round(VenueId venue, bool is_complete) {
    call(Kind::Round, [&] { Pipeline::on_round(venue, is_complete); }, venue, is_complete);
}
void TappedPipeline::on_funder(const Pubkey& account, const std::optional<Pubkey>& funder) {
    call(Kind::Funder, [&] { Pipeline::on_funder(account, funder); }, account, funder);
}
void TappedPipeline::on_holders(const Pubkey& mint, const std::optional<HolderReading>& reading) {
    call(Kind::Holders, [&] { Pipeline::on_holders(mint, reading); }, mint, reading);
}
void TappedPipeline::on_metadata(const Pubkey& mint,
                                 const std::optional<solana::MetaplexMetadata>& metadata) {
    call(Kind::Metadata, [&] { Pipeline::on_metadata(mint, metadata); }, mint, metadata);
}
void TappedPipeline::on_round_trip(const Pubkey& mint, const RoundTripReading& reading) {
    call(Kind::RoundTrip, [&] { Pipeline::on_round_trip(mint, reading); }, mint, reading);
}
void TappedPipeline::on_tick(MonoTime now) {
    call(Kind::Tick, [&] { Pipeline::on_tick(now); }, now);
}
void TappedPipeline::settings_changed() {
    call(Kind::SettingsChanged, [&] { Pipeline::settings_changed(); }, settings_text(settings_));
}

std::optional<Denial> TappedPipeline::recheck(const OrderIntent& intent) {
    return call(Kind::Recheck, [&] { return Pipeline::recheck(intent); }, intent);
}
bool TappedPipeline::on_signed(const OrderIntent& intent, const Signature& signature,
                               BlockHeight last_valid_height) {
    return call(
        Kind::Signed, [&] { return Pipeline::on_signed(intent, signature, last_valid_height); },
        intent, signature, last_valid_height);
}
bool TappedPipeline::on_leased(const OrderIntent& intent, const Signature& signature,
                               const NonceLease& lease) {
    return call(
        Kind::Leased, [&] { return Pipeline::on_leased(intent, signature, lease); }, intent,
        signature, lease);
}
void TappedPipeline::on_sent(const OrderIntent& intent, const Trace& trace,
                             bool was_jupiter_asked) {
    call(
        Kind::Sent, [&] { Pipeline::on_sent(intent, trace, was_jupiter_asked); }, intent, trace,
        was_jupiter_asked);
}
void TappedPipeline::on_path(const PathChoice& choice) {
    call(Kind::PathChosen, [&] { Pipeline::on_path(choice); }, choice);
}
void TappedPipeline::on_report(const ExecutionReport& report) {
    call(Kind::Report, [&] { Pipeline::on_report(report); }, report);
}
void TappedPipeline::on_unbuildable(const OrderIntent& intent) {
    call(Kind::Unbuildable, [&] { Pipeline::on_unbuildable(intent); }, intent);
}
void TappedPipeline::on_finalized(const OrderFinalized& order) {
    call(Kind::Finalized, [&] { Pipeline::on_finalized(order); }, order);
}
void TappedPipeline::on_reversed(const OrderReversed& order) {
    call(Kind::Reversed, [&] { Pipeline::on_reversed(order); }, order);
}

Result<void, strategy::ManualRefusal> TappedPipeline::enter(const strategy::ManualEntry& entry) {
    return call(Kind::Enter, [&] { return Pipeline::enter(entry); }, entry);
}
void TappedPipeline::flatten() {
    call(Kind::Flatten, [&] { Pipeline::flatten(); });
}
void TappedPipeline::halt() {
    call(Kind::Halt, [&] { Pipeline::halt(); });
}
void TappedPipeline::lose_key() {
    call(Kind::LoseKey, [&] { Pipeline::lose_key(); });
}
void TappedPipeline::reconciled() {
    call(Kind::Reconciled, [&] { Pipeline::reconciled(); });
}
void TappedPipeline::books_differ(std::span<const portfolio::BalanceMismatch> mismatches,
                                  const std::string& figures) {
    call(
        Kind::BooksDiffer, [&] { Pipeline::books_differ(mismatches, figures); }, mismatches,
        figures);
}
void TappedPipeline::adopt(const portfolio::ChainBalances& chain) {
    call(Kind::Adopt, [&] { Pipeline::adopt(chain); }, chain);
}
void TappedPipeline::begin_check(const portfolio::ChainBalances& chain) {
    call(Kind::BeginCheck, [&] { Pipeline::begin_check(chain); }, chain);
}
void TappedPipeline::end_check() {
    call(Kind::EndCheck, [&] { Pipeline::end_check(); });
}
void TappedPipeline::take_in(const portfolio::Gift& gift) {
    call(Kind::TakeIn, [&] { Pipeline::take_in(gift); }, gift);
}
void TappedPipeline::begin_rung(engine::RungBegun begun) {
    // Told before it is moved on.
    call(Kind::BeginRung, [&] { Pipeline::begin_rung(std::move(begun)); }, begun);
}
void TappedPipeline::enforce_ladder() {
    call(Kind::EnforceLadder, [&] { Pipeline::enforce_ladder(); });
}
engine::OperatorAnswer TappedPipeline::obey(const engine::OperatorCommand& command) {
    return call(Kind::Obey, [&] { return Pipeline::obey(command); }, command);
}
Result<void> TappedPipeline::prepare_resume(const engine::OperatorCommand& command) {
    return call(Kind::PrepareResume, [&] { return Pipeline::prepare_resume(command); }, command);
}
engine::OperatorAnswer TappedPipeline::let_go() {
    return call(Kind::LetGo, [&] { return Pipeline::let_go(); });
}
void TappedPipeline::withdrawn(const engine::WithdrawalSettled& withdrawal) {
    call(Kind::Withdrawn, [&] { Pipeline::withdrawn(withdrawal); }, withdrawal);
}
void TappedPipeline::know_accounts(std::span<const OwnTokenAccount> accounts) {
    call(Kind::KnowAccounts, [&] { Pipeline::know_accounts(accounts); }, accounts);
}

}  // namespace sniperforge::recording
