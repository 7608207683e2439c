// SPDX-License-Identifier: MIT
// Jupiter's orders hold wrapped SOL in an account of the wallet's that lives for one transaction,
// at an address of Jupiter's: it is paid into, made, swapped from or into, and closed. It is as
// good as our own one while it is open: only Jupiter's program can make it, nothing else is there
// before, and that we may close it shows that it was ours.
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "signer/jupiter_route.hpp"
#include "sniperforge/signer/own_accounts.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {

class HeldSol {
 public:
    [[nodiscard]] Result<void> pay_in(Lamports lamports) {
        if (state_ == State::Closed) {
            return fail("pays into Jupiter's wrapped SOL account behind its closing");
        }
        paid_in_ = paid_in_.saturating_add(lamports);
        return {};
    }
    // By `create_token_account`.
    [[nodiscard]] Result<void> open(std::span<const Pubkey> accounts, BytesView data,
                                    OwnAccounts& own) {
        const auto made = decode_jupiter_token_account(accounts, data);
        if (!made) {
            return Err{made.error()};
        }
        if (made->wallet != own.wallet() || made->mint != solana::kWrappedSolMint ||
            made->account != own.jupiter_sol_account()) {
            return fail(fmt::format(
                "makes {} for {} of mint {}, which is not our wrapped SOL account at Jupiter",
                made->account.to_string(), made->wallet.to_string(), made->mint.to_string()));
        }
        if (state_ != State::Absent) {
            return fail("makes Jupiter's wrapped SOL account twice");
        }
        state_ = State::Open;
        return {};
    }
    [[nodiscard]] Result<void> close() {
        if (state_ != State::Open) {
            return fail("closes Jupiter's wrapped SOL account, which is not open there");
        }
        state_ = State::Closed;
        return {};
    }
    // As the account of a swap or a closing under this token program, of this mint.
    [[nodiscard]] bool is_usable(const Pubkey& mint, const Pubkey& token_program) const {
        return is_open() && mint == solana::kWrappedSolMint &&
               token_program == solana::kTokenProgram;
    }
    [[nodiscard]] bool is_open() const { return state_ == State::Open; }
    // What was paid in would stay behind: nobody can close what was never made.
    [[nodiscard]] bool is_left_behind() const {
        return state_ == State::Open || (state_ == State::Absent && !paid_in_.is_zero());
    }
    // What it takes of the wallet: making it costs what it lacks of its rent.
    [[nodiscard]] Lamports taken(Lamports rent) const {
        return state_ == State::Absent ? paid_in_ : std::max(paid_in_, rent);
    }

 private:
    enum class State : std::uint8_t { Absent, Open, Closed };
    State state_ = State::Absent;
    Lamports paid_in_;
};

}  // namespace sniperforge::signer
