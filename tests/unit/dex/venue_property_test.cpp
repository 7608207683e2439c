// SPDX-License-Identifier: MIT
// What holds for quotes of all eight venues as everybody asks them: through the common layer, with
// transfer fees, up to the largest amounts and liquidities.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sniperforge/dex/depth.hpp"
#include "sniperforge/dex/price.hpp"
#include "unit/dex/clmm_support.hpp"
#include "unit/dex/damm_support.hpp"
#include "unit/dex/dlmm_support.hpp"
#include "unit/dex/pump_support.hpp"
#include "unit/dex/whirlpool_support.hpp"

namespace sniperforge::dex {
namespace {

using namespace test;

constexpr int kRounds = 60;  // Of each venue.
constexpr QuoteContext kAny{
    .unix_time = kDammNow.unix_time + 100'000, .epoch = 900, .slot = 400'000'000};

// Up to `bits` of liquidity, of which few are the usual and many the extreme.
u128 any_liquidity(Rng& rng, unsigned bits) {
    const auto size = rng.below(bits) + 1;
    const u128 wide = static_cast<u128>(rng.next()) << 64 | rng.next();
    return wide >> (128 - size) | 1U;
}

Pool any_amm_v4(Rng& rng) { return {amm_v4_pool({any_amount(rng), any_amount(rng)})}; }

Pool any_cpmm(Rng& rng) {
    auto pool = cpmm_pool({any_amount(rng), any_amount(rng)});
    pool.creator_fee_on = static_cast<std::uint8_t>(rng.below(3));
    pool.is_creator_fee_enabled = rng.below(2) == 0;
    pool.creator_fee_rate = 5'000;
    return {pool};
}

Pool any_clmm(Rng& rng) {
    const auto wide = static_cast<i128>(any_liquidity(rng, 126));
    const auto narrow = static_cast<i128>(any_liquidity(rng, 64));
    auto pool = clmm_pool(0, clmm_sqrt_price_at(0),
                          static_cast<u128>(wide) + static_cast<u128>(narrow), 10);
    pool.fee_on = static_cast<std::uint8_t>(rng.below(3));
    std::vector<RawTick> ticks;
    for (const auto& [tick, net] : {std::pair{-3'000, wide}, std::pair{-100, narrow},
                                    std::pair{100, -narrow}, std::pair{3'000, -wide}}) {
        ticks.push_back({.tick = tick,
                         .liquidity_net = net,
                         .liquidity_gross = static_cast<u128>(net < 0 ? -net : net)});
    }
    put_ticks(pool, ticks);
    return {pool};
}

Pool any_whirlpool(Rng& rng) {
    const auto wide = static_cast<i128>(any_liquidity(rng, 126));
    const auto narrow = static_cast<i128>(any_liquidity(rng, 64));
    WhirlpoolSpec spec;
    spec.liquidity = static_cast<u128>(wide) + static_cast<u128>(narrow);
    spec.ticks = {{-6'400, wide}, {-640, narrow}, {640, -narrow}, {6'400, -wide}};
    return {whirlpool_of(spec)};
}

Pool any_pump_curve(Rng& rng) {
    return {pump_curve({.virtual_a = any_amount(rng),
                        .virtual_b = any_amount(rng),
                        .real_a = any_amount(rng),
                        .real_b = any_amount(rng),
                        .quote_mint = {}})};
}

Pool any_pump_swap(Rng& rng) {
    return {swap_pool({.vault_a = any_amount(rng),
                       .vault_b = any_amount(rng),
                       .virtual_b = rng.below(2) == 0 ? 0 : static_cast<i128>(any_amount(rng))})};
}

Pool any_dlmm(Rng& rng) {
    DlmmSpec spec = dlmm_ladder();
    const unsigned bits = rng.below(4) == 0 ? 64 : 40;
    for (auto& [id, bin] : spec.bins) {
        bin.amount_x = id >= 0 ? any_amount(rng, bits) | 2U : 0;
        bin.amount_y = id <= 0 ? any_amount(rng, bits) | 2U : 0;
    }
    return {dlmm_of(spec)};
}

Pool any_damm(Rng& rng) {
    auto spec = rng.below(3) == 0 ? compounding_spec() : damm_spec();
    spec.liquidity = any_liquidity(rng, 128);
    spec.amount_a = any_amount(rng);
    spec.amount_b = any_amount(rng);
    auto pool = damm_pool(spec);
    pool.is_mint_a_seen = pool.is_mint_b_seen = true;
    return {pool};
}

constexpr std::array kVenues{any_amm_v4,     any_cpmm,      any_clmm, any_whirlpool,
                             any_pump_curve, any_pump_swap, any_dlmm, any_damm};
static_assert(kVenues.size() == std::variant_size_v<PoolState>);

std::shared_ptr<const TransferTerms> any_terms(Rng& rng) {
    if (rng.below(3) != 0) {
        return nullptr;
    }
    const solana::TransferFee fee{0, TokenAmount{any_amount(rng, 40)},
                                  BasisPoints{rng.below(1'000)}};
    TransferTerms terms;
    terms.is_known = true;
    terms.fee = solana::TransferFeeConfig{.config_authority = {},
                                          .withdraw_authority = {},
                                          .withheld = {},
                                          .older = fee,
                                          .newer = fee};
    return std::make_shared<const TransferTerms>(terms);
}

bool is_of_pump(const Pool& pool) {
    return venue_of(pool) == VenueId::PumpCurve || venue_of(pool) == VenueId::PumpSwap;
}

// Both directions of pools of every venue. Whoever is never quoted proves nothing.
void for_every_venue(std::uint64_t seed,
                     const std::function<bool(const Pool&, Direction, Rng&)>& check) {
    Rng rng{seed};
    for (std::size_t venue = 0; venue < kVenues.size(); ++venue) {
        int quoted = 0;
        for (int round = 0; round < kRounds; ++round) {
            Pool pool = kVenues[venue](rng);
            pool.transfer_a = any_terms(rng);
            pool.transfer_b = any_terms(rng);
            SCOPED_TRACE(std::string{to_string(venue_of(pool))} + ", round " +
                         std::to_string(round));
            ASSERT_TRUE(is_complete(pool));
            for (const auto direction : {Direction::AToB, Direction::BToA}) {
                quoted += check(pool, direction, rng) ? 1 : 0;
            }
        }
        EXPECT_GT(quoted, kRounds / 8) << "venue " << venue;
    }
}

TEST(VenueProperties, BuyingBackWhatExactInGaveNeverCostsMore) {
    for_every_venue(1, [](const Pool& pool, Direction direction, Rng& rng) {
        const TokenAmount spent{any_amount(rng)};
        const auto in = quote_exact_in(pool, direction, spent, kAny);
        if (!in) {
            return false;
        }
        EXPECT_EQ(in->amount_in, spent);
        const auto out = quote_exact_out(pool, direction, in->amount_out, kAny);
        EXPECT_TRUE(out) << to_string(out.error());
        EXPECT_TRUE(!out || out->amount_in <= spent);
        EXPECT_TRUE(!out || out->amount_out >= in->amount_out);
        return true;
    });
}

TEST(VenueProperties, MoreInIsNeverLessOutAndMoreOutNeverLessIn) {
    for_every_venue(2, [](const Pool& pool, Direction direction, Rng& rng) {
        const auto x = any_amount(rng);
        const auto y = rng.below(2) == 0 ? any_amount(rng) : x + (x < kU64Max ? 1 : 0);
        const auto [less, more] = std::minmax(x, y);
        const auto of_less = quote_exact_in(pool, direction, TokenAmount{less}, kAny);
        const auto of_more = quote_exact_in(pool, direction, TokenAmount{more}, kAny);
        if (of_less && of_more) {
            // pump rounds each of its three fees up: a unit more may cost two.
            const std::uint64_t steps = is_of_pump(pool) ? 2 : 0;
            EXPECT_LE(of_less->amount_out.raw(), of_more->amount_out.raw() + steps);
        }
        const auto cheap = quote_exact_out(pool, direction, TokenAmount{less}, kAny);
        const auto dear = quote_exact_out(pool, direction, TokenAmount{more}, kAny);
        EXPECT_TRUE(!dear || cheap);
        EXPECT_TRUE(!dear || !cheap || cheap->amount_in <= dear->amount_in);
        return of_less.has_value() || cheap.has_value();
    });
}

TEST(VenueProperties, NoSwapIsBetterThanTheMarginalPriceOrPaysMoreThanTheReserve) {
    for_every_venue(3, [](const Pool& pool, Direction direction, Rng& rng) {
        const auto price = marginal_price(pool);
        const auto reserve = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
        const auto check = [&](const QuoteResult& quote) {
            if (quote) {
                const auto worth = worth_at(price, direction, quote->amount_in);
                EXPECT_TRUE(!worth || quote->amount_out <= *worth);
                EXPECT_LE(quote->amount_out, reserve);
            }
            return quote.has_value();
        };
        const TokenAmount amount{any_amount(rng)};
        const bool is_in = check(quote_exact_in(pool, direction, amount, kAny));
        return check(quote_exact_out(pool, direction, amount, kAny)) || is_in;
    });
}

TEST(VenueProperties, TheExtremesAreQuotedOrRefused) {
    for_every_venue(4, [](const Pool& pool, Direction direction, Rng& /*rng*/) {
        bool is_quoted = false;
        for (const std::uint64_t raw :
             {std::uint64_t{0}, std::uint64_t{1}, kU64Max / 2, kU64Max - 1, kU64Max}) {
            const TokenAmount amount{raw};
            const auto in = quote_exact_in(pool, direction, amount, kAny);
            EXPECT_TRUE(!in || (in->amount_in == amount && !in->amount_out.is_zero()));
            const auto out = quote_exact_out(pool, direction, amount, kAny);
            EXPECT_TRUE(!out || (out->amount_out >= amount && !out->amount_in.is_zero()));
            EXPECT_TRUE(raw != 0 || (!in && !out));
            is_quoted = is_quoted || in || out;
        }
        return is_quoted;
    });
}

TEST(VenueProperties, DepthIsTheLastUnitWithinTheLimit) {
    for_every_venue(5, [](const Pool& pool, Direction direction, Rng& rng) {
        const BasisPoints limit{rng.below(1'000)};
        const Depth depth = depth_within(pool, direction, limit, kAny);
        if (depth.amount_in.is_zero()) {
            return false;
        }
        const auto last = quote_exact_in(pool, direction, depth.amount_in, kAny);
        EXPECT_TRUE(last && last->amount_out == depth.amount_out);
        EXPECT_TRUE(!last || price_impact(pool, direction, *last) <= limit);
        if (depth.amount_in.raw() < kU64Max) {
            const auto next =
                quote_exact_in(pool, direction, depth.amount_in + TokenAmount{1}, kAny);
            EXPECT_EQ(depth.is_cut_off, !next);
            EXPECT_TRUE(!next || price_impact(pool, direction, *next) > limit);
        }
        // Far beyond it, by more than rounding, nothing is.
        const std::uint64_t far = depth.amount_in.raw() / 4 * 5 + 1'000;
        const auto beyond = quote_exact_in(pool, direction, TokenAmount{far}, kAny);
        EXPECT_TRUE(far < depth.amount_in.raw() || !beyond || beyond->amount_out.raw() < 100'000 ||
                    price_impact(pool, direction, *beyond) > limit);
        return true;
    });
}

}  // namespace
}  // namespace sniperforge::dex
