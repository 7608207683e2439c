// SPDX-License-Identifier: MIT
#include "sim/runtime_error.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace sniperforge::sim {
namespace {

struct Named {
    std::string_view name;
    std::string_view text;
};

// In the order of RuntimeError.
constexpr auto kRuntimeErrors = std::to_array<Named>({
    {"InvalidArgument", "invalid program argument"},
    {"InvalidInstructionData", "invalid instruction data"},
    {"InvalidAccountData", "invalid account data for instruction"},
    {"AccountDataTooSmall", "account data too small for instruction"},
    {"InsufficientFunds", "insufficient funds for instruction"},
    {"IncorrectProgramId", "incorrect program id for instruction"},
    {"MissingRequiredSignature", "missing required signature for instruction"},
    {"AccountAlreadyInitialized", "instruction requires an uninitialized account"},
    {"UninitializedAccount", "instruction requires an initialized account"},
    {"NotEnoughAccountKeys", "insufficient account keys for instruction"},
    {"ExternalAccountLamportSpend",
     "instruction spent from the balance of an account it does not own"},
    {"ExternalAccountDataModified", "instruction modified data of an account it does not own"},
    {"ReadonlyLamportChange", "instruction changed the balance of a read-only account"},
    {"ReadonlyDataModified", "instruction modified data of a read-only account"},
    {"ModifiedProgramId", "instruction illegally modified the program id of an account"},
    {"MissingAccount", "An account required by the instruction is missing"},
    {"PrivilegeEscalation",
     "Cross-program invocation with unauthorized signer or writable account"},
    {"CallDepth", "Cross-program invocation call depth too deep"},
    {"ReentrancyNotAllowed",
     "Cross-program invocation reentrancy not allowed for this instruction"},
    {"InvalidRealloc", "Failed to reallocate account data"},
    {"InvalidSeeds", "Provided seeds do not result in a valid address"},
    {"IllegalOwner", "Provided owner is not allowed"},
    {"UnsupportedProgramId", "Unsupported program id"},
    {"AccountNotExecutable", "instruction expected an executable account"},
    {"ComputationalBudgetExceeded", "Computational budget exceeded"},
    {"ArithmeticOverflow", "Program arithmetic overflowed"},
    {"InvalidAccountOwner", "Invalid account owner"},
    {"IncorrectAuthority", "Incorrect authority provided"},
    {"Immutable", "Account is immutable"},
});
static_assert(kRuntimeErrors.size() ==
              std::to_underlying(RuntimeError::Immutable) + std::size_t{1});

// In the order of TransactionErrorKind.
constexpr auto kTransactionErrors = std::to_array<Named>({
    {"AccountNotFound", "Attempt to debit an account but found no record of a prior credit."},
    {"ProgramAccountNotFound", "Attempt to load a program that does not exist"},
    {"InsufficientFundsForFee", "Insufficient funds for fee"},
    {"InvalidAccountForFee", "This account may not be used to pay transaction fees"},
    {"AlreadyProcessed", "This transaction has already been processed"},
    {"BlockhashNotFound", "Blockhash not found"},
    {"SanitizeFailure", "Transaction failed to sanitize accounts offsets correctly"},
    {"SignatureFailure", "Transaction did not pass signature verification"},
    {"AccountLoadedTwice", "Account loaded twice"},
    {"TooManyAccountLocks", "Transaction locked too many accounts"},
    {"InvalidProgramForExecution", "This program may not be used for executing instructions"},
    {"AddressLookupTableNotFound", "Transaction loads an address table account that doesn't exist"},
    {"InvalidAddressLookupTableOwner",
     "Transaction loads an address table account with an invalid owner"},
    {"InvalidAddressLookupTableData",
     "Transaction loads an address table account with invalid data"},
    {"InvalidAddressLookupTableIndex", "Transaction address table lookup uses an invalid index"},
    {"MaxLoadedAccountsDataSizeExceeded", "Transaction exceeded max loaded accounts data size cap"},
    {"InvalidLoadedAccountsDataSizeLimit",
     "LoadedAccountsDataSizeLimit set for transaction must be greater than 0."},
});
static_assert(kTransactionErrors.size() ==
              std::to_underlying(TransactionErrorKind::InvalidLoadedAccountsDataSizeLimit) +
                  std::size_t{1});

}  // namespace

InstructionFailure program_error(RuntimeError error) {
    const Named& named = kRuntimeErrors[std::to_underlying(error)];
    return InstructionFailure{{fmt::format("\"{}\"", named.name), std::string{named.text}}};
}

InstructionFailure custom_error(std::uint32_t code) {
    return InstructionFailure{{fmt::format("{{\"Custom\":{}}}", code),
                               fmt::format("custom program error: 0x{:x}", code)}};
}

TransactionError transaction_error(TransactionErrorKind kind) {
    const Named& named = kTransactionErrors[std::to_underlying(kind)];
    return {fmt::format("\"{}\"", named.name), std::string{named.text}};
}

TransactionError instruction_failed(std::size_t index, const InstructionError& error) {
    return {fmt::format("{{\"InstructionError\":[{},{}]}}", index, error.json),
            fmt::format("Error processing Instruction {}: {}", index, error.text)};
}

TransactionError duplicate_instruction(std::size_t index) {
    return {fmt::format("{{\"DuplicateInstruction\":{}}}", index),
            fmt::format("Transaction contains a duplicate instruction ({}) that is not allowed",
                        index)};
}

TransactionError insufficient_funds_for_rent(std::size_t account_index) {
    return {fmt::format("{{\"InsufficientFundsForRent\":{{\"account_index\":{}}}}}", account_index),
            fmt::format("Transaction results in an account ({}) with insufficient funds for rent",
                        account_index)};
}

std::string json_quoted(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            quoted += c;
        }
    }
    quoted += '"';
    return quoted;
}

}  // namespace sniperforge::sim
