// SPDX-License-Identifier: MIT
#include "sniperforge/execute/cycle_builder.hpp"

#include <fmt/format.h>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::execute {
namespace {

// One signature: its count byte and its 64 bytes stand before the message.
constexpr std::size_t kMessageBytesMax = solana::kTransactionBytesMax - 65;

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
    instructions.push_back(solana::set_compute_unit_limit(options.units));
    instructions.push_back(solana::set_compute_unit_price(options.price));
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
    if (auto compiled = solana::compile_message_into(out, wallet, instructions, options.blockhash);
        !compiled) {
        return compiled;
    }
    if (out.size() > kMessageBytesMax) {
        return fail(fmt::format("the cycle's message has {} bytes, a transaction holds {}",
                                out.size(), kMessageBytesMax));
    }
    return {};
}

}  // namespace sniperforge::execute
