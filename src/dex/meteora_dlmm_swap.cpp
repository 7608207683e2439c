// SPDX-License-Identifier: MIT
#include "dex/meteora_dlmm_swap.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "dex/meteora_dlmm_math.hpp"

namespace sniperforge::dex::dlmm {
namespace {

// What a bin pays out, in the order in which it does: providers, orders being filled, open orders.
using Layers = std::array<std::uint64_t, 3>;

Layers layers_of(const DlmmBin& bin, bool is_down, bool is_with_orders) {
    const std::uint64_t amount = is_down ? bin.amount_y : bin.amount_x;
    if (is_with_orders && bin.is_ask != is_down) {
        return {amount, bin.processed_orders, bin.open_orders};
    }
    return {amount, 0, 0};
}

// Limited to 64 bits, as the program does.
std::uint64_t total_of(const Layers& layers) {
    const u128 total = static_cast<u128>(layers[0]) + layers[1] + layers[2];
    return static_cast<std::uint64_t>(std::min<u128>(total, kU64Max));
}

// The program adds in 64 bits and fails where they do not suffice.
[[nodiscard]] bool add_to(std::uint64_t& sum, std::uint64_t amount) {
    sum += amount;
    return sum >= amount;
}

// How an amount without fees goes through the layers of one bin.
struct Fill {
    std::uint64_t left = 0;
    std::uint64_t out = 0;
    std::uint64_t providers_in = 0;
};

// What one bin does to a swap.
struct BinSwap {
    std::uint64_t in = 0, out = 0, fee = 0;
    std::uint64_t protocol_fee = 0;
};

struct FeeSplit {
    std::uint64_t fee = 0;
    std::uint64_t providers_in = 0;  // Of the input without fees.
    std::uint64_t in = 0;
    std::uint64_t protocol_share = 0;
};

// The protocol's: its share of what the providers' part earned, and half of what the orders' did.
std::uint64_t protocol_part(const FeeSplit& split) {
    if (split.in == 0) {
        return 0;
    }
    const std::uint64_t providers =
        mul_div_ceil(split.fee, split.providers_in, split.in).value_or(split.fee);
    const std::uint64_t orders = split.fee - providers;
    // The half is the placer's, rounded down.
    const std::uint64_t shared =
        mul_div_floor(providers, split.protocol_share, kBasisPoints).value_or(providers);
    return shared + (orders - orders / 2);
}

template <bool kIsTraced>
class Walk {
 public:
    Walk(const MeteoraDlmmPool& pool, Direction direction, const QuoteContext& context)
        : pool_{pool},
          is_down_{direction == Direction::AToB},
          is_with_orders_{has_orders(pool)},
          is_fee_on_input_{is_fee_on_input(pool, direction)},
          fee_{pool, context.unix_time} {}

    [[nodiscard]] std::expected<SwapAmounts, QuoteError> run(bool is_exact_in,
                                                             std::uint64_t amount) {
        const DlmmReach& reach = is_down_ ? pool_.down : pool_.up;
        const std::uint32_t count = reach.end - reach.begin;
        SwapAmounts total;
        std::uint64_t left = amount;
        for (std::uint32_t i = 0; i < count; ++i) {
            const DlmmBin& bin = pool_.bins[is_down_ ? reach.end - 1 - i : reach.begin + i];
            const Layers layers = layers_of(bin, is_down_, is_with_orders_);
            if (total_of(layers) == 0) {
                continue;
            }
            if (bin.price == 0) {  // There the program fails.
                return Err<QuoteError>{QuoteError::Overflow};
            }
            const std::uint64_t rate = fee_.rate_at(bin.id);
            const auto swap =
                is_exact_in ? spend(bin, layers, rate, left) : receive(bin, layers, rate, left);
            if (!swap) {
                return Err<QuoteError>{QuoteError::Overflow};
            }
            left -= is_exact_in ? swap->in : swap->out;
            // So small that the fee takes all of it: the program's exact-out passes it by.
            const bool is_passed_by = !is_exact_in && swap->out == 0;
            if (!is_passed_by && !take(total, *swap)) {
                return Err<QuoteError>{QuoteError::Overflow};
            }
            if (left == 0) {
                total.end_bin = bin.id;
                return total;
            }
        }
        return Err<QuoteError>{reach.is_blind ? QuoteError::PoolIncomplete
                                              : QuoteError::ExceedsReserve};
    }

    [[nodiscard]] std::uint64_t protocol_fee() const { return protocol_fee_; }

 private:
    [[nodiscard]] bool take(SwapAmounts& total, const BinSwap& swap) {
        if constexpr (kIsTraced) {
            protocol_fee_ += swap.protocol_fee;
        }
        return add_to(total.in, swap.in) && add_to(total.out, swap.out) &&
               add_to(total.fee, swap.fee);
    }

    // The input that buys `out` at the bin's price, and the output that `in` buys.
    [[nodiscard]] std::optional<std::uint64_t> input_for(std::uint64_t out, u128 price) const {
        return is_down_ ? x_of_y(out, price, Rounding::Up) : y_of_x(out, price, Rounding::Up);
    }
    [[nodiscard]] std::optional<std::uint64_t> output_for(std::uint64_t in, u128 price) const {
        return is_down_ ? y_of_x(in, price, Rounding::Down) : x_of_y(in, price, Rounding::Down);
    }

    [[nodiscard]] std::optional<Fill> fill(const Layers& layers, u128 price,
                                           std::uint64_t amount) const {
        Fill fill{.left = amount};
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (layers[i] == 0 || (i > 0 && fill.left == 0)) {
                continue;
            }
            const auto whole = input_for(layers[i], price);
            if (!whole) {
                return std::nullopt;
            }
            const bool is_whole = fill.left >= *whole;
            const std::uint64_t in = is_whole ? *whole : fill.left;
            const auto out = is_whole ? std::optional{layers[i]} : output_for(in, price);
            if (!out || !add_to(fill.out, *out)) {
                return std::nullopt;
            }
            fill.left -= in;
            fill.providers_in += i == 0 ? in : 0;
        }
        return fill;
    }

    // Spends `amount`, or as much of it as the bin takes.
    [[nodiscard]] std::optional<BinSwap> spend(const DlmmBin& bin, const Layers& layers,
                                               std::uint64_t rate, std::uint64_t amount) const {
        const std::uint64_t whole_fee = is_fee_on_input_ ? fee_within(amount, rate) : 0;
        const std::uint64_t net = amount - whole_fee;
        const auto filled = fill(layers, bin.price, net);
        if (!filled) {
            return std::nullopt;
        }
        const std::uint64_t used = net - filled->left;
        BinSwap swap{.in = amount, .out = filled->out, .fee = whole_fee};
        if (filled->left > 0) {
            swap.fee = is_fee_on_input_ ? fee_upon(used, rate) : 0;
            swap.in = used + swap.fee;  // Not above `amount`: a part of it, with a part of its fee.
        }
        if (!is_fee_on_input_) {
            swap.fee = fee_within(swap.out, rate);
            swap.out -= swap.fee;
        }
        if constexpr (kIsTraced) {
            swap.protocol_fee =
                protocol_part({swap.fee, filled->providers_in, used, pool_.protocol_share});
        }
        return swap;
    }

    // Receives `amount`, or as much of it as the bin has.
    [[nodiscard]] std::optional<BinSwap> receive(const DlmmBin& bin, const Layers& layers,
                                                 std::uint64_t rate, std::uint64_t amount) const {
        std::uint64_t gross = amount;
        if (!is_fee_on_input_ && !add_to(gross, fee_upon(amount, rate))) {
            return std::nullopt;
        }
        if (gross >= total_of(layers)) {
            return spend(bin, layers, rate, kU64Max);
        }
        std::uint64_t in = 0;
        std::uint64_t rest = gross;
        for (const std::uint64_t layer : layers) {
            const std::uint64_t part = std::min(rest, layer);
            const auto part_in = input_for(part, bin.price);
            if (!part_in || !add_to(in, *part_in)) {
                return std::nullopt;
            }
            rest -= part;
        }
        if (is_fee_on_input_ && !add_to(in, fee_upon(in, rate))) {
            return std::nullopt;
        }
        auto swap = spend(bin, layers, rate, in);
        if (swap) {
            if constexpr (kIsTraced) {
                // What rounding left over is the protocol's, unless it is a single unit.
                const std::uint64_t over = swap->out > amount ? swap->out - amount : 0;
                swap->protocol_fee += over > 1 ? over : 0;
            }
            swap->out = amount;
        }
        return swap;
    }

    const MeteoraDlmmPool& pool_;
    bool is_down_;
    bool is_with_orders_;
    bool is_fee_on_input_;
    FeeAlongSwap fee_;
    std::uint64_t protocol_fee_ = 0;
};

}  // namespace

bool has_orders(const MeteoraDlmmPool& pool) {
    const bool is_for_orders =
        pool.function_type == 2 || (pool.function_type == 0 && !pool.has_rewards);
    return pool.version > 0 && is_for_orders;
}

bool is_fee_on_input(const MeteoraDlmmPool& pool, Direction direction) {
    return pool.collect_fee_mode == 0 || direction == Direction::BToA;
}

std::expected<SwapAmounts, QuoteError> run_swap(const MeteoraDlmmPool& pool, const SwapOrder& order,
                                                const QuoteContext& context) {
    return Walk<false>{pool, order.direction, context}.run(order.is_exact_in, order.amount);
}

std::expected<SwapAmounts, QuoteError> trace_swap(const MeteoraDlmmPool& pool,
                                                  const SwapOrder& order,
                                                  const QuoteContext& context,
                                                  std::uint64_t& protocol_fee) {
    Walk<true> walk{pool, order.direction, context};
    auto amounts = walk.run(order.is_exact_in, order.amount);
    protocol_fee = walk.protocol_fee();
    return amounts;
}

TokenAmount payable(const MeteoraDlmmPool& pool, Direction direction) {
    const bool is_down = direction == Direction::AToB;
    const bool is_with_orders = has_orders(pool);
    const DlmmReach& reach = is_down ? pool.down : pool.up;
    u128 total = 0;  // At most 210 bins of 64 bits each.
    for (std::uint32_t i = reach.begin; i < reach.end; ++i) {
        total += total_of(layers_of(pool.bins[i], is_down, is_with_orders));
    }
    return TokenAmount{static_cast<std::uint64_t>(std::min<u128>(total, kU64Max))};
}

}  // namespace sniperforge::dex::dlmm
