// SPDX-License-Identifier: MIT
// Chain's state, shared by the files that implement it.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/chain_receipts.hpp"
#include "sim/runtime.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

struct ProcessOptions {
    bool verify_signatures = true;
    bool check_blockhash = true;
    bool charge_fee = true;  // Off for the market's own transactions.
};

// The outcome of running one transaction against a state, not yet applied to it.
struct Processed {
    std::optional<TransactionError> error;
    bool is_landed = false;  // Succeeded, or failed and still pays: it belongs in a block.
    Receipt receipt;         // Slot and time are filled in when it is applied.
    std::uint64_t loaded_accounts_data_size = 0;
    std::vector<LoadedAccount> accounts;  // After the run; rolled back when it failed.
};

struct Block {
    Slot slot;
    BlockHeight height;
    Hash hash;
};

struct ChainState {
    explicit ChainState(const ChainOptions& chain_options);

    // ---- chain_process.cpp ----
    [[nodiscard]] Processed process(const solana::Transaction& transaction,
                                    const ProcessOptions& process_options) const;

    // ---- chain.cpp ----
    [[nodiscard]] const Account* find(const Pubkey& key) const;
    [[nodiscard]] bool is_blockhash_valid(const Hash& hash) const;
    // Whether its lifetime lets a block take the message now: a recent blockhash or a nonce.
    [[nodiscard]] bool is_alive(const solana::Message& message) const;
    [[nodiscard]] ChainClock clock() const;
    [[nodiscard]] WallTime slot_time() const;
    [[nodiscard]] const Block& block_at(int commitment) const;
    // Makes the current slot one that produces a block, and says so once.
    void open_slot();
    void store(const Pubkey& key, Account account);
    const Receipt& apply(Processed processed, BytesView wire, bool is_market);
    void run_queue();
    void finish_block();

    ChainOptions options;
    Rng rng;
    Rng signature_rng;  // Of execute_unsigned, so that faults do not change them.
    Slot slot;
    bool is_skipped = false;
    bool is_announced = false;  // The observer knows of the current slot.
    std::deque<Block> blocks;   // Oldest first; the last one is the parent of the current slot.
    std::unordered_map<Hash, BlockHeight, KeyHash> hash_heights;  // Never iterated.
    std::unordered_map<Pubkey, Account, KeyHash>
        accounts;  // Order is never seen: sorted on listing.

    struct Queued {
        Signature signature;
        Bytes wire;
    };
    std::deque<Queued> queue;
    std::unordered_set<Signature, KeyHash> queued_signatures;  // Never iterated.
    // Executed signatures, forgotten when their blockhash can no longer be valid.
    struct Executed {
        BlockHeight height;
        Signature signature;
    };
    std::deque<Executed> executed_order;
    std::unordered_set<Signature, KeyHash> executed;  // Never iterated.
    ReceiptStore receipts;
    ChainObserver* observer = nullptr;
};

struct Chain::State : ChainState {
    using ChainState::ChainState;
};

// What a message asks for, whichever version it has.
struct ComputeBudget {
    std::uint64_t units_limit = 0;
    std::uint64_t priority_fee = 0;     // Lamports in total.
    std::uint64_t loaded_data_max = 0;  // Bytes of accounts that it may load.
};
[[nodiscard]] std::expected<ComputeBudget, TransactionError> compute_budget_of(
    const solana::Message& message);
// Base fee for the signatures plus the priority fee.
[[nodiscard]] std::uint64_t fee_of(const solana::Message& message, const ComputeBudget& budget);

}  // namespace sniperforge::sim
