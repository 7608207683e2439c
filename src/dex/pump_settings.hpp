// SPDX-License-Identifier: MIT
// What curves and PumpSwap pools take from the accounts that all of a program share. A pool that
// was refused an account is as before.
#pragma once

#include <memory>
#include <string_view>

#include "dex/vault_accounts.hpp"
#include "sniperforge/dex/pump_fees.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {

// How one of the two programs keeps its settings.
struct PumpGlobalKind {
    std::string_view name;
    Pubkey program;
    Result<PumpGlobal> (*decode)(BytesView data);
};

template <typename Pool>
[[nodiscard]] Result<void> apply_pump_global(Pool& pool, const AccountUpdate& update,
                                             const PumpGlobalKind& kind) {
    if (is_gone(update)) {
        pool.has_global = false;
        return {};
    }
    if (auto owner = check_pump_owner(update, kind.program, kind.name); !owner) {
        return owner;
    }
    const auto global = kind.decode(update.data);
    if (!global) {
        return Err<Error>{global.error()};
    }
    const auto recipients = choose_pump_recipients(*global, pool.is_mayhem, pool.id);
    if (!recipients) {
        return Err<Error>{recipients.error()};
    }
    pool.recipients = *recipients;
    pool.is_creator_fee_configurable = global->is_creator_fee_configurable;
    if constexpr (requires { pool.disable_flags; }) {
        pool.disable_flags = global->disable_flags;
    }
    pool.has_global = true;
    return {};
}

// `is_canonical`: a curve, or the pool that a curve migrated to.
template <typename Pool>
[[nodiscard]] Result<void> apply_pump_fee_config(Pool& pool, const AccountUpdate& update,
                                                 bool is_canonical) {
    if (is_gone(update)) {
        pool.has_fee_config = false;
        return {};
    }
    if (auto owner = check_pump_owner(update, solana::kPumpFeesProgram, "pump's FeeConfig");
        !owner) {
        return owner;
    }
    const auto config = decode_pump_fee_config(update.data);
    if (!config) {
        return Err<Error>{config.error()};
    }
    pool.fee_tiers =
        std::make_shared<const PumpFeeTiers>(pump_fee_schedule(*config, pool.mint_b, is_canonical));
    pool.has_fee_config = true;
    return {};
}

}  // namespace sniperforge::dex
