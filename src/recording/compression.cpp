// SPDX-License-Identifier: MIT
#include "recording/compression.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::recording {
namespace {

// zstd's own default: some hundreds of megabytes a second, and most of what there is to gain.
constexpr int kLevel = 3;

}  // namespace

struct Compressor::Context {
    ZSTD_CCtx* zstd = ZSTD_createCCtx();
    Context() { SF_ASSERT(zstd != nullptr); }
    ~Context() { ZSTD_freeCCtx(zstd); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
};

Compressor::Compressor() : context_{std::make_unique<Context>()} {}
Compressor::~Compressor() = default;

void Compressor::append(BytesView bytes, Bytes& out) {
    const std::size_t before = out.size();
    out.resize(before + ZSTD_compressBound(bytes.size()));
    const std::size_t stored =
        ZSTD_compressCCtx(context_->zstd, out.data() + before, out.size() - before, bytes.data(),
                          bytes.size(), kLevel);
    SF_ASSERT(ZSTD_isError(stored) == 0);  // There is room for the worst case.
    out.resize(before + stored);
}

Result<Bytes> decompress(BytesView stored, std::size_t bytes) {
    Bytes out(bytes);
    const std::size_t got = ZSTD_decompress(out.data(), out.size(), stored.data(), stored.size());
    if (ZSTD_isError(got) != 0) {
        return fail(fmt::format("zstd: {}", ZSTD_getErrorName(got)));
    }
    if (got != bytes) {
        return fail(fmt::format("zstd gives {} bytes where {} were written", got, bytes));
    }
    return out;
}

}  // namespace sniperforge::recording
