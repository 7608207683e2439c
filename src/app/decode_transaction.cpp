// SPDX-License-Identifier: MIT
// `decode transaction`: everything that a transaction says, whichever version and encoding.
#include <fmt/format.h>

#include <algorithm>

#include "app/commands.hpp"
#include "app/decode_command.hpp"
#include "app/decode_transaction_file.hpp"
#include "app/instruction_names.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/transaction_fee.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] std::string quoted_key(const Pubkey& key) { return '"' + key.to_string() + '"'; }

[[nodiscard]] std::string json_indexes(BytesView indexes) {
    return fmt::format("[{}]", fmt::join(indexes, ","));
}

template <typename Number>
[[nodiscard]] std::string wide_or_null(const std::optional<Number>& number) {
    return number ? fmt::format("\"{}\"", *number) : "null";
}

// {"pubkey", "signer", "writable", "source"}; the key is null where only its place in a table is
// known.
[[nodiscard]] std::string json_of(const TransactionAccount& account) {
    return JsonFields{}
        .key("pubkey", account.key)
        .boolean("signer", account.is_signer)
        .boolean("writable", account.is_writable)
        .text("source", account.is_looked_up ? "lookupTable" : "transaction")
        .object();
}

[[nodiscard]] std::string json_of_instruction(const TransactionFile& file, std::size_t position) {
    const auto& instruction = file.message.instructions[position];
    const Pubkey& program = file.message.program_id(instruction);
    JsonFields out;
    out.narrow("program_id_index", instruction.program_id_index).key("program", program);
    const auto known = program_name(program);
    out.raw("program_name", known ? json_quoted(*known) : "null");
    if (const auto& parsed = file.parsed[position]) {
        // The node showed its own reading and kept accounts and data back.
        return out.null("accounts")
            .null("account_metas")
            .null("data_hex")
            .text("name", parsed->type)
            .null("args")
            .object();
    }
    std::vector<std::string> metas;
    for (const std::uint8_t index : instruction.account_indexes) {
        metas.push_back(index < file.accounts.size() ? json_of(file.accounts[index]) : "null");
    }
    out.raw("accounts", json_indexes(instruction.account_indexes))
        .raw("account_metas", json_array(metas))
        .text("data_hex", hex_encode(instruction.data));
    const auto name = instruction_name(program, instruction.data);
    if (!name) {
        return out.null("name").null("args").object();
    }
    return out.text("name", name->name).raw("args", name->arguments.object()).object();
}

[[nodiscard]] std::string json_of_lookups(const solana::Message& message) {
    std::vector<std::string> lookups;
    for (const auto& lookup : message.address_table_lookups) {
        lookups.push_back(JsonFields{}
                              .key("table", lookup.table)
                              .raw("writable_indexes", json_indexes(lookup.writable_indexes))
                              .raw("readonly_indexes", json_indexes(lookup.readonly_indexes))
                              .object());
    }
    return json_array(lookups);
}

[[nodiscard]] std::string json_of_config(const solana::Message& message) {
    if (message.version != solana::MessageVersion::V1) {
        return "null";
    }
    const solana::TransactionConfig& config = message.config;
    const auto raw = [](const auto& quantity) {
        return wide_or_null(quantity ? std::optional{quantity->raw()} : std::nullopt);
    };
    const auto narrow = [](const std::optional<std::uint32_t>& number) {
        return number ? fmt::format("{}", *number) : "null";
    };
    return JsonFields{}
        .raw("priority_fee", raw(config.priority_fee))
        .raw("compute_unit_limit", raw(config.compute_unit_limit))
        .raw("loaded_accounts_data_size_limit", narrow(config.loaded_accounts_data_size_limit))
        .raw("heap_bytes", narrow(config.heap_bytes))
        .object();
}

// What it asks to pay, in one form for every version.
[[nodiscard]] std::string json_of_fee(const solana::Message& message) {
    const auto fee = solana::transaction_fee(message);
    if (!fee) {
        return JsonFields{}.text("error", fee.error().text).object();
    }
    return JsonFields{}
        .wide("base", fee->base.raw())
        .wide("priority", fee->priority.raw())
        .wide("total", fee->total().raw())
        .wide("compute_unit_limit", fee->compute_unit_limit.raw())
        .wide("micro_lamports_per_compute_unit", fee->price.raw())
        .object();
}

// Null where the bytes that were signed are not there.
[[nodiscard]] std::string signatures_verify(const TransactionFile& file) {
    if (!file.message_bytes || file.signatures.size() > file.message.account_keys.size()) {
        return "null";
    }
    for (std::size_t i = 0; i < file.signatures.size(); ++i) {
        if (!solana::verify(file.message.account_keys[i], *file.message_bytes,
                            file.signatures[i])) {
            return "false";
        }
    }
    return file.signatures.size() == file.message.header.num_required_signatures ? "true" : "false";
}

// Whether the lifetime is the value of a nonce account: the first instruction advances it.
[[nodiscard]] bool has_durable_nonce(const TransactionFile& file) {
    if (file.message.instructions.empty()) {
        return false;
    }
    const auto& first = file.message.instructions.front();
    if (const auto& parsed = file.parsed.front()) {
        return parsed->program == "system" && parsed->type == "advanceNonce";
    }
    const auto name = instruction_name(file.message.program_id(first), first.data);
    return file.message.program_id(first) == solana::kSystemProgram && name &&
           name->name == "advance_nonce";
}

void add_accounts(JsonFields& fields, const TransactionFile& file) {
    std::vector<std::string> keys;
    std::vector<std::string> accounts;
    for (const TransactionAccount& account : file.accounts) {
        keys.push_back(account.key ? quoted_key(*account.key) : "null");
        accounts.push_back(json_of(account));
    }
    fields.narrow("static_keys", static_cast<std::int64_t>(file.message.account_keys.size()))
        .raw("account_keys", json_array(keys))
        .raw("accounts", json_array(accounts));
}

void add_instructions(JsonFields& fields, const TransactionFile& file) {
    std::vector<std::string> programs;
    std::vector<std::string> instructions;
    for (std::size_t i = 0; i < file.message.instructions.size(); ++i) {
        programs.push_back(quoted_key(file.message.program_id(file.message.instructions[i])));
        instructions.push_back(json_of_instruction(file, i));
    }
    fields.raw("top_level_programs", json_array(programs))
        .raw("instructions", json_array(instructions));
}

void add_meta(JsonFields& fields, const TransactionMeta& meta) {
    fields.raw("slot", wide_or_null(meta.slot))
        .raw("block_time", wide_or_null(meta.block_time))
        .raw("err", meta.error_json)
        .raw("fee", wide_or_null(meta.fee))
        .raw("compute_units", wide_or_null(meta.compute_units))
        .raw("fee_payer_lamport_delta", wide_or_null(meta.payer_delta));
}

[[nodiscard]] JsonFields fields_of(const TransactionFile& file) {
    const solana::Message& message = file.message;
    JsonFields fields;
    fields.text("encoding", file.encoding).raw("version", file.version.value_or("null"));
    std::vector<std::string> signatures;
    for (const Signature& signature : file.signatures) {
        signatures.push_back('"' + signature.to_string() + '"');
    }
    fields.raw("signatures", json_array(signatures))
        .raw("signatures_verify", signatures_verify(file));
    fields.raw("wire_len", file.wire_bytes ? fmt::format("{}", *file.wire_bytes) : "null");
    if (file.is_parsed()) {
        fields.null("header");
    } else {
        fields.raw("header", fmt::format("[{},{},{}]", message.header.num_required_signatures,
                                         message.header.num_readonly_signed,
                                         message.header.num_readonly_unsigned));
    }
    fields.key("fee_payer", message.payer())
        .text("recent_blockhash", message.recent_blockhash.to_string())
        .text("lifetime", has_durable_nonce(file) ? "durable_nonce" : "blockhash")
        .raw("config", json_of_config(message))
        .raw("fee_breakdown", json_of_fee(message));
    add_meta(fields, file.meta);
    add_accounts(fields, file);
    add_instructions(fields, file);
    return fields.raw("address_table_lookups", json_of_lookups(message));
}

}  // namespace

int decode_transaction_command(const std::vector<std::string>& files, bool is_json) {
    std::vector<DecodedFile> results;
    for (const std::string& path : files) {
        DecodedFile& result = results.emplace_back();
        result.file = path;
        result.kind = "transaction";
        const auto file = read_transaction_file(path);
        if (!file) {
            result.error = file.error().text;
            continue;
        }
        result.fields = fields_of(*file);
    }
    return print_decoded(results, is_json);
}

}  // namespace sniperforge::app
