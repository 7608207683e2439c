// SPDX-License-Identifier: MIT
// SecretScrubber: takes an endpoint's secrets out of texts before anybody reads them. Our own
// messages never hold a URL; but gateways repeat a key or a path that they refuse, and what they
// say ends in our errors and logs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sniperforge::net {

// Shorter texts are not secrets, and taking them out would make messages unreadable.
inline constexpr std::size_t kSecretBytesMin = 6;
// Segments of a path: keys are long, or have digits; "solana-mainnet" and "rpc" are names.
inline constexpr std::size_t kPathSecretBytesMin = 16;
inline constexpr std::size_t kPathSecretWithDigitsBytesMin = 8;

class SecretScrubber {
 public:
    // Texts shorter than kSecretBytesMin are left alone.
    void add(std::string_view secret);
    // Whatever in the URL may be a secret: user and password, the values of the query, and segments
    // of the path that may be a key; as they are written and percent-decoded.
    void add_url(std::string_view url);

    [[nodiscard]] bool is_empty() const { return secrets_.empty(); }
    // The text with "***" in the place of each secret.
    [[nodiscard]] std::string scrub(std::string_view text) const;

 private:
    std::vector<std::string> secrets_;  // Longest first: one may be part of another.
};

}  // namespace sniperforge::net
