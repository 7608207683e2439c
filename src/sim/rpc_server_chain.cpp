// SPDX-License-Identifier: MIT
// Methods about the chain itself: slots, blocks, blockhashes, fees, rent.
#include <algorithm>

#include "sim/rpc_server.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::sim {

namespace {

// A node calls itself healthy up to here (agave's DELINQUENT_VALIDATOR_SLOT_DISTANCE).
constexpr std::uint64_t kHealthySlotsBehindMax = 128;
constexpr std::uint64_t kFeeSlots = 150;  // getRecentPrioritizationFees covers so many.
constexpr std::size_t kFeeKeysMax = 128;

}  // namespace

RpcServer::Status RpcServer::get_health(const JsonValue&, JsonWriter& json) {
    if (const std::uint64_t behind = view_.slots_behind(); behind > kHealthySlotsBehindMax) {
        return std::unexpected{JsonRpcError{-32005,
                                            fmt::format("Node is behind by {} slots", behind),
                                            fmt::format("{{\"numSlotsBehind\":{}}}", behind)}};
    }
    json.string("ok");
    return {};
}

RpcServer::Status RpcServer::get_version(const JsonValue&, JsonWriter& json) {
    json.begin_object().key("feature-set").number(0).key("solana-core").string(kApiVersion);
    json.end_object();
    return {};
}

RpcServer::Status RpcServer::get_genesis_hash(const JsonValue&, JsonWriter& json) {
    json.string(chain_.genesis_hash().to_string());
    return {};
}

RpcServer::Status RpcServer::get_slot(const JsonValue& params, JsonWriter& json) {
    const auto config = read_config(params, 0);
    if (!config) {
        return std::unexpected{config.error()};
    }
    if (auto reached_slot = check_context_slot(*config); !reached_slot) {
        return reached_slot;
    }
    json.number(told(view_.slot_at(config->commitment)).value);
    return {};
}

RpcServer::Status RpcServer::get_block_height(const JsonValue& params, JsonWriter& json) {
    const auto config = read_config(params, 0);
    if (!config) {
        return std::unexpected{config.error()};
    }
    if (auto reached_slot = check_context_slot(*config); !reached_slot) {
        return reached_slot;
    }
    json.number(told(view_.block_height(config->commitment)).value);
    return {};
}

RpcServer::Status RpcServer::get_block_time(const JsonValue& params, JsonWriter& json) {
    std::uint64_t slot = 0;
    const auto value = parameter(params, 0);
    if (!value || value->get(slot) != simdjson::SUCCESS) {
        return invalid_params("Invalid params: a slot number is needed");
    }
    if (slot < options_.first_slot.value || slot > view_.slot().value) {
        return std::unexpected{
            JsonRpcError{-32004, fmt::format("Block not available for slot {}", slot), {}}};
    }
    const auto age = static_cast<std::int64_t>(view_.slot().value - slot);
    json.number(WallTime{view_.slot_time().ns - age * options_.slot_duration.count()}.seconds());
    return {};
}

RpcServer::Status RpcServer::get_epoch_info(const JsonValue& params, JsonWriter& json) {
    const auto config = read_config(params, 0);
    if (!config) {
        return std::unexpected{config.error()};
    }
    const std::uint64_t slot = told(view_.slot_at(config->commitment)).value;
    json.begin_object().key("absoluteSlot").number(slot);
    json.key("blockHeight").number(told(view_.block_height(config->commitment)).value);
    json.key("epoch").number(view_.epoch());
    json.key("slotIndex").number(slot % options_.epoch_slots);
    json.key("slotsInEpoch").number(options_.epoch_slots);
    json.key("transactionCount").number(statistics_.transactions).end_object();
    return {};
}

RpcServer::Status RpcServer::get_latest_blockhash(const JsonValue& params, JsonWriter& json) {
    const auto config = read_config(params, 0);
    if (!config) {
        return std::unexpected{config.error()};
    }
    if (auto reached_slot = check_context_slot(*config); !reached_slot) {
        return reached_slot;
    }
    const Hash blockhash = view_.latest_blockhash(config->commitment);
    begin_context(json, told(view_.slot_at(config->commitment)));
    json.begin_object().key("blockhash").string(blockhash.to_string());
    json.key("lastValidBlockHeight")
        .number(told(view_.last_valid_height(blockhash).value_or(BlockHeight{})).value);
    json.end_object().end_object();
    return {};
}

RpcServer::Status RpcServer::is_blockhash_valid(const JsonValue& params, JsonWriter& json) {
    const auto text = string_parameter(params, 0);
    const auto config = read_config(params, 1);
    if (!text || !config) {
        return std::unexpected{text ? config.error() : text.error()};
    }
    const auto blockhash = Hash::parse(*text);
    if (!blockhash) {
        return invalid_params("Invalid param: " + blockhash.error().text);
    }
    begin_context(json, view_.slot_at(config->commitment));
    json.boolean(view_.last_valid_height(*blockhash).has_value()).end_object();
    return {};
}

RpcServer::Status RpcServer::get_fee_for_message(const JsonValue& params, JsonWriter& json) {
    const auto text = string_parameter(params, 0);
    const auto config = read_config(params, 1);
    if (!text || !config) {
        return std::unexpected{text ? config.error() : text.error()};
    }
    const auto message = base64_decode(*text);
    if (!message) {
        return invalid_params("invalid base64 encoding: " + message.error().text);
    }
    begin_context(json, view_.slot_at(config->commitment));
    if (const auto fee = view_.fee_for_message(*message)) {
        json.number(fee->raw());
    } else {
        json.null();
    }
    json.end_object();
    return {};
}

RpcServer::Status RpcServer::get_minimum_balance(const JsonValue& params, JsonWriter& json) {
    std::uint64_t length = 0;
    const auto value = parameter(params, 0);
    if (!value || value->get(length) != simdjson::SUCCESS || length > kAccountBytesMax) {
        return invalid_params(
            fmt::format("Invalid params: a data length up to {} is needed", kAccountBytesMax));
    }
    json.number(chain_.rent_exempt_minimum(static_cast<std::size_t>(length)));
    return {};
}

RpcServer::Status RpcServer::get_recent_prioritization_fees(const JsonValue& params,
                                                            JsonWriter& json) {
    if (const auto keys = parameter(params, 0)) {
        simdjson::dom::array list;
        if (keys->get(list) != simdjson::SUCCESS || list.size() > kFeeKeysMax) {
            return invalid_params(fmt::format("Too many inputs provided; max {}", kFeeKeysMax));
        }
        for (const JsonValue key : list) {
            if (auto read = read_pubkey(key); !read) {
                return std::unexpected{read.error()};
            }
        }
    }
    // Blocks are never full here: nothing was the minimum to get in.
    const std::uint64_t last = view_.slot().value;
    const std::uint64_t first =
        std::max(options_.first_slot.value, last >= kFeeSlots ? last - kFeeSlots + 1 : 0);
    json.begin_array();
    for (std::uint64_t slot = first; slot <= last; ++slot) {
        json.begin_object().key("prioritizationFee").number(0).key("slot").number(slot);
        json.end_object();
    }
    json.end_array();
    return {};
}

RpcServer::Status RpcServer::request_airdrop(const JsonValue& params, JsonWriter& json) {
    const auto wallet = pubkey_parameter(params, 0);
    if (!wallet) {
        return std::unexpected{wallet.error()};
    }
    std::uint64_t lamports = 0;
    const auto amount = parameter(params, 1);
    if (!amount || amount->get(lamports) != simdjson::SUCCESS || lamports == 0) {
        return invalid_params("Invalid params: an amount of lamports above zero is needed");
    }
    if (!airdrop_) {
        return std::unexpected{JsonRpcError{-32601, "Method not found", {}}};
    }
    const auto given = airdrop_(*wallet, Lamports{lamports});
    if (!given) {
        return std::unexpected{JsonRpcError{-32603, "airdrop failed: " + given.error().text, {}}};
    }
    json.string(given->to_string());
    return {};
}

}  // namespace sniperforge::sim
