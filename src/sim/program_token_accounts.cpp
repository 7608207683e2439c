// SPDX-License-Identifier: MIT
// Token instructions that create, close or re-own accounts and mints.
#include <algorithm>

#include "sim/program_token.hpp"

namespace sniperforge::sim::token {
namespace {

// Where a key stands in the instruction data of the two initialisations with an owner in it.
Executed<Pubkey> key_in_data(Invocation& call) {
    ByteReader reader{call.data().subspan(1)};
    const auto key = reader.read_key<Pubkey>();
    if (!reader.ok()) {
        return token_error(call, kInvalidInstruction);
    }
    return key;
}

ProgramResult check_new(Invocation& call, std::size_t index, std::size_t state_offset) {
    const Account& account = call.account(index);
    if (account.owner != call.program_id()) {
        return program_error(RuntimeError::IncorrectProgramId);
    }
    if (account.data[state_offset] != 0) {
        return token_error(call, kAlreadyInUse);
    }
    if (account.lamports.raw() < call.clock().rent_exempt_minimum(account.data.size())) {
        return token_error(call, kNotRentExempt);
    }
    return {};
}

bool is_base_or_2022(const Invocation& call, std::size_t size, std::size_t base) {
    return size == base || (call.program_id() == solana::kToken2022Program && size > kAccountType);
}

}  // namespace

ProgramResult initialize_mint(Invocation& call) {
    SF_SIM_TRY(need_accounts(call, 1));
    ByteReader reader{call.data().subspan(1)};
    MintFields fields;
    fields.decimals = reader.read<std::uint8_t>();
    fields.mint_authority = reader.read_key<Pubkey>();
    // The freeze authority is an option with a one-byte tag.
    if (reader.read<std::uint8_t>() == 1) {
        fields.freeze_authority = reader.read_key<Pubkey>();
    }
    if (!reader.ok()) {
        return token_error(call, kInvalidInstruction);
    }
    if (!is_base_or_2022(call, call.account(0).data.size(), kMintBytes)) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    SF_SIM_TRY(check_new(call, 0, kIsInitialized));
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    const Bytes encoded = encode_mint(fields);
    std::ranges::copy(encoded, data->begin());
    if (data->size() > kAccountType) {
        (*data)[kAccountType] = 1;
    }
    return {};
}

ProgramResult initialize_account(Invocation& call, bool owner_in_data) {
    SF_SIM_TRY(need_accounts(call, owner_in_data ? 2 : 3));
    Pubkey holder;
    if (owner_in_data) {
        const auto key = key_in_data(call);
        if (!key) {
            return InstructionFailure{key.error()};
        }
        holder = *key;
    } else {
        holder = call.key(2);
    }
    if (!is_base_or_2022(call, call.account(0).data.size(), kAccountBytes)) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    SF_SIM_TRY(check_new(call, 0, kState));
    const bool is_wrapped_sol = call.key(1) == solana::kWrappedSolMint;
    if (call.account(1).owner != call.program_id()) {
        return program_error(RuntimeError::IncorrectProgramId);
    }
    if (!is_mint(call.account(1))) {
        return token_error(call, kInvalidMint);
    }
    const std::uint64_t reserve = call.clock().rent_exempt_minimum(call.account(0).data.size());
    const std::uint64_t held = is_wrapped_sol ? call.account(0).lamports.raw() - reserve : 0;
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    const Bytes encoded = encode_account(call.key(1), holder, held,
                                         is_wrapped_sol ? std::optional{reserve} : std::nullopt);
    std::ranges::copy(encoded, data->begin());
    if (data->size() > kAccountType) {
        (*data)[kAccountType] = 2;
    }
    return {};
}

ProgramResult initialize_immutable_owner(Invocation& call) {
    SF_SIM_TRY(need_accounts(call, 1));
    if (call.program_id() == solana::kTokenProgram) {
        call.log("Please upgrade to SPL Token 2022 for immutable owner support");
        return {};
    }
    if (call.account(0).data.size() < kAccount2022Bytes) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    constexpr std::uint16_t kImmutableOwnerType = 7;
    write_le(*data, kExtensions, kImmutableOwnerType);
    return {};
}

ProgramResult get_account_data_size(Invocation& call) {
    SF_SIM_TRY(need_accounts(call, 1));
    SF_SIM_TRY(check_mint(call, 0));
    Bytes size;
    append_le(size, std::uint64_t{call.program_id() == solana::kTokenProgram ? kAccountBytes
                                                                             : kAccount2022Bytes});
    call.set_return_data(size);
    return {};
}

ProgramResult approve(Invocation& call, bool is_checked) {
    ByteReader reader{call.data().subspan(1)};
    const auto allowed = reader.read<std::uint64_t>();
    const auto decimals = is_checked ? reader.read<std::uint8_t>() : std::uint8_t{0};
    if (!reader.ok()) {
        return token_error(call, kInvalidInstruction);
    }
    SF_SIM_TRY(need_accounts(call, is_checked ? 4 : 3));
    const std::size_t delegate = is_checked ? 2 : 1;
    SF_SIM_TRY(check_account(call, 0));
    if (call.account(0).data[kState] == kFrozen) {
        return token_error(call, kAccountFrozen);
    }
    if (is_checked) {
        if (call.key(1) != mint(call.account(0).data)) {
            return token_error(call, kMintMismatch);
        }
        SF_SIM_TRY(check_mint(call, 1));
        if (call.account(1).data[kDecimals] != decimals) {
            return token_error(call, kMintDecimalsMismatch);
        }
    }
    SF_SIM_TRY(check_authority(call, delegate + 1, owner(call.account(0).data)));
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    write_optional_key(*data, kDelegate, call.key(delegate));
    write_le(*data, kDelegatedAmount, allowed);
    return {};
}

ProgramResult revoke(Invocation& call) {
    SF_SIM_TRY(need_accounts(call, 2));
    SF_SIM_TRY(check_account(call, 0));
    if (call.account(0).data[kState] == kFrozen) {
        return token_error(call, kAccountFrozen);
    }
    SF_SIM_TRY(check_authority(call, 1, owner(call.account(0).data)));
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    write_optional_key(*data, kDelegate, std::nullopt);
    write_le(*data, kDelegatedAmount, std::uint64_t{0});
    return {};
}

namespace {

enum AuthorityType : std::uint8_t {
    kMintTokens = 0,
    kFreezeAccount = 1,
    kAccountOwner = 2,
    kCloseAccount = 3,
};

ProgramResult set_account_authority(Invocation& call, std::uint8_t type,
                                    const std::optional<Pubkey>& next) {
    SF_SIM_TRY(check_account(call, 0));
    const Bytes& before = call.account(0).data;
    if (before[kState] == kFrozen) {
        return token_error(call, kAccountFrozen);
    }
    if (type == kCloseAccount) {
        SF_SIM_TRY(check_authority(
            call, 1, read_optional_key(before, kCloseAuthority).value_or(owner(before))));
    } else if (type == kAccountOwner) {
        if (before.size() >= kAccount2022Bytes) {
            return token_error(call, kImmutableOwner);
        }
        SF_SIM_TRY(check_authority(call, 1, owner(before)));
    } else {
        return token_error(call, kAuthorityTypeNotSupported);
    }
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    if (type == kCloseAccount) {
        write_optional_key(*data, kCloseAuthority, next);
        return {};
    }
    if (!next) {
        return token_error(call, kInvalidInstruction);
    }
    write_key(*data, kOwner, *next);
    write_optional_key(*data, kDelegate, std::nullopt);
    write_le(*data, kDelegatedAmount, std::uint64_t{0});
    if (is_native(*data)) {
        write_optional_key(*data, kCloseAuthority, std::nullopt);
    }
    return {};
}

ProgramResult set_mint_authority(Invocation& call, std::uint8_t type,
                                 const std::optional<Pubkey>& next) {
    SF_SIM_TRY(check_mint(call, 0));
    if (type != kMintTokens && type != kFreezeAccount) {
        return token_error(call, kAuthorityTypeNotSupported);
    }
    const std::size_t offset = type == kMintTokens ? kMintAuthority : kFreezeAuthority;
    const auto current = read_optional_key(call.account(0).data, offset);
    if (!current) {
        return token_error(call, type == kMintTokens ? kFixedSupply : kMintCannotFreeze);
    }
    SF_SIM_TRY(check_authority(call, 1, *current));
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    write_optional_key(*data, offset, next);
    return {};
}

}  // namespace

ProgramResult set_authority(Invocation& call) {
    ByteReader reader{call.data().subspan(1)};
    const auto type = reader.read<std::uint8_t>();
    std::optional<Pubkey> next;
    if (reader.read<std::uint8_t>() == 1) {
        next = reader.read_key<Pubkey>();
    }
    if (!reader.ok()) {
        return token_error(call, kInvalidInstruction);
    }
    SF_SIM_TRY(need_accounts(call, 2));
    return has_mint_size(call.account(0).data) ? set_mint_authority(call, type, next)
                                               : set_account_authority(call, type, next);
}

ProgramResult close_account(Invocation& call) {
    SF_SIM_TRY(need_accounts(call, 3));
    SF_SIM_TRY(check_account(call, 0));
    if (call.key(0) == call.key(1)) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    const Account& closed = call.account(0);
    if (!is_native(closed.data) && amount(closed.data) != 0) {
        return token_error(call, kNonNativeHasBalance);
    }
    SF_SIM_TRY(check_authority(
        call, 2, read_optional_key(closed.data, kCloseAuthority).value_or(owner(closed.data))));
    const std::uint64_t lamports = closed.lamports.raw();
    SF_SIM_TRY(call.credit(1, lamports));
    SF_SIM_TRY(call.debit(0, lamports));
    SF_SIM_TRY(call.resize(0, 0));
    return call.assign(0, solana::kSystemProgram);
}

ProgramResult set_frozen(Invocation& call, bool is_freeze) {
    SF_SIM_TRY(need_accounts(call, 3));
    SF_SIM_TRY(check_account(call, 0));
    const Bytes& before = call.account(0).data;
    if ((before[kState] == kFrozen) == is_freeze) {
        return token_error(call, kInvalidState);
    }
    if (is_native(before)) {
        return token_error(call, kNativeNotSupported);
    }
    if (call.key(1) != mint(before)) {
        return token_error(call, kMintMismatch);
    }
    SF_SIM_TRY(check_mint(call, 1));
    const auto authority = read_optional_key(call.account(1).data, kFreezeAuthority);
    if (!authority) {
        return token_error(call, kMintCannotFreeze);
    }
    SF_SIM_TRY(check_authority(call, 2, *authority));
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    (*data)[kState] = is_freeze ? kFrozen : kInitialized;
    return {};
}

}  // namespace sniperforge::sim::token
