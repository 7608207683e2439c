// SPDX-License-Identifier: MIT
#include "sniperforge/signer/withdrawal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "signer/asked_fee.hpp"
#include "signer/message_check.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::signer {
namespace {

using solana::CompiledInstruction;

class WithdrawalCheck : MessageCheck {
 public:
    WithdrawalCheck(const solana::Message& message, std::span<const solana::AccountMeta> accounts,
                    const WithdrawalPolicy& policy, const Pubkey& wallet, const Pubkey& cold)
        : MessageCheck{message, accounts},
          policy_{policy},
          wallet_{wallet},
          cold_{cold},
          cold_account_{policy.account
                            ? solana::associated_token_address(cold, policy.account->mint,
                                                               policy.account->token_program)
                            : Pubkey{}} {}

    [[nodiscard]] Result<Lamports, Refusal> run() {
        auto checked = check_whole();
        if (checked) {
            checked = check_each([this](const CompiledInstruction& instruction) {
                return check_instruction(instruction);
            });
        }
        if (checked) {
            checked = check_totals();
        }
        return checked ? Result<Lamports, Refusal>{total_} : Err{checked.error()};
    }

 private:
    [[nodiscard]] Check check_whole() const {
        if (auto cold = check_cold_address(cold_, wallet_); !cold) {
            return whole("{}", cold.error().text);
        }
        if (auto signers = check_signers(wallet_); !signers) {
            return signers;
        }
        if (auto plain = check_plain("a withdrawal"); !plain) {
            return plain;
        }
        if (policy_.account && !policy_.lamports.is_zero()) {
            return whole("a withdrawal of an account and of lamports: one at a time");
        }
        if (policy_.account && !solana::is_token_program(policy_.account->token_program)) {
            return whole("a withdrawal under {}, which is no token program",
                         policy_.account->token_program.to_string());
        }
        return {};
    }

    [[nodiscard]] Check check_instruction(const CompiledInstruction& instruction) {
        const Pubkey& program = message_.program_id(instruction);
        if (program == solana::kComputeBudgetProgram) {
            const auto read = asked_.read_instruction(message_, instruction.data);
            return read ? Check{} : refuse("{}", read.error().text);
        }
        if (is_done_) {
            return refuse("something behind what was asked for");
        }
        if (program == solana::kSystemProgram) {
            return check_system(instruction);
        }
        if (program == solana::kAssociatedTokenProgram) {
            return check_creation(instruction);
        }
        if (policy_.account && program == policy_.account->token_program) {
            return check_token(instruction);
        }
        return refuse("program {} in a withdrawal", program.to_string());
    }

    [[nodiscard]] Check check_system(const CompiledInstruction& instruction) {
        const auto decoded = solana::decode_system_instruction(instruction.data);
        const auto* transfer = std::get_if<solana::system_instruction::Transfer>(&decoded);
        if (transfer == nullptr || instruction.account_indexes.size() != 2) {
            return refuse("a System instruction other than a transfer");
        }
        if (key(instruction, 0) != wallet_) {
            return refuse("a System transfer from {}", key(instruction, 0).to_string());
        }
        if (key(instruction, 1) != cold_) {
            return refuse("{} lamports go to {}, the cold address is {}", transfer->lamports.raw(),
                          key(instruction, 1).to_string(), cold_.to_string());
        }
        if (transfer->lamports > policy_.lamports) {
            return refuse("transfers {} > {} lamports", transfer->lamports.raw(),
                          policy_.lamports.raw());
        }
        is_done_ = true;
        return {};
    }

    // Accounts: payer, account, owner, mint, system, token program.
    [[nodiscard]] Check check_creation(const CompiledInstruction& instruction) {
        if (!policy_.account || is_created_ || is_transferred_) {
            return refuse("a token account is created where none is needed");
        }
        // Only this form fails where the account exists and is somebody else's by now.
        if (solana::decode_associated_token_instruction(instruction.data) !=
                solana::AssociatedTokenInstruction::CreateIdempotent ||
            instruction.account_indexes.size() != 6) {
            return refuse("an associated token instruction other than create-idempotent");
        }
        if (key(instruction, 0) != wallet_) {
            return refuse("creates a token account at the expense of {}",
                          key(instruction, 0).to_string());
        }
        if (key(instruction, 2) != cold_) {
            return refuse("creates a token account for {}, the cold address is {}",
                          key(instruction, 2).to_string(), cold_.to_string());
        }
        if (key(instruction, 3) != policy_.account->mint) {
            return refuse("creates a token account of mint {}, the withdrawal is of {}",
                          key(instruction, 3).to_string(), policy_.account->mint.to_string());
        }
        if (key(instruction, 4) != solana::kSystemProgram ||
            key(instruction, 5) != policy_.account->token_program) {
            return refuse("creates a token account with {} and {} as its programs",
                          key(instruction, 4).to_string(), key(instruction, 5).to_string());
        }
        if (key(instruction, 1) != cold_account_) {
            return refuse("the account to create is not the cold address' account of {}",
                          policy_.account->mint.to_string());
        }
        is_created_ = true;
        return {};
    }

    [[nodiscard]] Check check_token(const CompiledInstruction& instruction) {
        const auto decoded = solana::decode_token_instruction(instruction.data);
        if (const auto* transfer =
                std::get_if<solana::token_instruction::TransferChecked>(&decoded)) {
            return check_transfer(instruction, *transfer);
        }
        if (std::holds_alternative<solana::token_instruction::CloseAccount>(decoded)) {
            return check_close(instruction);
        }
        return refuse("a token instruction other than transfer-checked and close-account");
    }

    // Accounts: source, mint, destination, authority. More are for hooks and multisigs.
    [[nodiscard]] Check check_transfer(const CompiledInstruction& instruction,
                                       const solana::token_instruction::TransferChecked& transfer) {
        if (is_transferred_) {
            return refuse("a second transfer in a withdrawal of one account");
        }
        if (instruction.account_indexes.size() != 4) {
            return refuse("a transfer with {} accounts, expected 4",
                          instruction.account_indexes.size());
        }
        if (key(instruction, 0) != policy_.account->account) {
            return refuse("transfers from {}, the withdrawal is of {}",
                          key(instruction, 0).to_string(), policy_.account->account.to_string());
        }
        if (key(instruction, 1) != policy_.account->mint) {
            return refuse("transfers mint {}, the withdrawal is of {}",
                          key(instruction, 1).to_string(), policy_.account->mint.to_string());
        }
        if (key(instruction, 2) != cold_account_) {
            return refuse("transfers to {}, which is not the cold address' account of {}",
                          key(instruction, 2).to_string(), policy_.account->mint.to_string());
        }
        if (key(instruction, 3) != wallet_) {
            return refuse("transfers with the authority of {}", key(instruction, 3).to_string());
        }
        if (transfer.decimals != policy_.account->decimals) {
            return refuse("transfers with {} decimals, the mint has {}", transfer.decimals,
                          policy_.account->decimals);
        }
        if (transfer.amount > policy_.account->amount) {
            return refuse("transfers {} > {} base units", transfer.amount.raw(),
                          policy_.account->amount.raw());
        }
        // The address follows from the owner, but its owner can have been changed since.
        if (!is_created_) {
            return refuse(
                "transfers to an account that was not created, or found to be the cold "
                "address' own, before");
        }
        is_transferred_ = true;
        return {};
    }

    // Accounts: account, destination, authority.
    [[nodiscard]] Check check_close(const CompiledInstruction& instruction) {
        if (instruction.account_indexes.size() != 3) {
            return refuse("a closing with {} accounts, expected 3",
                          instruction.account_indexes.size());
        }
        if (key(instruction, 0) != policy_.account->account) {
            return refuse("closes {}, the withdrawal is of {}", key(instruction, 0).to_string(),
                          policy_.account->account.to_string());
        }
        if (key(instruction, 1) != wallet_ && key(instruction, 1) != cold_) {
            return refuse("closes a token account to {}, neither our wallet nor the cold address",
                          key(instruction, 1).to_string());
        }
        if (key(instruction, 2) != wallet_) {
            return refuse("closes with the authority of {}", key(instruction, 2).to_string());
        }
        is_done_ = true;
        return {};
    }

    [[nodiscard]] Check check_totals() {
        if (!is_done_ && !is_transferred_) {
            return whole("a withdrawal that withdraws nothing");
        }
        const Lamports priority = asked_.priority_fee();
        // Counted as if the account did not exist.
        const Lamports rent = is_created_ ? policy_.token_account_rent : Lamports{};
        total_ = priority.saturating_add(solana::base_fee(1)).saturating_add(rent);
        if (total_ > policy_.cost_max) {
            return whole(
                "a withdrawal for {} lamports (priority fee {}, base fee {}, rent {}), "
                "allowed are {}",
                total_.raw(), priority.raw(), solana::base_fee(1).raw(), rent.raw(),
                policy_.cost_max.raw());
        }
        return {};
    }

    const WithdrawalPolicy& policy_;
    const Pubkey wallet_, cold_, cold_account_;
    AskedFee asked_;
    Lamports total_;
    bool is_created_ = false;
    bool is_transferred_ = false;
    bool is_done_ = false;  // Nothing may follow but the compute budget.
};

// What everybody knows and nobody has the key of. Others are seen by what is at the address.
constexpr std::array kPrograms{solana::kSystemProgram,
                               solana::kTokenProgram,
                               solana::kToken2022Program,
                               solana::kAssociatedTokenProgram,
                               solana::kComputeBudgetProgram,
                               solana::kMemoProgram,
                               solana::kRecentBlockhashesSysvar,
                               solana::kRentSysvar,
                               solana::kWrappedSolMint,
                               solana::kUsdcMint,
                               solana::kAddressLookupTableProgram};

}  // namespace

Result<void> check_cold_address(const Pubkey& cold) {
    const std::string text = cold.to_string();
    if (std::ranges::find(kPrograms, cold) != kPrograms.end() || text.starts_with("Sysvar")) {
        return fail(fmt::format(
            "{} is a program, a sysvar or a mint: what is sent there is lost; write the "
            "address of a wallet of yours",
            text));
    }
    if (!solana::is_on_curve(cold)) {
        return fail(fmt::format(
            "{} is not on the curve: it was derived, like the address of a token account, and "
            "nobody has a key to it; write the address of a wallet of yours",
            text));
    }
    return {};
}

Result<void> check_cold_address(const Pubkey& cold, const Pubkey& wallet) {
    if (cold == wallet) {
        return fail(
            fmt::format("{} is the trading wallet itself; write the address of another, "
                        "whose key is not on this machine",
                        cold.to_string()));
    }
    return check_cold_address(cold);
}

Result<Lamports, Refusal> check_withdrawal(const solana::Message& message,
                                           std::span<const solana::AccountMeta> accounts,
                                           const WithdrawalPolicy& policy, const Pubkey& wallet,
                                           const Pubkey& cold) {
    return WithdrawalCheck{message, accounts, policy, wallet, cold}.run();
}

}  // namespace sniperforge::signer
