// SPDX-License-Identifier: MIT
// Standard error under systemd: it is the journal's, if JOURNAL_STREAM names its device and inode
// (systemd.exec(5)). The journal notes the time of a line itself, and takes "<4>" before it for the
// line's priority (sd-daemon(3)).
#pragma once

#include <string>
#include <string_view>

#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::telemetry {

[[nodiscard]] bool is_stderr_journal();
// "<3>" for an error, up to "<7>".
[[nodiscard]] std::string_view journal_prefix(Level level);
// For the journal with the prefix before each of its lines; else as it is.
[[nodiscard]] std::string prioritised(Level level, std::string text);

}  // namespace sniperforge::telemetry
