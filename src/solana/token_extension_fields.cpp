// SPDX-License-Identifier: MIT
#include "token_extension_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sniperforge::solana {
namespace {

// All zeros stands for None: extensions carry no option tags.
[[nodiscard]] std::optional<Pubkey> read_optional_key(ByteReader& reader) {
    const auto key = reader.read_key<Pubkey>();
    return key.is_zero() ? std::nullopt : std::optional{key};
}

[[nodiscard]] TransferFee read_transfer_fee(ByteReader& reader) {
    TransferFee fee;
    fee.epoch = reader.read<std::uint64_t>();
    fee.fee_max = TokenAmount{reader.read<std::uint64_t>()};
    fee.rate = BasisPoints{reader.read<std::uint16_t>()};
    return fee;
}

[[nodiscard]] Result<TransferFeeConfig> read_transfer_fee_config(ByteReader& reader) {
    TransferFeeConfig config;
    config.config_authority = read_optional_key(reader);
    config.withdraw_authority = read_optional_key(reader);
    config.withheld = TokenAmount{reader.read<std::uint64_t>()};
    config.older = read_transfer_fee(reader);
    config.newer = read_transfer_fee(reader);
    for (const TransferFee& fee : {config.older, config.newer}) {
        if (fee.rate.raw() > kBasisPointsOne) {
            return fail(fmt::format("transfer fee of {} basis points, at most {} are possible",
                                    fee.rate.raw(), kBasisPointsOne));
        }
    }
    return config;
}

[[nodiscard]] std::string read_string(ByteReader& reader) {
    const auto length = reader.read<std::uint32_t>();
    const auto bytes = reader.take(length);
    return {bytes.begin(), bytes.end()};
}

[[nodiscard]] Result<TokenMetadata> read_token_metadata(ByteReader& reader) {
    TokenMetadata metadata;
    metadata.update_authority = read_optional_key(reader);
    metadata.mint = reader.read_key<Pubkey>();
    metadata.name = read_string(reader);
    metadata.symbol = read_string(reader);
    metadata.uri = read_string(reader);
    // Each pair takes at least its two lengths, so the loop ends with the bytes.
    const auto count = reader.read<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
        std::string field = read_string(reader);
        metadata.additional.emplace_back(std::move(field), read_string(reader));
    }
    if (!reader.ok()) {
        return fail("extension TokenMetadata is cut off");
    }
    return metadata;
}

[[nodiscard]] ExtensionPointer read_pointer(ByteReader& reader) {
    ExtensionPointer pointer;
    pointer.authority = read_optional_key(reader);
    pointer.address = read_optional_key(reader);
    return pointer;
}

[[nodiscard]] InterestBearingConfig read_interest(ByteReader& reader) {
    InterestBearingConfig config;
    config.rate_authority = read_optional_key(reader);
    config.initialized_at_unix = reader.read<std::int64_t>();
    config.average_rate_before_bps = reader.read<std::int16_t>();
    config.updated_at_unix = reader.read<std::int64_t>();
    config.current_rate_bps = reader.read<std::int16_t>();
    return config;
}

[[nodiscard]] ScaledUiAmount read_scaled_ui_amount(ByteReader& reader) {
    ScaledUiAmount scaled;
    scaled.authority = read_optional_key(reader);
    scaled.multiplier_bits = reader.read<std::uint64_t>();
    scaled.effective_at_unix = reader.read<std::int64_t>();
    scaled.new_multiplier_bits = reader.read<std::uint64_t>();
    return scaled;
}

[[nodiscard]] TransferHook read_transfer_hook(ByteReader& reader) {
    TransferHook hook;
    hook.authority = read_optional_key(reader);
    hook.program_id = read_optional_key(reader);
    return hook;
}

// The last field, or two, of a value: of 64 bits, in former layouts of 32.
[[nodiscard]] std::uint64_t read_count(ByteReader& reader, bool is_former) {
    return is_former ? reader.read<std::uint32_t>() : reader.read<std::uint64_t>();
}

[[nodiscard]] TokenGroup read_group(ByteReader& reader) {
    TokenGroup group;
    group.update_authority = read_optional_key(reader);
    group.mint = reader.read_key<Pubkey>();
    const bool is_former = reader.remaining() == 2 * sizeof(std::uint32_t);
    group.size = read_count(reader, is_former);
    group.size_max = read_count(reader, is_former);
    return group;
}

[[nodiscard]] TokenGroupMember read_group_member(ByteReader& reader) {
    TokenGroupMember member;
    member.mint = reader.read_key<Pubkey>();
    member.group = reader.read_key<Pubkey>();
    member.number = read_count(reader, reader.remaining() == sizeof(std::uint32_t));
    return member;
}

template <typename Array>
[[nodiscard]] Array read_array(ByteReader& reader) {
    Array out{};
    std::ranges::copy(reader.take(out.size()), out.begin());
    return out;
}

[[nodiscard]] bool read_bool(ByteReader& reader) { return reader.read<std::uint8_t>() != 0; }

[[nodiscard]] ConfidentialTransferMint read_confidential_mint(ByteReader& reader) {
    ConfidentialTransferMint mint;
    mint.authority = read_optional_key(reader);
    mint.is_auto_approving = read_bool(reader);
    const auto auditor = read_array<ElGamalPubkey>(reader);
    if (auditor != ElGamalPubkey{}) {
        mint.auditor = auditor;
    }
    return mint;
}

[[nodiscard]] ConfidentialTransferFeeConfig read_confidential_fee(ByteReader& reader) {
    ConfidentialTransferFeeConfig config;
    config.authority = read_optional_key(reader);
    config.withdraw_withheld_authority = read_array<ElGamalPubkey>(reader);
    config.is_harvest_to_mint_enabled = read_bool(reader);
    config.withheld = read_array<ElGamalCiphertext>(reader);
    return config;
}

[[nodiscard]] ConfidentialMintBurn read_confidential_mint_burn(ByteReader& reader) {
    ConfidentialMintBurn burn;
    burn.supply = read_array<ElGamalCiphertext>(reader);
    burn.decryptable_supply = read_array<AeCiphertext>(reader);
    burn.supply_key = read_array<ElGamalPubkey>(reader);
    burn.pending_burn = read_array<ElGamalCiphertext>(reader);
    return burn;
}

[[nodiscard]] ConfidentialTransferAccount read_confidential_account(ByteReader& reader) {
    ConfidentialTransferAccount account;
    account.is_approved = read_bool(reader);
    account.key = read_array<ElGamalPubkey>(reader);
    account.pending_balance_low = read_array<ElGamalCiphertext>(reader);
    account.pending_balance_high = read_array<ElGamalCiphertext>(reader);
    account.available_balance = read_array<ElGamalCiphertext>(reader);
    account.decryptable_available_balance = read_array<AeCiphertext>(reader);
    account.allows_confidential_credits = read_bool(reader);
    account.allows_plain_credits = read_bool(reader);
    account.pending_credits = reader.read<std::uint64_t>();
    account.pending_credits_max = reader.read<std::uint64_t>();
    account.expected_pending_credits = reader.read<std::uint64_t>();
    account.actual_pending_credits = reader.read<std::uint64_t>();
    return account;
}

// The extensions of confidential transfers, which read_mint_extension leaves to this.
void read_confidential_extension(ExtensionType type, ByteReader& reader, MintExtensions& out) {
    switch (type) {
        case ExtensionType::ConfidentialTransferMint:
            out.confidential_transfer_mint = read_confidential_mint(reader);
            break;
        case ExtensionType::ConfidentialTransferFeeConfig:
            out.confidential_transfer_fee_config = read_confidential_fee(reader);
            break;
        case ExtensionType::ConfidentialMintBurn:
            out.confidential_mint_burn = read_confidential_mint_burn(reader);
            break;
        default:
            return;
    }
    out.has_confidential_transfer = true;
}

}  // namespace

Result<void> read_mint_extension(const ExtensionEntry& entry, MintExtensions& out) {
    ByteReader reader{entry.value};
    switch (entry.type) {
        case ExtensionType::TransferFeeConfig: {
            auto config = read_transfer_fee_config(reader);
            if (!config) {
                return Err{config.error()};
            }
            out.transfer_fee_config = *config;
            break;
        }
        case ExtensionType::TokenMetadata: {
            auto metadata = read_token_metadata(reader);
            if (!metadata) {
                return Err{metadata.error()};
            }
            out.token_metadata = std::move(*metadata);
            break;
        }
        case ExtensionType::MintCloseAuthority:
            out.mint_close_authority = MintCloseAuthority{read_optional_key(reader)};
            break;
        case ExtensionType::DefaultAccountState:
            out.default_account_state = DefaultAccountState{reader.read<std::uint8_t>()};
            break;
        case ExtensionType::InterestBearingConfig:
            out.interest_bearing_config = read_interest(reader);
            break;
        case ExtensionType::PermanentDelegate:
            out.permanent_delegate = PermanentDelegate{read_optional_key(reader)};
            break;
        case ExtensionType::TransferHook:
            out.transfer_hook = read_transfer_hook(reader);
            break;
        case ExtensionType::MetadataPointer:
            out.metadata_pointer = read_pointer(reader);
            break;
        case ExtensionType::GroupPointer:
            out.group_pointer = read_pointer(reader);
            break;
        case ExtensionType::GroupMemberPointer:
            out.group_member_pointer = read_pointer(reader);
            break;
        case ExtensionType::ScaledUiAmount:
            out.scaled_ui_amount = read_scaled_ui_amount(reader);
            break;
        case ExtensionType::Pausable: {
            const auto authority = read_optional_key(reader);
            out.pausable = Pausable{authority, reader.read<std::uint8_t>() != 0};
            break;
        }
        case ExtensionType::NonTransferable:
            out.is_non_transferable = true;
            break;
        case ExtensionType::TokenGroup:
            out.token_group = read_group(reader);
            break;
        case ExtensionType::TokenGroupMember:
            out.token_group_member = read_group_member(reader);
            break;
        case ExtensionType::PermissionedBurn:
            out.permissioned_burn = PermissionedBurn{read_optional_key(reader)};
            out.has_permissioned_burn = true;
            break;
        default:
            read_confidential_extension(entry.type, reader, out);
            break;
    }
    return {};
}

void read_account_extension(const ExtensionEntry& entry, AccountExtensions& out) {
    ByteReader reader{entry.value};
    switch (entry.type) {
        case ExtensionType::TransferFeeAmount:
            out.transfer_fee_withheld = TokenAmount{reader.read<std::uint64_t>()};
            break;
        case ExtensionType::ImmutableOwner:
            out.has_immutable_owner = true;
            break;
        case ExtensionType::MemoTransfer:
            out.requires_memo = reader.read<std::uint8_t>() != 0;
            break;
        case ExtensionType::CpiGuard:
            out.is_cpi_guarded = reader.read<std::uint8_t>() != 0;
            break;
        case ExtensionType::NonTransferableAccount:
            out.is_non_transferable = true;
            break;
        case ExtensionType::TransferHookAccount:
            out.is_transferring = reader.read<std::uint8_t>() != 0;
            break;
        case ExtensionType::PausableAccount:
            out.is_pausable = true;
            break;
        case ExtensionType::ConfidentialTransferAccount:
            out.confidential_transfer = read_confidential_account(reader);
            break;
        case ExtensionType::ConfidentialTransferFeeAmount:
            out.confidential_fee_withheld = read_array<ElGamalCiphertext>(reader);
            break;
        default:
            break;
    }
}

}  // namespace sniperforge::solana
