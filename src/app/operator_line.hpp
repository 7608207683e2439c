// SPDX-License-Identifier: MIT
// A line to the terminal of a process that may hold positions.
#pragma once

#include <cstdio>
#include <string>

namespace sniperforge::app {

// With a line end. The terminal may be gone, or its file's disk full: what cannot be written is
// lost, and nothing else.
void tell_operator(std::string line, std::FILE* terminal = stderr);

}  // namespace sniperforge::app
