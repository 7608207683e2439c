// SPDX-License-Identifier: MIT
// Executor: from an approved order to its outcome on the chain. Entries and exits go through one
// pool by our own instructions or through Jupiter (quote, swap), whichever costs least of what is
// open (ADR 0019, 0034); cycles and sweeps are always our own. The signer checks all of them alike.
// Every signature is handed to on_signed() before it is sent. Nothing is re-signed: one intent, one
// signature; it is rebroadcast until it lands or its blockhash has expired by block height, a cycle
// for its slots, which its blockhash hardly outlives (ADR 0042). The outcome and the fill come from
// the chain, never from the quote: from confirmed blocks first, and held against the finalized ones
// later (ADR 0012). What an order offers for its landing is chosen when it is decided, under a cap
// for each order and one for the day; with a tip in it the same bytes also go to lanes (ADR 0020).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/execute/jupiter.hpp"
#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/execute/nonce_statistics.hpp"
#include "sniperforge/execute/order_desk.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/signer/policy_signer.hpp"

namespace sniperforge::execute {

struct ExecutorDependencies {
    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    Jupiter& jupiter;
    signer::PolicySigner& signer;
    const dex::PoolBook& book;
    ExecuteEvents& events;
    Lanes* lanes = nullptr;  // Null: the nodes are the only way.
};

class Executor final : public OrderDesk {
 public:
    Executor(const ExecutorDependencies& dependencies, const config::ExecutionSettings& settings);
    ~Executor() override;
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    // Starts to keep a fresh blockhash, the token account rent and the lookup tables of cycles.
    void start() override;
    // A blockhash and the rent are known: orders can be built.
    [[nodiscard]] bool is_ready() const override;
    // What keeps it from being ready, with the last errors, for people; empty when it is.
    [[nodiscard]] std::string missing() const;
    [[nodiscard]] bool is_signing() const override { return true; }
    [[nodiscard]] std::span<const dex::SwapOutstanding> own_swaps() const override { return {}; }
    [[nodiscard]] Lamports token_account_rent() const override;

    void submit(const ApprovedOrder& order, const Trace& trace, const SubmitHints& hints) override;
    void resume(const OrderIntent& intent, const Signature& signature,
                BlockHeight last_valid_height,
                const std::optional<NonceLease>& lease = {}) override;
    void resume(const ExecutionReport& fill, BlockHeight last_valid_height,
                const std::optional<NonceLease>& lease = {}) override;
    void resume_fees(Lamports paid_today) override;

    // By orders that ended, and set aside for those on their way.
    [[nodiscard]] Lamports fees_used_today() const;

    [[nodiscard]] Offer offer(std::optional<PoolIndex> pool) const override;
    void expect_orders(PoolIndex pool) override;
    [[nodiscard]] std::vector<Pubkey> take_nonces_due(MonoTime now, bool only_for_orders) override;
    [[nodiscard]] Lamports nonce_advance_cost() const override;
    // Begins to advance every nonce of ours that is there, lent or not, and says whether that is
    // done, as of slot `since` or later: after files were lost, when anything may have been signed.
    [[nodiscard]] bool retire_nonces(Slot since);
    [[nodiscard]] NonceStatistics nonces() const;

    // Orders called unknown that no block after that of `slot` takes any more, by the finalized
    // height. Nothing, while anything else is on its way or not final: balances tell of all orders
    // at once.
    struct UnknownPast {
        std::vector<OrderIntent> orders;
        Slot slot;
    };
    [[nodiscard]] std::optional<UnknownPast> unknown_past() const;
    // Balances behind that slot have nothing of them: they are expired. `shown_by` says whose.
    void expire_unknown(const UnknownPast& past, const std::string& shown_by);

    void advance(const SignatureUpdate& update) override;
    void on_slot(Slot slot) override;
    void on_tick(MonoTime now) override;

    [[nodiscard]] std::size_t in_flight() const override;
    // Fills of confirmed blocks that are not finalized yet.
    [[nodiscard]] std::size_t fills_provisional() const;
    [[nodiscard]] std::size_t fills_doubted() const override;
    [[nodiscard]] const ExecutorStatistics& statistics() const override;
    // Where orders may have paid a tip, also under other settings.
    [[nodiscard]] std::span<const Pubkey> tip_accounts() const;

 private:
    struct State;
    std::shared_ptr<State> state_;  // Handlers of pending calls hold weak references.
};

}  // namespace sniperforge::execute
