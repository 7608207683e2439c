// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/socket_message.hpp"

#include <simdjson.h>

namespace sniperforge::rpc {

Result<SocketMessage> parse_socket_message(std::string_view text) {
    using simdjson::SUCCESS;
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (const auto error = parser.parse(text.data(), text.size()).get(root); error != SUCCESS) {
        return fail(std::string{"not readable as JSON: "} + simdjson::error_message(error));
    }
    SocketMessage message;
    simdjson::dom::element part;
    if (std::uint64_t id = 0; root["id"].get(id) == SUCCESS) {
        message.id = id;
        if (root["error"].get(part) == SUCCESS) {
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
