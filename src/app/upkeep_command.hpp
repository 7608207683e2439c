// SPDX-License-Identifier: MIT
// What `tables` and `nonce` have around them.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "app/signing_job.hpp"
#include "app/upkeep.hpp"

namespace sniperforge::app {

[[nodiscard]] std::expected<config::Settings, NoRun> load_upkeep_settings(
    const UpkeepArguments& arguments, std::string_view command);

// What a command does once everything is there; the JSON of the result.
struct UpkeepJob : SigningJob {
    Upkeep& upkeep;
    const UpkeepArguments& arguments;

    // Shows the plan, and asks where nobody has said yes.
    [[nodiscard]] Result<void> confirm(const std::string& plan) const;
};

// Takes locks and key, ends what was cut, then does the work: its JSON, or why not. `name` is the
// command as people know it.
[[nodiscard]] int run_upkeep(const UpkeepArguments& arguments, config::Settings settings,
                             std::string_view name,
                             const std::function<Result<std::string>(const UpkeepJob&)>& work);
// The exit code of a list that was shown.
[[nodiscard]] int finish_list(bool is_agreed);

}  // namespace sniperforge::app
