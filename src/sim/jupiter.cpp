// SPDX-License-Identifier: MIT
#include "sim/jupiter.hpp"

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {

namespace {

constexpr double kBucketMax = 5;  // Requests that may come at once.

std::string error_json(const JupiterError& error) {
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("error").string(error.text);
    json.key("errorCode").string(error.code).end_object();
    return text;
}

std::string labels_json() {
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    json.key(solana::kRaydiumAmmV4Program.to_string()).string("Raydium");
    json.key(solana::kRaydiumCpmmProgram.to_string()).string("Raydium CP");
    json.key(solana::kPumpCurveProgram.to_string()).string("Pump.fun");
    json.key(solana::kPumpSwapProgram.to_string()).string("Pump.fun Amm").end_object();
    return text;
}

}  // namespace

JupiterServer::JupiterServer(Chain& chain, const Scenario& scenario, const Rng& rng,
                             ClusterStatistics& statistics)
    : chain_{chain},
      scenario_{scenario},
      rng_{rng},
      hostile_{chain, rng.fork(1)},
      statistics_{statistics} {}

bool JupiterServer::take_token(MonoTime now) {
    const double rate = scenario_.jupiter_requests_per_second;
    if (rate <= 0) {
        return true;
    }
    if (refilled_at_) {
        const double seconds = std::chrono::duration<double>(now - *refilled_at_).count();
        tokens_ = std::min(tokens_ + seconds * rate, std::max(kBucketMax, rate));
    }
    refilled_at_ = now;
    if (tokens_ < 1) {
        return false;
    }
    tokens_ -= 1;
    return true;
}

net::HttpResponse JupiterServer::handle(const net::HttpRequest& request, MonoTime now) {
    ++statistics_.jupiter_requests;
    net::HttpResponse response;
    response.headers = {{"content-type", "application/json"},
                        {"x-api-gateway-request-id", fmt::format("sim-{}", request_number_++)}};
    const bool is_allowed = take_token(now);
    if (scenario_.jupiter_requests_per_second > 0) {
        response.headers.push_back(
            {"x-ratelimit-remaining", std::to_string(static_cast<int>(tokens_))});
        response.headers.push_back({"x-ratelimit-current", is_allowed ? "1" : "0"});
        response.headers.push_back(
            {"x-ratelimit-reset", std::to_string(chain_.slot_time().seconds() + 1)});
    }
    if (!is_allowed) {
        response.status = 429;
        response.body = R"({"code":429,"message":"[API Gateway] Too many requests"})";
        return response;
    }
    const JupiterFaults& faults = hostile_.faults();
    if (hostile_.happens(faults.gateway_error_probability, FaultKind::JupiterGatewayError)) {
        response.status = 502;
        response.headers = {{"content-type", "text/html"}};
        response.body = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>\r\n";
        return response;
    }
    if (auto text = dispatch(request)) {
        response.status = 200;
        response.body = std::move(*text);
        if (hostile_.happens(faults.malformed_probability, FaultKind::JupiterMalformed)) {
            response.body.resize(response.body.size() / 2);
        }
    } else {
        response.status = text.error().status;
        response.body =
            text.error().body.empty() ? error_json(text.error()) : std::move(text.error().body);
    }
    return response;
}

JupiterServer::Text JupiterServer::dispatch(const net::HttpRequest& request) {
    const std::string_view target = request.target;
    const std::string_view path = target.substr(0, target.find('?'));
    if (request.method == "GET" && path == "/swap/v1/quote") {
        return quote(target);
    }
    if (request.method == "POST" && path == "/swap/v1/swap") {
        return swap(request.body);
    }
    if (request.method == "POST" && path == "/swap/v1/swap-instructions") {
        return swap_instructions(request.body);
    }
    if (request.method == "GET" && path == "/swap/v2/build") {
        return build_route(target);
    }
    if (request.method == "GET" && path == "/swap/v2/order") {
        return order(target);
    }
    if (request.method == "POST" && path == "/swap/v2/execute") {
        return execute(request.body);
    }
    if (request.method == "GET" && path == "/swap/v1/program-id-to-label") {
        return labels_json();
    }
    return std::unexpected{JupiterError{
        404, "NOT_FOUND", fmt::format("{} {} is not served here", request.method, path)}};
}

}  // namespace sniperforge::sim
