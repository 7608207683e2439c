// SPDX-License-Identifier: MIT
#include "app/drill_commands.hpp"

#include <algorithm>

#include "app/commands.hpp"
#include "app/drill_draws.hpp"
#include "app/drill_plan.hpp"

namespace sniperforge::app {

void draw_commands(DrillPlan& plan, Rng rng) {
    constexpr std::uint64_t kFromMs = 2'000, kToMs = 11'000;
    if (!rng.chance(0.25) || plan.scenario == "thefts") {
        return;
    }
    const std::uint64_t count = 1 + rng.below(4);
    for (std::uint64_t i = 0; i < count; ++i) {
        constexpr auto kVerbs = static_cast<std::uint64_t>(engine::kOperatorVerbLast) + 1;
        const Duration at = draw_between(rng, kFromMs, kToMs);
        const auto verb = static_cast<engine::OperatorVerb>(rng.below(kVerbs));
        plan.commands.push_back({at, {.verb = verb, .reason = "drill"}});
    }
    std::ranges::stable_sort(plan.commands, {}, &DrillCommand::at);
    plan.commands.push_back({milliseconds(kToMs), {.verb = engine::OperatorVerb::Resume}});
}

std::optional<engine::OperatorCommand> DrillCommands::due() const {
    if (is_over() || now_() - began_ < commands_[taken_].at) {
        return std::nullopt;
    }
    return commands_[taken_].command;
}

void DrillCommands::obeyed(const ManualResult& result) {
    // One that starts or ends takes none: the next is asked again.
    if (result.exit_code == kExitNotReady || !result.answer.refused.empty()) {
        return;
    }
    is_resumed_ = commands_[taken_].command.verb == engine::OperatorVerb::Resume;
    ++taken_;
}

void DrillCommands::on_order(std::uint64_t intent) {
    if (is_resumed_) {
        resumed_.insert(intent);
    }
}

}  // namespace sniperforge::app
