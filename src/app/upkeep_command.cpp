// SPDX-License-Identifier: MIT
#include "app/upkeep_command.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "app/passphrase.hpp"

namespace sniperforge::app {

std::expected<config::Settings, NoRun> load_upkeep_settings(const UpkeepArguments& arguments,
                                                            std::string_view command) {
    if (arguments.config.empty()) {
        return Err{NoRun{kExitUsage, fmt::format("{}: name endpoints, wallet and feed.pools in a "
                                                 "settings file and give it with --config",
                                                 command)}};
    }
    return load_signing_settings(arguments.config);
}

Result<void> UpkeepJob::confirm(const std::string& plan) const {
    fmt::print(stderr, "{}\n", plan);
    return arguments.is_confirmed || ask_for_yes("do this")
               ? Result<void>{}
               : fail("it was not confirmed: nothing was sent");
}

int run_upkeep(const UpkeepArguments& arguments, config::Settings settings, std::string_view name,
               const std::function<Result<std::string>(const UpkeepJob&)>& work) {
    if (!arguments.is_confirmed && !is_terminal()) {
        return fail_with(kExitUsage, fmt::format("{}: there is no terminal to ask on; say with "
                                                 "--yes that it is to be done",
                                                 name));
    }
    Result<std::string> result = fail("");
    const auto in_session = [&](const SigningJob& job) -> JobEnd {
        Upkeep upkeep{job.reactor, job.rpc, job.hands, job.options};
        const auto settled = upkeep.settle_earlier();
        result = settled ? work({job, upkeep, arguments}) : Err{settled.error()};
        if (!result) {
            result = fail(result.error().text + done_before(upkeep.done()));
        }
        return {fmt::format("{}: {}", name, result ? *result : result.error().text),
                result ? *result : upkeep_json(upkeep.done())};
    };
    if (const auto ran = with_key(arguments, std::move(settings), "upkeep", in_session); !ran) {
        return fail_with(ran.error());
    }
    if (!result) {
        return fail_with(kExitFailed, result.error().text);
    }
    if (arguments.is_json) {
        fmt::print("{}\n", *result);
    }
    return kExitOk;
}

int finish_list(bool is_agreed) {
    return is_agreed ? kExitOk : fail_with(kExitFailed, "two endpoints differ, as said above");
}

}  // namespace sniperforge::app
