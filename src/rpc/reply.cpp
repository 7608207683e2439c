// SPDX-License-Identifier: MIT
#include "rpc/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rpc/json.hpp"
#include "rpc/retry_after.hpp"

namespace sniperforge::rpc {
namespace {

using json::ondemand::object;
using json::ondemand::value;

constexpr std::size_t kExcerptMax = 160;
// Of a node's own words: the sentence, and data with the error and the first of a program's logs.
constexpr std::size_t kMessageMax = 512;
constexpr std::size_t kDataMax = 4'096;
constexpr int kHttpOk = 200;
constexpr int kHttpBadRequest = 400;
constexpr int kHttpTooManyRequests = 429;
constexpr int kNodeUnhealthy = -32005;  // Or, at some gateways, a rate limit.
constexpr int kGatewayRateLimited = -32429;

// The error member of an envelope.
struct NodeError {
    int code = 0;
    std::string message;
    std::string data;
    bool has_slots_behind = false;  // data.numSlotsBehind is there, null included.
    std::uint64_t slots_behind = 0;
    std::optional<Slot> context_slot;  // data.contextSlot.
};

struct Envelope {
    bool is_id_ours = false;
    bool is_id_null = false;  // An error about a request that the server could not read.
    bool has_result = false;
    std::optional<Slot> context_slot;
    std::optional<NodeError> error;
};

// The number after `"name":` in the error's data, which is small and of any shape.
std::optional<std::uint64_t> number_in(std::string_view data, std::string_view name) {
    const auto at = data.find(fmt::format("\"{}\"", name));
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view rest = data.substr(at + name.size() + 2);
    rest.remove_prefix(std::min(rest.find_first_not_of(": \t\r\n"), rest.size()));
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    return error == std::errc{} ? std::optional{number} : std::nullopt;
}

NodeError read_error(value raw) {
    NodeError error;
    object members = json::to_object(raw, "error");
    std::int64_t code = 0;
    if (const auto failed = json::member(members, "code").get_int64().get(code);
        failed != simdjson::SUCCESS) {
        json::throw_bad_member("error.code", "expected an integer", failed);
    }
    error.code = static_cast<int>(std::clamp<std::int64_t>(code, -1'000'000, 1'000'000));
    value found;
    if (json::find_member(members, "message", found) && !json::is_null(found, "error.message")) {
        error.message = json::to_text(found, "error.message");
    }
    if (json::find_member(members, "data", found) && !json::is_null(found, "error.data")) {
        error.data = json::to_json(found, "error.data");
        // Good enough to tell the two meanings of -32005 apart, whatever else data holds.
        error.has_slots_behind = error.data.find("\"numSlotsBehind\"") != std::string::npos;
        error.slots_behind = number_in(error.data, "numSlotsBehind").value_or(0);
        if (const auto slot = number_in(error.data, "contextSlot")) {
            error.context_slot = Slot{*slot};
        }
    }
    return error;
}

// The slot of `{"context":{"slot":..},..}`, or of a result that is a slot itself. What is wrong
// with a result is for its decoder to say.
std::optional<Slot> peek_slot(value result, bool is_slot) {
    std::uint64_t slot = 0;
    object members;
    object context;
    if (is_slot) {
        return result.get_uint64().get(slot) == simdjson::SUCCESS ? std::optional{Slot{slot}}
                                                                  : std::nullopt;
    }
    json::ondemand::json_type type{};
    if (result.type().get(type) != simdjson::SUCCESS || type != json::ondemand::json_type::object ||
        result.get_object().get(members) != simdjson::SUCCESS ||
        members["context"].get_object().get(context) != simdjson::SUCCESS ||
        context["slot"].get_uint64().get(slot) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return Slot{slot};
}

// One pass, whatever the order: a body may have megabytes.
Result<Envelope> read_envelope(std::string& body, const ReplyContext& reply) {
    return json::read_document(body, [&reply](object& root) {
        Envelope envelope;
        json::for_each_field(root, "document", [&](std::string_view key, value found) {
            if (key == "error" && !json::is_null(found, "error")) {
                envelope.error = read_error(found);
            } else if (key == "result") {
                envelope.has_result = true;
                envelope.context_slot = peek_slot(found, reply.is_result_a_slot);
            } else if (key == "id") {
                // Some gateways send our number back as a string.
                const std::string text = json::to_json(found, "id");
                envelope.is_id_null = text == "null";
                envelope.is_id_ours =
                    text == fmt::format("{}", reply.id) || text == fmt::format("\"{}\"", reply.id);
            }
        });
        return envelope;
    });
}

// What is told of an answer, without our own secrets.
std::string told(const ReplyContext& context, std::string_view text) {
    return context.secrets == nullptr ? std::string{text} : context.secrets->scrub(text);
}
std::string told_excerpt(const ReplyContext& context, std::string_view text) {
    // Scrubbed first: a cut through a secret would leave half of it. The excerpt is short, so no
    // more than its surroundings are looked at.
    constexpr std::size_t kLookedAtMax = 8'192;
    return excerpt(told(context, text.substr(0, kLookedAtMax)));
}

// No more than `size_max` of it, and nothing that a terminal or a log would take for its own.
std::string cleaned(std::string_view text, std::size_t size_max) {
    std::string out{text.substr(0, size_max)};
    for (char& c : out) {
        if (c < ' ' || c > '~') {
            c = ' ';
        }
    }
    return text.size() > size_max ? out + "..." : out;
}

Reply failed(RpcError error) {
    Reply reply;
    reply.action = action_for(error);
    reply.body = std::unexpected(std::move(error));
    return reply;
}

RpcError written_error(RpcError::Kind kind, int code, std::string message, std::string data = {}) {
    return RpcError{.kind = kind,
                    .code = code,
                    .message = std::move(message),
                    .data = std::move(data),
                    .was_written = true};
}

Reply rate_limited(int code, std::string message, std::optional<Duration> retry_after) {
    Reply reply = failed(written_error(RpcError::Kind::RateLimited, code, std::move(message)));
    reply.retry_after = retry_after;
    return reply;
}

Reply bad_reply(std::string message) {
    return failed(written_error(RpcError::Kind::BadReply, kHttpOk, std::move(message)));
}

bool says_rate_limit(const NodeError& error) {
    if (error.code == kHttpTooManyRequests || error.code == kGatewayRateLimited) {
        return true;
    }
    // -32005 without numSlotsBehind is a gateway's rate limit, unless it speaks of the node.
    return error.code == kNodeUnhealthy && !error.has_slots_behind &&
           !error.message.starts_with("Node is");
}

Reply node_error(const ReplyContext& context, const NodeError& error,
                 std::optional<Duration> retry_after) {
    std::string message = cleaned(told(context, error.message), kMessageMax);
    if (says_rate_limit(error)) {
        return rate_limited(error.code, std::move(message), retry_after);
    }
    Reply reply = failed(written_error(RpcError::Kind::Node, error.code, std::move(message),
                                       cleaned(told(context, error.data), kDataMax)));
    reply.context_slot = error.context_slot;
    reply.slots_behind = error.slots_behind;
    return reply;
}

// A status other than 200: the gateway speaks, whatever code its body carries.
Reply http_error(const ReplyContext& context, net::HttpResponse response) {
    const auto retry_after = read_retry_after(response, context.now);  // 503 may carry it too.
    const auto envelope = read_envelope(response.body, context);
    const bool has_error = envelope && envelope->error;
    std::string message = has_error ? excerpt(told(context, envelope->error->message))
                                    : told_excerpt(context, response.body);
    if (response.status == kHttpTooManyRequests) {
        return rate_limited(response.status, std::move(message), retry_after);
    }
    if (response.status == kHttpBadRequest && has_error) {
        return node_error(context, *envelope->error, std::nullopt);
    }
    Reply reply = failed(written_error(RpcError::Kind::Http, response.status, std::move(message)));
    reply.retry_after = retry_after;
    return reply;
}

}  // namespace

std::string excerpt(std::string_view text) { return cleaned(text, kExcerptMax); }

Reply read_reply(net::HttpResult answer, const ReplyContext& context) {
    if (!answer) {
        return failed(RpcError{.kind = RpcError::Kind::Transport,
                               .message = told(context, answer.error().text),
                               .was_written = answer.error().was_written});
    }
    if (answer->status != kHttpOk) {
        return http_error(context, std::move(*answer));
    }
    const auto envelope = read_envelope(answer->body, context);
    if (!envelope) {
        return bad_reply(fmt::format("{}; it starts with: {}", told(context, envelope.error().text),
                                     told_excerpt(context, answer->body)));
    }
    if (!envelope->is_id_ours && !(envelope->is_id_null && envelope->error)) {
        return bad_reply(fmt::format("id is not {}, that of the request; it starts with: {}",
                                     context.id, told_excerpt(context, answer->body)));
    }
    if (envelope->error) {
        return node_error(context, *envelope->error, read_retry_after(*answer, context.now));
    }
    if (!envelope->has_result) {
        return bad_reply("neither result nor error");
    }
    Reply reply;
    reply.body = std::move(answer->body);
    reply.context_slot = envelope->context_slot;
    return reply;
}

RpcResult<std::string> result_json(std::string body) {
    auto result = json::read_document(
        body, [](object& root) { return json::to_json(json::member(root, "result"), "result"); });
    if (!result) {
        return std::unexpected(
            written_error(RpcError::Kind::BadReply, kHttpOk, std::move(result.error().text)));
    }
    return std::move(*result);
}

}  // namespace sniperforge::rpc
