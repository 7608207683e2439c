// SPDX-License-Identifier: MIT
#include "sniperforge/dex/price.hpp"

#include "dex/wide_math.hpp"
#include "sniperforge/dex/venue.hpp"

namespace sniperforge::dex {
namespace {

// Significant digits of a positive number: 0.d₁d₂d₃… · 10^point.
struct Digits {
    std::string text;
    int point = 0;
};

// Long division, until one digit more than is shown has been found or nothing remains.
Digits divide(const u512& numerator, const u512& denominator) {
    Digits digits;
    const u512 whole = numerator / denominator;
    if (whole != 0) {
        digits.text = whole.str();
        digits.point = static_cast<int>(digits.text.size());
    }
    u512 rest = numerator % denominator;
    while (rest != 0 && digits.text.size() <= kPriceDigits) {
        rest *= 10;
        const auto digit = static_cast<char>('0' + static_cast<int>(u512{rest / denominator}));
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

std::optional<std::string> price_text(const MarginalPrice& price, std::uint8_t decimals_a,
                                      std::uint8_t decimals_b) {
    if (price.numerator == 0 || price.denominator == 0) {
        return std::nullopt;
    }
    const auto power = [&](u128 value) {
        return price.is_squared ? u512{mul_wide(value, value)} : u512{value};
    };
    Digits digits = divide(power(price.numerator), power(price.denominator));
    round_half_up(digits);
    digits.point += static_cast<int>(decimals_a) - static_cast<int>(decimals_b);
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
    if (!is_complete(pool)) {
        return std::nullopt;  // Decimals may be among what was not seen.
    }
    return price_text(marginal_price(pool), decimals_a(pool), decimals_b(pool));
}

std::optional<TokenAmount> worth_at(const MarginalPrice& price, Direction direction,
                                    TokenAmount amount) {
    const bool is_a_in = direction == Direction::AToB;
    const u128 gets = is_a_in ? price.numerator : price.denominator;
    const u128 gives = is_a_in ? price.denominator : price.numerator;
    if (price.denominator == 0 || gives == 0) {
        return std::nullopt;
    }
    // Reserves are 64 bits, and swaps come by the million.
    if (!price.is_squared && gets <= kU64Max) {
        const u128 worth = gets * amount.raw() / gives;
        return worth > kU64Max ? std::nullopt
                               : std::optional{TokenAmount{static_cast<std::uint64_t>(worth)}};
    }
    const auto power = [&](u128 value) {
        return price.is_squared ? u512{mul_wide(value, value)} : u512{value};
    };
    const u512 worth = power(gets) * amount.raw() / power(gives);
    return worth > kU64Max ? std::nullopt
                           : std::optional{TokenAmount{static_cast<std::uint64_t>(worth)}};
}

}  // namespace sniperforge::dex
