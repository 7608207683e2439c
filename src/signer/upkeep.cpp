// SPDX-License-Identifier: MIT
#include "sniperforge/signer/upkeep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "signer/asked_fee.hpp"
#include "signer/message_check.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::signer {
namespace {

namespace table_instruction = solana::lookup_table_instruction;
namespace nonce_instruction = solana::system_instruction;

[[nodiscard]] bool is_of_table(UpkeepKind kind) { return kind <= UpkeepKind::TableClose; }

class UpkeepCheck : MessageCheck {
 public:
    UpkeepCheck(const solana::Message& message, std::span<const solana::AccountMeta> accounts,
                const UpkeepPolicy& policy, const Pubkey& wallet)
        : MessageCheck{message, accounts}, policy_{policy}, wallet_{wallet} {}

    [[nodiscard]] Result<Lamports, Refusal> run() {
        auto checked = check_whole();
        if (checked) {
            checked = check_each(
                [this](const Instruction& instruction) { return check_instruction(instruction); });
        }
        if (checked) {
            checked = check_totals();
        }
        return checked ? Result<Lamports, Refusal>{total_} : Err{checked.error()};
    }

 private:
    using Instruction = solana::CompiledInstruction;

    [[nodiscard]] Check check_whole() const {
        if (auto signers = check_signers(wallet_); !signers) {
            return signers;
        }
        if (auto plain = check_plain("upkeep"); !plain) {
            return plain;
        }
        if (policy_.account == wallet_) {
            return whole("upkeep of the wallet itself");
        }
        return {};
    }

    [[nodiscard]] Check check_instruction(const Instruction& instruction) {
        const Pubkey& program = message_.program_id(instruction);
        if (program == solana::kComputeBudgetProgram) {
            const auto read = asked_.read_instruction(message_, instruction.data);
            return read ? Check{} : refuse("{}", read.error().text);
        }
        if (is_done_) {
            return refuse("something behind what was asked for");
        }
        if (program != (is_of_table(policy_.kind) ? solana::kAddressLookupTableProgram
                                                  : solana::kSystemProgram)) {
            return refuse("program {} in a {}", program.to_string(), to_string(policy_.kind));
        }
        return is_of_table(policy_.kind) ? check_table(instruction) : check_nonce(instruction);
    }

    // Each account of the instruction, in its order, is the one that it must be.
    [[nodiscard]] Check check_accounts(
        const Instruction& instruction,
        std::initializer_list<std::pair<std::string_view, Pubkey>> expected) const {
        if (instruction.account_indexes.size() != expected.size()) {
            return refuse("a {} with {} accounts, expected {}", to_string(policy_.kind),
                          instruction.account_indexes.size(), expected.size());
        }
        std::size_t position = 0;
        for (const auto& [role, wanted] : expected) {
            const Pubkey& found = key(instruction, position++);
            if (found != wanted) {
                return refuse("its {} is {}, expected {}", role, found.to_string(),
                              wanted.to_string());
            }
        }
        return {};
    }

    [[nodiscard]] Check check_table(const Instruction& instruction) {
        const auto decoded = solana::decode_lookup_table_instruction(instruction.data);
        is_done_ = true;
        switch (policy_.kind) {
            case UpkeepKind::TableCreate:
                if (const auto* create = std::get_if<table_instruction::Create>(&decoded)) {
                    return check_creation(instruction, *create);
                }
                break;
            case UpkeepKind::TableExtend:
                if (const auto* extend = std::get_if<table_instruction::Extend>(&decoded)) {
                    return check_extension(instruction, *extend);
                }
                break;
            case UpkeepKind::TableDeactivate:
                if (std::holds_alternative<table_instruction::Deactivate>(decoded)) {
                    return check_accounts(instruction,
                                          {{"table", policy_.account}, {"authority", wallet_}});
                }
                break;
            default:
                if (std::holds_alternative<table_instruction::Close>(decoded)) {
                    return check_accounts(instruction, {{"table", policy_.account},
                                                        {"authority", wallet_},
                                                        {"recipient", wallet_}});
                }
                break;
        }
        return refuse("a lookup table instruction other than the one of a {}",
                      to_string(policy_.kind));
    }

    [[nodiscard]] Check check_creation(const Instruction& instruction,
                                       const table_instruction::Create& create) {
        const auto derived = solana::find_lookup_table_address(wallet_, policy_.recent_slot);
        if (create.recent_slot != policy_.recent_slot || create.bump != derived.bump) {
            return refuse("creates the table of slot {} and bump {}, expected {} and {}",
                          create.recent_slot.value, create.bump, policy_.recent_slot.value,
                          derived.bump);
        }
        if (derived.address != policy_.account) {
            return refuse("the table of slot {} is {}, not {}", policy_.recent_slot.value,
                          derived.address.to_string(), policy_.account.to_string());
        }
        return check_accounts(instruction, {{"table", policy_.account},
                                            {"authority", wallet_},
                                            {"payer", wallet_},
                                            {"system program", solana::kSystemProgram}});
    }

    [[nodiscard]] Check check_extension(const Instruction& instruction,
                                        const table_instruction::Extend& extend) {
        if (extend.addresses.empty() || extend.addresses.size() > kUpkeepAddressesMax) {
            return refuse("extends a table by {} addresses, allowed are 1 to {}",
                          extend.addresses.size(), kUpkeepAddressesMax);
        }
        if (extend.addresses != policy_.addresses) {
            return refuse("extends a table by other addresses than the {} asked for",
                          policy_.addresses.size());
        }
        return check_accounts(instruction, {{"table", policy_.account},
                                            {"authority", wallet_},
                                            {"payer", wallet_},
                                            {"system program", solana::kSystemProgram}});
    }

    [[nodiscard]] Check check_nonce(const Instruction& instruction) {
        const auto decoded = solana::decode_system_instruction(instruction.data);
        if (policy_.kind == UpkeepKind::NonceCreate) {
            return is_created_ ? check_initialization(instruction, decoded)
                               : check_nonce_creation(instruction, decoded);
        }
        is_done_ = true;
        if (policy_.kind == UpkeepKind::NonceAdvance) {
            if (!std::holds_alternative<nonce_instruction::AdvanceNonceAccount>(decoded)) {
                return refuse("a System instruction other than advance-nonce");
            }
            return check_accounts(instruction, {{"nonce account", policy_.account},
                                                {"sysvar", solana::kRecentBlockhashesSysvar},
                                                {"authority", wallet_}});
        }
        const auto* withdraw = std::get_if<nonce_instruction::WithdrawNonceAccount>(&decoded);
        if (withdraw == nullptr) {
            return refuse("a System instruction other than withdraw-nonce");
        }
        if (withdraw->lamports != policy_.lamports) {
            return refuse("withdraws {} lamports, all that it has are {}", withdraw->lamports.raw(),
                          policy_.lamports.raw());
        }
        return check_accounts(instruction, {{"nonce account", policy_.account},
                                            {"recipient", wallet_},
                                            {"sysvar", solana::kRecentBlockhashesSysvar},
                                            {"rent sysvar", solana::kRentSysvar},
                                            {"authority", wallet_}});
    }

    [[nodiscard]] Check check_nonce_creation(const Instruction& instruction,
                                             const solana::SystemInstruction& decoded) {
        const auto* create = std::get_if<nonce_instruction::CreateAccountWithSeed>(&decoded);
        if (create == nullptr) {
            return refuse("a System instruction other than create-account-with-seed");
        }
        if (create->base != wallet_ || create->seed != policy_.seed ||
            create->owner != solana::kSystemProgram ||
            create->space != solana::kNonceAccountBytes) {
            return refuse(
                "creates an account of base {}, owner {} and {} bytes, expected our wallet, the "
                "System program and {}",
                create->base.to_string(), create->owner.to_string(), create->space,
                solana::kNonceAccountBytes);
        }
        const Lamports most = nonce_rent_max();
        if (create->lamports != policy_.lamports || create->lamports > most) {
            return refuse("puts {} lamports into a nonce account, asked for are {} and {} at most",
                          create->lamports.raw(), policy_.lamports.raw(), most.raw());
        }
        if (solana::system_seed_address(wallet_, policy_.seed, solana::kSystemProgram) !=
            policy_.account) {
            return refuse("the account of the seed is not {}", policy_.account.to_string());
        }
        is_created_ = true;
        return check_accounts(instruction,
                              {{"funder", wallet_}, {"nonce account", policy_.account}});
    }

    [[nodiscard]] Check check_initialization(const Instruction& instruction,
                                             const solana::SystemInstruction& decoded) {
        const auto* initialize = std::get_if<nonce_instruction::InitializeNonceAccount>(&decoded);
        if (initialize == nullptr) {
            return refuse("a System instruction other than initialize-nonce");
        }
        if (initialize->authority != wallet_) {
            return refuse("makes {} the authority of the nonce, not our wallet",
                          initialize->authority.to_string());
        }
        is_done_ = true;
        return check_accounts(instruction, {{"nonce account", policy_.account},
                                            {"sysvar", solana::kRecentBlockhashesSysvar},
                                            {"rent sysvar", solana::kRentSysvar}});
    }

    [[nodiscard]] Check check_totals() {
        if (!is_done_) {
            return whole("a {} that does nothing, or half of it", to_string(policy_.kind));
        }
        const Lamports priority = asked_.priority_fee();
        const Lamports rent = upkeep_rent_max(policy_);
        total_ = priority.saturating_add(solana::base_fee(1)).saturating_add(rent);
        if (total_ > policy_.cost_max) {
            return whole(
                "a {} for {} lamports (priority fee {}, base fee {}, rent {}), allowed are {}",
                to_string(policy_.kind), total_.raw(), priority.raw(), solana::base_fee(1).raw(),
                rent.raw(), policy_.cost_max.raw());
        }
        return {};
    }

    const UpkeepPolicy& policy_;
    const Pubkey& wallet_;
    AskedFee asked_;
    Lamports total_;
    bool is_created_ = false;  // A nonce account that is to be initialised yet.
    bool is_done_ = false;     // Nothing may follow but the compute budget.
};

}  // namespace

std::string_view to_string(UpkeepKind kind) {
    static constexpr std::array<std::string_view, 7> kNames{
        "table creation", "table extension", "table deactivation", "table closing",
        "nonce creation", "nonce advance",   "nonce closing"};
    return kNames[static_cast<std::size_t>(kind)];
}

Lamports nonce_rent_max() {
    return solana::rent_exempt_minimum(solana::kNonceAccountBytes, kRentPerByteMax.raw());
}

Lamports upkeep_rent_max(const UpkeepPolicy& policy) {
    switch (policy.kind) {
        case UpkeepKind::TableCreate:
            return solana::rent_exempt_minimum(solana::kLookupTableHeaderBytes,
                                               kRentPerByteMax.raw());
        case UpkeepKind::TableExtend:
            return Lamports{policy.addresses.size() * Pubkey::kSize * kRentPerByteMax.raw()};
        case UpkeepKind::NonceCreate:
            return policy.lamports;
        default:
            return {};
    }
}

Result<Lamports, Refusal> check_upkeep(const solana::Message& message,
                                       std::span<const solana::AccountMeta> accounts,
                                       const UpkeepPolicy& policy, const Pubkey& wallet) {
    return UpkeepCheck{message, accounts, policy, wallet}.run();
}

}  // namespace sniperforge::signer
