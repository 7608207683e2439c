// SPDX-License-Identifier: MIT
#include "sniperforge/solana/system_program.hpp"

#include "instruction_data.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/sha256.hpp"

namespace sniperforge::solana {
namespace {

enum class SystemTag : std::uint32_t {
    CreateAccount = 0,
    Assign = 1,
    Transfer = 2,
    CreateAccountWithSeed = 3,
    AdvanceNonce = 4,
    WithdrawNonce = 5,
    InitializeNonce = 6,
    AuthorizeNonce = 7,
    Allocate = 8,
};

[[nodiscard]] Bytes tag_data(SystemTag tag) { return data_of(static_cast<std::uint32_t>(tag)); }

[[nodiscard]] SystemInstruction decode_system_fields(std::uint32_t tag, ByteReader& reader) {
    namespace si = system_instruction;
    switch (SystemTag{tag}) {
        case SystemTag::CreateAccount: {
            const Lamports lamports{reader.read<std::uint64_t>()};
            const auto space = reader.read<std::uint64_t>();
            return si::CreateAccount{lamports, space, reader.read_key<Pubkey>()};
        }
        case SystemTag::Assign:
            return si::Assign{reader.read_key<Pubkey>()};
        case SystemTag::Transfer:
            return si::Transfer{Lamports{reader.read<std::uint64_t>()}};
        case SystemTag::CreateAccountWithSeed: {
            si::CreateAccountWithSeed create;
            create.base = reader.read_key<Pubkey>();
            const auto length = reader.read<std::uint64_t>();
            if (!reader.ok() || length > kSeedBytesMax) {
                return si::Unknown{tag};
            }
            const BytesView seed = reader.take(length);
            create.seed.assign(seed.begin(), seed.end());
            create.lamports = Lamports{reader.read<std::uint64_t>()};
            create.space = reader.read<std::uint64_t>();
            create.owner = reader.read_key<Pubkey>();
            return create;
        }
        case SystemTag::AdvanceNonce:
            return si::AdvanceNonceAccount{};
        case SystemTag::WithdrawNonce:
            return si::WithdrawNonceAccount{Lamports{reader.read<std::uint64_t>()}};
        case SystemTag::InitializeNonce:
            return si::InitializeNonceAccount{reader.read_key<Pubkey>()};
        case SystemTag::AuthorizeNonce:
            return si::AuthorizeNonceAccount{reader.read_key<Pubkey>()};
        case SystemTag::Allocate:
            return si::Allocate{reader.read<std::uint64_t>()};
        default:
            return si::Unknown{tag};
    }
}

}  // namespace

Instruction system_transfer(const SystemTransfer& options) {
    return {kSystemProgram,
            {writable_signer(options.from), writable(options.to)},
            data_of(static_cast<std::uint32_t>(SystemTag::Transfer), options.lamports.raw())};
}

Instruction system_create_account(const SystemCreateAccount& options) {
    Bytes data = data_of(static_cast<std::uint32_t>(SystemTag::CreateAccount),
                         options.lamports.raw(), options.space);
    append(data, options.owner.bytes);
    return {kSystemProgram,
            {writable_signer(options.funder), writable_signer(options.account)},
            std::move(data)};
}

Pubkey system_seed_address(const Pubkey& base, std::string_view seed, const Pubkey& owner) {
    return Pubkey{sha256({base.bytes, bytes_of(seed), owner.bytes}).bytes};
}

Instruction system_create_account_with_seed(const SystemCreateAccountWithSeed& options) {
    SF_ASSERT(options.seed.size() <= kSeedBytesMax);
    Bytes data = tag_data(SystemTag::CreateAccountWithSeed);
    append(data, options.funder.bytes);
    append_le(data, static_cast<std::uint64_t>(options.seed.size()));
    append(data, bytes_of(options.seed));
    append_le(data, options.lamports.raw());
    append_le(data, options.space);
    append(data, options.owner.bytes);
    return {kSystemProgram,
            {writable_signer(options.funder),
             writable(system_seed_address(options.funder, options.seed, options.owner))},
            std::move(data)};
}

Instruction system_advance_nonce(const SystemAdvanceNonce& options) {
    return {kSystemProgram,
            {writable(options.nonce_account), readonly(kRecentBlockhashesSysvar),
             signer(options.authority)},
            tag_data(SystemTag::AdvanceNonce)};
}

Instruction system_initialize_nonce(const SystemInitializeNonce& options) {
    Bytes data = tag_data(SystemTag::InitializeNonce);
    append(data, options.authority.bytes);
    return {kSystemProgram,
            {writable(options.nonce_account), readonly(kRecentBlockhashesSysvar),
             readonly(kRentSysvar)},
            std::move(data)};
}

Instruction system_withdraw_nonce(const SystemWithdrawNonce& options) {
    return {kSystemProgram,
            {writable(options.nonce_account), writable(options.to),
             readonly(kRecentBlockhashesSysvar), readonly(kRentSysvar), signer(options.authority)},
            data_of(static_cast<std::uint32_t>(SystemTag::WithdrawNonce), options.lamports.raw())};
}

std::array<Instruction, 2> system_create_nonce(const SystemCreateNonce& options) {
    return {system_create_account({options.funder, options.nonce_account, options.lamports,
                                   kNonceAccountBytes, kSystemProgram}),
            system_initialize_nonce({options.nonce_account, options.authority})};
}

Instruction system_authorize_nonce(const SystemAuthorizeNonce& options) {
    Bytes data = tag_data(SystemTag::AuthorizeNonce);
    append(data, options.new_authority.bytes);
    return {kSystemProgram,
            {writable(options.nonce_account), signer(options.authority)},
            std::move(data)};
}

SystemInstruction decode_system_instruction(BytesView data) {
    ByteReader reader{data};
    const auto tag = reader.read<std::uint32_t>();
    if (!reader.ok()) {
        return system_instruction::Unknown{};
    }
    SystemInstruction decoded = decode_system_fields(tag, reader);
    if (!is_used_up(reader)) {
        return system_instruction::Unknown{tag};
    }
    return decoded;
}

}  // namespace sniperforge::solana
