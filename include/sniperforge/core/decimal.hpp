// SPDX-License-Identifier: MIT
// Decimal text to integers and back, without floating point. "0.5" at scale 9 is 500,000,000.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge {

// Accepts digits with at most one point and at most `scale` digits after it; no sign, exponent,
// separator or spaces. The error quotes the text and shows the right form.
[[nodiscard]] Result<std::uint64_t> parse_decimal(std::string_view text, unsigned scale);

// Shortest exact form: 500000000 at scale 9 is "0.5", 3000000000 is "3".
[[nodiscard]] std::string format_decimal(std::uint64_t value, unsigned scale);
[[nodiscard]] std::string format_decimal(std::int64_t value, unsigned scale);

[[nodiscard]] inline Result<Lamports> parse_sol(std::string_view text) {
    auto raw = parse_decimal(text, 9);
    if (!raw) {
        return Err{raw.error()};
    }
    return Lamports{*raw};
}
[[nodiscard]] inline Result<MicroUsd> parse_usd(std::string_view text) {
    auto raw = parse_decimal(text, 6);
    if (!raw) {
        return Err{raw.error()};
    }
    return MicroUsd{*raw};
}
[[nodiscard]] inline std::string format_sol(Lamports amount) {
    return format_decimal(amount.raw(), 9);
}
[[nodiscard]] inline std::string format_sol(LamportsDelta amount) {
    return format_decimal(amount.raw(), 9);
}
[[nodiscard]] inline std::string format_usd(MicroUsd amount) {
    return format_decimal(amount.raw(), 6);
}

}  // namespace sniperforge
