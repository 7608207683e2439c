// SPDX-License-Identifier: MIT
// One run of the whole daemon against the whole simulated cluster on one virtual reactor.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <optional>

#include "app/daemon.hpp"
#include "sim/refusing_socket.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/sim/cluster.hpp"
#include "sniperforge/solana/keypair.hpp"

namespace sniperforge::test {

// A directory of its own for each run, removed afterwards.
class RunDirectory {
 public:
    RunDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sf-sim-XXXXXX").string();
        SF_ASSERT(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~RunDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

// Stands before a node's JSON-RPC, or before Jupiter, and changes the answers. An empty one is that
// of a proxy behind which nobody can be reached.
class ChangedNode {
 public:
    using Change = std::function<std::string(const std::string& request, std::string answer)>;

    ChangedNode(net::Reactor& reactor, const std::string& url, Change change,
                const std::string& host = "changed")
        : client_{reactor, net::parse_url(url)->address}, change_{std::move(change)} {
        auto server = net::HttpServer::start(
            reactor, {.host = host, .port = 80},
            [this](net::HttpRequest request, net::HttpResponder respond) {
                std::string body = request.body;
                client_.request(std::move(request), [this, body = std::move(body),
                                                     respond = std::move(respond)](
                                                        net::HttpResult answer) mutable {
                    SF_ASSERT(answer.has_value());
                    answer->body = change_(body, std::move(answer->body));
                    if (answer->body.empty()) {
                        answer->status = 503;
                    }
                    std::erase_if(answer->headers, [](const auto& header) {
                        return header.name == "Content-Length" || header.name == "content-length";
                    });
                    respond(std::move(*answer));
                });
            });
        SF_ASSERT(server.has_value());
        server_ = std::move(*server);
    }

 private:
    net::HttpClient client_;
    Change change_;
    std::unique_ptr<net::HttpServer> server_;
};

// What becomes of Jupiter at a moment of the run: it answers with a status, or not at all.
struct JupiterLoss {
    Duration at{0};
    std::optional<int> status = {};
};

// Stands before Jupiter until it is lost.
class LosableJupiter {
 public:
    LosableJupiter(net::Reactor& reactor, const std::string& url, const JupiterLoss& loss)
        : client_{reactor, net::parse_url(url)->address} {
        const MonoTime lost_at = reactor.now() + loss.at;
        auto server = net::HttpServer::start(
            reactor, {.host = "losable", .port = 80},
            [this, &reactor, lost_at, loss](net::HttpRequest request, net::HttpResponder respond) {
                if (reactor.now() < lost_at) {
                    return forward(std::move(request), std::move(respond));
                }
                if (loss.status) {
                    return respond({.status = *loss.status, .headers = {}, .body = "{}"});
                }
                unanswered_.push_back(std::move(respond));
            });
        SF_ASSERT(server.has_value());
        server_ = std::move(*server);
    }

 private:
    void forward(net::HttpRequest request, net::HttpResponder respond) {
        client_.request(
            std::move(request), [respond = std::move(respond)](net::HttpResult answer) mutable {
                SF_ASSERT(answer.has_value());
                std::erase_if(answer->headers, [](const auto& header) {
                    return header.name == "Content-Length" || header.name == "content-length";
                });
                respond(std::move(*answer));
            });
    }

    net::HttpClient client_;
    std::vector<net::HttpResponder> unanswered_;
    std::unique_ptr<net::HttpServer> server_;
};

// What is bought is held: nothing but a person sells it.
inline void hold_everything(config::Settings& settings) {
    settings.arbitrage.is_enabled = false;
    config::sell_by_time_alone(settings.exits, std::chrono::hours{24});
}

struct RunOptions {
    std::uint64_t seed = 1;
    Duration duration = std::chrono::seconds{60};
    Duration head_start{0};  // Of the market, before the daemon starts.
    std::string scenario = "demo";
    config::Settings settings = {};
    std::size_t nodes = 1;  // Of one chain; the daemon has an endpoint for each.
    std::vector<sim::FaultEvent> faults = {};
    bool are_reads_at_commitment = false;
    double drop_probability = -1;                              // Negative: the scenario's.
    std::function<void(sim::Scenario&)> scenario_change = {};  // May be empty.
    bool is_one_foreign = false;   // One more endpoint, of another chain.
    std::uint32_t whirlpools = 0;  // Of every pair; then the daemon is told of every pool.
    // Changes the chain before the daemon starts; may be empty.
    std::function<void(sim::Chain&, const Pubkey& wallet)> on_start = {};
    // Changes the chain under the running daemon, so long after the cluster's start; may be empty.
    Duration event_at{0};
    std::function<void(sim::Chain&, const Pubkey& wallet)> on_event = {};
    // Sees the cluster once the run has ended; may be empty.
    std::function<void(const sim::Chain&, const Pubkey& wallet)> on_end = {};
    std::function<void(const sim::Cluster&, const Pubkey& wallet)> on_cluster_end = {};
    ChangedNode::Change on_answer = {};  // What the first node answers instead; may be empty.
    std::optional<JupiterLoss> jupiter_loss = {};
    std::string pubsub_url = {};  // Of the first endpoint instead of its own; may be empty.
    std::string refused_subscription = {};  // The first endpoint's socket refuses it; may be empty.
    bool is_laned = false;                  // The lanes of the settings are the cluster's sender.
    ChangedNode::Change on_quote = {};      // What Jupiter answers instead; may be empty.
    // Told of every journal record once the run has ended; may be empty.
    std::function<void(const journal::Record&)> on_record = {};
};

// Of a journal record: the number behind the key; zero without one.
[[nodiscard]] inline std::uint64_t number_after(const std::string& body, std::string_view key) {
    const auto at = body.find(key);
    return at == std::string::npos ? 0 : std::stoull(body.substr(at + key.size()));
}

// Every pool of the venues that the simulated market trades on.
[[nodiscard]] inline std::vector<Pubkey> pools_of(const sim::Chain& chain) {
    std::vector<Pubkey> pools;
    for (const VenueId venue :
         {VenueId::RaydiumAmmV4, VenueId::RaydiumCpmm, VenueId::OrcaWhirlpool}) {
        const Pubkey& program = dex::program_of(venue);
        for (const Pubkey& key : chain.accounts_owned_by(program)) {
            if (dex::recognise_pool(program, chain.account(key)->data)) {
                pools.push_back(key);
            }
        }
    }
    return pools;
}

[[nodiscard]] inline app::DaemonResult run(const RunOptions& options) {
    const RunDirectory directory;
    net::VirtualReactor reactor;
    sim::ClusterOptions cluster_options;
    cluster_options.seed = options.seed;
    cluster_options.chain.seed = options.seed;
    cluster_options.scenario = *sim::named_scenario(options.scenario);
    if (options.whirlpools > 0) {
        cluster_options.scenario.whirlpool_pools = options.whirlpools;
    }
    cluster_options.chain.are_reads_at_commitment = options.are_reads_at_commitment;
    cluster_options.nodes = options.nodes;
    cluster_options.faults = options.faults;
    if (options.drop_probability >= 0) {
        cluster_options.scenario.drop_probability = options.drop_probability;
    }
    if (options.scenario_change) {
        options.scenario_change(cluster_options.scenario);
    }
    auto cluster = sim::Cluster::start(reactor, cluster_options);
    SF_ASSERT(cluster.has_value());
    sim::ClusterOptions foreign_options = cluster_options;
    foreign_options.seed = foreign_options.chain.seed = options.seed + 1;
    foreign_options.nodes = 1;
    foreign_options.faults = {};
    std::unique_ptr<sim::Cluster> foreign;
    if (options.head_start > Duration{0}) {
        reactor.run_until(reactor.now() + options.head_start);
    }
    std::array<std::uint8_t, solana::kSeedSize> key_seed{};
    key_seed[0] = static_cast<std::uint8_t>(options.seed);
    auto wallet = solana::Keypair::from_seed(key_seed);
    SF_ASSERT(wallet.has_value());
    const Pubkey address = wallet->public_key();
    if (options.on_start) {
        options.on_start((*cluster)->chain(), address);
    }
    if (options.on_event) {
        reactor.schedule_at(reactor.now() + options.event_at, [&cluster, &options, address] {
            options.on_event((*cluster)->chain(), address);
        });
    }
    std::unique_ptr<ChangedNode> changed;
    if (options.on_answer) {
        changed = std::make_unique<ChangedNode>(reactor, (*cluster)->rpc_url(), options.on_answer);
    }
    std::optional<RefusingSocket> refusing;
    app::DaemonOptions daemon;
    daemon.settings = options.settings;
    for (std::size_t node = 0; node < options.nodes; ++node) {
        config::EndpointSettings endpoint;
        endpoint.name = node == 0 ? "sim" : fmt::format("sim-{}", node);
        endpoint.rpc_url = changed && node == 0 ? "http://changed:80/" : (*cluster)->rpc_url(node);
        const bool is_misled = node == 0 && !options.pubsub_url.empty();
        endpoint.pubsub_url = is_misled ? options.pubsub_url : (*cluster)->pubsub_url(node);
        if (node == 0 && !options.refused_subscription.empty()) {
            refusing.emplace(reactor, endpoint.pubsub_url, options.refused_subscription);
            endpoint.pubsub_url = RefusingSocket::kUrl;
        }
        endpoint.requests_per_second = 1'000;
        daemon.settings.network.endpoints.push_back(endpoint);
    }
    if (options.is_one_foreign) {
        auto started = sim::Cluster::start(reactor, foreign_options);
        SF_ASSERT(started.has_value());
        foreign = std::move(*started);
        config::EndpointSettings endpoint;
        endpoint.name = "foreign";
        endpoint.rpc_url = foreign->rpc_url();
        endpoint.pubsub_url = foreign->pubsub_url();
        endpoint.requests_per_second = 1'000;
        daemon.settings.network.endpoints.push_back(endpoint);
    }
    if (options.whirlpools > 0) {
        daemon.settings.feed.pools = pools_of((*cluster)->chain());
    }
    std::unique_ptr<ChangedNode> changed_quotes;
    daemon.settings.jupiter.url = (*cluster)->jupiter_url();
    if (options.is_laned) {
        for (config::LaneSettings& lane : daemon.settings.execution.lanes) {
            lane.url = (*cluster)->jupiter_url() + "/fast";
        }
    }
    std::optional<LosableJupiter> losable;
    if (options.jupiter_loss) {
        losable.emplace(reactor, (*cluster)->jupiter_url(), *options.jupiter_loss);
        daemon.settings.jupiter.url = "http://losable:80/";
    }
    if (options.on_quote) {
        changed_quotes = std::make_unique<ChangedNode>(reactor, (*cluster)->jupiter_url(),
                                                       options.on_quote, "quotes");
        daemon.settings.jupiter.url = "http://quotes:80";
    }
    daemon.state_dir = directory.path();
    daemon.scenario = options.scenario;
    daemon.seed = options.seed;
    daemon.duration = options.duration;
    daemon.provenance = Provenance::Sim;
    daemon.is_virtual_time = true;
    daemon.funding = cluster_options.scenario.wallet_lamports;
    auto built = app::Daemon::create(reactor, std::move(*wallet), daemon);
    SF_ASSERT(built.has_value());
    auto result = (*built)->run();
    EXPECT_TRUE(!refusing || refusing->refused > 0) << "it never asked";
    if (options.on_end) {
        options.on_end((*cluster)->chain(), address);
    }
    if (options.on_cluster_end) {
        options.on_cluster_end(**cluster, address);
    }
    if (options.on_record) {
        const auto summary =
            journal::read_journal(directory.path() + "/journal.sfj", options.on_record);
        SF_ASSERT(summary && summary->problem.empty());
    }
    return result;
}

// Every order has one true outcome, every fill is final, and the ledger equals the chain.
inline void expect_true_books(const app::DaemonResult& result) {
    ASSERT_EQ(result.error, "");
    const engine::RunReport& report = result.report;
    ASSERT_TRUE(report.mismatch_lamports && report.mismatch_tokens);
    EXPECT_EQ(*report.mismatch_lamports, 0U);
    EXPECT_EQ(*report.mismatch_tokens, 0U);
    const auto& orders = report.orders;
    EXPECT_EQ(report.orders_in_flight, 0U);
    EXPECT_EQ(orders.unknown, 0U);
    EXPECT_EQ(orders.submitted, orders.landed + orders.reverted + orders.rejected + orders.expired);
    EXPECT_EQ(report.reconciled_at, Commitment::Finalized);
    EXPECT_EQ(report.fills_finalized, orders.landed + orders.reverted);
    EXPECT_EQ(report.fills_confirmed, 0U);
}

}  // namespace sniperforge::test
