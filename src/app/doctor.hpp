// SPDX-License-Identifier: MIT
// The parts of `doctor`: the machine, the nodes, their sockets, the money, the pools. Each looks at
// everything that it can, whatever it finds, and writes nothing on any chain.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/doctor_findings.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::app {

// One endpoint, asked by itself: nothing fails over to another.
struct ProbedNode {
    std::string name;
    config::EndpointSettings settings;
    std::unique_ptr<rpc::RpcClient> rpc;
    std::optional<Hash> genesis;  // Nothing: it could not be asked for anything.
    std::optional<Slot> slot;     // Processed, when it was asked.
    bool is_simulating = false;   // It serves simulateTransaction.
};

struct DoctorContext {
    net::Reactor& reactor;
    const config::Settings& settings;
    Findings& findings;
    std::optional<Pubkey> wallet;
    std::vector<Pubkey> pools;  // Of the settings and of the command line.
    Duration patience;          // For what a socket is to deliver.
    std::vector<ProbedNode> nodes{};
    bool is_on_mainnet = false;
};

// Without the network: `has_config` says that the settings are of a file.
void check_machine(const config::Settings& settings, const std::string& state_dir, bool has_config,
                   Findings& findings);
// What is in the state directory, what bounds it, and the room that there is: a part of the
// machine.
void check_disk(const config::Settings& settings, const std::string& state_dir, Findings& findings);
// The directory itself, or the nearest one above it that is there.
[[nodiscard]] std::string existing_above(const std::string& path);
// Fills in `nodes`.
void check_nodes(DoctorContext& doctor);
void check_methods(DoctorContext& doctor, ProbedNode& node);
void check_sockets(DoctorContext& doctor);
// The wallet's balances, and whether Jupiter quotes.
void check_money(DoctorContext& doctor);
// Each pool's price; every swap that we would build, simulated by a node beside our own quote.
void check_pools(DoctorContext& doctor);

}  // namespace sniperforge::app
