// SPDX-License-Identifier: MIT
// `completion` and `man-page`: the parser's own words.
#include <algorithm>
#include <cstdio>

#include "app/build_id.hpp"
#include "app/cli_parts.hpp"
#include "app/command_words.hpp"
#include "app/commands.hpp"
#include "app/terminal.hpp"

namespace sniperforge::app {
namespace {

// "{a,b}" within what CLI11 says of the type.
[[nodiscard]] std::vector<std::string> choices_in(const std::string& type) {
    const auto begin = type.find('{'), end = type.find('}');
    std::vector<std::string> choices;
    if (begin == std::string::npos || end == std::string::npos || end < begin) {
        return choices;
    }
    std::string word;
    for (const char c : type.substr(begin + 1, end - begin - 1)) {
        if (c == ',') {
            choices.push_back(std::exchange(word, {}));
        } else {
            word += c;
        }
    }
    choices.push_back(word);
    return choices;
}

[[nodiscard]] OptionWords words_of(const CLI::Option& option) {
    OptionWords words;
    words.is_positional = option.get_positional();
    if (words.is_positional) {
        words.names.push_back(option.get_name());
    }
    for (const std::string& name : option.get_snames()) {
        words.names.push_back("-" + name);
    }
    for (const std::string& name : option.get_lnames()) {
        words.names.push_back("--" + name);
    }
    words.description = option.get_description();
    words.is_required = option.get_required();
    words.choices = choices_in(option.get_type_name());
    if (option.get_items_expected_max() > 0) {
        words.value = words.choices.empty() ? "VALUE" : "WORD";
        words.fallback = option.get_default_str();
        words.is_value_optional = option.get_items_expected_min() == 0;
    }
    return words;
}

[[nodiscard]] CommandWords words_of(const CLI::App& app) {
    CommandWords words{app.get_name(), app.get_description(), {}, {}};
    for (const CLI::Option* const option : app.get_options()) {
        words.options.push_back(words_of(*option));
    }
    // In the order in which they were added.
    for (const CLI::App* const each : app.get_subcommands(nullptr)) {
        words.commands.push_back(words_of(*each));
    }
    return words;
}

[[nodiscard]] int print_whole(const std::string& text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                   std::fflush(stdout) == 0
               ? kExitOk
               : fail_with(kExitFailed, "writing to standard output failed");
}

void add_color(CLI::App& app) {
    const auto subcommands = app.get_subcommands(nullptr);
    for (CLI::App* const each : subcommands) {
        add_color(*each);
    }
    if (!subcommands.empty()) {
        return;
    }
    app.add_option_function<std::string>(
           "--color",
           [](const std::string& word) {
               choose_color(word == "always"  ? ColorChoice::Always
                            : word == "never" ? ColorChoice::Never
                                              : ColorChoice::Auto);
           },
           "Colours: auto has them on a terminal, where NO_COLOR is not set")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->default_str("auto");
}

}  // namespace

void add_color_options(CLI::App& app) { add_color(app); }

void add_words_commands(CLI::App& app, Action& action) {
    auto* completion = app.add_subcommand(
        "completion",
        "The script that has a shell complete these words: source <(sniperforge completion bash)");
    const auto shell = std::make_shared<std::string>();
    completion->add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion->callback([shell, &app, &action] {
        action = [shell, &app] {
            const CommandWords words = words_of(app);
            return print_whole(*shell == "bash"  ? bash_completion(words)
                               : *shell == "zsh" ? zsh_completion(words)
                                                 : fish_completion(words));
        };
    });
    app.add_subcommand("man-page", "This program's man page, for man -l")
        ->callback([&app, &action] {
            action = [&app] { return print_whole(man_page(words_of(app), build_id())); };
        });
}

}  // namespace sniperforge::app
