// SPDX-License-Identifier: MIT
// Stands before a node's PubSub and refuses one method, as providers do whose plan has not it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sniperforge/net/websocket.hpp"

namespace sniperforge::test {

class RefusingSocket final : public net::WebSocketServerEvents {
 public:
    static constexpr const char* kUrl = "ws://refusing:81/";

    RefusingSocket(net::Reactor& reactor, const std::string& url, std::string method)
        : reactor_{reactor}, url_{net::parse_url(url).value()}, method_{std::move(method)} {
        auto server = net::WebSocketServer::start(reactor, {.host = "refusing", .port = 81}, *this);
        SF_ASSERT(server.has_value());
        server_ = std::move(*server);
    }

    void on_peer_open(net::WebSocketPeer& peer) override {
        links_[&peer] = std::make_unique<Link>(reactor_, url_, peer);
    }
    void on_peer_message(net::WebSocketPeer& peer, std::string_view message) override {
        if (message.find("\"" + method_ + "\"") == std::string_view::npos) {
            return links_.at(&peer)->send(message);
        }
        ++refused;
        const std::size_t id = message.find("\"id\":") + 5;
        const std::string number{
            message.substr(id, message.find_first_not_of("0123456789", id) - id)};
        peer.send_text(
            R"({"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":)" +
            number + "}");
    }
    void on_peer_close(net::WebSocketPeer& peer) override { links_.erase(&peer); }

    std::size_t refused = 0;

 private:
    // To the node, for one socket of ours; what is sent before it is open waits.
    class Link final : public net::WebSocketEvents {
     public:
        Link(net::Reactor& reactor, const net::Url& url, net::WebSocketPeer& peer)
            : peer_{peer}, client_{reactor, url, *this, {}} {}
        void send(std::string_view text) {
            if (is_open_) {
                client_.send_text(std::string{text});
            } else {
                waiting_.emplace_back(text);
            }
        }
        void on_open() override {
            is_open_ = true;
            for (const std::string& text : waiting_) {
                client_.send_text(text);
            }
            waiting_.clear();
        }
        void on_message(std::string_view text, MonoTime /*at*/) override { peer_.send_text(text); }
        void on_close(const Error& /*reason*/) override { is_open_ = false; }

     private:
        net::WebSocketPeer& peer_;
        bool is_open_ = false;
        std::vector<std::string> waiting_;
        net::WebSocketClient client_;
    };

    net::Reactor& reactor_;
    net::Url url_;
    std::string method_;
    std::map<net::WebSocketPeer*, std::unique_ptr<Link>> links_;
    std::unique_ptr<net::WebSocketServer> server_;
};

}  // namespace sniperforge::test
