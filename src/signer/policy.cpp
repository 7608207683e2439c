// SPDX-License-Identifier: MIT
#include "sniperforge/signer/policy.hpp"

#include <fmt/format.h>

#include "signer/asked_fee.hpp"
#include "signer/held_sol.hpp"
#include "signer/jupiter_route.hpp"
#include "signer/lamports_taken.hpp"
#include "signer/message_check.hpp"
#include "signer/nonce_check.hpp"
#include "signer/route_limits.hpp"
#include "signer/swap_instruction.hpp"
#include "signer/sweep_policy.hpp"
#include "signer/tip_check.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::signer {
namespace {

using solana::AccountMeta;
using solana::CompiledInstruction;
using Check = Result<void, Refusal>;

// One pass over a message, adding up what it may take from us.
class PolicyCheck : MessageCheck {
 public:
    PolicyCheck(const solana::Message& message, std::span<const AccountMeta> accounts,
                const SigningPolicy& policy, const FeeLimits& fees, OwnAccounts& own)
        : MessageCheck{message, accounts},
          policy_{policy},
          own_{own},
          fee_max_{fees.max},
          tip_{policy.tip_max, fees},
          nonce_{policy.nonce, message, accounts, own} {}

    [[nodiscard]] Check run() {
        SF_ASSERT(policy_.leg_count <= kLegsMax);
        if (auto signers = check_signers(own_.wallet()); !signers) {
            return signers;
        }
        if (policy_.kind == OrderKind::Sweep) {
            return check_sweep(message_, accounts_, policy_, own_);
        }
        if (auto sides = check_sides(); !sides) {
            return sides;
        }
        if (auto read = asked_.read_head(message_); !read) {
            return whole("{}", read.error().text);
        }
        remember_accounts();
        auto checked = check_each([this](const CompiledInstruction& instruction) {
            return check_instruction(instruction);
        });
        return checked ? check_totals() : checked;
    }

 private:
    // Whatever is bought is paid in SOL, which the budgets count, and what is sold is sold for SOL:
    // no order swaps a token that we hold for another one. Exits have a budget of their own, which
    // is not there to buy with.
    [[nodiscard]] Check check_sides() const {
        const bool is_sol_in = policy_.mint_in == solana::kWrappedSolMint;
        const bool is_sol_out = policy_.mint_out == solana::kWrappedSolMint;
        const bool is_sol_spent = policy_.kind != OrderKind::Exit;
        const bool is_sol_received = policy_.kind != OrderKind::Entry;
        const std::string_view article = policy_.kind == OrderKind::Cycle ? "a" : "an";
        if (is_sol_in != is_sol_spent) {
            return whole("{} {} that spends {}", article, to_string(policy_.kind),
                         is_sol_in ? std::string{"SOL"} : policy_.mint_in.to_string());
        }
        if (is_sol_out != is_sol_received) {
            return whole("{} {} that receives {}", article, to_string(policy_.kind),
                         is_sol_out ? std::string{"SOL"} : policy_.mint_out.to_string());
        }
        return {};
    }

    // Of every mint that the order names: known as ours before the first instruction is looked at.
    void remember_accounts() {
        (void)own_.account(policy_.mint_in, solana::kTokenProgram);
        (void)own_.account(policy_.mint_out, solana::kTokenProgram);
        for (std::size_t leg = 1; leg < policy_.leg_count; ++leg) {
            (void)own_.account(policy_.between[leg - 1].mint, solana::kTokenProgram);
        }
    }

    // What we hold of other tokens has no business in this order: our signature reaches every
    // program that is called, and a step inside a route could sell it.
    [[nodiscard]] Check check_bystanders(const CompiledInstruction& instruction) const {
        for (const std::uint8_t account : instruction.account_indexes) {
            const Pubkey* mint = own_.mint_of(accounts_[account].pubkey);
            if (mint != nullptr && !is_named(*mint)) {
                return refuse("names {}, our account of {}, which the order is not about",
                              accounts_[account].pubkey.to_string(), mint->to_string());
            }
        }
        return {};
    }

    [[nodiscard]] Check check_instruction(const CompiledInstruction& instruction) {
        const auto is_advance = nonce_.check(instruction, index(), policy_.kind);
        if (!is_advance || *is_advance) {
            return is_advance ? Check{} : refuse("{}", is_advance.error().text);
        }
        if (auto checked = check_bystanders(instruction); !checked) {
            return checked;
        }
        const Pubkey& program = message_.program_id(instruction);
        if (program == solana::kComputeBudgetProgram) {
            const auto read = asked_.read_instruction(message_, instruction.data);
            return read ? Check{} : refuse("{}", read.error().text);
        }
        if (program == solana::kSystemProgram) {
            return check_system(instruction);
        }
        if (program == solana::kAssociatedTokenProgram) {
            return check_associated_token(instruction);
        }
        if (solana::is_token_program(program)) {
            return check_token(instruction);
        }
        if (is_swap_program(program)) {
            return check_swap(instruction, program);
        }
        return refuse("program {} is not on the list of programs we sign for", program.to_string());
    }

    // Of the instruction at index_.
    [[nodiscard]] Check said(const Result<void>& done) const {
        return done ? Check{} : refuse("{}", done.error().text);
    }

    // The two uses of the System program: wrapping our lamports, and the order's tip.
    [[nodiscard]] Check check_system(const CompiledInstruction& instruction) {
        const auto decoded = solana::decode_system_instruction(instruction.data);
        const auto* transfer = std::get_if<solana::system_instruction::Transfer>(&decoded);
        if (transfer == nullptr || instruction.account_indexes.size() < 2) {
            return refuse("a System instruction other than a transfer");
        }
        if (key(instruction, 0) != own_.wallet()) {
            return refuse("a System transfer from {}", key(instruction, 0).to_string());
        }
        if (key(instruction, 1) == own_.jupiter_sol_account()) {
            return said(held_.pay_in(transfer->lamports));
        }
        // Not its address under Token-2022: no account can ever be there to give them back.
        if (key(instruction, 1) != own_.account(solana::kWrappedSolMint, solana::kTokenProgram)) {
            return said(tip_.take(message_, instruction, key(instruction, 1), transfer->lamports));
        }
        taken_.wrap(transfer->lamports);
        return {};
    }

    [[nodiscard]] Check check_associated_token(const CompiledInstruction& instruction) {
        if (solana::decode_associated_token_instruction(instruction.data) ==
                solana::AssociatedTokenInstruction::Unknown ||
            instruction.account_indexes.size() < 6) {
            return refuse("an associated token instruction other than create");
        }
        // Accounts: payer, account, owner, mint, system, token program.
        if (key(instruction, 0) != own_.wallet()) {
            return refuse("creates a token account at the expense of {}",
                          key(instruction, 0).to_string());
        }
        if (key(instruction, 2) != own_.wallet()) {
            return refuse("creates a token account for {}", key(instruction, 2).to_string());
        }
        const Pubkey& mint = key(instruction, 3);
        if (!is_named(mint)) {
            return refuse("creates a token account for mint {}, which the order does not name",
                          mint.to_string());
        }
        if (key(instruction, 4) != solana::kSystemProgram) {
            return refuse("{} is not the System program", key(instruction, 4).to_string());
        }
        const Pubkey& token_program = key(instruction, 5);
        if (!solana::is_token_program(token_program)) {
            return refuse("{} is no token program", token_program.to_string());
        }
        if (key(instruction, 1) != own_.account(mint, token_program)) {
            return refuse("the account to create is not our associated account of {}",
                          mint.to_string());
        }
        taken_.create_accounts(1);
        return {};
    }

    [[nodiscard]] Check check_token(const CompiledInstruction& instruction) {
        const auto decoded = solana::decode_token_instruction(instruction.data);
        if (std::holds_alternative<solana::token_instruction::SyncNative>(decoded)) {
            return check_sync(instruction);
        }
        if (std::holds_alternative<solana::token_instruction::CloseAccount>(decoded)) {
            return check_close(instruction);
        }
        return refuse("a token instruction other than sync-native and close-account");
    }

    [[nodiscard]] bool is_held(const CompiledInstruction& instruction) const {
        return held_.is_usable(solana::kWrappedSolMint, message_.program_id(instruction)) &&
               !instruction.account_indexes.empty() &&
               key(instruction, 0) == own_.jupiter_sol_account();
    }

    [[nodiscard]] Check check_sync(const CompiledInstruction& instruction) {
        if (is_held(instruction)) {
            return {};
        }
        if (instruction.account_indexes.empty() ||
            key(instruction, 0) !=
                own_.account(solana::kWrappedSolMint, message_.program_id(instruction))) {
            return refuse("syncs an account that is not our wrapped SOL account");
        }
        return {};
    }

    // Closing returns everything to the destination: it must be our wallet.
    [[nodiscard]] Check check_close(const CompiledInstruction& instruction) {
        if (instruction.account_indexes.size() < 3 || key(instruction, 1) != own_.wallet() ||
            key(instruction, 2) != own_.wallet()) {
            return refuse("closes a token account to an address that is not our wallet");
        }
        const Pubkey& account = key(instruction, 0);
        if (is_held(instruction)) {
            return said(held_.close());
        }
        const Pubkey* mint = own_.mint_of(account);
        if (mint == nullptr || account != own_.account(*mint, message_.program_id(instruction))) {
            return refuse("closes {}, which is not an account of ours that the order is about",
                          account.to_string());
        }
        return {};
    }

    [[nodiscard]] Check check_swap(const CompiledInstruction& instruction, const Pubkey& program) {
        std::vector<Pubkey> keys;
        keys.reserve(instruction.account_indexes.size());
        for (const auto account : instruction.account_indexes) {
            keys.push_back(accounts_[account].pubkey);
        }
        if (is_jupiter_token_account(program, instruction.data)) {
            return said(held_.open(keys, instruction.data, own_));
        }
        if (const auto payer = payer_of_extension(program, keys, instruction.data)) {
            return check_extension(*payer);
        }
        auto swap = decode_swap(program, keys, instruction.data);
        if (!swap) {
            return refuse("{}", swap.error().text);
        }
        if (swap->authority != own_.wallet()) {
            return refuse("swaps with the authority of {}", swap->authority.to_string());
        }
        ++swaps_;
        return policy_.kind == OrderKind::Cycle ? check_leg(*swap) : check_single(*swap);
    }

    // Ours, and under the program that the swap says.
    [[nodiscard]] bool is_ours(const Pubkey& account, const Pubkey& mint,
                               const std::optional<Pubkey>& token_program) const {
        if (account == own_.jupiter_sol_account()) {
            return held_.is_usable(mint, token_program.value_or(solana::kTokenProgram));
        }
        return token_program ? account == own_.account(mint, *token_program)
                             : own_.is_own(account, mint);
    }

    // Lengthens somebody's pool at our expense: before one of our swaps, and once for each.
    [[nodiscard]] Check check_extension(const Pubkey& payer) {
        if (payer != own_.wallet()) {
            return refuse("lengthens a pool at the expense of {}", payer.to_string());
        }
        if (++extensions_ > swaps_wanted()) {
            return refuse("lengthens a pool {} times for {} swaps", extensions_, swaps_wanted());
        }
        taken_.create_accounts(1);
        return {};
    }

    [[nodiscard]] Check check_single(const SwapInstruction& swap) {
        if (swaps_ > 1) {
            return refuse("a second swap in an order for one");
        }
        return check_bounds(swap, policy_.mint_in, policy_.amount_in_max, policy_.mint_out,
                            policy_.receive_min);
    }

    // The first leg spends SOL, each further one what the one before it yields, the last one for
    // SOL.
    [[nodiscard]] Check check_leg(const SwapInstruction& swap) {
        if (swaps_ > policy_.leg_count) {
            return refuse("swap {} in a cycle of {} legs", swaps_, policy_.leg_count);
        }
        const Handover in = swaps_ == 1 ? Handover{policy_.mint_in, policy_.amount_in_max}
                                        : policy_.between[swaps_ - 2];
        const Handover out = swaps_ == policy_.leg_count
                                 ? Handover{policy_.mint_out, policy_.receive_min}
                                 : policy_.between[swaps_ - 1];
        return check_bounds(swap, in.mint, in.amount, out.mint, out.amount);
    }

    [[nodiscard]] bool is_named(const Pubkey& mint) const { return names_mint(policy_, mint); }

    [[nodiscard]] Check check_bounds(const SwapInstruction& swap, const Pubkey& mint_in,
                                     TokenAmount in_max, const Pubkey& mint_out,
                                     TokenAmount out_min) {
        if (!is_ours(swap.source, mint_in, swap.token_program_in)) {
            return refuse("spends from {}, which is not our account of {}", swap.source.to_string(),
                          mint_in.to_string());
        }
        if (!is_ours(swap.destination, mint_out, swap.token_program_out)) {
            return refuse("pays out to {}, which is not our account of {}",
                          swap.destination.to_string(), mint_out.to_string());
        }
        if (swap.mint_in && *swap.mint_in != mint_in) {
            return refuse("claims to spend {} where the order spends {}", swap.mint_in->to_string(),
                          mint_in.to_string());
        }
        if (swap.mint_out && *swap.mint_out != mint_out) {
            return refuse("claims to pay {} where the order receives {}",
                          swap.mint_out->to_string(), mint_out.to_string());
        }
        if (swap.amount_in_max > in_max) {
            return refuse("may spend {} > {} base units", swap.amount_in_max.raw(), in_max.raw());
        }
        const bool is_2022 = swap.destination == own_.account(mint_out, solana::kToken2022Program);
        const auto least = least_received(swap, policy_.transfer_fee_out, is_2022);
        if (!least) {
            return said(Err{least.error()});
        }
        if (*least < out_min) {
            return refuse("guarantees {} < {} base units", least->raw(), out_min.raw());
        }
        const auto way = check_curve_step(swap, mint_in, mint_out);
        return way ? check_native(swap, mint_in, mint_out) : said(way);
    }

    [[nodiscard]] Check check_native(const SwapInstruction& swap, const Pubkey& mint_in,
                                     const Pubkey& mint_out) {
        if (swap.is_native_in && mint_in != solana::kWrappedSolMint) {
            return refuse("spends lamports of the wallet where the order spends {}",
                          mint_in.to_string());
        }
        if (swap.is_native_out && mint_out != solana::kWrappedSolMint) {
            return refuse("pays lamports where the order receives {}", mint_out.to_string());
        }
        taken_.swap(swap);
        return {};
    }

    [[nodiscard]] std::uint32_t swaps_wanted() const {
        return policy_.kind == OrderKind::Cycle ? policy_.leg_count : 1;
    }

    [[nodiscard]] Check check_totals() const {
        if (swaps_ != swaps_wanted()) {
            return whole("{} swaps, expected {}", swaps_, swaps_wanted());
        }
        if (held_.is_left_behind()) {
            return whole("Jupiter's wrapped SOL account is left open");
        }
        const Lamports priority = asked_.priority_fee(), tip = tip_.taken();
        const auto total = taken_.check_total(
            {.held = held_.taken(policy_.token_account_rent), .priority = priority, .tip = tip},
            policy_);
        // Rents that the order allows and nobody takes are not there for the validator.
        if (total && priority.saturating_add(tip) > fee_max_) {
            return whole("a priority fee of {} and a tip of {} > {} lamports", priority.raw(),
                         tip.raw(), fee_max_.raw());
        }
        return total ? Check{} : whole("{}", total.error().text);
    }

    const SigningPolicy& policy_;
    OwnAccounts& own_;
    AskedFee asked_;
    HeldSol held_;
    LamportsTaken taken_;
    const Lamports fee_max_;
    TipCheck tip_;
    NonceCheck nonce_;
    std::uint32_t swaps_ = 0;
    std::uint32_t extensions_ = 0;
};

}  // namespace

bool names_mint(const SigningPolicy& policy, const Pubkey& mint) {
    if (mint == policy.mint_in || mint == policy.mint_out) {
        return true;
    }
    for (std::size_t leg = 1; leg < policy.leg_count; ++leg) {
        if (mint == policy.between[leg - 1].mint) {
            return true;
        }
    }
    return false;
}

std::string Refusal::text() const {
    return instruction ? fmt::format("instruction {}: {}", *instruction, reason) : reason;
}

Check check_policy(const solana::Message& message, std::span<const AccountMeta> accounts,
                   const SigningPolicy& policy, const FeeLimits& fees, OwnAccounts& own) {
    return PolicyCheck{message, accounts, policy, fees, own}.run();
}

}  // namespace sniperforge::signer
