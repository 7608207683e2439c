// SPDX-License-Identifier: MIT
// `decode pool`: what account dumps say, offline.
#include <fmt/format.h>

#include <cstdio>

#include "app/account_dump.hpp"
#include "app/commands.hpp"
#include "app/pool_dumps.hpp"
#include "sniperforge/core/json_text.hpp"
#include "sniperforge/dex/describe.hpp"

namespace sniperforge::app {
namespace {

// One file's result.
struct Decoded {
    std::string file;
    std::string error;  // Empty when ok.
    AccountDump dump;
    dex::AccountDescription description;
    std::optional<std::string> price;
    std::optional<std::pair<TokenAmount, TokenAmount>> reserves;  // Of a complete pool.
    std::vector<Pubkey> missing;  // Of a pool: what its quotes need besides.
};

[[nodiscard]] std::vector<Decoded> decode_files(const std::vector<std::string>& files) {
    std::vector<Decoded> results;
    std::vector<AccountDump> dumps;
    for (const std::string& file : files) {
        Decoded& result = results.emplace_back();
        result.file = file;
        auto dump = read_nameless_account_dump(file);
        if (!dump || !dump->is_owner_known) {
            result.error = dump ? "no text member \"owner\": it decides what the account is"
                                : dump.error().text;
            continue;
        }
        result.dump = *dump;
        if (dump->is_pubkey_known) {
            if (auto other = contradiction(dumps, *dump)) {
                result.error = std::move(*other);
                continue;
            }
            dumps.push_back(std::move(*dump));
        }
        auto description =
            dex::describe_account(result.dump.owner, result.dump.pubkey, result.dump.data);
        if (!description) {
            result.error = description.error().text;
            continue;
        }
        result.description = std::move(*description);
    }
    const auto [book, refused] = book_of(dumps);
    for (Decoded& result : results) {
        const auto index = book.find(result.dump.pubkey);
        if (!result.error.empty() || !index) {
            continue;
        }
        const dex::Pool& pool = book.pool(*index);
        result.price = price_of(pool, dumps, refused);
        if (dex::is_complete(pool)) {
            result.reserves = {dex::reserve_a(pool), dex::reserve_b(pool)};
        } else {
            result.missing = accounts_missing(pool, dumps);
        }
    }
    return results;
}

[[nodiscard]] std::string json_of(const Decoded& result) {
    if (!result.error.empty()) {
        return fmt::format(R"({{"file":{},"ok":false,"error":{}}})", json_quoted(result.file),
                           json_quoted(result.error));
    }
    std::string fields;
    for (const auto& [name, value] : result.description.fields) {
        fields += fmt::format("{}{}:{}", fields.empty() ? "" : ",", json_quoted(name),
                              dex::to_json(value));
    }
    const auto venue = result.description.venue;
    return fmt::format(
        R"({{"file":{},"ok":true,"kind":{},"venue":{},"pubkey":{},"owner":"{}","price":{},)"
        R"("reserves":{},"fields":{{{}}}}})",
        json_quoted(result.file), json_quoted(result.description.kind),
        venue ? json_quoted(to_string(*venue)) : "null",
        result.dump.is_pubkey_known ? json_quoted(result.dump.pubkey.to_string()) : "null",
        result.dump.owner.to_string(), result.price ? json_quoted(*result.price) : "null",
        result.reserves ? fmt::format(R"(["{}","{}"])", result.reserves->first.raw(),
                                      result.reserves->second.raw())
                        : "null",
        fields);
}

void print_text(const Decoded& result) {
    if (!result.error.empty()) {
        fmt::print("{}: error: {}\n", result.file, result.error);
        return;
    }
    const auto venue = result.description.venue;
    fmt::print("{}: {}{}{}\n", result.file, venue ? to_string(*venue) : "", venue ? " " : "",
               result.description.kind);
    fmt::print("  {:<24} {}\n  {:<24} {}\n", "pubkey",
               result.dump.is_pubkey_known ? result.dump.pubkey.to_string() : "not in the dump",
               "owner", result.dump.owner.to_string());
    for (const auto& [name, value] : result.description.fields) {
        std::string text = dex::to_json(value);
        if (text.size() >= 2 && text.front() == '"') {
            text = text.substr(1, text.size() - 2);
        }
        fmt::print("  {:<24} {}\n", name, text);
    }
    if (result.price) {
        fmt::print("  {:<24} {}\n", "price of token A in B", *result.price);
    }
    for (const Pubkey& account : result.missing) {
        fmt::print("  {:<24} {}\n", "quotes need the dump of", account.to_string());
    }
    if (result.reserves) {
        fmt::print("  {:<24} {} / {}\n", "liquidity (net reserves)", result.reserves->first.raw(),
                   result.reserves->second.raw());
    }
}

}  // namespace

int decode_pool_command(const std::vector<std::string>& files, bool is_json) {
    const auto results = decode_files(files);
    bool is_all_ok = true;
    std::string json;
    for (const Decoded& result : results) {
        is_all_ok = is_all_ok && result.error.empty();
        if (is_json) {
            json += (json.empty() ? "" : ",\n ") + json_of(result);
        } else {
            print_text(result);
        }
    }
    if (is_json) {
        fmt::print("[{}]\n", json);
    }
    return is_all_ok ? kExitOk : kExitFailed;
}

}  // namespace sniperforge::app
