// SPDX-License-Identifier: MIT
// Raydium CPMM: dispatch and shared checks. Source: protocol amm-raydium section 2.
#include "sim/program_cpmm.hpp"

#include <fmt/format.h>

#include <utility>

#include "sim/program_token_layout.hpp"
#include "sim/programs.hpp"

namespace sniperforge::sim {
namespace cpmm {
namespace {

struct Text {
    std::string_view name, message;
};

Text text_of(Error error) {
    switch (error) {
        case Error::ConstraintMut:
            return {"ConstraintMut", "A mut constraint was violated"};
        case Error::ConstraintRaw:
            return {"ConstraintRaw", "A raw constraint was violated"};
        case Error::ConstraintSeeds:
            return {"ConstraintSeeds", "A seeds constraint was violated"};
        case Error::ConstraintAddress:
            return {"ConstraintAddress", "An address constraint was violated"};
        case Error::ConstraintTokenMint:
            return {"ConstraintTokenMint", "A token mint constraint was violated"};
        case Error::ConstraintTokenOwner:
            return {"ConstraintTokenOwner", "A token owner constraint was violated"};
        case Error::RequireViolated:
            return {"RequireViolated", "A require expression was violated"};
        case Error::InstructionMissing:
            return {"InstructionMissing", "Instruction discriminator not provided"};
        case Error::InstructionDidNotDeserialize:
            return {"InstructionDidNotDeserialize",
                    "The program could not deserialize the given instruction"};
        case Error::AccountDiscriminatorMismatch:
            return {"AccountDiscriminatorMismatch",
                    "Account discriminator did not match what was expected"};
        case Error::AccountNotEnoughKeys:
            return {"AccountNotEnoughKeys", "Not enough account keys given to the instruction"};
        case Error::AccountOwnedByWrongProgram:
            return {"AccountOwnedByWrongProgram",
                    "The given account is owned by a different program than expected"};
        case Error::InvalidProgramId:
            return {"InvalidProgramId", "Program ID was not as expected"};
        case Error::AccountNotSigner:
            return {"AccountNotSigner", "The given account did not sign"};
        case Error::AccountNotInitialized:
            return {"AccountNotInitialized",
                    "The program expected this account to be already initialized"};
        case Error::NotApproved:
            return {"NotApproved", "Not approved"};
        case Error::InvalidInput:
            return {"InvalidInput", "invaild input"};
        case Error::IncorrectLpMint:
            return {"IncorrectLpMint", "Address of the provided lp token mint is incorrect"};
        case Error::ExceededSlippage:
            return {"ExceededSlippage", "Exceeds desired slippage limit"};
        case Error::ZeroTradingTokens:
            return {"ZeroTradingTokens", "Given pool token amount results in zero trading tokens"};
        case Error::InvalidVault:
            return {"InvalidVault", "invaild vault"};
        case Error::InitLpAmountTooLess:
            return {"InitLpAmountTooLess", "Init lp amount is too less"};
        case Error::InsufficientVault:
            return {"InsufficientVault", "Insufficient vault"};
    }
    return {};
}

constexpr Discriminator kSwapBaseInput{0x8f, 0xbe, 0x5a, 0xda, 0xc4, 0x1e, 0x33, 0xde};
constexpr Discriminator kSwapBaseOutput{0x37, 0xd9, 0x62, 0x56, 0xa3, 0x4a, 0xb4, 0xad};
constexpr Discriminator kInitialize{0xaf, 0xaf, 0x6d, 0x1f, 0x0d, 0x98, 0x9b, 0xed};
constexpr Discriminator kWithdraw{0xb7, 0x12, 0x46, 0x9c, 0x94, 0x6d, 0xa1, 0x22};

// Own units, without the token program's. Swaps on mainnet take 30,000 to 45,000 in all.
constexpr std::uint64_t kSwapUnits = 22'000;
constexpr std::uint64_t kInitializeUnits = 90'000;
constexpr std::uint64_t kWithdrawUnits = 30'000;

}  // namespace

InstructionFailure anchor_error(Invocation& call, Error error, std::string_view account) {
    const Text text = text_of(error);
    const auto code = std::to_underlying(error);
    const std::string cause = account.empty()
                                  ? "AnchorError occurred."
                                  : fmt::format("AnchorError caused by account: {}.", account);
    call.log(fmt::format("{} Error Code: {}. Error Number: {}. Error Message: {}.", cause,
                         text.name, code, text.message));
    return custom_error(code);
}

ProgramResult check_pool(Invocation& call, std::size_t index) {
    const Account& account = call.account(index);
    if (account.owner != call.program_id()) {
        return anchor_error(call, Error::AccountOwnedByWrongProgram, "pool_state");
    }
    if (!has_discriminator(account.data, kPoolDiscriminator) || account.data.size() < kPoolBytes) {
        return anchor_error(call, Error::AccountDiscriminatorMismatch, "pool_state");
    }
    return check_writable(call, index, "pool_state");
}

ProgramResult check_token_account(Invocation& call, std::size_t index, std::string_view name) {
    const Account& account = call.account(index);
    if (account.data.empty() && account.lamports.is_zero()) {
        return anchor_error(call, Error::AccountNotInitialized, name);
    }
    if (!solana::is_token_program(account.owner)) {
        return anchor_error(call, Error::AccountOwnedByWrongProgram, name);
    }
    if (!token::is_account(account)) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    return check_writable(call, index, name);
}

ProgramResult check_mint(Invocation& call, std::size_t index, std::string_view name) {
    if (!solana::is_token_program(call.account(index).owner)) {
        return anchor_error(call, Error::AccountOwnedByWrongProgram, name);
    }
    if (!token::is_mint(call.account(index))) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    return {};
}

ProgramResult check_writable(Invocation& call, std::size_t index, std::string_view name) {
    if (!call.is_writable(index)) {
        return anchor_error(call, Error::ConstraintMut, name);
    }
    return {};
}

ProgramResult transfer_tokens(Invocation& call, const TokenTransfer& transfer) {
    if (transfer.amount == 0) {
        return {};
    }
    solana::Instruction instruction{
        transfer.program,
        {solana::writable(transfer.source), solana::readonly(transfer.mint),
         solana::writable(transfer.destination), solana::signer(transfer.authority)},
        {12}};
    append_le(instruction.data, transfer.amount);
    append_le(instruction.data, transfer.decimals);
    const Pubkey& derived = authority();
    return call.invoke(instruction, {&derived, 1});
}

std::optional<NetVaults> net_vaults(BytesView data, std::uint64_t vault_0, std::uint64_t vault_1) {
    const u128 owed_0 = static_cast<u128>(u64_at(data, pool::kProtocolFees0)) +
                        u64_at(data, pool::kFundFees0) + u64_at(data, pool::kCreatorFees0);
    const u128 owed_1 = static_cast<u128>(u64_at(data, pool::kProtocolFees1)) +
                        u64_at(data, pool::kFundFees1) + u64_at(data, pool::kCreatorFees1);
    if (owed_0 > vault_0 || owed_1 > vault_1) {
        return std::nullopt;
    }
    return NetVaults{vault_0 - static_cast<std::uint64_t>(owed_0),
                     vault_1 - static_cast<std::uint64_t>(owed_1)};
}

}  // namespace cpmm

ProgramResult run_cpmm(Invocation& call) {
    const BytesView data = call.data();
    if (cpmm::has_discriminator(data, cpmm::kSwapBaseInput)) {
        call.log("Instruction: SwapBaseInput");
        SF_SIM_TRY(call.consume(cpmm::kSwapUnits));
        return cpmm::swap(call, true);
    }
    if (cpmm::has_discriminator(data, cpmm::kSwapBaseOutput)) {
        call.log("Instruction: SwapBaseOutput");
        SF_SIM_TRY(call.consume(cpmm::kSwapUnits));
        return cpmm::swap(call, false);
    }
    if (cpmm::has_discriminator(data, cpmm::kInitialize)) {
        call.log("Instruction: Initialize");
        SF_SIM_TRY(call.consume(cpmm::kInitializeUnits));
        return cpmm::initialize(call);
    }
    if (cpmm::has_discriminator(data, cpmm::kWithdraw)) {
        call.log("Instruction: Withdraw");
        SF_SIM_TRY(call.consume(cpmm::kWithdrawUnits));
        return cpmm::withdraw(call);
    }
    constexpr std::uint64_t kUnitsOfUnknown = 500;
    SF_SIM_TRY(call.consume(kUnitsOfUnknown));
    return cpmm::anchor_error(call, cpmm::Error::InstructionMissing);
}

}  // namespace sniperforge::sim
