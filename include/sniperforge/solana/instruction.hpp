// SPDX-License-Identifier: MIT
// One instruction before compilation into a message.
#pragma once

#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"

namespace sniperforge::solana {

struct AccountMeta {
    Pubkey pubkey;
    bool is_signer = false;
    bool is_writable = false;

    [[nodiscard]] bool operator==(const AccountMeta&) const = default;
};

struct Instruction {
    Pubkey program_id;
    std::vector<AccountMeta> accounts;
    Bytes data;

    [[nodiscard]] bool operator==(const Instruction&) const = default;
};

[[nodiscard]] inline AccountMeta readonly(const Pubkey& key) { return {key, false, false}; }
[[nodiscard]] inline AccountMeta writable(const Pubkey& key) { return {key, false, true}; }
[[nodiscard]] inline AccountMeta signer(const Pubkey& key) { return {key, true, false}; }
[[nodiscard]] inline AccountMeta writable_signer(const Pubkey& key) { return {key, true, true}; }

}  // namespace sniperforge::solana
