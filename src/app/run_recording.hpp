// SPDX-License-Identifier: MIT
// The recording of a run: its header, and how it ends.
#pragma once

#include <memory>
#include <string>

#include "app/daemon.hpp"
#include "sniperforge/recording/recording.hpp"

namespace sniperforge::app {

// Null where the options name no file for it.
[[nodiscard]] Result<std::unique_ptr<recording::Recording>> open_recording(
    net::Reactor& reactor, const Pubkey& wallet, const DaemonOptions& options);
// What went wrong is in the log: the run itself is none the worse.
void close_recording(recording::Recording* recording, const std::string& journal_sha256);

}  // namespace sniperforge::app
