// SPDX-License-Identifier: MIT
// What the soak prints. docs/soak.md says what each figure means.
#pragma once

#include <vector>

#include "client.hpp"

namespace sniperforge::soak {

// `has_own_process`: CPU and memory are those of the client alone.
void print_report(const Result& result, bool has_own_process);
void print_resubscribing(const std::vector<Duration>& sorted);
// Every violation; the exit code.
[[nodiscard]] int print_verdict(const Result& result);

}  // namespace sniperforge::soak
