// SPDX-License-Identifier: MIT
// Who trades against the clients of the cluster: before and behind their swaps, and by pulling the
// pools of what they hold from under them.
#pragma once

#include <optional>
#include <vector>

#include "sim/market_pool.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/faults.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

class HostileMarket final : public QueueWatcher {
 public:
    // All must outlive this, which changes nothing on the chain without faults.
    HostileMarket(Chain& chain, const Rng& rng, FaultCounters& counters);

    void set_faults(const MarketFaults& faults) { faults_ = faults; }
    void rug(const Rug& rug);
    [[nodiscard]] bool is_rug_waiting() const {
        return waiting_ != Rug{.part_bps = waiting_.part_bps, .theft_bps = waiting_.theft_bps};
    }
    // What waits for a victim is not done any more.
    void call_off_rugs() { waiting_ = {}; }
    // What was taken from clients and brought to them so far, oldest first.
    [[nodiscard]] const std::vector<Meddling>& meddlings() const { return meddlings_; }

    void before_queued(BytesView wire) override;
    void behind_queued() override;
    // Call after each advance_slot().
    void end_slot();

 private:
    // ---- Sandwiches (hostile_market.cpp) ----
    struct Target {
        PoolView pool;
        bool is_a_to_b = false;  // As the victim trades.
    };
    // The first pool that the transaction changes, when it succeeds.
    [[nodiscard]] std::optional<Target> target_of(const solana::Transaction& transaction,
                                                  BytesView wire) const;
    void sandwich(const Target& target);
    // What the competitor has of a mint, or of lamports where a curve pays them.
    [[nodiscard]] std::uint64_t held(const PoolView& pool, const Pubkey& mint) const;
    void provide(const Pubkey& mint, std::uint64_t amount);
    bool swap(const PoolView& pool, bool is_a_to_b, std::uint64_t amount);

    // ---- Rugs (hostile_rug.cpp) ----
    struct Holding {
        Pubkey account, mint;
    };
    // What the clients hold, in the order of keys.
    [[nodiscard]] std::vector<Holding> holdings() const;
    [[nodiscard]] std::optional<PoolView> pool_of(const Pubkey& mint) const;
    // Does what waits to the holding where it can.
    void rug(const Holding& holding);
    [[nodiscard]] bool pull(const PoolView& pool);
    [[nodiscard]] bool mint_and_sell(const PoolView& pool, const Pubkey& mint);
    [[nodiscard]] bool freeze(const Pubkey& account);
    [[nodiscard]] bool pause(const PoolView& pool);
    [[nodiscard]] bool steal(const Pubkey& account);
    [[nodiscard]] bool give(const Pubkey& account);
    // The account holds so much from now on, and so does the mint's supply.
    void set_amount(const Pubkey& account, std::uint64_t amount);

    Chain& chain_;
    Rng sandwich_rng_, rug_rng_;
    FaultCounters& counters_;
    Pubkey wallet_;  // The competitor's; on the chain once he trades.
    MarketFaults faults_;
    // Of the transaction that runs now: where he traded, and what he must sell again.
    struct Open {
        Pubkey pool, coin;
        bool is_a_to_b = false;
        std::uint64_t received = 0;
    };
    std::optional<Open> open_;
    Rug waiting_;
    std::vector<Meddling> meddlings_;
    bool has_news_ = false;        // A client's transaction ran since the last slot's end.
    std::vector<Pubkey> clients_;  // Fee payers, oldest first, at most kClientsMax.
};

}  // namespace sniperforge::sim
