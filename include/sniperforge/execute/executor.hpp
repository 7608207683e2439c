// SPDX-License-Identifier: MIT
// Executor: from an approved order to its outcome on the chain. Entries and exits go through one
// pool by our own instructions or through Jupiter (quote, swap), whichever is better and open (ADR
// 0019); cycles and sweeps are always our own. The signer checks all of them alike. Every
// signature is handed to on_signed() before it is sent. Nothing is re-signed: one intent, one
// signature; it is rebroadcast until it lands or its blockhash has expired by block height. The
// outcome and the fill come from the chain, never from the quote: from confirmed blocks first, and
// held against the finalized ones later (ADR 0012). What an order offers for its landing is chosen
// when it is decided, under a cap for each order and one for the day; with a tip in it the same
// bytes also go to lanes (ADR 0020).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/shape_watch.hpp"
#include "sniperforge/execute/jupiter.hpp"
#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/execute/nonce_statistics.hpp"
#include "sniperforge/execute/offer.hpp"
#include "sniperforge/execute/path.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/signer/policy_signer.hpp"

namespace sniperforge::execute {

class ExecuteEvents {
 public:
    virtual ~ExecuteEvents() = default;
    // The last look before an order that waited for Jupiter is signed: a refusal when its time has
    // passed meanwhile, or when nothing may be bought any more. Never asked about exits.
    [[nodiscard]] virtual std::optional<Denial> recheck(const OrderIntent& intent) = 0;
    // Write-ahead: the order is signed and about to be sent. False keeps it from being sent.
    [[nodiscard]] virtual bool on_signed(const OrderIntent& intent, const Signature& signature,
                                         BlockHeight last_valid_height) = 0;
    // The same of an order on a nonce, which no height ends: the lease is written down with it.
    [[nodiscard]] virtual bool on_leased(const OrderIntent&, const Signature&, const NonceLease&) {
        return false;
    }
    // Behind it, in the same call: these bytes go out next.
    virtual void on_sending(const OrderIntent&, const Signature&, BytesView /*wire*/) {}
    // The last byte of sendTransaction was handed to the socket; `trace` is complete. Whether
    // Jupiter was asked on the way, in vain or not, says what kind of time that took.
    virtual void on_sent(const OrderIntent& intent, const Trace& trace, bool was_jupiter_asked) = 0;
    // What became of an order: one report for each, except that another one follows an unknown
    // outcome, and a reversed fill.
    virtual void on_report(const ExecutionReport& report) = 0;
    // The transaction of a cycle could not be built, most often because it does not fit, or the
    // signer refuses it: the same route will end so the next time, too. Its report, a rejection,
    // follows at once.
    virtual void on_unbuildable(const OrderIntent& intent) = 0;
    virtual void on_finalized(const OrderFinalized& order) = 0;
    // on_report() follows at once.
    virtual void on_reversed(const OrderReversed& order) = 0;
};

struct SubmitHints {
    // Exits: the whole holding is sold. Cycles: we hold none of the token behind leg 1, or 2.
    // Either way the token account is empty afterwards and its rent is taken back in the same
    // transaction.
    bool is_token_account_emptied = false;
    std::array<bool, kLegsMax - 1> are_between_emptied{};
    // Entries and exits: of the pool's venue.
    dex::VenueStanding venue = dex::VenueStanding::Trusted;
    // What it was decided with; without one it pays the least price. Sweeps always do.
    std::optional<Offer> offer{};
};

// Orders of earlier processes that are followed to their end. They are in no other figure.
struct CarriedOrders {
    std::uint64_t orders = 0, landed = 0, reverted = 0, expired = 0;
};

struct ExecutorStatistics {
    std::uint64_t submitted = 0, sent = 0, landed = 0, reverted = 0, rejected = 0, expired = 0,
                  rebroadcast = 0, policy_refused = 0;
    std::uint64_t too_late = 0;     // Of the rejected: refused by recheck().
    std::uint64_t unbuildable = 0;  // Of the rejected: cycles that do not fit a transaction.
    std::uint64_t unknown = 0;      // At present: still asked about.
    std::uint64_t reversed = 0;     // Fills that did not become final.
    std::uint64_t tipped = 0;       // Sent with a tip, and so to lanes.
    std::uint64_t advances = 0;     // Of the landed: of nonces.
    PathStatistics paths;
    CarriedOrders carried;
};

struct ExecutorDependencies {
    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    Jupiter& jupiter;
    signer::PolicySigner& signer;
    const dex::PoolBook& book;
    ExecuteEvents& events;
    Lanes* lanes = nullptr;  // Null: the nodes are the only way.
};

class Executor {
 public:
    Executor(const ExecutorDependencies& dependencies, const config::ExecutionSettings& settings);
    ~Executor();
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    // Starts to keep a fresh blockhash, the token account rent and the lookup tables of cycles.
    void start();
    // A blockhash and the rent are known: orders can be built.
    [[nodiscard]] bool is_ready() const;
    [[nodiscard]] Lamports token_account_rent() const;

    // Takes the order on. A report follows, possibly from inside this call (a refusal).
    void submit(const ApprovedOrder& order, const Trace& trace, const SubmitHints& hints);
    // An order that an earlier process signed and may have sent: it is asked about until its
    // outcome is known, and never sent again. A report follows.
    void resume(const OrderIntent& intent, const Signature& signature,
                BlockHeight last_valid_height, const std::optional<NonceLease>& lease = {});
    // A fill that an earlier process reported and nobody has seen final.
    void resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                const std::optional<NonceLease>& lease = {});
    // What earlier processes have paid of the day's priority fees and tips.
    void resume_fees(Lamports paid_today);

    // By orders that ended, and set aside for those on their way.
    [[nodiscard]] Lamports fees_used_today() const;

    // What an order in this pool offers now, or in any; known without asking anybody.
    [[nodiscard]] Offer offer(std::optional<PoolIndex> pool) const;
    // Orders in this pool are likely: what they cost is asked about in the background.
    void expect_orders(PoolIndex pool);
    // Nonces of ours to be advanced now, by orders of their own (is_nonce_advance); each is told
    // again after a pause. `only_for_orders`: only those that an order waits for.
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime now, bool only_for_orders);
    [[nodiscard]] Lamports nonce_advance_cost() const;
    // Begins to advance every nonce of ours that is there, lent or not, and says whether that is
    // done, as of slot `since` or later: after files were lost, when anything may have been signed.
    [[nodiscard]] bool retire_nonces(Slot since);
    [[nodiscard]] NonceStatistics nonces() const;

    // The chain spoke of a signature: it is in a confirmed block.
    void advance(const SignatureUpdate& update);
    // Rebroadcasts, polls and expiries that are due.
    void on_tick(MonoTime now);

    // Orders that have no outcome yet; those called unknown are not among them.
    [[nodiscard]] std::size_t in_flight() const;
    // Fills of confirmed blocks that are not finalized yet.
    [[nodiscard]] std::size_t fills_provisional() const;
    // Of them, those that a node past their finality does not know: nothing is bought meanwhile.
    [[nodiscard]] std::size_t fills_doubted() const;
    [[nodiscard]] const ExecutorStatistics& statistics() const;
    // Where orders may have paid a tip, also under other settings.
    [[nodiscard]] std::span<const Pubkey> tip_accounts() const;

 private:
    struct State;
    std::shared_ptr<State> state_;  // Handlers of pending calls hold weak references.
};

}  // namespace sniperforge::execute
