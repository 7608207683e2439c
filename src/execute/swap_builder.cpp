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
          token_{is_entry_ ? intent.mint_out : intent.mint_in},
          token_program_{token_ == dex::mint_a(pool) ? dex::token_program_a(pool)
                                                     : dex::token_program_b(pool)},
          sol_account_{own.account(solana::kWrappedSolMint, solana::kTokenProgram)},
          token_account_{own.account(token_, token_program_)} {}

    void write(bool is_token_account_closed) {
        const bool is_wrapped = !dex::is_native_sol(pool_);
        if (is_wrapped) {
            create(solana::kWrappedSolMint, sol_account_, solana::kTokenProgram);
        }
        if (is_wrapped && is_entry_) {
            instructions_.push_back(solana::system_transfer(
                {wallet_, sol_account_, Lamports{intent_.amount_in.raw()}}));
            instructions_.push_back(solana::token_sync_native(sol_account_));
        }
        if (is_entry_) {
            create(token_, token_account_, token_program_);
        }
        if (auto before = dex::instruction_before_swap(pool_, wallet_)) {
            instructions_.push_back(std::move(*before));
        }
        const dex::SwapAccounts users{wallet_, is_entry_ ? sol_account_ : token_account_,
                                      is_entry_ ? token_account_ : sol_account_};
        instructions_.push_back(
            dex::swap_exact_in(pool_, direction_, intent_.amount_in, intent_.receive_min, users));
        if (is_wrapped) {
            close(sol_account_, solana::kTokenProgram);
        }
        if (is_token_account_closed && !is_entry_ && !dex::is_fee_withheld(pool_, token_)) {
            close(token_account_, token_program_);
        }
    }

 private:
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
    const Pubkey& token_;
    const Pubkey& token_program_;
    Pubkey sol_account_;
    Pubkey token_account_;
};

}  // namespace

Result<void> build_swap(Bytes& out, const OrderIntent& intent, const dex::Pool& pool,
                        signer::OwnAccounts& own, const SwapOptions& options) {
    SF_ASSERT(intent.kind == OrderKind::Entry || intent.kind == OrderKind::Exit);
    const auto direction = dex::direction_spending(pool, intent.mint_in);
    SF_ASSERT(direction.has_value());
    const OwnMessageOptions message{options.price, options.units, options.blockhash,
                                    options.version, options.tables};
    std::vector<solana::Instruction> instructions;
    instructions.reserve(kInstructionsMax);
    add_advance(instructions, own.wallet(), options.nonce);
    add_compute_budget(instructions, message);
    SwapWriter{instructions, intent, pool, *direction, own}.write(options.is_token_account_closed);
    add_tip(instructions, own.wallet(), options.tip);
    return compile_own_message(out, own.wallet(), instructions, message,
                               fmt::format("{} through one pool", to_string(intent.kind)));
}

}  // namespace sniperforge::execute
