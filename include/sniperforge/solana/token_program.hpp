// SPDX-License-Identifier: MIT
// SPL Token instructions; Token-2022 takes the same bytes under its own program id.
// Source: protocol wire format section 5.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {

struct TokenTransfer {
    Pubkey source;
    Pubkey destination;
    Pubkey authority;
    TokenAmount amount;
    Pubkey token_program = kTokenProgram;
};
[[nodiscard]] Instruction token_transfer(const TokenTransfer& options);

struct TokenTransferChecked {
    Pubkey source;
    Pubkey mint;
    Pubkey destination;
    Pubkey authority;
    TokenAmount amount;
    std::uint8_t decimals = 0;
    Pubkey token_program = kTokenProgram;
};
[[nodiscard]] Instruction token_transfer_checked(const TokenTransferChecked& options);

struct TokenApprove {
    Pubkey source;
    Pubkey delegate;
    Pubkey owner;
    TokenAmount amount;
    Pubkey token_program = kTokenProgram;
};
[[nodiscard]] Instruction token_approve(const TokenApprove& options);

struct TokenRevoke {
    Pubkey source;
    Pubkey owner;
    Pubkey token_program = kTokenProgram;
};
[[nodiscard]] Instruction token_revoke(const TokenRevoke& options);

struct TokenMintTo {
    Pubkey mint;
    Pubkey destination;
    Pubkey authority;
    TokenAmount amount;
    Pubkey token_program = kTokenProgram;
};
[[nodiscard]] Instruction token_mint_to(const TokenMintTo& options);

struct TokenBurn {
    Pubkey source;
    Pubkey mint;
    Pubkey owner;
    TokenAmount amount;
    Pubkey token_program = kTokenProgram;
};
[[nodiscard]] Instruction token_burn(const TokenBurn& options);

struct TokenCloseAccount {
    Pubkey account;
    Pubkey destination;  // Receives all lamports.
    Pubkey owner;
    Pubkey token_program = kTokenProgram;
};
[[nodiscard]] Instruction token_close_account(const TokenCloseAccount& options);

// Sets a wrapped-SOL account's amount to its lamports above the rent reserve.
[[nodiscard]] Instruction token_sync_native(const Pubkey& account);

struct TokenInitializeAccount3 {
    Pubkey account;
    Pubkey mint;
    Pubkey owner;
    Pubkey token_program = kTokenProgram;
};
[[nodiscard]] Instruction token_initialize_account3(const TokenInitializeAccount3& options);

struct TokenInitializeMint2 {
    Pubkey mint;
    std::uint8_t decimals = 0;
    Pubkey mint_authority;
    std::optional<Pubkey> freeze_authority;
    Pubkey token_program = kTokenProgram;
};
[[nodiscard]] Instruction token_initialize_mint2(const TokenInitializeMint2& options);

// What instruction data says. Anything not understood to its last byte is Unknown.
namespace token_instruction {

struct Transfer {
    TokenAmount amount;
};
struct Approve {
    TokenAmount amount;
};
struct Revoke {};
struct SetAuthority {
    std::uint8_t authority_type = 0;  // 0 mint tokens, 1 freeze, 2 account owner, 3 close account.
    std::optional<Pubkey> new_authority;
};
struct MintTo {
    TokenAmount amount;
};
struct Burn {
    TokenAmount amount;
};
struct CloseAccount {};
struct TransferChecked {
    TokenAmount amount;
    std::uint8_t decimals = 0;
};
struct SyncNative {};
struct InitializeAccount3 {
    Pubkey owner;
};
struct InitializeMint2 {
    std::uint8_t decimals = 0;
    Pubkey mint_authority;
    std::optional<Pubkey> freeze_authority;
};
struct Unknown {
    std::optional<std::uint8_t> tag;  // None: empty data.
};

}  // namespace token_instruction

using TokenInstruction =
    std::variant<token_instruction::Unknown, token_instruction::Transfer,
                 token_instruction::Approve, token_instruction::Revoke,
                 token_instruction::SetAuthority, token_instruction::MintTo,
                 token_instruction::Burn, token_instruction::CloseAccount,
                 token_instruction::TransferChecked, token_instruction::SyncNative,
                 token_instruction::InitializeAccount3, token_instruction::InitializeMint2>;

[[nodiscard]] TokenInstruction decode_token_instruction(BytesView data);

}  // namespace sniperforge::solana
