// SPDX-License-Identifier: MIT
// The two ways in which decoding a transaction fails.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

#include "sniperforge/solana/message.hpp"

namespace sniperforge::solana {

[[nodiscard]] inline std::unexpected<DecodeError> malformed(std::string text) {
    return std::unexpected<DecodeError>{DecodeError{{std::move(text)}, DecodeErrorKind::Malformed}};
}

[[nodiscard]] inline std::unexpected<DecodeError> unsupported_version(unsigned version) {
    return std::unexpected<DecodeError>{DecodeError{
        {fmt::format("transaction version {} cannot be decoded by this build", version)},
        DecodeErrorKind::UnsupportedVersion}};
}

}  // namespace sniperforge::solana
