// SPDX-License-Identifier: MIT
// The durable nonce that an order may be on: ours, lent to this order with the value that is the
// message's blockhash, advanced by the first instruction. Of any other order's business it is none.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <span>
#include <variant>

#include "sniperforge/core/result.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/signer/own_accounts.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::signer {

class NonceCheck {
 public:
    // All of them outlive the check.
    NonceCheck(const std::optional<NonceLease>& lease, const solana::Message& message,
               std::span<const solana::AccountMeta> accounts, OwnAccounts& own)
        : lease_{lease}, message_{message}, accounts_{accounts}, own_{own} {}

    // Of each instruction: whether it is the order's advance, which is all there is to say of it.
    [[nodiscard]] Result<bool> check(const solana::CompiledInstruction& instruction,
                                     std::size_t index, OrderKind kind) const {
        if (lease_ && index == 0) {
            if (auto checked = check_message(kind); !checked) {
                return Err{checked.error()};
            }
        }
        // Without a lease it is a System instruction like any other that is no transfer.
        const bool is_it = lease_ && is_advance(instruction);
        auto checked = is_it ? check_advance(instruction, index) : check_other(instruction, index);
        return checked ? Result<bool>{is_it} : Err{checked.error()};
    }

 private:
    [[nodiscard]] Result<void> check_message(OrderKind kind) const {
        if (kind != OrderKind::Entry && kind != OrderKind::Exit) {
            return fail(
                fmt::format("a {} on a nonce: only entries and exits have one", to_string(kind)));
        }
        if (message_.version == solana::MessageVersion::V1) {
            return fail("a message of version 1 on a nonce");
        }
        if (!own_.is_nonce(lease_->account)) {
            return fail(fmt::format("{} is not the address of a nonce of our wallet",
                                    lease_->account.to_string()));
        }
        if (message_.recent_blockhash != lease_->value) {
            return fail(fmt::format("the blockhash is {}, the order's nonce has the value {}",
                                    message_.recent_blockhash.to_string(),
                                    lease_->value.to_string()));
        }
        return {};
    }

    [[nodiscard]] bool is_advance(const solana::CompiledInstruction& instruction) const {
        return message_.program_id(instruction) == solana::kSystemProgram &&
               std::holds_alternative<solana::system_instruction::AdvanceNonceAccount>(
                   solana::decode_system_instruction(instruction.data));
    }

    // The chain takes a nonce for a blockhash only where the first instruction advances it.
    [[nodiscard]] Result<void> check_advance(const solana::CompiledInstruction& instruction,
                                             std::size_t index) const {
        if (index != 0) {
            return fail("advances a nonce behind the first instruction");
        }
        // Accounts: nonce, sysvar, authority.
        const auto& indexes = instruction.account_indexes;
        if (indexes.size() != 3 || key(indexes[0]) != lease_->account ||
            indexes[0] >= message_.account_keys.size()) {
            return fail(fmt::format("advances another nonce than {}, or one that is looked up",
                                    lease_->account.to_string()));
        }
        if (key(indexes[1]) != solana::kRecentBlockhashesSysvar) {
            return fail(fmt::format("{} is not the sysvar of recent blockhashes",
                                    key(indexes[1]).to_string()));
        }
        if (key(indexes[2]) != own_.wallet()) {
            return fail(fmt::format("advances the nonce with the authority of {}, not our wallet",
                                    key(indexes[2]).to_string()));
        }
        return {};
    }

    // Of every other instruction: our signature reaches the programs that it calls, which could
    // empty or give away a nonce account that they are handed.
    [[nodiscard]] Result<void> check_other(const solana::CompiledInstruction& instruction,
                                           std::size_t index) const {
        if (lease_ && index == 0) {
            return fail("the first instruction does not advance the order's nonce");
        }
        for (const std::uint8_t account : instruction.account_indexes) {
            if (own_.is_nonce(key(account))) {
                return fail(
                    fmt::format("names {}, a nonce account of ours", key(account).to_string()));
            }
        }
        return {};
    }

    [[nodiscard]] const Pubkey& key(std::uint8_t index) const { return accounts_[index].pubkey; }

    const std::optional<NonceLease>& lease_;
    const solana::Message& message_;
    std::span<const solana::AccountMeta> accounts_;
    OwnAccounts& own_;
};

}  // namespace sniperforge::signer
