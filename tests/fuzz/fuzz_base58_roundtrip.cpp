// SPDX-License-Identifier: MIT
// Bytes survive encoding and decoding; text that decodes is the only text of its bytes.
#include <algorithm>
#include <string_view>

#include "fuzz_target.hpp"
#include "sniperforge/core/base58.hpp"

namespace sniperforge {
namespace {

// What one transaction holds: the largest thing that is ever encoded.
constexpr std::size_t kBytesMax = 1232;

void check(std::span<const std::uint8_t> input) {
    if (input.size() <= kBytesMax) {
        const auto bytes = base58_decode(base58_encode(input));
        SF_ASSERT(bytes && std::ranges::equal(*bytes, input));
    }
    const std::string_view text{reinterpret_cast<const char*>(input.data()), input.size()};
    if (const auto bytes = base58_decode(text)) {
        SF_ASSERT(base58_encode(*bytes) == text);
    }
}

}  // namespace
}  // namespace sniperforge

SF_FUZZ_TARGET {
    sniperforge::check({data, size});
    return 0;
}
