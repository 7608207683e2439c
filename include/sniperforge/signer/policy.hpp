// SPDX-License-Identifier: MIT
// What a transaction may do with our wallet, and the check that it does no more. The check decodes
// the bytes themselves; it believes nothing that came with them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/signer/own_accounts.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::signer {

// What one leg of a cycle yields at least, and the next one spends at most.
struct Handover {
    Pubkey mint;
    TokenAmount amount;
};

// What a transfer of a Token-2022 mint takes at most: a part of it, and never more than the fee's
// own ceiling. None of both: nothing.
struct TransferFeeMax {
    BasisPoints rate;  // At most one.
    TokenAmount fee_max;
};

// The bounds of one order. Amounts are base units of the mint they name.
struct SigningPolicy {
    OrderKind kind = OrderKind::Entry;
    Pubkey mint_in;             // What we spend; wSOL for entries and cycles.
    Pubkey mint_out;            // What we receive; wSOL for exits and cycles. Not of sweeps.
    TokenAmount amount_in_max;  // Out of our account of mint_in.
    TokenAmount receive_min;    // Floor that the chain must enforce on our account of mint_out. Not
                                // of sweeps.
    std::uint8_t leg_count = 0;                    // Cycles only, like the next.
    std::array<Handover, kLegsMax - 1> between{};  // leg_count − 1 of them are used.
    // Lamports that may leave the wallet in total: wraps, base and priority fee, tips, rent.
    Lamports lamports_max;
    Lamports token_account_rent;  // Of the longest token account, as the chain charges it now.
    // One transfer of at most so much to a tip account of the signer's; zero: there is none.
    Lamports tip_max{};
    // Entries and exits on a nonce of ours: the first instruction advances it, and its value is the
    // message's blockhash. Without one no nonce of ours is touched.
    std::optional<NonceLease> nonce{};
    // Of mint_out, as we read it from the chain. Nothing: it was not read, and no route may pay
    // under Token-2022.
    std::optional<TransferFeeMax> transfer_fee_out{};
};

// What it buys, sells or passes through.
[[nodiscard]] bool names_mint(const SigningPolicy& policy, const Pubkey& mint);

// What may be paid for a place in a block, priority fee and tip of one transaction together, and
// where tips may go: whatever the order says, and whoever wrote the message.
struct FeeLimits {
    Lamports max{};
    std::span<const Pubkey> tip_accounts{};
};

// Why we do not sign. `instruction` is the top-level index, or nothing when the whole is refused.
struct Refusal {
    std::optional<std::size_t> instruction;
    std::string reason;

    [[nodiscard]] std::string text() const;
};

// Passes when every instruction is one that the policy allows. `accounts` is the message's whole
// index space, static and loaded, as solana::resolve_accounts gives it.
[[nodiscard]] Result<void, Refusal> check_policy(const solana::Message& message,
                                                 std::span<const solana::AccountMeta> accounts,
                                                 const SigningPolicy& policy, const FeeLimits& fees,
                                                 OwnAccounts& own);

}  // namespace sniperforge::signer
