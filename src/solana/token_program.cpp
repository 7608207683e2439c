// SPDX-License-Identifier: MIT
#include "sniperforge/solana/token_program.hpp"

#include "instruction_data.hpp"

namespace sniperforge::solana {
namespace {

enum class TokenTag : std::uint8_t {
    Transfer = 3,
    Approve = 4,
    Revoke = 5,
    SetAuthority = 6,
    MintTo = 7,
    Burn = 8,
    CloseAccount = 9,
    TransferChecked = 12,
    SyncNative = 17,
    InitializeAccount3 = 18,
    InitializeMint2 = 20,
};

[[nodiscard]] Bytes tag_data(TokenTag tag) { return Bytes{static_cast<std::uint8_t>(tag)}; }
[[nodiscard]] Bytes amount_data(TokenTag tag, TokenAmount amount) {
    return data_of(static_cast<std::uint8_t>(tag), amount.raw());
}

// An optional key in instruction data: one byte, then 32 when it is 1. Another tag reads past the
// end, which makes the whole instruction unknown.
[[nodiscard]] std::optional<Pubkey> read_tagged_key(ByteReader& reader) {
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

[[nodiscard]] TokenInstruction decode_token_fields(std::uint8_t tag, ByteReader& reader) {
    namespace ti = token_instruction;
    const auto amount = [&reader] { return TokenAmount{reader.read<std::uint64_t>()}; };
    switch (TokenTag{tag}) {
        case TokenTag::Transfer:
            return ti::Transfer{amount()};
        case TokenTag::Approve:
            return ti::Approve{amount()};
        case TokenTag::Revoke:
            return ti::Revoke{};
        case TokenTag::SetAuthority: {
            const auto type = reader.read<std::uint8_t>();
            return ti::SetAuthority{type, read_tagged_key(reader)};
        }
        case TokenTag::MintTo:
            return ti::MintTo{amount()};
        case TokenTag::Burn:
            return ti::Burn{amount()};
        case TokenTag::CloseAccount:
            return ti::CloseAccount{};
        case TokenTag::TransferChecked: {
            const TokenAmount moved = amount();
            return ti::TransferChecked{moved, reader.read<std::uint8_t>()};
        }
        case TokenTag::SyncNative:
            return ti::SyncNative{};
        case TokenTag::InitializeAccount3:
            return ti::InitializeAccount3{reader.read_key<Pubkey>()};
        case TokenTag::InitializeMint2: {
            const auto decimals = reader.read<std::uint8_t>();
            const auto mint_authority = reader.read_key<Pubkey>();
            return ti::InitializeMint2{decimals, mint_authority, read_tagged_key(reader)};
        }
        default:
            return ti::Unknown{tag};
    }
}

}  // namespace

Instruction token_transfer(const TokenTransfer& options) {
    return {options.token_program,
            {writable(options.source), writable(options.destination), signer(options.authority)},
            amount_data(TokenTag::Transfer, options.amount)};
}

Instruction token_transfer_checked(const TokenTransferChecked& options) {
    return {options.token_program,
            {writable(options.source), readonly(options.mint), writable(options.destination),
             signer(options.authority)},
            data_of(static_cast<std::uint8_t>(TokenTag::TransferChecked), options.amount.raw(),
                    options.decimals)};
}

Instruction token_approve(const TokenApprove& options) {
    return {options.token_program,
            {writable(options.source), readonly(options.delegate), signer(options.owner)},
            amount_data(TokenTag::Approve, options.amount)};
}

Instruction token_revoke(const TokenRevoke& options) {
    return {options.token_program,
            {writable(options.source), signer(options.owner)},
            tag_data(TokenTag::Revoke)};
}

Instruction token_mint_to(const TokenMintTo& options) {
    return {options.token_program,
            {writable(options.mint), writable(options.destination), signer(options.authority)},
            amount_data(TokenTag::MintTo, options.amount)};
}

Instruction token_burn(const TokenBurn& options) {
    return {options.token_program,
            {writable(options.source), writable(options.mint), signer(options.owner)},
            amount_data(TokenTag::Burn, options.amount)};
}

Instruction token_close_account(const TokenCloseAccount& options) {
    return {options.token_program,
            {writable(options.account), writable(options.destination), signer(options.owner)},
            tag_data(TokenTag::CloseAccount)};
}

Instruction token_sync_native(const Pubkey& account) {
    return {kTokenProgram, {writable(account)}, tag_data(TokenTag::SyncNative)};
}

Instruction token_initialize_account3(const TokenInitializeAccount3& options) {
    Bytes data = tag_data(TokenTag::InitializeAccount3);
    append(data, options.owner.bytes);
    return {options.token_program,
            {writable(options.account), readonly(options.mint)},
            std::move(data)};
}

Instruction token_initialize_mint2(const TokenInitializeMint2& options) {
    Bytes data = data_of(static_cast<std::uint8_t>(TokenTag::InitializeMint2), options.decimals);
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
    TokenInstruction decoded = decode_token_fields(tag, reader);
    if (!is_used_up(reader)) {
        return token_instruction::Unknown{tag};
    }
    return decoded;
}

}  // namespace sniperforge::solana
