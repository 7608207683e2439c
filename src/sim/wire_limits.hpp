// SPDX-License-Identifier: MIT
// How long a request may be, and a transaction in it, as a node checks it before it reads one: by
// version, in its text form and decoded. Error forms: protocol rpc-examples.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::sim {

// The body of a request, and a message on a WebSocket.
inline constexpr std::size_t kRequestBytesMax = 1U << 20U;
inline constexpr std::string_view kTransactionTypeName =
    "solana_transaction::versioned::VersionedTransaction";
// base58 is deprecated and never grew beyond a packet: ceil(1232 · log 256 / log 58).
inline constexpr std::size_t kTransactionBase58Max = 1'683;
inline constexpr std::size_t kTransactionBase64Max =
    base64_encoded_size(solana::kTransactionBytesMaxV1);

// From version 1 on a transaction leads with its version.
[[nodiscard]] inline std::size_t wire_bytes_max(BytesView wire) {
    const bool is_v1 = !wire.empty() && wire[0] == 0x81;
    return is_v1 ? solana::kTransactionBytesMaxV1 : solana::kTransactionBytesMax;
}

// "base64 encoded TYPE too large: 1656 bytes (max: encoded/raw 1644/1232)".
[[nodiscard]] inline std::string encoded_too_large(std::string_view encoding, std::size_t size,
                                                   std::size_t size_max, std::size_t raw_max) {
    return fmt::format("{} encoded {} too large: {} bytes (max: encoded/raw {}/{})", encoding,
                       kTransactionTypeName, size, size_max, raw_max);
}

// What is wrong with the length of a transaction that came as base64 text: the text's, or where
// only its padding let it pass, its own.
[[nodiscard]] inline std::optional<std::string> too_large(BytesView wire) {
    const std::size_t raw_max = wire_bytes_max(wire);
    const std::size_t encoded = base64_encoded_size(wire.size());
    if (encoded > base64_encoded_size(raw_max)) {
        return encoded_too_large("base64", encoded, base64_encoded_size(raw_max), raw_max);
    }
    if (wire.size() > raw_max) {
        return fmt::format("decoded {} too large: {} bytes (max: {} bytes)", kTransactionTypeName,
                           wire.size(), raw_max);
    }
    return std::nullopt;
}

}  // namespace sniperforge::sim
