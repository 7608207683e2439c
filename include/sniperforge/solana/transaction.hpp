// SPDX-License-Identifier: MIT
// Signed transactions, legacy, v0 and v1. Source: protocol wire format section 2.
//
// Lifetime: a parsed Transaction borrows the bytes it was parsed from, see message.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::solana {

struct Transaction {
    std::vector<Signature> signatures;  // As many as the header requires, in key order.
    Message message;
    BytesView message_bytes;  // What the signatures sign.

    // The first signature: what explorers and RPC call the transaction's signature.
    [[nodiscard]] const Signature& transaction_id() const { return signatures.front(); }
};

// Parses one transaction; all of `bytes` must be it. Signatures are not verified here.
// Version 2 and later ones are UnsupportedVersion, see DecodeErrorKind.
[[nodiscard]] Decoded<Transaction> parse_transaction(BytesView bytes);
Decoded<Transaction> parse_transaction(Bytes&& temporary) = delete;  // The views would dangle.
// The same into a Transaction whose vectors are reused: no heap once they have grown.
[[nodiscard]] Decoded<void> parse_transaction_into(BytesView bytes, Transaction& out);

// The exact inverse of parse_transaction.
[[nodiscard]] Bytes serialize_transaction(const Transaction& transaction);

// The first signature of a transaction's bytes without parsing them: nothing when there is none
// where the version has it (in front, or behind the message from version 1 on).
[[nodiscard]] std::optional<Signature> transaction_id_of(BytesView transaction);
// Likewise what the signatures sign.
[[nodiscard]] std::optional<BytesView> message_bytes_of(BytesView transaction);

// Whether every signature is its account key's signature of the message.
[[nodiscard]] bool verify_signatures(const Transaction& transaction);

// Signs the exact message bytes with every key the header requires; `signers` may be in any order
// and must hold exactly those keys. Fails above transaction_bytes_max of the message's version.
[[nodiscard]] Result<Bytes> sign_transaction(BytesView message,
                                             std::span<const Keypair* const> signers);
[[nodiscard]] Result<Bytes> sign_transaction(BytesView message, const Keypair& signer);
// The same into a buffer that is reused (cleared first): no heap once it has grown.
[[nodiscard]] Result<void> sign_transaction_into(Bytes& out, BytesView message,
                                                 std::span<const Keypair* const> signers);

// The message with zeros for signatures: for simulateTransaction with sigVerify off.
[[nodiscard]] Result<Bytes> unsigned_transaction(BytesView message);

}  // namespace sniperforge::solana
