// SPDX-License-Identifier: MIT
#include "app/account_dump.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <filesystem>

#include "sniperforge/core/base64.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;
using simdjson::dom::element;

[[nodiscard]] Result<Pubkey> key_of(element object, const char* name) {
    std::string_view text;
    if (object[name].get(text) != simdjson::SUCCESS) {
        return fail(fmt::format("no text member \"{}\"", name));
    }
    auto key = Pubkey::parse(text);
    if (!key) {
        return fail(name, key.error());
    }
    return key;
}

[[nodiscard]] Result<std::string_view> data_of(element object) {
    std::string_view text;
    if (object["data_base64"].get(text) == simdjson::SUCCESS) {
        return text;
    }
    simdjson::dom::array pair;
    std::string_view encoding;
    if (object["data"].get(pair) != simdjson::SUCCESS || pair.size() != 2 ||
        pair.at(0).get(text) != simdjson::SUCCESS ||
        pair.at(1).get(encoding) != simdjson::SUCCESS) {
        return fail("neither \"data_base64\" nor \"data\": [TEXT, \"base64\"]");
    }
    if (encoding != "base64") {
        return fail(fmt::format(
            "data is encoded as {}; dump it with --output json, which uses base64", encoding));
    }
    return text;
}

enum class Names : std::uint8_t { Required, Optional };

[[nodiscard]] bool is_absent(element object, const char* name) {
    element member;
    return object[name].get(member) != simdjson::SUCCESS || member.is_null();
}

[[nodiscard]] Result<AccountDump> parse_dump(const std::string& path, element root, Names names) {
    AccountDump dump;
    dump.file = path;
    dump.is_pubkey_known = names == Names::Required || !is_absent(root, "pubkey");
    if (dump.is_pubkey_known) {
        auto pubkey = key_of(root, "pubkey");
        if (!pubkey) {
            return Err{pubkey.error()};
        }
        dump.pubkey = *pubkey;
    }
    element account = root;
    if (element nested; root["account"].get(nested) == simdjson::SUCCESS) {
        if (nested.is_null()) {  // What RPC says of an account that does not exist.
            return dump;
        }
        account = nested;
    }
    dump.is_owner_known = names == Names::Required || !is_absent(account, "owner");
    if (dump.is_owner_known) {
        auto owner = key_of(account, "owner");
        if (!owner) {
            return Err{owner.error()};
        }
        dump.owner = *owner;
    }
    if (std::uint64_t lamports = 0; account["lamports"].get(lamports) == simdjson::SUCCESS) {
        dump.lamports = Lamports{lamports};
    }
    auto text = data_of(account);
    if (!text) {
        return Err{text.error()};
    }
    auto data = base64_decode(*text);
    if (!data) {
        return fail("data", data.error());
    }
    dump.data = std::move(*data);
    return dump;
}

// An account holds at most 10 MiB, a third more in base64.
constexpr std::uintmax_t kDumpBytesMax = 32U << 20U;

// The element lives as long as the parser does.
[[nodiscard]] Result<element> load(simdjson::dom::parser& parser, const std::string& path) {
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(path, error);
    if (error) {
        return fail(fmt::format("cannot read it: {}", error.message()));
    }
    if (bytes > kDumpBytesMax) {
        return fail(fmt::format("it has {} bytes; a dump of one account has at most {}", bytes,
                                kDumpBytesMax));
    }
    element root;
    if (const auto code = parser.load(path).get(root); code != simdjson::SUCCESS) {
        return fail(fmt::format("cannot read it as JSON: {}", simdjson::error_message(code)));
    }
    return root;
}

[[nodiscard]] Result<AccountDump> load_dump(const std::string& path, Names names) {
    simdjson::dom::parser parser;
    const auto root = load(parser, path);
    if (!root) {
        return Err{root.error()};
    }
    return parse_dump(path, *root, names);
}

}  // namespace

Result<AccountDump> read_account_dump(const std::string& path) {
    return load_dump(path, Names::Required);
}

Result<AccountDump> read_nameless_account_dump(const std::string& path) {
    return load_dump(path, Names::Optional);
}

Result<std::vector<AccountDump>> read_account_dumps(const std::string& directory) {
    std::error_code error;
    std::vector<std::string> paths;
    for (const auto& entry : fs::directory_iterator{directory, error}) {
        if (entry.path().extension() == ".json" && !entry.is_directory()) {
            paths.push_back(entry.path().string());
        }
    }
    if (error) {
        return fail(fmt::format("reading the directory {}: {}", directory, error.message()));
    }
    std::sort(paths.begin(), paths.end());
    std::vector<AccountDump> dumps;
    for (const std::string& path : paths) {
        simdjson::dom::parser parser;
        const auto root = load(parser, path);
        if (!root) {
            // Passed by, half a dump would be an account that does not exist.
            return fail(fmt::format("{}: {}; dump it again, or take it out of the directory", path,
                                    root.error().text));
        }
        std::string_view pubkey;
        if ((*root)["pubkey"].get(pubkey) != simdjson::SUCCESS) {
            continue;
        }
        auto dump = parse_dump(path, *root, Names::Required);
        if (!dump) {
            return fail(path, dump.error());
        }
        if (auto other = contradiction(dumps, *dump)) {
            return fail(std::move(*other));
        }
        dumps.push_back(std::move(*dump));
    }
    return dumps;
}

std::optional<std::string> contradiction(std::span<const AccountDump> dumps,
                                         const AccountDump& dump) {
    const auto other = std::ranges::find(dumps, dump.pubkey, &AccountDump::pubkey);
    if (other == dumps.end() || (other->owner == dump.owner && other->data == dump.data)) {
        return std::nullopt;
    }
    return fmt::format("{} and {} are two states of account {}; keep one", other->file, dump.file,
                       dump.pubkey.to_string());
}

}  // namespace sniperforge::app
