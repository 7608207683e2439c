// SPDX-License-Identifier: MIT
// The executor's inside: flights by intent, and the steps that each of them takes.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "execute/flight.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/rpc/static_facts.hpp"

namespace sniperforge::execute {

struct Executor::State : std::enable_shared_from_this<Executor::State> {
    State(const ExecutorDependencies& dependencies, const config::ExecutionSettings& options);

    // ---- What every order needs ----
    void refresh_blockhash();
    void read_rent();
    [[nodiscard]] bool is_ready() const;

    // ---- Building (executor_build.cpp) ----
    void submit(ApprovedOrder order, const Trace& trace, const SubmitHints& hints);
    void submit_cycle(Flight& flight);
    void request_quote(Flight& flight);
    void on_quote(Flight& flight, Result<JupiterQuote> quote);
    void on_swap(Flight& flight, Result<Bytes> message);
    void read_tables(Flight& flight, std::span<const rpc::LookupTableNeed> tables);
    void adopt_and_send(Flight& flight, std::span<const solana::AddressLookupTable> tables);
    void sign_and_send(Flight& flight, std::span<const solana::AddressLookupTable> tables);
    [[nodiscard]] signer::SigningPolicy policy_of(const OrderIntent& intent) const;

    // ---- Landing (executor_landing.cpp) ----
    void send(Flight& flight);
    void on_broadcast(Flight& flight, const rpc::BroadcastResult& result, bool is_first);
    void on_tick(MonoTime now);
    void poll_heights();
    void poll_statuses(BlockHeight height);
    void on_status(Flight& flight, const std::optional<rpc::SignatureStatus>& status,
                   BlockHeight height);
    // The signature is unknown and can no longer land: asks the ledger before it is called expired.
    void confirm_absence(Flight& flight, BlockHeight height);
    // Reads what a landed or reverted transaction did.
    void settle(Flight& flight);
    void read_transaction(Flight& flight);
    void on_transaction(Flight& flight,
                        const rpc::RpcResult<std::optional<rpc::TransactionDetail>>& answer);

    // ---- Ending ----
    [[nodiscard]] ExecutionReport report_of(const Flight& flight, Outcome outcome,
                                            std::string error) const;
    // Removes the flight and reports; `flight` is gone afterwards.
    void finish(Flight& flight, ExecutionReport report);
    void reject(Flight& flight, std::string error);

    [[nodiscard]] Flight* find(IntentId intent);
    [[nodiscard]] Flight* find(const Signature& signature);
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
    config::ExecutionSettings settings;

    std::optional<rpc::LatestBlockhash> blockhash;
    std::optional<Lamports> rent;  // Of one token account.
    MonoTime blockhash_due;
    MonoTime blockhash_read_at;
    MonoTime poll_due;
    bool is_polling = false;
    std::map<std::uint64_t, std::unique_ptr<Flight>> flights;  // By intent id.
    std::unordered_map<Signature, IntentId, KeyHash> by_signature;
    Hash signed_on;  // The blockhash that signatures_made are over; another makes other bytes.
    std::unordered_set<Signature, KeyHash> signatures_made;
    ExecutorStatistics statistics;
};

}  // namespace sniperforge::execute
