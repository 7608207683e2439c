// SPDX-License-Identifier: MIT
#include "sim/program_cpmm_math.hpp"

#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::sim::cpmm {
namespace {

constexpr u128 kMillion = 1'000'000;

u128 ceil_div(u128 a, u128 b) { return a / b + (a % b == 0 ? 0 : 1); }

bool fits(u128 value) { return value <= kU64Max; }

SwapAmounts finish(const Rates& rates, u128 in, u128 out, u128 trade_fee, u128 creator_fee) {
    SwapAmounts result;
    result.amount_in = static_cast<std::uint64_t>(in);
    result.amount_out = static_cast<std::uint64_t>(out);
    result.trade_fee = static_cast<std::uint64_t>(trade_fee);
    result.creator_fee = static_cast<std::uint64_t>(creator_fee);
    result.protocol_fee = static_cast<std::uint64_t>(trade_fee * rates.protocol / kMillion);
    result.fund_fee = static_cast<std::uint64_t>(trade_fee * rates.fund / kMillion);
    return result;
}

// The creator's part of a fee that was taken as one.
u128 creator_part(u128 total, const Rates& rates) {
    const u128 sum = static_cast<u128>(rates.trade) + rates.creator;
    return sum == 0 ? 0 : total * rates.creator / sum;
}

}  // namespace

std::optional<SwapAmounts> swap_base_input(const Reserves& reserves, std::uint64_t amount_in,
                                           const Rates& rates, bool is_creator_fee_on_input) {
    const u128 a = amount_in;
    const u128 rate = static_cast<u128>(rates.trade) +
                      (is_creator_fee_on_input ? rates.creator : std::uint64_t{0});
    const u128 input_fee = ceil_div(a * rate, kMillion);
    if (input_fee > a) {
        return std::nullopt;
    }
    const u128 n = a - input_fee;
    if (reserves.in + n == 0) {
        return std::nullopt;
    }
    const u128 raw_out = n * reserves.out / (reserves.in + n);
    u128 creator_fee = 0;
    u128 trade_fee = input_fee;
    u128 out = raw_out;
    if (is_creator_fee_on_input) {
        creator_fee = creator_part(input_fee, rates);
        trade_fee = input_fee - creator_fee;
    } else {
        creator_fee = ceil_div(raw_out * rates.creator, kMillion);
        if (creator_fee > raw_out) {
            return std::nullopt;
        }
        out = raw_out - creator_fee;
    }
    if (raw_out == 0) {
        return std::nullopt;
    }
    return finish(rates, a, out, trade_fee, creator_fee);
}

std::optional<SwapAmounts> swap_base_output(const Reserves& reserves, std::uint64_t amount_out,
                                            const Rates& rates, bool is_creator_fee_on_input) {
    u128 gross_out = amount_out;
    if (!is_creator_fee_on_input && rates.creator > 0) {
        if (rates.creator >= kMillion) {
            return std::nullopt;
        }
        gross_out = ceil_div(gross_out * kMillion, kMillion - rates.creator);
    }
    const u128 rate = static_cast<u128>(rates.trade) +
                      (is_creator_fee_on_input ? rates.creator : std::uint64_t{0});
    if (amount_out == 0 || gross_out >= reserves.out || rate >= kMillion) {
        return std::nullopt;
    }
    const u128 n = ceil_div(gross_out * reserves.in, reserves.out - gross_out);
    if (!fits(n)) {
        return std::nullopt;
    }
    const u128 in = ceil_div(n * kMillion, kMillion - rate);
    if (!fits(in) || in == 0) {
        return std::nullopt;
    }
    const u128 input_fee = in - n;
    const u128 creator_fee =
        is_creator_fee_on_input ? creator_part(input_fee, rates) : gross_out - amount_out;
    const u128 trade_fee = is_creator_fee_on_input ? input_fee - creator_fee : input_fee;
    return finish(rates, in, amount_out, trade_fee, creator_fee);
}

}  // namespace sniperforge::sim::cpmm
