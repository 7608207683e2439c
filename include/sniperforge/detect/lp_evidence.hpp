// SPDX-License-Identifier: MIT
// Which part of a pool's liquidity nobody can take out: LP tokens that are burnt, and those that a
// program keeps which has no instruction to give them back. Only what accounts show counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/dex/pool.hpp"

namespace sniperforge::detect {

// Who keeps the locked part.
enum class LpLocker : std::uint8_t {
    None,
    // Raydium's "burn & earn" for CPMM: one account for each LP mint, of an address that only its
    // program signs for, and the program locks and collects fees, nothing else.
    RaydiumBurnAndEarn,
    // DAMM v2 locks positions for good and keeps the sum in the pool's account.
    MeteoraDammV2,
    // The LP tokens of pump.fun's migrations are the program's, which cannot withdraw.
    PumpMigration,
};
// raydium_burn_and_earn
[[nodiscard]] std::string_view to_string(LpLocker locker);

// Parts of all that was issued, each rounded down, with the accounts that show them.
struct LpEvidence {
    BasisPoints burnt;
    Pubkey burnt_mint{};  // Its supply shows it; zero: the venue has no LP tokens.
    BasisPoints locked;
    LpLocker locker = LpLocker::None;
    Pubkey locked_account{};

    [[nodiscard]] BasisPoints gone() const;
    [[nodiscard]] bool operator==(const LpEvidence&) const = default;
};
// burnt 1000 (mint ...), locked 9000 (raydium_burn_and_earn, account ...)
[[nodiscard]] std::string to_string(const LpEvidence& lp);

// Where Raydium's lock keeps tokens of this LP mint; zero for pools of other venues.
[[nodiscard]] Pubkey lp_lock_account(const dex::Pool& pool);
// What the pool's own account says is locked; nothing where it says nothing.
[[nodiscard]] std::optional<LpEvidence> lp_locked_in_pool(const dex::Pool& pool);
// `burnt` and `locked` of `issued` LP tokens, which is not zero.
[[nodiscard]] LpEvidence lp_shares(TokenAmount issued, TokenAmount burnt, TokenAmount locked);

}  // namespace sniperforge::detect
