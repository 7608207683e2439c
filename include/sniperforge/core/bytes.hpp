// SPDX-License-Identifier: MIT
// Little-endian reads and writes over byte spans. Readers check bounds once per layout: call
// them only after the length was checked, or use ByteReader, which fails instead.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

// The bytes of a text, without a copy: the text must outlive the view.
[[nodiscard]] inline BytesView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The target is little-endian (x86-64, aarch64): checked here, relied on below.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

template <typename Integer>
[[nodiscard]] Integer read_le(BytesView bytes, std::size_t offset) {
    SF_ASSERT(offset <= bytes.size() && sizeof(Integer) <= bytes.size() - offset);
    Integer value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

template <typename Integer>
void write_le(std::span<std::uint8_t> bytes, std::size_t offset, Integer value) {
    SF_ASSERT(offset <= bytes.size() && sizeof(Integer) <= bytes.size() - offset);
    std::memcpy(bytes.data() + offset, &value, sizeof value);
}

template <typename Integer>
void append_le(Bytes& bytes, Integer value) {
    const auto old_size = bytes.size();
    bytes.resize(old_size + sizeof value);
    std::memcpy(bytes.data() + old_size, &value, sizeof value);
}

inline void append(Bytes& bytes, BytesView more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

// A cursor that never reads past the end: after the first short read `ok()` is false and every
// further read yields zeros. Check `ok()` once at the end.
class ByteReader {
 public:
    explicit ByteReader(BytesView bytes) : bytes_{bytes} {}

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] std::size_t remaining() const { return bytes_.size() - position_; }

    template <typename Integer>
    [[nodiscard]] Integer read() {
        Integer value{};
        if (const auto raw = take(sizeof value); raw.size() == sizeof value) {
            std::memcpy(&value, raw.data(), sizeof value);
        }
        return value;
    }
    // The next `count` bytes, or an empty view (and not ok) when there are fewer.
    [[nodiscard]] BytesView take(std::size_t count) {
        if (!ok_ || count > remaining()) {
            ok_ = false;
            return {};
        }
        const auto view = bytes_.subspan(position_, count);
        position_ += count;
        return view;
    }
    template <typename Key>
    [[nodiscard]] Key read_key() {
        const auto raw = take(Key::kSize);
        return raw.size() == Key::kSize ? Key::from(raw) : Key{};
    }

 private:
    BytesView bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

}  // namespace sniperforge
