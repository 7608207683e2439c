// SPDX-License-Identifier: MIT
// PolicySigner: the only holder of the key, or of the way to the process that has it. It signs a
// message after the policy and the budget let it pass, and nothing else.
#pragma once

#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "sniperforge/core/time.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/signer/remote_signer.hpp"
#include "sniperforge/signer/signing_budget.hpp"
#include "sniperforge/signer/upkeep.hpp"
#include "sniperforge/signer/withdrawal.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::signer {

// The key itself, or where it is.
using SigningKey = std::variant<solana::Keypair, RemoteSigner>;
[[nodiscard]] const Pubkey& public_key_of(const SigningKey& key);

class PolicySigner {
 public:
    // Limits of a key in another process are that process's own; these are not looked at then.
    PolicySigner(SigningKey key, const SigningLimits& limits);

    [[nodiscard]] const Pubkey& wallet() const { return own_.wallet(); }
    [[nodiscard]] OwnAccounts& own_accounts() { return own_; }
    // False once the process with the key has ended: nothing is signed any more.
    [[nodiscard]] bool can_sign();

    // What earlier processes signed counts in the budget, wherever that is. Before the first
    // signature.
    void restore(std::span<const SignedBefore> before, const SigningTime& now);

    // Checks `message` against the policy. `tables` must hold every lookup table that the message
    // names, as read from our own RPC.
    [[nodiscard]] Result<void, Refusal> check(BytesView message, const SigningPolicy& policy,
                                              std::span<const solana::AddressLookupTable> tables);
    // A withdrawal to the cold address of the limits; what it may cost beside what it withdraws.
    [[nodiscard]] Result<Lamports, Refusal> check(BytesView message,
                                                  const WithdrawalPolicy& policy);
    // Upkeep of an account of our own; what it may cost.
    [[nodiscard]] Result<Lamports, Refusal> check(BytesView message, const UpkeepPolicy& policy);
    // Checks, also against what was signed before, then signs into `transaction` (cleared first)
    // and returns the signature.
    [[nodiscard]] Result<Signature, Refusal> sign(
        Bytes& transaction, BytesView message, const SigningPolicy& policy, const SigningTime& at,
        std::span<const solana::AddressLookupTable> tables = {});
    // Counted by what it may cost, with the sales. What goes to the cold address stays ours, so
    // that a rescue does not wait: at a small cost neither the hour nor the day refuses it, up to a
    // sum in an hour.
    [[nodiscard]] Result<Signature, Refusal> sign(Bytes& transaction, BytesView message,
                                                  const WithdrawalPolicy& policy,
                                                  const SigningTime& at);
    // Counted by what it may cost: the rent comes back only when the account is given up.
    [[nodiscard]] Result<Signature, Refusal> sign(Bytes& transaction, BytesView message,
                                                  const UpkeepPolicy& policy,
                                                  const SigningTime& at);

 private:
    [[nodiscard]] Result<void, Refusal> parse(BytesView message);
    [[nodiscard]] Result<void, Refusal> check_kept(const SigningPolicy& policy) const;
    [[nodiscard]] Result<Signature, Refusal> sign_checked(Bytes& transaction, BytesView message);
    // And counted.
    [[nodiscard]] Result<Signature, Refusal> sign_counted(Bytes& transaction, BytesView message,
                                                          const SigningPolicy& counted,
                                                          const SigningTime& at);

    SigningKey key_;
    OwnAccounts own_;
    SigningBudget budget_;
    std::optional<Pubkey> cold_address_;
    Lamports fee_max_;
    std::vector<Pubkey> tip_accounts_, tokens_kept_;
    solana::Message parsed_;  // Reused: no heap once it has grown.
    std::vector<solana::AccountMeta> resolved_;
};

}  // namespace sniperforge::signer
