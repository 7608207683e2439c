// SPDX-License-Identifier: MIT
// The control socket: a Unix socket in the state directory that answers one-line commands with one
// line of JSON. It lives on a thread of its own and never touches the loop's state: it answers from
// the newest replica and hands commands over through a ring.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"

namespace sniperforge::ops {

enum class Command : std::uint8_t { Stop };

// What the owner does on the control thread.
struct ControlHooks {
    // After a command was queued; must only post.
    std::function<void()> wake;
    // A command that the server does not know: one line of JSON, or nothing where the owner does
    // not know it either. May wait; nobody else is answered meanwhile. May be empty.
    std::function<std::optional<std::string>(std::string_view command)> answer{};
    // Every 250 ms at the latest. May be empty.
    std::function<void()> poll{};
    std::string known{};  // Commands that `answer` knows, for people: ", reload".
};

class ControlServer {
 public:
    [[nodiscard]] static Result<std::unique_ptr<ControlServer>> start(const std::string& path,
                                                                      ControlHooks hooks);
    ~ControlServer();  // Stops the thread and removes the socket.
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    // One line of JSON; called on the control thread, when somebody asks.
    using StatusText = std::function<std::string()>;
    // Loop thread: a newer state. Dropped, and counted, when the control thread lags.
    void publish(StatusText status);
    // Any thread.
    [[nodiscard]] std::uint64_t dropped() const;
    // Loop thread.
    [[nodiscard]] bool take_command(Command& command);

 private:
    struct State;
    explicit ControlServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Client side: sends one command to the daemon at `path` and returns its line. An error means that
// no daemon answers there.
[[nodiscard]] Result<std::string> control_request(const std::string& path,
                                                  std::string_view command);

}  // namespace sniperforge::ops
