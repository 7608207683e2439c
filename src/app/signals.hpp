// SPDX-License-Identifier: MIT
// SIGINT and SIGTERM as a flag that the loop's tick reads.
#pragma once

namespace sniperforge::app {

void install_signal_handlers();
[[nodiscard]] bool is_stop_signalled();

}  // namespace sniperforge::app
