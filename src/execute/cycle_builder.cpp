// SPDX-License-Identifier: MIT
#include "sniperforge/execute/cycle_builder.hpp"

#include <fmt/format.h>

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

// The side of leg 1's pool that is the token between.
[[nodiscard]] bool is_between_b(const OrderIntent& intent) {
    return intent.legs[0].direction == Direction::AToB;
}

}  // namespace

const Pubkey& mint_between(const OrderIntent& intent, const dex::PoolBook& book) {
    const dex::Pool& pool = book.pool(intent.legs[0].pool);
    return is_between_b(intent) ? dex::mint_b(pool) : dex::mint_a(pool);
}

Result<void> build_cycle(Bytes& out, const OrderIntent& intent, const dex::PoolBook& book,
                         signer::OwnAccounts& own, const CycleOptions& options) {
    SF_ASSERT(intent.kind == OrderKind::Cycle && intent.leg_count == 2);
    if (options.version == solana::MessageVersion::V1 && options.units.is_zero()) {
        return fail(
            "building a cycle: a version 1 transaction without a compute unit limit can "
            "compute nothing, and the signer refuses it; set "
            "execution.cycle_compute_units");
    }
    const Pubkey& wallet = own.wallet();
    const dex::Pool& first = book.pool(intent.legs[0].pool);
    const dex::Pool& second = book.pool(intent.legs[1].pool);
    const Pubkey& token = mint_between(intent, book);
    const Pubkey& token_program =
        is_between_b(intent) ? dex::token_program_b(first) : dex::token_program_a(first);
    const Pubkey& sol_account = own.account(solana::kWrappedSolMint, solana::kTokenProgram);
    const Pubkey& token_account = own.account(token, token_program);

    std::vector<solana::Instruction> instructions;
    instructions.reserve(10);
    add_compute_budget(instructions, options);
    instructions.push_back(solana::associated_token_create_idempotent(
        {wallet, wallet, solana::kWrappedSolMint, solana::kTokenProgram}, sol_account));
    instructions.push_back(
        solana::system_transfer({wallet, sol_account, Lamports{intent.amount_in.raw()}}));
    instructions.push_back(solana::token_sync_native(sol_account));
    instructions.push_back(solana::associated_token_create_idempotent(
        {wallet, wallet, token, token_program}, token_account));
    instructions.push_back(dex::swap_exact_out(first, intent.legs[0].direction, intent.amount_in,
                                               intent.legs[0].amount_out,
                                               {wallet, sol_account, token_account}));
    instructions.push_back(dex::swap_exact_in(second, intent.legs[1].direction,
                                              intent.legs[1].amount_in, intent.receive_min,
                                              {wallet, token_account, sol_account}));
    instructions.push_back(solana::token_close_account({sol_account, wallet, wallet}));
    if (options.is_token_account_closed) {
        instructions.push_back(
            solana::token_close_account({token_account, wallet, wallet, token_program}));
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
