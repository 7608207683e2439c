// SPDX-License-Identifier: MIT
#include "dex/raydium_clmm_swap.hpp"

#include <algorithm>

#include "dex/raydium_clmm_math.hpp"

namespace sniperforge::dex {
namespace {

using enum QuoteError;

// Amounts of one step or of one tick's limit orders.
struct Move {
    u128 sqrt_price = 0;
    std::uint64_t amount_in = 0, amount_out = 0, fee = 0;
};

// Settings of the program: an index that moved by one counts this much; and the whole of a ratio.
constexpr std::uint64_t kVolatilityPerIndex = 10'000;
constexpr std::uint64_t kReductionOne = 10'000;

class Walk {
 public:
    Walk(const RaydiumClmmPool& pool, const SwapOrder& order)
        : pool_{pool},
          is_down_{order.direction == Direction::AToB},
          is_exact_in_{order.is_exact_in},
          is_fee_on_input_{pool.fee_on == 0 || (pool.fee_on == 1) == is_down_},
          direction_{order.direction},
          remaining_{order.amount},
          // What the program uses when the caller gives no limit.
          limit_{is_down_ ? kClmmSqrtPriceMin + 1 : kClmmSqrtPriceMax - 1},
          next_tick_{pool.ticks_position} {
        result_.sqrt_price = pool.sqrt_price;
        result_.liquidity = pool.liquidity;
        result_.tick_farthest = pool.tick_current;
        result_.is_fee_on_output = !is_fee_on_input_;
    }

    std::expected<ClmmSwap, QuoteError> run(const QuoteContext& context) {
        start_dynamic_fee(context);
        const std::uint64_t amount = remaining_;
        while (remaining_ != 0) {
            const ClmmTick* tick = next_tick();
            if (tick == nullptr || result_.sqrt_price == limit_) {
                return Err<QuoteError>{ExceedsReserve};
            }
            result_.tick_farthest = tick->tick;
            if (const auto error = walk_to(*tick)) {
                return Err<QuoteError>{*error};
            }
        }
        (is_exact_in_ ? result_.amount_in : result_.amount_out) = amount;
        (is_exact_in_ ? result_.amount_out : result_.amount_in) = calculated_;
        return result_;
    }

 private:
    const ClmmTick* next_tick() {
        if (is_down_) {
            return next_tick_ > pool_.ticks_low ? &pool_.ticks[--next_tick_] : nullptr;
        }
        return next_tick_ < pool_.ticks_high ? &pool_.ticks[next_tick_++] : nullptr;
    }

    [[nodiscard]] bool is_past(u128 price, u128 goal) const {
        return is_down_ ? price < goal : price > goal;
    }
    [[nodiscard]] u128 nearer(u128 a, u128 b) const {
        return is_down_ ? std::max(a, b) : std::min(a, b);
    }

    // From the present price to the tick, to the limit or to the end of the amount.
    std::optional<QuoteError> walk_to(const ClmmTick& tick) {
        const u128 target = nearer(tick.sqrt_price, limit_);
        if (is_past(result_.sqrt_price, target)) {
            return Unsupported;  // Price and tick of the pool contradict each other.
        }
        u128 liquidity_after = result_.liquidity;
        do {
            if (++result_.steps > kClmmStepsMax) {
                return ExceedsReserve;
            }
            update_volatility();
            const std::uint32_t rate = fee_rate();
            const Bound bound = bound_of(target);
            Move move{.sqrt_price = bound.sqrt_price};
            if (result_.sqrt_price != bound.sqrt_price) {
                if (const auto error = step_to(bound.sqrt_price, rate, move)) {
                    return error;
                }
            }
            if (move.sqrt_price == tick.sqrt_price) {
                if (const auto error = arrive(tick, rate, liquidity_after)) {
                    return error;
                }
            } else if (result_.sqrt_price != move.sqrt_price) {
                result_.tick = move.sqrt_price == bound.sqrt_price ? bound.tick : std::nullopt;
            }
            result_.sqrt_price = move.sqrt_price;
            advance_index(bound, tick);
        } while (remaining_ != 0 && result_.sqrt_price != target);
        result_.liquidity = liquidity_after;
        return std::nullopt;
    }

    // Where one step ends at the latest: at the target, or before it at the edge of the interval
    // for which the dynamic fee's rate holds.
    struct Bound {
        u128 sqrt_price = 0;
        std::optional<std::int32_t> tick;  // Of the edge; none where the fee does not divide.
    };
    [[nodiscard]] Bound bound_of(u128 target) const {
        const ClmmDynamicFee& fee = result_.dynamic_fee;
        if (!fee.is_enabled || result_.liquidity == 0 ||
            fee.volatility_accumulator == fee.max_volatility_accumulator) {
            return {target, std::nullopt};
        }
        const std::int64_t edge = (is_down_ ? index_ : index_ + 1) * pool_.tick_spacing;
        const auto tick =
            static_cast<std::int32_t>(std::clamp<std::int64_t>(edge, kClmmTickMin, kClmmTickMax));
        return {nearer(target, clmm_sqrt_price_at(tick)), tick};
    }

    // Fills `move` up to the bound and takes its amounts in.
    std::optional<QuoteError> step_to(u128 bound, std::uint32_t rate, Move& move) {
        const auto is_ok = is_exact_in_ ? step_in(bound, rate, move) : step_out(bound, rate, move);
        return is_ok ? take(move) : std::optional{Overflow};
    }

    bool step_in(u128 bound, std::uint32_t rate, Move& move) {
        const u128 price = result_.sqrt_price;
        const auto net = is_fee_on_input_
                             ? clmm_part_floor(remaining_, kClmmRateOne - rate, kClmmRateOne)
                             : std::optional{remaining_};
        auto in = amount_in(price, bound);
        if (!in || *net < *in) {
            const auto after = clmm_price_after_input(price, result_.liquidity, *net, direction_);
            if (result_.liquidity == 0 || !after || is_past(*after, bound)) {
                return false;
            }
            move.sqrt_price = *after;
        }
        const bool is_reached = move.sqrt_price == bound;
        in = is_reached ? in : amount_in(price, move.sqrt_price);
        const auto out = amount_out(price, move.sqrt_price);
        if (!in || !out) {
            return false;
        }
        move.amount_in = *in;
        move.amount_out = *out;
        if (is_fee_on_input_ && !is_reached) {
            move.fee = remaining_ - std::min(remaining_, *in);
            return *in <= remaining_;
        }
        if (!is_fee_on_input_ && !is_reached) {
            move.amount_in = remaining_;
        }
        return charge(rate, move);
    }

    bool step_out(u128 bound, std::uint32_t rate, Move& move) {
        const u128 price = result_.sqrt_price;
        const auto gross = is_fee_on_input_
                               ? std::optional{remaining_}
                               : clmm_part_ceil(remaining_, kClmmRateOne, kClmmRateOne - rate);
        auto out = amount_out(price, bound);
        if (!gross) {
            return false;
        }
        if (!out || *gross < *out) {
            const auto after =
                clmm_price_after_output(price, result_.liquidity, *gross, direction_);
            if (!after || is_past(*after, bound)) {
                return false;
            }
            move.sqrt_price = *after;
        }
        out = move.sqrt_price == bound ? out : amount_out(price, move.sqrt_price);
        const auto in = amount_in(price, move.sqrt_price);
        if (!in || !out) {
            return false;
        }
        move.amount_in = *in;
        move.amount_out = *out;
        if (is_fee_on_input_) {
            move.amount_out = std::min(*out, remaining_);
            return charge(rate, move);
        }
        if (!charge(rate, move)) {
            return false;
        }
        if (move.amount_out > remaining_) {  // Rounded too far: the pool keeps it as fee.
            move.fee = *out - remaining_;
            move.amount_out = remaining_;
        }
        return true;
    }

    // The fee on an input that leaves it whole, or out of the output.
    [[nodiscard]] bool charge(std::uint32_t rate, Move& move) const {
        const auto fee = is_fee_on_input_
                             ? clmm_part_ceil(move.amount_in, rate, kClmmRateOne - rate)
                             : clmm_part_ceil(move.amount_out, rate, kClmmRateOne);
        if (!fee) {
            return false;
        }
        move.fee = *fee;
        if (!is_fee_on_input_) {
            move.amount_out -= *fee;  // rate < 1: never more than the output.
        }
        return true;
    }

    std::optional<QuoteError> take(const Move& move) {
        std::uint64_t paid = move.amount_in;
        if (is_fee_on_input_ && __builtin_add_overflow(paid, move.fee, &paid)) {
            return Overflow;
        }
        const std::uint64_t spent = is_exact_in_ ? paid : move.amount_out;
        const std::uint64_t gained = is_exact_in_ ? move.amount_out : paid;
        if (__builtin_sub_overflow(remaining_, spent, &remaining_) ||
            __builtin_add_overflow(calculated_, gained, &calculated_) ||
            __builtin_add_overflow(result_.fee, move.fee, &result_.fee)) {
            return Overflow;
        }
        return std::nullopt;
    }

    // On the tick: its limit orders first, then, when none is left, its liquidity.
    std::optional<QuoteError> arrive(const ClmmTick& tick, std::uint32_t rate,
                                     u128& liquidity_after) {
        std::uint64_t left = 0;
        if (__builtin_add_overflow(tick.orders, tick.part_filled, &left)) {
            return Overflow;
        }
        if (left != 0 && remaining_ != 0) {
            Move move;
            if (!match_orders(tick, rate, left, move)) {
                return Overflow;
            }
            left = consume(tick, left, move.amount_out + (is_fee_on_input_ ? 0 : move.fee));
            if (const auto error = take(move)) {
                return error;
            }
        }
        if (tick.has_liquidity && left == 0) {
            const bool is_added = (tick.liquidity_net >= 0) != is_down_;
            const auto net = static_cast<u128>(tick.liquidity_net);
            const u128 size = tick.liquidity_net < 0 ? 0 - net : net;
            if (is_added ? __builtin_add_overflow(result_.liquidity, size, &liquidity_after)
                         : __builtin_sub_overflow(result_.liquidity, size, &liquidity_after)) {
                return Overflow;
            }
        }
        result_.tick = tick.tick - (is_down_ == (left == 0) ? 1 : 0);
        return std::nullopt;
    }

    bool match_orders(const ClmmTick& tick, std::uint32_t rate, std::uint64_t total, Move& move) {
        const auto price = clmm_order_price(tick.sqrt_price, direction_);
        if (!price) {
            return false;
        }
        std::optional<std::uint64_t> in;
        if (is_exact_in_) {
            if (is_fee_on_input_) {
                move.fee = clmm_part_ceil(remaining_, rate, kClmmRateOne).value();
            }
            in = remaining_ - move.fee;
            const u128 out = clmm_order_output(*in, *price, direction_);
            move.amount_out = static_cast<std::uint64_t>(std::min<u128>(out, total));
            if (out <= total) {
                move.amount_in = *in;
                return is_fee_on_input_ || charge(rate, move);
            }
        } else {
            const std::uint64_t net = std::min(remaining_, total);
            const auto gross = is_fee_on_input_
                                   ? std::optional{net}
                                   : clmm_part_ceil(net, kClmmRateOne, kClmmRateOne - rate);
            if (!gross) {
                return false;
            }
            move.amount_out = std::min(*gross, total);
        }
        in = clmm_order_input(move.amount_out, *price, direction_);
        move.amount_in = in.value_or(0);
        return in && charge(rate, move);
    }

    // What is left after `amount`; the part-filled ones go first.
    std::uint64_t consume(const ClmmTick& tick, std::uint64_t total, std::uint64_t amount) {
        const std::uint64_t left = total - amount;
        const bool is_within = amount <= tick.part_filled;
        result_.orders_left = ClmmOrdersLeft{tick.tick, is_within ? tick.orders : 0,
                                             is_within ? tick.part_filled - amount : left};
        return left;
    }

    void start_dynamic_fee(const QuoteContext& context) {
        ClmmDynamicFee& fee = result_.dynamic_fee;
        fee = pool_.dynamic_fee;
        if (!fee.is_enabled) {
            return;
        }
        const std::int32_t index = floor_div(pool_.tick_current, pool_.tick_spacing);
        index_ = index;
        const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(context.unix_time, 0));
        const std::uint64_t age = now - std::min(now, fee.last_update_timestamp);
        if (age < fee.filter_period) {
            return;
        }
        fee.volatility_reference =
            age < fee.decay_period
                ? static_cast<std::uint32_t>(std::uint64_t{fee.volatility_accumulator} *
                                             fee.reduction_factor / kReductionOne)
                : 0;
        fee.tick_spacing_index_reference = index;
        fee.last_update_timestamp = now;
    }

    void update_volatility() {
        ClmmDynamicFee& fee = result_.dynamic_fee;
        if (!fee.is_enabled) {
            return;
        }
        const std::int64_t moved = std::int64_t{fee.tick_spacing_index_reference} - index_;
        const auto distance = static_cast<std::uint64_t>(moved < 0 ? -moved : moved);
        fee.volatility_accumulator = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(fee.volatility_reference + distance * kVolatilityPerIndex,
                                    fee.max_volatility_accumulator));
    }

    [[nodiscard]] std::uint32_t fee_rate() const {
        if (!result_.dynamic_fee.is_enabled) {
            return pool_.trade_fee_rate;
        }
        return std::min(
            pool_.trade_fee_rate + clmm_dynamic_fee_rate(result_.dynamic_fee, pool_.tick_spacing),
            kClmmFeeRateMax);
    }

    // After a step the price is in the next interval of the dynamic fee. A step that the fee did
    // not divide may have gone through many.
    void advance_index(const Bound& bound, const ClmmTick& tick) {
        ClmmDynamicFee& fee = result_.dynamic_fee;
        if (!fee.is_enabled) {
            return;
        }
        // Short of its bound a step ends the swap, and the index does not matter any more.
        if (!bound.tick && result_.sqrt_price == tick.sqrt_price) {
            index_ = floor_div(tick.tick, pool_.tick_spacing);
            if (!is_down_ && tick.tick % pool_.tick_spacing == 0) {
                --index_;
            }
            if (fee.volatility_accumulator != fee.max_volatility_accumulator) {
                update_volatility();
            }
        }
        index_ += is_down_ ? -1 : 1;
    }

    [[nodiscard]] std::optional<std::uint64_t> amount_in(u128 from, u128 to) const {
        return is_down_ ? clmm_amount_a(from, to, result_.liquidity, Rounding::Up)
                        : clmm_amount_b(from, to, result_.liquidity, Rounding::Up);
    }
    [[nodiscard]] std::optional<std::uint64_t> amount_out(u128 from, u128 to) const {
        return is_down_ ? clmm_amount_b(from, to, result_.liquidity, Rounding::Down)
                        : clmm_amount_a(from, to, result_.liquidity, Rounding::Down);
    }

    const RaydiumClmmPool& pool_;
    const bool is_down_;
    const bool is_exact_in_;
    const bool is_fee_on_input_;
    const Direction direction_;
    std::uint64_t remaining_ = 0;   // Of the amount asked.
    std::uint64_t calculated_ = 0;  // Of the other token.
    const u128 limit_;
    std::uint32_t next_tick_ = 0;
    std::int64_t index_ = 0;  // Interval of `tick_spacing` ticks that the price is in.
    ClmmSwap result_;
};

}  // namespace

std::expected<ClmmSwap, QuoteError> clmm_swap(const RaydiumClmmPool& pool, const SwapOrder& order,
                                              const QuoteContext& context) {
    if (pool.fee_on > 2 || pool.trade_fee_rate >= kClmmRateOne) {
        return Err<QuoteError>{Unsupported};
    }
    return Walk{pool, order}.run(context);
}

}  // namespace sniperforge::dex
