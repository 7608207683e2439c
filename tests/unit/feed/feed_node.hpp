// SPDX-License-Identifier: MIT
// Nodes that share one small world, each with any number of sockets, under virtual time. Nothing is
// told by itself: a test says which socket tells what.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/json_text.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::feed::test {

using sniperforge::test::account_json;
using sniperforge::test::error_of;
using sniperforge::test::key_of;
using sniperforge::test::parse_request;
using sniperforge::test::result_of;
using sniperforge::test::RpcRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What every node would answer.
struct World {
    std::uint64_t slot = 100;
    std::map<Pubkey, std::uint64_t> lamports;  // Others have 5.
};

class Node final : public net::WebSocketServerEvents {
 public:
    struct Subscription {
        net::WebSocketPeer* peer = nullptr;
        std::uint64_t id = 0;
        std::string method;
        std::string key;
    };

    Node(net::VirtualReactor& reactor, World& world, std::uint16_t port, std::string name)
        : reactor_{reactor}, world_{world}, port_{port}, name_{std::move(name)} {
        auto server = net::HttpServer::start(
            reactor_, {.host = "node", .port = port_},
            [this](net::HttpRequest request, net::HttpResponder respond) {
                auto reply = [this, body = std::move(request.body)] {
                    return answer(parse_request(body));
                };
                if (rpc_delay == Duration{0}) {
                    return respond(reply());
                }
                reactor_.schedule_after(
                    rpc_delay, [answered = reply(), respond = std::move(respond)]() mutable {
                        respond(std::move(answered));
                    });
            });
        SF_ASSERT(server.has_value());
        http_ = std::move(*server);
        listen();
    }
    void listen() {
        auto server = net::WebSocketServer::start(
            reactor_, {.host = "node", .port = static_cast<std::uint16_t>(port_ + 1)}, *this);
        SF_ASSERT(server.has_value());
        pubsub_ = std::move(*server);
    }
    void stop() {
        pubsub_.reset();
        peers.clear();
        subscriptions.clear();
    }
    // Ends one socket; the listener goes on.
    void drop(std::size_t peer) {
        net::WebSocketPeer* const gone = peers.at(peer);
        on_peer_close(*gone);
        gone->close();
    }

    [[nodiscard]] config::EndpointSettings settings(std::uint32_t sockets,
                                                    std::uint32_t capacity = 5'000) const {
        config::EndpointSettings endpoint;
        endpoint.name = name_;
        endpoint.rpc_url = fmt::format("http://node:{}/", port_);
        endpoint.pubsub_url = fmt::format("ws://node:{}/", port_ + 1);
        endpoint.pubsub_connections = sockets;
        endpoint.subscriptions_per_connection_max = capacity;
        return endpoint;
    }

    [[nodiscard]] std::size_t count(const std::string& method) const {
        return static_cast<std::size_t>(
            std::count_if(subscriptions.begin(), subscriptions.end(),
                          [&](const Subscription& one) { return one.method == method; }));
    }
    [[nodiscard]] std::size_t count_on(std::size_t peer) const {
        return static_cast<std::size_t>(
            std::count_if(subscriptions.begin(), subscriptions.end(), [&](const auto& one) {
                return one.peer == peers.at(peer) && one.method == "accountSubscribe";
            }));
    }
    [[nodiscard]] bool carries(const Pubkey& account) const {
        return find("accountSubscribe", account.to_string()) != subscriptions.end();
    }
    [[nodiscard]] std::size_t subscriptions_of(const Pubkey& account) const {
        return static_cast<std::size_t>(
            std::count_if(subscriptions.begin(), subscriptions.end(),
                          [key = account.to_string()](const Subscription& one) {
                              return one.method == "accountSubscribe" && one.key == key;
                          }));
    }
    // The socket that carries the account.
    [[nodiscard]] std::size_t peer_of(const Pubkey& account) const {
        const auto found = find("accountSubscribe", account.to_string());
        SF_ASSERT(found != subscriptions.end());
        return static_cast<std::size_t>(std::find(peers.begin(), peers.end(), found->peer) -
                                        peers.begin());
    }

    // On every socket but the silent ones.
    void tell_slot(std::uint64_t slot, std::uint64_t parent) {
        for (const Subscription& one : subscriptions) {
            if (one.method == "slotSubscribe" && !silent.contains(one.peer)) {
                one.peer->send_text(fmt::format(
                    R"({{"jsonrpc":"2.0","method":"slotNotification","params":{{"result":{{"parent":{},"root":{},"slot":{}}},"subscription":{}}}}})",
                    parent, slot > 31 ? slot - 31 : 0, slot, one.id));
            }
        }
    }
    void tell_account(const Pubkey& account, std::uint64_t slot, std::uint64_t lamports) {
        const std::string key = account.to_string();
        for (const Subscription& one : subscriptions) {
            if (one.method == "accountSubscribe" && one.key == key && !deaf.contains(one.id) &&
                !silent.contains(one.peer)) {
                one.peer->send_text(fmt::format(
                    R"({{"jsonrpc":"2.0","method":"accountNotification","params":{{"result":{{"context":{{"slot":{}}},"value":{}}},"subscription":{}}}}})",
                    slot, account_json(lamports, Bytes{1, 2}), one.id));
            }
        }
    }
    void tell_program(const Pubkey& program, const Pubkey& account, std::uint64_t slot,
                      std::uint64_t lamports) {
        for (const Subscription& one : subscriptions) {
            if (one.method == "programSubscribe" && one.key == program.to_string()) {
                one.peer->send_text(fmt::format(
                    R"({{"jsonrpc":"2.0","method":"programNotification","params":{{"result":{{"context":{{"slot":{}}},"value":{{"pubkey":"{}","account":{}}}}},"subscription":{}}}}})",
                    slot, account.to_string(), account_json(lamports, Bytes(637)), one.id));
            }
        }
    }
    // To whoever listens for mentions of one of these.
    void tell_logs(const std::vector<Pubkey>& mentioned, const Signature& signature,
                   std::uint64_t slot, const std::vector<std::string>& lines,
                   bool is_failed = false) {
        std::string logs;
        for (const std::string& line : lines) {
            logs += (logs.empty() ? "" : ",") + json_quoted(line);
        }
        for (const Subscription& one : subscriptions) {
            const bool is_mentioned =
                std::any_of(mentioned.begin(), mentioned.end(),
                            [&](const Pubkey& key) { return key.to_string() == one.key; });
            if (one.method == "logsSubscribe" && is_mentioned) {
                one.peer->send_text(fmt::format(
                    R"({{"jsonrpc":"2.0","method":"logsNotification","params":{{"result":{{"context":{{"slot":{}}},"value":{{"signature":"{}","err":{},"logs":[{}]}}}},"subscription":{}}}}})",
                    slot, signature.to_string(),
                    is_failed ? R"({"InstructionError":[0,{"Custom":1}]})" : "null", logs, one.id));
            }
        }
    }
    void tell_signature(const Signature& signature, std::uint64_t slot) {
        for (const Subscription& one : subscriptions) {
            if (one.method == "signatureSubscribe" && one.key == signature.to_string()) {
                one.peer->send_text(fmt::format(
                    R"({{"jsonrpc":"2.0","method":"signatureNotification","params":{{"result":{{"context":{{"slot":{}}},"value":{{"err":null}}}},"subscription":{}}}}})",
                    slot, one.id));
            }
        }
    }
    // From now on nothing comes through the account's subscription here.
    void deafen(const Pubkey& account) {
        deaf.insert(find("accountSubscribe", account.to_string())->id);
    }

    void on_peer_open(net::WebSocketPeer& peer) override {
        peers.push_back(&peer);
        ++connections;
    }
    void on_peer_message(net::WebSocketPeer& peer, std::string_view message) override {
        const RpcRequest request = parse_request(message);
        requests.push_back(request);
        if (request.method.ends_with("Unsubscribe")) {
            const std::uint64_t id = std::stoull(request.params.substr(1));
            std::erase_if(subscriptions, [&](const Subscription& one) {
                return one.id == id && one.peer == &peer;
            });
            return peer.send_text(
                fmt::format(R"({{"jsonrpc":"2.0","result":true,"id":{}}})", request.id));
        }
        if ((request.method == "accountSubscribe" && is_refusing) ||
            request.method == refused_method) {
            return peer.send_text(fmt::format(
                R"({{"jsonrpc":"2.0","error":{{"code":-32005,"message":"too many"}},"id":{}}})",
                request.id));
        }
        subscriptions.push_back({&peer, next_id, request.method, key_in(request)});
        peer.send_text(
            fmt::format(R"({{"jsonrpc":"2.0","result":{},"id":{}}})", next_id++, request.id));
    }
    void on_peer_close(net::WebSocketPeer& peer) override {
        std::erase(peers, &peer);
        silent.erase(&peer);
        std::erase_if(subscriptions, [&](const Subscription& one) { return one.peer == &peer; });
    }

    std::vector<net::WebSocketPeer*> peers;
    std::set<net::WebSocketPeer*> silent;
    std::set<std::uint64_t> deaf;
    std::vector<Subscription> subscriptions;
    std::vector<RpcRequest> requests;
    std::vector<std::vector<std::string>> reads;  // The keys of each getMultipleAccounts.
    std::optional<std::uint64_t> rpc_slot;        // Instead of the world's.
    Duration rpc_delay{0};
    bool is_failing = false;     // Every read is answered with an error.
    bool is_refusing = false;    // Every account subscription is.
    std::string refused_method;  // So is every other of this method.
    // Asked first; nothing: the world answers.
    std::function<std::optional<net::HttpResponse>(const RpcRequest&)> on_request;
    std::size_t connections = 0;
    std::uint64_t next_id = 0;

 private:
    [[nodiscard]] std::vector<Subscription>::const_iterator find(const std::string& method,
                                                                 const std::string& key) const {
        return std::find_if(subscriptions.begin(), subscriptions.end(), [&](const auto& one) {
            return one.method == method && one.key == key;
        });
    }
    // The account or program; of logs who is mentioned: [{"mentions":["KEY"]},...].
    [[nodiscard]] static std::string key_in(const RpcRequest& request) {
        return sniperforge::test::first_text(
            request.method == "logsSubscribe" ? request.params.substr(request.params.find('[', 1))
                                              : request.params);
    }
    net::HttpResponse answer(const RpcRequest& request) {
        if (auto answered = on_request ? on_request(request) : std::nullopt) {
            return std::move(*answered);
        }
        if (is_failing) {
            return error_of(request, -32602, "no");
        }
        if (request.method == "getSlot") {
            return result_of(request, fmt::format("{}", rpc_slot.value_or(world_.slot)));
        }
        simdjson::dom::parser parser;
        const simdjson::dom::array params =
            simdjson::dom::element{parser.parse(request.params)}.get_array();
        std::string values;
        reads.emplace_back();
        for (const auto key : simdjson::dom::array{params.at(0)}) {
            const std::string text{std::string_view{key}};
            reads.back().push_back(text);
            const auto known = world_.lamports.find(Pubkey::parse(text).value());
            values += values.empty() ? "" : ",";
            values += account_json(known == world_.lamports.end() ? 5 : known->second, Bytes{1, 2});
        }
        return result_of(request, fmt::format(R"({{"context":{{"slot":{}}},"value":[{}]}})",
                                              rpc_slot.value_or(world_.slot), values));
    }

    net::VirtualReactor& reactor_;
    World& world_;
    std::uint16_t port_;
    std::string name_;
    std::unique_ptr<net::HttpServer> http_;
    std::unique_ptr<net::WebSocketServer> pubsub_;
};

}  // namespace sniperforge::feed::test
