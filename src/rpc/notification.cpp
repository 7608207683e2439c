// SPDX-License-Identifier: MIT
#include "rpc/notification.hpp"

#include <fmt/format.h>

#include "rpc/json.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/net/websocket.hpp"

namespace sniperforge::rpc {
namespace {

using json::ondemand::object;
using json::ondemand::value;

static_assert(net::kMessagePadding >= simdjson::SIMDJSON_PADDING);

// A pool account is below 1 kB and the log of a transaction below 10 kB: frames above these sizes
// grow the buffers once.
constexpr std::size_t kFrameBytesReserved = 64 << 10;
constexpr std::size_t kDataBytesReserved = 16 << 10;
constexpr std::size_t kLinesReserved = 512;

Slot read_slot(object& result) {
    auto context = json::object_member(result, "context");
    return Slot{json::u64_member(context, "slot")};
}

// Some gateways send our number back as a string.
std::uint64_t read_id(object& root) {
    auto id = json::member(root, "id");
    json::ondemand::json_type type{};
    const bool is_text =
        id.type().get(type) == simdjson::SUCCESS && type == json::ondemand::json_type::string;
    return is_text ? json::to_u64_in_text(id, "id") : json::to_u64(id, "id");
}

SlotUpdate read_slot_update(object& result) {
    SlotUpdate update;
    update.parent = Slot{json::u64_member(result, "parent")};
    // Nothing goes by it, and servers that are not Agave may not have it.
    value root;
    if (json::find_member(result, "root", root) && !json::is_null(root, "root")) {
        update.root = Slot{json::to_u64(root, "root")};
    }
    update.slot = Slot{json::u64_member(result, "slot")};
    return update;
}

}  // namespace

FrameDecoder::FrameDecoder() {
    const auto error = parser_.allocate(kFrameBytesReserved);
    SF_ASSERT(error == simdjson::SUCCESS);  // Only memory can be missing.
    data_.resize(kDataBytesReserved);
    lines_.reserve(kLinesReserved);
}

Result<Frame> FrameDecoder::decode_notification(std::string_view message) {
    try {
        json::ondemand::document document;
        if (const auto error = parser_
                                   .iterate(message.data(), message.size(),
                                            message.size() + simdjson::SIMDJSON_PADDING)
                                   .get(document);
            error != simdjson::SUCCESS) {
            json::throw_bad_member("frame", "expected JSON", error);
        }
        object root;
        if (const auto error = document.get_object().get(root); error != simdjson::SUCCESS) {
            json::throw_bad_member("frame", "expected an object", error);
        }
        return read(root);
    } catch (const json::BadMember& bad) {
        return fail(bad.text);
    } catch (const simdjson::simdjson_error& error) {
        return fail(std::string{"frame: "} + error.what());
    }
}

Frame FrameDecoder::read(object& root) {
    value found;
    if (json::find_member(root, "method", found)) {
        return read_notification(root, json::to_text(found, "method"));
    }
    if (json::find_member(root, "error", found) && !json::is_null(found, "error")) {
        Refusal refusal;
        refusal.error = error_ = json::to_json(found, "error");
        refusal.id = read_id(root);
        return refusal;
    }
    Acknowledgement acknowledgement;
    auto result = json::member(root, "result");
    json::ondemand::json_type type{};
    if (result.type().get(type) == simdjson::SUCCESS &&
        type == json::ondemand::json_type::boolean) {
        static_cast<void>(json::to_bool(result, "result"));
    } else {
        acknowledgement.result = json::to_u64(result, "result");
    }
    acknowledgement.id = read_id(root);
    return acknowledgement;
}

Frame FrameDecoder::read_notification(object& root, std::string_view method) {
    using Kind = Notification::Kind;
    Notification out;
    if (method == "accountNotification") {
        out.kind = Kind::Account;
    } else if (method == "programNotification") {
        out.kind = Kind::Program;
    } else if (method == "logsNotification") {
        out.kind = Kind::Logs;
    } else if (method == "signatureNotification") {
        out.kind = Kind::Signature;
    } else if (method == "slotNotification") {
        out.kind = Kind::Slot;
    } else if (method.ends_with("Notification")) {
        return Ignored{};  // Nothing that we subscribe to.
    } else {
        json::throw_bad_member("method", fmt::format("\"{}\" is unknown", method.substr(0, 40)));
    }
    auto params = json::object_member(root, "params");
    const bool is_for_us = read_result(params, out);
    out.subscription = json::u64_member(params, "subscription");
    if (!is_for_us) {
        return Ignored{};
    }
    return out;
}

// False for what is valid and says nothing: the node received our transaction.
bool FrameDecoder::read_result(object& params, Notification& out) {
    auto result = json::object_member(params, "result");
    if (out.kind == Notification::Kind::Slot) {
        out.update = read_slot_update(result);
        return true;
    }
    const Slot slot = read_slot(result);
    if (out.kind == Notification::Kind::Account) {
        auto update = read_account(json::member(result, "value"));
        update.slot = slot;
        out.update = update;
        return true;
    }
    auto raw = json::member(result, "value");
    if (out.kind == Notification::Kind::Signature) {
        json::ondemand::json_type type{};
        if (raw.type().get(type) == simdjson::SUCCESS &&
            type == json::ondemand::json_type::string) {
            return false;
        }
        auto members = json::to_object(raw, "value");
        error_ = json::to_json_or_empty(json::member(members, "err"), "err");
        out.update = SignatureUpdate{.slot = slot, .signature = {}, .error = error_};
        return true;
    }
    auto members = json::to_object(raw, "value");
    if (out.kind == Notification::Kind::Logs) {
        auto update = read_logs(members);
        update.slot = slot;
        out.update = update;
        return true;
    }
    auto update = read_account(json::member(members, "account"));
    update.slot = slot;
    update.pubkey = json::key_member<Pubkey>(members, "pubkey");
    out.update = update;
    return true;
}

AccountUpdate FrameDecoder::read_account(value account) {
    const AccountFields fields = decode_account(account, data_, owners_);
    AccountUpdate update;
    update.owner = fields.owner;
    update.lamports = fields.lamports;
    update.data = BytesView{data_}.first(fields.data_size);
    return update;
}

LogsUpdate FrameDecoder::read_logs(object& members) {
    LogsUpdate update;
    // Nodes write err, logs, signature in some order or other: each is looked up.
    update.is_failed = json::has_error(members);
    lines_.clear();
    json::for_each(json::array_member(members, "logs"), "logs",
                   [this](value line) { lines_.push_back(json::to_text(line, "logs")); });
    update.signature = json::key_member<Signature>(members, "signature");
    update.lines = lines_;
    return update;
}

}  // namespace sniperforge::rpc
