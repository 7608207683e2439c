// SPDX-License-Identifier: MIT
#include "app/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace sniperforge::app {
namespace {

class OpenFile {
 public:
    explicit OpenFile(int fd) : fd_{fd} {}
    ~OpenFile() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
    int fd_;
};

[[nodiscard]] std::unexpected<Error> failed(std::string_view doing, std::string_view what,
                                            const std::string& path) {
    return fail(fmt::format("{} {} {}: {}", doing, what, path, std::strerror(errno)));
}

[[nodiscard]] Result<void> check_access(int fd, const std::string& path, std::string_view what,
                                        FileAccess access) {
    struct stat status{};
    if (::fstat(fd, &status) != 0) {
        return failed("looking at", what, path);
    }
    if (S_ISDIR(status.st_mode)) {
        return fail(fmt::format("{} {} is a directory; name a file", what, path));
    }
    const mode_t forbidden = access == FileAccess::OwnerOnly ? S_IRWXG | S_IRWXO : S_IRWXO;
    if ((status.st_mode & forbidden) != 0) {
        return fail(
            fmt::format("{} {} is open to others than its owner (mode {:04o}); type: chmod 600 {}",
                        what, path, status.st_mode & 07777U, path));
    }
    return {};
}

[[nodiscard]] bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// The new name itself must survive a loss of power: money may be sent to the address at once.
[[nodiscard]] bool sync_directory_of(const std::string& path) {
    const auto parent = std::filesystem::path{path}.parent_path();
    const OpenFile directory{
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return directory.is_open() && ::fsync(directory.fd()) == 0;
}

}  // namespace

Result<void> make_undumpable() {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return fail(
            fmt::format("switching core dumps off before a key is read: {}; no key is read "
                        "without",
                        std::strerror(errno)));
    }
    return {};
}

Result<solana::SecretBuffer> locked_buffer(std::size_t size) {
    if (auto closed = make_undumpable(); !closed) {
        return Err{closed.error()};
    }
    auto buffer = solana::SecretBuffer::allocate(size);
    if (buffer) {
        if (auto checked = check_locked(buffer->is_locked()); !checked) {
            return Err{checked.error()};
        }
    }
    return buffer;
}

Result<void> check_locked(bool is_locked) {
    if (is_locked) {
        return {};
    }
    rlimit limit{};
    ::getrlimit(RLIMIT_MEMLOCK, &limit);
    return fail(fmt::format(
        "the system does not lock the memory of a key, and swapping would put the key on "
        "the disk (the limit is {} bytes, 64 KiB are enough); raise it: ulimit -l 64, or "
        "LimitMEMLOCK=64K in the systemd unit",
        limit.rlim_cur));
}

Result<solana::SecretBuffer> read_private_file(const std::string& path, std::string_view what,
                                               std::size_t bytes_max, FileAccess access,
                                               SecretMemory memory) {
    const OpenFile file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (!file.is_open()) {
        return failed("reading", what, path);
    }
    if (auto checked = check_access(file.fd(), path, what, access); !checked) {
        return Err{checked.error()};
    }
    const std::size_t room = bytes_max + 1;  // One more shows that there is more.
    auto text =
        memory == SecretMemory::Locked ? locked_buffer(room) : solana::SecretBuffer::allocate(room);
    if (!text) {
        return text;
    }
    std::size_t size = 0;
    while (size < text->size()) {
        const auto rest = text->bytes().subspan(size);
        const ssize_t count = ::read(file.fd(), rest.data(), rest.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return failed("reading", what, path);
        }
        if (count == 0) {
            break;
        }
        size += static_cast<std::size_t>(count);
    }
    if (size > bytes_max) {
        return fail(fmt::format("reading {} {}: it is longer than {} bytes, which none is", what,
                                path, bytes_max));
    }
    text->shrink(size);
    return text;
}

Result<void> write_private_file(const std::string& path, std::string_view what,
                                std::string_view text) {
    const OpenFile file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (!file.is_open()) {
        return fail(
            fmt::format("creating {} {}: {}{}", what, path, std::strerror(errno),
                        errno == EEXIST ? "; it is never overwritten, choose another --out" : ""));
    }
    if (!write_all(file.fd(), text) || ::fsync(file.fd()) != 0 || !sync_directory_of(path)) {
        const auto problem = failed("writing", what, path);
        ::unlink(path.c_str());
        return problem;
    }
    return {};
}

}  // namespace sniperforge::app
