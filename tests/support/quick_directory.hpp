// SPDX-License-Identifier: MIT
// Where a test keeps files that it syncs hundreds of times: in memory, where the machine has that.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace sniperforge::test {

// The root; who takes it makes a directory of its own in it, and removes that.
[[nodiscard]] inline std::filesystem::path quick_root() {
    const std::filesystem::path memory{"/dev/shm"};
    return ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory
                                                      : std::filesystem::path{::testing::TempDir()};
}

}  // namespace sniperforge::test
