// SPDX-License-Identifier: MIT
// `sniperforge reload`.
#include <fmt/format.h>
#include <simdjson.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "app/commands.hpp"
#include "app/state_dir.hpp"
#include "sniperforge/ops/control.hpp"

namespace sniperforge::app {
namespace {

// What is not there is empty, or not so.
template <typename T>
[[nodiscard]] T value_of(simdjson::simdjson_result<simdjson::dom::element> element) {
    T value{};
    return element.get(value) == simdjson::SUCCESS ? value : T{};
}
[[nodiscard]] std::string_view text_of(simdjson::dom::element object, const char* name) {
    return value_of<std::string_view>(object[name]);
}

void print_changes(simdjson::dom::array changes) {
    for (const simdjson::dom::element change : changes) {
        const bool is_looser = value_of<bool>(change["is_looser"]);
        fmt::print("  {}: {} -> {}{}\n", text_of(change, "key"), text_of(change, "before"),
                   text_of(change, "after"), is_looser ? "  (loosens a limit)" : "");
    }
}

// False: it is not what a daemon answers.
[[nodiscard]] bool print_answer(simdjson::dom::element answer) {
    bool is_ok = false;
    simdjson::dom::array changes;
    simdjson::dom::array problems;
    if (answer["ok"].get(is_ok) != simdjson::SUCCESS ||
        answer["changes"].get(changes) != simdjson::SUCCESS ||
        answer["problems"].get(problems) != simdjson::SUCCESS) {
        return false;
    }
    if (!is_ok) {
        for (const simdjson::dom::element problem : problems) {
            fmt::print(stderr, "{}\n", value_of<std::string_view>(simdjson::dom::element{problem}));
        }
        fmt::print(stderr, "not reloaded: nothing was changed\n");
        return true;
    }
    if (changes.size() == 0) {
        fmt::print("nothing changed\n");
        return true;
    }
    fmt::print("{} settings changed:\n", changes.size());
    print_changes(changes);
    return true;
}

}  // namespace

int reload_command(const ControlArguments& arguments) {
    auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    auto answer = ops::control_request(*directory + "/control.sock", "reload");
    if (!answer) {
        return fail_with(kExitNotReady, answer.error().text);
    }
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    std::uint64_t exit_code = 0;
    const simdjson::padded_string text{*answer};
    if (parser.parse(text).get(root) != simdjson::SUCCESS ||
        root["exit_code"].get(exit_code) != simdjson::SUCCESS) {
        return fail_with(kExitFailed,
                         fmt::format("the daemon does not know `reload`; it answers: {}", *answer));
    }
    if (arguments.is_json) {
        fmt::print("{}\n", *answer);
    } else if (!print_answer(root)) {
        return fail_with(kExitFailed, "the daemon answers something else than a reload's result");
    }
    return static_cast<int>(exit_code);
}

}  // namespace sniperforge::app
