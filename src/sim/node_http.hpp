// SPDX-License-Identifier: MIT
// A node's JSON-RPC port: its answers, and the faults between them and the client.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/faulty_reactor.hpp"
#include "sim/node_condition.hpp"
#include "sim/rpc_server.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::sim {

class NodeHttp final : private WriteJudge {
 public:
    // All must outlive this.
    NodeHttp(net::Reactor& reactor, NodeCondition& condition, RpcServer& rpc);
    ~NodeHttp() override;
    NodeHttp(const NodeHttp&) = delete;
    NodeHttp& operator=(const NodeHttp&) = delete;

    [[nodiscard]] Result<void> listen(const std::string& host, std::uint16_t port);
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    void end_all_connections() { faulty_.end_all_streams(); }

 private:
    void handle(net::HttpRequest request, net::HttpResponder respond);
    // After the way to the node.
    void arrive(const net::HttpRequest& request, net::HttpResponder respond);
    [[nodiscard]] net::HttpResponse answer(const net::HttpRequest& request);
    // Before the way back.
    void send_back(net::HttpResponse response, net::HttpResponder respond);
    [[nodiscard]] bool is_over_budget();
    // Whether the request calls one of the methods that the faults are for.
    [[nodiscard]] bool is_hit(const std::string& body);
    [[nodiscard]] bool is_hit(std::string_view method) const;
    [[nodiscard]] bool is_sending(const std::string& body);
    // Whether a call of the request, or of the batch, is of a method that is meant.
    template <typename Predicate>
    [[nodiscard]] bool calls_any(const std::string& body, const Predicate& is_meant);
    void leave_unanswered(net::HttpResponder respond);
    [[nodiscard]] std::optional<JsonRpcError> refuse(std::string_view method);
    [[nodiscard]] net::HttpResponse too_many_requests() const;
    // Says in a header, which judge() takes out again, what becomes of the answer's bytes.
    void mark(net::HttpResponse& response);
    template <typename Then>
    void after(Duration delay, Then then);

    [[nodiscard]] WriteFate judge(std::vector<std::uint8_t>& bytes) override;
    [[nodiscard]] bool is_judging() const override { return marked_ > 0; }
    [[nodiscard]] bool refuses_connections() override;

    net::Reactor& reactor_;
    NodeCondition& condition_;
    RpcServer& rpc_;
    FaultyReactor faulty_;
    MonoTime started_at_;
    std::int64_t second_ = 0;  // Of the budget.
    std::uint32_t second_requests_ = 0;
    std::size_t marked_ = 0;                     // Answers whose bytes are still to be judged.
    std::deque<net::HttpResponder> unanswered_;  // Requests that hang.
    simdjson::dom::parser parser_;
    // Delayed work asks whether this is still there.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    std::unique_ptr<net::HttpServer> server_;  // Last: it ends first.
};

}  // namespace sniperforge::sim
