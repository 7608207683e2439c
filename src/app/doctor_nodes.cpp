// SPDX-License-Identifier: MIT
// Whose chain each node serves, how new and how far away it is, and what it is willing to do.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/await_answer.hpp"
#include "app/doctor.hpp"
#include "app/endpoints.hpp"
#include "app/genesis.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::app {
namespace {

constexpr int kRoundTrips = 5;
// Of the chain's time, which is a mean of what validators say and wanders by some seconds.
constexpr std::int64_t kClockWarnS = 5;
constexpr std::int64_t kClockFailS = 30;
// A slot may be skipped, and has no time then.
constexpr std::uint64_t kSlotsTried = 8;

struct PublicCluster {
    std::string_view name;
    std::string_view genesis;
};
constexpr std::array kPublicClusters{
    PublicCluster{"mainnet-beta", "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"},
    PublicCluster{"devnet", "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"},
    PublicCluster{"testnet", "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY"},
};

[[nodiscard]] std::string_view cluster_of(const Hash& genesis) {
    const std::string text = genesis.to_string();
    const auto* found = std::ranges::find(kPublicClusters, text, &PublicCluster::genesis);
    return found == kPublicClusters.end() ? "none of the public clusters" : found->name;
}

[[nodiscard]] std::string node_subject(const ProbedNode& node) { return "node " + node.name; }

[[nodiscard]] rpc::RpcResult<Slot> slot_of(DoctorContext& doctor, ProbedNode& node) {
    return await_answer<rpc::RpcResult<Slot>>(doctor.reactor, [&](auto done) {
        node.rpc->get_slot(Commitment::Processed, std::move(done));
    });
}

void check_genesis(DoctorContext& doctor, ProbedNode& node) {
    auto genesis = await_answer<rpc::RpcResult<Hash>>(
        doctor.reactor, [&](auto done) { node.rpc->get_genesis_hash(std::move(done)); });
    if (!genesis) {
        return doctor.findings.add({Verdict::Fail, node_subject(node), "genesis",
                                    genesis.error().text(),
                                    "see its URL, its key and the network; nothing else of it is "
                                    "looked at"});
    }
    node.genesis = *genesis;
    doctor.findings.add({Verdict::Ok, node_subject(node), "genesis",
                         fmt::format("{}, {}", genesis->to_string(), cluster_of(*genesis))});
}

void check_version(DoctorContext& doctor, ProbedNode& node) {
    const auto version = await_answer<rpc::RpcResult<std::string>>(
        doctor.reactor, [&](auto done) { node.rpc->call("getVersion", "[]", std::move(done)); });
    doctor.findings.add(
        version ? Finding{Verdict::Ok, node_subject(node), "version", *version}
                : Finding{Verdict::Warn, node_subject(node), "version", version.error().text()});
}

void check_round_trips(DoctorContext& doctor, ProbedNode& node) {
    std::vector<Duration> times;
    std::string problem;
    for (int i = 0; i < kRoundTrips; ++i) {
        const MonoTime begin = doctor.reactor.now();
        const auto slot = slot_of(doctor, node);
        if (slot) {
            times.push_back(doctor.reactor.now() - begin);
            node.slot = *slot;
        } else {
            problem = slot.error().text();
        }
    }
    if (times.empty()) {
        return doctor.findings.add({Verdict::Fail, node_subject(node), "round trip",
                                    "getSlot: " + problem, "ask its provider"});
    }
    std::ranges::sort(times);
    const auto us = [](Duration time) { return time / std::chrono::microseconds{1}; };
    const std::string found =
        fmt::format("getSlot {} of {} times, least {} us, median {} us", times.size(), kRoundTrips,
                    us(times.front()), us(times[times.size() / 2]));
    if (!problem.empty()) {
        return doctor.findings.add({Verdict::Warn, node_subject(node), "round trip",
                                    found + "; the others: " + problem,
                                    "see network.endpoints.requests_per_second"});
    }
    doctor.findings.add({Verdict::Ok, node_subject(node), "round trip", found});
}

// Whoever is far behind is not read from.
void check_lag(DoctorContext& doctor) {
    // Once more, one right after the other: the rest took its time.
    Slot best;
    for (ProbedNode& node : doctor.nodes) {
        if (!node.slot) {
            continue;
        }
        if (const auto slot = slot_of(doctor, node)) {
            node.slot = *slot;
        }
        best = std::max(best, *node.slot);
    }
    const std::uint32_t limit = doctor.settings.network.slot_lag_max;
    for (const ProbedNode& node : doctor.nodes) {
        if (!node.slot) {
            continue;
        }
        const std::uint64_t lag = best.since(*node.slot);
        const std::string found = fmt::format("{}, {} behind the best, network.slot_lag_max {}",
                                              node.slot->value, lag, limit);
        doctor.findings.add(lag > limit
                                ? Finding{Verdict::Fail, node_subject(node), "slot", found,
                                          "it is not read from while another can be; ask its "
                                          "provider"}
                                : Finding{Verdict::Ok, node_subject(node), "slot", found});
    }
}

void check_chain_clock(DoctorContext& doctor, ProbedNode& node) {
    const auto newest = slot_of(doctor, node);
    if (!newest) {
        return doctor.findings.add({Verdict::Warn, node_subject(node), "clock",
                                    "getSlot: " + newest.error().text(),
                                    "this machine's clock was not held against the chain's"});
    }
    std::string problem;
    for (std::uint64_t back = 0; back < kSlotsTried && back < newest->value; ++back) {
        const std::uint64_t slot = newest->value - back;
        const auto told = await_answer<rpc::RpcResult<std::string>>(doctor.reactor, [&](auto done) {
            node.rpc->call("getBlockTime", fmt::format("[{}]", slot), std::move(done));
        });
        const auto time = told ? parse_decimal(*told, 0) : fail(told.error().text());
        if (!time) {
            problem = told ? "it answers " + *told : time.error().text;
            continue;
        }
        const std::int64_t ours = doctor.reactor.wall_now().seconds();
        const auto chain = static_cast<std::int64_t>(*time);
        const std::int64_t off = ours > chain ? ours - chain : chain - ours;
        const std::string found =
            fmt::format("ours is {} s {} the chain's of slot {}, allowed {} s", off,
                        ours >= chain ? "after" : "before", slot, kClockWarnS);
        if (off <= kClockWarnS) {
            return doctor.findings.add({Verdict::Ok, node_subject(node), "clock", found});
        }
        return doctor.findings.add(
            {off > kClockFailS && doctor.is_on_mainnet ? Verdict::Fail : Verdict::Warn,
             node_subject(node), "clock", found,
             doctor.is_on_mainnet ? "set this machine's clock: pools open, and fees fall, by "
                                    "the chain's"
                                  : "a test chain may have a clock of its own"});
    }
    doctor.findings.add({Verdict::Warn, node_subject(node), "clock", "getBlockTime: " + problem,
                         "this machine's clock was not held against the chain's"});
}

}  // namespace

void check_nodes(DoctorContext& doctor) {
    if (doctor.settings.network.endpoints.empty()) {
        return doctor.findings.add({Verdict::Fail, "nodes", "network.endpoints",
                                    "is empty: there is nobody to ask",
                                    "name two nodes at least, each with rpc_url and pubsub_url"});
    }
    const auto endpoints = endpoints_of(doctor.settings.network);
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        rpc::Endpoint endpoint = endpoints[i];
        endpoint.role =
            rpc::EndpointRole::Both;  // Who only sends is asked for its chain all the same.
        endpoint.connections = 1;
        doctor.nodes.push_back(
            {.name = endpoint.name,
             .settings = doctor.settings.network.endpoints[i],
             .rpc = std::make_unique<rpc::RpcClient>(
                 doctor.reactor, std::vector{endpoint},
                 rpc::ClientOptions{.timeout = doctor.settings.network.request_timeout,
                                    .attempts_max = 1}),
             .genesis = {},
             .slot = {}});
    }
    std::vector<EndpointGenesis> told;
    for (ProbedNode& node : doctor.nodes) {
        check_genesis(doctor, node);
        if (node.genesis) {
            told.push_back({node.name, *node.genesis});
        }
    }
    if (const auto one = check_one_chain(told); !one) {
        doctor.findings.add({Verdict::Fail, "nodes", "one chain", one.error().text});
    } else if (!told.empty()) {
        doctor.is_on_mainnet = is_mainnet(*told.front().hash);
        doctor.findings.add(
            {Verdict::Ok, "nodes", "one chain",
             fmt::format("{} of {} nodes tell the same; a run on it is `{}`", told.size(),
                         doctor.nodes.size(), doctor.is_on_mainnet ? "live" : "test")});
    }
    for (ProbedNode& node : doctor.nodes) {
        if (!node.genesis) {
            continue;
        }
        check_version(doctor, node);
        check_round_trips(doctor, node);
        check_methods(doctor, node);
        check_chain_clock(doctor, node);
    }
    check_lag(doctor);
}

}  // namespace sniperforge::app
