// SPDX-License-Identifier: MIT
#include "sniperforge/sim/cluster.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/hostile_market.hpp"
#include "sim/jupiter.hpp"
#include "sim/lane_server.hpp"
#include "sim/market.hpp"
#include "sim/node.hpp"
#include "sim/reshape.hpp"
#include "sim/wire_limits.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::sim {

namespace {

constexpr Lamports kFaucetLamports{500'000'000 * kLamportsPerSol};
// Slots that may be made up for at once after a stall; beyond, the clock starts anew from now.
constexpr std::int64_t kSlotsMadeUpMax = 8;

enum RngFork : std::uint64_t {
    kMarketFork = 11,
    kJupiterFork = 12,
    kFaucetFork = 13,
    kAdversaryFork = 14,
    kNodeFork = 1'000,  // And its number.
};

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

// Whoever is before a client by what he offers is so before who sandwiches him.
class Competitors final : public QueueWatcher {
 public:
    Competitors(Market& market, HostileMarket& adversary)
        : market_{market}, adversary_{adversary} {}

    void before_queued(BytesView wire) override {
        market_.before_queued(wire);
        adversary_.before_queued(wire);
    }
    void behind_queued() override { adversary_.behind_queued(); }
    void behind_all_queued() override { market_.behind_all_queued(); }

 private:
    Market& market_;
    HostileMarket& adversary_;
};

}  // namespace

struct Cluster::State final : ChainObserver {
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
          adversary{chain, Rng{options.seed}.fork(kAdversaryFork), world_counters},
          jupiter{chain, options.scenario, Rng{options.seed}.fork(kJupiterFork), statistics},
          lanes{chain, statistics} {
        create_wallet(chain, faucet, kFaucetLamports);
        for (std::size_t i = 0; i < options.nodes; ++i) {
            add_node(i);
        }
        if (options.witness != nullptr) {
            lanes.set_sent_listener(
                [witness = options.witness](BytesView wire) { witness->on_sent(wire); });
        }
        chain.set_observer(this);
        chain.set_queue_watcher(&competitors);
    }
    ~State() override {
        reactor.cancel(timer);
        for (const net::TimerId fault_timer : fault_timers) {
            reactor.cancel(fault_timer);
        }
        chain.set_observer(nullptr);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    [[nodiscard]] Result<void> listen();
    void add_node(std::size_t index);
    // By a transfer from the faucet.
    [[nodiscard]] Result<Signature> give(const Pubkey& wallet, Lamports amount);
    void set_faults(std::size_t node, const NodeFaults& faults);
    void schedule_faults();
    void play(const FaultEvent& event);
    void schedule_slot();
    void run_slot();

    // ---- What the chain tells goes to every node ----
    void on_account(const Pubkey& pubkey, const Account& account, Slot slot) override;
    void on_transaction(const Receipt& receipt) override;
    void on_slot(Slot slot, Slot parent, Slot root) override;
    void on_fork_abandoned(Slot first, Slot last) override;
    void on_account_reverted(const Pubkey& pubkey, const Account& account, Slot slot,
                             bool was_confirmed) override;

    net::Reactor& reactor;
    const ClusterOptions options;
    ClusterStatistics statistics;
    FaultCounters world_counters;  // Without Jupiter's, who counts for himself.
    Chain chain;
    Pubkey faucet;
    Market market;
    HostileMarket adversary;
    Competitors competitors{market, adversary};
    JupiterServer jupiter;
    LaneServer lanes;
    std::vector<Pubkey> called_anew;  // Programs.
    MonoTime next_slot_at;
    net::TimerId timer = 0;
    std::vector<net::TimerId> fault_timers;
    // Last, so that no handler runs into what is gone.
    std::vector<std::unique_ptr<Node>> nodes;
    std::unique_ptr<net::HttpServer> jupiter_listener;
};

void Cluster::State::add_node(std::size_t index) {
    nodes.push_back(std::make_unique<Node>(
        reactor, chain,
        RpcServerOptions{.first_slot = options.chain.first_slot,
                         .slot_duration = options.chain.slot_duration,
                         .epoch_slots = options.chain.epoch_slots,
                         .landing_delay_slots = options.scenario.landing_delay_slots},
        statistics, Rng{options.seed}.fork(kNodeFork + index)));
    nodes.back()->set_airdrop(
        [this](const Pubkey& wallet, Lamports amount) { return give(wallet, amount); });
    if (options.witness != nullptr) {
        nodes.back()->set_sent_listener(
            [witness = options.witness](BytesView wire) { witness->on_sent(wire); });
    }
}

Result<Signature> Cluster::State::give(const Pubkey& wallet, Lamports amount) {
    return chain.execute_unsigned(
        faucet, {solana::system_transfer({.from = faucet, .to = wallet, .lamports = amount})});
}

void Cluster::State::set_faults(std::size_t node, const NodeFaults& faults) {
    const auto keep_history = [this] {
        std::uint32_t behind = 0;
        for (const auto& each : nodes) {
            behind = std::max(behind, each->faults().slots_behind);
        }
        // A node that lags answers at every commitment too.
        chain.keep_history(behind > 0 ? behind + kHistorySlots : 0);
    };
    if (faults.slots_behind > nodes[node]->faults().slots_behind) {
        chain.keep_history(kSlotsBehindMax + kHistorySlots);
    }
    nodes[node]->set_faults(faults);
    keep_history();
}

void Cluster::State::schedule_faults() {
    for (const FaultEvent& event : options.faults) {
        fault_timers.push_back(reactor.schedule_after(event.at, [this, &event] { play(event); }));
    }
}

void Cluster::State::play(const FaultEvent& event) {
    if (event.fork) {
        // Refused while another fork lasts: that one goes on.
        static_cast<void>(chain.fork(*event.fork));
    }
    if (event.market) {
        adversary.set_faults(*event.market);
    }
    if (event.rug) {
        adversary.rug(*event.rug);
    }
    if (event.shape) {
        chain.reshape(programs_of(*event.shape));
        called_anew =
            event.shape->is_called_anew ? programs_of(*event.shape) : std::vector<Pubkey>{};
        if (*event.shape != ShapeChange{}) {
            world_counters.count(FaultKind::ShapeChange);
        }
    }
    if (event.clock) {
        chain.jump_clock(std::chrono::seconds{event.clock->jump_s});
        world_counters.count(FaultKind::ClockJump);
    }
    if (event.jupiter) {
        jupiter.hostile().set_faults(*event.jupiter);
    }
    for (std::size_t i = 0; i < nodes.size() && event.faults; ++i) {
        if (!event.node || *event.node == i) {
            set_faults(i, *event.faults);
        }
    }
}

void Cluster::State::on_account(const Pubkey& pubkey, const Account& account, Slot slot) {
    if (options.witness != nullptr) {
        options.witness->on_account(pubkey, account, slot);
    }
    for (const auto& node : nodes) {
        node->on_account(pubkey, account, slot);
    }
}

void Cluster::State::on_transaction(const Receipt& receipt) {
    ++statistics.transactions;
    if (options.witness != nullptr) {
        options.witness->on_transaction(receipt);
    }
    for (const auto& node : nodes) {
        node->on_transaction(receipt);
    }
}

void Cluster::State::on_slot(Slot slot, Slot parent, Slot root) {
    ++statistics.slots;
    if (options.witness != nullptr) {
        options.witness->on_slot(slot, parent, root);
    }
    for (const auto& node : nodes) {
        node->on_slot(slot, parent, root);
    }
}

void Cluster::State::on_account_reverted(const Pubkey& pubkey, const Account& account, Slot slot,
                                         bool was_confirmed) {
    if (options.witness != nullptr) {
        options.witness->on_account_reverted(pubkey, account, slot, was_confirmed);
    }
    for (const auto& node : nodes) {
        node->on_account_reverted(pubkey, account, slot, was_confirmed);
    }
}

void Cluster::State::on_fork_abandoned(Slot first, Slot last) {
    if (options.witness != nullptr) {
        options.witness->on_fork_abandoned(first, last);
    }
    for (const auto& node : nodes) {
        node->on_fork_abandoned(first, last);
    }
}

Result<void> Cluster::State::listen() {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const std::size_t port = options.rpc_port == 0 ? 0 : options.rpc_port + i * kNodePortStep;
        if (port >= 65'535) {
            return fail(
                fmt::format("simulated cluster: node {} would need ports {} and {}: choose "
                            "a lower first port than {}",
                            i, port, port + 1, options.rpc_port));
        }
        if (auto listening = nodes[i]->listen(options.host, static_cast<std::uint16_t>(port));
            !listening) {
            return fail(fmt::format("simulated cluster: listening on {} ports {} and the next",
                                    options.host, port),
                        listening.error());
        }
    }
    auto http =
        net::HttpServer::start(reactor, {.host = options.host, .port = options.jupiter_port},
                               [this](const net::HttpRequest& request, net::HttpResponder respond) {
                                   if (LaneServer::is_for(request)) {
                                       return respond(lanes.handle(request, reactor.now()));
                                   }
                                   jupiter.serve(request, reactor.now(), std::move(respond));
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
    for (const Pubkey& program : called_anew) {
        if (chain.execute_unsigned(faucet, {unknown_instruction(program)})) {
            world_counters.count(FaultKind::UnknownInstruction);
        }
    }
    chain.advance_slot();
    adversary.end_slot();
    jupiter.end_slot();
    for (const auto& node : nodes) {
        node->end_slot();
    }
    // A fixed cadence: the next slot is due one duration after this one was, not after now.
    next_slot_at = next_slot_at + options.chain.slot_duration;
    const Duration behind = reactor.now() - next_slot_at;
    if (behind > options.chain.slot_duration * kSlotsMadeUpMax) {
        next_slot_at = reactor.now();
    }
    schedule_slot();
}

Result<std::unique_ptr<Cluster>> Cluster::start(net::Reactor& reactor,
                                                const ClusterOptions& options) {
    if (options.chain.slot_duration <= Duration::zero()) {
        return fail("simulated cluster: slot_duration must be above zero");
    }
    if (options.nodes == 0 || options.nodes > kNodesMax) {
        return fail(fmt::format("simulated cluster: {} nodes; 1 to {} are possible", options.nodes,
                                kNodesMax));
    }
    auto state = std::make_unique<State>(reactor, options);
    if (auto listening = state->listen(); !listening) {
        return Err{listening.error()};
    }
    state->next_slot_at = reactor.now() + options.chain.slot_duration;
    state->schedule_slot();
    state->schedule_faults();
    return std::unique_ptr<Cluster>{new Cluster{std::move(state)}};
}

Cluster::Cluster(std::unique_ptr<State> state) : state_{std::move(state)} {}
Cluster::~Cluster() = default;

std::size_t Cluster::node_count() const { return state_->nodes.size(); }
std::string Cluster::rpc_url(std::size_t node) const {
    return fmt::format("http://{}:{}", state_->options.host, state_->nodes.at(node)->rpc_port());
}
std::string Cluster::pubsub_url(std::size_t node) const {
    return fmt::format("ws://{}:{}", state_->options.host, state_->nodes.at(node)->pubsub_port());
}
std::string Cluster::jupiter_url() const {
    return fmt::format("http://{}:{}", state_->options.host, state_->jupiter_listener->port());
}
Chain& Cluster::chain() { return state_->chain; }
const Chain& Cluster::chain() const { return state_->chain; }
const ClusterStatistics& Cluster::statistics() const { return state_->statistics; }

void Cluster::fund(const Pubkey& wallet, Lamports amount) {
    // A transfer on a branch that dies would vanish with it.
    const bool is_given = !state_->chain.is_on_fork() && state_->give(wallet, amount).has_value();
    if (!is_given) {  // Or below the rent minimum: the chain's rules do not bind who runs it.
        state_->chain.add_lamports(wallet, amount);
    }
}

void Cluster::set_faults(std::size_t node, const NodeFaults& faults) {
    SF_ASSERT(node < state_->nodes.size() && check(faults).has_value());
    state_->set_faults(node, faults);
}
void Cluster::withhold(const Signature& signature) {
    for (const auto& node : state_->nodes) {
        node->withhold(signature);
    }
}
const NodeFaults& Cluster::faults(std::size_t node) const {
    return state_->nodes.at(node)->faults();
}
const FaultCounters& Cluster::fault_counters(std::size_t node) const {
    return state_->nodes.at(node)->fault_counters();
}
void Cluster::set_jupiter_faults(const JupiterFaults& faults) {
    SF_ASSERT(check(faults).has_value());
    state_->jupiter.hostile().set_faults(faults);
}
FaultCounters Cluster::world_fault_counters() const {
    FaultCounters counters = state_->world_counters;
    counters.add(state_->jupiter.hostile().counters());
    return counters;
}
const Pubkey& Cluster::stranger() const { return state_->jupiter.hostile().stranger(); }
void Cluster::call_off_rugs() { state_->adversary.call_off_rugs(); }
const std::vector<Meddling>& Cluster::meddlings() const { return state_->adversary.meddlings(); }
NodeStatistics Cluster::node_statistics(std::size_t node) const {
    return state_->nodes.at(node)->statistics();
}

std::vector<Pubkey> Cluster::liquid_pools() const { return state_->market.liquid_pools(); }

}  // namespace sniperforge::sim
