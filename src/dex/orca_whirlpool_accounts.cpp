// SPDX-License-Identifier: MIT
// A Whirlpool from its accounts.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "dex/account_kind.hpp"
#include "dex/orca_whirlpool_swap.hpp"
#include "dex/orca_whirlpool_window.hpp"
#include "sniperforge/dex/orca_whirlpool.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {
namespace {

constexpr std::uint8_t kWrappedSolDecimals = 9;
// A tick of a fixed array; a dynamic one writes one byte for a tick that is not initialised.
constexpr std::size_t kFixedTickBytes = 113;
constexpr std::size_t kFixedTicksOffset = 12;
constexpr std::size_t kFixedPoolOffset = 9956;
constexpr std::size_t kDynamicPoolOffset = 12;
constexpr std::size_t kDynamicBitmapOffset = 44;
constexpr std::size_t kDynamicTicksOffset = 60;

std::unexpected<Error> refuse(std::string_view what, const Pubkey& id, std::string_view why) {
    return fail(fmt::format("decoding {} {}: {}", what, id.to_string(), why));
}

constexpr AccountKind kPool{"Whirlpool", kWhirlpoolBytes, kWhirlpoolDiscriminator};
constexpr AccountKind kFixedTicks{"Whirlpool tick array", kWhirlpoolFixedTicksBytes,
                                  kWhirlpoolFixedTicksDiscriminator};
constexpr AccountKind kDynamicTicks{"dynamic Whirlpool tick array", kWhirlpoolDynamicTicksBytesMin,
                                    kWhirlpoolDynamicTicksDiscriminator};
constexpr AccountKind kOracle{"Whirlpool oracle", kWhirlpoolOracleBytes,
                              kWhirlpoolOracleDiscriminator};

Result<WhirlpoolTicks> decode_fixed_ticks(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kFixedTicks, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    WhirlpoolTicks ticks;
    ticks.start = read_le<std::int32_t>(data, 8);
    ticks.pool = Pubkey::from(data.subspan(kFixedPoolOffset));
    for (std::uint8_t i = 0; i < kWhirlpoolTicksPerArray; ++i) {
        const auto tick = data.subspan(kFixedTicksOffset + i * kFixedTickBytes, kFixedTickBytes);
        if (tick[0] != 0) {
            ticks.initialised.push_back({i, read_le<i128>(tick, 1), read_le<u128>(tick, 17)});
        }
    }
    return ticks;
}

Result<WhirlpoolTicks> decode_dynamic_ticks(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kDynamicTicks, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    WhirlpoolTicks ticks;
    ticks.start = read_le<std::int32_t>(data, 8);
    ticks.pool = Pubkey::from(data.subspan(kDynamicPoolOffset));
    const auto bitmap = read_le<u128>(data, kDynamicBitmapOffset);
    ByteReader reader{data.subspan(kDynamicTicksOffset)};
    for (std::uint8_t i = 0; i < kWhirlpoolTicksPerArray; ++i) {
        const auto tag = reader.read<std::uint8_t>();
        const bool is_marked = (bitmap >> i & 1U) != 0;
        // The program finds a tick by its bit and reads it by its tag: they must say the same.
        if (reader.ok() && tag != (is_marked ? 1 : 0)) {
            return refuse(kDynamicTicks.name, id,
                          fmt::format("tick {} has tag {}, expected {} as in the bitmap", i, tag,
                                      is_marked ? 1 : 0));
        }
        if (is_marked) {
            const auto net = reader.read<i128>();
            const auto gross = reader.read<u128>();
            (void)reader.take(kFixedTickBytes - 33);  // Fee and reward growths.
            ticks.initialised.push_back({i, net, gross});
        }
    }
    if (!reader.ok()) {
        return refuse(
            kDynamicTicks.name, id,
            fmt::format("account has {} bytes, too few for its {} initialised ticks", data.size(),
                        std::popcount(static_cast<std::uint64_t>(bitmap)) +
                            std::popcount(static_cast<std::uint64_t>(bitmap >> 64))));
    }
    return ticks;
}

// The ticks of one array of the pool's, in place of what was known of them; false if they are the
// same. (Every swap across an array's ticks writes it, and leaves its liquidity as it was.)
bool replace_ticks(OrcaWhirlpoolPool& pool, std::int32_t start, const WhirlpoolTicks& decoded) {
    const auto at_or_after = [&](std::int32_t index) {
        return std::ranges::lower_bound(pool.ticks, index, {}, &WhirlpoolTick::index);
    };
    const auto first = at_or_after(start);
    const auto last = at_or_after(start + whirlpool::array_width(pool));
    std::array<WhirlpoolTick, static_cast<std::size_t>(kWhirlpoolTicksPerArray)> fresh;
    std::size_t count = 0;
    auto old = first;
    for (const auto& tick : decoded.initialised) {
        const std::int32_t index = start + tick.offset * pool.tick_spacing;
        if (index != whirlpool::clamp_tick(index)) {
            continue;  // The program initialises none outside its range of prices.
        }
        while (old != last && old->index < index) {
            ++old;
        }
        const bool is_old = old != last && old->index == index;
        fresh[count++] = {is_old ? old->sqrt_price : whirlpool::sqrt_price_of(index),
                          tick.liquidity_net, index};
    }
    if (std::equal(first, last, fresh.begin(),
                   fresh.begin() + static_cast<std::ptrdiff_t>(count))) {
        return false;
    }
    const auto before = static_cast<std::size_t>(last - first);
    const auto common = static_cast<std::ptrdiff_t>(std::min(before, count));
    std::copy_n(fresh.begin(), common, first);
    if (count > before) {
        pool.ticks.insert(last, fresh.begin() + common,
                          fresh.begin() + static_cast<std::ptrdiff_t>(count));
    } else {
        pool.ticks.erase(first + common, last);
    }
    pool.segments.clear();
    return true;
}

void refresh(OrcaWhirlpoolPool& pool) {
    const auto above =
        std::ranges::upper_bound(pool.ticks, pool.tick_current, {}, &WhirlpoolTick::index);
    pool.first_above = static_cast<std::size_t>(above - pool.ticks.begin());
    pool.payable_a = whirlpool::payable(pool, Direction::BToA);
    pool.payable_b = whirlpool::payable(pool, Direction::AToB);
}

// An account that does not exist holds no data, whether somebody sent lamports to it or not.
bool is_missing(const AccountUpdate& update) { return update.data.empty(); }

Result<void> check_owner(const AccountUpdate& update, std::string_view what) {
    if (update.owner != solana::kOrcaWhirlpoolProgram) {
        return fail(fmt::format("reading {} {}: owned by {}, expected the Whirlpool program", what,
                                update.pubkey.to_string(), update.owner.to_string()));
    }
    return {};
}

Result<void> apply_ticks(OrcaWhirlpoolPool& pool, WhirlpoolTickArray& array,
                         const AccountUpdate& update) {
    WhirlpoolTicks ticks{.pool = pool.id, .start = array.start, .initialised = {}};
    if (!is_missing(update)) {
        if (auto owned = check_owner(update, "Whirlpool tick array"); !owned) {
            return owned;
        }
        auto decoded = decode_whirlpool_ticks(update.pubkey, update.data);
        if (!decoded) {
            return Err<Error>{decoded.error()};
        }
        if (decoded->pool != pool.id || decoded->start != array.start) {
            return fail(fmt::format(
                "reading Whirlpool tick array {}: from tick {} of pool {}, expected {} of {}",
                update.pubkey.to_string(), decoded->start, decoded->pool.to_string(), array.start,
                pool.id.to_string()));
        }
        ticks = std::move(*decoded);
    }
    const bool is_changed = replace_ticks(pool, array.start, ticks);
    if (is_changed || !array.is_seen) {
        array.is_seen = true;
        refresh(pool);
    }
    return {};
}

Result<void> apply_oracle(OrcaWhirlpoolPool& pool, const AccountUpdate& update) {
    std::optional<WhirlpoolAdaptiveFee> fee;
    if (!is_missing(update)) {
        if (auto owned = check_owner(update, "Whirlpool oracle"); !owned) {
            return owned;
        }
        const auto decoded = decode_whirlpool_oracle(update.pubkey, pool.id, update.data);
        if (!decoded) {
            return Err<Error>{decoded.error()};
        }
        fee = *decoded;
    }
    pool.adaptive_fee = fee;  // Without one the program takes the pool's own rate.
    pool.is_oracle_seen = true;
    return {};
}

Result<void> apply_mint(OrcaWhirlpoolPool& pool, const AccountUpdate& update) {
    const auto decoded = solana::decode_mint(update.data);
    if (!solana::is_token_program(update.owner) || !decoded) {
        return fail(fmt::format(
            "reading mint {} of Whirlpool {}: {}", update.pubkey.to_string(), pool.id.to_string(),
            decoded ? "owned by " + update.owner.to_string() + ", which is not a token program"
                    : decoded.error().text));
    }
    if (update.pubkey == pool.mint_a) {
        pool.program_a = update.owner;
        pool.decimals_a = decoded->decimals;
    }
    if (update.pubkey == pool.mint_b) {
        pool.program_b = update.owner;
        pool.decimals_b = decoded->decimals;
    }
    return {};
}

Result<bool> as_concerned(Result<void> applied) {
    if (!applied) {
        return Err<Error>{std::move(applied.error())};
    }
    return true;
}

}  // namespace

bool is_orca_whirlpool_pool(BytesView data) { return is_kind(kPool, data); }

Result<OrcaWhirlpoolPool> decode_orca_whirlpool_pool(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kPool, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    const auto u16 = [&](std::size_t offset) { return read_le<std::uint16_t>(data, offset); };
    // Built in the result: a kilobyte is worth not copying.
    Result<OrcaWhirlpoolPool> result{std::in_place};
    OrcaWhirlpoolPool& pool = *result;
    pool.id = id;
    pool.config = key(8);
    pool.tick_spacing = u16(41);
    pool.fee_tier_index = u16(43);
    pool.fee_rate = u16(45);
    pool.protocol_fee_rate = u16(47);
    pool.liquidity = read_le<u128>(data, 49);
    pool.sqrt_price = read_le<u128>(data, 65);
    pool.tick_current = read_le<std::int32_t>(data, 81);
    pool.mint_a = key(101);
    pool.vault_a = key(133);
    pool.mint_b = key(181);
    pool.vault_b = key(213);
    if (pool.tick_spacing == 0) {
        return refuse(kPool.name, id, "tick spacing 0, expected at least 1");
    }
    // Having crossed the lowest tick downwards, the current one is one below it.
    const bool is_tick_possible =
        pool.tick_current >= whirlpool::kTickMin - 1 && pool.tick_current <= whirlpool::kTickMax;
    if (!is_tick_possible || pool.sqrt_price < whirlpool::kSqrtPriceMin ||
        pool.sqrt_price > whirlpool::kSqrtPriceMax) {
        return refuse(kPool.name, id,
                      fmt::format("tick {} and square-root price {}, expected up to tick ±{}",
                                  pool.tick_current, sniperforge::to_string(pool.sqrt_price),
                                  whirlpool::kTickMax));
    }
    if (pool.mint_a == solana::kWrappedSolMint) {
        pool.program_a = solana::kTokenProgram;
        pool.decimals_a = kWrappedSolDecimals;
    }
    if (pool.mint_b == solana::kWrappedSolMint) {
        pool.program_b = solana::kTokenProgram;
        pool.decimals_b = kWrappedSolDecimals;
    }
    return result;
}

Result<WhirlpoolTicks> decode_whirlpool_ticks(const Pubkey& id, BytesView data) {
    if (starts_with(data, kWhirlpoolDynamicTicksDiscriminator)) {
        return decode_dynamic_ticks(id, data);
    }
    return decode_fixed_ticks(id, data);
}

Result<WhirlpoolAdaptiveFee> decode_whirlpool_oracle(const Pubkey& id, const Pubkey& pool,
                                                     BytesView data) {
    if (auto fits = check_kind(kOracle, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    if (const auto found = Pubkey::from(data.subspan(8)); found != pool) {
        return refuse(kOracle.name, id,
                      fmt::format("of pool {}, expected {}", found.to_string(), pool.to_string()));
    }
    const auto u16 = [&](std::size_t offset) { return read_le<std::uint16_t>(data, offset); };
    const auto u32 = [&](std::size_t offset) { return read_le<std::uint32_t>(data, offset); };
    WhirlpoolAdaptiveFee fee;
    fee.trade_enabled_at = read_le<std::uint64_t>(data, 40);
    fee.filter_period = u16(48);
    fee.decay_period = u16(50);
    fee.reduction_factor = u16(52);
    fee.control_factor = u32(54);
    fee.volatility_max = u32(58);
    fee.tick_group_size = u16(62);
    fee.reference_updated_at = read_le<std::uint64_t>(data, 82);
    fee.major_swap_at = read_le<std::uint64_t>(data, 90);
    fee.volatility_reference = u32(98);
    fee.tick_group_reference = read_le<std::int32_t>(data, 102);
    fee.volatility = u32(106);
    // What the program checks where its own arithmetic relies on it.
    const std::uint64_t crossed_max =
        std::uint64_t{fee.volatility_max} * std::uint64_t{fee.tick_group_size};
    if (fee.tick_group_size == 0 || crossed_max > std::numeric_limits<std::uint32_t>::max() ||
        fee.reduction_factor > 10'000 || fee.volatility > fee.volatility_max ||
        fee.volatility_reference > fee.volatility_max) {
        return refuse(kOracle.name, id,
                      fmt::format("tick group size {}, volatility {} from {} of at most {}, "
                                  "reduction {}: not a state of the program's",
                                  fee.tick_group_size, fee.volatility, fee.volatility_reference,
                                  fee.volatility_max, fee.reduction_factor));
    }
    return fee;
}

Result<bool> apply_account(OrcaWhirlpoolPool& pool, const AccountUpdate& update) {
    if (update.pubkey == pool.mint_a || update.pubkey == pool.mint_b) {
        return as_concerned(apply_mint(pool, update));
    }
    if (!pool.has_addresses) {
        whirlpool::place_window(pool, nullptr);
    }
    if (update.pubkey == pool.oracle && pool.has_oracle()) {
        return as_concerned(apply_oracle(pool, update));
    }
    for (WhirlpoolTickArray& array : pool.arrays) {
        if (array.is_possible && array.address == update.pubkey) {
            return as_concerned(apply_ticks(pool, array, update));
        }
    }
    return false;
}

void forget_account(OrcaWhirlpoolPool& pool, const Pubkey& account) {
    if (account == pool.oracle) {
        pool.is_oracle_seen = false;
        pool.adaptive_fee.reset();
    }
    for (WhirlpoolTickArray& array : pool.arrays) {
        if (array.is_seen && array.address == account) {
            array.is_seen = false;
            (void)replace_ticks(pool, array.start, {});
            refresh(pool);
        }
    }
    // A mint's token program and decimals never change: they stay known.
}

void carry_over(const OrcaWhirlpoolPool& from, OrcaWhirlpoolPool& to) {
    to.program_a = from.program_a;
    to.program_b = from.program_b;
    to.decimals_a = from.decimals_a;
    to.decimals_b = from.decimals_b;
    to.is_oracle_seen = from.is_oracle_seen;
    to.adaptive_fee = from.adaptive_fee;
    if (!from.has_addresses) {
        return;
    }
    whirlpool::place_window(to, &from);
    // The window may have moved on from some of them.
    const auto first =
        std::ranges::lower_bound(from.ticks, to.arrays.front().start, {}, &WhirlpoolTick::index);
    const auto last = std::ranges::lower_bound(
        from.ticks, to.arrays.back().start + whirlpool::array_width(to), {}, &WhirlpoolTick::index);
    to.ticks.assign(first, last);
    // Segments stand beside their ticks: they stay valid as long as none went out below.
    if (first == from.ticks.begin()) {
        to.segments = from.segments;
    }
    refresh(to);
}

}  // namespace sniperforge::dex
