// SPDX-License-Identifier: MIT
// SIGINT and SIGTERM as a flag that the loop's tick reads, SIGHUP as one that the control thread
// takes.
#pragma once

namespace sniperforge::app {

void install_signal_handlers();
// For a daemon alone: everything else ends with its terminal.
void install_reload_handler();
[[nodiscard]] bool is_stop_signalled();
// One came since the last call: the settings are to be read again.
[[nodiscard]] bool take_reload_signal();

}  // namespace sniperforge::app
