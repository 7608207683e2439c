// SPDX-License-Identifier: MIT
// The address lookup table program: create, freeze, extend, deactivate and close.
// Source: protocol wire section 2.4; agave's processor of the program for order and kind of errors.
#include <fmt/format.h>

#include <algorithm>

#include "sim/chain_state.hpp"
#include "sim/programs.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {
namespace {

namespace table_instruction = solana::lookup_table_instruction;

enum TablePosition : std::size_t {
    kTableAccount = 0,
    kTableAuthority = 1,
    kTablePayer = 2,
    kTableRecipient = 2
};

// One figure for all. The real one takes 2,458 to close, 3,451 to deactivate, 10,817 to create and
// 13,428 to add 25 addresses, the compute budget's two instructions included
// (tests/integration/real_runtime/upkeep_test.cpp).
constexpr std::uint64_t kLookupTableUnits = 10'000;

// Nobody of us freezes: what our programs read of the instructions does not know it.
constexpr std::uint32_t kFreezeTag = 1;

ProgramResult need_table_accounts(const Invocation& call, std::size_t count) {
    return call.size() < count ? ProgramResult{program_error(RuntimeError::NotEnoughAccountKeys)}
                               : ProgramResult{};
}

ProgramResult pay_rent(Invocation& call, std::size_t length) {
    const std::uint64_t needed =
        std::max<std::uint64_t>(call.clock().rent_exempt_minimum(length), 1);
    const std::uint64_t held = call.account(kTableAccount).lamports.raw();
    if (held >= needed) {
        return {};
    }
    SF_SIM_TRY(need_table_accounts(call, 3));
    if (!call.is_signer(kTablePayer)) {
        call.log("Payer account must be a signer");
        return program_error(RuntimeError::MissingRequiredSignature);
    }
    solana::Instruction transfer{
        solana::kSystemProgram,
        {solana::writable_signer(call.key(kTablePayer)), solana::writable(call.key(kTableAccount))},
        {}};
    append_le(transfer.data, std::uint32_t{2});
    append_le(transfer.data, needed - held);
    return call.invoke(transfer);
}

ProgramResult store_table(Invocation& call, const solana::LookupTableAccount& table) {
    const Bytes bytes = solana::encode_lookup_table(table);
    SF_SIM_TRY(call.resize(kTableAccount, bytes.size()));
    const auto data = call.data_of(kTableAccount);
    if (!data) {
        return InstructionFailure{data.error()};
    }
    std::ranges::copy(bytes, data->begin());
    return {};
}

ProgramResult create_table(Invocation& call, const table_instruction::Create& create) {
    SF_SIM_TRY(need_table_accounts(call, 4));
    if (!call.is_signer(kTablePayer)) {
        call.log("Payer account must be a signer");
        return program_error(RuntimeError::MissingRequiredSignature);
    }
    if (!call.clock().chain->slot_hash_position(create.recent_slot, call.clock().slot)) {
        call.log(fmt::format("{} is not a recent slot", create.recent_slot.value));
        return program_error(RuntimeError::InvalidInstructionData);
    }
    const Pubkey authority = call.key(kTableAuthority);
    const Pubkey table = call.key(kTableAccount);
    Bytes slot;
    append_le(slot, create.recent_slot.value);
    const Bytes bump{create.bump};
    const auto derived = solana::create_program_address({authority.bytes, slot, bump},
                                                        solana::kAddressLookupTableProgram);
    if (!derived) {
        return program_error(RuntimeError::InvalidSeeds);
    }
    if (*derived != table) {
        call.log(fmt::format("Table address must match derived address: {}", derived->to_string()));
        return program_error(RuntimeError::InvalidArgument);
    }
    if (call.account(kTableAccount).owner == solana::kAddressLookupTableProgram) {
        return {};
    }
    SF_SIM_TRY(pay_rent(call, solana::kLookupTableHeaderBytes));
    const std::span<const Pubkey> signer{&table, 1};
    solana::Instruction allocate{solana::kSystemProgram, {solana::writable_signer(table)}, {}};
    append_le(allocate.data, std::uint32_t{8});
    append_le(allocate.data, static_cast<std::uint64_t>(solana::kLookupTableHeaderBytes));
    SF_SIM_TRY(call.invoke(allocate, signer));
    solana::Instruction assign{solana::kSystemProgram, {solana::writable_signer(table)}, {}};
    append_le(assign.data, std::uint32_t{1});
    append(assign.data, solana::kAddressLookupTableProgram.bytes);
    SF_SIM_TRY(call.invoke(assign, signer));
    solana::LookupTableAccount empty;
    empty.authority = authority;
    return store_table(call, empty);
}

// What the other instructions check of the table that they change.
Executed<solana::LookupTableAccount> load_table(Invocation& call) {
    if (call.account(kTableAccount).owner != solana::kAddressLookupTableProgram) {
        return program_error(RuntimeError::InvalidAccountOwner);
    }
    if (!call.is_signer(kTableAuthority)) {
        call.log("Authority account must be a signer");
        return program_error(RuntimeError::MissingRequiredSignature);
    }
    auto table = solana::decode_lookup_table(call.account(kTableAccount).data);
    if (!table) {
        return program_error(RuntimeError::UninitializedAccount);
    }
    if (!table->authority) {
        call.log("Lookup table is frozen");
        return program_error(RuntimeError::Immutable);
    }
    if (*table->authority != call.key(kTableAuthority)) {
        return program_error(RuntimeError::IncorrectAuthority);
    }
    return std::move(*table);
}

ProgramResult extend_table(Invocation& call, const table_instruction::Extend& extend) {
    SF_SIM_TRY(need_table_accounts(call, 2));
    auto table = load_table(call);
    if (!table) {
        return InstructionFailure{std::move(table).error()};
    }
    if (!table->is_active()) {
        call.log("Deactivated tables cannot be extended");
        return program_error(RuntimeError::InvalidArgument);
    }
    const std::size_t old_length = table->addresses.size();
    if (old_length >= solana::kLookupTableAddressesMax) {
        call.log("Lookup table is full and cannot contain more addresses");
        return program_error(RuntimeError::InvalidArgument);
    }
    if (extend.addresses.empty()) {
        call.log("Must extend with at least one address");
        return program_error(RuntimeError::InvalidInstructionData);
    }
    const std::size_t length = old_length + extend.addresses.size();
    if (length > solana::kLookupTableAddressesMax) {
        call.log(fmt::format("Extended lookup table length {} would exceed max capacity of {}",
                             length, solana::kLookupTableAddressesMax));
        return program_error(RuntimeError::InvalidInstructionData);
    }
    if (table->last_extended_slot != call.clock().slot) {
        table->last_extended_slot = call.clock().slot;
        table->last_extended_start_index = static_cast<std::uint8_t>(old_length);
    }
    table->addresses.insert(table->addresses.end(), extend.addresses.begin(),
                            extend.addresses.end());
    SF_SIM_TRY(store_table(call, *table));
    return pay_rent(call, solana::kLookupTableHeaderBytes + length * Pubkey::kSize);
}

// What is in it stays, and stays usable; nobody can extend, deactivate or close it any more.
ProgramResult freeze_table(Invocation& call) {
    SF_SIM_TRY(need_table_accounts(call, 2));
    auto table = load_table(call);
    if (!table) {
        return InstructionFailure{std::move(table).error()};
    }
    if (!table->is_active()) {
        call.log("Deactivated tables cannot be frozen");
        return program_error(RuntimeError::InvalidArgument);
    }
    if (table->addresses.empty()) {
        call.log("Empty lookup tables cannot be frozen");
        return program_error(RuntimeError::InvalidInstructionData);
    }
    table->authority.reset();
    return store_table(call, *table);
}

ProgramResult deactivate_table(Invocation& call) {
    SF_SIM_TRY(need_table_accounts(call, 2));
    auto table = load_table(call);
    if (!table) {
        return InstructionFailure{std::move(table).error()};
    }
    if (!table->is_active()) {
        call.log("Lookup table is already deactivated");
        return program_error(RuntimeError::InvalidArgument);
    }
    table->deactivation_slot = call.clock().slot;
    return store_table(call, *table);
}

ProgramResult close_table(Invocation& call) {
    SF_SIM_TRY(need_table_accounts(call, 3));
    auto table = load_table(call);
    if (!table) {
        return InstructionFailure{std::move(table).error()};
    }
    if (call.key(kTableRecipient) == call.key(kTableAccount)) {
        call.log("Lookup table cannot be the recipient of reclaimed lamports");
        return program_error(RuntimeError::InvalidArgument);
    }
    if (table->is_active()) {
        call.log("Lookup table is not deactivated");
        return program_error(RuntimeError::InvalidArgument);
    }
    // In the slot of the deactivation no block of it is among the slot hashes yet.
    const auto position =
        table->deactivation_slot == call.clock().slot
            ? std::optional<std::size_t>{0}
            : call.clock().chain->slot_hash_position(table->deactivation_slot, call.clock().slot);
    if (position) {
        const std::uint64_t left =
            table->deactivation_slot == call.clock().slot
                ? solana::kDeactivationCooldownSlots + 1
                : solana::kDeactivationCooldownSlots - std::uint64_t{*position};
        call.log(
            fmt::format("Table cannot be closed until it's fully deactivated in {} blocks", left));
        return program_error(RuntimeError::InvalidArgument);
    }
    const std::uint64_t lamports = call.account(kTableAccount).lamports.raw();
    SF_SIM_TRY(call.resize(kTableAccount, 0));
    SF_SIM_TRY(call.debit(kTableAccount, lamports));
    return call.credit(kTableRecipient, lamports);
}

}  // namespace

ProgramResult run_lookup_table(Invocation& call) {
    SF_SIM_TRY(call.consume(kLookupTableUnits));
    const auto decoded = solana::decode_lookup_table_instruction(call.data());
    if (const auto* create = std::get_if<table_instruction::Create>(&decoded)) {
        return create_table(call, *create);
    }
    if (const auto* extend = std::get_if<table_instruction::Extend>(&decoded)) {
        return extend_table(call, *extend);
    }
    if (std::holds_alternative<table_instruction::Deactivate>(decoded)) {
        return deactivate_table(call);
    }
    if (std::holds_alternative<table_instruction::Close>(decoded)) {
        return close_table(call);
    }
    const auto* unknown = std::get_if<table_instruction::Unknown>(&decoded);
    if (unknown != nullptr && unknown->tag == kFreezeTag) {
        return freeze_table(call);
    }
    return program_error(RuntimeError::InvalidInstructionData);
}

}  // namespace sniperforge::sim
