// SPDX-License-Identifier: MIT
#include "sim/durable_nonce.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "sim/chain_state.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/sha256.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::uint32_t kAdvanceTag = 4;
constexpr std::uint32_t kNonceNotExpired = 7;  // The System program's error.
constexpr Lamports kFeePerSignature{5'000};

bool is_advance(const solana::Message& message, const solana::CompiledInstruction& instruction) {
    ByteReader reader{instruction.data};
    const auto tag = reader.read<std::uint32_t>();
    return reader.ok() && tag == kAdvanceTag &&
           message.program_id(instruction) == solana::kSystemProgram &&
           !instruction.account_indexes.empty();
}

// What every nonce instruction checks of the account it changes.
Executed<NonceState> load(Invocation& call, std::string_view action) {
    if (call.size() < 1) {
        return program_error(RuntimeError::NotEnoughAccountKeys);
    }
    if (!call.is_writable(0)) {
        call.log_raw(fmt::format("{} nonce account: Account {} must be writeable", action,
                                 call.key(0).to_string()));
        return program_error(RuntimeError::InvalidArgument);
    }
    const auto state = read_nonce(call.account(0).data);
    if (!state) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    return *state;
}

ProgramResult store(Invocation& call, const NonceState& state) {
    const auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{data.error()};
    }
    std::ranges::copy(nonce_data(state), data->begin());
    return {};
}

ProgramResult need_sysvar(const Invocation& call, std::size_t index, const Pubkey& sysvar) {
    if (call.size() <= index) {
        return program_error(RuntimeError::NotEnoughAccountKeys);
    }
    if (call.key(index) != sysvar) {
        return program_error(RuntimeError::InvalidArgument);
    }
    return {};
}

InstructionFailure wrong_state(Invocation& call, std::string_view action) {
    call.log_raw(fmt::format("{} nonce account: Account {} state is invalid", action,
                             call.key(0).to_string()));
    return program_error(RuntimeError::InvalidAccountData);
}

InstructionFailure once_per_slot(Invocation& call, std::string_view action) {
    call.log_raw(fmt::format("{} nonce account: nonce can only advance once per slot", action));
    return custom_error(kNonceNotExpired);
}

InstructionFailure unsigned_by(Invocation& call, std::string_view action, const Pubkey& key,
                               std::string_view demand) {
    call.log_raw(fmt::format("{} nonce account: Account {} {}", action, key.to_string(), demand));
    return program_error(RuntimeError::MissingRequiredSignature);
}

}  // namespace

Hash durable_nonce_of(const Hash& blockhash) {
    constexpr std::string_view kPrefix = "DURABLE_NONCE";
    Bytes bytes{kPrefix.begin(), kPrefix.end()};
    append(bytes, blockhash.bytes);
    return solana::sha256(bytes);
}

std::optional<NonceState> read_nonce(BytesView data) {
    if (data.size() != solana::kNonceAccountBytes) {
        return std::nullopt;
    }
    constexpr std::size_t kStateOffset = 4;
    if (read_le<std::uint32_t>(data, kStateOffset) == 0) {
        return NonceState{};
    }
    const auto account = solana::decode_nonce_account(data);
    if (!account) {
        return std::nullopt;
    }
    return NonceState{true, account->authority, account->nonce};
}

Bytes nonce_data(const NonceState& state) {
    if (!state.is_initialized) {
        return Bytes(solana::kNonceAccountBytes, 0);
    }
    return solana::encode_nonce_account({state.authority, state.nonce, kFeePerSignature});
}

std::optional<NonceUse> nonce_use(const ChainState& state, const solana::Message& message,
                                  Slot tip) {
    if (message.instructions.empty() || !is_advance(message, message.instructions.front())) {
        return std::nullopt;
    }
    const auto& indexes = message.instructions.front().account_indexes;
    const std::uint8_t index = indexes.front();
    // Looked-up accounts are not known before a block takes the message.
    if (index >= message.account_keys.size() || !message.is_writable(index)) {
        return std::nullopt;
    }
    const Account* account = state.find_at(message.account_keys[index], tip);
    if (account == nullptr || account->owner != solana::kSystemProgram) {
        return std::nullopt;
    }
    const auto nonce = read_nonce(account->data);
    const Hash next = durable_nonce_of(state.block_at(0, tip).hash);
    if (!nonce || !nonce->is_initialized || nonce->nonce != message.recent_blockhash ||
        nonce->nonce == next) {
        return std::nullopt;
    }
    const bool is_authorized = std::ranges::any_of(indexes, [&](std::uint8_t signer) {
        return signer < message.account_keys.size() && message.is_signer(signer) &&
               message.account_keys[signer] == nonce->authority;
    });
    if (!is_authorized) {
        return std::nullopt;
    }
    return NonceUse{index, {true, nonce->authority, next}};
}

ProgramResult advance_nonce(Invocation& call) {
    constexpr std::string_view kAction = "Advance";
    auto state = load(call, kAction);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    SF_SIM_TRY(need_sysvar(call, 1, solana::kRecentBlockhashesSysvar));
    if (!state->is_initialized) {
        return wrong_state(call, kAction);
    }
    if (!call.has_signed(state->authority)) {
        return unsigned_by(call, kAction, state->authority, "must be a signer");
    }
    const Hash next = durable_nonce_of(call.clock().blockhash);
    if (state->nonce == next) {
        return once_per_slot(call, kAction);
    }
    return store(call, {true, state->authority, next});
}

ProgramResult withdraw_nonce(Invocation& call, std::uint64_t lamports) {
    constexpr std::string_view kAction = "Withdraw";
    auto state = load(call, kAction);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    SF_SIM_TRY(need_sysvar(call, 2, solana::kRecentBlockhashesSysvar));
    SF_SIM_TRY(need_sysvar(call, 3, solana::kRentSysvar));
    const std::uint64_t held = call.account(0).lamports.raw();
    const bool is_closed = state->is_initialized && lamports == held;
    if (is_closed && state->nonce == durable_nonce_of(call.clock().blockhash)) {
        return once_per_slot(call, kAction);
    }
    // An account that stays a nonce must stay rent exempt.
    const std::uint64_t kept = state->is_initialized && !is_closed
                                   ? call.clock().rent_exempt_minimum(call.account(0).data.size())
                                   : 0;
    if (lamports > held || held - lamports < kept) {
        call.log_raw(fmt::format("Withdraw nonce account: insufficient lamports {}, need {}", held,
                                 Lamports{lamports}.saturating_add(Lamports{kept}).raw()));
        return program_error(RuntimeError::InsufficientFunds);
    }
    const Pubkey signer = state->is_initialized ? state->authority : call.key(0);
    if (!call.has_signed(signer)) {
        return unsigned_by(call, kAction, signer, "must sign");
    }
    if (is_closed) {
        SF_SIM_TRY(store(call, {}));
    }
    SF_SIM_TRY(call.debit(0, lamports));
    return call.credit(1, lamports);
}

ProgramResult initialize_nonce(Invocation& call, const Pubkey& authority) {
    constexpr std::string_view kAction = "Initialize";
    auto state = load(call, kAction);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    SF_SIM_TRY(need_sysvar(call, 1, solana::kRecentBlockhashesSysvar));
    SF_SIM_TRY(need_sysvar(call, 2, solana::kRentSysvar));
    if (state->is_initialized) {
        return wrong_state(call, kAction);
    }
    const std::uint64_t held = call.account(0).lamports.raw();
    const std::uint64_t needed = call.clock().rent_exempt_minimum(call.account(0).data.size());
    if (held < needed) {
        call.log_raw(fmt::format("Initialize nonce account: insufficient lamports {}, need {}",
                                 held, needed));
        return program_error(RuntimeError::InsufficientFunds);
    }
    return store(call, {true, authority, durable_nonce_of(call.clock().blockhash)});
}

ProgramResult authorize_nonce(Invocation& call, const Pubkey& authority) {
    constexpr std::string_view kAction = "Authorize";
    auto state = load(call, kAction);
    if (!state) {
        return InstructionFailure{std::move(state).error()};
    }
    if (!state->is_initialized) {
        return wrong_state(call, kAction);
    }
    if (!call.has_signed(state->authority)) {
        return unsigned_by(call, kAction, state->authority, "must sign");
    }
    return store(call, {true, authority, state->nonce});
}

}  // namespace sniperforge::sim
