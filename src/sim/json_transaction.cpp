// SPDX-License-Identifier: MIT
#include "sim/json_transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

namespace {

// What every part of one answer needs.
struct Source {
    const Receipt& receipt;
    const solana::Transaction& transaction;
    bool is_parsed = false;
};

void write_keys(JsonWriter& json, std::span<const Pubkey> keys) {
    json.begin_array();
    for (const Pubkey& key : keys) {
        json.string(key.to_string());
    }
    json.end_array();
}

void write_stack_height(JsonWriter& json, std::uint8_t height) {
    json.key("stackHeight");
    if (height <= 1) {
        json.null();
    } else {
        json.number(static_cast<unsigned>(height));
    }
}

void write_instruction(JsonWriter& json, const Source& source, std::uint8_t program_index,
                       BytesView accounts, BytesView data, std::uint8_t height) {
    const auto& keys = source.receipt.account_keys;
    json.begin_object().key("accounts").begin_array();
    for (const std::uint8_t index : accounts) {
        if (source.is_parsed && index < keys.size()) {
            json.string(keys[index].to_string());
        } else {
            json.number(static_cast<unsigned>(index));
        }
    }
    json.end_array().key("data").string(base58_encode(data));
    if (source.is_parsed && program_index < keys.size()) {
        json.key("programId").string(keys[program_index].to_string());
    } else {
        json.key("programIdIndex").number(static_cast<unsigned>(program_index));
    }
    write_stack_height(json, height);
    json.end_object();
}

void write_parsed_keys(JsonWriter& json, const Source& source) {
    const solana::Message& message = source.transaction.message;
    const auto& keys = source.receipt.account_keys;
    const std::size_t static_count = message.account_keys.size();
    json.begin_array();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const bool is_static = i < static_count;
        const bool is_writable =
            is_static ? message.is_writable(i) : i < static_count + source.receipt.loaded_writable;
        json.begin_object().key("pubkey").string(keys[i].to_string());
        json.key("signer").boolean(is_static && message.is_signer(i));
        json.key("source").string(is_static ? "transaction" : "lookupTable");
        json.key("writable").boolean(is_writable).end_object();
    }
    json.end_array();
}

void write_lookups(JsonWriter& json, const solana::Message& message) {
    const auto indexes = [&](BytesView list) {
        json.begin_array();
        for (const std::uint8_t index : list) {
            json.number(static_cast<unsigned>(index));
        }
        json.end_array();
    };
    json.begin_array();
    for (const solana::AddressTableLookup& lookup : message.address_table_lookups) {
        json.begin_object().key("accountKey").string(lookup.table.to_string());
        json.key("readonlyIndexes");
        indexes(lookup.readonly_indexes);
        json.key("writableIndexes");
        indexes(lookup.writable_indexes);
        json.end_object();
    }
    json.end_array();
}

// Every field is there; one that is not set is null.
void write_config(JsonWriter& json, const solana::TransactionConfig& config) {
    const auto write = [&](std::string_view name, const std::optional<std::uint64_t>& value) {
        json.key(name);
        if (value) {
            json.number(*value);
        } else {
            json.null();
        }
    };
    const auto raw = [](const auto& quantity) {
        return quantity ? std::optional{quantity->raw()} : std::nullopt;
    };
    json.begin_object();
    write("computeUnitLimit", raw(config.compute_unit_limit));
    write("heapSize", config.heap_bytes);
    write("loadedAccountsDataSizeLimit", config.loaded_accounts_data_size_limit);
    write("priorityFee", raw(config.priority_fee));
    json.end_object();
}

void write_message(JsonWriter& json, const Source& source) {
    const solana::Message& message = source.transaction.message;
    json.begin_object().key("accountKeys");
    if (source.is_parsed) {
        write_parsed_keys(json, source);
    } else {
        write_keys(json, message.account_keys);
        json.key("header").begin_object().key("numReadonlySignedAccounts");
        json.number(static_cast<unsigned>(message.header.num_readonly_signed));
        json.key("numReadonlyUnsignedAccounts");
        json.number(static_cast<unsigned>(message.header.num_readonly_unsigned));
        json.key("numRequiredSignatures");
        json.number(static_cast<unsigned>(message.header.num_required_signatures)).end_object();
    }
    if (message.version == solana::MessageVersion::V0) {
        json.key("addressTableLookups");
        write_lookups(json, message);
    }
    json.key("instructions").begin_array();
    for (const solana::CompiledInstruction& instruction : message.instructions) {
        write_instruction(json, source, instruction.program_id_index, instruction.account_indexes,
                          instruction.data, 1);
    }
    json.end_array();
    json.key("recentBlockhash").string(message.recent_blockhash.to_string());
    if (message.version == solana::MessageVersion::V1) {
        json.key("transactionConfig");
        write_config(json, message.config);
    }
    json.end_object();
}

void write_body(JsonWriter& json, const Source& source, TransactionEncoding encoding) {
    if (encoding == TransactionEncoding::Base64) {
        json.begin_array().string(base64_encode(source.receipt.wire)).string("base64").end_array();
        return;
    }
    if (encoding == TransactionEncoding::Base58) {
        json.begin_array().string(base58_encode(source.receipt.wire)).string("base58").end_array();
        return;
    }
    json.begin_object().key("message");
    write_message(json, source);
    json.key("signatures").begin_array();
    for (const Signature& signature : source.transaction.signatures) {
        json.string(signature.to_string());
    }
    json.end_array().end_object();
}

void write_token_balances(JsonWriter& json, std::span<const TokenBalance> balances) {
    json.begin_array();
    for (const TokenBalance& balance : balances) {
        json.begin_object().key("accountIndex");
        json.number(static_cast<unsigned>(balance.account_index));
        json.key("mint").string(balance.mint.to_string());
        json.key("owner").string(balance.owner.to_string());
        json.key("programId").string(balance.program.to_string()).key("uiTokenAmount");
        write_token_amount(json, balance.amount, balance.decimals);
        json.end_object();
    }
    json.end_array();
}

void write_numbers(JsonWriter& json, std::span<const std::uint64_t> numbers) {
    json.begin_array();
    for (const std::uint64_t number : numbers) {
        json.number(number);
    }
    json.end_array();
}

void write_inner(JsonWriter& json, const Source& source) {
    json.begin_array();
    for (const InnerInstructions& group : source.receipt.inner_instructions) {
        json.begin_object().key("index").number(static_cast<unsigned>(group.index));
        json.key("instructions").begin_array();
        for (const InnerInstruction& inner : group.instructions) {
            write_instruction(json, source, inner.program_id_index, inner.accounts, inner.data,
                              inner.stack_height);
        }
        json.end_array().end_object();
    }
    json.end_array();
}

void write_meta(JsonWriter& json, const Source& source) {
    const Receipt& receipt = source.receipt;
    json.begin_object().key("computeUnitsConsumed").number(receipt.compute_units_consumed);
    json.key("err").raw(receipt.error_json).key("fee").number(receipt.fee);
    json.key("innerInstructions");
    write_inner(json, source);
    const std::span<const Pubkey> keys{receipt.account_keys};
    const std::size_t loaded = receipt.loaded_writable + receipt.loaded_readonly;
    const auto loaded_keys = keys.last(std::min(loaded, keys.size()));
    json.key("loadedAddresses").begin_object().key("readonly");
    write_keys(json, loaded_keys.last(std::min(receipt.loaded_readonly, loaded_keys.size())));
    json.key("writable");
    write_keys(json, loaded_keys.first(std::min(receipt.loaded_writable, loaded_keys.size())));
    json.end_object().key("logMessages").begin_array();
    for (const std::string& line : receipt.logs) {
        json.string(line);
    }
    json.end_array().key("postBalances");
    write_numbers(json, receipt.post_balances);
    json.key("postTokenBalances");
    write_token_balances(json, receipt.post_token_balances);
    json.key("preBalances");
    write_numbers(json, receipt.pre_balances);
    json.key("preTokenBalances");
    write_token_balances(json, receipt.pre_token_balances);
    json.key("rewards").begin_array().end_array().key("status").begin_object();
    if (receipt.is_failed()) {
        json.key("Err").raw(receipt.error_json);
    } else {
        json.key("Ok").null();
    }
    json.end_object().end_object();
}

// The first program of the transaction whose instructions a node parses; none mostly means the
// partially decoded form, which is what nodes write for all other programs.
std::optional<Pubkey> parsed_program(const Source& source) {
    static const std::array kParsed{solana::kSystemProgram,
                                    solana::kTokenProgram,
                                    solana::kToken2022Program,
                                    solana::kAssociatedTokenProgram,
                                    solana::kMemoProgram,
                                    solana::kAddressLookupTableProgram,
                                    pubkey_constant("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo"),
                                    pubkey_constant("Stake11111111111111111111111111111111111111"),
                                    pubkey_constant("Vote111111111111111111111111111111111111111"),
                                    pubkey_constant("BPFLoader2111111111111111111111111111111111"),
                                    pubkey_constant("BPFLoaderUpgradeab1e11111111111111111111111")};
    const auto& keys = source.receipt.account_keys;
    const auto find = [&](std::uint8_t index) -> std::optional<Pubkey> {
        const bool is_parsed =
            index < keys.size() && std::ranges::find(kParsed, keys[index]) != kParsed.end();
        return is_parsed ? std::optional{keys[index]} : std::nullopt;
    };
    for (const solana::CompiledInstruction& each : source.transaction.message.instructions) {
        if (const auto program = find(each.program_id_index)) {
            return program;
        }
    }
    for (const InnerInstructions& group : source.receipt.inner_instructions) {
        for (const InnerInstruction& each : group.instructions) {
            if (const auto program = find(each.program_id_index)) {
                return program;
            }
        }
    }
    return std::nullopt;
}

// None: legacy, which has no number.
std::optional<unsigned> version_number(solana::MessageVersion version) {
    switch (version) {
        case solana::MessageVersion::Legacy:
            return std::nullopt;
        case solana::MessageVersion::V0:
            return 0;
        case solana::MessageVersion::V1:
            return 1;
    }
    return std::nullopt;
}

JsonRpcResult<TransactionEncoding> read_encoding(std::string_view name) {
    if (name == "json") {
        return TransactionEncoding::Json;
    }
    if (name == "jsonParsed") {
        return TransactionEncoding::JsonParsed;
    }
    if (name == "base64") {
        return TransactionEncoding::Base64;
    }
    if (name == "base58" || name == "binary") {
        return TransactionEncoding::Base58;
    }
    return invalid_params(fmt::format(
        "Invalid params: encoding '{}' must be json, jsonParsed, base64 or base58", name));
}

}  // namespace

JsonRpcResult<TransactionOptions> read_transaction_options(const JsonValue& params,
                                                           std::size_t index) {
    TransactionOptions options;
    const auto value = parameter(params, index);
    if (!value) {
        return options;
    }
    std::string_view name = "json";
    if (value->is_object()) {
        const auto named = member_string(*value, "encoding", "json");
        const auto version = member_u64(*value, "maxSupportedTransactionVersion");
        if (!named || !version) {
            return std::unexpected{named ? version.error() : named.error()};
        }
        name = *named;
        options.version_max = *version;
    } else if (value->get(name) != simdjson::SUCCESS) {
        return invalid_params(
            fmt::format("Invalid params: argument {} must be an object or an encoding", index));
    }
    const auto encoding = read_encoding(name);
    if (!encoding) {
        return std::unexpected{encoding.error()};
    }
    options.encoding = *encoding;
    return options;
}

JsonRpcResult<void> write_transaction(JsonWriter& json, const Receipt& receipt,
                                      const TransactionOptions& options) {
    const auto transaction = solana::parse_transaction(receipt.wire);
    if (!transaction) {
        return std::unexpected{
            JsonRpcError{-32603, "Internal error: " + transaction.error().text, {}}};
    }
    const auto version = version_number(transaction->message.version);
    const bool is_declared = !version || (options.version_max && *version <= *options.version_max);
    if (!is_declared) {
        return std::unexpected{JsonRpcError{
            -32015,
            fmt::format("Transaction version ({0}) is not supported by the requesting client. "
                        "Please try the request again with the following configuration "
                        "parameter: \"maxSupportedTransactionVersion\": {0}",
                        *version),
            {}}};
    }
    const Source source{receipt, *transaction, options.encoding == TransactionEncoding::JsonParsed};
    if (const auto program = source.is_parsed ? parsed_program(source) : std::nullopt) {
        return invalid_params(
            fmt::format("getTransaction jsonParsed: nodes print the instructions of {} in a parsed "
                        "form that is not served here; ask for encoding json",
                        program->to_string()));
    }
    json.begin_object().key("blockTime").number(receipt.block_time.seconds()).key("meta");
    write_meta(json, source);
    json.key("slot").number(receipt.slot.value).key("transaction");
    write_body(json, source, options.encoding);
    if (options.version_max) {
        json.key("version");
        if (version) {
            json.number(*version);
        } else {
            json.string("legacy");
        }
    }
    json.end_object();
    return {};
}

}  // namespace sniperforge::sim
