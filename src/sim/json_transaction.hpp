// SPDX-License-Identifier: MIT
// Executed transactions as getTransaction prints them: json, jsonParsed, base64 and base58.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/json_account.hpp"
#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {

enum class TransactionEncoding : std::uint8_t { Json, JsonParsed, Base64, Base58 };

struct TransactionOptions {
    TransactionEncoding encoding = TransactionEncoding::Json;
    std::optional<std::uint64_t> version_max;  // None: legacy only, and no `version` is written.
};

// params[index]: {encoding, maxSupportedTransactionVersion}, or the encoding alone as a string.
[[nodiscard]] JsonRpcResult<TransactionOptions> read_transaction_options(const JsonValue& params,
                                                                         std::size_t index);

// {"blockTime":..,"meta":{..},"slot":..,"transaction":..,"version":..}; -32015 when the version is
// above what the client declared. jsonParsed names every key with its flags and writes instructions
// in the partially decoded form {programId, accounts, data}, as nodes do for programs that they
// have no parser for. An instruction of one that they do parse is an error that says so: what its
// parsed form is no document of ours tells.
[[nodiscard]] JsonRpcResult<void> write_transaction(JsonWriter& json, const Receipt& receipt,
                                                    const TransactionOptions& options);

}  // namespace sniperforge::sim
