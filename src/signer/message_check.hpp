// SPDX-License-Identifier: MIT
// What every check of a message has at hand: the accounts by their position in an instruction, and
// refusals that name the instruction.
#pragma once

#include <fmt/format.h>

#include <span>
#include <utility>

#include "sniperforge/signer/policy.hpp"

namespace sniperforge::signer {

class MessageCheck {
 public:
    MessageCheck(const solana::Message& message, std::span<const solana::AccountMeta> accounts,
                 const SigningPolicy& policy, OwnAccounts& own)
        : message_{message}, accounts_{accounts}, policy_{policy}, own_{own} {}

 protected:
    using Check = Result<void, Refusal>;

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

    const solana::Message& message_;
    std::span<const solana::AccountMeta> accounts_;
    const SigningPolicy& policy_;
    OwnAccounts& own_;
    std::size_t index_ = 0;
};

}  // namespace sniperforge::signer
