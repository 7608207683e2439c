// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/socket_message.hpp"

#include <simdjson.h>

#include <charconv>

namespace sniperforge::rpc {
namespace {

// Some gateways send our number back as a string.
std::optional<std::uint64_t> read_id(simdjson::dom::element root) {
    std::uint64_t id = 0;
    if (root["id"].get(id) == simdjson::SUCCESS) {
        return id;
    }
    std::string_view text;
    if (root["id"].get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    const char* const end = text.data() + text.size();
    const auto [read_to, error] = std::from_chars(text.data(), end, id);
    return error == std::errc{} && read_to == end ? std::optional{id} : std::nullopt;
}

}  // namespace

Result<SocketMessage> parse_socket_message(std::string_view text) {
    using simdjson::SUCCESS;
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (const auto error = parser.parse(text.data(), text.size()).get(root); error != SUCCESS) {
        return fail(std::string{"not readable as JSON: "} + simdjson::error_message(error));
    }
    SocketMessage message;
    simdjson::dom::element part;
    if (const auto id = read_id(root)) {
        message.id = id;
        if (root["error"].get(part) == SUCCESS && !part.is_null()) {
            message.error = simdjson::to_string(part);
        } else if (root["result"].get(part) == SUCCESS) {
            message.result = simdjson::to_string(part);
        } else {
            return fail("an answer with neither result nor error");
        }
        return message;
    }
    if (root["params"]["subscription"].get(part) != SUCCESS) {
        return fail("neither an answer nor a notification");
    }
    message.subscription = simdjson::to_string(part);
    if (std::uint64_t slot = 0; root["params"]["result"]["slot"].get(slot) == SUCCESS) {
        message.slot = Slot{slot};
    }
    return message;
}

}  // namespace sniperforge::rpc
