// SPDX-License-Identifier: MIT
#include "rpc/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rpc/json.hpp"

namespace sniperforge::rpc {
namespace {

using json::ondemand::object;
using json::ondemand::value;

constexpr std::size_t kExcerptMax = 160;
constexpr int kHttpOk = 200;
constexpr int kHttpBadRequest = 400;
constexpr int kHttpTooManyRequests = 429;
// Codes of protocol rpc 2.3 that another, or a later, node may not answer with.
constexpr int kBlockNotAvailable = -32004;
constexpr int kNodeUnhealthy = -32005;  // Or, at some gateways, a rate limit.
constexpr int kBlockStatusNotAvailable = -32014;
constexpr int kMinContextSlotNotReached = -32016;
constexpr int kGatewayRateLimited = -32429;

// The error member of an envelope.
struct NodeError {
    int code = 0;
    std::string message;
    std::string data;
    bool has_slots_behind = false;  // data.numSlotsBehind is there, null included.
};

struct Envelope {
    bool is_id_ours = false;
    bool is_id_null = false;  // An error about a request that the server could not read.
    bool has_result = false;
    std::optional<NodeError> error;
};

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
    }
    return error;
}

// One pass, whatever the order: a body may have megabytes.
Result<Envelope> read_envelope(std::string& body, std::uint64_t id) {
    return json::read_document(body, [id](object& root) {
        Envelope envelope;
        json::for_each_field(root, "document", [&](std::string_view key, value found) {
            if (key == "error" && !json::is_null(found, "error")) {
                envelope.error = read_error(found);
            } else if (key == "result") {
                envelope.has_result = true;
            } else if (key == "id") {
                // Some gateways send our number back as a string.
                const std::string_view text = json::to_json(found, "id");
                envelope.is_id_null = text == "null";
                envelope.is_id_ours =
                    text == fmt::format("{}", id) || text == fmt::format("\"{}\"", id);
            }
        });
        return envelope;
    });
}

Reply transport_failure(net::HttpFailure failure) {
    Reply reply;
    reply.body = std::unexpected(RpcError{.kind = RpcError::Kind::Transport,
                                          .message = std::move(failure.text),
                                          .was_written = failure.was_written});
    reply.should_fail_over = true;
    reply.is_endpoint_sick = true;
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
    Reply reply;
    reply.body =
        std::unexpected(written_error(RpcError::Kind::RateLimited, code, std::move(message)));
    reply.should_fail_over = true;
    reply.is_rate_limited = true;
    reply.retry_after = retry_after;
    return reply;
}

Reply bad_reply(std::string message) {
    Reply reply;
    reply.body =
        std::unexpected(written_error(RpcError::Kind::BadReply, kHttpOk, std::move(message)));
    return reply;
}

// Seconds only; the date form is treated as absent, we know no server that sends it.
std::optional<Duration> read_retry_after(const net::HttpResponse& response) {
    const std::string_view text = response.header("Retry-After");
    std::uint64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    constexpr auto kSecondsMax = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(kRetryAfterMax).count());
    return std::chrono::seconds{std::min(seconds, kSecondsMax)};
}

bool says_rate_limit(const NodeError& error) {
    if (error.code == kHttpTooManyRequests || error.code == kGatewayRateLimited) {
        return true;
    }
    // -32005 without numSlotsBehind is a gateway's rate limit, unless it speaks of the node.
    return error.code == kNodeUnhealthy && !error.has_slots_behind &&
           !error.message.starts_with("Node is");
}

Reply node_error(NodeError error, std::optional<Duration> retry_after) {
    if (says_rate_limit(error)) {
        return rate_limited(error.code, std::move(error.message), retry_after);
    }
    Reply reply;
    reply.is_endpoint_sick = error.code == kNodeUnhealthy;
    reply.should_fail_over = error.code == kNodeUnhealthy || error.code == kBlockNotAvailable ||
                             error.code == kBlockStatusNotAvailable ||
                             error.code == kMinContextSlotNotReached;
    reply.body = std::unexpected(written_error(RpcError::Kind::Node, error.code,
                                               std::move(error.message), std::move(error.data)));
    return reply;
}

// A status other than 200: the gateway speaks, whatever code its body carries.
Reply http_error(net::HttpResponse response, std::uint64_t id) {
    auto envelope = read_envelope(response.body, id);
    const bool has_error = envelope && envelope->error;
    std::string message = has_error ? std::move(envelope->error->message) : excerpt(response.body);
    if (response.status == kHttpTooManyRequests) {
        return rate_limited(response.status, std::move(message), read_retry_after(response));
    }
    if (response.status == kHttpBadRequest && has_error) {
        envelope->error->message = std::move(message);
        return node_error(std::move(*envelope->error), std::nullopt);
    }
    Reply reply;
    // 400 says that the request itself is wrong: it would be wrong elsewhere too.
    reply.should_fail_over = response.status != kHttpBadRequest;
    reply.is_endpoint_sick = reply.should_fail_over;
    reply.retry_after = read_retry_after(response);  // 503 may carry it too.
    reply.body =
        std::unexpected(written_error(RpcError::Kind::Http, response.status, std::move(message)));
    return reply;
}

}  // namespace

std::string excerpt(std::string_view text) {
    std::string out{text.substr(0, kExcerptMax)};
    for (char& c : out) {
        if (c < ' ' || c > '~') {
            c = ' ';
        }
    }
    return text.size() > kExcerptMax ? out + "..." : out;
}

Reply read_reply(net::HttpResult answer, std::uint64_t id) {
    if (!answer) {
        return transport_failure(std::move(answer.error()));
    }
    if (answer->status != kHttpOk) {
        return http_error(std::move(*answer), id);
    }
    const auto retry_after = read_retry_after(*answer);
    auto envelope = read_envelope(answer->body, id);
    if (!envelope) {
        return bad_reply(
            fmt::format("{}; it starts with: {}", envelope.error().text, excerpt(answer->body)));
    }
    if (!envelope->is_id_ours && !(envelope->is_id_null && envelope->error)) {
        return bad_reply(fmt::format("id is not {}, that of the request; it starts with: {}", id,
                                     excerpt(answer->body)));
    }
    if (envelope->error) {
        return node_error(std::move(*envelope->error), retry_after);
    }
    if (!envelope->has_result) {
        return bad_reply("neither result nor error");
    }
    Reply reply;
    reply.body = std::move(answer->body);
    return reply;
}

RpcResult<std::string> result_json(std::string body) {
    auto result = json::read_document(body, [](object& root) {
        return std::string{json::to_json(json::member(root, "result"), "result")};
    });
    if (!result) {
        return std::unexpected(
            written_error(RpcError::Kind::BadReply, kHttpOk, std::move(result.error().text)));
    }
    return std::move(*result);
}

}  // namespace sniperforge::rpc
