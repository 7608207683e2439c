// SPDX-License-Identifier: MIT
// What signs with no daemon running, trading aside: from its key to the end of its run in the
// journal.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "app/commands.hpp"
#include "app/wallet_session.hpp"
#include "app/withdrawal_courier.hpp"

namespace sniperforge::app {

// What a command works with once the locks, the key and the journal are its own.
struct SigningJob {
    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    WalletHands hands;
    const CourierOptions& options;
    const WalletSession& session;
};
// What the journal keeps of it: a note for people, and what the run came to.
struct JobEnd {
    std::string note, result;
};
using TakeWallet = std::function<std::expected<void, NoRun>(WalletSession&, const Pubkey& wallet,
                                                            const net::Reactor&)>;

// Takes the locks and the key, does the work, and ends the run. `what` ends the name of the run.
[[nodiscard]] std::expected<void, NoRun> with_key(
    const SigningArguments& arguments, config::Settings settings, std::string_view what,
    const std::function<JobEnd(const SigningJob&)>& work, const TakeWallet& take = take_wallet);

}  // namespace sniperforge::app
