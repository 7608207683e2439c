// SPDX-License-Identifier: MIT
#include "signer/sweep_policy.hpp"

#include <optional>

#include "signer/message_check.hpp"
#include "signer/stable_mint.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::signer {
namespace {

using solana::CompiledInstruction;
using Check = Result<void, Refusal>;

class SweepCheck : MessageCheck {
 public:
    SweepCheck(const solana::Message& message, std::span<const solana::AccountMeta> accounts,
               const SigningPolicy& policy, OwnAccounts& own)
        : MessageCheck{message, accounts}, policy_{policy}, own_{own} {}

    [[nodiscard]] Check run() {
        if (policy_.mint_in == solana::kWrappedSolMint || is_stable_mint(policy_.mint_in)) {
            return whole("a sweep of {}, which is money", policy_.mint_in.to_string());
        }
        if (auto plain = check_plain("a sweep"); !plain) {
            return plain;
        }
        auto checked = check_each([this](const CompiledInstruction& instruction) {
            return check_instruction(instruction);
        });
        return checked ? check_totals() : checked;
    }

 private:
    [[nodiscard]] Check check_instruction(const CompiledInstruction& instruction) {
        const Pubkey& program = message_.program_id(instruction);
        if (program == solana::kComputeBudgetProgram) {
            return check_compute_budget(instruction);
        }
        if (!solana::is_token_program(program)) {
            return refuse("program {} in a sweep", program.to_string());
        }
        if (is_closed_) {
            return refuse("something after the account was closed");
        }
        const auto decoded = solana::decode_token_instruction(instruction.data);
        if (const auto* burn = std::get_if<solana::token_instruction::Burn>(&decoded)) {
            return check_burn(instruction, program, burn->amount);
        }
        if (std::holds_alternative<solana::token_instruction::CloseAccount>(decoded)) {
            return check_close(instruction, program);
        }
        return refuse("a token instruction other than burn and close-account in a sweep");
    }

    [[nodiscard]] Check check_compute_budget(const CompiledInstruction& instruction) {
        const auto decoded = solana::decode_compute_budget_instruction(instruction.data);
        namespace budget = solana::compute_budget_instruction;
        if (const auto* limit = std::get_if<budget::SetComputeUnitLimit>(&decoded);
            limit != nullptr && !limit_) {
            limit_ = limit->limit;
            return {};
        }
        if (const auto* price = std::get_if<budget::SetComputeUnitPrice>(&decoded);
            price != nullptr && !price_) {
            price_ = price->price;
            return {};
        }
        return refuse("a compute budget instruction other than one limit and one price");
    }

    // Accounts: source, mint, authority. The account follows from the program that is called: under
    // the other token program there is another one.
    [[nodiscard]] Check check_burn(const CompiledInstruction& instruction, const Pubkey& program,
                                   TokenAmount amount) {
        if (is_burnt_) {
            return refuse("a second burn in a sweep");
        }
        if (instruction.account_indexes.size() != 3) {
            return refuse("a burn with {} accounts, expected 3",
                          instruction.account_indexes.size());
        }
        if (key(instruction, 1) != policy_.mint_in) {
            return refuse("burns mint {}, the order sweeps {}", key(instruction, 1).to_string(),
                          policy_.mint_in.to_string());
        }
        if (key(instruction, 0) != own_.account(policy_.mint_in, program)) {
            return refuse("burns from {}, which is not our account of {} under this program",
                          key(instruction, 0).to_string(), policy_.mint_in.to_string());
        }
        if (key(instruction, 2) != own_.wallet()) {
            return refuse("burns with the authority of {}", key(instruction, 2).to_string());
        }
        if (amount > policy_.amount_in_max) {
            return refuse("burns {} > {} base units", amount.raw(), policy_.amount_in_max.raw());
        }
        is_burnt_ = true;
        program_ = program;
        return {};
    }

    // Accounts: account, destination, authority.
    [[nodiscard]] Check check_close(const CompiledInstruction& instruction, const Pubkey& program) {
        if (instruction.account_indexes.size() != 3) {
            return refuse("a closing with {} accounts, expected 3",
                          instruction.account_indexes.size());
        }
        if (key(instruction, 0) != own_.account(policy_.mint_in, program)) {
            return refuse("closes {}, which is not our account of {} under this program",
                          key(instruction, 0).to_string(), policy_.mint_in.to_string());
        }
        if (is_burnt_ && program != program_) {
            return refuse("closes another account than the one that was burnt from");
        }
        if (key(instruction, 1) != own_.wallet() || key(instruction, 2) != own_.wallet()) {
            return refuse("closes a token account to an address that is not our wallet");
        }
        is_closed_ = true;
        return {};
    }

    [[nodiscard]] Check check_totals() const {
        if (!is_closed_) {
            return whole("a sweep that closes no account");
        }
        const Lamports priority = solana::priority_fee(
            price_.value_or(ComputeUnitPrice{}), limit_.value_or(solana::kComputeUnitLimitMax));
        const Lamports total = priority.saturating_add(solana::base_fee(1));
        if (total > policy_.lamports_max) {
            return whole(
                "a sweep for {} lamports (priority fee {}, base fee {}), the order allows "
                "{}",
                total.raw(), priority.raw(), solana::base_fee(1).raw(), policy_.lamports_max.raw());
        }
        return {};
    }

    const SigningPolicy& policy_;
    OwnAccounts& own_;
    bool is_burnt_ = false;
    bool is_closed_ = false;
    Pubkey program_;  // Of the burn.
    std::optional<ComputeUnits> limit_;
    std::optional<ComputeUnitPrice> price_;
};

}  // namespace

Check check_sweep(const solana::Message& message, std::span<const solana::AccountMeta> accounts,
                  const SigningPolicy& policy, OwnAccounts& own) {
    return SweepCheck{message, accounts, policy, own}.run();
}

}  // namespace sniperforge::signer
