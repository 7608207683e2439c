// SPDX-License-Identifier: MIT
// A second Whirlpool swap, as close to the program's own loop as C++ is: general integers, ticks
// looked up one tick spacing after the other, every price worked out on the spot, tick groups found
// from prices. Slow on purpose, and nothing in it is shared with what it checks but tick prices.
#pragma once

#include <optional>

#include "dex/wide_math.hpp"
#include "unit/dex/whirlpool_support.hpp"

namespace sniperforge::dex::test {

struct ReferenceResult {
    std::uint64_t in = 0, out = 0, fee = 0;
    u128 sqrt_price = 0, liquidity = 0;
    std::int32_t tick_current = 0;
    int steps = 0;
};

class ReferenceSwap {
 public:
    ReferenceSwap(const WhirlpoolSpec& spec, bool is_a_to_b, bool is_exact_in,
                  std::uint64_t unix_time)
        : spec_{spec}, is_a_to_b_{is_a_to_b}, is_exact_in_{is_exact_in}, time_{unix_time} {}

    // Nothing where the program fails, or fills the order only in part.
    std::optional<ReferenceResult> run(std::uint64_t amount) {
        start();
        u512 remaining = amount;
        u512 calculated = 0;
        u512 fees = 0;
        while (remaining > 0 && price_ != edge_price()) {
            const auto next = next_tick();
            if (!next) {
                return std::nullopt;
            }
            const u128 next_price = whirlpool::sqrt_price_of(*next);
            do {
                ++steps_;
                refresh_volatility();
                const auto [target, is_skipped] = bounded(next_price);
                const auto step = compute(remaining, rate(), target);
                if (!step) {
                    return std::nullopt;
                }
                remaining -= is_exact_in_ ? u512{step->in + step->fee} : step->out;
                calculated += is_exact_in_ ? step->out : u512{step->in + step->fee};
                fees += step->fee;
                if (calculated > kU64Max) {
                    return std::nullopt;
                }
                if (step->price == next_price) {
                    if (!cross(*next)) {
                        return std::nullopt;
                    }
                } else if (step->price != price_) {
                    tick_ = whirlpool::tick_of(step->price);
                }
                price_ = step->price;
                is_skipped ? advance_after_skip(next_price, *next) : advance();
            } while (remaining != 0 && price_ != next_price);
        }
        if (remaining != 0) {
            return std::nullopt;
        }
        const auto other = static_cast<std::uint64_t>(calculated);
        return ReferenceResult{is_exact_in_ ? amount : other,
                               is_exact_in_ ? other : amount,
                               static_cast<std::uint64_t>(fees),
                               price_,
                               liquidity_,
                               tick_,
                               steps_};
    }

 private:
    struct StepResult {
        u512 in, out, fee;
        u128 price = 0;
    };

    [[nodiscard]] std::int32_t width() const { return 88 * spec_.tick_spacing; }
    [[nodiscard]] u128 edge_price() const {
        return is_a_to_b_ ? whirlpool::kSqrtPriceMin : whirlpool::kSqrtPriceMax;
    }
    [[nodiscard]] static std::int32_t floor_of(std::int32_t value, std::int32_t size) {
        return value / size - (value % size < 0 ? 1 : 0);
    }

    void start() {
        price_ = spec_.sqrt_price;
        liquidity_ = spec_.liquidity;
        tick_ = spec_.tick_current;
        const std::int32_t base = floor_of(tick_, width()) * width();
        const bool is_shifted = !is_a_to_b_ && tick_ + spec_.tick_spacing >= base + width();
        for (std::int32_t i = 0; i < 3; ++i) {
            const std::int32_t at = base + width() * (is_a_to_b_ ? -i : i + (is_shifted ? 1 : 0));
            if (at + width() > whirlpool::kTickMin && at < whirlpool::kTickMax) {
                starts_.push_back(at);
            }
        }
        array_ = 0;
        if (spec_.adaptive_fee) {
            fee_ = *spec_.adaptive_fee;
            group_ = floor_of(tick_, fee_.tick_group_size);
            update_reference();
        }
    }

    void update_reference() {
        const auto latest = std::max(fee_.reference_updated_at, fee_.major_swap_at);
        if (time_ - fee_.reference_updated_at > 3'600) {
            fee_.tick_group_reference = group_;
            fee_.volatility_reference = 0;
            return;
        }
        const auto elapsed = time_ - latest;
        if (elapsed < fee_.filter_period) {
            return;
        }
        fee_.tick_group_reference = group_;
        fee_.volatility_reference =
            elapsed < fee_.decay_period
                ? static_cast<std::uint32_t>(u256{fee_.volatility} * fee_.reduction_factor / 10'000)
                : 0;
    }

    void refresh_volatility() {
        const std::int64_t away = std::int64_t{fee_.tick_group_reference} - group_;
        const u256 volatility =
            u256{fee_.volatility_reference} + u256{away < 0 ? -away : away} * 10'000;
        fee_.volatility = volatility > fee_.volatility_max ? fee_.volatility_max
                                                           : static_cast<std::uint32_t>(volatility);
    }

    [[nodiscard]] u512 rate() const {
        if (!spec_.adaptive_fee) {
            return spec_.fee_rate;
        }
        const u512 crossed = u512{fee_.volatility} * fee_.tick_group_size;
        const u512 divisor = u512{100'000} * 10'000 * 10'000;
        const u512 product = crossed * crossed * fee_.control_factor;
        const u512 adaptive = product / divisor + (product % divisor != 0 ? 1 : 0);
        const u512 total = adaptive + spec_.fee_rate;
        return total > 100'000 ? u512{100'000} : total;
    }

    [[nodiscard]] u128 nearer(u128 target, std::int32_t tick) const {
        const u128 bound = whirlpool::sqrt_price_of(whirlpool::clamp_tick(tick));
        return is_a_to_b_ ? std::max(target, bound) : std::min(target, bound);
    }

    [[nodiscard]] std::pair<u128, bool> bounded(u128 target) const {
        if (!spec_.adaptive_fee) {
            return {target, false};
        }
        if (fee_.control_factor == 0 || liquidity_ == 0) {
            return {target, true};
        }
        const auto size = static_cast<std::int32_t>(fee_.tick_group_size);
        const auto room = fee_.volatility_max - fee_.volatility_reference;
        const auto groups = static_cast<std::int32_t>(room / 10'000 + (room % 10'000 != 0 ? 1 : 0));
        const std::int32_t low = fee_.tick_group_reference - groups;
        const std::int32_t high = fee_.tick_group_reference + groups;
        if (low * size > whirlpool::kTickMin && group_ < low) {
            return {is_a_to_b_ ? target : nearer(target, low * size), true};
        }
        if ((high + 1) * size < whirlpool::kTickMax && group_ > high) {
            return {is_a_to_b_ ? nearer(target, (high + 1) * size) : target, true};
        }
        return {nearer(target, (is_a_to_b_ ? group_ : group_ + 1) * size), false};
    }

    void advance() { group_ += is_a_to_b_ ? -1 : 1; }

    void advance_after_skip(u128 next_price, std::int32_t next) {
        const auto size = static_cast<std::int32_t>(fee_.tick_group_size);
        const std::int32_t at = price_ == next_price ? next : whirlpool::tick_of(price_);
        const bool is_on_boundary =
            at % size == 0 && (price_ == next_price || price_ == whirlpool::sqrt_price_of(at));
        const std::int32_t last =
            is_on_boundary && !is_a_to_b_ ? at / size - 1 : floor_of(at, size);
        if (is_a_to_b_ ? last < group_ : last > group_) {
            group_ = last;
        }
        advance();
    }

    // The program's search through its sequence of arrays.
    [[nodiscard]] std::optional<std::int32_t> next_tick() {
        std::int32_t search = tick_;
        for (;; ++array_) {
            if (array_ >= starts_.size()) {
                return std::nullopt;
            }
            const std::int32_t start = starts_[array_];
            std::int32_t offset = floor_of(search - start, spec_.tick_spacing);
            offset += is_a_to_b_ ? 0 : 1;
            for (; offset >= 0 && offset < 88; offset += is_a_to_b_ ? -1 : 1) {
                const std::int32_t index = start + offset * spec_.tick_spacing;
                if (spec_.ticks.contains(index)) {
                    return index;
                }
            }
            if (is_a_to_b_ && start <= whirlpool::kTickMin) {
                return whirlpool::kTickMin;
            }
            if (!is_a_to_b_ && start + width() > whirlpool::kTickMax) {
                return whirlpool::kTickMax;
            }
            const std::int32_t last = start + width() - 1;
            if (array_ + 1 == starts_.size()) {
                return is_a_to_b_ ? start : last;
            }
            search = is_a_to_b_ ? start - 1 : last;
        }
    }

    [[nodiscard]] bool cross(std::int32_t next) {
        if (const auto found = spec_.ticks.find(next); found != spec_.ticks.end()) {
            using boost::multiprecision::cpp_int;
            cpp_int liquidity{liquidity_};
            const cpp_int net{found->second};
            liquidity += is_a_to_b_ ? cpp_int{-net} : net;
            if (liquidity < 0 || liquidity > ~static_cast<u128>(0)) {
                return false;
            }
            liquidity_ = static_cast<u128>(liquidity);
        }
        const std::int32_t offset = floor_of(next - starts_[array_], spec_.tick_spacing);
        array_ += offset == (is_a_to_b_ ? 0 : 87) ? 1 : 0;
        tick_ = is_a_to_b_ ? next - 1 : next;
        return true;
    }

    [[nodiscard]] static u512 divide(const u512& numerator, const u512& divisor, bool is_up) {
        return numerator / divisor + (is_up && numerator % divisor != 0 ? 1 : 0);
    }
    [[nodiscard]] u512 moved(u128 price) const {
        return u512{liquidity_} * (price < price_ ? price_ - price : price - price_);
    }
    [[nodiscard]] u512 amount_a(u128 price, bool is_up) const {
        return divide(moved(price) << 64U, u512{price} * price_, is_up);
    }
    [[nodiscard]] u512 amount_b(u128 price, bool is_up) const {
        return divide(moved(price), u512{1} << 64U, is_up);
    }

    [[nodiscard]] std::optional<StepResult> compute(const u512& remaining, const u512& fee_rate,
                                                    u128 target) const {
        const u512 one = 1'000'000;
        const bool is_fixed_a = is_a_to_b_ == is_exact_in_;
        if (is_fixed_a && moved(target) >= (u512{1} << 192U)) {
            return std::nullopt;
        }
        const u512 amount = is_exact_in_ ? u512{remaining * (one - fee_rate) / one} : remaining;
        const u512 whole =
            is_fixed_a ? amount_a(target, is_exact_in_) : amount_b(target, is_exact_in_);
        StepResult step{.in = {}, .out = {}, .fee = {}, .price = target};
        if (whole > amount || whole > kU64Max) {
            const auto next = is_fixed_a ? price_after_a(amount) : price_after_b(amount);
            if (!next || *next < whirlpool::kSqrtPriceMin || *next > whirlpool::kSqrtPriceMax) {
                return std::nullopt;
            }
            step.price = static_cast<u128>(*next);
        }
        const u512 fixed =
            is_fixed_a ? amount_a(step.price, is_exact_in_) : amount_b(step.price, is_exact_in_);
        const u512 other =
            is_fixed_a ? amount_b(step.price, !is_exact_in_) : amount_a(step.price, !is_exact_in_);
        if (fixed > kU64Max || other > kU64Max ||
            (!is_fixed_a && moved(step.price) >= (u512{1} << 192U))) {
            return std::nullopt;
        }
        step.in = is_exact_in_ ? fixed : other;
        step.out = is_exact_in_ ? other : (fixed > remaining ? remaining : fixed);
        step.fee = is_exact_in_ && step.price != target
                       ? u512{remaining - step.in}
                       : divide(step.in * fee_rate, one - fee_rate, true);
        return step.fee > kU64Max ? std::nullopt : std::optional{step};
    }

    [[nodiscard]] std::optional<u512> price_after_a(const u512& amount) const {
        if (amount == 0) {
            return u512{price_};
        }
        const u512 numerator = u512{liquidity_} * price_ << 64U;
        if (numerator >= (u512{1} << 256U)) {
            return std::nullopt;
        }
        const u512 whole = u512{liquidity_} << 64U;
        const u512 part = amount * price_;
        if (!is_exact_in_ && part >= whole) {
            return std::nullopt;
        }
        return divide(numerator, is_exact_in_ ? u512{whole + part} : u512{whole - part}, true);
    }
    [[nodiscard]] std::optional<u512> price_after_b(const u512& amount) const {
        const u512 delta = divide(amount << 64U, liquidity_, !is_exact_in_);
        if (!is_exact_in_ && delta > price_) {
            return std::nullopt;
        }
        return is_exact_in_ ? u512{price_ + delta} : u512{price_ - delta};
    }

    const WhirlpoolSpec& spec_;
    bool is_a_to_b_;
    bool is_exact_in_;
    std::uint64_t time_;
    std::vector<std::int32_t> starts_;
    std::size_t array_ = 0;
    u128 price_ = 0, liquidity_ = 0;
    std::int32_t tick_ = 0, group_ = 0;
    int steps_ = 0;
    WhirlpoolAdaptiveFee fee_;
};

}  // namespace sniperforge::dex::test
