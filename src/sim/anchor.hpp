// SPDX-License-Identifier: MIT
// What programs written with the Anchor framework share: discriminators, errors with their log
// lines, account checks, calls of the System and token programs, and events that a program tells by
// calling itself. Source: protocol wire section 5, amm-pump section 5.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "sim/runtime.hpp"

namespace sniperforge::sim::anchor {

using Discriminator = std::array<std::uint8_t, 8>;

[[nodiscard]] inline bool has_discriminator(BytesView data, const Discriminator& wanted) {
    return data.size() >= wanted.size() && std::ranges::equal(data.first(wanted.size()), wanted);
}
[[nodiscard]] inline Pubkey key_at(BytesView data, std::size_t offset) {
    return Pubkey::from(data.subspan(offset, Pubkey::kSize));
}
inline void put_key(std::span<std::uint8_t> data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}

// An error of a program or of the framework: code, name and message as the log line shows them.
struct Fault {
    std::uint32_t code = 0;
    std::string_view name, message;
};
inline constexpr Fault kInstructionMissing{101, "InstructionFallbackNotFound",
                                           "Fallback functions are not supported"};
inline constexpr Fault kInstructionDidNotDeserialize{
    102, "InstructionDidNotDeserialize", "The program could not deserialize the given instruction"};
inline constexpr Fault kConstraintMut{2000, "ConstraintMut", "A mut constraint was violated"};
inline constexpr Fault kConstraintHasOne{2001, "ConstraintHasOne",
                                         "A has one constraint was violated"};
inline constexpr Fault kConstraintRaw{2003, "ConstraintRaw", "A raw constraint was violated"};
inline constexpr Fault kConstraintSeeds{2006, "ConstraintSeeds", "A seeds constraint was violated"};
inline constexpr Fault kConstraintAddress{2012, "ConstraintAddress",
                                          "An address constraint was violated"};
inline constexpr Fault kConstraintTokenMint{2014, "ConstraintTokenMint",
                                            "A token mint constraint was violated"};
inline constexpr Fault kRequireViolated{2500, "RequireViolated",
                                        "A require expression was violated"};
inline constexpr Fault kAccountDiscriminatorMismatch{
    3002, "AccountDiscriminatorMismatch", "Account discriminator did not match what was expected"};
inline constexpr Fault kAccountNotEnoughKeys{3005, "AccountNotEnoughKeys",
                                             "Not enough account keys given to the instruction"};
inline constexpr Fault kAccountOwnedByWrongProgram{
    3007, "AccountOwnedByWrongProgram",
    "The given account is owned by a different program than expected"};
inline constexpr Fault kInvalidProgramId{3008, "InvalidProgramId",
                                         "Program ID was not as expected"};
inline constexpr Fault kAccountNotSigner{3010, "AccountNotSigner",
                                         "The given account did not sign"};
inline constexpr Fault kAccountNotInitialized{
    3012, "AccountNotInitialized", "The program expected this account to be already initialized"};

// Fails after Anchor's log line; `account` names the account that caused it, if one did.
[[nodiscard]] InstructionFailure fail(Invocation& call, const Fault& fault,
                                      std::string_view account = {});

// ---- Account checks; `name` is what the log line calls the account ----
[[nodiscard]] ProgramResult check_signer(Invocation& call, std::size_t index,
                                         std::string_view name);
[[nodiscard]] ProgramResult check_writable(Invocation& call, std::size_t index,
                                           std::string_view name);
// An account of the running program that starts with the discriminator and holds `size_min` bytes.
[[nodiscard]] ProgramResult check_state(Invocation& call, std::size_t index,
                                        const Discriminator& discriminator, std::size_t size_min,
                                        std::string_view name);
// The account is the one that seeds lead to, or the one that another account names.
[[nodiscard]] ProgramResult check_seeds(Invocation& call, std::size_t index, const Pubkey& expected,
                                        std::string_view name);
[[nodiscard]] ProgramResult check_address(Invocation& call, std::size_t index,
                                          const Pubkey& expected, std::string_view name);
// A program account: the id is `expected`.
[[nodiscard]] ProgramResult check_program(Invocation& call, std::size_t index,
                                          const Pubkey& expected, std::string_view name);
// An initialised token account of this mint, writable; a mint of either token program.
[[nodiscard]] ProgramResult check_token_account(Invocation& call, std::size_t index,
                                                const Pubkey& mint, std::string_view name);
[[nodiscard]] ProgramResult check_mint(Invocation& call, std::size_t index, std::string_view name);

// ---- Calls; `signers` are addresses derived from the running program ----
using Signers = std::span<const Pubkey>;
struct NewAccount {
    Pubkey payer, created, owner;
    std::size_t space = 0;
};
// System CreateAccount with the rent that the space needs; both must sign or be derived.
[[nodiscard]] ProgramResult create_account(Invocation& call, const NewAccount& wanted,
                                           Signers signers);
struct LamportTransfer {
    Pubkey from, to;
    std::uint64_t lamports = 0;
};
// System Transfer; nothing is called for zero lamports.
[[nodiscard]] ProgramResult transfer_lamports(Invocation& call, const LamportTransfer& wanted,
                                              Signers signers = {});
struct TokenTransfer {
    Pubkey program, source, mint, destination, authority;
    std::uint64_t amount = 0;
    std::uint8_t decimals = 0;
};
// TransferChecked; nothing is called for zero tokens.
[[nodiscard]] ProgramResult transfer_tokens(Invocation& call, const TokenTransfer& wanted,
                                            Signers signers = {});
struct AssociatedAccount {
    Pubkey payer, address, owner, mint, token_program;
};
[[nodiscard]] ProgramResult create_associated(Invocation& call, const AssociatedAccount& wanted,
                                              Signers signers = {});

// ---- Events ----
// Tells an event as current programs do: a log line with its bytes (discriminator first), and an
// inner instruction to the program itself with the same bytes behind Anchor's event tag.
[[nodiscard]] ProgramResult emit(Invocation& call, const Pubkey& event_authority, BytesView event);
// Whether the instruction is such a call; then the program answers with accept_event().
[[nodiscard]] bool is_event(BytesView data);
[[nodiscard]] ProgramResult accept_event(Invocation& call, const Pubkey& event_authority);

}  // namespace sniperforge::sim::anchor
