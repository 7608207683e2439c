// SPDX-License-Identifier: MIT
// The System program: Transfer, CreateAccount, Assign, Allocate, the form with a seed, and durable
// nonces (durable_nonce.cpp).
// Source: protocol wire section 5. Log lines are the real ones (without "Program log: ").
#include <fmt/format.h>

#include "sim/durable_nonce.hpp"
#include "sim/programs.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/sha256.hpp"

namespace sniperforge::sim {
namespace {

enum Tag : std::uint32_t {
    kCreateAccount = 0,
    kAssign = 1,
    kTransfer = 2,
    kCreateAccountWithSeed = 3,
    kAdvanceNonce = 4,
    kWithdrawNonce = 5,
    kInitializeNonce = 6,
    kAuthorizeNonce = 7,
    kAllocate = 8,
};
constexpr std::uint32_t kAccountAlreadyInUse = 0;
constexpr std::uint32_t kResultWithNegativeLamports = 1;
constexpr std::uint32_t kInvalidAccountDataLength = 3;
constexpr std::uint32_t kAddressWithSeedMismatch = 5;

constexpr std::uint64_t kSystemComputeUnits = 150;  // As the runtime charges the builtin.
constexpr std::size_t kSeedLengthMax = 32;

ProgramResult need_accounts(const Invocation& call, std::size_t count) {
    if (call.size() < count) {
        return program_error(RuntimeError::NotEnoughAccountKeys);
    }
    return {};
}

ProgramResult transfer(Invocation& call, std::size_t from, std::size_t to, std::uint64_t lamports) {
    if (!call.is_signer(from)) {
        call.log_raw(
            fmt::format("Transfer: `from` account {} must sign", call.key(from).to_string()));
        return program_error(RuntimeError::MissingRequiredSignature);
    }
    if (!call.account(from).data.empty()) {
        call.log_raw("Transfer: `from` must not carry data");
        return program_error(RuntimeError::InvalidArgument);
    }
    if (call.account(from).lamports.raw() < lamports) {
        call.log_raw(fmt::format("Transfer: insufficient lamports {}, need {}",
                                 call.account(from).lamports.raw(), lamports));
        return custom_error(kResultWithNegativeLamports);
    }
    SF_SIM_TRY(call.debit(from, lamports));
    return call.credit(to, lamports);
}

// `may_sign` is the key whose signature allows it: the account's own, or the base of its seed.
ProgramResult allocate(Invocation& call, std::size_t index, std::uint64_t space,
                       const Pubkey& may_sign) {
    const Account& account = call.account(index);
    if (!call.has_signed(may_sign)) {
        call.log_raw(fmt::format("Allocate: 'to' account {} must sign", may_sign.to_string()));
        return program_error(RuntimeError::MissingRequiredSignature);
    }
    if (!account.data.empty() || account.owner != solana::kSystemProgram) {
        call.log_raw(
            fmt::format("Allocate: account {} already in use", call.key(index).to_string()));
        return custom_error(kAccountAlreadyInUse);
    }
    if (space > kAccountBytesMax) {
        call.log_raw(
            fmt::format("Allocate: requested {}, max allowed {}", space, kAccountBytesMax));
        return custom_error(kInvalidAccountDataLength);
    }
    return call.resize(index, space);
}

ProgramResult assign(Invocation& call, std::size_t index, const Pubkey& owner,
                     const Pubkey& may_sign) {
    if (call.account(index).owner == owner) {
        return {};
    }
    if (!call.has_signed(may_sign)) {
        call.log_raw(fmt::format("Assign: account {} must sign", may_sign.to_string()));
        return program_error(RuntimeError::MissingRequiredSignature);
    }
    return call.assign(index, owner);
}

struct NewAccount {
    std::uint64_t lamports = 0;
    std::uint64_t space = 0;
    Pubkey owner;
    Pubkey may_sign;
};

ProgramResult create_account(Invocation& call, const NewAccount& wanted) {
    SF_SIM_TRY(need_accounts(call, 2));
    if (call.account(1).lamports.raw() > 0) {
        call.log_raw(
            fmt::format("Create Account: account {} already in use", call.key(1).to_string()));
        return custom_error(kAccountAlreadyInUse);
    }
    SF_SIM_TRY(allocate(call, 1, wanted.space, wanted.may_sign));
    SF_SIM_TRY(transfer(call, 0, 1, wanted.lamports));
    return assign(call, 1, wanted.owner, wanted.may_sign);
}

ProgramResult create_account_with_seed(Invocation& call, ByteReader& reader) {
    SF_SIM_TRY(need_accounts(call, 2));
    const auto base = reader.read_key<Pubkey>();
    const auto seed_length = reader.read<std::uint64_t>();
    const BytesView seed = reader.take(seed_length);
    const auto lamports = reader.read<std::uint64_t>();
    const auto space = reader.read<std::uint64_t>();
    const auto owner = reader.read_key<Pubkey>();
    if (!reader.ok() || seed.size() > kSeedLengthMax) {
        return program_error(RuntimeError::InvalidInstructionData);
    }
    const Hash derived = solana::sha256({base.bytes, seed, owner.bytes});
    if (derived.bytes != call.key(1).bytes) {
        call.log_raw(fmt::format("Create: address {} does not match derived address {}",
                                 call.key(1).to_string(), derived.to_string()));
        return custom_error(kAddressWithSeedMismatch);
    }
    return create_account(call, {lamports, space, owner, base});
}

ProgramResult run_nonce(Invocation& call, std::uint32_t tag, ByteReader& reader) {
    if (tag == kAdvanceNonce) {
        return advance_nonce(call);
    }
    const auto lamports = tag == kWithdrawNonce ? reader.read<std::uint64_t>() : 0;
    const auto authority = tag == kWithdrawNonce ? Pubkey{} : reader.read_key<Pubkey>();
    if (!reader.ok()) {
        return program_error(RuntimeError::InvalidInstructionData);
    }
    if (tag == kWithdrawNonce) {
        return withdraw_nonce(call, lamports);
    }
    return tag == kInitializeNonce ? initialize_nonce(call, authority)
                                   : authorize_nonce(call, authority);
}

}  // namespace

ProgramResult run_system(Invocation& call) {
    SF_SIM_TRY(call.consume(kSystemComputeUnits));
    ByteReader reader{call.data()};
    const auto tag = reader.read<std::uint32_t>();
    if (!reader.ok()) {
        return program_error(RuntimeError::InvalidInstructionData);
    }
    switch (tag) {
        case kCreateAccount: {
            SF_SIM_TRY(need_accounts(call, 2));
            const auto lamports = reader.read<std::uint64_t>();
            const auto space = reader.read<std::uint64_t>();
            const auto owner = reader.read_key<Pubkey>();
            if (!reader.ok()) {
                return program_error(RuntimeError::InvalidInstructionData);
            }
            return create_account(call, {lamports, space, owner, call.key(1)});
        }
        case kAssign: {
            SF_SIM_TRY(need_accounts(call, 1));
            const auto owner = reader.read_key<Pubkey>();
            if (!reader.ok()) {
                return program_error(RuntimeError::InvalidInstructionData);
            }
            return assign(call, 0, owner, call.key(0));
        }
        case kTransfer: {
            SF_SIM_TRY(need_accounts(call, 2));
            const auto lamports = reader.read<std::uint64_t>();
            if (!reader.ok()) {
                return program_error(RuntimeError::InvalidInstructionData);
            }
            return transfer(call, 0, 1, lamports);
        }
        case kCreateAccountWithSeed:
            return create_account_with_seed(call, reader);
        case kAdvanceNonce:
        case kWithdrawNonce:
        case kInitializeNonce:
        case kAuthorizeNonce:
            return run_nonce(call, tag, reader);
        case kAllocate: {
            SF_SIM_TRY(need_accounts(call, 1));
            const auto space = reader.read<std::uint64_t>();
            if (!reader.ok()) {
                return program_error(RuntimeError::InvalidInstructionData);
            }
            return allocate(call, 0, space, call.key(0));
        }
        default:
            return program_error(RuntimeError::InvalidInstructionData);
    }
}

}  // namespace sniperforge::sim
