// SPDX-License-Identifier: MIT
// The account object that RPC answers and PubSub notifications share. Throws json::BadMember.
#pragma once

#include <array>
#include <cstddef>

#include "rpc/json.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/quantity.hpp"

namespace sniperforge::rpc {

struct AccountFields {
    Pubkey owner;
    Lamports lamports;
    bool is_executable = false;
    std::size_t data_size = 0;  // How much of the scratch buffer is the account's data.
};

// The owners of recent accounts, by their text. Nearly all accounts that we hear of belong to a
// handful of programs: comparing 44 characters is cheaper than base58, which also allocates.
class OwnerCache {
 public:
    [[nodiscard]] Pubkey parse(json::ondemand::value owner);

 private:
    static constexpr std::size_t kTextMax = 44;  // Of 32 bytes in base58.
    struct Entry {
        std::array<char, kTextMax> text{};
        std::size_t size = 0;
        Pubkey key;
    };
    std::array<Entry, 8> entries_;
    std::size_t next_ = 0;  // The oldest, to be replaced.
};

// Decodes `{"data":[text,encoding],"executable":..,"lamports":..,"owner":..}`. The data goes to the
// front of `scratch`, which grows when it must and never shrinks: after the largest account of a
// run no more is allocated. rentEpoch is not read: JavaScript clients write it above 2^64.
[[nodiscard]] AccountFields decode_account(json::ondemand::value account, Bytes& scratch,
                                           OwnerCache& owners);

}  // namespace sniperforge::rpc
