// SPDX-License-Identifier: MIT
// A keystore may come from anywhere: any text is refused with a reason, or is one whose cost is
// within the bounds. With its checksum put right, most of what a fuzzer makes gets past that door.
// Nothing is derived: that takes 0.1 s at least.
#include <string>
#include <string_view>

#include "fuzz_target.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/signer/keystore.hpp"
#include "sniperforge/solana/sha256.hpp"

namespace sniperforge::signer {
namespace {

void check(std::string_view text) {
    const auto address = keystore_address(text);
    if (!address) {
        SF_ASSERT(!address.error().text.empty());
        // Refused before the passphrase is looked at.
        SF_ASSERT(open_keystore(text, "").error() == address.error());
        return;
    }
    SF_ASSERT(is_keystore(text) && text.size() <= kKeystoreBytesMax);
    SF_ASSERT(text.find("\naddress " + address->to_string() + "\n") != std::string_view::npos);
    // Bounds once more, with eyes of our own: one digit of passes, KiB from 64 Mi to 1 Gi.
    const auto passes = text.find("\nopslimit ") + 10;
    SF_ASSERT(text[passes] >= '2' && text[passes] <= '4' && text[passes + 1] == '\n');
    const auto memory = text.find("\nmemlimit ") + 10;
    const std::string digits{text.substr(memory, text.find('\n', memory) - memory)};
    SF_ASSERT(digits.size() >= 8 && digits.size() <= 10);
    const auto bytes = std::stoull(digits);
    SF_ASSERT(bytes >= 67'108'864 && bytes <= 1'073'741'824 && bytes % 1'024 == 0);
}

}  // namespace
}  // namespace sniperforge::signer

SF_FUZZ_TARGET {
    using namespace sniperforge;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    signer::check(text);
    const std::string lines{text.substr(0, text.rfind("checksum "))};
    signer::check(lines + "checksum " + hex_encode(solana::sha256(bytes_of(lines)).bytes) + "\n");
    return 0;
}
