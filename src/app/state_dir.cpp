// SPDX-License-Identifier: MIT
#include "app/state_dir.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "sniperforge/journal/journal.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

// Everything that a run writes into its directory.
constexpr const char* kRunFiles[] = {"journal.sfj",   "journal.sfj.cut",   "journal.sfj.part",
                                     "trades.sqlite", "trades.sqlite-wal", "trades.sqlite-shm",
                                     "intents.ring",  "control.sock",      "trades.sqlite.behind",
                                     "creators.sfc",  "creators.sfc.new"};

// Those that are in the directory, the segments of the journal first.
[[nodiscard]] std::vector<std::string> run_files_in(const std::string& path) {
    std::vector<std::string> names = journal::files_of(path + "/journal.sfj");
    for (const char* name : kRunFiles) {
        std::error_code error;
        if (fs::exists(fs::path{path} / name, error)) {
            names.emplace_back(name);
        }
    }
    return names;
}

[[nodiscard]] Result<std::string> state_root() {
    if (const char* xdg = std::getenv("XDG_STATE_HOME"); xdg != nullptr && *xdg == '/') {
        return std::string{xdg} + "/sniperforge";
    }
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
        return std::string{home} + "/.local/state/sniperforge";
    }
    return fail("neither XDG_STATE_HOME nor HOME is set; name a directory with --state-dir");
}

}  // namespace

Result<std::string> default_state_dir(const std::string& mode) {
    auto root = state_root();
    if (!root) {
        return root;
    }
    return *root + "/" + mode;
}

Result<std::string> state_dir_of(const std::string& named, const std::string& mode) {
    return named.empty() ? default_state_dir(mode) : named;
}

Result<void> create_state_dir(const std::string& path) {
    std::error_code error;
    const bool is_new = fs::create_directories(path, error);
    if (error) {
        return fail(
            fmt::format("creating the state directory {}: {}; name another with --state-dir", path,
                        error.message()));
    }
    if (is_new) {
        fs::permissions(path, fs::perms::owner_all, error);
    }
    return {};
}

FileLock::~FileLock() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}
FileLock::FileLock(FileLock&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Result<FileLock> FileLock::take(const std::string& path, const std::string& what,
                                std::string_view instead) {
    FileLock lock;
    lock.fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock.fd_ < 0) {
        return fail(fmt::format("opening the lock {}: {}", path, std::strerror(errno)));
    }
    if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
        return fail(
            fmt::format("{} is in use by another sniperforge (lock {}); stop that one first{}",
                        what, path, instead));
    }
    return lock;
}

bool FileLock::is_held(const std::string& path) {
    FileLock lock;
    lock.fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    // Shared: two that ask at a time do not take each other for one that runs.
    return lock.fd_ >= 0 && ::flock(lock.fd_, LOCK_SH | LOCK_NB) != 0;
}

Result<FileLock> open_state_dir(const std::string& path) {
    if (auto created = create_state_dir(path); !created) {
        return Err{created.error()};
    }
    return FileLock::take(path + "/lock", "the state directory " + path,
                          ", or choose another --state-dir");
}

Result<void> clear_run_files(const std::string& path) {
    for (const std::string& name : run_files_in(path)) {
        std::error_code error;
        fs::remove(fs::path{path} / name, error);
        if (error) {
            return fail(fmt::format("removing {} of an earlier run from {}: {}", name, path,
                                    error.message()));
        }
    }
    return {};
}

std::optional<std::string> run_file_in(const std::string& path) {
    const auto names = run_files_in(path);
    return names.empty() ? std::nullopt : std::optional{names.front()};
}

Result<std::string> set_run_files_aside(const std::string& path) {
    std::string aside;
    std::error_code error;
    for (int number = 1; aside.empty(); ++number) {
        const std::string candidate = fmt::format("{}/set-aside-{}", path, number);
        if (fs::create_directory(candidate, error)) {
            aside = candidate;
        } else if (error) {
            return fail(fmt::format("creating {}: {}", candidate, error.message()));
        }
    }
    for (const std::string& name : run_files_in(path)) {
        const fs::path file = fs::path{path} / name;
        fs::rename(file, fs::path{aside} / name, error);
        if (error) {
            return fail(fmt::format("moving {} to {}: {}", file.string(), aside, error.message()));
        }
    }
    return aside;
}

Result<FileLock> lock_wallet_file(const Pubkey& wallet) {
    auto root = state_root();
    if (!root) {
        return Err{root.error()};
    }
    const std::string directory = *root + "/locks";
    if (auto created = create_state_dir(directory); !created) {
        return Err{created.error()};
    }
    return FileLock::take(directory + "/" + wallet.to_string(), "the wallet " + wallet.to_string(),
                          ": a wallet has one, whatever its --state-dir");
}

}  // namespace sniperforge::app
