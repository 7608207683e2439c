// SPDX-License-Identifier: MIT
#include "sniperforge/dataset/text_file.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <memory>

namespace sniperforge::dataset {
namespace {

constexpr std::size_t kChunkBytes = 65'536;

struct GzipClose {
    void operator()(gzFile_s* file) const { gzclose(file); }
};

}  // namespace

Result<std::string> read_text(const std::string& path, std::size_t bytes_max) {
    // zlib passes plain files through unchanged.
    const std::unique_ptr<gzFile_s, GzipClose> file{gzopen(path.c_str(), "rb")};
    if (!file) {
        return fail(fmt::format("cannot open {}: check the path", path));
    }
    std::string text;
    std::array<char, kChunkBytes> chunk{};
    for (;;) {
        const int got = gzread(file.get(), chunk.data(), static_cast<unsigned>(chunk.size()));
        if (got < 0) {
            int code = Z_OK;
            return fail(
                fmt::format("{}: the file is damaged: {}", path, gzerror(file.get(), &code)));
        }
        if (got == 0) {
            break;
        }
        text.append(chunk.data(), static_cast<std::size_t>(got));
        if (text.size() > bytes_max) {
            return fail(fmt::format("{}: unpacks to more than {} bytes", path, bytes_max));
        }
    }
    // A file that was cut reads as one that ends early, and only this tells.
    int code = Z_OK;
    const char* reason = gzerror(file.get(), &code);
    if (code != Z_OK && code != Z_STREAM_END) {
        return fail(fmt::format("{}: the file is damaged: {}", path, reason));
    }
    return text;
}

}  // namespace sniperforge::dataset
