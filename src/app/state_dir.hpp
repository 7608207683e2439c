// SPDX-License-Identifier: MIT
// Where a run keeps its files, and the lock that keeps a second daemon out of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::app {

// $XDG_STATE_HOME/sniperforge/MODE, by default ~/.local/state/sniperforge/MODE.
[[nodiscard]] Result<std::string> default_state_dir(const std::string& mode);
// The one that was named, or the mode's own where none was.
[[nodiscard]] Result<std::string> state_dir_of(const std::string& named, const std::string& mode);

// Holds an exclusive lock on a file until it goes.
class FileLock {
 public:
    FileLock() = default;
    ~FileLock();
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    // `what` names the locked thing in the error.
    // `instead` is what else can be done where another process has it, or empty.
    [[nodiscard]] static Result<FileLock> take(const std::string& path, const std::string& what,
                                               std::string_view instead);
    // Whether another process has it. Creates no file.
    [[nodiscard]] static bool is_held(const std::string& path);

 private:
    int fd_ = -1;
};

// Mode 0700 where it is new.
[[nodiscard]] Result<void> create_state_dir(const std::string& path);
// Creates the directory and locks it.
[[nodiscard]] Result<FileLock> open_state_dir(const std::string& path);
// Removes the files of an earlier run; sim starts fresh. Touches only files of our own names.
[[nodiscard]] Result<void> clear_run_files(const std::string& path);
// The first file of a run that is there; nothing: the directory is empty of them.
[[nodiscard]] std::optional<std::string> run_file_in(const std::string& path);
// Moves them into a new directory beside, which it returns: they are of another chain or wallet.
[[nodiscard]] Result<std::string> set_run_files_aside(const std::string& path);
// Against this user alone: WalletLock is what keeps others out too.
[[nodiscard]] Result<FileLock> lock_wallet_file(const Pubkey& wallet);

}  // namespace sniperforge::app
