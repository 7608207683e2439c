// SPDX-License-Identifier: MIT
// Each script finds out which command the words so far lead to, and offers what that one takes.
#include <fmt/format.h>

#include "app/command_words.hpp"

namespace sniperforge::app {
namespace {

// Between single quotes of bash and zsh.
[[nodiscard]] std::string posix_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    }
    return quoted + "'";
}

[[nodiscard]] std::string fish_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    }
    return quoted + "'";
}

// For a list beside the command line: the first sentence says enough.
[[nodiscard]] std::string brief(std::string_view description) {
    return std::string{description.substr(0, description.find_first_of(":;("))};
}

struct Offered {
    std::string word, description;
};

// What may stand next behind a command that was written out.
[[nodiscard]] std::vector<Offered> offered_by(const CommandWords& command) {
    std::vector<Offered> all;
    for (const CommandWords& each : command.commands) {
        all.push_back({each.name, each.description});
    }
    for (const OptionWords& option : command.options) {
        if (option.is_positional) {
            for (const std::string& choice : option.choices) {
                all.push_back({choice, option.description});
            }
            continue;
        }
        for (const std::string& name : option.names) {
            all.push_back({name, option.description});
        }
    }
    return all;
}

[[nodiscard]] bool is_file_taken(const CommandWords& command) {
    for (const OptionWords& option : command.options) {
        if (option.is_positional && option.choices.empty()) {
            return true;
        }
    }
    return false;
}

// A case for each command that has others below it or beside it: "run"|"record"|...
[[nodiscard]] std::string paths_of(const CommandWords& program, std::string_view between) {
    std::string paths;
    visit_commands(program, "", [&](const CommandWords&, const std::string& path) {
        if (!path.empty()) {
            paths += (paths.empty() ? "" : std::string{between}) + posix_quoted(path);
        }
    });
    return paths;
}

// A case for each option that takes a value: its choices, or none, which are files. An option whose
// value may be left out takes what comes next all the same.
template <typename Line>
[[nodiscard]] std::string value_cases(const CommandWords& program, const Line& line) {
    std::string cases;
    visit_commands(program, "", [&](const CommandWords& command, const std::string& path) {
        for (const OptionWords& option : command.options) {
            if (option.is_positional || option.value.empty()) {
                continue;
            }
            std::string patterns;
            for (const std::string& name : option.names) {
                patterns += (patterns.empty() ? "" : "|") +
                            posix_quoted(path.empty() ? name : path + " " + name);
            }
            cases += line(patterns, option);
        }
    });
    return cases;
}

}  // namespace

std::string bash_completion(const CommandWords& program) {
    std::string offers;
    visit_commands(program, "", [&](const CommandWords& command, const std::string& path) {
        std::string words;
        for (const Offered& each : offered_by(command)) {
            words += (words.empty() ? "" : " ") + each.word;
        }
        offers += fmt::format("        {}) words={}; files={} ;;\n", posix_quoted(path),
                              posix_quoted(words), is_file_taken(command) ? 1 : 0);
    });
    const std::string values =
        value_cases(program, [](const std::string& patterns, const OptionWords& option) {
            return option.choices.empty()
                       ? fmt::format(
                             "        {}) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n",
                             patterns)
                       : fmt::format(
                             "        {}) COMPREPLY=($(compgen -W '{}' -- \"$current\")); "
                             "return ;;\n",
                             patterns, fmt::join(option.choices, " "));
        });
    return fmt::format(R"(# bash completion of {0}; made by `{0} completion bash`
_{0}() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
    local at="" next words="" files=0 i
    for ((i = 1; i < COMP_CWORD; ++i)); do
        next="${{at:+$at }}${{COMP_WORDS[i]}}"
        case $next in
        {1}) at=$next ;;
        esac
    done
    case "${{at:+$at }}$before" in
{2}    esac
    case $at in
{3}    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    if ((files)) && [[ $current != -* ]]; then
        COMPREPLY+=($(compgen -f -- "$current"))
    fi
}}
complete -o filenames -F _{0} {0}
)",
                       program.name, paths_of(program, "|"), values, offers);
}

std::string zsh_completion(const CommandWords& program) {
    std::string offers;
    visit_commands(program, "", [&](const CommandWords& command, const std::string& path) {
        std::string entries;
        for (const Offered& each : offered_by(command)) {
            entries += fmt::format("\n            {}",
                                   posix_quoted(each.word + ":" + brief(each.description)));
        }
        offers += fmt::format(
            "        {})\n            entries=({})\n            files={}\n"
            "            ;;\n",
            posix_quoted(path), entries, is_file_taken(command) ? 1 : 0);
    });
    const std::string values =
        value_cases(program, [](const std::string& patterns, const OptionWords& option) {
            return option.choices.empty() ? fmt::format("        {}) _files; return ;;\n", patterns)
                                          : fmt::format("        {}) compadd -- {}; return ;;\n",
                                                        patterns, fmt::join(option.choices, " "));
        });
    return fmt::format(R"(#compdef {0}
# zsh completion of {0}; made by `{0} completion zsh`
_{0}() {{
    local at="" next files=0 i
    local -a entries
    for ((i = 2; i < CURRENT; ++i)); do
        next="${{at:+$at }}${{words[i]}}"
        case $next in
        {1}) at=$next ;;
        esac
    done
    case "${{at:+$at }}${{words[CURRENT - 1]}}" in
{2}    esac
    case $at in
{3}    esac
    _describe '{0}' entries
    if ((files)); then
        _files
    fi
}}
if [[ $funcstack[1] == _{0} ]]; then
    _{0} "$@"
else
    compdef _{0} {0}
fi
)",
                       program.name, paths_of(program, "|"), values, offers);
}

std::string fish_completion(const CommandWords& program) {
    std::string lines;
    visit_commands(program, "", [&](const CommandWords& command, const std::string& path) {
        const std::string begin = fmt::format("complete -c {} -n \"__{}_at {}\"", program.name,
                                              program.name, fish_quoted(path));
        for (const CommandWords& each : command.commands) {
            lines += fmt::format("{} -a {} -d {}\n", begin, each.name,
                                 fish_quoted(brief(each.description)));
        }
        for (const OptionWords& option : command.options) {
            std::string line = begin;
            for (const std::string& name : option.names) {
                line += name.starts_with("--")  ? " -l " + name.substr(2)
                        : name.starts_with("-") ? " -s " + name.substr(1)
                                                : std::string{};
            }
            const bool has_value = !option.value.empty();
            if (!option.choices.empty()) {
                line += fmt::format(" {}-a {}", option.is_positional ? "" : "-x ",
                                    fish_quoted(fmt::format("{}", fmt::join(option.choices, " "))));
            } else if (option.is_positional) {
                line += " -F";
            } else if (has_value) {
                line += option.is_value_optional ? "" : " -r -F";
            }
            lines += fmt::format("{} -d {}\n", line, fish_quoted(brief(option.description)));
        }
    });
    return fmt::format(R"(# fish completion of {0}; made by `{0} completion fish`
function __{0}_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l at
    for word in $words
        if contains -- (string join ' ' -- $at $word) {1}
            set at $at $word
        end
    end
    set -l path (string join ' ' -- $at)
    test "$path" = "$argv[1]"
end
complete -c {0} -f
{2})",
                       program.name, paths_of(program, " "), lines);
}

}  // namespace sniperforge::app
