// SPDX-License-Identifier: MIT
#include "sim/json_account.hpp"

#include <algorithm>
#include <cmath>

#include "sim/json_parsed_account.hpp"
#include "sniperforge/core/base58.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::sim {

namespace {

constexpr std::size_t kBase58DataBytesMax = 128;
constexpr std::size_t kFiltersMax = 4;
constexpr std::size_t kMemcmpBytesMax = 128;

JsonRpcResult<MemcmpFilter> read_memcmp(const JsonValue& value) {
    MemcmpFilter filter;
    std::uint64_t offset = 0;
    if (value["offset"].get(offset) != simdjson::SUCCESS) {
        return invalid_params("Invalid params: memcmp.offset must be an unsigned integer");
    }
    filter.offset = static_cast<std::size_t>(offset);
    std::string_view text;
    if (value["bytes"].get(text) != simdjson::SUCCESS) {
        return invalid_params("Invalid params: memcmp.bytes must be a string");
    }
    const auto encoding = member_string(value, "encoding", "base58");
    if (!encoding) {
        return std::unexpected{encoding.error()};
    }
    auto decoded = *encoding == "base64"   ? base64_decode(text)
                   : *encoding == "base58" ? base58_decode(text)
                                           : Result<Bytes>{fail("unknown encoding")};
    if (!decoded || decoded->size() > kMemcmpBytesMax) {
        return invalid_params(
            fmt::format("Invalid param: memcmp.bytes must be at most {} bytes of "
                        "base58 or base64",
                        kMemcmpBytesMax));
    }
    filter.bytes = std::move(*decoded);
    return filter;
}

JsonRpcResult<AccountFilters> read_filters(const JsonValue& value) {
    simdjson::dom::array list;
    if (value.get(list) != simdjson::SUCCESS) {
        return invalid_params("Invalid params: filters must be an array");
    }
    if (list.size() > kFiltersMax) {
        return invalid_params(fmt::format("Too many filters provided; max {}", kFiltersMax));
    }
    AccountFilters filters;
    for (const JsonValue filter : list) {
        JsonValue memcmp;
        std::uint64_t size = 0;
        if (filter["dataSize"].get(size) == simdjson::SUCCESS) {
            if (filters.data_size && *filters.data_size != size) {
                size = kU64Max;  // Two sizes at once: nothing has both.
            }
            filters.data_size = size;
        } else if (filter["memcmp"].get(memcmp) == simdjson::SUCCESS) {
            auto read = read_memcmp(memcmp);
            if (!read) {
                return std::unexpected{read.error()};
            }
            filters.memcmps.push_back(std::move(*read));
        } else {
            return invalid_params("Invalid params: a filter must be dataSize or memcmp");
        }
    }
    return filters;
}

JsonRpcResult<void> read_commitment(const JsonValue& object, std::string_view member,
                                    Commitment& out) {
    const auto found = object[member];
    if (found.error() == simdjson::NO_SUCH_FIELD || found.is_null()) {
        return {};
    }
    std::string_view name;
    if (found.get(name) == simdjson::SUCCESS) {
        for (const Commitment commitment : {kProcessed, kConfirmed, kFinalized}) {
            if (name == commitment_name(commitment)) {
                out = commitment;
                return {};
            }
        }
    }
    return invalid_params(
        fmt::format("Invalid params: {} must be 'processed', 'confirmed' or 'finalized'", member));
}

}  // namespace

JsonRpcResult<AccountEncoding> read_account_encoding(std::string_view name) {
    if (name == "base64") {
        return AccountEncoding::Base64;
    }
    if (name == "base58") {
        return AccountEncoding::Base58;
    }
    if (name == "binary") {
        return AccountEncoding::Binary;
    }
    // The node, too, answers base64 where it has no parser for an account.
    if (name == "jsonParsed") {
        return AccountEncoding::JsonParsed;
    }
    return invalid_params(
        fmt::format("Invalid params: encoding '{}' is not served here; use base64, "
                    "jsonParsed, base58 or binary",
                    name));
}

std::string_view commitment_name(Commitment commitment) {
    return commitment == kProcessed   ? "processed"
           : commitment == kConfirmed ? "confirmed"
                                      : "finalized";
}

bool AccountFilters::match(const Account& account) const {
    if (data_size && *data_size != account.data.size()) {
        return false;
    }
    return std::ranges::all_of(memcmps, [&](const MemcmpFilter& filter) {
        return filter.offset <= account.data.size() &&
               filter.bytes.size() <= account.data.size() - filter.offset &&
               std::ranges::equal(filter.bytes, BytesView{account.data}.subspan(
                                                    filter.offset, filter.bytes.size()));
    });
}

JsonValue no_params() {
    static simdjson::dom::parser parser;
    static const JsonValue empty = parser.parse(std::string_view{"[]"}).value();
    return empty;
}

std::optional<JsonValue> parameter(const JsonValue& params, std::size_t index) {
    simdjson::dom::array list;
    JsonValue value;
    if (params.get(list) != simdjson::SUCCESS || list.at(index).get(value) != simdjson::SUCCESS ||
        value.is_null()) {
        return std::nullopt;
    }
    return value;
}

JsonRpcResult<Pubkey> read_pubkey(const JsonValue& value) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) {
        return invalid_params("Invalid params: a public key must be a string");
    }
    auto key = Pubkey::parse(text);
    if (!key) {
        return invalid_params("Invalid param: " + key.error().text);
    }
    return *key;
}

JsonRpcResult<Pubkey> pubkey_parameter(const JsonValue& params, std::size_t index) {
    const auto value = parameter(params, index);
    if (!value) {
        return invalid_params("`params` should have at least " + std::to_string(index + 1) +
                              " argument(s)");
    }
    return read_pubkey(*value);
}

JsonRpcResult<std::string_view> string_parameter(const JsonValue& params, std::size_t index) {
    const auto value = parameter(params, index);
    if (!value) {
        return invalid_params("`params` should have at least " + std::to_string(index + 1) +
                              " argument(s)");
    }
    std::string_view text;
    if (value->get(text) != simdjson::SUCCESS) {
        return invalid_params(fmt::format("Invalid params: argument {} must be a string", index));
    }
    return text;
}

JsonRpcResult<bool> member_bool(const JsonValue& object, std::string_view name, bool fallback) {
    const auto found = object[name];
    if (found.error() == simdjson::NO_SUCH_FIELD || found.is_null()) {
        return fallback;
    }
    bool value = fallback;
    if (found.get(value) != simdjson::SUCCESS) {
        return invalid_params(fmt::format("Invalid params: {} must be true or false", name));
    }
    return value;
}

JsonRpcResult<std::string_view> member_string(const JsonValue& object, std::string_view name,
                                              std::string_view fallback) {
    const auto found = object[name];
    if (found.error() == simdjson::NO_SUCH_FIELD || found.is_null()) {
        return fallback;
    }
    std::string_view value;
    if (found.get(value) != simdjson::SUCCESS) {
        return invalid_params(fmt::format("Invalid params: {} must be a string", name));
    }
    return value;
}

JsonRpcResult<std::optional<std::uint64_t>> member_u64(const JsonValue& object,
                                                       std::string_view name) {
    const auto found = object[name];
    if (found.error() == simdjson::NO_SUCH_FIELD || found.is_null()) {
        return std::optional<std::uint64_t>{};
    }
    std::uint64_t value = 0;
    if (found.get(value) != simdjson::SUCCESS) {
        return invalid_params(fmt::format("Invalid params: {} must be an unsigned integer", name));
    }
    return std::optional{value};
}

namespace {

JsonRpcResult<void> read_slice(const JsonValue& object, RequestConfig& config) {
    JsonValue slice;
    if (object["dataSlice"].get(slice) != simdjson::SUCCESS || slice.is_null()) {
        return {};
    }
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    if (slice["offset"].get(offset) != simdjson::SUCCESS ||
        slice["length"].get(length) != simdjson::SUCCESS) {
        return invalid_params("Invalid params: dataSlice needs offset and length");
    }
    config.slice = DataSlice{static_cast<std::size_t>(offset), static_cast<std::size_t>(length)};
    return {};
}

JsonRpcResult<void> read_members(const JsonValue& object, RequestConfig& config) {
    if (auto read = read_commitment(object, "commitment", config.commitment); !read) {
        return read;
    }
    if (auto read = read_slice(object, config); !read) {
        return read;
    }
    if (JsonValue list; object["filters"].get(list) == simdjson::SUCCESS && !list.is_null()) {
        auto filters = read_filters(list);
        if (!filters) {
            return std::unexpected{filters.error()};
        }
        config.filters = std::move(*filters);
    }
    const auto slot = member_u64(object, "minContextSlot");
    const auto context = member_bool(object, "withContext", false);
    if (!slot || !context) {
        return std::unexpected{slot ? context.error() : slot.error()};
    }
    config.min_context_slot = *slot;
    config.is_with_context = *context;
    return {};
}

}  // namespace

JsonRpcResult<void> read_commitment(const JsonValue& params, std::size_t index,
                                    std::string_view member, Commitment& out) {
    const auto object = parameter(params, index);
    return object ? read_commitment(*object, member, out) : JsonRpcResult<void>{};
}

JsonRpcResult<RequestConfig> read_config_without_encoding(const JsonValue& params,
                                                          std::size_t index) {
    RequestConfig config;
    const auto object = parameter(params, index);
    if (!object) {
        return config;
    }
    if (!object->is_object()) {
        return invalid_params(fmt::format("Invalid params: argument {} must be an object", index));
    }
    if (auto read = read_members(*object, config); !read) {
        return std::unexpected{read.error()};
    }
    return config;
}

JsonRpcResult<RequestConfig> read_config(const JsonValue& params, std::size_t index) {
    auto config = read_config_without_encoding(params, index);
    if (!config) {
        return config;
    }
    if (const auto object = parameter(params, index)) {
        const auto name = member_string(*object, "encoding", "binary");
        if (!name) {
            return std::unexpected{name.error()};
        }
        const auto encoding = read_account_encoding(*name);
        if (!encoding) {
            return std::unexpected{encoding.error()};
        }
        config->encoding = *encoding;
    }
    return config;
}

namespace {

BytesView sliced(const Account& account, const std::optional<DataSlice>& slice) {
    const BytesView data{account.data};
    if (!slice) {
        return data;
    }
    const std::size_t offset = std::min(slice->offset, data.size());
    return data.subspan(offset, std::min(slice->length, data.size() - offset));
}

// What the node writes in place of data that is too long, where it cannot refuse the request.
std::string base58_text(BytesView data) {
    return data.size() > kBase58DataBytesMax ? "error: data too large for bs58 encoding"
                                             : base58_encode(data);
}

}  // namespace

JsonRpcResult<void> check_encodable(const Account& account, const RequestConfig& config) {
    const bool is_base58 =
        config.encoding == AccountEncoding::Binary || config.encoding == AccountEncoding::Base58;
    if (is_base58 && sliced(account, config.slice).size() > kBase58DataBytesMax) {
        return std::unexpected{JsonRpcError{
            -32600,
            "Encoded binary (base 58) data should be less than 128 bytes, please use Base64 "
            "encoding.",
            {}}};
    }
    return {};
}

void write_account(JsonWriter& json, const Account& account, AccountEncoding encoding,
                   const std::optional<DataSlice>& slice, const AccountFinder& find) {
    const BytesView data = sliced(account, slice);
    json.begin_object().key("data");
    switch (encoding) {
        case AccountEncoding::JsonParsed:
            if (const auto parsed = parsed_data(account, find)) {
                json.raw(*parsed);
                break;
            }
            [[fallthrough]];
        case AccountEncoding::Base64:
            json.begin_array().string(base64_encode(data)).string("base64").end_array();
            break;
        case AccountEncoding::Base58:
            json.begin_array().string(base58_text(data)).string("base58").end_array();
            break;
        case AccountEncoding::Binary:
            json.string(base58_encode(data));
            break;
    }
    json.key("executable").boolean(account.is_executable);
    json.key("lamports").number(account.lamports.raw());
    json.key("owner").string(account.owner.to_string());
    json.key("rentEpoch").number(kU64Max);
    json.key("space").number(account.data.size()).end_object();
}

void begin_context(JsonWriter& json, Slot slot) {
    json.begin_object().key("context").begin_object();
    json.key("apiVersion").string(kApiVersion).key("slot").number(slot.value).end_object();
    json.key("value");
}

void write_token_amount(JsonWriter& json, std::uint64_t amount, std::uint8_t decimals,
                        bool members_only) {
    if (!members_only) {
        json.begin_object();
    }
    json.key("amount").string(std::to_string(amount));
    json.key("decimals").number(static_cast<unsigned>(decimals));
    json.key("uiAmount").number(static_cast<double>(amount) / std::pow(10.0, decimals));
    json.key("uiAmountString").string(format_decimal(amount, decimals));
    if (!members_only) {
        json.end_object();
    }
}

void write_error(JsonWriter& json, const JsonRpcError& error) {
    json.begin_object().key("code").number(error.code).key("message").string(error.message);
    if (!error.data_json.empty()) {
        json.key("data").raw(error.data_json);
    }
    json.end_object();
}

}  // namespace sniperforge::sim
