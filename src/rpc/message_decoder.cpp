// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/message_decoder.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rpc/decode_reply.hpp"
#include "rpc/notification.hpp"

namespace sniperforge::rpc {
namespace {

// How the accounts of an answer stand in it.
enum class AccountsForm : std::uint8_t { None, Keyed, ByRequest };
struct AccountsShape {
    AccountsForm form = AccountsForm::None;
    std::size_t count = 0;
};

// Nothing: no JSON.
[[nodiscard]] std::optional<AccountsShape> shape_of(std::string_view body) {
    using simdjson::SUCCESS;
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(body.data(), body.size()).get(root) != SUCCESS) {
        return std::nullopt;
    }
    simdjson::dom::array entries;
    const bool is_wrapped = root["result"]["value"].get(entries) == SUCCESS;
    if (!is_wrapped && root["result"].get(entries) != SUCCESS) {
        return AccountsShape{};
    }
    AccountsShape shape{is_wrapped ? AccountsForm::ByRequest : AccountsForm::None, 0};
    for (const simdjson::dom::element entry : entries) {
        ++shape.count;
        if (entry.is_null()) {
            continue;
        }
        simdjson::dom::element part;
        if (entry["pubkey"].get(part) == SUCCESS && entry["account"].get(part) == SUCCESS) {
            shape.form = AccountsForm::Keyed;
        } else if (!is_wrapped || entry["lamports"].get(part) != SUCCESS) {
            return AccountsShape{};
        }
    }
    return shape;
}

}  // namespace

struct MessageDecoder::State {
    FrameDecoder frames;
};

MessageDecoder::MessageDecoder() : state_{std::make_unique<State>()} {}
MessageDecoder::~MessageDecoder() = default;

Result<SocketNews> MessageDecoder::socket_news(std::string_view message) {
    auto frame = state_->frames.decode_notification(message);
    if (!frame) {
        return Err{frame.error()};
    }
    if (const auto* notification = std::get_if<Notification>(&*frame)) {
        return SocketNews{SocketNews::Kind::Update, notification->subscription,
                          notification->update};
    }
    const auto* answer = std::get_if<Acknowledgement>(&*frame);
    if (answer != nullptr && answer->result != 0) {
        return SocketNews{SocketNews::Kind::Subscribed, answer->result, {}};
    }
    return SocketNews{};
}

Result<KeyedAccounts> MessageDecoder::accounts(std::string_view body) {
    const auto shape = shape_of(body);
    if (!shape) {
        return fail("not readable as JSON");
    }
    if (shape->form == AccountsForm::None) {
        return KeyedAccounts{};
    }
    std::string text{body};
    return json::read_document(text, [&](json::ondemand::object& root) {
        const auto result = json::member(root, "result");
        if (shape->form == AccountsForm::Keyed) {
            return decode_keyed_accounts(result);
        }
        const std::vector<Pubkey> keys(shape->count);
        MultipleAccounts read = decode_multiple_accounts(result, keys);
        KeyedAccounts accounts{read.context_slot, {}};
        for (std::optional<AccountData>& account : read.accounts) {
            accounts.accounts.push_back(account ? std::move(*account) : AccountData{});
        }
        return accounts;
    });
}

}  // namespace sniperforge::rpc
