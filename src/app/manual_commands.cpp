// SPDX-License-Identifier: MIT
// `sniperforge pause`, `resume` and `flatten`: what they ask of the running daemon, and what people
// see of its answer.
#include <fmt/format.h>
#include <simdjson.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "app/commands.hpp"
#include "app/manual_command.hpp"
#include "app/passphrase.hpp"
#include "app/state_dir.hpp"
#include "app/wallet_session.hpp"
#include "sniperforge/ops/control.hpp"

namespace sniperforge::app {
namespace {

using engine::OperatorCommand;
using engine::OperatorVerb;

// What is not there is empty, or not so.
template <typename T>
[[nodiscard]] T value_of(simdjson::dom::element object, const char* name) {
    T value{};
    return object[name].get(value) == simdjson::SUCCESS ? value : T{};
}
[[nodiscard]] std::string_view text_of(simdjson::dom::element object, const char* name) {
    return value_of<std::string_view>(object, name);
}

// "  trading is paused, since T, by `pause` ("why"): FIGURES; ends with `sniperforge resume`".
void print_cause(std::string_view label, simdjson::dom::element each) {
    const auto part = [&](std::string_view before, const char* name, std::string_view after) {
        const std::string_view text = text_of(each, name);
        return text.empty() ? std::string{} : fmt::format("{}{}{}", before, text, after);
    };
    fmt::print("  {}{}{}{}{}{}{}\n", label, text_of(each, "text"), part(", since ", "since", ""),
               part(", by `", "by", "`"), part(" (\"", "reason", "\")"), part(": ", "figures", ""),
               part("; ends with ", "ends_with", ""));
}

void print_causes(std::string_view label, simdjson::dom::element answer, const char* name) {
    simdjson::dom::array causes;
    if (answer[name].get(causes) != simdjson::SUCCESS) {
        return;
    }
    for (const simdjson::dom::element each : causes) {
        print_cause(label, each);
    }
}

void print_answer(OperatorVerb verb, simdjson::dom::element answer) {
    const bool is_changed = value_of<bool>(answer, "is_changed");
    fmt::print("{}: {} -> {}{}\n", to_string(verb), text_of(answer, "state_before"),
               text_of(answer, "state"), is_changed ? "" : "; it was so already");
    print_causes("ended: ", answer, "ended");
    print_causes("", answer, "standing");
    simdjson::dom::array selling;
    if (verb != OperatorVerb::Flatten || answer["selling"].get(selling) != simdjson::SUCCESS) {
        return;
    }
    fmt::print("{} positions {}\n", selling.size(),
               value_of<bool>(answer, "is_selling")
                   ? "are being sold, each with its floor; `status` counts what is left"
                   : "are held, and are not sold");
    for (const simdjson::dom::element each : selling) {
        fmt::print("  position {}: {} of {}\n", value_of<std::uint64_t>(each, "position"),
                   text_of(each, "amount"), text_of(each, "mint"));
    }
    simdjson::dom::array kept;
    if (answer["kept"].get(kept) == simdjson::SUCCESS) {
        for (const simdjson::dom::element each : kept) {
            fmt::print("  not sold: {} of {}: {}\n", text_of(each, "amount"), text_of(each, "mint"),
                       text_of(each, "reason"));
        }
    }
}

[[nodiscard]] int send(const ManualArguments& arguments, const OperatorCommand& command) {
    auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    if (auto checked = check_reason(command.reason); !checked) {
        return fail_with(kExitUsage, "--reason: " + checked.error().text);
    }
    auto answer = ops::control_request(*directory + "/control.sock", line_of(command));
    if (!answer) {
        // A start may be refused, for a certificate say; a rescue needs none.
        const bool is_to_sell = command.verb == OperatorVerb::Flatten;
        return fail_with(
            kExitNotReady,
            answer.error().text +
                (is_to_sell ? "; without one `sniperforge rescue flatten` sells" : ""));
    }
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    std::uint64_t exit_code = 0;
    const simdjson::padded_string text{*answer};
    if (parser.parse(text).get(root) != simdjson::SUCCESS ||
        root["exit_code"].get(exit_code) != simdjson::SUCCESS) {
        return fail_with(kExitFailed, fmt::format("the daemon does not know `{}`; it answers: {}",
                                                  to_string(command.verb), *answer));
    }
    if (arguments.is_json) {
        fmt::print("{}\n", *answer);
    } else if (!text_of(root, "state").empty()) {
        print_answer(command.verb, root);
    }
    const std::string_view problem = text_of(root, "problem");
    return problem.empty() ? static_cast<int>(exit_code)
                           : fail_with(static_cast<int>(exit_code), std::string{problem});
}

}  // namespace

int pause_command(const ManualArguments& arguments) {
    return send(arguments, {.verb = OperatorVerb::Pause, .reason = arguments.reason});
}

int resume_command(const ManualArguments& arguments) {
    return send(arguments, {.verb = OperatorVerb::Resume, .reason = arguments.reason});
}

int flatten_command(const ManualArguments& arguments) {
    if (!arguments.is_confirmed && !is_terminal()) {
        return fail_with(kExitUsage,
                         "flatten: there is no terminal to ask on; say with --yes that every "
                         "position is to be sold now");
    }
    if (!arguments.is_confirmed && !ask_for_yes("sell every position now")) {
        return fail_with(kExitFailed, "it was not confirmed: nothing is sold");
    }
    return send(arguments, {.verb = OperatorVerb::Flatten,
                            .reason = arguments.reason,
                            .is_outside_sold = arguments.is_outside_sold});
}

}  // namespace sniperforge::app
