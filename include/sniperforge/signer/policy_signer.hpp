// SPDX-License-Identifier: MIT
// PolicySigner: the only holder of the key. It signs a message after check_policy and the budget
// let it pass, and nothing else.
#pragma once

#include <span>

#include "sniperforge/core/time.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/signer/signing_budget.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::signer {

class PolicySigner {
 public:
    PolicySigner(solana::Keypair keypair, const SigningLimits& limits);

    [[nodiscard]] const Pubkey& wallet() const { return own_.wallet(); }
    [[nodiscard]] OwnAccounts& own_accounts() { return own_; }

    // Checks `message` against the policy. `tables` must hold every lookup table that the message
    // names, as read from our own RPC.
    [[nodiscard]] Result<void, Refusal> check(BytesView message, const SigningPolicy& policy,
                                              std::span<const solana::AddressLookupTable> tables);
    // Checks, also against what was signed before, then signs into `transaction` (cleared first)
    // and returns the signature.
    [[nodiscard]] Result<Signature, Refusal> sign(
        Bytes& transaction, BytesView message, const SigningPolicy& policy, const SigningTime& at,
        std::span<const solana::AddressLookupTable> tables = {});

 private:
    solana::Keypair keypair_;
    OwnAccounts own_;
    SigningBudget budget_;
    solana::Message parsed_;  // Reused: no heap once it has grown.
    std::vector<solana::AccountMeta> resolved_;
};

}  // namespace sniperforge::signer
