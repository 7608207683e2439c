// SPDX-License-Identifier: MIT
// The command line as words, read from the parser itself: what shells complete and what the man
// page lists, so that neither can say what the program does not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sniperforge::app {

struct OptionWords {
    std::vector<std::string> names;  // With their dashes; of what has none, one word without.
    std::string description;
    std::string value;                 // What it takes, for people; empty: a flag.
    std::string fallback;              // What it is where it is not given; may be empty.
    std::vector<std::string> choices;  // All that it may be; empty: anything, a file say.
    bool is_positional = false, is_required = false;
    bool is_value_optional = false;
};

struct CommandWords {
    std::string name;
    std::string description;
    std::vector<OptionWords> options;
    std::vector<CommandWords> commands;
};

// Scripts, each whole.
[[nodiscard]] std::string bash_completion(const CommandWords& program);
[[nodiscard]] std::string zsh_completion(const CommandWords& program);
[[nodiscard]] std::string fish_completion(const CommandWords& program);
// Of section 1, in the macros of man(7).
[[nodiscard]] std::string man_page(const CommandWords& program, std::string_view version);

// Calls `visit` with the words that lead to it ("test latency-measurement"; none: the program
// itself) for it and all below it.
template <typename Visit>
void visit_commands(const CommandWords& command, const std::string& path, const Visit& visit) {
    visit(command, path);
    for (const CommandWords& each : command.commands) {
        visit_commands(each, path.empty() ? each.name : path + " " + each.name, visit);
    }
}

}  // namespace sniperforge::app
