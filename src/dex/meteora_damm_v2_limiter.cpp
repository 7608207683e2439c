// SPDX-License-Identifier: MIT
// The rate limiter of DAMM v2 (damm-v2 base_fee/fee_rate_limiter.rs). The amounts below fit: rates
// are below 10^9 < 2^30 and steps below 10^4, as the caller has checked.
#include <algorithm>
#include <bit>
#include <optional>

#include "dex/constant_product.hpp"
#include "dex/meteora_damm_v2_fee.hpp"

namespace sniperforge::dex::damm {
namespace {

// From at most twice the root, Newton's method squares the relative error and halves it: 1, 1/4,
// 1/40 and so on; below 2^-128 after seven rounds, and one more sees that nothing moves.
constexpr int kRootRounds = 10;

std::size_t bits_of(const Words256& value) {
    for (std::size_t i = value.word.size(); i-- > 0;) {
        if (value.word[i] != 0) {
            return i * 64 + static_cast<std::size_t>(std::bit_width(value.word[i]));
        }
    }
    return 0;
}

// What is left of an amount that contains the fee.
std::optional<std::uint64_t> without_fee(const RateLimiter& limiter, std::uint64_t amount) {
    const auto rate = limiter_rate_included(limiter, amount);
    const auto fee = rate ? mul_div_ceil(amount, *rate, kDammV2FeeOne) : std::nullopt;
    return fee && *fee <= amount ? std::optional{amount - *fee} : std::nullopt;
}

std::optional<std::uint64_t> sum(std::uint64_t a, std::optional<std::uint64_t> b) {
    std::uint64_t total = 0;
    return b && !__builtin_add_overflow(a, *b, &total) ? std::optional{total} : std::nullopt;
}

// What `amount` is with the fee, while the steps last. Whole steps s of an amount x leave
//     x − x·(c + i·(x/x0 − 1)/2) / d,
// which is a quadratic in x: its root, rounded down, and the rest at the rate of the step it is in.
std::optional<std::uint64_t> with_fee_in_steps(const RateLimiter& limiter, std::uint64_t amount) {
    // i·x² − y·x + z = 0 with y below 2^97 and z below 2^160: the squares are below 2^195.
    const u128 y = static_cast<u128>(limiter.reference) *
                   (2 * kDammV2FeeOne + limiter.increment - 2 * limiter.cliff);
    const Words256 four_iz =
        multiply_words(static_cast<u128>(limiter.reference) * amount,
                       static_cast<u128>(limiter.increment) * (8 * kDammV2FeeOne));
    const Words256 y_squared = multiply_words(y, y);
    if (is_less(y_squared, four_iz)) {
        return std::nullopt;
    }
    const u128 root = square_root(subtract_words(y_squared, four_iz));
    const u128 in_steps = (y - root) / (2 * static_cast<u128>(limiter.increment));
    if (in_steps > kU64Max) {
        return std::nullopt;
    }
    const std::uint64_t steps_amount = low_word(in_steps);
    const auto paid_for = without_fee(limiter, steps_amount);
    const u128 rate =
        limiter.cliff + static_cast<u128>(limiter.increment) * (steps_amount / limiter.reference);
    if (!paid_for || *paid_for > amount || rate >= kDammV2FeeOne) {
        return std::nullopt;
    }
    return sum(steps_amount, before_fee_ceil(amount - *paid_for, low_word(rate), kDammV2FeeOne));
}

}  // namespace

u128 square_root(const Words256& square) {
    const std::size_t bits = bits_of(square);
    if (bits == 0) {
        return 0;
    }
    u128 root = static_cast<u128>(1) << ((bits + 1) / 2);
    for (int round = 0; round < kRootRounds; ++round) {
        const auto quotient = divide_words(square, to_words(root));
        SF_ASSERT(quotient.has_value());
        const u128 next = (root + quotient->value) / 2;
        if (next >= root) {
            break;
        }
        root = next;
    }
    return root;
}

DammV2FeeRate limiter_rate_included(const RateLimiter& limiter, std::uint64_t amount) {
    if (amount <= limiter.reference) {
        return limiter.cliff;
    }
    const std::uint64_t beyond = amount - limiter.reference;
    const std::uint64_t begun = beyond / limiter.reference;
    const u128 filled = std::min(begun, limiter.steps);
    const u128 rates = limiter.cliff * (filled + 1) + limiter.increment * filled * (filled + 1) / 2;
    const u128 rest = beyond - filled * limiter.reference;
    const std::uint64_t rest_rate =
        begun < limiter.steps ? limiter.cliff + limiter.increment * (begun + 1) : limiter.most;
    const u128 parts = limiter.reference * rates + rest * rest_rate;
    const u128 fee = (parts + kDammV2FeeOne - 1) / kDammV2FeeOne;
    const auto rate =
        fee <= kU64Max ? mul_div_ceil(low_word(fee), kDammV2FeeOne, amount) : std::nullopt;
    if (!rate) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return *rate;
}

DammV2FeeRate limiter_rate_excluded(const RateLimiter& limiter, std::uint64_t amount) {
    const auto of_reference = without_fee(limiter, limiter.reference);
    if (of_reference && amount <= *of_reference) {
        return limiter.cliff;
    }
    // Where the steps end.
    const u128 end = (static_cast<u128>(limiter.steps) + 1) * limiter.reference;
    const std::uint64_t checked = low_word(std::min<u128>(end, kU64Max));
    const auto of_checked = without_fee(limiter, checked);
    if (!of_reference || !of_checked) {
        return Err<QuoteError>{QuoteError::Overflow};
    }
    if (amount == *of_checked) {
        return limiter_rate_included(limiter, checked);
    }
    std::optional<std::uint64_t> total;
    if (amount < *of_checked) {
        total = with_fee_in_steps(limiter, amount);
    } else if (end <= kU64Max) {
        total = sum(checked, before_fee_ceil(amount - *of_checked, limiter.most, kDammV2FeeOne));
    }
    const auto rate = total && *total >= amount
                          ? mul_div_ceil(*total - amount, kDammV2FeeOne, *total)
                          : std::nullopt;
    if (!rate || *rate < limiter.cliff) {  // Where the program fails too.
        return Err<QuoteError>{QuoteError::Overflow};
    }
    return *rate;
}

}  // namespace sniperforge::dex::damm
