// SPDX-License-Identifier: MIT
// A transaction as the chain ran it: every call, by the message and by programs, with its accounts.
// What the recogniser reads (dex/recognise.hpp); orders and fills have types of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"

namespace sniperforge {

// One call. Accounts are positions in the transaction's account list.
struct ChainInstruction {
    Pubkey program;
    std::vector<std::uint8_t> accounts;
    Bytes data;
    bool is_inner = false;  // Called by a program.
};

struct ChainAccount {
    Pubkey key;
    // Of the whole message: writable for one instruction is writable for all.
    bool is_writable = false;
    bool is_signer = false;
    Lamports lamports_before{}, lamports_after{};
};

// The balance of a token account before and after.
struct ChainTokenMove {
    std::size_t account = 0;  // Position in the account list.
    Pubkey mint{};
    Pubkey owner{};
    TokenAmount before{}, after{};
};

struct ChainTransaction {
    Slot slot;
    Signature signature;
    bool is_failed = false;
    // One of a venue's newest, as they come. Else whoever sent it chose that we read it.
    bool is_sample = false;
    std::vector<ChainAccount> accounts;  // The fee payer first.
    std::vector<ChainTokenMove> token_moves;
    // In the order of the message, each followed by the calls that came of it.
    std::vector<ChainInstruction> instructions;
};

}  // namespace sniperforge
