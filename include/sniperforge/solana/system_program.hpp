// SPDX-License-Identifier: MIT
// System program instructions. Source: protocol wire format sections 3 and 5.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::solana {

struct SystemTransfer {
    Pubkey from;
    Pubkey to;
    Lamports lamports;
};
[[nodiscard]] Instruction system_transfer(const SystemTransfer& options);

struct SystemCreateAccount {
    Pubkey funder;
    Pubkey account;  // Signs too.
    Lamports lamports;
    std::uint64_t space = 0;
    Pubkey owner;
};
[[nodiscard]] Instruction system_create_account(const SystemCreateAccount& options);

// The address that `base` can create an account of `owner` at without another key.
[[nodiscard]] Pubkey system_seed_address(const Pubkey& base, std::string_view seed,
                                         const Pubkey& owner);
struct SystemCreateAccountWithSeed {
    Pubkey funder;     // The base of the address, too, and the only one who signs.
    std::string seed;  // At most 32 bytes.
    Lamports lamports;
    std::uint64_t space = 0;
    Pubkey owner;
};
[[nodiscard]] Instruction system_create_account_with_seed(
    const SystemCreateAccountWithSeed& options);

struct SystemAdvanceNonce {
    Pubkey nonce_account;
    Pubkey authority;
};
[[nodiscard]] Instruction system_advance_nonce(const SystemAdvanceNonce& options);

struct SystemInitializeNonce {
    Pubkey nonce_account;
    Pubkey authority;
};
[[nodiscard]] Instruction system_initialize_nonce(const SystemInitializeNonce& options);

struct SystemWithdrawNonce {
    Pubkey nonce_account;
    Pubkey to;
    Pubkey authority;
    Lamports lamports;
};
[[nodiscard]] Instruction system_withdraw_nonce(const SystemWithdrawNonce& options);

// Creates and initialises a nonce account in one transaction; both instructions are needed.
struct SystemCreateNonce {
    Pubkey funder;
    Pubkey nonce_account;  // Signs too.
    Pubkey authority;
    Lamports lamports;  // At least rent of kNonceAccountBytes.
};
[[nodiscard]] std::array<Instruction, 2> system_create_nonce(const SystemCreateNonce& options);

struct SystemAuthorizeNonce {
    Pubkey nonce_account;
    Pubkey authority;
    Pubkey new_authority;
};
[[nodiscard]] Instruction system_authorize_nonce(const SystemAuthorizeNonce& options);

// What instruction data says. Anything not understood to its last byte is Unknown, although the
// runtime tolerates trailing bytes: whoever decides on it must be able to trust the decoding.
namespace system_instruction {

struct CreateAccount {
    Lamports lamports;
    std::uint64_t space = 0;
    Pubkey owner;
};
struct CreateAccountWithSeed {
    Pubkey base;
    std::string seed;
    Lamports lamports;
    std::uint64_t space = 0;
    Pubkey owner;
};
struct Assign {
    Pubkey owner;
};
struct Transfer {
    Lamports lamports;
};
struct AdvanceNonceAccount {};
struct WithdrawNonceAccount {
    Lamports lamports;
};
struct InitializeNonceAccount {
    Pubkey authority;
};
struct AuthorizeNonceAccount {
    Pubkey authority;
};
struct Allocate {
    std::uint64_t space = 0;
};
struct Unknown {
    std::optional<std::uint32_t> tag;  // None: shorter than a tag.
};

}  // namespace system_instruction

using SystemInstruction =
    std::variant<system_instruction::Unknown, system_instruction::CreateAccount,
                 system_instruction::Assign, system_instruction::Transfer,
                 system_instruction::AdvanceNonceAccount, system_instruction::WithdrawNonceAccount,
                 system_instruction::InitializeNonceAccount,
                 system_instruction::AuthorizeNonceAccount, system_instruction::Allocate,
                 system_instruction::CreateAccountWithSeed>;

[[nodiscard]] SystemInstruction decode_system_instruction(BytesView data);

}  // namespace sniperforge::solana
