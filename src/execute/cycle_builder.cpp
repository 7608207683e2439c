// SPDX-License-Identifier: MIT
#include "sniperforge/execute/cycle_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::execute {
namespace {

// One signature: its 64 bytes and, before version 1, its count byte.
[[nodiscard]] std::size_t message_bytes_max(solana::MessageVersion version) {
    constexpr std::size_t kSignatureBytes = 64;
    const std::size_t count_bytes = version == solana::MessageVersion::V1 ? 0 : 1;
    return solana::transaction_bytes_max(version) - kSignatureBytes - count_bytes;
}
// What a transaction of an older version may load without asking. (v1 has no default but zero.)
constexpr std::uint32_t kLoadedAccountsBytes = 64 * 1024 * 1024;

// Price and limit, by instructions or, from version 1 on, in the message's head.
void add_compute_budget(std::vector<solana::Instruction>& instructions,
                        const CycleOptions& options) {
    if (options.version != solana::MessageVersion::V1) {
        instructions.push_back(solana::set_compute_unit_limit(options.units));
        instructions.push_back(solana::set_compute_unit_price(options.price));
    }
}

[[nodiscard]] Result<void> compile(Bytes& out, const Pubkey& wallet,
                                   std::span<const solana::Instruction> instructions,
                                   const CycleOptions& options) {
    if (options.version != solana::MessageVersion::V1) {
        return solana::compile_message_into(out, wallet, instructions, options.blockhash);
    }
    return solana::compile_message_v1_into(
        out, wallet, instructions, options.blockhash,
        {.priority_fee = solana::priority_fee(options.price, options.units),
         .compute_unit_limit = options.units,
         .loaded_accounts_data_size_limit = kLoadedAccountsBytes});
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

}  // namespace

const Pubkey& mint_behind(const OrderIntent& intent, std::size_t leg, const dex::PoolBook& book) {
    const dex::Pool& pool = book.pool(intent.legs[leg].pool);
    return intent.legs[leg].direction == Direction::AToB ? dex::mint_b(pool) : dex::mint_a(pool);
}

ComputeUnits cycle_units(const config::ExecutionSettings& settings, std::size_t legs) {
    const ComputeUnits units =
        legs > 2 ? settings.cycle_units + settings.third_leg_units : settings.cycle_units;
    return std::min(units, solana::kComputeUnitLimitMax);
}

Result<void> build_cycle(Bytes& out, const OrderIntent& intent, const dex::PoolBook& book,
                         signer::OwnAccounts& own, const CycleOptions& options) {
    const std::size_t legs = intent.leg_count;
    SF_ASSERT(intent.kind == OrderKind::Cycle && legs >= 2 && legs <= kLegsMax);
    if (options.version == solana::MessageVersion::V1 && options.units.is_zero()) {
        return fail(
            "building a cycle: a version 1 transaction without a compute unit limit can "
            "compute nothing, and the signer refuses it; set "
            "execution.cycle_compute_units");
    }
    const Pubkey& wallet = own.wallet();
    const Pubkey& sol_account = own.account(solana::kWrappedSolMint, solana::kTokenProgram);

    std::vector<solana::Instruction> instructions;
    instructions.reserve(13);
    add_compute_budget(instructions, options);
    instructions.push_back(solana::associated_token_create_idempotent(
        {wallet, wallet, solana::kWrappedSolMint, solana::kTokenProgram}, sol_account));
    instructions.push_back(
        solana::system_transfer({wallet, sol_account, Lamports{intent.amount_in.raw()}}));
    instructions.push_back(solana::token_sync_native(sol_account));
    // Our accounts along the way; the last one is that of SOL again.
    std::array<TokenAccount, kLegsMax + 1> accounts;
    accounts[0] = accounts[legs] = {solana::kTokenProgram, sol_account};
    for (std::size_t i = 1; i < legs; ++i) {
        const Pubkey& mint = mint_behind(intent, i - 1, book);
        accounts[i] = account_of(intent.legs[i - 1], mint, book, own);
        instructions.push_back(solana::associated_token_create_idempotent(
            {wallet, wallet, mint, accounts[i].program}, accounts[i].address));
    }
    for (std::size_t i = 0; i < legs; ++i) {
        const Leg& leg = intent.legs[i];
        const dex::SwapAccounts users{wallet, accounts[i].address, accounts[i + 1].address};
        instructions.push_back(
            i == 0
                ? dex::swap_exact_out(book.pool(leg.pool), leg.direction, intent.amount_in,
                                      leg.amount_out, users)
                : dex::swap_exact_in(book.pool(leg.pool), leg.direction, leg.amount_in,
                                     i + 1 == legs ? intent.receive_min : leg.amount_out, users));
    }
    instructions.push_back(solana::token_close_account({sol_account, wallet, wallet}));
    for (std::size_t i = 1; i < legs; ++i) {
        if (options.are_between_closed[i - 1]) {
            instructions.push_back(solana::token_close_account(
                {accounts[i].address, wallet, wallet, accounts[i].program}));
        }
    }
    if (auto compiled = compile(out, wallet, instructions, options); !compiled) {
        return compiled;
    }
    const std::size_t bytes_max = message_bytes_max(options.version);
    if (out.size() > bytes_max) {
        return fail(fmt::format("the cycle's message has {} bytes, a transaction holds {}",
                                out.size(), bytes_max));
    }
    return {};
}

}  // namespace sniperforge::execute
