// SPDX-License-Identifier: MIT
// The tips that landed, as Jito publishes them: SOL as JSON numbers. They are read from their
// digits, so that no lamport is lost on the way through a double.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "sniperforge/execute/lanes.hpp"

namespace sniperforge::execute {
namespace {

constexpr std::array<std::uint32_t, 5> kTipPercentiles{25, 50, 75, 95, 99};

// "6.001e-06" SOL to 6,001 lamports, rounded up; nothing of what is no such number or no amount.
[[nodiscard]] std::optional<Lamports> lamports_of_sol(std::string_view text) {
    constexpr int kSolDigits = 9, kExponentMax = 30;
    constexpr std::size_t kDigitsMax = 36;
    const std::size_t e = text.find_first_of("eE");
    const std::string_view mantissa = text.substr(0, e);
    int exponent = 0;
    if (e != std::string_view::npos) {
        std::string_view digits = text.substr(e + 1);
        digits.remove_prefix(digits.starts_with('+') ? 1 : 0);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
        if (error != std::errc{} || end != digits.data() + digits.size() ||
            exponent > kExponentMax || exponent < -kExponentMax) {
            return std::nullopt;
        }
    }
    exponent += kSolDigits;
    u128 value = 0;
    std::size_t digits_read = 0;
    bool is_fraction = false;
    for (const char c : mantissa) {
        if (c == '.' && !is_fraction) {
            is_fraction = true;
            continue;
        }
        if (c < '0' || c > '9' || ++digits_read > kDigitsMax) {
            return std::nullopt;
        }
        value = value * 10 + static_cast<unsigned>(c - '0');
        exponent -= is_fraction ? 1 : 0;
    }
    bool is_rounded = false;
    for (; exponent < 0; ++exponent) {
        is_rounded = is_rounded || value % 10 != 0;
        value /= 10;
    }
    for (; exponent > 0; --exponent) {
        value *= 10;
        if (value > kU64Max) {
            return std::nullopt;
        }
    }
    value += is_rounded ? 1 : 0;
    if (digits_read == 0 || value > kU64Max) {
        return std::nullopt;
    }
    return Lamports{static_cast<std::uint64_t>(value)};
}

}  // namespace

Result<Lamports> parse_tip_floor(std::string_view body, std::uint32_t percentile) {
    const auto published = std::ranges::lower_bound(kTipPercentiles, percentile);
    const std::string name =
        fmt::format("landed_tips_{}th_percentile",
                    published == kTipPercentiles.end() ? kTipPercentiles.back() : *published);
    const simdjson::padded_string text{body};
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    simdjson::ondemand::array entries;
    if (parser.iterate(text).get(document) != simdjson::SUCCESS ||
        document.get_array().get(entries) != simdjson::SUCCESS) {
        return fail("tip floor: the answer is no array");
    }
    for (auto entry : entries) {
        simdjson::ondemand::object object;
        std::string_view number;
        if (entry.get_object().get(object) != simdjson::SUCCESS ||
            object.find_field_unordered(name).raw_json_token().get(number) != simdjson::SUCCESS) {
            break;
        }
        number = number.substr(0, number.find_last_not_of(" \t\r\n") + 1);
        const auto tip = lamports_of_sol(number);
        if (!tip) {
            return fail(
                fmt::format("tip floor: {} is no amount of SOL: {}", name, number.substr(0, 40)));
        }
        return *tip;
    }
    return fail(fmt::format("tip floor: the answer has no {}", name));
}

}  // namespace sniperforge::execute
