// SPDX-License-Identifier: MIT
#include "app/wallet_session.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <iostream>

#include "app/endpoints.hpp"
#include "app/genesis.hpp"
#include "app/run_books.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

constexpr Duration kSessionChainPatience = std::chrono::seconds{20};

// The books of this wallet on this chain, or none.
[[nodiscard]] std::expected<engine::History, NoRun> history_of(const WalletSession& session,
                                                               const net::Reactor& reactor) {
    const std::string& directory = session.setup.options.state_dir;
    auto history = engine::read_history(directory, {reactor.now(), reactor.wall_now()},
                                        telemetry::boot_id(), session.settings().risk);
    if (!history) {
        return Err{NoRun{kExitNotReady, history.error().text}};
    }
    if (history->has_past() && history->wallet.is_zero()) {
        return Err{NoRun{kExitNotReady, ring_without_journal(directory)}};
    }
    const bool is_other_wallet = !history->wallet.is_zero() && history->wallet != session.wallet;
    if (is_other_wallet || (history->has_ledger() && history->genesis != session.chain.genesis)) {
        return Err{NoRun{
            kExitNotReady,
            fmt::format("the state directory {} has {}; name that of this wallet and "
                        "chain with --state-dir, or an empty one",
                        directory,
                        is_other_wallet ? books_of(history->wallet)
                                        : "the books of chain " + history->genesis.to_string())}};
    }
    return std::move(*history);
}

}  // namespace

bool ask_for_yes(std::string_view what) {
    fmt::print(stderr, "type yes to {}: ", what);
    std::fflush(stderr);
    std::string line;
    return std::getline(std::cin, line) && line == "yes";
}

std::expected<WalletSession, NoRun> open_wallet_session(const std::string& config,
                                                        const std::string& state_dir,
                                                        config::Settings settings) {
    WalletSession session;
    RunArguments as_run;
    as_run.config = config;
    as_run.mode = "live";
    as_run.state_dir = state_dir;
    auto setup = set_up_run(as_run, std::move(settings));
    if (!setup) {
        return Err{setup.error()};
    }
    session.setup = std::move(*setup);
    const config::Settings& kept = session.settings();
    if (auto started = start_process(kept.logging); !started) {
        return Err{started.error()};
    }
    auto chain =
        read_chain(endpoints_of(kept.network), kept.network.request_timeout, kSessionChainPatience);
    if (!chain) {
        return Err{NoRun{kExitNotReady, chain.error().text}};
    }
    session.chain = std::move(*chain);
    session.provenance = is_mainnet(session.chain.genesis) ? Provenance::Live : Provenance::Test;
    return session;
}

std::expected<void, NoRun> take_wallet(WalletSession& session, const Pubkey& wallet,
                                       const net::Reactor& reactor) {
    session.wallet = wallet;
    auto lock = WalletLock::take(wallet);
    if (!lock) {
        return Err{NoRun{kExitNotReady, lock.error().text}};
    }
    session.wallet_lock = std::move(*lock);
    auto history = history_of(session, reactor);
    if (!history) {
        return Err{history.error()};
    }
    session.history = std::move(*history);
    return {};
}

}  // namespace sniperforge::app
