// SPDX-License-Identifier: MIT
// zstd, behind this door.
#pragma once

#include <cstdint>
#include <memory>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::recording {

class Compressor {
 public:
    Compressor();
    ~Compressor();
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;

    // Appends what it makes of the bytes.
    void append(BytesView bytes, Bytes& out);

 private:
    struct Context;
    std::unique_ptr<Context> context_;
};

// What was compressed must be exactly so long.
[[nodiscard]] Result<Bytes> decompress(BytesView stored, std::size_t bytes);

}  // namespace sniperforge::recording
