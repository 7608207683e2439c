// SPDX-License-Identifier: MIT
#include "app/control_relay.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/commands.hpp"
#include "app/json_fields.hpp"
#include "app/manual_command_posted.hpp"
#include "sniperforge/ops/control.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

[[nodiscard]] net::HttpResponse json_response(int status, std::string json) {
    return {.status = status,
            .headers = {{"Content-Type", "application/json"}},
            .body = std::move(json) + "\n"};
}

// As the control socket would say it.
[[nodiscard]] net::HttpResponse refusal(int status, int exit_code, std::string_view problem) {
    return json_response(status, JsonFields{}
                                     .boolean("ok", false)
                                     .narrow("exit_code", exit_code)
                                     .text("problem", problem)
                                     .object());
}

}  // namespace

void ControlRelay::relay(std::string_view body, net::HttpResponder respond,
                         const std::function<void(net::Task)>& post) {
    const auto line = control_line(body);
    if (!line) {
        return respond(refusal(400, kExitUsage, line.error().text));
    }
    if (is_busy_) {
        return respond(
            refusal(409, kExitNotReady,
                    "another command is under way: look what came of it, and try again"));
    }
    const std::scoped_lock lock{mutex_};
    if (is_closed_) {
        return respond(refusal(503, kExitNotReady, "the daemon is ending, and takes no command"));
    }
    if (thread_.joinable()) {
        thread_.join();  // It has answered, and ends.
    }
    is_busy_ = true;
    telemetry::info("ops", "a command of the dashboard: {}", *line);
    thread_ = std::thread{[this, line = *line, respond = std::move(respond), post]() mutable {
        send(line, std::move(respond), post);
    }};
}

void ControlRelay::send(const std::string& line, net::HttpResponder respond,
                        const std::function<void(net::Task)>& post) {
    auto answer = ops::control_request(socket_, line);
    post([this, answer = std::move(answer), respond = std::move(respond)]() mutable {
        is_busy_ = false;
        respond(answer ? json_response(200, std::move(*answer))
                       : refusal(502, kExitNotReady,
                                 fmt::format("whether it was done is not known: {}; look at the "
                                             "state",
                                             answer.error().text)));
    });
}

void ControlRelay::close() {
    const std::scoped_lock lock{mutex_};
    is_closed_ = true;
    if (thread_.joinable()) {
        thread_.join();
    }
}

}  // namespace sniperforge::app
