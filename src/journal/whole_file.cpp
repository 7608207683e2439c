// SPDX-License-Identifier: MIT
#include "sniperforge/journal/whole_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "journal/file.hpp"
#include "sniperforge/journal/crc32c.hpp"

namespace sniperforge::journal {
namespace {

// Magic, u32 version, u32 CRC-32C of all the others, u64 bytes of the content.
constexpr std::size_t kHeadBytes = 24;
constexpr std::size_t kVersionAt = 8, kSumAt = 12, kLengthAt = 16;

using Head = std::array<std::uint8_t, kHeadBytes>;

[[nodiscard]] Head head_of(const WholeFileForm& form, BytesView content) {
    Head head{};
    const std::span<std::uint8_t> bytes{head};
    std::ranges::copy(form.magic, head.begin());
    write_le(bytes, kVersionAt, form.version);
    write_le(bytes, kLengthAt, std::uint64_t{content.size()});
    const std::uint32_t sum = crc32c(bytes.first(kSumAt));
    write_le(bytes, kSumAt, crc32c(content, crc32c(bytes.subspan(kLengthAt), sum)));
    return head;
}

}  // namespace

Result<void> write_whole_file(const std::string& path, const WholeFileForm& form,
                              BytesView content) {
    if (content.size() > form.bytes_max) {
        return fail(fmt::format("writing {}: {} bytes > {}, which is the most that is read again",
                                path, content.size(), form.bytes_max));
    }
    auto file = File::open(path + ".new", O_RDWR | O_CREAT | O_TRUNC);
    if (!file) {
        return Err{file.error()};
    }
    if (auto written = file->write_at(0, head_of(form, content)); !written.result) {
        return written.result;
    }
    if (auto written = file->write_at(kHeadBytes, content); !written.result) {
        return written.result;
    }
    if (auto synced = file->sync_data(); !synced) {
        return synced;
    }
    if (auto named = file->rename(path); !named) {
        return named;
    }
    return file->sync_directory();
}

Result<std::optional<Bytes>> read_whole_file(const std::string& path, const WholeFileForm& form) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        return std::optional<Bytes>{};
    }
    auto file = File::open(path, O_RDONLY);
    if (!file) {
        return Err{file.error()};
    }
    const auto size = file->size();
    if (!size) {
        return Err{size.error()};
    }
    if (*size < kHeadBytes || *size - kHeadBytes > form.bytes_max) {
        return fail(fmt::format("reading {}: it has {} bytes, and {} to {} are possible", path,
                                *size, kHeadBytes, kHeadBytes + form.bytes_max));
    }
    Head head{};
    Bytes content(*size - kHeadBytes);
    const auto head_read = file->read_at(0, head);
    const auto content_read = file->read_at(kHeadBytes, content);
    if (!head_read || !content_read) {
        return Err{head_read ? content_read.error() : head_read.error()};
    }
    if (!std::ranges::equal(form.magic, std::span{head}.first(form.magic.size()))) {
        return fail(fmt::format("reading {}: it begins as a file of another kind", path));
    }
    if (const auto version = read_le<std::uint32_t>(head, kVersionAt); version != form.version) {
        return fail(fmt::format("reading {}: it is of version {}, and this program reads {}", path,
                                version, form.version));
    }
    if (head_of(form, content) != head) {
        return fail(fmt::format("reading {}: its checksum is wrong: it is damaged", path));
    }
    return std::optional{std::move(content)};
}

}  // namespace sniperforge::journal
