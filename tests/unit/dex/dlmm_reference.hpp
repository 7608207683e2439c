// SPDX-License-Identifier: MIT
// A second DLMM swap, as close to the vendor's own loop as C++ is: integers without a limit, bin by
// bin through the flagged arrays, every price worked out on the spot. Slow on purpose, and nothing
// in it is shared with what it checks.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <optional>

#include "unit/dex/dlmm_support.hpp"

namespace sniperforge::dex::test {

struct DlmmReferenceResult {
    std::uint64_t in = 0, out = 0, fee = 0;
    std::int32_t end_bin = 0;
};

class DlmmReference {
 public:
    using Integer = boost::multiprecision::cpp_int;

    DlmmReference(const DlmmSpec& spec, bool is_x_to_y, std::int64_t unix_time)
        : spec_{spec}, is_x_to_y_{is_x_to_y}, active_{spec.active_id} {
        is_fee_on_input_ = spec.collect_fee_mode == 0 || !is_x_to_y;
        index_reference_ = spec.index_reference;
        volatility_reference_ = spec.volatility_reference;
        const Integer elapsed = Integer{unix_time} - spec.updated_at;
        if (elapsed >= spec.filter_period) {
            index_reference_ = spec.active_id;
            volatility_reference_ = 0;
            if (elapsed < spec.decay_period) {
                volatility_reference_ = Integer{spec.volatility} * spec.reduction_factor / 10'000;
            }
        }
    }

    // Nothing where the program fails, or fills the order only in part.
    std::optional<DlmmReferenceResult> run(bool is_exact_in, std::uint64_t amount) {
        Integer left = amount;
        int arrays = 0;
        while (left > 0) {
            const auto index = next_flagged();
            if (!index || ++arrays > 3) {
                return std::nullopt;
            }
            const std::int32_t lowest = *index * 70;
            if (active_ < lowest || active_ > lowest + 69) {
                active_ = is_x_to_y_ ? lowest + 69 : lowest;
            }
            while (left > 0 && active_ >= lowest && active_ <= lowest + 69) {
                const auto found = spec_.bins.find(active_);
                if (found != spec_.bins.end() && capacity(found->second) > 0 &&
                    !step(found->second, is_exact_in, left)) {
                    return std::nullopt;
                }
                active_ += left == 0 ? 0 : is_x_to_y_ ? -1 : 1;
                if (active_ < -443'636 || active_ > 443'636) {
                    return std::nullopt;
                }
            }
        }
        if (in_ > kU64Max || out_ > kU64Max || fee_ > kU64Max) {
            return std::nullopt;
        }
        return DlmmReferenceResult{static_cast<std::uint64_t>(in_),
                                   static_cast<std::uint64_t>(out_),
                                   static_cast<std::uint64_t>(fee_), active_};
    }

    // (1 + step / 10,000)^id as the program works it out: zero where it fails.
    static Integer price_of(std::int32_t id, std::uint16_t bin_step) {
        const Integer one = Integer{1} << 64;
        const Integer all = (Integer{1} << 128) - 1;
        if (id == 0) {
            return one;
        }
        Integer power = all / (one + (Integer{bin_step} << 64) / 10'000);
        Integer result = one;
        for (std::uint32_t rest = static_cast<std::uint32_t>(id < 0 ? -id : id); rest != 0;
             rest /= 2) {
            if (rest % 2 != 0) {
                result = (result * power) >> 64;
            }
            power = (power * power) >> 64;
        }
        return result == 0 || id < 0 ? result : Integer{all / result};
    }

 private:
    struct BinResult {
        Integer in, out, fee;
    };

    [[nodiscard]] bool are_orders_counted() const {
        return spec_.version > 0 && spec_.array_version >= 2 &&
               (spec_.function_type == 2 || (spec_.function_type == 0 && !spec_.has_rewards));
    }

    [[nodiscard]] std::vector<Integer> layers(const DlmmRawBin& bin) const {
        std::vector<Integer> amounts{is_x_to_y_ ? bin.amount_y : bin.amount_x, 0, 0};
        if (are_orders_counted() && bin.is_ask == !is_x_to_y_) {
            amounts[1] = bin.processed_orders;
            amounts[2] = bin.open_orders;
        }
        return amounts;
    }
    [[nodiscard]] Integer capacity(const DlmmRawBin& bin) const {
        const auto amounts = layers(bin);
        const Integer total = amounts[0] + amounts[1] + amounts[2];
        return total > kU64Max ? Integer{kU64Max} : total;
    }

    [[nodiscard]] std::optional<std::int32_t> next_flagged() const {
        const auto flagged = spec_.flagged();
        const std::int32_t here = active_ >= 0 ? active_ / 70 : -((69 - active_) / 70);
        std::optional<std::int32_t> best;
        for (const std::int32_t index : flagged) {
            const bool is_ahead = is_x_to_y_ ? index <= here : index >= here;
            if (is_ahead && (!best || (is_x_to_y_ ? index > *best : index < *best))) {
                best = index;
            }
        }
        return best;
    }

    static Integer ceil_of(const Integer& numerator, const Integer& divisor) {
        return (numerator + divisor - 1) / divisor;
    }
    [[nodiscard]] Integer rate() const {
        Integer base = Integer{spec_.base_factor} * spec_.bin_step * 10;
        for (int i = 0; i < spec_.power; ++i) {
            base *= 10;
        }
        Integer distance = Integer{index_reference_} - active_;
        distance = distance < 0 ? Integer{-distance} : distance;
        Integer volatility = volatility_reference_ + distance * 10'000;
        if (volatility > spec_.volatility_max) {
            volatility = spec_.volatility_max;
        }
        const Integer moved = volatility * spec_.bin_step;
        const Integer total =
            base + ceil_of(moved * moved * spec_.control_factor, Integer{100'000'000'000});
        return total > 100'000'000 ? Integer{100'000'000} : total;
    }
    [[nodiscard]] Integer within(const Integer& amount) const {
        return ceil_of(amount * rate(), Integer{1'000'000'000});
    }
    [[nodiscard]] Integer upon(const Integer& amount) const {
        return ceil_of(amount * rate(), 1'000'000'000 - rate());
    }

    [[nodiscard]] Integer price(const DlmmRawBin& bin) const {
        return bin.price != 0 ? Integer{bin.price} : price_of(active_, spec_.bin_step);
    }
    // For `out` at this price, rounded up; or what `in` gives, rounded down.
    [[nodiscard]] std::optional<Integer> needed(const Integer& out, const Integer& price) const {
        if (is_x_to_y_ && price == 0) {
            return std::nullopt;
        }
        const Integer one = Integer{1} << 64;
        const Integer in = is_x_to_y_ ? ceil_of(out * one, price) : ceil_of(out * price, one);
        return in > kU64Max ? std::nullopt : std::optional{in};
    }
    [[nodiscard]] Integer given(const Integer& in, const Integer& price) const {
        const Integer one = Integer{1} << 64;
        return is_x_to_y_ ? Integer{in * price / one} : Integer{in * one / price};
    }

    [[nodiscard]] std::optional<BinResult> spend(const DlmmRawBin& bin, const Integer& amount) {
        const Integer at = price(bin);
        if (at == 0) {
            return std::nullopt;
        }
        const Integer fee = is_fee_on_input_ ? within(amount) : Integer{0};
        const Integer net = amount - fee;
        Integer left = net;
        Integer out = 0;
        bool is_first = true;
        for (const Integer& layer : layers(bin)) {
            if (layer > 0 && (is_first || left > 0)) {
                const auto whole = needed(layer, at);
                if (!whole) {
                    return std::nullopt;
                }
                out += left >= *whole ? layer : given(left, at);
                left = left >= *whole ? Integer{left - *whole} : Integer{0};
            }
            is_first = false;
        }
        if (out > kU64Max) {
            return std::nullopt;
        }
        BinResult result{amount, out, fee};
        if (left > 0) {
            const Integer used = net - left;
            result.fee = is_fee_on_input_ ? upon(used) : Integer{0};
            result.in = used + result.fee;
        }
        if (!is_fee_on_input_) {
            result.fee = within(out);
            result.out = out - result.fee;
        }
        return result;
    }

    [[nodiscard]] std::optional<BinResult> receive(const DlmmRawBin& bin, const Integer& amount) {
        const Integer gross = is_fee_on_input_ ? amount : Integer{amount + upon(amount)};
        if (gross > kU64Max) {
            return std::nullopt;
        }
        if (gross >= capacity(bin)) {
            return spend(bin, Integer{kU64Max});
        }
        Integer in = 0;
        Integer rest = gross;
        for (const Integer& layer : layers(bin)) {
            const Integer part = rest < layer ? rest : layer;
            const auto part_in = needed(part, price(bin));
            if (!part_in) {
                return std::nullopt;
            }
            in += *part_in;
            rest -= part;
        }
        in += is_fee_on_input_ ? upon(in) : Integer{0};
        if (in > kU64Max) {
            return std::nullopt;
        }
        auto result = spend(bin, in);
        if (result) {
            result->out = amount;
        }
        return result;
    }

    [[nodiscard]] bool step(const DlmmRawBin& bin, bool is_exact_in, Integer& left) {
        const auto result = is_exact_in ? spend(bin, left) : receive(bin, left);
        if (!result) {
            return false;
        }
        if (!is_exact_in && result->out == 0) {
            return true;
        }
        left -= is_exact_in ? result->in : result->out;
        in_ += result->in;
        out_ += result->out;
        fee_ += result->fee;
        return true;
    }

    const DlmmSpec& spec_;
    bool is_x_to_y_;
    bool is_fee_on_input_ = true;
    std::int32_t active_;
    Integer index_reference_, volatility_reference_;
    Integer in_ = 0, out_ = 0, fee_ = 0;
};

}  // namespace sniperforge::dex::test
