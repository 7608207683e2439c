// SPDX-License-Identifier: MIT
// The inside of RpcClient: endpoints with their connections, and calls on their way through them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rpc/endpoint.hpp"
#include "rpc/reply.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::rpc {

struct PoolEndpoint {
    std::string name;
    std::string target;
    std::vector<net::HttpHeader> headers;
    std::uint32_t connections = 1;
    // Transactions have connections of their own, so that none waits behind a bulk read. Both are
    // null when the URL cannot be read.
    std::unique_ptr<net::HttpClient> reads, sends;
    EndpointGauge gauge;
    std::uint64_t requests = 0, failures = 0, rate_limited = 0;
    bool is_probe_pending = false;
};

// Whether a request that may have arrived may be sent once more.
enum class Repeat : std::uint8_t { Allowed, OnlyIfUnwritten };

struct Call {
    std::string_view method;  // Points into method_text or at a literal.
    std::string method_text;
    std::string params;
    Repeat repeat = Repeat::Allowed;
    MonoTime* sent_at = nullptr;
    RpcHandler<std::string> handler;  // Gets the whole body, its envelope checked.
    std::uint32_t attempts = 0;
    std::vector<bool> tried;        // By endpoint.
    std::optional<RpcError> error;  // Of the last attempt.
};

struct RpcClient::State : std::enable_shared_from_this<RpcClient::State> {
    State(net::Reactor& reactor_in, const std::vector<Endpoint>& endpoints_in,
          ClientOptions options_in);

    void start(std::unique_ptr<Call> call);

    net::Reactor& reactor;
    ClientOptions options;
    std::vector<std::unique_ptr<PoolEndpoint>> endpoints;

 private:
    struct Choice {
        std::size_t endpoint = 0;
        Duration delay{0};
    };
    [[nodiscard]] std::optional<Choice> choose(const Call& call) const;
    void attempt(std::unique_ptr<Call> call);
    void issue(std::unique_ptr<Call> call, std::size_t index);
    void on_answer(std::unique_ptr<Call> call, std::size_t index, std::uint64_t id,
                   MonoTime issued_at, net::HttpResult answer);
    void note(PoolEndpoint& endpoint, std::size_t index, const Reply& reply);
    void schedule_probe(std::size_t index);
    void probe(std::size_t index);
    [[nodiscard]] net::HttpRequest make_request(const PoolEndpoint& endpoint, std::uint64_t id,
                                                std::string_view method,
                                                std::string_view params) const;

    std::uint64_t next_id_ = 1;
};

}  // namespace sniperforge::rpc
