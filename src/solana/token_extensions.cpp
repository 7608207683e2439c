// SPDX-License-Identifier: MIT
#include "sniperforge/solana/token_extensions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "token_layout.hpp"

namespace sniperforge::solana {
namespace {

constexpr std::array<std::string_view, 29> kNames{
    "Uninitialized",
    "TransferFeeConfig",
    "TransferFeeAmount",
    "MintCloseAuthority",
    "ConfidentialTransferMint",
    "ConfidentialTransferAccount",
    "DefaultAccountState",
    "ImmutableOwner",
    "MemoTransfer",
    "NonTransferable",
    "InterestBearingConfig",
    "CpiGuard",
    "PermanentDelegate",
    "NonTransferableAccount",
    "TransferHook",
    "TransferHookAccount",
    "ConfidentialTransferFeeConfig",
    "ConfidentialTransferFeeAmount",
    "MetadataPointer",
    "TokenMetadata",
    "GroupPointer",
    "TokenGroup",
    "GroupMemberPointer",
    "TokenGroupMember",
    "ConfidentialMintBurn",
    "ScaledUiAmount",
    "Pausable",
    "PausableAccount",
    "PermissionedBurn",
};

// All zeros stands for None: extensions carry no option tags.
[[nodiscard]] std::optional<Pubkey> read_optional_key(ByteReader& reader) {
    const auto key = reader.read_key<Pubkey>();
    return key.is_zero() ? std::nullopt : std::optional{key};
}

// Length of the types whose layout we read; nothing for the ones kept as bytes only.
[[nodiscard]] std::optional<std::size_t> fixed_length(ExtensionType type) {
    switch (type) {
        case ExtensionType::TransferFeeConfig:
            return 108;
        case ExtensionType::TransferFeeAmount:
            return 8;
        case ExtensionType::MintCloseAuthority:
        case ExtensionType::PermanentDelegate:
            return 32;
        case ExtensionType::DefaultAccountState:
        case ExtensionType::MemoTransfer:
        case ExtensionType::CpiGuard:
        case ExtensionType::TransferHookAccount:
            return 1;
        case ExtensionType::ImmutableOwner:
        case ExtensionType::NonTransferable:
        case ExtensionType::NonTransferableAccount:
        case ExtensionType::PausableAccount:
            return 0;
        case ExtensionType::InterestBearingConfig:
            return 52;
        case ExtensionType::TransferHook:
        case ExtensionType::MetadataPointer:
        case ExtensionType::GroupPointer:
        case ExtensionType::GroupMemberPointer:
            return 64;
        case ExtensionType::ScaledUiAmount:
            return 56;
        case ExtensionType::Pausable:
            return 33;
        default:
            return std::nullopt;
    }
}

[[nodiscard]] const ExtensionEntry* find_entry(const std::vector<ExtensionEntry>& entries,
                                               ExtensionType type) {
    const auto found = std::ranges::find(entries, type, &ExtensionEntry::type);
    return found == entries.end() ? nullptr : &*found;
}

[[nodiscard]] Result<std::vector<ExtensionEntry>> read_entries(BytesView data) {
    constexpr std::size_t kHeaderBytes = 4;
    std::vector<ExtensionEntry> entries;
    if (data.size() <= kExtensionsOffset) {
        return entries;
    }
    ByteReader reader{data.subspan(kExtensionsOffset)};
    while (reader.remaining() >= kHeaderBytes) {
        const auto type = static_cast<ExtensionType>(reader.read<std::uint16_t>());
        const auto length = reader.read<std::uint16_t>();
        if (type == ExtensionType::Uninitialized) {
            break;
        }
        const std::size_t left = reader.remaining();
        const auto value = reader.take(length);
        if (!reader.ok()) {
            return fail(fmt::format("extension {} of {} bytes is cut off after {}",
                                    extension_name(type), length, left));
        }
        if (const auto expected = fixed_length(type); expected && *expected != length) {
            return fail(fmt::format("extension {} has {} bytes, expected {}", extension_name(type),
                                    length, *expected));
        }
        if (find_entry(entries, type) != nullptr) {
            return fail(fmt::format("extension {} occurs twice", extension_name(type)));
        }
        entries.push_back({type, {value.begin(), value.end()}});
    }
    return entries;
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
    // Timestamp, earlier average rate, timestamp: history that only display needs.
    constexpr std::size_t kHistoryBytes = 8 + 2 + 8;
    InterestBearingConfig config;
    config.rate_authority = read_optional_key(reader);
    (void)reader.take(kHistoryBytes);
    config.current_rate_bps = reader.read<std::int16_t>();
    return config;
}

[[nodiscard]] ScaledUiAmount read_scaled_ui_amount(ByteReader& reader) {
    ScaledUiAmount scaled;
    scaled.authority = read_optional_key(reader);
    (void)reader.take(sizeof(double));
    scaled.effective_at_unix = reader.read<std::int64_t>();
    return scaled;
}

[[nodiscard]] TransferHook read_transfer_hook(ByteReader& reader) {
    TransferHook hook;
    hook.authority = read_optional_key(reader);
    hook.program_id = read_optional_key(reader);
    return hook;
}

// Reads one entry whose fixed length was checked already.
[[nodiscard]] Result<void> read_mint_extension(const ExtensionEntry& entry, MintExtensions& out) {
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
        case ExtensionType::ConfidentialTransferMint:
        case ExtensionType::ConfidentialTransferFeeConfig:
        case ExtensionType::ConfidentialMintBurn:
            out.has_confidential_transfer = true;
            break;
        case ExtensionType::PermissionedBurn:
            out.has_permissioned_burn = true;
            break;
        default:
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
        default:
            break;
    }
}

}  // namespace

std::string extension_name(ExtensionType type) {
    const auto number = static_cast<std::size_t>(type);
    return number < kNames.size() ? std::string{kNames[number]}
                                  : fmt::format("Extension{}", number);
}

const ExtensionEntry* MintExtensions::find(ExtensionType type) const {
    return find_entry(entries, type);
}

const ExtensionEntry* AccountExtensions::find(ExtensionType type) const {
    return find_entry(entries, type);
}

Result<MintExtensions> decode_mint_extensions(BytesView account_data) {
    if (auto layout = check_token_layout(account_data, TokenAccountType::Mint); !layout) {
        return Err{layout.error()};
    }
    auto entries = read_entries(account_data);
    if (!entries) {
        return fail("mint", entries.error());
    }
    MintExtensions out;
    for (const ExtensionEntry& entry : *entries) {
        if (auto read = read_mint_extension(entry, out); !read) {
            return fail("mint", read.error());
        }
    }
    out.entries = std::move(*entries);
    return out;
}

Result<AccountExtensions> decode_account_extensions(BytesView account_data) {
    if (auto layout = check_token_layout(account_data, TokenAccountType::Account); !layout) {
        return Err{layout.error()};
    }
    auto entries = read_entries(account_data);
    if (!entries) {
        return fail("token account", entries.error());
    }
    AccountExtensions out;
    for (const ExtensionEntry& entry : *entries) {
        read_account_extension(entry, out);
    }
    out.entries = std::move(*entries);
    return out;
}

}  // namespace sniperforge::solana
