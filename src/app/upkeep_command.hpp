// SPDX-License-Identifier: MIT
// What `tables` and `nonce` have around them: settings, the books of earlier runs, locks and the
// key.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/commands.hpp"
#include "app/upkeep.hpp"
#include "app/wallet_session.hpp"

namespace sniperforge::app {

[[nodiscard]] std::expected<config::Settings, NoRun> load_upkeep_settings(
    const UpkeepArguments& arguments, std::string_view command);

// Beside a running daemon too: takes no lock and writes nothing.
struct ListRun {
    std::unique_ptr<net::Reactor> reactor;
    Pubkey wallet;
    engine::History history;
};
[[nodiscard]] std::expected<ListRun, NoRun> prepare_list(const UpkeepArguments& arguments,
                                                         const config::Settings& settings);

// What a command does once everything is there; the JSON of the result.
struct UpkeepJob {
    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    Upkeep& upkeep;
    const UpkeepOptions& options;
    const WalletSession& session;
    const UpkeepArguments& arguments;

    // Shows the plan, and asks where nobody has said yes.
    [[nodiscard]] Result<void> confirm(const std::string& plan) const;
};

// Takes locks and key, ends what was cut, then does the work: its JSON, or why not. `name` is the
// command as people know it.
[[nodiscard]] int with_key(const UpkeepArguments& arguments, config::Settings settings,
                           std::string_view name,
                           const std::function<Result<std::string>(const UpkeepJob&)>& work);

}  // namespace sniperforge::app
