// SPDX-License-Identifier: MIT
// Chain: a deterministic Solana-like bank. Slots, block heights, blockhashes that expire after 150
// blocks, accounts with real layouts, and real execution of real wire transactions: signatures
// verified, fees and rent charged, programs run by their own plain implementation (programs in
// src/sim/program_*.cpp, written from the protocol documents, never from dex).
// No clocks, no threads, no I/O: whoever owns it calls advance_slot() when time has come.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::sim {

inline constexpr std::size_t kAccountBytesMax = 10 * 1024 * 1024;

struct Account {
    Lamports lamports;
    Pubkey owner;  // The System program for a wallet.
    bool is_executable = false;
    Bytes data;
};

// SPL token balance of one account of a transaction, for pre/postTokenBalances.
struct TokenBalance {
    std::uint8_t account_index = 0;
    Pubkey mint;
    Pubkey owner;
    Pubkey program;
    std::uint64_t amount = 0;
    std::uint8_t decimals = 0;
};

struct InnerInstruction {
    std::uint8_t program_id_index = 0;
    Bytes accounts;
    Bytes data;
    std::uint8_t stack_height = 2;
};
struct InnerInstructions {
    std::uint8_t index = 0;  // Of the top-level instruction.
    std::vector<InnerInstruction> instructions;
};

// What getTransaction tells of one executed transaction.
struct Receipt {
    Signature signature;
    Slot slot;
    WallTime block_time;
    Bytes wire;
    std::vector<Pubkey> account_keys;  // Static, then loaded writable, then loaded readonly.
    std::size_t loaded_writable = 0;
    std::size_t loaded_readonly = 0;
    // "null", or the chain's form: {"InstructionError":[3,{"Custom":6005}]}.
    std::string error_json;
    std::uint64_t fee = 0;
    std::vector<std::uint64_t> pre_balances, post_balances;
    std::vector<TokenBalance> pre_token_balances, post_token_balances;
    std::vector<InnerInstructions> inner_instructions;
    std::vector<std::string> logs;
    std::uint64_t compute_units_consumed = 0;

    [[nodiscard]] bool is_failed() const { return error_json != "null"; }
};

// What simulateTransaction tells.
struct SimulationResult {
    std::string error_json = "null";
    std::string error_text;  // The same for people; empty without an error.
    std::vector<std::string> logs;
    std::uint64_t units_consumed = 0;
    std::uint64_t loaded_accounts_data_size = 0;  // Counted as SIMD-186 does; 0: none was loaded.
    // State after the run of the accounts that the caller named; absent accounts are nullopt.
    std::vector<std::optional<Account>> accounts;
};

struct ChainOptions {
    std::uint64_t seed = 1;
    Slot first_slot{300'000'000};
    BlockHeight first_height{280'000'000};
    WallTime first_slot_time{1'767'225'600'000'000'000};
    Duration slot_duration = std::chrono::milliseconds{400};
    // Chance that a slot produces no block (recorded mainnet: a few per cent).
    double slot_skip_probability = 0.02;
    std::uint64_t lamports_per_byte = 6'960;  // Rent: (128 + length) × this.
    std::uint64_t epoch_slots = 432'000;
    std::size_t receipts_kept = 4'096;       // Of submitted transactions; older ones are forgotten.
    std::size_t market_receipts_kept = 256;  // Of execute_unsigned: memory is bounded.
    std::uint32_t confirmed_after_slots = 2;
    std::uint32_t finalized_after_slots = 32;
    // Chance that a queued transaction stays out of a block that it could be in, and is tried again
    // in the next one; and that it vanishes without a trace.
    double landing_miss_probability = 0;
    double drop_probability = 0;
    // Account reads answer at the commitment that they ask for, as nodes do. Costs the accounts
    // written within the last kHistorySlots slots once more. Off: reads show the newest state and
    // say so in their context.
    bool are_reads_at_commitment = false;
};

// A fork: the blocks of the next `slots` slots are on a branch that the cluster then abandons. What
// they wrote is undone, their transactions never happened, slot numbers go on, and the first block
// afterwards has the last one before the fork as its parent. Meanwhile nothing is confirmed, unless
// `is_confirmed`.
struct ForkOptions {
    std::uint32_t slots = 3;  // 1 to kForkSlotsMax.
    // The transactions of the dead branch run again on the new one, in their order, where their
    // blockhash is still valid there. Otherwise they vanish.
    bool is_requeued = true;
    // Subscribers are told the state that accounts fell back to, with the first slot afterwards, as
    // nodes do. Otherwise they have to find out.
    bool are_reverts_told = true;
    // The branch is confirmed as any other while it lasts, and dies all the same: more than a third
    // of the stake votes for both sides. Never seen on mainnet, possible before finality. Confirmed
    // slots, statuses and transactions go back to the fork point. The last slots of the branch, as
    // many as confirmation takes, stay unconfirmed, so it needs more slots than that.
    bool is_confirmed = false;

    [[nodiscard]] bool operator==(const ForkOptions&) const = default;
};
inline constexpr std::uint32_t kForkSlotsMax = 28;  // Below the 32 slots that finality takes.
// Every problem of the options on a chain that confirms after so many slots.
[[nodiscard]] Result<void> check(
    const ForkOptions& options,
    std::uint32_t confirmed_after_slots = ChainOptions{}.confirmed_after_slots);
// Finality, the longest fork and room for skipped slots.
inline constexpr std::uint64_t kHistorySlots = 128;

// Told of everything in the order in which it happens.
class ChainObserver {
 public:
    virtual ~ChainObserver() = default;
    virtual void on_account(const Pubkey& pubkey, const Account& account, Slot slot) = 0;
    // A client's transaction arrived at a node, as often as it does, whatever becomes of it.
    virtual void on_sent(BytesView /*wire*/) {}
    virtual void on_transaction(const Receipt& receipt) = 0;
    virtual void on_slot(Slot slot, Slot parent, Slot root) = 0;
    // The blocks from `first` to `last` turn out to be on a dead branch. Called before anything is
    // undone; what accounts fall back to follows with the next slot.
    virtual void on_fork_abandoned(Slot /*first*/, Slot /*last*/) {}
    // What was written on a dead branch is undone. Whoever looks at confirmed state sees no change,
    // unless the write had been confirmed.
    virtual void on_account_reverted(const Pubkey& pubkey, const Account& account, Slot slot,
                                     bool /*was_confirmed*/) {
        on_account(pubkey, account, slot);
    }
};

// Told of each client's transaction in the block, right before and right behind it: who reorders
// blocks can trade there, with execute_unsigned.
class QueueWatcher {
 public:
    virtual ~QueueWatcher() = default;
    virtual void before_queued(BytesView wire) = 0;
    virtual void behind_queued() = 0;
    // Behind the last one of the block.
    virtual void behind_all_queued() {}
};

// Refusal by the node before anything is queued; `code` is the JSON-RPC error code.
struct SubmitError {
    int code = -32002;
    std::string message;
    std::string data_json;  // Empty, or the error's data member.
};

class Chain {
 public:
    explicit Chain(const ChainOptions& options);
    ~Chain();
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;

    // ---- Time ----
    // Ends the current slot: runs the queued transactions in arrival order, publishes the block
    // (or skips it), starts the next slot.
    void advance_slot();
    [[nodiscard]] Slot slot() const;                   // The slot being built ("processed" tip).
    [[nodiscard]] Slot slot_at(int commitment) const;  // 0 processed, 1 confirmed, 2 finalized.
    [[nodiscard]] BlockHeight block_height(int commitment) const;
    [[nodiscard]] Hash latest_blockhash(int commitment) const;
    // Height at which a hash stops being accepted; nothing for a hash never seen or expired.
    [[nodiscard]] std::optional<BlockHeight> last_valid_height(const Hash& blockhash) const;
    [[nodiscard]] Hash genesis_hash() const;  // Derived from the seed; never mainnet's.
    [[nodiscard]] WallTime slot_time() const;
    // The chain's clock is so much later (or earlier) from now on; slots go on as they were.
    void jump_clock(Duration jump);
    // From now on the swaps of exactly these programs take their own id twice more at the end of
    // their accounts. execute_unsigned and Jupiter's program add it.
    void reshape(std::vector<Pubkey> reshaped);
    // Whether the current slot's leader will produce nothing: a market that cares waits.
    [[nodiscard]] bool is_slot_skipped() const;
    [[nodiscard]] std::uint64_t epoch() const;

    // ---- State ----
    [[nodiscard]] const Account* account(const Pubkey& pubkey) const;
    // Sets an account as genesis or a privileged test would, and tells the observer. An account
    // without lamports is removed, as the runtime removes it. A fork's end does not undo it.
    void put_account(const Pubkey& pubkey, Account account);
    // Gives lamports out of nothing, whatever the rules say. A fork's end undoes what the branch
    // did to the account, and not this.
    void add_lamports(const Pubkey& pubkey, Lamports amount);
    // Closes an account without a transaction: how the market retires dead launches.
    void erase_account(const Pubkey& pubkey);
    [[nodiscard]] std::vector<Pubkey> accounts_owned_by(const Pubkey& owner) const;  // Key order.
    [[nodiscard]] std::uint64_t rent_exempt_minimum(std::size_t data_length) const;
    [[nodiscard]] std::size_t account_count() const;

    // ---- Transactions ----
    // Checks as a node's preflight does (size, signatures, blockhash, simulation unless skipped)
    // and queues for the current slot. A signature already queued is accepted again without effect,
    // as on the chain; so is one already processed, without preflight, which refuses it.
    [[nodiscard]] std::expected<Signature, SubmitError> submit(BytesView wire, bool skip_preflight);
    [[nodiscard]] std::expected<SimulationResult, SubmitError> simulate(
        BytesView wire, bool verify_signatures, bool replace_blockhash,
        const std::vector<Pubkey>& accounts_wanted, std::optional<Slot> as_of = {}) const;
    // Valid until the next call of receipt() or of a function that changes the chain.
    [[nodiscard]] const Receipt* receipt(const Signature& signature) const;
    // Newest first. Older ones tell only signature, slot, time, error and fee: they are packed away
    // to save memory, and receipt() has the rest.
    [[nodiscard]] std::vector<const Receipt*> receipts_of(const Pubkey& address,
                                                          std::size_t limit) const;
    [[nodiscard]] std::size_t queued() const;
    // What the message would cost now: signatures and priority. Nothing for an expired blockhash
    // (that is no usable durable nonce either) or for bytes that are no message.
    [[nodiscard]] std::optional<Lamports> fee_for_message(BytesView message,
                                                          std::optional<Slot> as_of = {}) const;

    // Runs instructions at once without a wire transaction, fee or signature: how the simulated
    // market trades and launches. `signers` count as having signed. Failure changes nothing.
    // Success is published like a transaction, with a signature of its own. A slot in which this
    // succeeds produces a block even when it was going to be skipped (see is_slot_skipped).
    [[nodiscard]] Result<Signature> execute_unsigned(
        const Pubkey& fee_payer, const std::vector<solana::Instruction>& instructions);

    void set_observer(ChainObserver* observer);
    void set_queue_watcher(QueueWatcher* watcher);

    // ---- Forks and the past (chain_fork.cpp) ----
    // The fork begins with the next slot. Refused while another one lasts.
    [[nodiscard]] Result<void> fork(const ForkOptions& options);
    [[nodiscard]] bool is_forked() const;   // One lasts, or begins with the next slot.
    [[nodiscard]] bool is_on_fork() const;  // One lasts: what this slot does will be undone.
    // Remembers what accounts were in the last `slots` slots, for a ChainView that lags behind. 0:
    // nothing, unless the options want it.
    void keep_history(std::uint64_t slots);

 private:
    friend class ChainView;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::sim
