// SPDX-License-Identifier: MIT
// The Associated Token program: Create and CreateIdempotent. Source: protocol wire section 4.
#include "sim/derived.hpp"
#include "sim/program_token_layout.hpp"
#include "sim/programs.hpp"
#include "sniperforge/solana/pda.hpp"

namespace sniperforge::sim {
namespace {

enum Index : std::size_t { kPayer, kAssociated, kWallet, kMint, kSystem, kToken, kCount };
// Recorded: 23,359 units with the calls, 15,995 without.
constexpr std::uint64_t kComputeUnits = 15'995;
constexpr std::uint32_t kInvalidOwner = 0;

solana::Instruction system_create(const Pubkey& payer, const Pubkey& created,
                                  std::uint64_t lamports, std::uint64_t space,
                                  const Pubkey& owner) {
    solana::Instruction instruction{
        solana::kSystemProgram,
        {solana::writable_signer(payer), solana::writable_signer(created)},
        {}};
    append_le(instruction.data, std::uint32_t{0});
    append_le(instruction.data, lamports);
    append_le(instruction.data, space);
    append(instruction.data, owner.bytes);
    return instruction;
}

// Accounts that were sent lamports before are not "created": topped up, allocated and assigned.
ProgramResult create_funded(Invocation& call, std::uint64_t lamports_min, std::uint64_t space,
                            const Pubkey& owner) {
    const Pubkey payer = call.key(kPayer);
    const Pubkey created = call.key(kAssociated);
    const std::span<const Pubkey> signer{&created, 1};
    const std::uint64_t held = call.account(kAssociated).lamports.raw();
    if (held == 0) {
        return call.invoke(system_create(payer, created, lamports_min, space, owner), signer);
    }
    if (held < lamports_min) {
        solana::Instruction top_up{solana::kSystemProgram,
                                   {solana::writable_signer(payer), solana::writable(created)},
                                   {}};
        append_le(top_up.data, std::uint32_t{2});
        append_le(top_up.data, lamports_min - held);
        SF_SIM_TRY(call.invoke(top_up));
    }
    solana::Instruction allocate{solana::kSystemProgram, {solana::writable_signer(created)}, {}};
    append_le(allocate.data, std::uint32_t{8});
    append_le(allocate.data, space);
    SF_SIM_TRY(call.invoke(allocate, signer));
    solana::Instruction assign{solana::kSystemProgram, {solana::writable_signer(created)}, {}};
    append_le(assign.data, std::uint32_t{1});
    append(assign.data, owner.bytes);
    return call.invoke(assign, signer);
}

ProgramResult create(Invocation& call) {
    const Pubkey token_program = call.key(kToken);
    const Pubkey created = call.key(kAssociated);
    if (call.account(kAssociated).owner != solana::kSystemProgram) {
        return program_error(RuntimeError::IllegalOwner);
    }
    if (call.account(kMint).owner != token_program) {
        return program_error(RuntimeError::IllegalOwner);
    }
    solana::Instruction size{token_program, {solana::readonly(call.key(kMint))}, {21, 7, 0}};
    SF_SIM_TRY(call.invoke(size));
    const std::size_t space =
        token_program == solana::kTokenProgram ? token::kAccountBytes : token::kAccount2022Bytes;
    SF_SIM_TRY(create_funded(call, call.clock().rent_exempt_minimum(space), space, token_program));
    call.log("Initialize the associated token account");
    SF_SIM_TRY(call.invoke({token_program, {solana::writable(created)}, {22}}));
    solana::Instruction initialize{
        token_program, {solana::writable(created), solana::readonly(call.key(kMint))}, {18}};
    append(initialize.data, call.key(kWallet).bytes);
    return call.invoke(initialize);
}

}  // namespace

ProgramResult run_associated_token(Invocation& call) {
    SF_SIM_TRY(call.consume(kComputeUnits));
    const BytesView data = call.data();
    if (data.size() > 1 || (data.size() == 1 && data.front() > 1)) {
        return program_error(RuntimeError::InvalidInstructionData);
    }
    const bool is_idempotent = data.size() == 1 && data.front() == 1;
    call.log(is_idempotent ? "CreateIdempotent" : "Create");
    if (call.size() < kCount) {
        return program_error(RuntimeError::NotEnoughAccountKeys);
    }
    if (!solana::is_token_program(call.key(kToken))) {
        return program_error(RuntimeError::IncorrectProgramId);
    }
    const Pubkey expected =
        derived_token_address(call.key(kWallet), call.key(kMint), call.key(kToken));
    if (call.key(kAssociated) != expected) {
        call.log("Error: Associated address does not match seed derivation");
        return program_error(RuntimeError::InvalidSeeds);
    }
    const Account& existing = call.account(kAssociated);
    if (is_idempotent && existing.owner == call.key(kToken) && token::is_account(existing)) {
        if (token::owner(existing.data) != call.key(kWallet)) {
            call.log("Error: Associated token account owner does not match address derivation");
            return custom_error(kInvalidOwner);
        }
        if (token::mint(existing.data) != call.key(kMint)) {
            return program_error(RuntimeError::InvalidAccountData);
        }
        return {};
    }
    return create(call);
}

}  // namespace sniperforge::sim
