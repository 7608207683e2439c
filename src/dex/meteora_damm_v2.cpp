// SPDX-License-Identifier: MIT
#include "sniperforge/dex/meteora_damm_v2.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dex/account_kind.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {
namespace {

constexpr std::uint8_t kWrappedSolDecimals = 9;
constexpr std::uint8_t kStatusDisabled = 1;
constexpr AccountKind kPool{"Meteora DAMM v2 pool", kDammV2PoolBytes, kDammV2PoolDiscriminator};

std::unexpected<Error> refuse(const Pubkey& id, std::string_view why) {
    return fail(fmt::format("decoding Meteora DAMM v2 pool {}: {}", id.to_string(), why));
}

// What a mint's flag in the pool says of its token program.
std::optional<Pubkey> program_of_flag(std::uint8_t flag) {
    if (flag > 1) {
        return std::nullopt;
    }
    return flag == 0 ? solana::kTokenProgram : solana::kToken2022Program;
}

void read_fees(MeteoraDammV2Pool& pool, BytesView data) {
    pool.base_fee = {.mode = DammV2BaseFeeMode{data[16]},
                     .first_factor = read_le<std::uint16_t>(data, 22),
                     .second_factor = read_le<std::uint64_t>(data, 24),
                     .third_factor = read_le<std::uint64_t>(data, 32),
                     .cliff_rate = read_le<std::uint64_t>(data, 8)};
    pool.protocol_fee_percent = data[48];
    pool.referral_fee_percent = data[50];
    pool.compounding_fee_bps = read_le<std::uint16_t>(data, 54);
    pool.dynamic_fee = {.is_enabled = data[56] != 0,
                        .control = read_le<std::uint32_t>(data, 68),
                        .bin_step = read_le<std::uint16_t>(data, 72),
                        .volatility = read_le<u128>(data, 120)};
    pool.sqrt_price_initial = read_le<u128>(data, 152);
}

void read_state(MeteoraDammV2Pool& pool, BytesView data) {
    pool.liquidity = read_le<u128>(data, 360);
    pool.sqrt_price_min = read_le<u128>(data, 424);
    pool.sqrt_price_max = read_le<u128>(data, 440);
    pool.sqrt_price = read_le<u128>(data, 456);
    pool.activation_point = read_le<std::uint64_t>(data, 472);
    pool.activation_type = data[480];
    pool.status = data[481];
    pool.collect_fee_mode = DammV2CollectFeeMode{data[484]};
    pool.fee_version = data[486];
    pool.liquidity_locked = read_le<u128>(data, 552);
    pool.amount_a = read_le<std::uint64_t>(data, 680);
    pool.amount_b = read_le<std::uint64_t>(data, 688);
    pool.layout_version = data[696];
}

bool has_range(const MeteoraDammV2Pool& pool) {
    return pool.collect_fee_mode == DammV2CollectFeeMode::Output ||
           pool.collect_fee_mode == DammV2CollectFeeMode::OnlyB;
}

}  // namespace

bool is_meteora_damm_v2_pool(BytesView data) { return is_kind(kPool, data); }

Result<MeteoraDammV2Pool> decode_meteora_damm_v2_pool(const Pubkey& id, BytesView data) {
    if (auto fits = check_kind(kPool, id, data); !fits) {
        return Err<Error>{std::move(fits.error())};
    }
    const auto program_a = program_of_flag(data[482]);
    const auto program_b = program_of_flag(data[483]);
    if (!program_a || !program_b) {
        return refuse(id, fmt::format("token program flags {} and {}, expected 0 of SPL Token or "
                                      "1 of Token-2022",
                                      data[482], data[483]));
    }
    const auto key = [&](std::size_t offset) { return Pubkey::from(data.subspan(offset)); };
    // Built in the result: half a kilobyte is worth not copying.
    Result<MeteoraDammV2Pool> result{std::in_place};
    MeteoraDammV2Pool& pool = *result;
    pool.id = id;
    pool.mint_a = key(168);
    pool.mint_b = key(200);
    pool.vault_a = key(232);
    pool.vault_b = key(264);
    pool.program_a = *program_a;
    pool.program_b = *program_b;
    pool.creator = key(648);
    read_fees(pool, data);
    read_state(pool, data);
    if (has_range(pool) && (pool.sqrt_price_min == 0 || pool.sqrt_price < pool.sqrt_price_min ||
                            pool.sqrt_price > pool.sqrt_price_max)) {
        return refuse(id,
                      fmt::format("square-root price {}, expected from {} to {}, and above zero",
                                  sniperforge::to_string(pool.sqrt_price),
                                  sniperforge::to_string(pool.sqrt_price_min),
                                  sniperforge::to_string(pool.sqrt_price_max)));
    }
    if (pool.mint_a == solana::kWrappedSolMint) {
        pool.is_mint_a_seen = true;
        pool.decimals_a = kWrappedSolDecimals;
    }
    if (pool.mint_b == solana::kWrappedSolMint) {
        pool.is_mint_b_seen = true;
        pool.decimals_b = kWrappedSolDecimals;
    }
    return result;
}

std::vector<Pubkey> accounts_needed(const MeteoraDammV2Pool& pool) {
    std::vector<Pubkey> accounts;
    for (const Pubkey* mint : {&pool.mint_a, &pool.mint_b}) {
        if (*mint != solana::kWrappedSolMint) {
            accounts.push_back(*mint);
        }
    }
    if (accounts.size() == 2 && accounts[0] == accounts[1]) {
        accounts.pop_back();  // No pool of the program's: but each account is named once.
    }
    return accounts;
}

std::vector<Pubkey> accounts_shared(const MeteoraDammV2Pool&) { return {}; }

Result<bool> apply_account(MeteoraDammV2Pool& pool, const AccountUpdate& update) {
    const bool is_a = update.pubkey == pool.mint_a;
    const bool is_b = update.pubkey == pool.mint_b;
    if (!is_a && !is_b) {
        return false;
    }
    if (update.data.empty()) {
        return true;  // A mint that is gone: what it told stays true.
    }
    const auto refuse_mint = [&](std::string_view why) {
        return fail(fmt::format("reading mint {} of Meteora DAMM v2 pool {}: {}",
                                update.pubkey.to_string(), pool.id.to_string(), why));
    };
    const Pubkey& program = is_a ? pool.program_a : pool.program_b;
    if (update.owner != program) {
        return refuse_mint(fmt::format("owned by {}, expected {} as the pool says",
                                       update.owner.to_string(), program.to_string()));
    }
    const auto mint = solana::decode_mint(update.data);
    if (!mint) {
        return refuse_mint(mint.error().text);
    }
    if (is_a) {
        pool.decimals_a = mint->decimals;
        pool.is_mint_a_seen = true;
    }
    if (is_b) {
        pool.decimals_b = mint->decimals;
        pool.is_mint_b_seen = true;
    }
    return true;
}

void forget_account(MeteoraDammV2Pool&, const Pubkey&) {
    // The decimals of a mint never change: they stay known.
}

bool is_complete(const MeteoraDammV2Pool& pool) {
    return pool.is_mint_a_seen && pool.is_mint_b_seen;
}

bool is_swap_enabled(const MeteoraDammV2Pool& pool) { return pool.status == 0; }

void disable(MeteoraDammV2Pool& pool) { pool.status = kStatusDisabled; }

bool is_same_identity(const MeteoraDammV2Pool& pool, const MeteoraDammV2Pool& other) {
    return pool.id == other.id && pool.mint_a == other.mint_a && pool.mint_b == other.mint_b &&
           pool.vault_a == other.vault_a && pool.vault_b == other.vault_b &&
           pool.program_a == other.program_a && pool.program_b == other.program_b;
}

void carry_over(const MeteoraDammV2Pool& from, MeteoraDammV2Pool& to) {
    to.decimals_a = from.decimals_a;
    to.decimals_b = from.decimals_b;
    to.is_mint_a_seen = from.is_mint_a_seen;
    to.is_mint_b_seen = from.is_mint_b_seen;
}

}  // namespace sniperforge::dex
