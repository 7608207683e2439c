// SPDX-License-Identifier: MIT
// The executor's inside: flights by intent, and the steps that each of them takes.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "execute/blockhash_refusals.hpp"
#include "execute/failure.hpp"
#include "execute/fees.hpp"
#include "execute/flight.hpp"
#include "execute/nonce_keeper.hpp"
#include "execute/order_fees.hpp"
#include "execute/path_chooser.hpp"
#include "execute/path_memory.hpp"
#include "execute/recent_blockhashes.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/rpc/height_hearing.hpp"
#include "sniperforge/rpc/static_facts.hpp"
#include "sniperforge/telemetry/rate_limited_log.hpp"

namespace sniperforge::execute {

// Fills that may wait for finality before nothing more is bought. With the orders in flight they
// fit one getSignatureStatuses; 32 slots of finality are 13 s.
inline constexpr std::size_t kProvisionalFillsMax = 192;

struct Executor::State : std::enable_shared_from_this<Executor::State> {
    State(const ExecutorDependencies& dependencies, const config::ExecutionSettings& options);

    // ---- What every order needs ----
    void refresh_blockhash();
    void on_blockhash(const rpc::RpcResult<rpc::LatestBlockhash>& answer);
    [[nodiscard]] BlockHeight last_valid_of_nobody() const;
    void ask_other_for_blockhash();
    void read_rent();
    [[nodiscard]] bool is_ready() const;
    [[nodiscard]] std::string missing() const;
    // Lookup tables that cycles are compiled against (executor_tables.cpp).
    void refresh_tables();
    [[nodiscard]] std::span<const solana::AddressLookupTable> cycle_tables() const;

    // ---- Building (executor_build.cpp) ----
    void submit(const ApprovedOrder& order, const Trace& trace, const SubmitHints& hints);
    void submit_cycle(Flight& flight);
    void submit_sweep(Flight& flight);
    // The blockhash that it ends with (executor_cycles.cpp).
    [[nodiscard]] RecentBlockhashes::Known lifetime_of_cycle(const OrderIntent& intent) const;
    // Entry, exit and cycle alike.
    [[nodiscard]] bool is_v1() const { return settings.transaction_version == "v1"; }
    // Version 1 has no lookup tables, and less need of them.
    [[nodiscard]] std::span<const solana::AddressLookupTable> own_tables() const {
        return is_v1() ? std::span<const solana::AddressLookupTable>{} : cycle_tables();
    }

    // ---- What it pays for its landing (executor_fees.cpp) ----
    [[nodiscard]] Offer offer(std::optional<PoolIndex> pool) const;
    // Brings the flight's offer within the caps and sets it aside; false: the order is rejected.
    [[nodiscard]] bool afford(Flight& flight, ComputeUnits units);
    void expect_orders(PoolIndex pool);
    // Nothing: no lane would take it now, or the offer has none.
    [[nodiscard]] std::optional<Tip> tip_of(
        const Flight& flight, std::span<const solana::AddressLookupTable> tables) const;
    void send_to_lanes(Flight& flight);
    void note_fees(const Flight& flight, const ExecutionReport& report);

    // ---- Which way an entry or an exit takes (executor_paths.cpp) ----
    void submit_swap(Flight& flight);
    void take_path(Flight& flight);
    // Nothing is signed yet: the other path is taken, or there is none and the order is rejected.
    void fail_path(Flight& flight, std::string error, ChainFailure failure = {});
    // Empty: the pool can be quoted and pays what the order wants.
    struct Obstacle {
        DirectObstacle kind;
        std::string text;
    };
    // Notes what the pool pays.
    [[nodiscard]] std::optional<Obstacle> direct_obstacle(Flight& flight, bool is_only_way) const;
    void count(const std::optional<Obstacle>& obstacle);
    void build_direct(Flight& flight);
    // What the chain or a node's preflight said of a signed order.
    void note_path(const Flight& flight, const ExecutionReport& report);
    // Every node that was asked has looked at it and will not forward it.
    void note_refusal(const Flight& flight);
    // ---- What each path would cost it, and what was learnt of them (executor_choice.cpp) ----
    // Chooses by what is known already: nothing is asked, nobody waits.
    void choose_path(Flight& flight, PathStanding direct);
    [[nodiscard]] PathTerms terms_of(const Flight& flight, OrderPath path, PathStanding standing,
                                     MonoTime now) const;
    // What the pool would pay now; nothing: it was not heard, or gives no quote.
    [[nodiscard]] std::optional<TokenAmount> pool_pays(const OrderIntent& intent) const;
    void note_quote(Flight& flight, const JupiterQuote& quote);
    void note_ready(const Flight& flight);
    void note_outcome(const Flight& flight, const ExecutionReport& report);
    // Behind the send of an order that went directly: what Jupiter would have paid.
    void probe_price(const Flight& flight);
    struct PriceProbe {
        Pubkey token;
        PoolIndex pool;
        Slot seen;         // What the pool pays is as of then.
        TokenAmount paid;  // By it.
    };
    void on_probed(const PriceProbe& probe, TokenAmount quoted);

    // The last look before an order that waited is signed; rejects it when it is too late.
    [[nodiscard]] bool is_still_wanted(Flight& flight);

    // ---- Through Jupiter (executor_jupiter.cpp) ----
    void request_quote(Flight& flight);
    // The priority fee that Jupiter is to put into its own message.
    [[nodiscard]] Lamports fee_to_ask(const Flight& flight) const;
    [[nodiscard]] bool takes_quote(Flight& flight, const JupiterQuote& quote);
    void on_quote(Flight& flight, JupiterResult<JupiterQuote> quote);
    void on_swap(Flight& flight, JupiterResult<Bytes> message);
    void on_message(Flight& flight);
    void read_tables(Flight& flight, std::span<const rpc::LookupTableNeed> tables);
    [[nodiscard]] std::optional<solana::Instruction> closing_of(const Flight& flight) const;
    void on_proposal(Flight& flight, JupiterInstructions proposal);
    void compile_proposal(Flight& flight, std::span<const solana::AddressLookupTable> tables);
    void adopt_and_send(Flight& flight, std::span<const solana::AddressLookupTable> tables);
    void on_order(Flight& flight, JupiterOrder order);
    void send_to_jupiter(Flight& flight);

    void sign_and_send(Flight& flight, std::span<const solana::AddressLookupTable> tables);
    [[nodiscard]] signer::SigningPolicy policy_of(const Flight& flight) const;
    void forget_expired_signatures();
    void note_venue_fees(Flight& flight);

    // ---- Sending (executor_landing.cpp) ----
    void send(Flight& flight);
    void on_broadcast(Flight& flight, const rpc::BroadcastResult& result);
    void on_turned_away(Flight& flight);
    void on_tick(MonoTime now);

    // Orders and fills of an earlier process (executor_resume.cpp).
    void resume(const OrderIntent& intent, const Signature& signature,
                BlockHeight last_valid_height, const std::optional<NonceLease>& lease);
    void resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                const std::optional<NonceLease>& lease);

    // ---- Orders on nonces (executor_leases.cpp) ----
    // On a nonce where one is free, and the flight's lifetime with it.
    void choose_lifetime(Flight& flight, std::span<const solana::AddressLookupTable> tables);
    // On a blockhash instead.
    void leave_nonce(Flight& flight);
    [[nodiscard]] Hash lifetime_of(const Flight& flight) const;
    [[nodiscard]] static std::optional<Pubkey> nonce_of(const Flight& flight);
    [[nodiscard]] ComputeUnitPrice advance_price() const;
    [[nodiscard]] Lamports advance_cost() const;
    void submit_advance(Flight& flight);
    [[nodiscard]] Result<Signature, signer::Refusal> sign(
        Flight& flight, std::span<const solana::AddressLookupTable> tables);
    [[nodiscard]] bool write_ahead(const Flight& flight);
    // It is out, and another copy of it may be of use (executor_cycles.cpp).
    [[nodiscard]] bool is_sent_on(const Flight& flight) const;
    [[nodiscard]] Duration resend_interval(const OrderIntent& intent) const;
    // It should have landed by now: an advance of its nonce is on its way, or will be.
    [[nodiscard]] bool is_late(const Flight& flight) const;
    void watch_leases(MonoTime now);
    void read_nonces();
    void note_missing_nonces();
    void note_nonce(const Flight& flight, Outcome outcome);
    void note_nonce(const ProvisionalFill& fill, Outcome outcome, Slot finalized);
    // Neither this block nor a later one takes any more what was signed on what was fresh then.
    [[nodiscard]] bool is_past(BlockHeight last_valid_height,
                               const std::optional<NonceLease>& lease, MonoTime fresh_at) const;
    [[nodiscard]] std::string past_text(BlockHeight last_valid_height,
                                        const std::optional<NonceLease>& lease) const;

    // ---- Landing (executor_status.cpp) ----
    void ask_finalized(MonoTime now, bool is_open);
    // One round of questions: recent statuses, and for what should be known and is not, the
    // history.
    void poll();
    void search_history(std::vector<Signature> absent);
    // Answers from before the finalized height are none.
    [[nodiscard]] rpc::ReadOptions new_enough() const;
    [[nodiscard]] bool is_asked_about(const Flight& flight) const;
    [[nodiscard]] std::vector<Signature> signatures_open() const;
    // By now it should be known, or never will be.
    [[nodiscard]] bool is_overdue(const Flight& flight) const;
    [[nodiscard]] bool is_overdue(const Signature& signature) const;
    void on_status(const Signature& signature, const rpc::SignatureStatus& status);
    // A node at `context_slot`, past the finalized slot, looked everywhere and does not know it.
    void on_absent(const Signature& signature, Slot context_slot);
    // The signature is unknown and can no longer land: asks the ledger before it is called expired.
    void confirm_absence(Flight& flight);
    // Reads what a landed or reverted transaction did.
    void settle(Flight& flight, Slot seen_at);
    void read_transaction(Flight& flight);
    // A node serves it, and not what it did.
    void note_unreadable(Flight& flight, std::string problem);
    void on_transaction(Flight& flight,
                        const rpc::RpcResult<std::optional<rpc::TransactionDetail>>& answer);
    // What the transaction's words make of the order: all of the report but its fill.
    // `intent` may be null: of an earlier process.
    static void tell_end(ExecutionReport& report, const rpc::TransactionDetail& detail,
                         const Fill& fill, const OrderIntent* intent);

    [[nodiscard]] bool is_undecided_too_long(const Flight& flight, MonoTime now) const;
    void report_unknown(Flight& flight);

    // ---- Finality (executor_finality.cpp) ----
    void on_fill_status(ProvisionalFill& fill, const rpc::SignatureStatus& status);
    void on_fill_absent(ProvisionalFill& fill, Slot context_slot);
    void read_moved_fill(ProvisionalFill& fill, Commitment commitment);
    void on_moved_fill(ProvisionalFill& fill, const rpc::TransactionDetail& detail, bool is_final);
    void confirm_reversal(ProvisionalFill& fill);
    void finalize(ProvisionalFill& fill, Slot slot);
    // The fill is taken back and `report` stands in its place; `fill` is gone afterwards.
    void replace(ProvisionalFill& fill, const ExecutionReport& report);
    // The same, and the fill goes on waiting for finality in its new block.
    void tell_again(ProvisionalFill& fill, const ExecutionReport& report);
    void count_again(const ProvisionalFill& fill, Outcome outcome);
    void forget(const ProvisionalFill& fill);

    // ---- Ending ----
    [[nodiscard]] ExecutionReport report_of(const Flight& flight, Outcome outcome,
                                            std::string error) const;
    // Removes the flight and reports; `flight` is gone afterwards. A fill becomes a provisional
    // one.
    void finish(Flight& flight, ExecutionReport report);
    [[nodiscard]] std::uint64_t& count_of(bool is_carried, Outcome outcome);
    void reject(Flight& flight, std::string error, ChainFailure failure = {});

    [[nodiscard]] Flight* find(IntentId intent);
    [[nodiscard]] Flight* find(const Signature& signature);
    [[nodiscard]] ProvisionalFill* find_fill(IntentId intent);
    [[nodiscard]] ProvisionalFill* find_fill(const Signature& signature);
    // A handler that runs `step` on the flight if both still exist when the answer comes.
    template <typename Answer, typename Function>
    [[nodiscard]] auto then(const Flight& flight, Function step) {
        return [weak = weak_from_this(), intent = flight.intent().intent_id,
                step = std::move(step)](Answer answer) mutable {
            if (const auto self = weak.lock()) {
                if (auto* found = self->find(intent)) {
                    step(*self, *found, std::move(answer));
                }
            }
        };
    }

    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    rpc::StaticFacts facts;
    Jupiter& jupiter;
    signer::PolicySigner& signer;
    const dex::PoolBook& book;
    ExecuteEvents& events;
    Lanes* lanes;
    config::ExecutionSettings settings;
    Fees fees;
    NonceKeeper nonces;
    MonoTime nonces_due;
    bool is_reading_nonces = false, are_nonces_missed = false;  // The latter was said.
    std::vector<Pubkey> tips_known;  // What fills know as tips, also those of earlier settings.

    std::optional<rpc::LatestBlockhash> blockhash;
    RecentBlockhashes recent;                              // With it, what cycles are signed on.
    std::optional<Lamports> rent;                          // Of one token account.
    std::string blockhash_problem, rent_problem;           // Of the last attempt that failed.
    std::vector<solana::AddressLookupTable> tables_known;  // As they were read last.
    MonoTime tables_due, tables_read_at;
    MonoTime blockhash_due;
    MonoTime blockhash_read_at;
    std::optional<std::size_t> blockhash_reader;  // The only one that is asked; nothing: any.
    bool is_blockhash_refused = false;            // That was said.
    bool is_blockhash_beyond = false;             // Its last valid height is our own guess.
    MonoTime polled_at, search_due;
    bool is_polling = false, is_searching = false;
    rpc::HeightHearing finalized;
    std::optional<MonoTime> finalized_asked_at;
    std::map<std::uint64_t, std::unique_ptr<Flight>> flights;  // By intent id.
    // By intent id, oldest first; bounded by kProvisionalFillsMax and the exits in flight.
    std::map<std::uint64_t, ProvisionalFill> provisional;
    std::size_t doubted = 0;                                        // Of them.
    std::size_t unreadable = 0;                                     // Of the flights.
    std::unordered_map<Signature, IntentId, KeyHash> by_signature;  // Of both.
    Hash signed_on;  // The blockhash when signatures_made was looked through last.
    std::map<Signature, BlockHeight> signatures_made;  // Until they have expired.
    ExecutorStatistics statistics;
    // Tokens whose last direct attempt was refused by the chain or a node: the next one asks
    // Jupiter first. Bounded in note_path().
    std::unordered_set<Pubkey, KeyHash> direct_failed;
    BlockhashRefusals blockhash_refusals;
    telemetry::RateLimitedLog refusal_log{1, std::chrono::seconds{60}};
    OrderFees order_fees;  // Of Jupiter's orders, by token.
    PathMemory paths;
    MonoTime probe_due;
};

}  // namespace sniperforge::execute
