// SPDX-License-Identifier: MIT
// Parts of the token program that its files share: errors, units and authority checks.
#pragma once

#include <cstdint>

#include "sim/program_token_layout.hpp"
#include "sim/runtime.hpp"

namespace sniperforge::sim::token {

// Custom codes. Source: protocol wire section 5.
enum Error : std::uint32_t {
    kNotRentExempt = 0,
    kInsufficientFunds = 1,
    kInvalidMint = 2,
    kMintMismatch = 3,
    kOwnerMismatch = 4,
    kFixedSupply = 5,
    kAlreadyInUse = 6,
    kUninitializedState = 9,
    kNativeNotSupported = 10,
    kNonNativeHasBalance = 11,
    kInvalidInstruction = 12,
    kInvalidState = 13,
    kOverflow = 14,
    kAuthorityTypeNotSupported = 15,
    kMintCannotFreeze = 16,
    kAccountFrozen = 17,
    kMintDecimalsMismatch = 18,
    kNonNativeNotSupported = 19,
    kImmutableOwner = 34,  // Token-2022.
};

// Fails with a custom code, after the log line that the real program prints.
[[nodiscard]] InstructionFailure token_error(Invocation& call, Error error);

// The account at `index` is an initialised token account (mint) of the running token program.
[[nodiscard]] ProgramResult check_account(Invocation& call, std::size_t index);
[[nodiscard]] ProgramResult check_mint(Invocation& call, std::size_t index);
// The account at `index` is `expected` and has signed.
[[nodiscard]] ProgramResult check_authority(Invocation& call, std::size_t index,
                                            const Pubkey& expected);
[[nodiscard]] ProgramResult need_accounts(const Invocation& call, std::size_t count);

// Instructions that move amounts (program_token_amounts.cpp) and that change accounts
// (program_token_accounts.cpp). `is_checked` is the form that names mint and decimals.
[[nodiscard]] ProgramResult transfer(Invocation& call, bool is_checked);
[[nodiscard]] ProgramResult mint_to(Invocation& call, bool is_checked);
[[nodiscard]] ProgramResult burn(Invocation& call, bool is_checked);
[[nodiscard]] ProgramResult sync_native(Invocation& call);

[[nodiscard]] ProgramResult initialize_mint(Invocation& call);
// `owner_in_data` for the forms 2 and 3; the first form has it as account 2.
[[nodiscard]] ProgramResult initialize_account(Invocation& call, bool owner_in_data);
[[nodiscard]] ProgramResult initialize_immutable_owner(Invocation& call);
[[nodiscard]] ProgramResult get_account_data_size(Invocation& call);
[[nodiscard]] ProgramResult approve(Invocation& call, bool is_checked);
[[nodiscard]] ProgramResult revoke(Invocation& call);
[[nodiscard]] ProgramResult set_authority(Invocation& call);
[[nodiscard]] ProgramResult close_account(Invocation& call);
[[nodiscard]] ProgramResult set_frozen(Invocation& call, bool is_freeze);

// Token-2022's metadata in the mint: the pointer, and initialize and update_authority of the
// metadata interface (program_token_metadata.cpp).
[[nodiscard]] bool is_metadata_instruction(BytesView data);
[[nodiscard]] ProgramResult run_metadata(Invocation& call);
// What the metadata of such names adds to a mint.
[[nodiscard]] std::size_t metadata_bytes(std::size_t name, std::size_t symbol, std::size_t uri);
inline constexpr std::size_t kMintWithPointerBytes = 234;

}  // namespace sniperforge::sim::token
