// SPDX-License-Identifier: MIT
// `nonce`: durable nonces of our own, as an operator makes, advances and closes them.
#include <fmt/format.h>

#include <algorithm>

#include "app/endpoints.hpp"
#include "app/nonce_upkeep.hpp"
#include "app/upkeep_command.hpp"
#include "app/wallet_file.hpp"
#include "sniperforge/core/decimal.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] int list_nonces(const UpkeepArguments& arguments, const config::Settings& settings) {
    const auto wallet = wallet_address(settings.wallet);
    if (!wallet) {
        return fail_with(kExitNotReady, wallet.error().text);
    }
    const auto reactor = net::make_asio_reactor();
    auto rpc = client_of(*reactor, settings.network);
    const auto reading = read_nonces(*reactor, rpc, *wallet);
    if (!reading) {
        return fail_with(kExitNotReady, reading.error().text);
    }
    if (arguments.is_json) {
        fmt::print("{}\n", nonces_json(*reading, *wallet, {}));
    } else {
        print_nonces(*reading);
    }
    return finish_list(std::ranges::all_of(
        reading->nonces, [](const NonceView& view) { return view.difference.empty(); }));
}

[[nodiscard]] Result<std::string> upkeep_nonces(const UpkeepJob& job, NonceAction action) {
    NonceUpkeep nonces{job.reactor, job.rpc, job.upkeep, job.options};
    const UpkeepArguments& a = job.arguments;
    const std::string which =
        a.number ? fmt::format("nonce {}", *a.number) : std::string{"all nonces of the wallet"};
    const std::string plan =
        action == NonceAction::Create
            ? fmt::format("nonces are made until there are {}: each holds {} SOL of rent at most",
                          a.count, format_sol(signer::nonce_rent_max()))
        : action == NonceAction::Advance
            ? which + " get new values: what was signed with the old ones cannot land any more"
            : which + " are closed: their lamports come back to the wallet";
    if (auto confirmed = job.confirm(plan); !confirmed) {
        return Err{confirmed.error()};
    }
    const auto done = action == NonceAction::Create    ? nonces.create(a.count)
                      : action == NonceAction::Advance ? nonces.advance(a.number)
                                                       : nonces.close(a.number);
    if (!done) {
        return Err{done.error()};
    }
    const auto after = nonces.read();
    if (!after) {
        return Err{after.error()};
    }
    if (!a.is_json) {
        print_nonces(*after);
    }
    return nonces_json(*after, job.options.wallet, job.upkeep.done());
}

}  // namespace

int nonce_command(NonceAction action, const UpkeepArguments& arguments) {
    auto settings = load_upkeep_settings(arguments, "nonce");
    if (!settings) {
        return fail_with(settings.error());
    }
    if (action == NonceAction::List) {
        return list_nonces(arguments, *settings);
    }
    return run_upkeep(arguments, std::move(*settings), "nonce",
                      [&](const UpkeepJob& job) { return upkeep_nonces(job, action); });
}

}  // namespace sniperforge::app
