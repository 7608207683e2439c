// SPDX-License-Identifier: MIT
// Parts of the CPMM program that its files share.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/program_cpmm_layout.hpp"
#include "sim/runtime.hpp"

namespace sniperforge::sim::cpmm {

// The program's own codes and the Anchor framework's. Source: protocol amm-raydium section 2 and
// wire section 5.
enum class Error : std::uint32_t {
    ConstraintMut = 2000,
    ConstraintRaw = 2003,
    ConstraintSeeds = 2006,
    ConstraintAddress = 2012,
    ConstraintTokenMint = 2014,
    ConstraintTokenOwner = 2015,
    RequireViolated = 2500,
    InstructionMissing = 100,
    InstructionDidNotDeserialize = 102,
    AccountDiscriminatorMismatch = 3002,
    AccountNotEnoughKeys = 3005,
    AccountOwnedByWrongProgram = 3007,
    InvalidProgramId = 3008,
    AccountNotSigner = 3010,
    AccountNotInitialized = 3012,
    NotApproved = 6000,
    InvalidInput = 6003,
    IncorrectLpMint = 6004,
    ExceededSlippage = 6005,
    ZeroTradingTokens = 6006,
    InvalidVault = 6008,
    InitLpAmountTooLess = 6009,
    InsufficientVault = 6012,
};

// Fails after Anchor's log line; `account` names the account that caused it, if one did.
[[nodiscard]] InstructionFailure anchor_error(Invocation& call, Error error,
                                              std::string_view account = {});

// Shared account checks.
[[nodiscard]] ProgramResult check_pool(Invocation& call, std::size_t index);
[[nodiscard]] ProgramResult check_token_account(Invocation& call, std::size_t index,
                                                std::string_view name);
[[nodiscard]] ProgramResult check_mint(Invocation& call, std::size_t index, std::string_view name);
[[nodiscard]] ProgramResult check_writable(Invocation& call, std::size_t index,
                                           std::string_view name);

// One token transfer by `authority`, the pool's authority or a user.
struct TokenTransfer {
    Pubkey program, source, mint, destination, authority;
    std::uint64_t amount = 0;
    std::uint8_t decimals = 0;
};
[[nodiscard]] ProgramResult transfer_tokens(Invocation& call, const TokenTransfer& transfer);

// Vault balances without the fees that the pool owes; nothing when the fees exceed the vault.
struct NetVaults {
    std::uint64_t amount_0 = 0, amount_1 = 0;
};
[[nodiscard]] std::optional<NetVaults> net_vaults(BytesView pool_data, std::uint64_t vault_0,
                                                  std::uint64_t vault_1);

[[nodiscard]] ProgramResult swap(Invocation& call, bool is_base_input);
[[nodiscard]] ProgramResult initialize(Invocation& call);
[[nodiscard]] ProgramResult withdraw(Invocation& call);

}  // namespace sniperforge::sim::cpmm
