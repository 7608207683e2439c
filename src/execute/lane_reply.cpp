// SPDX-License-Identifier: MIT
#include "execute/lane_reply.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstdint>

namespace sniperforge::execute {
namespace {

constexpr std::int64_t kRateLimited = 429;
// "Network congested. Endpoint is globally rate limited." (jito section 1).
constexpr std::int64_t kGloballyLimited = -32097;

}  // namespace

LaneReply read_lane_reply(std::string_view body) {
    simdjson::dom::parser parser;
    simdjson::dom::element root, error;
    if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) {
        return {};
    }
    std::string_view result;
    if (root["result"].get(result) == simdjson::SUCCESS) {
        return {.is_accepted = true, .error = {}};
    }
    if (root["error"].get(error) != simdjson::SUCCESS) {
        return {};
    }
    std::int64_t code = 0;
    std::string_view message;
    if (error["code"].get(code) != simdjson::SUCCESS ||
        error["message"].get(message) != simdjson::SUCCESS) {
        message = "an error without code or message";
    }
    return {.is_limited = code == kGloballyLimited || code == kRateLimited,
            .error = fmt::format("error {}: {}", code, message)};
}

}  // namespace sniperforge::execute
