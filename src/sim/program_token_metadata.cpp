// SPDX-License-Identifier: MIT
// Token-2022: a mint that carries its own name. The instructions are those with which pump.fun
// creates a coin, with the units of the recorded creation. Extensions are type u16, length u16 and
// value, one behind the other. Source: protocol wire section 6, fixture pump_create_buy_2026.
#include <algorithm>
#include <array>

#include "sim/program_token.hpp"

namespace sniperforge::sim::token {
namespace {

using Discriminator = std::array<std::uint8_t, 8>;
// sha256("spl_token_metadata_interface:initialize_account") and (":update_the_authority").
constexpr Discriminator kInitialize{0xd2, 0xe1, 0x1e, 0xa2, 0x58, 0xb8, 0x4d, 0x8d};
constexpr Discriminator kUpdateAuthority{0xd7, 0xe4, 0xa6, 0xe4, 0x54, 0x64, 0x56, 0x7b};
constexpr std::uint8_t kPointerTag = 39;
constexpr std::uint16_t kPointerType = 18, kMetadataType = 19;
constexpr std::size_t kHeader = 4;  // Type and length.
constexpr std::size_t kPointerBytes = 2 * Pubkey::kSize;

bool starts_with(BytesView data, const Discriminator& wanted) {
    return data.size() >= wanted.size() && std::ranges::equal(data.first(wanted.size()), wanted);
}

// Where the extension's value begins; the end of the data when the mint has none of this type.
std::size_t find_extension(BytesView data, std::uint16_t type) {
    std::size_t at = kExtensions;
    while (at + kHeader <= data.size()) {
        const auto found = read_le<std::uint16_t>(data, at);
        if (found == type) {
            return at + kHeader;
        }
        if (found == 0) {
            break;
        }
        at += kHeader + read_le<std::uint16_t>(data, at + 2);
    }
    return data.size();
}

// The mint is not initialised yet: extensions come first.
ProgramResult initialize_pointer(Invocation& call) {
    call.log("MetadataPointerInstruction::Initialize");
    constexpr std::uint64_t kUnits = 925;
    SF_SIM_TRY(call.consume(kUnits));
    SF_SIM_TRY(need_accounts(call, 1));
    ByteReader reader{call.data().subspan(1)};
    const auto kind = reader.read<std::uint8_t>();
    const auto authority = reader.read_key<Pubkey>();
    const auto address = reader.read_key<Pubkey>();
    if (!reader.ok() || kind != 0) {
        return token_error(call, kInvalidInstruction);
    }
    const Bytes& before = call.account(0).data;
    if (before.size() < kExtensions + kHeader + kPointerBytes) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    if (before[kIsInitialized] != 0 || find_extension(before, kPointerType) != before.size()) {
        return token_error(call, kAlreadyInUse);
    }
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    write_le(*data, kExtensions, kPointerType);
    write_le(*data, kExtensions + 2, static_cast<std::uint16_t>(kPointerBytes));
    write_key(*data, kExtensions + kHeader, authority);
    write_key(*data, kExtensions + kHeader + Pubkey::kSize, address);
    return {};
}

// Accounts: metadata (the mint itself), update authority, mint, mint authority. The mint grows;
// whoever calls has sent the rent for it.
ProgramResult initialize_metadata(Invocation& call) {
    call.log("TokenMetadataInstruction: Initialize");
    constexpr std::uint64_t kUnits = 3'522;
    SF_SIM_TRY(call.consume(kUnits));
    SF_SIM_TRY(need_accounts(call, 4));
    ByteReader reader{call.data().subspan(kInitialize.size())};
    std::array<BytesView, 3> texts;
    for (BytesView& text : texts) {
        text = reader.take(reader.read<std::uint32_t>());
    }
    if (!reader.ok()) {
        return program_error(RuntimeError::InvalidInstructionData);
    }
    SF_SIM_TRY(check_mint(call, 2));
    if (call.key(0) != call.key(2)) {
        return token_error(call, kMintMismatch);
    }
    const Bytes& before = call.account(0).data;
    const auto authority = read_optional_key(before, kMintAuthority);
    if (!authority) {
        return token_error(call, kFixedSupply);
    }
    SF_SIM_TRY(check_authority(call, 3, *authority));
    if (find_extension(before, kMetadataType) != before.size()) {
        return token_error(call, kAlreadyInUse);
    }
    Bytes value;
    append(value, call.key(1).bytes);
    append(value, call.key(2).bytes);
    for (const BytesView text : texts) {
        append_le(value, static_cast<std::uint32_t>(text.size()));
        append(value, text);
    }
    append_le(value, std::uint32_t{0});  // No further fields.
    const std::size_t end = before.size();
    SF_SIM_TRY(call.resize(0, end + kHeader + value.size()));
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    write_le(*data, end, kMetadataType);
    write_le(*data, end + 2, static_cast<std::uint16_t>(value.size()));
    std::ranges::copy(value, data->begin() + static_cast<std::ptrdiff_t>(end + kHeader));
    return {};
}

ProgramResult update_authority(Invocation& call) {
    call.log("TokenMetadataInstruction: UpdateAuthority");
    constexpr std::uint64_t kUnits = 3'866;
    SF_SIM_TRY(call.consume(kUnits));
    SF_SIM_TRY(need_accounts(call, 2));
    ByteReader reader{call.data().subspan(kUpdateAuthority.size())};
    const auto authority = reader.read_key<Pubkey>();
    if (!reader.ok()) {
        return program_error(RuntimeError::InvalidInstructionData);
    }
    SF_SIM_TRY(check_mint(call, 0));
    const Bytes& before = call.account(0).data;
    const std::size_t at = find_extension(before, kMetadataType);
    if (at + Pubkey::kSize > before.size()) {
        return program_error(RuntimeError::InvalidAccountData);
    }
    SF_SIM_TRY(check_authority(call, 1, read_key(before, at)));
    auto data = call.data_of(0);
    if (!data) {
        return InstructionFailure{std::move(data).error()};
    }
    write_key(*data, at, authority);
    return {};
}

}  // namespace

bool is_metadata_instruction(BytesView data) {
    return (!data.empty() && data.front() == kPointerTag) || starts_with(data, kInitialize) ||
           starts_with(data, kUpdateAuthority);
}

ProgramResult run_metadata(Invocation& call) {
    if (starts_with(call.data(), kInitialize)) {
        return initialize_metadata(call);
    }
    return starts_with(call.data(), kUpdateAuthority) ? update_authority(call)
                                                      : initialize_pointer(call);
}

std::size_t metadata_bytes(std::size_t name, std::size_t symbol, std::size_t uri) {
    constexpr std::size_t kLength = 4;  // Before each text, and of the empty list behind them.
    return kHeader + 2 * Pubkey::kSize + 4 * kLength + name + symbol + uri;
}

}  // namespace sniperforge::sim::token
