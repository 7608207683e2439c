// SPDX-License-Identifier: MIT
// A DLMM pool from its accounts.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dex/account_kind.hpp"
#include "dex/meteora_dlmm_math.hpp"
#include "dex/meteora_dlmm_window.hpp"
#include "sniperforge/dex/meteora_dlmm.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {
namespace {

// Offsets of amm-meteora section 1.
constexpr std::size_t kBinsOffset = 56;
constexpr std::size_t kBinBytes = 144;
constexpr std::size_t kArrayVersionOffset = 16;
// Arrays of lower versions have amounts swapped where limit orders are now.
constexpr std::uint8_t kArrayVersionWithOrders = 2;
constexpr std::size_t kBitmapOffset = 584;
constexpr std::size_t kPositiveRowsOffset = 40;
constexpr std::size_t kNegativeRowsOffset = 808;
constexpr std::size_t kRowBits = 512;
constexpr std::size_t kRewardsOffset = 264;
constexpr std::size_t kRewardBytes = 144;
constexpr std::uint8_t kWrappedSolDecimals = 9;

constexpr AccountKind kPool{"Meteora DLMM pool", kDlmmPoolBytes, kDlmmPoolDiscriminator};
constexpr AccountKind kBinArray{"Meteora DLMM bin array", kDlmmBinArrayBytes,
                                kDlmmBinArrayDiscriminator};
constexpr AccountKind kExtension{"Meteora DLMM bitmap extension", kDlmmBitmapExtensionBytes,
                                 kDlmmBitmapExtensionDiscriminator};

std::unexpected<Error> refuse(std::string_view what, const Pubkey& id, std::string_view why) {
    return fail(fmt::format("decoding {} {}: {}", what, id.to_string(), why));
}

// Of this kind, of the program's and of this pool; the pool's id is at `pool_offset`.
Result<void> check_account(const AccountKind& kind, const MeteoraDlmmPool& pool,
                           const AccountUpdate& update, std::size_t pool_offset) {
    if (update.owner != solana::kMeteoraDlmmProgram) {
        return refuse(
            kind.name, update.pubkey,
            fmt::format("owned by {}, expected the DLMM program", update.owner.to_string()));
    }
    if (auto fits = check_kind(kind, update.pubkey, update.data); !fits) {
        return fits;
    }
    const auto found = Pubkey::from(update.data.subspan(pool_offset));
    if (found != pool.id) {
        return refuse(
            kind.name, update.pubkey,
            fmt::format("of pool {}, expected {}", found.to_string(), pool.id.to_string()));
    }
    return {};
}

// An account that does not exist holds no data, whether somebody sent lamports to it or not.
bool is_missing(const AccountUpdate& update) { return update.data.empty(); }

// The bins of one array that hold something, by id.
struct ArrayBins {
    std::array<DlmmBin, static_cast<std::size_t>(kDlmmBinsPerArray)> bins;
    std::size_t count = 0;
};

ArrayBins decode_bins(BytesView data, std::int32_t index, std::uint16_t bin_step) {
    ArrayBins decoded;
    const bool has_order_fields = data[kArrayVersionOffset] >= kArrayVersionWithOrders;
    for (std::int32_t i = 0; i < kDlmmBinsPerArray; ++i) {
        const BytesView raw =
            data.subspan(kBinsOffset + static_cast<std::size_t>(i) * kBinBytes, kBinBytes);
        const auto u64 = [&](std::size_t offset) { return read_le<std::uint64_t>(raw, offset); };
        DlmmBin bin;
        bin.id = index * kDlmmBinsPerArray + i;
        bin.amount_x = u64(0);
        bin.amount_y = u64(8);
        if (has_order_fields) {
            bin.open_orders = u64(112);
            bin.processed_orders = u64(128);
            bin.is_ask = raw[140] != 0;
        }
        const bool is_empty = bin.amount_x == 0 && bin.amount_y == 0 && bin.open_orders == 0 &&
                              bin.processed_orders == 0;
        if (is_empty || bin.id < kDlmmBinMin || bin.id > kDlmmBinMax) {
            continue;  // The program walks over no bin outside its range.
        }
        bin.price = read_le<u128>(raw, 16);
        if (bin.price == 0) {  // Written by the first swap or deposit that touches the bin.
            bin.price = dlmm::price_of_bin(bin.id, bin_step);
        }
        decoded.bins[decoded.count++] = bin;
    }
    return decoded;
}

// The bins of one array of the pool's, in place of what was known of them.
void replace_bins(MeteoraDlmmPool& pool, std::int32_t index, const ArrayBins& fresh) {
    const auto at_or_after = [&](std::int32_t id) {
        return std::ranges::lower_bound(pool.bins, id, {}, &DlmmBin::id);
    };
    const auto first = at_or_after(index * kDlmmBinsPerArray);
    const auto last = at_or_after((index + 1) * kDlmmBinsPerArray);
    const auto before = static_cast<std::size_t>(last - first);
    const auto common = static_cast<std::ptrdiff_t>(std::min(before, fresh.count));
    std::copy_n(fresh.bins.begin(), common, first);
    if (fresh.count > before) {
        pool.bins.insert(last, fresh.bins.begin() + common,
                         fresh.bins.begin() + static_cast<std::ptrdiff_t>(fresh.count));
    } else {
        pool.bins.erase(first + common, last);
    }
}

Result<void> apply_bin_array(MeteoraDlmmPool& pool, DlmmArray& array, const AccountUpdate& update) {
    ArrayBins fresh;
    if (!is_missing(update)) {
        if (auto fits = check_account(kBinArray, pool, update, 24); !fits) {
            return fits;
        }
        const auto index = read_le<std::int64_t>(update.data, 8);
        if (index != array.index) {
            return refuse(kBinArray.name, update.pubkey,
                          fmt::format("index {}, expected {}", index, array.index));
        }
        fresh = decode_bins(update.data, array.index, pool.bin_step);
    }
    replace_bins(pool, array.index, fresh);
    array.is_seen = true;
    array.is_missing = is_missing(update);
    dlmm::refresh_reach(pool);
    return {};
}

// The flagged indices of the rows, ascending. Bit `i` of row `r` is index 512 * (r + 1) + i above
// the pool's own bitmap, and -512 * (r + 1) - 1 - i below it.
std::vector<std::int16_t> flagged_beyond(BytesView data) {
    std::vector<std::int16_t> indices;
    const auto collect = [&](std::size_t row_offset, std::int32_t first, std::int32_t step) {
        for (std::size_t bit = 0; bit < kRowBits; ++bit) {
            const std::int32_t index = first + step * static_cast<std::int32_t>(bit);
            const bool is_set = (data[row_offset + bit / 8] >> bit % 8 & 1U) != 0;
            if (is_set && index >= dlmm::kArrayMin && index <= dlmm::kArrayMax) {
                indices.push_back(static_cast<std::int16_t>(index));
            }
        }
    };
    for (std::size_t row = 0; row < dlmm::kExtensionRows; ++row) {
        const std::int32_t first = kBitmapHalf * (static_cast<std::int32_t>(row) + 1);
        collect(kNegativeRowsOffset + row * kRowBits / 8, -first - 1, -1);
        collect(kPositiveRowsOffset + row * kRowBits / 8, first, 1);
    }
    std::ranges::sort(indices);
    return indices;
}

Result<void> apply_extension(MeteoraDlmmPool& pool, const AccountUpdate& update) {
    std::vector<std::int16_t> beyond;
    if (!is_missing(update)) {
        if (auto fits = check_account(kExtension, pool, update, 8); !fits) {
            return fits;
        }
        beyond = flagged_beyond(update.data);
    }
    pool.arrays_beyond = std::move(beyond);
    pool.is_extension_seen = true;
    pool.has_extension = !is_missing(update);
    dlmm::place_window(pool);
    return {};
}

Result<void> apply_mint(MeteoraDlmmPool& pool, const AccountUpdate& update) {
    const bool is_a = update.pubkey == pool.mint_a;
    const Pubkey& program = is_a ? pool.program_a : pool.program_b;
    const auto decoded = solana::decode_mint(update.data);
    if (update.owner != program || !decoded) {
        return fail(fmt::format("reading mint {} of Meteora DLMM pool {}: {}",
                                update.pubkey.to_string(), pool.id.to_string(),
                                decoded ? fmt::format("owned by {}, expected {}",
                                                      update.owner.to_string(), program.to_string())
                                        : decoded.error().text));
    }
    (is_a ? pool.decimals_a : pool.decimals_b) = decoded->decimals;
    (is_a ? pool.has_mint_a : pool.has_mint_b) = true;
    return {};
}

Result<bool> as_concerned(Result<void> applied) {
    if (!applied) {
        return Err<Error>{std::move(applied.error())};
    }
    return true;
}

// What the mathematics relies on, and every pool of the program keeps.
Result<void> check_state(const MeteoraDlmmPool& pool, BytesView data) {
    if (pool.bin_step == 0) {
        return refuse(kPool.name, pool.id, "bin step 0, expected at least 1");
    }
    if (pool.active_id < kDlmmBinMin || pool.active_id > kDlmmBinMax) {
        return refuse(kPool.name, pool.id,
                      fmt::format("active bin {}, expected {} to {}", pool.active_id, kDlmmBinMin,
                                  kDlmmBinMax));
    }
    if (data[880] > 1 || data[881] > 1) {
        return refuse(
            kPool.name, pool.id,
            fmt::format("token program flags {} and {}, expected 0 or 1", data[880], data[881]));
    }
    return {};
}

DlmmFee decode_fee(BytesView data, std::uint16_t bin_step) {
    const auto u16 = [&](std::size_t offset) { return read_le<std::uint16_t>(data, offset); };
    const auto u32 = [&](std::size_t offset) { return read_le<std::uint32_t>(data, offset); };
    DlmmFee fee;
    fee.base = dlmm::base_fee(u16(8), bin_step, data[34]);
    fee.filter_period = u16(10);
    fee.decay_period = u16(12);
    fee.reduction_factor = u16(14);
    fee.control_factor = u32(16);
    fee.volatility_max = u32(20);
    fee.volatility = u32(40);
    fee.volatility_reference = u32(44);
    fee.index_reference = read_le<std::int32_t>(data, 48);
    fee.updated_at = read_le<std::int64_t>(data, 56);
    return fee;
}

void know_wrapped_sol(MeteoraDlmmPool& pool) {
    if (pool.mint_a == solana::kWrappedSolMint) {
        pool.decimals_a = kWrappedSolDecimals;
        pool.has_mint_a = true;
    }
    if (pool.mint_b == solana::kWrappedSolMint) {
        pool.decimals_b = kWrappedSolDecimals;
        pool.has_mint_b = true;
    }
}

}  // namespace

bool is_meteora_dlmm_pool(BytesView data) { return is_kind(kPool, data); }

Result<MeteoraDlmmPool> decode_meteora_dlmm_pool(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kPool, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    const auto i32 = [&](std::size_t offset) { return read_le<std::int32_t>(data, offset); };
    const auto program = [&](std::size_t offset) {
        return data[offset] == 0 ? solana::kTokenProgram : solana::kToken2022Program;
    };
    // Built in the result: half a kilobyte is worth not copying.
    Result<MeteoraDlmmPool> result{std::in_place};
    MeteoraDlmmPool& pool = *result;
    pool.id = id;
    pool.bin_min = i32(24);
    pool.bin_max = i32(28);
    pool.protocol_share = read_le<std::uint16_t>(data, 32);
    pool.function_type = data[35];
    pool.collect_fee_mode = data[36];
    pool.pair_type = data[75];
    pool.active_id = i32(76);
    pool.bin_step = read_le<std::uint16_t>(data, 80);
    pool.status = data[82];
    pool.activation_type = data[86];
    pool.mint_a = key(88);
    pool.mint_b = key(120);
    pool.vault_a = key(152);
    pool.vault_b = key(184);
    pool.has_rewards =
        !key(kRewardsOffset).is_zero() || !key(kRewardsOffset + kRewardBytes).is_zero();
    pool.oracle = key(552);
    for (std::size_t word = 0; word < pool.array_bitmap.size(); ++word) {
        pool.array_bitmap[word] = read_le<std::uint64_t>(data, kBitmapOffset + word * 8);
    }
    pool.activation_point = read_le<std::uint64_t>(data, 816);
    pool.program_a = program(880);
    pool.program_b = program(881);
    pool.version = data[882];
    if (auto sound = check_state(pool, data); !sound) {
        return Err<Error>{std::move(sound.error())};
    }
    pool.fee = decode_fee(data, pool.bin_step);
    pool.active_price = dlmm::price_of_bin(pool.active_id, pool.bin_step);
    know_wrapped_sol(pool);
    dlmm::place_window(pool);
    return result;
}

Result<bool> apply_account(MeteoraDlmmPool& pool, const AccountUpdate& update) {
    if (update.pubkey == pool.mint_a || update.pubkey == pool.mint_b) {
        return as_concerned(apply_mint(pool, update));
    }
    if (pool.extension.is_zero()) {
        pool.extension = dlmm::extension_address(pool);
    }
    if (update.pubkey == pool.extension) {
        return as_concerned(apply_extension(pool, update));
    }
    for (std::size_t i = 0; i < pool.array_count; ++i) {
        DlmmArray& array = pool.arrays[i];
        array.address = dlmm::address_of(pool, array);
        if (update.pubkey == array.address) {
            return as_concerned(apply_bin_array(pool, array, update));
        }
    }
    return false;
}

void forget_account(MeteoraDlmmPool& pool, const Pubkey& account) {
    if (pool.is_extension_seen && account == pool.extension) {
        pool.is_extension_seen = false;
        pool.has_extension = false;
        pool.arrays_beyond.clear();
        dlmm::place_window(pool);
    }
    for (std::size_t i = 0; i < pool.array_count; ++i) {
        DlmmArray& array = pool.arrays[i];
        if (array.is_seen && account == array.address) {
            array.is_seen = false;
            array.is_missing = false;
            replace_bins(pool, array.index, {});
            dlmm::refresh_reach(pool);
        }
    }
    // A mint's decimals never change: they stay known.
}

void carry_over(const MeteoraDlmmPool& from, MeteoraDlmmPool& to) {
    to.decimals_a = from.decimals_a;
    to.decimals_b = from.decimals_b;
    to.has_mint_a = from.has_mint_a;
    to.has_mint_b = from.has_mint_b;
    to.is_extension_seen = from.is_extension_seen;
    to.has_extension = from.has_extension;
    to.extension = from.extension;
    to.arrays_beyond = from.arrays_beyond;
    to.arrays = from.arrays;
    to.array_count = from.array_count;
    to.bins = from.bins;
    dlmm::place_window(to);
}

}  // namespace sniperforge::dex
