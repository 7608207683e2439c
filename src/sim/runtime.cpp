// SPDX-License-Identifier: MIT
#include "sim/runtime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/programs.hpp"
#include "sim/reshape.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::sim {
namespace {

// The runtime cuts a transaction's log here. Source: protocol rpc section 2.1.
constexpr std::size_t kLogBytesMax = 10'000;
// Top level is 1; a program may call four deep.
constexpr std::size_t kStackHeightMax = 5;

}  // namespace

Runtime::Runtime(std::vector<LoadedAccount> accounts, const ChainClock& clock,
                 std::uint64_t compute_units_limit)
    : accounts_{std::move(accounts)},
      clock_{clock},
      units_limit_{compute_units_limit},
      units_left_{compute_units_limit} {}

ProgramResult Runtime::run(std::size_t instruction_index, std::uint8_t program,
                           BytesView account_indexes, BytesView data) {
    std::vector<InstructionAccount> accounts;
    accounts.reserve(account_indexes.size());
    for (const std::uint8_t index : account_indexes) {
        accounts.push_back({index, accounts_[index].is_signer, accounts_[index].is_writable});
    }
    top_index_ = instruction_index;
    const u128 lamports_before = lamports_total();
    auto result = invoke(program, accounts, data);
    // Every program here is ours: lamports that appear or vanish are our mistake.
    SF_ASSERT(!result || lamports_total() == lamports_before);
    return result;
}

ProgramResult Runtime::invoke(std::uint8_t program, std::span<const InstructionAccount> accounts,
                              BytesView data) {
    if (stack_.size() >= kStackHeightMax) {
        return program_error(RuntimeError::CallDepth);
    }
    const bool is_running = std::ranges::find(stack_, program) != stack_.end();
    if (is_running && stack_.back() != program) {
        return program_error(RuntimeError::ReentrancyNotAllowed);
    }
    const Pubkey& id = accounts_[program].key;
    const ProgramEntry* entry = find_program(id);
    if (entry == nullptr) {
        return program_error(RuntimeError::UnsupportedProgramId);
    }
    stack_.push_back(program);
    return_data_.clear();
    const std::string name = id.to_string();
    log(fmt::format("Program {} invoke [{}]", name, stack_.size()));
    const std::uint64_t units_before = units_left_;
    const auto known = without_reshaping(id, program, accounts, data);
    Invocation invocation{*this, program, known.value_or(accounts), data};
    const auto run = [&] {
        return is_unknown_instruction(clock_.reshaped, id, data) ? ProgramResult{}
                                                                 : entry->run(invocation);
    };
    ProgramResult result = known ? run() : program_error(RuntimeError::NotEnoughAccountKeys);
    if (!entry->is_builtin) {
        log(fmt::format("Program {} consumed {} of {} compute units", name,
                        units_before - units_left_, units_before));
    }
    if (result && !return_data_.empty()) {
        log(fmt::format("Program return: {} {}", name, base64_encode(return_data_)));
    }
    log(result ? fmt::format("Program {} success", name)
               : fmt::format("Program {} failed: {}", name, result.error().text));
    stack_.pop_back();
    return result;
}

// The accounts that the program works with; nothing where those that it takes besides are missing.
std::optional<std::span<const InstructionAccount>> Runtime::without_reshaping(
    const Pubkey& id, std::uint8_t program, std::span<const InstructionAccount> accounts,
    BytesView data) const {
    if (!is_reshaped_swap(clock_.reshaped, id, data)) {
        return accounts;
    }
    if (accounts.size() < kReshapedAccounts) {
        return std::nullopt;
    }
    const auto added = accounts.last(kReshapedAccounts);
    const bool is_complete = std::ranges::all_of(
        added, [&](const InstructionAccount& account) { return account.index == program; });
    return is_complete ? std::optional{accounts.first(accounts.size() - kReshapedAccounts)}
                       : std::nullopt;
}

std::optional<std::uint8_t> Runtime::find(const Pubkey& key) const {
    const auto found = std::ranges::find(accounts_, key, &LoadedAccount::key);
    if (found == accounts_.end()) {
        return std::nullopt;
    }
    return static_cast<std::uint8_t>(found - accounts_.begin());
}

void Runtime::log(std::string line) {
    if (is_log_truncated_) {
        return;
    }
    if (log_bytes_ + line.size() >= kLogBytesMax) {
        is_log_truncated_ = true;
        line = "Log truncated";
    }
    log_bytes_ += line.size();
    logs_.push_back(std::move(line));
}

u128 Runtime::lamports_total() const {
    u128 total = 0;
    for (const LoadedAccount& loaded : accounts_) {
        total += loaded.account.lamports.raw();
    }
    return total;
}

bool Invocation::has_signed(const Pubkey& key) const {
    return std::ranges::any_of(accounts_, [&](const InstructionAccount& account) {
        return account.is_signer && runtime_.accounts_[account.index].key == key;
    });
}

Executed<std::span<std::uint8_t>> Invocation::data_of(std::size_t index) {
    LoadedAccount& target = loaded(index);
    if (!is_writable(index)) {
        return program_error(RuntimeError::ReadonlyDataModified);
    }
    if (target.account.owner != program_id()) {
        return program_error(RuntimeError::ExternalAccountDataModified);
    }
    target.is_changed = true;
    return std::span<std::uint8_t>{target.account.data};
}

ProgramResult Invocation::debit(std::size_t index, std::uint64_t lamports) {
    LoadedAccount& target = loaded(index);
    if (!is_writable(index)) {
        return program_error(RuntimeError::ReadonlyLamportChange);
    }
    if (target.account.owner != program_id()) {
        return program_error(RuntimeError::ExternalAccountLamportSpend);
    }
    const auto rest = target.account.lamports.checked_sub(Lamports{lamports});
    if (!rest) {
        return program_error(RuntimeError::InsufficientFunds);
    }
    target.account.lamports = *rest;
    target.is_changed = true;
    return {};
}

ProgramResult Invocation::credit(std::size_t index, std::uint64_t lamports) {
    LoadedAccount& target = loaded(index);
    if (!is_writable(index)) {
        return program_error(RuntimeError::ReadonlyLamportChange);
    }
    const auto sum = target.account.lamports.checked_add(Lamports{lamports});
    if (!sum) {
        return program_error(RuntimeError::ArithmeticOverflow);
    }
    target.account.lamports = *sum;
    target.is_changed = true;
    return {};
}

ProgramResult Invocation::assign(std::size_t index, const Pubkey& owner) {
    LoadedAccount& target = loaded(index);
    const bool is_blank =
        std::ranges::all_of(target.account.data, [](auto byte) { return byte == 0; });
    if (!is_writable(index) || target.account.owner != program_id() || !is_blank) {
        return program_error(RuntimeError::ModifiedProgramId);
    }
    target.account.owner = owner;
    target.is_changed = true;
    return {};
}

ProgramResult Invocation::resize(std::size_t index, std::size_t length) {
    if (length > kAccountBytesMax) {
        return program_error(RuntimeError::InvalidRealloc);
    }
    if (auto data = data_of(index); !data) {
        return InstructionFailure{std::move(data).error()};
    }
    loaded(index).account.data.resize(length);
    return {};
}

ProgramResult Invocation::consume(std::uint64_t units) {
    if (units > runtime_.units_left_) {
        runtime_.units_left_ = 0;
        return program_error(RuntimeError::ComputationalBudgetExceeded);
    }
    runtime_.units_left_ -= units;
    return {};
}

void Invocation::log(std::string_view text) { runtime_.log(fmt::format("Program log: {}", text)); }

void Invocation::log_raw(std::string_view text) { runtime_.log(std::string{text}); }

void Invocation::log_data(BytesView data) {
    runtime_.log(fmt::format("Program data: {}", base64_encode(data)));
}

void Invocation::set_return_data(BytesView data) {
    runtime_.return_data_.assign(data.begin(), data.end());
}

InstructionAccount Invocation::privileges(std::uint8_t transaction_index) const {
    InstructionAccount sum{transaction_index, false, false};
    for (const InstructionAccount& account : accounts_) {
        if (account.index == transaction_index) {
            sum.is_signer = sum.is_signer || account.is_signer;
            sum.is_writable = sum.is_writable || account.is_writable;
        }
    }
    return sum;
}

ProgramResult Invocation::invoke(const solana::Instruction& instruction,
                                 std::span<const Pubkey> derived_signers) {
    std::vector<InstructionAccount> accounts;
    accounts.reserve(instruction.accounts.size());
    InnerInstruction inner;
    for (const solana::AccountMeta& meta : instruction.accounts) {
        const auto index = runtime_.find(meta.pubkey);
        if (!index) {
            log_raw(fmt::format("Instruction references an unknown account {}",
                                meta.pubkey.to_string()));
            return program_error(RuntimeError::MissingAccount);
        }
        const InstructionAccount own = privileges(*index);
        const bool is_derived =
            std::ranges::find(derived_signers, meta.pubkey) != derived_signers.end();
        if (meta.is_signer && !own.is_signer && !is_derived) {
            log_raw(fmt::format("{}'s signer privilege escalated", meta.pubkey.to_string()));
            return program_error(RuntimeError::PrivilegeEscalation);
        }
        if (meta.is_writable && !own.is_writable) {
            log_raw(fmt::format("{}'s writable privilege escalated", meta.pubkey.to_string()));
            return program_error(RuntimeError::PrivilegeEscalation);
        }
        accounts.push_back({*index, meta.is_signer, meta.is_writable});
        inner.accounts.push_back(*index);
    }
    const auto program = runtime_.find(instruction.program_id);
    if (!program) {
        log_raw(fmt::format("Unknown program {}", instruction.program_id.to_string()));
        return program_error(RuntimeError::MissingAccount);
    }
    if (!runtime_.accounts_[*program].account.is_executable) {
        return program_error(RuntimeError::AccountNotExecutable);
    }
    inner.program_id_index = *program;
    inner.data = instruction.data;
    inner.stack_height = static_cast<std::uint8_t>(runtime_.stack_.size() + 1);
    if (runtime_.inner_.empty() || runtime_.inner_.back().index != runtime_.top_index_) {
        runtime_.inner_.push_back({static_cast<std::uint8_t>(runtime_.top_index_), {}});
    }
    runtime_.inner_.back().instructions.push_back(std::move(inner));
    return runtime_.invoke(*program, accounts, instruction.data);
}

}  // namespace sniperforge::sim
