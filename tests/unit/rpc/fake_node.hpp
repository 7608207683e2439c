// SPDX-License-Identifier: MIT
// A scripted Solana node for tests: JSON-RPC and PubSub servers on a VirtualReactor.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/net/websocket.hpp"
#include "sniperforge/rpc/client.hpp"
#include "support/keys.hpp"

namespace sniperforge::test {

struct RpcRequest {
    std::string id;  // As JSON.
    std::string method;
    std::string params;  // As JSON.
};

inline RpcRequest parse_request(std::string_view body) {
    simdjson::dom::parser parser;
    const simdjson::dom::element root = parser.parse(body.data(), body.size());
    RpcRequest request;
    request.id = simdjson::to_string(simdjson::dom::element{root["id"]});
    request.method = std::string{std::string_view{root["method"]}};
    request.params = simdjson::to_string(simdjson::dom::element{root["params"]});
    return request;
}

// The first string inside the parameters: the key that the call is about.
inline std::string first_text(const std::string& params) {
    const auto begin = params.find('"');
    if (begin == std::string::npos) {
        return {};
    }
    return params.substr(begin + 1, params.find('"', begin + 1) - begin - 1);
}

inline net::HttpResponse ok(std::string body) {
    return {
        .status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}
inline net::HttpResponse result_of(const RpcRequest& request, std::string_view result) {
    return ok(fmt::format(R"({{"jsonrpc":"2.0","result":{},"id":{}}})", result, request.id));
}
inline net::HttpResponse error_of(const RpcRequest& request, int code, std::string_view message,
                                  std::string_view data = "null") {
    return ok(
        fmt::format(R"({{"jsonrpc":"2.0","error":{{"code":{},"message":"{}","data":{}}},"id":{}}})",
                    code, message, data, request.id));
}
inline std::string account_json(std::uint64_t lamports, BytesView data,
                                const Pubkey& owner = key_of(9)) {
    return fmt::format(
        R"({{"data":["{}","base64"],"executable":false,"lamports":{},"owner":"{}","rentEpoch":18446744073709552000,"space":{}}})",
        base64_encode(data), lamports, owner.to_string(), data.size());
}

class FakeNode final : public net::WebSocketServerEvents {
 public:
    using Answer = std::function<net::HttpResponse(const RpcRequest&)>;

    FakeNode(net::VirtualReactor& reactor, std::uint16_t port) : reactor_{reactor}, port_{port} {
        listen_http();
        listen_pubsub();
    }

    void listen_http() {
        auto server = net::HttpServer::start(
            reactor_, {.host = "node", .port = port_},
            [this](net::HttpRequest request, net::HttpResponder respond) {
                requests.push_back(parse_request(request.body));
                last_headers = request.headers;
                if (is_mute) {
                    held_.push_back(std::move(respond));
                    return;
                }
                if (delay == Duration{0}) {
                    respond(answer(requests.back()));
                    return;
                }
                reactor_.schedule_after(delay, [answered = answer(requests.back()),
                                                respond = std::move(respond)]() mutable {
                    respond(std::move(answered));
                });
            });
        ASSERT_TRUE(server) << server.error().text;
        http_ = std::move(*server);
    }
    void listen_pubsub() {
        auto server = net::WebSocketServer::start(
            reactor_, {.host = "node", .port = static_cast<std::uint16_t>(port_ + 1)}, *this);
        ASSERT_TRUE(server) << server.error().text;
        pubsub_ = std::move(*server);
    }
    void stop_http() { http_.reset(); }
    void stop_pubsub() {
        pubsub_.reset();
        peers.clear();
        subscriptions.clear();
    }

    [[nodiscard]] std::string rpc_url() const { return fmt::format("http://node:{}/", port_); }
    [[nodiscard]] rpc::Endpoint endpoint(std::string name = "node") const {
        return {.name = std::move(name),
                .url = rpc_url(),
                .api_key = {},
                .api_key_header = {},
                .requests_per_second = 1'000};
    }
    [[nodiscard]] std::string pubsub_url() const { return fmt::format("ws://node:{}/", port_ + 1); }
    [[nodiscard]] std::size_t calls_of(std::string_view method) const {
        std::size_t count = 0;
        for (const RpcRequest& request : requests) {
            count += request.method == method ? 1 : 0;
        }
        return count;
    }

    // PubSub: acknowledges everything by itself while is_acknowledging.
    void on_peer_open(net::WebSocketPeer& peer) override {
        peers.push_back(&peer);
        ++connections;
    }
    void on_peer_message(net::WebSocketPeer& peer, std::string_view message) override {
        RpcRequest request = parse_request(message);
        frames.push_back(request);
        if (is_acknowledging) {
            acknowledge(peer, request);
        } else {
            unacknowledged.push_back(std::move(request));
        }
    }
    void on_peer_close(net::WebSocketPeer& peer) override {
        std::erase(peers, &peer);
        if (peers.empty()) {
            subscriptions.clear();
        }
    }
    void acknowledge(net::WebSocketPeer& peer, const RpcRequest& request) {
        if (request.method.ends_with("Unsubscribe")) {
            peer.send_text(fmt::format(R"({{"jsonrpc":"2.0","result":true,"id":{}}})", request.id));
            return;
        }
        if (const auto refusal = refusals.find(request.method); refusal != refusals.end()) {
            peer.send_text(fmt::format(R"({{"jsonrpc":"2.0","error":{},"id":{}}})", refusal->second,
                                       request.id));
            return;
        }
        const std::uint64_t id = next_subscription++;
        subscriptions[request.method + ":" + first_text(request.params)] = id;
        peer.send_text(fmt::format(R"({{"jsonrpc":"2.0","result":{},"id":{}}})", id, request.id));
    }
    void acknowledge_all() {
        for (const RpcRequest& request : std::exchange(unacknowledged, {})) {
            acknowledge(*peers.back(), request);
        }
    }

    [[nodiscard]] std::uint64_t subscription(std::string_view method,
                                             const std::string& key) const {
        const auto found = subscriptions.find(std::string{method} + ":" + key);
        return found == subscriptions.end() ? 999'999 : found->second;
    }
    [[nodiscard]] bool is_account_subscribed(const Pubkey& account) const {
        return subscriptions.contains("accountSubscribe:" + account.to_string());
    }
    void send(std::string_view text) {
        for (net::WebSocketPeer* peer : peers) {
            peer->send_text(text);
        }
    }
    void notify_account(const Pubkey& account, std::uint64_t slot, std::uint64_t lamports,
                        BytesView data) {
        notify_account(subscription("accountSubscribe", account.to_string()), slot, lamports, data);
    }
    void notify_account(std::uint64_t id, std::uint64_t slot, std::uint64_t lamports,
                        BytesView data) {
        send(fmt::format(
            R"({{"jsonrpc":"2.0","method":"accountNotification","params":{{"result":{{"context":{{"slot":{}}},"value":{}}},"subscription":{}}}}})",
            slot, account_json(lamports, data), id));
    }
    void notify_slot(std::uint64_t slot) {
        send(fmt::format(
            R"({{"jsonrpc":"2.0","method":"slotNotification","params":{{"result":{{"parent":{},"root":{},"slot":{}}},"subscription":{}}}}})",
            slot - 1, slot - 31, slot, subscription("slotSubscribe", "")));
    }
    void notify_signature(const Signature& signature, std::uint64_t slot, std::string_view err) {
        send(fmt::format(
            R"({{"jsonrpc":"2.0","method":"signatureNotification","params":{{"result":{{"context":{{"slot":{}}},"value":{{"err":{}}}}},"subscription":{}}}}})",
            slot, err, subscription("signatureSubscribe", signature.to_string())));
    }

    Answer answer = [](const RpcRequest& request) { return result_of(request, "null"); };
    Duration delay{0};     // Of every HTTP answer.
    bool is_mute = false;  // HTTP requests are read and never answered.
    std::vector<RpcRequest> requests;
    std::vector<net::HttpHeader> last_headers;

    bool is_acknowledging = true;
    std::vector<net::WebSocketPeer*> peers;
    std::vector<RpcRequest> frames;
    std::vector<RpcRequest> unacknowledged;
    std::map<std::string, std::string> refusals;         // By method, the error JSON.
    std::map<std::string, std::uint64_t> subscriptions;  // By "method:key".
    std::uint64_t next_subscription = 0;  // The first id is 0, as nodes really give out.
    std::size_t connections = 0;

 private:
    net::VirtualReactor& reactor_;
    std::uint16_t port_;
    std::vector<net::HttpResponder> held_;
    std::unique_ptr<net::HttpServer> http_;
    std::unique_ptr<net::WebSocketServer> pubsub_;
};

inline void run_for(net::VirtualReactor& reactor, Duration duration) {
    reactor.run_until(reactor.now() + duration);
}

}  // namespace sniperforge::test
