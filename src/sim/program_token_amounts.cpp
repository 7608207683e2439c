// SPDX-License-Identifier: MIT
// Token instructions that move amounts: Transfer, MintTo, Burn (plain and checked), SyncNative.
#include "sim/program_token.hpp"

namespace sniperforge::sim::token {
namespace {

struct Amount {
    std::uint64_t value = 0;
    std::optional<std::uint8_t> decimals;
};

Executed<Amount> read_amount(Invocation& call, bool is_checked) {
    ByteReader reader{call.data().subspan(1)};
    Amount amount{reader.read<std::uint64_t>(), std::nullopt};
    if (is_checked) {
        amount.decimals = reader.read<std::uint8_t>();
    }
    if (!reader.ok()) {
        return token_error(call, kInvalidInstruction);
    }
    return amount;
}

void set_amount(std::span<std::uint8_t> data, std::uint64_t amount) {
    write_le(data, kAmount, amount);
}

// The mint at `index` is the one that `account` holds, with the decimals that the caller expects.
ProgramResult check_expected_mint(Invocation& call, std::size_t account, std::size_t index,
                                  const std::optional<std::uint8_t>& decimals) {
    if (call.key(index) != mint(call.account(account).data)) {
        return token_error(call, kMintMismatch);
    }
    SF_SIM_TRY(check_mint(call, index));
    if (decimals && call.account(index).data[kDecimals] != *decimals) {
        return token_error(call, kMintDecimalsMismatch);
    }
    return {};
}

// The owner may move everything, the delegate what it was given; the latter is used up unless the
// tokens come back to the same account.
ProgramResult spend_authority(Invocation& call, std::size_t source, std::size_t authority,
                              std::uint64_t amount, bool is_self_transfer) {
    const Bytes& before = call.account(source).data;
    const auto delegate = read_optional_key(before, kDelegate);
    if (!delegate || call.key(authority) != *delegate) {
        return check_authority(call, authority, owner(before));
    }
    SF_SIM_TRY(check_authority(call, authority, *delegate));
    const auto allowed = read_le<std::uint64_t>(before, kDelegatedAmount);
    if (allowed < amount) {
        return token_error(call, kInsufficientFunds);
    }
    if (is_self_transfer) {
        return {};
    }
    auto data = call.data_of(source);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    write_le(*data, kDelegatedAmount, allowed - amount);
    if (allowed == amount) {
        write_optional_key(*data, kDelegate, std::nullopt);
    }
    return {};
}

ProgramResult move_tokens(Invocation& call, std::size_t source, std::size_t destination,
                          std::uint64_t amount_moved) {
    auto from = call.data_of(source);
    if (!from) {
        return InstructionFailure{std::move(from).error()};
    }
    auto to = call.data_of(destination);
    if (!to) {
        return InstructionFailure{std::move(to).error()};
    }
    std::uint64_t sum = 0;
    if (__builtin_add_overflow(amount(*to), amount_moved, &sum)) {
        return token_error(call, kOverflow);
    }
    set_amount(*from, amount(*from) - amount_moved);
    set_amount(*to, sum);
    if (is_native(*from)) {
        SF_SIM_TRY(call.debit(source, amount_moved));
        SF_SIM_TRY(call.credit(destination, amount_moved));
    }
    return {};
}

}  // namespace

ProgramResult transfer(Invocation& call, bool is_checked) {
    const auto wanted = read_amount(call, is_checked);
    if (!wanted) {
        return InstructionFailure{wanted.error()};
    }
    SF_SIM_TRY(need_accounts(call, is_checked ? 4 : 3));
    const std::size_t source = 0;
    const std::size_t destination = is_checked ? 2 : 1;
    const std::size_t authority = destination + 1;
    SF_SIM_TRY(check_account(call, source));
    SF_SIM_TRY(check_account(call, destination));
    const Bytes& from = call.account(source).data;
    const Bytes& to = call.account(destination).data;
    if (from[kState] == kFrozen || to[kState] == kFrozen) {
        return token_error(call, kAccountFrozen);
    }
    if (amount(from) < wanted->value) {
        return token_error(call, kInsufficientFunds);
    }
    if (mint(from) != mint(to)) {
        return token_error(call, kMintMismatch);
    }
    if (is_checked) {
        SF_SIM_TRY(check_expected_mint(call, source, 1, wanted->decimals));
    }
    const bool is_self_transfer = call.key(source) == call.key(destination);
    SF_SIM_TRY(spend_authority(call, source, authority, wanted->value, is_self_transfer));
    return is_self_transfer ? ProgramResult{}
                            : move_tokens(call, source, destination, wanted->value);
}

ProgramResult mint_to(Invocation& call, bool is_checked) {
    const auto wanted = read_amount(call, is_checked);
    if (!wanted) {
        return InstructionFailure{wanted.error()};
    }
    SF_SIM_TRY(need_accounts(call, 3));
    const std::size_t minted = 0;
    const std::size_t destination = 1;
    SF_SIM_TRY(check_account(call, destination));
    if (call.account(destination).data[kState] == kFrozen) {
        return token_error(call, kAccountFrozen);
    }
    if (is_native(call.account(destination).data)) {
        return token_error(call, kNativeNotSupported);
    }
    SF_SIM_TRY(check_expected_mint(call, destination, minted, wanted->decimals));
    const auto authority = read_optional_key(call.account(minted).data, kMintAuthority);
    if (!authority) {
        return token_error(call, kFixedSupply);
    }
    SF_SIM_TRY(check_authority(call, 2, *authority));
    auto mint_data = call.data_of(minted);
    auto to = call.data_of(destination);
    if (!mint_data || !to) {
        return InstructionFailure{(!mint_data ? mint_data : to).error()};
    }
    std::uint64_t supply = 0;
    if (__builtin_add_overflow(read_le<std::uint64_t>(*mint_data, kSupply), wanted->value,
                               &supply)) {
        return token_error(call, kOverflow);
    }
    // Cannot overflow: no balance exceeds the supply, unless genesis stated a smaller supply.
    std::uint64_t balance = 0;
    if (__builtin_add_overflow(amount(*to), wanted->value, &balance)) {
        return token_error(call, kOverflow);
    }
    write_le(*mint_data, kSupply, supply);
    set_amount(*to, balance);
    return {};
}

ProgramResult burn(Invocation& call, bool is_checked) {
    const auto wanted = read_amount(call, is_checked);
    if (!wanted) {
        return InstructionFailure{wanted.error()};
    }
    SF_SIM_TRY(need_accounts(call, 3));
    const std::size_t source = 0;
    const std::size_t burned = 1;
    SF_SIM_TRY(check_account(call, source));
    const Bytes& from = call.account(source).data;
    if (from[kState] == kFrozen) {
        return token_error(call, kAccountFrozen);
    }
    if (is_native(from)) {
        return token_error(call, kNativeNotSupported);
    }
    if (amount(from) < wanted->value) {
        return token_error(call, kInsufficientFunds);
    }
    SF_SIM_TRY(check_expected_mint(call, source, burned, wanted->decimals));
    SF_SIM_TRY(spend_authority(call, source, 2, wanted->value, false));
    auto mint_data = call.data_of(burned);
    auto data = call.data_of(source);
    if (!mint_data || !data) {
        return InstructionFailure{(!mint_data ? mint_data : data).error()};
    }
    const auto supply = read_le<std::uint64_t>(*mint_data, kSupply);
    if (supply < wanted->value) {
        return token_error(call, kOverflow);
    }
    write_le(*mint_data, kSupply, supply - wanted->value);
    set_amount(*data, amount(*data) - wanted->value);
    return {};
}

ProgramResult sync_native(Invocation& call) {
    SF_SIM_TRY(need_accounts(call, 1));
    SF_SIM_TRY(check_account(call, 0));
    const Account& account = call.account(0);
    if (!is_native(account.data)) {
        return token_error(call, kNonNativeNotSupported);
    }
    const std::uint64_t reserve = native_reserve(account.data);
    if (account.lamports.raw() < reserve) {
        return token_error(call, kOverflow);
    }
    const std::uint64_t synced = account.lamports.raw() - reserve;
    if (synced < amount(account.data)) {
        return token_error(call, kInvalidState);
    }
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    set_amount(*data, synced);
    return {};
}

}  // namespace sniperforge::sim::token
