// SPDX-License-Identifier: MIT
#include "sniperforge/dex/price.hpp"

#include "sniperforge/dex/venue.hpp"

namespace sniperforge::dex {
namespace {

// Significant digits of a positive number: 0.d₁d₂d₃… · 10^point.
struct Digits {
    std::string text;
    int point = 0;
};

// Long division, until one digit more than is shown has been found or nothing remains.
Digits divide(std::uint64_t numerator, std::uint64_t denominator) {
    Digits digits;
    const std::uint64_t whole = numerator / denominator;
    if (whole != 0) {
        digits.text = std::to_string(whole);
        digits.point = static_cast<int>(digits.text.size());
    }
    u128 rest = numerator % denominator;
    while (rest != 0 && digits.text.size() <= kPriceDigits) {
        rest *= 10;
        const auto digit = static_cast<char>('0' + static_cast<int>(rest / denominator));
        rest %= denominator;
        if (digits.text.empty() && digit == '0') {
            --digits.point;
        } else {
            digits.text.push_back(digit);
        }
    }
    return digits;
}

void round_half_up(Digits& digits) {
    if (digits.text.size() > kPriceDigits) {
        const bool is_up = digits.text[kPriceDigits] >= '5';
        digits.text.resize(kPriceDigits);
        std::size_t at = kPriceDigits;
        while (is_up && at > 0 && digits.text[at - 1] == '9') {
            digits.text[--at] = '0';
        }
        if (is_up && at > 0) {
            ++digits.text[at - 1];
        } else if (is_up) {
            digits.text.insert(digits.text.begin(), '1');
            ++digits.point;
        }
    }
    digits.text.erase(digits.text.find_last_not_of('0') + 1);
}

}  // namespace

std::optional<std::string> price_text(const PriceInput& input) {
    if (input.reserve_a.is_zero() || input.reserve_b.is_zero()) {
        return std::nullopt;
    }
    Digits digits = divide(input.reserve_b.raw(), input.reserve_a.raw());
    round_half_up(digits);
    digits.point += static_cast<int>(input.decimals_a) - static_cast<int>(input.decimals_b);
    const auto size = static_cast<int>(digits.text.size());
    if (digits.point <= 0) {
        return "0." + std::string(static_cast<std::size_t>(-digits.point), '0') + digits.text;
    }
    if (digits.point >= size) {
        return digits.text + std::string(static_cast<std::size_t>(digits.point - size), '0');
    }
    digits.text.insert(static_cast<std::size_t>(digits.point), ".");
    return digits.text;
}

std::optional<std::string> price_text(const Pool& pool) {
    if (!std::visit([](const auto& p) { return p.has_vaults; }, pool)) {
        return std::nullopt;
    }
    return price_text(
        PriceInput{reserve_a(pool), reserve_b(pool), decimals_a(pool), decimals_b(pool)});
}

}  // namespace sniperforge::dex
