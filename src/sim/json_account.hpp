// SPDX-License-Identifier: MIT
// Accounts as RPC and PubSub print them, and the request parts that both share: encodings,
// commitments, slices and filters. Refusals are JSON-RPC errors.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/json_writer.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/sim/chain.hpp"

namespace sniperforge::sim {

using JsonValue = simdjson::dom::element;

// The node version that `context.apiVersion` and getVersion state: the one whose shapes these are.
inline constexpr std::string_view kApiVersion = "2.3.3";

struct JsonRpcError {
    int code = -32602;
    std::string message;
    std::string data_json;  // Empty, or the error's data member.
};
template <typename T>
using JsonRpcResult = std::expected<T, JsonRpcError>;

[[nodiscard]] inline std::unexpected<JsonRpcError> invalid_params(std::string message) {
    return std::unexpected{JsonRpcError{-32602, std::move(message), {}}};
}

// 0 processed, 1 confirmed, 2 finalized: the chain's numbers.
using Commitment = int;
inline constexpr Commitment kProcessed = 0, kConfirmed = 1, kFinalized = 2;
[[nodiscard]] std::string_view commitment_name(Commitment commitment);

enum class AccountEncoding : std::uint8_t { Binary, Base58, Base64, JsonParsed };
inline constexpr std::size_t kAccountEncodings = 4;
// Null when there is none. Of the state that the printed account is of: a token account's parsed
// form needs its mint.
using AccountFinder = std::function<const Account*(const Pubkey&)>;

struct DataSlice {
    std::size_t offset = 0, length = 0;
};
struct MemcmpFilter {
    std::size_t offset = 0;
    Bytes bytes;
};
// What programSubscribe and getProgramAccounts accept: all must hold.
struct AccountFilters {
    std::optional<std::uint64_t> data_size;
    std::vector<MemcmpFilter> memcmps;

    [[nodiscard]] bool match(const Account& account) const;
};

// The configuration object of a request, as far as any method reads it.
struct RequestConfig {
    Commitment commitment = kFinalized;
    AccountEncoding encoding = AccountEncoding::Binary;
    std::optional<DataSlice> slice;
    AccountFilters filters;
    std::optional<std::uint64_t> min_context_slot;
    bool is_with_context = false;
};

// Reads params[index] when it is there; absent and null give the defaults.
[[nodiscard]] JsonRpcResult<RequestConfig> read_config(const JsonValue& params, std::size_t index);

// The same without looking at `encoding`, where that is not one of accounts.
[[nodiscard]] JsonRpcResult<RequestConfig> read_config_without_encoding(const JsonValue& params,
                                                                        std::size_t index);

// params[index].member, where the request has it; `out` stays otherwise.
[[nodiscard]] JsonRpcResult<void> read_commitment(const JsonValue& params, std::size_t index,
                                                  std::string_view member, Commitment& out);

// An empty array, for requests without `params`. (An element that was never assigned must not be
// asked anything.)
[[nodiscard]] JsonValue no_params();
// params[index], or nothing when it is absent or null.
[[nodiscard]] std::optional<JsonValue> parameter(const JsonValue& params, std::size_t index);
[[nodiscard]] JsonRpcResult<Pubkey> read_pubkey(const JsonValue& value);
[[nodiscard]] JsonRpcResult<Pubkey> pubkey_parameter(const JsonValue& params, std::size_t index);
[[nodiscard]] JsonRpcResult<std::string_view> string_parameter(const JsonValue& params,
                                                               std::size_t index);
// Members of an optional object: the fallback when absent or null.
[[nodiscard]] JsonRpcResult<bool> member_bool(const JsonValue& object, std::string_view name,
                                              bool fallback);
[[nodiscard]] JsonRpcResult<std::string_view> member_string(const JsonValue& object,
                                                            std::string_view name,
                                                            std::string_view fallback);
[[nodiscard]] JsonRpcResult<std::optional<std::uint64_t>> member_u64(const JsonValue& object,
                                                                     std::string_view name);

// Fails when base58 is asked for more than 128 bytes, as the node does.
[[nodiscard]] JsonRpcResult<void> check_encodable(const Account& account,
                                                  const RequestConfig& config);
// {"data":..,"executable":..,"lamports":..,"owner":..,"rentEpoch":..,"space":..}
void write_account(JsonWriter& json, const Account& account, AccountEncoding encoding,
                   const std::optional<DataSlice>& slice, const AccountFinder& find);
// The encoding of accounts that `name` means.
[[nodiscard]] JsonRpcResult<AccountEncoding> read_account_encoding(std::string_view name);
// {"context":{"apiVersion":..,"slot":..},"value":  The caller writes the value and ends the object.
void begin_context(JsonWriter& json, Slot slot);
// {"amount":..,"decimals":..,"uiAmount":..,"uiAmountString":..}; `members_only`: without braces.
void write_token_amount(JsonWriter& json, std::uint64_t amount, std::uint8_t decimals,
                        bool members_only = false);
// {"code":..,"message":..[,"data":..]}
void write_error(JsonWriter& json, const JsonRpcError& error);

}  // namespace sniperforge::sim
