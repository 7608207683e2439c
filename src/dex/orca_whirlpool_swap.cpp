// SPDX-License-Identifier: MIT
#include "dex/orca_whirlpool_swap.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "dex/orca_whirlpool_fee.hpp"
#include "dex/orca_whirlpool_math.hpp"
#include "dex/orca_whirlpool_window.hpp"

namespace sniperforge::dex::whirlpool {
namespace {

constexpr std::uint64_t kProtocolRateOne = 10'000;

// Where the swap would go next: a tick that changes liquidity, or the end of the way.
struct Target {
    StepEnd end;
    i128 liquidity_net = 0;
    bool is_way_end = false;
};

// The ticks ahead, from the current one in the direction of the swap, as far as the program or our
// knowledge goes.
class Way {
 public:
    Way(const OrcaWhirlpoolPool& pool, Direction direction)
        : ticks_{pool.ticks}, is_down_{direction == Direction::AToB} {
        const ArraySequence sequence = arrays_of_swap(pool, direction);
        std::size_t seen = 0;
        while (seen < sequence.count && pool.arrays[sequence.at[seen]].is_seen) {
            ++seen;
        }
        is_known_ = seen == sequence.count;
        is_empty_ = seen == 0;
        if (is_empty_) {
            return;
        }
        const WhirlpoolTickArray& last = pool.arrays[sequence.at[seen - 1]];
        const std::int32_t width = array_width(pool);
        end_ = is_down_ ? StepEnd{clamp_tick(last.start), last.sqrt_price_low}
                        : StepEnd{clamp_tick(last.start + width - 1), last.sqrt_price_high};
        // Downwards the current tick counts, upwards only those above it.
        at_ = static_cast<std::ptrdiff_t>(pool.first_above) - (is_down_ ? 1 : 0);
    }

    [[nodiscard]] bool is_empty() const { return is_empty_; }
    // The program knows no way on; otherwise it is we who do not know.
    [[nodiscard]] bool is_known() const { return is_known_; }

    [[nodiscard]] Target next() const {
        if (at_ >= 0 && at_ < std::ssize(ticks_)) {
            const WhirlpoolTick& tick = ticks_[static_cast<std::size_t>(at_)];
            if (is_down_ ? tick.index >= end_.tick : tick.index <= end_.tick) {
                return {{tick.index, tick.sqrt_price}, tick.liquidity_net, false};
            }
        }
        return {end_, 0, true};
    }
    void pass() { at_ += is_down_ ? -1 : 1; }
    // Of the two ticks that the way leads between now: the tick passed last and the next.
    [[nodiscard]] std::size_t lower_position() const {
        return static_cast<std::size_t>(is_down_ ? at_ : at_ - 1);
    }

 private:
    std::span<const WhirlpoolTick> ticks_;
    bool is_down_;
    bool is_known_ = false;
    bool is_empty_ = true;
    StepEnd end_;
    std::ptrdiff_t at_ = 0;
};

// Crossing a tick upwards adds its net liquidity, downwards takes it away; false if that does not
// fit, which the program does not survive.
bool change_liquidity(u128& liquidity, i128 net, bool is_down) {
    const bool is_added = (net >= 0) != is_down;
    const u128 size =
        net < 0 ? static_cast<u128>(0) - static_cast<u128>(net) : static_cast<u128>(net);
    return is_added ? !__builtin_add_overflow(liquidity, size, &liquidity)
                    : !__builtin_sub_overflow(liquidity, size, &liquidity);
}

template <bool kIsTraced>
class Walk {
 public:
    Walk(const OrcaWhirlpoolPool& pool, const SwapOrder& order, const QuoteContext& context)
        : pool_{pool},
          is_down_{order.direction == Direction::AToB},
          order_{.amount = order.amount,
                 .is_exact_in = order.is_exact_in,
                 .is_a_to_b = order.direction == Direction::AToB},
          specified_{order.amount},
          way_{pool, order.direction},
          fee_{pool, order.direction, context.unix_time},
          liquidity_{pool.liquidity},
          price_{pool.sqrt_price} {
        trace_.tick_current = pool.tick_current;
    }

    [[nodiscard]] std::expected<SwapAmounts, QuoteError> run() {
        if (way_.is_empty()) {
            return Err<QuoteError>{way_.is_known() ? QuoteError::ExceedsReserve
                                                   : QuoteError::PoolIncomplete};
        }
        while (order_.amount != 0) {
            const Target target = way_.next();
            if (const auto error = go_to(target.end)) {
                return Err<QuoteError>{*error};
            }
            if (price_ != target.end.sqrt_price) {
                break;  // The amount was used up on the way.
            }
            if (const auto error = arrive(target)) {
                return Err<QuoteError>{*error};
            }
        }
        if (order_.amount != 0) {
            return Err<QuoteError>{QuoteError::ExceedsReserve};
        }
        return order_.is_exact_in ? SwapAmounts{specified_, other_, fees_}
                                  : SwapAmounts{other_, specified_, fees_};
    }

    [[nodiscard]] SwapTrace trace() const {
        SwapTrace trace = trace_;
        trace.liquidity = liquidity_;
        trace.sqrt_price = price_;
        return trace;
    }

 private:
    using Failure = std::optional<QuoteError>;

    // In one step, or in as many as the fee changes.
    [[nodiscard]] Failure go_to(const StepEnd& target) {
        do {
            if (++steps_ > kStepsMax) {
                return QuoteError::ExceedsReserve;
            }
            order_.fee_rate = fee_.rate();
            const StepEnd end = fee_.limit(target, liquidity_);
            // Only accounts that the program did not write lead backwards.
            if (is_down_ ? end.sqrt_price > price_ : end.sqrt_price < price_) {
                return QuoteError::Unsupported;
            }
            // Without liquidity, or on the spot, a step moves no amounts.
            if (liquidity_ == 0 || end.sqrt_price == price_) {
                move_to(end.sqrt_price, target);
            } else if (const auto error = step_to(end, target)) {
                return error;
            }
            if (price_ == end.sqrt_price) {
                fee_.advance(end);
            }
        } while (order_.amount != 0 && price_ != target.sqrt_price);
        return std::nullopt;
    }

    [[nodiscard]] Failure step_to(const StepEnd& end, const StepEnd& target) {
        const auto step = trade_step(order_, liquidity_, price_, end.sqrt_price);
        if (!step) {
            return step.error();
        }
        // The fee was worked out of the input or on top of it; either way it is paid.
        std::uint64_t paid = 0;
        bool is_overflow = __builtin_add_overflow(step->amount_in, step->fee, &paid) ||
                           __builtin_add_overflow(fees_, step->fee, &fees_);
        const std::uint64_t used = order_.is_exact_in ? paid : step->amount_out;
        const std::uint64_t gained = order_.is_exact_in ? step->amount_out : paid;
        is_overflow |= __builtin_sub_overflow(order_.amount, used, &order_.amount) ||
                       __builtin_add_overflow(other_, gained, &other_);
        if (is_overflow) {
            return QuoteError::Overflow;
        }
        if constexpr (kIsTraced) {
            const auto rate = std::min<std::uint64_t>(pool_.protocol_fee_rate, kProtocolRateOne);
            const auto protocol =
                static_cast<std::uint64_t>(static_cast<u128>(step->fee) * rate / kProtocolRateOne);
            trace_.protocol_fee += protocol;
            trace_.fee_growth += (static_cast<u128>(step->fee - protocol) << 64) / liquidity_;
        }
        move_to(step->sqrt_price, target);
        return std::nullopt;
    }

    void move_to(u128 price, const StepEnd& target) {
        if constexpr (kIsTraced) {
            if (price != target.sqrt_price && price != price_) {
                trace_.tick_current = tick_of(price);
            }
        }
        price_ = price;
    }

    // At a tick that changes liquidity, or at the end of what can be walked.
    [[nodiscard]] Failure arrive(const Target& target) {
        if constexpr (kIsTraced) {
            trace_.tick_current = target.end.tick - (is_down_ ? 1 : 0);
        }
        if (target.is_way_end) {
            if (!way_.is_known()) {
                return QuoteError::PoolIncomplete;
            }
            return order_.amount == 0 ? std::nullopt : Failure{QuoteError::ExceedsReserve};
        }
        way_.pass();
        return change_liquidity(liquidity_, target.liquidity_net, is_down_)
                   ? std::nullopt
                   : Failure{QuoteError::Overflow};
    }

    const OrcaWhirlpoolPool& pool_;
    bool is_down_;
    StepOrder order_;
    std::uint64_t specified_;
    Way way_;
    FeeAlongSwap fee_;
    u128 liquidity_;
    u128 price_;
    std::uint64_t other_ = 0;  // Of the token that was not specified.
    std::uint64_t fees_ = 0;
    int steps_ = 0;
    SwapTrace trace_;
};

}  // namespace

std::expected<SwapAmounts, QuoteError> run_swap(const OrcaWhirlpoolPool& pool,
                                                const SwapOrder& order,
                                                const QuoteContext& context) {
    return Walk<false>{pool, order, context}.run();
}

std::expected<SwapAmounts, QuoteError> trace_swap(const OrcaWhirlpoolPool& pool,
                                                  const SwapOrder& order,
                                                  const QuoteContext& context, SwapTrace& trace) {
    Walk<true> walk{pool, order, context};
    auto amounts = walk.run();
    trace = walk.trace();
    return amounts;
}

TokenAmount payable(OrcaWhirlpoolPool& pool, Direction direction) {
    Way way{pool, direction};
    const bool is_down = direction == Direction::AToB;
    pool.segments.resize(pool.ticks.size());
    TokenAmount total;
    u128 liquidity = pool.liquidity;
    u128 price = pool.sqrt_price;
    // Every round but the last passes a tick.
    for (std::size_t i = 0; !way.is_empty() && i <= pool.ticks.size(); ++i) {
        const Target target = way.next();
        const u128 end = target.end.sqrt_price;
        if (is_down ? end > price : end < price) {
            break;
        }
        // The first way starts at the price, and the last one may end at no tick.
        const bool is_segment = i > 0 && !target.is_way_end;
        WhirlpoolSegment once;
        WhirlpoolSegment& segment = is_segment ? pool.segments[way.lower_position()] : once;
        const auto token = is_down ? WhirlpoolSegment::Token::B : WhirlpoolSegment::Token::A;
        if (segment.token != token || segment.liquidity != liquidity) {
            const AmountBetween amount =
                is_down ? amount_b_between(price, end, liquidity, Rounding::Down)
                        : amount_a_between(price, end, liquidity, Rounding::Down);
            segment = {liquidity, amount.is_valid() ? amount.value : kU64Max, token};
        }
        total = total.saturating_add(TokenAmount{segment.amount});
        if (target.is_way_end || !change_liquidity(liquidity, target.liquidity_net, is_down)) {
            break;
        }
        price = end;
        way.pass();
    }
    return total;
}

}  // namespace sniperforge::dex::whirlpool
