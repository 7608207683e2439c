// SPDX-License-Identifier: MIT
// SPL Token and the base instructions of Token-2022: dispatch and shared checks.
#include "sim/program_token.hpp"

#include <fmt/format.h>

#include <array>

#include "sim/programs.hpp"

namespace sniperforge::sim {
namespace token {

InstructionFailure token_error(Invocation& call, Error error) {
    std::string_view text;
    switch (error) {
        case kNotRentExempt:
            text = "Lamport balance below rent-exempt threshold";
            break;
        case kInsufficientFunds:
            text = "insufficient funds";
            break;
        case kInvalidMint:
            text = "Invalid Mint";
            break;
        case kMintMismatch:
            text = "Account not associated with this Mint";
            break;
        case kOwnerMismatch:
            text = "owner does not match";
            break;
        case kFixedSupply:
            text = "the total supply of this token is fixed";
            break;
        case kAlreadyInUse:
            text = "account or token already in use";
            break;
        case kUninitializedState:
            text = "State is uninitialized";
            break;
        case kNativeNotSupported:
            text = "Instruction does not support native tokens";
            break;
        case kNonNativeHasBalance:
            text = "Non-native account can only be closed if its balance is zero";
            break;
        case kInvalidInstruction:
            text = "Invalid instruction";
            break;
        case kInvalidState:
            text = "State is invalid for requested operation";
            break;
        case kOverflow:
            text = "Operation overflowed";
            break;
        case kAuthorityTypeNotSupported:
            text = "Account does not support specified authority type";
            break;
        case kMintCannotFreeze:
            text = "This token mint cannot freeze accounts";
            break;
        case kAccountFrozen:
            text = "Account is frozen";
            break;
        case kMintDecimalsMismatch:
            text = "mint decimals mismatch";
            break;
        case kNonNativeNotSupported:
            text = "Instruction does not support non-native tokens";
            break;
        case kImmutableOwner:
            text = "The owner authority cannot be changed";
            break;
    }
    call.log(fmt::format("Error: {}", text));
    return custom_error(error);
}

ProgramResult need_accounts(const Invocation& call, std::size_t count) {
    if (call.size() < count) {
        return program_error(RuntimeError::NotEnoughAccountKeys);
    }
    return {};
}

ProgramResult check_account(Invocation& call, std::size_t index) {
    const Account& account = call.account(index);
    if (account.owner != call.program_id()) {
        return program_error(RuntimeError::IncorrectProgramId);
    }
    if (!has_account_size(account.data)) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    if (account.data[kState] == kUninitialized) {
        return program_error(RuntimeError::UninitializedAccount);
    }
    return {};
}

ProgramResult check_mint(Invocation& call, std::size_t index) {
    const Account& account = call.account(index);
    if (account.owner != call.program_id()) {
        return program_error(RuntimeError::IncorrectProgramId);
    }
    if (!has_mint_size(account.data)) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    if (account.data[kIsInitialized] == 0) {
        return program_error(RuntimeError::UninitializedAccount);
    }
    return {};
}

ProgramResult check_authority(Invocation& call, std::size_t index, const Pubkey& expected) {
    if (call.key(index) != expected) {
        return token_error(call, kOwnerMismatch);
    }
    if (!call.is_signer(index)) {
        return program_error(RuntimeError::MissingRequiredSignature);
    }
    return {};
}

namespace {

// Compute units are those of recorded transactions where there are any, otherwise of the same
// order. Recorded: Transfer 4,645, TransferChecked 6,147 to 6,238, CloseAccount 2,915,
// InitializeAccount 3,443, InitializeAccount3 4,214, GetAccountDataSize 1,595,
// InitializeImmutableOwner 1,405, MintTo 1,714 and SetAuthority 1,044 (Token-2022).
struct InstructionRow {
    std::uint8_t tag;
    std::string_view name;
    std::uint64_t units;
    ProgramResult (*run)(Invocation&);
};

constexpr auto kInstructions = std::to_array<InstructionRow>({
    {1, "InitializeAccount", 3'443, [](Invocation& c) { return initialize_account(c, false); }},
    {3, "Transfer", 4'645, [](Invocation& c) { return transfer(c, false); }},
    {4, "Approve", 2'904, [](Invocation& c) { return approve(c, false); }},
    {5, "Revoke", 2'677, revoke},
    {6, "SetAuthority", 2'700, set_authority},
    {7, "MintTo", 4'492, [](Invocation& c) { return mint_to(c, false); }},
    {8, "Burn", 4'753, [](Invocation& c) { return burn(c, false); }},
    {9, "CloseAccount", 2'915, close_account},
    {10, "FreezeAccount", 4'265, [](Invocation& c) { return set_frozen(c, true); }},
    {11, "ThawAccount", 4'267, [](Invocation& c) { return set_frozen(c, false); }},
    {12, "TransferChecked", 6'200, [](Invocation& c) { return transfer(c, true); }},
    {13, "ApproveChecked", 4'458, [](Invocation& c) { return approve(c, true); }},
    {14, "MintToChecked", 4'545, [](Invocation& c) { return mint_to(c, true); }},
    {15, "BurnChecked", 4'790, [](Invocation& c) { return burn(c, true); }},
    {16, "InitializeAccount2", 4'388, [](Invocation& c) { return initialize_account(c, true); }},
    {17, "SyncNative", 3'045, sync_native},
    {18, "InitializeAccount3", 4'214, [](Invocation& c) { return initialize_account(c, true); }},
    {20, "InitializeMint2", 2'827, initialize_mint},
    {21, "GetAccountDataSize", 1'595, get_account_data_size},
    {22, "InitializeImmutableOwner", 1'405, initialize_immutable_owner},
});
constexpr std::uint64_t kUnitsOfUnknown = 300;

}  // namespace
}  // namespace token

ProgramResult run_token(Invocation& call) {
    const BytesView data = call.data();
    if (call.program_id() == solana::kToken2022Program && token::is_metadata_instruction(data)) {
        return token::run_metadata(call);
    }
    for (const auto& row : token::kInstructions) {
        if (!data.empty() && data.front() == row.tag) {
            call.log(fmt::format("Instruction: {}", row.name));
            SF_SIM_TRY(call.consume(row.units));
            return row.run(call);
        }
    }
    SF_SIM_TRY(call.consume(token::kUnitsOfUnknown));
    return token::token_error(call, token::kInvalidInstruction);
}

}  // namespace sniperforge::sim
