// SPDX-License-Identifier: MIT
// Pipeline: the walk of one update, in one place and one direction.
//
//   feed -> detect -> strategy -> risk -> execute -> portfolio -> recorder
//
// Owns the pool book and the stages' order; stages know nothing of each other. One thread.
//
// What it is told comes through virtual functions and what it asks goes through interfaces, so that
// a recording can stand at all of its edges (recording/recording.hpp): whoever adds one of either
// adds it there.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/detect/detector.hpp"
#include "sniperforge/detect/safety_book.hpp"
#include "sniperforge/dex/displace.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/pool_graph.hpp"
#include "sniperforge/dex/shape_watch.hpp"
#include "sniperforge/engine/co_movement.hpp"
#include "sniperforge/engine/funders.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/engine/operator_command.hpp"
#include "sniperforge/engine/order_watcher.hpp"
#include "sniperforge/engine/records.hpp"
#include "sniperforge/engine/recovered_order.hpp"
#include "sniperforge/engine/sol_price.hpp"
#include "sniperforge/engine/watch_classes.hpp"
#include "sniperforge/execute/order_desk.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/feed/funder_reader.hpp"
#include "sniperforge/feed/holder_reader.hpp"
#include "sniperforge/feed/round_trip_lookups.hpp"
#include "sniperforge/feed/transaction_reader.hpp"
#include "sniperforge/portfolio/portfolio.hpp"
#include "sniperforge/risk/circuit_breakers.hpp"
#include "sniperforge/risk/risk_gate.hpp"
#include "sniperforge/risk/trading_states.hpp"
#include "sniperforge/strategy/arbitrage.hpp"
#include "sniperforge/strategy/exits.hpp"
#include "sniperforge/strategy/housekeeping.hpp"
#include "sniperforge/strategy/manual_entry.hpp"
#include "sniperforge/strategy/momentum.hpp"
#include "sniperforge/strategy/sniper.hpp"
#include "sniperforge/telemetry/histogram.hpp"

namespace sniperforge::engine {

struct PipelineCounters {
    std::array<std::uint64_t, kDenialReasonCount> denials{};
    std::array<std::uint64_t, kStrategyCount> intents{};
    std::uint64_t updates = 0;
    std::uint64_t market_events = 0;
};

class Pipeline : public feed::FeedEvents,
                 public feed::TransactionEvents,
                 public feed::FunderEvents,
                 public feed::HolderEvents,
                 public feed::RoundTripEvents,
                 public execute::ExecuteEvents {
 public:
    Pipeline(const Clock& clock, const config::Settings& settings, RecordKeeper& recorder);

    // The stages that do I/O; set once before the first update, because they refer back to us.
    virtual void connect(feed::Watcher& feed, execute::OrderDesk& executor);
    // Who reads transactions for us, if anybody does. Without rounds no venue waits for one.
    virtual void connect(feed::TransactionLookups& transactions) { transactions_ = &transactions; }
    // Who looks for the funders of creators; without, none is known.
    virtual void connect(feed::FunderLookups& funders) { funder_reader_ = &funders; }
    // Who reads the holders of tokens; without, none is known.
    virtual void connect(feed::HolderLookups& holders) { holder_reader_ = &holders; }
    // Who has round trips tried for the wallet that we trade for; without, nobody asks for them.
    virtual void connect_round_trips(feed::RoundTripLookups& round_trips);
    // Whose orders these are.
    virtual void trade_for(const Pubkey& wallet);
    // What earlier runs saw of creators on this chain. Once, before go_live().
    virtual void know_creators(CreatorBook known);
    // Balances read from the chain: the ledger's start.
    virtual void start(const portfolio::ChainBalances& balances, const Hash& genesis);
    // Instead of it: goes on where earlier runs ended. What they left open is asked about, and
    // nothing is bought until the books were held against the chain.
    virtual void resume(History history, const Hash& genesis);
    // Before it: what those runs wrote down last.
    virtual void note_past(const PastRuns& past) { past_ = past; }
    // Instead of both, where the files are lost and the chain remembers orders of ours: the books
    // begin before the first of them, and end at these balances. Nothing is bought until they were
    // held against the chain.
    // Ids go on behind `last`: those of a rebuilding that was cut are not given again. `doubted`:
    // the history has a hole, and these balances may be of it; journalled with the books.
    virtual void rebuild(
        const std::vector<RecoveredOrder>& orders, const portfolio::ChainBalances& chain,
        const Hash& genesis, IntentId last = {},
        const std::optional<std::vector<portfolio::BalanceMismatch>>& doubted = {});
    // Behind start() or rebuild(), of books that begin anew: what kept earlier runs from buying
    // does so in this one.
    virtual void hold_again(HeldCauses held, bool is_drawdown_accepted);
    // The books lack these orders, the oldest first: they are booked and journalled as if they had
    // been reported, each at the time of its block, and are final. All of them or, after a cut,
    // none.
    virtual void recover(const std::vector<RecoveredOrder>& orders);
    // What was signed since the start while the books were doubted.
    [[nodiscard]] const std::set<Signature>& signed_in_doubt() const { return signed_in_doubt_; }
    // Tokens that belong to no position become positions of their own: a person wants them sold.
    virtual void adopt_outside();
    // From now on unknown pools are new and intents are decided.
    virtual void go_live();

    // ---- The walk ----
    void on_chain_update(const ChainUpdate& update, Trace& trace) override;
    void on_transaction(const ChainTransaction& transaction) override;
    void on_round(VenueId venue, bool is_complete) override;
    void on_funder(const Pubkey& account, const std::optional<Pubkey>& funder) override;
    void on_holders(const Pubkey& mint, const std::optional<HolderReading>& reading) override;
    void on_metadata(const Pubkey& mint,
                     const std::optional<solana::MetaplexMetadata>& metadata) override;
    void on_round_trip(const Pubkey& mint, const RoundTripReading& reading) override;
    virtual void on_tick(MonoTime now);
    // The settings that we were made with are others now, where they may change while we run:
    // every stage takes them over, between two updates (pipeline_settings.cpp).
    virtual void settings_changed();

    [[nodiscard]] std::optional<Denial> recheck(const OrderIntent& intent) override;
    [[nodiscard]] bool on_signed(const OrderIntent& intent, const Signature& signature,
                                 BlockHeight last_valid_height) override;
    [[nodiscard]] bool on_leased(const OrderIntent& intent, const Signature& signature,
                                 const NonceLease& lease) override;
    void on_sending(const OrderIntent& intent, const Signature& signature,
                    BytesView wire) override {
        watcher_->on_sending(intent, signature, wire);
    }
    void on_sent(const OrderIntent& intent, const Trace& trace, bool was_jupiter_asked) override;
    void on_path(const PathChoice& choice) override;
    void on_report(const ExecutionReport& report) override;
    void on_unbuildable(const OrderIntent& intent) override;
    void on_finalized(const OrderFinalized& order) override;
    void on_reversed(const OrderReversed& order) override;

    // ---- A recorded market, in place of feed and detector (pipeline_tape.cpp) ----
    // A pool that begins now, complete as it is. Nobody has looked at its token: it counts as safe.
    [[nodiscard]] Result<PoolIndex> on_recorded_pool(dex::Pool pool, Slot slot);
    // Somebody swapped in one of them.
    void on_recorded_swap(PoolIndex pool, Slot slot, const dex::SwapMoved& swap);
    // Something else happened in it; `change` is given its dex::Pool.
    template <typename Change>
    void on_recorded_change(PoolIndex pool, Slot slot, Change&& change) {
        told_recorded(pool, slot, book_.change(pool, slot, [&](dex::Pool& state) {
            const dex::PoolReserves before = dex::reserves(state);
            change(state);
            return dex::Displaced{before, dex::look_at(state)};
        }));
    }
    // The same, and nothing is decided on it yet.
    template <typename Change>
    void restate(PoolIndex pool, Slot slot, Change&& change) {
        book_.change(pool, slot, std::forward<Change>(change));
    }
    // A slot begins and its time is `now`: the slot and the tick, where anything could come of
    // them.
    void on_recorded_slot(Slot slot, MonoTime now);
    // Nothing could come of slots until then, whatever they are, while no event brings anything.
    [[nodiscard]] bool is_recorded_idle(MonoTime until) const {
        return until < idle_until_ && intents_ticked_ == next_intent_ &&
               price_ticked_ == sol_price_.price();
    }
    // A slot in which nothing is heard may bring a decision: a sale that was refused is tried
    // again, or the next part of an entry is due.
    [[nodiscard]] bool is_slot_awaited() const;
    // How many orders were decided, denied ones included.
    [[nodiscard]] std::uint64_t intents_decided() const { return next_intent_ - 1; }
    // What the position would fetch now; zero where nobody knows.
    [[nodiscard]] Lamports value_of(const PositionView& position) const {
        return strategy::liquidation_value(position, view()).value_or(Lamports{});
    }
    // A swap of our own has moved it, which the records do not know of.
    void displace(PoolIndex pool, Direction direction, const dex::SwapQuote& swap);

    // A person orders an entry: it goes the way of any other, and the watcher hears of it. An
    // error: there is no order, and nothing was recorded.
    [[nodiscard]] virtual Result<void, strategy::ManualRefusal> enter(
        const strategy::ManualEntry& entry);
    // At the price that the gate's limits are checked at, rounded down; zero while nobody knows it.
    [[nodiscard]] Lamports lamports_for(MicroUsd amount) const;
    // Who hears the orders' way from now on; outlives us, or the last event.
    void watch_orders(OrderWatcher& watcher) { watcher_ = &watcher; }
    // No entries, and every position is sold now, whatever it is worth: this run is for that.
    virtual void flatten();
    // What a person orders of a run that goes on; it outlives the run.
    [[nodiscard]] virtual OperatorAnswer obey(const OperatorCommand& command);
    // A `resume` in two steps, for who waits for the disk between them: what it ends is recorded,
    // and stands until let_go(). An error: the journal does not take it, or not all of it.
    [[nodiscard]] virtual Result<void> prepare_resume(const OperatorCommand& command);
    [[nodiscard]] virtual OperatorAnswer let_go();
    // Recorded as ended, and not let go of yet.
    [[nodiscard]] bool is_resuming() const { return !ending_.empty(); }
    // A flattening sells what belongs to no position, too.
    [[nodiscard]] bool is_outside_sold() const;
    // All that stands against entries; the gravest last.
    [[nodiscard]] std::vector<StandingCause> standing() const;
    // No further intents; what is in flight is followed to its end.
    virtual void halt() { stand(StateCause::StopRequested, true); }
    // The same: nothing can be signed any more in this process, and so nothing be sold.
    virtual void lose_key() { stand(StateCause::KeyLost, true); }
    [[nodiscard]] TradingState state() const { return states_.state(); }
    // A fill was reversed, the books were doubted, or we have just resumed: no entries until the
    // ledger was found equal to the chain.
    [[nodiscard]] bool is_reconciliation_due() const { return is_reconciliation_due_; }
    virtual void reconciled();
    // They were held against the chain, and differ: no entries until they do not, and what is
    // missing of a position is not sold.
    void books_differ(std::span<const portfolio::BalanceMismatch> mismatches);
    // The same, and what people are told of it: one reading may differ by more than is believed.
    virtual void books_differ(std::span<const portfolio::BalanceMismatch> mismatches,
                              const std::string& figures);
    // An exit failed, and not by the price: the tokens may not be there any more.
    [[nodiscard]] bool is_check_wanted() const { return is_check_wanted_; }
    // Takes over what the chain says instead of what our books say. Only when nothing is in flight,
    // unknown or provisional.
    virtual void adopt(const portfolio::ChainBalances& chain);
    // The ledger held against a reading while orders are on their way (portfolio/balance_check).
    virtual void begin_check(const portfolio::ChainBalances& chain) {
        is_check_wanted_ = false;
        portfolio_.begin_check(chain);
    }
    virtual void end_check() { portfolio_.end_check(); }
    virtual void take_in(const portfolio::Gift& gift);
    // The rung of the capital ladder, `counted` is filled in; enforced: entries keep within its
    // capital.
    virtual void begin_rung(RungBegun begun);
    virtual void enforce_ladder() { is_ladder_enforced_ = true; }
    [[nodiscard]] const std::optional<Rung>& rung() const { return rung_; }
    // What became of one that a sweep before this run had signed.
    virtual void withdrawn(const WithdrawalSettled& withdrawal);
    // The same moment's open token accounts.
    virtual void know_accounts(std::span<const OwnTokenAccount> accounts) {
        portfolio_.know_accounts(accounts);
    }
    // No order that names it is signed (signer.tokens_kept): what is held of it stays.
    [[nodiscard]] bool is_kept(const Pubkey& mint) const;
    [[nodiscard]] std::map<Pubkey, TokenAmount> positions_kept() const;
    // Where earlier runs held what is still held, to be watched from the start.
    [[nodiscard]] std::vector<Pubkey> pools_held() const;

    [[nodiscard]] const portfolio::Portfolio& portfolio() const { return portfolio_; }
    [[nodiscard]] const PipelineCounters& counters() const { return counters_; }
    [[nodiscard]] const detect::DetectorStatistics& detector() const {
        return detector_.statistics();
    }
    // The evidence about tokens that may be bought, or are held.
    [[nodiscard]] const detect::SafetyBook& safety() const { return safety_; }
    [[nodiscard]] std::uint64_t holder_calls() const {
        return holder_reader_ == nullptr ? 0 : holder_reader_->statistics().calls;
    }
    [[nodiscard]] const dex::PoolBook& book() const { return book_; }
    // Whether the venues' live instructions are those that we know.
    [[nodiscard]] const dex::ShapeWatch& shapes() const { return shapes_; }
    [[nodiscard]] MicroUsd sol_price() const { return sol_price_.price(); }
    // Those that are not closed now, and how often each class opened in this run.
    [[nodiscard]] std::vector<risk::BreakerView> breakers_not_closed() const {
        return breakers_.not_closed(clock_.wall_now());
    }
    [[nodiscard]] const std::array<std::uint64_t, kFailureClassCount>& breaker_trips() const {
        return breakers_.trips();
    }
    // Token accounts that the last round of sweeps left open, by why.
    [[nodiscard]] const strategy::SweepsLeft& sweeps_left() const { return housekeeping_.left(); }
    // When the next one is made.
    [[nodiscard]] MonoTime sweep_due() const { return housekeeping_.due(); }
    // Deciding frame to last byte of sendTransaction, of orders that nobody outside was asked
    // about.
    [[nodiscard]] const telemetry::Histogram& tick_to_send() const { return tick_to_send_; }
    // The same of orders that asked Jupiter, in vain or not: two HTTP round trips longer.
    [[nodiscard]] const telemetry::Histogram& tick_to_send_quoted() const {
        return tick_to_send_quoted_;
    }

 private:
    void walk(Trace& trace);
    void walk();
    void positions_changed();
    void told_recorded(PoolIndex pool, Slot slot, const dex::Displaced& displaced);
    [[gnu::noinline]] void walk_recorded(PoolIndex pool, Slot slot, const dex::PoolReserves& before,
                                         const dex::PoolReserves& now);
    [[gnu::noinline]] void tick_recorded(Slot slot, MonoTime now);
    [[nodiscard]] MonoTime idle_end(MonoTime now) const;
    [[nodiscard]] bool are_reserves_awaited(PoolIndex pool) const;
    void decide(const MarketEvent& event, Trace& trace);
    // Whose rules may want to enter where somebody swapped; hardly ever anybody's.
    struct EntriesWanted {
        bool by_sniper = false, by_momentum = false;
        [[nodiscard]] bool is_any() const { return by_sniper || by_momentum; }
    };
    [[nodiscard]] EntriesWanted entries_wanted(const SwapSeen& swap,
                                               const dex::MarginalPrice& price);
    void decide(const SwapSeen& swap, const dex::MarginalPrice& price, Trace& trace);
    [[gnu::noinline]] void enter(const SwapSeen& swap, EntriesWanted wanted, Trace& trace);
    [[gnu::noinline]] void enter_recorded(const SwapSeen& swap, EntriesWanted wanted);
    void order(Trace& trace);
    void judge(OrderIntent& intent, Trace& trace, bool is_manual = false);
    // Entries in parts (pipeline_parts.cpp): what earlier runs began goes on where that is still
    // right.
    void resume_parts(const std::map<Pubkey, History::PartOrdered>& parts);
    void resume_part(const Pubkey& mint, const History::PartOrdered& last);
    void tell_part(const std::string& text);
    void judge_again(const PositionView& position, PoolIndex pool);
    // A further part that would be denied for what time alone may change: it is asked for then.
    [[nodiscard]] bool is_part_early(const OrderIntent& intent);
    void tell_day_over(const Denial& denial, WallTime now);
    // What trading left, every sweep_interval (pipeline_sweeps.cpp).
    void sweep(MonoTime now);
    // What the executor wants for the orders on nonces.
    void advance_nonces(MonoTime now);
    [[nodiscard]] bool record_signed(const OrderIntent& intent, const OrderSigned& order);
    // A cycle on its way passes through the mint.
    [[nodiscard]] bool is_cycled(const Pubkey& mint) const;
    void mark_positions(const MarketEvent& event);
    // What its new state says of prices, whoever holds what.
    void note_move(PoolIndex pool, const dex::PoolLook& look);
    void mark_resumed();
    void mark(const PositionView& position, Lamports value);
    // Where the clock shows a new day it is written down.
    void begin_day(WallTime now);
    // Where what is held in a pool that trades no more is sold (pipeline_successors.cpp).
    void move_positions();
    [[nodiscard]] bool is_pool_awaited(const PositionView& position) const;
    [[nodiscard]] std::string why_moved(const PositionView& position) const;
    void await_pools();
    void end_wait_for_pools(MonoTime now);
    [[nodiscard]] std::optional<PoolIndex> successor_of(const PositionView& position);
    void watch_successors();
    void watch_successors_again(MonoTime now);
    void record_place(PositionId position);
    void record_peak(const PositionView& position);
    void tell_unsaleable(PositionId position, WallTime now);
    // What a program's words about an order of ours ask for (pipeline_failures.cpp).
    void act_on(const ExecutionReport& report, WallTime now);
    void read_again(const ExecutionReport& report);
    void tell_stuck(const ExecutionReport& report, WallTime now);
    void note_stuck(Exposure& exposure) const;
    void place_resumed();
    void book_recovered(std::span<const RecoveredOrder> orders);
    void book_recovered(const RecoveredOrder& order);
    // The evidence about tokens (pipeline_safety.cpp).
    [[nodiscard]] bool observe_safety(const ChainUpdate& update);
    void judge_tokens();
    void note_verdict(const OrderIntent& intent, bool is_manual, Exposure& exposure);
    void follow_held();
    void read_evidence();
    // A purchase and its sale, for nodes to try (pipeline_trials.cpp).
    void try_round_trips();
    [[nodiscard]] std::optional<std::string> try_round_trip(
        const detect::SafetyBook::Untried& untried);
    [[nodiscard]] detect::SafetyOptions safety_options_now() const;
    void arm_new_pools();
    void request_reads();
    void tell_refused_bookings();
    void record_positions(const std::vector<portfolio::PositionEvent>& events, WallTime now);
    // With the offer at hand.
    [[nodiscard]] strategy::View view() const;
    // What it says of costs, kept while what they follow from stays.
    [[nodiscard]] const strategy::Costs& costs() const;
    [[nodiscard]] Lamports trade_max() const;
    [[nodiscard]] bool is_concerning(const MarketEvent& event) const;
    [[nodiscard]] bool is_tick_idle(MonoTime now) const;
    [[nodiscard]] bool is_sweep_idle(MonoTime now) const;
    // What a report, or a look at the books, makes of the breakers (pipeline_breakers.cpp).
    void note_breakers(const ExecutionReport& report, WallTime now);
    void tell(const std::vector<risk::BreakerView>& changes, WallTime now);
    // What stands against entries (pipeline_states.cpp).
    void stand(StateCause cause, bool stands);
    void hold(const CauseChanged& change);
    // Why a drawdown that was reached by an earlier run ends at this start, if it does.
    [[nodiscard]] std::optional<CauseChanged> end_of_drawdown(const CauseChanged& reached,
                                                              bool is_accepted) const;
    void refresh_state(MicroUsd sol_price);
    [[nodiscard]] StandingCause standing(StateCause cause) const;
    void tell_flattening(StandingCause& told) const;
    void tell_drawdown(StandingCause& told) const;
    void tell_feed(StandingCause& told) const;
    void tell_recorder(StandingCause& told) const;
    [[nodiscard]] std::string doubt_figures() const;
    // The books wait for the chain, and why.
    void doubt(std::string figures);
    // Whether anything was changed (pipeline_orders.cpp).
    [[nodiscard]] bool hold_once(const CauseChanged& change);
    void finish(OperatorAnswer& answer, const OperatorCommand& command);
    void tell_selling(OperatorAnswer& answer) const;
    [[nodiscard]] Exposure exposure_of(const OrderIntent& intent);
    // Begins to look for the funder of the pool's creator, if nobody has (pipeline_funders.cpp).
    void ask_funder(PoolIndex pool);
    // The same for what tokens call themselves (pipeline_names.cpp).
    void ask_names();
    // Cuts an entry to what its token allows, a cycle to the capital that is free
    // (pipeline_sizes.cpp).
    [[nodiscard]] std::optional<SizeFacts> fit(OrderIntent& intent, const Exposure& exposure);
    void fit_cycle(OrderIntent& intent, const Exposure& exposure) const;
    // Pools that the intent touches and whose accounts may have changed unheard.
    [[nodiscard]] std::uint32_t pools_blind(const OrderIntent& intent) const;
    void note_venues(const OrderIntent& intent, Exposure& exposure) const;
    // Somebody compares the venues' live instructions with ours.
    [[nodiscard]] bool is_checking_shapes() const {
        return transactions_ != nullptr && transactions_->is_checking();
    }
    [[nodiscard]] execute::SubmitHints hints_of(const OrderIntent& intent) const;

    const Clock& clock_;
    const config::Settings& settings_;
    RecordKeeper& recorder_;
    feed::Watcher* feed_ = nullptr;
    execute::OrderDesk* executor_ = nullptr;
    feed::TransactionLookups* transactions_ = nullptr;
    feed::FunderLookups* funder_reader_ = nullptr;
    feed::HolderLookups* holder_reader_ = nullptr;
    feed::RoundTripLookups* round_trips_ = nullptr;
    Pubkey wallet_;
    OrderWatcher nobody_;
    OrderWatcher* watcher_ = &nobody_;

    dex::PoolBook book_;
    dex::PoolGraph graph_;
    dex::ShapeWatch shapes_;
    detect::Detector detector_;
    detect::SafetyBook safety_;
    detect::SafetyPolicy entry_policy_;  // Of who is not the sniper.
    SolPrice sol_price_;
    CoMovement movement_;
    Funders funders_;
    WatchClasses classes_;
    strategy::Exits exits_;
    strategy::Arbitrage arbitrage_;
    strategy::Sniper sniper_;
    strategy::Momentum momentum_;
    strategy::Housekeeping housekeeping_;
    risk::RiskGate gate_;
    risk::CircuitBreakers breakers_;
    risk::TradingStates states_;
    portfolio::Portfolio portfolio_;

    Slot slot_;
    std::uint64_t next_intent_ = 1;
    execute::Offer offer_;  // For the event, or whatever else is decided on, at hand.
    // Of view(); nothing: to be computed.
    struct CostsKept {
        execute::Offer offer;
        Lamports rent;
        strategy::Costs costs;
    };
    struct TradeMaxKept {
        MicroUsd sol_price;
        Lamports trade_max;
    };
    mutable strategy::SaleMemo sales_;
    mutable std::optional<CostsKept> costs_kept_;
    mutable std::optional<TradeMaxKept> trade_max_kept_;
    Signature signature_sending_;    // Signed, about to be sent.
    std::uint32_t pools_armed_ = 0;  // Of the book's, from the first on, have been armed once.
    std::int64_t volume_told_ = 0, loss_told_ = 0;  // The UTC days that this was last told of.
    bool is_live_ = false;
    bool is_recorded_ = false;          // The market comes from a tape.
    std::uint64_t intents_ticked_ = 0;  // Of a tape: decided before the last tick,
    MicroUsd price_ticked_{};           // and what a SOL was worth then.
    MonoTime idle_until_;               // While that is so; zero: the last tick was none too many.
    HeldCauses held_;
    std::vector<CauseChanged> ending_;  // Of a `resume`, recorded.
    std::optional<PastRuns> past_;
    std::array<WallTime, kStateCauseCount> since_{};  // When each last came or went.
    std::string feed_lost_, doubt_;                   // Why, with figures.
    bool is_reconciliation_due_ = false;
    std::uint64_t bookings_refused_ = 0;  // Of the ledger, as far as they were told.
    bool is_check_wanted_ = false;
    bool is_ladder_enforced_ = false;
    std::optional<Rung> rung_;
    std::map<Pubkey, Pubkey> pools_resumed_;       // Of earlier runs, by mint.
    std::map<Pubkey, Pubkey> successors_awaited_;  // Pools of what is held on curves, by mint.
    MonoTime successors_watched_at_;
    MonoTime pools_awaited_until_;         // Of orders that were found while live; zero: none.
    std::set<Signature> signed_in_doubt_;  // Few: exits and sweeps.
    std::map<std::uint64_t, Lamports> peaks_recorded_, marks_recorded_;  // By position.
    std::map<Pubkey, std::string>
        tokens_stuck_;                         // By mint: what a program said that did not move it.
    std::map<Pubkey, Slot> pools_read_again_;  // When it was asked for last.
    PipelineCounters counters_;
    telemetry::Histogram tick_to_send_;
    telemetry::Histogram tick_to_send_quoted_;
    std::vector<MarketEvent> events_;  // Reused for each update.
    std::vector<dex::ShapeAlert> alerts_;
    std::vector<detect::SafetyNote> safety_notes_;
    std::vector<PoolIndex> pools_waiting_;  // For a funder, where entries wait; few.
    std::set<Pubkey> names_pending_;        // Mints whose names are looked up; as the reader takes.
    strategy::Intents intents_;
};

}  // namespace sniperforge::engine
