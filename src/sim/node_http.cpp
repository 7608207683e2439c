// SPDX-License-Identifier: MIT
#include "sim/node_http.hpp"

#include <algorithm>
#include <charconv>

#include "sim/retold.hpp"
#include "sim/wire_limits.hpp"

namespace sniperforge::sim {

namespace {

// Beyond, the oldest of the requests that hang is answered 500: its client has long given up.
constexpr std::size_t kUnansweredMax = 1'024;

constexpr std::string_view kMark = "x-simulated-fate";
constexpr std::string_view kTruncate = "truncate", kReset = "reset", kDrip = "drip ";
// A reset answer ends within its status line.
constexpr std::size_t kResetBytes = 9;

constexpr std::string_view kPreflightData =
    R"({"accounts":null,"err":"BlockhashNotFound","innerInstructions":null,"logs":[],)"
    R"("replacementBlockhash":null,"returnData":null,"unitsConsumed":0})";

// The text and data that nodes send with a code. Source: protocol rpc section 2.3.
JsonRpcError error_of(const NodeFaults& faults, Slot slot) {
    const int code = faults.rpc_error_code;
    switch (code) {
        case -32'002:
            return {code, "Transaction simulation failed: Blockhash not found",
                    std::string{kPreflightData}};
        case -32'004:
            return {code, fmt::format("Block not available for slot {}", slot.value), {}};
        case -32'005:
            if (faults.rpc_error_slots_behind) {
                return {code,
                        fmt::format("Node is behind by {} slots", *faults.rpc_error_slots_behind),
                        fmt::format(R"({{"numSlotsBehind":{}}})", *faults.rpc_error_slots_behind)};
            }
            return {code, "Node is unhealthy", R"({"numSlotsBehind":null})"};
        case -32'015:
            return {code,
                    "Transaction version (0) is not supported by the requesting client. Please try "
                    "the request again with the following configuration parameter: "
                    "\"maxSupportedTransactionVersion\": 0",
                    {}};
        case -32'016:
            return {code, "Minimum context slot has not been reached",
                    fmt::format(R"({{"contextSlot":{}}})",
                                slot.value - std::min(slot.value,
                                                      faults.rpc_error_slots_behind.value_or(0)))};
        case -32'601:
            return {code, "Method not found", {}};
        case -32'603:
            return {code, "Internal error", {}};
        default:
            return {code, fmt::format("Simulated error {}", code), {}};
    }
}

net::HttpResponse gateway_error(int status) {
    const std::string_view text = status == 502   ? "Bad Gateway"
                                  : status == 503 ? "Service Temporarily Unavailable"
                                  : status == 504 ? "Gateway Time-out"
                                                  : "Internal Server Error";
    return {.status = status,
            .headers = {{"content-type", "text/html"}},
            .body = fmt::format("<html>\r\n<head><title>{0} {1}</title></head>\r\n<body>\r\n"
                                "<center><h1>{0} {1}</h1></center>\r\n</body>\r\n</html>\r\n",
                                status, text)};
}

}  // namespace

NodeHttp::NodeHttp(net::Reactor& reactor, NodeCondition& condition, RpcServer& rpc)
    : reactor_{reactor},
      condition_{condition},
      rpc_{rpc},
      faulty_{reactor, *this},
      started_at_{reactor.now()} {
    rpc_.set_refusal([this](std::string_view method) { return refuse(method); });
}

NodeHttp::~NodeHttp() { rpc_.set_refusal({}); }

Result<void> NodeHttp::listen(const std::string& host, std::uint16_t port) {
    auto server =
        net::HttpServer::start(faulty_, {.host = host, .port = port},
                               [this](net::HttpRequest request, net::HttpResponder respond) {
                                   handle(std::move(request), std::move(respond));
                               },
                               {.body_bytes_max = kRequestBytesMax});
    if (!server) {
        return Err{server.error()};
    }
    server_ = std::move(*server);
    return {};
}

template <typename Then>
void NodeHttp::after(Duration delay, Then then) {
    if (delay <= Duration::zero()) {
        then();
        return;
    }
    reactor_.schedule_after(delay,
                            [weak = std::weak_ptr{alive_}, then = std::move(then)]() mutable {
                                if (!weak.expired()) {
                                    then();
                                }
                            });
}

void NodeHttp::handle(net::HttpRequest request, net::HttpResponder respond) {
    if (condition_.is_healthy()) {
        respond(answer(request));
        return;
    }
    after(condition_.draw_latency(),
          [this, request = std::move(request), respond = std::move(respond)]() mutable {
              arrive(request, std::move(respond));
          });
}

void NodeHttp::arrive(const net::HttpRequest& request, net::HttpResponder respond) {
    const NodeFaults& faults = condition_.faults;
    const bool is_call = request.method == "POST";
    const bool is_over = is_over_budget();
    if (is_call && is_over) {
        condition_.counters.count(FaultKind::TooManyRequests);
        send_back(too_many_requests(), std::move(respond));
        return;
    }
    if (!is_call || !is_hit(request.body)) {
        send_back(answer(request), std::move(respond));
        return;
    }
    if (condition_.happens(faults.too_many_requests_probability, FaultKind::TooManyRequests)) {
        send_back(too_many_requests(), std::move(respond));
        return;
    }
    if (condition_.happens(faults.gateway_error_probability, FaultKind::GatewayError)) {
        send_back(gateway_error(faults.gateway_status), std::move(respond));
        return;
    }
    if (condition_.happens(faults.hang_probability, FaultKind::Hang)) {
        leave_unanswered(std::move(respond));
        return;
    }
    net::HttpResponse response = answer(request);
    if (faults.phantom_hang_probability > 0 && is_sending(request.body) &&
        condition_.happens(faults.phantom_hang_probability, FaultKind::PhantomHang)) {
        leave_unanswered(std::move(respond));
        return;
    }
    mark(response);
    send_back(std::move(response), std::move(respond));
}

void NodeHttp::leave_unanswered(net::HttpResponder respond) {
    unanswered_.push_back(std::move(respond));
    if (unanswered_.size() > kUnansweredMax) {
        unanswered_.pop_front();
    }
}

net::HttpResponse NodeHttp::answer(const net::HttpRequest& request) {
    net::HttpResponse response;
    response.status = 200;
    if (request.method == "GET" && request.target == "/health") {
        response.headers = {{"content-type", "text/plain"}};
        response.body = "ok";
        return response;
    }
    if (request.method != "POST") {
        response.status = 405;
        response.headers = {{"content-type", "text/plain"}, {"allow", "POST"}};
        response.body = "Used HTTP Method is not allowed. POST is required\n";
        return response;
    }
    response.headers = {{"content-type", "application/json"}};
    response.body = rpc_.handle(request.body);
    if (is_retelling(condition_.faults)) {
        response.body = retold(condition_, response.body);
    }
    if (!rpc_.view().is_live()) {
        condition_.counters.count(FaultKind::StaleAnswer);
    }
    return response;
}

void NodeHttp::send_back(net::HttpResponse response, net::HttpResponder respond) {
    after(condition_.draw_latency(),
          [response = std::move(response), respond = std::move(respond)]() mutable {
              respond(std::move(response));
          });
}

bool NodeHttp::is_over_budget() {
    const std::uint32_t max = condition_.faults.requests_per_second_max;
    if (max == 0) {
        return false;
    }
    const std::int64_t second = (reactor_.now() - started_at_) / std::chrono::seconds{1};
    if (second != second_) {
        second_ = second;
        second_requests_ = 0;
    }
    return ++second_requests_ > max;
}

bool NodeHttp::is_hit(std::string_view method) const {
    const auto& methods = condition_.faults.methods;
    return methods.empty() || std::ranges::find(methods, method) != methods.end();
}

template <typename Predicate>
bool NodeHttp::calls_any(const std::string& body, const Predicate& is_meant) {
    simdjson::dom::element document;
    if (parser_.parse(body).get(document) != simdjson::SUCCESS) {
        return false;
    }
    const auto calls = [&](const simdjson::dom::element& request) {
        std::string_view method;
        return request["method"].get(method) == simdjson::SUCCESS && is_meant(method);
    };
    simdjson::dom::array batch;
    if (document.get(batch) != simdjson::SUCCESS) {
        return calls(document);
    }
    return std::ranges::any_of(batch, calls);
}

bool NodeHttp::is_hit(const std::string& body) {
    return condition_.faults.methods.empty() ||
           calls_any(body, [this](std::string_view method) { return is_hit(method); });
}

bool NodeHttp::is_sending(const std::string& body) {
    return calls_any(body, [](std::string_view method) { return method == "sendTransaction"; });
}

std::optional<JsonRpcError> NodeHttp::refuse(std::string_view method) {
    if (condition_.is_healthy() || !is_hit(method) ||
        !condition_.happens(condition_.faults.rpc_error_probability, FaultKind::RpcError)) {
        return std::nullopt;
    }
    return error_of(condition_.faults, rpc_.view().slot());
}

net::HttpResponse NodeHttp::too_many_requests() const {
    net::HttpResponse response{
        .status = 429,
        .headers = {{"content-type", "application/json"}},
        .body =
            R"({"jsonrpc":"2.0","error":{"code":429,"message":"Too many requests"},"id":null})"};
    if (condition_.faults.retry_after_s) {
        response.headers.push_back(
            {"retry-after", fmt::format("{}", *condition_.faults.retry_after_s)});
    }
    return response;
}

void NodeHttp::mark(net::HttpResponse& response) {
    const NodeFaults& faults = condition_.faults;
    std::string fate;
    if (condition_.happens(faults.truncate_probability, FaultKind::TruncatedAnswer)) {
        fate = kTruncate;
    } else if (condition_.happens(faults.reset_probability, FaultKind::ResetAnswer)) {
        fate = kReset;
    } else if (faults.drip_bytes_per_second > 0) {
        condition_.counters.count(FaultKind::DrippedAnswer);
        fate = fmt::format("{}{}", kDrip, faults.drip_bytes_per_second);
    } else {
        return;
    }
    response.headers.push_back({std::string{kMark}, std::move(fate)});
    ++marked_;
}

WriteFate NodeHttp::judge(std::vector<std::uint8_t>& bytes) {
    const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    const std::size_t head = text.find("\r\n\r\n");
    const std::size_t at = text.find(kMark);
    if (head == std::string_view::npos || at >= head) {
        return {};
    }
    const std::string fate{
        text.substr(at + kMark.size() + 2, text.find("\r\n", at) - at - kMark.size() - 2)};
    const std::size_t line = text.find("\r\n", at) + 2 - at;
    bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                bytes.begin() + static_cast<std::ptrdiff_t>(at + line));
    --marked_;
    const std::size_t body_begin = head + 4 - line;
    if (fate == kTruncate) {
        return {.bytes_sent = body_begin + (bytes.size() - body_begin) / 2};
    }
    if (fate == kReset) {
        return {.bytes_sent = kResetBytes};
    }
    WriteFate drip{.bytes_per_second = 1};
    const std::string_view rate = std::string_view{fate}.substr(kDrip.size());
    std::from_chars(rate.data(), rate.data() + rate.size(), drip.bytes_per_second);
    return drip;
}

bool NodeHttp::refuses_connections() {
    if (condition_.faults.is_down) {
        condition_.counters.count(FaultKind::ConnectionRefused);
    }
    return condition_.faults.is_down;
}

}  // namespace sniperforge::sim
