// SPDX-License-Identifier: MIT
#include "sniperforge/detect/lp_evidence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::detect {
namespace {

// ["lock_cp_authority_seed"] of LockrWmn6K5twhz3y9w1dQERbmgSaRkfnTeTKbpofwE, whose instructions are
// lock_cp_liquidity, collect_cp_fees and the same two for CLMM. What it is given goes to the
// authority's associated account of the LP mint; what comes out is LP tokens worth the fees that
// the locked part has earned since.
constexpr Pubkey kRaydiumLockAuthority =
    solana::detail::key_literal("3f7GcQFG397GAaEnv51zR6tsTVihYRydnydDD1cXekxH");

[[nodiscard]] BasisPoints share_floor(TokenAmount part, TokenAmount whole) {
    return BasisPoints{
        mul_div_floor(std::min(part, whole).raw(), kBasisPointsOne, whole.raw()).value_or(0)};
}

[[nodiscard]] BasisPoints liquidity_share_floor(u128 part, u128 whole) {
    if (part >= whole) {
        return BasisPoints{kBasisPointsOne};
    }
    // 10,000 has 14 bits. Cut against us: the part down, the whole up.
    constexpr unsigned kRoom = 14;
    const bool is_wide = (whole >> (128 - kRoom)) != 0;
    const u128 of = is_wide ? (whole >> kRoom) + 1 : whole;
    return BasisPoints{
        static_cast<std::uint64_t>((is_wide ? part >> kRoom : part) * kBasisPointsOne / of)};
}

}  // namespace

std::string_view to_string(LpLocker locker) {
    switch (locker) {
        case LpLocker::None:
            return "none";
        case LpLocker::RaydiumBurnAndEarn:
            return "raydium_burn_and_earn";
        case LpLocker::MeteoraDammV2:
            return "meteora_damm_v2";
        case LpLocker::PumpMigration:
            return "pump_migration";
    }
    return "unknown";
}

BasisPoints LpEvidence::gone() const {
    return BasisPoints{std::min<std::uint64_t>(burnt.raw() + locked.raw(), kBasisPointsOne)};
}

std::string to_string(const LpEvidence& lp) {
    std::string text = fmt::format("burnt {}", lp.burnt.raw());
    if (!lp.burnt_mint.is_zero()) {
        text += fmt::format(" (mint {})", lp.burnt_mint.to_string());
    }
    text += fmt::format(", locked {}", lp.locked.raw());
    if (lp.locker != LpLocker::None) {
        text +=
            fmt::format(" ({}, account {})", to_string(lp.locker), lp.locked_account.to_string());
    }
    return text;
}

Pubkey lp_lock_account(const dex::Pool& pool) {
    const auto* cpmm = std::get_if<dex::RaydiumCpmmPool>(&pool.state);
    return cpmm == nullptr ? Pubkey{}
                           : solana::associated_token_address(kRaydiumLockAuthority, cpmm->lp_mint,
                                                              solana::kTokenProgram);
}

std::optional<LpEvidence> lp_locked_in_pool(const dex::Pool& pool) {
    const auto* damm = std::get_if<dex::MeteoraDammV2Pool>(&pool.state);
    if (damm == nullptr || damm->liquidity == 0) {
        return std::nullopt;
    }
    return LpEvidence{.burnt = {},
                      .burnt_mint = {},
                      .locked = liquidity_share_floor(damm->liquidity_locked, damm->liquidity),
                      .locker = LpLocker::MeteoraDammV2,
                      .locked_account = damm->id};
}

LpEvidence lp_shares(TokenAmount issued, TokenAmount burnt, TokenAmount locked) {
    LpEvidence lp;
    lp.burnt = share_floor(burnt, issued);
    lp.locked = share_floor(locked, issued);
    return lp;
}

}  // namespace sniperforge::detect
