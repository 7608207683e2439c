// SPDX-License-Identifier: MIT
#include "journal/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace sniperforge::journal {

File::~File() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

std::unexpected<Error> File::failed(std::string_view action) const {
    return fail(fmt::format("{} {}: {}", action, path_, std::strerror(errno)));
}

Result<File> File::open(const std::string& path, int flags) {
    File file;
    file.path_ = path;
    file.fd_ = ::open(path.c_str(), flags | O_CLOEXEC, 0640);
    if (file.fd_ < 0) {
        return file.failed("opening");
    }
    return file;
}

Result<void> File::lock() const {
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) {
        return {};
    }
    if (errno == EWOULDBLOCK) {
        return fail(fmt::format(
            "{} is being written by another sniperforge; stop that one or use another --state-dir",
            path_));
    }
    return failed("locking");
}

Result<std::uint64_t> File::size() const {
    struct stat status{};
    if (::fstat(fd_, &status) != 0) {
        return failed("reading the size of");
    }
    return static_cast<std::uint64_t>(status.st_size);
}

Result<std::size_t> File::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got =
            ::pread(fd_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return failed("reading");
        }
        if (got == 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    return done;
}

File::Written File::write_at(std::uint64_t offset, std::span<const std::uint8_t> bytes) const {
    Written written;
    const std::size_t asked = bytes.size();
    if (disk_ != nullptr) {
        bytes = bytes.first(std::min(disk_->take(offset, asked), asked));
    }
    while (written.bytes < bytes.size()) {
        const ssize_t put =
            ::pwrite(fd_, bytes.data() + written.bytes, bytes.size() - written.bytes,
                     static_cast<off_t>(offset + written.bytes));
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            written.result = failed(fmt::format("writing {} bytes to", asked));
            return written;
        }
        written.bytes += static_cast<std::size_t>(put);
    }
    if (written.bytes < asked) {
        errno = ENOSPC;
        written.result = failed(fmt::format("writing {} bytes to", asked));
    }
    return written;
}

Result<void> File::rename(const std::string& path) {
    if (::rename(path_.c_str(), path.c_str()) != 0) {
        return failed(fmt::format("giving the name {} to", path));
    }
    path_ = path;
    return {};
}

Result<void> File::rename_as_new(const std::string& path) {
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
        path_ = path;
        return {};
    }
    // Not of every filesystem. A second name never replaces one.
    const bool is_unknown = errno == EINVAL || errno == ENOSYS;
    if (!is_unknown || ::link(path_.c_str(), path.c_str()) != 0 || ::unlink(path_.c_str()) != 0) {
        return failed(fmt::format("giving the name {} to", path));
    }
    path_ = path;
    return {};
}

Result<void> File::truncate(std::uint64_t size) const {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) {
        return failed(fmt::format("cutting to {} bytes", size));
    }
    return {};
}

Result<void> File::sync_data() const {
    if (disk_ != nullptr && !disk_->sync()) {
        errno = EIO;
        return failed("fdatasync of");
    }
    if (::fdatasync(fd_) != 0) {
        return failed("fdatasync of");
    }
    return {};
}

Result<void> File::sync_directory() const {
    std::filesystem::path directory = std::filesystem::path{path_}.parent_path();
    if (directory.empty()) {
        directory = ".";
    }
    const auto opened = File::open(directory.string(), O_RDONLY | O_DIRECTORY);
    if (!opened) {
        return Err<Error>{opened.error()};
    }
    // Some filesystems cannot sync a directory (EINVAL); their names are durable without it.
    if (::fsync(opened->fd()) != 0 && errno != EINVAL) {
        return opened->failed("fsync of directory");
    }
    return {};
}

}  // namespace sniperforge::journal
