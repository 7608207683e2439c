// SPDX-License-Identifier: MIT
// Upkeep of accounts of our own that only hold rent: lookup tables and durable nonces. Each
// transaction makes, changes or gives up one of them and does nothing else: the wallet pays, is the
// authority, and gets what comes back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::signer {

enum class UpkeepKind : std::uint8_t {
    TableCreate,
    TableExtend,
    TableDeactivate,
    TableClose,
    NonceCreate,
    NonceAdvance,
    NonceClose,
};
[[nodiscard]] std::string_view to_string(UpkeepKind kind);

// So many addresses fit beside everything else into one transaction.
inline constexpr std::size_t kUpkeepAddressesMax = 25;
// What a byte of an account costs. It has only ever been lowered; what a node says is not asked.
inline constexpr Lamports kRentPerByteMax{6'960};

struct UpkeepPolicy {
    UpkeepKind kind = UpkeepKind::TableCreate;
    Pubkey account;                   // The table or the nonce account.
    Slot recent_slot{};               // That a new table's address is derived from.
    std::vector<Pubkey> addresses{};  // Exactly those that a table is extended with.
    std::string seed{};               // That a new nonce account's address is derived from.
    Lamports lamports{};              // Exactly those that go into a nonce, or come out of it.
    Lamports cost_max{};              // Fees and rent.
};

// The rent that a nonce account may hold, and that upkeep as the policy says may take.
[[nodiscard]] Lamports nonce_rent_max();
[[nodiscard]] Lamports upkeep_rent_max(const UpkeepPolicy& policy);

// Passes when the message does what the policy says, with `wallet` as payer, authority and
// recipient, and nothing else. What it may cost: fees, and rent at its highest.
[[nodiscard]] Result<Lamports, Refusal> check_upkeep(const solana::Message& message,
                                                     std::span<const solana::AccountMeta> accounts,
                                                     const UpkeepPolicy& policy,
                                                     const Pubkey& wallet);

}  // namespace sniperforge::signer
