// SPDX-License-Identifier: MIT
#include "sniperforge/sim/cluster.hpp"

#include <fmt/format.h>

#include "sim/jupiter.hpp"
#include "sim/market.hpp"
#include "sim/pubsub.hpp"
#include "sim/rpc_server.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/websocket.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::sim {

namespace {

// The chosen port's successor may be taken: so many pairs are tried.
constexpr int kPortAttempts = 20;
constexpr Lamports kFaucetLamports{500'000'000 * kLamportsPerSol};
// Slots that may be made up for at once after a stall; beyond, the clock starts anew from now.
constexpr std::int64_t kSlotsBehindMax = 8;
constexpr std::size_t kRequestBytesMax = 1U << 20U;

enum RngFork : std::uint64_t { kMarketFork = 11, kJupiterFork = 12, kFaucetFork = 13 };

// The chain's options with what the scenario decides.
ChainOptions chain_options(const ClusterOptions& options) {
    ChainOptions chain = options.chain;
    chain.seed = options.seed;
    chain.slot_skip_probability = options.scenario.slot_skip_probability;
    chain.landing_miss_probability = options.scenario.landing_miss_probability;
    chain.drop_probability = options.scenario.drop_probability;
    return chain;
}

Pubkey faucet_key(std::uint64_t seed) {
    Rng rng = Rng{seed}.fork(kFaucetFork);
    return random_key(rng);
}

}  // namespace

struct Cluster::State {
    State(net::Reactor& the_reactor, const ClusterOptions& the_options)
        : reactor{the_reactor},
          options{the_options},
          chain{chain_options(options)},
          faucet{faucet_key(options.seed)},
          market{chain,
                 options.scenario,
                 options.market,
                 Rng{options.seed}.fork(kMarketFork),
                 options.chain.slot_duration,
                 statistics},
          pubsub{chain, statistics},
          rpc{chain,
              {.first_slot = options.chain.first_slot,
               .slot_duration = options.chain.slot_duration,
               .epoch_slots = options.chain.epoch_slots,
               .landing_delay_slots = options.scenario.landing_delay_slots},
              statistics},
          jupiter{chain, options.scenario, Rng{options.seed}.fork(kJupiterFork), statistics} {
        create_wallet(chain, faucet, kFaucetLamports);
        rpc.set_airdrop([this](const Pubkey& wallet, Lamports amount) {
            return chain.execute_unsigned(
                faucet,
                {solana::system_transfer({.from = faucet, .to = wallet, .lamports = amount})});
        });
        rpc.set_submit_listener(
            [this](const Signature& signature) { pubsub.on_received(signature); });
        chain.set_observer(&pubsub);
    }
    ~State() {
        reactor.cancel(timer);
        chain.set_observer(nullptr);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    [[nodiscard]] Result<void> listen();
    [[nodiscard]] Result<void> listen_rpc(std::uint16_t port);
    [[nodiscard]] net::HttpResponse answer_rpc(const net::HttpRequest& request);
    void schedule_slot();
    void run_slot();

    net::Reactor& reactor;
    const ClusterOptions options;
    ClusterStatistics statistics;
    Chain chain;
    Pubkey faucet;
    Market market;
    PubSub pubsub;
    RpcServer rpc;
    JupiterServer jupiter;
    MonoTime next_slot_at;
    net::TimerId timer = 0;
    // Last, so that no handler runs into what is gone.
    std::unique_ptr<net::HttpServer> rpc_listener, jupiter_listener;
    std::unique_ptr<net::WebSocketServer> pubsub_listener;
};

net::HttpResponse Cluster::State::answer_rpc(const net::HttpRequest& request) {
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
    response.body = rpc.handle(request.body);
    return response;
}

Result<void> Cluster::State::listen_rpc(std::uint16_t port) {
    auto http =
        net::HttpServer::start(reactor, {.host = options.host, .port = port},
                               [this](const net::HttpRequest& request, net::HttpResponder respond) {
                                   respond(answer_rpc(request));
                               },
                               {.body_bytes_max = kRequestBytesMax});
    if (!http) {
        return Err{http.error()};
    }
    const std::uint16_t picked = (*http)->port();
    if (picked == 65'535) {
        return fail("port 65535 has no successor for PubSub");
    }
    net::WebSocketOptions websocket;
    websocket.message_bytes_max = kRequestBytesMax;
    auto pubsub_server = net::WebSocketServer::start(
        reactor, {.host = options.host, .port = static_cast<std::uint16_t>(picked + 1)}, pubsub,
        websocket);
    if (!pubsub_server) {
        return Err{pubsub_server.error()};
    }
    rpc_listener = std::move(*http);
    pubsub_listener = std::move(*pubsub_server);
    return {};
}

Result<void> Cluster::State::listen() {
    Result<void> listening = listen_rpc(options.rpc_port);
    for (int i = 1; i < kPortAttempts && !listening && options.rpc_port == 0; ++i) {
        listening = listen_rpc(0);
    }
    if (!listening) {
        return fail(fmt::format("simulated cluster: listening on {} ports {} and the next",
                                options.host, options.rpc_port),
                    listening.error());
    }
    auto http =
        net::HttpServer::start(reactor, {.host = options.host, .port = options.jupiter_port},
                               [this](const net::HttpRequest& request, net::HttpResponder respond) {
                                   respond(jupiter.handle(request, reactor.now()));
                               },
                               {.body_bytes_max = kRequestBytesMax});
    if (!http) {
        return fail(fmt::format("simulated cluster: Jupiter on {} port {}", options.host,
                                options.jupiter_port),
                    http.error());
    }
    jupiter_listener = std::move(*http);
    return {};
}

void Cluster::State::schedule_slot() {
    timer = reactor.schedule_at(next_slot_at, [this] { run_slot(); });
}

void Cluster::State::run_slot() {
    // The market acts first: whoever competes with the daemon has the slot's earlier places.
    market.run_slot();
    chain.advance_slot();
    pubsub.end_slot();
    rpc.on_slot();
    // A fixed cadence: the next slot is due one duration after this one was, not after now.
    next_slot_at = next_slot_at + options.chain.slot_duration;
    const Duration behind = reactor.now() - next_slot_at;
    if (behind > options.chain.slot_duration * kSlotsBehindMax) {
        next_slot_at = reactor.now();
    }
    schedule_slot();
}

Result<std::unique_ptr<Cluster>> Cluster::start(net::Reactor& reactor,
                                                const ClusterOptions& options) {
    if (options.chain.slot_duration <= Duration::zero()) {
        return fail("simulated cluster: slot_duration must be above zero");
    }
    auto state = std::make_unique<State>(reactor, options);
    if (auto listening = state->listen(); !listening) {
        return Err{listening.error()};
    }
    state->next_slot_at = reactor.now() + options.chain.slot_duration;
    state->schedule_slot();
    return std::unique_ptr<Cluster>{new Cluster{std::move(state)}};
}

Cluster::Cluster(std::unique_ptr<State> state) : state_{std::move(state)} {}
Cluster::~Cluster() = default;

std::string Cluster::rpc_url() const {
    return fmt::format("http://{}:{}", state_->options.host, state_->rpc_listener->port());
}
std::string Cluster::pubsub_url() const {
    return fmt::format("ws://{}:{}", state_->options.host, state_->pubsub_listener->port());
}
std::string Cluster::jupiter_url() const {
    return fmt::format("http://{}:{}", state_->options.host, state_->jupiter_listener->port());
}
Chain& Cluster::chain() { return state_->chain; }
const ClusterStatistics& Cluster::statistics() const { return state_->statistics; }

void Cluster::fund(const Pubkey& wallet, Lamports amount) {
    const auto given = state_->chain.execute_unsigned(
        state_->faucet,
        {solana::system_transfer({.from = state_->faucet, .to = wallet, .lamports = amount})});
    if (!given) {  // Below the rent minimum: the rules of the chain do not bind who runs it.
        const Account* existing = state_->chain.account(wallet);
        Account account = existing == nullptr ? Account{} : *existing;
        account.lamports = account.lamports.saturating_add(amount);
        state_->chain.put_account(wallet, std::move(account));
    }
}

std::vector<Pubkey> Cluster::liquid_pools() const { return state_->market.liquid_pools(); }

}  // namespace sniperforge::sim
