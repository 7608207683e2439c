// SPDX-License-Identifier: MIT
// AccessToken: what a client of the admin server shows. Only its digest is kept, so that no copy of
// ours can be logged, dumped or compared byte by byte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/sha256.hpp"

namespace sniperforge::ops {

// 128 bits where each character is a hexadecimal digit; what we make has 256.
inline constexpr std::size_t kTokenCharactersMin = 32;
inline constexpr std::size_t kTokenCharactersMax = 512;

class AccessToken {
 public:
    // The text as a file has it; white space at its end is not part of it. An error says what is
    // wrong with it and never repeats it.
    [[nodiscard]] static Result<AccessToken> from_text(std::string_view text);

    // Takes the same time wherever the two differ.
    [[nodiscard]] bool matches(std::string_view shown) const;
    // Of two of ours.
    [[nodiscard]] bool operator==(const AccessToken&) const = default;

 private:
    explicit AccessToken(const Sha256::Digest& digest) : digest_{digest} {}

    Sha256::Digest digest_;
};

}  // namespace sniperforge::ops
