// SPDX-License-Identifier: MIT
// What a call of a recording told its pipeline: the arguments in a frame.
#pragma once

#include <optional>
#include <tuple>

#include "recording/frame.hpp"

namespace sniperforge::recording {

// Nothing: they are not what this version writes.
template <typename... Args>
[[nodiscard]] std::optional<std::tuple<Args...>> read_args(const Frame& frame) {
    ArchiveReader archive{frame.args, kAsItIs, kLayoutNewest};
    std::tuple<Args...> args;
    std::apply([&](auto&... parts) { archive(parts...); }, args);
    return archive.is_complete() ? std::optional{std::move(args)} : std::nullopt;
}

// Of a `chain_update`, whose update is over the frame's bytes.
struct ToldUpdate {
    Trace trace;
    ReadUpdate read;
    // False: it is no update that this version writes.
    [[nodiscard]] bool take(const Frame& frame) {
        ByteReader bytes{frame.args};
        trace.received.ns = bytes.read<std::int64_t>();
        trace.decoded.ns = bytes.read<std::int64_t>();
        return read.read(bytes) && bytes.remaining() == 0;
    }
};

}  // namespace sniperforge::recording
