// SPDX-License-Identifier: MIT
// What a mint's own account says about the safety of its token: who may mint and freeze, and every
// extension of Token-2022 with what matters of its parameters.
#pragma once

#include <cstdint>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/safety.hpp"
#include "sniperforge/solana/token_extensions.hpp"

namespace sniperforge::detect {

struct ExtensionFound {
    solana::ExtensionType type = solana::ExtensionType::Uninitialized;
    // It binds already: the hook has a program, the delegate is set, new accounts are frozen, the
    // token is paused. Otherwise its authority may make it bind later.
    bool is_armed = false;
    // Nothing that was bought could be sold: new accounts frozen, paused, not transferable.
    bool is_trap = false;

    [[nodiscard]] bool operator==(const ExtensionFound&) const = default;
};

struct MintEvidence {
    bool is_readable = false;  // A mint, of one of the two token programs, that decodes whole.
    Pubkey program;
    bool is_mint_authority_set = true;  // Unknown is unsafe.
    bool is_freeze_authority_set = true;
    TokenAmount supply;
    std::vector<ExtensionFound> extensions{};  // In the account's order.
    BasisPoints transfer_fee{};  // The higher of the two rates: the newer one will be in force.
};

// Whether both let the same be done with tokens; how many there are changes nothing of that.
[[nodiscard]] bool has_same_rules(const MintEvidence& one, const MintEvidence& other);

[[nodiscard]] MintEvidence read_mint(const AccountUpdate& mint);
// The code that stands for the extension.
[[nodiscard]] SafetyCode code_of(solana::ExtensionType type);

}  // namespace sniperforge::detect
