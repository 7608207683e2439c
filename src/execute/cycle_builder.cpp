// SPDX-License-Identifier: MIT
#include "sniperforge/execute/cycle_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "execute/own_message.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::execute {
namespace {

[[nodiscard]] OwnMessageOptions message_options(const CycleOptions& options) {
    return {options.price, options.units, options.blockhash, options.version, options.tables};
}

struct TokenAccount {
    Pubkey program;
    Pubkey address;
};

// Ours, of the mint that the leg yields.
[[nodiscard]] TokenAccount account_of(const Leg& leg, const Pubkey& mint, const dex::PoolBook& book,
                                      signer::OwnAccounts& own) {
    const dex::Pool& pool = book.pool(leg.pool);
    const Pubkey& program =
        leg.direction == Direction::AToB ? dex::token_program_b(pool) : dex::token_program_a(pool);
    return {program, own.account(mint, program)};
}

// Budget, wrap, an account for each token between, an extra before each swap, swaps, closings, tip.
constexpr std::size_t kInstructionsMax = 2 + 3 + (kLegsMax - 1) + 2 * kLegsMax + kLegsMax + 1;

class CycleWriter {
 public:
    CycleWriter(std::vector<solana::Instruction>& instructions, const OrderIntent& intent,
                const dex::PoolBook& book, signer::OwnAccounts& own)
        : instructions_{instructions},
          intent_{intent},
          book_{book},
          wallet_{own.wallet()},
          legs_{intent.leg_count} {
        // Our accounts along the way; the last one is that of SOL again.
        accounts_[0] = accounts_[legs_] = {
            solana::kTokenProgram, own.account(solana::kWrappedSolMint, solana::kTokenProgram)};
        for (std::size_t i = 1; i < legs_; ++i) {
            accounts_[i] =
                account_of(intent.legs[i - 1], mint_behind(intent, i - 1, book), book, own);
        }
    }

    void write(const std::array<bool, kLegsMax - 1>& are_between_closed) {
        const bool is_paid_native = dex::is_native_sol(pool(0));
        const bool is_wrapped = !is_paid_native || !dex::is_native_sol(pool(legs_ - 1));
        if (is_wrapped) {
            create(solana::kWrappedSolMint, accounts_[0]);
        }
        if (!is_paid_native) {
            instructions_.push_back(solana::system_transfer(
                {wallet_, accounts_[0].address, Lamports{intent_.amount_in.raw()}}));
            instructions_.push_back(solana::token_sync_native(accounts_[0].address));
        }
        for (std::size_t i = 1; i < legs_; ++i) {
            create(mint_behind(intent_, i - 1, book_), accounts_[i]);
        }
        for (std::size_t i = 0; i < legs_; ++i) {
            if (auto before = dex::instruction_before_swap(pool(i), wallet_)) {
                instructions_.push_back(std::move(*before));
            }
            instructions_.push_back(swap(i));
        }
        if (is_wrapped) {
            close(accounts_[0]);
        }
        for (std::size_t i = 1; i < legs_; ++i) {
            if (are_between_closed[i - 1] &&
                !dex::is_fee_withheld(pool(i - 1), mint_behind(intent_, i - 1, book_))) {
                close(accounts_[i]);
            }
        }
    }

 private:
    [[nodiscard]] const dex::Pool& pool(std::size_t leg) const {
        return book_.pool(intent_.legs[leg].pool);
    }
    void create(const Pubkey& mint, const TokenAccount& account) {
        instructions_.push_back(solana::associated_token_create_idempotent(
            {wallet_, wallet_, mint, account.program}, account.address));
    }
    void close(const TokenAccount& account) {
        instructions_.push_back(
            solana::token_close_account({account.address, wallet_, wallet_, account.program}));
    }
    // Leg 1 yields exactly what leg 2 spends, where its venue has that; otherwise it spends all of
    // its input and yields at least as much.
    [[nodiscard]] solana::Instruction swap(std::size_t i) const {
        const Leg& leg = intent_.legs[i];
        const dex::SwapAccounts users{wallet_, accounts_[i].address, accounts_[i + 1].address};
        if (i == 0) {
            return dex::swap_exact_out(pool(i), leg.direction, intent_.amount_in, leg.amount_out,
                                       users);
        }
        const TokenAmount floor = i + 1 == legs_ ? intent_.receive_min : leg.amount_out;
        return dex::swap_exact_in(pool(i), leg.direction, leg.amount_in, floor, users);
    }

    std::vector<solana::Instruction>& instructions_;
    const OrderIntent& intent_;
    const dex::PoolBook& book_;
    const Pubkey& wallet_;
    std::size_t legs_;
    std::array<TokenAccount, kLegsMax + 1> accounts_;
};

}  // namespace

const Pubkey& mint_behind(const OrderIntent& intent, std::size_t leg, const dex::PoolBook& book) {
    const dex::Pool& pool = book.pool(intent.legs[leg].pool);
    return dex::mint_bought(pool, intent.legs[leg].direction);
}

bool is_between(const OrderIntent& intent, const Pubkey& mint, const dex::PoolBook& book) {
    for (std::size_t leg = 0; leg + 1 < intent.leg_count; ++leg) {
        // Of an earlier process: its pools are not known, and it may trade anything.
        if (intent.legs[leg].pool.value >= book.size() || mint_behind(intent, leg, book) == mint) {
            return true;
        }
    }
    return false;
}

ComputeUnits cycle_units_min(const config::ExecutionSettings& settings, std::size_t legs) {
    const ComputeUnits units =
        legs > 2 ? settings.cycle_units + settings.third_leg_units : settings.cycle_units;
    return std::min(units, solana::kComputeUnitLimitMax);
}

Result<void> build_cycle(Bytes& out, const OrderIntent& intent, const dex::PoolBook& book,
                         signer::OwnAccounts& own, const CycleOptions& options) {
    SF_ASSERT(intent.kind == OrderKind::Cycle && intent.leg_count >= 2 &&
              intent.leg_count <= kLegsMax);
    if (options.version == solana::MessageVersion::V1 && options.units.is_zero()) {
        return fail(
            "building a cycle: a version 1 transaction without a compute unit limit can "
            "compute nothing, and the signer refuses it; set "
            "execution.cycle_compute_units");
    }
    std::vector<solana::Instruction> instructions;
    instructions.reserve(kInstructionsMax);
    add_compute_budget(instructions, message_options(options));
    CycleWriter{instructions, intent, book, own}.write(options.are_between_closed);
    add_tip(instructions, own.wallet(), options.tip);
    return compile_own_message(out, own.wallet(), instructions, message_options(options),
                               fmt::format("cycle of {} legs", intent.leg_count));
}

}  // namespace sniperforge::execute
