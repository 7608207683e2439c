// SPDX-License-Identifier: MIT
#include "app/signals.hpp"

#include <csignal>

namespace sniperforge::app {
namespace {

volatile std::sig_atomic_t stop_signal = 0;

void on_signal(int) { stop_signal = 1; }

}  // namespace

void install_signal_handlers() {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    std::signal(SIGPIPE, SIG_IGN);
}

bool is_stop_signalled() { return stop_signal != 0; }

}  // namespace sniperforge::app
