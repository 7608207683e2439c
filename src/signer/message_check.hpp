// SPDX-License-Identifier: MIT
// What every check of a message has at hand, whatever the policy that it holds it against: the
// accounts by their position in an instruction, and refusals that name the instruction.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "sniperforge/signer/policy.hpp"

namespace sniperforge::signer {

class MessageCheck {
 protected:
    using Check = Result<void, Refusal>;

    // Both outlive the check.
    MessageCheck(const solana::Message& message, std::span<const solana::AccountMeta> accounts)
        : message_{message}, accounts_{accounts} {}

    // Of the instruction at index_.
    template <typename... Args>
    [[nodiscard]] Check refuse(fmt::format_string<Args...> format, Args&&... args) const {
        return Err{Refusal{index_, fmt::format(format, std::forward<Args>(args)...)}};
    }
    template <typename... Args>
    [[nodiscard]] Check whole(fmt::format_string<Args...> format, Args&&... args) const {
        return Err{Refusal{{}, fmt::format(format, std::forward<Args>(args)...)}};
    }
    // Account `position` of an instruction; the parser has checked the index space.
    [[nodiscard]] const Pubkey& key(const solana::CompiledInstruction& instruction,
                                    std::size_t position) const {
        return accounts_[instruction.account_indexes[position]].pubkey;
    }

    // The wallet pays, and no other signature than its own is needed.
    [[nodiscard]] Check check_signers(const Pubkey& wallet) const {
        if (message_.payer() != wallet) {
            return whole("the fee payer is {}, not our wallet", message_.payer().to_string());
        }
        if (message_.header.num_required_signatures != 1) {
            return whole("{} signatures are required; we sign only what needs ours alone",
                         message_.header.num_required_signatures);
        }
        return {};
    }

    // Of the instruction that is looked at.
    [[nodiscard]] std::size_t index() const { return index_; }

    // Nothing that is looked up, and none of the options of version 1. `what` names the
    // transaction.
    [[nodiscard]] Check check_plain(std::string_view what) const {
        if (message_.version == solana::MessageVersion::V1 ||
            !message_.address_table_lookups.empty()) {
            return whole("{} of version 1, or with lookup tables: it needs neither", what);
        }
        return {};
    }

    // Each instruction in its turn, up to the first refusal.
    template <typename CheckOne>
    [[nodiscard]] Check check_each(const CheckOne& check_one) {
        for (index_ = 0; index_ < message_.instructions.size(); ++index_) {
            if (auto checked = check_one(message_.instructions[index_]); !checked) {
                return checked;
            }
        }
        return {};
    }

    const solana::Message& message_;
    std::span<const solana::AccountMeta> accounts_;

 private:
    std::size_t index_ = 0;
};

}  // namespace sniperforge::signer
