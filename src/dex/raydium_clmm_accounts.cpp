// SPDX-License-Identifier: MIT
// Raydium CLMM's accounts: the pool's own, and the ones a quote needs besides it.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "dex/account_kind.hpp"
#include "dex/account_time.hpp"
#include "dex/raydium_clmm_arrays.hpp"
#include "dex/raydium_clmm_math.hpp"
#include "sniperforge/dex/raydium_clmm.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

// Offsets of amm-raydium section 3.
constexpr std::size_t kTicksOffset = 44;
constexpr std::size_t kTickBytes = 168;
constexpr std::size_t kDynamicFeeOffset = 1096;
constexpr std::size_t kDynamicFeeBytes = 80;
constexpr std::size_t kBitmapOffset = 904;
constexpr std::size_t kPositiveRowsOffset = 40;
constexpr std::size_t kNegativeRowsOffset = 936;
constexpr std::size_t kRowBits = 512;

constexpr AccountKind kPool{"Raydium CLMM pool", kClmmPoolBytes, kClmmPoolDiscriminator};
constexpr AccountKind kConfig{"a Raydium CLMM config", kClmmConfigBytes, kClmmConfigDiscriminator};
constexpr AccountKind kTickArray{"Raydium CLMM tick array", kClmmTickArrayBytes,
                                 kClmmTickArrayDiscriminator};
constexpr AccountKind kExtension{"Raydium CLMM bitmap extension", kClmmBitmapExtensionBytes,
                                 kClmmBitmapExtensionDiscriminator};

ClmmDynamicFee decode_dynamic_fee(BytesView data) {
    const BytesView info = data.subspan(kDynamicFeeOffset, kDynamicFeeBytes);
    ClmmDynamicFee fee;
    // The program's own test, reserved bytes included.
    fee.is_enabled = std::ranges::any_of(info, [](std::uint8_t byte) { return byte != 0; });
    fee.filter_period = read_le<std::uint16_t>(info, 0);
    fee.decay_period = read_le<std::uint16_t>(info, 2);
    fee.reduction_factor = read_le<std::uint16_t>(info, 4);
    fee.dynamic_fee_control = read_le<std::uint32_t>(info, 6);
    fee.max_volatility_accumulator = read_le<std::uint32_t>(info, 10);
    fee.tick_spacing_index_reference = read_le<std::int32_t>(info, 14);
    fee.volatility_reference = read_le<std::uint32_t>(info, 18);
    fee.volatility_accumulator = read_le<std::uint32_t>(info, 22);
    fee.last_update_timestamp = read_le<std::uint64_t>(info, 26);
    return fee;
}

// What the mathematics relies on, and every pool of the program keeps.
std::optional<Error> impossible_state(const RaydiumClmmPool& pool) {
    const auto error = [&](std::string what) {
        return Error{
            fmt::format("decoding Raydium CLMM pool {}: {}; the program allows no such "
                        "pool, check where the account comes from",
                        pool.id.to_string(), what)};
    };
    if (pool.tick_spacing == 0) {
        return error("tick spacing 0, expected 1 or more");
    }
    if (pool.tick_current < kClmmTickMin || pool.tick_current > kClmmTickMax) {
        return error(fmt::format("tick {}, expected {} to {}", pool.tick_current, kClmmTickMin,
                                 kClmmTickMax));
    }
    if (pool.sqrt_price < kClmmSqrtPriceMin || pool.sqrt_price > kClmmSqrtPriceMax) {
        return error(fmt::format(
            "square root price {}, expected {} to {}", sniperforge::to_string(pool.sqrt_price),
            sniperforge::to_string(kClmmSqrtPriceMin), sniperforge::to_string(kClmmSqrtPriceMax)));
    }
    return std::nullopt;
}

Error foreign(const RaydiumClmmPool& pool, std::string_view what, const Pubkey& account,
              const Pubkey& found) {
    return Error{fmt::format("Raydium CLMM {} {} belongs to {}, expected pool {}", what,
                             account.to_string(), found.to_string(), pool.id.to_string())};
}

// The initialised ticks of an array, ascending.
Result<std::vector<ClmmTick>> decode_ticks(const Pubkey& account, BytesView data,
                                           std::int32_t start, std::int32_t spacing) {
    std::vector<ClmmTick> ticks;
    for (std::int32_t i = 0; i < kClmmTicksPerArray; ++i) {
        const BytesView raw =
            data.subspan(kTicksOffset + static_cast<std::size_t>(i) * kTickBytes, kTickBytes);
        ClmmTick tick;
        tick.tick = read_le<std::int32_t>(raw, 0);
        tick.liquidity_net = read_le<i128>(raw, 4);
        tick.has_liquidity = read_le<u128>(raw, 20) != 0;
        tick.orders = read_le<std::uint64_t>(raw, 124);
        tick.part_filled = read_le<std::uint64_t>(raw, 132);
        if (!tick.has_liquidity && tick.orders == 0 && tick.part_filled == 0) {
            continue;
        }
        const std::int32_t expected = start + i * spacing;
        if (tick.tick != expected || expected < kClmmTickMin || expected > kClmmTickMax) {
            return fail(fmt::format(
                "decoding Raydium CLMM tick array {}: tick {} at place {}, expected {} within {} "
                "to {}",
                account.to_string(), tick.tick, i, expected, kClmmTickMin, kClmmTickMax));
        }
        tick.sqrt_price = clmm_sqrt_price_at(tick.tick);
        ticks.push_back(tick);
    }
    return ticks;
}

// Replaces what is known of one array.
void put_array(RaydiumClmmPool& pool, ClmmTickArray array, std::span<const ClmmTick> ticks) {
    const std::int32_t number = array.number;
    std::erase_if(pool.ticks,
                  [&](const ClmmTick& tick) { return clmm_array_of(pool, tick.tick) == number; });
    const auto place =
        std::ranges::lower_bound(pool.ticks, clmm_array_start(pool, number), {}, &ClmmTick::tick);
    pool.ticks.insert(place, ticks.begin(), ticks.end());
    const auto found = std::ranges::lower_bound(pool.arrays, number, {}, &ClmmTickArray::number);
    if (found == pool.arrays.end() || found->number != number) {
        pool.arrays.insert(found, array);
    }
    refresh_ticks(pool);
}

bool is_in_window(const RaydiumClmmPool& pool, std::int32_t number) {
    const auto has = [&](Direction direction) {
        const ArrayWindow window = clmm_window(pool, direction);
        return std::ranges::find(window.arrays(), number) != window.arrays().end();
    };
    return has(Direction::AToB) || has(Direction::BToA);
}

Result<bool> apply_tick_array(RaydiumClmmPool& pool, const AccountUpdate& update) {
    if (auto fits = check_kind(kTickArray, update.pubkey, update.data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const auto owner = Pubkey::from(update.data.subspan(8));
    if (owner != pool.id) {
        return Err<Error>{foreign(pool, "tick array", update.pubkey, owner)};
    }
    const auto start = read_le<std::int32_t>(update.data, 40);
    const std::int32_t per_array = kClmmTicksPerArray * pool.tick_spacing;
    if (start % per_array != 0 || start < kClmmTickMin - per_array || start > kClmmTickMax) {
        return fail(
            fmt::format("decoding Raydium CLMM tick array {}: start {}, expected a "
                        "multiple of {} within the ticks",
                        update.pubkey.to_string(), start, per_array));
    }
    const std::int32_t number = clmm_array_of(pool, start);
    if (!is_in_window(pool, number)) {
        return false;  // Farther from the price than a quote looks.
    }
    const auto ticks = decode_ticks(update.pubkey, update.data, start, pool.tick_spacing);
    if (!ticks) {
        return Err<Error>{ticks.error()};
    }
    put_array(pool, {number, update.pubkey}, *ticks);
    return true;
}

Result<bool> apply_extension(RaydiumClmmPool& pool, const AccountUpdate& update) {
    if (auto fits = check_kind(kExtension, update.pubkey, update.data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const auto owner = Pubkey::from(update.data.subspan(8));
    if (owner != pool.id) {
        return Err<Error>{foreign(pool, "bitmap extension", update.pubkey, owner)};
    }
    std::vector<std::int16_t> numbers;
    const std::int32_t first = clmm_array_of(pool, kClmmTickMin);
    const std::int32_t last = clmm_array_of(pool, kClmmTickMax);
    const auto collect = [&](std::size_t row_offset, std::int32_t row_first) {
        for (std::size_t bit = 0; bit < kRowBits; ++bit) {
            const auto number = row_first + static_cast<std::int32_t>(bit);
            const bool is_set = (update.data[row_offset + bit / 8] >> bit % 8 & 1U) != 0;
            if (is_set && number >= first && number <= last) {
                numbers.push_back(static_cast<std::int16_t>(number));
            }
        }
    };
    // The row below zero that is farthest away holds the smallest numbers.
    for (std::size_t row = kClmmExtensionRows; row-- > 0;) {
        collect(kNegativeRowsOffset + row * kRowBits / 8,
                -kBitmapHalf * (static_cast<std::int32_t>(row) + 2));
    }
    for (std::size_t row = 0; row < kClmmExtensionRows; ++row) {
        collect(kPositiveRowsOffset + row * kRowBits / 8,
                kBitmapHalf * (static_cast<std::int32_t>(row) + 1));
    }
    pool.arrays_beyond = std::move(numbers);
    pool.has_extension = true;
    pool.extension = update.pubkey;
    refresh_ticks(pool);
    return true;
}

Result<bool> apply_config(RaydiumClmmPool& pool, const AccountUpdate& update) {
    const auto config = decode_clmm_config(update.data);
    if (!config) {
        return fail(fmt::format("account {}", update.pubkey.to_string()), config.error());
    }
    pool.trade_fee_rate = config->trade_fee_rate;
    pool.has_config = true;
    return true;
}

Result<bool> apply_mint(RaydiumClmmPool& pool, const AccountUpdate& update) {
    if (!solana::is_token_program(update.owner)) {
        return fail(
            fmt::format("mint {} of Raydium CLMM pool {}: owner {}, expected SPL Token or "
                        "Token-2022",
                        update.pubkey.to_string(), pool.id.to_string(), update.owner.to_string()));
    }
    (update.pubkey == pool.mint_a ? pool.program_a : pool.program_b) = update.owner;
    return true;
}

// Neither a tick array nor an extension: one that does not exist (yet), something else in its
// place, or none of our accounts. Only here addresses have to be derived.
Result<bool> apply_other(RaydiumClmmPool& pool, const AccountUpdate& update) {
    // Lamports alone, which anyone can send there, do not make an account.
    const bool is_missing = update.data.empty();
    const auto refuse = [&](std::string_view what) {
        return fail(fmt::format(
            "Raydium CLMM {} {} of pool {}: {} bytes beginning {:02x} of owner {}, expected the "
            "account of {}",
            what, update.pubkey.to_string(), pool.id.to_string(), update.data.size(),
            fmt::join(update.data.first(std::min<std::size_t>(update.data.size(), 8)), ""),
            update.owner.to_string(), solana::kRaydiumClmmProgram.to_string()));
    };
    if (has_arrays_beyond(pool) && update.pubkey == clmm_extension_address(pool)) {
        if (!is_missing) {
            return refuse("bitmap extension");
        }
        pool.arrays_beyond.clear();
        pool.has_extension = true;
        pool.extension = update.pubkey;
        refresh_ticks(pool);
        return true;
    }
    for (const auto direction : {Direction::AToB, Direction::BToA}) {
        const auto window = clmm_window(pool, direction);
        for (const std::int32_t number : window.arrays()) {
            if (update.pubkey != clmm_array_address(pool, number)) {
                continue;
            }
            if (!is_missing) {
                return refuse("tick array");
            }
            put_array(pool, {number, update.pubkey}, {});
            return true;
        }
    }
    return false;
}

}  // namespace

bool is_clmm_pool(BytesView data) { return is_kind(kPool, data); }

Result<RaydiumClmmPool> decode_clmm_pool(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kPool, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    Result<RaydiumClmmPool> result{std::in_place};
    RaydiumClmmPool& pool = *result;
    pool.id = id;
    pool.amm_config = key(9);
    pool.mint_a = key(73);
    pool.mint_b = key(105);
    pool.vault_a = key(137);
    pool.vault_b = key(169);
    pool.observation = key(201);
    pool.decimals_a = data[233];
    pool.decimals_b = data[234];
    pool.tick_spacing = read_le<std::uint16_t>(data, 235);
    pool.liquidity = read_le<u128>(data, 237);
    pool.sqrt_price = read_le<u128>(data, 253);
    pool.tick_current = read_le<std::int32_t>(data, 269);
    pool.status = data[389];
    pool.fee_on = data[390];
    for (std::size_t word = 0; word < pool.array_bitmap.size(); ++word) {
        pool.array_bitmap[word] = read_le<std::uint64_t>(data, kBitmapOffset + word * 8);
    }
    pool.open_time = unix_time_of(read_le<std::uint64_t>(data, 1080));
    pool.dynamic_fee = decode_dynamic_fee(data);
    if (auto error = impossible_state(pool)) {
        return Err<Error>{std::move(*error)};
    }
    const auto program_of_mint = [](const Pubkey& mint) {
        return mint == solana::kWrappedSolMint || mint == solana::kUsdcMint ||
                       mint == solana::kUsdtMint
                   ? solana::kTokenProgram
                   : Pubkey{};
    };
    pool.program_a = program_of_mint(pool.mint_a);
    pool.program_b = program_of_mint(pool.mint_b);
    return result;
}

Result<RaydiumClmmConfig> decode_clmm_config(BytesView data) {
    if (auto fits = check_kind(kConfig, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    RaydiumClmmConfig config;
    config.index = read_le<std::uint16_t>(data, 9);
    config.protocol_fee_rate = read_le<std::uint32_t>(data, 43);
    config.trade_fee_rate = read_le<std::uint32_t>(data, 47);
    config.tick_spacing = read_le<std::uint16_t>(data, 51);
    config.fund_fee_rate = read_le<std::uint32_t>(data, 53);
    return config;
}

Result<bool> apply_account(RaydiumClmmPool& pool, const AccountUpdate& update) {
    if (update.pubkey == pool.mint_a || update.pubkey == pool.mint_b) {
        return apply_mint(pool, update);
    }
    if (update.pubkey == pool.amm_config) {
        if (update.owner != solana::kRaydiumClmmProgram) {
            return fail(fmt::format("Raydium CLMM config {} of pool {}: owner {}, expected {}",
                                    update.pubkey.to_string(), pool.id.to_string(),
                                    update.owner.to_string(),
                                    solana::kRaydiumClmmProgram.to_string()));
        }
        return apply_config(pool, update);
    }
    const bool is_of_program = update.owner == solana::kRaydiumClmmProgram;
    if (is_of_program && starts_with(update.data, kClmmTickArrayDiscriminator)) {
        return apply_tick_array(pool, update);
    }
    if (is_of_program && starts_with(update.data, kClmmBitmapExtensionDiscriminator)) {
        return apply_extension(pool, update);
    }
    return apply_other(pool, update);
}

void forget_account(RaydiumClmmPool& pool, const Pubkey& account) {
    pool.has_config = pool.has_config && account != pool.amm_config;
    if (pool.has_extension && account == clmm_extension_address(pool)) {
        pool.has_extension = false;
        pool.arrays_beyond.clear();
        refresh_ticks(pool);
    }
    const auto found = std::ranges::find(pool.arrays, account, &ClmmTickArray::address);
    if (found != pool.arrays.end()) {
        const std::int32_t number = found->number;
        pool.arrays.erase(found);
        std::erase_if(pool.ticks, [&](const ClmmTick& tick) {
            return clmm_array_of(pool, tick.tick) == number;
        });
        refresh_ticks(pool);
    }
}

}  // namespace sniperforge::dex
