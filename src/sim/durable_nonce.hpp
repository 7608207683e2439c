// SPDX-License-Identifier: MIT
// Durable nonces: a transaction whose lifetime is the value of a nonce account stays valid until
// the nonce is advanced, which its own first instruction does even when the rest fails.
// Source: protocol wire section 3.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/runtime.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::sim {

struct ChainState;

// The value that a nonce account takes while `blockhash` is the last one.
[[nodiscard]] Hash durable_nonce_of(const Hash& blockhash);

// What a nonce account's data says. Blank data is an uninitialised account, as it is created.
struct NonceState {
    bool is_initialized = false;
    Pubkey authority;
    Hash nonce;
};
// Nothing when the data is no nonce account's.
[[nodiscard]] std::optional<NonceState> read_nonce(BytesView data);
[[nodiscard]] Bytes nonce_data(const NonceState& state);

// The nonce that gives a message its lifetime.
struct NonceUse {
    std::uint8_t account_index = 0;  // Into the message's static keys.
    NonceState advanced;             // Once the transaction is in a block.
};
// Nothing unless the message advances, first of all and with its authority's signature, a nonce
// account that holds the message's lifetime and was not advanced in this block already.
// `tip`: the slot that its node is at.
[[nodiscard]] std::optional<NonceUse> nonce_use(const ChainState& state,
                                                const solana::Message& message, Slot tip);

// The System program's nonce instructions, behind their tag.
[[nodiscard]] ProgramResult advance_nonce(Invocation& call);
[[nodiscard]] ProgramResult withdraw_nonce(Invocation& call, std::uint64_t lamports);
[[nodiscard]] ProgramResult initialize_nonce(Invocation& call, const Pubkey& authority);
[[nodiscard]] ProgramResult authorize_nonce(Invocation& call, const Pubkey& authority);

}  // namespace sniperforge::sim
