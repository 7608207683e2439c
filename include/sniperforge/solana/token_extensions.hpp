// SPDX-License-Identifier: MIT
// Token-2022 extensions of mints and accounts, and transfer-fee arithmetic.
// Source: protocol wire format section 6.1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
// Nothing where no extension that we know has this name.
[[nodiscard]] std::optional<ExtensionType> extension_named(std::string_view name);

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
// Display only, like ScaledUiAmount: neither ever changes raw amounts.
struct InterestBearingConfig {
    std::optional<Pubkey> rate_authority;
    std::int64_t initialized_at_unix = 0;
    std::int16_t average_rate_before_bps = 0;  // From the initialisation to the last update.
    std::int64_t updated_at_unix = 0;
    std::int16_t current_rate_bps = 0;
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
// The multipliers stay the bits of an IEEE 754 double: they are for the screen, never for amounts.
struct ScaledUiAmount {
    std::optional<Pubkey> authority;
    std::uint64_t multiplier_bits = 0;
    std::int64_t effective_at_unix = 0;  // When the new multiplier takes over.
    std::uint64_t new_multiplier_bits = 0;
};
struct Pausable {
    std::optional<Pubkey> authority;
    bool is_paused = false;
};
struct PermissionedBurn {
    std::optional<Pubkey> authority;  // Must sign every burn, beside the owner.
};
struct TokenGroup {
    std::optional<Pubkey> update_authority;
    Pubkey mint;
    std::uint64_t size = 0;
    std::uint64_t size_max = 0;
};
struct TokenGroupMember {
    Pubkey mint;
    Pubkey group;
    std::uint64_t number = 0;
};

// Amounts of confidential transfers are encrypted; all that we can do with them is to show them.
using ElGamalPubkey = std::array<std::uint8_t, 32>;
using ElGamalCiphertext = std::array<std::uint8_t, 64>;
using AeCiphertext = std::array<std::uint8_t, 36>;

struct ConfidentialTransferMint {
    std::optional<Pubkey> authority;
    bool is_auto_approving = false;
    std::optional<ElGamalPubkey> auditor;  // Can read every transfer's amount.
};
struct ConfidentialTransferFeeConfig {
    std::optional<Pubkey> authority;
    ElGamalPubkey withdraw_withheld_authority{};
    bool is_harvest_to_mint_enabled = false;
    ElGamalCiphertext withheld{};
};
struct ConfidentialMintBurn {
    ElGamalCiphertext supply{};
    AeCiphertext decryptable_supply{};
    ElGamalPubkey supply_key{};
    ElGamalCiphertext pending_burn{};
};
struct ConfidentialTransferAccount {
    bool is_approved = false;
    ElGamalPubkey key{};
    ElGamalCiphertext pending_balance_low{};
    ElGamalCiphertext pending_balance_high{};
    ElGamalCiphertext available_balance{};
    AeCiphertext decryptable_available_balance{};
    bool allows_confidential_credits = false;
    bool allows_plain_credits = false;  // False: every ordinary transfer to the account fails.
    std::uint64_t pending_credits = 0;
    std::uint64_t pending_credits_max = 0;
    std::uint64_t expected_pending_credits = 0;
    std::uint64_t actual_pending_credits = 0;
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
    std::optional<PermissionedBurn> permissioned_burn;
    std::optional<TokenGroup> token_group;
    std::optional<TokenGroupMember> token_group_member;
    std::optional<ConfidentialTransferMint> confidential_transfer_mint;
    std::optional<ConfidentialTransferFeeConfig> confidential_transfer_fee_config;
    std::optional<ConfidentialMintBurn> confidential_mint_burn;
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
    std::optional<ConfidentialTransferAccount> confidential_transfer;
    std::optional<ElGamalCiphertext> confidential_fee_withheld;

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
