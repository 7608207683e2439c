// SPDX-License-Identifier: MIT
#include "sniperforge/execute/sweep_builder.hpp"

#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/message.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::execute {

Lamports sweep_fee(ComputeUnitPrice price) {
    return solana::base_fee(1) + solana::priority_fee(price, kSweepUnits);
}

Result<void> build_sweep(Bytes& out, const OrderIntent& intent, signer::OwnAccounts& own,
                         const SweepOptions& options) {
    SF_ASSERT(intent.kind == OrderKind::Sweep);
    const Pubkey& wallet = own.wallet();
    const Pubkey& account = own.account(intent.mint_in, intent.token_program);
    std::vector<solana::Instruction> instructions{solana::set_compute_unit_limit(kSweepUnits),
                                                  solana::set_compute_unit_price(options.price)};
    if (!intent.amount_in.is_zero()) {
        instructions.push_back(solana::token_burn(
            {account, intent.mint_in, wallet, intent.amount_in, intent.token_program}));
    }
    instructions.push_back(
        solana::token_close_account({account, wallet, wallet, intent.token_program}));
    if (auto compiled =
            solana::compile_message_into(out, wallet, instructions, options.blockhash, {});
        !compiled) {
        return fail("building a sweep", compiled.error());
    }
    return {};
}

}  // namespace sniperforge::execute
