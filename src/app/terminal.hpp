// SPDX-License-Identifier: MIT
// What standard output and standard error are, and colours for them: on a terminal alone, and never
// where NO_COLOR is set (no-color.org), unless --color says otherwise.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace sniperforge::app {

enum class ColorChoice : std::uint8_t { Auto, Always, Never };
// Of --color, for all that this process prints.
void choose_color(ColorChoice choice);

[[nodiscard]] bool is_terminal(std::FILE* stream);
[[nodiscard]] bool is_colored(std::FILE* stream);

enum class Color : std::uint8_t { Red, Green, Yellow, Dim, Bold };
// For that stream: the text itself where it has no colours.
[[nodiscard]] std::string painted(std::FILE* stream, Color color, std::string_view text);

struct TerminalSize {
    std::size_t rows = 24, columns = 80;  // Where it does not say.
};
[[nodiscard]] TerminalSize terminal_size(std::FILE* stream);

}  // namespace sniperforge::app
