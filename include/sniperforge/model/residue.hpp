// SPDX-License-Identifier: MIT
// What trading leaves behind: a token account of ours that belongs to no position.
#pragma once

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"

namespace sniperforge {

// An open associated token account of ours, of a mint that nobody holds a position in, that nothing
// on its way trades, and whose every fill is final.
struct Residue {
    Pubkey mint;
    Pubkey token_program;
    TokenAmount amount;          // What the ledger has of the mint; often nothing.
    Lamports rent;               // What closing the account gives back.
    bool is_unclosable = false;  // As OwnTokenAccount says.
};

}  // namespace sniperforge
