// SPDX-License-Identifier: MIT
// getTransaction, encodings json and jsonParsed (protocol rpc 2.1).
#include <fmt/format.h>

#include "rpc/decode_instructions.hpp"
#include "rpc/decode_reply.hpp"

namespace sniperforge::rpc {
namespace {

using json::ondemand::object;
using json::ondemand::value;

struct LoadedKeys {
    std::vector<Pubkey> writable, readonly;
};

// The message's counts of accounts, which give each its flags.
struct Header {
    std::uint64_t signers = 0, readonly_signed = 0, readonly_unsigned = 0;
};

std::vector<Pubkey> read_keys(value list, std::string_view name) {
    std::vector<Pubkey> keys;
    json::for_each(json::to_array(list, name), name,
                   [&](value key) { keys.push_back(json::to_key<Pubkey>(key, name)); });
    return keys;
}

// jsonParsed writes {pubkey, signer, writable, source} and includes the looked-up keys already.
struct MessageKeys {
    std::vector<Pubkey> keys;
    bool has_loaded = false;
    std::vector<bool> are_signers, are_writable;  // Where the list says so.
    std::optional<Header> header;
    std::vector<RawInstruction> instructions;
};

MessageKeys read_message_keys(value list) {
    MessageKeys out;
    json::for_each(json::to_array(list, "accountKeys"), "accountKeys", [&](value key) {
        json::ondemand::json_type type{};
        if (key.type().get(type) == simdjson::SUCCESS &&
            type == json::ondemand::json_type::object) {
            auto members = json::to_object(key, "accountKeys");
            out.keys.push_back(json::key_member<Pubkey>(members, "pubkey"));
            const auto flag = [&members](std::string_view name) {
                value found;
                return json::find_member(members, name, found) && json::to_bool(found, name);
            };
            out.are_signers.push_back(flag("signer"));
            out.are_writable.push_back(flag("writable"));
            out.has_loaded = true;
        } else {
            out.keys.push_back(json::to_key<Pubkey>(key, "accountKeys"));
        }
    });
    return out;
}

std::vector<Lamports> read_balances(value list, std::string_view name) {
    std::vector<Lamports> balances;
    json::for_each(json::to_array(list, name), name,
                   [&](value balance) { balances.emplace_back(json::to_u64(balance, name)); });
    return balances;
}

TokenBalance read_token_balance(value entry, std::string_view name) {
    auto members = json::to_object(entry, name);
    TokenBalance balance;
    balance.account_index = json::u64_member(members, "accountIndex");
    balance.mint = json::key_member<Pubkey>(members, "mint");
    // Absent in transactions from before the node recorded them.
    value found;
    if (json::find_member(members, "owner", found) && !json::is_null(found, "owner")) {
        balance.owner = json::to_key<Pubkey>(found, "owner");
    }
    if (json::find_member(members, "programId", found) && !json::is_null(found, "programId")) {
        balance.program = json::to_key<Pubkey>(found, "programId");
    }
    auto amount = json::object_member(members, "uiTokenAmount");
    balance.amount = TokenAmount{json::to_u64_in_text(json::member(amount, "amount"), "amount")};
    return balance;
}

// Nodes that did not record token balances leave the list out or write null.
std::vector<TokenBalance> read_token_balances(object& meta, std::string_view name, bool& is_told) {
    std::vector<TokenBalance> balances;
    value list;
    if (!json::find_member(meta, name, list) || json::is_null(list, name)) {
        is_told = false;
        return balances;
    }
    json::for_each(json::to_array(list, name), name,
                   [&](value entry) { balances.push_back(read_token_balance(entry, name)); });
    return balances;
}

LoadedKeys read_loaded_keys(object& meta) {
    LoadedKeys loaded;
    value found;
    if (json::find_member(meta, "loadedAddresses", found) &&
        !json::is_null(found, "loadedAddresses")) {
        auto members = json::to_object(found, "loadedAddresses");
        loaded.readonly = read_keys(json::member(members, "readonly"), "readonly");
        loaded.writable = read_keys(json::member(members, "writable"), "writable");
    }
    return loaded;
}

// "Program KEY failed: custom program error: 0x1771": written by the runtime, for each program that
// the error passes through. What a program logs itself starts with "Program log: ".
std::vector<Pubkey> read_programs_failed(object& meta) {
    std::vector<Pubkey> programs;
    value lines;
    if (!json::find_member(meta, "logMessages", lines) || json::is_null(lines, "logMessages")) {
        return programs;
    }
    json::for_each(json::to_array(lines, "logMessages"), "logMessages", [&](value line) {
        if (const auto program = program_failed(json::to_text(line, "logMessages"))) {
            programs.push_back(*program);
        }
    });
    return programs;
}

LoadedKeys read_meta(value raw, TransactionDetail& out, std::vector<RawCalls::Inner>& inner_calls) {
    auto meta = json::to_object(raw, "meta");
    // Alphabetical, as nodes write it.
    out.error = json::to_json_or_empty(json::member(meta, "err"), "err");
    out.fee = Lamports{json::u64_member(meta, "fee")};
    value inner;
    if (json::find_member(meta, "innerInstructions", inner) &&
        !json::is_null(inner, "innerInstructions")) {
        inner_calls = read_inner(inner);
    }
    LoadedKeys loaded = read_loaded_keys(meta);
    if (!out.error.empty()) {
        out.programs_failed = read_programs_failed(meta);
    }
    out.post_balances = read_balances(json::member(meta, "postBalances"), "postBalances");
    bool& is_told = out.are_token_balances_told;
    out.post_token_balances = read_token_balances(meta, "postTokenBalances", is_told);
    out.pre_balances = read_balances(json::member(meta, "preBalances"), "preBalances");
    out.pre_token_balances = read_token_balances(meta, "preTokenBalances", is_told);
    return loaded;
}

MessageKeys read_transaction(value raw, TransactionDetail& out) {
    auto transaction = json::to_object(raw, "transaction");
    auto message = json::object_member(transaction, "message");
    MessageKeys keys = read_message_keys(json::member(message, "accountKeys"));
    value found;
    if (json::find_member(message, "header", found)) {
        auto header = json::to_object(found, "header");
        keys.header.emplace();
        keys.header->readonly_signed = json::u64_member(header, "numReadonlySignedAccounts");
        keys.header->readonly_unsigned = json::u64_member(header, "numReadonlyUnsignedAccounts");
        keys.header->signers = json::u64_member(header, "numRequiredSignatures");
    }
    if (json::find_member(message, "instructions", found)) {
        keys.instructions = read_instructions(found);
    }
    out.signatures = 0;
    json::for_each(json::array_member(transaction, "signatures"), "signatures", [&](value text) {
        static_cast<void>(json::to_text(text, "signatures"));
        ++out.signatures;
    });
    return keys;
}

// Static accounts by the header's counts, looked-up ones by the list that they stand in.
void set_flags(const Header& header, const LoadedKeys& loaded, TransactionDetail& out) {
    const std::size_t own =
        out.account_keys.size() - loaded.writable.size() - loaded.readonly.size();
    if (header.signers > own || header.readonly_signed > header.signers ||
        header.readonly_unsigned > own - header.signers) {
        json::throw_bad_member(
            "header", fmt::format("{} signers, {} and {} read-only of {} accounts", header.signers,
                                  header.readonly_signed, header.readonly_unsigned, own));
    }
    for (std::size_t i = 0; i < out.account_keys.size(); ++i) {
        const bool is_signer = i < header.signers;
        out.are_signers.push_back(is_signer);
        out.are_writable.push_back(i >= own    ? i - own < loaded.writable.size()
                                   : is_signer ? i < header.signers - header.readonly_signed
                                               : i < own - header.readonly_unsigned);
    }
}

// Balances are indexed by the combined account list: a list of another length, or an index past
// its end, would book amounts to the wrong account.
void check_indices(const TransactionDetail& detail) {
    const std::size_t accounts = detail.account_keys.size();
    const auto check_length = [&](std::string_view name, const std::vector<Lamports>& balances) {
        if (balances.size() != accounts) {
            json::throw_bad_member(
                name, fmt::format("{} entries for {} accounts", balances.size(), accounts));
        }
    };
    check_length("preBalances", detail.pre_balances);
    check_length("postBalances", detail.post_balances);
    const auto check_tokens = [&](std::string_view name, const std::vector<TokenBalance>& list) {
        for (const TokenBalance& balance : list) {
            if (balance.account_index >= accounts) {
                json::throw_bad_member(name, fmt::format("accountIndex {} with {} accounts",
                                                         balance.account_index, accounts));
            }
        }
    };
    check_tokens("preTokenBalances", detail.pre_token_balances);
    check_tokens("postTokenBalances", detail.post_token_balances);
}

}  // namespace

std::optional<TransactionDetail> decode_transaction(value result) {
    if (json::is_null(result, "result")) {
        return std::nullopt;
    }
    auto members = json::to_object(result, "result");
    TransactionDetail detail;
    RawCalls calls;
    const LoadedKeys loaded = read_meta(json::member(members, "meta"), detail, calls.inner);
    detail.slot = Slot{json::u64_member(members, "slot")};
    MessageKeys message = read_transaction(json::member(members, "transaction"), detail);
    detail.account_keys = std::move(message.keys);
    if (!message.has_loaded) {
        auto& keys = detail.account_keys;
        keys.insert(keys.end(), loaded.writable.begin(), loaded.writable.end());
        keys.insert(keys.end(), loaded.readonly.begin(), loaded.readonly.end());
    }
    check_indices(detail);
    if (message.has_loaded) {
        detail.are_signers = std::move(message.are_signers);
        detail.are_writable = std::move(message.are_writable);
    } else if (message.header) {
        set_flags(*message.header, loaded, detail);
    }
    calls.top = std::move(message.instructions);
    resolve_calls(std::move(calls), detail);
    return detail;
}

}  // namespace sniperforge::rpc
