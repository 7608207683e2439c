// SPDX-License-Identifier: MIT
#include "sniperforge/ops/access_token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sniperforge/core/bytes.hpp"

namespace sniperforge::ops {
namespace {

// RFC 6750 section 2.1: what may stand behind "Bearer ".
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
// 32 random hexadecimal digits have fewer different ones once in a million; words and repeated
// keys, mostly.
constexpr std::size_t kDifferentMin = 8;

[[nodiscard]] Sha256::Digest digest_of(std::string_view text) {
    Sha256 hash;
    hash.update(bytes_of(text));
    return hash.digest();
}

}  // namespace

Result<AccessToken> AccessToken::from_text(std::string_view text) {
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    if (text.size() < kTokenCharactersMin || text.size() > kTokenCharactersMax) {
        return fail(
            fmt::format("the token has {} characters, and {} to {} are wanted; write one with: "
                        "openssl rand -hex 32",
                        text.size(), kTokenCharactersMin, kTokenCharactersMax));
    }
    if (text.find_first_not_of(kAlphabet) != std::string_view::npos) {
        return fail(
            "the token holds characters other than letters, digits and -._~+/= ; write one with: "
            "openssl rand -hex 32");
    }
    const std::size_t different = std::set<char>(text.begin(), text.end()).size();
    if (different < kDifferentMin) {
        return fail(
            fmt::format("the token is made of {} different characters, and can be guessed; write "
                        "one with: openssl rand -hex 32",
                        different));
    }
    return AccessToken{digest_of(text)};
}

bool AccessToken::matches(std::string_view shown) const {
    const Sha256::Digest other = digest_of(shown);
    unsigned difference = 0;
    for (std::size_t i = 0; i < digest_.size(); ++i) {
        difference |= static_cast<unsigned>(digest_[i] ^ other[i]);
    }
    return difference == 0;
}

}  // namespace sniperforge::ops
