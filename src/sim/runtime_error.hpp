// SPDX-License-Identifier: MIT
// What an instruction or a whole transaction fails with: the JSON that RPC shows and the text that
// the node's logs and messages use. Source: protocol rpc section 2.2, wire section 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace sniperforge::sim {

// The member of {"InstructionError":[index, json]} and the text after "Program X failed: ".
struct InstructionError {
    std::string json;
    std::string text;
};

template <typename T>
using Executed = std::expected<T, InstructionError>;
using ProgramResult = Executed<void>;
using InstructionFailure = std::unexpected<InstructionError>;

enum class RuntimeError : std::uint8_t {
    InvalidArgument,
    InvalidInstructionData,
    InvalidAccountData,
    AccountDataTooSmall,
    InsufficientFunds,
    IncorrectProgramId,
    MissingRequiredSignature,
    AccountAlreadyInitialized,
    UninitializedAccount,
    NotEnoughAccountKeys,
    ExternalAccountLamportSpend,
    ExternalAccountDataModified,
    ReadonlyLamportChange,
    ReadonlyDataModified,
    ModifiedProgramId,
    MissingAccount,
    PrivilegeEscalation,
    CallDepth,
    ReentrancyNotAllowed,
    InvalidRealloc,
    InvalidSeeds,
    IllegalOwner,
    UnsupportedProgramId,
    AccountNotExecutable,
    ComputationalBudgetExceeded,
    ArithmeticOverflow,
    InvalidAccountOwner,
    IncorrectAuthority,
    Immutable,
};

[[nodiscard]] InstructionFailure program_error(RuntimeError error);
[[nodiscard]] InstructionFailure custom_error(std::uint32_t code);

// A failure of the transaction outside its instructions, or of one instruction.
struct TransactionError {
    std::string json;  // As `err`: "\"BlockhashNotFound\"", {"InstructionError":[1,{"Custom":1}]}.
    std::string text;  // As the node says it: "Blockhash not found".
};

enum class TransactionErrorKind : std::uint8_t {
    AccountNotFound,
    ProgramAccountNotFound,
    InsufficientFundsForFee,
    InvalidAccountForFee,
    AlreadyProcessed,
    BlockhashNotFound,
    SanitizeFailure,
    SignatureFailure,
    AccountLoadedTwice,
    TooManyAccountLocks,
    InvalidProgramForExecution,
    AddressLookupTableNotFound,
    InvalidAddressLookupTableOwner,
    InvalidAddressLookupTableData,
    InvalidAddressLookupTableIndex,
    MaxLoadedAccountsDataSizeExceeded,
    InvalidLoadedAccountsDataSizeLimit,
};

[[nodiscard]] TransactionError transaction_error(TransactionErrorKind kind);
[[nodiscard]] TransactionError instruction_failed(std::size_t index, const InstructionError& error);
[[nodiscard]] TransactionError duplicate_instruction(std::size_t index);
[[nodiscard]] TransactionError insufficient_funds_for_rent(std::size_t account_index);

// A JSON string literal of the text, quotes included.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace sniperforge::sim
