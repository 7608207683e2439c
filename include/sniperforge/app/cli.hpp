// SPDX-License-Identifier: MIT
// The command line: parses, runs one command, returns its exit code.
#pragma once

namespace sniperforge::app {

[[nodiscard]] int run_cli(int argc, char** argv);

}  // namespace sniperforge::app
