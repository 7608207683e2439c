// SPDX-License-Identifier: MIT
#include "sim/anchor.hpp"

#include <fmt/format.h>

#include "sim/program_token_layout.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim::anchor {
namespace {

// sha256("anchor:event"), first eight bytes, reversed as Anchor writes it.
constexpr Discriminator kEventTag{0xe4, 0x45, 0xa5, 0x2e, 0x51, 0xcb, 0x9a, 0x1d};
constexpr std::uint64_t kEventUnits = 2'125;  // Recorded: every event call of pump.fun.

}  // namespace

InstructionFailure fail(Invocation& call, const Fault& fault, std::string_view account) {
    const std::string cause = account.empty()
                                  ? "AnchorError occurred."
                                  : fmt::format("AnchorError caused by account: {}.", account);
    call.log(fmt::format("{} Error Code: {}. Error Number: {}. Error Message: {}.", cause,
                         fault.name, fault.code, fault.message));
    return custom_error(fault.code);
}

ProgramResult check_signer(Invocation& call, std::size_t index, std::string_view name) {
    return call.is_signer(index) ? ProgramResult{} : fail(call, kAccountNotSigner, name);
}

ProgramResult check_writable(Invocation& call, std::size_t index, std::string_view name) {
    return call.is_writable(index) ? ProgramResult{} : fail(call, kConstraintMut, name);
}

ProgramResult check_state(Invocation& call, std::size_t index, const Discriminator& discriminator,
                          std::size_t size_min, std::string_view name) {
    const Account& account = call.account(index);
    if (account.data.empty() && account.owner == solana::kSystemProgram) {
        return fail(call, kAccountNotInitialized, name);
    }
    if (account.owner != call.program_id()) {
        return fail(call, kAccountOwnedByWrongProgram, name);
    }
    if (!has_discriminator(account.data, discriminator) || account.data.size() < size_min) {
        return fail(call, kAccountDiscriminatorMismatch, name);
    }
    return {};
}

ProgramResult check_seeds(Invocation& call, std::size_t index, const Pubkey& expected,
                          std::string_view name) {
    return call.key(index) == expected ? ProgramResult{} : fail(call, kConstraintSeeds, name);
}

ProgramResult check_address(Invocation& call, std::size_t index, const Pubkey& expected,
                            std::string_view name) {
    return call.key(index) == expected ? ProgramResult{} : fail(call, kConstraintAddress, name);
}

ProgramResult check_program(Invocation& call, std::size_t index, const Pubkey& expected,
                            std::string_view name) {
    return call.key(index) == expected ? ProgramResult{} : fail(call, kInvalidProgramId, name);
}

ProgramResult check_token_account(Invocation& call, std::size_t index, const Pubkey& mint,
                                  std::string_view name) {
    const Account& account = call.account(index);
    if (account.data.empty() && account.owner == solana::kSystemProgram) {
        return fail(call, kAccountNotInitialized, name);
    }
    if (!solana::is_token_program(account.owner)) {
        return fail(call, kAccountOwnedByWrongProgram, name);
    }
    if (!token::is_account(account)) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    if (token::mint(account.data) != mint) {
        return fail(call, kConstraintTokenMint, name);
    }
    return check_writable(call, index, name);
}

ProgramResult check_mint(Invocation& call, std::size_t index, std::string_view name) {
    if (!solana::is_token_program(call.account(index).owner)) {
        return fail(call, kAccountOwnedByWrongProgram, name);
    }
    if (!token::is_mint(call.account(index))) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    return {};
}

ProgramResult create_account(Invocation& call, const NewAccount& wanted, Signers signers) {
    solana::Instruction create{
        solana::kSystemProgram,
        {solana::writable_signer(wanted.payer), solana::writable_signer(wanted.created)},
        {}};
    append_le(create.data, std::uint32_t{0});
    append_le(create.data, call.clock().rent_exempt_minimum(wanted.space));
    append_le(create.data, std::uint64_t{wanted.space});
    append(create.data, wanted.owner.bytes);
    return call.invoke(create, signers);
}

ProgramResult transfer_lamports(Invocation& call, const LamportTransfer& wanted, Signers signers) {
    if (wanted.lamports == 0) {
        return {};
    }
    solana::Instruction transfer{
        solana::kSystemProgram,
        {solana::writable_signer(wanted.from), solana::writable(wanted.to)},
        {}};
    append_le(transfer.data, std::uint32_t{2});
    append_le(transfer.data, wanted.lamports);
    return call.invoke(transfer, signers);
}

ProgramResult transfer_tokens(Invocation& call, const TokenTransfer& wanted, Signers signers) {
    if (wanted.amount == 0) {
        return {};
    }
    constexpr std::uint8_t kTransferChecked = 12;
    solana::Instruction transfer{
        wanted.program,
        {solana::writable(wanted.source), solana::readonly(wanted.mint),
         solana::writable(wanted.destination), solana::signer(wanted.authority)},
        {kTransferChecked}};
    append_le(transfer.data, wanted.amount);
    append_le(transfer.data, wanted.decimals);
    return call.invoke(transfer, signers);
}

ProgramResult create_associated(Invocation& call, const AssociatedAccount& wanted,
                                Signers signers) {
    return call.invoke(
        {solana::kAssociatedTokenProgram,
         {solana::writable_signer(wanted.payer), solana::writable(wanted.address),
          solana::readonly(wanted.owner), solana::readonly(wanted.mint),
          solana::readonly(solana::kSystemProgram), solana::readonly(wanted.token_program)},
         {}},
        signers);
}

ProgramResult emit(Invocation& call, const Pubkey& event_authority, BytesView event) {
    call.log_data(event);
    solana::Instruction tell{call.program_id(), {solana::signer(event_authority)}, {}};
    append(tell.data, kEventTag);
    append(tell.data, event);
    return call.invoke(tell, {&event_authority, 1});
}

bool is_event(BytesView data) { return has_discriminator(data, kEventTag); }

ProgramResult accept_event(Invocation& call, const Pubkey& event_authority) {
    SF_SIM_TRY(call.consume(kEventUnits));
    if (call.size() < 1) {
        return fail(call, kAccountNotEnoughKeys);
    }
    SF_SIM_TRY(check_seeds(call, 0, event_authority, "event_authority"));
    return check_signer(call, 0, "event_authority");
}

}  // namespace sniperforge::sim::anchor
