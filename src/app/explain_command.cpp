// SPDX-License-Identifier: MIT
// `explain`: all that a state directory knows of an order or a position.
#include <fmt/format.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/order_lookup.hpp"
#include "app/order_story.hpp"
#include "app/state_dir.hpp"
#include "app/state_records.hpp"

namespace sniperforge::app {

int explain_command(const ExplainArguments& arguments) {
    const auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    const auto records = read_state_records(*directory);
    if (!records) {
        return fail_with(kExitFailed, records.error().text);
    }
    const auto known = records->known_orders();
    if (known.empty()) {
        return fail_with(kExitNotReady,
                         fmt::format("no order has been recorded in {}; start a run with "
                                     "`sniperforge run`, or name its directory with --state-dir",
                                     *directory));
    }
    const auto meant = orders_meant(arguments.id, known);
    if (!meant) {
        return fail_with(kExitUsage, fmt::format("explain: {}", meant.error().text));
    }
    const auto story = story_of(*records, *meant);
    if (!story) {
        return fail_with(kExitFailed, story.error().text);
    }
    if (!records->lots.problem.empty()) {
        std::fputs(fmt::format("warning: the journal is damaged, so that this may lack records: "
                               "{}; `sniperforge journal verify` says more\n",
                               records->lots.problem)
                       .c_str(),
                   stderr);
    }
    fmt::print("{}", arguments.is_json ? story_json(*story) + "\n" : story_text(*story));
    return kExitOk;
}

}  // namespace sniperforge::app
