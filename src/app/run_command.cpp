// SPDX-License-Identifier: MIT
// `run`: the daemon in one of its modes.
#include <fmt/format.h>

#include "app/run_setup.hpp"

namespace sniperforge::app {

int run_command(const RunArguments& arguments) {
    if (arguments.mode == "sim") {
        return run_sim(arguments);
    }
    if (arguments.mode == "paper") {
        return run_paper(arguments);
    }
    if (arguments.mode == "live") {
        return run_live(arguments);
    }
    return fail_with(
        kExitUsage,
        fmt::format("--mode \"{}\" is not a mode; write sim, paper or live", arguments.mode));
}

}  // namespace sniperforge::app
