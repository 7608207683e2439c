// SPDX-License-Identifier: MIT
// What the pipeline asks of whoever brings its orders to their outcome: the executor on the chain,
// or the paper desk (paper_desk.hpp), which signs nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/dex/quote_behind.hpp"
#include "sniperforge/dex/shape_watch.hpp"
#include "sniperforge/execute/offer.hpp"
#include "sniperforge/execute/path.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/path_choice.hpp"

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
    // Behind that: why it took the path that it took. Of entries and exits only.
    virtual void on_path(const PathChoice&) {}
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
    // One standard deviation of its price over a slot, in millionths, as measured; nothing: there
    // is too little history.
    std::optional<std::uint32_t> move_per_slot{};
    ComputeUnits units{};  // Cycles: what the venues of the legs ask for.
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

class OrderDesk {
 public:
    virtual ~OrderDesk() = default;
    // Begins to read from the nodes what every order needs; until it is known there is no order.
    virtual void start() = 0;
    [[nodiscard]] virtual bool is_ready() const = 0;
    // On paper nothing is: of what an earlier process had approved nothing can have been sent.
    [[nodiscard]] virtual bool is_signing() const = 0;
    // On paper: what the chain's pools lack of us.
    [[nodiscard]] virtual std::span<const dex::SwapOutstanding> own_swaps() const = 0;
    // Takes the order on. A report follows, possibly from inside this call (a refusal).
    virtual void submit(const ApprovedOrder& order, const Trace& trace,
                        const SubmitHints& hints) = 0;
    // An order that an earlier process signed and may have sent: it is asked about until its
    // outcome is known, and never sent again. A report follows.
    virtual void resume(const OrderIntent& intent, const Signature& signature,
                        BlockHeight last_valid_height, const std::optional<NonceLease>& lease) = 0;
    // A fill that an earlier process reported and nobody has seen final.
    virtual void resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                        const std::optional<NonceLease>& lease) = 0;
    // What earlier processes have paid of the day's priority fees and tips.
    virtual void resume_fees(Lamports paid_today) = 0;

    // What an order in this pool offers now, or in any; known without asking anybody.
    [[nodiscard]] virtual Offer offer(std::optional<PoolIndex> pool) const = 0;
    // Orders in this pool are likely: what they cost is asked about in the background.
    virtual void expect_orders(PoolIndex pool) = 0;
    [[nodiscard]] virtual Lamports token_account_rent() const = 0;
    // Nonces of ours to be advanced now, by orders of their own (is_nonce_advance); each is told
    // again after a pause. `only_for_orders`: only those that an order waits for.
    [[nodiscard]] virtual std::vector<Pubkey> take_nonces_due(MonoTime now,
                                                              bool only_for_orders) = 0;
    [[nodiscard]] virtual Lamports nonce_advance_cost() const = 0;

    // The chain spoke of a signature: it is in a confirmed block.
    virtual void advance(const SignatureUpdate& update) = 0;
    // A slot has begun; what was written in the ones before it is known.
    virtual void on_slot(Slot /*slot*/) {}
    // What is due: rebroadcasts, polls and expiries; on paper, landings.
    virtual void on_tick(MonoTime now) = 0;

    // Orders that have no outcome yet; those called unknown are not among them.
    [[nodiscard]] virtual std::size_t in_flight() const = 0;
    // Fills of confirmed blocks that a node past their finality does not know, and orders in a
    // block of which no node tells what they did there: nothing is bought meanwhile.
    [[nodiscard]] virtual std::size_t fills_doubted() const = 0;
    [[nodiscard]] virtual const ExecutorStatistics& statistics() const = 0;
};

}  // namespace sniperforge::execute
