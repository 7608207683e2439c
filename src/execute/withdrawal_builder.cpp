// SPDX-License-Identifier: MIT
#include "sniperforge/execute/withdrawal_builder.hpp"

#include <vector>

#include "execute/own_message.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::execute {

Lamports withdrawal_fee(ComputeUnitPrice price, ComputeUnits units) {
    return solana::base_fee(1) + solana::priority_fee(price, units);
}

Result<void> build_withdrawal(Bytes& out, const signer::WithdrawnAccount& account,
                              const WithdrawalOptions& options) {
    const OwnMessageOptions message{options.price, kAccountWithdrawalUnits, options.blockhash};
    std::vector<solana::Instruction> instructions;
    add_compute_budget(instructions, message);
    if (!account.amount.is_zero()) {
        const Pubkey destination =
            solana::associated_token_address(options.cold, account.mint, account.token_program);
        instructions.push_back(solana::associated_token_create_idempotent(
            {options.wallet, options.cold, account.mint, account.token_program}, destination));
        instructions.push_back(solana::token_transfer_checked(
            {account.account, account.mint, destination, options.wallet, account.amount,
             account.decimals, account.token_program}));
    }
    if (options.is_closing) {
        instructions.push_back(solana::token_close_account(
            {account.account, options.wallet, options.wallet, account.token_program}));
    }
    return compile_own_message(out, options.wallet, instructions, message,
                               "withdrawal of a token account");
}

Result<void> build_withdrawal(Bytes& out, Lamports lamports, const WithdrawalOptions& options) {
    const OwnMessageOptions message{options.price, kLamportsWithdrawalUnits, options.blockhash};
    std::vector<solana::Instruction> instructions;
    add_compute_budget(instructions, message);
    instructions.push_back(solana::system_transfer({options.wallet, options.cold, lamports}));
    return compile_own_message(out, options.wallet, instructions, message,
                               "withdrawal of lamports");
}

}  // namespace sniperforge::execute
