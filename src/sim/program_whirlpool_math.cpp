// SPDX-License-Identifier: MIT
#include "sim/program_whirlpool_math.hpp"

#include <array>
#include <string_view>

#include "sim/wide.hpp"

namespace sniperforge::sim::whirlpool {
namespace {

constexpr std::size_t kSteps = 18;  // Bits 1 to 18 of the tick; bit 0 chooses the start.

// Decimal as the protocol note prints it.
Wide decimal(std::string_view digits) {
    Wide value;
    for (const char digit : digits) {
        value = value * Wide{10} + Wide{static_cast<u128>(digit - '0')};
    }
    return value;
}

struct Factors {
    Wide even, odd;
    std::array<Wide, kSteps> of_bit;
};

const Factors& positive() {
    static const Factors factors{
        decimal("79228162514264337593543950336"),
        decimal("79232123823359799118286999567"),
        {decimal("79236085330515764027303304731"), decimal("79244008939048815603706035061"),
         decimal("79259858533276714757314932305"), decimal("79291567232598584799939703904"),
         decimal("79355022692464371645785046466"), decimal("79482085999252804386437311141"),
         decimal("79736823300114093921829183326"), decimal("80248749790819932309965073892"),
         decimal("81282483887344747381513967011"), decimal("83390072131320151908154831281"),
         decimal("87770609709833776024991924138"), decimal("97234110755111693312479820773"),
         decimal("119332217159966728226237229890"), decimal("179736315981702064433883588727"),
         decimal("407748233172238350107850275304"), decimal("2098478828474011932436660412517"),
         decimal("55581415166113811149459800483533"),
         decimal("38992368544603139932233054999993551")}};
    return factors;
}

const Factors& negative() {
    static const Factors factors{decimal("18446744073709551616"),
                                 decimal("18445821805675392311"),
                                 {decimal("18444899583751176498"), decimal("18443055278223354162"),
                                  decimal("18439367220385604838"), decimal("18431993317065449817"),
                                  decimal("18417254355718160513"), decimal("18387811781193591352"),
                                  decimal("18329067761203520168"), decimal("18212142134806087854"),
                                  decimal("17980523815641551639"), decimal("17526086738831147013"),
                                  decimal("16651378430235024244"), decimal("15030750278693429944"),
                                  decimal("12247334978882834399"), decimal("8131365268884726200"),
                                  decimal("3584323654723342297"), decimal("696457651847595233"),
                                  decimal("26294789957452057"), decimal("37481735321082")}};
    return factors;
}

// Amount of a between two prices, L·(p1 − p0)·2^64 / (p1·p0), and of b, L·(p1 − p0) / 2^64.
std::optional<std::uint64_t> amount_a(u128 low, u128 high, u128 liquidity, bool is_rounded_up) {
    const Wide top = (Wide{liquidity} * Wide{high - low}) << 64;
    return top.divided_by(Wide{low} * Wide{high}, is_rounded_up).to_u64();
}
std::optional<std::uint64_t> amount_b(u128 low, u128 high, u128 liquidity, bool is_rounded_up) {
    return (Wide{liquidity} * Wide{high - low})
        .divided_by(Wide{u128{1} << 64}, is_rounded_up)
        .to_u64();
}

// The amount of token a, or b, that moves the price from one to the other.
std::optional<std::uint64_t> amount_between(u128 from, u128 to, u128 liquidity, bool is_token_a,
                                            bool is_rounded_up) {
    const u128 low = from < to ? from : to;
    const u128 high = from < to ? to : from;
    return is_token_a ? amount_a(low, high, liquidity, is_rounded_up)
                      : amount_b(low, high, liquidity, is_rounded_up);
}

// a comes in: the price falls; a goes out: it rises. Rounded up either way.
std::optional<u128> price_after_a(const StepQuery& query, std::uint64_t amount) {
    if (amount == 0) {
        return query.sqrt_price;
    }
    const Wide product = Wide{query.sqrt_price} * Wide{amount};
    const Wide shifted = Wide{query.liquidity} << 64;
    if (!query.is_exact_in && shifted <= product) {
        return std::nullopt;
    }
    const Wide bottom = query.is_exact_in ? shifted + product : shifted - product;
    return ((Wide{query.liquidity} * Wide{query.sqrt_price}) << 64)
        .divided_by(bottom, true)
        .to_u128();
}

// b comes in: the price rises by what is certain; b goes out: it falls by a unit more.
std::optional<u128> price_after_b(const StepQuery& query, std::uint64_t amount) {
    const auto delta =
        (Wide{amount} << 64).divided_by(Wide{query.liquidity}, !query.is_exact_in).to_u128();
    if (!delta || (!query.is_exact_in && *delta > query.sqrt_price)) {
        return std::nullopt;
    }
    return query.is_exact_in ? query.sqrt_price + *delta : query.sqrt_price - *delta;
}

}  // namespace

u128 sqrt_price_min() { return sqrt_price_of(kTickMin); }
u128 sqrt_price_max() { return sqrt_price_of(kTickMax); }

u128 sqrt_price_of(std::int32_t tick) {
    SF_ASSERT(tick >= kTickMin && tick <= kTickMax);
    const bool is_positive = tick > 0;
    const Factors& factors = is_positive ? positive() : negative();
    const auto size = static_cast<std::uint32_t>(is_positive ? tick : -tick);
    Wide ratio = (size & 1) != 0 ? factors.odd : factors.even;
    for (std::size_t i = 0; i < kSteps; ++i) {
        if ((size >> (i + 1) & 1) != 0) {
            ratio = (ratio * factors.of_bit[i]) >> (is_positive ? 96 : 64);
        }
    }
    const auto price = (is_positive ? ratio >> 32 : ratio).to_u128();
    SF_ASSERT(price.has_value());
    return *price;
}

std::int32_t tick_of(u128 sqrt_price) {
    std::int32_t low = kTickMin;
    std::int32_t high = kTickMax;
    while (low < high) {
        const std::int32_t middle = low + (high - low + 1) / 2;
        if (sqrt_price_of(middle) <= sqrt_price) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

std::optional<Step> compute_step(const StepQuery& query) {
    constexpr std::uint64_t kMillion = 1'000'000;
    const bool is_in = query.is_exact_in;
    // The exact side is token a when a is sold for as much as it brings, or bought.
    const bool is_exact_a = is_in == query.is_a_to_b;
    const auto whole =
        amount_between(query.sqrt_price, query.target, query.liquidity, is_exact_a, is_in);
    std::uint64_t usable = query.amount;
    if (is_in) {
        usable = static_cast<std::uint64_t>(static_cast<u128>(query.amount) *
                                            (kMillion - query.fee_rate) / kMillion);
    }
    Step step;
    step.sqrt_price = query.target;
    if (!whole || *whole > usable) {
        const auto next = is_exact_a ? price_after_a(query, usable) : price_after_b(query, usable);
        if (!next || *next < sqrt_price_min() || *next > sqrt_price_max()) {
            return std::nullopt;
        }
        step.sqrt_price = *next;
    }
    const bool is_at_target = step.sqrt_price == query.target;
    const auto other =
        amount_between(query.sqrt_price, step.sqrt_price, query.liquidity, !is_exact_a, !is_in);
    const auto exact = is_at_target && whole ? whole
                                             : amount_between(query.sqrt_price, step.sqrt_price,
                                                              query.liquidity, is_exact_a, is_in);
    if (!other || !exact) {
        return std::nullopt;
    }
    step.amount_in = is_in ? *exact : *other;
    step.amount_out = is_in ? *other : *exact;
    if (!is_in && step.amount_out > query.amount) {
        step.amount_out = query.amount;
    }
    if (is_in && !is_at_target) {
        step.fee = query.amount - step.amount_in;
        return step;
    }
    const auto fee = mul_div_ceil(step.amount_in, query.fee_rate, kMillion - query.fee_rate);
    if (!fee) {
        return std::nullopt;
    }
    step.fee = *fee;
    return step;
}

}  // namespace sniperforge::sim::whirlpool
