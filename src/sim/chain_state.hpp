// SPDX-License-Identifier: MIT
// Chain's state, shared by the files that implement it.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/account_history.hpp"
#include "sim/chain_receipts.hpp"
#include "sim/runtime.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

// A blockhash is accepted while it is at most this many blocks old. Source: protocol wire
// section 3.
inline constexpr std::uint64_t kBlockhashAgeMax = 150;

struct ProcessOptions {
    bool verify_signatures = true;
    bool check_blockhash = true;
    bool charge_fee = true;     // Off for the market's own transactions.
    std::optional<Slot> as_of;  // Runs against the state of an earlier slot; needs the history.
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

// A branch that will be abandoned, while it lasts.
struct Fork {
    ForkOptions options;
    Slot point;  // Of the last block before it.
    Slot first, last;
    // What its writes replaced, and the slot of the first of them. Sorted when it is undone.
    struct Before {
        std::optional<Account> account;
        Slot written;
    };
    std::unordered_map<Pubkey, Before, KeyHash> before;
    struct Ran {
        Signature signature;
        Bytes wire;
        bool is_market = false;
    };
    std::vector<Ran> ran;  // In their order.
};

// A branch that was abandoned, for those who lag and are still on it.
struct DeadBranch {
    Slot point;  // Of the last block before it.
    BlockHeight point_height;
    Slot abandoned_at;
    bool is_confirmed = false;  // Until then.
    std::vector<Block> blocks;  // Oldest first, as are the receipts.
    std::vector<Receipt> receipts;
};

struct ChainState {
    explicit ChainState(const ChainOptions& chain_options);

    // ---- chain_process.cpp ----
    [[nodiscard]] Processed process(const solana::Transaction& transaction,
                                    const ProcessOptions& process_options) const;

    // ---- chain.cpp ----
    [[nodiscard]] const Account* find(const Pubkey& key) const;
    // The account at the end of that slot, as far as the history goes back.
    [[nodiscard]] const Account* find_at(const Pubkey& key, Slot as_of) const;
    [[nodiscard]] bool is_blockhash_valid(const Hash& hash) const;
    [[nodiscard]] bool is_blockhash_valid(const Hash& hash, Slot tip) const;
    // Whether its lifetime lets a block above `tip` take the message: a recent blockhash or a
    // nonce.
    [[nodiscard]] bool is_alive(const solana::Message& message, Slot tip) const;
    [[nodiscard]] ChainClock clock(Slot tip) const;
    // Where a slot is in the slot hashes sysvar of whoever is at `tip`: 0 is the newest block, and
    // nothing that has no block or is older than the newest 512 is there.
    [[nodiscard]] std::optional<std::size_t> slot_hash_position(Slot of, Slot tip) const;
    [[nodiscard]] WallTime slot_time(Slot tip) const;
    // The dead branch that whoever is at slot `tip` is on; null mostly.
    [[nodiscard]] const DeadBranch* branch_at(Slot tip) const;
    // Of the block with this hash, when whoever is at `tip` knows it.
    [[nodiscard]] std::optional<BlockHeight> height_of(const Hash& hash, Slot tip) const;
    // The newest block of that commitment for whoever is at slot `tip`.
    [[nodiscard]] const Block& block_at(int commitment, Slot tip) const;
    // Makes the current slot one that produces a block, and says so once.
    void open_slot();
    void store(const Pubkey& key, Account account);
    const Receipt& apply(Processed processed, BytesView wire, bool is_market);
    void run_queue();
    void finish_block();

    // ---- chain_fork.cpp ----
    void remember(const Pubkey& key);  // Before each write.
    void trim_history();               // After each change of the slot.
    void begin_fork();
    void abandon_fork();
    void undo(const Fork& dead, Slot confirmed);
    void revert(const Pubkey& key, const std::optional<Account>& before);
    void run_again(Fork dead);

    ChainOptions options;
    Rng rng;
    Rng signature_rng;  // Of execute_unsigned, so that faults do not change them.
    Slot slot;
    Duration clock_offset{0};      // Of all jumps.
    std::vector<Pubkey> reshaped;  // Programs.
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
    AccountHistory history;
    std::optional<ForkOptions> fork_wanted;  // Begins with the next slot.
    std::optional<Fork> fork;
    std::deque<DeadBranch> dead_branches;  // Oldest first; none without a history.
    ChainObserver* observer = nullptr;
    QueueWatcher* queue_watcher = nullptr;
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
