// SPDX-License-Identifier: MIT
#include "sniperforge/signer/policy_signer.hpp"

#include <fmt/format.h>

namespace sniperforge::signer {

PolicySigner::PolicySigner(solana::Keypair keypair, const SigningLimits& limits)
    : keypair_{std::move(keypair)}, own_{keypair_.public_key()}, budget_{limits} {}

Result<void, Refusal> PolicySigner::check(BytesView message, const SigningPolicy& policy,
                                          std::span<const solana::AddressLookupTable> tables) {
    if (auto parsed = solana::parse_message_into(message, parsed_); !parsed) {
        return Err{
            Refusal{{}, fmt::format("the message does not decode: {}", parsed.error().text)}};
    }
    resolved_.clear();
    for (std::size_t i = 0; i < parsed_.account_keys.size(); ++i) {
        resolved_.push_back(
            {parsed_.account_keys[i], parsed_.is_signer(i), parsed_.is_writable(i)});
    }
    if (!parsed_.address_table_lookups.empty()) {
        auto loaded = solana::load_addresses(parsed_, tables);
        if (!loaded) {
            return Err{Refusal{{}, loaded.error().text}};
        }
        auto all = solana::resolve_accounts(parsed_, *loaded);
        if (!all) {
            return Err{Refusal{{}, all.error().text}};
        }
        resolved_ = std::move(*all);
    }
    return check_policy(parsed_, resolved_, policy, own_);
}

Result<Signature, Refusal> PolicySigner::sign(Bytes& transaction, BytesView message,
                                              const SigningPolicy& policy, const SigningTime& at,
                                              std::span<const solana::AddressLookupTable> tables) {
    if (auto checked = check(message, policy, tables); !checked) {
        return Err{checked.error()};
    }
    if (auto allowed = budget_.check(policy, at); !allowed) {
        return Err{allowed.error()};
    }
    const solana::Keypair* const signers[] = {&keypair_};
    if (auto made = solana::sign_transaction_into(transaction, message, signers); !made) {
        return Err{Refusal{{}, made.error().text}};
    }
    budget_.count(policy, at);
    const auto signature = solana::transaction_id_of(transaction);
    SF_ASSERT(signature.has_value());
    return *signature;
}

}  // namespace sniperforge::signer
