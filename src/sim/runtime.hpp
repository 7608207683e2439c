// SPDX-License-Identifier: MIT
// Runtime: runs the instructions of one transaction over its loaded accounts, with the rules that
// the real one enforces: who may sign and write (also across program calls), that only an account's
// owner program debits it or changes its data, compute units, call depth, and the log lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/runtime_error.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::sim {

struct ChainState;

// What programs can ask of the chain besides accounts.
struct ChainClock {
    Slot slot;
    std::int64_t unix_time = 0;
    std::uint64_t epoch = 0;
    std::uint64_t lamports_per_byte = 0;
    Hash blockhash;                      // Of the last block: what durable nonces are made of.
    std::span<const Pubkey> reshaped{};  // Programs whose swaps take another list (reshape.hpp).
    const ChainState* chain = nullptr;   // Whose blocks the slot hashes name.

    // Accounts are 128 bytes larger than their data. Source: protocol wire section 7.
    [[nodiscard]] std::uint64_t rent_exempt_minimum(std::size_t data_length) const {
        return (data_length + 128) * lamports_per_byte;
    }
};

// An account of the transaction while it runs. One that the chain does not have is an empty
// account of the System program.
struct LoadedAccount {
    Pubkey key;
    Account account;
    bool is_signer = false;
    bool is_writable = false;
    bool is_changed = false;
};

// One account of one instruction: where it is in the transaction and what this call may do with it.
struct InstructionAccount {
    std::uint8_t index = 0;
    bool is_signer = false;
    bool is_writable = false;
};

class Invocation;

class Runtime {
 public:
    Runtime(std::vector<LoadedAccount> accounts, const ChainClock& clock,
            std::uint64_t compute_units_limit);

    // Runs one top-level instruction; `program` indexes the accounts.
    [[nodiscard]] ProgramResult run(std::size_t instruction_index, std::uint8_t program,
                                    BytesView account_indexes, BytesView data);

    [[nodiscard]] std::vector<LoadedAccount>& accounts() { return accounts_; }
    [[nodiscard]] std::vector<std::string>& logs() { return logs_; }
    [[nodiscard]] std::vector<InnerInstructions>& inner_instructions() { return inner_; }
    [[nodiscard]] std::uint64_t units_consumed() const { return units_limit_ - units_left_; }

 private:
    friend class Invocation;

    [[nodiscard]] ProgramResult invoke(std::uint8_t program,
                                       std::span<const InstructionAccount> accounts,
                                       BytesView data);
    [[nodiscard]] std::optional<std::uint8_t> find(const Pubkey& key) const;
    [[nodiscard]] std::optional<std::span<const InstructionAccount>> without_reshaping(
        const Pubkey& id, std::uint8_t program, std::span<const InstructionAccount> accounts,
        BytesView data) const;
    void log(std::string line);
    [[nodiscard]] u128 lamports_total() const;

    std::vector<LoadedAccount> accounts_;
    ChainClock clock_;
    std::uint64_t units_limit_ = 0;
    std::uint64_t units_left_ = 0;
    std::vector<std::uint8_t> stack_;  // Program indexes, the running one last.
    std::vector<std::string> logs_;
    std::size_t log_bytes_ = 0;
    bool is_log_truncated_ = false;
    std::vector<InnerInstructions> inner_;
    std::size_t top_index_ = 0;
    Bytes return_data_;
};

// A program's view of the instruction that it runs.
class Invocation {
 public:
    Invocation(Runtime& runtime, std::uint8_t program, std::span<const InstructionAccount> accounts,
               BytesView data)
        : runtime_{runtime}, program_{program}, accounts_{accounts}, data_{data} {}

    [[nodiscard]] const Pubkey& program_id() const { return runtime_.accounts_[program_].key; }
    [[nodiscard]] BytesView data() const { return data_; }
    [[nodiscard]] const ChainClock& clock() const { return runtime_.clock_; }

    // `index` counts within the instruction and must be below size().
    [[nodiscard]] std::size_t size() const { return accounts_.size(); }
    [[nodiscard]] const Pubkey& key(std::size_t index) const { return loaded(index).key; }
    [[nodiscard]] const Account& account(std::size_t index) const { return loaded(index).account; }
    [[nodiscard]] bool is_signer(std::size_t index) const { return accounts_[index].is_signer; }
    [[nodiscard]] bool is_writable(std::size_t index) const { return accounts_[index].is_writable; }
    // Whether an account of this key signed the instruction.
    [[nodiscard]] bool has_signed(const Pubkey& key) const;

    // Changes, each checked against the rules above.
    [[nodiscard]] Executed<std::span<std::uint8_t>> data_of(std::size_t index);
    [[nodiscard]] ProgramResult debit(std::size_t index, std::uint64_t lamports);
    [[nodiscard]] ProgramResult credit(std::size_t index, std::uint64_t lamports);
    [[nodiscard]] ProgramResult assign(std::size_t index, const Pubkey& owner);
    [[nodiscard]] ProgramResult resize(std::size_t index, std::size_t length);

    // Takes compute units; an empty meter fails the transaction.
    [[nodiscard]] ProgramResult consume(std::uint64_t units);
    void log(std::string_view text);      // "Program log: text"
    void log_raw(std::string_view text);  // As builtin programs print.
    void log_data(BytesView data);        // "Program data: base64"
    void set_return_data(BytesView data);
    // What the program that was called last has returned.
    [[nodiscard]] BytesView return_data() const { return runtime_.return_data_; }

    // Calls another program. Accounts must be among the transaction's; signers must have signed
    // this instruction or be in `derived_signers`, the addresses derived from the running program.
    [[nodiscard]] ProgramResult invoke(const solana::Instruction& instruction,
                                       std::span<const Pubkey> derived_signers = {});

 private:
    [[nodiscard]] const LoadedAccount& loaded(std::size_t index) const {
        return runtime_.accounts_[accounts_[index].index];
    }
    [[nodiscard]] LoadedAccount& loaded(std::size_t index) {
        return runtime_.accounts_[accounts_[index].index];
    }
    // What this instruction may do with a transaction account; aliases add up.
    [[nodiscard]] InstructionAccount privileges(std::uint8_t transaction_index) const;

    Runtime& runtime_;
    std::uint8_t program_;
    std::span<const InstructionAccount> accounts_;
    BytesView data_;
};

// Returns from the calling function when `expression` (a ProgramResult) failed.
#define SF_SIM_TRY(expression)                                    \
    do {                                                          \
        if (auto result = (expression); !result) {                \
            return InstructionFailure{std::move(result).error()}; \
        }                                                         \
    } while (false)

}  // namespace sniperforge::sim
