// SPDX-License-Identifier: MIT
// What a swap instruction commits us to, read from its own bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::signer {

struct SwapInstruction {
    Pubkey authority;    // Whose signature moves the source.
    Pubkey source;       // Token account that pays.
    Pubkey destination;  // Token account that receives.
    // Where the instruction says what it spends, what it pays in, and the token programs of both.
    std::optional<Pubkey> mint_in = {};
    std::optional<Pubkey> mint_out = {};
    std::optional<Pubkey> token_program_in = {};
    std::optional<Pubkey> token_program_out = {};
    TokenAmount amount_in_max;
    TokenAmount amount_out_min;
    // The program moves lamports of the wallet on this side: the token account is only named.
    bool is_native_in = false;
    bool is_native_out = false;
    // The amount that is guaranteed is what leaves the program: of a mint that takes a fee of each
    // transfer, less arrives.
    bool is_floor_before_transfer = false;
    // Its one step is on the curve. A buy takes lamports out of the account that pays, or out of
    // the wallet: what was wrapped for it covers it.
    bool is_curve_buy = false;
    bool is_curve_sell = false;
    // What the program itself may make the authority pay of rent, for accounts that it creates or
    // that lack some, in rents of a token account.
    std::uint8_t accounts_created_max = 0;
};

// Jupiter, or a venue whose swaps we can read.
[[nodiscard]] bool is_swap_program(const Pubkey& program);

// Reads a swap of Jupiter v6, in the forms of jupiter_route.hpp, or of a venue, in those of
// swap_forms.hpp.
// A form that is not understood to its last byte is an error: it is not signed on its word.
[[nodiscard]] Result<SwapInstruction> decode_swap(const Pubkey& program,
                                                  std::span<const Pubkey> accounts, BytesView data);

// PumpSwap's extend_account lengthens a pool of an older version by less than a token account's
// bytes; what it costs is paid by this account. Nothing for any other instruction.
[[nodiscard]] std::optional<Pubkey> payer_of_extension(const Pubkey& program,
                                                       std::span<const Pubkey> accounts,
                                                       BytesView data);

}  // namespace sniperforge::signer
