// SPDX-License-Identifier: MIT
// A second DAMM v2, straight from the notes on the program (amm-meteora section 2) in integers
// without bounds: fees step by step, every cast of the program's a check. Slow on purpose, and
// nothing in it is shared with what it checks but the pool's fields.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>

#include "unit/dex/damm_support.hpp"

namespace sniperforge::dex::test {

using Big = boost::multiprecision::cpp_int;

inline Big big(u128 value) {
    return (Big{static_cast<std::uint64_t>(value >> 64)} << 64) + static_cast<std::uint64_t>(value);
}
inline Big ceil_div(const Big& a, const Big& b) { return (a + b - 1) / b; }

struct DammResult {
    std::uint64_t in = 0, out = 0, fee = 0;
    std::uint64_t rate = 0;
    std::optional<Big> price;  // Not of compounding pools.
};

class DammReference {
 public:
    DammReference(const MeteoraDammV2Pool& pool, bool is_a_to_b, std::uint64_t point)
        : pool_{pool}, is_a_to_b_{is_a_to_b}, point_{point} {}

    // Nothing where the program fails, or nothing comes out.
    std::optional<DammResult> exact_in(std::uint64_t amount) const {
        return or_nothing([&] {
            DammResult result{.in = amount, .price = {}};
            const Big rate = total_rate(amount, true);
            result.rate = u64(rate);
            Big fee = is_fee_on_input() ? fee_of(amount, rate) : 0;
            Big out = trade_in(amount - fee, result.price);
            if (!is_fee_on_input()) {
                fee = fee_of(out, rate);
                out -= fee;
            }
            require(out > 0);
            result.out = u64(out);
            result.fee = u64(fee);
            return result;
        });
    }

    std::optional<DammResult> exact_out(std::uint64_t amount) const {
        return or_nothing([&] {
            DammResult result{.out = amount, .price = {}};
            if (is_fee_on_input()) {
                const Big net = trade_out(amount, result.price);
                const Big rate = total_rate(net, false);
                result.rate = u64(rate);
                result.in = u64(with_fee(net, rate));
                result.fee = u64(result.in - net);
                return result;
            }
            const Big rate = total_rate(amount, false);
            result.rate = u64(rate);
            const Big gross = with_fee(amount, rate);
            result.in = u64(trade_out(gross, result.price));
            result.fee = u64(gross - amount);
            return result;
        });
    }

 private:
    struct Fails {};
    static void require(bool condition) {
        if (!condition) {
            throw Fails{};
        }
    }
    static Big cast(const Big& value, unsigned bits) {
        require(value >= 0 && value < Big{1} << bits);
        return value;
    }
    static std::uint64_t u64(const Big& value) {
        return static_cast<std::uint64_t>(cast(value, 64));
    }
    template <typename Compute>
    static std::optional<DammResult> or_nothing(Compute compute) {
        try {
            return compute();
        } catch (const Fails&) {
            return std::nullopt;
        }
    }

    static Big fee_of(const Big& amount, const Big& rate) {
        return ceil_div(amount * rate, kDammV2FeeOne);
    }
    static Big with_fee(const Big& amount, const Big& rate) {
        require(rate < kDammV2FeeOne);
        return cast(ceil_div(amount * kDammV2FeeOne, kDammV2FeeOne - rate), 64);
    }

    bool is_compounding() const {
        return pool_.collect_fee_mode == DammV2CollectFeeMode::Compounding;
    }
    bool is_fee_on_input() const {
        return !is_a_to_b_ && pool_.collect_fee_mode != DammV2CollectFeeMode::Output;
    }

    // --- the curves ---

    Big trade_in(const Big& amount, std::optional<Big>& next) const {
        const Big l = big(pool_.liquidity);
        const Big p = big(pool_.sqrt_price);
        if (is_compounding()) {
            const auto [in, out] = reserves();
            require(in > 0 && out > 0);
            return out * amount / cast(in + amount, 64);
        }
        require(l > 0);
        if (is_a_to_b_) {
            next = ceil_div(l * p, l + amount * p);
            require(*next >= big(pool_.sqrt_price_min));
            return cast(l * (p - *next) >> 128, 64);
        }
        next = p + (amount << 128) / l;
        require(*next <= big(pool_.sqrt_price_max));
        return cast(l * (*next - p) / (p * *next), 64);
    }

    Big trade_out(const Big& amount, std::optional<Big>& next) const {
        const Big l = big(pool_.liquidity);
        const Big p = big(pool_.sqrt_price);
        if (is_compounding()) {
            const auto [in, out] = reserves();
            require(in > 0 && amount < out);
            const Big needed = ceil_div(in * amount, out - amount);
            cast(in + needed, 64);
            return needed;
        }
        require(l > 0);
        if (is_a_to_b_) {
            next = p - ceil_div(amount << 128, l);
            require(*next > 0 && *next >= big(pool_.sqrt_price_min));
            return cast(ceil_div(l * (p - *next), p * *next), 64);
        }
        require(l > amount * p);
        next = ceil_div(l * p, l - amount * p);
        require(*next <= big(pool_.sqrt_price_max));
        return cast(ceil_div(l * (*next - p), Big{1} << 128), 64);
    }

    std::pair<Big, Big> reserves() const {
        return is_a_to_b_ ? std::pair<Big, Big>{pool_.amount_a, pool_.amount_b}
                          : std::pair<Big, Big>{pool_.amount_b, pool_.amount_a};
    }

    // --- the fees ---

    Big total_rate(const Big& amount, bool is_included) const {
        const auto& dynamic = pool_.dynamic_fee;
        Big rate = cast(base_rate(amount, is_included), 64);
        if (dynamic.is_enabled) {
            const Big crossed = big(dynamic.volatility) * dynamic.bin_step;
            rate += ceil_div(cast(crossed * crossed * dynamic.control, 128), Big{100'000'000'000});
        }
        const Big most = pool_.fee_version == 0 ? 500'000'000 : 990'000'000;
        return std::min(cast(rate, 64), most);
    }

    Big base_rate(const Big& amount, bool is_included) const {
        const auto& fee = pool_.base_fee;
        const Big since = Big{point_} - pool_.activation_point;
        const Big low = fee.second_factor & 0xffff'ffffU;
        const Big high = fee.second_factor >> 32;
        if (fee.mode == DammV2BaseFeeMode::RateLimiter) {
            const bool is_set =
                fee.first_factor != 0 || fee.second_factor != 0 || fee.third_factor != 0;
            if (is_a_to_b_ || !is_set || since < 0 || since > low) {
                return fee.cliff_rate;
            }
            return is_included ? limited(amount) : limited_excluded(amount);
        }
        Big periods = fee.first_factor;
        if (fee.mode == DammV2BaseFeeMode::TimeLinear ||
            fee.mode == DammV2BaseFeeMode::TimeExponential) {
            if (fee.second_factor == 0) {
                return fee.cliff_rate;
            }
            if (since >= 0) {
                periods = std::min(periods, Big{since / fee.second_factor});
            }
        } else if (since >= 0 && since <= high) {
            const Big start = big(pool_.sqrt_price_initial);
            const Big risen = big(pool_.sqrt_price) - start;
            require(risen <= 0 || (start > 0 && low > 0));
            periods = risen <= 0 ? 0 : std::min(periods, Big{risen * 10'000 / start / low});
        }
        return after_periods(static_cast<unsigned>(periods));
    }

    Big after_periods(unsigned periods) const {
        const auto& fee = pool_.base_fee;
        if (fee.mode == DammV2BaseFeeMode::TimeLinear ||
            fee.mode == DammV2BaseFeeMode::MarketCapLinear) {
            return cast(Big{fee.cliff_rate} - Big{fee.third_factor} * periods, 64);
        }
        if (fee.third_factor == 0) {
            return fee.cliff_rate;
        }
        Big square = cast((Big{1} << 64) - (Big{fee.third_factor} << 64) / 10'000, 65);
        Big power = Big{1} << 64;
        for (unsigned bit = 0; bit < 19; ++bit) {
            if ((periods >> bit & 1U) != 0) {
                power = power * square >> 64;
            }
            square = square * square >> 64;
        }
        require(power > 0);
        return power * fee.cliff_rate >> 64;
    }

    // The rate limiter: one reference amount after the other, each at its own rate.
    Big limited(const Big& amount) const {
        const auto& fee = pool_.base_fee;
        const Big increment = Big{fee.first_factor} * 100'000;
        const Big most = Big{fee.second_factor >> 32} * 100'000;
        const Big reference = fee.third_factor;
        if (amount <= reference) {
            return fee.cliff_rate;
        }
        Big parts = 0;
        Big rest = amount;
        Big rate = fee.cliff_rate;
        for (; rate <= most && rest > 0; rate += increment) {
            const Big taken = std::min(rest, reference);
            parts += taken * rate;
            rest -= taken;
        }
        parts += rest * most;
        return ceil_div(ceil_div(parts, kDammV2FeeOne) * kDammV2FeeOne, amount);
    }

    Big left_of(const Big& amount) const { return amount - fee_of(amount, limited(amount)); }

    Big limited_excluded(const Big& amount) const {
        const auto& fee = pool_.base_fee;
        const Big i = Big{fee.first_factor} * 100'000;
        const Big most = Big{fee.second_factor >> 32} * 100'000;
        const Big x0 = fee.third_factor;
        const Big c = fee.cliff_rate;
        const Big d = kDammV2FeeOne;
        if (amount <= left_of(x0)) {
            return c;
        }
        const Big end = ((most - c) / i + 1) * x0;
        const Big checked = std::min(end, Big{kU64Max});
        if (amount == left_of(checked)) {
            return limited(checked);
        }
        Big total = 0;
        if (amount < left_of(checked)) {
            const Big y = 2 * d * x0 + i * x0 - 2 * c * x0;
            const Big z = 2 * amount * d * x0;
            const Big inside = y * y - 4 * i * z;
            require(inside >= 0);
            const Big whole = cast((y - sqrt(inside)) / (2 * i), 64);
            const Big rest = amount - left_of(whole);
            require(rest >= 0);
            total = whole + with_fee(rest, c + i * (whole / x0));
        } else {
            require(end <= kU64Max);
            total = checked + with_fee(amount - left_of(checked), most);
        }
        cast(total, 64);
        const Big rate = ceil_div((total - amount) * d, total);
        require(rate >= c);
        return rate;
    }

    const MeteoraDammV2Pool& pool_;
    bool is_a_to_b_;
    std::uint64_t point_;
};

}  // namespace sniperforge::dex::test
