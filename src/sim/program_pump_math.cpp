// SPDX-License-Identifier: MIT
#include "sim/program_pump_math.hpp"

#include <algorithm>

namespace sniperforge::sim::pump {
namespace {

constexpr u128 kWhole = 10'000;  // Basis points.

u128 ceil_div(u128 a, u128 b) { return a / b + (a % b == 0 ? 0 : 1); }

std::optional<std::uint64_t> narrow(u128 value) {
    return value > kU64Max ? std::nullopt : std::optional{static_cast<std::uint64_t>(value)};
}

u128 total(const Fees& fees) { return static_cast<u128>(fees.lp) + fees.protocol + fees.creator; }

// The trade of a user who pays `quote` and its fees.
std::optional<Trade> paid(std::uint64_t tokens, u128 quote, const FeeRates& rates) {
    const auto amount = narrow(quote);
    const auto fees = amount ? fees_of(*amount, rates) : std::nullopt;
    const auto user = fees ? narrow(quote + total(*fees)) : std::nullopt;
    return user ? std::optional{Trade{tokens, *amount, *fees, *user}} : std::nullopt;
}

// The trade of a user who receives `quote` without its fees.
std::optional<Trade> received(std::uint64_t tokens, u128 quote, const FeeRates& rates) {
    const auto amount = narrow(quote);
    const auto fees = amount ? fees_of(*amount, rates) : std::nullopt;
    if (!fees || total(*fees) > quote) {
        return std::nullopt;
    }
    return Trade{tokens, *amount, *fees, static_cast<std::uint64_t>(quote - total(*fees))};
}

// What is left of `spent` when its fees are taken out: what goes into the curve or pool.
std::optional<std::uint64_t> without_fees(std::uint64_t spent, const FeeRates& rates) {
    const u128 sum = static_cast<u128>(rates.lp) + rates.protocol + rates.creator;
    const auto net = static_cast<std::uint64_t>(static_cast<u128>(spent) * kWhole / (kWhole + sum));
    const auto fees = fees_of(net, rates);
    if (!fees) {
        return std::nullopt;
    }
    const u128 whole = net + total(*fees);
    const u128 excess = whole > spent ? whole - spent : 0;
    return excess > net ? std::nullopt : std::optional{net - static_cast<std::uint64_t>(excess)};
}

}  // namespace

std::optional<Fees> fees_of(std::uint64_t quote, const FeeRates& rates) {
    const auto part = [quote](std::uint64_t rate) {
        return narrow(ceil_div(static_cast<u128>(quote) * rate, kWhole));
    };
    const auto lp = part(rates.lp);
    const auto protocol = part(rates.protocol);
    const auto creator = part(rates.creator);
    return lp && protocol && creator ? std::optional{Fees{*lp, *protocol, *creator}} : std::nullopt;
}

std::optional<Trade> curve_buy_tokens(const CurveReserves& reserves, std::uint64_t tokens,
                                      const FeeRates& rates) {
    const std::uint64_t bought = std::min(tokens, reserves.real_token);
    if (bought == 0 || bought >= reserves.virtual_token) {
        return std::nullopt;
    }
    const u128 cost =
        static_cast<u128>(bought) * reserves.virtual_quote / (reserves.virtual_token - bought) + 1;
    return paid(bought, cost, rates);
}

std::optional<Trade> curve_buy_quote(const CurveReserves& reserves, std::uint64_t quote,
                                     const FeeRates& rates) {
    const auto net = without_fees(quote, rates);
    if (!net || *net == 0) {
        return std::nullopt;
    }
    const u128 effective = *net - 1;
    const u128 tokens = effective * reserves.virtual_token / (reserves.virtual_quote + effective);
    if (tokens == 0) {
        return std::nullopt;
    }
    if (tokens >= reserves.real_token) {
        // Everything that is left, at what that costs: not more than was offered.
        return curve_buy_tokens(reserves, reserves.real_token, rates);
    }
    return paid(static_cast<std::uint64_t>(tokens), *net, rates);
}

std::optional<Trade> curve_sell(const CurveReserves& reserves, std::uint64_t tokens,
                                const FeeRates& rates) {
    if (tokens == 0) {
        return std::nullopt;
    }
    const u128 gross = static_cast<u128>(tokens) * reserves.virtual_quote /
                       (static_cast<u128>(reserves.virtual_token) + tokens);
    return received(tokens, gross, rates);
}

u128 market_cap(u128 quote, u128 base, std::uint64_t supply) {
    return base == 0 ? 0 : quote * supply / base;
}

std::optional<std::uint64_t> PoolReserves::priced_quote() const {
    const i128 sum = static_cast<i128>(quote) + virtual_quote;
    return sum <= 0 ? std::nullopt : narrow(static_cast<u128>(sum));
}

std::optional<Trade> pool_buy_base(const PoolReserves& reserves, std::uint64_t base,
                                   const FeeRates& rates) {
    const auto priced = reserves.priced_quote();
    if (!priced || base == 0 || base >= reserves.base) {
        return std::nullopt;
    }
    return paid(base, ceil_div(static_cast<u128>(*priced) * base, reserves.base - base), rates);
}

std::optional<Trade> pool_buy_quote(const PoolReserves& reserves, std::uint64_t quote,
                                    const FeeRates& rates) {
    const auto priced = reserves.priced_quote();
    const auto net = without_fees(quote, rates);
    if (!priced || !net || *net == 0) {
        return std::nullopt;
    }
    const u128 effective = *net - 1;
    const u128 base = effective * reserves.base / (*priced + effective);
    return base == 0 ? std::nullopt : paid(static_cast<std::uint64_t>(base), *net, rates);
}

std::optional<Trade> pool_sell(const PoolReserves& reserves, std::uint64_t base,
                               const FeeRates& rates) {
    const auto priced = reserves.priced_quote();
    if (!priced || base == 0) {
        return std::nullopt;
    }
    const u128 gross =
        static_cast<u128>(*priced) * base / (static_cast<u128>(reserves.base) + base);
    const auto trade = received(base, gross, rates);
    // The LP fee stays in the vault; what is virtual cannot be paid out.
    if (!trade || reserves.quote < trade->quote - trade->fees.lp) {
        return std::nullopt;
    }
    return trade;
}

}  // namespace sniperforge::sim::pump
