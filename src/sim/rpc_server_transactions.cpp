// SPDX-License-Identifier: MIT
// Methods that send, simulate and look up transactions.
#include <algorithm>

#include "sim/json_transaction.hpp"
#include "sim/rpc_server.hpp"
#include "sim/wire_limits.hpp"
#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

namespace {

constexpr std::size_t kSimulationAccountsMax = 64;
constexpr std::size_t kStatusesMax = 256;
constexpr std::size_t kSignaturesMax = 1'000;

// A transaction as sendTransaction and simulateTransaction take it; base58 is the default.
JsonRpcResult<Bytes> read_transaction(const JsonValue& params) {
    const auto text = string_parameter(params, 0);
    if (!text) {
        return std::unexpected{text.error()};
    }
    std::string_view encoding = "base58";
    if (const auto config = parameter(params, 1)) {
        if (!config->is_object()) {
            return invalid_params("Invalid params: argument 1 must be an object");
        }
        const auto named = member_string(*config, "encoding", encoding);
        if (!named) {
            return std::unexpected{named.error()};
        }
        encoding = *named;
    }
    if (encoding != "base64" && encoding != "base58") {
        return invalid_params(
            fmt::format("unsupported encoding: {}. Supported encodings: base58, base64", encoding));
    }
    const bool is_base64 = encoding == "base64";
    if (is_base64 && text->size() > kTransactionBase64Max) {
        return invalid_params(encoded_too_large(encoding, text->size(), kTransactionBase64Max,
                                                solana::kTransactionBytesMaxV1));
    }
    if (!is_base64 && text->size() > kTransactionBase58Max) {
        return invalid_params(encoded_too_large(encoding, text->size(), kTransactionBase58Max,
                                                solana::kTransactionBytesMax));
    }
    auto wire = is_base64 ? base64_decode(*text) : base58_decode(*text);
    if (!wire) {
        return invalid_params(fmt::format("invalid {} encoding: {}", encoding, wire.error().text));
    }
    if (const auto refused = too_large(*wire)) {
        return invalid_params(*refused);
    }
    if (auto parsed = solana::parse_transaction(*wire); !parsed) {
        return invalid_params(
            fmt::format("failed to deserialize {}: {}", kTransactionTypeName, parsed.error().text));
    }
    return std::move(*wire);
}

std::unexpected<JsonRpcError> refused(const SubmitError& error) {
    return std::unexpected{JsonRpcError{error.code, error.message, error.data_json}};
}

void write_lines(JsonWriter& json, std::span<const std::string> lines) {
    json.begin_array();
    for (const std::string& line : lines) {
        json.string(line);
    }
    json.end_array();
}

void write_accounts(JsonWriter& json, std::span<const std::optional<Account>> accounts,
                    AccountEncoding encoding, const AccountFinder& find) {
    json.begin_array();
    for (const auto& account : accounts) {
        if (account) {
            write_account(json, *account, encoding, std::nullopt, find);
        } else {
            json.null();
        }
    }
    json.end_array();
}

struct SimulationOptions {
    bool is_verifying = false, is_replacing = false;
    std::optional<std::vector<Pubkey>> accounts;         // To report; none: not asked for.
    AccountEncoding encoding = AccountEncoding::Base64;  // Of these.
};

JsonRpcResult<SimulationOptions> read_simulation_options(const JsonValue& params) {
    SimulationOptions options;
    const auto object = parameter(params, 1);
    if (!object) {
        return options;
    }
    const auto verify = member_bool(*object, "sigVerify", false);
    const auto replace = member_bool(*object, "replaceRecentBlockhash", false);
    if (!verify || !replace) {
        return std::unexpected{verify ? replace.error() : verify.error()};
    }
    options.is_verifying = *verify;
    options.is_replacing = *replace;
    if (*verify && *replace) {
        return invalid_params("sigVerify may not be used with replaceRecentBlockhash");
    }
    simdjson::dom::array addresses;
    if ((*object)["accounts"]["addresses"].get(addresses) != simdjson::SUCCESS) {
        return options;
    }
    if (addresses.size() > kSimulationAccountsMax) {
        return invalid_params(
            fmt::format("Too many accounts provided; max {}", kSimulationAccountsMax));
    }
    const auto name = member_string((*object)["accounts"].value(), "encoding", "base64");
    const auto encoding = name ? read_account_encoding(*name) : std::unexpected{name.error()};
    if (!encoding) {
        return std::unexpected{encoding.error()};
    }
    if (*encoding == AccountEncoding::Binary || *encoding == AccountEncoding::Base58) {
        return invalid_params("base58 encoding not supported");
    }
    options.encoding = *encoding;
    options.accounts.emplace();
    for (const JsonValue address : addresses) {
        const auto key = read_pubkey(address);
        if (!key) {
            return std::unexpected{key.error()};
        }
        options.accounts->push_back(*key);
    }
    return options;
}

// {"Ok":null} or {"Err":...}
void write_status(JsonWriter& json, const Receipt& receipt) {
    json.begin_object();
    if (receipt.is_failed()) {
        json.key("Err").raw(receipt.error_json);
    } else {
        json.key("Ok").null();
    }
    json.end_object();
}

}  // namespace

RpcServer::Status RpcServer::send_transaction(const JsonValue& params, JsonWriter& json) {
    const auto wire = read_transaction(params);
    auto config = read_config_without_encoding(params, 1);
    if (!wire || !config) {
        return std::unexpected{wire ? config.error() : wire.error()};
    }
    // Here a commitment has a name of its own, and minContextSlot is the preflight's.
    if (auto read = read_commitment(params, 1, "preflightCommitment", config->commitment); !read) {
        return read;
    }
    bool skip_preflight = false;
    if (const auto object = parameter(params, 1)) {
        const auto skip = member_bool(*object, "skipPreflight", false);
        if (!skip) {
            return std::unexpected{skip.error()};
        }
        skip_preflight = *skip;
    }
    if (auto reached_slot = check_context_slot(*config); !reached_slot && !skip_preflight) {
        return reached_slot;
    }
    const SendFate fate = send_fate_ ? send_fate_() : SendFate::True;
    const auto sent =
        fate == SendFate::Lost ? lose(*wire, skip_preflight) : submit(*wire, skip_preflight);
    if (!sent) {
        return refused(sent.error());
    }
    if (fate == SendFate::SentWithError) {
        constexpr int kInternalError = -32'603;
        return std::unexpected{JsonRpcError{kInternalError, "Internal error", {}}};
    }
    json.string(sent->to_string());
    return {};
}

RpcServer::Status RpcServer::simulate_transaction(const JsonValue& params, JsonWriter& json) {
    const auto wire = read_transaction(params);
    const auto config = read_config_without_encoding(params, 1);
    if (!wire || !config) {
        return std::unexpected{wire ? config.error() : wire.error()};
    }
    if (auto reached_slot = check_context_slot(*config); !reached_slot) {
        return reached_slot;
    }
    const auto options = read_simulation_options(params);
    if (!options) {
        return std::unexpected{options.error()};
    }
    const auto result = view_.simulate(*wire, options->is_verifying, options->is_replacing,
                                       options->accounts.value_or(std::vector<Pubkey>{}));
    if (!result) {
        return refused(result.error());
    }
    begin_context(json, view_.slot());
    json.begin_object().key("accounts");
    if (options->accounts) {
        // A mint is as the run left it where it was asked for too.
        write_accounts(json, result->accounts, options->encoding, [&](const Pubkey& key) {
            const auto asked = std::ranges::find(*options->accounts, key);
            if (asked == options->accounts->end()) {
                return view_.account_at(key, view_.slot());
            }
            const auto& after =
                result->accounts[static_cast<std::size_t>(asked - options->accounts->begin())];
            return after ? &*after : nullptr;
        });
    } else {
        json.null();
    }
    json.key("err").raw(result->error_json).key("innerInstructions").null();
    json.key("loadedAccountsDataSize").number(result->loaded_accounts_data_size).key("logs");
    write_lines(json, result->logs);
    json.key("replacementBlockhash");
    if (options->is_replacing) {
        const Hash blockhash = view_.latest_blockhash(kProcessed);
        json.begin_object().key("blockhash").string(blockhash.to_string());
        json.key("lastValidBlockHeight")
            .number(view_.last_valid_height(blockhash).value_or(BlockHeight{}).value);
        json.end_object();
    } else {
        json.null();
    }
    json.key("returnData").null().key("unitsConsumed").number(result->units_consumed);
    json.end_object().end_object();
    return {};
}

RpcServer::Status RpcServer::get_signature_statuses(const JsonValue& params, JsonWriter& json) {
    const auto value = parameter(params, 0);
    simdjson::dom::array list;
    if (!value || value->get(list) != simdjson::SUCCESS) {
        return invalid_params("Invalid params: an array of signatures is needed");
    }
    if (list.size() > kStatusesMax) {
        return invalid_params(fmt::format("Too many inputs provided; max {}", kStatusesMax));
    }
    begin_context(json, view_.slot());
    json.begin_array();
    for (const JsonValue item : list) {
        std::string_view text;
        const auto signature = item.get(text) == simdjson::SUCCESS
                                   ? Signature::parse(text)
                                   : Result<Signature>{fail("a signature must be a string")};
        if (!signature) {
            return invalid_params("Invalid param: " + signature.error().text);
        }
        const Receipt* receipt = view_.receipt(*signature);
        if (receipt == nullptr || (is_status_withheld_ && is_status_withheld_(*receipt))) {
            json.null();
            continue;
        }
        const Commitment commitment = reached(view_, receipt->slot);
        json.begin_object().key("confirmationStatus").string(commitment_name(commitment));
        json.key("confirmations");
        if (commitment == kFinalized) {
            json.null();  // Rooted.
        } else {
            json.number(view_.slot().since(receipt->slot));
        }
        json.key("err").raw(receipt->error_json).key("slot").number(receipt->slot.value);
        json.key("status");
        write_status(json, *receipt);
        json.end_object();
    }
    json.end_array().end_object();
    return {};
}

RpcServer::Status RpcServer::get_signatures_for_address(const JsonValue& params, JsonWriter& json) {
    const auto address = pubkey_parameter(params, 0);
    const auto config = read_config(params, 1);
    if (!address || !config) {
        return std::unexpected{address ? config.error() : address.error()};
    }
    std::size_t limit = kSignaturesMax;
    std::string_view before;
    std::string_view until;
    if (const auto object = parameter(params, 1)) {
        const auto asked = member_u64(*object, "limit");
        if (!asked || (*asked && (**asked == 0 || **asked > kSignaturesMax))) {
            return invalid_params(fmt::format("Invalid limit; max {}", kSignaturesMax));
        }
        limit = static_cast<std::size_t>(asked->value_or(kSignaturesMax));
        const auto before_member = member_string(*object, "before", "");
        const auto until_member = member_string(*object, "until", "");
        if (!before_member || !until_member) {
            return std::unexpected{before_member ? until_member.error() : before_member.error()};
        }
        before = *before_member;
        until = *until_member;
    }
    // `before` starts after that signature, `until` stops at it.
    bool is_started = before.empty();
    json.begin_array();
    for (const Receipt* receipt : view_.receipts_of(*address, kU64Max)) {
        const std::string signature = receipt->signature.to_string();
        if (signature == until || limit == 0) {
            break;
        }
        if (!is_started || !is_visible(view_, *receipt, config->commitment)) {
            is_started = is_started || signature == before;
            continue;
        }
        --limit;
        json.begin_object().key("blockTime").number(receipt->block_time.seconds());
        json.key("confirmationStatus").string(commitment_name(reached(view_, receipt->slot)));
        json.key("err").raw(receipt->error_json).key("memo").null();
        json.key("signature").string(signature).key("slot").number(receipt->slot.value);
        json.end_object();
    }
    json.end_array();
    return {};
}

RpcServer::Status RpcServer::get_transaction(const JsonValue& params, JsonWriter& json) {
    const auto text = string_parameter(params, 0);
    if (!text) {
        return std::unexpected{text.error()};
    }
    const auto signature = Signature::parse(*text);
    if (!signature) {
        return invalid_params("Invalid param: " + signature.error().text);
    }
    const auto config = read_config_without_encoding(params, 1);
    if (!config) {
        return std::unexpected{config.error()};
    }
    if (config->commitment == kProcessed) {
        return invalid_params("Method does not support commitment below `confirmed`");
    }
    const auto options = read_transaction_options(params, 1);
    if (!options) {
        return std::unexpected{options.error()};
    }
    const Receipt* receipt = view_.receipt(*signature);
    if (receipt == nullptr || !is_visible(view_, *receipt, config->commitment) ||
        (is_transaction_unserved_ && is_transaction_unserved_(*signature))) {
        json.null();
        return {};
    }
    return write_transaction(json, *receipt, *options);
}

}  // namespace sniperforge::sim
