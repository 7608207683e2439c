// SPDX-License-Identifier: MIT
#include "app/signals.hpp"

#include <atomic>
#include <csignal>

namespace sniperforge::app {
namespace {

volatile std::sig_atomic_t stop_signal = 0;

std::atomic<bool> reload_signal = false;
static_assert(std::atomic<bool>::is_always_lock_free);  // What a handler may touch.

void on_signal(int) { stop_signal = 1; }
void on_reload_signal(int) { reload_signal = true; }

}  // namespace

void install_signal_handlers() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    std::signal(SIGPIPE, SIG_IGN);
}

void install_reload_handler() { std::signal(SIGHUP, on_reload_signal); }

bool is_stop_signalled() { return stop_signal != 0; }
bool take_reload_signal() { return reload_signal.exchange(false); }

}  // namespace sniperforge::app
