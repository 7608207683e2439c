// SPDX-License-Identifier: MIT
#include "sniperforge/execute/swap_builder.hpp"

#include <fmt/format.h>

#include "execute/own_message.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::execute {
namespace {

// Advance, budget, wrap, the token's account, what comes before the swap, swap, closings, tip.
constexpr std::size_t kInstructionsMax = 1 + 2 + 3 + 1 + 1 + 1 + 2 + 1;

class SwapWriter {
 public:
    SwapWriter(std::vector<solana::Instruction>& instructions, const OrderIntent& intent,
               const dex::Pool& pool, Direction direction, signer::OwnAccounts& own)
        : instructions_{instructions},
          intent_{intent},
          pool_{pool},
          direction_{direction},
          wallet_{own.wallet()},
          is_entry_{intent.kind == OrderKind::Entry},
          is_wrapped_{!dex::is_native_sol(pool)},
          token_{is_entry_ ? intent.mint_out : intent.mint_in},
          token_program_{token_ == dex::mint_a(pool) ? dex::token_program_a(pool)
                                                     : dex::token_program_b(pool)},
          sol_account_{own.account(solana::kWrappedSolMint, solana::kTokenProgram)},
          token_account_{own.account(token_, token_program_)} {}

    // What is there before the swap: an account of wSOL, filled for an entry, and one of the token.
    void open() {
        if (is_wrapped_) {
            create(solana::kWrappedSolMint, sol_account_, solana::kTokenProgram);
        }
        if (is_wrapped_ && is_entry_) {
            instructions_.push_back(solana::system_transfer(
                {wallet_, sol_account_, Lamports{intent_.amount_in.raw()}}));
            instructions_.push_back(solana::token_sync_native(sol_account_));
        }
        if (is_entry_) {
            create(token_, token_account_, token_program_);
        }
    }

    void swap(bool is_exact_out = false) {
        if (auto before = dex::instruction_before_swap(pool_, wallet_)) {
            instructions_.push_back(std::move(*before));
        }
        instructions_.push_back(is_exact_out
                                    ? dex::swap_exact_out(pool_, direction_, intent_.amount_in,
                                                          intent_.receive_min, users())
                                    : dex::swap_exact_in(pool_, direction_, intent_.amount_in,
                                                         intent_.receive_min, users()));
    }

    void close(bool is_token_account_closed) {
        if (is_wrapped_) {
            close(sol_account_, solana::kTokenProgram);
        }
        if (is_token_account_closed && !is_entry_ && !dex::is_fee_withheld(pool_, token_)) {
            close(token_account_, token_program_);
        }
    }

 private:
    [[nodiscard]] dex::SwapAccounts users() const {
        return {wallet_, is_entry_ ? sol_account_ : token_account_,
                is_entry_ ? token_account_ : sol_account_};
    }
    void create(const Pubkey& mint, const Pubkey& account, const Pubkey& program) {
        instructions_.push_back(
            solana::associated_token_create_idempotent({wallet_, wallet_, mint, program}, account));
    }
    void close(const Pubkey& account, const Pubkey& program) {
        instructions_.push_back(solana::token_close_account({account, wallet_, wallet_, program}));
    }

    std::vector<solana::Instruction>& instructions_;
    const OrderIntent& intent_;
    const dex::Pool& pool_;
    Direction direction_;
    const Pubkey& wallet_;
    bool is_entry_;
    bool is_wrapped_;
    const Pubkey& token_;
    const Pubkey& token_program_;
    Pubkey sol_account_;
    Pubkey token_account_;
};

[[nodiscard]] Direction direction_of(const OrderIntent& intent, const dex::Pool& pool) {
    const auto direction = dex::direction_spending(pool, intent.mint_in);
    SF_ASSERT(direction.has_value());
    return *direction;
}

[[nodiscard]] OwnMessageOptions message_options(const SwapOptions& options) {
    return {options.price, options.units, options.blockhash, options.version, options.tables};
}

}  // namespace

Result<void> build_swap(Bytes& out, const OrderIntent& intent, const dex::Pool& pool,
                        signer::OwnAccounts& own, const SwapOptions& options) {
    SF_ASSERT(intent.kind == OrderKind::Entry || intent.kind == OrderKind::Exit);
    const OwnMessageOptions message = message_options(options);
    std::vector<solana::Instruction> instructions;
    instructions.reserve(kInstructionsMax);
    add_advance(instructions, own.wallet(), options.nonce);
    add_compute_budget(instructions, message);
    SwapWriter swap{instructions, intent, pool, direction_of(intent, pool), own};
    swap.open();
    swap.swap();
    swap.close(options.is_token_account_closed);
    add_tip(instructions, own.wallet(), options.tip);
    return compile_own_message(out, own.wallet(), instructions, message,
                               fmt::format("{} through one pool", to_string(intent.kind)));
}

Result<std::size_t> build_resale(Bytes& out, const Resale& resale, signer::OwnAccounts& own,
                                 const SwapOptions& options) {
    SF_ASSERT(resale.entry.kind == OrderKind::Entry && resale.exit.kind == OrderKind::Exit);
    const OwnMessageOptions message = message_options(options);
    std::vector<solana::Instruction> instructions;
    add_compute_budget(instructions, message);
    SwapWriter entry{instructions, resale.entry, resale.before,
                     direction_of(resale.entry, resale.before), own};
    SwapWriter exit{instructions, resale.exit, resale.between,
                    direction_of(resale.exit, resale.between), own};
    entry.open();
    entry.swap(resale.is_bought_exactly);
    const std::size_t sale = instructions.size();
    exit.swap();
    exit.close(false);
    if (auto compiled = compile_own_message(out, own.wallet(), instructions, message,
                                            "entry and exit through one pool");
        !compiled) {
        return Err{compiled.error()};
    }
    return sale;
}

}  // namespace sniperforge::execute
