// SPDX-License-Identifier: MIT
#include "sniperforge/solana/token_program.hpp"

#include "instruction_data.hpp"

namespace sniperforge::solana {
namespace {

enum Tag : std::uint8_t {
    kTransfer = 3,
    kApprove = 4,
    kRevoke = 5,
    kSetAuthority = 6,
    kMintTo = 7,
    kBurn = 8,
    kCloseAccount = 9,
    kTransferChecked = 12,
    kSyncNative = 17,
    kInitializeAccount3 = 18,
    kInitializeMint2 = 20,
};

[[nodiscard]] Bytes tag_data(Tag tag) { return Bytes{static_cast<std::uint8_t>(tag)}; }
[[nodiscard]] Bytes amount_data(Tag tag, TokenAmount amount) {
    return data_of(static_cast<std::uint8_t>(tag), amount.raw());
}

// An optional key in instruction data: one byte, then 32 when it is 1. Another tag reads past the
// end, which makes the whole instruction unknown.
[[nodiscard]] std::optional<Pubkey> read_optional_key(ByteReader& reader) {
    switch (reader.read<std::uint8_t>()) {
        case 0:
            return std::nullopt;
        case 1:
            return reader.read_key<Pubkey>();
        default:
            (void)reader.take(reader.remaining() + 1);
            return std::nullopt;
    }
}

[[nodiscard]] TokenInstruction decode_fields(std::uint8_t tag, ByteReader& reader) {
    namespace ti = token_instruction;
    const auto amount = [&reader] { return TokenAmount{reader.read<std::uint64_t>()}; };
    switch (tag) {
        case kTransfer:
            return ti::Transfer{amount()};
        case kApprove:
            return ti::Approve{amount()};
        case kRevoke:
            return ti::Revoke{};
        case kSetAuthority: {
            const auto type = reader.read<std::uint8_t>();
            return ti::SetAuthority{type, read_optional_key(reader)};
        }
        case kMintTo:
            return ti::MintTo{amount()};
        case kBurn:
            return ti::Burn{amount()};
        case kCloseAccount:
            return ti::CloseAccount{};
        case kTransferChecked: {
            const TokenAmount moved = amount();
            return ti::TransferChecked{moved, reader.read<std::uint8_t>()};
        }
        case kSyncNative:
            return ti::SyncNative{};
        case kInitializeAccount3:
            return ti::InitializeAccount3{reader.read_key<Pubkey>()};
        case kInitializeMint2: {
            const auto decimals = reader.read<std::uint8_t>();
            const auto mint_authority = reader.read_key<Pubkey>();
            return ti::InitializeMint2{decimals, mint_authority, read_optional_key(reader)};
        }
        default:
            return ti::Unknown{tag};
    }
}

}  // namespace

Instruction token_transfer(const TokenTransfer& options) {
    return {options.token_program,
            {writable(options.source), writable(options.destination), signer(options.authority)},
            amount_data(kTransfer, options.amount)};
}

Instruction token_transfer_checked(const TokenTransferChecked& options) {
    return {options.token_program,
            {writable(options.source), readonly(options.mint), writable(options.destination),
             signer(options.authority)},
            data_of(static_cast<std::uint8_t>(kTransferChecked), options.amount.raw(),
                    options.decimals)};
}

Instruction token_approve(const TokenApprove& options) {
    return {options.token_program,
            {writable(options.source), readonly(options.delegate), signer(options.owner)},
            amount_data(kApprove, options.amount)};
}

Instruction token_revoke(const TokenRevoke& options) {
    return {options.token_program,
            {writable(options.source), signer(options.owner)},
            tag_data(kRevoke)};
}

Instruction token_mint_to(const TokenMintTo& options) {
    return {options.token_program,
            {writable(options.mint), writable(options.destination), signer(options.authority)},
            amount_data(kMintTo, options.amount)};
}

Instruction token_burn(const TokenBurn& options) {
    return {options.token_program,
            {writable(options.source), writable(options.mint), signer(options.owner)},
            amount_data(kBurn, options.amount)};
}

Instruction token_close_account(const TokenCloseAccount& options) {
    return {options.token_program,
            {writable(options.account), writable(options.destination), signer(options.owner)},
            tag_data(kCloseAccount)};
}

Instruction token_sync_native(const Pubkey& account) {
    return {kTokenProgram, {writable(account)}, tag_data(kSyncNative)};
}

Instruction token_initialize_account3(const TokenInitializeAccount3& options) {
    Bytes data = tag_data(kInitializeAccount3);
    append(data, options.owner.bytes);
    return {options.token_program,
            {writable(options.account), readonly(options.mint)},
            std::move(data)};
}

Instruction token_initialize_mint2(const TokenInitializeMint2& options) {
    Bytes data = data_of(static_cast<std::uint8_t>(kInitializeMint2), options.decimals);
    append(data, options.mint_authority.bytes);
    data.push_back(options.freeze_authority ? 1 : 0);
    if (options.freeze_authority) {
        append(data, options.freeze_authority->bytes);
    }
    return {options.token_program, {writable(options.mint)}, std::move(data)};
}

TokenInstruction decode_token_instruction(BytesView data) {
    ByteReader reader{data};
    const auto tag = reader.read<std::uint8_t>();
    if (!reader.ok()) {
        return token_instruction::Unknown{};
    }
    TokenInstruction decoded = decode_fields(tag, reader);
    if (!is_used_up(reader)) {
        return token_instruction::Unknown{tag};
    }
    return decoded;
}

}  // namespace sniperforge::solana
