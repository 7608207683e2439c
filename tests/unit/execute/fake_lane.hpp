// SPDX-License-Identifier: MIT
// A scripted lane behind real HTTP over virtual time.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::execute::lane_test {

inline const Pubkey kTipAccount = sniperforge::test::key_of(301);

[[nodiscard]] inline net::HttpResponse lane_accepts() {
    return sniperforge::test::ok(R"({"jsonrpc":"2.0","id":1,"result":"5ig"})");
}
[[nodiscard]] inline net::HttpResponse lane_error(int code) {
    return sniperforge::test::ok(
        fmt::format(R"({{"jsonrpc":"2.0","id":1,"error":{{"code":{},"message":"no"}}}})", code));
}

class FakeLane {
 public:
    // Each at a host of its own name.
    FakeLane(net::VirtualReactor& reactor, std::string name)
        : name_{std::move(name)}, reactor_{reactor} {
        listen();
    }
    void listen() {
        auto server =
            net::HttpServer::start(reactor_, {.host = name_, .port = 80},
                                   [this](net::HttpRequest request, net::HttpResponder respond) {
                                       if (request.method == "GET") {
                                           floor_requests.push_back(request);
                                           return respond(sniperforge::test::ok(floor));
                                       }
                                       requests.push_back(request);
                                       if (is_mute) {
                                           held_.push_back(std::move(respond));
                                       } else {
                                           respond(answer());
                                       }
                                   });
        ASSERT_TRUE(server) << server.error().text;
        server_ = std::move(*server);
    }
    void go_away() { server_.reset(); }

    [[nodiscard]] config::LaneSettings settings() const {
        config::LaneSettings lane;
        lane.name = name_;
        lane.kind = "sender";
        lane.url = fmt::format("http://{}/fast", name_);
        lane.tip_accounts = {kTipAccount};
        lane.tip_floor = Lamports{10'000};
        lane.requests_per_second = 100;
        return lane;
    }

    std::function<net::HttpResponse()> answer = lane_accepts;
    std::string floor = "[]";
    bool is_mute = false;
    std::vector<net::HttpRequest> requests, floor_requests;

 private:
    std::string name_;
    net::VirtualReactor& reactor_;
    std::vector<net::HttpResponder> held_;
    std::unique_ptr<net::HttpServer> server_;
};

}  // namespace sniperforge::execute::lane_test
