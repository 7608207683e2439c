// SPDX-License-Identifier: MIT
// `status`: what a running daemon says of itself, once or again and again.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "app/commands.hpp"
#include "app/signals.hpp"
#include "app/state_dir.hpp"
#include "app/status_screen.hpp"
#include "app/terminal.hpp"
#include "sniperforge/ops/control.hpp"

namespace sniperforge::app {
namespace {

// How soon Ctrl-C is seen.
constexpr std::chrono::milliseconds kStep{50};

// A terminal's second screen (xterm's 1049), so that the first is as it was when this goes.
class Screen {
 public:
    Screen() { std::fputs("\x1b[?1049h", stdout); }
    ~Screen() {
        std::fputs("\x1b[?1049l", stdout);
        std::fflush(stdout);
    }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    // As much as there is room for; the rest of the screen is cleared.
    static void show(const std::vector<std::string>& lines) {
        const TerminalSize size = terminal_size(stdout);
        std::string text = "\x1b[H";
        for (std::size_t i = 0; i < std::min(lines.size(), size.rows - 1); ++i) {
            const std::string shown = lines[i].substr(0, size.columns);
            text += (i == 0 ? painted(stdout, Color::Bold, shown) : shown) + "\x1b[K\n";
        }
        text += "\x1b[J";
        std::fputs(text.c_str(), stdout);
        std::fflush(stdout);
    }
};

[[nodiscard]] std::string clock_line(std::uint64_t interval_s) {
    return fmt::format("every {} s; Ctrl-C ends it", interval_s);
}

// False: somebody wants it to end.
[[nodiscard]] bool wait(std::uint64_t interval_s) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{interval_s};
    while (!is_stop_signalled() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(kStep);
    }
    return !is_stop_signalled();
}

[[nodiscard]] int watch(const std::string& socket, const StatusArguments& arguments) {
    install_signal_handlers();
    // Without a terminal, and for scripts: a line for each look.
    const bool is_live = is_terminal(stdout) && !arguments.is_json;
    std::optional<Screen> screen;
    do {
        const auto answer = ops::control_request(socket, "status");
        if (is_stop_signalled()) {
            break;  // It may have cut the request.
        }
        if (!answer) {
            screen.reset();
            return fail_with(kExitNotReady, answer.error().text);
        }
        if (!is_live) {
            // Not fmt::print, which throws there.
            if (std::fputs((*answer + "\n").c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
                return kExitOk;  // Whoever read it has gone.
            }
            continue;
        }
        if (!screen) {
            screen.emplace();
        }
        auto lines = status_lines(*answer);
        lines.push_back("");
        lines.push_back(clock_line(arguments.interval_s));
        Screen::show(lines);
    } while (wait(arguments.interval_s));
    return kExitOk;
}

}  // namespace

int status_command(const StatusArguments& arguments) {
    const auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    const std::string socket = *directory + "/control.sock";
    if (arguments.is_watching) {
        return watch(socket, arguments);
    }
    const auto answer = ops::control_request(socket, "status");
    if (!answer) {
        return fail_with(kExitNotReady, answer.error().text);
    }
    fmt::print("{}\n", *answer);
    return kExitOk;
}

}  // namespace sniperforge::app
