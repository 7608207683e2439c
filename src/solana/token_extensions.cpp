// SPDX-License-Identifier: MIT
#include "sniperforge/solana/token_extensions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "token_extension_fields.hpp"
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

// Group sizes and member numbers were of 32 bits before they were of 64 (SPL pull request 7130,
// August 2024), and mints of before may be there.
[[nodiscard]] bool is_former_length(ExtensionType type, std::size_t length) {
    return (type == ExtensionType::TokenGroup && length == 72) ||
           (type == ExtensionType::TokenGroupMember && length == 68);
}

// Length of a type's value; nothing where it varies and for types that we do not know.
[[nodiscard]] std::optional<std::size_t> fixed_length(ExtensionType type) {
    switch (type) {
        case ExtensionType::TransferFeeConfig:
            return 108;
        case ExtensionType::TransferFeeAmount:
            return 8;
        case ExtensionType::MintCloseAuthority:
        case ExtensionType::PermanentDelegate:
        case ExtensionType::PermissionedBurn:
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
        case ExtensionType::ConfidentialTransferFeeAmount:
            return 64;
        case ExtensionType::ScaledUiAmount:
            return 56;
        case ExtensionType::Pausable:
            return 33;
        case ExtensionType::TokenGroup:
            return 80;
        case ExtensionType::TokenGroupMember:
            return 72;
        case ExtensionType::ConfidentialTransferMint:
            return 65;
        case ExtensionType::ConfidentialTransferAccount:
            return 295;
        case ExtensionType::ConfidentialTransferFeeConfig:
            return 129;
        case ExtensionType::ConfidentialMintBurn:
            return 196;
        case ExtensionType::Uninitialized:
        case ExtensionType::TokenMetadata:
            break;
    }
    return std::nullopt;
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
        if (const auto expected = fixed_length(type);
            expected && *expected != length && !is_former_length(type, length)) {
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

}  // namespace

std::optional<ExtensionType> extension_named(std::string_view name) {
    const auto found = std::ranges::find(kNames, name);
    return found == kNames.end()
               ? std::nullopt
               : std::optional{static_cast<ExtensionType>(found - kNames.begin())};
}

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
