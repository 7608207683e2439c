// SPDX-License-Identifier: MIT
#include "app/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace sniperforge::app {
namespace {

// Set once, as the command line is read.
ColorChoice color_choice = ColorChoice::Auto;

[[nodiscard]] bool is_set(const char* variable) {
    const char* const value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

[[nodiscard]] bool is_dumb() {
    const char* const terminal = std::getenv("TERM");
    return terminal == nullptr || std::string_view{terminal} == "dumb";
}

// "Select Graphic Rendition" of ECMA-48.
[[nodiscard]] int code_of(Color color) {
    switch (color) {
        case Color::Red:
            return 31;
        case Color::Green:
            return 32;
        case Color::Yellow:
            return 33;
        case Color::Dim:
            return 2;
        case Color::Bold:
            return 1;
    }
    return 0;
}

}  // namespace

void choose_color(ColorChoice choice) { color_choice = choice; }

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

bool is_colored(std::FILE* stream) {
    switch (color_choice) {
        case ColorChoice::Always:
            return true;
        case ColorChoice::Never:
            return false;
        case ColorChoice::Auto:
            break;
    }
    return is_terminal(stream) && !is_set("NO_COLOR") && !is_dumb();
}

std::string painted(std::FILE* stream, Color color, std::string_view text) {
    return is_colored(stream) ? fmt::format("\x1b[{}m{}\x1b[0m", code_of(color), text)
                              : std::string{text};
}

TerminalSize terminal_size(std::FILE* stream) {
    winsize size{};
    if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) {
        return {};
    }
    return {size.ws_row, size.ws_col};
}

}  // namespace sniperforge::app
