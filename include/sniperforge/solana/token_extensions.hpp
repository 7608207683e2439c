// SPDX-License-Identifier: MIT
// Token-2022 extensions of mints and accounts, and transfer-fee arithmetic.
// Source: protocol wire format section 6.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::solana {

// Numbers are the wire's. A newer type decodes as its number and stays in the raw list.
enum class ExtensionType : std::uint16_t {
    Uninitialized = 0,
    TransferFeeConfig = 1,
    TransferFeeAmount = 2,
    MintCloseAuthority = 3,
    ConfidentialTransferMint = 4,
    ConfidentialTransferAccount = 5,
    DefaultAccountState = 6,
    ImmutableOwner = 7,
    MemoTransfer = 8,
    NonTransferable = 9,
    InterestBearingConfig = 10,
    CpiGuard = 11,
    PermanentDelegate = 12,
    NonTransferableAccount = 13,
    TransferHook = 14,
    TransferHookAccount = 15,
    ConfidentialTransferFeeConfig = 16,
    ConfidentialTransferFeeAmount = 17,
    MetadataPointer = 18,
    TokenMetadata = 19,
    GroupPointer = 20,
    TokenGroup = 21,
    GroupMemberPointer = 22,
    TokenGroupMember = 23,
    ConfidentialMintBurn = 24,
    ScaledUiAmount = 25,
    Pausable = 26,
    PausableAccount = 27,
    PermissionedBurn = 28,
};

// The program's name of a type, "Extension29" for one that is newer than this list.
[[nodiscard]] std::string extension_name(ExtensionType type);

struct TransferFee {
    std::uint64_t epoch = 0;  // In force from this epoch on.
    TokenAmount fee_max;
    BasisPoints rate;

    [[nodiscard]] bool operator==(const TransferFee&) const = default;
};
struct TransferFeeConfig {
    std::optional<Pubkey> config_authority;
    std::optional<Pubkey> withdraw_authority;
    TokenAmount withheld;
    TransferFee older;
    TransferFee newer;

    [[nodiscard]] const TransferFee& at_epoch(std::uint64_t epoch) const {
        return epoch >= newer.epoch ? newer : older;
    }
};
struct MintCloseAuthority {
    std::optional<Pubkey> authority;
};
struct DefaultAccountState {
    std::uint8_t state = 0;  // 2: new accounts are frozen.

    [[nodiscard]] bool is_frozen() const { return state == 2; }
};
struct InterestBearingConfig {
    std::optional<Pubkey> rate_authority;
    std::int16_t current_rate_bps = 0;  // Display only: never changes raw amounts.
};
struct PermanentDelegate {
    std::optional<Pubkey> delegate;
};
struct TransferHook {
    std::optional<Pubkey> authority;
    std::optional<Pubkey> program_id;  // None: no hook runs.
};
// MetadataPointer, GroupPointer and GroupMemberPointer share one layout.
struct ExtensionPointer {
    std::optional<Pubkey> authority;
    std::optional<Pubkey> address;
};
struct TokenMetadata {
    std::optional<Pubkey> update_authority;
    Pubkey mint;
    std::string name;  // Bytes chosen by strangers: sanitise before showing.
    std::string symbol;
    std::string uri;
    std::vector<std::pair<std::string, std::string>> additional;
};
// The multiplier is left out on purpose: it is display only and never changes raw amounts.
struct ScaledUiAmount {
    std::optional<Pubkey> authority;
    std::int64_t effective_at_unix = 0;
};
struct Pausable {
    std::optional<Pubkey> authority;
    bool is_paused = false;
};

struct ExtensionEntry {
    ExtensionType type = ExtensionType::Uninitialized;
    Bytes value;
};

struct MintExtensions {
    std::vector<ExtensionEntry> entries;  // Every extension, in the account's order.
    std::optional<TransferFeeConfig> transfer_fee_config;
    std::optional<MintCloseAuthority> mint_close_authority;
    std::optional<DefaultAccountState> default_account_state;
    std::optional<InterestBearingConfig> interest_bearing_config;
    std::optional<PermanentDelegate> permanent_delegate;
    std::optional<TransferHook> transfer_hook;
    std::optional<ExtensionPointer> metadata_pointer;
    std::optional<ExtensionPointer> group_pointer;
    std::optional<ExtensionPointer> group_member_pointer;
    std::optional<TokenMetadata> token_metadata;
    std::optional<ScaledUiAmount> scaled_ui_amount;
    std::optional<Pausable> pausable;
    bool is_non_transferable = false;
    bool has_confidential_transfer = false;  // Any of types 4, 16 and 24.
    bool has_permissioned_burn = false;

    [[nodiscard]] const ExtensionEntry* find(ExtensionType type) const;
};

struct AccountExtensions {
    std::vector<ExtensionEntry> entries;  // Every extension, in the account's order.
    std::optional<TokenAmount> transfer_fee_withheld;
    bool has_immutable_owner = false;
    bool requires_memo = false;
    bool is_cpi_guarded = false;
    bool is_non_transferable = false;
    bool is_transferring = false;  // Set by the program only while a transfer hook runs.
    bool is_pausable = false;

    [[nodiscard]] const ExtensionEntry* find(ExtensionType type) const;
};

// Extensions of a whole account's data; none when it has only the base layout (82 / 165 bytes).
// Fails on a value that does not fit, a known type with a wrong length, and a type met twice.
[[nodiscard]] Result<MintExtensions> decode_mint_extensions(BytesView account_data);
[[nodiscard]] Result<AccountExtensions> decode_account_extensions(BytesView account_data);

// What a transfer of `amount` loses to the fee: min(ceil(amount * rate), fee_max). What arrives is
// amount - fee.
[[nodiscard]] TokenAmount transfer_fee(const TransferFeeConfig& config, std::uint64_t epoch,
                                       TokenAmount amount);
// What must be sent so that `received` arrives, by the program's own inverse; nothing above 64
// bits.
[[nodiscard]] std::optional<TokenAmount> amount_before_transfer_fee(const TransferFeeConfig& config,
                                                                    std::uint64_t epoch,
                                                                    TokenAmount received);
// Likewise for a mint that may have no fee at all.
[[nodiscard]] TokenAmount transfer_fee(const MintExtensions& mint, std::uint64_t epoch,
                                       TokenAmount amount);

}  // namespace sniperforge::solana
