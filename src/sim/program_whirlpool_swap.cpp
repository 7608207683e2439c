// SPDX-License-Identifier: MIT
#include "sim/program_whirlpool_swap.hpp"

#include <algorithm>

#include "sim/wide.hpp"

namespace sniperforge::sim::whirlpool {
namespace {

// Where the search for an initialised tick ended: on one, or at the edge of the last array.
struct Next {
    std::size_t array = 0;
    std::int32_t tick = 0;
};

class Swap {
 public:
    Swap(const PoolState& state, std::span<const TickArray> arrays, const SwapQuery& query)
        : state_{state},
          arrays_{arrays},
          query_{query},
          fees_{state.fee_rate, state.adaptive, query.is_a_to_b},
          remaining_{query.amount} {
        now_.liquidity = state.liquidity;
        now_.sqrt_price = state.sqrt_price;
        now_.growth_a = state.growth_a;
        now_.growth_b = state.growth_b;
        now_.tick = state.tick;
    }
    [[nodiscard]] std::expected<SwapResult, SwapFault> run();

 private:
    using Done = std::expected<void, SwapFault>;
    [[nodiscard]] std::optional<SwapFault> check();
    [[nodiscard]] Done move_to_next_tick();
    [[nodiscard]] std::optional<Next> find_next() const;
    [[nodiscard]] std::optional<std::int32_t> find_in(const TickArray& array) const;
    [[nodiscard]] Done step(const Next& next, u128 next_price, u128 target);
    [[nodiscard]] Done settle(const Step& step);
    [[nodiscard]] Done arrive(const Next& next);

    const PoolState& state_;
    std::span<const TickArray> arrays_;
    const SwapQuery& query_;
    FeeManager fees_;
    std::uint64_t remaining_;
    u128 limit_ = 0;
    std::size_t array_ = 0;
    SwapResult now_;  // How the pool stands; amounts so far.
};

std::int32_t last_tick(const TickArray& array, std::int32_t spacing) {
    return array.start + kTicksPerArray * spacing;
}

std::optional<SwapFault> Swap::check() {
    limit_ = query_.sqrt_price_limit;
    if (limit_ == 0) {
        limit_ = query_.is_a_to_b ? sqrt_price_min() : sqrt_price_max();
    }
    if (limit_ < sqrt_price_min() || limit_ > sqrt_price_max()) {
        return SwapFault::LimitOutOfBounds;
    }
    if (query_.is_a_to_b ? limit_ > state_.sqrt_price : limit_ < state_.sqrt_price) {
        return SwapFault::LimitInWrongDirection;
    }
    if (query_.amount == 0) {
        return SwapFault::ZeroAmount;
    }
    return fees_.begin(state_.tick, query_.now) ? std::nullopt
                                                : std::optional{SwapFault::ClockBeforeOracle};
}

// The next initialised tick of one array: at or below the current one, or above it.
std::optional<std::int32_t> Swap::find_in(const TickArray& array) const {
    const std::int32_t spacing = state_.tick_spacing;
    const std::int32_t at = floor_div(now_.tick - array.start, spacing);
    if (query_.is_a_to_b) {
        for (std::int32_t i = std::min(at, kTicksPerArray - 1); i >= 0; --i) {
            if (tick_at(array, i).is_initialized) {
                return array.start + i * spacing;
            }
        }
        return std::nullopt;
    }
    for (std::int32_t i = std::max(at + 1, 0); i < kTicksPerArray; ++i) {
        if (tick_at(array, i).is_initialized) {
            return array.start + i * spacing;
        }
    }
    return std::nullopt;
}

std::optional<Next> Swap::find_next() const {
    const std::int32_t spacing = state_.tick_spacing;
    for (std::size_t i = array_; i < arrays_.size(); ++i) {
        const TickArray& array = arrays_[i];
        if (const auto tick = find_in(array)) {
            return Next{i, *tick};
        }
        if (query_.is_a_to_b && array.start <= kTickMin) {
            return Next{i, kTickMin};
        }
        if (!query_.is_a_to_b && last_tick(array, spacing) > kTickMax) {
            return Next{i, kTickMax};
        }
        if (i + 1 == arrays_.size()) {
            return Next{i, query_.is_a_to_b ? array.start : last_tick(array, spacing) - 1};
        }
    }
    return std::nullopt;
}

// Tokens in and out, the fee, and what of it the protocol and the liquidity get.
Swap::Done Swap::settle(const Step& step) {
    const u128 paid = static_cast<u128>(step.amount_in) + step.fee;
    const u128 exact = query_.is_exact_in ? paid : u128{step.amount_out};
    const u128 in = now_.amount_in + paid;
    const u128 out = static_cast<u128>(now_.amount_out) + step.amount_out;
    if (exact > remaining_ || in > kU64Max || out > kU64Max) {
        return std::unexpected{SwapFault::Arithmetic};
    }
    remaining_ -= static_cast<std::uint64_t>(exact);
    now_.amount_in = static_cast<std::uint64_t>(in);
    now_.amount_out = static_cast<std::uint64_t>(out);
    const auto protocol =
        static_cast<std::uint64_t>(static_cast<u128>(step.fee) * state_.protocol_fee_rate / 10'000);
    now_.fee += step.fee;
    now_.protocol_fee += protocol;
    if (now_.liquidity > 0) {
        u128& growth = query_.is_a_to_b ? now_.growth_a : now_.growth_b;
        growth += (static_cast<u128>(step.fee - protocol) << 64) / now_.liquidity;  // Wraps.
    }
    return {};
}

// The price has reached the tick: if somebody's range begins or ends there, liquidity changes.
Swap::Done Swap::arrive(const Next& next) {
    const TickArray& array = arrays_[next.array];
    const std::int32_t spacing = state_.tick_spacing;
    const std::int32_t offset = floor_div(next.tick - array.start, spacing);
    const bool is_aligned = (next.tick - array.start) % spacing == 0;
    const Tick tick = is_aligned ? tick_at(array, offset) : Tick{};
    if (tick.is_initialized) {
        const i128 net = query_.is_a_to_b ? -tick.liquidity_net : tick.liquidity_net;
        if (net < 0 && static_cast<u128>(-net) > now_.liquidity) {
            return std::unexpected{SwapFault::Arithmetic};
        }
        now_.liquidity += static_cast<u128>(net);
        now_.crossings.push_back({next.array, tick.growth_at, now_.growth_a, now_.growth_b});
    }
    const bool is_at_end = query_.is_a_to_b ? offset == 0 : offset == kTicksPerArray - 1;
    array_ = next.array + (is_at_end ? 1 : 0);
    now_.tick = query_.is_a_to_b ? next.tick - 1 : next.tick;
    return {};
}

Swap::Done Swap::step(const Next& next, u128 next_price, u128 target) {
    const std::uint32_t rate = fees_.rate();
    const FeeManager::Bound bound = fees_.bound(target, now_.liquidity);
    const auto step = compute_step({remaining_, rate, now_.liquidity, now_.sqrt_price, bound.target,
                                    query_.is_exact_in, query_.is_a_to_b});
    if (!step) {
        return std::unexpected{SwapFault::Arithmetic};
    }
    if (auto settled = settle(*step); !settled) {
        return settled;
    }
    if (step->sqrt_price == next_price) {
        if (auto arrived = arrive(next); !arrived) {
            return arrived;
        }
    } else if (step->sqrt_price != now_.sqrt_price) {
        now_.tick = tick_of(step->sqrt_price);
    }
    now_.sqrt_price = step->sqrt_price;
    fees_.advance(bound, {now_.sqrt_price, next_price, next.tick});
    return {};
}

Swap::Done Swap::move_to_next_tick() {
    if (array_ >= arrays_.size()) {
        return std::unexpected{SwapFault::OutOfArrays};
    }
    const auto next = find_next();
    if (!next) {
        return std::unexpected{SwapFault::OutOfArrays};
    }
    const u128 next_price = sqrt_price_of(std::clamp(next->tick, kTickMin, kTickMax));
    const u128 target =
        query_.is_a_to_b ? std::max(limit_, next_price) : std::min(limit_, next_price);
    do {
        if (auto stepped = step(*next, next_price, target); !stepped) {
            return stepped;
        }
    } while (remaining_ > 0 && now_.sqrt_price != target);
    return {};
}

std::expected<SwapResult, SwapFault> Swap::run() {
    if (const auto fault = check()) {
        return std::unexpected{*fault};
    }
    while (remaining_ > 0 && now_.sqrt_price != limit_) {
        if (auto moved = move_to_next_tick(); !moved) {
            return std::unexpected{moved.error()};
        }
    }
    if (remaining_ > 0 && !query_.is_exact_in && query_.sqrt_price_limit == 0) {
        return std::unexpected{SwapFault::PartlyFilled};
    }
    fees_.end(state_.sqrt_price, now_.sqrt_price, query_.now);
    now_.adaptive = fees_.adaptive();
    return std::move(now_);
}

}  // namespace

PoolState read_state(BytesView data) {
    PoolState state;
    state.tick_spacing = read_le<std::uint16_t>(data, pool::kTickSpacing);
    state.fee_rate = read_le<std::uint16_t>(data, pool::kFeeRate);
    state.protocol_fee_rate = read_le<std::uint16_t>(data, pool::kProtocolFeeRate);
    state.liquidity = read_le<u128>(data, pool::kLiquidity);
    state.sqrt_price = read_le<u128>(data, pool::kSqrtPrice);
    state.growth_a = read_le<u128>(data, pool::kGrowthA);
    state.growth_b = read_le<u128>(data, pool::kGrowthB);
    state.tick = read_le<std::int32_t>(data, pool::kTick);
    return state;
}

std::vector<std::int32_t> array_starts(const PoolState& state, bool is_a_to_b) {
    constexpr std::int32_t kArrays = 3;
    const std::int32_t ticks = kTicksPerArray * state.tick_spacing;
    const std::int32_t base = array_start(state.tick, state.tick_spacing);
    // Upwards the search begins above the current tick, which may be in the next array already.
    const bool is_shifted = !is_a_to_b && state.tick + state.tick_spacing >= base + ticks;
    std::vector<std::int32_t> starts;
    for (std::int32_t i = 0; i < kArrays; ++i) {
        const std::int32_t start = base + ticks * (is_a_to_b ? -i : i + (is_shifted ? 1 : 0));
        if (start > kTickMin - ticks && start <= kTickMax) {
            starts.push_back(start);
        }
    }
    return starts;
}

std::expected<SwapResult, SwapFault> swap(const PoolState& state, std::span<const TickArray> arrays,
                                          const SwapQuery& query) {
    return Swap{state, arrays, query}.run();
}

}  // namespace sniperforge::sim::whirlpool
