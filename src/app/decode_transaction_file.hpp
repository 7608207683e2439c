// SPDX-License-Identifier: MIT
// A transaction from a file: what getTransaction answered (base64, base58, json or jsonParsed; the
// whole envelope, its result, or a recording of it under "response"), or the bare base64 or base58
// text of one.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::app {

// One account of the combined index space.
struct TransactionAccount {
    std::optional<Pubkey> key;  // None: in a lookup table whose addresses the file does not tell.
    bool is_signer = false;
    bool is_writable = false;
    bool is_looked_up = false;
};

// Why an instruction of a jsonParsed answer has no data: the node shows what it understood instead.
struct ParsedInstruction {
    std::string program;
    std::string type;
};

// What the node tells beside the transaction.
struct TransactionMeta {
    std::optional<std::uint64_t> slot;
    std::optional<std::int64_t> block_time;
    std::optional<std::uint64_t> fee;
    std::optional<std::uint64_t> compute_units;
    std::string error_json = "null";
    std::optional<std::int64_t> payer_delta;  // Lamports.
};

struct TransactionFile {
    std::string encoding;
    // As the node says it, "legacy" or a number; else from the bytes; else not known.
    std::optional<std::string> version;
    std::vector<Signature> signatures;
    // From the bytes or from JSON. Of a jsonParsed answer header and indexes are worked out from
    // the accounts' flags, and the data of parsed instructions is missing.
    solana::Message message;
    std::vector<TransactionAccount> accounts;
    std::vector<std::optional<ParsedInstruction>> parsed;  // By instruction.
    std::optional<std::size_t> wire_bytes;
    // What the signatures sign: the bytes, or put together again from json. None of jsonParsed.
    std::optional<Bytes> message_bytes;
    TransactionMeta meta;
    std::deque<Bytes> storage;  // What the message's views look at. (Elements stay in place.)

    [[nodiscard]] bool is_parsed() const { return encoding == "jsonParsed"; }
};

// The error says what was expected where.
[[nodiscard]] Result<TransactionFile> parse_transaction_file(std::string_view text);
[[nodiscard]] Result<TransactionFile> read_transaction_file(const std::string& path);

}  // namespace sniperforge::app
