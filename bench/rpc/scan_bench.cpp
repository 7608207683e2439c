// SPDX-License-Identifier: MIT
// The scan figure over real loopback sockets: how many accounts and pools a second one endpoint
// and several bring, when each is 100 ms away and takes 10 calls a second. The nodes run in threads
// of their own; what is measured is the client: RpcClient and AccountReader on one loop.
//
//   bench_scan [ENDPOINTS] [SECONDS] [CALLS_PER_SECOND] [ROUND_TRIP_MS]      default 4 10 10 100
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/rpc/account_reader.hpp"

namespace sniperforge::rpc {
namespace {

struct Options {
    std::size_t endpoints = 4;
    std::int64_t seconds = 10;
    double calls_per_second = 10;
    std::int64_t round_trip_ms = 100;
};

// A pool on Raydium is its own account and its two vaults.
constexpr std::size_t kAccountsPerPool = 3;
constexpr std::size_t kAccountBytes = 165;

// Answers each getMultipleAccounts after the round trip with as many accounts as it names.
class SlowNode {
 public:
    explicit SlowNode(Duration round_trip) : thread_{[this, round_trip] { serve(round_trip); }} {
        port_.wait(0);
    }
    ~SlowNode() {
        reactor_.load()->post([this] { reactor_.load()->stop(); });
        thread_.join();
    }
    SlowNode(const SlowNode&) = delete;
    SlowNode& operator=(const SlowNode&) = delete;

    [[nodiscard]] std::string url() const {
        return fmt::format("http://127.0.0.1:{}/", port_.load());
    }

 private:
    static std::string answer(std::string_view body) {
        const auto id_at = body.find("\"id\":") + 5;
        const std::string id{body.substr(id_at, body.find(',', id_at) - id_at)};
        // Keys stand in quotes inside the first list of the parameters.
        const auto list_at = body.find("[[");
        const std::string_view list = body.substr(list_at, body.find(']', list_at) - list_at);
        const auto keys = static_cast<std::size_t>(std::count(list.begin(), list.end(), '"')) / 2;
        static const std::string kAccount = fmt::format(
            R"({{"data":["{}","base64"],"executable":false,"lamports":2039280,)"
            R"("owner":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA","rentEpoch":0,"space":165}})",
            base64_encode(Bytes(kAccountBytes, 7)));
        std::string text = R"({"jsonrpc":"2.0","result":{"context":{"slot":1},"value":[)";
        for (std::size_t i = 0; i < keys; ++i) {
            text += i == 0 ? "" : ",";
            text += kAccount;
        }
        return text + fmt::format("]}},\"id\":{}}}", id);
    }

    void serve(Duration round_trip) {
        const auto reactor = net::make_asio_reactor();
        reactor_ = reactor.get();
        auto server = net::HttpServer::start(
            *reactor, {.host = "127.0.0.1", .port = 0},
            [&](net::HttpRequest request, net::HttpResponder respond) {
                reactor->schedule_after(round_trip, [body = answer(request.body),
                                                     respond = std::move(respond)]() mutable {
                    respond({.status = 200, .headers = {}, .body = std::move(body)});
                });
            });
        if (!server) {
            fmt::print(stderr, "{}\n", server.error().text);
            std::exit(1);
        }
        port_ = (*server)->port();
        port_.notify_all();
        reactor->run();
    }

    std::atomic<net::Reactor*> reactor_ = nullptr;
    std::atomic<std::uint16_t> port_ = 0;
    std::thread thread_;
};

struct Counter final : AccountSink {
    void on_account(const Pubkey&, const AccountData*, Slot) override { ++accounts; }
    void on_unread(const Pubkey&, const RpcError&) override { ++unread; }

    std::uint64_t accounts = 0, unread = 0;
};

struct Figure {
    double accounts_per_second = 0;
    double fill = 0;
    std::uint64_t unread = 0;
};

Figure scan(std::size_t count, const Options& options) {
    std::vector<std::unique_ptr<SlowNode>> nodes;
    std::vector<Endpoint> endpoints;
    for (std::size_t i = 0; i < count; ++i) {
        nodes.push_back(
            std::make_unique<SlowNode>(std::chrono::milliseconds{options.round_trip_ms}));
        endpoints.push_back({.name = fmt::format("{}", i),
                             .url = nodes.back()->url(),
                             .api_key = {},
                             .api_key_header = {},
                             .requests_per_second = options.calls_per_second});
    }
    const auto reactor = net::make_asio_reactor();
    RpcClient client{*reactor, endpoints};
    client.warm_up();
    AccountReader reader{*reactor, client};
    Counter sink;
    // More than there is time for; the burst of the first second is not counted.
    const auto wanted = static_cast<std::size_t>((static_cast<double>(options.seconds) + 5) *
                                                 options.calls_per_second *
                                                 static_cast<double>(count * kAccountsPerRead));
    std::vector<Pubkey> keys(wanted);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        for (std::size_t byte = 0; byte < 8; ++byte) {
            keys[i].bytes[8 + byte] = static_cast<std::uint8_t>(i >> (8 * byte));
        }
    }
    reader.want(sink, keys, ReadPriority::Scan);
    std::uint64_t before = 0;
    const Duration settled = std::chrono::seconds{2};
    const Duration measured = std::chrono::seconds{options.seconds};
    reactor->schedule_after(settled, [&] { before = sink.accounts; });
    reactor->schedule_after(settled + measured, [&] { reactor->stop(); });
    reactor->run();
    return {.accounts_per_second = static_cast<double>(sink.accounts - before) /
                                   std::chrono::duration<double>(measured).count(),
            .fill = reader.statistics().fill(),
            .unread = sink.unread};
}

void print(std::size_t endpoints, const Figure& figure, bool is_last) {
    fmt::print(
        R"({{"endpoints":{},"accounts_per_s":{:.1f},"pools_per_s":{:.1f},"fill":{:.3f},"unread":{}}}{})",
        endpoints, figure.accounts_per_second, figure.accounts_per_second / kAccountsPerPool,
        figure.fill, figure.unread, is_last ? "" : ",");
}

int run(const Options& options) {
    const Figure one = scan(1, options);
    const Figure many = scan(options.endpoints, options);
    fmt::print(R"({{"round_trip_ms":{},"calls_per_s":{},"seconds":{},"scans":[)",
               options.round_trip_ms, options.calls_per_second, options.seconds);
    print(1, one, false);
    print(options.endpoints, many, true);
    fmt::print("],\"ratio\":{:.3f}}}\n", many.accounts_per_second / one.accounts_per_second);
    return one.accounts_per_second > 0 && many.accounts_per_second > 0 ? 0 : 1;
}

}  // namespace
}  // namespace sniperforge::rpc

int main(int count, char** arguments) {
    sniperforge::rpc::Options options;
    const auto number = [&](int index, double fallback) {
        return count > index ? std::strtod(arguments[index], nullptr) : fallback;
    };
    options.endpoints = static_cast<std::size_t>(number(1, 4));
    options.seconds = static_cast<std::int64_t>(number(2, 10));
    options.calls_per_second = number(3, 10);
    options.round_trip_ms = static_cast<std::int64_t>(number(4, 100));
    if (options.endpoints < 1 || options.seconds < 1 || options.calls_per_second <= 0 ||
        options.round_trip_ms < 0) {
        fmt::print(stderr,
                   "bench_scan: [ENDPOINTS] [SECONDS] [CALLS_PER_SECOND] [ROUND_TRIP_MS], "
                   "all above zero\n");
        return 2;
    }
    return sniperforge::rpc::run(options);
}
