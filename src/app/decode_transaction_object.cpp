// SPDX-License-Identifier: MIT
#include "app/decode_transaction_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sniperforge/core/base58.hpp"

namespace sniperforge::app {
namespace {

using element = JsonElement;

class ObjectReader {
 public:
    explicit ObjectReader(TransactionFile& out) : out_{out} {}

    [[nodiscard]] Result<void> read(element transaction) {
        element message;
        if (transaction["message"].get(message) != simdjson::SUCCESS) {
            return fail("no member \"message\" in \"transaction\"");
        }
        for (const element signature : list_of(transaction, "signatures")) {
            std::string_view text;
            const auto parsed = signature.get(text) == simdjson::SUCCESS
                                    ? Signature::parse(text)
                                    : Result<Signature>{fail("no text")};
            if (!parsed) {
                return fail("signatures", parsed.error());
            }
            out_.signatures.push_back(*parsed);
        }
        if (out_.signatures.empty()) {
            return fail("no signatures");
        }
        const auto lifetime = text_of(message, "recentBlockhash");
        const auto hash = lifetime ? Hash::parse(*lifetime) : Result<Hash>{fail("missing")};
        if (!hash) {
            return fail("recentBlockhash", hash.error());
        }
        out_.message.recent_blockhash = *hash;
        element header;
        const bool is_plain = message["header"].get(header) == simdjson::SUCCESS;
        out_.encoding = is_plain ? "json" : "jsonParsed";
        if (auto read = is_plain ? read_plain_keys(message, header) : read_parsed_keys(message);
            !read) {
            return read;
        }
        read_config(message);
        if (auto read = read_lookups(message); !read) {
            return read;
        }
        if (auto read = read_instructions(message); !read) {
            return read;
        }
        return is_plain ? serialize() : Result<void>{};
    }

 private:
    [[nodiscard]] Result<void> read_plain_keys(element message, element header) {
        const std::array<const char*, 3> names{"numRequiredSignatures", "numReadonlySignedAccounts",
                                               "numReadonlyUnsignedAccounts"};
        std::array<std::uint8_t, 3> counts{};
        for (std::size_t i = 0; i < names.size(); ++i) {
            element value;
            const auto count = header[names[i]].get(value) == simdjson::SUCCESS
                                   ? byte_of(value, names[i])
                                   : Result<std::uint8_t>{fail("missing")};
            if (!count) {
                return fail(fmt::format("header.{}", names[i]), count.error());
            }
            counts[i] = *count;
        }
        out_.message.header = {counts[0], counts[1], counts[2]};
        for (const element item : list_of(message, "accountKeys")) {
            std::string_view text;
            const auto key = item.get(text) == simdjson::SUCCESS ? Pubkey::parse(text)
                                                                 : Result<Pubkey>{fail("no text")};
            if (!key) {
                return fail("accountKeys", key.error());
            }
            out_.message.account_keys.push_back(*key);
        }
        if (counts[0] == 0 || counts[0] > out_.message.account_keys.size() ||
            out_.message.account_keys.size() > solana::kMessageAccountsMax) {
            return fail(fmt::format("{} required signatures and {} account keys", counts[0],
                                    out_.message.account_keys.size()));
        }
        add_static_accounts(out_);
        return {};
    }

    // {"pubkey", "signer", "writable", "source"}: looked-up accounts come last.
    [[nodiscard]] Result<void> read_parsed_keys(element message) {
        for (const element item : list_of(message, "accountKeys")) {
            const auto text = text_of(item, "pubkey");
            const auto key = text ? Pubkey::parse(*text) : Result<Pubkey>{fail("no \"pubkey\"")};
            if (!key) {
                return fail("accountKeys", key.error());
            }
            TransactionAccount account{*key, flag_of(item, "signer"), flag_of(item, "writable"),
                                       text_of(item, "source") == "lookupTable"};
            const bool is_behind = !out_.accounts.empty() && out_.accounts.back().is_looked_up;
            if (!account.is_looked_up && is_behind) {
                return fail("accountKeys: one of the message's own behind a looked-up one");
            }
            if (!account.is_looked_up) {
                auto& header = out_.message.header;
                const auto add = [](std::uint8_t& count, bool is_one) {
                    count = static_cast<std::uint8_t>(count + (is_one ? 1 : 0));
                };
                add(header.num_required_signatures, account.is_signer);
                add(header.num_readonly_signed, account.is_signer && !account.is_writable);
                add(header.num_readonly_unsigned, !account.is_signer && !account.is_writable);
                out_.message.account_keys.push_back(*key);
            }
            out_.accounts.push_back(std::move(account));
        }
        if (out_.accounts.empty() || out_.accounts.size() > solana::kMessageAccountsMax ||
            out_.message.account_keys.empty()) {
            return fail(fmt::format("{} account keys, expected 1 to {}", out_.accounts.size(),
                                    solana::kMessageAccountsMax));
        }
        return {};
    }

    void read_config(element message) {
        element config;
        if (message["transactionConfig"].get(config) != simdjson::SUCCESS) {
            return;
        }
        out_.message.version = solana::MessageVersion::V1;
        const auto narrow = [&](const char* name) -> std::optional<std::uint32_t> {
            const auto number = number_of(config, name);
            return number && *number <= 0xffff'ffff
                       ? std::optional{static_cast<std::uint32_t>(*number)}
                       : std::nullopt;
        };
        if (const auto fee = number_of(config, "priorityFee")) {
            out_.message.config.priority_fee = Lamports{*fee};
        }
        if (const auto limit = narrow("computeUnitLimit")) {
            out_.message.config.compute_unit_limit = ComputeUnits{*limit};
        }
        out_.message.config.loaded_accounts_data_size_limit = narrow("loadedAccountsDataSizeLimit");
        out_.message.config.heap_bytes = narrow("heapSize");
    }

    [[nodiscard]] Result<void> read_lookups(element message) {
        simdjson::dom::array present;
        if (message["addressTableLookups"].get(present) == simdjson::SUCCESS) {
            out_.message.version = solana::MessageVersion::V0;
        }
        for (const element item : list_of(message, "addressTableLookups")) {
            const auto text = text_of(item, "accountKey");
            const auto table = text ? Pubkey::parse(*text) : Result<Pubkey>{fail("missing")};
            auto writable = indexes_of(item, "writableIndexes");
            auto readonly = indexes_of(item, "readonlyIndexes");
            if (!table || !writable || !readonly) {
                return fail(
                    "addressTableLookups",
                    !table ? table.error() : (!writable ? writable.error() : readonly.error()));
            }
            out_.message.address_table_lookups.push_back({*table, *writable, *readonly});
        }
        return {};
    }

    [[nodiscard]] Result<void> read_instructions(element message) {
        for (const element item : list_of(message, "instructions")) {
            solana::CompiledInstruction instruction;
            auto read = out_.is_parsed() ? read_parsed_instruction(item, instruction)
                                         : read_plain_instruction(item, instruction);
            if (!read) {
                return fail(fmt::format("instruction {}", out_.message.instructions.size()),
                            read.error());
            }
            out_.message.instructions.push_back(instruction);
        }
        out_.parsed.resize(out_.message.instructions.size());
        return {};
    }

    [[nodiscard]] Result<void> read_data(element item, solana::CompiledInstruction& out) {
        const auto text = text_of(item, "data");
        if (!text || text->size() > kTransactionTextMax) {
            return fail("no base58 text \"data\"");
        }
        auto data = base58_decode(*text);
        if (!data) {
            return fail("data", data.error());
        }
        out.data = keep(std::move(*data));
        return {};
    }

    [[nodiscard]] Result<void> read_plain_instruction(element item,
                                                      solana::CompiledInstruction& out) {
        element program;
        const auto index = item["programIdIndex"].get(program) == simdjson::SUCCESS
                               ? byte_of(program, "programIdIndex")
                               : Result<std::uint8_t>{fail("no \"programIdIndex\"")};
        const auto accounts = indexes_of(item, "accounts");
        if (!index || !accounts) {
            return Err{index ? accounts.error() : index.error()};
        }
        out.program_id_index = *index;
        out.account_indexes = *accounts;
        return read_data(item, out);
    }

    // {"programId", "accounts": [KEY], "data"} or {"programId", "program", "parsed": {"type"}}.
    [[nodiscard]] Result<void> read_parsed_instruction(element item,
                                                       solana::CompiledInstruction& out) {
        const auto program = text_of(item, "programId");
        const auto index = index_of(program.value_or(""));
        if (!index || *index >= out_.message.account_keys.size()) {
            return fail("its \"programId\" is none of the message's own account keys");
        }
        out.program_id_index = *index;
        element parsed;
        if (item["parsed"].get(parsed) == simdjson::SUCCESS) {
            std::string_view type;
            // Memos are shown as their text.
            const bool is_typed = parsed["type"].get(type) == simdjson::SUCCESS;
            out_.parsed.resize(out_.message.instructions.size());
            out_.parsed.push_back(
                ParsedInstruction{std::string{text_of(item, "program").value_or("")},
                                  std::string{is_typed ? type : std::string_view{"text"}}});
            return {};
        }
        Bytes indexes;
        for (const element account : list_of(item, "accounts")) {
            std::string_view text;
            const auto at = account.get(text) == simdjson::SUCCESS ? index_of(text) : std::nullopt;
            if (!at) {
                return fail("an account is none of the account keys");
            }
            indexes.push_back(*at);
        }
        out.account_indexes = keep(std::move(indexes));
        return read_data(item, out);
    }

    [[nodiscard]] BytesView keep(Bytes bytes) {
        return out_.storage.emplace_back(std::move(bytes));
    }

    [[nodiscard]] Result<BytesView> indexes_of(element object, const char* name) {
        Bytes indexes;
        for (const element item : list_of(object, name)) {
            const auto index = byte_of(item, name);
            if (!index) {
                return Err{index.error()};
            }
            indexes.push_back(*index);
        }
        return keep(std::move(indexes));
    }

    [[nodiscard]] std::optional<std::uint8_t> index_of(std::string_view text) const {
        const auto key = Pubkey::parse(text);
        if (!key) {
            return std::nullopt;
        }
        const auto found = std::ranges::find(out_.accounts, *key, &TransactionAccount::key);
        return found == out_.accounts.end()
                   ? std::nullopt
                   : std::optional{static_cast<std::uint8_t>(found - out_.accounts.begin())};
    }

    // The bytes that were signed, put together again; they must be a message that parses.
    [[nodiscard]] Result<void> serialize() {
        Bytes bytes = solana::serialize_message(out_.message);
        auto parsed = solana::parse_message(keep(bytes));
        if (!parsed) {
            return fail("the message put together again", parsed.error());
        }
        out_.message = std::move(*parsed);
        out_.message_bytes = std::move(bytes);
        return {};
    }

    TransactionFile& out_;
};

}  // namespace

void add_static_accounts(TransactionFile& out) {
    out.accounts.clear();
    for (std::size_t i = 0; i < out.message.account_keys.size(); ++i) {
        out.accounts.push_back({out.message.account_keys[i], out.message.is_signer(i),
                                out.message.is_writable(i), false});
    }
}

Result<void> read_transaction_object(JsonElement transaction, TransactionFile& out) {
    return ObjectReader{out}.read(transaction);
}

}  // namespace sniperforge::app
