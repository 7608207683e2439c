// SPDX-License-Identifier: MIT
#include "app/manual_command_posted.hpp"

#include <simdjson.h>

#include <array>
#include <utility>

#include "app/manual_command.hpp"

namespace sniperforge::app {
namespace {

constexpr std::string_view kForm =
    R"(a command is {"command":"pause","reason":"","confirm":"pause"}, with pause, resume, )"
    R"(flatten or stop)";

struct Words {
    std::string command, reason, confirm;
};
[[nodiscard]] Result<Words> words_of(std::string_view body) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    const simdjson::padded_string text{body};
    if (parser.parse(text).get(object) != simdjson::SUCCESS) {
        return fail(std::string{kForm});
    }
    Words words;
    std::array<std::pair<std::string_view, std::string*>, 3> wanted{
        {{"command", &words.command}, {"reason", &words.reason}, {"confirm", &words.confirm}}};
    for (const auto& [name, value] : object) {
        std::string_view told;
        std::string* place = nullptr;
        for (auto& [wanted_name, wanted_place] : wanted) {
            if (wanted_name == name) {
                place = std::exchange(wanted_place, nullptr);
            }
        }
        if (place == nullptr || value.get(told) != simdjson::SUCCESS) {
            return fail(std::string{kForm});
        }
        *place = told;
    }
    for (const auto& [name, place] : wanted) {
        if (place != nullptr) {
            return fail(std::string{kForm});
        }
    }
    return words;
}

}  // namespace

Result<std::string> control_line(std::string_view body) {
    auto words = words_of(body);
    if (!words) {
        return Err{words.error()};
    }
    if (words->confirm != words->command) {
        return fail(
            "confirm does not repeat the command: nothing is done by mistake where it is typed "
            "out");
    }
    if (auto checked = check_reason(words->reason); !checked) {
        return Err{checked.error()};
    }
    if (words->command == "stop") {
        return words->command;
    }
    for (int i = 0; i <= static_cast<int>(engine::kOperatorVerbLast); ++i) {
        const auto verb = static_cast<engine::OperatorVerb>(i);
        if (to_string(verb) == words->command) {
            return line_of({.verb = verb, .reason = words->reason});
        }
    }
    return fail(std::string{kForm});
}

}  // namespace sniperforge::app
