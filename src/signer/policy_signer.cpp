// SPDX-License-Identifier: MIT
#include "sniperforge/signer/policy_signer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

// Puts the one signature that a message needs where it belongs: in front of it, after their number,
// or, from version 1 on, behind it.
[[nodiscard]] Result<Signature, Refusal> attach(Bytes& transaction, BytesView message,
                                                const Signature& signature) {
    auto made = solana::unsigned_transaction(message);
    if (!made) {
        return Err{Refusal{{}, made.error().text}};
    }
    const auto body = solana::message_bytes_of(*made);
    SF_ASSERT(body.has_value());
    const std::size_t front = body->data() == made->data() ? 0 : 1;
    if (made->size() != front + Signature::kSize + message.size()) {
        return Err{Refusal{{}, "the message needs more signatures than ours"}};
    }
    const std::size_t at = front == 0 ? message.size() : front;
    std::ranges::copy(signature.bytes, made->begin() + static_cast<std::ptrdiff_t>(at));
    transaction = std::move(*made);
    return signature;
}

// What costs this, with nothing credited, counts as an order of this kind.
[[nodiscard]] SigningPolicy costing(OrderKind kind, Lamports cost) {
    SigningPolicy counted;
    counted.kind = kind;
    counted.lamports_max = cost;
    return counted;
}

}  // namespace

const Pubkey& public_key_of(const SigningKey& key) {
    return std::visit([](const auto& each) -> const Pubkey& { return each.public_key(); }, key);
}

PolicySigner::PolicySigner(SigningKey key, const SigningLimits& limits)
    : key_{std::move(key)},
      own_{public_key_of(key_)},
      budget_{limits},
      cold_address_{limits.cold_address},
      fee_max_{limits.fee_max},
      tip_accounts_{limits.tip_accounts},
      tokens_kept_{limits.tokens_kept} {
    // Known as ours before the first message: no step of a route may name what no order is about.
    for (const Pubkey& mint : {solana::kUsdcMint, solana::kUsdtMint}) {
        (void)own_.account(mint, solana::kTokenProgram);
    }
    for (const Pubkey& mint : tokens_kept_) {
        (void)own_.account(mint, solana::kTokenProgram);
    }
}

bool PolicySigner::can_sign() {
    auto* remote = std::get_if<RemoteSigner>(&key_);
    return remote == nullptr || remote->is_alive();
}

void PolicySigner::restore(std::span<const SignedBefore> before, const SigningTime& now) {
    if (auto* remote = std::get_if<RemoteSigner>(&key_)) {
        return remote->restore(before);
    }
    budget_.restore(before, now);
}

Result<void, Refusal> PolicySigner::parse(BytesView message) {
    if (auto parsed = solana::parse_message_into(message, parsed_); !parsed) {
        return Err{
            Refusal{{}, fmt::format("the message does not decode: {}", parsed.error().text)}};
    }
    resolved_.clear();
    for (std::size_t i = 0; i < parsed_.account_keys.size(); ++i) {
        resolved_.push_back(
            {parsed_.account_keys[i], parsed_.is_signer(i), parsed_.is_writable(i)});
    }
    return {};
}

Result<void, Refusal> PolicySigner::check_kept(const SigningPolicy& policy) const {
    for (const Pubkey& mint : tokens_kept_) {
        if (names_mint(policy, mint)) {
            return Err{Refusal{{},
                               fmt::format("the order is about {}, one of the {} in "
                                           "signer.tokens_kept",
                                           mint.to_string(), tokens_kept_.size())}};
        }
    }
    return {};
}

Result<void, Refusal> PolicySigner::check(BytesView message, const SigningPolicy& policy,
                                          std::span<const solana::AddressLookupTable> tables) {
    if (auto checked = check_kept(policy); !checked) {
        return checked;
    }
    if (auto parsed = parse(message); !parsed) {
        return parsed;
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
    return check_policy(parsed_, resolved_, policy, {fee_max_, tip_accounts_}, own_);
}

Result<Lamports, Refusal> PolicySigner::check(BytesView message, const WithdrawalPolicy& policy) {
    if (!cold_address_) {
        return Err{Refusal{{}, "there is no cold address to withdraw to: set wallet.cold_address"}};
    }
    if (auto parsed = parse(message); !parsed) {
        return Err{parsed.error()};
    }
    if (!parsed_.address_table_lookups.empty()) {
        return Err{Refusal{{}, "a withdrawal with lookup tables: it needs none"}};
    }
    return check_withdrawal(parsed_, resolved_, policy, wallet(), *cold_address_);
}

Result<Lamports, Refusal> PolicySigner::check(BytesView message, const UpkeepPolicy& policy) {
    if (auto parsed = parse(message); !parsed) {
        return Err{parsed.error()};
    }
    return check_upkeep(parsed_, resolved_, policy, wallet());
}

Result<Signature, Refusal> PolicySigner::sign_checked(Bytes& transaction, BytesView message) {
    const solana::Keypair* const signers[] = {std::get_if<solana::Keypair>(&key_)};
    if (auto made = solana::sign_transaction_into(transaction, message, signers); !made) {
        return Err{Refusal{{}, made.error().text}};
    }
    const auto signature = solana::transaction_id_of(transaction);
    SF_ASSERT(signature.has_value());
    return *signature;
}

Result<Signature, Refusal> PolicySigner::sign(Bytes& transaction, BytesView message,
                                              const SigningPolicy& policy, const SigningTime& at,
                                              std::span<const solana::AddressLookupTable> tables) {
    if (auto* remote = std::get_if<RemoteSigner>(&key_)) {
        const auto signature = remote->sign(message, policy, tables, own_);
        return signature ? attach(transaction, message, *signature) : signature;
    }
    if (auto checked = check(message, policy, tables); !checked) {
        return Err{checked.error()};
    }
    if (auto allowed = budget_.check(policy, at); !allowed) {
        return Err{allowed.error()};
    }
    return sign_counted(transaction, message, policy, at);
}

Result<Signature, Refusal> PolicySigner::sign(Bytes& transaction, BytesView message,
                                              const WithdrawalPolicy& policy,
                                              const SigningTime& at) {
    if (auto* remote = std::get_if<RemoteSigner>(&key_)) {
        const auto signature = remote->sign(message, policy);
        return signature ? attach(transaction, message, *signature) : signature;
    }
    const auto cost = check(message, policy);
    if (!cost) {
        return Err{cost.error()};
    }
    const SigningPolicy counted = costing(kWithdrawalCountsAs, *cost);
    if (auto allowed = budget_.check_withdrawal(counted, at); !allowed) {
        return Err{allowed.error()};
    }
    auto signature = sign_checked(transaction, message);
    if (signature) {
        budget_.count_withdrawal(counted, at);
    }
    return signature;
}

Result<Signature, Refusal> PolicySigner::sign(Bytes& transaction, BytesView message,
                                              const UpkeepPolicy& policy, const SigningTime& at) {
    if (auto* remote = std::get_if<RemoteSigner>(&key_)) {
        const auto signature = remote->sign(message, policy);
        return signature ? attach(transaction, message, *signature) : signature;
    }
    const auto cost = check(message, policy);
    if (!cost) {
        return Err{cost.error()};
    }
    const bool is_advance = policy.kind == UpkeepKind::NonceAdvance;
    const SigningPolicy counted = costing(is_advance ? kAdvanceCountsAs : kUpkeepCountsAs, *cost);
    const auto allowed = budget_.check(counted, at);
    return allowed ? sign_counted(transaction, message, counted, at) : Err{allowed.error()};
}

Result<Signature, Refusal> PolicySigner::sign_counted(Bytes& transaction, BytesView message,
                                                      const SigningPolicy& counted,
                                                      const SigningTime& at) {
    const auto signature = sign_checked(transaction, message);
    if (signature) {
        budget_.count(counted, at);
    }
    return signature;
}

}  // namespace sniperforge::signer
