// SPDX-License-Identifier: MIT
#include "app/decode_transaction_file.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "app/decode_transaction_object.hpp"
#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::app {
namespace {

using simdjson::dom::array;
using element = JsonElement;

// A getTransaction answer is at most some hundred kilobytes.
constexpr std::size_t kTransactionFileBytesMax = 16 * 1024 * 1024;
[[nodiscard]] std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Puts a TransactionFile together from an answer's parts.
class Reader {
 public:
    [[nodiscard]] Result<TransactionFile> read_json(element root) {
        element result = root;
        for (const char* wrapper : {"response", "result"}) {
            if (element inner; result[wrapper].get(inner) == simdjson::SUCCESS) {
                result = inner;
            }
        }
        element transaction;
        if (result.is_null()) {
            return fail("the node does not know the transaction: its result is null");
        }
        if (result["transaction"].get(transaction) != simdjson::SUCCESS) {
            return fail("no member \"transaction\": expected what getTransaction answers");
        }
        read_meta(result);
        auto read = transaction.is_array() ? read_encoded(transaction)
                                           : read_transaction_object(transaction, out_);
        if (!read) {
            return Err{read.error()};
        }
        read_version(result);
        read_loaded(result);
        return std::move(out_);
    }

    [[nodiscard]] Result<TransactionFile> read_text(std::string_view text) {
        if (text.empty() || text.size() > kTransactionTextMax) {
            return fail(
                fmt::format("{} characters of text, expected base64 or base58 of at most "
                            "{} bytes, or JSON",
                            text.size(), solana::kTransactionBytesMaxV1));
        }
        // Every base58 letter is one of base64, too: whichever gives a transaction is meant.
        out_.encoding = "base64";
        const auto bytes = base64_decode(text);
        auto read = bytes ? read_bytes(*bytes) : Result<void>{fail("base64", bytes.error())};
        if (!read) {
            out_.encoding = "base58";
            const auto other = base58_decode(text);
            if (!other || !read_bytes(*other)) {
                return fail("neither base64 nor base58 of a transaction", read.error());
            }
        }
        read_version({});
        return std::move(out_);
    }

 private:
    // ---- Bytes ----
    [[nodiscard]] Result<void> read_encoded(element pair) {
        array items;
        std::string_view text;
        std::string_view encoding;
        if (pair.get(items) != simdjson::SUCCESS || items.size() != 2 ||
            items.at(0).get(text) != simdjson::SUCCESS ||
            items.at(1).get(encoding) != simdjson::SUCCESS) {
            return fail("\"transaction\" is no [TEXT, ENCODING]");
        }
        out_.encoding = encoding;
        if (encoding == "base64") {
            const auto bytes = base64_decode(text);
            return bytes ? read_bytes(*bytes) : fail("transaction", bytes.error());
        }
        if (encoding == "base58") {
            const auto bytes = text.size() <= kTransactionTextMax ? base58_decode(text)
                                                                  : Result<Bytes>{fail("too long")};
            return bytes ? read_bytes(*bytes) : fail("transaction", bytes.error());
        }
        return fail(
            fmt::format("encoding {}: expected base64, base58, json or jsonParsed", encoding));
    }

    [[nodiscard]] Result<void> read_bytes(BytesView bytes) {
        const BytesView kept = out_.storage.emplace_back(bytes.begin(), bytes.end());
        auto transaction = solana::parse_transaction(kept);
        if (!transaction) {
            return fail("transaction", transaction.error());
        }
        out_.signatures = std::move(transaction->signatures);
        out_.message = std::move(transaction->message);
        out_.wire_bytes = bytes.size();
        out_.message_bytes =
            Bytes{transaction->message_bytes.begin(), transaction->message_bytes.end()};
        add_static_accounts(out_);
        out_.parsed.resize(out_.message.instructions.size());
        return {};
    }

    // The addresses that the node loaded, or their places only.
    void read_loaded(element result) {
        if (out_.is_parsed()) {
            return;
        }
        for (const bool is_writable : {true, false}) {
            const std::size_t count = is_writable ? out_.message.loaded_writable_count()
                                                  : out_.message.loaded_readonly_count();
            element meta;
            element loaded;
            std::vector<element> keys;
            if (result["meta"].get(meta) == simdjson::SUCCESS &&
                meta["loadedAddresses"].get(loaded) == simdjson::SUCCESS) {
                keys = list_of(loaded, is_writable ? "writable" : "readonly");
            }
            for (std::size_t i = 0; i < count; ++i) {
                std::string_view text;
                const auto key = keys.size() == count && keys[i].get(text) == simdjson::SUCCESS
                                     ? Pubkey::parse(text)
                                     : Result<Pubkey>{fail("not told")};
                out_.accounts.push_back(
                    {key ? std::optional{*key} : std::nullopt, false, is_writable, true});
            }
        }
    }

    void read_version(std::optional<element> result) {
        element version;
        if (result && (*result)["version"].get(version) == simdjson::SUCCESS) {
            std::uint64_t number = 0;
            std::string_view text;
            if (version.get(number) == simdjson::SUCCESS) {
                out_.version = fmt::format("{}", number);
            } else if (version.get(text) == simdjson::SUCCESS) {
                out_.version = fmt::format("\"{}\"", text == "legacy" ? text : "unknown");
            }
            return;
        }
        if (out_.wire_bytes) {
            out_.version = out_.message.version == solana::MessageVersion::Legacy ? "\"legacy\""
                           : out_.message.version == solana::MessageVersion::V0   ? "0"
                                                                                  : "1";
        }
    }

    void read_meta(element result) {
        TransactionMeta& meta = out_.meta;
        meta.slot = number_of(result, "slot");
        std::int64_t time = 0;
        if (result["blockTime"].get(time) == simdjson::SUCCESS) {
            meta.block_time = time;
        }
        element object;
        if (result["meta"].get(object) != simdjson::SUCCESS) {
            return;
        }
        meta.fee = number_of(object, "fee");
        meta.compute_units = number_of(object, "computeUnitsConsumed");
        if (element error; object["err"].get(error) == simdjson::SUCCESS) {
            meta.error_json = simdjson::minify(error);
        }
        const auto before = list_of(object, "preBalances");
        const auto after = list_of(object, "postBalances");
        std::int64_t held = 0;
        std::int64_t left = 0;
        if (!before.empty() && !after.empty() && before[0].get(held) == simdjson::SUCCESS &&
            after[0].get(left) == simdjson::SUCCESS && held >= 0 && left >= 0) {
            meta.payer_delta = left - held;
        }
    }

    TransactionFile out_;
};

}  // namespace

Result<TransactionFile> parse_transaction_file(std::string_view text) {
    const std::string_view body = trimmed(text);
    if (!body.starts_with('{')) {
        return Reader{}.read_text(body);
    }
    simdjson::dom::parser parser;
    element root;
    if (const auto error = parser.parse(body.data(), body.size()).get(root);
        error != simdjson::SUCCESS) {
        return fail(fmt::format("cannot read it as JSON: {}", simdjson::error_message(error)));
    }
    return Reader{}.read_json(root);
}

Result<TransactionFile> read_transaction_file(const std::string& path) {
    if (std::error_code error; std::filesystem::is_directory(path, error)) {
        return fail("it is a directory; name a file in it");
    }
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        return fail(fmt::format("cannot open it: {}", std::strerror(errno)));
    }
    std::string text(kTransactionFileBytesMax + 1, '\0');  // Pipes do not tell their size.
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) {
        return fail(fmt::format("cannot read it: {}", std::strerror(errno)));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kTransactionFileBytesMax) {
        return fail(
            fmt::format("it has more than {} bytes; what getTransaction answers has some "
                        "hundred kilobytes at most",
                        kTransactionFileBytesMax));
    }
    return parse_transaction_file(text);
}

}  // namespace sniperforge::app
