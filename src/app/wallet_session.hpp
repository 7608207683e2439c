// SPDX-License-Identifier: MIT
// What a command that works on the wallet with no daemon running has around it: the state directory
// and the wallet, locked; the chain that the endpoints are of; and the books of earlier runs.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "app/genesis.hpp"
#include "app/run_setup.hpp"
#include "app/wallet_lock.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {

struct WalletSession {
    RunSetup setup;  // With the lock of the state directory.
    Provenance provenance = Provenance::Test;
    ChainTold chain;
    Pubkey wallet;
    WalletLock wallet_lock;
    engine::History history;

    [[nodiscard]] const config::Settings& settings() const { return setup.options.settings; }
};

// "type yes to DO: " on the terminal.
[[nodiscard]] bool ask_for_yes(std::string_view what);

// Locks the state directory, starts the log, and asks the nodes which chain they are of.
[[nodiscard]] std::expected<WalletSession, NoRun> open_wallet_session(const std::string& config,
                                                                      const std::string& state_dir,
                                                                      config::Settings settings);
// Of the wallet that is known by now: nobody else moves its money meanwhile.
[[nodiscard]] std::expected<void, NoRun> take_wallet(WalletSession& session, const Pubkey& wallet,
                                                     const net::Reactor& reactor);

}  // namespace sniperforge::app
