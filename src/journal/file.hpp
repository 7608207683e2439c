// SPDX-License-Identifier: MIT
// An owned file descriptor and the few calls on it, with errors that name the path.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "sniperforge/core/result.hpp"
#include "sniperforge/journal/disk.hpp"

namespace sniperforge::journal {

class File {
 public:
    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    File(File&& other) noexcept
        : fd_{std::exchange(other.fd_, -1)}, path_{std::move(other.path_)}, disk_{other.disk_} {}
    File& operator=(File&& other) noexcept {
        std::swap(fd_, other.fd_);
        std::swap(path_, other.path_);
        std::swap(disk_, other.disk_);
        return *this;
    }
    ~File();

    // `flags` of open(2); O_CLOEXEC is added. New files get the mode 0640.
    [[nodiscard]] static Result<File> open(const std::string& path, int flags);

    // Writes and syncs ask it from now on; it outlives the file. Null: nobody is asked.
    void set_disk(Disk* disk) { disk_ = disk; }

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] const std::string& path() const { return path_; }

    // flock(LOCK_EX) without waiting; lasts as long as the descriptor.
    [[nodiscard]] Result<void> lock() const;
    [[nodiscard]] Result<std::uint64_t> size() const;
    // As many bytes as there are, up to the span's size.
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                              std::span<std::uint8_t> out) const;
    // How many bytes were written, and whether that was all of them.
    struct Written {
        std::size_t bytes = 0;
        Result<void> result;
    };
    [[nodiscard]] Written write_at(std::uint64_t offset, std::span<const std::uint8_t> bytes) const;
    // Whatever is there is replaced; durable with the directory.
    [[nodiscard]] Result<void> rename(const std::string& path);
    // Where there is one of that name already it is an error.
    [[nodiscard]] Result<void> rename_as_new(const std::string& path);
    [[nodiscard]] Result<void> truncate(std::uint64_t size) const;
    [[nodiscard]] Result<void> sync_data() const;
    // Makes a new file's name durable.
    [[nodiscard]] Result<void> sync_directory() const;

 private:
    [[nodiscard]] std::unexpected<Error> failed(std::string_view action) const;

    int fd_ = -1;
    std::string path_;
    Disk* disk_ = nullptr;
};

}  // namespace sniperforge::journal
